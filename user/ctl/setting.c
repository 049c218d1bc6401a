// SPDX-License-Identifier: GPL-2.0-only
/* setting.c - gpuwardctl setting: settings of the module, changed all or none. */
#include "ctl.h"
#include "list.h"

#include <inttypes.h>
#include <string.h>

enum kind { WORD, NUMBER, SIZE };
#define OFFSET(member) offsetof(struct gpuward_setting_info, member)
#define DAY_MS (24 * 3600 * 1000)

static const struct setting {
	const char *name;
	enum kind kind;
	unsigned int attr;
	size_t offset;		/* of a uint32_t, for SIZE a uint64_t */
	uint64_t max;
	const char *expected;	/* WORD: the words; SIZE: an example */
	enum gpuward_words words;
} settings[] = {
	{ "host", WORD, GPUWARD_A_SETTING_HOST, OFFSET(host), 0, "allow or deny",
	  GPUWARD_WORDS_HOST },
	{ "enforce", WORD, GPUWARD_A_SETTING_ENFORCE, OFFSET(enforce), 0, "on or permissive",
	  GPUWARD_WORDS_ENFORCE },
	{ "context_bytes", SIZE, GPUWARD_A_SETTING_CONTEXT_BYTES, OFFSET(context_bytes), 64ull << 30,
	  "300MiB" },
	{ "age_ms", NUMBER, GPUWARD_A_SETTING_AGE_MS, OFFSET(age_ms), UINT32_MAX },
	{ "max_backfill", NUMBER, GPUWARD_A_SETTING_MAX_BACKFILL, OFFSET(max_backfill), UINT32_MAX },
	{ "quarantine_ms", NUMBER, GPUWARD_A_SETTING_QUARANTINE_MS, OFFSET(quarantine_ms),
	  UINT32_MAX },
	{ "orphan_ms", NUMBER, GPUWARD_A_SETTING_ORPHAN_MS, OFFSET(orphan_ms), DAY_MS },
	{ "evict_ms", NUMBER, GPUWARD_A_SETTING_EVICT_MS, OFFSET(evict_ms), DAY_MS },
	{ "audit_seconds", NUMBER, GPUWARD_A_SETTING_AUDIT_SECONDS, OFFSET(audit_seconds), 86400 },
	{ "audit_tolerance_bytes", SIZE, GPUWARD_A_SETTING_AUDIT_TOLERANCE_BYTES, OFFSET(audit_tolerance_bytes),
	  64ull << 30, "64MiB" },
};
#define NR_SETTINGS (sizeof(settings) / sizeof(*settings))

static void *value_of(struct gpuward_setting_info *setting, const struct setting *s)
{
	return (char *)setting + s->offset;
}

static void print_setting(struct gpuward_setting_info *setting, const struct setting *s)
{
	const void *value = value_of(setting, s);

	if (s->kind == WORD)
		printf("%s=%s\n", s->name, gpuward_word(s->words, *(const uint32_t *)value));
	else if (s->kind == SIZE)
		printf("%s=%" PRIu64 "\n", s->name, *(const uint64_t *)value);
	else
		printf("%s=%" PRIu32 "\n", s->name, *(const uint32_t *)value);
}

static int list_main(struct tool *tool, const struct args *args)
{
	struct gpuward_setting_info *setting;
	int err = open_for(tool, args->option[0]);
	size_t i;

	if (err)
		return err;
	err = gpuward_settings(tool->g, &setting);
	if (err)
		return tool_fail(tool, NULL, err);
	if (tool->is_json) {
		struct json_object *document = json_document(tool->g);

		json_object_object_add(document, "settings", json_setting(setting));
		json_print(document);
	} else {
		for (i = 0; i < NR_SETTINGS; i++)
			if (setting->fields & GPUWARD_FIELD(settings[i].attr))
				print_setting(setting, &settings[i]);
	}
	gpuward_free(setting);
	return EXIT_DONE;
}

static int parse_word(struct tool *tool, const struct setting *s, const char *text, uint32_t *out)
{
	int value = gpuward_word_value(s->words, text);

	if (value < 0)
		return tool_die(tool, EXIT_USAGE, "%s must be %s", s->name, s->expected);
	*out = (uint32_t)value;
	return 0;
}

static int parse_size(struct tool *tool, const struct setting *s, const char *text, uint64_t *out)
{
	if (!gpuward_parse_size(text, out) && *out <= s->max)
		return 0;
	return tool_die(tool, EXIT_USAGE, "%s must be a size of at most %" PRIu64 " GiB, such as %s",
			s->name, s->max >> 30, s->expected);
}

static int parse_one(struct tool *tool, const char *text, struct gpuward_setting_info *setting)
{
	size_t i, len = strcspn(text, "=");
	const char *value = text + len + !!text[len];
	const struct setting *s;

	for (i = 0; i < NR_SETTINGS; i++)
		if (!strncmp(settings[i].name, text, len) && !settings[i].name[len])
			break;
	if (i == NR_SETTINGS)
		return tool_die(tool, EXIT_USAGE, "no setting \"%.*s\"; 'gpuwardctl setting list' shows them",
				(int)len, text);
	s = &settings[i];
	setting->fields |= GPUWARD_FIELD(s->attr);
	if (s->kind == WORD)
		return parse_word(tool, s, value, value_of(setting, s));
	if (s->kind == SIZE)
		return parse_size(tool, s, value, value_of(setting, s));
	return args_u32(tool->path, s->name, value, 0, (uint32_t)s->max, value_of(setting, s));
}

static int set_main(struct tool *tool, const struct args *args)
{
	struct gpuward_setting_info setting = {};
	int i, err;

	for (i = 0; i < args->nr_operands; i++) {
		err = parse_one(tool, args->operand[i], &setting);
		if (err)
			return err;
	}
	tool->is_quiet = 1;
	err = tool_open(tool);
	if (err)
		return err;
	err = gpuward_setting_set(tool->g, &setting);
	if (err)
		return tool_fail(tool, NULL, err);
	tool->is_quiet = 0;
	return tool_again(tool);	/* says so when the new settings need a warning */
}

const struct command setting_verbs[] = {
	{ "list", "", 0, 0, "all settings", json_option, list_main },
	{ "set", "NAME=VALUE...", 1, MAX_OPERANDS,
	  "change settings, those that 'list' shows, such as host=deny enforce=permissive", NULL, set_main },
	{},
};
