// SPDX-License-Identifier: GPL-2.0-only
/*
 * conform.c - a fixed list of calls with comparable answers: the stand-in driver and NVIDIA's own
 * modules in a guest without a GPU must print the same lines, and each driver the same with and
 * without an interposer.
 * Owns: the list for nvidiactl. Must not: print an address, a handle or a count that may differ
 * between machines.
 */
#include "conform.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static bool json;
static int lines;

/* One answer. Results of open and mmap are only told as good or bad. */
void answer(const char *name, struct result r, const char *fmt, ...)
{
	char extra[160] = "";
	va_list ap;

	if (fmt) {
		va_start(ap, fmt);
		vsnprintf(extra, sizeof(extra), fmt, ap);
		va_end(ap);
	}
	lines++;
	if (json)
		say("%s{\"n\": %d, \"name\": \"%s\", \"ret\": %d, \"errno\": %d, \"status\": %u, \"extra\": \"%s\"}",
		    lines > 1 ? "," : "", lines, name, r.ret < 0 ? -1 : 0, r.err, r.status, extra);
	else
		say("%02d %s ret=%d errno=%d status=0x%x%s%s", lines, name, r.ret < 0 ? -1 : 0,
		    r.err, r.status, *extra ? " " : "", extra);
}

struct result sys(long ret)
{
	return (struct result){ .ret = ret < 0 ? -1 : 0, .err = ret < 0 ? errno : 0 };
}

static void versions(struct client *c)
{
	struct nv_version v = { .cmd = NV_VERSION_CMD_QUERY };
	struct result r = call(c, c->ctl, NV_ESC_CHECK_VERSION_STR, &v, sizeof(v));
	char ours[64];

	snprintf(ours, sizeof(ours), "%.63s", v.string);
	answer("version query", r, "reply=%u", v.reply);
	v.cmd = NV_VERSION_CMD_STRICT;
	r = call(c, c->ctl, NV_ESC_CHECK_VERSION_STR, &v, sizeof(v));
	answer("version strict, ours", r, "reply=%u", v.reply);
	v = (struct nv_version){ .cmd = NV_VERSION_CMD_STRICT, .string = "999.99" };
	r = call(c, c->ctl, NV_ESC_CHECK_VERSION_STR, &v, sizeof(v));
	answer("version strict, other", r, "reply=%u told=%d", v.reply, !strcmp(v.string, ours));
	v = (struct nv_version){ .cmd = NV_VERSION_CMD_RELAXED };
	snprintf(v.string, sizeof(v.string), "%d.0.0", c->version[0]);
	r = call(c, c->ctl, NV_ESC_CHECK_VERSION_STR, &v, sizeof(v));
	answer("version relaxed, same branch", r, "reply=%u", v.reply);
	answer("version, short struct", call(c, c->ctl, NV_ESC_CHECK_VERSION_STR, &v, 8), NULL);
}

static void node_requests(struct client *c)
{
	struct nv_card_info ci[NV_MAX_CARDS];
	struct nv_sys_params sp = { .memblock_size = ~0ull };
	__u64 blob[8] = { 0 };
	struct result r;

	memset(ci, 0, sizeof(ci));
	answer("sys params", call(c, c->ctl, NV_ESC_SYS_PARAMS, &sp, sizeof(sp)), NULL);
	sp.memblock_size = 1 << 20;
	answer("sys params, another value", call(c, c->ctl, NV_ESC_SYS_PARAMS, &sp, sizeof(sp)),
	       NULL);
	answer("sys params, short", call(c, c->ctl, NV_ESC_SYS_PARAMS, &sp, 4), NULL);
	r = call(c, c->ctl, NV_ESC_CARD_INFO, ci, sizeof(ci));
	answer("card info", r, "any=%d vendor=0x%x minor=%u", ci[0].valid, ci[0].vendor,
	       ci[0].minor);
	answer("unknown number", call(c, c->ctl, 0x11, blob, 16), NULL);
	answer("gpu request on nvidiactl", call(c, c->ctl, NV_ESC_QUERY_DEVICE_INTR, blob, 8),
	       NULL);
	answer("numa info on nvidiactl", call(c, c->ctl, NV_ESC_NUMA_INFO, blob, 40), NULL);
	answer("attach no gpus", call(c, c->ctl, NV_ESC_ATTACH_GPUS_TO_FD, blob, 0), NULL);
	answer("bad outer pointer",
	       call(c, c->ctl, NV_ESC_RM_FREE, (void *)8, sizeof(struct nvos00)), NULL);
	answer("0x27 on nvidiactl",
	       call(c, c->ctl, NV_ESC_RM_ALLOC_MEMORY, blob, sizeof(struct nvos02_fd)), NULL);
}

static void encodings(struct client *c)
{
	struct nv_sys_params sp = { .memblock_size = ~0ull };
	struct nv_xfer x = { .cmd = NV_ESC_SYS_PARAMS,
			     .size = sizeof(sp),
			     .ptr = (__u64)(uintptr_t)&sp };
	struct nvos00 f = { .root = 1 };

	answer("wrong type and direction",
	       sys(ioctl(c->ctl, _IOC(_IOC_NONE, 'Z', NV_ESC_SYS_PARAMS, sizeof(sp)), &sp)), NULL);
	answer("indirect", sys(ioctl(c->ctl, NV_IOWR(NV_ESC_IOCTL_XFER_CMD, sizeof(x)), &x)), NULL);
	answer("indirect, short header", sys(ioctl(c->ctl, NV_IOWR(NV_ESC_IOCTL_XFER_CMD, 8), &x)),
	       NULL);
	x.size = NV_XFER_MAX_SIZE + 1;
	answer("indirect, too big",
	       sys(ioctl(c->ctl, NV_IOWR(NV_ESC_IOCTL_XFER_CMD, sizeof(x)), &x)), NULL);
	x = (struct nv_xfer){ .cmd = NV_ESC_IOCTL_XFER_CMD,
			      .size = sizeof(x),
			      .ptr = (__u64)(uintptr_t)&x };
	answer("indirect in indirect",
	       sys(ioctl(c->ctl, NV_IOWR(NV_ESC_IOCTL_XFER_CMD, sizeof(x)), &x)), NULL);
	x = (struct nv_xfer){ .cmd = NV_ESC_SYS_PARAMS, .size = sizeof(sp), .ptr = 16 };
	answer("indirect, bad pointer",
	       sys(ioctl(c->ctl, NV_IOWR(NV_ESC_IOCTL_XFER_CMD, sizeof(x)), &x)), NULL);
	x = (struct nv_xfer){ .cmd = 0xc0104600 | NV_ESC_RM_FREE,
			      .size = sizeof(f),
			      .ptr = (__u64)(uintptr_t)&f };
	answer("indirect, full command",
	       sys(ioctl(c->ctl, NV_IOWR(NV_ESC_IOCTL_XFER_CMD, sizeof(x)), &x)), NULL);
}

static void clients(struct client *c)
{
	struct client other = *c;
	__u32 h, second;
	struct result r;

	r = rm_client(c, c->ctl, &c->root);
	answer("client, long form", r, "range=%d", c->root >> 20 == 0xc1d);
	c->os21 = true;
	r = rm_client(c, c->ctl, &second);
	answer("client, short form", r, "range=%d", second >> 20 == 0xc1d);
	c->os21 = false;
	other.root = second;
	answer("free client", rm_free(&other, second), NULL);
	answer("free client again", rm_free(&other, second), NULL);
	answer("free unknown handle", rm_free(c, 0x12345), NULL);
	other.ctl = open_raw(c, "nvidiactl", O_RDWR);
	other.root = c->root;
	answer("client through another file", rm_free(&other, 0x12345), NULL);
	h = 0;
	answer("alloc through another file", rm_alloc(&other, c->root, &h, NV01_DEVICE_0, NULL, 0),
	       NULL);
	r = rm_client(&other, other.ctl, &second);
	close(other.ctl);
	other.ctl = c->ctl;
	other.root = second;
	answer("client of a closed file", rm_free(&other, second), NULL);
	answer("alloc, odd size", call(c, c->ctl, NV_ESC_RM_ALLOC, &other, 40), NULL);
}

static void controls(struct client *c)
{
	__u32 ids[96] = { 0 },
	      size = at_least(c, 580, 65, 6) ? NV_PROBED_SIZE_580 : NV_PROBED_SIZE_OLD;
	struct nv_ctrl_attach a;
	struct result r;

	r = rm_control(c, c->root, NV0000_CTRL_GET_PROBED_IDS, ids, size);
	answer("probed ids", r, "any=%d", ids[0] != NV_INVALID_GPU_ID);
	memset(&a, 0xff, sizeof(a));
	a.ids[0] = ids[0];
	if (!at_least(c, 580, 65, 6))
		answer("attach probed",
		       rm_control(c, c->root, NV0000_CTRL_ATTACH_IDS, &a, sizeof(a)), NULL);
	r = rm_control(c, c->root, NV0000_CTRL_GET_ATTACHED_IDS, ids, 128);
	answer("attached ids", r, "any=%d", ids[0] != NV_INVALID_GPU_ID);
	answer("control, wrong size", rm_control(c, c->root, NV0000_CTRL_GET_ATTACHED_IDS, ids, 64),
	       NULL);
	answer("control, no block", rm_control(c, c->root, NV0000_CTRL_GET_ATTACHED_IDS, NULL, 128),
	       NULL);
	answer("control, size 0", rm_control(c, c->root, NV0000_CTRL_GET_ATTACHED_IDS, ids, 0),
	       NULL);
	answer("control, bad pointer",
	       rm_control(c, c->root, NV0000_CTRL_GET_ATTACHED_IDS, (void *)16, 128), NULL);
	answer("control, unknown object",
	       rm_control(c, 0x777, NV0000_CTRL_GET_ATTACHED_IDS, ids, 128), NULL);
	answer("control, null command", rm_control(c, c->root, 0, NULL, 0), NULL);
	answer("control, unknown command", rm_control(c, c->root, 0x2fe, ids, 16), NULL);
}

static void allocs(struct client *c)
{
	struct nv0080_params dev = { 0 };
	__u64 blob[64] = { 0 };
	__u32 h = 0;

	answer("device of no gpu", rm_alloc(c, c->root, &h, NV01_DEVICE_0, &dev, sizeof(dev)),
	       NULL);
	dev.device_id = 31;
	h = 0;
	answer("device 31", rm_alloc(c, c->root, &h, NV01_DEVICE_0, &dev, sizeof(dev)), NULL);
	h = 0;
	answer("class unknown", rm_alloc(c, c->root, &h, 0xdead, blob, 8), NULL);
	h = 0;
	answer("parent unknown", rm_alloc(c, 0x777, &h, NV20_SUBDEVICE_0, blob, 4), NULL);
	h = 0;
	answer("parent of the wrong class", rm_alloc(c, c->root, &h, NV20_SUBDEVICE_0, blob, 4),
	       NULL);
}

static void files(struct client *c)
{
	int second = open_raw(c, "nvidiactl", O_RDWR), third = open_raw(c, "nvidiactl", O_RDWR),
	    null = open("/dev/null", O_RDWR);

	answer("link a file to itself",
	       call(c, second, NV_ESC_REGISTER_FD, &second, sizeof(second)), NULL);
	answer("link to /dev/null", call(c, second, NV_ESC_REGISTER_FD, &null, sizeof(null)), NULL);
	answer("link", call(c, second, NV_ESC_REGISTER_FD, &c->ctl, sizeof(c->ctl)), NULL);
	answer("link again", call(c, second, NV_ESC_REGISTER_FD, &c->ctl, sizeof(c->ctl)), NULL);
	answer("link to a linked file", call(c, third, NV_ESC_REGISTER_FD, &second, sizeof(second)),
	       NULL);
	answer("link, wrong size", call(c, third, NV_ESC_REGISTER_FD, &second, 8), NULL);
	close(second);
	close(third);
	close(null);
}

static void events(struct client *c)
{
	struct nv_os_event e = { .client = c->root, .fd = c->ctl };
	struct pollfd p = { .fd = c->ctl, .events = POLLIN };
	struct result r;

	r = call(c, c->ctl, NV_ESC_ALLOC_OS_EVENT, &e, sizeof(e));
	r.status = e.status;
	answer("event", r, NULL);
	r = call(c, c->ctl, NV_ESC_ALLOC_OS_EVENT, &e, sizeof(e));
	r.status = e.status;
	answer("event again", r, NULL);
	r = sys(poll(&p, 1, 0));
	answer("poll", r, "events=0x%x", p.revents);
	r = call(c, c->ctl, NV_ESC_FREE_OS_EVENT, &e, sizeof(e));
	r.status = e.status;
	answer("free event", r, NULL);
	r = call(c, c->ctl, NV_ESC_FREE_OS_EVENT, &e, sizeof(e));
	r.status = e.status;
	answer("free event again", r, NULL);
}

static void gpu_node(struct client *c)
{
	struct result r = open_gpu(c, 0);

	answer("open nvidia0", r, NULL);
	if (r.ret >= 0)
		close_node(c, "gpu0");
}

int do_conform(struct client *c, int argc, char **argv)
{
	int i;

	json = false;
	lines = 0;
	for (i = 1; i < argc; i++)
		json |= !strcmp(argv[i], "json");
	if (json)
		say("[");
	answer("open nvidiactl", open_ctl(c), NULL);
	if (c->ctl < 0)
		return 1;
	versions(c);
	node_requests(c);
	encodings(c);
	clients(c);
	controls(c);
	allocs(c);
	files(c);
	events(c);
	conform_memory(c);
	gpu_node(c);
	conform_uvm(c);
	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], "gpu"))
			conform_gpu(c);
	if (json)
		say("]");
	return 0;
}
