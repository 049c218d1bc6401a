// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everybody at once: VMs come and go, models are switched, tables are dumped, events flow, while
 * the processes of those VMs ask for themselves. No answer but those in the contract, nothing
 * left at the end. For the debug kernel most of all.
 */
// vm: -T multi -t 300
#include "genl_client.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#define SECONDS 5
#define NR_VMS 4
#define CGROUP "/sys/fs/cgroup/netlink_race"

static time_t until;

static bool goes_on(void)
{
	return time(NULL) < until;
}

static void expect(const char *what, int ret, const int *wanted)
{
	const int *w;

	if (!ret)
		return;
	for (w = wanted; *w; w++)
		if (ret == *w)
			return;
	errno = -ret;
	bail("%s", what);
}

#define EXPECT(what, ret, ...) expect(what, ret, (const int[]) { __VA_ARGS__, 0 })

static void cgroup_path(char *path, size_t size, unsigned int i)
{
	snprintf(path, size, CGROUP "%u", i);
}

/* --- an admin who makes and deletes VM @i ------------------------------------------------- */

static void admin(unsigned int i)
{
	char name[] = { 'v', '0' + i, 0 }, path[64];
	struct gnl g = { };
	int fd;

	cgroup_path(path, sizeof(path), i);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gnl_connect(&g);
	while (goes_on()) {
		EXPECT("VM_ADD", GNL_DO(&g, GPUWARD_CMD_VM_ADD, { GPUWARD_A_VM_NAME, 3, name },
					STR(GPUWARD_A_VM_MODEL, "small.16gb")).err, -EEXIST);
		EXPECT("BINDING_ADD", GNL_DO(&g, GPUWARD_CMD_BINDING_ADD,
					     S32(GPUWARD_A_BINDING_CGROUP_FD, fd),
					     { GPUWARD_A_BINDING_VM, 3, name }).err, -ENOENT, -EEXIST);
		EXPECT("ACCEL_SET", GNL_DO(&g, GPUWARD_CMD_ACCEL_SET, { GPUWARD_A_ACCEL_VM, 3, name },
					   U32(GPUWARD_A_ACCEL_INDEX, 0),
					   STR(GPUWARD_A_ACCEL_MODEL, "large.48gb"),
					   { GPUWARD_A_ACCEL_NAME, 3, name }).err, -ENOENT);
		EXPECT("MODEL_SET", GNL_DO(&g, GPUWARD_CMD_MODEL_SET,
					   STR(GPUWARD_A_MODEL_NAME, "large.48gb"),
					   U64(GPUWARD_A_MODEL_MEMORY, 40LL << 30)).err, -EBUSY);
		EXPECT("VM_DEL", GNL_DO(&g, GPUWARD_CMD_VM_DEL, { GPUWARD_A_VM_NAME, 3, name },
					FLAG(GPUWARD_A_VM_FORCE)).err, -ENOENT);
	}
}

/* --- a process of VM @i ----------------------------------------------------------- */

static int call(int dev, unsigned long number, void *arg)
{
	return ioctl(dev, number, arg) ? -errno : 0;
}

static void tenant(unsigned int i)
{
	struct gpuward_accel_set_model s = { .size = sizeof(s) };
	struct gpuward_accel_get a = { .size = sizeof(a) };
	struct gpuward_model_get m = { .size = sizeof(m) };
	struct gpuward_vm_token t = { .size = sizeof(t) };
	struct gpuward_vm_get v = { .size = sizeof(v) };
	struct gpuward_accel_reset r = { .size = sizeof(r) };
	int dev = open("/dev/gpuward", O_RDWR | O_CLOEXEC), fd;
	unsigned int round = 0;
	char path[64];

	cgroup_path(path, sizeof(path) - 16, i);
	strcat(path, "/cgroup.procs");
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (dev < 0 || fd < 0 || write(fd, "0", 1) != 1)
		bail("enter %s", path);
	while (goes_on()) {
		strcpy(s.model, round++ & 1 ? "xlarge.96gb" : "small.16gb");
		EXPECT("VM_GET", call(dev, GPUWARD_IOC_VM_GET, &v), -ENXIO);
		EXPECT("ACCEL_GET", call(dev, GPUWARD_IOC_ACCEL_GET, &a), -ENXIO);
		EXPECT("MODEL_GET", call(dev, GPUWARD_IOC_MODEL_GET, &m), -ENXIO);
		EXPECT("ACCEL_SET_MODEL", call(dev, GPUWARD_IOC_ACCEL_SET_MODEL, &s), -ENXIO);
		EXPECT("ACCEL_RESET", call(dev, GPUWARD_IOC_ACCEL_RESET, &r), -ENXIO);
		EXPECT("VM_TOKEN", call(dev, GPUWARD_IOC_VM_TOKEN, &t), -ENXIO);
		t.flags = GPUWARD_VM_TOKEN_SET;
		snprintf(t.token, sizeof(t.token), "secret-%u-%u", i, round);
		EXPECT("VM_TOKEN", call(dev, GPUWARD_IOC_VM_TOKEN, &t), -ENXIO);
		t.flags = 0;
	}
}

/* --- those who look ------------------------------------------------------------- */

static void reader(unsigned int unused)
{
	static const uint8_t tables[] = { GPUWARD_CMD_VM_GET, GPUWARD_CMD_ACCEL_GET,
					  GPUWARD_CMD_BINDING_GET, GPUWARD_CMD_MODEL_GET,
					  GPUWARD_CMD_GPU_GET, GPUWARD_CMD_JOB_GET };
	struct gnl g = { };
	unsigned int i;
	char text[4096];
	int fd;

	(void)unused;
	gnl_connect(&g);
	while (goes_on()) {
		for (i = 0; i < sizeof(tables); i++)
			EXPECT("dump", gnl_dump(&g, tables[i], NULL, NULL).err, 0);
		EXPECT("STATUS_GET", GNL_DO(&g, GPUWARD_CMD_STATUS_GET).err, 0);
		fd = open("/sys/kernel/debug/gpuward/vms", O_RDONLY | O_CLOEXEC);
		while (fd >= 0 && read(fd, text, sizeof(text)) > 0)
			;
		close(fd);
	}
}

static void listen_to(unsigned int unused)
{
	struct gnl g = { };
	struct answer a = { };

	(void)unused;
	gnl_connect(&g);
	while (goes_on()) {
		raw_socket_setsockopt(g.socket, NETLINK_ADD_MEMBERSHIP, &g.group, sizeof(g.group));
		gnl_read(&g, &a, 20, NULL, NULL);
		raw_socket_setsockopt(g.socket, NETLINK_DROP_MEMBERSHIP, &g.group, sizeof(g.group));
	}
}

static void gpus(unsigned int unused)
{
	struct gnl g = { };

	(void)unused;
	gnl_connect(&g);
	while (goes_on()) {
		EXPECT("GPU_ADD", GNL_DO(&g, GPUWARD_CMD_GPU_ADD, U32(GPUWARD_A_GPU_MINOR, 3),
					 U64(GPUWARD_A_GPU_MEMORY, 1LL << 36)).err, -EEXIST);
		EXPECT("GPU_DEL", GNL_DO(&g, GPUWARD_CMD_GPU_DEL, U32(GPUWARD_A_GPU_MINOR, 3)).err,
		       -ENOENT);
	}
}

static pid_t start(void (*part)(unsigned int), unsigned int i)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		part(i);
		exit(0);
	}
	return pid;
}

int main(void)
{
	unsigned int i, nr = 0, nr_good = 0;
	struct gnl g = { };
	int status;
	char path[64];

	load_module("/modules/gpuward.ko", "");
	until = time(NULL) + SECONDS;
	for (i = 0; i < NR_VMS; i++) {
		cgroup_path(path, sizeof(path), i);
		mkdir(path, 0755);
		start(admin, i);
		start(tenant, i);
		nr += 2;
	}
	start(reader, 0);
	start(reader, 1);
	start(listen_to, 0);
	start(gpus, 0);
	for (nr += 4; wait(&status) > 0; )
		nr_good += !status;
	is(nr_good, nr, "nobody got an answer that the contract does not have");
	gnl_connect(&g);
	is(gnl_dump(&g, GPUWARD_CMD_VM_GET, NULL, NULL).nr, 0, "no VM is left");
	is(gnl_dump(&g, GPUWARD_CMD_BINDING_GET, NULL, NULL).nr, 0, "no binding is left");
	is(gnl_dump(&g, GPUWARD_CMD_GPU_GET, NULL, NULL).nr, 0, "no GPU is left");
	gnl_close(&g);
	is(unload_module("gpuward"), 0, "and the module can be unloaded");
	return ktap_end();
}
