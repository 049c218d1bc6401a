// SPDX-License-Identifier: GPL-2.0-only
/*
 * life.c - verbs about the process itself: holding, forking, executing, passing files, dying.
 * Owns: signals. Must not: close any file unless told to.
 */
#include "nvclient.h"
#include "pass.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t go_on;

static void on_usr1(int sig)
{
	(void)sig;
	go_on = 1;
}

static void catch_usr1(void)
{
	struct sigaction sa = { .sa_handler = on_usr1 };

	sigaction(SIGUSR1, &sa, NULL);
}

/*
 * Only a pipe or socket has an end worth waiting for: a background job's standard input is
 * /dev/null.
 */
static bool stdin_ends(void)
{
	struct stat st;

	return !fstat(0, &st) && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

/* Until SIGUSR1, or the end of standard input; any other signal does what it always does. */
int do_hold(struct client *c, int argc, char **argv)
{
	bool watch = stdin_ends();
	struct pollfd p = { .fd = watch ? 0 : -1, .events = POLLIN };
	char buf[256];

	(void)argc;
	(void)argv;
	catch_usr1();
	while (!go_on) {
		if (poll(&p, 1, -1) > 0 && read(0, buf, sizeof(buf)) <= 0)
			break;
	}
	go_on = 0;
	return report(c, "hold", (struct result){ 0 }, NULL);
}

static int do_sleep(struct client *c, int argc, char **argv)
{
	long ms = argc > 1 ? atol(argv[1]) : 0;
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	(void)c;
	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
	return 0;
}

/* SIGUSR1 then ends a blocked call with EINTR instead of killing. */
static int do_interruptible(struct client *c, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	catch_usr1();
	return report(c, "interruptible", (struct result){ 0 }, NULL);
}

static int do_fork_hold(struct client *c, int argc, char **argv)
{
	pid_t pid = fork();

	if (pid < 0)
		return report(c, "fork-hold", (struct result){ .ret = -1, .err = errno }, NULL);
	if (pid) {
		report(c, "fork-hold", (struct result){ 0 }, "child=%d", pid);
		_exit(0);
	}
	setsid();
	return do_hold(c, argc, argv);
}

/* The child goes on with the next verbs, the parent waits for it. */
static int do_fork_wait(struct client *c, int argc, char **argv)
{
	pid_t pid = fork();
	int status = 0;

	(void)argc;
	(void)argv;
	if (pid < 0)
		return report(c, "fork-wait", (struct result){ .ret = -1, .err = errno }, NULL);
	if (!pid)
		return report(c, "fork-wait", (struct result){ 0 }, "child=%d", getpid());
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

static int do_exec_hold(struct client *c, int argc, char **argv)
{
	static char words[2 * (MAX_GPUS + 4)][24];
	char *args[2 * (MAX_GPUS + 4)];
	int n = 0, i;

	(void)argc;
	(void)argv;
	args[n++] = "nvclient";
#define ADOPT(...) do {							\
		args[n++] = "--adopt";					\
		snprintf(words[n], sizeof(words[n]), __VA_ARGS__);	\
		args[n] = words[n];					\
		n++;							\
	} while (0)
	ADOPT("ctl=%d", c->ctl);
	ADOPT("root=0x%x", c->root);
	for (i = 0; i < MAX_GPUS; i++)
		if (c->gpu[i].fd >= 0)
			ADOPT("gpu%d=%d", i, c->gpu[i].fd);
	args[n++] = "ready";
	args[n++] = ",";
	args[n++] = "hold";
	args[n] = NULL;
	execv("/proc/self/exe", args);
	return report(c, "exec-hold", (struct result){ .ret = -1, .err = errno }, NULL);
}

static int do_ready(struct client *c, int argc, char **argv)
{
	(void)c;
	(void)argc;
	(void)argv;
	say("READY pid=%d", getpid());
	return 0;
}

static int do_crash(struct client *c, int argc, char **argv)
{
	(void)c;
	(void)argc;
	(void)argv;
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
	return 1;
}

static int do_exit(struct client *c, int argc, char **argv)
{
	(void)c;
	fflush(stdout);
	_exit(argc > 1 ? atoi(argv[1]) : 0);
}

static int unix_socket(const char *path, struct sockaddr_un *sa)
{
	memset(sa, 0, sizeof(*sa));
	sa->sun_family = AF_UNIX;
	snprintf(sa->sun_path, sizeof(sa->sun_path), "%s", path);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* Waits for a taker to listen, up to ten seconds. */
static int do_sendfd(struct client *c, int argc, char **argv)
{
	struct sockaddr_un sa;
	int sock, fd, tries, ret = -1;

	if (argc < 2)
		return -1;
	fd = node_fd(c, argc > 2 ? argv[2] : "gpu0");
	sock = unix_socket(argv[1], &sa);
	for (tries = 0; tries < 200 && ret; tries++) {
		ret = connect(sock, (struct sockaddr *)&sa, sizeof(sa));
		if (ret)
			usleep(50000);
	}
	if (!ret)
		ret = pass_fd(sock, fd);
	close(sock);
	return report(c, "sendfd", (struct result){ .ret = ret, .err = ret ? errno : 0 }, "fd=%d",
		      fd);
}

/* Takes one file; it becomes NODE, so that the other verbs use it. */
static int do_recvfd(struct client *c, int argc, char **argv)
{
	struct sockaddr_un sa;
	int sock, peer, fd = -1, minor;

	if (argc < 2)
		return -1;
	sock = unix_socket(argv[1], &sa);
	unlink(argv[1]);
	if (!bind(sock, (struct sockaddr *)&sa, sizeof(sa)) && !chmod(argv[1], 0666) &&
	    !listen(sock, 1)) {
		peer = accept(sock, NULL, NULL);
		if (peer >= 0) {
			fd = take_fd(peer);
			close(peer);
		}
	}
	close(sock);
	if (argc > 2 && !strcmp(argv[2], "ctl"))
		c->ctl = fd;
	else if (argc > 2 && !strcmp(argv[2], "uvm"))
		c->uvm = fd;
	else if (argc > 2 && sscanf(argv[2], "gpu%d", &minor) == 1 && minor >= 0 &&
		 minor < MAX_GPUS)
		c->gpu[minor].fd = fd;
	else
		c->received = fd;
	return report(c, "recvfd",
		      (struct result){ .ret = fd < 0 ? -1 : 0, .err = fd < 0 ? errno : 0 }, "fd=%d",
		      fd);
}

static int do_xfer(struct client *c, int argc, char **argv)
{
	c->xfer = argc > 1 && !strcmp(argv[1], "on");
	return report(c, "xfer", (struct result){ 0 }, "on=%d", c->xfer);
}

static int do_os21(struct client *c, int argc, char **argv)
{
	c->os21 = argc > 1 && !strcmp(argv[1], "on");
	return report(c, "os21", (struct result){ 0 }, "on=%d", c->os21);
}

/* A program that trains: takes the GPU, says READY, stays. */
static int do_train(struct client *c, int argc, char **argv)
{
	char *alloc[] = { "alloc", argc > 1 ? argv[1] : "256M", NULL };

	if (do_context(c, 1, argv) || do_alloc(c, 2, alloc))
		exit(1);
	do_ready(c, 0, NULL);
	return do_hold(c, 1, argv);
}

/* A program that infers: takes the GPU, works a moment, gives everything back. */
static int do_infer(struct client *c, int argc, char **argv)
{
	char *alloc[] = { "alloc", "16M", "4", NULL },
	     *work[] = { "sleep", argc > 1 ? argv[1] : "100", NULL };
	char *free_all[] = { "free", "all", NULL };

	if (do_context(c, 1, argv) || do_alloc(c, 3, alloc))
		exit(1);
	do_ready(c, 0, NULL);
	do_sleep(c, 2, work);
	return do_free(c, 2, free_all);
}

const struct verb verbs_life[] = {
	{ "hold", do_hold, "(until SIGUSR1 or the end of a piped standard input)" },
	{ "sleep", do_sleep, "MS" },
	{ "interruptible", do_interruptible, "(SIGUSR1 ends a blocked call with EINTR)" },
	{ "ready", do_ready, "" },
	{ "fork-hold", do_fork_hold, "(parent exits, child keeps the files)" },
	{ "fork-wait", do_fork_wait, "(child runs the next verbs, parent waits)" },
	{ "exec-hold", do_exec_hold, "(executes itself with its files)" },
	{ "sendfd", do_sendfd, "SOCKET [NODE]" },
	{ "recvfd", do_recvfd, "SOCKET [ctl|uvm|gpuN]" },
	{ "crash", do_crash, "" },
	{ "exit", do_exit, "[N]" },
	{ "xfer", do_xfer, "on|off" },
	{ "os21", do_os21, "on|off" },
	{ "train", do_train, "[SIZE]" },
	{ "infer", do_infer, "[MS]" },
	{ NULL, NULL, NULL },
};
