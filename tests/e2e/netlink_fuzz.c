// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink, at random: thousands of messages, from nearly right to noise, by an administrator.
 * Whatever they do, the kernel log stays silent, every table can be read, and at the end
 * everything can be deleted and the module unloaded. -s SEED repeats a run.
 */
// vm: -t 300
#include "genl_client.h"

#include <sys/stat.h>

#define CGROUP "/sys/fs/cgroup/netlink_fuzz"

static struct gnl g;
static struct gnl_packet packet;
static uint64_t seed = 8472;
static unsigned int nr_taken, nr_refused, nr_silent;

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33) % below;
}

/* Read what is there; a dump goes on as it is read. Only netlink itself refuses without a text. */
static void drain(void)
{
	struct answer a = { };

	while (gnl_read(&g, &a, 0, NULL, NULL))
		;
	if (a.err && !a.text[0] && a.err != -EOPNOTSUPP &&
	    packet.nlh->nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN)
		ok(false, "errno %d without a text", a.err);
	nr_taken += a.is_done && !a.err;
	nr_refused += a.is_done && a.err;
	nr_silent += !a.is_done;
}

/* --- values that are often right ---------------------------------------------- */

static void put_number(uint16_t type, unsigned int size)
{
	static const uint64_t corners[] = { 0, 1, 2, 3, 16, 247, 248, 1 << 20, 1ULL << 30,
					    0x7fffffff, 0x80000000, UINT32_MAX, UINT64_MAX };
	uint64_t value = any(3) ? any(6) : corners[any(sizeof(corners) / 8)];

	raw_attr_put(packet.nlh, type, size, &value);
}

static void put_string(uint16_t type)
{
	static const char *const strings[] = {
		"a", "b", "c", "small.16gb", "xlarge.96gb", "m1", "m2", "0000:65:00.0", "", " ", "\033c",
		"0123456789012345678901234567890123456789012345678901234567890123456789",
	};
	const char *s = strings[any(sizeof(strings) / sizeof(strings[0]))];

	raw_attr_put(packet.nlh, type, strlen(s) + !!any(10), s);
}

static void put_noise(uint16_t type)
{
	char bytes[256];
	unsigned int i, len = any(any(2) ? 20 : sizeof(bytes));

	for (i = 0; i < len; i++)
		bytes[i] = any(256);
	raw_attr_put(packet.nlh, type | any(4) << 14, len, bytes);
}

static void put_attr(void)
{
	uint16_t type = any(40) ? 1 + any(14) : any(65536);

	switch (any(8)) {
	case 0: case 1: case 2:
		put_number(type, 4);
		break;
	case 3:
		put_number(type, 8);
		break;
	case 4: case 5: case 6:
		put_string(type);
		break;
	default:
		put_noise(type);
	}
}

/* What makes an object: a good base for random additions. */
static void put_good(uint8_t cmd)
{
	static const char *const names[] = { "a", "b", "c" };
	const char *name = names[any(3)];
	int cgroup = open(CGROUP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	switch (cmd) {
	case GPUWARD_CMD_VM_ADD:
		raw_attr_put_strz(packet.nlh, GPUWARD_A_VM_NAME, name);
		raw_attr_put_strz(packet.nlh, GPUWARD_A_VM_MODEL, "small.16gb");
		break;
	case GPUWARD_CMD_VM_SET: case GPUWARD_CMD_VM_DEL:
		raw_attr_put_strz(packet.nlh, GPUWARD_A_VM_NAME, name);
		break;
	case GPUWARD_CMD_GPU_ADD:
		raw_attr_put_u32(packet.nlh, GPUWARD_A_GPU_MINOR, any(4));
		raw_attr_put_u64(packet.nlh, GPUWARD_A_GPU_MEMORY, 1ULL << (20 + any(44)));
		break;
	case GPUWARD_CMD_ACCEL_SET: case GPUWARD_CMD_ACCEL_ADD: case GPUWARD_CMD_ACCEL_DEL:
		raw_attr_put_strz(packet.nlh, GPUWARD_A_ACCEL_VM, name);
		if (cmd != GPUWARD_CMD_ACCEL_ADD || any(2))
			raw_attr_put_u32(packet.nlh, GPUWARD_A_ACCEL_INDEX, any(4));
		break;
	case GPUWARD_CMD_GROUP_ADD: case GPUWARD_CMD_GROUP_DEL: case GPUWARD_CMD_GROUP_SET:
		raw_attr_put_u32(packet.nlh, GPUWARD_A_GROUP_KIND, 1 + any(2));
		raw_attr_put_strz(packet.nlh, GPUWARD_A_GROUP_NAME, name);
		break;
	case GPUWARD_CMD_MEMBER_ADD: case GPUWARD_CMD_MEMBER_DEL:
		raw_attr_put_u32(packet.nlh, GPUWARD_A_MEMBER_KIND, 1 + any(2));
		raw_attr_put_strz(packet.nlh, GPUWARD_A_MEMBER_GROUP, name);
		raw_attr_put_strz(packet.nlh, GPUWARD_A_MEMBER_VM + any(3), names[any(3)]);
		break;
	case GPUWARD_CMD_BINDING_ADD:
		raw_attr_put_u32(packet.nlh, GPUWARD_A_BINDING_CGROUP_FD, any(2) ? cgroup : (int)any(8));
		raw_attr_put_strz(packet.nlh, GPUWARD_A_BINDING_VM, name);
		break;
	}
	packet.nlh->nlmsg_seq = cgroup;		/* closed when the message was sent */
}

/* --- messages ----------------------------------------------------------------- */

static void damage(void)
{
	unsigned int i, n = 1 + any(4);
	char *bytes = (char *)packet.nlh + sizeof(*packet.nlh);
	uint32_t len = packet.nlh->nlmsg_len - sizeof(*packet.nlh);

	for (i = 0; i < n; i++)
		bytes[any(len)] = any(256);
	if (!any(3))
		packet.nlh->nlmsg_len -= any(8) % (len + 1);
}

static void send_one(void)
{
	uint8_t cmd = any(50) ? 1 + any(GPUWARD_CMD_MAX) : any(256);
	unsigned int n = any(4);
	uint16_t flags = NLM_F_ACK;
	struct genlmsghdr *hdr;
	int cgroup = -1;

	if (!any(6))
		flags |= NLM_F_DUMP;
	else if (!any(30))
		flags |= any(65536);
	gnl_begin(&g, &packet, cmd, flags);
	if (any(3)) {
		put_good(cmd);
		cgroup = packet.nlh->nlmsg_seq;
	}
	while (n--)
		put_attr();
	if (!any(4))
		damage();
	hdr = raw_msg_get_payload(packet.nlh);
	if (hdr->cmd == GPUWARD_CMD_DRIVER_ATTACH || hdr->cmd == GPUWARD_CMD_DRIVER_DETACH)
		hdr->cmd = GPUWARD_CMD_STATUS_GET;	/* these two are told in the kernel log */
	gnl_send(&g, &packet);
	close(cgroup);
	drain();
}

static int count(uint8_t cmd)
{
	struct answer a = gnl_dump(&g, cmd, NULL, NULL);

	return a.err ?: (int)a.nr;
}

static void take_id(const struct nlmsghdr *nlh, void *arg)
{
	*(uint32_t *)arg = gnl_u32(nlh, 1);	/* number of a VM, minor of a GPU */
}

static void clean(uint8_t list, uint8_t del)
{
	uint32_t id;

	while (gnl_dump(&g, list, take_id, &id).nr)
		if (GNL_DO(&g, del, U32(1, id)).err)
			bail("delete %u", id);
}

int main(int argc, char **argv)
{
	unsigned int i, nr_messages = large(30000);
	int kernel_log;

	if (argc == 3 && !strcmp(argv[1], "-s"))
		seed = strtoull(argv[2], NULL, 0);
	load_module("/modules/gpuward.ko", "");
	mkdir(CGROUP, 0755);
	gnl_connect(&g);
	kernel_log = log_open();
	for (i = 0; i < nr_messages; i++)
		send_one();
	printf("# %u taken, %u refused, %u without an answer\n", nr_taken, nr_refused, nr_silent);
	ok(nr_taken > nr_messages / 50 && nr_refused > nr_messages / 3, "%u random messages",
	   nr_messages);
	is(log_new_lines(kernel_log), 0, "no line in the kernel log");
	ok(count(GPUWARD_CMD_VM_GET) >= 0 && count(GPUWARD_CMD_GPU_GET) >= 0 &&
	   count(GPUWARD_CMD_MODEL_GET) >= 0 && count(GPUWARD_CMD_ACCEL_GET) >= 0 &&
	   count(GPUWARD_CMD_BINDING_GET) >= 0 && !count(GPUWARD_CMD_JOB_GET),
	   "every table can be read");
	clean(GPUWARD_CMD_VM_GET, GPUWARD_CMD_VM_DEL);
	clean(GPUWARD_CMD_GPU_GET, GPUWARD_CMD_GPU_DEL);
	is(count(GPUWARD_CMD_VM_GET) + count(GPUWARD_CMD_GPU_GET) + count(GPUWARD_CMD_ACCEL_GET) +
	   count(GPUWARD_CMD_BINDING_GET), 0, "everything can be deleted");
	gnl_close(&g);
	is(unload_module("gpuward"), 0, "and the module unloaded");
	return ktap_end();
}
