// SPDX-License-Identifier: GPL-2.0-only
/*
 * module_why.c - why the kernel refused to load or unload the module, and what helps.
 * Owns these texts, and reading the kernel's log. Must not try again by itself.
 */
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int module_log_open(void)
{
	char path[PATH_MAX];
	int log;

	snprintf(path, sizeof(path), "%s/dev/kmsg", host_root());
	log = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log >= 0)
		lseek(log, 0, SEEK_END);
	return log;
}

/*
 * Records are like "6,339,5140900,-;gpuward: Unknown symbol x (err -2)\n SUBSYSTEM=...\n". That a
 * module taints the kernel is said of each, and is no reason.
 */
static void take_lines(char *record, char line[MODULE_TEXT])
{
	char *text;

	while ((text = strsep(&record, "\n"))) {
		text = strchr(text, ';');
		if (text && !strncmp(text + 1, MODULE_NAME ": ", strlen(MODULE_NAME ": ")) &&
		    !strstr(text, "taint"))
			snprintf(line, MODULE_TEXT, "%s", text + 1 + strlen(MODULE_NAME ": "));
	}
}

void module_log_read(int log, char line[MODULE_TEXT])
{
	char record[8192];	/* the kernel's own bound */
	ssize_t len;

	*line = '\0';
	if (log < 0)
		return;
	while ((len = read(log, record, sizeof(record) - 1)) > 0 || (len < 0 && errno == EPIPE)) {
		record[len > 0 ? len : 0] = '\0';	/* EPIPE: some were overwritten */
		take_lines(record, line);
	}
	close(log);
}

/* The right to load modules, in the namespace we are in. */
static int has_right(void)
{
	char text[MODULE_TEXT], path[PATH_MAX];
	uint64_t rights = 0;
	FILE *from;

	snprintf(path, sizeof(path), "%s/proc/self/status", host_root());
	from = fopen(path, "re");
	while (from && fgets(text, sizeof(text), from))
		sscanf(text, "CapEff: %" SCNx64, &rights);
	if (from)
		fclose(from);
	return rights >> CAP_SYS_MODULE & 1;
}

/* A refusal that concerns loading and unloading alike. */
static int not_permitted(struct tool *tool)
{
	char text[MODULE_TEXT];

	if (!has_right())
		return tool_die(tool, EXIT_UNAVAILABLE, "needs root (CAP_SYS_MODULE)");
	module_read(text, "/proc/sys/kernel/modules_disabled");
	if (!strcmp(text, "1"))
		return tool_die(tool, EXIT_UNAVAILABLE,
				"the kernel takes and gives no modules any more (kernel.modules_disabled=1): only a boot ends that");
	return tool_die(tool, EXIT_UNAVAILABLE,
			"the kernel does not permit it: a container or a security module may be the reason ('dmesg' may tell)");
}

static int bad_signature(struct tool *tool, const struct module_file *file, const char *rule)
{
	const char *signer = module_get(file, "signer");

	return tool_die(tool, EXIT_UNAVAILABLE,
			"%s: %s%s%s, and %s: sign it (the kernel's scripts/sign-file) with a key that the kernel trusts (mokutil --import, then boot), or switch Secure Boot off",
			kmod_module_get_path(file->module),
			*module_get(file, "sig_id") ? "its signature is not accepted" : "it is not signed",
			*signer ? ", signer " : "", signer, rule);
}

static int load_not_permitted(struct tool *tool, const struct module_file *file)
{
	char mode[MODULE_TEXT], rule[MODULE_TEXT + 64];

	module_lockdown(mode);
	if (!has_right() || !*mode || !strcmp(mode, "none"))
		return not_permitted(tool);
	snprintf(rule, sizeof(rule), "the kernel is locked down (%s)", mode);
	return bad_signature(tool, file, rule);
}

int module_not_loaded(struct tool *tool, const struct module_file *file, int err, const char *line)
{
	const char *path = kmod_module_get_path(file->module);
	const char *release = host_release();

	switch (-err) {
	case EPERM:
		return load_not_permitted(tool, file);
	case ENOKEY:
	case EKEYREJECTED:
	case EBADMSG:
	case ENOPKG:
		return bad_signature(tool, file, "the kernel loads signed modules only");
	case ENOEXEC:
		return tool_die(tool, EXIT_FAILED,
				"%s: not for this kernel: it is built for \"%s\", and %s is running%s%s; build it with 'make modules KDIR=/lib/modules/%s/build'",
				path, module_get(file, "vermagic"), release, *line ? "; the kernel: " : "",
				line, release);
	case ENOENT:
		return tool_die(tool, EXIT_FAILED,
				"%s: this kernel lacks what the module needs: %s; build it with 'make modules KDIR=/lib/modules/%s/build'",
				path, *line ? line : "'dmesg' names the symbol", release);
	default:
		return tool_die(tool, tool_exit_code(err), "%s: %s%s%s", path, strerror(-err),
				*line ? "; the kernel: " : "", line);
	}
}

int module_not_unloaded(struct tool *tool, int err)
{
	char references[MODULE_TEXT], holders[MODULE_TEXT];

	if (err == -EPERM)
		return not_permitted(tool);
	if (err != -EBUSY && err != -EAGAIN)
		return tool_die(tool, tool_exit_code(err), "%s", strerror(-err));
	module_read(references, "/sys/module/" MODULE_NAME "/refcnt");
	module_holders(holders);
	return tool_die(tool, EXIT_BUSY,
			"in use (references: %s%s%s): 'gpuwardctl job list' shows the tenants' programs, 'gpuwardctl detach' lets go of all of them; who has /dev/gpuward open holds it, too",
			references, *holders ? ", modules: " : "", holders);
}
