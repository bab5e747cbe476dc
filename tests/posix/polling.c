/* SPDX-License-Identifier: 0BSD */
/* polling.c: poll, ppoll, select, pselect. */
#include "lib/test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

TEST(polling, tells_what_is_ready)
{
	struct pollfd p[4];
	int fds[2], file = open("f", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(pipe(fds));
	p[0] = (struct pollfd){fds[0], POLLIN, 0};
	p[1] = (struct pollfd){fds[1], POLLOUT, 0};
	p[2] = (struct pollfd){file, POLLIN | POLLOUT, 0};
	p[3] = (struct pollfd){-1, POLLIN, 77};
	EXPECT_EQ(poll(p, 4, 0), 2);
	EXPECT_EQ(p[0].revents, 0);
	EXPECT_EQ(p[1].revents, POLLOUT);
	EXPECT_EQ(p[2].revents, POLLIN | POLLOUT);
	EXPECT_EQ(p[3].revents, 0);
	EXPECT_EQ(write(fds[1], "x", 1), 1);
	EXPECT_EQ(poll(p, 1, -1), 1);
	EXPECT_EQ(p[0].revents, POLLIN);
	EXPECT_OK(close(fds[1]));
	EXPECT_EQ(poll(p, 1, -1), 1);
	EXPECT(p[0].revents & POLLHUP);
	EXPECT(p[0].revents & POLLIN);
	EXPECT_EQ(poll(p, 2, -1), 2);
	EXPECT_EQ(p[1].revents, POLLNVAL);
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(file));
}

TEST(polling, a_writer_learns_that_nobody_reads)
{
	struct pollfd p;
	int fds[2];

	ASSERT_OK(pipe(fds));
	p = (struct pollfd){fds[1], 0, 0};
	EXPECT_OK(close(fds[0]));
	EXPECT_EQ(poll(&p, 1, 1000), 1);
	EXPECT(p.revents & POLLERR);
	EXPECT_OK(close(fds[1]));
}

TEST(polling, waits_as_long_as_it_is_told)
{
	struct timespec t = {0, 30000000};
	struct pollfd p;
	int fds[2];
	long start;

	ASSERT_OK(pipe(fds));
	p = (struct pollfd){fds[0], POLLIN, 0};
	start = now_ms();
	EXPECT_EQ(poll(&p, 1, 50), 0);
	EXPECT(now_ms() - start >= 49);
	start = now_ms();
	EXPECT_EQ(ppoll(&p, 1, &t, NULL), 0);
	EXPECT(now_ms() - start >= 29);
	start = now_ms();
	EXPECT_EQ(poll(NULL, 0, 20), 0);
	EXPECT(now_ms() - start >= 19);
	t.tv_nsec = -1;
	EXPECT_ERRNO(EINVAL, ppoll(&p, 1, &t, NULL));
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
}

/* A child that writes into FD after a while. */
static pid_t later(int fd, int ms)
{
	pid_t pid = fork();

	if (pid == 0) {
		usleep((unsigned)ms * 1000);
		_exit(write(fd, "x", 1) != 1);
	}
	EXPECT_OK(pid);
	return pid;
}

TEST(polling, wakes_up_for_one_of_many)
{
	enum { PIPES = 40 };
	struct pollfd p[PIPES];
	int fds[PIPES][2], status;
	pid_t pid;

	for (int i = 0; i < PIPES; i++) {
		ASSERT_OK(pipe(fds[i]));
		p[i] = (struct pollfd){fds[i][0], POLLIN, 0};
	}
	for (int round = 0; round < 3; round++) {
		char byte;
		int which = round * 13 + 5;

		pid = later(fds[which][1], 20);
		EXPECT_EQ(poll(p, PIPES, 10000), 1);
		for (int i = 0; i < PIPES; i++)
			EXPECT_EQ(p[i].revents, i == which ? POLLIN : 0);
		EXPECT_EQ(read(fds[which][0], &byte, 1), 1);
		EXPECT_EQ(waitpid(pid, &status, 0), pid);
		EXPECT_EQ(status, 0);
	}
	for (int i = 0; i < PIPES; i++) {
		EXPECT_OK(close(fds[i][0]));
		EXPECT_OK(close(fds[i][1]));
	}
}

TEST(polling, more_than_a_hundred)
{
	struct pollfd p[150];
	int fds[2];

	ASSERT_OK(pipe(fds));
	for (int i = 0; i < 150; i++)
		p[i] = (struct pollfd){fds[i % 2], i % 2 ? POLLOUT : POLLIN, 0};
	EXPECT_EQ(poll(p, 150, 1000), 75);
	EXPECT_EQ(p[149].revents, POLLOUT);
	EXPECT_EQ(p[148].revents, 0);
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
}

static volatile sig_atomic_t alarms;

static void on_alarm(int sig) { alarms++; }

static void set_alarm(int ms)
{
	struct itimerval t = {{0, 0}, {0, ms * 1000}};

	EXPECT_OK(setitimer(ITIMER_REAL, &t, NULL));
}

TEST(polling, a_handler_ends_it_whatever_its_flags)
{
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART}, old;
	struct pollfd p;
	fd_set set;
	int fds[2];

	ASSERT_OK(pipe(fds));
	p = (struct pollfd){fds[0], POLLIN, 0};
	EXPECT_OK(sigaction(SIGALRM, &action, &old));
	alarms = 0;
	set_alarm(20);
	EXPECT_ERRNO(EINTR, poll(&p, 1, 10000));
	EXPECT_EQ(alarms, 1);
	FD_ZERO(&set);
	FD_SET(fds[0], &set);
	set_alarm(20);
	EXPECT_ERRNO(EINTR, select(fds[0] + 1, &set, NULL, NULL, NULL));
	EXPECT_EQ(alarms, 2);
	EXPECT_OK(sigaction(SIGALRM, &old, NULL));
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
}

TEST(polling, with_a_mask_nothing_is_missed)
{
	struct sigaction action = {.sa_handler = on_alarm}, old;
	sigset_t blocked, before, open_mask, after;
	struct timespec t = {10, 0};

	EXPECT_OK(sigaction(SIGALRM, &action, &old));
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGALRM);
	EXPECT_OK(sigprocmask(SIG_BLOCK, &blocked, &before));
	open_mask = before;
	sigdelset(&open_mask, SIGALRM);
	alarms = 0;
	EXPECT_OK(raise(SIGALRM));
	EXPECT_EQ(alarms, 0);
	EXPECT_ERRNO(EINTR, pselect(0, NULL, NULL, NULL, &t, &open_mask));
	EXPECT_EQ(alarms, 1);
	EXPECT_OK(raise(SIGALRM));
	EXPECT_ERRNO(EINTR, ppoll(NULL, 0, &t, &open_mask));
	EXPECT_EQ(alarms, 2);
	EXPECT_OK(sigprocmask(SIG_BLOCK, NULL, &after));
	EXPECT(sigismember(&after, SIGALRM));
	EXPECT_OK(sigprocmask(SIG_SETMASK, &before, NULL));
	EXPECT_OK(sigaction(SIGALRM, &old, NULL));
}

TEST(polling, select_keeps_what_is_ready)
{
	struct timeval t = {0, 20000};
	fd_set in, out, except;
	int fds[2], top;

	ASSERT_OK(pipe(fds));
	top = (fds[0] > fds[1] ? fds[0] : fds[1]) + 1;
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_ZERO(&except);
	FD_SET(fds[0], &in);
	FD_SET(fds[1], &out);
	FD_SET(fds[0], &except);
	EXPECT_EQ(select(top, &in, &out, &except, NULL), 1);
	EXPECT(!FD_ISSET(fds[0], &in));
	EXPECT(FD_ISSET(fds[1], &out));
	EXPECT(!FD_ISSET(fds[0], &except));
	EXPECT_EQ(write(fds[1], "x", 1), 1);
	FD_SET(fds[0], &in);
	EXPECT_EQ(select(top, &in, NULL, NULL, NULL), 1);
	EXPECT(FD_ISSET(fds[0], &in));
	EXPECT_EQ(read(fds[0], &t.tv_sec, 1), 1);
	t.tv_sec = 0;
	EXPECT_EQ(select(top, &in, NULL, NULL, &t), 0);
	EXPECT(!FD_ISSET(fds[0], &in));
	FD_SET(fds[0], &in);
	EXPECT_OK(close(fds[1]));
	EXPECT_EQ(select(top, &in, NULL, NULL, NULL), 1);
	EXPECT_OK(close(fds[0]));
	EXPECT_ERRNO(EBADF, select(top, &in, NULL, NULL, NULL));
	EXPECT_ERRNO(EINVAL, select(-1, NULL, NULL, NULL, NULL));
	t.tv_sec = -1;
	EXPECT_ERRNO(EINVAL, select(0, NULL, NULL, NULL, &t));
}
