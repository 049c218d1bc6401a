// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink, wrong on purpose: each request is refused with the right errno and a text, changes
 * nothing and leaves no line in the kernel log. Owns no good case: netlink_tables.c does.
 */
#include "genl_client.h"
#include "netlink_cases.h"

#include <sys/mount.h>
#include <sys/stat.h>

#define NR(a) (sizeof(a) / sizeof((a)[0]))

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
	size_t len = raw_msg_get_payload_len(nlh);

	if (p->len + len > sizeof(p->bytes))
		bail("the picture is too large");
	memcpy(p->bytes + p->len, raw_msg_get_payload(nlh), len);
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

static void refused_cgroup(const char *path, int err, const char *text, const char *name)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	refused(GNL_DO(&g, GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, fd),
		       STR(GPUWARD_A_BINDING_VM, "base")), err, text, name);
	close(fd);
}

static void test_cgroups(void)
{
	static const char v1[] = "/tmp/netlink_bad.v1";

	refused_cgroup("/sys/fs/cgroup", -EINVAL, "root cgroup", "the root cgroup");
	refused_cgroup("/tmp", -EBADF, "is not a descriptor of a cgroup v2 directory",
		       "a folder outside the hierarchy");
	refused_cgroup("/sys/fs/cgroup/cgroup.procs", -EBADF, "is not a descriptor of a cgroup v2",
		       "a file of a cgroup");
	mkdir(v1, 0755);
	if (mount("none", v1, "cgroup", 0, "none,name=netlink_bad")) {
		ok(true, "cgroup v1 # SKIP this kernel has none");
		return;
	}
	refused_cgroup(v1, -EBADF, "is not a descriptor of a cgroup v2", "a hierarchy of cgroup v1");
	mkdir("/tmp/netlink_bad.v1/below", 0755);
	refused_cgroup("/tmp/netlink_bad.v1/below", -EBADF, "is not a descriptor of a cgroup v2",
		       "a cgroup v1");
	rmdir("/tmp/netlink_bad.v1/below");
	umount(v1);
	rmdir(v1);
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
	hdr = raw_msg_get_payload(packet.nlh);
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
	raw_attr_put_u32(packet.nlh, GPUWARD_A_VM_ID, 1);
	memset((char *)packet.nlh + packet.nlh->nlmsg_len, 'x', 4);
	packet.nlh->nlmsg_len += 3;
	refused_packet(-EINVAL, "3 bytes after", "bytes after the attributes");

	begin(GPUWARD_CMD_VM_GET, 0);
	attr = raw_msg_get_payload_tail(packet.nlh);
	raw_attr_put_u32(packet.nlh, GPUWARD_A_VM_ID, 1);
	attr->nla_len = 3;
	refused_packet(-EINVAL, "8 bytes after", "an attribute shorter than its header");

	begin(GPUWARD_CMD_VM_GET, 0);
	attr = raw_msg_get_payload_tail(packet.nlh);
	raw_attr_put_u32(packet.nlh, GPUWARD_A_VM_ID, 1);
	attr->nla_len = 9;
	refused_packet(-EINVAL, "8 bytes after", "an attribute longer than the message");

	begin(GPUWARD_CMD_VM_GET, 0);
	attr = raw_msg_get_payload_tail(packet.nlh);
	raw_attr_put(packet.nlh, GPUWARD_A_VM_NAME, sizeof(zeros), zeros);
	refused_packet(-ERANGE, "NAME has more than 63", "a string of 40000 zeros");

	begin(GPUWARD_CMD_VM_GET, 0);
	attr = raw_msg_get_payload_tail(packet.nlh);
	raw_attr_put(packet.nlh, GPUWARD_A_VM_NAME, sizeof(zeros), zeros);
	memset(raw_attr_get_payload(attr), 'x', 39999);
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
	raw_attr_put_u32(packet.nlh, GPUWARD_A_VM_ID, 1);
	refused_packet(-EINVAL, "ID is not for this command", "a dump of VMs with a key");
	begin(GPUWARD_CMD_ACCEL_GET, NLM_F_DUMP);
	raw_attr_put_u32(packet.nlh, GPUWARD_A_ACCEL_VM_ID, 4711);
	refused_packet(-ENOENT, "no VM 4711", "a dump of the accelerators of no VM");
	begin(GPUWARD_CMD_ACCEL_GET, NLM_F_DUMP);
	raw_attr_put(packet.nlh, GPUWARD_A_ACCEL_VM_ID, 3, "abc");
	refused_packet(-EINVAL, "VM_ID has a wrong length", "a dump with half a number");
	begin(GPUWARD_CMD_HOLDER_GET, NLM_F_DUMP);
	refused_packet(-EINVAL, "holder: JOB is needed", "a dump of the holders of nothing");
	begin(GPUWARD_CMD_HOLDER_GET, NLM_F_DUMP);
	raw_attr_put_u64(packet.nlh, GPUWARD_A_HOLDER_JOB, UINT64_MAX);
	refused_packet(-ENOENT, "no job 18446744073709551615", "a dump of the holders of no job");
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
	test_cgroups();
	test_header();
	test_bytes();
	test_unknown();
	test_dumps();
	is(log_new_lines(kernel_log), 0, "no line in the kernel log");
	return ktap_end();
}
