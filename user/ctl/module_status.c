// SPDX-License-Identifier: GPL-2.0-only
/*
 * module_status.c - gpuwardctl module status: which modules there are, installed and loaded.
 * Owns this verb. Must not open /dev/gpuward: that would be a reference of its own.
 */
#include "ctl.h"
#include "module.h"
#include "list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const headings[] = { "WHAT", "VALUE", NULL };
static const char *const vendor_modules[] = {
	"nvidia", "nvidia-uvm", "nvidia-drm", "nvidia-modeset",
};
#define NR_VENDOR (sizeof(vendor_modules) / sizeof(*vendor_modules))

struct vendor {
	const char *name;
	int is_loaded, is_installed;
	char loaded[MODULE_TEXT];	/* versions, "" when the module names none */
	char installed[MODULE_TEXT];
};

struct report {
	struct module_file installed, given;	/* .module is NULL when there is none */
	int is_loaded;
	char version[MODULE_TEXT], srcversion[MODULE_TEXT], references[MODULE_TEXT];
	char holders[MODULE_TEXT], lockdown[MODULE_TEXT], enforced[MODULE_TEXT];
	struct vendor vendors[NR_VENDOR];
};

/* The loaded module is another build than the file that would be loaded next. */
static int must_reload(const struct report *r)
{
	const struct module_file *next = r->given.module ? &r->given : &r->installed;

	return r->is_loaded && next->module && *r->srcversion && *module_get(next, "srcversion") &&
	       strcmp(r->srcversion, module_get(next, "srcversion"));
}

static void look_at_vendor(struct kmod_ctx *context, const char *name, struct vendor *v)
{
	struct module_file file;
	char loaded_name[32];
	size_t i;

	v->name = name;
	for (i = 0; name[i]; i++)
		loaded_name[i] = name[i] == '-' ? '_' : name[i];
	loaded_name[i] = '\0';
	v->is_loaded = module_is_loaded(loaded_name);
	module_read(v->loaded, "/sys/module/%s/version", loaded_name);
	v->is_installed = !module_find(context, name, &file);
	if (!v->is_installed)
		return;
	snprintf(v->installed, sizeof(v->installed), "%s", module_get(&file, "version"));
	module_close(&file);
}

static void look(struct kmod_ctx *context, struct report *r)
{
	size_t i;

	module_find(context, MODULE_NAME, &r->installed);
	r->is_loaded = module_is_loaded(MODULE_NAME);
	module_read(r->version, "/sys/module/" MODULE_NAME "/version");
	module_read(r->srcversion, "/sys/module/" MODULE_NAME "/srcversion");
	module_read(r->references, "/sys/module/" MODULE_NAME "/refcnt");
	module_holders(r->holders);
	module_lockdown(r->lockdown);
	module_read(r->enforced, "/sys/module/module/parameters/sig_enforce");
	for (i = 0; i < NR_VENDOR; i++)
		look_at_vendor(context, vendor_modules[i], &r->vendors[i]);
}

/* --- for people ------------------------------------------------------------------------------- */

static void file_rows(struct table *table, const char *what, const struct module_file *file)
{
	table_cell(table, "%s", what);
	table_cell(table, "%s, srcversion %s, %s", module_get(file, "version"),
		   module_get(file, "srcversion"), kmod_module_get_path(file->module));
	table_cell(table, "%s for", what);
	table_cell(table, "%s%s", module_get(file, "vermagic"),
		   module_fits(file) ? "" : "  NOT the kernel that runs");
	table_cell(table, "%s signed", what);
	table_cell(table, "%s%s", *module_get(file, "sig_id") ? "yes, by " : "no",
		   *module_get(file, "sig_id") ? module_get(file, "signer") : "");
}

static void parameter_rows(struct table *table, const struct module_file *file)
{
	const struct kmod_list *at = NULL;

	while ((at = module_next_parameter(file, at))) {
		const char *parm = kmod_module_info_get_value(at);
		char value[MODULE_TEXT];
		int len = (int)strcspn(parm, ":");

		table_cell(table, "parameter %.*s", len, parm);
		table_cell(table, "%s", module_read(value, "/sys/module/" MODULE_NAME "/parameters/%.*s",
						    len, parm) ? "-" : value);
	}
}

static void vendor_row(struct table *table, const struct vendor *v)
{
	const char *version = v->is_loaded ? v->loaded : v->installed;
	const char *state = v->is_loaded ? "loaded" : "installed, not loaded";
	int is_other = v->is_loaded && v->is_installed && strcmp(v->loaded, v->installed);

	table_cell(table, "%s", v->name);
	if (!v->is_loaded && !v->is_installed)
		table_cell(table, "neither loaded nor installed");
	else if (!*version)
		table_cell(table, "%s, version unknown", state);
	else
		table_cell(table, "%s (branch %.*s), %s%s%s", version, (int)strcspn(version, "."),
			   version, state, is_other ? "; installed is " : "",
			   is_other ? v->installed : "");
}

static void rows(struct table *table, const struct report *r)
{
	size_t i;

	table_cell(table, "kernel");
	table_cell(table, "%s%s%s%s", host_release(), *r->lockdown ? ", lockdown " : "", r->lockdown,
		   !strcmp(r->enforced, "Y") ? ", signed modules only" : "");
	if (r->installed.module) {
		file_rows(table, "installed", &r->installed);
	} else {
		table_cell(table, "installed");
		table_cell(table, "none for this kernel");
	}
	if (r->given.module)
		file_rows(table, "file", &r->given);
	table_cell(table, "loaded");
	if (!r->is_loaded) {
		table_cell(table, "no");
	} else {
		table_cell(table, "%s, srcversion %s%s", r->version, *r->srcversion ? r->srcversion : "?",
			   must_reload(r) ? "  ANOTHER build: reload to use it (gpuwardctl module unload, load)" : "");
		table_cell(table, "used by");
		table_cell(table, "references: %s%s%s", r->references,
			   *r->holders ? ", modules: " : "", r->holders);
	}
	parameter_rows(table, r->given.module ? &r->given : &r->installed);
	for (i = 0; i < NR_VENDOR; i++)
		vendor_row(table, &r->vendors[i]);
}

/* --- for programs ----------------------------------------------------------------------------- */

static void text_or_null(struct json_object *to, const char *key, const char *text)
{
	if (*text)
		json_text(to, key, text);
	else
		json_null(to, key);
}

static struct json_object *json_file(const struct module_file *file)
{
	struct json_object *o;

	if (!file->module)
		return NULL;
	o = json_object_new_object();
	json_text(o, "path", kmod_module_get_path(file->module));
	text_or_null(o, "version", module_get(file, "version"));
	text_or_null(o, "srcversion", module_get(file, "srcversion"));
	text_or_null(o, "vermagic", module_get(file, "vermagic"));
	json_flag(o, "for_this_kernel", module_fits(file));
	json_flag(o, "signed", !!*module_get(file, "sig_id"));
	text_or_null(o, "signer", module_get(file, "signer"));
	return o;
}

static struct json_object *json_loaded(const struct report *r)
{
	struct json_object *o, *list;
	char names[MODULE_TEXT], *name, *rest = names;

	if (!r->is_loaded)
		return NULL;
	o = json_object_new_object();
	list = json_object_new_array();
	text_or_null(o, "version", r->version);
	text_or_null(o, "srcversion", r->srcversion);
	json_u64(o, "references", strtoull(r->references, NULL, 10));
	snprintf(names, sizeof(names), "%s", r->holders);
	while ((name = strsep(&rest, " ")))
		if (*name)
			json_object_array_add(list, json_object_new_string(name));
	json_object_object_add(o, "holders", list);
	return o;
}

static struct json_object *json_parameters(const struct module_file *file)
{
	struct json_object *list = json_object_new_array();
	const struct kmod_list *at = NULL;

	while ((at = module_next_parameter(file, at))) {
		const char *parm = kmod_module_info_get_value(at);
		int len = (int)strcspn(parm, ":");
		struct json_object *o = json_object_new_object();
		char name[MODULE_TEXT], value[MODULE_TEXT];

		snprintf(name, sizeof(name), "%.*s", len, parm);
		json_text(o, "name", name);
		json_text(o, "description", parm + len + !!parm[len]);
		if (module_read(value, "/sys/module/" MODULE_NAME "/parameters/%s", name))
			json_null(o, "value");
		else
			json_text(o, "value", value);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *json_vendor(const struct vendor *v)
{
	const char *version = v->is_loaded ? v->loaded : v->installed;
	struct json_object *o = json_object_new_object();
	char *end;
	uint64_t branch = strtoull(version, &end, 10);

	json_text(o, "name", v->name);
	json_flag(o, "loaded", v->is_loaded);
	json_flag(o, "installed", v->is_installed);
	text_or_null(o, "loaded_version", v->loaded);
	text_or_null(o, "installed_version", v->installed);
	json_u64_or_null(o, "branch", end != version, branch);
	return o;
}

static struct json_object *json_report(const struct report *r)
{
	struct json_object *document = json_object_new_object(), *list = json_object_new_array();
	size_t i;

	json_text(document, "kernel", host_release());
	text_or_null(document, "lockdown", r->lockdown);
	if (*r->enforced)
		json_flag(document, "signed_only", !strcmp(r->enforced, "Y"));
	else
		json_null(document, "signed_only");
	json_object_object_add(document, "installed", json_file(&r->installed));
	json_object_object_add(document, "file", json_file(&r->given));
	json_object_object_add(document, "loaded", json_loaded(r));
	json_flag(document, "must_reload", must_reload(r));
	json_object_object_add(document, "parameters",
			       json_parameters(r->given.module ? &r->given : &r->installed));
	for (i = 0; i < NR_VENDOR; i++)
		json_object_array_add(list, json_vendor(&r->vendors[i]));
	json_object_object_add(document, "nvidia", list);
	return document;
}

int module_status_main(struct tool *tool, const struct args *args)
{
	struct kmod_ctx *context = module_context(tool);
	struct report r = {};
	int err = 0;

	if (!context)
		return EXIT_FAILED;
	if (args->option[O_MODULE_FILE])
		err = module_open(tool, context, args->option[O_MODULE_FILE], &r.given);
	if (err) {
		kmod_unref(context);
		return err;
	}
	look(context, &r);
	if (args->option[O_MODULE_JSON]) {
		err = json_print(json_report(&r));
	} else {
		struct table *table = table_new(headings);

		rows(table, &r);
		err = table_print(table, 0);
		table_free(table);
	}
	module_close(&r.given);
	module_close(&r.installed);
	kmod_unref(context);
	return err ? tool_die(tool, EXIT_FAILED, "out of memory") : EXIT_DONE;
}
