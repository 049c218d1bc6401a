/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake.h - a module and a driver in a text file, in place of user/lib/sys*.c.
 * Owns the scenario. Must not share tables with the library: a wrong number would agree with
 * itself.
 */
#ifndef TOOLS_FAKE_H
#define TOOLS_FAKE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * One line of the file that $GPUWARD_FAKE names: "VERB NAME key=value key="te\x1bxt" ...". Words
 * without = are keys without a value.
 *
 *   no device                    /dev/gpuward is not there
 *   no family                    nor is the netlink family
 *   no cap_ack                   errors repeat the request, as old kernels do
 *   ioctl NAME out_x=...         an answer; of a walk, one entry
 *   ioctl NAME errno=N out_x=... a refusal
 *   nl CMD ATTR=...              an object; matched with what a request names
 *   do CMD ATTR=...              the same, not for dumps
 *   dump CMD ATTR=...            the same, for dumps only
 *   nl ACCEL_GET PLACED="0:16"   minor:bytes, comma-separated
 *   fail CMD errno=N text="..."  a refusal
 *   interrupt CMD times=N        the first N dumps change while they are read
 *   garbage CMD                  an answer with an attribute of the wrong length
 *   event TYPE=N ATTR=...        after the last one the family goes away
 *   no unload                    but stays, and nothing more happens
 *   forged TYPE=N ATTR=...       the same, from another program than the kernel
 *   lost                         in place of an event: events were lost
 *   gone pid=N                   there is no such process
 *   load errno=N text=...        why the kernel does not load the module, what its log says
 *   unload errno=N               the same
 *   card minor=N ...             a GPU of NVIDIA's driver
 */
struct line {
	struct line *next;
	const char *verb;
	const char *name;
	int nr_keys;
	struct { const char *key, *value; } keys[40];
	int is_used;
};

struct line *fake_lines(void);
const char *line_get(const struct line *line, const char *key);
uint64_t line_number(const struct line *line, const char *key, uint64_t otherwise);
struct line *find_line(const char *verb, const char *name);

/* What the tool asked for, in the file that $GPUWARD_FAKE_LOG names. NULL when not wanted. */
FILE *fake_log(void);
void log_text(const char *key, const char *text);

/* Requests of the resource manager. 1 when it is none. */
int fake_nv_open(const char *path);
ssize_t fake_nv_readlink(const char *path, char *buf, size_t size);
int fake_nv_ioctl(unsigned long request, void *arg);

#endif /* TOOLS_FAKE_H */
