// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation and copy fails in turn while a tenant registers with nvidia-uvm, maps, cuts, moves, inherits
 * and unmaps managed memory, and maps video memory there: what is mapped is what is charged after each, and nothing
 * is charged when it has gone.
 */
// vm: -t 300
#include "sweep_books.h"

#include "../nvsim/nvctrl.h"

#include <sys/wait.h>

#define RM_SUBDEVICE 0x5d000030
#define RM_SPACE 0x5d000031
#define BASE ((char *)0x200000000ull)
#define ELSEWHERE ((char *)0x300000000ull)
#define SIZE (8 * MIB)
#define UVM_FD 1	/* in more_fds */
#define MM_FD 2

static uint8_t uuid[16];

/* --- what is mapped, by the kernel's own list --------------------------------------------------- */

static uint64_t mapped(void)
{
	unsigned long long from, to, sum = 0;
	FILE *f = fopen("/proc/self/maps", "re");
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, "/dev/nvidia-uvm") && sscanf(line, "%llx-%llx", &from, &to) == 2)
			sum += to - from;
	if (f)
		fclose(f);
	return sum;
}

/* --- requests of nvidia-uvm ----------------------------------------------------------------------- */

static int uvm_call(unsigned long cmd, void *params, const uint32_t *status)
{
	return ioctl(more_fds[UVM_FD], cmd, params) ? -errno : (int)*status;
}

static int initialize(void)
{
	struct uvm_initialize p = { 0 };

	return uvm_call(UVM_INITIALIZE, &p, &p.status);
}

static int keep_mm(void)
{
	struct uvm_mm_initialize p = { .uvm_fd = more_fds[UVM_FD] };

	return ioctl(more_fds[MM_FD], UVM_MM_INITIALIZE, &p) ? -errno : (int)p.status;
}

static int register_gpu(void)
{
	struct uvm_register_gpu p = { .ctl_fd = rm.ctl, .client = rm.root };

	memcpy(p.uuid, uuid, sizeof(uuid));
	return uvm_call(UVM_REGISTER_GPU, &p, &p.status);
}

static int register_space(void)
{
	struct uvm_register_vaspace p = { .ctl_fd = rm.ctl, .client = rm.root, .vaspace = RM_SPACE };

	memcpy(p.uuid, uuid, sizeof(uuid));
	return uvm_call(UVM_REGISTER_GPU_VASPACE, &p, &p.status);
}

static int map_managed(void)
{
	void *p = mmap(BASE, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE,
		       more_fds[UVM_FD], (off_t)(uintptr_t)BASE);

	return p == MAP_FAILED ? -errno : 0;
}

static int migrate(void)
{
	struct uvm_migrate p = { .base = (uintptr_t)BASE, .length = SIZE };

	memcpy(p.uuid, uuid, sizeof(uuid));
	return uvm_call(UVM_MIGRATE, &p, &p.status);
}

static int unmap(void)
{
	return munmap(BASE, SIZE) ? -errno : 0;
}

static int unmap_middle(void)
{
	return munmap(BASE + 2 * MIB, 2 * MIB) ? -errno : 0;
}

static int unmap_end(void)
{
	return munmap(BASE + SIZE - 2 * MIB, 2 * MIB) ? -errno : 0;
}

static int move(void)
{
	void *p = mremap(BASE, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, ELSEWHERE);

	return p == MAP_FAILED ? -errno : 0;
}

/* A child has none of it, or a copy without memory, and ends: failures are for the parent alone. */
static int inherit(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(0);
	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0)
		;
	return 0;
}

static int external_range(void)
{
	struct uvm_external_range p = { .base = (uintptr_t)BASE, .length = 2 * MIB };

	return uvm_call(UVM_CREATE_EXTERNAL_RANGE, &p, &p.status);
}

static int external_map(void)
{
	static uint64_t p[UVM_MAP_SIZE / 8];
	struct uvm_gpu_attr *attr = (struct uvm_gpu_attr *)(p + 3);
	struct uvm_map_tail *tail = (struct uvm_map_tail *)(attr + UVM_MAP_GPUS);

	memset(p, 0, sizeof(p));
	p[0] = (uintptr_t)BASE;
	p[1] = 2 * MIB;
	memcpy(attr->uuid, uuid, sizeof(uuid));
	*tail = (struct uvm_map_tail){ .count = 1, .ctl_fd = rm.ctl, .client = rm.root,
				       .memory = RM_MEMORY };
	return uvm_call(UVM_MAP_EXTERNAL_ALLOCATION, p, &tail->status);
}

static int external_unmap_half(void)
{
	struct uvm_unmap_external p = { .base = (uintptr_t)BASE, .length = MIB };

	memcpy(p.uuid, uuid, sizeof(uuid));
	return uvm_call(UVM_UNMAP_EXTERNAL, &p, &p.status);
}

static int external_free(void)
{
	struct uvm_free_old p = { .base = (uintptr_t)BASE, .length = 2 * MIB };

	return uvm_call(UVM_FREE, &p, &p.status);
}

static int close_holding(void)
{
	close_all(0);
	return 0;
}

/* --- what is there before ------------------------------------------------------------------------- */

static void done(int ret, const char *what)
{
	if (ret)
		bail("%s: %s0x%x", what, ret < 0 ? "-" : "", ret < 0 ? -ret : ret);
}

static void learn_uuid(void)
{
	struct nv2080_params p = { 0 };
	uint64_t space[64] = { 0 };
	struct nv_ctrl_gid_info gid = { .flags = NV_GID_FORMAT_BINARY };
	struct nvos54 c = { .client = rm.root, .object = RM_SUBDEVICE, .cmd = NV2080_CTRL_GET_GID_INFO,
			    .params = (uintptr_t)&gid, .params_size = sizeof(gid) };

	done(rm_new(&rm, RM_DEVICE, RM_SUBDEVICE, NV20_SUBDEVICE_0, &p, sizeof(p), NULL), "subdevice");
	done(rm_new(&rm, RM_DEVICE, RM_SPACE, FERMI_VASPACE_A, space, sizeof(space), NULL), "space");
	done(rm_call(rm.ctl, NV_ESC_RM_CONTROL, &c, sizeof(c), &c.status), "UUID");
	memcpy(uuid, gid.data, sizeof(uuid));
}

static void opened(void)
{
	open_all();
	learn_uuid();
	more_fds[UVM_FD] = open("/dev/nvidia-uvm", O_RDWR | O_CLOEXEC);
	more_fds[MM_FD] = open("/dev/nvidia-uvm", O_RDWR | O_CLOEXEC);
	if (more_fds[UVM_FD] < 0 || more_fds[MM_FD] < 0)
		bail("open nvidia-uvm");
}

static void spaced(void)
{
	opened();
	done(initialize(), "initialize");
}

static void initialized(void)
{
	spaced();
	done(keep_mm(), "keep mm");
}

static void pending(void)
{
	initialized();
	done(register_gpu(), "register the GPU");
	done(map_managed(), "map");
}

static void registered(void)
{
	initialized();
	done(register_gpu(), "register the GPU");
	done(register_space(), "register the space");
}

static void managed(void)
{
	registered();
	done(map_managed(), "map");
}

static void migrated(void)
{
	managed();
	done(migrate(), "migrate");
}

static void inheritable(void)
{
	managed();
	done(madvise(BASE, SIZE, MADV_DOFORK), "DOFORK");
}

static void ranged(void)
{
	registered();
	done(take_one(), "memory");
	done(external_range(), "external range");
}

static void externally_mapped(void)
{
	ranged();
	done(external_map(), "external map");
}

static void freed_and_mapped(void)
{
	struct nvos00 p;

	externally_mapped();
	p = (struct nvos00){ .root = rm.root, .parent = RM_DEVICE, .old = RM_MEMORY };
	done(rm_call(rm.ctl, NV_ESC_RM_FREE, &p, sizeof(p), &p.status), "free");
}

/* --- what has to be true after ---------------------------------------------------------------------- */

static void end(int ret)
{
	munmap(BASE, SIZE);
	munmap(ELSEWHERE, SIZE);
	close_all(ret);
}

/*
 * Where an unmapping fails half-way the kernel or the driver may keep what was to go; then the charge stays as well,
 * until the file is closed.
 */
static bool is_charged(uint64_t bytes)
{
	uint64_t ledger = ledger_used(), driver = driver_used();

	if (driver <= ledger && (ledger == bytes || ledger == driver))
		return true;
	printf("# mapped %llu, wanted %llu, ledger %llu, driver %llu\n", (unsigned long long)mapped(),
	       (unsigned long long)bytes, (unsigned long long)ledger, (unsigned long long)driver);
	return false;
}

static void nothing(int ret)
{
	agreed = is_charged(0);
	end(ret);
}

static void as_mapped(int ret)
{
	agreed = is_charged(mapped());
	end(ret);
}

/* What was moved is mapped yet, and no memory. */
static void moved(int ret)
{
	agreed = is_charged(ret ? SIZE : 0);
	end(ret);
}

/* From the registration on, which may have succeeded with its answer lost. */
static void once_registered(int ret)
{
	agreed = ret && !ledger_used() ? true : is_charged(SIZE);
	end(ret);
}

static void held(int ret)
{
	agreed = books_agree(0) && driver_used() == 2 * MIB;
	end(ret);
}

/* By the mapping alone, until all of it has gone. */
static void held_if_failed(int ret)
{
	agreed = books_agree(0) && (ret || !driver_used());
	end(ret);
}

static const struct operation operations[] = {
	{ "initialize a space", opened, initialize, nothing, is_quiet },
	{ "keep the mm", spaced, keep_mm, nothing, is_quiet },
	{ "register a GPU", initialized, register_gpu, nothing, is_quiet },
	{ "register its space with memory mapped", pending, register_space, once_registered, is_quiet },
	{ "map managed memory", registered, map_managed, as_mapped, is_quiet },
	{ "move it to the GPU", managed, migrate, as_mapped, is_quiet },
	{ "unmap it", migrated, unmap, as_mapped, is_quiet },
	{ "unmap its middle", migrated, unmap_middle, as_mapped, is_quiet },
	{ "unmap its end", migrated, unmap_end, as_mapped, is_quiet },
	{ "move its mapping", migrated, move, moved, is_quiet },
	{ "inherit it", inheritable, inherit, as_mapped, is_quiet },
	{ "map video memory", ranged, external_map, held, is_quiet },
	{ "unmap a half", freed_and_mapped, external_unmap_half, held, is_quiet },
	{ "free the range", freed_and_mapped, external_free, held_if_failed, is_quiet },
	{ "close with both", freed_and_mapped, close_holding, held_if_failed, is_quiet },
};

int main(void)
{
	if (!books_open())
		return 0;
	sweep_all(operations, sizeof(operations) / sizeof(*operations));
	return books_close();
}
