// SPDX-License-Identifier: GPL-2.0-only
/* print_csv.c - gpuward-smi --query: chosen fields as CSV, the way nvidia-smi prints them. */
#include "smi.h"
#include "../common/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS 64
#define VALUE_LEN 256

struct format {
	int has_header;
	int has_units;
};

typedef void (*value_fn)(const struct snapshot *snapshot, const struct gpuward_accel_info *accel,
			 char value[VALUE_LEN]);

#define VALUE(name, ...)							\
static void name(const struct snapshot *snapshot, const struct gpuward_accel_info *accel,	\
		 char value[VALUE_LEN])						\
{										\
	(void)snapshot, (void)accel;						\
	snprintf(value, VALUE_LEN, __VA_ARGS__);				\
}

VALUE(of_index, "%u", accel->index)
VALUE(of_name, "%s", accel->name)
VALUE(of_vm, "%s", snapshot->vm ? snapshot->vm->name : accel->vm)
VALUE(of_model, "%s", accel->model)
VALUE(of_default, "%s", accel->is_default ? "yes" : "no")
VALUE(of_state, "%s", gpuward_word(GPUWARD_WORDS_ACCEL, accel->state))
VALUE(of_program, "%s", gpuward_word(GPUWARD_WORDS_PROGRAM, accel->program))
VALUE(of_duplicable, "%u", accel->duplicable)
VALUE(of_nr_gpus, "%u", accel->nr_gpus)
VALUE(of_total, "%" PRIu64, accel->memory_bytes >> 20)
VALUE(of_used, "%" PRIu64, used_mib(accel->used_bytes))
VALUE(of_free, "%" PRIu64, accel->used_bytes < accel->memory_bytes ?
	(accel->memory_bytes - accel->used_bytes) >> 20 : 0)
VALUE(of_quota, "%s", gpuward_word(GPUWARD_WORDS_QUOTA, accel->quota))
VALUE(of_managed, "%s", gpuward_word(GPUWARD_WORDS_MANAGED, accel->managed))
VALUE(of_running, "%u", accel->nr_running)
VALUE(of_waiting, "%u", accel->nr_waiting)

static void of_gpus(const struct snapshot *snapshot, const struct gpuward_accel_info *accel,
		    char value[VALUE_LEN])
{
	size_t at = 0;
	uint32_t i;

	(void)snapshot;
	value[0] = '\0';
	for (i = 0; i < accel->nr_placed; i++)
		at += (size_t)snprintf(value + at, VALUE_LEN - at, "%s%u", i ? " " : "",
				       accel->placed[i].minor);
}

static const struct field {
	const char *name;
	const char *unit;
	value_fn value;
} fields_known[] = {
	{ "index", NULL, of_index },
	{ "name", NULL, of_name },
	{ "vm", NULL, of_vm },
	{ "model", NULL, of_model },
	{ "default", NULL, of_default },
	{ "state", NULL, of_state },
	{ "program", NULL, of_program },
	{ "duplicable", NULL, of_duplicable },
	{ "gpu.count", NULL, of_nr_gpus },
	{ "gpu.minors", NULL, of_gpus },
	{ "memory.total", "MiB", of_total },
	{ "memory.used", "MiB", of_used },
	{ "memory.free", "MiB", of_free },
	{ "memory.quota", NULL, of_quota },
	{ "memory.managed", NULL, of_managed },
	{ "jobs.running", NULL, of_running },
	{ "jobs.waiting", NULL, of_waiting },
};
#define NR_KNOWN (sizeof(fields_known) / sizeof(*fields_known))

static const struct field *find_field(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < NR_KNOWN; i++)
		if (!strncmp(fields_known[i].name, name, len) && !fields_known[i].name[len])
			return &fields_known[i];
	return NULL;
}

/* The next word of a comma-separated list; blanks around it do not count. */
static const char *next_word(const char **list, size_t *len)
{
	const char *word = *list + strspn(*list, " ");

	*len = strcspn(word, ",");
	*list = word + *len + (word[*len] == ',');
	while (*len && word[*len - 1] == ' ')
		--*len;
	return word;
}

static int parse_fields(struct tool *tool, const char *list,
			const struct field *fields[MAX_FIELDS])
{
	size_t len, i;
	int nr = 0;

	do {
		const char *word = next_word(&list, &len);

		fields[nr] = len ? find_field(word, len) : NULL;
		if (fields[nr++])
			continue;
		tool_die(tool, EXIT_USAGE, "--query: no field \"%.*s\"; there are:", (int)len, word);
		for (i = 0; i < NR_KNOWN; i++)
			fprintf(stderr, "%s%s", i ? "," : "  ", fields_known[i].name);
		fputc('\n', stderr);
		return -1;
	} while (*list && nr < MAX_FIELDS);
	return nr;
}

static int parse_format(struct tool *tool, const char *list, struct format *format)
{
	int is_csv = 0;
	size_t len;

	format->has_header = 1;
	format->has_units = 1;
	while (*list) {
		const char *word = next_word(&list, &len);

		if (len == 3 && !strncmp(word, "csv", len))
			is_csv = 1;
		else if (len == 8 && !strncmp(word, "noheader", len))
			format->has_header = 0;
		else if (len == 7 && !strncmp(word, "nounits", len))
			format->has_units = 0;
		else
			is_csv = -1;
		if (is_csv < 0)
			break;
	}
	if (is_csv == 1)
		return 0;
	return tool_die(tool, EXIT_USAGE, "--format must be csv[,noheader][,nounits]");
}

int print_csv_check(struct tool *tool, const char *fields, const char *format)
{
	const struct field *parsed[MAX_FIELDS];
	struct format how;

	return parse_fields(tool, fields, parsed) < 0 || parse_format(tool, format, &how) ?
	       EXIT_USAGE : 0;
}

/* Quoted only where a comma, a quote or a blank at an end asks for it. */
static void put_csv(const char *raw)
{
	char *text = text_escape(raw);
	const char *c;
	size_t len;

	if (!text)
		return;
	len = strlen(text);
	if (!strpbrk(text, ",\"") && text[0] != ' ' && (!len || text[len - 1] != ' ')) {
		fputs(text, stdout);
	} else {
		putchar('"');
		for (c = text; *c; c++) {
			if (*c == '"')
				putchar('"');
			putchar(*c);
		}
		putchar('"');
	}
	free(text);
}

int print_csv(struct tool *tool, const struct snapshot *snapshot, const char *fields,
	      const char *format)
{
	const struct field *parsed[MAX_FIELDS];
	const struct gpuward_accel_info *accel;
	char value[VALUE_LEN];
	struct format how;
	int i, nr = parse_fields(tool, fields, parsed);

	if (nr < 0 || parse_format(tool, format, &how))
		return EXIT_USAGE;
	for (i = 0; how.has_header && i < nr; i++) {
		printf("%s%s", i ? ", " : "", parsed[i]->name);
		if (parsed[i]->unit)
			printf(" [%s]", parsed[i]->unit);
	}
	if (how.has_header)
		putchar('\n');
	for (accel = snapshot->accels; accel; accel = accel->next) {
		for (i = 0; i < nr; i++) {
			fputs(i ? ", " : "", stdout);
			parsed[i]->value(snapshot, accel, value);
			put_csv(value);
			if (how.has_units && parsed[i]->unit)
				printf(" %s", parsed[i]->unit);
		}
		putchar('\n');
	}
	return EXIT_DONE;
}
