// SPDX-License-Identifier: GPL-2.0-only
/* daemon.c - gpuwardd as a whole: how it starts, lives and stops, and where its own messages go. */
#include <errno.h>
#include <pty.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "../../user/daemon/daemon.h"
#include "ktap.h"
#include "procs.h"

/* A file with a scenario, and the socket of a service manager. */
struct stage {
	char scenario[32];
	char path[40];
	int manager;
};

static void stage_set(struct stage *stage, const char *format, ...)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	va_list args;
	int fd;

	strcpy(stage->scenario, "/tmp/gpuward-test-XXXXXX");
	fd = mkstemp(stage->scenario);
	va_start(args, format);
	if (fd < 0 || dprintf(fd, "ioctl VERSION out_state=2 out_version_text=0.1.0\n") < 0 ||
	    vdprintf(fd, format, args) < 0)
		exit(1);
	va_end(args);
	close(fd);
	snprintf(stage->path, sizeof(stage->path), "%s.sock", stage->scenario);
	strcpy(addr.sun_path, stage->path);
	stage->manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (stage->manager < 0 || bind(stage->manager, (struct sockaddr *)&addr, sizeof(addr)))
		exit(1);
}

static void stage_clear(struct stage *stage)
{
	close(stage->manager);
	unlink(stage->path);
	unlink(stage->scenario);
}

static pid_t daemon_start(const struct stage *stage, const char *program, const char *watchdog)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	setenv("GPUWARD_FAKE", stage->scenario, 1);
	setenv("NOTIFY_SOCKET", stage->path, 1);
	if (watchdog)
		setenv("WATCHDOG_USEC", watchdog, 1);
	freopen("/dev/null", "w", stderr);
	execl(program, "gpuwardd", "--brand", "AI Accelerator", "--config", "/dev/null", NULL);
	_exit(127);
}

/* How often the service manager hears @text until it has heard it @wanted times, or for a while. */
static int manager_hears(const struct stage *stage, const char *text, int wanted)
{
	struct pollfd poll_fd = { .fd = stage->manager, .events = POLLIN };
	double end_at = now() + 20;
	char buf[256];
	int nr = 0;

	while (nr < wanted && now() < end_at) {
		ssize_t got = poll(&poll_fd, 1, 100) == 1 ?
			      recv(stage->manager, buf, sizeof(buf) - 1, 0) : 0;

		buf[got > 0 ? got : 0] = '\0';
		nr += strstr(buf, text) != NULL;
	}
	return nr;
}

static int exit_status(pid_t pid)
{
	int status;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* From an event of the fake module to a pseudo terminal. */
static void daemon_events(const char *program)
{
	struct stage stage;
	int master, slave;
	pid_t waiter;

	if (openpty(&master, &slave, NULL, NULL, NULL))
		exit(1);
	waiter = sleeper(-1, slave);
	stage_set(&stage, "event SEQ=1 TYPE=1 VM_ID=1 VM=alice ACCEL=0 JOB=9 PID=%d COMMAND=waiter HOLDER_PID=10000 HOLDER_NSPID=10000 HOLDER_COMMAND=\"python train.py\"\n"
		"event SEQ=2 TYPE=3 VM_ID=1 VM=alice ACCEL=0 JOB=9 PID=%d COMMAND=waiter\n", waiter, waiter);
	ktap(exit_status(daemon_start(&stage, program, NULL)) == EXIT_UNAVAILABLE &&
	     !strcmp(drain(master), "[info] Requesting resources for AI Accelerator...\r\n"
		"[warning] AI Accelerator is already in use by another process:\r\n"
		"[warning]   (pid: 10000) python train.py\r\n"
		"[warning] Two or more processes cannot use AI Accelerator at the same time. The program will resume automatically after the process 10000 terminates...\r\n"
		"[info] AI Accelerator is ready to use.\r\n"),
	     "the daemon writes to the terminal of a waiting program, and ends with the module");
	ktap(!strncmp(drain(stage.manager), "READY=1\n", 8), "the service manager heard that it is ready");
	end(waiter);
	close(master);
	close(slave);
	stage_clear(&stage);
}

static void daemon_stops(const char *program)
{
	static const int signals[] = { SIGTERM, SIGINT };
	struct stage stage;
	unsigned int i;
	pid_t daemon;

	stage_set(&stage, "no unload\n");
	for (i = 0; i < 2; i++) {
		daemon = daemon_start(&stage, program, i ? NULL : "200000");
		ktap(manager_hears(&stage, "READY=1\n", 1) == 1 && !waitpid(daemon, NULL, WNOHANG),
		     "nothing happens: the daemon is ready and stays");
		if (!i)
			ktap(manager_hears(&stage, "WATCHDOG=1", 3) == 3, "it says that it lives");
		kill(daemon, signals[i]);
		ktap(exit_status(daemon) == EXIT_DONE && manager_hears(&stage, "STOPPING=1", 1) == 1,
		     "%s stops it, and it says so", strsignal(signals[i]));
	}
	stage_clear(&stage);
}

/* --- its own messages ------------------------------------------------------------------------ */

static char journal[1024];
static int journal_fails;

/* In place of libsystemd's. */
int sd_journal_send(const char *format, ...)
{
	size_t len = 0;
	va_list args;

	journal[0] = '\0';
	va_start(args, format);
	for (; format; format = va_arg(args, const char *)) {
		if (strstr(format, "%s"))
			len += (size_t)sprintf(journal + len, format, va_arg(args, const char *));
		else if (strstr(format, "%i"))
			len += (size_t)sprintf(journal + len, format, va_arg(args, int));
		else
			len += (size_t)sprintf(journal + len, format, va_arg(args, uint64_t));
		journal[len++] = '|';
		journal[len] = '\0';
	}
	va_end(args);
	return journal_fails ? -ENOENT : 0;
}

/* Is that what goes to the journal, and that to stderr? */
static int logs(const int pipes[2], const char *stream, uint64_t job, const char *to_journal,
		const char *to_stderr)
{
	const char *lines;
	int old = dup(2);

	if (stream)
		setenv("JOURNAL_STREAM", stream, 1);
	journal[0] = '\0';
	fflush(stderr);
	dup2(pipes[1], 2);
	log_print(4, job ? "alice" : NULL, job, "%s", "a \033 b");
	dup2(old, 2);
	close(old);
	unsetenv("JOURNAL_STREAM");
	lines = drain(pipes[0]);
	if (!strcmp(journal, to_journal) && !strcmp(lines, to_stderr))
		return 1;
	printf("# journal: %s\n# stderr: %s\n", journal, lines);
	return 0;
}

static void own_messages(void)
{
	char stream[64], other[64];
	struct stat st;
	int pipes[2];

	if (pipe(pipes) || fstat(pipes[1], &st))
		exit(1);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	snprintf(other, sizeof(other), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino + 1);
	ktap(logs(pipes, stream, 9, "MESSAGE=a \\x1b b|PRIORITY=4|GPUWARD_VM=alice|GPUWARD_JOB=9|", ""),
	     "stderr is the journal: a message with fields");
	ktap(logs(pipes, stream, 0, "MESSAGE=a \\x1b b|PRIORITY=4|", ""), "of no job: without them");
	ktap(logs(pipes, NULL, 9, "", "gpuwardd: a \\x1b b\n"), "no journal: a line");
	ktap(logs(pipes, other, 9, "", "gpuwardd: a \\x1b b\n") &&
	     logs(pipes, "nonsense", 9, "", "gpuwardd: a \\x1b b\n"),
	     "stderr is not what JOURNAL_STREAM names: a line");
	journal_fails = 1;
	ktap(logs(pipes, stream, 0, "MESSAGE=a \\x1b b|PRIORITY=4|", "gpuwardd: a \\x1b b\n"),
	     "the journal takes nothing: a line");
	close(pipes[0]);
	close(pipes[1]);
}

int main(int argc, char **argv)
{
	char program[4096];

	(void)argc;
	snprintf(program, sizeof(program), "%s", argv[0]);
	snprintf(strrchr(program, '/'), 16, "/gpuwardd");
	daemon_events(program);
	daemon_stops(program);
	own_messages();
	return ktap_end();
}
