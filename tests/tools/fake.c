// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake.c - the scenario, and /dev/gpuward played from it.
 * Owns the file's syntax. Must not know netlink.
 */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/gpuward.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../user/lib/sys.h"

static struct line *lines;

static void die(const char *what, const char *text)
{
	fprintf(stderr, "fake: %s: %s\n", what, text);
	exit(99);
}

/* The next word of a line, unquoted in place. NULL at the end. */
static char *next_word(char **at)
{
	char *from = *at + strspn(*at, " \t\n"), *to = from, *word = from;
	int is_quoted = 0;
	unsigned int byte;

	if (!*from)
		return NULL;
	for (; *from && (is_quoted || !strchr(" \t\n", *from)); from++) {
		if (*from == '"') {
			is_quoted = !is_quoted;
		} else if (*from == '\\' && from[1] == 'x' && sscanf(from + 2, "%2x", &byte) == 1) {
			*to++ = (char)byte;
			from += 3;
		} else {
			*to++ = *from;
		}
	}
	*at = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

static void parse_line(char *text, struct line ***last)
{
	struct line *line;
	char *whole = text, *word = next_word(&text);

	if (!word || *word == '#') {
		free(whole);
		return;
	}
	line = calloc(1, sizeof(*line));
	line->verb = word;
	line->name = "";
	while ((word = next_word(&text))) {
		char *value = strchr(word, '=');

		if (line->nr_keys == 40)
			die("too many keys", line->verb);
		if (value)
			*value++ = '\0';
		else if (!line->nr_keys && !*line->name) {
			line->name = word;
			continue;
		}
		line->keys[line->nr_keys].key = word;
		line->keys[line->nr_keys++].value = value ?: "";
	}
	**last = line;
	*last = &line->next;
}

struct line *fake_lines(void)
{
	const char *path = getenv("GPUWARD_FAKE");
	struct line **last = &lines;
	char *text = NULL;
	size_t size = 0;
	FILE *from;

	if (lines)
		return lines;
	from = path ? fopen(path, "r") : NULL;
	if (!from)
		die("no scenario", path ?: "$GPUWARD_FAKE is not set");
	/* Each line keeps its buffer: the words live in it. */
	while (getline(&text, &size, from) > 0) {
		parse_line(text, &last);
		text = NULL;
		size = 0;
	}
	free(text);
	fclose(from);
	if (!lines)
		die("empty scenario", path);
	return lines;
}

const char *line_get(const struct line *line, const char *key)
{
	int i;

	for (i = 0; i < line->nr_keys; i++)
		if (!strcmp(line->keys[i].key, key))
			return line->keys[i].value;
	return NULL;
}

uint64_t line_number(const struct line *line, const char *key, uint64_t otherwise)
{
	const char *value = line_get(line, key);

	return value ? strtoull(value, NULL, 0) : otherwise;
}

struct line *find_line(const char *verb, const char *name)
{
	struct line *line;

	for (line = fake_lines(); line; line = line->next)
		if (!strcmp(line->verb, verb) && !strcmp(line->name, name))
			return line;
	return NULL;
}

FILE *fake_log(void)
{
	static FILE *log;

	if (!log && getenv("GPUWARD_FAKE_LOG"))
		log = fopen(getenv("GPUWARD_FAKE_LOG"), "ae");
	if (log)
		setlinebuf(log);
	return log;
}

void log_text(const char *key, const char *text)
{
	if (fake_log())
		fprintf(fake_log(), " %s=\"%s\"", key, text);
}

/* --- /dev/gpuward ----------------------------------------------------------------------------- */

struct member {
	const char *name;
	size_t offset, size;
	int is_text;
};

struct call {
	unsigned long request;
	const char *name;
	size_t size;
	struct member members[24];
};

#define N(type, field) { #field, offsetof(struct type, field), sizeof(((struct type *)0)->field), 0 }
#define T(type, field) { #field, offsetof(struct type, field), sizeof(((struct type *)0)->field), 1 }

static const struct call calls[] = {
	{ GPUWARD_IOC_VERSION, "VERSION", sizeof(struct gpuward_version), {
		N(gpuward_version, out_abi), N(gpuward_version, out_min_abi),
		N(gpuward_version, out_version), N(gpuward_version, out_verdict),
		N(gpuward_version, out_state), N(gpuward_version, out_permissive),
		T(gpuward_version, out_version_text), T(gpuward_version, out_driver) } },
	{ GPUWARD_IOC_VM_GET, "VM_GET", sizeof(struct gpuward_vm_get), {
		N(gpuward_vm_get, out_id), N(gpuward_vm_get, out_class),
		N(gpuward_vm_get, out_priority), N(gpuward_vm_get, out_nr_accels),
		N(gpuward_vm_get, out_max_accels), N(gpuward_vm_get, out_default_accel),
		N(gpuward_vm_get, out_bound_accel), T(gpuward_vm_get, out_name) } },
	{ GPUWARD_IOC_ACCEL_GET, "ACCEL_GET", sizeof(struct gpuward_accel_get), {
		N(gpuward_accel_get, out_index), N(gpuward_accel_get, out_state),
		N(gpuward_accel_get, out_nr_gpus), N(gpuward_accel_get, out_total_bytes),
		N(gpuward_accel_get, out_used_bytes), N(gpuward_accel_get, out_nr_running),
		N(gpuward_accel_get, out_nr_waiting), N(gpuward_accel_get, out_nr_placed),
		N(gpuward_accel_get, out_is_default), N(gpuward_accel_get, out_program),
		N(gpuward_accel_get, out_duplicable), T(gpuward_accel_get, out_name),
		T(gpuward_accel_get, out_model) } },
	{ GPUWARD_IOC_MODEL_GET, "MODEL_GET", sizeof(struct gpuward_model_get), {
		N(gpuward_model_get, out_nr_gpus), N(gpuward_model_get, out_is_current),
		N(gpuward_model_get, out_memory_bytes), T(gpuward_model_get, out_name) } },
	{ GPUWARD_IOC_JOB_GET, "JOB_GET", sizeof(struct gpuward_job_get), {
		N(gpuward_job_get, out_id), N(gpuward_job_get, out_state),
		N(gpuward_job_get, out_accel), N(gpuward_job_get, out_pid),
		N(gpuward_job_get, out_position), N(gpuward_job_get, out_used_bytes),
		N(gpuward_job_get, out_wait_ns), N(gpuward_job_get, out_held_ns),
		T(gpuward_job_get, out_command) } },
	{ GPUWARD_IOC_ACCEL_SET_MODEL, "ACCEL_SET_MODEL", sizeof(struct gpuward_accel_set_model), {
		N(gpuward_accel_set_model, accel), N(gpuward_accel_set_model, out_pid),
		N(gpuward_accel_set_model, out_state), T(gpuward_accel_set_model, model),
		T(gpuward_accel_set_model, out_command) } },
	{ GPUWARD_IOC_ACCEL_RESET, "ACCEL_RESET", sizeof(struct gpuward_accel_reset), {
		N(gpuward_accel_reset, accel), N(gpuward_accel_reset, out_nr_ended) } },
	{ GPUWARD_IOC_VM_TOKEN, "VM_TOKEN", sizeof(struct gpuward_vm_token), {
		N(gpuward_vm_token, flags), N(gpuward_vm_token, vm), T(gpuward_vm_token, token) } },
	{ GPUWARD_IOC_ACCEL_ADD, "ACCEL_ADD", sizeof(struct gpuward_accel_add), {
		N(gpuward_accel_add, out_index), T(gpuward_accel_add, model) } },
	{ GPUWARD_IOC_ACCEL_DEL, "ACCEL_DEL", sizeof(struct gpuward_accel_del), {
		N(gpuward_accel_del, accel), N(gpuward_accel_del, out_reason),
		N(gpuward_accel_del, out_pid), N(gpuward_accel_del, out_state),
		T(gpuward_accel_del, out_command) } },
	{ GPUWARD_IOC_ACCEL_SET_DEFAULT, "ACCEL_SET_DEFAULT", sizeof(struct gpuward_accel_set_default), {
		N(gpuward_accel_set_default, accel) } },
};

static void set_member(char *arg, const struct member *m, const char *value)
{
	uint64_t number = strtoull(value, NULL, 0);

	if (m->is_text)
		strncpy(arg + m->offset, value, m->size);	/* a full field has no NUL */
	else
		memcpy(arg + m->offset, &number, m->size);
}

static uint64_t get_number(const char *arg, const struct member *m)
{
	uint64_t number = 0;

	memcpy(&number, arg + m->offset, m->size);
	return number;
}

static void log_call(const struct call *call, const char *arg)
{
	const struct member *m;

	if (!fake_log() || call->request == GPUWARD_IOC_VERSION)
		return;
	fprintf(fake_log(), "ioctl %s", call->name);
	for (m = call->members; m->name; m++) {
		if (!strncmp(m->name, "out_", 4))
			continue;
		if (m->is_text)
			log_text(m->name, arg + m->offset);
		else
			fprintf(fake_log(), " %s=%llu", m->name,
				(unsigned long long)get_number(arg, m));
	}
	fputc('\n', fake_log());
}

/* Of a walk, the line that comes next; of other calls the first. */
static const struct line *choose(const struct call *call, const void *arg)
{
	unsigned int nr = 0;
	struct line *line;

	for (line = fake_lines(); line; line = line->next) {
		if (strcmp(line->verb, "ioctl") || strcmp(line->name, call->name))
			continue;
		if (call->request == GPUWARD_IOC_ACCEL_GET && line_number(line, "out_index", 0) <
		    ((const struct gpuward_accel_get *)arg)->index)
			continue;
		if (call->request == GPUWARD_IOC_JOB_GET && line_number(line, "out_id", 0) <=
		    ((const struct gpuward_job_get *)arg)->after)
			continue;
		if (call->request == GPUWARD_IOC_MODEL_GET &&
		    nr++ < ((const struct gpuward_model_get *)arg)->index)
			continue;
		return line;
	}
	return NULL;
}

static int play(const struct call *call, void *arg)
{
	const struct line *line = choose(call, arg);
	const struct member *m;
	const char *value;

	log_call(call, arg);
	if (!line)
		return find_line("ioctl", "VM_GET") ? -ENOENT : -ENXIO;
	for (m = call->members; m->name; m++) {
		value = line_get(line, m->name);
		if (value || !strncmp(m->name, "out_", 4))
			set_member(arg, m, value ?: "");
	}
	return -(int)line_number(line, "errno", 0);
}

int gw_sys_ioctl(int fd, unsigned long request, void *arg)
{
	int nv = fake_nv_ioctl(request, arg);
	size_t i;

	(void)fd;
	if (nv != 1)
		return nv;
	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		uint32_t size, flags;

		if (calls[i].request != request)
			continue;
		memcpy(&size, arg, sizeof(size));
		memcpy(&flags, (char *)arg + 4, sizeof(flags));
		if (size != calls[i].size)
			return -EINVAL;
		if (flags & ~(request == GPUWARD_IOC_VM_TOKEN ? GPUWARD_VM_TOKEN_SET : 0u))
			return -EOPNOTSUPP;
		return play(&calls[i], arg);
	}
	return -ENOTTY;
}

ssize_t gw_sys_readlink(const char *path, char *buf, size_t size)
{
	return fake_nv_readlink(path, buf, size);
}

int gw_sys_open(const char *path, int flags)
{
	int fd;

	if (!strcmp(path, "/dev/gpuward")) {
		if (find_line("no", "device"))
			return -ENOENT;
		return open("/dev/null", O_RDWR | O_CLOEXEC);
	}
	fd = fake_nv_open(path);
	if (fd == 1)
		fd = open(path, flags | O_CLOEXEC) < 0 ? -errno : -ENOENT;
	return fd;
}

/* --- processes: every number is one, but "gone pid=N" ----------------------------------------- */

#define FIRST_CAUGHT 500	/* the number of its descriptor tells which */
static uint32_t caught[64];
static int nr_caught;

int gw_sys_pidfd_open(uint32_t pid)
{
	const struct line *line;

	for (line = fake_lines(); line; line = line->next)
		if (!strcmp(line->verb, "gone") && line_number(line, "pid", 0) == pid)
			return -ESRCH;
	if (nr_caught == sizeof(caught) / sizeof(*caught))
		abort();
	caught[nr_caught++] = pid;
	return fcntl(0, F_DUPFD_CLOEXEC, FIRST_CAUGHT + nr_caught - 1);
}

int gw_sys_pidfd_kill(int fd, int sig)
{
	if (fd < FIRST_CAUGHT || fd >= FIRST_CAUGHT + nr_caught)
		abort();
	if (fake_log())
		fprintf(fake_log(), "kill %u %d\n", caught[fd - FIRST_CAUGHT], sig);
	return 0;
}
