/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conform.h - the chapters of the conformance list.
 * Owns: their names. Must not: be used outside conform*.c.
 */
#ifndef NVCLIENT_CONFORM_H
#define NVCLIENT_CONFORM_H

#include "nvclient.h"

void answer(const char *name, struct result r, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct result sys(long ret);
void conform_memory(struct client *c);
void conform_uvm(struct client *c);
void conform_gpu(struct client *c);

#endif /* NVCLIENT_CONFORM_H */
