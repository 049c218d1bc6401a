// SPDX-License-Identifier: GPL-2.0-only
/*
 * jsoncheck.c - is standard input JSON, strictly, one document or one a line?
 * Owns a verdict by exit status; with names as arguments prints what stands there, "vms.0.name".
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *find(struct json_object *at, char *path)
{
	char *part;

	for (part = strtok(path, "."); part && at; part = strtok(NULL, ".")) {
		if (json_object_is_type(at, json_type_array))
			at = json_object_array_get_idx(at, (size_t)atoi(part));
		else if (!json_object_object_get_ex(at, part, &at))
			return NULL;
	}
	return at;
}

static int check(const char *text, size_t len, int argc, char **argv)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *o;
	int i, bad;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(tokener, text, (int)len);
	bad = json_tokener_get_error(tokener) != json_tokener_success ||
	      !json_object_is_type(o, json_type_object);
	if (bad)
		fprintf(stderr, "not JSON: %s\n",
			json_tokener_error_desc(json_tokener_get_error(tokener)));
	for (i = 1; !bad && i < argc; i++) {
		char path[256];

		snprintf(path, sizeof(path), "%s", argv[i]);
		printf("%s=%s\n", argv[i], json_object_to_json_string(find(o, path)));
	}
	json_object_put(o);
	json_tokener_free(tokener);
	return bad;
}

int main(int argc, char **argv)
{
	int is_lines = argc > 1 && !strcmp(argv[1], "-l"), bad = 0, nr = 0;
	char *text = NULL;
	size_t size = 0;
	ssize_t len;

	while ((len = getdelim(&text, &size, is_lines ? '\n' : EOF, stdin)) > 0) {
		bad |= check(text, (size_t)len, argc - is_lines, argv + is_lines);
		nr++;
	}
	free(text);
	return bad || !nr;
}
