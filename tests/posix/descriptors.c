/* SPDX-License-Identifier: 0BSD */
/* descriptors.c: dup and its kin, descriptor flags, what copies share. */
#include "lib/test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int made(void) { return open("f", O_RDWR | O_CREAT, 0666); }

TEST(descriptors, copies_share_the_offset_and_status_flags)
{
	int a = made(), b, other;

	ASSERT_OK(a);
	b = dup(a);
	other = made();
	ASSERT_OK(b);
	EXPECT_EQ(write(a, "abc", 3), 3);
	EXPECT_EQ(lseek(b, 0, SEEK_CUR), 3);
	EXPECT_EQ(lseek(other, 0, SEEK_CUR), 0);
	EXPECT_OK(fcntl(b, F_SETFL, O_APPEND | O_NONBLOCK));
	EXPECT_EQ(fcntl(a, F_GETFL) & (O_APPEND | O_NONBLOCK | O_ACCMODE), O_APPEND | O_NONBLOCK | O_RDWR);
	EXPECT_EQ(fcntl(other, F_GETFL) & (O_APPEND | O_NONBLOCK), 0);
	EXPECT_OK(fcntl(a, F_SETFL, 0));
	EXPECT_EQ(fcntl(b, F_GETFL) & (O_APPEND | O_NONBLOCK), 0);
	EXPECT_OK(close(a));
	EXPECT_EQ(write(b, "d", 1), 1);
	EXPECT_OK(close(b));
	EXPECT_OK(close(other));
	EXPECT_STRING(test_read_file("f"), "abcd");
}

TEST(descriptors, close_on_exec_belongs_to_one)
{
	int a = open("f", O_RDWR | O_CREAT | O_CLOEXEC, 0666), b = dup(a), c;

	ASSERT_OK(a);
	EXPECT_EQ(fcntl(a, F_GETFD), FD_CLOEXEC);
	EXPECT_EQ(fcntl(b, F_GETFD), 0);
	EXPECT_OK(fcntl(b, F_SETFD, FD_CLOEXEC));
	EXPECT_OK(fcntl(a, F_SETFD, 0));
	EXPECT_EQ(fcntl(a, F_GETFD), 0);
	EXPECT_EQ(fcntl(b, F_GETFD), FD_CLOEXEC);
	c = fcntl(a, F_DUPFD_CLOEXEC, 20);
	EXPECT_EQ(c, 20);
	EXPECT_EQ(fcntl(c, F_GETFD), FD_CLOEXEC);
	EXPECT_EQ(fcntl(c, F_DUPFD, 20), 21);
	EXPECT_EQ(fcntl(21, F_GETFD), 0);
	EXPECT_OK(close(a));
	EXPECT_OK(close(b));
	EXPECT_OK(close(c));
	EXPECT_OK(close(21));
}

TEST(descriptors, dup2_replaces)
{
	int a = made(), b = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct stat st;

	ASSERT_OK(a);
	ASSERT_OK(b);
	EXPECT_EQ(dup2(a, b), b);
	EXPECT_OK(fstat(b, &st));
	EXPECT(S_ISREG(st.st_mode));
	EXPECT_EQ(fcntl(b, F_GETFD), 0);
	EXPECT_EQ(dup2(a, 33), 33);
	EXPECT_EQ(dup2(a, a), a);
	EXPECT_OK(close(33));
	EXPECT_ERRNO(EBADF, dup2(33, a));
	EXPECT_ERRNO(EBADF, dup2(33, 33));
	EXPECT_ERRNO(EBADF, dup2(a, -1));
	EXPECT_ERRNO(EBADF, dup2(a, 1000000));
	EXPECT_OK(fstat(a, &st));
	EXPECT_OK(close(a));
	EXPECT_OK(close(b));
}

TEST(descriptors, refuse)
{
	EXPECT_ERRNO(EBADF, dup(99));
	EXPECT_ERRNO(EBADF, dup(-1));
	EXPECT_ERRNO(EBADF, close(99));
	EXPECT_ERRNO(EBADF, close(-1));
	EXPECT_ERRNO(EBADF, close(0x1000));
	EXPECT_ERRNO(EBADF, fcntl(99, F_GETFD));
	EXPECT_ERRNO(EBADF, fcntl(99, F_SETFD, 0));
	EXPECT_ERRNO(EBADF, fcntl(99, F_GETFL));
	EXPECT_ERRNO(EBADF, fcntl(99, F_DUPFD, 0));
	EXPECT_ERRNO(EINVAL, fcntl(0, F_DUPFD, -1));
	EXPECT_ERRNO(EINVAL, fcntl(0, F_DUPFD, 1000000));
	EXPECT_ERRNO(EINVAL, fcntl(0, 9999));
}

static void in_child(void)
{
	EXPECT_EQ(write(40, "child", 5), 5);
	EXPECT_OK(close(40));
}

TEST(descriptors, a_child_has_copies)
{
	int fd = made();

	ASSERT_OK(fd);
	ASSERT_EQ(dup2(fd, 40), 40);
	EXPECT_OK(close(fd));
	EXPECT_EQ(write(40, "parent ", 7), 7);
	EXPECT_EQ(test_child(in_child), 0);
	EXPECT_EQ(lseek(40, 0, SEEK_CUR), 12);
	EXPECT_OK(close(40));
	EXPECT_STRING(test_read_file("f"), "parent child");
}
