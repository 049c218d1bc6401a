// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each allocation (and user copy) that a command, a dump, an event or an ioctl makes is failed in
 * turn: the answer is a lack of memory or success, never half of either, and nothing leaks. Needs the debug
 * kernel's fault injection.
 */
// vm: -t 600
#include "genl_client.h"

#include <sys/ioctl.h>
#include <sys/stat.h>

#define CGROUP "/sys/fs/cgroup/netlink_nomem"
#define MOST 500		/* failures of one command; more means no end */

static struct gnl g, quiet;	/* one that meets failures, one that does not */
static struct gnl listener;	/* of events: they are made only for someone */
static struct gnl_packet packet;
static int fail_nth, cgroup_fd, dev;

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		bail("write %s", path);
	close(fd);
}

/* Copies from and to user space are failed, too: perhaps the very ones made here. */
static void arm(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth), ret;

	do
		ret = pwrite(fail_nth, text, len, 0);
	while (ret < 0 && errno == EFAULT);
	if (ret != len)
		bail("arm the failure");
}

/* Disarm; did it happen? */
static bool has_failed(void)
{
	char text[16] = "";
	bool left = pread(fail_nth, text, sizeof(text) - 1, 0) < 0 || atoi(text);

	arm(0);
	return !left;
}

/* --- what may fail -------------------------------------------------------------------------- */

static int read_all(struct answer *a, bool under_failure, unsigned int nth, bool *failed)
{
	while (!a->is_done) {
		bool came;

		if (under_failure && !*failed)
			arm(nth);
		came = gnl_read(&g, a, 200, NULL, NULL);
		if (under_failure && !*failed)
			*failed = has_failed();
		if (!came)
			return -ENOBUFS;	/* even the answer found no memory */
	}
	return a->err;
}

/* Send with the failure armed; the answer of a command comes without, a dump goes on with it. */
static int talk(unsigned int nth, bool *failed)
{
	bool is_dump = (packet.nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	struct answer a = { };
	int ret;

	arm(nth);
	ret = raw_socket_sendto(g.socket, packet.nlh, packet.nlh->nlmsg_len) < 0 ? -errno : 0;
	*failed = has_failed();
	return ret ?: read_all(&a, is_dump, nth, failed);
}

struct sweep {
	const char *name;
	uint8_t cmd;
	uint16_t flags;
	uint8_t undo;		/* brings back the state before */
	uint32_t expects;	/* objects of @list when it has worked */
	uint8_t list;
	struct attr attrs[4];
	struct attr undo_attr;
};

static unsigned int count(uint8_t cmd)
{
	struct answer a = gnl_dump(&quiet, cmd, NULL, NULL);

	if (a.err)
		bail("dump");
	return a.nr;
}

static void begin(const struct sweep *s)
{
	unsigned int nr;

	for (nr = 0; nr < 4 && s->attrs[nr].data; nr++)
		;
	gnl_begin(&g, &packet, s->cmd, NLM_F_ACK | s->flags);
	gnl_put(&packet, s->attrs, nr);
}

/* A socket that lost a message may report it at the next read. */
static void forget_errors(void)
{
	struct answer a = { };

	while (gnl_read(&g, &a, 0, NULL, NULL))
		;
}

static bool is_lack(int ret)	/* of memory, or of a page of the caller's */
{
	return ret == -ENOMEM || ret == -ENOBUFS || ret == -EFAULT;
}

static void sweep(const struct sweep *s)
{
	unsigned int nth, nr_lacks = 0, nr_half = 0, nr_strange = 0;
	unsigned int before = s->list ? count(s->list) : 0, now;
	bool failed = true;
	int ret = 0;

	for (nth = 1; failed && nth < MOST; nth++) {
		begin(s);
		ret = talk(nth, &failed);
		nr_lacks += is_lack(ret);
		if (ret && !is_lack(ret)) {
			nr_strange++;
			printf("# %s: failure %u: errno %d\n", s->name, nth, ret);
		}
		now = s->list ? count(s->list) : 0;
		/* An answer that got lost says nothing; one that says success must be true. */
		if (s->list && ((!ret && now != s->expects) ||
				(ret == -ENOMEM && now != before) ||
				(now != before && now != s->expects)))
			nr_half++;
		if (s->undo)
			gnl_do(&quiet, s->undo, &s->undo_attr, 1, NULL, NULL);
		forget_errors();
	}
	ok(nth < MOST && !ret, "%s: works once nothing fails (%u failures, %u told)", s->name,
	   nth - 2, nr_lacks);
	is(nr_strange, 0, "%s: only lack of memory is told", s->name);
	is(nr_half, 0, "%s: done or not done", s->name);
}

static void test_commands(void)
{
	const struct sweep sweeps[] = {
		{ .name = "STATUS_GET", .cmd = GPUWARD_CMD_STATUS_GET },
		{ .name = "VM_ADD", .cmd = GPUWARD_CMD_VM_ADD, .undo = GPUWARD_CMD_VM_DEL,
		  .list = GPUWARD_CMD_VM_GET, .expects = 2,
		  .attrs = { STR(GPUWARD_A_VM_NAME, "new"), STR(GPUWARD_A_VM_MODEL, "small.16gb") },
		  .undo_attr = STR(GPUWARD_A_VM_NAME, "new") },
		{ .name = "MODEL_ADD", .cmd = GPUWARD_CMD_MODEL_ADD, .undo = GPUWARD_CMD_MODEL_DEL,
		  .list = GPUWARD_CMD_MODEL_GET, .expects = 9,
		  .attrs = { STR(GPUWARD_A_MODEL_NAME, "new"), U64(GPUWARD_A_MODEL_MEMORY, 1 << 20),
			     U32(GPUWARD_A_MODEL_NR_GPUS, 1) },
		  .undo_attr = STR(GPUWARD_A_MODEL_NAME, "new") },
		{ .name = "GPU_ADD", .cmd = GPUWARD_CMD_GPU_ADD, .undo = GPUWARD_CMD_GPU_DEL,
		  .list = GPUWARD_CMD_GPU_GET, .expects = 1,
		  .attrs = { U32(GPUWARD_A_GPU_MINOR, 4), U64(GPUWARD_A_GPU_MEMORY, 1 << 20) },
		  .undo_attr = U32(GPUWARD_A_GPU_MINOR, 4) },
		{ .name = "BINDING_ADD", .cmd = GPUWARD_CMD_BINDING_ADD,
		  .undo = GPUWARD_CMD_BINDING_DEL, .list = GPUWARD_CMD_BINDING_GET, .expects = 1,
		  .attrs = { S32(GPUWARD_A_BINDING_CGROUP_FD, cgroup_fd),
			     STR(GPUWARD_A_BINDING_VM, "base") },
		  .undo_attr = S32(GPUWARD_A_BINDING_CGROUP_FD, cgroup_fd) },
		{ .name = "VM_SET", .cmd = GPUWARD_CMD_VM_SET,
		  .attrs = { STR(GPUWARD_A_VM_NAME, "base"), S32(GPUWARD_A_VM_PRIORITY, 7) } },
		{ .name = "ACCEL_SET", .cmd = GPUWARD_CMD_ACCEL_SET,
		  .attrs = { STR(GPUWARD_A_ACCEL_VM, "base"), U32(GPUWARD_A_ACCEL_INDEX, 0),
			     STR(GPUWARD_A_ACCEL_MODEL, "large.48gb") } },
		{ .name = "a dump of VMs", .cmd = GPUWARD_CMD_VM_GET, .flags = NLM_F_DUMP },
		{ .name = "a dump of models", .cmd = GPUWARD_CMD_MODEL_GET, .flags = NLM_F_DUMP },
	};
	unsigned int i;

	for (i = 0; i < sizeof(sweeps) / sizeof(sweeps[0]); i++)
		sweep(&sweeps[i]);
}

/* A refusal whose answer finds no memory. */
static void test_refusal(void)
{
	unsigned int nth, nr_wrong = 0;
	bool failed = true;
	int ret = 0;

	for (nth = 1; failed && nth < MOST; nth++) {
		gnl_begin(&g, &packet, GPUWARD_CMD_VM_DEL, NLM_F_ACK);
		raw_attr_put_strz(packet.nlh, GPUWARD_A_VM_NAME, "nobody");
		ret = talk(nth, &failed);
		nr_wrong += ret != -ENOENT && !is_lack(ret);
		forget_errors();
	}
	ok(nth < MOST && ret == -ENOENT && !nr_wrong, "a refusal (%u failures)", nth - 2);
}

static void test_calls(void)
{
	static const struct {
		const char *name;
		unsigned long number;
		size_t size;
	} calls[] = {
		{ "VERSION", GPUWARD_IOC_VERSION, sizeof(struct gpuward_version) },
		{ "VM_GET", GPUWARD_IOC_VM_GET, sizeof(struct gpuward_vm_get) },
		{ "ACCEL_GET", GPUWARD_IOC_ACCEL_GET, sizeof(struct gpuward_accel_get) },
		{ "MODEL_GET", GPUWARD_IOC_MODEL_GET, sizeof(struct gpuward_model_get) },
		{ "ACCEL_SET_MODEL", GPUWARD_IOC_ACCEL_SET_MODEL, sizeof(struct gpuward_accel_set_model) },
		{ "VM_TOKEN", GPUWARD_IOC_VM_TOKEN, sizeof(struct gpuward_vm_token) },
	};
	unsigned int i, nth, nr_wrong = 0;
	uint32_t data[128];
	bool failed;
	int ret;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		for (nth = 1, failed = true; failed && nth < MOST; nth++) {
			memset(data, 0, sizeof(data));
			data[0] = calls[i].size;
			if (calls[i].number == GPUWARD_IOC_ACCEL_SET_MODEL)
				strcpy(((struct gpuward_accel_set_model *)data)->model,
				       nth & 1 ? "small.16gb" : "large.48gb");
			arm(nth);
			ret = ioctl(dev, calls[i].number, data) ? -errno : 0;
			failed = has_failed();
			nr_wrong += ret && !is_lack(ret);
		}
		ok(nth < MOST && !ret && !nr_wrong, "%s (%u failures)", calls[i].name, nth - 2);
	}
}

int main(void)
{
	fail_nth = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fail_nth < 0) {
		printf("1..0 # SKIP this kernel injects no faults\n");
		return 0;
	}
	write_file("/sys/kernel/debug/failslab/ignore-gfp-wait", "N");
	write_file("/sys/kernel/debug/failslab/verbose", "0");
	write_file("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N");
	write_file("/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N");
	write_file("/sys/kernel/debug/fail_page_alloc/min-order", "0");
	write_file("/sys/kernel/debug/fail_page_alloc/verbose", "0");
	write_file("/sys/kernel/debug/fail_usercopy/verbose", "0");

	load_module("/modules/gpuward.ko", "");
	gnl_connect(&quiet);
	gnl_connect(&g);
	mkdir(CGROUP, 0755);
	cgroup_fd = open(CGROUP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dev = open("/dev/gpuward", O_RDWR | O_CLOEXEC);
	if (GNL_DO(&quiet, GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "base"),
		   STR(GPUWARD_A_VM_MODEL, "small.16gb")).err)
		bail("prepare");
	gnl_open(&listener);
	if (raw_socket_setsockopt(listener.socket, NETLINK_ADD_MEMBERSHIP, &quiet.group,
				  sizeof(quiet.group)))
		bail("listen");
	test_commands();
	test_refusal();
	GNL_DO(&quiet, GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, cgroup_fd),
	       STR(GPUWARD_A_BINDING_VM, "base"));
	write_file(CGROUP "/cgroup.procs", "0");
	test_calls();
	write_file("/sys/fs/cgroup/cgroup.procs", "0");
	close(dev);
	close(cgroup_fd);
	gnl_close(&listener);
	gnl_close(&quiet);
	gnl_close(&g);
	is(unload_module("gpuward"), 0, "and the module can be unloaded");
	return ktap_end();
}
