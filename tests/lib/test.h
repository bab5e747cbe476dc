/* SPDX-License-Identifier: 0BSD */
/* test.h: tests that run inside Parley, as the first program on the bare kernel ABI.
 *
 *   TEST(endpoint, send_to_dead_server_fails)
 *   {
 *           ...
 *           EXPECT_ERR(send, ESRVDEAD, os_send(connection, ...));
 *   }
 *
 * registers itself; the name states the behaviour, the suite is the module. The runner reads the
 * list of suites out of the program and boots once for each with `suite=NAME` on the command line.
 *
 * EXPECT_ERR is the way to check an error, and the only one: besides checking, it says which pair
 * of call and error this is, and `make check` compares those pairs with syscall.def. Any thread may
 * use the EXPECT macros. The ASSERT macros also return from the function that they stand in.
 */
#pragma once

#include <abi/errno.h>
#include <abi/syscall.h>

#include <stdbool.h>
#include <stdint.h>

struct test {
	const char *suite;
	const char *name;
	void (*run)(void);
};

/*
 * An entry is a pointer in a linker section: pointers lie densely whatever the compiler does. The
 * name of its symbol is what the build lists suites and tests from.
 */
#define TEST(suite_, name_)                                                                                            \
	static void test_##suite_##__##name_(void);                                                                    \
	static const struct test *const test_case__##suite_##__##name_ __attribute__((used, section("tests"))) =       \
	    &(const struct test){#suite_, #name_, test_##suite_##__##name_};                                           \
	static void test_##suite_##__##name_(void)

struct suite_limit {
	const char *suite;
	uint64_t seconds;
};

/* Says that `suite_` takes long: it gets that many seconds, and runs only when it is named. */
#define SUITE_SECONDS(suite_, seconds_)                                                                                \
	static const struct suite_limit *const suite_seconds__##suite_##__##seconds_                                   \
	    __attribute__((used, section("suite_limits"))) = &(const struct suite_limit)                               \
	{                                                                                                              \
#suite_, seconds_                                                                                      \
	}

/* What the checks below come to. They return whether it was as it should be. */
bool test_check(bool ok, const char *file, int line, const char *what);
bool test_check_eq(int64_t got, int64_t want, const char *file, int line, const char *what);
bool test_check_ok(int64_t got, const char *file, int line, const char *what);
bool test_check_err(int64_t got, int error, const char *file, int line, const char *what);

#define EXPECT(cond)	     test_check(cond, __FILE__, __LINE__, #cond)
#define EXPECT_EQ(got, want) test_check_eq((int64_t)(got), (int64_t)(want), __FILE__, __LINE__, #got)
/* The answer is not an error. */
#define EXPECT_OK(got) test_check_ok((int64_t)(got), __FILE__, __LINE__, #got)
/* `got`, which is an answer of the system call `call`, is the error `error`. */
#define EXPECT_ERR(call, error, got) ((void)SYS_##call, test_check_err(got, error, __FILE__, __LINE__, #call ": " #got))

#define ASSERT_THAT(check)                                                                                             \
	do {                                                                                                           \
		if (!(check))                                                                                          \
			return;                                                                                        \
	} while (0)
#define ASSERT(cond)		     ASSERT_THAT(EXPECT(cond))
#define ASSERT_EQ(got, want)	     ASSERT_THAT(EXPECT_EQ(got, want))
#define ASSERT_OK(got)		     ASSERT_THAT(EXPECT_OK(got))
#define ASSERT_ERR(call, error, got) ASSERT_THAT(EXPECT_ERR(call, error, got))

/* The number in `name=number` on the command line, or `otherwise`. */
uint64_t test_option(const char *name, uint64_t otherwise);

/*
 * Runs the tests that `command_line` asks for (`suite=a,b`; without it all that are not long) and
 * prints what came of each:
 *
 *   suite: NAME
 *   ok TEST
 *   FAIL TEST FILE:LINE WHAT            (a line for each failed check)
 *   done N passed N failed
 *
 * Returns how many failed. `command_line` stays in use.
 */
unsigned int test_run_all(const char *command_line);
