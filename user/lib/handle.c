// SPDX-License-Identifier: GPL-2.0-only
/* handle.c - the handle, its error text, lists. */
#include "internal.h"
#include "sys.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *gw_list_add(struct gw_list *list, size_t size)
{
	struct gw_head *entry = calloc(1, size);

	if (!entry)
		return NULL;
	if (list->last)
		list->last->next = entry;
	else
		list->first = entry;
	list->last = entry;
	return entry;
}

void gw_list_drop(struct gw_list *list)
{
	gpuward_free(list->first);
	list->first = NULL;
	list->last = NULL;
}

void gpuward_free(void *list)
{
	struct gw_head *entry = list;

	while (entry) {
		struct gw_head *next = entry->next;

		free(entry);
		entry = next;
	}
}

int gw_fail(struct gpuward *g, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(g->error, sizeof(g->error), format, args);
	va_end(args);
	return err;
}

void gw_copy_text(char *to, size_t size, const char *from, size_t len)
{
	len = strnlen(from, len < size ? len : size - 1);
	memcpy(to, from, len);
	memset(to + len, 0, size - len);
}

struct gpuward *gpuward_new(void)
{
	struct gpuward *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->dev = -1;
	return g;
}

void gpuward_close(struct gpuward *g)
{
	if (!g)
		return;
	if (g->dev >= 0)
		close(g->dev);
	if (g->nl_free)
		g->nl_free(g);
	free(g);
}

const struct gpuward_version *gpuward_version(const struct gpuward *g)
{
	return &g->version;
}

const char *gpuward_error(const struct gpuward *g)
{
	return g->error;
}

const char *gpuward_client_version(void)
{
	return GW_VERSION;
}
