/* SPDX-License-Identifier: 0BSD */
/* pipes.c: pipes and FIFOs. */
#include "lib/test.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int in, out;

static bool make(void)
{
	int fds[2];

	if (!EXPECT_OK(pipe(fds)))
		return false;
	in = fds[0];
	out = fds[1];
	return true;
}

static void unmake(void)
{
	EXPECT_OK(close(in));
	EXPECT_OK(close(out));
}

TEST(pipes, what_goes_in_comes_out)
{
	char text[16] = "";
	struct stat st;

	ASSERT(make());
	EXPECT_EQ(fcntl(in, F_GETFL) & O_ACCMODE, O_RDONLY);
	EXPECT_EQ(fcntl(out, F_GETFL) & O_ACCMODE, O_WRONLY);
	EXPECT_OK(fstat(in, &st));
	EXPECT(S_ISFIFO(st.st_mode));
	EXPECT_EQ(write(out, "hello ", 6), 6);
	EXPECT_EQ(write(out, "world", 5), 5);
	EXPECT_EQ(read(in, text, 5), 5);
	EXPECT_STRING(text, "hello");
	EXPECT_EQ(read(in, text, sizeof(text)), 6);
	EXPECT(memcmp(text, " world", 6) == 0);
	EXPECT_ERRNO(EBADF, write(in, "x", 1));
	EXPECT_ERRNO(EBADF, read(out, text, 1));
	unmake();
}

TEST(pipes, end_when_the_last_writer_has_gone)
{
	char byte;
	int copy;

	ASSERT(make());
	copy = dup(out);
	EXPECT_EQ(write(out, "x", 1), 1);
	EXPECT_OK(close(out));
	EXPECT_EQ(read(in, &byte, 1), 1);
	EXPECT_EQ(write(copy, "y", 1), 1);
	EXPECT_OK(close(copy));
	EXPECT_EQ(read(in, &byte, 1), 1);
	EXPECT_EQ(read(in, &byte, 1), 0);
	EXPECT_EQ(read(in, &byte, 1), 0);
	EXPECT_OK(close(in));
}

static volatile sig_atomic_t broken;

static void on_pipe(int sig) { broken++; }

TEST(pipes, nobody_reads)
{
	struct sigaction action = {.sa_handler = on_pipe}, old;
	struct iovec piece = {"x", 1};

	ASSERT(make());
	EXPECT_OK(sigaction(SIGPIPE, &action, &old));
	EXPECT_OK(close(in));
	broken = 0;
	EXPECT_ERRNO(EPIPE, write(out, "x", 1));
	EXPECT_EQ(broken, 1);
	EXPECT_ERRNO(EPIPE, writev(out, &piece, 1));
	EXPECT_EQ(broken, 2);
	EXPECT_OK(sigaction(SIGPIPE, &old, NULL));
	EXPECT_OK(close(out));
}

TEST(pipes, without_waiting)
{
	static char block[PIPE_BUF];
	char byte;
	ssize_t r;
	long total = 0;

	ASSERT(make());
	EXPECT_OK(fcntl(in, F_SETFL, O_NONBLOCK));
	EXPECT_OK(fcntl(out, F_SETFL, O_NONBLOCK));
	EXPECT_ERRNO(EAGAIN, read(in, &byte, 1));
	while ((r = write(out, block, sizeof(block))) > 0)
		total += r;
	EXPECT_EQ(errno, EAGAIN);
	EXPECT(total >= PIPE_BUF && total % PIPE_BUF == 0);
	EXPECT_EQ(read(in, &byte, 1), 1);
	/* So much is written as a whole or not at all. */
	EXPECT_ERRNO(EAGAIN, write(out, block, PIPE_BUF));
	for (total--; total > 0; total -= r) {
		r = read(in, block, sizeof(block));
		if (!EXPECT(r > 0))
			break;
	}
	EXPECT_ERRNO(EAGAIN, read(in, &byte, 1));
	unmake();
}

static void feeds(void)
{
	static char block[70000];

	EXPECT_OK(close(in));
	for (int i = 0; i < 10; i++) {
		memset(block, 'a' + i, sizeof(block));
		EXPECT_EQ(write(out, block, sizeof(block)), sizeof(block));
	}
	EXPECT_OK(close(out));
}

TEST(pipes, more_than_fits_goes_through_in_order)
{
	static char block[10000];
	long total = 0;
	int status;
	ssize_t r;
	pid_t pid;

	ASSERT(make());
	pid = fork();
	if (pid == 0) {
		feeds();
		_exit(0);
	}
	ASSERT_OK(pid);
	EXPECT_OK(close(out));
	while ((r = read(in, block, sizeof(block))) > 0) {
		for (ssize_t i = 0; i < r; i += 999)
			EXPECT_EQ(block[i], 'a' + (total + i) / 70000);
		total += r;
	}
	EXPECT_EQ(r, 0);
	EXPECT_EQ(total, 700000);
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_OK(close(in));
}

TEST(pipes, flags_when_made)
{
	int fds[2], waiting = -1;

	ASSERT_OK(pipe2(fds, O_CLOEXEC | O_NONBLOCK));
	EXPECT_EQ(fcntl(fds[0], F_GETFD), FD_CLOEXEC);
	EXPECT_EQ(fcntl(fds[1], F_GETFD), FD_CLOEXEC);
	EXPECT(fcntl(fds[0], F_GETFL) & O_NONBLOCK);
	EXPECT_EQ(write(fds[1], "abc", 3), 3);
	EXPECT_OK(ioctl(fds[0], FIONREAD, &waiting));
	EXPECT_EQ(waiting, 3);
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
	EXPECT_ERRNO(EINVAL, pipe2(fds, O_APPEND));
}

static void writes_to_fifo(void)
{
	int fd = open("p", O_WRONLY);

	EXPECT_OK(fd);
	EXPECT_EQ(write(fd, "through", 7), 7);
	EXPECT_OK(close(fd));
}

TEST(pipes, with_a_name)
{
	char text[16] = "";
	int fd, status;
	pid_t pid;

	ASSERT_OK(mkfifo("p", 0666));
	EXPECT_ERRNO(ENXIO, open("p", O_WRONLY | O_NONBLOCK));
	fd = open("p", O_RDONLY | O_NONBLOCK);
	ASSERT_OK(fd);
	EXPECT_EQ(read(fd, text, 1), 0);
	EXPECT_OK(close(fd));
	pid = fork();
	if (pid == 0) {
		writes_to_fifo();
		_exit(0);
	}
	ASSERT_OK(pid);
	fd = open("p", O_RDONLY);
	ASSERT_OK(fd);
	EXPECT_EQ(read(fd, text, 7), 7);
	EXPECT_STRING(text, "through");
	EXPECT_EQ(read(fd, text, 7), 0);
	EXPECT_OK(close(fd));
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
}
