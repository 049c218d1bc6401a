// SPDX-License-Identifier: GPL-2.0-only
/*
 * nodes.c - opening, closing and naming the device nodes.
 * Owns: the descriptors of struct client. Must not: make RM objects.
 */
#include "nvclient.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int open_raw(const struct client *c, const char *name, int flags)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", c->dev, name);
	return open(path, flags);
}

static struct result opened(int fd)
{
	return (struct result){ .ret = fd, .err = fd < 0 ? errno : 0 };
}

static void learn_version(struct client *c)
{
	struct nv_version v = { .cmd = NV_VERSION_CMD_QUERY };

	if (call(c, c->ctl, NV_ESC_CHECK_VERSION_STR, &v, sizeof(v)).ret)
		return;
	sscanf(v.string, "%d.%d.%d", &c->version[0], &c->version[1], &c->version[2]);
}

static void learn_cards(struct client *c)
{
	struct nv_card_info ci[NV_MAX_CARDS];
	int i;

	memset(ci, 0, sizeof(ci));
	if (call(c, c->ctl, NV_ESC_CARD_INFO, ci, sizeof(ci)).ret)
		return;
	for (i = 0; i < NV_MAX_CARDS; i++) {
		if (!ci[i].valid || ci[i].minor >= MAX_GPUS)
			continue;
		c->gpu[ci[i].minor].present = true;
		c->gpu[ci[i].minor].gpu_id = ci[i].gpu_id;
	}
}

/* As NVIDIA's libraries begin: control node, version, memory block size, cards. */
struct result open_ctl(struct client *c)
{
	struct nv_sys_params sp = { .memblock_size = ~0ull };
	struct result r;

	if (c->ctl >= 0)
		return (struct result){ .ret = c->ctl };
	c->ctl = open_raw(c, "nvidiactl", O_RDWR);
	r = opened(c->ctl);
	if (c->ctl < 0)
		return r;
	learn_version(c);
	call(c, c->ctl, NV_ESC_SYS_PARAMS, &sp, sizeof(sp));
	learn_cards(c);
	return r;
}

/* And links each GPU's file to the control file. */
struct result open_gpu(struct client *c, int minor)
{
	struct gpu *g = &c->gpu[minor];
	struct result r;
	char name[16];

	if (g->fd >= 0)
		return (struct result){ .ret = g->fd };
	snprintf(name, sizeof(name), "nvidia%d", minor);
	g->fd = open_raw(c, name, O_RDWR | (c->nonblock ? O_NONBLOCK : 0));
	r = opened(g->fd);
	g->open_err = r.err;
	if (g->fd >= 0 && c->ctl >= 0)
		call(c, g->fd, NV_ESC_REGISTER_FD, &c->ctl, sizeof(c->ctl));
	return r;
}

struct result open_uvm(struct client *c)
{
	if (c->uvm < 0)
		c->uvm = open_raw(c, "nvidia-uvm", O_RDWR);
	return opened(c->uvm);
}

static int *slot(struct client *c, const char *name)
{
	int minor;

	if (!strcmp(name, "ctl"))
		return &c->ctl;
	if (!strcmp(name, "uvm"))
		return &c->uvm;
	if (!strcmp(name, "tools"))
		return &c->tools;
	if (!strcmp(name, "received"))
		return &c->received;
	if (sscanf(name, "gpu%d", &minor) == 1 && minor >= 0 && minor < MAX_GPUS)
		return &c->gpu[minor].fd;
	return NULL;
}

int node_fd(struct client *c, const char *name)
{
	int *fd = slot(c, name);

	return fd ? *fd : -1;
}

/* The client went with its control file, and all objects with the client. */
void forget_objects(struct client *c)
{
	int i;

	c->root = 0;
	c->nr_allocs = 0;
	for (i = 0; i < MAX_GPUS; i++)
		c->gpu[i].device = c->gpu[i].subdevice = c->gpu[i].vaspace = c->gpu[i].group =
			c->gpu[i].channel = 0;
}

int close_node(struct client *c, const char *name)
{
	int *fd = slot(c, name);
	int ret;

	if (!fd || *fd < 0) {
		errno = EBADF;
		return -1;
	}
	ret = close(*fd);
	*fd = -1;
	if (fd == &c->ctl)
		forget_objects(c);
	return ret;
}

/* An extra control file, kept under no name, for tests that need two. */
static int do_open(struct client *c, int argc, char **argv)
{
	struct result r;
	int minor;

	if (argc < 2)
		return -1;
	if (!strcmp(argv[1], "ctl")) {
		r = open_ctl(c);
	} else if (!strcmp(argv[1], "uvm")) {
		r = open_uvm(c);
	} else if (!strcmp(argv[1], "tools")) {
		c->tools = open_raw(c, "nvidia-uvm-tools", O_RDWR);
		r = opened(c->tools);
	} else if (sscanf(argv[1], "gpu%d", &minor) == 1 && minor >= 0 && minor < MAX_GPUS) {
		r = open_gpu(c, minor);
		if (r.ret >= 0)
			c->cur = minor;
	} else {
		r = opened(open_raw(c, argv[1], O_RDWR));
	}
	return report(c, "open", r, "node=%s", argv[1]);
}

static int do_close(struct client *c, int argc, char **argv)
{
	struct result r = { 0 };

	if (argc < 2)
		return -1;
	r.ret = close_node(c, argv[1]);
	r.err = r.ret ? errno : 0;
	return report(c, "close", r, "node=%s", argv[1]);
}

static int do_cards(struct client *c, int argc, char **argv)
{
	int i, n = 0;

	(void)argc;
	(void)argv;
	learn_cards(c);
	for (i = 0; i < MAX_GPUS; i++)
		n += c->gpu[i].present;
	return report(c, "cards", (struct result){ 0 }, "count=%d version=%d.%d.%02d", n,
		      c->version[0], c->version[1], c->version[2]);
}

static int do_wait_open(struct client *c, int argc, char **argv)
{
	struct nv_wait_open w = { 0 };
	struct result r;

	r = call(c, node_fd(c, argc > 1 ? argv[1] : "gpu0"), NV_ESC_WAIT_OPEN_COMPLETE, &w,
		 sizeof(w));
	return report(c, "wait-open", r, "rc=%d adapter_status=0x%x", w.rc, w.adapter_status);
}

static int do_register_fd(struct client *c, int argc, char **argv)
{
	int ctl;

	if (argc < 3)
		return -1;
	ctl = node_fd(c, argv[2]);
	return report(c, "register-fd",
		      call(c, node_fd(c, argv[1]), NV_ESC_REGISTER_FD, &ctl, sizeof(ctl)),
		      "node=%s to=%s", argv[1], argv[2]);
}

const struct verb verbs_node[] = {
	{ "open", do_open, "ctl|gpuN|uvm|tools|NODE" },
	{ "close", do_close, "ctl|gpuN|uvm|tools|received" },
	{ "cards", do_cards, "" },
	{ "wait-open", do_wait_open, "[gpuN]" },
	{ "register-fd", do_register_fd, "NODE CTL" },
	{ NULL, NULL, NULL },
};
