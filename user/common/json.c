// SPDX-License-Identifier: GPL-2.0-only
/* json.c - members of JSON objects, what every document begins with, and printing. */
#include "json.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

void json_text(struct json_object *to, const char *key, const char *text)
{
	char *clean = text_utf8(text);

	json_object_object_add(to, key, json_object_new_string(clean ?: ""));
	free(clean);
}

void json_u64(struct json_object *to, const char *key, uint64_t value)
{
	json_object_object_add(to, key, json_object_new_uint64(value));
}

void json_s32(struct json_object *to, const char *key, int32_t value)
{
	json_object_object_add(to, key, json_object_new_int(value));
}

void json_flag(struct json_object *to, const char *key, int value)
{
	json_object_object_add(to, key, json_object_new_boolean(value));
}

void json_null(struct json_object *to, const char *key)
{
	json_object_object_add(to, key, NULL);
}

void json_u64_or_null(struct json_object *to, const char *key, int has, uint64_t value)
{
	json_object_object_add(to, key, has ? json_object_new_uint64(value) : NULL);
}

struct json_object *json_document(const struct gpuward *g)
{
	const struct gpuward_version *v = gpuward_version(g);
	struct json_object *document = json_object_new_object();
	struct json_object *module = *v->out_version_text ? json_object_new_object() : NULL;

	json_object_object_add(document, "module", module);
	if (!module)
		return document;	/* not asked, or not loaded */
	json_text(module, "version", v->out_version_text);
	if (*v->out_driver)
		json_text(module, "driver", v->out_driver);
	else
		json_null(module, "driver");
	json_text(module, "state", gpuward_word(GPUWARD_WORDS_STATE, v->out_state));
	json_flag(module, "permissive", !!v->out_permissive);
	return document;
}

static int print(struct json_object *document, int flags)
{
	const char *raw = json_object_to_json_string_ext(document, flags);
	char *text = raw ? text_json(raw) : NULL;
	int failed = !text;

	if (text)
		puts(text);
	free(text);
	json_object_put(document);
	return -failed;
}

int json_print(struct json_object *document)
{
	return print(document, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
		     JSON_C_TO_STRING_NOSLASHESCAPE);
}

int json_print_line(struct json_object *document)
{
	return print(document, JSON_C_TO_STRING_NOSLASHESCAPE);
}
