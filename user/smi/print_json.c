// SPDX-License-Identifier: GPL-2.0-only
/* print_json.c - gpuward-smi --json: one document; the keys of objects are those of gpuwardctl. */
#include "smi.h"
#include "../common/json.h"

int print_json(struct tool *tool, const struct snapshot *snapshot)
{
	struct json_object *document = json_document(tool->g);

	json_text(document, "client_version", gpuward_client_version());
	json_object_object_add(document, "vm", snapshot->vm ? json_vm(snapshot->vm) : NULL);
	if (snapshot->has_token)
		json_text(document, "token", snapshot->token);
	json_list(document, "accelerators", snapshot->accels, json_accel);
	json_list(document, "jobs", snapshot->jobs, json_job);
	return json_print(document) ? tool_die(tool, EXIT_FAILED, "out of memory") : EXIT_DONE;
}
