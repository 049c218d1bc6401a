// SPDX-License-Identifier: GPL-2.0-only
/* audit.c - gpuwardctl gpu audit: the driver's books against the module's. */
#include "ctl.h"
#include "list.h"

static const char *const headings[] = {
	"GPU", "VM", "ACCEL", "JOB", "PROCESSES", "KNOWN", "DRIVER SAYS", "EXCESS", "ENDED", NULL,
};

static void add_row(struct table *table, const struct gpuward_audit_info *a)
{
	char size[GPUWARD_SIZE_LEN];

	table_cell(table, "%u", a->gpu);
	table_cell(table, "%s", *a->vm ? a->vm : "-");
	table_cell(table, "%u", a->accel);
	if (a->job)
		table_cell(table, "%llu", (unsigned long long)a->job);
	else
		table_cell(table, "-");
	table_cell(table, "%u", a->nr_processes);
	table_cell(table, "%s", gpuward_format_size(a->charged_bytes, size));
	table_cell(table, "%s", gpuward_format_size(a->reported_bytes, size));
	table_cell(table, "%s", gpuward_format_size(a->excess_bytes, size));
	table_cell(table, "%s", a->is_ended ? "yes" : "no");
}

static struct json_object *json_audit(const struct gpuward_audit_info *a)
{
	struct json_object *o = json_object_new_object();

	json_u64(o, "gpu", a->gpu);
	json_u64(o, "vm_id", a->vm_id);
	json_text(o, "vm", a->vm);
	json_u64(o, "accelerator", a->accel);
	json_u64(o, "job", a->job);
	json_u64(o, "nr_processes", a->nr_processes);
	json_u64(o, "charged_bytes", a->charged_bytes);
	json_u64(o, "driver_bytes", a->reported_bytes);
	json_u64(o, "excess_bytes", a->excess_bytes);
	json_object_object_add(o, "ended", json_object_new_boolean(!!a->is_ended));
	return o;
}

int gpu_audit_main(struct tool *tool, const struct args *args)
{
	struct gpuward_audit_info *list;
	int err = open_list(tool, args);

	if (err)
		return err;
	err = gpuward_audit(tool->g, &list);
	if (err)
		return tool_fail(tool, NULL, err);
	return show_list(tool, "audit", list, headings, add_row, json_audit);
}
