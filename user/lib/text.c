// SPDX-License-Identifier: GPL-2.0-only
/* text.c - sizes and the words of enumerations, to and from text. */
#include <gpuward/libgpuward.h>

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static int unit_shift(const char *unit)
{
	static const char letters[] = "bkmgt";
	const char *letter;

	if (!*unit)
		return 0;
	letter = strchr(letters, tolower((unsigned char)*unit));
	if (!letter)
		return -1;
	if (unit[1] && (letter == letters || (strcasecmp(unit + 1, "b") &&
					      strcasecmp(unit + 1, "ib"))))
		return -1;
	return (int)(letter - letters) * 10;
}

int gpuward_parse_size(const char *text, uint64_t *bytes)
{
	uint64_t value = 0;
	int shift;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	for (; isdigit((unsigned char)*text); text++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return -ERANGE;
	}
	if (text[0] == ' ' && text[1])
		text++;
	shift = unit_shift(text);
	if (shift < 0)
		return -EINVAL;
	if (shift && value >> (64 - shift))
		return -ERANGE;
	*bytes = value << shift;
	return 0;
}

const char *gpuward_format_size(uint64_t bytes, char buf[GPUWARD_SIZE_LEN])
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	unsigned int unit = 0;

	while (unit < 4 && bytes && !(bytes & 1023)) {
		bytes >>= 10;
		unit++;
	}
	snprintf(buf, GPUWARD_SIZE_LEN, "%" PRIu64 " %s", bytes, units[unit]);
	return buf;
}

#define WORDS(...) (const char *const[]){ __VA_ARGS__, NULL }

/* In the order of the enumerations; "" where a value is not used. */
static const char *const *const words_of[GPUWARD_NR_WORDS] = {
	[GPUWARD_WORDS_STATE] = WORDS("detached", "no-driver", "attached", "refusing",
				      "unprotected"),
	[GPUWARD_WORDS_CLASS] = WORDS("reserved", "on-demand", "spot", "dedicated"),
	[GPUWARD_WORDS_PROGRAM] = WORDS("auto", "process", "tree", "cgroup"),
	[GPUWARD_WORDS_ACCEL] = WORDS("idle", "waiting", "placed", "running", "reserved",
				      "pending"),
	[GPUWARD_WORDS_JOB] = WORDS("", "placing", "waiting", "running", "ending",
				    "orphaned", "evicting"),
	[GPUWARD_WORDS_HOST] = WORDS("allow", "deny"),
	[GPUWARD_WORDS_ENFORCE] = WORDS("on", "permissive"),
	[GPUWARD_WORDS_GPU] = WORDS("IDLE", "PREPARING", "PROCESSING", "CLEANING", "SHUTDOWN",
				    "QUARANTINE"),
	[GPUWARD_WORDS_WAIT] = WORDS("queue", "fail", "timeout"),
	[GPUWARD_WORDS_REASON] = WORDS("absent", "quarantined", "drained", "group", "too-small", "kept",
				    "busy", "dedicated", "too-full", "held-back", "fits", "too-few",
				    "other", "chosen"),
	[GPUWARD_WORDS_TOPOLOGY] = WORDS("nvlink", "pcie", "numa", "none"),
	[GPUWARD_WORDS_PLACEMENT] = WORDS("placed", "fits", "waits", "needs-gpus", "never"),
	[GPUWARD_WORDS_GROUP] = WORDS("", "model", "gpu"),
	[GPUWARD_WORDS_EVENT] = WORDS("", "job-wait", "job-placing", "job-start", "job-end",
				      "job-cancel", "refused", "switch", "gpu-state", "driver",
				      "out-of-memory", "accelerator", "job-orphan", "job-reap",
				      "evict-notice", "evict-cancel", "excess"),
	[GPUWARD_WORDS_QUOTA] = WORDS("on", "unlimited"),
	[GPUWARD_WORDS_MANAGED] = WORDS("count", "deny", "ignore"),
	[GPUWARD_WORDS_RECORD] = WORDS("ended", "evicted", "split"),
};

const char *gpuward_word(enum gpuward_words words, uint32_t value)
{
	const char *const *word = words_of[words];

	while (*word && value) {
		word++;
		value--;
	}
	return *word && **word ? *word : "unknown";
}

int gpuward_word_value(enum gpuward_words words, const char *word)
{
	const char *const *all = words_of[words];
	int i;

	for (i = 0; all[i]; i++)
		if (*word && !strcasecmp(all[i], word))
			return i;
	return -ENOENT;
}
