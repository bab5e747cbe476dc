/* SPDX-License-Identifier: 0BSD */
/* test.c: runs the tests of a program and says what came of them.
 *
 * The tests stand in a linker section, in the order of linking, which keeps a suite together. What
 * is printed is a protocol with tests/run: each line is written by one call, so that threads do not
 * mix. What a test made is taken back when it is over (kit.h). Failures are counted atomically,
 * since helpers in other threads may check too.
 */
#include "lib/test.h"

#include "lib/kit.h"
#include "lib/options.h"
#include "lib/string.h"

#include <parley/debug.h>
#include <parley/print.h>

#include <stdarg.h>
#include <stddef.h>

extern const struct test *const __start_tests[];
extern const struct test *const __stop_tests[];
extern const struct suite_limit *const __start_suite_limits[];
extern const struct suite_limit *const __stop_suite_limits[];

static const struct test *running;
static unsigned int failures; /* of the running test */
static const char *options = "";

uint64_t test_option(const char *name, uint64_t otherwise) { return option_number(options, name, otherwise); }

static void __attribute__((format(printf, 3, 4))) fail(const char *file, int line, const char *format, ...)
{
	char what[160];
	va_list args;

	va_start(args, format);
	os_vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	__atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
	os_printf("FAIL %s %s:%d %s\n", running ? running->name : "?", file, line, what);
}

bool test_check(bool ok, const char *file, int line, const char *what)
{
	if (!ok)
		fail(file, line, "not so: %s", what);
	return ok;
}

bool test_check_eq(int64_t got, int64_t want, const char *file, int line, const char *what)
{
	if (got != want)
		fail(file, line, "%s is %ld (0x%lx), not %ld", what, got, got, want);
	return got == want;
}

bool test_check_ok(int64_t got, const char *file, int line, const char *what)
{
	if (got < 0)
		fail(file, line, "%s is -%s (%ld)", what, os_error_name(got), got);
	return got >= 0;
}

bool test_check_err(int64_t got, int error, const char *file, int line, const char *what)
{
	if (got != -error)
		fail(file, line, "%s is %ld (%s), not -%s", what, got, got < 0 ? os_error_name(got) : "no error",
		     os_error_name(error));
	return got == -error;
}

static bool is_long(const char *suite)
{
	const struct suite_limit *const *at;

	for (at = __start_suite_limits; at < __stop_suite_limits; at++) {
		if (strcmp((*at)->suite, suite) == 0)
			return true;
	}
	return false;
}

static bool wanted(const char *suite)
{
	if (option_find(options, "suite"))
		return option_lists(options, "suite", suite);
	return !is_long(suite);
}

static bool run(const struct test *test)
{
	running = test;
	failures = 0;
	kit_begin();
	test->run();
	kit_end();
	running = NULL;
	if (failures == 0)
		os_printf("ok %s\n", test->name);
	return failures == 0;
}

unsigned int test_run_all(const char *command_line)
{
	const char *suite = "";
	unsigned int passed = 0;
	unsigned int failed = 0;

	options = command_line;
	for (const struct test *const *at = __start_tests; at < __stop_tests; at++) {
		const struct test *test = *at;

		if (!wanted(test->suite))
			continue;
		if (strcmp(suite, test->suite) != 0)
			os_printf("suite: %s\n", test->suite);
		suite = test->suite;
		if (run(test))
			passed++;
		else
			failed++;
	}
	os_printf("done %u passed %u failed\n", passed, failed);
	return failed;
}
