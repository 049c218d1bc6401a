// SPDX-License-Identifier: GPL-2.0-only
/* status.c - gpuwardctl status, version: the module's state. */
#include "ctl.h"
#include "list.h"

#include <inttypes.h>

static const char *const headings[] = { "WHAT", "VALUE", NULL };

static void status_rows(struct table *table, const struct gpuward_status_info *status,
			const struct gpuward_setting_info *setting)
{
	char size[GPUWARD_SIZE_LEN];

#define ROW(name, format, ...) \
	(table_cell(table, name), table_cell(table, format, __VA_ARGS__))
	ROW("module", "%s (interface %u)", status->version, status->abi);
	ROW("driver", "%s", *status->driver ? status->driver : "none");
	ROW("state", "%s", gpuward_word(GPUWARD_WORDS_STATE, status->state));
	if (status->fields & GPUWARD_FIELD(GPUWARD_A_STATUS_REASON))
		ROW("reason", "%s", status->reason);
	ROW("nvidia-uvm", "%s", gpuward_word(GPUWARD_WORDS_STATE, status->uvm));
	ROW("host", "%s", gpuward_word(GPUWARD_WORDS_HOST, setting->host));
	ROW("enforce", "%s", gpuward_word(GPUWARD_WORDS_ENFORCE, setting->enforce));
	ROW("context memory", "%s", gpuward_format_size(setting->context_bytes, size));
	if (status->fields & GPUWARD_FIELD(GPUWARD_A_STATUS_NO_AUDIT))
		ROW("driver's books", "NOT READ: %s", status->no_audit);
	else if (setting->audit_seconds)
		ROW("driver's books", "compared every %u s, up to %s apart", setting->audit_seconds,
		    gpuward_format_size(setting->audit_tolerance_bytes, size));
	else if (setting->fields & GPUWARD_FIELD(GPUWARD_A_SETTING_AUDIT_SECONDS))
		ROW("driver's books", "%s", "compared when asked only");
	ROW("GPUs", "%u", status->nr_gpus);
	ROW("VMs", "%u", status->nr_vms);
	ROW("bindings", "%u", status->nr_bindings);
	ROW("open files", "%u", status->nr_files);
	ROW("jobs", "%u", status->nr_jobs);
	ROW("refused", "%" PRIu64, status->nr_refused);
#undef ROW
}

int status_main(struct tool *tool, const struct args *args)
{
	struct gpuward_status_info *status;
	struct gpuward_setting_info *setting;
	int err = open_list(tool, args);

	if (err)
		return err;
	err = gpuward_status(tool->g, &status);
	if (err)
		return tool_fail(tool, NULL, err);
	err = gpuward_settings(tool->g, &setting);
	if (err) {
		gpuward_free(status);
		return tool_fail(tool, NULL, err);
	}
	if (tool->is_json) {
		struct json_object *document = json_document(tool->g);

		json_object_object_add(document, "status", json_status(status, setting));
		json_print(document);
	} else {
		struct table *table = table_new(headings);

		status_rows(table, status, setting);
		err = table_print(table, tool->is_headless);
		table_free(table);
	}
	gpuward_free(status);
	gpuward_free(setting);
	return err ? EXIT_FAILED : EXIT_DONE;
}

int version_main(struct tool *tool, const struct args *args)
{
	const struct gpuward_version *v = gpuward_version(tool->g);
	int err;

	/* The tool's own version is known even where there is no module. */
	if (!args->option[0])
		printf("gpuwardctl %s\n", gpuward_client_version());
	fflush(stdout);
	err = open_for(tool, args->option[0]);
	if (err)
		return err;
	if (tool->is_json) {
		struct json_object *document = json_document(tool->g);

		json_text(document, "client_version", gpuward_client_version());
		json_print(document);
		return EXIT_DONE;
	}
	printf("module %s (interface %u, serves clients from %u on)\n", v->out_version_text,
	       v->out_abi, v->out_min_abi);
	printf("driver %s\n", *v->out_driver ? v->out_driver : "none");
	return EXIT_DONE;
}
