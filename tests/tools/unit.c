// SPDX-License-Identifier: GPL-2.0-only
/*
 * unit.c - the parts of library and tools that take values and give values.
 * Owns their limits. Must not need the fake module.
 */
#include <errno.h>
#include <gpuward/libgpuward.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../user/common/args.h"
#include "../../user/common/json.h"
#include "../../user/common/text.h"
#include "ktap.h"

static void sizes(void)
{
	static const struct {
		const char *text;
		int err;
		uint64_t bytes;
	} rows[] = {
		{ "16gb", 0, 16ull << 30 },
		{ "16GiB", 0, 16ull << 30 },
		{ "16G", 0, 16ull << 30 },
		{ "16 GiB", 0, 16ull << 30 },
		{ "512MiB", 0, 512ull << 20 },
		{ "512mb", 0, 512ull << 20 },
		{ "1t", 0, 1ull << 40 },
		{ "1k", 0, 1024 },
		{ "0", 0, 0 },
		{ "4096", 0, 4096 },
		{ "4096b", 0, 4096 },
		{ "007k", 0, 7168 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "99999999999999999999999", -ERANGE, 0 },
		{ "17179869183g", 0, 17179869183ull << 30 },
		{ "17179869184g", -ERANGE, 0 },
		{ "16777215t", 0, 16777215ull << 40 },
		{ "16777216t", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "g", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "1  g", -EINVAL, 0 },
		{ "1.5g", -EINVAL, 0 },
		{ "1gbb", -EINVAL, 0 },
		{ "1gi", -EINVAL, 0 },
		{ "1bb", -EINVAL, 0 },
		{ "1pb", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
		{ "1g\n", -EINVAL, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint64_t bytes = 0;
		int err = gpuward_parse_size(rows[i].text, &bytes);

		ktap(err == rows[i].err && bytes == rows[i].bytes,
		     "parse size \"%.24s\": %d %" PRIu64, rows[i].text[0] == '1' &&
		     strchr(rows[i].text, '\n') ? "1g with a line feed" : rows[i].text, err, bytes);
	}
}

static void formats(void)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} rows[] = {
		{ 0, "0 B" }, { 1, "1 B" }, { 1023, "1023 B" }, { 1024, "1 KiB" },
		{ 335544320, "320 MiB" }, { 17179869184, "16 GiB" }, { 85520809984, "81559 MiB" },
		{ 1ull << 40, "1 TiB" }, { 1ull << 60, "1048576 TiB" },
		{ UINT64_MAX, "18446744073709551615 B" },
	};
	char buf[GPUWARD_SIZE_LEN];
	uint64_t back;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ktap(!strcmp(gpuward_format_size(rows[i].bytes, buf), rows[i].text) &&
		     !gpuward_parse_size(buf, &back) && back == rows[i].bytes,
		     "format size %" PRIu64 ": %s, and back", rows[i].bytes, buf);
}

static void words(void)
{
	int kind, value;

	for (kind = 0; kind < GPUWARD_NR_WORDS; kind++) {
		int nr = 0, bad = 0;

		for (value = 0; value < 32; value++) {
			const char *word = gpuward_word((enum gpuward_words)kind, (uint32_t)value);

			if (!strcmp(word, "unknown"))
				continue;
			nr++;
			bad |= gpuward_word_value((enum gpuward_words)kind, word) != value;
		}
		ktap(nr >= 2 && !bad, "words of enumeration %d: %d, each found again", kind, nr);
	}
	ktap(gpuward_word_value(GPUWARD_WORDS_JOB, "") == -ENOENT &&
	     gpuward_word_value(GPUWARD_WORDS_CLASS, "spo") == -ENOENT, "no word, no value");
	ktap(!strcmp(gpuward_word(GPUWARD_WORDS_CLASS, UINT32_MAX), "unknown"),
	     "a value from the future is unknown");
	ktap(!strcmp(gpuward_word(GPUWARD_WORDS_GPU, GPUWARD_GPU_SHUTDOWN), "SHUTDOWN") &&
	     !strcmp(gpuward_word(GPUWARD_WORDS_EVENT, GPUWARD_EVENT_DRIVER), "driver") &&
	     !strcmp(gpuward_word(GPUWARD_WORDS_STATE, GPUWARD_STATE_UNPROTECTED), "unprotected") &&
	     !strcmp(gpuward_word(GPUWARD_WORDS_JOB, GPUWARD_JOB_ENDING), "ending") &&
	     !strcmp(gpuward_word(GPUWARD_WORDS_ACCEL, GPUWARD_ACCEL_RUNNING), "running") &&
	     !strcmp(gpuward_word(GPUWARD_WORDS_PROGRAM, GPUWARD_PROGRAM_CGROUP), "cgroup") &&
	     !strcmp(gpuward_word(GPUWARD_WORDS_WAIT, GPUWARD_WAIT_TIMEOUT), "timeout"),
	     "the last word of each enumeration is at its place");
}

static void escapes(void)
{
	static const struct {
		const char *text, *safe, *clean;
		unsigned int width;
	} rows[] = {
		{ "python a.py", "python a.py", "python a.py", 11 },
		{ "a\tb\nc\rd", "a\\tb\\nc\\rd", "a\tb\nc\rd", 10 },
		{ "\033[2J\007", "\\x1b[2J\\x07", "\033[2J\007", 11 },
		{ "back\\slash", "back\\\\slash", "back\\slash", 11 },
		{ "\177\302\233", "\\x7f\\x9b", "\177\302\233", 8 },
		{ "\342\200\256x", "\\u202ex", "\342\200\256x", 7 },
		{ "\363\240\201\201", "\\ue0041", "\363\240\201\201", 7 },
		{ "\346\274\242", "\346\274\242", "\346\274\242", 2 },
		{ "\360\237\232\200", "\360\237\232\200", "\360\237\232\200", 2 },
		{ "e\314\201", "e\314\201", "e\314\201", 1 },
		{ "\303\251", "\303\251", "\303\251", 1 },
		{ "\377", "\\xff", "\357\277\275", 4 },
		{ "\346\274", "\\xe6\\xbc", "\357\277\275\357\277\275", 8 },
		{ "\300\200", "\\xc0\\x80", "\357\277\275\357\277\275", 8 },
		{ "\355\240\200", "\\xed\\xa0\\x80", "\357\277\275\357\277\275\357\277\275", 12 },
		{ "\364\220\200\200", "\\xf4\\x90\\x80\\x80",
		  "\357\277\275\357\277\275\357\277\275\357\277\275", 16 },
		{ "", "", "", 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *safe = text_escape(rows[i].text), *clean = text_utf8(rows[i].text);

		ktap(!strcmp(safe, rows[i].safe) && !strcmp(clean, rows[i].clean) &&
		     text_width(safe) == rows[i].width, "escaped: %s, %u wide", safe,
		     text_width(safe));
		free(safe);
		free(clean);
	}
}

static void json(void)
{
	static const struct {
		const char *text, *safe;
	} rows[] = {
		{ "{ \"a\": 1 }\n", "{ \"a\": 1 }\n" },
		{ "\302\233", "\\u009b" },
		{ "\177", "\\u007f" },
		{ "\342\200\256", "\\u202e" },
		{ "\363\240\201\201", "\\udb40\\udc41" },
		{ "\346\274\242\360\237\232\200", "\346\274\242\360\237\232\200" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *safe = text_json(rows[i].text);

		ktap(!strcmp(safe, rows[i].safe), "JSON that a terminal can take, %zu", i);
		free(safe);
	}
}

static void durations(void)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0.0s" }, { 999999999, "0.9s" }, { 9999999999, "9.9s" },
		{ 10000000000, "10s" }, { 59999999999, "59s" }, { 60000000000, "1m00s" },
		{ 3725000000000, "1h02m" }, { 86400000000000, "1d00h" },
		{ UINT64_MAX, "213503d23h" },
	};
	char buf[TEXT_DURATION_LEN];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ktap(!strcmp(text_duration(rows[i].ns, buf), rows[i].text),
		     "duration %" PRIu64 ": %s", rows[i].ns, buf);
}

static void uuids(void)
{
	uint8_t uuid[16], back[16];
	char buf[UUID_TEXT_LEN];
	int i;

	for (i = 0; i < 16; i++)
		uuid[i] = (uint8_t)(i * 17);
	ktap(!strcmp(uuid_text(uuid, buf), "GPU-00112233-4455-6677-8899-aabbccddeeff"),
	     "UUID as text: %s", buf);
	ktap(!uuid_parse(buf, back) && !memcmp(uuid, back, 16), "UUID from text");
	ktap(!uuid_parse("00112233445566778899AABBCCDDEEFF", back) && !memcmp(uuid, back, 16),
	     "UUID without ornaments");
	ktap(uuid_parse("GPU-0011", back) && uuid_parse("", back) &&
	     uuid_parse("00112233445566778899aabbccddeeff0", back) &&
	     uuid_parse("0011223344556677-8899aabbccddeefg", back) &&
	     uuid_parse("00 1 2233445566778899aabbccddeeff", back), "what is no UUID");
}

static void numbers(void)
{
	uint64_t u64;
	uint32_t u32;
	int32_t s32;

	freopen("/dev/null", "w", stderr);
	ktap(!args_u32("t", "n", "7", 1, 64, &u32) && u32 == 7 &&
	     !args_u32("t", "n", "0x10", 1, 64, &u32) && u32 == 16 &&
	     args_u32("t", "n", "0", 1, 64, &u32) && args_u32("t", "n", "65", 1, 64, &u32) &&
	     args_u32("t", "n", "", 0, 64, &u32) && args_u32("t", "n", "-1", 0, UINT32_MAX, &u32) &&
	     args_u32("t", "n", "7x", 0, 64, &u32) && args_u32("t", "n", " 7", 0, 64, &u32) &&
	     args_u32("t", "n", "4294967296", 0, UINT32_MAX, &u32), "unsigned numbers");
	ktap(!args_s32("t", "n", "-1000", &s32) && s32 == -1000 &&
	     !args_s32("t", "n", "2147483647", &s32) && s32 == 2147483647 &&
	     args_s32("t", "n", "2147483648", &s32) && args_s32("t", "n", "--1", &s32) &&
	     args_s32("t", "n", "-", &s32) && args_s32("t", "n", "", &s32), "signed numbers");
	ktap(!args_u64("t", "n", "18446744073709551615", &u64) && u64 == UINT64_MAX &&
	     args_u64("t", "n", "18446744073709551616", &u64) && args_u64("t", "n", "-1", &u64),
	     "long numbers");
}

int main(void)
{
	sizes();
	formats();
	words();
	escapes();
	json();
	durations();
	uuids();
	numbers();
	return ktap_end();
}
