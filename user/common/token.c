// SPDX-License-Identifier: GPL-2.0-only
/*
 * token.c - a token on its way between the user and the module. It is read byte by byte, so that no
 * copy stays in stdio's buffers.
 */
#include "token.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int token_read(char token[GPUWARD_TOKEN_LEN])
{
	size_t len = 0;
	char c;

	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n') {
		if (len == GPUWARD_TOKEN_LEN - 1 || !c) {
			explicit_bzero(token, GPUWARD_TOKEN_LEN);
			return -EINVAL;
		}
		token[len++] = c;
	}
	token[len] = '\0';
	return len ? 0 : -EINVAL;
}
