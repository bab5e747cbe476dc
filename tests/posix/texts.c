/* SPDX-License-Identifier: 0BSD */
/* texts.c: what numbers are called. */
#include "lib/test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

TEST(texts, errors_are_called_as_everywhere)
{
	EXPECT_STRING(strerror(EPERM), "Operation not permitted");
	EXPECT_STRING(strerror(ENOENT), "No such file or directory");
	EXPECT_STRING(strerror(EBADF), "Bad file descriptor");
	EXPECT_STRING(strerror(EAGAIN), "Resource temporarily unavailable");
	EXPECT_STRING(strerror(ENOTTY), "Inappropriate ioctl for device");
	EXPECT_STRING(strerror(EINPROGRESS), "Operation now in progress");
	EXPECT_STRING(strerror(EOWNERDEAD), "Owner died");
}

TEST(texts, an_unknown_error_has_a_text_too)
{
	EXPECT_STRING(strerror(4711), "Unknown error 4711");
	EXPECT_STRING(strerror(-1), "Unknown error -1");
}

TEST(texts, perror_says_what_errno_means)
{
	int kept = dup(2), file;

	ASSERT_OK(kept);
	fclose(fopen("said", "w"));
	EXPECT(freopen("said", "w", stderr) != NULL);
	errno = EXDEV;
	perror("here");
	fflush(stderr);
	file = fileno(stderr);
	EXPECT_OK(dup2(kept, file));
	EXPECT_OK(close(kept));
	EXPECT_STRING(test_read_file("said"), "here: Invalid cross-device link\n");
}

TEST(texts, signals_are_called_as_everywhere)
{
	EXPECT_STRING(strsignal(SIGSEGV), "Segmentation fault");
	EXPECT_STRING(strsignal(SIGTTOU), "Stopped (tty output)");
}
