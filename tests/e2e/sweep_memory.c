// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation and copy fails in turn while a tenant takes, duplicates, shares, maps and frees video
 * memory: the driver's books and the ledger agree after each, and nothing is charged when it has gone.
 */
// vm: -t 300
#include "sweep_books.h"

#include "../nvsim/nvctrl.h"

#define WINDOW 65536

/* --- what is failed ------------------------------------------------------------------------- */

static int take_by_heap(void)
{
	struct nvos32 p = { .root = rm.root, .parent = RM_DEVICE, .function = NVOS32_ALLOC_SIZE };

	p.u.alloc.owner = rm.root;
	p.u.alloc.size = 2 * MIB;
	return rm_call(rm.ctl, NV_ESC_RM_VID_HEAP_CONTROL, &p, sizeof(p), &p.status);
}

/* Out of memory is how it has to end. */
static int take_too_much(void)
{
	int ret = take_memory(RM_OTHER, (1 << 30) + 1);

	return ret == NV_ERR_NO_MEMORY ? 0 : ret ?: -EEXIST;
}

static int make_client(void)
{
	struct rm other = { .ctl = rm.ctl };

	return rm_new(&other, 0, 0, NV01_ROOT_CLIENT, NULL, 0, &other.root);
}

static int duplicate(void)
{
	struct nvos55 p = { .client = rm.root, .parent = RM_DEVICE, .object = RM_OTHER,
			    .client_src = rm.root, .object_src = RM_MEMORY };

	return rm_call(rm.ctl, NV_ESC_RM_DUP_OBJECT, &p, sizeof(p), &p.status);
}

static int share(void)
{
	struct nvos57 p = { .client = rm.root, .object = RM_MEMORY, .policy_mask = 1,
			    .policy_type = 1 };

	return rm_call(rm.ctl, NV_ESC_RM_SHARE, &p, sizeof(p), &p.status);
}

static int control(uint32_t cmd, void *params, uint32_t size)
{
	struct nvos54 p = { .client = rm.root, .object = rm.root, .cmd = cmd,
			    .params = (uintptr_t)params, .params_size = size };

	return rm_call(rm.ctl, NV_ESC_RM_CONTROL, &p, sizeof(p), &p.status);
}

static int export(void)
{
	struct nv_ctrl_export p = { .type = NV_EXPORT_TYPE_RM, .device = RM_DEVICE,
				    .parent = RM_DEVICE, .object = RM_MEMORY, .fd = more_fds[0] };

	return control(NV0000_CTRL_EXPORT_OBJECT_TO_FD, &p, sizeof(p));
}

static int import(void)
{
	struct nv_ctrl_import p = { .type = NV_EXPORT_TYPE_RM, .device = RM_DEVICE,
				    .parent = RM_DEVICE, .object = RM_OTHER, .fd = more_fds[0] };

	return control(NV0000_CTRL_IMPORT_OBJECT_FROM_FD, &p, sizeof(p));
}

static int export_list(void)
{
	static struct nv_ctrl_exports p;

	p = (struct nv_ctrl_exports){ .fd = more_fds[0], .device = RM_DEVICE, .max_objects = 4,
				      .objects = { RM_MEMORY, RM_OTHER }, .count = 2 };
	return control(NV0000_CTRL_EXPORT_OBJECTS_TO_FD, &p, sizeof(p));
}

static int import_list(void)
{
	static struct nv_ctrl_imports p;

	p = (struct nv_ctrl_imports){ .fd = more_fds[0], .parent = RM_DEVICE,
				      .objects = { 0x5d000020, 0x5d000021 }, .count = 2 };
	return control(NV0000_CTRL_IMPORT_OBJECTS_FROM_FD, &p, sizeof(p));
}

static void *window;

static int map(void)
{
	struct nvos33_fd m = { .client = rm.root, .device = RM_DEVICE, .memory = RM_MEMORY,
			       .length = WINDOW, .fd = more_fds[0] };
	int ret = rm_call(rm.ctl, NV_ESC_RM_MAP_MEMORY, &m, sizeof(m), &m.status);

	window = MAP_FAILED;
	if (!ret)
		window = mmap(NULL, m.length, PROT_READ | PROT_WRITE, MAP_SHARED, m.fd, 0);
	return ret ?: window == MAP_FAILED ? -errno : 0;
}

static int drop(uint32_t handle)
{
	struct nvos00 p = { .root = rm.root, .parent = RM_DEVICE, .old = handle };

	return rm_call(rm.ctl, NV_ESC_RM_FREE, &p, sizeof(p), &p.status);
}

static int drop_one(void)
{
	return drop(RM_MEMORY);
}

static int drop_device(void)
{
	return drop(RM_DEVICE);
}

static int drop_client(void)
{
	return drop(rm.root);
}

static int drop_by_heap(void)
{
	struct nvos32 p = { .root = rm.root, .parent = RM_DEVICE, .function = NVOS32_FREE };

	p.u.free_mem.owner = rm.root;
	p.u.free_mem.memory = RM_MEMORY;
	return rm_call(rm.ctl, NV_ESC_RM_VID_HEAP_CONTROL, &p, sizeof(p), &p.status);
}

/* Indirectly, with the number that decides in another block. */
static int take_indirectly(void)
{
	struct nv_memory_params m = { .owner = rm.root, .size = 2 * MIB };
	struct nvos21 p = { .root = rm.root, .parent = RM_DEVICE, .new_handle = RM_MEMORY,
			    .hclass = NV01_MEMORY_LOCAL_USER, .params = (uintptr_t)&m,
			    .params_size = sizeof(m) };
	struct { uint32_t nr, size; uint64_t ptr; } x = { NV_ESC_RM_ALLOC, sizeof(p), (uintptr_t)&p };

	return rm_call(rm.ctl, NV_ESC_IOCTL_XFER_CMD, &x, sizeof(x), &p.status);
}

static int make_context(void)
{
	return rm_claim(&rm);
}

static int link_file(void)
{
	return ioctl(rm.gpu, NV_IOWR(NV_ESC_REGISTER_FD, sizeof(int)), &rm.ctl) ? -errno : 0;
}

static int close_holding(void)
{
	close_all(0);
	return 0;
}

/* --- what is there before -------------------------------------------------------------------- */

static void hold_two(void)
{
	hold_one();
	if (take_memory(RM_OTHER, 2 * MIB))
		bail("second memory");
}

static void with_file(const char *path)
{
	more_fds[0] = open(path, O_RDWR | O_CLOEXEC);
	if (more_fds[0] < 0)
		bail("open %s", path);
}

static void hold_one_and_file(void)
{
	hold_one();
	with_file("/dev/nvidiactl");
}

static void hold_two_and_file(void)
{
	hold_two();
	with_file("/dev/nvidiactl");
}

static void hold_one_and_gpu(void)
{
	hold_one();
	with_file("/dev/nvidia0");
}

static void exported(void)
{
	hold_one_and_file();
	if (export())
		bail("export");
}

static void exported_list(void)
{
	hold_two_and_file();
	if (export_list())
		bail("export a list");
}

static void exported_and_freed(void)
{
	exported();
	if (drop_one())
		bail("free");
}

static void duplicated(void)
{
	hold_one();
	if (duplicate())
		bail("duplicate");
}

static void without_context(void)
{
	set_context(CONTEXT);
	if (rm_open(&rm, 0))
		bail("open");
}

/* Both nodes, not yet linked. */
static void unlinked(void)
{
	rm.ctl = open("/dev/nvidiactl", O_RDWR | O_CLOEXEC);
	rm.gpu = open("/dev/nvidia0", O_RDWR | O_CLOEXEC);
	if (rm.ctl < 0 || rm.gpu < 0)
		bail("open");
}

/* --- what has to be true after ---------------------------------------------------------------- */

static void settled(int ret)
{
	agreed = books_agree(context_bytes);
	close_all(ret);
}

static void context_settled(int ret)
{
	agreed = books_agree(context_bytes) && (ret || ledger_used() == CONTEXT);
	close_all(ret);
	set_context(0);
}

/* An answer that got lost has left what was made, and a second try works; nothing counts twice. */
static void taken(int ret)
{
	agreed = books_agree(0) && driver_used() <= 2 * MIB && (ret || driver_used() == 2 * MIB);
	close_all(ret);
}

static void kept(int ret)
{
	agreed = books_agree(0) && driver_used() == 2 * MIB;
	close_all(ret);
}

static void unwindowed(int ret)
{
	if (window != MAP_FAILED)
		munmap(window, WINDOW);
	kept(ret);
}

static void kept_two(int ret)
{
	agreed = books_agree(0) && driver_used() == 4 * MIB;
	close_all(ret);
}

static void dropped(int ret)
{
	agreed = books_agree(0) && (ret || !driver_used());
	close_all(ret);
}

static const struct operation operations[] = {
	{ "take memory", open_all, take_one, taken, is_quiet },
	{ "take memory by heap control", open_all, take_by_heap, taken, is_quiet },
	{ "take memory, indirect form", open_all, take_indirectly, taken, is_quiet },
	{ "be out of memory", hold_one, take_too_much, kept, is_quiet },
	{ "make a client", hold_one, make_client, kept, is_quiet },
	{ "duplicate", hold_one, duplicate, kept, is_quiet },
	{ "share", hold_one, share, kept, is_quiet },
	{ "export", hold_one_and_file, export, kept, is_quiet },
	{ "export a list", hold_two_and_file, export_list, kept_two, is_quiet },
	{ "import", exported, import, kept, is_quiet },
	{ "import what only the file holds", exported_and_freed, import, kept, is_quiet },
	{ "import a list", exported_list, import_list, kept_two, is_quiet },
	{ "map for the CPU", hold_one_and_gpu, map, unwindowed, is_quiet },
	{ "free", hold_one, drop_one, dropped, is_quiet },
	{ "free by heap control", hold_one, drop_by_heap, dropped, is_quiet },
	{ "free one of two holders", duplicated, drop_one, kept, is_quiet },
	{ "free the device with all below", hold_two, drop_device, dropped, is_quiet },
	{ "free the client with all below", duplicated, drop_client, dropped, is_quiet },
	{ "make a context", without_context, make_context, context_settled, is_quiet },
	{ "link a GPU's file", unlinked, link_file, settled, is_quiet },
	{ "close with memory", exported, close_holding, dropped, is_quiet },
};

int main(void)
{
	if (!books_open())
		return 0;
	sweep_all(operations, sizeof(operations) / sizeof(*operations));
	return books_close();
}
