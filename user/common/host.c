// SPDX-License-Identifier: GPL-2.0-only
/*
 * host.c - the real host behind host.h.
 * Owns no state but the kernel's name. Must stay the only file of the tools that loads modules.
 */
#include "host.h"

#include <stddef.h>
#include <sys/utsname.h>

const char *host_root(void)
{
	return "";
}

const char *host_release(void)
{
	static struct utsname name;

	if (!*name.release)
		uname(&name);
	return name.release;
}

int host_load(struct kmod_module *module, const char *options)
{
	return kmod_module_probe_insert_module(module, KMOD_PROBE_FAIL_ON_LOADED, options, NULL,
					       NULL, NULL);
}

int host_unload(struct kmod_module *module)
{
	return kmod_module_remove_module(module, KMOD_REMOVE_NOLOG);
}
