/* SPDX-License-Identifier: 0BSD */
/* thread_storm.c: thousands of threads from several processes at once, joined, detached, cancelled; nothing is left.
 *
 * Each process counts what must have happened: threads that ran, destructors, cleanup handlers. */
#include "../posix/lib/test.h"
#include "counts.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 4
#define ROUNDS	  60
#define EACH	  4 /* threads of a kind in a round: 4 * 60 * 4 * 4 = 3840 */

static unsigned ran, destroyed, cleaned, wrong;
static sem_t ended;
static pthread_key_t key;

static void count(unsigned *what) { __atomic_add_fetch(what, 1, __ATOMIC_RELAXED); }

static void destroy(void *value)
{
	count(&destroyed);
	if (value != &key)
		count(&wrong);
}

static void clean(void *unused)
{
	(void)unused;
	count(&cleaned);
}

static void *returns(void *argument)
{
	pthread_setspecific(key, &key);
	count(&ran);
	return argument;
}

static void *leaves(void *argument)
{
	char *some = malloc(1000);

	pthread_setspecific(key, &key);
	count(&ran);
	free(some);
	pthread_exit(argument);
}

static void *detached(void *unused)
{
	returns(unused);
	sem_post(&ended);
	return NULL;
}

static void *waits_for_ever(void *unused)
{
	pthread_setspecific(key, &key);
	count(&ran);
	pthread_cleanup_push(clean, NULL);
	for (;;)
		pause();
	pthread_cleanup_pop(0);
	return unused;
}

static void one_round(void)
{
	pthread_t joined[EACH], left[EACH], cancelled[EACH], other;
	pthread_attr_t attr;
	void *value;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (long i = 0; i < EACH; i++) {
		int error = pthread_create(&joined[i], NULL, returns, (void *)i);

		error |= pthread_create(&cancelled[i], NULL, waits_for_ever, NULL);
		error |= pthread_create(&left[i], NULL, leaves, (void *)(i + 10));
		error |= pthread_create(&other, i % 2 ? &attr : NULL, detached, NULL);
		if (i % 2 == 0)
			error |= pthread_detach(other);
		if (error)
			exit(100);
	}
	for (long i = 0; i < EACH; i++) {
		if (pthread_join(joined[i], &value) || value != (void *)i)
			count(&wrong);
		if (pthread_join(left[i], &value) || value != (void *)(i + 10))
			count(&wrong);
		if (pthread_cancel(cancelled[i]) || pthread_join(cancelled[i], &value) || value != PTHREAD_CANCELED)
			count(&wrong);
		while (sem_wait(&ended))
			;
	}
	pthread_attr_destroy(&attr);
}

/* What did not happen as it should: the exit status. */
static int storm(void)
{
	unsigned threads = ROUNDS * EACH * 4, before_start = threads;

	sem_init(&ended, 0, 0);
	pthread_key_create(&key, destroy);
	ran = destroyed = cleaned = wrong = 0;
	for (int i = 0; i < ROUNDS; i++)
		one_round();
	/* One that is cancelled before it has run at all counts nothing; a detached one may not have ended yet. */
	before_start -= ran;
	if (before_start > ROUNDS * EACH || wrong)
		return 1;
	if (cleaned != ROUNDS * EACH - before_start)
		return 2;
	for (int tries = 0; destroyed != ran && tries < 500; tries++)
		usleep(10000);
	return destroyed == ran ? 0 : 3;
}

static void storms(void)
{
	pid_t pid[PROCESSES];
	int status;

	fflush(stdout);
	for (int i = 0; i < PROCESSES; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(storm());
		EXPECT_OK(pid[i]);
	}
	for (int i = 0; i < PROCESSES; i++) {
		EXPECT_EQ(waitpid(pid[i], &status, 0), pid[i]);
		EXPECT_EQ(status, 0);
	}
}

TEST(thread_storm, thousands_from_several_processes_leave_nothing) { counts_leaves_nothing(storms); }

static unsigned mappings(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned lines = 0;

	for (int c; f && (c = getc(f)) != EOF;)
		lines += c == '\n';
	if (f)
		fclose(f);
	return lines;
}

/* The library keeps some stacks for the next threads: as many after a thousand as after a hundred. */
TEST(thread_storm, a_process_has_as_much_after_many)
{
	unsigned before, after;

	EXPECT_EQ(storm(), 0);
	before = mappings();
	EXPECT_EQ(storm(), 0);
	for (int tries = 0; (after = mappings()) > before && tries < 100; tries++)
		usleep(20000);
	EXPECT_EQ(after, before);
	pthread_key_delete(key);
	sem_destroy(&ended);
}

static void *sleeps(void *unused)
{
	pause();
	return unused;
}

static void *exits(void *unused)
{
	(void)unused;
	_exit(0);
}

/* Processes that end, or are killed, in the middle of it. */
static void ends_amid(void)
{
	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			pthread_t t;

			for (int n = 0; n < 30; n++)
				pthread_create(&t, NULL, n == 29 && i % 2 ? exits : sleeps, NULL);
			for (;;)
				pthread_create(&t, NULL, returns, NULL);
		}
		EXPECT_OK(pid);
		if (i % 2 == 0) {
			usleep(10000);
			EXPECT_OK(kill(pid, SIGKILL));
		}
		EXPECT_EQ(waitpid(pid, &status, 0), pid);
		EXPECT_EQ(status, i % 2 ? 0 : SIGKILL);
	}
}

TEST(thread_storm, processes_that_end_amid_their_threads_leave_nothing)
{
	fflush(stdout);
	counts_leaves_nothing(ends_amid);
}
