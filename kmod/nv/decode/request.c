// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one request of NVIDIA's interface means: bytes in, struct gw_op out.
 * Owns the tables of requests and classes. Must not copy from user memory, decide who may, or
 * keep anything between calls.
 */
#include "nv/decode/request.h"

#include "core/bytes.h"
#include "nv/decode/abi.h"

#define NR_ROWS(table) (sizeof(table) / sizeof((table)[0]))

/*
 * Branches whose requests were compared with the tables here: up to 595 with the driver's own
 * source, 610 with an independent description of it. A branch that is not listed is unknown
 * even when it lies between two that are.
 */
static const u32 branches[] = {
	535, 545, 550, 555, 560, 565, 570, 575, 580, 590, 595, 610,
};

/*
 * The requests that can matter, by number and exact size. All others pass: with another size
 * the driver answers EINVAL by itself. @wanted bytes of the outer struct decide.
 */
static const struct request {
	u32 nr;
	u32 size;
	u32 wanted;
	const char *what;
} requests[] = {
	{ NV_ESC_RM_CONTROL, NVOS54_SIZE, NVOS54_CMD + 4, "RM_CONTROL" },
	{ NV_ESC_RM_ALLOC, NVOS21_SIZE, NVOS21_ALLOC_PARMS + 8, "RM_ALLOC" },
	{ NV_ESC_RM_ALLOC, NVOS64_SIZE, NVOS64_FLAGS + 4, "RM_ALLOC" },
	{ NV_ESC_IOCTL_XFER_CMD, NV_XFER_SIZE, NV_XFER_SIZE, "IOCTL_XFER_CMD" },
	{ NV_ESC_RM_VID_HEAP_CONTROL, NVOS32_SIZE, NVOS32_ALLOC_END, "RM_VID_HEAP_CONTROL" },
	{ NV_ESC_RM_ALLOC_MEMORY, NVOS02_FD_SIZE, NVOS02_CLASS + 4, "RM_ALLOC_MEMORY" },
	{ NV_ESC_RM_ALLOC_OBJECT, NVOS05_SIZE, NVOS05_CLASS + 4, "RM_ALLOC_OBJECT" },
	{ NV_ESC_RM_DUP_OBJECT, NVOS55_SIZE, NVOS55_SRC_CLIENT + 4, "RM_DUP_OBJECT" },
};

/*
 * Classes that hold or run something on a GPU, or that no tenant may have, with the branches
 * that have them. @plain: the parameters must be in the plain encoding, because something in
 * them decides or will be accounted.
 */
static const struct class_row {
	u32 class;
	u32 mask;
	u16 first;
	u16 last;
	u8 kind;
	bool plain;
	const char *what;
} classes[] = {
#define FROM(first) first, GW_NV_BRANCH_MAX
#define UP_TO(last) GW_NV_BRANCH_MIN, last
#define ALWAYS GW_NV_BRANCH_MIN, GW_NV_BRANCH_MAX
	/* Video memory, and what stands for it or keeps it alive. */
	{ NV01_MEMORY_LOCAL_USER, ~0u, ALWAYS, GW_OP_HOLD, true, "video memory" },
	{ NV_MEMORY_EXTENDED_USER, ~0u, UP_TO(590), GW_OP_HOLD, true, "extended GPU memory" },
	{ NV01_MEMORY_HW_RESOURCES, ~0u, ALWAYS, GW_OP_HOLD, true, "compression resources" },
	{ NV_MEMORY_FABRIC, ~0u, ALWAYS, GW_OP_HOLD, true, "fabric memory" },
	{ NV_MEMORY_MULTICAST_FABRIC, ~0u, ALWAYS, GW_OP_HOLD, true, "multicast memory" },
	/* Work: these run on the GPU, or make it watch its memory. */
	{ NV_MEMORY_MAPPER, ~0u, ALWAYS, GW_OP_HOLD, true, "memory mapper" },
	{ MMU_VIDMEM_ACCESS_BIT_BUFFER, ~0u, ALWAYS, GW_OP_HOLD, false, "access bits" },
	{ HOPPER_MMU_VIDMEM_ACCESS_BIT_BUFFER, ~0u, FROM(580), GW_OP_HOLD, false, "access bits" },
	{ KEPLER_CHANNEL_GROUP_A, ~0u, ALWAYS, GW_OP_HOLD, false, "channel group" },
	{ NV_CHANNEL_GPFIFO, NV_CHANNEL_GPFIFO_MASK, ALWAYS, GW_OP_HOLD, false, "channel" },
	/* The way to a GPU. */
	{ NV01_DEVICE_0, ~0u, ALWAYS, GW_OP_DEVICE_PTR, true, "device" },
	/* Ways around the account: memory goes to, or comes from, where nobody can count it. */
	{ NV_MEMORY_EXPORT, ~0u, FROM(550), GW_OP_REFUSE, false, "export to another node" },
	{ NV01_MEMORY_FLA, ~0u, UP_TO(580), GW_OP_REFUSE, false, "memory of a peer" },
	{ NV_MEMORY_FABRIC_IMPORT_V2, ~0u, FROM(550), GW_OP_REFUSE, false, "fabric import" },
	{ NV_MEMORY_FABRIC_IMPORTED_REF, ~0u, FROM(550), GW_OP_REFUSE, false, "fabric import" },
	/* Windows over memory that is not the caller's; the driver wants CAP_SYS_ADMIN for most. */
	{ NV01_MEMORY_LOCAL_PHYSICAL, ~0u, ALWAYS, GW_OP_REFUSE, false, "all video memory" },
	{ NV01_MEMORY_LOCAL_PRIVILEGED, ~0u, ALWAYS, GW_OP_REFUSE, false, "GPU registers" },
	{ NV01_MEMORY_FRAMEBUFFER_CONSOLE, ~0u, ALWAYS, GW_OP_REFUSE, false, "console memory" },
	{ NV01_MEMORY_LIST_SYSTEM, ~0u, ALWAYS, GW_OP_REFUSE, false, "list of host pages" },
	{ NV01_MEMORY_LIST_FBMEM, ~0u, ALWAYS, GW_OP_REFUSE, false, "list of video pages" },
	{ NV01_MEMORY_LIST_OBJECT, ~0u, ALWAYS, GW_OP_REFUSE, false, "list of pages" },
	{ NV_CE_UTILS, ~0u, ALWAYS, GW_OP_REFUSE, false, "copies of physical memory" },
#undef FROM
#undef UP_TO
#undef ALWAYS
};

/*
 * The classes below 0x100 that hold nothing on a GPU: clients, events, host memory, virtual
 * addresses, displays, sessions. The driver's memory classes have such low numbers, so one
 * that stands neither here nor above is refused; above 0x100 are engines, which need a
 * channel, and things to look through.
 */
#define CLASS_LOW_END 0x100
static const u8 low_classes[] = {
	0x00, 0x01, 0x02, 0x04, 0x05, 0x0f, 0x20, 0x3e, 0x41, 0x60, 0x70, 0x71, 0x73, 0x78, 0x79,
	0x7d, 0x7e, 0x8f, 0x90, 0x92, 0xc3, 0xda, 0xdb, 0xde, 0xf1,
};

/*
 * A release that is unlike its branch: the layouts that changed with 550.40.53 are the old ones
 * in this preview, so what is known of 550 is not true of it.
 */
static bool is_odd_one_out(const char *version)
{
	const char *odd = "550.40.07";

	while (*odd && *version == *odd) {
		version++;
		odd++;
	}
	return !*odd && (*version < '0' || *version > '9');
}

u32 gw_nv_branch(const char *version)
{
	u32 branch = 0, digits = 0;

	if (!version || is_odd_one_out(version))
		return 0;
	for (; *version >= '0' && *version <= '9'; version++) {
		if (++digits > 4)
			return 0;
		branch = branch * 10 + (u32)(*version - '0');
	}
	return !*version || *version == '.' ? branch : 0;
}

bool gw_nv_branch_is_known(u32 branch)
{
	size_t i;

	for (i = 0; i < NR_ROWS(branches); i++)
		if (branches[i] == branch)
			return true;
	return false;
}

static const struct request *find_request(u32 nr, u32 size)
{
	size_t i;

	for (i = 0; i < NR_ROWS(requests); i++)
		if (requests[i].nr == nr && requests[i].size == size)
			return &requests[i];
	return NULL;
}

u32 gw_nv_outer_wanted(u32 nr, u32 size)
{
	const struct request *r = find_request(nr, size);

	return r ? r->wanted : 0;
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

static bool is_low_and_harmless(u32 class)
{
	size_t i;

	for (i = 0; i < NR_ROWS(low_classes); i++)
		if (low_classes[i] == class)
			return true;
	return false;
}

static void refuse(struct gw_op *op, const char *what)
{
	op->kind = GW_OP_REFUSE;
	op->what = what;
}

/* Sets all but op->arg. The row is returned where the class has one. */
static const struct class_row *judge_class(u32 branch, u32 class, struct gw_op *op)
{
	const struct class_row *row = find_class(branch, class);

	op->class = class;
	if (row) {
		op->kind = row->kind;
		op->what = row->what;
	} else if (class < CLASS_LOW_END && !is_low_and_harmless(class)) {
		refuse(op, "unknown memory class");
	}
	return row;
}

static void decode_alloc(u32 branch, struct gw_bytes *b, struct gw_op *op)
{
	const struct class_row *row = judge_class(branch, gw_bytes_u32(b, NVOS21_CLASS), op);
	bool serialized = op->size == NVOS64_SIZE &&
			  gw_bytes_u32(b, NVOS64_FLAGS) & NVOS64_FLAGS_FINN_SERIALIZED;

	if (row && row->plain && serialized)
		refuse(op, "serialised parameters");
	if (op->kind != GW_OP_DEVICE_PTR)
		return;
	op->arg = gw_bytes_u64(b, NVOS21_ALLOC_PARMS);
	/* The driver takes a device without parameters for the first one. */
	if (!op->arg)
		op->kind = GW_OP_DEVICE;
}

/* As RM_ALLOC without parameters. */
static void decode_alloc_object(u32 branch, struct gw_bytes *b, struct gw_op *op)
{
	judge_class(branch, gw_bytes_u32(b, NVOS05_CLASS), op);
	if (op->kind == GW_OP_DEVICE_PTR)
		op->kind = GW_OP_DEVICE;
}

/*
 * Knows ten memory classes and never allocates video memory: 0x40 is a window over all of it
 * here (where the driver denies that, a dummy that tells the size of the heap). Host memory
 * passes; all else is a window, a list of pages, a peer's, or no class of this call.
 */
static void decode_alloc_memory(u32 branch, struct gw_bytes *b, struct gw_op *op)
{
	u32 class = gw_bytes_u32(b, NVOS02_CLASS);

	judge_class(branch, class, op);
	switch (class) {
	case NV01_MEMORY_SYSTEM:
	case NV01_MEMORY_SYSTEM_DYNAMIC:
	case NV01_MEMORY_SYSTEM_OS_DESCRIPTOR:
		break;
	case NV01_MEMORY_LOCAL_USER:
		refuse(op, "all video memory");
		break;
	default:
		if (op->kind != GW_OP_REFUSE)
			refuse(op, "not a memory class");
	}
}

/* In the driver's own order. */
u32 gw_nv_heap_class(u32 branch, u32 flags, u32 attr, u32 attr2)
{
	if (flags & NVOS32_FLAGS_VIRTUAL)
		return NV50_MEMORY_VIRTUAL;
	if (branch >= NVOS32_EGM_FIRST && branch <= NVOS32_EGM_LAST &&
	    attr2 & NVOS32_ATTR2_USE_EGM)
		return NV_MEMORY_EXTENDED_USER;
	return attr & NVOS32_ATTR_LOCATION_MASK ? NV01_MEMORY_SYSTEM : NV01_MEMORY_LOCAL_USER;
}

static void decode_heap_alloc(u32 branch, struct gw_bytes *b, struct gw_op *op,
			      size_t attr_at, size_t attr2_at)
{
	judge_class(branch, gw_nv_heap_class(branch, gw_bytes_u32(b, NVOS32_ALLOC_FLAGS),
					     gw_bytes_u32(b, attr_at),
					     gw_bytes_u32(b, attr2_at)), op);
}

static void decode_heap(u32 branch, struct gw_bytes *b, struct gw_op *op)
{
	switch (gw_bytes_u32(b, NVOS32_FUNCTION)) {
	case NVOS32_FUNCTION_ALLOC_SIZE:
		decode_heap_alloc(branch, b, op, NVOS32_ALLOC_SIZE_ATTR, NVOS32_ALLOC_SIZE_ATTR2);
		break;
	case NVOS32_FUNCTION_ALLOC_PITCH:
		decode_heap_alloc(branch, b, op, NVOS32_ALLOC_PITCH_ATTR, NVOS32_ALLOC_PITCH_ATTR2);
		break;
	case NVOS32_FUNCTION_ALLOC_RANGE:
		decode_heap_alloc(branch, b, op, NVOS32_ALLOC_RANGE_ATTR, NVOS32_ALLOC_RANGE_ATTR2);
		break;
	case NVOS32_FUNCTION_HW_ALLOC:
		/* The driver makes this class of it: tags of the GPU's compression store. */
		judge_class(branch, NV01_MEMORY_HW_RESOURCES, op);
		break;
	case NVOS32_FUNCTION_FREE:
	case NVOS32_FUNCTION_INFO:
	case NVOS32_FUNCTION_REACQUIRE_COMPR:
	case NVOS32_FUNCTION_RELEASE_COMPR:
	case NVOS32_FUNCTION_GET_MEM_ALIGNMENT:
	case NVOS32_FUNCTION_HW_FREE:
	case NVOS32_FUNCTION_ALLOC_OS_DESCRIPTOR:	/* the caller's own host memory */
		break;
	default:
		refuse(op, "unknown heap function");
	}
}

/* Imports bring in video memory that somebody else holds. All other controls use what is held. */
static void decode_control(struct gw_bytes *b, struct gw_op *op)
{
	u32 cmd = gw_bytes_u32(b, NVOS54_CMD);

	if (cmd != NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECT_FROM_FD &&
	    cmd != NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECTS_FROM_FD)
		return;
	op->kind = GW_OP_HOLD;
	op->class = cmd;
	op->what = "import of objects";
}

/*
 * What the caller's own client holds it has claimed a GPU for; another's may hold memory that
 * only its owner has. Who merely looks has no reason to.
 */
static void decode_dup(struct gw_bytes *b, struct gw_op *op)
{
	if (gw_bytes_u32(b, NVOS55_CLIENT) == gw_bytes_u32(b, NVOS55_SRC_CLIENT))
		return;
	op->kind = GW_OP_HOLD;
	op->what = "duplicate of another client's object";
}

/*
 * The driver compares the whole inner number, and has no second level of wrapping: what is
 * beyond these bounds it rejects. Refused here, because its outer form can not be judged again.
 */
static void decode_xfer(struct gw_bytes *b, struct gw_op *op)
{
	op->kind = GW_OP_WRAPPED;
	op->nr = gw_bytes_u32(b, NV_XFER_CMD);
	op->size = gw_bytes_u32(b, NV_XFER_INNER_SIZE);
	op->arg = gw_bytes_u64(b, NV_XFER_PTR);
	if (op->nr == NV_ESC_IOCTL_XFER_CMD || op->nr > NV_ESC_NR_MAX ||
	    op->size > NV_XFER_INNER_SIZE_MAX)
		refuse(op, "indirect request out of bounds");
}

static void decode_request(u32 branch, struct gw_bytes *b, struct gw_op *op)
{
	switch (op->nr) {
	case NV_ESC_RM_CONTROL:
		decode_control(b, op);
		break;
	case NV_ESC_RM_ALLOC:
		decode_alloc(branch, b, op);
		break;
	case NV_ESC_IOCTL_XFER_CMD:
		decode_xfer(b, op);
		break;
	case NV_ESC_RM_VID_HEAP_CONTROL:
		decode_heap(branch, b, op);
		break;
	case NV_ESC_RM_ALLOC_MEMORY:
		decode_alloc_memory(branch, b, op);
		break;
	case NV_ESC_RM_ALLOC_OBJECT:
		decode_alloc_object(branch, b, op);
		break;
	case NV_ESC_RM_DUP_OBJECT:
		decode_dup(b, op);
		break;
	}
}

/* True when the verdict is in already: nothing of an unknown branch can be judged. */
static bool start(u32 branch, u32 nr, u32 size, struct gw_op *op)
{
	op->kind = GW_OP_PASS;
	op->nr = nr;
	op->size = size;
	op->class = 0;
	op->arg = 0;
	op->what = "request";
	if (gw_nv_branch_is_known(branch))
		return false;
	refuse(op, "request of an unknown driver");
	return true;
}

void gw_nv_decode(u32 branch, u32 nr, u32 size, const void *outer, size_t len,
		  struct gw_op *op)
{
	const struct request *r = find_request(nr, size);
	struct gw_bytes b = { .at = outer, .len = len };

	if (start(branch, nr, size, op))
		return;
	if (nr > NV_ESC_NR_MAX) {
		refuse(op, "request number out of bounds");
		return;
	}
	if (!r)
		return;
	op->what = r->what;
	decode_request(branch, &b, op);
	if (b.is_short)
		refuse(op, "truncated request");
}

void gw_nv_decode_uvm(u32 branch, u32 cmd, struct gw_op *op)
{
	if (start(branch, cmd, 0, op))
		return;
	switch (cmd) {
	case UVM_REGISTER_GPU_VASPACE:	/* from here on managed memory can lie on the GPU */
		op->kind = GW_OP_HOLD;
		op->what = "UVM_REGISTER_GPU_VASPACE";
		break;
	case UVM_REGISTER_CHANNEL:
		op->kind = GW_OP_HOLD;
		op->what = "UVM_REGISTER_CHANNEL";
		break;
	case UVM_MAP_EXTERNAL_ALLOCATION:
		op->kind = GW_OP_HOLD;
		op->what = "UVM_MAP_EXTERNAL_ALLOCATION";
		break;
	case UVM_ALLOC_DEVICE_P2P:
		refuse(op, "UVM_ALLOC_DEVICE_P2P");
		break;
	case UVM_INITIALIZE:
	case UVM_DEINITIALIZE:
	case UVM_IS_8_SUPPORTED:
		break;
	default:
		/* Tests of the driver itself, and what a later driver may bring. */
		if (cmd > UVM_DISCARD)
			refuse(op, "unknown UVM request");
	}
}
