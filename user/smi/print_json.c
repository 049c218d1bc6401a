// SPDX-License-Identifier: GPL-2.0-only
/*
 * print_json.c - gpuward-smi for programs: one JSON document.
 * Owns its shape; the keys of objects are those of gpuwardctl. Must not read from the module.
 */
#include "smi.h"
#include "../common/json.h"

int show_json(struct tool *tool, const struct view *view)
{
	struct json_object *document = json_document(tool->g);

	json_text(document, "client_version", gpuward_client_version());
	json_object_object_add(document, "vm", view->vm ? json_vm(view->vm) : NULL);
	if (view->has_token)
		json_text(document, "token", view->token);
	json_list(document, "accelerators", view->accels, json_accel);
	json_list(document, "jobs", view->jobs, json_job);
	return json_print(document) ? tool_die(tool, EXIT_FAILED, "out of memory") : EXIT_DONE;
}
