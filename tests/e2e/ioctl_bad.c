// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/gpuward, wrong on purpose and at its limits: sizes, tails, reserved fields, pointers,
 * numbers, rights, then random bytes. Owns the errno contract of gpuward.h.
 */
#include "genl_client.h"

#include <grp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define NR(a) (sizeof(a) / sizeof((a)[0]))
#define CGROUP "/sys/fs/cgroup/ioctl_bad"
#define end_of(type, field) (offsetof(struct type, field) + sizeof(((struct type *)0)->field))

static struct gnl g;
static int dev;

static int call(unsigned long number, void *arg)
{
	return ioctl(dev, number, arg) ? -errno : 0;
}

/* --- every call alike --------------------------------------------------------- */

static const struct {
	const char *name;
	unsigned long number;
	size_t size;
	size_t min_size;		/* the smallest that is taken */
	int good;			/* of zeros by a process of a VM */
	size_t reserved;		/* offset of a reserved field, 0: none */
} calls[] = {
	{ "VERSION", GPUWARD_IOC_VERSION, sizeof(struct gpuward_version),
	  end_of(gpuward_version, version), 0, 0 },
	{ "VM_GET", GPUWARD_IOC_VM_GET, sizeof(struct gpuward_vm_get), end_of(gpuward_vm_get, flags),
	  0, offsetof(struct gpuward_vm_get, __reserved) },
	{ "ACCEL_GET", GPUWARD_IOC_ACCEL_GET, sizeof(struct gpuward_accel_get),
	  end_of(gpuward_accel_get, index), 0, 0 },
	{ "MODEL_GET", GPUWARD_IOC_MODEL_GET, sizeof(struct gpuward_model_get),
	  end_of(gpuward_model_get, accel), 0, 0 },
	{ "JOB_GET", GPUWARD_IOC_JOB_GET, sizeof(struct gpuward_job_get),
	  end_of(gpuward_job_get, after), -ENOENT, 0 },
	{ "ACCEL_SET_MODEL", GPUWARD_IOC_ACCEL_SET_MODEL, sizeof(struct gpuward_accel_set_model),
	  end_of(gpuward_accel_set_model, model), -ENOENT,
	  offsetof(struct gpuward_accel_set_model, __reserved) },
	{ "ACCEL_RESET", GPUWARD_IOC_ACCEL_RESET, sizeof(struct gpuward_accel_reset), end_of(gpuward_accel_reset, accel),
	  0, 0 },
	{ "VM_TOKEN", GPUWARD_IOC_VM_TOKEN, sizeof(struct gpuward_vm_token), end_of(gpuward_vm_token, token),
	  0, offsetof(struct gpuward_vm_token, __reserved) },
	/* The VM may have one, and has it. */
	{ "ACCEL_ADD", GPUWARD_IOC_ACCEL_ADD, sizeof(struct gpuward_accel_add),
	  end_of(gpuward_accel_add, model), -ENOSPC, offsetof(struct gpuward_accel_add, __reserved) },
	{ "ACCEL_DEL", GPUWARD_IOC_ACCEL_DEL, sizeof(struct gpuward_accel_del),
	  end_of(gpuward_accel_del, accel), -EBUSY, 0 },
	{ "ACCEL_SET_DEFAULT", GPUWARD_IOC_ACCEL_SET_DEFAULT, sizeof(struct gpuward_accel_set_default),
	  end_of(gpuward_accel_set_default, accel), 0,
	  offsetof(struct gpuward_accel_set_default, __reserved) },
	/* There is no driver here. */
	{ "CLAIM", GPUWARD_IOC_CLAIM, sizeof(struct gpuward_claim), end_of(gpuward_claim, flags),
	  -ENODEV, offsetof(struct gpuward_claim, __reserved) },
};

static union {
	uint32_t words[1024 + 64];
	unsigned char bytes[4096 + 256];
} buffer;

static void clear(size_t size)
{
	memset(&buffer, 0, sizeof(buffer));
	buffer.words[0] = size;
}

static bool is_zero_from(size_t offset)
{
	for (; offset < sizeof(buffer); offset++)
		if (buffer.bytes[offset])
			return false;
	return true;
}

static void test_sizes(unsigned int i)
{
	unsigned long number = calls[i].number;
	const char *name = calls[i].name;
	size_t size = calls[i].size;

	clear(0);
	is(call(number, &buffer), -EINVAL, "%s: size 0", name);
	clear(4);
	is(call(number, &buffer), -EINVAL, "%s: size 4", name);
	clear(calls[i].min_size - 1);
	is(call(number, &buffer), -EINVAL, "%s: a byte less than needed", name);
	ok(is_zero_from(4), "%s: nothing was written", name);
	clear(calls[i].min_size);
	is(call(number, &buffer), calls[i].good, "%s: the shortest", name);
	ok(is_zero_from(calls[i].min_size), "%s: nothing beyond it was written", name);
	clear(size);
	is(call(number, &buffer), calls[i].good, "%s: all of it", name);
	ok(buffer.words[0] == size && is_zero_from(size), "%s: nothing beyond was written", name);
	clear(size + 8);
	is(call(number, &buffer), calls[i].good, "%s: longer, with zeros", name);
	clear(size + 8);
	buffer.bytes[size + 7] = 1;
	is(call(number, &buffer), -E2BIG, "%s: longer, not zero", name);
	clear(4096);
	is(call(number, &buffer), calls[i].good, "%s: 4096 bytes", name);
	clear(4097);
	is(call(number, &buffer), -E2BIG, "%s: 4097 bytes", name);
	clear(UINT32_MAX);
	is(call(number, &buffer), -E2BIG, "%s: 4 GiB", name);
}

static void test_reserved(unsigned int i)
{
	clear(calls[i].size);
	buffer.words[1] = 1u << 31;
	is(call(calls[i].number, &buffer), -EOPNOTSUPP, "%s: unknown flag", calls[i].name);
	clear(calls[i].size);
	buffer.words[1] = UINT32_MAX;
	is(call(calls[i].number, &buffer), -EOPNOTSUPP, "%s: all flags", calls[i].name);
	if (!calls[i].reserved)
		return;
	clear(calls[i].size);
	buffer.bytes[calls[i].reserved] = 1;
	is(call(calls[i].number, &buffer), -EOPNOTSUPP, "%s: reserved field", calls[i].name);
}

static void test_pointers(unsigned int i)
{
	unsigned char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t size = calls[i].size;

	is(call(calls[i].number, NULL), -EFAULT, "%s: NULL", calls[i].name);
	is(call(calls[i].number, (void *)-8L), -EFAULT, "%s: kernel address", calls[i].name);
	munmap(page + 4096, 4096);
	memcpy(page + 4096 - 4, &size, 4);
	is(call(calls[i].number, page + 4096 - 4), -EFAULT, "%s: only its size is there",
	   calls[i].name);
	memset(page, 0, 4096);
	memcpy(page, &size, 4);
	mprotect(page, 4096, PROT_READ);
	/* EBUSY has outputs, too */
	is(call(calls[i].number, page), calls[i].good && calls[i].good != -EBUSY ? calls[i].good :
	   -EFAULT, "%s: not writable", calls[i].name);
	munmap(page, 4096);
}

static void test_numbers(void)
{
	static const unsigned long unknown[] = {
		0, _IO(GPUWARD_IOC_TYPE, 0), _IO(GPUWARD_IOC_TYPE, GPUWARD_CMD_BASE - 1),
		_IO(GPUWARD_IOC_TYPE, GPUWARD_NR_CLAIM + 1), _IO(GPUWARD_IOC_TYPE, 0xff),
		_IO(GPUWARD_IOC_TYPE + 1, GPUWARD_NR_VERSION),
		_IOWR(GPUWARD_IOC_TYPE, GPUWARD_NR_VERSION, struct gpuward_version),
		0xffffffff, 0x5401,
	};
	size_t i;

	for (i = 0; i < NR(unknown); i++) {
		clear(sizeof(struct gpuward_version));
		is(call(unknown[i], &buffer), -ENOTTY, "unknown number 0x%lx", unknown[i]);
	}
}

/* --- what each call refuses --------------------------------------------------- */

static void test_version(void)
{
	struct gpuward_version v = { .size = sizeof(v), .abi = GPUWARD_ABI };

	is(call(GPUWARD_IOC_VERSION, &v), 0, "VERSION");
	is(v.out_abi, GPUWARD_ABI, "VERSION: interface");
	is(v.out_verdict, GPUWARD_VERDICT_NEWER, "VERSION: 0 is older than the module");
	is(v.out_state, GPUWARD_STATE_NO_DRIVER, "VERSION: no driver is loaded");
	ok(!v.out_driver[0] && !v.out_permissive, "VERSION: no driver, not permissive");
	v.abi = GPUWARD_ABI - 1;
	call(GPUWARD_IOC_VERSION, &v);
	is(v.out_verdict, GPUWARD_VERDICT_OUTDATED, "VERSION: the interface before this one is not served");
	is(v.out_min_abi, GPUWARD_ABI, "VERSION: and which is");
	v.abi = GPUWARD_ABI;
	v.version = v.out_version;
	call(GPUWARD_IOC_VERSION, &v);
	is(v.out_verdict, GPUWARD_VERDICT_OK, "VERSION: the same");
	v.version = v.out_version + 1;
	call(GPUWARD_IOC_VERSION, &v);
	is(v.out_verdict, GPUWARD_VERDICT_OLDER, "VERSION: the module is older");
	v.abi = 0;
	call(GPUWARD_IOC_VERSION, &v);
	is(v.out_verdict, GPUWARD_VERDICT_OUTDATED, "VERSION: interface 0 is gone");
}

static void test_accel(void)
{
	struct gpuward_accel_get a = { .size = sizeof(a), .index = 1 };
	struct gpuward_model_get m = { .size = sizeof(m), .index = 8 };
	struct gpuward_accel_reset r = { .size = sizeof(r), .accel = 1 };
	struct gpuward_job_get j = { .size = sizeof(j), .after = UINT64_MAX };

	is(call(GPUWARD_IOC_ACCEL_GET, &a), -ENOENT, "ACCEL_GET after the last");
	a.index = UINT32_MAX;
	is(call(GPUWARD_IOC_ACCEL_GET, &a), -ENOENT, "ACCEL_GET of all ones");
	is(call(GPUWARD_IOC_MODEL_GET, &m), -ENOENT, "MODEL_GET after the last");
	m.index = 0;
	m.accel = 1;
	is(call(GPUWARD_IOC_MODEL_GET, &m), -ENOENT, "MODEL_GET for no accelerator");
	is(call(GPUWARD_IOC_ACCEL_RESET, &r), -ENOENT, "ACCEL_RESET of no accelerator");
	is(call(GPUWARD_IOC_JOB_GET, &j), -ENOENT, "JOB_GET after all ones");
}

static void test_switch(void)
{
	struct gpuward_accel_set_model s = { .size = sizeof(s), .accel = 1, .model = "small.16gb" };
	struct gpuward_accel_get a = { .size = sizeof(a) };

	is(call(GPUWARD_IOC_ACCEL_SET_MODEL, &s), -ENOENT, "ACCEL_SET_MODEL of no accelerator");
	s.accel = 0;
	strcpy(s.model, "none");
	is(call(GPUWARD_IOC_ACCEL_SET_MODEL, &s), -ENOENT, "ACCEL_SET_MODEL to no model");
	memset(s.model, 'x', sizeof(s.model));
	is(call(GPUWARD_IOC_ACCEL_SET_MODEL, &s), -EINVAL, "ACCEL_SET_MODEL to a name without end");
	strcpy(s.model, "xlarge.96gb");
	memset(s.out_command, 0xcc, sizeof(s.out_command));
	s.out_pid = 0xcccccccc;
	is(call(GPUWARD_IOC_ACCEL_SET_MODEL, &s), 0, "ACCEL_SET_MODEL");
	ok(s.out_pid == 0xcccccccc && (unsigned char)s.out_command[127] == 0xcc,
	   "ACCEL_SET_MODEL: outputs only when busy");
	is(call(GPUWARD_IOC_ACCEL_SET_MODEL, &s), 0, "ACCEL_SET_MODEL to the model in force");
	memset(&a.out_index, 0xcc, sizeof(a) - offsetof(struct gpuward_accel_get, out_index));
	is(call(GPUWARD_IOC_ACCEL_GET, &a), 0, "ACCEL_GET");
	ok(!strcmp(a.out_model, "xlarge.96gb") && a.out_nr_gpus == 2 &&
	   a.out_total_bytes == 96ULL << 30 && a.out_state == GPUWARD_ACCEL_IDLE &&
	   a.out_program == GPUWARD_PROGRAM_TREE && a.out_duplicable == 1 && a.out_is_default &&
	   !a.out_index && !a.out_nr_placed && !a.out_minors[0] && !a.out_minors[15] &&
	   !a.out_used_bytes && !a.out_nr_running && !a.out_nr_waiting &&
	   !a.out_model[GPUWARD_NAME_LEN - 1], "ACCEL_GET: every field");
	strcpy(s.model, "small.16gb");
	is(call(GPUWARD_IOC_ACCEL_SET_MODEL, &s), 0, "ACCEL_SET_MODEL back");
}

static void test_token(void)
{
	struct gpuward_vm_token t = { .size = sizeof(t), .vm = 4711 };
	char own[GPUWARD_TOKEN_LEN];

	is(call(GPUWARD_IOC_VM_TOKEN, &t), -ENOENT, "VM_TOKEN of no VM");
	t.vm = 0;
	is(call(GPUWARD_IOC_VM_TOKEN, &t), 0, "VM_TOKEN of my VM");
	is(strlen(t.token), 32, "VM_TOKEN: length");
	memcpy(own, t.token, sizeof(own));
	t.flags = GPUWARD_VM_TOKEN_SET;
	t.vm = 2;
	is(call(GPUWARD_IOC_VM_TOKEN, &t), -EEXIST, "VM_TOKEN that another VM has");
	strcpy(t.token, "seven77");
	is(call(GPUWARD_IOC_VM_TOKEN, &t), -EINVAL, "VM_TOKEN of 7 characters");
	strcpy(t.token, "with blank");
	is(call(GPUWARD_IOC_VM_TOKEN, &t), -EINVAL, "VM_TOKEN with a blank");
	strcpy(t.token, "not\x80" "ascii");
	is(call(GPUWARD_IOC_VM_TOKEN, &t), -EINVAL, "VM_TOKEN not in ASCII");
	memset(t.token, 'x', sizeof(t.token));
	is(call(GPUWARD_IOC_VM_TOKEN, &t), -EINVAL, "VM_TOKEN of 64 characters");
	t.token[63] = '\0';
	is(call(GPUWARD_IOC_VM_TOKEN, &t), 0, "VM_TOKEN of 63 characters");
	t.flags = 0;
	memset(t.token, 0xcc, sizeof(t.token));
	is(call(GPUWARD_IOC_VM_TOKEN, &t), 0, "VM_TOKEN read back");
	ok(strspn(t.token, "x") == 63, "VM_TOKEN: what was set");
	t.vm = 0;
	call(GPUWARD_IOC_VM_TOKEN, &t);
	ok(!memcmp(own, t.token, sizeof(own)), "VM_TOKEN of my VM is as before");
}

/* --- rights ------------------------------------------------------------------- */

static void test_nobody(void)
{
	struct gpuward_vm_token t = { .size = sizeof(t) };

	if (setgroups(0, NULL) || setresuid(65534, 65534, 65534))
		bail("become nobody");
	is(call(GPUWARD_IOC_VM_TOKEN, &t), 0, "nobody in the VM: its token");
	t.vm = 1;
	is(call(GPUWARD_IOC_VM_TOKEN, &t), 0, "nobody in the VM: its token by number");
	t.vm = 2;
	is(call(GPUWARD_IOC_VM_TOKEN, &t), -EPERM, "nobody: the token of another VM");
	t.vm = 4711;
	is(call(GPUWARD_IOC_VM_TOKEN, &t), -EPERM, "nobody: the token of no VM");
	t.vm = 0;
	t.flags = GPUWARD_VM_TOKEN_SET;
	strcpy(t.token, "newtoken");
	is(call(GPUWARD_IOC_VM_TOKEN, &t), -EPERM, "nobody: setting the own token");
	close(dev);
	dev = open("/dev/gpuward", O_RDONLY);
	ok(dev >= 0, "nobody may open /dev/gpuward");
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		bail("write %s", path);
	close(fd);
}

/* Only calls that need no VM work outside of one. */
static void test_unbound(void)
{
	size_t i;

	for (i = 0; i < NR(calls); i++) {
		clear(calls[i].size);
		is(call(calls[i].number, &buffer),
		   calls[i].number == GPUWARD_IOC_VERSION ? 0 : -ENXIO, "%s: unbound",
		   calls[i].name);
	}
}

static void in_child(void (*test)(void))
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (!child) {
		test();
		exit(0);
	}
	waitpid(child, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		ok(false, "a child ended with status 0x%x", status);
}

/* --- a 32-bit program ---------------------------------------------------------------- */

#define SYS32_IOCTL 54

static void on_fault(int sig)
{
	(void)sig;
	ok(true, "32-bit entry # SKIP this kernel has none");
	_exit(0);
}

/* As such a program enters: int 0x80, everything below 4 GiB. */
static void test_32_bit(void)
{
	struct gpuward_version v = { .size = sizeof(v), .abi = GPUWARD_ABI };
	void *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long ret;

	signal(SIGSEGV, on_fault);
	memcpy(low, &v, sizeof(v));
	__asm__ volatile("int $0x80" : "=a"(ret)
			 : "a"(SYS32_IOCTL), "b"(dev), "c"(GPUWARD_IOC_VERSION), "d"(low)
			 : "memory", "r8", "r9", "r10", "r11");
	is((int)ret, 0, "VERSION by the 32-bit entry");
	call(GPUWARD_IOC_VERSION, &v);
	ok(!memcmp(low, &v, sizeof(v)), "the same bytes come back");
}

/* --- random bytes ------------------------------------------------------------- */

static uint64_t seed = 20240607;

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33) % below;
}

static void test_random(void)
{
	unsigned int i, j, nr_ok = 0;
	unsigned long number;
	int ret;

	for (i = 0; i < 20000; i++) {
		for (j = 0; j < 512; j += 4)
			buffer.words[j / 4] = any(3) ? any(4) : any(UINT32_MAX);
		if (any(4))
			buffer.words[1] = 0;
		if (any(8))
			buffer.words[0] = any(3) ? calls[any(NR(calls))].size : any(600);
		number = _IO(any(16) ? GPUWARD_IOC_TYPE : any(256),
			     GPUWARD_CMD_BASE + any(NR(calls) + 2));
		ret = call(number, &buffer);
		nr_ok += !ret;
		if (ret && ret != -ENOTTY && ret != -EINVAL && ret != -E2BIG &&
		    ret != -EOPNOTSUPP && ret != -ENOENT && ret != -EEXIST && ret != -ENOSPC &&
		    ret != -EBUSY && (ret != -ENODEV || number != GPUWARD_IOC_CLAIM))
			ok(false, "random call %u: errno %d", i, ret);
	}
	ok(nr_ok > 100, "20000 random calls, %u of them good", nr_ok);
}

/* --- the stage ---------------------------------------------------------------- */

static void prepare(void)
{
	char pid[16];
	int fd;

	load_module("/modules/gpuward.ko", "");
	gnl_connect(&g);
	mkdir(CGROUP, 0755);
	fd = open(CGROUP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (GNL_DO(&g, GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "one"),
		   STR(GPUWARD_A_VM_MODEL, "small.16gb"), U32(GPUWARD_A_VM_MAX_ACCELS, 1)).err ||
	    GNL_DO(&g, GPUWARD_CMD_VM_ADD, STR(GPUWARD_A_VM_NAME, "two"),
		   STR(GPUWARD_A_VM_MODEL, "small.16gb")).err ||
	    GNL_DO(&g, GPUWARD_CMD_BINDING_ADD, S32(GPUWARD_A_BINDING_CGROUP_FD, fd),
		   U32(GPUWARD_A_BINDING_VM_ID, 1)).err)
		bail("prepare");
	close(fd);
	dev = open("/dev/gpuward", O_RDWR | O_CLOEXEC);
	if (dev < 0)
		bail("open /dev/gpuward");
	in_child(test_unbound);
	snprintf(pid, sizeof(pid), "%d", getpid());
	write_file(CGROUP "/cgroup.procs", pid);
}

int main(void)
{
	int kernel_log;
	size_t i;

	prepare();
	kernel_log = log_open();
	for (i = 0; i < NR(calls); i++) {
		test_sizes(i);
		test_reserved(i);
		test_pointers(i);
	}
	test_numbers();
	test_version();
	test_accel();
	test_switch();
	test_token();
	in_child(test_nobody);
	in_child(test_32_bit);
	is(unload_module("gpuward"), -EAGAIN, "no unloading under an open /dev/gpuward");
	test_random();
	is(log_new_lines(kernel_log), 0, "no line in the kernel log");
	write_file("/sys/fs/cgroup/cgroup.procs", "0");
	gnl_close(&g);
	return ktap_end();
}
