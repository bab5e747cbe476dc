/* SPDX-License-Identifier: 0BSD */
/* locks.c: record locks, flock, lockf. */
#include "lib/test.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static int lock(int fd, int command, int type, off_t start, off_t length)
{
	struct flock l = {.l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};

	return fcntl(fd, command, &l);
}

/* Who holds a lock that stands in the way, and where. */
static struct flock conflict(int fd, int type, off_t start, off_t length)
{
	struct flock l = {.l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};

	EXPECT_OK(fcntl(fd, F_GETLK, &l));
	return l;
}

static void another_process(void)
{
	int fd = open("f", O_RDWR);
	struct flock l = conflict(fd, F_WRLCK, 0, 0);

	EXPECT_EQ(l.l_type, F_WRLCK);
	EXPECT_EQ(l.l_start, 10);
	EXPECT_EQ(l.l_len, 10);
	EXPECT_EQ(l.l_pid, getppid());
	EXPECT_EQ(conflict(fd, F_WRLCK, 0, 10).l_type, F_UNLCK);
	EXPECT(lock(fd, F_SETLK, F_RDLCK, 19, 1) == -1 && (errno == EAGAIN || errno == EACCES));
	EXPECT_OK(lock(fd, F_SETLK, F_WRLCK, 20, 0));
	EXPECT_OK(lock(fd, F_SETLK, F_RDLCK, 0, 5));
	EXPECT_OK(close(fd));
}

TEST(locks, keep_other_processes_out)
{
	int fd = open("f", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(fd);
	EXPECT_OK(lock(fd, F_SETLK, F_WRLCK, 10, 10));
	EXPECT_OK(lock(fd, F_SETLK, F_WRLCK, 5, 10));
	EXPECT_OK(lock(fd, F_SETLK, F_UNLCK, 5, 5));
	EXPECT_EQ(conflict(fd, F_WRLCK, 0, 0).l_type, F_UNLCK);
	EXPECT_EQ(test_child(another_process), 0);
	EXPECT_OK(close(fd));
}

static void finds_none(void)
{
	int fd = open("f", O_RDWR);

	EXPECT_EQ(conflict(fd, F_WRLCK, 0, 0).l_type, F_UNLCK);
	EXPECT_OK(close(fd));
}

TEST(locks, go_when_any_descriptor_is_closed)
{
	int fd = open("f", O_RDWR | O_CREAT, 0666), copy = dup(fd), other = open("f", O_RDONLY);

	ASSERT_OK(fd);
	EXPECT_OK(lock(fd, F_SETLK, F_WRLCK, 0, 0));
	EXPECT_OK(close(copy));
	EXPECT_EQ(test_child(finds_none), 0);
	EXPECT_OK(lock(fd, F_SETLK, F_WRLCK, 0, 0));
	EXPECT_OK(close(other));
	EXPECT_EQ(test_child(finds_none), 0);
	EXPECT_OK(close(fd));
}

static void waits_for_it(void)
{
	int fd = open("f", O_RDWR | O_APPEND);

	EXPECT_OK(lock(fd, F_SETLKW, F_WRLCK, 0, 1));
	EXPECT_EQ(write(fd, "c", 1), 1);
	EXPECT_OK(close(fd));
}

TEST(locks, can_be_waited_for)
{
	int fd = open("f", O_RDWR | O_CREAT | O_APPEND, 0666), status;
	pid_t pid;

	ASSERT_OK(fd);
	EXPECT_OK(lock(fd, F_SETLK, F_WRLCK, 0, 1));
	pid = fork();
	if (pid == 0) {
		waits_for_it();
		_exit(0);
	}
	ASSERT_OK(pid);
	usleep(50000);
	EXPECT_EQ(waitpid(pid, &status, WNOHANG), 0);
	EXPECT_EQ(write(fd, "p", 1), 1);
	EXPECT_OK(lock(fd, F_SETLK, F_UNLCK, 0, 1));
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
	EXPECT_EQ(lseek(fd, 0, SEEK_END), 2);
	EXPECT_OK(close(fd));
}

TEST(locks, of_a_process_that_died_end_though_its_file_is_open)
{
	int fd = open("f", O_RDWR | O_CREAT, 0666), ready[2], status;
	char byte = 0;
	pid_t pid;

	ASSERT_OK(fd);
	ASSERT_OK(pipe(ready));
	pid = fork();
	if (pid == 0) { /* shares the open file, which its end so does not close */
		lock(fd, F_SETLK, F_WRLCK, 0, 1);
		write(ready[1], &byte, 1);
		usleep(50000);
		_exit(0);
	}
	ASSERT_OK(pid);
	EXPECT_EQ(read(ready[0], &byte, 1), 1);
	EXPECT_OK(lock(fd, F_SETLKW, F_WRLCK, 0, 1));
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_OK(close(fd));
	EXPECT_OK(close(ready[0]));
	EXPECT_OK(close(ready[1]));
}

TEST(locks, refuse)
{
	int fd = open("f", O_RDWR | O_CREAT, 0666), reading = open("f", O_RDONLY);

	ASSERT_OK(fd);
	EXPECT_ERRNO(EINVAL, lock(fd, F_SETLK, 77, 0, 1));
	EXPECT_ERRNO(EINVAL, lock(fd, F_SETLK, F_WRLCK, -1, 1));
	EXPECT_ERRNO(EBADF, lock(reading, F_SETLK, F_WRLCK, 0, 1));
	EXPECT_OK(lock(reading, F_SETLK, F_RDLCK, 0, 1));
	EXPECT_ERRNO(EBADF, lock(99, F_SETLK, F_RDLCK, 0, 1));
	EXPECT_ERRNO(EBADF, flock(99, LOCK_SH));
	EXPECT_ERRNO(EINVAL, flock(fd, 0));
	EXPECT_OK(close(fd));
	EXPECT_OK(close(reading));
}

static void lockf_elsewhere(void)
{
	int fd = open("f", O_RDWR);

	EXPECT(lockf(fd, F_TEST, 4) == -1 && (errno == EACCES || errno == EAGAIN));
	EXPECT_EQ(lseek(fd, 4, SEEK_SET), 4);
	EXPECT_OK(lockf(fd, F_TEST, 0));
	EXPECT_OK(lockf(fd, F_TLOCK, 0));
	EXPECT_OK(lockf(fd, F_ULOCK, 0));
	EXPECT_OK(close(fd));
}

TEST(locks, lockf_counts_from_the_offset)
{
	int fd = open("f", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(fd);
	EXPECT_EQ(write(fd, "1234", 4), 4);
	EXPECT_OK(lockf(fd, F_LOCK, -4));
	EXPECT_EQ(test_child(lockf_elsewhere), 0);
	EXPECT_ERRNO(EINVAL, lockf(fd, 99, 0));
	EXPECT_OK(close(fd));
}

TEST(locks, flock_belongs_to_what_was_opened)
{
	int a = open("f", O_RDWR | O_CREAT, 0666), b = open("f", O_RDWR), copy = dup(a);

	ASSERT_OK(a);
	EXPECT_OK(flock(a, LOCK_SH));
	EXPECT_OK(flock(b, LOCK_SH | LOCK_NB));
	EXPECT_ERRNO(EWOULDBLOCK, flock(a, LOCK_EX | LOCK_NB));
	EXPECT_OK(flock(b, LOCK_UN));
	EXPECT_OK(flock(copy, LOCK_EX | LOCK_NB));
	EXPECT_OK(close(a));
	EXPECT_ERRNO(EWOULDBLOCK, flock(b, LOCK_SH | LOCK_NB));
	EXPECT_OK(close(copy));
	EXPECT_OK(flock(b, LOCK_SH | LOCK_NB));
	EXPECT_OK(close(b));
}
