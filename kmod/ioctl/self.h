/* SPDX-License-Identifier: GPL-2.0-only */
/* The calls of /dev/gpuward, one handler each; ioctl/device.c copies in before and out after. */
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
	struct gpuward_vm_get my_vm;
	struct gpuward_accel_get my_accel;
	struct gpuward_model_get my_model;
	struct gpuward_job_get my_job;
	struct gpuward_accel_set_model switch_model;
	struct gpuward_accel_reset reset;
	struct gpuward_vm_token token;
	struct gpuward_accel_add add_accel;
	struct gpuward_accel_del del_accel;
	struct gpuward_accel_set_default default_accel;
	struct gpuward_claim hold;
};

int gw_ctl_version(union gw_ctl_data *data);
int gw_ctl_vm_get(union gw_ctl_data *data);
int gw_ctl_accel_get(union gw_ctl_data *data);
int gw_ctl_model_get(union gw_ctl_data *data);
int gw_ctl_job_get(union gw_ctl_data *data);
int gw_ctl_accel_set_model(union gw_ctl_data *data);	/* writes its outputs with -EBUSY, too */
int gw_ctl_accel_reset(union gw_ctl_data *data);
int gw_ctl_vm_token(union gw_ctl_data *data);
int gw_ctl_accel_add(union gw_ctl_data *data);
int gw_ctl_accel_del(union gw_ctl_data *data);		/* ditto */
int gw_ctl_accel_set_default(union gw_ctl_data *data);

/* --- for handlers: whose is the caller? ------------------------------------------------ */

/*
 * The accelerator that the caller is bound to, with gw_admin held and a reference on its VM:
 * undone by gw_ctl_leave(), which returns @ret. NULL: it is nobody's, and neither is held.
 */
struct gw_accel *gw_ctl_enter(void);
int gw_ctl_leave(struct gw_accel *bound, int ret);

#endif /* _GW_CTL_OPS_H */
