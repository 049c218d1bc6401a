// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake_host.c - a host below $GPUWARD_FAKE_ROOT, in place of user/common/host.c.
 * Owns what its kernel answers to loading and unloading. Must not touch the real one.
 */
#include "fake.h"

#include <limits.h>
#include <stdlib.h>

#include "../../user/common/host.h"

const char *host_root(void)
{
	return getenv("GPUWARD_FAKE_ROOT") ?: "/nonexistent";
}

const char *host_release(void)
{
	return "6.1.0-test";
}

/* The answer of the scenario; what the kernel says with it goes into its log. */
static int answer(const char *verb)
{
	const struct line *line = find_line(verb, "");
	char path[PATH_MAX];
	FILE *log;

	if (!line)
		return 0;
	snprintf(path, sizeof(path), "%s/dev/kmsg", host_root());
	log = fopen(path, "ae");
	if (log && line_get(line, "text"))
		fprintf(log, "6,1,1,-;other: nothing\n SUBSYSTEM=x\n4,2,2,-;%s\n SUBSYSTEM=module\n",
			line_get(line, "text"));
	if (log)
		fclose(log);
	return -(int)line_number(line, "errno", 0);
}

int host_load(struct kmod_module *module, const char *options)
{
	if (fake_log())
		fprintf(fake_log(), "load %s \"%s\"\n", kmod_module_get_path(module), options);
	return answer("load");
}

int host_unload(struct kmod_module *module)
{
	if (fake_log())
		fprintf(fake_log(), "unload %s\n", kmod_module_get_name(module));
	return answer("unload");
}
