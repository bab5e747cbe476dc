/* SPDX-License-Identifier: 0BSD */
/* processors.c: which processors a thread may use, and what it makes. */
#include "lib/test.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRIES 6000 /* of 10 ms */

static cpu_set_t only(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return set;
}

static cpu_set_t everything(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (int cpu = 0; cpu < sysconf(_SC_NPROCESSORS_ONLN); cpu++)
		CPU_SET(cpu, &set);
	return set;
}

static cpu_set_t now(pid_t pid)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	EXPECT_OK(sched_getaffinity(pid, sizeof(set), &set));
	return set;
}

static int last(void) { return (int)sysconf(_SC_NPROCESSORS_ONLN) - 1; }

static void uses_all(void)
{
	cpu_set_t all = everything(), set;

	EXPECT_OK(sched_setaffinity(0, sizeof(all), &all));
	set = now(0);
	EXPECT(CPU_EQUAL(&set, &all));
	EXPECT(CPU_ISSET(sched_getcpu(), &set));
}

TEST(processors, all_there_are_may_be_used) { EXPECT_EQ(test_child(uses_all), 0); }

TEST(processors, wrong_sets_are_refused)
{
	cpu_set_t set = now(0), none;

	CPU_ZERO(&none);
	EXPECT_ERRNO(EINVAL, sched_setaffinity(0, sizeof(none), &none));
	EXPECT_ERRNO(EINVAL, sched_getaffinity(0, 1, &set));
	EXPECT_ERRNO(ESRCH, sched_setaffinity(0x7ffffff0, sizeof(set), &set));
	EXPECT_ERRNO(ESRCH, sched_getaffinity(0x7ffffff0, sizeof(set), &set));
	EXPECT_ERROR(EINVAL, pthread_setaffinity_np(pthread_self(), sizeof(none), &none));
}

static int wanted;

static void is_there(void)
{
	cpu_set_t want = only(wanted), set = now(0);

	EXPECT_EQ(sched_getcpu(), wanted);
	EXPECT(CPU_EQUAL(&set, &want));
}

static void *thread_is_there(void *arg)
{
	is_there();
	return arg;
}

static void goes_everywhere(void)
{
	cpu_set_t all = everything();
	pthread_t thread;

	for (wanted = 0; wanted < CPU_SETSIZE; wanted++) {
		cpu_set_t set = only(wanted);

		if (!CPU_ISSET(wanted, &all))
			continue;
		EXPECT_OK(sched_setaffinity(0, sizeof(set), &set));
		is_there();
		EXPECT_EQ(test_child(is_there), 0);
		EXPECT_ERROR(0, pthread_create(&thread, NULL, thread_is_there, NULL));
		EXPECT_ERROR(0, pthread_join(thread, NULL));
	}
}

TEST(processors, a_thread_goes_where_it_says_and_its_children_too) { EXPECT_EQ(test_child(goes_everywhere), 0); }

static void changes_roots(void)
{
	cpu_set_t set = now(0);

	EXPECT_OK(setuid(1000));
	EXPECT_OK(sched_setaffinity(0, sizeof(set), &set));
	EXPECT_ERRNO(EPERM, sched_setaffinity(getppid(), sizeof(set), &set));
	EXPECT_OK(sched_getaffinity(getppid(), sizeof(set), &set));
}

TEST(processors, those_of_others_cannot_be_changed)
{
	if (geteuid() == 0)
		EXPECT_EQ(test_child(changes_roots), 0);
}

struct spinner {
	_Atomic int cpu, stop;
};

static void *spin(void *arg)
{
	struct spinner *s = arg;

	while (!s->stop)
		s->cpu = sched_getcpu();
	return NULL;
}

static void comes_to(struct spinner *s, int cpu)
{
	for (int i = 0; i < TRIES && s->cpu != cpu; i++)
		usleep(10000);
	EXPECT_EQ(s->cpu, cpu);
}

TEST(processors, another_process_is_moved_while_it_runs)
{
	struct spinner *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int to[] = {last(), 0, last()};
	pid_t pid = fork();

	ASSERT_OK(pid);
	if (pid == 0) {
		spin(s);
		_exit(0);
	}
	for (unsigned i = 0; i < 3; i++) {
		cpu_set_t set = only(to[i]);

		EXPECT_OK(sched_setaffinity(pid, sizeof(set), &set));
		comes_to(s, to[i]);
	}
	s->stop = 1;
	EXPECT_EQ(waitpid(pid, NULL, 0), pid);
	EXPECT_OK(munmap(s, sizeof(*s)));
}

TEST(processors, another_thread_is_moved_while_it_runs)
{
	struct spinner s = {0};
	int to[] = {last(), 0, last()};
	pthread_t thread;

	ASSERT_EQ(pthread_create(&thread, NULL, spin, &s), 0);
	for (unsigned i = 0; i < 3; i++) {
		cpu_set_t set = only(to[i]), got;

		EXPECT_ERROR(0, pthread_setaffinity_np(thread, sizeof(set), &set));
		comes_to(&s, to[i]);
		EXPECT_ERROR(0, pthread_getaffinity_np(thread, sizeof(got), &got));
		EXPECT(CPU_EQUAL(&got, &set));
	}
	s.stop = 1;
	EXPECT_ERROR(0, pthread_join(thread, NULL));
}
