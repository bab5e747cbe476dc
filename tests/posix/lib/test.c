/* SPDX-License-Identifier: 0BSD */
/* test.c: runs tests and says what came of them. */
#include "test.h"

#include "home.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPEN_MAX_TESTED 1024

static struct test *first, **last = &first;
static const struct test *running;
static unsigned failures; /* of the running test */

void test_register(struct test *test)
{
	*last = test;
	last = &test->next;
}

static bool fail(const char *file, int line)
{
	failures++;
	printf("FAIL %s %s:%d ", running ? running->name : "?", file, line);
	return false;
}

bool test_check(bool ok, const char *file, int line, const char *what)
{
	if (ok)
		return true;
	fail(file, line);
	printf("%s\n", what);
	return false;
}

bool test_check_eq(int64_t got, int64_t want, const char *file, int line, const char *what)
{
	if (got == want)
		return true;
	fail(file, line);
	printf("%s is %lld, not %lld\n", what, (long long)got, (long long)want);
	return false;
}

bool test_check_ok(int64_t got, const char *file, int line, const char *what)
{
	int error = errno;

	if (got != -1)
		return true;
	fail(file, line);
	printf("%s: %s\n", what, strerror(error));
	return false;
}

bool test_check_errno(int64_t got, int error, const char *file, int line, const char *what)
{
	int found = errno;

	if (got == -1 && found == error)
		return true;
	fail(file, line);
	if (got == -1)
		printf("%s: %s, not %s\n", what, strerror(found), strerror(error));
	else
		printf("%s is %lld: no error, not %s\n", what, (long long)got, strerror(error));
	return false;
}

bool test_check_string(const char *got, const char *want, const char *file, int line, const char *what)
{
	if (got && strcmp(got, want) == 0)
		return true;
	fail(file, line);
	printf("%s is \"%s\", not \"%s\"\n", what, got ? got : "(null)", want);
	return false;
}

unsigned test_failures(void) { return failures < 255 ? failures : 255; }

unsigned test_descriptors(void)
{
	unsigned open_now = 0;
	int saved = errno;

	for (int fd = 0; fd < OPEN_MAX_TESTED; fd++)
		open_now += fcntl(fd, F_GETFD) != -1;
	errno = saved;
	return open_now;
}

/* Takes children away that a test has left. */
static unsigned reap(void)
{
	unsigned count = 0;

	while (waitpid(-1, NULL, WNOHANG) >= 0)
		count++;
	return count;
}

static bool run_one(const struct test *test)
{
	unsigned descriptors = test_descriptors();

	running = test;
	failures = 0;
	test_home_enter();
	test->run();
	test_home_leave();
	EXPECT_EQ(test_descriptors(), descriptors);
	EXPECT_EQ(reap(), 0);
	if (failures == 0)
		printf("ok %s\n", test->name);
	fflush(stdout);
	running = NULL;
	return failures == 0;
}

unsigned test_run(const char *suite)
{
	unsigned passed = 0, failed = 0;
	const char *heading = "";

	for (const struct test *t = first; t; t = t->next) {
		if (suite && strcmp(suite, t->suite) != 0)
			continue;
		if (strcmp(heading, t->suite) != 0)
			printf("suite: %s\n", heading = t->suite);
		fflush(stdout);
		if (run_one(t))
			passed++;
		else
			failed++;
	}
	printf("done %u passed %u failed\n", passed, failed);
	fflush(stdout);
	return failed + (passed == 0);
}
