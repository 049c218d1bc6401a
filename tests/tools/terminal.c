// SPDX-License-Identifier: GPL-2.0-only
/*
 * terminal.c - what gpuwardd says, to whom, when, and on which terminal.
 * Terminals and processes are real.
 */
#include <errno.h>
#include <pty.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>

#include "../../user/daemon/daemon.h"
#include "ktap.h"
#include "procs.h"

static void terminals(void)
{
	int master, slave, file, null, pipes[2], reads, i;
	char name[64], path[] = "/tmp/gpuward-test-XXXXXX";
	struct stat st;
	double before;
	pid_t pid;

	if (openpty(&master, &slave, name, NULL, NULL) || pipe(pipes))
		exit(1);
	file = mkstemp(path);
	null = open("/dev/zero", O_RDWR);
	pid = sleeper(file, slave);
	ktap(!terminal_write((uint32_t)pid, "hello\n") && !strcmp(drain(master), "hello\r\n"),
	     "stderr is a terminal: written there");
	end(pid);
	pid = sleeper(slave, file);
	ktap(!terminal_write((uint32_t)pid, "hello\n") && !strcmp(drain(master), "hello\r\n"),
	     "only stdout is a terminal: written there");
	end(pid);
	pid = sleeper(file, pipes[1]);
	ktap(terminal_write((uint32_t)pid, "hello\n") == -ENOTTY && !fstat(file, &st) &&
	     !st.st_size && !*drain(pipes[0]), "a file and a pipe: nothing is written");
	end(pid);
	pid = sleeper(-1, null);
	ktap(terminal_write((uint32_t)pid, "hello\n") == -ENOTTY,
	     "a character device that is no terminal is not written");
	end(pid);
	ktap(terminal_write((uint32_t)pid, "hello\n") == -ENOTTY, "a process that is gone");
	reads = open(name, O_RDONLY | O_NOCTTY);
	pid = sleeper(-1, reads);
	ktap(reads >= 0 && terminal_write((uint32_t)pid, "hello\n") == -ENOTTY && !*drain(master),
	     "a terminal that the process may only read is not written");
	end(pid);
	pid = sleeper(-1, slave);
	for (i = 0; i < 20000 && terminal_write((uint32_t)pid, "nobody reads this line of text\n") !=
	     -EAGAIN; i++)
		;
	before = now();
	ktap(i < 20000 && terminal_write((uint32_t)pid, "x") == -EAGAIN && now() - before < 5,
	     "a terminal that nobody reads: given up after %d lines, and soon", i);
	end(pid);
	unlink(path);
}

/* Lines of ours among what a program writes without a pause. */
static void busy_terminal(void)
{
	int master, slave, i, lost = 0, seen = 0, want = 100;
	char buf[8192], *at;
	pid_t writer, said_by;
	size_t kept = 0;
	ssize_t got;

	if (openpty(&master, &slave, NULL, NULL, NULL))
		exit(1);
	writer = fork();
	if (!writer) {
		dup2(slave, 2);
		for (;;)
			if (write(2, "noise of the program itself\n", 28) < 0)
				_exit(1);
	}
	if (read(master, buf, 1) != 1)		/* else it may not have its terminal yet */
		exit(1);
	said_by = fork();
	if (!said_by) {
		close(slave);
		for (i = 0; i < want; i++)
			lost += terminal_write((uint32_t)writer, "<message>") != 0;
		_exit(lost);
	}
	close(slave);
	/* When the one that says has ended, so does the writer, and with it the terminal. */
	while ((got = read(master, buf + kept, sizeof(buf) - 1 - kept)) > 0) {
		buf[kept + (size_t)got] = '\0';
		for (at = buf; (at = strstr(at, "<message>")); at += 9)
			seen++;
		/* A message may be cut by the end of the buffer. */
		kept = kept + (size_t)got > 8 ? 8 : kept + (size_t)got;
		memmove(buf, buf + strlen(buf) - kept, kept);
		if (waitpid(said_by, &lost, WNOHANG) == said_by)
			kill(writer, SIGKILL);
	}
	waitpid(writer, NULL, 0);
	ktap(WIFEXITED(lost) && !WEXITSTATUS(lost) && seen == want,
	     "a program that writes all the time: %d of %d messages arrive", seen, want);
	close(master);
}

static void namespaces(void)
{
	int ready[2], failed = 0;
	pid_t inside, first = 0, second = 0;

	if (pipe(ready))
		exit(1);
	inside = fork();
	if (!inside) {
		pid_t pids[2] = { -1, -1 };

		if (!unshare(CLONE_NEWUSER | CLONE_NEWPID)) {
			int i;

			for (i = 0; i < 2; i++) {
				pids[i] = fork();
				if (!pids[i]) {
					pause();
					_exit(0);
				}
			}
		}
		if (write(ready[1], pids, sizeof(pids)) != sizeof(pids))
			_exit(1);
		pause();
		_exit(0);
	}
	failed = read(ready[0], &first, sizeof(first)) != sizeof(first) ||
		 read(ready[0], &second, sizeof(second)) != sizeof(second);
	ktap(process_seen_by((uint32_t)getpid(), (uint32_t)inside) == (uint32_t)getpid(),
	     "in the same pid namespace a process has the same number");
	ktap(process_are_siblings((uint32_t)inside, (uint32_t)inside) &&
	     !process_are_siblings((uint32_t)inside, (uint32_t)getpid()), "siblings");
	if (failed || first <= 0) {
		printf("ok %d - pid namespaces # SKIP no user namespaces here\n", ++ktap_number);
	} else {
		ktap(process_seen_by((uint32_t)second, (uint32_t)first) == 2 &&
		     process_seen_by((uint32_t)first, (uint32_t)second) == 1,
		     "inside a pid namespace a process has the number of that namespace");
		ktap(process_seen_by((uint32_t)inside, (uint32_t)first) == 0,
		     "a process outside is not seen from inside");
		end(first);	/* the first of a namespace takes the others with it */
	}
	end(inside);
}

/* --- who is told what ------------------------------------------------------------------------- */

static char said[16384];

static void say(uint32_t pid, const char *text)
{
	size_t len = strlen(said);

	snprintf(said + len, sizeof(said) - len, "%u:\n%s", pid, text);
}

static void event(struct waiters *waiters, uint32_t type, uint64_t job, uint32_t pid, uint32_t holder)
{
	struct gpuward_event_info e = {
		.type = type, .vm_id = 1, .job = job, .pid = pid, .holder_pid = holder,
		.holder_nspid = holder, .vm = "alice",
	};

	snprintf(e.command, sizeof(e.command), "python job%u.py", (unsigned int)job);
	snprintf(e.holder_command, sizeof(e.holder_command), "python train.py");
	said[0] = '\0';
	waiters_event(waiters, &e);
}

static int is_said(const char *text)
{
	if (!strcmp(said, text))
		return 1;
	printf("# wanted: %s\n# said: %s\n", text, said);
	return 0;
}

#define REQUESTING "[info] Requesting resources for AI Accelerator...\n"
#define IN_USE(pid, command)							\
	"[warning] AI Accelerator is already in use by another process:\n"	\
	"[warning]   (pid: " pid ") " command "\n"				\
	"[warning] Two or more processes cannot use AI Accelerator at the same time. The program will resume automatically after the process " pid " terminates...\n"
#define NOT_ENOUGH								\
	"[warning] Not enough resources are currently available for AI Accelerator. All resources in the system are being used by other users. The program will resume automatically when resources become available...\n"
#define READY "[info] AI Accelerator is ready to use.\n"

enum {
	WAIT = GPUWARD_EVENT_JOB_WAIT, PLACING = GPUWARD_EVENT_JOB_PLACING,
	START = GPUWARD_EVENT_JOB_START, END = GPUWARD_EVENT_JOB_END,
	CANCEL = GPUWARD_EVENT_JOB_CANCEL,
};

/* Numbers that no process has, so that /proc knows nothing of them. */
#define P1 4194401
#define P2 4194402
#define P3 4194403

static void talks(void)
{
	struct waiters *waiters = waiters_new("AI Accelerator", say);

	event(waiters, START, 1, 10000, 0);
	ktap(is_said(""), "a program that never waited is told nothing");
	event(waiters, WAIT, 2, P2, 10000);
	ktap(is_said("4194402:\n" REQUESTING IN_USE("10000", "python train.py")),
	     "waiting for the accelerator");
	event(waiters, WAIT, 2, P2, 10000);
	ktap(is_said(""), "nothing new, nothing said");
	event(waiters, PLACING, 3, P3, 0);
	ktap(is_said("4194403:\n" REQUESTING NOT_ENOUGH), "waiting for GPUs");
	event(waiters, PLACING, 3, P3, 0);
	ktap(is_said(""), "still waiting for GPUs: nothing said");
	event(waiters, WAIT, 3, P3, 10000);
	ktap(is_said("4194403:\n" IN_USE("10000", "python train.py")),
	     "has GPUs, waits for the accelerator: said without asking anew");
	event(waiters, END, 1, 10000, 0);
	ktap(is_said(""), "the holder ended, nobody took over yet");
	event(waiters, START, 2, P2, 0);
	ktap(strstr(said, "4194402:\n" READY) == said && strstr(said, "4194403:\n[warning] AI Acc") &&
	     strstr(said, "python job2.py"), "one is ready, the other is told of the new holder");
	event(waiters, END, 2, P2, 0);
	event(waiters, START, 3, P3, 0);
	ktap(is_said("4194403:\n" READY), "the last one is ready");
	event(waiters, WAIT, 1, P1, P3);
	event(waiters, CANCEL, 1, P1, 0);
	ktap(is_said(""), "an interrupted wait: nothing said");
	event(waiters, START, 1, P1, 0);
	ktap(is_said(""), "and forgotten");
	waiters_free(waiters);
}

static void order(void)
{
	struct waiters *waiters = waiters_new("AI Accelerator", say);

	event(waiters, START, 1, 10000, 0);
	event(waiters, WAIT, 2, P2, 10000);
	event(waiters, WAIT, 3, P3, 10000);
	/* The next one starts before the end of the first is told. */
	event(waiters, START, 2, P2, 0);
	ktap(is_said("4194402:\n" READY), "started before the other's end: only itself is told");
	event(waiters, END, 1, 10000, 0);
	ktap(strstr(said, "4194403:\n") == said && strstr(said, "python job2.py"),
	     "then those left are told of the new holder");
	waiters_free(waiters);
}

static void lost_events(void)
{
	struct gpuward_job_info two = { .id = 2, .vm_id = 1, .pid = P2, .vm = "alice",
					.state = GPUWARD_JOB_WAITING, .command = "waiter" };
	struct gpuward_job_info one = { .id = 1, .vm_id = 1, .pid = (uint32_t)getpid(),
					.state = GPUWARD_JOB_RUNNING, .command = "holder",
					.next = &two };
	struct waiters *waiters = waiters_new("AI Accelerator", say);

	said[0] = '\0';
	waiters_sync(waiters, &one);
	ktap(strstr(said, "4194402:\n" REQUESTING "[warning] AI Accelerator is already") == said &&
	     strstr(said, "holder\n"), "those who wait when the daemon starts are told");
	said[0] = '\0';
	waiters_sync(waiters, &one);
	ktap(is_said(""), "events were lost, nothing changed: nothing said");
	two.state = GPUWARD_JOB_RUNNING;
	waiters_sync(waiters, &two);
	ktap(is_said("4194402:\n" READY), "events were lost, it runs by now");
	said[0] = '\0';
	waiters_sync(waiters, NULL);
	event(waiters, START, 2, P2, 0);
	ktap(is_said(""), "what is gone is forgotten");
	waiters_free(waiters);
}

static void workers(void)
{
	struct waiters *waiters = waiters_new("AI Accelerator", say);
	struct gpuward_event_info e = { .type = WAIT, .vm_id = 1, .job = 1, .vm = "alice", .accel = 2,
					.command = "python ddp.py", .holder_command = "python ddp.py" };
	pid_t a = sleeper(-1, -1), b = sleeper(-1, -1);

	e.pid = (uint32_t)a;
	e.holder_pid = e.holder_nspid = (uint32_t)b;
	said[0] = '\0';
	waiters_event(waiters, &e);
	ktap(strstr(said, "gpuwardctl accel set alice:2 --program tree") != NULL,
	     "a waiter that looks like a worker of the holder is told of the setting");
	e.job = 2;
	strcpy(e.command, "python other.py");
	said[0] = '\0';
	waiters_event(waiters, &e);
	ktap(*said && !strstr(said, "--program tree"), "another command: not told");
	e.job = 3;
	e.holder_nspid = 0;
	strcpy(e.holder_command, "evil \033[2J");
	said[0] = '\0';
	waiters_event(waiters, &e);
	ktap(strstr(said, "(in another pid namespace) evil \\x1b[2J\n") &&
	     strstr(said, "after that process terminates...\n"),
	     "a holder that the waiter cannot see has no number; its command is escaped");
	end(a);
	end(b);
	waiters_free(waiters);
}

int main(void)
{
	terminals();
	busy_terminal();
	namespaces();
	talks();
	order();
	lost_events();
	workers();
	return ktap_end();
}
