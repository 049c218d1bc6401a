// SPDX-License-Identifier: GPL-2.0-only
/* snapshot.c - one reading of the caller's own VM, or of all VMs for an administrator. */
#include "smi.h"

#include <errno.h>
#include <string.h>

static int read_own(struct tool *tool, struct snapshot *snapshot, int wants_token)
{
	int err = gpuward_my_accels(tool->g, &snapshot->accels);

	if (!err)
		err = gpuward_my_jobs(tool->g, &snapshot->jobs);
	if (!err && wants_token)
		err = gpuward_token_get(tool->g, 0, snapshot->token);
	snapshot->has_token = wants_token;
	return err ? tool_fail(tool, NULL, err) : 0;
}

static int read_all(struct tool *tool, struct snapshot *snapshot)
{
	int err = gpuward_accels(tool->g, 0, &snapshot->accels);

	if (!err)
		err = gpuward_jobs(tool->g, &snapshot->jobs);
	snapshot->is_admin = 1;
	if (err == -EPERM || err == -ENODEV)
		return tool_die(tool, EXIT_UNAVAILABLE,
				"this process is not bound to a VM, and only an administrator of the host sees all VMs");
	return err ? tool_fail(tool, NULL, err) : 0;
}

/* Take out what does not belong to accelerator @index; works on the links alone. */
#define keep_only(list, member, index)						\
	do {									\
		__typeof__(list) *at_ = &(list), gone_;				\
										\
		while (*at_) {							\
			if ((*at_)->member == (index)) {			\
				at_ = &(*at_)->next;				\
				continue;					\
			}							\
			gone_ = *at_;						\
			*at_ = gone_->next;					\
			gone_->next = NULL;					\
			gpuward_free(gone_);					\
		}								\
	} while (0)

int snapshot_read(struct tool *tool, struct snapshot *snapshot, int64_t index, int wants_token)
{
	int err;

	memset(snapshot, 0, sizeof(*snapshot));
	err = gpuward_my_vm(tool->g, &snapshot->vm);
	if (!err)
		err = read_own(tool, snapshot, wants_token);
	else if (err == -ENXIO)
		err = read_all(tool, snapshot);
	else
		err = tool_fail(tool, NULL, err);
	if (err || index < 0)
		return err;
	keep_only(snapshot->accels, index, index);
	keep_only(snapshot->jobs, accel, index);
	if (!snapshot->accels)
		return tool_die(tool, EXIT_NOT_FOUND, "no accelerator %u", (uint32_t)index);
	return 0;
}

void snapshot_free(struct snapshot *snapshot)
{
	gpuward_free(snapshot->vm);
	gpuward_free(snapshot->accels);
	gpuward_free(snapshot->jobs);
	explicit_bzero(snapshot->token, sizeof(snapshot->token));
}
