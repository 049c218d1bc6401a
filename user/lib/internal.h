/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * internal.h - what the files of libgpuward share.
 * Owns the handle and the list builder. Must not be seen by a tool.
 */
#ifndef LIBGPUWARD_INTERNAL_H
#define LIBGPUWARD_INTERNAL_H

#include <stdint.h>

#include <gpuward/libgpuward.h>

struct nl_sock;

struct gpuward {
	int dev;			/* /dev/gpuward, -1 before gpuward_open() */
	struct nl_sock *nl;		/* NULL until the first netlink request */
	struct nl_sock *events;		/* in the group of events, or NULL */
	/* Frees both; set with the first, so that who needs no netlink links no libnl. */
	void (*nl_free)(struct gpuward *g);
	int family;			/* number of the netlink family, 0 until resolved */
	struct gpuward_version version;
	char error[512];
};

/* Every struct that the library hands out begins like this. */
struct gw_head {
	void *next;
	uint64_t fields;
};

/* A list under construction. */
struct gw_list {
	void *first;
	struct gw_head *last;
};

/* A new zeroed entry of @size bytes at the end of the list, NULL without memory. */
void *gw_list_add(struct gw_list *list, size_t size);
void gw_list_drop(struct gw_list *list);

/* Keep the text of a failure; returns @err, a negative errno. */
int gw_fail(struct gpuward *g, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Copy a string of @size bytes at most, from a source of @len bytes at most. */
void gw_copy_text(char *to, size_t size, const char *from, size_t len);

#endif /* LIBGPUWARD_INTERNAL_H */
