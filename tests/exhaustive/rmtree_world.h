/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree and the ledger as a wrapper uses them, above a naive driver that knows handles only,
 * with two threads that each are somewhere between begin, call and end of a request. What the
 * driver holds must be charged at any time; nothing else may be once both threads are through.
 */
#ifndef GPUWARD_RMTREE_WORLD_H
#define GPUWARD_RMTREE_WORLD_H

#include "core/ledger.h"
#include "nv/object/rmtree.h"

#include <linux/errno.h>

#define CLIENTS 2
#define THREADS 2
#define POOL 24
#define LIMIT 11		/* all four allocations at once would be 15 */

/* Objects of a client by handle: itself, its device, two memories. */
enum { ITSELF, DEVICE, MEM_A, MEM_B, OBJECTS };
/* Files: a control file for each client, one that exports are parked on, nvidia-uvm. */
enum { PARK = CLIENTS, UVM, FILES };
enum { IDLE, BEGUN, CALLED };
enum { MAKE, DUP, MAP, UNMAP, EXPORT, IMPORT, FREE, CLOSE };

/* What a thread can do: client and object it names, and those that it makes. */
struct request {
	u32 what, client, object, to_client, to_object;
};

static const struct request requests[] = {
	{ MAKE, 0, MEM_A }, { MAKE, 1, MEM_A }, { MAKE, 0, MEM_B }, { MAKE, 1, MEM_B },
	{ MAKE, 0, ITSELF }, { MAKE, 1, ITSELF }, { MAKE, 0, DEVICE }, { MAKE, 1, DEVICE },
	{ DUP, 0, MEM_A, 1, MEM_B }, { DUP, 1, MEM_B, 0, MEM_A }, { DUP, 0, MEM_A, 0, MEM_B },
	{ MAP, 0, MEM_A }, { MAP, 1, MEM_B }, { UNMAP },
	{ EXPORT, 0, MEM_A }, { EXPORT, 1, MEM_A }, { IMPORT, 0, 0, 1, MEM_B },
	{ IMPORT, 0, 0, 0, MEM_A },
	{ FREE, 0, MEM_A }, { FREE, 1, MEM_A }, { FREE, 0, MEM_B }, { FREE, 1, MEM_B },
	{ FREE, 0, DEVICE }, { FREE, 1, DEVICE }, { FREE, 0, ITSELF }, { FREE, 1, ITSELF },
	{ CLOSE, 0 }, { CLOSE, 1 }, { CLOSE, PARK }, { CLOSE, UVM },
};
#define REQUESTS (sizeof(requests) / sizeof(requests[0]))

struct thread {
	const struct request *r;
	u32 state;
	bool is_done;		/* the driver did it */
	struct gw_rm_node *node;
	struct gw_rm_node *source;
	struct gw_rm_mem *mem;
	struct gw_rm_hold *hold;
};

/* The driver: memories by number from 1; 0 is none, and -1 an object that is none. */
struct driver {
	s32 object[CLIENTS][OBJECTS];
	s32 mapped;
	s32 parked;
	u32 size[POOL + 1];
};

static struct rmtree_world {
	struct gw_rm_tree tree;
	struct gw_rm_link *buckets[4];
	struct gw_rm_file file[FILES];
	struct gw_ledger ledger;
	struct gw_rm_node node[POOL];
	struct gw_rm_mem mem[POOL];
	struct gw_rm_hold hold[POOL];
	bool has_node[POOL], has_mem[POOL], has_hold[POOL];
	struct thread thread[THREADS];
	struct driver driver;
	const char *wrong;
} rw;

/* The caller's memory: what is not given back is found out soon. */
#define TAKE(pool) take(rw.has_##pool) ? &rw.pool[taken] : NULL
static u32 taken;

static bool take(bool *has)
{
	for (taken = 0; taken < POOL; taken++)
		if (!has[taken])
			return has[taken] = true;
	rw.wrong = "memory is not given back";
	taken = 0;
	return true;
}

static void give_mem(struct gw_rm_mem *mem)
{
	if (!mem)
		return;
	if (gw_ledger_uncharge(&rw.ledger, mem->slot, mem->bytes))
		rw.wrong = "a charge goes twice";
	rw.has_mem[mem - rw.mem] = false;
}

static void reap(void)
{
	struct gw_rm_mem *mem;
	struct gw_rm_node *n;

	while ((n = gw_rm_reap(&rw.tree, &mem))) {
		rw.has_node[n - rw.node] = false;
		give_mem(mem);
	}
}

static u32 handle_of(u32 client, u32 object)
{
	return object == ITSELF ? 0xc1d00000 + client : object;
}

static u32 parent_of(u32 client, u32 object)
{
	return handle_of(client, object == DEVICE ? ITSELF : DEVICE);
}

/* The driver's own side: what it holds, by handles as they are at the time of the call. */

static u32 driver_bytes(void)
{
	const struct driver *d = &rw.driver;
	u32 c, o, m, sum = 0;

	for (m = 1; m <= POOL; m++) {
		bool alive = d->mapped == (s32)m || d->parked == (s32)m;

		for (c = 0; c < CLIENTS; c++)
			for (o = 0; o < OBJECTS; o++)
				alive |= d->object[c][o] == (s32)m;
		sum += alive ? d->size[m] : 0;
	}
	return sum;
}

static bool driver_put(u32 c, u32 o, s32 what)
{
	s32 *objects = rw.driver.object[c];

	if (objects[o] || (o != ITSELF && !objects[o == DEVICE ? ITSELF : DEVICE]))
		return false;
	objects[o] = what;
	return true;
}

static void driver_free(u32 c, u32 o)
{
	u32 i;

	rw.driver.object[c][o] = 0;
	for (i = o + 1; o <= DEVICE && i < OBJECTS; i++)
		rw.driver.object[c][i] = 0;
}

static void driver_close(u32 file)
{
	if (file < CLIENTS)
		driver_free(file, ITSELF);
	else if (file == PARK)
		rw.driver.parked = 0;
	else
		rw.driver.mapped = 0;
}

static bool driver_call(const struct thread *t)
{
	const struct request *r = t->r;
	struct driver *d = &rw.driver;
	s32 named = d->object[r->client % CLIENTS][r->object];

	switch (r->what) {
	case MAKE:
		if (r->object < MEM_A)
			return driver_put(r->client, r->object, -1);
		d->size[t->mem - rw.mem + 1] = t->mem->bytes;
		return driver_put(r->client, r->object, t->mem - rw.mem + 1);
	case DUP:
		return named > 0 && driver_put(r->to_client, r->to_object, named);
	case MAP:
		if (named <= 0 || d->mapped)
			return false;
		d->mapped = named;
		return true;
	case UNMAP:
		named = d->mapped;
		d->mapped = 0;
		return named;
	case EXPORT:
		if (named <= 0 || d->parked)
			return false;
		d->parked = named;
		return true;
	case IMPORT:
		return d->parked && driver_put(r->to_client, r->to_object, d->parked);
	case FREE:
		driver_free(r->client, r->object);
		return true;
	default:
		driver_close(r->client);
		return true;
	}
}

/* The wrapper, before the call. */
static int reserve(struct thread *t, u32 c, u32 o)
{
	int ret = 0;

	t->node = TAKE(node);
	if (o == ITSELF)
		gw_rm_reserve_client(&rw.file[c], t->node);
	else
		ret = gw_rm_reserve(&rw.tree, &rw.file[c], handle_of(c, ITSELF), parent_of(c, o),
				    t->node);
	if (ret)
		rw.has_node[t->node - rw.node] = false;
	return ret;
}

static int begin_make(struct thread *t)
{
	const struct request *r = t->r;
	u64 bytes = r->object < MEM_A ? 0 : 1u << (r->client * 2 + r->object - MEM_A);
	int ret = reserve(t, r->client, r->object);

	t->mem = NULL;
	if (ret || r->object < MEM_A)
		return ret;
	t->mem = TAKE(mem);
	*t->mem = (struct gw_rm_mem){ .bytes = bytes };
	ret = gw_ledger_charge(&rw.ledger, 0, bytes);
	if (ret) {
		rw.has_mem[t->mem - rw.mem] = false;
		gw_rm_abort(&rw.tree, t->node);
		rw.has_node[t->node - rw.node] = false;
	}
	return ret;
}

static int begin_dup(struct thread *t)
{
	int ret = gw_rm_pin(&rw.tree, NULL, handle_of(t->r->client, ITSELF), t->r->object,
			    &t->source);

	if (ret)
		return ret;
	t->mem = t->source->mem;
	ret = t->r->what == DUP ? reserve(t, t->r->to_client, t->r->to_object) : 0;
	if (ret)
		gw_rm_unpin(&rw.tree, t->source);
	return ret;
}

static int begin_import(struct thread *t)
{
	struct gw_rm_hold *h = gw_rm_hold_find(&rw.tree, &rw.file[PARK], GW_RM_EXPORT, 7, 0);
	int ret = h ? reserve(t, t->r->to_client, t->r->to_object) : -ENOENT;

	if (ret)
		return ret;
	t->mem = h->mem;
	gw_rm_mem_get(t->mem, GW_RM_OTHER);
	return 0;
}

static int begin(struct thread *t)
{
	const struct request *r = t->r;

	switch (r->what) {
	case MAKE:
		return begin_make(t);
	case DUP:
	case MAP:
	case EXPORT:
		return begin_dup(t);
	case UNMAP:
		t->hold = gw_rm_hold_find(&rw.tree, &rw.file[UVM], GW_RM_MAPPING, 4096, 0);
		if (!t->hold)
			return -ENOENT;
		gw_rm_hold_detach(&rw.tree, t->hold);
		return 0;
	case IMPORT:
		return begin_import(t);
	case FREE:
		return gw_rm_detach(&rw.tree, &rw.file[r->client], handle_of(r->client, ITSELF),
				    handle_of(r->client, r->object), &t->node);
	default:
		return 0;
	}
}

/* The wrapper, after the call. */
static void end_new(struct thread *t, u32 object, u32 client, u32 kind)
{
	if (t->is_done) {
		gw_rm_commit(&rw.tree, t->node, handle_of(client, object), t->mem, kind);
		return;
	}
	gw_rm_abort(&rw.tree, t->node);
	rw.has_node[t->node - rw.node] = false;
	if (kind == GW_RM_HANDLE)
		give_mem(t->mem);
}

static void end_hold(struct thread *t, u32 kind)
{
	struct gw_rm_hold *h;

	if (t->is_done) {
		h = TAKE(hold);
		*h = (struct gw_rm_hold){
			.mem = t->mem, .kind = kind,
			.file = &rw.file[kind == GW_RM_MAPPING ? UVM : PARK],
			.base = kind == GW_RM_MAPPING ? 4096 : 7,
		};
		gw_rm_hold_add(&rw.tree, h);
	}
	gw_rm_unpin(&rw.tree, t->source);
}

static void del_hold(struct gw_rm_hold *h)
{
	give_mem(gw_rm_hold_del(&rw.tree, h));
	rw.has_hold[h - rw.hold] = false;
}

static void end_close(u32 file)
{
	struct gw_rm_hold *h;

	while (gw_rm_close_client(&rw.tree, &rw.file[file]))
		;
	while ((h = gw_rm_close_hold(&rw.file[file])))
		del_hold(h);
}

static void end(struct thread *t)
{
	const struct request *r = t->r;

	switch (r->what) {
	case MAKE:
		end_new(t, r->object, r->client, GW_RM_HANDLE);
		break;
	case DUP:
		end_new(t, r->to_object, r->to_client, GW_RM_DUP);
		gw_rm_unpin(&rw.tree, t->source);
		break;
	case MAP:
		end_hold(t, GW_RM_MAPPING);
		break;
	case EXPORT:
		end_hold(t, GW_RM_EXPORT);
		break;
	case UNMAP:
		if (t->is_done)
			del_hold(t->hold);
		else
			gw_rm_hold_reattach(&rw.tree, t->hold);
		break;
	case IMPORT:
		end_new(t, r->to_object, r->to_client, GW_RM_DUP);
		if (gw_rm_mem_put(t->mem, GW_RM_OTHER))
			give_mem(t->mem);
		break;
	case FREE:
		if (t->is_done)
			gw_rm_drop(&rw.tree, t->node);
		else
			gw_rm_reattach(&rw.tree, t->node);
		break;
	case CLOSE:
		end_close(r->client);
	}
	reap();
}

/* The kernel: no file is closed while a request on it is under way, nor used afterwards. */
static bool uses(const struct request *r, u32 file)
{
	switch (r->what) {
	case CLOSE:
		return r->client == file;
	case MAP:
	case UNMAP:
		return file == UVM;
	case DUP:
		return file == r->to_client;
	case IMPORT:
		return file == PARK || file == r->to_client;
	case EXPORT:
		return file == PARK || file == r->client;
	default:
		return file == r->client;
	}
}

static bool may_begin(const struct request *r)
{
	u32 i, f;

	for (i = 0; i < THREADS; i++)
		for (f = 0; f < FILES && rw.thread[i].state != IDLE; f++)
			if ((r->what == CLOSE || rw.thread[i].r->what == CLOSE) && uses(r, f) &&
			    uses(rw.thread[i].r, f))
				return false;
	return true;
}

static const char *rmtree_compare(void)
{
	u64 held = driver_bytes(), charged = rw.ledger.slots[0].used;
	bool idle = true;
	u32 i;

	for (i = 0; i < THREADS; i++)
		idle &= rw.thread[i].state == IDLE;
	if (rw.wrong)
		return rw.wrong;
	if (!gw_rm_sane(&rw.tree) || !gw_ledger_sane(&rw.ledger))
		return "not sane";
	if (charged < held)
		return "the driver holds what is not charged";
	return idle && charged != held ? "charged is what the driver does not hold" : NULL;
}

/* Begin a request: false when it is refused, or has to wait. */
static bool rmtree_begin(u32 thread, u32 request)
{
	struct thread *t = &rw.thread[thread];

	if (t->state != IDLE || !may_begin(&requests[request]))
		return false;
	t->r = &requests[request];
	if (begin(t))
		return false;
	t->state = BEGUN;
	return true;
}

/* The next step of a request that was begun: the call, which may fail, or the end. */
static void rmtree_step(u32 thread, bool fails)
{
	struct thread *t = &rw.thread[thread];

	if (t->state == BEGUN) {
		t->is_done = (!fails || t->r->what == CLOSE) && driver_call(t);
		t->state = CALLED;
	} else if (t->state == CALLED) {
		end(t);
		t->state = IDLE;
	}
}

static const char *rmtree_whole(u32 request, bool fails)
{
	if (rmtree_begin(0, request)) {
		rmtree_step(0, fails);
		rmtree_step(0, false);
	}
	return rmtree_compare();
}

/* Ends what is under way and closes all files: nothing may be left anywhere. */
static const char *rmtree_finish(void)
{
	u32 i;

	for (i = 0; i < 2 * THREADS; i++)
		rmtree_step(i % THREADS, false);
	for (i = 0; i < FILES; i++)
		rmtree_whole(REQUESTS - FILES + i, false);
	if (!gw_ledger_is_zero(&rw.ledger) || rw.tree.nr_links || rw.tree.nr_nodes)
		return "something is left when all files are closed";
	for (i = 0; i < POOL; i++)
		if (rw.has_node[i] || rw.has_mem[i] || rw.has_hold[i])
			return "memory is left when all files are closed";
	return rmtree_compare();
}

static void rmtree_world_init(void)
{
	u32 i;

	memset(&rw, 0, sizeof(rw));
	gw_rm_init(&rw.tree, rw.buckets, 2, 0x9e3779b97f4a7c15ull);
	for (i = 0; i < FILES; i++)
		gw_rm_file_init(&rw.file[i]);
	gw_ledger_init(&rw.ledger);
	gw_ledger_place(&rw.ledger, 0, LIMIT);
	for (i = 4; i < 8; i++)
		rmtree_whole(i, false);
}

#endif /* GPUWARD_RMTREE_WORLD_H */
