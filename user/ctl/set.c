// SPDX-License-Identifier: GPL-2.0-only
/*
 * set.c - gpuwardctl get, set: settings of the module.
 * Owns these verbs. Must not change one setting when another is wrong.
 */
#include "ctl.h"
#include "show.h"

#include <inttypes.h>
#include <string.h>

static const struct {
	const char *name;
	enum gpuward_words words;
	unsigned int attr;
	size_t offset;
	const char *values;
} settings[] = {
	{ "host", GPUWARD_WORDS_HOST, GPUWARD_A_SETTING_HOST,
	  offsetof(struct gpuward_setting_info, host), "allow or deny" },
	{ "enforce", GPUWARD_WORDS_ENFORCE, GPUWARD_A_SETTING_ENFORCE,
	  offsetof(struct gpuward_setting_info, enforce), "on or audit" },
};
#define DAY_MS (24 * 3600 * 1000)
static const struct {
	const char *name;
	unsigned int attr;
	size_t offset;
	uint32_t max;
} numbers[] = {
	{ "age_ms", GPUWARD_A_SETTING_AGE_MS, offsetof(struct gpuward_setting_info, age_ms),
	  UINT32_MAX },
	{ "max_passes", GPUWARD_A_SETTING_MAX_PASSES,
	  offsetof(struct gpuward_setting_info, max_passes), UINT32_MAX },
	{ "quarantine_ms", GPUWARD_A_SETTING_QUARANTINE_MS,
	  offsetof(struct gpuward_setting_info, quarantine_ms), UINT32_MAX },
	{ "orphan_ms", GPUWARD_A_SETTING_ORPHAN_MS,
	  offsetof(struct gpuward_setting_info, orphan_ms), DAY_MS },
	{ "evict_ms", GPUWARD_A_SETTING_EVICT_MS, offsetof(struct gpuward_setting_info, evict_ms),
	  DAY_MS },
};
#define NR_NUMBERS (sizeof(numbers) / sizeof(*numbers))
#define CONTEXT "context_bytes"
#define CONTEXT_MAX (64ull << 30)
#define NR_SETTINGS (sizeof(settings) / sizeof(*settings))

static uint32_t *value_of(struct gpuward_setting_info *setting, size_t i)
{
	return (uint32_t *)((char *)setting + settings[i].offset);
}

static uint32_t *number_of(struct gpuward_setting_info *setting, size_t i)
{
	return (uint32_t *)((char *)setting + numbers[i].offset);
}

int get_main(struct tool *tool, const struct args *args)
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
			printf("%s=%s\n", settings[i].name,
			       gpuward_word(settings[i].words, *value_of(setting, i)));
		printf("context_bytes=%" PRIu64 "\n", setting->context_bytes);
		for (i = 0; i < NR_NUMBERS; i++)
			if (setting->fields & GPUWARD_FIELD(numbers[i].attr))
				printf("%s=%" PRIu32 "\n", numbers[i].name, *number_of(setting, i));
	}
	gpuward_free(setting);
	return EXIT_DONE;
}

/* "context_bytes=SIZE": what a context takes of each GPU for the driver itself. */
static int parse_context(struct tool *tool, const char *value, struct gpuward_setting_info *setting)
{
	if (gpuward_parse_size(value, &setting->context_bytes) ||
	    setting->context_bytes > CONTEXT_MAX)
		return tool_die(tool, EXIT_USAGE,
				"context_bytes must be a size of at most 64 GiB, such as 300MiB");
	setting->fields |= GPUWARD_FIELD(GPUWARD_A_SETTING_CONTEXT);
	return 0;
}

/* Is it one of those, and which? */
static size_t find_number(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < NR_NUMBERS; i++)
		if (!strncmp(numbers[i].name, text, len) && !numbers[i].name[len])
			break;
	return i;
}

static int parse_number(struct tool *tool, size_t i, const char *value,
			struct gpuward_setting_info *setting)
{
	setting->fields |= GPUWARD_FIELD(numbers[i].attr);
	return args_u32(tool->path, numbers[i].name, value, 0, numbers[i].max, number_of(setting, i));
}

static int parse_one(struct tool *tool, const char *text, struct gpuward_setting_info *setting)
{
	size_t i, len = strcspn(text, "=");
	int value;

	i = find_number(text, len);
	if (i < NR_NUMBERS)
		return parse_number(tool, i, text[len] ? text + len + 1 : "", setting);
	if (!strncmp(text, CONTEXT "=", strlen(CONTEXT "=")))
		return parse_context(tool, text + strlen(CONTEXT "="), setting);
	for (i = 0; i < NR_SETTINGS; i++) {
		if (strncmp(settings[i].name, text, len) || settings[i].name[len])
			continue;
		value = text[len] ? gpuward_word_value(settings[i].words, text + len + 1) : -1;
		if (value < 0)
			return tool_die(tool, EXIT_USAGE, "%s must be %s", settings[i].name,
					settings[i].values);
		*value_of(setting, i) = (uint32_t)value;
		setting->fields |= GPUWARD_FIELD(settings[i].attr);
		return 0;
	}
	return tool_die(tool, EXIT_USAGE, "no setting \"%.*s\"; 'gpuwardctl get' shows them",
			(int)len, text);
}

int set_main(struct tool *tool, const struct args *args)
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
