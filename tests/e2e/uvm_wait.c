// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread that waits in a request of nvidia-uvm's, and what its process does meanwhile: maps, unmaps,
 * faults, forks, and is touched by its GPU. Prints what came to an end.
 *
 *   uvm_wait making|turn|crossing BRANCH
 *	making	it maps memory that another thread allocates, which takes as long as we want
 *	turn	it registers its VA space, while another program has the accelerator
 *	crossing	nothing is waited for: it registers its VA space again and again
 *
 * Goes on at each line of its input, ends with it. A helper of uvm_wait.sh, which makes the driver slow.
 */
#define _GNU_SOURCE
#include "lease_stuck.h"

#include "../nvsim/nvctrl.h"

#include <sys/wait.h>
#include <time.h>

#define HANDLE 0x5e000001
#define SUBDEVICE 0x5d000004
#define VASPACE 0x5d000005
#define MIB (1ull << 20)
#define BLOCK (2 * MIB)
#define NR_STEPS 5

static struct rm rm;
static struct stuck stuck;
static int uvm, is_old;
static uint8_t uuid[16];
static char *held, *at;		/* a managed mapping, addresses for others */

/* In the order in which they are told; each is done once, by a thread of its own. */
struct doer {
	pthread_t thread;
	int (*run)(void);
	int status;
	int is_through;
};

static int steps;

/* --- before ------------------------------------------------------------------------------------- */

static int learn_uuid(void)
{
	struct nv_ctrl_gid_info gid = { .flags = NV_GID_FORMAT_BINARY };
	uint32_t none = 0;

	if (rm_new(&rm, RM_DEVICE, SUBDEVICE, NV20_SUBDEVICE_0, &none, sizeof(none), NULL) ||
	    rm_control(&rm, SUBDEVICE, NV2080_CTRL_GET_GID_INFO, &gid, sizeof(gid)))
		return -1;
	memcpy(uuid, gid.data, sizeof(uuid));
	return 0;
}

static int register_vaspace(void)
{
	struct uvm_register_vaspace p = { .ctl_fd = rm.ctl, .client = rm.root, .vaspace = VASPACE };

	memcpy(p.uuid, uuid, sizeof(uuid));
	return ioctl(uvm, UVM_REGISTER_GPU_VASPACE, &p) ? -errno : (int)p.status;
}

static int open_uvm(void)
{
	struct uvm_register_gpu p = { .ctl_fd = rm.ctl, .client = rm.root };
	struct uvm_initialize init = { 0 };
	uint64_t space[64] = { 0 };

	uvm = open("/dev/nvidia-uvm", O_RDWR | O_CLOEXEC);
	memcpy(p.uuid, uuid, sizeof(uuid));
	return uvm < 0 || ioctl(uvm, UVM_INITIALIZE, &init) || init.status ||
	       ioctl(uvm, UVM_REGISTER_GPU, &p) || p.status ||
	       rm_new(&rm, RM_DEVICE, VASPACE, FERMI_VASPACE_A, space, sizeof(space), NULL);
}

/* Managed memory at @to; NULL: not. */
static char *map(char *to)
{
	char *p = mmap(to, BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, uvm,
		       (off_t)(uintptr_t)to);

	if (p == MAP_FAILED)
		return NULL;
	*p = 1;
	return p;
}

/* --- who waits ------------------------------------------------------------------------------------ */

static int map_external(void)
{
	static uint64_t p[UVM_MAP_SIZE / 8];
	uint32_t places = is_old ? UVM_MAP_GPUS_OLD : UVM_MAP_GPUS;
	struct uvm_gpu_attr *attr = (struct uvm_gpu_attr *)(p + UVM_MAP_HEAD / 8);
	struct uvm_map_tail *tail = (struct uvm_map_tail *)(attr + places);

	p[0] = (uintptr_t)at + 2 * BLOCK;
	p[1] = MIB;
	memcpy(attr->uuid, uuid, sizeof(uuid));
	tail->count = 1;
	tail->ctl_fd = rm.ctl;
	tail->client = rm.root;
	tail->memory = HANDLE;
	return ioctl(uvm, UVM_MAP_EXTERNAL_ALLOCATION, p) ? -errno : (int)tail->status;
}

static int make_external(void)
{
	struct uvm_external_range p = { .base = (uintptr_t)at + 2 * BLOCK, .length = MIB };

	return ioctl(uvm, UVM_CREATE_EXTERNAL_RANGE, &p) ? -errno : (int)p.status;
}

static int unregister_vaspace(void)
{
	struct uvm_unregister_vaspace p = { 0 };

	memcpy(p.uuid, uuid, sizeof(uuid));
	return ioctl(uvm, UVM_UNREGISTER_GPU_VASPACE, &p) ? -errno : (int)p.status;
}

static int is_over;

static int come_and_go(void)
{
	int ret = 0;

	while (!ret && !__atomic_load_n(&is_over, __ATOMIC_ACQUIRE))
		ret = unregister_vaspace() || register_vaspace();
	return ret;
}

/* --- and what goes on ------------------------------------------------------------------------------ */

static int anonymous(void)
{
	char *p = mmap(NULL, BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -1;
	p[BLOCK - 1] = 1;
	return munmap(p, BLOCK);
}

static int forked(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(0);
	return pid < 0 || waitpid(pid, &status, 0) != pid || status;
}

static int beside(void)
{
	char *p;

	if (anonymous())
		return -1;
	__atomic_store_n(&steps, 1, __ATOMIC_RELEASE);
	held[BLOCK - 1] = 1;
	__atomic_store_n(&steps, 2, __ATOMIC_RELEASE);
	p = map(at + BLOCK);
	if (!p)
		return -1;
	__atomic_store_n(&steps, 3, __ATOMIC_RELEASE);
	if (munmap(p, BLOCK))
		return -1;
	__atomic_store_n(&steps, 4, __ATOMIC_RELEASE);
	if (forked())
		return -1;
	__atomic_store_n(&steps, NR_STEPS, __ATOMIC_RELEASE);
	return 0;
}

/* Whatever it says: without a registered VA space the GPU has no business there. */
static int touched(void)
{
	int fd = open("/sys/kernel/debug/nvsim/gpu_fault", O_WRONLY);
	char line[48];
	ssize_t n;

	n = snprintf(line, sizeof(line), "%d 0 %lx", uvm, (unsigned long)held);
	n = write(fd, line, (size_t)n) == n;
	close(fd);
	return (int)n;
}

static void *doer_thread(void *arg)
{
	struct doer *d = arg;

	d->status = d->run();
	__atomic_store_n(&d->is_through, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void start(struct doer *d, int (*run)(void))
{
	d->run = run;
	if (pthread_create(&d->thread, NULL, doer_thread, d))
		exit(1);
}

/* --- all of it ---------------------------------------------------------------------------------------- */

static int prepare(int is_making)
{
	if (rm_open(&rm, 0) || (is_making && rm_claim(&rm)) || learn_uuid() || open_uvm())
		return -1;
	at = mmap(NULL, 5 * BLOCK, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED)
		return -1;
	at = (char *)(((uintptr_t)at + BLOCK - 1) & ~(uintptr_t)(BLOCK - 1));
	held = map(at);
	if (!held)
		return -1;
	if (!is_making)
		return 0;
	return register_vaspace() || make_external() ||
	       !stuck_start(&stuck, &rm, HANDLE, MIB);
}

static void look(struct doer *waiter)
{
	static struct doer gpu, cpu;	/* what is stuck may outlive us */
	int waits = !is_through(&waiter->is_through, 500), has_gpu;

	start(&gpu, touched);
	has_gpu = is_through(&gpu.is_through, 10000);
	start(&cpu, beside);
	is_through(&cpu.is_through, 15000);
	printf("waits=%d gpu=%d beside=%d of %d\n", waits, has_gpu,
	       __atomic_load_n(&steps, __ATOMIC_ACQUIRE), NR_STEPS);
	fflush(stdout);
}

static void cross(void)
{
	static struct doer d;
	time_t end = time(NULL) + 4;
	int ret = 0;

	start(&d, come_and_go);
	while (!ret && time(NULL) < end) {
		char *p = map(at + BLOCK);

		ret = !p || munmap(p, BLOCK);
	}
	__atomic_store_n(&is_over, 1, __ATOMIC_RELEASE);
	if (!ret && is_through(&d.is_through, 5000) && !d.status)
		puts("crossed");
	else
		puts("not crossed");
}

int main(int argc, char **argv)
{
	static struct doer waiter;
	int is_making = argc == 3 && !strcmp(argv[1], "making");

	if (argc != 3)
		return 2;
	is_old = atoi(argv[2]) < 550;
	if (is_making && stuck_init(&stuck)) {
		puts("no userfaultfd");
		return 0;
	}
	if (prepare(is_making)) {
		puts("not prepared");
		return 1;
	}
	if (!strcmp(argv[1], "crossing")) {
		if (!register_vaspace())
			cross();
		return 0;
	}
	start(&waiter, is_making ? map_external : register_vaspace);
	look(&waiter);
	while (getchar() != '\n')
		if (feof(stdin))
			return 0;
	if (is_making)
		stuck_end(&stuck);
	if (is_through(&waiter.is_through, 20000))
		printf("came=%#x\n", waiter.status);
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
