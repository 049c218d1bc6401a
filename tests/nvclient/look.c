// SPDX-License-Identifier: GPL-2.0-only
/*
 * look.c - verbs that only look, as nvidia-smi and NVML do.
 * Owns: reading of sizes, names and process lists. Must not: make a channel or take memory, ever.
 */
#include "nvclient.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define P64(p)	((__u64)(uintptr_t)(p))

struct result fb_info(struct client *c, int minor, __u32 index, __u32 *kib)
{
	struct nv_ctrl_pair pair = { .index = index };
	struct nv_ctrl_list p = { .count = 1, .list = P64(&pair) };
	struct result r =
		rm_control(c, c->gpu[minor].subdevice, NV2080_CTRL_FB_GET_INFO, &p, sizeof(p));

	*kib = pair.data;
	return r;
}

static __u32 v2_size(const struct client *c)
{
	if (at_least(c, 580, 65, 6))
		return NV_FB_V2_SIZE_580;
	if (at_least(c, 560, 0, 0))
		return NV_FB_V2_SIZE_560;
	return at_least(c, 545, 23, 6) ? NV_FB_V2_SIZE_545 : NV_FB_V2_SIZE_535;
}

static struct result fb_info_v2(struct client *c, int minor, __u32 *total, __u32 *free_kib)
{
	__u32 block[NV_FB_V2_SIZE_580 / 4] = { 2, NV_FB_TOTAL_RAM_SIZE, 0, NV_FB_HEAP_FREE, 0 };
	struct result r = rm_control(c, c->gpu[minor].subdevice, NV2080_CTRL_FB_GET_INFO_V2, block,
				     v2_size(c));

	*total = block[2];
	*free_kib = block[4];
	return r;
}

static int do_meminfo(struct client *c, int argc, char **argv)
{
	__u32 total = 0, heap = 0, avail = 0, total2 = 0, avail2 = 0;
	int minor = argc > 1 ? atoi(argv[1]) : c->cur;
	struct result r;

	fb_info(c, minor, NV_FB_HEAP_SIZE, &heap);
	fb_info(c, minor, NV_FB_HEAP_FREE, &avail);
	r = fb_info(c, minor, NV_FB_TOTAL_RAM_SIZE, &total);
	if (ok(r))
		r = fb_info_v2(c, minor, &total2, &avail2);
	return report(c, "meminfo", r,
		      "gpu=%d total=%llu heap=%llu free=%llu total2=%llu free2=%llu", minor,
		      (unsigned long long)total << 10, (unsigned long long)heap << 10,
		      (unsigned long long)avail << 10, (unsigned long long)total2 << 10,
		      (unsigned long long)avail2 << 10);
}

static int do_pids(struct client *c, int argc, char **argv)
{
	static struct nv_ctrl_pid_info_list info;
	static struct nv_ctrl_pids p;
	struct result r;
	__u32 i;

	(void)argc;
	(void)argv;
	p = (struct nv_ctrl_pids){ .id = NV20_SUBDEVICE_0 };
	r = rm_control(c, c->gpu[c->cur].subdevice, NV2080_CTRL_GET_PIDS, &p, sizeof(p));
	if (!ok(r))
		return report(c, "pids", r, "gpu=%d", c->cur);
	memset(&info, 0, sizeof(info));
	info.count = p.count < NV_PID_INFO_MAX ? p.count : NV_PID_INFO_MAX;
	for (i = 0; i < info.count; i++)
		info.list[i].pid = p.pids[i];
	if (info.count)
		r = rm_control(c, c->gpu[c->cur].subdevice, NV2080_CTRL_GET_PID_INFO, &info,
			       sizeof(info));
	for (i = 0; i < info.count && ok(r); i++)
		say("pid gpu=%d pid=%u result=0x%x private=%llu duped=%llu", c->cur,
		    info.list[i].pid, info.list[i].result,
		    (unsigned long long)info.list[i].mem_private,
		    (unsigned long long)info.list[i].mem_shared_duped);
	return report(c, "pids", r, "gpu=%d count=%u", c->cur, p.count);
}

static int do_acct_pids(struct client *c, int argc, char **argv)
{
	static struct nv_ctrl_acct_pids p;
	struct result r;
	__u32 i;

	(void)argc;
	(void)argv;
	p = (struct nv_ctrl_acct_pids){ .gpu_id = c->gpu[c->cur].gpu_id };
	r = rm_control(c, c->root, NV0000_CTRL_GET_ACCOUNTING_PIDS, &p, sizeof(p));
	for (i = 0; i < p.count && ok(r); i++)
		say("acct-pid gpu=%d pid=%u", c->cur, p.pids[i]);
	return report(c, "acct-pids", r, "gpu=%d count=%u", c->cur, p.count);
}

/* Who kept an engine busy, by the first engine of each sample; leaks: engines that tell an address. */
static int do_util(struct client *c, int argc, char **argv)
{
	static __u8 block[56000];
	__u32 nr = at_least(c, 550, 0, 0) ? 6 : 4, i, n, busy = 0, leaks = 0;
	__u32 step = at_least(c, 570, 0, 0) ? NV_UTIL_STEP_570 : sizeof(struct nv_ctrl_engine);
	__u32 len = NV_UTIL_MAX * (8 + nr * step);
	struct nv_ctrl_util *head = (struct nv_ctrl_util *)block;
	struct result r;

	(void)argc;
	(void)argv;
	memset(block, 0, sizeof(block));
	head->buf_size = len;
	r = rm_control(c, c->gpu[c->cur].subdevice, NV2080_CTRL_UTIL_SAMPLES, block,
		       sizeof(*head) + len);
	for (i = 0; i < NV_UTIL_MAX && ok(r); i++) {
		const __u8 *sample = block + sizeof(*head) + i * (8 + nr * step);
		const struct nv_ctrl_engine *e = (const void *)(sample + 8);

		busy += !!e->util;
		if (e->pid != ~0u)
			say("util-pid gpu=%d pid=%u util=%u", c->cur, e->pid, e->util);
		for (n = 0; n < nr && step == NV_UTIL_STEP_570; n++) {
			__u64 address;

			memcpy(&address, sample + 8 + n * step + NV_UTIL_PID_STRUCT, 8);
			leaks += !!address;
		}
	}
	return report(c, "util", r, "gpu=%d busy=%u leaks=%u", c->cur, busy, leaks);
}

static int look_at(struct client *c, int minor)
{
	struct nv_ctrl_gid_info gid = { .flags = NV_GID_FORMAT_BINARY };
	struct nv_ctrl_name name = { 0 };
	__u32 total = 0, avail = 0;
	struct result r = open_gpu(c, minor);

	if (r.ret < 0)
		return report(c, "monitor", r, "gpu=%d", minor);
	c->cur = minor;
	if (make_device(c, minor) || make_subdevice(c, minor))
		return 1;
	rm_control(c, c->gpu[minor].subdevice, NV2080_CTRL_GET_GID_INFO, &gid, sizeof(gid));
	rm_control(c, c->gpu[minor].subdevice, NV2080_CTRL_GET_NAME_STRING, &name, sizeof(name));
	r = fb_info_v2(c, minor, &total, &avail);
	return report(c, "monitor", r, "gpu=%d total=%llu free=%llu uuid15=%u name=\"%.64s\"",
		      minor, (unsigned long long)total << 10, (unsigned long long)avail << 10,
		      gid.data[15], name.ascii);
}

int do_monitor(struct client *c, int argc, char **argv)
{
	int i, seen = 0;

	(void)argc;
	(void)argv;
	if (make_client(c))
		return 1;
	for (i = 0; i < MAX_GPUS; i++) {
		if (!c->gpu[i].present || (c->only >= 0 && c->only != i))
			continue;
		if (!look_at(c, i))
			seen++;
	}
	return report(c, "monitor", (struct result){ 0 }, "seen=%d", seen);
}

static int do_status(struct client *c, int argc, char **argv)
{
	struct nv_card_info ci[NV_MAX_CARDS];
	int i;

	(void)argc;
	(void)argv;
	memset(ci, 0, sizeof(ci));
	if (call(c, c->ctl, NV_ESC_CARD_INFO, ci, sizeof(ci)).ret)
		return report(c, "status", (struct result){ .ret = -1, .err = errno }, NULL);
	for (i = 0; i < NV_MAX_CARDS; i++) {
		struct nv_status_code sc = { .domain = ci[i].domain,
					     .bus = ci[i].bus,
					     .slot = ci[i].slot };
		struct result r;

		if (!ci[i].valid)
			continue;
		r = call(c, c->ctl, NV_ESC_STATUS_CODE, &sc, sizeof(sc));
		report(c, "status", r, "gpu=%u adapter=0x%x", ci[i].minor, sc.status);
	}
	return 0;
}

const struct verb verbs_look[] = {
	{ "meminfo", do_meminfo, "[N]" },
	{ "pids", do_pids, "" },
	{ "acct-pids", do_acct_pids, "" },
	{ "util", do_util, "" },
	{ "monitor", do_monitor, "" },
	{ "status", do_status, "" },
	{ NULL, NULL, NULL },
};
