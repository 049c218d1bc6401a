/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events to whoever listens (netlink multicast). Called with no lock held; sleeps for
 * memory; costs next to nothing while nobody listens.
 */
#ifndef _GW_EVENT_H
#define _GW_EVENT_H

#include "job/job.h"

struct genl_family;

/* Fields that are 0 or NULL are left out of the message, except where has_* says otherwise. */
struct gw_event {
	u32 type;			/* enum gpuward_event */
	struct gw_accel *accel;		/* gives VM and accelerator; a reference is the caller's */
	struct gw_vm *vm;		/* when there is no accelerator */
	u64 job;
	u64 record;			/* number of its record of usage */
	struct pid *pid;		/* of the program */
	const char *command;
	struct pid *holder;
	const char *holder_command;
	bool has_gpu;
	u32 gpu;
	const char *model;
	bool has_times;
	u64 wait_ns;
	u64 held_ns;
	bool has_memory;
	u64 requested_bytes;
	u64 used_bytes;
	u64 limit_bytes;
	u64 count;
	u64 deadline_ns;
	const char *for_vm;
	const char *text;
};

void gw_event_send(const struct gw_event *ev);
/* From genl: where events go; NULL: nowhere any more. */
void gw_event_set_family(struct genl_family *family);

#endif /* _GW_EVENT_H */
