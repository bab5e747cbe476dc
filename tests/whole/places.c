/* SPDX-License-Identifier: 0BSD */
/* places.c: programs and threads that compute have a processor each.
 *
 * Whatever sleeps in a server or on a lock takes a place, too: so this is run alone, by a shell that waits for it. */
#include "../posix/lib/test.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

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

TEST(places, children_that_compute_have_a_processor_each)
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

TEST(places, who_waits_or_is_stopped_takes_no_place) { EXPECT_EQ(test_child(race_in_a_crowd), 0); }

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

TEST(places, threads_that_compute_have_a_processor_each) { EXPECT_EQ(test_child(races_in_threads), 0); }

TEST(places, what_waits_with_a_deadline_cannot_be_moved)
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
