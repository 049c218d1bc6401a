// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events, field by field, over the life of two programs; their numbers rise by one whoever sends
 * them, and a reader that was too slow, or not there, sees the gap.
 */
#include "genl_client.h"
#include "lease_rm.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>

#define CGROUP "/sys/fs/cgroup/netlink_events"
#define DRIVER "/modules/nvsim/550/"

static struct gnl g, listener;
static int cgroup_fd;

/* The last event, and what is true of all of them. */
static union message {
	struct nlmsghdr nlh;
	char bytes[GNL_BUFFER];
} ev;
static uint64_t last_seq, last_time;
static unsigned int nr_gaps, nr_back_in_time, nr_events;

static void take(const struct nlmsghdr *nlh, void *arg)
{
	uint64_t seq = gnl_u64(nlh, GPUWARD_A_EVENT_SEQ);
	uint64_t time = gnl_u64(nlh, GPUWARD_A_EVENT_TIME_NS);

	(void)arg;
	nr_gaps += last_seq && seq != last_seq + 1;
	nr_back_in_time += time < last_time;
	last_seq = seq;
	last_time = time;
	nr_events++;
	memcpy(&ev, nlh, nlh->nlmsg_len);
}

/* The next event within @timeout_ms. Each comes in a datagram of its own. */
static bool next(int timeout_ms)
{
	struct answer a = { };

	return gnl_read(&listener, &a, timeout_ms, take, NULL) && a.nr == 1;
}

static bool next_is(uint32_t type, const char *what)
{
	bool came = next(10000);
	uint32_t got = came ? gnl_u32(&ev.nlh, GPUWARD_A_EVENT_TYPE) : 0;

	if (!ok(came && got == type, "%s", what))
		printf("# got event %u, want %u\n", got, type);
	return came && got == type;
}

/*
 * The next two, of different senders: each is right after its own deed, which of them comes first
 * is not said. The one of type @first is shown by ev now, the other after show_other().
 */
static union message other;

static void show_other(void)
{
	static union message swap;

	memcpy(&swap, &ev, ev.nlh.nlmsg_len);
	memcpy(&ev, &other, other.nlh.nlmsg_len);
	memcpy(&other, &swap, swap.nlh.nlmsg_len);
}

static void next_two_are(uint32_t first, uint32_t second, const char *what)
{
	uint32_t types[2] = { 0, 0 };

	if (next(10000)) {
		memcpy(&other, &ev, ev.nlh.nlmsg_len);
		types[0] = gnl_u32(&ev.nlh, GPUWARD_A_EVENT_TYPE);
	}
	if (next(10000))
		types[1] = gnl_u32(&ev.nlh, GPUWARD_A_EVENT_TYPE);
	if (types[1] != first)
		show_other();
	if (!ok((types[0] == first && types[1] == second) ||
		(types[0] == second && types[1] == first), "%s", what))
		printf("# got events %u and %u\n", types[0], types[1]);
}

#define u32_is(type, want) is(gnl_u32(&ev.nlh, type), want, "%s", #type)
#define str_is(type, want) ok(!strcmp(gnl_str(&ev.nlh, type), want), "%s = %s", #type, want)

static bool absent(uint16_t type)
{
	return !gnl_attr(&ev.nlh, type);
}

static uint64_t boottime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* --- programs of the VM ------------------------------------------------------- */

struct program {
	pid_t pid;
	int tell;		/* a byte: go on */
	int hear;		/* a byte: done */
};

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		bail("write %s", path);
	close(fd);
}

static void live(int hear, int tell)
{
	struct rm rm;
	char byte;

	write_file(CGROUP "/cgroup.procs", "0");
	if (rm_open(&rm, 0))
		_exit(1);
	while (read(hear, &byte, 1) == 1) {
		byte = rm_claim(&rm) ? 'n' : 'y';
		if (write(tell, &byte, 1) != 1)
			break;
	}
	_exit(0);
}

static struct program start(void)
{
	int there[2], back[2];
	struct program p;

	if (pipe2(there, O_CLOEXEC) || pipe2(back, O_CLOEXEC))
		bail("pipe");
	fflush(stdout);
	p.pid = fork();
	if (!p.pid) {
		close(there[1]);
		close(back[0]);
		live(there[0], back[1]);
	}
	close(there[0]);
	close(back[1]);
	p.tell = there[1];
	p.hear = back[0];
	return p;
}

static void claim(struct program *p)
{
	if (write(p->tell, "x", 1) != 1)
		bail("tell a program");
}

static bool has_claimed(struct program *p)
{
	char byte = 0;

	return read(p->hear, &byte, 1) == 1 && byte == 'y';
}

static void end(struct program *p)
{
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
	close(p->tell);
	close(p->hear);
}

/* The first program claims; returns its job. */
static uint64_t test_start(struct program *p)
{
	uint64_t before = boottime(), job;

	claim(p);
	ok(has_claimed(p), "a program claims");
	next_is(GPUWARD_EVENT_JOB_START, "JOB_START");
	str_is(GPUWARD_A_EVENT_VM, "alice");
	u32_is(GPUWARD_A_EVENT_VM_ID, 1);
	u32_is(GPUWARD_A_EVENT_ACCEL, 0);
	str_is(GPUWARD_A_EVENT_ACCEL_NAME, "AI Accelerator");
	u32_is(GPUWARD_A_EVENT_PID, p->pid);
	ok(strstr(gnl_str(&ev.nlh, GPUWARD_A_EVENT_COMMAND), "netlink_events"), "its command");
	job = gnl_u64(&ev.nlh, GPUWARD_A_EVENT_JOB);
	ok(job && job != UINT64_MAX, "its job");
	is(gnl_u64(&ev.nlh, GPUWARD_A_EVENT_WAIT_NS), 0, "it did not wait");
	ok(last_time > before && last_time < boottime(), "its time");
	ok(absent(GPUWARD_A_EVENT_HOLDER_PID) && absent(GPUWARD_A_EVENT_GPU) &&
	   absent(GPUWARD_A_EVENT_MODEL) && absent(GPUWARD_A_EVENT_TEXT) &&
	   absent(GPUWARD_A_EVENT_COUNT), "what does not apply is absent");
	return job;
}

static void test_two_programs(void)
{
	struct program a = start(), b = start();
	uint64_t before = boottime(), first_job = test_start(&a), waited;

	claim(&b);
	next_is(GPUWARD_EVENT_JOB_WAIT, "JOB_WAIT");
	u32_is(GPUWARD_A_EVENT_PID, b.pid);
	u32_is(GPUWARD_A_EVENT_HOLDER_PID, a.pid);
	u32_is(GPUWARD_A_EVENT_HOLDER_NSPID, a.pid);
	ok(strstr(gnl_str(&ev.nlh, GPUWARD_A_EVENT_HOLDER_COMMAND), "netlink_events"),
	   "the holder's command");
	ok(gnl_u64(&ev.nlh, GPUWARD_A_EVENT_JOB) > first_job, "its job");
	waited = last_time;
	usleep(50000);
	end(&a);
	ok(has_claimed(&b), "the waiter goes on");
	next_two_are(GPUWARD_EVENT_JOB_END, GPUWARD_EVENT_JOB_START,
		     "JOB_END of the first, JOB_START of the second");
	u32_is(GPUWARD_A_EVENT_PID, a.pid);
	is(gnl_u64(&ev.nlh, GPUWARD_A_EVENT_JOB), first_job, "the same job");
	ok(gnl_u64(&ev.nlh, GPUWARD_A_EVENT_HELD_NS) > 50000000 &&
	   gnl_u64(&ev.nlh, GPUWARD_A_EVENT_HELD_NS) < boottime() - before, "how long it held");
	show_other();
	u32_is(GPUWARD_A_EVENT_PID, b.pid);
	ok(gnl_u64(&ev.nlh, GPUWARD_A_EVENT_WAIT_NS) > 50000000 &&
	   gnl_u64(&ev.nlh, GPUWARD_A_EVENT_WAIT_NS) < last_time - waited + 50000000,
	   "how long it waited");
	end(&b);
	next_is(GPUWARD_EVENT_JOB_END, "JOB_END of the second");
}

static void test_cancel(void)
{
	struct program a = start(), b = start();
	uint64_t job;

	claim(&a);
	ok(has_claimed(&a), "a program claims");
	next_is(GPUWARD_EVENT_JOB_START, "JOB_START");
	claim(&b);
	next_is(GPUWARD_EVENT_JOB_WAIT, "JOB_WAIT");
	job = gnl_u64(&ev.nlh, GPUWARD_A_EVENT_JOB);
	is(GNL_DO(&g, GPUWARD_CMD_JOB_DEL, U64(GPUWARD_A_JOB_ID, job)).err, 0,
	   "JOB_DEL of the one that waits");
	ok(!has_claimed(&b), "its wait ends without");
	next_is(GPUWARD_EVENT_JOB_CANCEL, "JOB_CANCEL");
	is(gnl_u64(&ev.nlh, GPUWARD_A_EVENT_JOB), job, "of that job");
	end(&b);
	end(&a);
	next_is(GPUWARD_EVENT_JOB_END, "JOB_END");
}

/* --- what an admin does ------------------------------------------------------- */

static void test_admin(void)
{
	is(GNL_DO(&g, GPUWARD_CMD_ACCEL_SET, STR(GPUWARD_A_ACCEL_VM, "alice"),
		  U32(GPUWARD_A_ACCEL_INDEX, 0), STR(GPUWARD_A_ACCEL_NAME, "Turbo"),
		  STR(GPUWARD_A_ACCEL_MODEL, "medium.32gb")).err, 0, "ACCEL_SET");
	next_is(GPUWARD_EVENT_SWITCH, "SWITCH");
	str_is(GPUWARD_A_EVENT_VM, "alice");
	str_is(GPUWARD_A_EVENT_MODEL, "medium.32gb");
	str_is(GPUWARD_A_EVENT_ACCEL_NAME, "Turbo");
	GNL_DO(&g, GPUWARD_CMD_ACCEL_SET, STR(GPUWARD_A_ACCEL_VM, "alice"),
	       U32(GPUWARD_A_ACCEL_INDEX, 0), STR(GPUWARD_A_ACCEL_MODEL, "medium.32gb"));
	ok(!next(200), "no event of a switch to the model in force");
	GNL_DO(&g, GPUWARD_CMD_ACCEL_SET, STR(GPUWARD_A_ACCEL_VM, "alice"),
	       U32(GPUWARD_A_ACCEL_INDEX, 0), STR(GPUWARD_A_ACCEL_MODEL, "small.16gb"));
	next_is(GPUWARD_EVENT_SWITCH, "SWITCH back");

	GNL_DO(&g, GPUWARD_CMD_GPU_ADD, U32(GPUWARD_A_GPU_MINOR, 9),
	       U64(GPUWARD_A_GPU_MEMORY, 1 << 30));
	next_is(GPUWARD_EVENT_GPU_STATE, "GPU_STATE: added");
	u32_is(GPUWARD_A_EVENT_GPU, 9);
	str_is(GPUWARD_A_EVENT_TEXT, "added");
	ok(absent(GPUWARD_A_EVENT_VM_ID) && absent(GPUWARD_A_EVENT_ACCEL), "of no VM");
	GNL_DO(&g, GPUWARD_CMD_GPU_DEL, U32(GPUWARD_A_GPU_MINOR, 9));
	next_is(GPUWARD_EVENT_GPU_STATE, "GPU_STATE: removed");
	u32_is(GPUWARD_A_EVENT_GPU, 9);
	GNL_DO(&g, GPUWARD_CMD_GPU_DEL, U32(GPUWARD_A_GPU_MINOR, 9));
	ok(!next(200), "no event of a refused change");
}

/* --- refusals: ten in a second ------------------------------------------------ */

/* Asks for a window over all video memory, which no tenant may have, a few times. */
static void ask_forbidden(unsigned int times)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		struct rm rm;

		write_file(CGROUP "/cgroup.procs", "0");
		if (rm_open(&rm, 0))
			_exit(1);
		while (times--)
			if (rm_new(&rm, rm.root, 0x5d0000ff, 0xc2, NULL, 0, NULL) != -EPERM)
				_exit(1);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ok(!status, "%u requests are EPERM", times);
}

static void test_refused(void)
{
	unsigned int before = nr_events, came;
	uint64_t missed;

	ask_forbidden(60);
	while (next(300))
		;
	came = nr_events - before;
	ok(came >= 10 && came <= 30, "%u of 60 refusals within a second or two are told", came);
	usleep(1100000);
	before = nr_events;
	ask_forbidden(1);
	next_is(GPUWARD_EVENT_REFUSED, "REFUSED");
	str_is(GPUWARD_A_EVENT_VM, "alice");
	ok(gnl_u32(&ev.nlh, GPUWARD_A_EVENT_PID) != UINT32_MAX && !absent(GPUWARD_A_EVENT_TEXT) &&
	   !absent(GPUWARD_A_EVENT_COMMAND), "who and why: %s", gnl_str(&ev.nlh, GPUWARD_A_EVENT_TEXT));
	missed = gnl_u64(&ev.nlh, GPUWARD_A_EVENT_COUNT);
	ok(missed && missed <= 60 - came, "and how many were not told: %llu",
	   (unsigned long long)missed);
}

/* --- numbers ------------------------------------------------------------------ */

static void poke(unsigned int times)
{
	while (times--)
		if (GNL_DO(&g, GPUWARD_CMD_GPU_SET, U32(GPUWARD_A_GPU_MINOR, 0),
			   STR(GPUWARD_A_GPU_NAME, "poked")).err)
			bail("poke");
}

static void test_many_senders(void)
{
	unsigned int before = nr_events, i;
	pid_t pid[4];

	fflush(stdout);
	for (i = 0; i < 4; i++) {
		pid[i] = fork();
		if (!pid[i]) {
			gnl_connect(&g);
			poke(250);
			_exit(0);
		}
	}
	for (i = 0; i < 4; i++)
		waitpid(pid[i], NULL, 0);
	while (nr_events - before < 1000 && next(2000))
		;
	is(nr_events - before, 1000, "1000 events of four senders");
	is(nr_gaps, 0, "their numbers rise by one, in the order in which they come");
	is(nr_back_in_time, 0, "and their times rise");
}

static void membership(int option)
{
	if (raw_socket_setsockopt(listener.socket, option, &g.group, sizeof(g.group)))
		bail("group of events");
}

static void test_gap(void)
{
	uint64_t seq = last_seq;

	membership(NETLINK_DROP_MEMBERSHIP);
	poke(7);
	membership(NETLINK_ADD_MEMBERSHIP);
	poke(1);
	ok(next(5000), "an event after some that nobody heard");
	is(last_seq - seq, 8, "its number tells how many");
	nr_gaps = 0;
}

static void test_slow_reader(void)
{
	int size = 2048;
	struct answer a = { };
	uint64_t seq = last_seq;

	setsockopt(listener.socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	poke(200);
	while (!a.err && gnl_read(&listener, &a, 500, take, NULL))
		;
	is(a.err, -ENOBUFS, "a slow reader learns that it lost some");
	while (next(300))
		;
	poke(1);
	ok(next(5000), "and goes on");
	is(last_seq - seq, 201, "with the right number");
}

/* --- the stage ---------------------------------------------------------------- */

static void prepare(void)
{
	int size = 8 << 20;

	load_module(DRIVER "nvidia.ko", "gpus=1 mem=16384");
	mknod("/dev/nvidiactl", S_IFCHR | 0666, makedev(195, 255));
	mknod("/dev/nvidia0", S_IFCHR | 0666, makedev(195, 0));
	load_module("/modules/gpuward.ko", "");
	gnl_connect(&g);
	mkdir(CGROUP, 0755);
	cgroup_fd = open(CGROUP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (GNL_DO(&g, GPUWARD_CMD_GPU_ADD, U32(GPUWARD_A_GPU_MINOR, 0),
		   U64(GPUWARD_A_GPU_MEMORY, 16ULL << 30)).err ||
	    GNL_DO(&g, GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "alice"),
		   STR(GPUWARD_A_VM_MODEL, "small.16gb")).err ||
	    GNL_DO(&g, GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, cgroup_fd),
		   STR(GPUWARD_A_BINDING_VM, "alice")).err)
		bail("prepare");
	gnl_open(&listener);
	setsockopt(listener.socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	membership(NETLINK_ADD_MEMBERSHIP);
}

int main(void)
{
	prepare();
	test_two_programs();
	test_cancel();
	test_admin();
	test_refused();
	test_many_senders();
	test_gap();
	test_slow_reader();
	gnl_close(&g);
	gnl_close(&listener);
	is(unload_module("gpuward"), 0, "gpuward can be unloaded");
	is(unload_module("nvidia"), 0, "and the driver");
	return ktap_end();
}
