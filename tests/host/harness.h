/* SPDX-License-Identifier: 0BSD */
/* harness.h: tests of portable code on the host.
 *
 * TEST(tree, remove_keeps_order) { ... } registers itself: it puts an entry into a linker section
 * that the harness walks. The name states the behaviour. A failed EXPECT is reported with file and
 * line and the test goes on; a failed REQUIRE also ends the test. Tests are independent and leave
 * nothing behind. The sanitizers fail the whole run.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct host_test {
	const char *module;
	const char *behaviour;
	void (*run)(void);
};

#define TEST(module_, behaviour_)                                                                                      \
	static void test_##module_##__##behaviour_(void);                                                              \
	static const struct host_test *const host_test_##module_##__##behaviour_                                       \
	    __attribute__((used, section("host_tests"))) =                                                             \
		&(const struct host_test){#module_, #behaviour_, test_##module_##__##behaviour_};                      \
	static void test_##module_##__##behaviour_(void)

/* Notes a failure of the running test when `ok` is false. Returns `ok`. */
bool host_expect(bool ok, const char *file, int line, const char *what);
bool host_expect_eq(uint64_t got, uint64_t want, const char *file, int line, const char *what);
bool host_expect_str(const char *got, const char *want, const char *file, int line);

#define EXPECT(cond)	      host_expect(cond, __FILE__, __LINE__, #cond)
#define EXPECT_EQ(got, want)  host_expect_eq((uint64_t)(got), (uint64_t)(want), __FILE__, __LINE__, #got)
#define EXPECT_STR(got, want) host_expect_str(got, want, __FILE__, __LINE__)
#define REQUIRE(cond)                                                                                                  \
	do {                                                                                                           \
		if (!EXPECT(cond))                                                                                     \
			return;                                                                                        \
	} while (0)

/* A repeatable stream of random numbers: the same at every run. */
uint64_t host_random(void);
