// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which module's code lay where, also after it has gone.
 * Remembers; resolves no symbols (the host has the objects).
 */
#include "modmap.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define MAX_SECTIONS 256
#define MAX_SIZE (1UL << 20)	/* no section of code is larger */

struct section {
	char name[80];		/* module and section: "gpuward.init.text" */
	unsigned long base;
};

/* The newest last; the oldest make room. */
static struct section sections[MAX_SECTIONS];
static int nr_sections;

static void remember(const struct section *s)
{
	if (nr_sections == MAX_SECTIONS)
		memmove(sections, sections + 1,
			--nr_sections * sizeof(*sections));
	sections[nr_sections++] = *s;
}

static int is_known(const char *module, unsigned long text)
{
	size_t n = strlen(module);
	int i;

	for (i = 0; i < nr_sections; i++)
		if (sections[i].base == text &&
		    !strncmp(sections[i].name, module, n) &&
		    !strcmp(sections[i].name + n, ".text"))
			return 1;
	return 0;
}

static unsigned long section_base(const char *module, const char *section)
{
	char path[400];
	unsigned long base = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/module/%s/sections/%s", module,
		 section);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%lx", &base) != 1)
		base = 0;
	fclose(f);
	return base;
}

static void note_module(const char *module)
{
	unsigned long text = section_base(module, ".text");
	struct section s;
	struct dirent *d;
	char path[600];
	DIR *dir;

	if (!text || is_known(module, text))
		return;
	snprintf(path, sizeof(path), "/sys/module/%s/sections", module);
	dir = opendir(path);
	while (dir && (d = readdir(dir))) {
		if (!strstr(d->d_name, "text"))
			continue;
		snprintf(s.name, sizeof(s.name), "%.40s%.39s", module,
			 d->d_name);
		s.base = section_base(module, d->d_name);
		if (s.base)
			remember(&s);
	}
	if (dir)
		closedir(dir);
}

void modmap_update(void)
{
	FILE *f = fopen("/proc/modules", "re");
	char line[512];

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, " \n")] = '\0';
		if (strlen(line) < 64)
			note_module(line);
	}
	if (f)
		fclose(f);
}

int modmap_name(unsigned long address, char *name, size_t size)
{
	const struct section *best = NULL;
	int i;

	for (i = nr_sections - 1; i >= 0; i--) {
		const struct section *s = &sections[i];

		if (s->base <= address && address - s->base < MAX_SIZE &&
		    (!best || s->base > best->base))
			best = s;
	}
	if (!best)
		return 0;
	snprintf(name, size, "%s+0x%lx", best->name, address - best->base);
	return 1;
}
