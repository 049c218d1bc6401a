/* SPDX-License-Identifier: GPL-2.0-only */
/* The calls of /dev/gpuward, one handler each; ctl.c copies in before and out after. */
#ifndef _GW_CTL_OPS_H
#define _GW_CTL_OPS_H

#include <uapi/linux/gpuward.h>

struct gw_accel;

/* The struct of any call. */
union gw_ctl_data {
	struct {
		__u32 size;
		__u32 flags;
	} head;
	struct gpuward_version version;
	struct gpuward_my_vm my_vm;
	struct gpuward_my_accel my_accel;
	struct gpuward_my_model my_model;
	struct gpuward_my_job my_job;
	struct gpuward_switch_model switch_model;
	struct gpuward_reset reset;
	struct gpuward_token token;
	struct gpuward_add_accel add_accel;
	struct gpuward_del_accel del_accel;
	struct gpuward_default_accel default_accel;
	struct gpuward_hold hold;
};

int gw_ctl_version(union gw_ctl_data *data);
int gw_ctl_my_vm(union gw_ctl_data *data);
int gw_ctl_my_accel(union gw_ctl_data *data);
int gw_ctl_my_model(union gw_ctl_data *data);
int gw_ctl_my_job(union gw_ctl_data *data);
int gw_ctl_switch_model(union gw_ctl_data *data);	/* writes its outputs with -EBUSY, too */
int gw_ctl_reset(union gw_ctl_data *data);
int gw_ctl_token(union gw_ctl_data *data);
int gw_ctl_add_accel(union gw_ctl_data *data);
int gw_ctl_del_accel(union gw_ctl_data *data);		/* ditto */
int gw_ctl_default_accel(union gw_ctl_data *data);

/* --- for handlers: whose is the caller? ------------------------------------------------ */

/*
 * The accelerator that the caller is bound to, with gw_admin held and a reference on its VM:
 * undone by gw_ctl_leave(), which returns @ret. NULL: it is nobody's, and neither is held.
 */
struct gw_accel *gw_ctl_enter(void);
int gw_ctl_leave(struct gw_accel *bound, int ret);

#endif /* _GW_CTL_OPS_H */
