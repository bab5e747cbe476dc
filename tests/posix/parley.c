/* SPDX-License-Identifier: 0BSD */
/* parley.c: what the library promises and other systems do not. */
#include "lib/test.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(parley, the_heap_grows_and_shrinks)
{
	char *before = sbrk(0), *p;

	p = sbrk(100000);
	ASSERT(p != (char *)-1);
	EXPECT(p == before);
	for (int i = 0; i < 100000; i += 100)
		EXPECT_EQ(p[i], 0);
	memset(p, 7, 100000);
	EXPECT(sbrk(-90000) == p + 100000);
	EXPECT(sbrk(90000) == p + 10000);
	EXPECT_EQ(p[9999], 7);
	for (int i = 10000; i < 100000; i += 50)
		EXPECT_EQ(p[i], 0);
	EXPECT(sbrk(-100000) == p + 100000);
	EXPECT_ERRNO(ENOMEM, (long)sbrk(1l << 62));
}

static void has_no_such_descriptor(void)
{
	EXPECT_ERRNO(EBADF, fcntl(50, F_GETFD));
	EXPECT_OK(fcntl(51, F_GETFD));
}

TEST(parley, a_descriptor_can_be_kept_from_children)
{
	int fd = open("f", O_RDWR | O_CREAT | O_CLOFORK, 0666);

	ASSERT_OK(fd);
	EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOFORK);
	EXPECT_EQ(dup3(fd, 50, O_CLOFORK | O_CLOEXEC), 50);
	EXPECT_EQ(fcntl(50, F_GETFD), FD_CLOFORK | FD_CLOEXEC);
	EXPECT_EQ(fcntl(fd, F_DUPFD_CLOFORK, 51), 51);
	EXPECT_EQ(fcntl(51, F_GETFD), FD_CLOFORK);
	EXPECT_OK(fcntl(51, F_SETFD, 0));
	EXPECT_EQ(test_child(has_no_such_descriptor), 0);
	EXPECT_ERRNO(EINVAL, dup3(fd, fd, 0));
	EXPECT_ERRNO(EINVAL, dup3(fd, 50, O_APPEND));
	EXPECT_OK(close(fd));
	EXPECT_OK(close(50));
	EXPECT_OK(close(51));
}

TEST(parley, other_capabilities_are_no_descriptors)
{
	char text[8];

	/* The working directory, the process and the filesystem context, by number. */
	EXPECT_ERRNO(EBADF, read(0x1000, text, 1));
	EXPECT_ERRNO(EBADF, dup(0x1000));
	EXPECT_ERRNO(EBADF, close(-5));
	EXPECT_ERRNO(EBADF, fcntl(-4, F_GETFD));
	EXPECT_ERRNO(EBADF, dup2(0, 0x1000));
	EXPECT_ERRNO(EBADF, openat(0x1000, "f", O_RDONLY));
	EXPECT_ERRNO(EBADF, fchdir(0x1000));
}

TEST(parley, a_range_can_be_closed)
{
	for (int i = 60; i < 70; i++)
		ASSERT_EQ(dup2(0, i), i);
	EXPECT_OK(close_range(62, 64, 0));
	EXPECT_OK(close_range(65, 66, CLOSE_RANGE_CLOEXEC));
	EXPECT_OK(fcntl(61, F_GETFD));
	EXPECT_ERRNO(EBADF, fcntl(63, F_GETFD));
	EXPECT_EQ(fcntl(65, F_GETFD), FD_CLOEXEC);
	EXPECT_EQ(fcntl(67, F_GETFD), 0);
	EXPECT_ERRNO(EINVAL, close_range(5, 4, 0));
	closefrom(60);
	for (int i = 60; i < 70; i++)
		EXPECT_ERRNO(EBADF, fcntl(i, F_GETFD));
}

static void run_script(void)
{
	execl("./a script", "other", (char *)NULL);
	_exit(1);
}

TEST(parley, a_script_has_its_own_name_in_proc)
{
	test_write_file("a script", "#!/bin/sh\nread name </proc/$$/comm\n[ \"$name\" = \"a script\" ] && exit 7\n");
	EXPECT_OK(chmod("a script", 0755));
	EXPECT_EQ(WEXITSTATUS(test_child(run_script)), 7);
}

/* ---- places on processors ---- */

/* What computing children and threads share. */
struct race {
	_Atomic uint64_t cpus; /* on which they were */
	_Atomic int here;
	int all;
};

static struct race *race_new(void)
{
	struct race *r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	r->all = (int)sysconf(_SC_NPROCESSORS_ONLN);
	return r;
}

/* All are there at the same time, and none waits. */
static void race_run(struct race *r)
{
	r->cpus |= 1ull << sched_getcpu();
	r->here++;
	while (r->here < r->all)
		;
}

/* A child for each processor; answers on how many they were. */
static int race_of_children(void)
{
	struct race *r = race_new();
	int line[2], status, cpus;
	char byte;

	EXPECT_OK(pipe(line));
	for (int i = 0; i < r->all; i++) {
		pid_t pid = fork();

		EXPECT_OK(pid);
		if (pid)
			continue;
		close(line[1]);
		alarm(100);
		read(line[0], &byte, 1); /* until all are there */
		race_run(r);
		_exit(0);
	}
	close(line[0]);
	close(line[1]);
	while (wait3(&status, 0, NULL) > 0)
		EXPECT_EQ(status, 0);
	EXPECT_EQ(r->here, r->all);
	cpus = __builtin_popcountll(r->cpus);
	munmap(r, sizeof(*r));
	return cpus;
}

TEST(parley, children_that_compute_have_a_processor_each)
{
	EXPECT_EQ(race_of_children(), sysconf(_SC_NPROCESSORS_ONLN));
}

/* On the last processor: one that is stopped, and its parent, which waits for it. */
static pid_t crowd(void)
{
	cpu_set_t set = {1ul << (sysconf(_SC_NPROCESSORS_ONLN) - 1)};
	pid_t pid = fork(), stopped;

	if (pid) {
		EXPECT_OK(setpgid(pid, pid));
		return pid;
	}
	setpgid(0, 0);
	EXPECT_OK(sched_setaffinity(0, sizeof(set), &set));
	stopped = fork();
	if (stopped == 0) {
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(stopped, NULL, 0);
	_exit(0);
}

static void race_in_a_crowd(void)
{
	enum { CROWD = 8 };
	int want = (int)sysconf(_SC_NPROCESSORS_ONLN), got = 0;
	pid_t group[CROWD];

	for (int i = 0; i < CROWD; i++)
		group[i] = crowd();
	/* They may not have come to it yet. */
	for (int i = 0; i < 100 && got != want; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			_exit(race_of_children());
		EXPECT_EQ(waitpid(pid, &status, 0), pid);
		got = WEXITSTATUS(status);
		usleep(10000);
	}
	EXPECT_EQ(got, want);
	for (int i = 0; i < CROWD; i++)
		EXPECT_OK(kill(-group[i], SIGKILL));
	while (wait(NULL) > 0)
		;
}

TEST(parley, who_waits_or_is_stopped_takes_no_place) { EXPECT_EQ(test_child(race_in_a_crowd), 0); }

static void *race_thread(void *arg)
{
	race_run(arg);
	return NULL;
}

static void races_in_threads(void)
{
	struct race *r = race_new();
	pthread_t thread[64];

	alarm(100);
	for (int i = 1; i < r->all; i++)
		EXPECT_ERROR(0, pthread_create(&thread[i], NULL, race_thread, r));
	race_thread(r);
	for (int i = 1; i < r->all; i++)
		EXPECT_ERROR(0, pthread_join(thread[i], NULL));
	EXPECT_EQ(__builtin_popcountll(r->cpus), r->all);
}

TEST(parley, threads_that_compute_have_a_processor_each) { EXPECT_EQ(test_child(races_in_threads), 0); }

TEST(parley, what_waits_with_a_deadline_cannot_be_moved)
{
	int count = (int)sysconf(_SC_NPROCESSORS_ONLN), error = 0;
	pid_t pid = fork();

	ASSERT_OK(pid);
	if (pid == 0) {
		sleep(1000);
		_exit(0);
	}
	/* It is moved about until it sleeps. */
	for (int i = 0; count > 1 && i < 10000 && !error; i++) {
		cpu_set_t set = {1ul << i % count};

		error = sched_setaffinity(pid, sizeof(set), &set) ? errno : 0;
		usleep(1000);
	}
	EXPECT_EQ(error, count > 1 ? EBUSY : 0);
	EXPECT_OK(kill(pid, SIGKILL));
	EXPECT_EQ(waitpid(pid, NULL, 0), pid);
}
