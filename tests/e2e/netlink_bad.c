// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink, wrong on purpose: each request is refused with the right errno and a text, changes
 * nothing and leaves no line in the kernel log. Owns no good case: netlink_tables.c does.
 */
#include "gnl.h"

#define NR(a) (sizeof(a) / sizeof((a)[0]))
#define LONG_NAME "0123456789012345678901234567890123456789012345678901234567890123456789"

static struct gnl g;
static int kernel_log;

/* --- nothing changed ---------------------------------------------------------- */

struct picture {
	size_t len;
	char bytes[32 * 1024];
};

static void draw(const struct nlmsghdr *nlh, void *arg)
{
	struct picture *p = arg;
	size_t len = mnl_nlmsg_get_payload_len(nlh);

	if (p->len + len > sizeof(p->bytes))
		bail("the picture is too large");
	memcpy(p->bytes + p->len, mnl_nlmsg_get_payload(nlh), len);
	p->len += len;
}

static struct picture *look(struct picture *p)
{
	static const uint8_t tables[] = {
		GPUWARD_CMD_GPU_GET, GPUWARD_CMD_MODEL_GET, GPUWARD_CMD_VM_GET,
		GPUWARD_CMD_BINDING_GET, GPUWARD_CMD_ACCEL_GET, GPUWARD_CMD_JOB_GET,
		GPUWARD_CMD_GROUP_GET, GPUWARD_CMD_MEMBER_GET,
	};
	size_t i;

	p->len = 0;
	for (i = 0; i < NR(tables); i++)
		if (gnl_dump(&g, tables[i], draw, p).err)
			bail("dump %u", tables[i]);
	if (gnl_do(&g, GPUWARD_CMD_SETTING_GET, NULL, 0, draw, p).err)
		bail("settings");
	return p;
}

static bool nothing_changed(void)
{
	static struct picture before, now;

	if (!before.len) {
		look(&before);
		return true;
	}
	look(&now);
	return now.len == before.len && !memcmp(now.bytes, before.bytes, now.len);
}

static void refused(struct answer a, int err, const char *text, const char *name)
{
	bool same = nothing_changed();
	bool right = a.err == err && a.text[0] && strstr(a.text, text) && same;

	if (!ok(right, "%s: %s", name, a.text))
		printf("# errno %d, want %d; want text \"%s\"; tables %s\n", a.err, err, text,
		       same ? "unchanged" : "CHANGED");
}

/* --- attributes --------------------------------------------------------------- */

#define A(...) { __VA_ARGS__ }

static const struct {
	const char *name;
	uint8_t cmd;
	int err;
	const char *text;
	struct attr attrs[5];		/* up to the first of type 0 and length 0 */
} cases[] = {
	/* missing */
	{ "VM_ADD without a name", GPUWARD_CMD_VM_ADD, -EINVAL, "vm: NAME is needed",
	  A(STR(GPUWARD_A_VM_MODEL, "small.16gb")) },
	{ "VM_ADD without a model", GPUWARD_CMD_VM_ADD, -EINVAL, "vm: MODEL is needed",
	  A(STR(GPUWARD_A_VM_NAME, "a")) },
	{ "VM_GET of nobody", GPUWARD_CMD_VM_GET, -EINVAL, "must be named", A() },
	{ "GPU_ADD without memory", GPUWARD_CMD_GPU_ADD, -EINVAL, "gpu: MEMORY is needed",
	  A(U32(GPUWARD_A_GPU_MINOR, 5)) },
	{ "GPU_GET without a minor", GPUWARD_CMD_GPU_GET, -EINVAL, "gpu: MINOR is needed", A() },
	{ "MODEL_ADD without GPUs", GPUWARD_CMD_MODEL_ADD, -EINVAL, "model: NR_GPUS is needed",
	  A(STR(GPUWARD_A_MODEL_NAME, "m"), U64(GPUWARD_A_MODEL_MEMORY, 1 << 30)) },
	{ "BINDING_ADD without a cgroup", GPUWARD_CMD_BINDING_ADD, -EINVAL,
	  "binding: CGROUP_FD is needed", A(STR(GPUWARD_A_BINDING_VM, "base")) },
	{ "BINDING_DEL of nothing", GPUWARD_CMD_BINDING_DEL, -EINVAL, "CGROUP_ID or CGROUP_FD", A() },
	{ "ACCEL_SET without an index", GPUWARD_CMD_ACCEL_SET, -EINVAL,
	  "accelerator: INDEX is needed", A(STR(GPUWARD_A_ACCEL_VM, "base")) },
	{ "JOB_DEL without a number", GPUWARD_CMD_JOB_DEL, -EINVAL, "job: ID is needed", A() },

	/* unknown, out only, not here */
	{ "unknown attribute", GPUWARD_CMD_VM_GET, -EINVAL, "vm: attribute 200 is unknown",
	  A(U32(GPUWARD_A_VM_ID, 1), U32(200, 1)) },
	{ "attribute 0", GPUWARD_CMD_VM_GET, -EINVAL, "attribute 0 is unknown",
	  A({ 0, 4, "abc" }, U32(GPUWARD_A_VM_ID, 1)) },
	{ "the padding attribute", GPUWARD_CMD_GPU_GET, -EINVAL, "gpu: attribute 12 is unknown",
	  A(U32(GPUWARD_A_GPU_MINOR, 1), FLAG(GPUWARD_A_GPU_PAD)) },
	{ "an attribute only sent by the kernel", GPUWARD_CMD_GPU_SET, -EINVAL,
	  "gpu: RESERVED is not for this command",
	  A(U32(GPUWARD_A_GPU_MINOR, 0), U64(GPUWARD_A_GPU_RESERVED, 0)) },
	{ "an attribute of another command", GPUWARD_CMD_VM_SET, -EINVAL,
	  "vm: FORCE is not for this command",
	  A(STR(GPUWARD_A_VM_NAME, "base"), FLAG(GPUWARD_A_VM_FORCE)) },
	{ "a number chosen for a new VM", GPUWARD_CMD_VM_ADD, -EINVAL, "vm: ID is not for",
	  A(STR(GPUWARD_A_VM_NAME, "a"), STR(GPUWARD_A_VM_MODEL, "small.16gb"),
	    U32(GPUWARD_A_VM_ID, 7)) },
	{ "STATUS_GET with an attribute", GPUWARD_CMD_STATUS_GET, -EINVAL,
	  "status: STATE is not for this command", A(U32(GPUWARD_A_STATUS_STATE, 1)) },
	{ "DETACH with an attribute", GPUWARD_CMD_DETACH, -EINVAL, "is not for this command",
	  A(U32(GPUWARD_A_STATUS_NR_FILES, 1)) },

	/* twice, nested, network order */
	{ "the same attribute twice", GPUWARD_CMD_VM_SET, -EINVAL, "vm: PRIORITY is given twice",
	  A(STR(GPUWARD_A_VM_NAME, "base"), S32(GPUWARD_A_VM_PRIORITY, 1),
	    S32(GPUWARD_A_VM_PRIORITY, 2)) },
	{ "the key twice, alike", GPUWARD_CMD_VM_GET, -EINVAL, "vm: ID is given twice",
	  A(U32(GPUWARD_A_VM_ID, 1), U32(GPUWARD_A_VM_ID, 1)) },
	{ "a nested flag", GPUWARD_CMD_VM_GET, -EINVAL, "vm: ID can neither be nested",
	  A(U32(GPUWARD_A_VM_ID | NLA_F_NESTED, 1)) },
	{ "network order", GPUWARD_CMD_VM_GET, -EINVAL, "vm: ID can neither be nested",
	  A(U32(GPUWARD_A_VM_ID | NLA_F_NET_BYTEORDER, 1)) },
	{ "a nest in a string", GPUWARD_CMD_VM_GET, -EINVAL, "NAME has",
	  A({ GPUWARD_A_VM_NAME, 8, "\x08\0\x01\0abc" }) },

	/* lengths */
	{ "a number too short", GPUWARD_CMD_VM_GET, -EINVAL, "vm: ID has a wrong length",
	  A({ GPUWARD_A_VM_ID, 3, "abc" }) },
	{ "a number too long", GPUWARD_CMD_VM_GET, -EINVAL, "vm: ID has a wrong length",
	  A({ GPUWARD_A_VM_ID, 8, "abcdefg" }) },
	{ "an empty number", GPUWARD_CMD_VM_GET, -EINVAL, "vm: ID has a wrong length",
	  A(FLAG(GPUWARD_A_VM_ID)) },
	{ "a flag with a value", GPUWARD_CMD_VM_DEL, -EINVAL, "vm: FORCE has a wrong length",
	  A(STR(GPUWARD_A_VM_NAME, "base"), U32(GPUWARD_A_VM_FORCE, 1)) },
	{ "a 64-bit number of 4 bytes", GPUWARD_CMD_GPU_ADD, -EINVAL,
	  "gpu: MEMORY has a wrong length",
	  A(U32(GPUWARD_A_GPU_MINOR, 5), U32(GPUWARD_A_GPU_MEMORY, 1 << 30)) },
	{ "a UUID too short", GPUWARD_CMD_GPU_SET, -ERANGE, "gpu: UUID",
	  A(U32(GPUWARD_A_GPU_MINOR, 0), { GPUWARD_A_GPU_UUID, 15, LONG_NAME }) },
	{ "a UUID too long", GPUWARD_CMD_GPU_SET, -ERANGE, "gpu: UUID",
	  A(U32(GPUWARD_A_GPU_MINOR, 0), { GPUWARD_A_GPU_UUID, 17, LONG_NAME }) },
	{ "a string without end", GPUWARD_CMD_VM_GET, -EINVAL, "vm: NAME has a wrong length",
	  A({ GPUWARD_A_VM_NAME, 4, "base" }) },
	{ "a string of two", GPUWARD_CMD_VM_GET, -EINVAL, "vm: NAME has a wrong length",
	  A({ GPUWARD_A_VM_NAME, 9, "base\0and" }) },
	{ "an empty attribute for a string", GPUWARD_CMD_VM_GET, -EINVAL,
	  "vm: NAME has a wrong length", A(FLAG(GPUWARD_A_VM_NAME)) },
	{ "a name too long", GPUWARD_CMD_VM_ADD, -ERANGE, "vm: NAME",
	  A(STR(GPUWARD_A_VM_NAME, LONG_NAME), STR(GPUWARD_A_VM_MODEL, "small.16gb")) },

	/* ranges: max + 1, min - 1, all ones */
	{ "class 3", GPUWARD_CMD_VM_SET, -ERANGE, "vm: CLASS must be at most 2",
	  A(STR(GPUWARD_A_VM_NAME, "base"), U32(GPUWARD_A_VM_CLASS, 3)) },
	{ "priority 1001", GPUWARD_CMD_VM_SET, -ERANGE, "must be -1000 to 1000",
	  A(STR(GPUWARD_A_VM_NAME, "base"), S32(GPUWARD_A_VM_PRIORITY, 1001)) },
	{ "priority -1001", GPUWARD_CMD_VM_SET, -ERANGE, "vm: PRIORITY",
	  A(STR(GPUWARD_A_VM_NAME, "base"), S32(GPUWARD_A_VM_PRIORITY, -1001)) },
	{ "wait 3", GPUWARD_CMD_VM_SET, -ERANGE, "vm: WAIT",
	  A(STR(GPUWARD_A_VM_NAME, "base"), U32(GPUWARD_A_VM_WAIT, 3)) },
	{ "wait for 0 ms", GPUWARD_CMD_VM_SET, -ERANGE, "vm: WAIT_MS",
	  A(STR(GPUWARD_A_VM_NAME, "base"), U32(GPUWARD_A_VM_WAIT_MS, 0)) },
	{ "a timeout without a time", GPUWARD_CMD_VM_SET, -EINVAL, "VM \"base\": WAIT",
	  A(STR(GPUWARD_A_VM_NAME, "base"), U32(GPUWARD_A_VM_WAIT, GPUWARD_WAIT_TIMEOUT)) },
	{ "0 accelerators", GPUWARD_CMD_VM_SET, -ERANGE, "vm: MAX_ACCELS",
	  A(STR(GPUWARD_A_VM_NAME, "base"), U32(GPUWARD_A_VM_MAX_ACCELS, 0)) },
	{ "65 accelerators", GPUWARD_CMD_VM_SET, -ERANGE, "vm: MAX_ACCELS",
	  A(STR(GPUWARD_A_VM_NAME, "base"), U32(GPUWARD_A_VM_MAX_ACCELS, 65)) },
	{ "GPU 248", GPUWARD_CMD_GPU_ADD, -ERANGE, "gpu: MINOR",
	  A(U32(GPUWARD_A_GPU_MINOR, 248), U64(GPUWARD_A_GPU_MEMORY, 1 << 30)) },
	{ "GPU of all ones", GPUWARD_CMD_GPU_GET, -ERANGE, "gpu: MINOR",
	  A(U32(GPUWARD_A_GPU_MINOR, UINT32_MAX)) },
	{ "a GPU of less than a MiB", GPUWARD_CMD_GPU_ADD, -ERANGE, "gpu: MEMORY",
	  A(U32(GPUWARD_A_GPU_MINOR, 5), U64(GPUWARD_A_GPU_MEMORY, (1 << 20) - 1)) },
	{ "NUMA node -2", GPUWARD_CMD_GPU_SET, -ERANGE, "gpu: NUMA",
	  A(U32(GPUWARD_A_GPU_MINOR, 0), S32(GPUWARD_A_GPU_NUMA, -2)) },
	{ "GPU state 5", GPUWARD_CMD_GPU_SET, -ERANGE, "gpu: STATE",
	  A(U32(GPUWARD_A_GPU_MINOR, 0), U32(GPUWARD_A_GPU_STATE, 5)) },
	{ "GPU state PROCESSING", GPUWARD_CMD_GPU_SET, -EINVAL, "GPU 0: STATE",
	  A(U32(GPUWARD_A_GPU_MINOR, 0), U32(GPUWARD_A_GPU_STATE, GPUWARD_GPU_PROCESSING)) },
	{ "a model of 0 GPUs", GPUWARD_CMD_MODEL_ADD, -ERANGE, "model: NR_GPUS",
	  A(STR(GPUWARD_A_MODEL_NAME, "m"), U64(GPUWARD_A_MODEL_MEMORY, 1 << 30),
	    U32(GPUWARD_A_MODEL_NR_GPUS, 0)) },
	{ "a model of 17 GPUs", GPUWARD_CMD_MODEL_ADD, -ERANGE, "model: NR_GPUS",
	  A(STR(GPUWARD_A_MODEL_NAME, "m"), U64(GPUWARD_A_MODEL_MEMORY, 1 << 30),
	    U32(GPUWARD_A_MODEL_NR_GPUS, 17)) },
	{ "memory that does not divide", GPUWARD_CMD_MODEL_ADD, -EINVAL, "model \"m\": MEMORY",
	  A(STR(GPUWARD_A_MODEL_NAME, "m"), U64(GPUWARD_A_MODEL_MEMORY, 1 << 30),
	    U32(GPUWARD_A_MODEL_NR_GPUS, 3)) },
	{ "a model without memory", GPUWARD_CMD_MODEL_ADD, -EINVAL, "model \"m\": MEMORY",
	  A(STR(GPUWARD_A_MODEL_NAME, "m"), U64(GPUWARD_A_MODEL_MEMORY, 0),
	    U32(GPUWARD_A_MODEL_NR_GPUS, 1)) },
	{ "program 4", GPUWARD_CMD_ACCEL_SET, -ERANGE, "accelerator: PROGRAM",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, 0),
	    U32(GPUWARD_A_ACCEL_PROGRAM, 4)) },
	{ "duplicable 0", GPUWARD_CMD_ACCEL_SET, -ERANGE, "accelerator: DUPLICABLE",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, 0),
	    U32(GPUWARD_A_ACCEL_DUPLICABLE, 0)) },
	{ "duplicable 1025", GPUWARD_CMD_ACCEL_SET, -ERANGE, "accelerator: DUPLICABLE",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, 0),
	    U32(GPUWARD_A_ACCEL_DUPLICABLE, 1025)) },
	{ "host 2 with a good enforce", GPUWARD_CMD_SETTING_SET, -ERANGE, "setting: HOST",
	  A(U32(GPUWARD_A_SETTING_ENFORCE, 1), U32(GPUWARD_A_SETTING_HOST, 2)) },
	{ "enforce of all ones", GPUWARD_CMD_SETTING_SET, -ERANGE, "setting: ENFORCE",
	  A(U32(GPUWARD_A_SETTING_HOST, 1), U32(GPUWARD_A_SETTING_ENFORCE, UINT32_MAX)) },

	/* names and forms */
	{ "an empty name", GPUWARD_CMD_VM_ADD, -EINVAL, "is no name",
	  A(STR(GPUWARD_A_VM_NAME, ""), STR(GPUWARD_A_VM_MODEL, "small.16gb")) },
	{ "a name with a slash", GPUWARD_CMD_VM_ADD, -EINVAL, "is no name",
	  A(STR(GPUWARD_A_VM_NAME, "a/b"), STR(GPUWARD_A_VM_MODEL, "small.16gb")) },
	{ "a name with a line end", GPUWARD_CMD_MODEL_ADD, -EINVAL, "is no name",
	  A(STR(GPUWARD_A_MODEL_NAME, "a\nb"), U64(GPUWARD_A_MODEL_MEMORY, 1 << 30),
	    U32(GPUWARD_A_MODEL_NR_GPUS, 1)) },
	{ "an accelerator's name with an escape", GPUWARD_CMD_ACCEL_SET, -EINVAL, "\"?[2J\" is no name",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, 0),
	    STR(GPUWARD_A_ACCEL_NAME, "\033[2J")) },
	{ "a GPU's name with an escape", GPUWARD_CMD_GPU_SET, -EINVAL, "GPU 0: NAME",
	  A(U32(GPUWARD_A_GPU_MINOR, 0), STR(GPUWARD_A_GPU_NAME, "\033[2J")) },
	{ "a PCI address without a function", GPUWARD_CMD_GPU_SET, -EINVAL, "GPU 0: PCI",
	  A(U32(GPUWARD_A_GPU_MINOR, 0), STR(GPUWARD_A_GPU_PCI, "0000:65:00")) },
	{ "a PCI function 8", GPUWARD_CMD_GPU_SET, -EINVAL, "GPU 0: PCI",
	  A(U32(GPUWARD_A_GPU_MINOR, 0), STR(GPUWARD_A_GPU_PCI, "0000:65:00.8")) },

	/* no such object, exists, in use */
	{ "no VM of that number", GPUWARD_CMD_VM_GET, -ENOENT, "no VM 4711",
	  A(U32(GPUWARD_A_VM_ID, 4711)) },
	{ "no VM of that name", GPUWARD_CMD_VM_DEL, -ENOENT, "no VM \"nobody\"",
	  A(STR(GPUWARD_A_VM_NAME, "nobody")) },
	{ "name and number of two VMs", GPUWARD_CMD_VM_SET, -EINVAL, "VM 1 is \"base\"",
	  A(U32(GPUWARD_A_VM_ID, 1), STR(GPUWARD_A_VM_NAME, "other")) },
	{ "a VM that exists", GPUWARD_CMD_VM_ADD, -EEXIST, "VM \"base\" exists",
	  A(STR(GPUWARD_A_VM_NAME, "base"), STR(GPUWARD_A_VM_MODEL, "small.16gb")) },
	{ "a VM of no model", GPUWARD_CMD_VM_ADD, -ENOENT, "no model \"none\"",
	  A(STR(GPUWARD_A_VM_NAME, "a"), STR(GPUWARD_A_VM_MODEL, "none")) },
	{ "no such model", GPUWARD_CMD_MODEL_DEL, -ENOENT, "no model \"none\"",
	  A(STR(GPUWARD_A_MODEL_NAME, "none")) },
	{ "a model that exists", GPUWARD_CMD_MODEL_ADD, -EEXIST, "model \"small.16gb\" exists",
	  A(STR(GPUWARD_A_MODEL_NAME, "small.16gb"), U64(GPUWARD_A_MODEL_MEMORY, 1 << 30),
	    U32(GPUWARD_A_MODEL_NR_GPUS, 1)) },
	{ "a model in use", GPUWARD_CMD_MODEL_DEL, -EBUSY, "model \"small.16gb\" is in use",
	  A(STR(GPUWARD_A_MODEL_NAME, "small.16gb")) },
	{ "a model's memory that does not divide", GPUWARD_CMD_MODEL_SET, -EINVAL,
	  "model \"xlarge.96gb\": MEMORY",
	  A(STR(GPUWARD_A_MODEL_NAME, "xlarge.96gb"), U64(GPUWARD_A_MODEL_MEMORY, 1000001)) },
	{ "no such GPU", GPUWARD_CMD_GPU_DEL, -ENOENT, "no GPU 9", A(U32(GPUWARD_A_GPU_MINOR, 9)) },
	{ "a GPU that exists", GPUWARD_CMD_GPU_ADD, -EEXIST, "GPU 0 exists",
	  A(U32(GPUWARD_A_GPU_MINOR, 0), U64(GPUWARD_A_GPU_MEMORY, 1 << 30)) },
	{ "a device instance that exists", GPUWARD_CMD_GPU_ADD, -EEXIST,
	  "GPU 5: another GPU has device instance 0",
	  A(U32(GPUWARD_A_GPU_MINOR, 5), U64(GPUWARD_A_GPU_MEMORY, 1 << 30),
	    U32(GPUWARD_A_GPU_INSTANCE, 0)) },
	{ "a group of no kind", GPUWARD_CMD_GROUP_ADD, -EINVAL, "group: KIND is needed",
	  A(STR(GPUWARD_A_GROUP_NAME, "a")) },
	{ "a group of kind 0", GPUWARD_CMD_GROUP_ADD, -ERANGE, "group: KIND must be 1 to 2",
	  A(U32(GPUWARD_A_GROUP_KIND, 0), STR(GPUWARD_A_GROUP_NAME, "a")) },
	{ "a group of kind 3", GPUWARD_CMD_GROUP_ADD, -ERANGE, "group: KIND must be 1 to 2",
	  A(U32(GPUWARD_A_GROUP_KIND, 3), STR(GPUWARD_A_GROUP_NAME, "a")) },
	{ "a group without a name", GPUWARD_CMD_GROUP_ADD, -EINVAL, "is no name for a GPU group",
	  A(U32(GPUWARD_A_GROUP_KIND, 2), STR(GPUWARD_A_GROUP_NAME, "")) },
	{ "a group that exists", GPUWARD_CMD_GROUP_ADD, -EEXIST, "model group \"default\" exists",
	  A(U32(GPUWARD_A_GROUP_KIND, 1), STR(GPUWARD_A_GROUP_NAME, "default")) },
	{ "the default group deleted", GPUWARD_CMD_GROUP_DEL, -EINVAL, "is the default one",
	  A(U32(GPUWARD_A_GROUP_KIND, 1), STR(GPUWARD_A_GROUP_NAME, "default")) },
	{ "no such group", GPUWARD_CMD_GROUP_DEL, -ENOENT, "no GPU group \"a\"",
	  A(U32(GPUWARD_A_GROUP_KIND, 2), STR(GPUWARD_A_GROUP_NAME, "a")) },
	{ "a group renamed to nothing", GPUWARD_CMD_GROUP_SET, -EINVAL, "group: NEW_NAME is needed",
	  A(U32(GPUWARD_A_GROUP_KIND, 2), STR(GPUWARD_A_GROUP_NAME, "default")) },
	{ "no member", GPUWARD_CMD_MEMBER_ADD, -EINVAL, "one of VM, MODEL, GPU_GROUP and GPU",
	  A(U32(GPUWARD_A_MEMBER_KIND, 1), STR(GPUWARD_A_MEMBER_GROUP, "default")) },
	{ "two members", GPUWARD_CMD_MEMBER_ADD, -EINVAL, "one of VM, MODEL, GPU_GROUP and GPU",
	  A(U32(GPUWARD_A_MEMBER_KIND, 1), STR(GPUWARD_A_MEMBER_GROUP, "default"),
	    STR(GPUWARD_A_MEMBER_VM, "base"), STR(GPUWARD_A_MEMBER_MODEL, "small.16gb")) },
	{ "a VM in a GPU group", GPUWARD_CMD_MEMBER_ADD, -EINVAL, "takes GPUs only",
	  A(U32(GPUWARD_A_MEMBER_KIND, 2), STR(GPUWARD_A_MEMBER_GROUP, "default"),
	    STR(GPUWARD_A_MEMBER_VM, "base")) },
	{ "a GPU in a model group", GPUWARD_CMD_MEMBER_ADD, -EINVAL, "takes no GPUs",
	  A(U32(GPUWARD_A_MEMBER_KIND, 1), STR(GPUWARD_A_MEMBER_GROUP, "default"),
	    U32(GPUWARD_A_MEMBER_GPU, 0)) },
	{ "a GPU that is none", GPUWARD_CMD_MEMBER_ADD, -ERANGE, "member: GPU must be at most 247",
	  A(U32(GPUWARD_A_MEMBER_KIND, 2), STR(GPUWARD_A_MEMBER_GROUP, "default"),
	    U32(GPUWARD_A_MEMBER_GPU, 248)) },
	{ "a GPU that is not there", GPUWARD_CMD_MEMBER_ADD, -ENOENT, "no GPU 200",
	  A(U32(GPUWARD_A_MEMBER_KIND, 2), STR(GPUWARD_A_MEMBER_GROUP, "default"),
	    U32(GPUWARD_A_MEMBER_GPU, 200)) },
	{ "who is not in it leaves", GPUWARD_CMD_MEMBER_DEL, -ENOENT, "it is not in model group",
	  A(U32(GPUWARD_A_MEMBER_KIND, 1), STR(GPUWARD_A_MEMBER_GROUP, "default"),
	    STR(GPUWARD_A_MEMBER_VM, "base")) },
	{ "a new VM in no such group", GPUWARD_CMD_VM_ADD, -ENOENT, "no model group \"none\"",
	  A(STR(GPUWARD_A_VM_NAME, "a"), STR(GPUWARD_A_VM_MODEL, "small.16gb"),
	    STR(GPUWARD_A_VM_GROUP, "none")) },
	{ "a new accelerator of nobody", GPUWARD_CMD_ACCEL_ADD, -EINVAL, "must be named", A() },
	{ "a new accelerator of no VM", GPUWARD_CMD_ACCEL_ADD, -ENOENT, "no VM \"none\"",
	  A(STR(GPUWARD_A_ACCEL_VM, "none")) },
	{ "a new accelerator that exists", GPUWARD_CMD_ACCEL_ADD, -EEXIST, "has an accelerator 0",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, 0)) },
	{ "a new accelerator 64", GPUWARD_CMD_ACCEL_ADD, -ERANGE, "INDEX must be at most 63",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, 64)) },
	{ "a new accelerator 4294967295", GPUWARD_CMD_ACCEL_ADD, -ERANGE, "INDEX must be at most 63",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, UINT32_MAX)) },
	{ "a new accelerator of no model", GPUWARD_CMD_ACCEL_ADD, -ENOENT, "no model \"none\"",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), STR(GPUWARD_A_ACCEL_MODEL, "none")) },
	{ "a new accelerator with a bad name", GPUWARD_CMD_ACCEL_ADD, -EINVAL, "is no name",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), STR(GPUWARD_A_ACCEL_NAME, "a/b")) },
	{ "a new accelerator with a state", GPUWARD_CMD_ACCEL_ADD, -EINVAL, "STATE is not for",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_STATE, 0)) },
	{ "removing without an index", GPUWARD_CMD_ACCEL_DEL, -EINVAL, "accelerator: INDEX is needed",
	  A(STR(GPUWARD_A_ACCEL_VM, "base")) },
	{ "removing what is not there", GPUWARD_CMD_ACCEL_DEL, -ENOENT, "has no accelerator 63",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, 63)) },
	{ "removing the last one", GPUWARD_CMD_ACCEL_DEL, -EBUSY, "this is its last",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, 0)) },
	{ "no such accelerator", GPUWARD_CMD_ACCEL_SET, -ENOENT, "VM \"base\" has no accelerator 1",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, 1)) },
	{ "an accelerator of no model", GPUWARD_CMD_ACCEL_SET, -ENOENT, "no model \"none\"",
	  A(STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, 0),
	    STR(GPUWARD_A_ACCEL_NAME, "new name"), STR(GPUWARD_A_ACCEL_MODEL, "none")) },
	{ "no such job", GPUWARD_CMD_JOB_GET, -ENOENT, "no job 99", A(U64(GPUWARD_A_JOB_ID, 99)) },
	{ "job of all ones", GPUWARD_CMD_JOB_DEL, -ENOENT, "no job",
	  A(U64(GPUWARD_A_JOB_ID, UINT64_MAX)) },
	{ "not a cgroup", GPUWARD_CMD_BINDING_ADD, -EBADF, "0 is not a descriptor of a cgroup",
	  A(S32(GPUWARD_A_BINDING_CGROUP_FD, 0), STR(GPUWARD_A_BINDING_VM, "base")) },
	{ "a descriptor below 0", GPUWARD_CMD_BINDING_DEL, -ERANGE, "binding: CGROUP_FD",
	  A(S32(GPUWARD_A_BINDING_CGROUP_FD, -1)) },
	{ "no such binding", GPUWARD_CMD_BINDING_DEL, -ENOENT, "cgroup 123456789 is not bound",
	  A(U64(GPUWARD_A_BINDING_CGROUP_ID, 123456789)) },
};

static void test_attributes(void)
{
	size_t i;
	unsigned int nr;

	for (i = 0; i < NR(cases); i++) {
		for (nr = 0; nr < NR(cases[i].attrs) && cases[i].attrs[nr].data; nr++)
			;
		refused(gnl_do(&g, cases[i].cmd, cases[i].attrs, nr, NULL, NULL), cases[i].err,
			cases[i].text, cases[i].name);
	}
}

static void test_root_cgroup(void)
{
	int fd = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	refused(GNL_DO(&g, GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, fd),
		       STR(GPUWARD_A_BINDING_VM, "base")),
		-EINVAL, "root cgroup", "the root cgroup");
	close(fd);
}

/* --- headers and bytes -------------------------------------------------------- */

static struct gnl_packet packet;
static const char zeros[40000];

static void begin(uint8_t cmd, uint16_t flags)
{
	gnl_begin(&g, &packet, cmd, NLM_F_ACK | flags);
}

static void refused_packet(int err, const char *text, const char *name)
{
	refused(gnl_talk(&g, &packet, NULL, NULL), err, text, name);
}

static void test_header(void)
{
	static const uint16_t flags[] = { NLM_F_MULTI, NLM_F_ROOT, NLM_F_MATCH, NLM_F_CREATE,
					  NLM_F_APPEND, NLM_F_DUMP_FILTERED, 0x8000 };
	struct genlmsghdr *hdr;
	size_t i;

	begin(GPUWARD_CMD_STATUS_GET, 0);
	hdr = mnl_nlmsg_get_payload(packet.nlh);
	hdr->reserved = 1;
	refused_packet(-EINVAL, "reserved", "genlmsghdr.reserved");
	for (i = 0; i < NR(flags); i++) {
		begin(GPUWARD_CMD_STATUS_GET, flags[i]);
		refused_packet(-EINVAL, "nlmsg_flags", "flags that mean nothing here");
	}
}

static void test_bytes(void)
{
	struct nlattr *attr;

	begin(GPUWARD_CMD_VM_GET, 0);
	mnl_attr_put_u32(packet.nlh, GPUWARD_A_VM_ID, 1);
	memset((char *)packet.nlh + packet.nlh->nlmsg_len, 'x', 4);
	packet.nlh->nlmsg_len += 3;
	refused_packet(-EINVAL, "3 bytes after", "bytes after the attributes");

	begin(GPUWARD_CMD_VM_GET, 0);
	attr = mnl_nlmsg_get_payload_tail(packet.nlh);
	mnl_attr_put_u32(packet.nlh, GPUWARD_A_VM_ID, 1);
	attr->nla_len = 3;
	refused_packet(-EINVAL, "8 bytes after", "an attribute shorter than its header");

	begin(GPUWARD_CMD_VM_GET, 0);
	attr = mnl_nlmsg_get_payload_tail(packet.nlh);
	mnl_attr_put_u32(packet.nlh, GPUWARD_A_VM_ID, 1);
	attr->nla_len = 9;
	refused_packet(-EINVAL, "8 bytes after", "an attribute longer than the message");

	begin(GPUWARD_CMD_VM_GET, 0);
	attr = mnl_nlmsg_get_payload_tail(packet.nlh);
	mnl_attr_put(packet.nlh, GPUWARD_A_VM_NAME, sizeof(zeros), zeros);
	refused_packet(-ERANGE, "NAME has more than 63", "a string of 40000 zeros");

	begin(GPUWARD_CMD_VM_GET, 0);
	attr = mnl_nlmsg_get_payload_tail(packet.nlh);
	mnl_attr_put(packet.nlh, GPUWARD_A_VM_NAME, sizeof(zeros), zeros);
	memset(mnl_attr_get_payload(attr), 'x', 39999);
	refused_packet(-ERANGE, "NAME", "a name of 39999 bytes");
}

/* What netlink itself refuses: the errno is its own, and there is no text. */
static void test_unknown(void)
{
	struct answer a;

	begin(GPUWARD_CMD_MAX + 1, 0);
	a = gnl_talk(&g, &packet, NULL, NULL);
	is(a.err, -EOPNOTSUPP, "unknown command");
	begin(GPUWARD_CMD_UNSPEC, 0);
	a = gnl_talk(&g, &packet, NULL, NULL);
	is(a.err, -EOPNOTSUPP, "command 0");
	begin(GPUWARD_CMD_EVENT, 0);
	a = gnl_talk(&g, &packet, NULL, NULL);
	is(a.err, -EOPNOTSUPP, "an event from user space");
	begin(GPUWARD_CMD_BINDING_GET, 0);
	a = gnl_talk(&g, &packet, NULL, NULL);
	is(a.err, -EOPNOTSUPP, "a do of what can only be dumped");
	begin(GPUWARD_CMD_VM_ADD, NLM_F_DUMP);
	a = gnl_talk(&g, &packet, NULL, NULL);
	is(a.err, -EOPNOTSUPP, "a dump of what can only be done");
	begin(GPUWARD_CMD_VM_GET, 0);
	packet.nlh->nlmsg_len = NLMSG_HDRLEN + 2;
	a = gnl_talk(&g, &packet, NULL, NULL);
	is(a.err, -EINVAL, "half a header");
	ok(nothing_changed(), "nothing changed");
}

static void test_dumps(void)
{
	begin(GPUWARD_CMD_VM_GET, NLM_F_DUMP);
	mnl_attr_put_u32(packet.nlh, GPUWARD_A_VM_ID, 1);
	refused_packet(-EINVAL, "ID is not for this command", "a dump of VMs with a key");
	begin(GPUWARD_CMD_ACCEL_GET, NLM_F_DUMP);
	mnl_attr_put_u32(packet.nlh, GPUWARD_A_ACCEL_VM_ID, 4711);
	refused_packet(-ENOENT, "no VM 4711", "a dump of the accelerators of no VM");
	begin(GPUWARD_CMD_ACCEL_GET, NLM_F_DUMP);
	mnl_attr_put(packet.nlh, GPUWARD_A_ACCEL_VM_ID, 3, "abc");
	refused_packet(-EINVAL, "VM_ID has a wrong length", "a dump with half a number");
	begin(GPUWARD_CMD_JOB_GET, NLM_F_DUMP | NLM_F_CREATE);
	refused_packet(-EINVAL, "nlmsg_flags", "a dump with a flag too many");
}

int main(void)
{
	load_module("/modules/gpuward.ko", "");
	gnl_connect(&g);
	if (GNL_DO(&g, GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "base"),
		   STR(GPUWARD_A_VM_MODEL, "small.16gb")).err ||
	    GNL_DO(&g, GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "other"),
		   STR(GPUWARD_A_VM_MODEL, "xlarge.96gb")).err ||
	    GNL_DO(&g, GPUWARD_CMD_GPU_ADD, U32(GPUWARD_A_GPU_MINOR, 0),
		   U64(GPUWARD_A_GPU_MEMORY, 1ULL << 34)).err)
		bail("prepare");
	nothing_changed();
	kernel_log = log_open();

	test_attributes();
	test_root_cgroup();
	test_header();
	test_bytes();
	test_unknown();
	test_dumps();
	is(log_new_lines(kernel_log), 0, "no line in the kernel log");
	return ktap_end();
}
