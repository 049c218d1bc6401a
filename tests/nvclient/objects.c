// SPDX-License-Identifier: GPL-2.0-only
/*
 * objects.c - verbs that make RM objects, up to the life of a CUDA context.
 * Owns: the order in which CUDA makes them. Must not: allocate memory (memory.c).
 */
#include "nvclient.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ANY_GPU		(-1)

int make_client(struct client *c)
{
	__u32 handle;
	struct result r;

	if (c->root)
		return 0;
	if (c->ctl < 0 && open_ctl(c).ret < 0)
		return report(c, "open", (struct result){ .ret = -1, .err = errno }, "node=ctl");
	r = rm_client(c, c->ctl, &handle);
	if (ok(r))
		c->root = handle;
	return report(c, "client", r, "handle=0x%x", handle);
}

/* RM numbers devices by its own instance, not by minor; only an opened GPU has one. */
static __u32 instance_of(struct client *c, int minor)
{
	struct nv_ctrl_id_info_v2 info = { .gpu_id = c->gpu[minor].gpu_id };

	if (!ok(rm_control(c, c->root, NV0000_CTRL_GET_ID_INFO_V2, &info, sizeof(info))))
		return minor;
	return info.device_instance;
}

/* As CUDA does: with an address space of its own, unless another client's is asked for. */
static int share_device(struct client *c, int minor, __u32 share)
{
	struct nv0080_params p = { 0 };
	struct gpu *g = &c->gpu[minor];
	struct result r;

	if (g->device)
		return 0;
	g->instance = instance_of(c, minor);
	p.device_id = g->instance;
	p.client_share = share;
	g->device = fresh_handle(c);
	r = rm_alloc(c, c->root, &g->device, NV01_DEVICE_0, &p, sizeof(p));
	report(c, "device", r, "gpu=%d instance=%u handle=0x%x", minor, g->instance, g->device);
	if (!ok(r))
		g->device = 0;
	return !ok(r);
}

int make_device(struct client *c, int minor)
{
	return share_device(c, minor, c->root);
}

int make_subdevice(struct client *c, int minor)
{
	struct nv2080_params p = { 0 };
	struct gpu *g = &c->gpu[minor];
	struct result r;

	if (g->subdevice)
		return 0;
	g->subdevice = fresh_handle(c);
	r = rm_alloc(c, g->device, &g->subdevice, NV20_SUBDEVICE_0, &p, sizeof(p));
	report(c, "subdevice", r, "gpu=%d handle=0x%x", minor, g->subdevice);
	if (!ok(r))
		g->subdevice = 0;
	return !ok(r);
}

/* Blocks that only have to be long enough: the driver takes the size from the class. */
static int make_plain(struct client *c, const char *verb, __u32 *handle, __u32 parent, __u32 hclass)
{
	__u64 params[64] = { 0 };
	struct result r;

	*handle = fresh_handle(c);
	r = rm_alloc(c, parent, handle, hclass, params, sizeof(params));
	report(c, verb, r, "gpu=%d handle=0x%x class=0x%x", c->cur, *handle, hclass);
	if (!ok(r))
		*handle = 0;
	return !ok(r);
}

/* In the address space that was made last, or the device's own. */
static int make_group(struct client *c, struct gpu *g)
{
	__u32 params[16] = { 0, 0, g->vaspace };
	struct result r;

	g->group = fresh_handle(c);
	r = rm_alloc(c, g->device, &g->group, KEPLER_CHANNEL_GROUP_A, params, sizeof(params));
	report(c, "chgroup", r, "gpu=%d handle=0x%x class=0x%x", c->cur, g->group,
	       KEPLER_CHANNEL_GROUP_A);
	if (!ok(r))
		g->group = 0;
	return !ok(r);
}

static int pick(struct client *c, int argc, char **argv)
{
	int minor = argc > 1 ? atoi(argv[1]) : c->cur;

	return minor >= 0 && minor < MAX_GPUS ? minor : -1;
}

static int do_client(struct client *c, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	forget_objects(c);
	return make_client(c);
}

static int do_device(struct client *c, int argc, char **argv)
{
	int minor = pick(c, argc, argv);

	if (minor < 0)
		return -1;
	c->cur = minor;
	return share_device(c, minor, argc > 2 ? strtoul(argv[2], NULL, 0) : c->root);
}

static int do_subdevice(struct client *c, int argc, char **argv)
{
	int minor = pick(c, argc, argv);

	return minor < 0 ? -1 : make_subdevice(c, minor);
}

static int do_vaspace(struct client *c, int argc, char **argv)
{
	struct gpu *g = &c->gpu[c->cur];

	(void)argc;
	(void)argv;
	return make_plain(c, "vaspace", &g->vaspace, g->device, FERMI_VASPACE_A);
}

static int do_chgroup(struct client *c, int argc, char **argv)
{
	struct gpu *g = &c->gpu[c->cur];

	(void)argc;
	(void)argv;
	return make_group(c, g);
}

/* Below the group when there is one, else below the device; the class may be named. */
static int do_channel(struct client *c, int argc, char **argv)
{
	struct gpu *g = &c->gpu[c->cur];
	__u32 hclass = argc > 1 ? strtoul(argv[1], NULL, 0) : HOPPER_CHANNEL_GPFIFO_A;

	return make_plain(c, "channel", &g->channel, g->group ? g->group : g->device, hclass);
}

static int do_engine(struct client *c, int argc, char **argv)
{
	__u32 hclass = argc > 1 ? strtoul(argv[1], NULL, 0) : HOPPER_COMPUTE_A, handle;

	return make_plain(c, "engine", &handle, c->gpu[c->cur].channel, hclass);
}

/* Any class below any parent, with a zeroed block (or none): for refusals. */
static int do_object(struct client *c, int argc, char **argv)
{
	__u64 params[64] = { 0 };
	__u32 handle, parent;
	struct result r;

	if (argc < 3)
		return -1;
	parent = !strcmp(argv[2], "root")	 ? c->root
		 : !strcmp(argv[2], "device")	 ? c->gpu[c->cur].device
		 : !strcmp(argv[2], "subdevice") ? c->gpu[c->cur].subdevice
						 : strtoul(argv[2], NULL, 0);
	if (argc > 3)
		params[8] = parse_size(argv[3]);	/* size of a memory class */
	handle = fresh_handle(c);
	r = rm_alloc(c, parent, &handle, strtoul(argv[1], NULL, 0), params, sizeof(params));
	return report(c, "object", r, "class=%s handle=0x%x", argv[1], handle);
}

static __u32 client_arg(const struct client *c, const char *s)
{
	return !strcmp(s, "own") ? c->root : strtoul(s, NULL, 0);
}

/* For what happens to an object of any client. */
static int do_event(struct client *c, int argc, char **argv)
{
	__u32 params[6] = { 0 }, handle = fresh_handle(c);
	struct result r;

	if (argc < 3)
		return -1;
	params[0] = client_arg(c, argv[1]);
	params[1] = strtoul(argv[2], NULL, 0);
	r = rm_alloc(c, c->gpu[c->cur].subdevice, &handle, NV01_EVENT, params, sizeof(params));
	return report(c, "event", r, "handle=0x%x", handle);
}

static int do_disable(struct client *c, int argc, char **argv)
{
	struct nv_ctrl_disable p = { .disable = 1, .count = 1 };
	struct result r;

	if (argc < 3)
		return -1;
	p.clients[0] = client_arg(c, argv[1]);
	p.channels[0] = strtoul(argv[2], NULL, 0);
	r = rm_control(c, c->gpu[c->cur].subdevice, NV2080_CTRL_DISABLE_CHANNELS, &p, sizeof(p));
	return report(c, "disable", r, "client=0x%x", p.clients[0]);
}

static int context_on(struct client *c, int minor)
{
	struct gpu *g = &c->gpu[minor];

	c->cur = minor;
	return make_device(c, minor) || make_subdevice(c, minor) ||
	       make_plain(c, "vaspace", &g->vaspace, g->device, FERMI_VASPACE_A) ||
	       make_group(c, g) ||
	       make_plain(c, "channel", &g->channel, g->group, HOPPER_CHANNEL_GPFIFO_A);
}

/*
 * Opens every GPU there is, in order, as libcuda does; one that is refused with EPERM is simply not
 * there.
 */
static int open_visible(struct client *c)
{
	int i, first = -1;

	for (i = 0; i < MAX_GPUS; i++) {
		struct result r;

		if (!c->gpu[i].present || (c->only >= 0 && c->only != i))
			continue;
		r = open_gpu(c, i);
		if (r.ret < 0 && r.err != EPERM)
			report(c, "open", r, "node=gpu%d", i);
		else
			say("open ret=%d errno=%d status=0x0 node=gpu%d%s", r.ret, r.err, i,
			    r.ret < 0 ? " skipped=1" : "");
		if (r.ret >= 0 && first < 0)
			first = i;
	}
	return first;
}

/* The life of a CUDA context: on the first visible GPU, or on all of them. */
int do_context(struct client *c, int argc, char **argv)
{
	bool all = argc > 1 && !strcmp(argv[1], "all");
	int first, i, ret;

	if (make_client(c))
		return 1;
	first = open_visible(c);
	if (first < 0)
		return report(c, "context", (struct result){ .ret = -1, .err = ENODEV }, "gpus=0");
	ret = context_on(c, first);
	for (i = first + 1; all && i < MAX_GPUS && !ret; i++)
		if (c->gpu[i].fd >= 0)
			ret = context_on(c, i);
	c->cur = first;
	return report(c, "context", (struct result){ .ret = ret ? -1 : 0 }, "gpu=%d", first);
}

const struct verb verbs_object[] = {
	{ "client", do_client, "" },
	{ "device", do_device, "[N [CLIENT]]" },
	{ "subdevice", do_subdevice, "[N]" },
	{ "vaspace", do_vaspace, "" },
	{ "chgroup", do_chgroup, "" },
	{ "channel", do_channel, "[CLASS]" },
	{ "engine", do_engine, "[CLASS]" },
	{ "object", do_object, "CLASS root|device|subdevice|HANDLE [SIZE]" },
	{ "event", do_event, "CLIENT|own HANDLE" },
	{ "disable", do_disable, "CLIENT|own CHANNEL" },
	{ "context", do_context, "[all]" },
	{ NULL, NULL, NULL },
};
