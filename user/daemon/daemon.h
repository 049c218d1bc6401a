/* SPDX-License-Identifier: GPL-2.0-only */
/* daemon.h - the parts of gpuwardd. */
#ifndef GPUWARDD_H
#define GPUWARDD_H

#include "../common/tool.h"

/* --- message.c: texts -------------------------------------------------------------------------- */

/* What a program waits for, and what it was notified of last. */
enum topic { TOPIC_NONE, TOPIC_GPUS, TOPIC_ACCEL };

struct holder {
	uint32_t pid;		/* as the daemon sees it, 0 when none is known */
	uint32_t shown_pid;	/* as the waiting program sees it, 0 when it does not */
	const char *command;
	const char *hint;	/* further advice, or NULL */
};

/* Texts of several lines, to be freed by the caller; NULL without memory. */
char *message_wait(const char *brand, enum topic topic, const struct holder *holder, int is_first);
char *message_ready(const char *brand);
char *message_evict(const char *brand, uint64_t left_ns);
char *message_stay(const char *brand);

/* --- waiters.c: jobs that wait ----------------------------------------------------------------- */

struct waiters;

/* @notify is called with each text and the program that it is for. NULL without memory. */
struct waiters *waiters_new(const char *brand, void (*notify)(uint32_t pid, const char *text));
void waiters_free(struct waiters *waiters);

/* An event in the order of the module. */
void waiters_event(struct waiters *waiters, const struct gpuward_event_info *event);

/* All jobs there are: after a start, and after lost events. */
void waiters_sync(struct waiters *waiters, const struct gpuward_job_info *list);

/* --- reaper.c: jobs that have to go ------------------------------------------------------------ */

struct reaper {
	struct tool *tool;
	const char *brand;
	int signal;		/* for evicted jobs, if they handle it; 0: none */
	void (*notify)(uint32_t pid, const char *text);
};

void reaper_event(const struct reaper *reaper, const struct gpuward_event_info *event);

/* All jobs there are: after a start, and after lost events. */
void reaper_sync(const struct reaper *reaper, const struct gpuward_job_info *list);

/* --- process.c: what /proc knows --------------------------------------------------------------- */

/* @pid as the process @seer sees it; 0 when it does not or when one of them is gone. */
uint32_t process_seen_by(uint32_t pid, uint32_t seer);
int process_are_siblings(uint32_t a, uint32_t b);
/* Has it a handler for @sig? */
int process_handles(uint32_t pid, int sig);

/* --- terminal.c -------------------------------------------------------------------------------- */

/* Write to the terminal of a process, if it has one. Waits for a moment at most. 0 when written. */
int terminal_write(uint32_t pid, const char *text);

/* --- config.c ---------------------------------------------------------------------------------- */

struct config {
	char brand[GPUWARD_NAME_LEN];
	int evict_signal;
};

/* Read the lines key=value of a file over @config. 0 or an exit code. @must_exist: a missing file is an error. */
int config_read(struct tool *tool, const char *path, int must_exist, struct config *config);
/* NULL, or what is wrong with it. */
const char *config_set_brand(struct config *config, const char *brand);

/* --- log.c ------------------------------------------------------------------------------------- */

/* @priority as in syslog.h; @vm and @job are those that the message is of, or NULL and 0. */
void log_print(int priority, const char *vm, uint64_t job, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same with the text of the handle's last error; returns the exit code for @err. */
int log_fail(struct tool *tool, const char *vm, uint64_t job, int err);

/* The tool itself; tests compare manual and completion with it. */
extern const struct command daemon_command;

#endif /* GPUWARDD_H */
