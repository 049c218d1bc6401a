/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nvclient.h - what the parts of the raw RM client share.
 * Owns: the client's state and the helpers' names. Must not: include anything of gpuward.
 */
#ifndef NVCLIENT_H
#define NVCLIENT_H

#include "../nvsim/nvabi.h"
#include "../nvsim/nvctrl.h"
#include "../nvsim/nvhold.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_GPUS	32
#define MAX_ALLOCS	131072

/* How one request went: the system call, and the status that RM writes into the struct. */
struct result {
	int ret;
	int err;
	__u32 status;
};

struct gpu {
	int fd;			/* -1: not open */
	int open_err;
	bool present;		/* CARD_INFO lists its minor */
	__u32 gpu_id;
	__u32 instance;
	__u32 device;		/* handles; 0: not made */
	__u32 subdevice;
	__u32 vaspace;
	__u32 group;
	__u32 channel;
	__u8 uuid[16];
};

struct allocation {
	__u32 handle;
	__u32 parent;
	int gpu;
	__u64 size;
};

struct client {
	const char *name;
	const char *dev;	/* folder of the nodes */
	int only;		/* --gpu N; -1: any */
	bool xfer;		/* indirect form */
	bool os21;		/* short form of RM_ALLOC */
	bool compat;		/* the 32-bit entry */
	bool odd_bits;		/* other type and direction bits than NVIDIA's */
	unsigned int bits;
	bool nonblock;		/* O_NONBLOCK on GPU nodes */
	bool failed;
	int exit_code;		/* -1: by failed */
	int version[3];
	int ctl;
	int uvm;
	int tools;
	__u32 root;
	__u32 next;		/* next handle of our own choice */
	int cur;		/* GPU the verbs speak of */
	struct gpu gpu[MAX_GPUS];
	struct allocation *allocs;
	int nr_allocs;
	int received;		/* a file that came by recvfd; -1: none */
};

/* main.c */
int run_line(struct client *c, char *line);
unsigned long long parse_size(const char *s);
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int report(struct client *c, const char *verb, struct result r, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* rm.c */
struct result call(struct client *c, int fd, unsigned int nr, void *data, unsigned int size);
struct result rm_alloc(struct client *c, __u32 parent, __u32 *handle, __u32 hclass, void *params,
		       __u32 size);
struct result rm_free(struct client *c, __u32 handle);
struct result rm_control(struct client *c, __u32 object, __u32 cmd, void *params, __u32 size);
struct result rm_client(struct client *c, int fd, __u32 *handle);
bool at_least(const struct client *c, int major, int minor, int patch);
bool ok(struct result r);
__u32 fresh_handle(struct client *c);

/* nodes.c */
struct result open_ctl(struct client *c);
struct result open_gpu(struct client *c, int minor);
struct result open_uvm(struct client *c);
int open_raw(const struct client *c, const char *name, int flags);
void forget_objects(struct client *c);
int close_node(struct client *c, const char *name);
int node_fd(struct client *c, const char *name);

/* one function per verb; argv[0] is the verb; 0: fine */
typedef int (*verb_fn)(struct client *c, int argc, char **argv);
struct verb {
	const char *name;
	verb_fn run;
	const char *args;
};

extern const struct verb verbs_node[], verbs_object[], verbs_memory[], verbs_life[], verbs_look[],
	verbs_uvm[], verbs_test[], verbs_race[],
	verbs_escape[], verbs_holder[], verbs_swarm[];

int do_context(struct client *c, int argc, char **argv);
int do_alloc(struct client *c, int argc, char **argv);
int do_free(struct client *c, int argc, char **argv);
void remember(struct client *c, __u32 handle, __u32 parent, __u64 size);
void forget(struct client *c, __u32 handle);
__u32 handle_arg(struct client *c, const char *s);
int do_hold(struct client *c, int argc, char **argv);
int do_conform(struct client *c, int argc, char **argv);
int do_monitor(struct client *c, int argc, char **argv);
int make_client(struct client *c);
int make_device(struct client *c, int minor);
int make_subdevice(struct client *c, int minor);
struct result fb_info(struct client *c, int minor, __u32 index, __u32 *kib);

#endif /* NVCLIENT_H */
