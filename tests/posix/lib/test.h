/* SPDX-License-Identifier: 0BSD */
/* test.h: tests of the POSIX library that run inside the system, or on any other Unix.
 *
 *   TEST(rename, replaces_an_empty_directory)
 *   {
 *           ASSERT_OK(mkdir("a", 0777));
 *           EXPECT_ERRNO(ENOTEMPTY, rename("b", "a"));
 *   }
 *
 * registers itself, and is printed as those of tests/lib are, so the runner knows both. A test
 * begins in an empty directory of its own, and must leave no descriptor and no child behind: that
 * is checked. The ASSERT macros return from the function that they stand in.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

struct test {
	const char *suite, *name;
	void (*run)(void);
	struct test *next;
};

void test_register(struct test *test);

/* The name of the constructor is what the build lists suites and tests from. */
#define TEST(suite_, name_)                                                                                            \
	static void test_##suite_##__##name_(void);                                                                    \
	__attribute__((constructor, used)) static void test_case__##suite_##__##name_(void)                            \
	{                                                                                                              \
		static struct test test = {#suite_, #name_, test_##suite_##__##name_, 0};                              \
		test_register(&test);                                                                                  \
	}                                                                                                              \
	static void test_##suite_##__##name_(void)

bool test_check(bool ok, const char *file, int line, const char *what);
bool test_check_eq(int64_t got, int64_t want, const char *file, int line, const char *what);
bool test_check_ok(int64_t got, const char *file, int line, const char *what);
bool test_check_errno(int64_t got, int error, const char *file, int line, const char *what);
bool test_check_string(const char *got, const char *want, const char *file, int line, const char *what);

#define EXPECT(cond)	     test_check(cond, __FILE__, __LINE__, #cond)
#define EXPECT_EQ(got, want) test_check_eq((int64_t)(got), (int64_t)(want), __FILE__, __LINE__, #got)
/* Not -1. */
#define EXPECT_OK(got) test_check_ok((int64_t)(got), __FILE__, __LINE__, #got)
/* -1, and errno is ERROR. */
#define EXPECT_ERRNO(error, got) (errno = 0, test_check_errno((int64_t)(got), error, __FILE__, __LINE__, #got))
/* A call that answers the error number. */
#define EXPECT_ERROR(error, got) EXPECT_EQ(got, error)
#define EXPECT_STRING(got, want) test_check_string(got, want, __FILE__, __LINE__, #got)

#define ASSERT_THAT(check)                                                                                             \
	do {                                                                                                           \
		if (!(check))                                                                                          \
			return;                                                                                        \
	} while (0)
#define ASSERT(cond)		 ASSERT_THAT(EXPECT(cond))
#define ASSERT_EQ(got, want)	 ASSERT_THAT(EXPECT_EQ(got, want))
#define ASSERT_OK(got)		 ASSERT_THAT(EXPECT_OK(got))
#define ASSERT_ERRNO(error, got) ASSERT_THAT(EXPECT_ERRNO(error, got))
#define ASSERT_STRING(got, want) ASSERT_THAT(EXPECT_STRING(got, want))

/* Runs all tests of SUITE (NULL: of all), and prints
 *
 *   suite: NAME
 *   ok TEST
 *   FAIL TEST FILE:LINE WHAT            (a line for each failed check)
 *   done N passed N failed
 *
 * Returns how many failed. */
unsigned test_run(const char *suite);

/* ---- what many tests want ----------------------------------------------------------------------
 */

/* Makes the file NAME with this text; reads it. Both fail the test if they cannot. */
void test_write_file(const char *name, const char *text);
const char *test_read_file(const char *name);
/* How many descriptors are open. */
unsigned test_descriptors(void);
/* Runs BODY in a child, and answers its status as wait reports it. */
int test_child(void (*body)(void));
