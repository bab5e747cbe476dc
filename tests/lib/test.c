/* SPDX-License-Identifier: 0BSD */
/*
 * test.c - runs the tests of a program and says what came of them.
 *
 * The tests stand in a linker section, in the order of linking, which keeps a suite together. What
 * is printed is a protocol with tests/run: each line is written by one call, so that threads do not
 * mix. What a test made is taken back when it is over (kit.h). Failures are counted atomically,
 * since helpers in other threads may check too.
 */
#include "lib/test.h"

#include "lib/kit.h"
#include "lib/options.h"
#include "lib/printf.h"
#include "lib/string.h"

#include <parley/debug.h>

#include <stdarg.h>
#include <stddef.h>

extern const struct test *const __start_tests[];
extern const struct test *const __stop_tests[];
extern const struct suite_limit *const __start_suite_limits[];
extern const struct suite_limit *const __stop_suite_limits[];

static const struct test *running;
static unsigned int failures; /* of the running test */
static const char *options = "";

void test_printf(const char *format, ...)
{
	char line[256];
	va_list args;
	int len;

	va_start(args, format);
	len = kvsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (len >= (int)sizeof(line)) {
		len = sizeof(line) - 1;
		line[len - 1] = '\n';
	}
	os_debug_write((uint64_t)line, (uint32_t)len);
}

uint64_t test_option(const char *name, uint64_t otherwise)
{
	return option_number(options, name, otherwise);
}

const char *test_error_name(int error)
{
	switch (error) {
#define ERROR(name, value, meaning)                                                                \
	case value:                                                                                \
		return #name;
#include <abi/errno.def>
#undef ERROR
	}
	return "?";
}

static void fail(const char *file, int line)
{
	__atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
	test_printf("FAIL %s %s:%d ", running ? running->name : "?", file, line);
}

bool test_check(bool ok, const char *file, int line, const char *what)
{
	if (!ok) {
		fail(file, line);
		test_printf("not so: %s\n", what);
	}
	return ok;
}

bool test_check_eq(int64_t got, int64_t want, const char *file, int line, const char *what)
{
	if (got != want) {
		fail(file, line);
		test_printf("%s is %ld (0x%lx), not %ld\n", what, (long)got, (long)got, (long)want);
	}
	return got == want;
}

bool test_check_ok(int64_t got, const char *file, int line, const char *what)
{
	if (got < 0) {
		fail(file, line);
		test_printf("%s is -%s (%ld)\n", what, test_error_name((int)-got), (long)got);
	}
	return got >= 0;
}

bool test_check_err(int64_t got, int error, const char *file, int line, const char *what)
{
	if (got != -error) {
		fail(file, line);
		test_printf("%s is %ld (%s), not -%s\n", what, (long)got,
			    got < 0 ? test_error_name((int)-got) : "no error",
			    test_error_name(error));
	}
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
		test_printf("ok %s\n", test->name);
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
			test_printf("suite: %s\n", test->suite);
		suite = test->suite;
		if (run(test))
			passed++;
		else
			failed++;
	}
	test_printf("done %u passed %u failed\n", passed, failed);
	return failed;
}
