// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a request does to objects and to video memory: everything but RM_CONTROL.
 * Owns the table of classes that are followed, and the rounding of sizes. Must not copy from user
 * memory, decide who may, or keep anything between calls.
 */
#include "nv/decode/effect.h"

#include "nv/decode/abi.h"
#include "nv/decode/request.h"
#include "nv/decode/effect_priv.h"

#define SZ_GRANULE	(64ull << 10)	/* the driver's allocator gives no less */
#define SZ_HUGE		(2ull << 20)
#define SZ_HUGE_512M	(512ull << 20)
#define SZ_HUGE_256G	(256ull << 30)

/*
 * Classes whose objects are followed: clients, what video memory can hang below, video memory, what holds
 * it, what the driver frees with something else, what names a client. @size: of their parameters, @first to @last.
 */
static const struct class_row {
	u32 class;
	u32 mask;
	u16 first;
	u16 last;
	u16 size;
	const char *what;
} classes[] = {
	{ NV01_ROOT, ~0u, 535, 610, NV01_ROOT_PARAMS_SIZE, "client" },
	{ NV01_ROOT_NON_PRIV, ~0u, 535, 610, NV01_ROOT_PARAMS_SIZE, "client" },
	{ NV01_ROOT_CLIENT, ~0u, 535, 610, NV01_ROOT_PARAMS_SIZE, "client" },
	{ NV01_DEVICE_0, ~0u, 535, 610, NV0080_SIZE, "device" },
	{ NV20_SUBDEVICE_0, ~0u, 535, 610, NV2080_PARAMS_SIZE, "subdevice" },
	{ NV01_EVENT, ~0u, 535, 610, NV0005_PARAMS_SIZE, "event" },
	{ NV01_EVENT_OS_EVENT, ~0u, 535, 610, NV0005_PARAMS_SIZE, "event" },
	{ NV01_MEMORY_LOCAL_USER, ~0u, 535, 544, NV_MEMORY_PARAMS_SIZE_535, "video memory" },
	{ NV01_MEMORY_LOCAL_USER, ~0u, 545, 610, NV_MEMORY_PARAMS_SIZE_545, "video memory" },
	{ NV_MEMORY_FABRIC, ~0u, 535, 610, NV00F8_PARAMS_SIZE, "fabric memory" },
	{ NV_MEMORY_MULTICAST_FABRIC, ~0u, 535, 544, NV00FD_PARAMS_SIZE_535, "multicast memory" },
	{ NV_MEMORY_MULTICAST_FABRIC, ~0u, 545, 610, NV00FD_PARAMS_SIZE_545, "multicast memory" },
	{ FERMI_VASPACE_A, ~0u, 535, 610, 0, "address space" },
	{ KEPLER_CHANNEL_GROUP_A, ~0u, 535, 610, NV_CHANNEL_GROUP_PARAMS_SIZE, "channel group" },
	{ NV_CHANNEL_GPFIFO, NV_CHANNEL_GPFIFO_MASK, 535, 569, NV_CHANNEL_PARAMS_SIZE_535,
	  "channel" },
	{ NV_CHANNEL_GPFIFO, NV_CHANNEL_GPFIFO_MASK, 570, 609, NV_CHANNEL_PARAMS_SIZE_570,
	  "channel" },
	{ NV_CHANNEL_GPFIFO, NV_CHANNEL_GPFIFO_MASK, 610, 610, NV_CHANNEL_PARAMS_SIZE_610,
	  "channel" },
};

/* The requests that are looked at, by number and exact size. */
static const struct request {
	u32 nr;
	u32 size;
	const char *what;
} requests[] = {
	{ NV_ESC_RM_CONTROL, NVOS54_SIZE, "RM_CONTROL" },
	{ NV_ESC_RM_FREE, NVOS00_SIZE, "RM_FREE" },
	{ NV_ESC_RM_ALLOC, NVOS21_SIZE, "RM_ALLOC" },
	{ NV_ESC_RM_ALLOC, NVOS64_SIZE, "RM_ALLOC" },
	{ NV_ESC_RM_DUP_OBJECT, NVOS55_SIZE, "RM_DUP_OBJECT" },
	{ NV_ESC_RM_SHARE, NVOS57_SIZE, "RM_SHARE" },
	{ NV_ESC_RM_VID_HEAP_CONTROL, NVOS32_SIZE, "RM_VID_HEAP_CONTROL" },
	{ NV_ESC_RM_ALLOC_OBJECT, NVOS05_SIZE, "RM_ALLOC_OBJECT" },
	/* Without an effect, but judged by its class: the driver must see the very same one. */
	{ NV_ESC_RM_ALLOC_MEMORY, NVOS02_FD_SIZE, "RM_ALLOC_MEMORY" },
};

static const struct request *find_request(u32 nr, u32 size)
{
	size_t i;

	for (i = 0; i < NR_ROWS(requests); i++)
		if (requests[i].nr == nr && requests[i].size == size)
			return &requests[i];
	return NULL;
}

static const struct class_row *find_class(u32 branch, u32 class)
{
	size_t i;

	for (i = 0; i < NR_ROWS(classes); i++)
		if ((class & classes[i].mask) == classes[i].class &&
		    branch >= classes[i].first && branch <= classes[i].last)
			return &classes[i];
	return NULL;
}

bool gw_nv_is_effective(u32 branch, u32 nr, u32 size)
{
	return !gw_nv_branch_is_known(branch) || find_request(nr, size);
}

bool gw_nv_is_control(u32 nr, u32 size)
{
	return nr == NV_ESC_RM_CONTROL && size == NVOS54_SIZE;
}

u32 gw_nv_nested_wanted(u32 branch, u32 nr, u32 size, const void *outer, u32 *at)
{
	struct gw_bytes b = { .at = outer, .len = size };
	const struct class_row *row;

	*at = 0;
	if (gw_nv_is_control(nr, size))
		return gw_nv_control_wanted(branch, outer, at);
	if (nr != NV_ESC_RM_ALLOC || !find_request(nr, size))
		return 0;
	row = find_class(branch, gw_bytes_u32(&b, NVOS21_CLASS));
	*at = NVOS21_ALLOC_PARMS;
	return row ? row->size : 0;
}

/* --- sizes ------------------------------------------------------------------------------ */

/* Whole pages: at least one, because nothing is free. */
static u64 round_up_to(u64 bytes, u64 page)
{
	if (!bytes)
		return page;
	if (bytes > GW_NV_UNCOUNTABLE - page)
		return GW_NV_UNCOUNTABLE;
	return (bytes + page - 1) & ~(page - 1);
}

/* A size of pages that says itself which it is; at least what the allocator gives. */
static u64 page_of(u32 attr, u32 attr2)
{
	if ((attr & NVOS32_ATTR_PAGE_SIZE_MASK) >> NVOS32_ATTR_PAGE_SIZE_SHIFT != NVOS32_PAGE_SIZE_HUGE)
		return SZ_GRANULE;
	switch ((attr2 & NVOS32_ATTR2_HUGE_MASK) >> NVOS32_ATTR2_HUGE_SHIFT) {
	case NVOS32_HUGE_512M:
		return SZ_HUGE_512M;
	case NVOS32_HUGE_256G:
		return SZ_HUGE_256G;
	default:
		return SZ_HUGE;
	}
}

/*
 * The page that the driver will choose: the caller's choice, else a large one when it can be
 * filled. Compression pads, by less than the page that it is used with.
 */
static u64 page_for(u32 attr, u32 attr2, u64 bytes)
{
	bool is_open = !(attr & NVOS32_ATTR_PAGE_SIZE_MASK) && bytes >= SZ_HUGE;
	u64 page = page_of(attr, attr2);

	if ((is_open || attr & NVOS32_ATTR_COMPR_MASK) && page < SZ_HUGE)
		return SZ_HUGE;
	return page;
}

static u64 add(u64 a, u64 b)
{
	return a > GW_NV_UNCOUNTABLE - b ? GW_NV_UNCOUNTABLE : a + b;
}

u64 gw_nv_pages(u64 bytes, u64 slack, u32 attr, u32 attr2)
{
	return round_up_to(add(bytes, slack), page_of(attr, attr2));
}

/* Where an allocation of video memory has its fields: places, as those of the effect. */
struct memory_at {
	u32 flags;
	u32 attr;
	u32 attr2;
	u32 size;
	u32 alignment;
};

static u32 number(struct gw_nv_request *r, u32 place)
{
	if (place & GW_NV_IN_NESTED)
		return gw_bytes_u32(&r->nested, place & ~GW_NV_IN_NESTED);
	return gw_bytes_u32(&r->outer, place);
}

static u64 big_number(struct gw_nv_request *r, u32 place)
{
	if (place & GW_NV_IN_NESTED)
		return gw_bytes_u64(&r->nested, place & ~GW_NV_IN_NESTED);
	return gw_bytes_u64(&r->outer, place);
}

/*
 * At an address of the caller's choice the driver takes all from one multiple of the alignment to
 * another, and says only how much of that was asked for.
 */
static void take(struct gw_nv_request *r, const struct memory_at *at, u64 asked)
{
	struct gw_nv_effect *e = r->e;

	e->takes = true;
	e->asked = asked;
	e->size_at = at->size;
	e->attr_at = at->attr;
	e->attr2_at = at->attr2;
	if (number(r, at->flags) & NVOS32_FLAGS_FIXED_ADDRESS)
		e->slack = big_number(r, at->alignment);
	e->charge = round_up_to(add(asked, e->slack),
				page_for(number(r, at->attr), number(r, at->attr2), asked));
}

/* --- making objects -------------------------------------------------------------------- */

static const struct memory_at class_memory = {
	.flags = GW_NV_IN_NESTED | NV_MEMORY_PARAMS_FLAGS,
	.attr = GW_NV_IN_NESTED | NV_MEMORY_PARAMS_ATTR,
	.attr2 = GW_NV_IN_NESTED | NV_MEMORY_PARAMS_ATTR2,
	.size = GW_NV_IN_NESTED | NV_MEMORY_PARAMS_SIZE,
	.alignment = GW_NV_IN_NESTED | NV_MEMORY_PARAMS_ALIGNMENT,
};

/*
 * A device can share the addresses of another client's. The driver asks nobody's leave, and looks for
 * that client when an address is first wanted, whoever has the number by then: none but its own.
 */
static int make_device(struct gw_nv_request *r)
{
	u32 share = gw_bytes_u32(&r->nested, NV0080_CLIENT_SHARE);

	r->e->instance = gw_bytes_u32(&r->nested, NV0080_INSTANCE);
	return share && share != r->e->client ?
	       gw_nv_refuse(r, "device with another client's addresses") : 0;
}

/* Of an object in any client, which the driver takes for the caller's business. It is not followed itself. */
static int make_event(struct gw_nv_request *r)
{
	r->e->act = GW_NV_NAME;
	r->e->list_at = GW_NV_IN_NESTED | NV0005_CLIENT;
	r->e->nr_list = !!r->nested.len;	/* the driver wants them, too */
	return 0;
}

static int make_multicast(struct gw_nv_request *r)
{
	u32 at = r->branch < 590 ? NV00FD_FLAGS_545 : NV00FD_FLAGS_590;

	r->e->gathers = true;
	if (r->branch < 545 || !(gw_bytes_u32(&r->nested, at) & NV00FD_FLAGS_USE_EXPORT_PACKET))
		return 0;
	return gw_nv_refuse(r, "multicast memory of another node");
}

/* Without parameters the driver makes clients, devices (the first one) and subdevices. */
static int make(struct gw_nv_request *r, const struct class_row *row)
{
	struct gw_nv_effect *e = r->e;
	bool has_params = r->nested.len;

	e->act = GW_NV_MAKE;
	e->what = row->what;
	e->is_device = row->class == NV01_DEVICE_0;
	switch (row->class) {
	case NV01_ROOT:
	case NV01_ROOT_NON_PRIV:
	case NV01_ROOT_CLIENT:
		e->act = GW_NV_MAKE_CLIENT;
		return 0;
	case NV01_DEVICE_0:
		return has_params ? make_device(r) : 0;
	case NV01_EVENT:
	case NV01_EVENT_OS_EVENT:
		return make_event(r);
	case NV20_SUBDEVICE_0:
	case FERMI_VASPACE_A:	/* its parameters decide nothing here, and are not wanted */
		return 0;
	}
	if (!has_params)
		return gw_nv_refuse(r, "object without its parameters");
	switch (row->class) {
	case NV01_MEMORY_LOCAL_USER:
		take(r, &class_memory, big_number(r, class_memory.size));
		break;
	case NV_MEMORY_FABRIC:
		e->act = GW_NV_DUP;
		e->src_client = e->client;
		e->src_object = gw_bytes_u32(&r->nested, NV00F8_VIDMEM);
		/* Memory that is attached later, piece by piece, could not be followed. */
		if (!e->src_object)
			return gw_nv_refuse(r, "fabric memory without memory");
		break;
	case NV_MEMORY_MULTICAST_FABRIC:
		return make_multicast(r);
	default:	/* channels and groups of them */
		e->is_context = true;
		e->space = gw_bytes_u32(&r->nested, row->class == KEPLER_CHANNEL_GROUP_A ?
					NV_CHANNEL_GROUP_VASPACE : NV_CHANNEL_VASPACE);
	}
	return 0;
}

/*
 * A page that the driver goes on writing the total and the free memory of the GPU to. It has none
 * in guests of its own (NV_ERR_NOT_SUPPORTED), so that its libraries can do without.
 */
static bool tells_of_memory(u32 branch, u32 class)
{
	return class == RM_USER_SHARED_DATA && branch >= RM_USER_SHARED_DATA_TELLS;
}

/* RM_ALLOC in both sizes, and RM_ALLOC_OBJECT, which has no parameters. */
static int alloc_effect(struct gw_nv_request *r, u32 status_at)
{
	struct gw_nv_effect *e = r->e;
	const struct class_row *row;

	e->client = gw_bytes_u32(&r->outer, NVOS21_ROOT);
	e->parent = gw_bytes_u32(&r->outer, NVOS21_PARENT);
	e->object = gw_bytes_u32(&r->outer, NVOS21_OBJECT);
	e->class = gw_bytes_u32(&r->outer, NVOS21_CLASS);
	e->status_at = status_at;
	e->handle_at = NVOS21_OBJECT;
	if (tells_of_memory(r->branch, e->class)) {
		e->act = GW_NV_WITHHOLD;
		e->what = "page with the GPU's figures";
		return 0;
	}
	row = find_class(r->branch, e->class);
	if (!row)
		return 0;
	if (row->size && r->size == NVOS64_SIZE &&
	    gw_bytes_u32(&r->outer, NVOS64_FLAGS) & NVOS64_FLAGS_FINN_SERIALIZED)
		return gw_nv_refuse(r, "serialised parameters");
	if (r->nested.len && r->nested.len != row->size)
		return gw_nv_refuse(r, "parameters of a wrong size");
	return make(r, row);
}

/* --- the heap --------------------------------------------------------------------------- */

static const struct memory_at heap_size = {
	NVOS32_ALLOC_FLAGS, NVOS32_ALLOC_SIZE_ATTR, NVOS32_ALLOC_SIZE_ATTR2,
	NVOS32_ALLOC_SIZE_SIZE, NVOS32_ALLOC_SIZE_ALIGNMENT,
};
static const struct memory_at heap_pitch = {
	NVOS32_ALLOC_FLAGS, NVOS32_ALLOC_PITCH_ATTR, NVOS32_ALLOC_PITCH_ATTR2,
	NVOS32_ALLOC_PITCH_SIZE, NVOS32_ALLOC_PITCH_ALIGNMENT,
};
static const struct memory_at heap_range = {
	NVOS32_ALLOC_FLAGS, NVOS32_ALLOC_RANGE_ATTR, NVOS32_ALLOC_RANGE_ATTR2,
	NVOS32_ALLOC_RANGE_SIZE, NVOS32_ALLOC_RANGE_ALIGNMENT,
};

/* The driver multiplies in 64 bits, with the sign of the pitch: no product wraps to a small one. */
static u64 pitch_size(struct gw_nv_request *r)
{
	u64 height = gw_bytes_u32(&r->outer, NVOS32_ALLOC_PITCH_HEIGHT);
	s64 pitch = (s32)gw_bytes_u32(&r->outer, NVOS32_ALLOC_PITCH_PITCH);

	return pitch < 0 && height ? GW_NV_UNCOUNTABLE : height * (u64)pitch;
}

/* Only what becomes video memory is followed: request.c says what else the driver makes of it. */
static int heap_alloc_effect(struct gw_nv_request *r, const struct memory_at *at, u64 asked)
{
	struct gw_nv_effect *e = r->e;
	u32 flags = number(r, at->flags);

	if (gw_nv_heap_class(r->branch, flags, number(r, at->attr), number(r, at->attr2)) !=
	    NV01_MEMORY_LOCAL_USER)
		return 0;
	e->act = GW_NV_MAKE;
	e->what = "video memory";
	e->class = NV01_MEMORY_LOCAL_USER;
	e->parent = gw_bytes_u32(&r->outer, NVOS32_PARENT);
	e->handle_at = NVOS32_ALLOC_MEMORY;
	if (flags & NVOS32_FLAGS_HANDLE_PROVIDED)
		e->object = gw_bytes_u32(&r->outer, NVOS32_ALLOC_MEMORY);
	take(r, at, asked);
	return 0;
}

static int heap_effect(struct gw_nv_request *r)
{
	struct gw_nv_effect *e = r->e;

	e->client = gw_bytes_u32(&r->outer, NVOS32_ROOT);
	e->class = gw_bytes_u32(&r->outer, NVOS32_FUNCTION);
	e->status_at = NVOS32_STATUS;
	switch (e->class) {
	case NVOS32_FUNCTION_ALLOC_SIZE:
		return heap_alloc_effect(r, &heap_size, big_number(r, heap_size.size));
	case NVOS32_FUNCTION_ALLOC_RANGE:
		return heap_alloc_effect(r, &heap_range, big_number(r, heap_range.size));
	case NVOS32_FUNCTION_ALLOC_PITCH:
		return heap_alloc_effect(r, &heap_pitch, pitch_size(r));
	case NVOS32_FUNCTION_FREE:
		e->act = GW_NV_FREE;
		e->object = gw_bytes_u32(&r->outer, NVOS32_ALLOC_MEMORY);
		break;
	case NVOS32_FUNCTION_INFO:
		e->act = GW_NV_VIEW;
		e->object = gw_bytes_u32(&r->outer, NVOS32_PARENT);
		break;
	}
	return 0;
}

/* --- all others -------------------------------------------------------------------------- */

static int free_effect(struct gw_nv_request *r)
{
	r->e->act = GW_NV_FREE;
	r->e->client = gw_bytes_u32(&r->outer, NVOS00_ROOT);
	r->e->object = gw_bytes_u32(&r->outer, NVOS00_OBJECT);
	r->e->status_at = NVOS00_STATUS;
	return 0;
}

static int dup_effect(struct gw_nv_request *r)
{
	struct gw_nv_effect *e = r->e;

	e->act = GW_NV_DUP;
	e->client = gw_bytes_u32(&r->outer, NVOS55_CLIENT);
	e->parent = gw_bytes_u32(&r->outer, NVOS55_PARENT);
	e->object = gw_bytes_u32(&r->outer, NVOS55_OBJECT);
	e->src_client = gw_bytes_u32(&r->outer, NVOS55_SRC_CLIENT);
	e->src_object = gw_bytes_u32(&r->outer, NVOS55_SRC_OBJECT);
	e->status_at = NVOS55_STATUS;
	e->handle_at = NVOS55_OBJECT;
	return 0;
}

static int share_effect(struct gw_nv_request *r)
{
	r->e->act = GW_NV_SHARE;
	r->e->client = gw_bytes_u32(&r->outer, NVOS57_CLIENT);
	r->e->object = gw_bytes_u32(&r->outer, NVOS57_OBJECT);
	r->e->status_at = NVOS57_STATUS;
	return 0;
}

static int effect_of(struct gw_nv_request *r)
{
	switch (r->nr) {
	case NV_ESC_RM_CONTROL:
		return gw_nv_control_effect(r);
	case NV_ESC_RM_FREE:
		return free_effect(r);
	case NV_ESC_RM_ALLOC:
		return alloc_effect(r, r->size == NVOS64_SIZE ? NVOS64_STATUS : NVOS21_STATUS);
	case NV_ESC_RM_ALLOC_OBJECT:
		return alloc_effect(r, NVOS05_STATUS);
	case NV_ESC_RM_DUP_OBJECT:
		return dup_effect(r);
	case NV_ESC_RM_SHARE:
		return share_effect(r);
	case NV_ESC_RM_VID_HEAP_CONTROL:
		return heap_effect(r);
	}
	r->e->status_at = NVOS02_STATUS;
	return 0;
}

static void clear(struct gw_nv_effect *e)
{
	*e = (struct gw_nv_effect){
		.fd = -1,
		.what = "request",
		.status_at = GW_NV_NOWHERE,
		.handle_at = GW_NV_NOWHERE,
		.list_at = GW_NV_NOWHERE,
		.size_at = GW_NV_NOWHERE,
		.attr_at = GW_NV_NOWHERE,
		.attr2_at = GW_NV_NOWHERE,
	};
}

int gw_nv_effect(u32 branch, u32 nr, u32 size, const void *outer, const void *nested,
		 u32 nested_len, struct gw_nv_effect *e)
{
	const struct request *found = find_request(nr, size);
	struct gw_nv_request r = {
		.branch = branch, .nr = nr, .size = size, .e = e,
		.outer = { .at = outer, .len = size },
		.nested = { .at = nested, .len = nested ? nested_len : 0 },
	};
	int ret;

	clear(e);
	if (!gw_nv_branch_is_known(branch))
		return gw_nv_refuse(&r, "request of an unknown driver");
	if (gw_nv_is_dmabuf(branch, nr, size))
		return gw_nv_dmabuf_effect(&r);
	if (!found)
		return 0;
	e->what = found->what;
	ret = effect_of(&r);
	if (!ret && (r.outer.is_short || r.nested.is_short))
		return gw_nv_refuse(&r, "truncated request");
	return ret;
}
