/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host.h - the running kernel: where its files are, and how modules go in and out.
 * Owns the seam that tests replace at link time. Must not judge what the kernel answers.
 */
#ifndef GPUWARD_HOST_H
#define GPUWARD_HOST_H

#include <libkmod.h>

/* Stands before /sys, /proc, /dev and /lib/modules: "". */
const char *host_root(void);

/* As uname -r tells it. */
const char *host_release(void);

/* Both return 0 or a negative errno. Dependencies go in first, options of modprobe.d count. */
int host_load(struct kmod_module *module, const char *options);
int host_unload(struct kmod_module *module);

#endif /* GPUWARD_HOST_H */
