/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A test program in KTAP: a table of functions, each ok when none of its CHECKs failed.
 * Owns the format of the output only.
 */
#ifndef GPUWARD_TESTS_KTAP_H
#define GPUWARD_TESTS_KTAP_H

#include <stdio.h>
#include <string.h>

struct ktap_test {
	const char *name;
	void (*run)(void);
};

static unsigned int ktap_failures;

/* After ten failures of one test the eleventh says nothing new. */
#define CHECK_SAY(cond, ...)							\
	do {									\
		if (!(cond) && ++ktap_failures <= 10) {				\
			printf("# %s:%d: %s", __FILE__, __LINE__, #cond);	\
			printf(" " __VA_ARGS__);				\
			printf("\n");						\
		}								\
	} while (0)
#define CHECK(cond) CHECK_SAY(cond, "%s", "")

static inline int ktap_main(const struct ktap_test *tests, unsigned int nr)
{
	unsigned int i, failed = 0;

	printf("KTAP version 1\n1..%u\n", nr);
	for (i = 0; i < nr; i++) {
		ktap_failures = 0;
		fflush(stdout);
		tests[i].run();
		failed += !!ktap_failures;
		printf("%sok %u - %s%s\n", ktap_failures ? "not " : "", i + 1, tests[i].name,
		       sizeof(void *) == 4 ? " (32 bit)" : "");
	}
	return !!failed;
}

#define KTAP_MAIN(tests)							\
	int main(void)								\
	{									\
		return ktap_main(tests, sizeof(tests) / sizeof((tests)[0]));	\
	}

#endif /* GPUWARD_TESTS_KTAP_H */
