// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink without the right: every command and dump is EPERM with a text, well formed or not;
 * so is joining the group of events. Not root, root of a user namespace of its own, root
 * without the capability, sockets opened by one and used by the other.
 */
#include "genl_client.h"

#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define NOBODY 65534

static struct gnl admin;	/* opened with the right */
static struct gnl_packet packet;

static bool is_only_dump(uint8_t cmd)
{
	return cmd == GPUWARD_CMD_BINDING_GET || cmd == GPUWARD_CMD_ACCEL_GET ||
	       cmd == GPUWARD_CMD_GROUP_GET || cmd == GPUWARD_CMD_MEMBER_GET ||
	       cmd == GPUWARD_CMD_TOTAL_GET || cmd == GPUWARD_CMD_HOLDER_GET ||
	       cmd == GPUWARD_CMD_AUDIT_GET;
}

static bool is_dump(uint8_t cmd)
{
	return cmd == GPUWARD_CMD_GPU_GET || cmd == GPUWARD_CMD_MODEL_GET ||
	       cmd == GPUWARD_CMD_VM_GET || cmd == GPUWARD_CMD_BINDING_GET ||
	       cmd == GPUWARD_CMD_ACCEL_GET || cmd == GPUWARD_CMD_JOB_GET ||
	       is_only_dump(cmd) || cmd == GPUWARD_CMD_EXPLAIN_GET ||
	       cmd == GPUWARD_CMD_USAGE_GET;
}

static void refused(struct gnl *g, const char *who, const char *what, uint8_t cmd)
{
	struct answer a = gnl_talk(g, &packet, NULL, NULL);

	if (a.err != -EPERM || !strstr(a.text, "CAP_SYS_ADMIN") || a.nr) {
		ok(false, "%s: %s of command %u: EPERM with a text", who, what, cmd);
		printf("# errno %d text \"%s\" messages %u\n", a.err, a.text, a.nr);
	}
}

static void test_commands(struct gnl *g, const char *who)
{
	unsigned int before = results->nr_failed;
	uint8_t cmd;

	for (cmd = GPUWARD_CMD_STATUS_GET; cmd <= GPUWARD_CMD_MAX; cmd++) {
		if (cmd == GPUWARD_CMD_EVENT)	/* only ever sent by the kernel */
			continue;
		if (!is_only_dump(cmd)) {
			gnl_begin(g, &packet, cmd, NLM_F_ACK);
			refused(g, who, "do", cmd);
			gnl_begin(g, &packet, cmd, NLM_F_ACK);
			raw_attr_put(packet.nlh, 1, 3, "abc");
			packet.nlh->nlmsg_len++;
			refused(g, who, "malformed do", cmd);
		}
		if (is_dump(cmd)) {
			gnl_begin(g, &packet, cmd, NLM_F_DUMP);
			refused(g, who, "dump", cmd);
		}
	}
	ok(before == results->nr_failed, "%s: every command is EPERM", who);
}

static void test_events(struct gnl *g, const char *who)
{
	int ret = raw_socket_setsockopt(g->socket, NETLINK_ADD_MEMBERSHIP, &admin.group,
					sizeof(admin.group));

	ok(ret && errno == EPERM, "%s: can not listen to events", who);
}

static void test_all(const char *who)
{
	struct gnl g = { .family = admin.family };

	gnl_open(&g);
	test_commands(&g, who);
	test_events(&g, who);
	gnl_close(&g);
	test_commands(&admin, who);	/* opened by an administrator, used by another */
}

/* In a child that has become somebody else. */
static void as(const char *who, bool (*become)(void))
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (!child) {
		if (!become())
			bail("become %s", who);
		test_all(who);
		exit(0);
	}
	waitpid(child, &status, 0);
	ok(WIFEXITED(status) && !WEXITSTATUS(status), "%s: done", who);
}

static bool become_nobody(void)
{
	return !setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) &&
	       !setresuid(NOBODY, NOBODY, NOBODY);
}

static bool map_root(unsigned int outside)
{
	char map[32];
	int fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
	bool done;

	snprintf(map, sizeof(map), "0 %u 1", outside);
	done = fd >= 0 && write(fd, map, strlen(map)) > 0;
	close(fd);
	return done && !setresuid(0, 0, 0);
}

static bool become_root_of_own_user_namespace(void)
{
	return become_nobody() && !prctl(PR_SET_DUMPABLE, 1) && !unshare(CLONE_NEWUSER) &&
	       map_root(NOBODY);
}

/* Root outside, but all its capabilities are in the new namespace. */
static bool become_root_moved_to_user_namespace(void)
{
	return !unshare(CLONE_NEWUSER) && map_root(0);
}

/* All capabilities but the one. */
static bool become_root_without_sys_admin(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data))
		return false;
	data[0].effective &= ~(1u << CAP_SYS_ADMIN);
	data[0].permitted &= ~(1u << CAP_SYS_ADMIN);
	return !syscall(SYS_capset, &head, data);
}

/*
 * A connected socket that somebody without the right opened serves nobody: a program with the
 * right may be made to write to it. (Who gives an address with each message knows what he does.)
 */
static void test_foreign_socket(void)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct gnl g = { .family = admin.family, .is_connected = true };

	if (seteuid(NOBODY))
		bail("seteuid");
	gnl_open(&g);
	if (connect(g.socket, (struct sockaddr *)&kernel, sizeof(kernel)))
		bail("connect");
	if (seteuid(0))
		bail("seteuid back");
	test_commands(&g, "administrator on a socket of another");
	gnl_close(&g);
}

/* The family lives in the initial network namespace only. */
static void test_network_namespace(void)
{
	struct gnl g = { .family = admin.family };
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct answer a;

	if (unshare(CLONE_NEWNET))
		bail("unshare");
	gnl_open(&g);
	gnl_begin(&g, &packet, GPUWARD_CMD_STATUS_GET, NLM_F_ACK);
	a = gnl_talk(&g, &packet, NULL, NULL);
	is(a.err, -ENOENT, "another network namespace: no such family");
	gnl_close(&g);
	if (setns(home, CLONE_NEWNET))
		bail("setns");
}

int main(void)
{
	int kernel_log;
	struct answer a;

	load_module("/modules/gpuward.ko", "");
	gnl_connect(&admin);
	kernel_log = log_open();

	as("nobody", become_nobody);
	as("root of an own user namespace", become_root_of_own_user_namespace);
	as("root moved to a user namespace", become_root_moved_to_user_namespace);
	as("root without CAP_SYS_ADMIN", become_root_without_sys_admin);
	test_foreign_socket();
	test_network_namespace();

	a = GNL_DO(&admin, GPUWARD_CMD_STATUS_GET);
	is(a.err, 0, "the administrator still may");
	ok(!raw_socket_setsockopt(admin.socket, NETLINK_ADD_MEMBERSHIP, &admin.group,
				  sizeof(admin.group)), "and may listen to events");
	is(log_new_lines(kernel_log), 0, "no line in the kernel log");
	return ktap_end();
}
