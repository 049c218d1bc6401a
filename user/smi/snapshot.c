// SPDX-License-Identifier: GPL-2.0-only
/*
 * snapshot.c - what gpuward-smi sees: the caller's own VM, or all VMs for an administrator.
 * Owns the choice between the two. Must not show anything.
 */
#include "smi.h"

#include <errno.h>
#include <string.h>

static int read_own(struct tool *tool, struct view *view, int wants_token)
{
	int err = gpuward_my_accels(tool->g, &view->accels);

	if (!err)
		err = gpuward_my_jobs(tool->g, &view->jobs);
	if (!err && wants_token)
		err = gpuward_token_get(tool->g, 0, view->token);
	view->has_token = wants_token;
	return err ? tool_fail(tool, NULL, err) : 0;
}

static int read_all(struct tool *tool, struct view *view)
{
	int err = gpuward_accels(tool->g, 0, &view->accels);

	if (!err)
		err = gpuward_jobs(tool->g, &view->jobs);
	view->is_admin = 1;
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

int view_read(struct tool *tool, struct view *view, int64_t index, int wants_token)
{
	int err;

	memset(view, 0, sizeof(*view));
	err = gpuward_my_vm(tool->g, &view->vm);
	if (!err)
		err = read_own(tool, view, wants_token);
	else if (err == -ENXIO)
		err = read_all(tool, view);
	else
		err = tool_fail(tool, NULL, err);
	if (err || index < 0)
		return err;
	keep_only(view->accels, index, index);
	keep_only(view->jobs, accel, index);
	if (!view->accels)
		return tool_die(tool, EXIT_NOT_FOUND, "no accelerator %u", (uint32_t)index);
	return 0;
}

void view_free(struct view *view)
{
	gpuward_free(view->vm);
	gpuward_free(view->accels);
	gpuward_free(view->jobs);
	explicit_bzero(view->token, sizeof(view->token));
}
