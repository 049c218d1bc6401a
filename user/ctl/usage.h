/* SPDX-License-Identifier: GPL-2.0-only */
/* usage.h - periods and sums of usage records. */
#ifndef GPUWARDCTL_USAGE_H
#define GPUWARDCTL_USAGE_H

#include <gpuward/libgpuward.h>

/* By what records are added up. */
enum usage_by { BY_VM = 1, BY_MODEL = 2 };

/* "vm", "model", "vm,model": enum usage_by, or 0 for another word. */
unsigned int usage_by_word(const char *word);

/* Add up records, or sums, of a kind; they come sorted by VM and by model. -1 without memory. */
int usage_sum(struct gpuward_usage_info **list, unsigned int by);

/* Which records: by number or by the time at which they ended. */
struct usage_period {
	uint64_t after_seq;
	uint64_t last_seq;
	uint64_t after_ns;	/* CLOCK_BOOTTIME */
	uint64_t last_ns;
};

/*
 * "SEQ", or how long ago: "90s", "30m", "12h", "7d". 0, -1 when it is neither. @now_ns is
 * CLOCK_BOOTTIME now.
 */
int usage_since(const char *text, uint64_t now_ns, struct usage_period *period);
int usage_until(const char *text, uint64_t now_ns, struct usage_period *period);

/* Leave the records of a period, free the others. */
void usage_select(struct gpuward_usage_info **list, const struct usage_period *period);

#endif /* GPUWARDCTL_USAGE_H */
