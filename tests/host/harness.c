/* SPDX-License-Identifier: 0BSD */
/* harness.c: runs the host tests.
 *
 *   hosttest [MODULE ...]
 *
 * Runs the tests of the named modules, or all. Prints one line per test, failures with file and
 * line, and at the end `N passed, N failed`. The status is 0 when nothing failed.
 */
#include "host/harness.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The linker makes these two for every section whose name is an identifier. */
extern const struct host_test *const __start_host_tests[];
extern const struct host_test *const __stop_host_tests[];

static unsigned int failures; /* of the running test */
static uint64_t random_state;

bool host_expect(bool ok, const char *file, int line, const char *what)
{
	if (!ok) {
		failures++;
		printf("%s:%d: not so: %s\n", file, line, what);
	}
	return ok;
}

bool host_expect_eq(uint64_t got, uint64_t want, const char *file, int line, const char *what)
{
	if (got != want) {
		failures++;
		printf("%s:%d: %s is %" PRIi64 " (0x%" PRIx64 "), not %" PRIi64 "\n", file, line, what, (int64_t)got,
		       got, (int64_t)want);
	}
	return got == want;
}

bool host_expect_str(const char *got, const char *want, const char *file, int line)
{
	bool ok = strcmp(got, want) == 0;

	if (!ok) {
		failures++;
		printf("%s:%d: \"%s\", not \"%s\"\n", file, line, got, want);
	}
	return ok;
}

uint64_t host_random(void)
{
	/* xorshift64* (Vigna 2014) */
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1dull;
}

static bool wanted(const char *module, int count, char **names)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(names[i], module) == 0)
			return true;
	}
	return count == 0;
}

int main(int argc, char **argv)
{
	unsigned int passed = 0;
	unsigned int failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (const struct host_test *const *at = __start_host_tests; at < __stop_host_tests; at++) {
		const struct host_test *test = *at;

		if (!wanted(test->module, argc - 1, argv + 1))
			continue;
		failures = 0;
		random_state = 0x9e3779b97f4a7c15ull;
		test->run();
		printf("%s %s %s\n", failures ? "FAIL" : "ok", test->module, test->behaviour);
		if (failures)
			failed++;
		else
			passed++;
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
