/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which module's code lay where, also after it has gone.
 * Remembers; resolves no symbols (the host has the objects).
 */
#ifndef GPUWARD_VM_MODMAP_H
#define GPUWARD_VM_MODMAP_H

#include <stddef.h>

/* Takes note of the modules loaded now. */
void modmap_update(void);
/* "gpuward.text+0x1d0" for an address; 0 when no module's code lay there. */
int modmap_name(unsigned long address, char *name, size_t size);

#endif
