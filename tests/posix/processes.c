/* SPDX-License-Identifier: 0BSD */
/* processes.c: fork and wait, groups, credentials, limits. */
#include "child.h"
#include "lib/test.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- wait ---- */

TEST(processes, tell_how_they_ended)
{
	siginfo_t info;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(300);
	ASSERT(pid > 0);
	EXPECT_OK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
	EXPECT_EQ(info.si_code, CLD_EXITED);
	EXPECT_EQ(info.si_status & 0xff, 300 & 0xff);
	EXPECT_EQ(info.si_pid, pid);
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 44);
	EXPECT_ERRNO(ECHILD, waitpid(pid, &status, 0));
	EXPECT_ERRNO(ECHILD, wait(&status));
	EXPECT_ERRNO(EINVAL, waitpid(-1, &status, 0x4000));
	EXPECT_ERRNO(EINVAL, waitid(P_ALL, 0, &info, 0));
}

TEST(processes, waiting_need_not_wait)
{
	siginfo_t info = {0};
	int fds[2], status;
	char byte;
	pid_t pid;

	ASSERT_OK(pipe(fds));
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		_exit(read(fds[0], &byte, 1) != 0);
	}
	EXPECT_EQ(waitpid(pid, &status, WNOHANG), 0);
	EXPECT_OK(waitid(P_ALL, 0, &info, WEXITED | WNOHANG));
	EXPECT_EQ(info.si_pid, 0);
	close(fds[1]);
	close(fds[0]);
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
}

TEST(processes, a_child_is_a_copy)
{
	volatile int value = 1;
	int fds[2];
	char text[32];
	pid_t pid;

	ASSERT_OK(pipe(fds));
	pid = fork();
	if (pid == 0) {
		value = 2;
		dprintf(fds[1], "%d %d", getppid() != getpid(), value);
		_exit(0);
	}
	close(fds[1]);
	listen_to(fds[0], pid);
	snprintf(text, sizeof(text), "%d 2", 1);
	EXPECT_STRING(said, text);
	EXPECT_EQ(value, 1);
}

TEST(processes, orphans_go_to_another)
{
	int fds[2], status;
	pid_t pid;

	ASSERT_OK(pipe(fds));
	pid = fork();
	if (pid == 0) {
		pid_t parent = getpid();

		if (fork() == 0) {
			while (getppid() == parent)
				usleep(1000);
			dprintf(fds[1], "%d", getppid() > 0 && getppid() != parent);
		}
		_exit(0);
	}
	close(fds[1]);
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	listen_to(fds[0], 0);
	EXPECT_STRING(said, "1");
}

static int forked[3];
static void before(void) { forked[0]++; }
static void in_parent(void) { forked[1]++; }
static void in_child(void) { forked[2]++; }

TEST(processes, fork_calls_its_handlers)
{
	static bool registered;
	int status;
	pid_t pid;

	if (!registered)
		ASSERT_EQ(pthread_atfork(before, in_parent, in_child), 0);
	registered = true;
	forked[0] = forked[1] = forked[2] = 0;
	pid = fork();
	if (pid == 0)
		_exit(forked[0] == 1 && forked[1] == 0 && forked[2] == 1 ? 0 : 1);
	EXPECT(forked[0] == 1 && forked[1] == 1 && forked[2] == 0);
	waitpid(pid, &status, 0);
	EXPECT_EQ(status, 0);
}

/* ---- groups and sessions ---- */

static void makes_session(void)
{
	pid_t pid = getpid();

	if (setsid() != pid || getsid(0) != pid || getpgrp() != pid)
		_exit(1);
	if (setsid() != -1 || errno != EPERM)
		_exit(2);
	_exit(setpgid(0, 0) == -1 && errno == EPERM ? 0 : 3);
}

static void makes_group(void)
{
	if (setpgid(0, 0) < 0 || getpgrp() != getpid() || getpgid(getppid()) == getpid())
		_exit(1);
	_exit(setsid() == -1 && errno == EPERM ? 0 : 2);
}

TEST(processes, groups_and_sessions)
{
	EXPECT_EQ(test_child(makes_session), 0);
	EXPECT_EQ(test_child(makes_group), 0);
	EXPECT_ERRNO(ESRCH, getpgid(0x3fffffff));
	EXPECT_ERRNO(ESRCH, getsid(0x3fffffff));
	EXPECT_ERRNO(EINVAL, setpgid(0, -5));
	EXPECT_ERRNO(ESRCH, setpgid(0x3fffffff, 0));
}

/* ---- credentials: as root ---- */

static void gives_up_root(void)
{
	uid_t real, effective, saved;
	gid_t groups[3] = {5, 6, 7};

	if (setgroups(3, groups) || getgroups(0, NULL) != 3 || setgid(100))
		_exit(1);
	if (seteuid(1000) || geteuid() != 1000 || getuid() != 0 || seteuid(0))
		_exit(2);
	if (setresuid(1000, 1001, 1002) || getresuid(&real, &effective, &saved))
		_exit(3);
	if (real != 1000 || effective != 1001 || saved != 1002 || getuid() != 1000)
		_exit(4);
	if (setuid(0) != -1 || errno != EPERM || seteuid(1002) || setreuid(1001, 1000) != -1)
		_exit(5);
	if (getgid() != 100 || setgid(0) != -1 || setgroups(0, groups) != -1)
		_exit(6);
	_exit(kill(getppid(), SIGTERM) == -1 && errno == EPERM ? 0 : 7);
}

TEST(processes, root_can_be_given_up)
{
	if (getuid() == 0)
		EXPECT_EQ(test_child(gives_up_root), 0);
}

/* ---- limits ---- */

static void limits_itself(void)
{
	struct rlimit limit = {10, 20}, now;

	if (setrlimit(RLIMIT_NOFILE, &limit) || getrlimit(RLIMIT_NOFILE, &now))
		_exit(1);
	if (now.rlim_cur != 10 || now.rlim_max != 20)
		_exit(2);
	if (dup2(0, 15) != -1 || errno != EBADF)
		_exit(3);
	limit.rlim_cur = 30;
	_exit(setrlimit(RLIMIT_NOFILE, &limit) == -1 && errno == EINVAL ? 0 : 4);
}

TEST(processes, limits)
{
	struct rlimit limit;

	EXPECT_EQ(test_child(limits_itself), 0);
	EXPECT_OK(getrlimit(RLIMIT_STACK, &limit));
	EXPECT_ERRNO(EINVAL, getrlimit(99, &limit));
	EXPECT_EQ(sysconf(_SC_PAGESIZE), 4096);
	EXPECT_ERRNO(EINVAL, sysconf(-1));
	EXPECT(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
}

static void is_nicer(void)
{
	if (nice(5) != 5 || getpriority(PRIO_PROCESS, 0) != 5)
		_exit(1);
	_exit(setpriority(PRIO_PROCESS, 0, 7) || nice(0) != 7);
}

TEST(processes, nice_values)
{
	EXPECT_EQ(getpriority(PRIO_PROCESS, 0), 0);
	EXPECT_EQ(test_child(is_nicer), 0);
	EXPECT_OK(sched_getscheduler(0)); /* as whoever started us */
	EXPECT(sched_get_priority_max(SCHED_FIFO) > sched_get_priority_min(SCHED_FIFO));
	EXPECT_ERRNO(EINVAL, sched_get_priority_max(99));
}

TEST(processes, the_system_has_a_name)
{
	struct utsname name;
	char host[65];

	EXPECT_OK(uname(&name));
	EXPECT(*name.sysname && *name.nodename && *name.release);
	EXPECT_STRING(name.machine, "x86_64");
	EXPECT_OK(gethostname(host, sizeof(host)));
	EXPECT_STRING(host, name.nodename);
}

/* ---- many ---- */

TEST(processes, many_one_after_another)
{
	int status;

	for (int i = 0; i < 200; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(i & 0x7f);
		if (!EXPECT_EQ(waitpid(pid, &status, 0), pid) || !EXPECT_EQ(WEXITSTATUS(status), i & 0x7f))
			return;
	}
}

TEST(processes, many_at_once)
{
	int sum = 0, status;

	for (int i = 0; i < 50; i++) {
		pid_t pid = fork();

		if (!EXPECT_OK(pid))
			break;
		if (pid == 0)
			_exit(i);
	}
	while (wait(&status) > 0)
		sum += WEXITSTATUS(status);
	EXPECT_EQ(sum, 50 * 49 / 2);
}
