// SPDX-License-Identifier: GPL-2.0-only
/* binding.c - gpuwardctl binding: which cgroups belong to which VM. */
#include "ctl.h"
#include "list.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define CGROUP_ROOT "/sys/fs/cgroup"
#define BINDING_FIELD(name) GPUWARD_FIELD(GPUWARD_A_BINDING_##name)

enum { O_ACCEL };
static const struct option_row add_options[] = {
	{ "accel", 0, "N", "bind to this accelerator of the VM, not to its default one" },
	{},
};

static const char *const headings[] = { "VM", "ACCEL", "CGROUP", "ID", NULL };

static void add_row(struct table *table, const struct gpuward_binding_info *binding)
{
	table_cell(table, "%s", binding->vm);
	if (binding->fields & BINDING_FIELD(ACCEL))
		table_cell(table, "%u", binding->accel);
	else
		table_cell(table, "default");
	table_cell(table, "%s%s", binding->path, binding->dead ? " (removed)" : "");
	table_cell(table, "%llu", (unsigned long long)binding->cgroup_id);
}

static int list_main(struct tool *tool, const struct args *args)
{
	struct gpuward_binding_info *bindings;
	int err = open_list(tool, args);

	if (err)
		return err;
	err = gpuward_bindings(tool->g, &bindings);
	if (err)
		return tool_fail(tool, NULL, err);
	return show_list(tool, "bindings", bindings, headings, add_row, json_binding);
}

/* An open directory, or minus the exit code after an error on stderr. */
static int open_cgroup(struct tool *tool, const char *path)
{
	char full[GPUWARD_PATH_LEN];
	int fd;

	if (snprintf(full, sizeof(full), "%s%s", *path == '/' ? "" : CGROUP_ROOT "/", path) >=
	    (int)sizeof(full))
		return -tool_die(tool, EXIT_NOT_FOUND, "path too long");
	fd = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -tool_die(tool, errno == ENOENT || errno == ENOTDIR ? EXIT_NOT_FOUND :
				 tool_exit_code(-errno), "%s: %s", full, strerror(errno));
	return fd;
}

/* The module knows the directory as a number only. */
static int binding_result(struct tool *tool, const char *path, int err)
{
	if (err == -EBADF)
		return tool_die(tool, EXIT_FAILED, "%s is not a cgroup v2 directory", path);
	return err ? tool_fail(tool, path, err) : EXIT_DONE;
}

static int add_main(struct tool *tool, const struct args *args)
{
	struct gpuward_binding_info binding = { .fields = BINDING_FIELD(VM) |
							  BINDING_FIELD(CGROUP_FD) };
	const char *vm = args->operand[0], *accel = args->option[O_ACCEL];
	int err;

	if (!*vm || strlen(vm) >= sizeof(binding.vm))
		return tool_die(tool, EXIT_NOT_FOUND, "VM \"%s\" not found", vm);
	strcpy(binding.vm, vm);
	if (accel) {
		err = args_u32(tool->path, "--accel", accel, 0, UINT32_MAX, &binding.accel);
		if (err)
			return err;
		binding.fields |= BINDING_FIELD(ACCEL);
	}
	err = tool_open(tool);
	if (err)
		return err;
	binding.cgroup_fd = open_cgroup(tool, args->operand[1]);
	if (binding.cgroup_fd < 0)
		return -binding.cgroup_fd;
	err = gpuward_binding_add(tool->g, &binding);
	close(binding.cgroup_fd);
	return binding_result(tool, args->operand[1], err);
}

static int del_main(struct tool *tool, const struct args *args)
{
	int err = tool_open(tool), fd;

	if (err)
		return err;
	fd = open_cgroup(tool, args->operand[0]);
	if (fd < 0)
		return -fd;
	err = gpuward_binding_del(tool->g, fd);
	close(fd);
	return binding_result(tool, args->operand[0], err);
}

const struct command binding_verbs[] = {
	{ "list", "", 0, 0, "all bindings", list_options, list_main },
	{ "add", "VM CGROUP", 2, 2, "give a cgroup v2 directory, and all below it, to a VM",
	  add_options, add_main },
	{ "del", "CGROUP", 1, 1, "take it back; files opened before keep their VM", NULL, del_main },
	{},
};
