// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink, used rightly: each kind of object added, changed, read back attribute by attribute,
 * deleted; limits at their last good value. Large dumps and events have tests of their own.
 */
#include "genl_client.h"

#include <sys/stat.h>

#define CGROUP "/sys/fs/cgroup/netlink_tables"
#define NAME63 "012345678901234567890123456789012345678901234567890123456789xyz"

static struct gnl g;

/* The last message that came. */
static union {
	struct nlmsghdr nlh;
	char bytes[GNL_BUFFER];
} last;

static void keep(const struct nlmsghdr *nlh, void *arg)
{
	(void)arg;
	memcpy(&last, nlh, nlh->nlmsg_len);
}

/* A command whose answer is kept; 0 or -errno. */
#define ASK(cmd, ...) ({								\
	const struct attr attrs_[] = { __VA_ARGS__ };					\
	memset(&last, 0, sizeof(last.nlh));						\
	gnl_do(&g, cmd, attrs_, sizeof(attrs_) / sizeof(attrs_[0]), keep, NULL).err;	\
})
#define DO(cmd, ...) ({									\
	const struct attr attrs_[] = { __VA_ARGS__ };					\
	gnl_do(&g, cmd, attrs_, sizeof(attrs_) / sizeof(attrs_[0]), NULL, NULL).err;	\
})

#define u32_is(type, want) is(gnl_u32(&last.nlh, type), want, "  %s", #type)
#define u64_is(type, want) is(gnl_u64(&last.nlh, type), want, "  %s", #type)
#define str_is(type, want) ok(!strcmp(gnl_str(&last.nlh, type), want), "  %s = %s", #type, want)

static unsigned int count(uint8_t cmd)
{
	return gnl_dump(&g, cmd, keep, NULL).nr;
}

/* --- models ------------------------------------------------------------------- */

static void test_model(void)
{
	char name[16];
	int i, ret = 0;

	is(count(GPUWARD_CMD_MODEL_GET), 8, "8 models from the start");
	is(ASK(GPUWARD_CMD_MODEL_GET, STR(GPUWARD_A_MODEL_NAME, "4xlarge.384gb")), 0, "MODEL_GET");
	u64_is(GPUWARD_A_MODEL_MEMORY, 384LL << 30);
	u32_is(GPUWARD_A_MODEL_NR_GPUS, 8);
	u32_is(GPUWARD_A_MODEL_NR_ACCELS, 0);
	is(DO(GPUWARD_CMD_MODEL_ADD, STR(GPUWARD_A_MODEL_NAME, NAME63),
	      U64(GPUWARD_A_MODEL_MEMORY, 16), U32(GPUWARD_A_MODEL_NR_GPUS, 16)), 0,
	   "MODEL_ADD: 63 bytes of name, 16 GPUs");
	is(DO(GPUWARD_CMD_MODEL_SET, STR(GPUWARD_A_MODEL_NAME, NAME63),
	      U64(GPUWARD_A_MODEL_MEMORY, UINT64_MAX), U32(GPUWARD_A_MODEL_NR_GPUS, 1)), 0,
	   "MODEL_SET: all the memory there can be");
	is(DO(GPUWARD_CMD_MODEL_SET, STR(GPUWARD_A_MODEL_NAME, NAME63),
	      U32(GPUWARD_A_MODEL_NR_GPUS, 3)), 0, "MODEL_SET: only the GPUs");
	ASK(GPUWARD_CMD_MODEL_GET, STR(GPUWARD_A_MODEL_NAME, NAME63));
	u64_is(GPUWARD_A_MODEL_MEMORY, -1);
	u32_is(GPUWARD_A_MODEL_NR_GPUS, 3);
	for (i = 9; i < 256 && !ret; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		ret = DO(GPUWARD_CMD_MODEL_ADD,
			 { GPUWARD_A_MODEL_NAME, strlen(name) + 1, name },
			 U64(GPUWARD_A_MODEL_MEMORY, 1 << 20), U32(GPUWARD_A_MODEL_NR_GPUS, 1));
	}
	is(ret, 0, "256 models");
	is(DO(GPUWARD_CMD_MODEL_ADD, STR(GPUWARD_A_MODEL_NAME, "m256"),
	      U64(GPUWARD_A_MODEL_MEMORY, 1 << 20), U32(GPUWARD_A_MODEL_NR_GPUS, 1)), -ENOSPC,
	   "not 257");
	is(count(GPUWARD_CMD_MODEL_GET), 256, "a dump shows them all");
	for (i = 9, ret = 0; i < 256 && !ret; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		ret = DO(GPUWARD_CMD_MODEL_DEL,
			 { GPUWARD_A_MODEL_NAME, strlen(name) + 1, name });
	}
	is(ret ?: DO(GPUWARD_CMD_MODEL_DEL, STR(GPUWARD_A_MODEL_NAME, NAME63)), 0, "MODEL_DEL");
	is(count(GPUWARD_CMD_MODEL_GET), 8, "8 models again");
}

/* --- GPUs --------------------------------------------------------------------- */

/* A host without GPUs is one where nothing is ever placed. */
static void test_no_gpu(void)
{
	is(count(GPUWARD_CMD_GPU_GET), 0, "a host has no GPU from the start");
	is(ASK(GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "early"),
	       STR(GPUWARD_A_VM_MODEL, "small.16gb"),
	       U32(GPUWARD_A_VM_CLASS, GPUWARD_CLASS_RESERVED)), 0, "VM_ADD: reserved, before there is a GPU");
	is(ASK(GPUWARD_CMD_EXPLAIN_GET, STR(GPUWARD_A_EXPLAIN_VM, "early")), 0, "EXPLAIN_GET");
	u32_is(GPUWARD_A_EXPLAIN_PLACEMENT_STATUS, GPUWARD_PLACEMENT_NEVER);
	is(count(GPUWARD_CMD_ACCEL_GET), 1, "ACCEL_GET");
	u32_is(GPUWARD_A_ACCEL_STATE, GPUWARD_ACCEL_PENDING);
	u32_is(GPUWARD_A_ACCEL_POSITION, 1);
	is(DO(GPUWARD_CMD_GPU_ADD, U32(GPUWARD_A_GPU_MINOR, 9),
	      U64(GPUWARD_A_GPU_MEMORY, 16LL << 30)), 0, "GPU_ADD: one of just that size");
	count(GPUWARD_CMD_ACCEL_GET);
	u32_is(GPUWARD_A_ACCEL_STATE, GPUWARD_ACCEL_RESERVED);
	u32_is(GPUWARD_A_ACCEL_POSITION, 0);
	is(DO(GPUWARD_CMD_GPU_DEL, U32(GPUWARD_A_GPU_MINOR, 9)), -EBUSY, "GPU_DEL: set aside");
	is(DO(GPUWARD_CMD_VM_DEL, STR(GPUWARD_A_VM_NAME, "early")), 0, "VM_DEL");
	is(DO(GPUWARD_CMD_GPU_DEL, U32(GPUWARD_A_GPU_MINOR, 9)), 0, "GPU_DEL: no longer");
}

static void test_gpu(void)
{
	static const char uuid[16] = "\0\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c\x0d\x0e\xff";
	const struct nlattr *attr;

	is(DO(GPUWARD_CMD_GPU_ADD, U32(GPUWARD_A_GPU_MINOR, 247),
	      U64(GPUWARD_A_GPU_MEMORY, 1 << 20)), 0, "GPU_ADD: the last minor, 1 MiB");
	ASK(GPUWARD_CMD_GPU_GET, U32(GPUWARD_A_GPU_MINOR, 247));
	u32_is(GPUWARD_A_GPU_INSTANCE, 247);
	u32_is(GPUWARD_A_GPU_NUMA, UINT32_MAX);
	ok(!gnl_attr(&last.nlh, GPUWARD_A_GPU_NAME) && !gnl_attr(&last.nlh, GPUWARD_A_GPU_PCI) &&
	   !gnl_attr(&last.nlh, GPUWARD_A_GPU_UUID), "  what was not given is absent");
	is(DO(GPUWARD_CMD_GPU_ADD, U32(GPUWARD_A_GPU_MINOR, 0),
	      U64(GPUWARD_A_GPU_MEMORY, 80LL << 30), STR(GPUWARD_A_GPU_NAME, "Quadro RTX 6000/8000"),
	      STR(GPUWARD_A_GPU_PCI, "0000:f5:1f.7"), { GPUWARD_A_GPU_UUID, 16, uuid },
	      U32(GPUWARD_A_GPU_ID, 0x6500), U32(GPUWARD_A_GPU_INSTANCE, 3),
	      S32(GPUWARD_A_GPU_NUMA, 1), U32(GPUWARD_A_GPU_STATE, GPUWARD_GPU_SHUTDOWN),
	      U32(GPUWARD_A_GPU_NVLINK, UINT32_MAX), STR(GPUWARD_A_GPU_PCIE, "fedc:fe:1f.7"),
	      U64(GPUWARD_A_GPU_DRIVER, (80LL << 30) - 1)), 0,
	   "GPU_ADD: with everything, drained");
	ASK(GPUWARD_CMD_GPU_GET, U32(GPUWARD_A_GPU_MINOR, 0));
	u64_is(GPUWARD_A_GPU_MEMORY, 80LL << 30);
	str_is(GPUWARD_A_GPU_NAME, "Quadro RTX 6000/8000");
	str_is(GPUWARD_A_GPU_PCI, "0000:f5:1f.7");
	attr = gnl_attr(&last.nlh, GPUWARD_A_GPU_UUID);
	ok(attr && raw_attr_get_payload_len(attr) == 16 &&
	   !memcmp(raw_attr_get_payload(attr), uuid, 16), "  GPUWARD_A_GPU_UUID");
	u32_is(GPUWARD_A_GPU_ID, 0x6500);
	u32_is(GPUWARD_A_GPU_INSTANCE, 3);
	u32_is(GPUWARD_A_GPU_NUMA, 1);
	u32_is(GPUWARD_A_GPU_STATE, GPUWARD_GPU_SHUTDOWN);
	u32_is(GPUWARD_A_GPU_NVLINK, UINT32_MAX);
	str_is(GPUWARD_A_GPU_PCIE, "fedc:fe:1f.7");
	u64_is(GPUWARD_A_GPU_DRIVER, (80LL << 30) - 1);
	ok(!gnl_attr(&last.nlh, GPUWARD_A_GPU_REASON) && !gnl_attr(&last.nlh, GPUWARD_A_GPU_SINCE_NS),
	   "  it is not in quarantine");
	u64_is(GPUWARD_A_GPU_RESERVED, 0);
	u32_is(GPUWARD_A_GPU_NR_PLACED, 0);
	is(DO(GPUWARD_CMD_GPU_SET, U32(GPUWARD_A_GPU_MINOR, 0),
	      U32(GPUWARD_A_GPU_STATE, GPUWARD_GPU_IDLE), STR(GPUWARD_A_GPU_NAME, "")), 0, "GPU_SET");
	ASK(GPUWARD_CMD_GPU_GET, U32(GPUWARD_A_GPU_MINOR, 0));
	u32_is(GPUWARD_A_GPU_STATE, GPUWARD_GPU_IDLE);
	ok(!gnl_attr(&last.nlh, GPUWARD_A_GPU_NAME), "  GPUWARD_A_GPU_NAME is gone");
	is(DO(GPUWARD_CMD_GPU_SET, U32(GPUWARD_A_GPU_MINOR, 0), STR(GPUWARD_A_GPU_PCIE, ""),
	      U32(GPUWARD_A_GPU_NVLINK, 0), U64(GPUWARD_A_GPU_DRIVER, 0)), 0, "GPU_SET: unknown again");
	ASK(GPUWARD_CMD_GPU_GET, U32(GPUWARD_A_GPU_MINOR, 0));
	u32_is(GPUWARD_A_GPU_NVLINK, 0);
	ok(!gnl_attr(&last.nlh, GPUWARD_A_GPU_PCIE), "  GPUWARD_A_GPU_PCIE is gone");
	u64_is(GPUWARD_A_GPU_MEMORY, 80LL << 30);
	is(DO(GPUWARD_CMD_GPU_SET, U32(GPUWARD_A_GPU_MINOR, 247), U32(GPUWARD_A_GPU_INSTANCE, 3)),
	   -EEXIST, "GPU_SET: a device instance belongs to one GPU");
	is(count(GPUWARD_CMD_GPU_GET), 2, "two GPUs");
	is(DO(GPUWARD_CMD_GPU_DEL, U32(GPUWARD_A_GPU_MINOR, 247)), 0, "GPU_DEL");
	is(DO(GPUWARD_CMD_GPU_DEL, U32(GPUWARD_A_GPU_MINOR, 0)), 0, "GPU_DEL");
	is(count(GPUWARD_CMD_GPU_GET), 0, "no GPU");
}

/* --- VMs ---------------------------------------------------------------------- */

static void test_vm(void)
{
	uint32_t id;

	is(ASK(GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, NAME63),
	       STR(GPUWARD_A_VM_MODEL, "large.48gb")), 0, "VM_ADD");
	id = gnl_u32(&last.nlh, GPUWARD_A_VM_ID);
	ok(id && id != UINT32_MAX, "  its answer has the number");
	str_is(GPUWARD_A_VM_NAME, NAME63);
	str_is(GPUWARD_A_VM_MODEL, "large.48gb");
	u32_is(GPUWARD_A_VM_CLASS, GPUWARD_CLASS_ON_DEMAND);
	u32_is(GPUWARD_A_VM_PRIORITY, 0);
	u32_is(GPUWARD_A_VM_WAIT, GPUWARD_WAIT_QUEUE);
	u32_is(GPUWARD_A_VM_MAX_ACCELS, 5);
	u32_is(GPUWARD_A_VM_NR_ACCELS, 1);
	u32_is(GPUWARD_A_VM_NR_BINDINGS, 0);
	u32_is(GPUWARD_A_VM_NR_FILES, 0);
	u32_is(GPUWARD_A_VM_NR_JOBS, 0);
	is(DO(GPUWARD_CMD_VM_SET, U32(GPUWARD_A_VM_ID, id),
	      U32(GPUWARD_A_VM_CLASS, GPUWARD_CLASS_SPOT), S32(GPUWARD_A_VM_PRIORITY, -1000),
	      U32(GPUWARD_A_VM_WAIT, GPUWARD_WAIT_TIMEOUT), U32(GPUWARD_A_VM_WAIT_MS, UINT32_MAX),
	      U32(GPUWARD_A_VM_MAX_ACCELS, 64)), 0, "VM_SET: everything, at its limit");
	ASK(GPUWARD_CMD_VM_GET, STR(GPUWARD_A_VM_NAME, NAME63));
	u32_is(GPUWARD_A_VM_ID, id);
	u32_is(GPUWARD_A_VM_CLASS, GPUWARD_CLASS_SPOT);
	is((int32_t)gnl_u32(&last.nlh, GPUWARD_A_VM_PRIORITY), -1000, "  priority");
	u32_is(GPUWARD_A_VM_WAIT, GPUWARD_WAIT_TIMEOUT);
	u32_is(GPUWARD_A_VM_WAIT_MS, UINT32_MAX);
	u32_is(GPUWARD_A_VM_MAX_ACCELS, 64);
	is(DO(GPUWARD_CMD_VM_SET, U32(GPUWARD_A_VM_ID, id), STR(GPUWARD_A_VM_NAME, NAME63),
	      S32(GPUWARD_A_VM_PRIORITY, 1000)), 0, "VM_SET: both keys, one field");
	ASK(GPUWARD_CMD_VM_GET, U32(GPUWARD_A_VM_ID, id), STR(GPUWARD_A_VM_NAME, NAME63));
	u32_is(GPUWARD_A_VM_PRIORITY, 1000);
	u32_is(GPUWARD_A_VM_CLASS, GPUWARD_CLASS_SPOT);
	is(ASK(GPUWARD_CMD_MODEL_GET, STR(GPUWARD_A_MODEL_NAME, "large.48gb")), 0, "its model");
	u32_is(GPUWARD_A_MODEL_NR_ACCELS, 1);
	is(DO(GPUWARD_CMD_VM_DEL, STR(GPUWARD_A_VM_NAME, NAME63)), 0, "VM_DEL");
	is(ASK(GPUWARD_CMD_VM_GET, U32(GPUWARD_A_VM_ID, id)), -ENOENT, "it is gone");
	ASK(GPUWARD_CMD_MODEL_GET, STR(GPUWARD_A_MODEL_NAME, "large.48gb"));
	u32_is(GPUWARD_A_MODEL_NR_ACCELS, 0);
}

/* --- bindings ----------------------------------------------------------------- */

static int cgroup_open(const char *path, uint64_t *id)
{
	struct stat st;
	int fd;

	mkdir(path, 0755);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		bail("open %s", path);
	*id = st.st_ino;
	return fd;
}

static void test_binding(void)
{
	struct answer a;
	uint64_t id, id2;
	int fd = cgroup_open(CGROUP, &id), fd2 = cgroup_open(CGROUP "/below", &id2);

	DO(GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "vm"), STR(GPUWARD_A_VM_MODEL, "small.16gb"));
	is(DO(GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, fd),
	      STR(GPUWARD_A_BINDING_VM, "vm")), 0, "BINDING_ADD");
	is(count(GPUWARD_CMD_BINDING_GET), 1, "one binding");
	u64_is(GPUWARD_A_BINDING_CGROUP_ID, id);
	str_is(GPUWARD_A_BINDING_VM, "vm");
	str_is(GPUWARD_A_BINDING_PATH, "/netlink_tables");
	ok(!gnl_attr(&last.nlh, GPUWARD_A_BINDING_ACCEL) &&
	   !gnl_attr(&last.nlh, GPUWARD_A_BINDING_DEAD), "  to the default accelerator; alive");
	a = GNL_DO(&g, GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, fd),
		   STR(GPUWARD_A_BINDING_VM, "vm"));
	ok(a.err == -EEXIST && strstr(a.text, "bound to VM \"vm\""), "once only: %s", a.text);
	a = GNL_DO(&g, GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, fd2),
		   STR(GPUWARD_A_BINDING_VM, "vm"), U32(GPUWARD_A_BINDING_ACCEL, 1));
	ok(a.err == -ENOENT && strstr(a.text, "no accelerator 1"), "no accelerator: %s", a.text);
	a = GNL_DO(&g, GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, fd2),
		   STR(GPUWARD_A_BINDING_VM, "vm"), U32(GPUWARD_A_BINDING_ACCEL, UINT32_MAX));
	is(a.err, -ENOENT, "accelerator of all ones is not the default one");
	is(DO(GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, fd2),
	      STR(GPUWARD_A_BINDING_VM, "vm"), U32(GPUWARD_A_BINDING_ACCEL, 0)), 0,
	   "BINDING_ADD below a binding, to an accelerator");
	is(count(GPUWARD_CMD_BINDING_GET), 2, "two bindings");
	str_is(GPUWARD_A_BINDING_PATH, "/netlink_tables/below");
	u32_is(GPUWARD_A_BINDING_ACCEL, 0);
	ASK(GPUWARD_CMD_VM_GET, STR(GPUWARD_A_VM_NAME, "vm"));
	u32_is(GPUWARD_A_VM_NR_BINDINGS, 2);
	is(DO(GPUWARD_CMD_BINDING_DEL, U64(GPUWARD_A_BINDING_CGROUP_ID, id2)), 0, "del by id");
	is(DO(GPUWARD_CMD_BINDING_DEL, S32(GPUWARD_A_BINDING_CGROUP_FD, fd)), 0, "del by descriptor");
	is(DO(GPUWARD_CMD_BINDING_DEL, S32(GPUWARD_A_BINDING_CGROUP_FD, fd)), -ENOENT, "not twice");
	DO(GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, fd),
	   STR(GPUWARD_A_BINDING_VM, "vm"));
	is(DO(GPUWARD_CMD_VM_DEL, STR(GPUWARD_A_VM_NAME, "vm")), 0, "VM_DEL");
	is(count(GPUWARD_CMD_BINDING_GET), 0, "takes its bindings along");
	close(fd);
	close(fd2);
}

/* A path of more than 2 KiB is left out, the binding is not. */
static void test_long_path(void)
{
	char path[4096] = CGROUP;
	uint64_t id = 0;
	int fd = -1, depth;

	DO(GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "vm"), STR(GPUWARD_A_VM_MODEL, "small.16gb"));
	for (depth = 0; depth < 10; depth++) {
		close(fd);
		memset(path + strlen(path), 0, 1);
		snprintf(path + strlen(path), 222, "/%0220d", depth);
		fd = cgroup_open(path, &id);
	}
	is(DO(GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, fd),
	      STR(GPUWARD_A_BINDING_VM, "vm")), 0, "BINDING_ADD of a path of %zu bytes", strlen(path));
	is(count(GPUWARD_CMD_BINDING_GET), 1, "it is in the dump");
	u64_is(GPUWARD_A_BINDING_CGROUP_ID, id);
	ok(!gnl_attr(&last.nlh, GPUWARD_A_BINDING_PATH), "  without its path");
	close(fd);
	DO(GPUWARD_CMD_VM_DEL, STR(GPUWARD_A_VM_NAME, "vm"));
}

static void test_dead_cgroup(void)
{
	uint64_t id;
	int fd = cgroup_open(CGROUP "/dies", &id), i;
	unsigned int nr;

	DO(GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "vm"), STR(GPUWARD_A_VM_MODEL, "small.16gb"));
	DO(GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, fd),
	   STR(GPUWARD_A_BINDING_VM, "vm"));
	close(fd);
	rmdir(CGROUP "/dies");
	nr = count(GPUWARD_CMD_BINDING_GET);
	ok(!nr || gnl_attr(&last.nlh, GPUWARD_A_BINDING_DEAD), "a removed cgroup shows as dead");
	for (i = 0; i < 100 && count(GPUWARD_CMD_BINDING_GET); i++)
		usleep(100000);
	ok(i < 100, "its binding goes by itself");
	DO(GPUWARD_CMD_VM_DEL, STR(GPUWARD_A_VM_NAME, "vm"));
}

/* --- accelerators ------------------------------------------------------------- */

static int get_accels(uint32_t vm)
{
	static struct gnl_packet p;

	gnl_begin(&g, &p, GPUWARD_CMD_ACCEL_GET, NLM_F_DUMP);
	raw_attr_put_u32(p.nlh, GPUWARD_A_ACCEL_VM_ID, vm);
	return gnl_talk(&g, &p, keep, NULL).nr;
}

#define DEL_ACCEL(vm, index) \
	DO(GPUWARD_CMD_ACCEL_DEL, U32(GPUWARD_A_ACCEL_VM_ID, vm), U32(GPUWARD_A_ACCEL_INDEX, index))

/* Several: each keeps its index, a gap is filled first, the limit holds. */
static void test_accels(uint32_t id)
{
	unsigned int i;

	is(ASK(GPUWARD_CMD_ACCEL_ADD, U32(GPUWARD_A_ACCEL_VM_ID, id)), 0, "ACCEL_ADD: nothing but the VM");
	u32_is(GPUWARD_A_ACCEL_INDEX, 1);
	str_is(GPUWARD_A_ACCEL_NAME, "AI Accelerator 1");
	str_is(GPUWARD_A_ACCEL_MODEL, "2xlarge.192gb");
	is(ASK(GPUWARD_CMD_ACCEL_ADD, STR(GPUWARD_A_ACCEL_VM, "vm"), U32(GPUWARD_A_ACCEL_INDEX, 63),
	       STR(GPUWARD_A_ACCEL_NAME, "last"), STR(GPUWARD_A_ACCEL_MODEL, "small.16gb"),
	       U32(GPUWARD_A_ACCEL_PROGRAM, GPUWARD_PROGRAM_TREE),
	       U32(GPUWARD_A_ACCEL_DUPLICABLE, 2), FLAG(GPUWARD_A_ACCEL_DEFAULT)), 0,
	   "ACCEL_ADD: everything, the last index");
	u32_is(GPUWARD_A_ACCEL_INDEX, 63);
	str_is(GPUWARD_A_ACCEL_NAME, "last");
	u32_is(GPUWARD_A_ACCEL_PROGRAM, GPUWARD_PROGRAM_TREE);
	u32_is(GPUWARD_A_ACCEL_DUPLICABLE, 2);
	ok(gnl_attr(&last.nlh, GPUWARD_A_ACCEL_DEFAULT), "  GPUWARD_A_ACCEL_DEFAULT");
	is(DO(GPUWARD_CMD_ACCEL_ADD, U32(GPUWARD_A_ACCEL_VM_ID, id), U32(GPUWARD_A_ACCEL_INDEX, 63)),
	   -EEXIST, "ACCEL_ADD: taken");
	is(DO(GPUWARD_CMD_ACCEL_ADD, U32(GPUWARD_A_ACCEL_VM_ID, id)) ?:
	   DO(GPUWARD_CMD_ACCEL_ADD, U32(GPUWARD_A_ACCEL_VM_ID, id)), 0, "ACCEL_ADD: up to 5");
	is(DO(GPUWARD_CMD_ACCEL_ADD, U32(GPUWARD_A_ACCEL_VM_ID, id)), -ENOSPC, "ACCEL_ADD: not 6");
	is(get_accels(id), 5, "ACCEL_GET: five of one VM");
	u32_is(GPUWARD_A_ACCEL_INDEX, 63);
	is(DO(GPUWARD_CMD_VM_SET, U32(GPUWARD_A_VM_ID, id), U32(GPUWARD_A_VM_MAX_ACCELS, 4)), -EBUSY,
	   "the limit can not go below what there is");
	is(DEL_ACCEL(id, 0), 0, "ACCEL_DEL: number 0");
	is(DEL_ACCEL(id, 63), 0, "ACCEL_DEL: the default one");
	is(DEL_ACCEL(id, 63), -ENOENT, "ACCEL_DEL: once only");
	is(get_accels(id), 3, "three are left");
	ASK(GPUWARD_CMD_VM_GET, U32(GPUWARD_A_VM_ID, id));
	u32_is(GPUWARD_A_VM_NR_ACCELS, 3);
	str_is(GPUWARD_A_VM_MODEL, "2xlarge.192gb");
	is(ASK(GPUWARD_CMD_ACCEL_ADD, U32(GPUWARD_A_ACCEL_VM_ID, id)), 0, "the gap is filled");
	u32_is(GPUWARD_A_ACCEL_INDEX, 0);
	ok(!gnl_attr(&last.nlh, GPUWARD_A_ACCEL_DEFAULT), "  not the default one");
	u32_is(GPUWARD_A_ACCEL_DUPLICABLE, 1);
	is(DEL_ACCEL(id, 0) ?: DEL_ACCEL(id, 1) ?: DEL_ACCEL(id, 2), 0, "all but one go");
	is(DEL_ACCEL(id, 3), -EBUSY, "not the last");
	for (i = 0; i < 200 && !DO(GPUWARD_CMD_ACCEL_ADD, U32(GPUWARD_A_ACCEL_VM_ID, id)) &&
	     !DEL_ACCEL(id, 0); i++)
		;
	is(i, 200, "added and removed 200 times");
	is(DO(GPUWARD_CMD_MODEL_DEL, STR(GPUWARD_A_MODEL_NAME, "small.16gb")), -EBUSY,
	   "a model in use stays");
}

static void test_accel(void)
{
	uint32_t id;

	ASK(GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "vm"), STR(GPUWARD_A_VM_MODEL, "small.16gb"));
	id = gnl_u32(&last.nlh, GPUWARD_A_VM_ID);
	DO(GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "vm2"), STR(GPUWARD_A_VM_MODEL, "small.16gb"));
	is(count(GPUWARD_CMD_ACCEL_GET), 2, "ACCEL_GET: of all VMs");
	is(get_accels(id), 1, "ACCEL_GET: of one");
	u32_is(GPUWARD_A_ACCEL_VM_ID, id);
	str_is(GPUWARD_A_ACCEL_VM, "vm");
	u32_is(GPUWARD_A_ACCEL_INDEX, 0);
	str_is(GPUWARD_A_ACCEL_NAME, "AI Accelerator");
	str_is(GPUWARD_A_ACCEL_MODEL, "small.16gb");
	u32_is(GPUWARD_A_ACCEL_PROGRAM, GPUWARD_PROGRAM_AUTO);
	u32_is(GPUWARD_A_ACCEL_DUPLICABLE, 1);
	ok(gnl_attr(&last.nlh, GPUWARD_A_ACCEL_DEFAULT), "  GPUWARD_A_ACCEL_DEFAULT");
	u32_is(GPUWARD_A_ACCEL_STATE, GPUWARD_ACCEL_IDLE);
	u32_is(GPUWARD_A_ACCEL_NR_GPUS, 1);
	u64_is(GPUWARD_A_ACCEL_MEMORY, 16LL << 30);
	u64_is(GPUWARD_A_ACCEL_USED, 0);
	u32_is(GPUWARD_A_ACCEL_NR_RUNNING, 0);
	u32_is(GPUWARD_A_ACCEL_NR_WAITING, 0);
	ok(!gnl_attr(&last.nlh, GPUWARD_A_ACCEL_PLACED), "  not placed");
	is(DO(GPUWARD_CMD_ACCEL_SET, U32(GPUWARD_A_ACCEL_VM_ID, id), U32(GPUWARD_A_ACCEL_INDEX, 0),
	      STR(GPUWARD_A_ACCEL_NAME, NAME63), STR(GPUWARD_A_ACCEL_MODEL, "2xlarge.192gb"),
	      U32(GPUWARD_A_ACCEL_PROGRAM, GPUWARD_PROGRAM_CGROUP),
	      U32(GPUWARD_A_ACCEL_DUPLICABLE, 1024)), 0, "ACCEL_SET: everything");
	get_accels(id);
	str_is(GPUWARD_A_ACCEL_NAME, NAME63);
	str_is(GPUWARD_A_ACCEL_MODEL, "2xlarge.192gb");
	u32_is(GPUWARD_A_ACCEL_PROGRAM, GPUWARD_PROGRAM_CGROUP);
	u32_is(GPUWARD_A_ACCEL_DUPLICABLE, 1024);
	u32_is(GPUWARD_A_ACCEL_NR_GPUS, 4);
	u64_is(GPUWARD_A_ACCEL_MEMORY, 192LL << 30);
	is(DO(GPUWARD_CMD_MODEL_SET, STR(GPUWARD_A_MODEL_NAME, "2xlarge.192gb"),
	      U64(GPUWARD_A_MODEL_MEMORY, 128LL << 30)), 0, "its model changes");
	get_accels(id);
	u64_is(GPUWARD_A_ACCEL_MEMORY, 128LL << 30);
	test_accels(id);
	DO(GPUWARD_CMD_VM_DEL, STR(GPUWARD_A_VM_NAME, "vm"));
	DO(GPUWARD_CMD_VM_DEL, STR(GPUWARD_A_VM_NAME, "vm2"));
	is(count(GPUWARD_CMD_ACCEL_GET), 0, "none is left");
}

/* --- the host ----------------------------------------------------------------- */

static void test_setting(void)
{
	is(ASK(GPUWARD_CMD_SETTING_GET), 0, "SETTING_GET");
	u32_is(GPUWARD_A_SETTING_HOST, GPUWARD_HOST_ALLOW);
	u32_is(GPUWARD_A_SETTING_ENFORCE, GPUWARD_ENFORCE_ON);
	is(DO(GPUWARD_CMD_SETTING_SET, U32(GPUWARD_A_SETTING_HOST, GPUWARD_HOST_DENY),
	      U32(GPUWARD_A_SETTING_ENFORCE, GPUWARD_ENFORCE_PERMISSIVE)), 0, "SETTING_SET: both");
	is(DO(GPUWARD_CMD_SETTING_SET, U32(GPUWARD_A_SETTING_ENFORCE, GPUWARD_ENFORCE_ON)), 0,
	   "SETTING_SET: one");
	is(DO(GPUWARD_CMD_SETTING_SET), 0, "SETTING_SET: none");
	ASK(GPUWARD_CMD_SETTING_GET);
	u32_is(GPUWARD_A_SETTING_HOST, GPUWARD_HOST_DENY);
	u32_is(GPUWARD_A_SETTING_ENFORCE, GPUWARD_ENFORCE_ON);
	u32_is(GPUWARD_A_SETTING_AGE_MS, 3600000);
	u32_is(GPUWARD_A_SETTING_MAX_BACKFILL, 256);
	u32_is(GPUWARD_A_SETTING_QUARANTINE_MS, 10000);
	is(DO(GPUWARD_CMD_SETTING_SET, U32(GPUWARD_A_SETTING_AGE_MS, UINT32_MAX),
	      U32(GPUWARD_A_SETTING_MAX_BACKFILL, 0)), 0, "SETTING_SET: bounds at their ends");
	is(DO(GPUWARD_CMD_SETTING_SET, U32(GPUWARD_A_SETTING_QUARANTINE_MS, UINT32_MAX)), 0,
	   "SETTING_SET: the grace, alone");
	ASK(GPUWARD_CMD_SETTING_GET);
	u32_is(GPUWARD_A_SETTING_AGE_MS, UINT32_MAX);
	u32_is(GPUWARD_A_SETTING_MAX_BACKFILL, 0);
	u32_is(GPUWARD_A_SETTING_QUARANTINE_MS, UINT32_MAX);
	DO(GPUWARD_CMD_SETTING_SET, U32(GPUWARD_A_SETTING_HOST, GPUWARD_HOST_ALLOW));
}

static void test_status(void)
{
	DO(GPUWARD_CMD_GPU_ADD, U32(GPUWARD_A_GPU_MINOR, 0), U64(GPUWARD_A_GPU_MEMORY, 1 << 30));
	DO(GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "vm"), STR(GPUWARD_A_VM_MODEL, "small.16gb"));
	is(ASK(GPUWARD_CMD_STATUS_GET), 0, "STATUS_GET");
	ok(strlen(gnl_str(&last.nlh, GPUWARD_A_STATUS_VERSION)) > 4, "  release %s",
	   gnl_str(&last.nlh, GPUWARD_A_STATUS_VERSION));
	u32_is(GPUWARD_A_STATUS_ABI, GPUWARD_ABI);
	u32_is(GPUWARD_A_STATUS_STATE, GPUWARD_STATE_NO_DRIVER);
	str_is(GPUWARD_A_STATUS_DRIVER, "");
	u32_is(GPUWARD_A_STATUS_UVM, GPUWARD_STATE_NO_DRIVER);
	u32_is(GPUWARD_A_STATUS_NR_GPUS, 1);
	u32_is(GPUWARD_A_STATUS_NR_VMS, 1);
	u32_is(GPUWARD_A_STATUS_NR_BINDINGS, 0);
	u32_is(GPUWARD_A_STATUS_NR_FILES, 0);
	u32_is(GPUWARD_A_STATUS_NR_JOBS, 0);
	u64_is(GPUWARD_A_STATUS_NR_REFUSED, 0);
	is(ASK(GPUWARD_CMD_DRIVER_DETACH), 0, "DETACH");
	u32_is(GPUWARD_A_STATUS_NR_FILES, 0);
	u32_is(GPUWARD_A_STATUS_NR_JOBS, 0);
	ASK(GPUWARD_CMD_STATUS_GET);
	u32_is(GPUWARD_A_STATUS_STATE, GPUWARD_STATE_DETACHED);
	is(DO(GPUWARD_CMD_DRIVER_ATTACH), 0, "ATTACH");
	is(DO(GPUWARD_CMD_DRIVER_ATTACH), 0, "ATTACH, again");
	ASK(GPUWARD_CMD_STATUS_GET);
	u32_is(GPUWARD_A_STATUS_STATE, GPUWARD_STATE_NO_DRIVER);
	DO(GPUWARD_CMD_GPU_DEL, U32(GPUWARD_A_GPU_MINOR, 0));
	DO(GPUWARD_CMD_VM_DEL, STR(GPUWARD_A_VM_NAME, "vm"));
	is(count(GPUWARD_CMD_JOB_GET), 0, "JOB_GET: none");
}

int main(void)
{
	load_module("/modules/gpuward.ko", "");
	gnl_connect(&g);
	test_model();
	test_no_gpu();
	test_gpu();
	test_vm();
	test_binding();
	test_long_path();
	test_dead_cgroup();
	test_accel();
	test_setting();
	test_status();
	gnl_close(&g);
	is(unload_module("gpuward"), 0, "and it can be unloaded");
	return ktap_end();
}
