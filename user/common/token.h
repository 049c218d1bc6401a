/* SPDX-License-Identifier: GPL-2.0-only */
/* token.h - a token on its way between the user and the module. */
#ifndef GPUWARD_TOKEN_H
#define GPUWARD_TOKEN_H

#include <gpuward/libgpuward.h>

/* Shown instead of a token: shows nothing, not even its length. */
#define TOKEN_MASK "********"

/* Read one line of standard input. -EINVAL when it is empty or too long. */
int token_read(char token[GPUWARD_TOKEN_LEN]);

#endif /* GPUWARD_TOKEN_H */
