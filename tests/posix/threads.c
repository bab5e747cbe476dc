/* SPDX-License-Identifier: 0BSD */
/* threads.c: making, joining and cancelling threads, and what each has of its own. */
#include "lib/test.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *adds_one(void *argument) { return (char *)argument + 1; }

TEST(threads, give_a_result)
{
	pthread_t thread;
	void *result;

	ASSERT_EQ(pthread_create(&thread, NULL, adds_one, (void *)41), 0);
	EXPECT_EQ(pthread_join(thread, &result), 0);
	EXPECT_EQ((long)result, 42);
	EXPECT_EQ(pthread_join(pthread_self(), NULL), EDEADLK);
	EXPECT(pthread_equal(pthread_self(), pthread_self()));
}

static void *exits(void *argument)
{
	pthread_exit(argument);
	return NULL;
}

TEST(threads, many_at_once)
{
	pthread_t thread[100];
	void *result;

	for (long i = 0; i < 100; i++)
		ASSERT_EQ(pthread_create(&thread[i], NULL, exits, (void *)i), 0);
	for (long i = 0; i < 100; i++) {
		EXPECT_EQ(pthread_join(thread[i], &result), 0);
		EXPECT_EQ((long)result, i);
	}
}

TEST(threads, many_one_after_another)
{
	pthread_t thread;

	for (long i = 0; i < 2000; i++) {
		ASSERT_EQ(pthread_create(&thread, NULL, exits, NULL), 0);
		ASSERT_EQ(pthread_join(thread, NULL), 0);
	}
}

static volatile int ran;

static void *runs(void *unused)
{
	__atomic_add_fetch(&ran, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

TEST(threads, detached_ones_go_by_themselves)
{
	pthread_attr_t attr;
	pthread_t thread;

	ran = 0;
	pthread_attr_init(&attr);
	EXPECT_EQ(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED), 0);
	for (int i = 0; i < 50; i++)
		ASSERT_EQ(pthread_create(&thread, &attr, runs, NULL), 0);
	for (int i = 0; i < 50; i++) {
		ASSERT_EQ(pthread_create(&thread, NULL, runs, NULL), 0);
		EXPECT_EQ(pthread_detach(thread), 0);
	}
	for (int i = 0; i < 200 && ran < 100; i++)
		usleep(1000);
	EXPECT_EQ(ran, 100);
}

static void *uses_stack(void *size)
{
	size_t bytes = (size_t)size;
	char *room = __builtin_alloca(bytes);

	memset(room, 1, bytes);
	return room[bytes - 1] == 1 ? NULL : size;
}

TEST(threads, have_the_stack_that_was_asked_for)
{
	size_t size = 1 << 20;
	pthread_attr_t attr;
	pthread_t thread;
	void *result, *own = malloc(65536);

	pthread_attr_init(&attr);
	EXPECT_EQ(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN - 1), EINVAL);
	EXPECT_EQ(pthread_attr_setstacksize(&attr, size), 0);
	ASSERT_EQ(pthread_create(&thread, &attr, uses_stack, (void *)(size - 32768)), 0);
	EXPECT_EQ(pthread_join(thread, &result), 0);
	EXPECT(result == NULL);
	EXPECT_EQ(pthread_attr_setstack(&attr, own, 65536), 0);
	ASSERT_EQ(pthread_create(&thread, &attr, uses_stack, (void *)16384), 0);
	EXPECT_EQ(pthread_join(thread, &result), 0);
	free(own);
}

static __thread int of_each = 7;

static void *has_its_own(void *unused)
{
	bool fresh = of_each == 7 && errno == 0;

	of_each = 99;
	errno = EDOM;
	return fresh ? NULL : (void *)1;
}

TEST(threads, have_variables_of_their_own)
{
	pthread_t thread;
	void *result;

	of_each = 5;
	errno = ENOENT;
	for (int i = 0; i < 3; i++) { /* memory that was used before, too */
		ASSERT_EQ(pthread_create(&thread, NULL, has_its_own, NULL), 0);
		EXPECT_EQ(pthread_join(thread, &result), 0);
		EXPECT(result == NULL);
	}
	EXPECT_EQ(errno, ENOENT);
	EXPECT_EQ(of_each, 5);
	of_each = 7;
}

/* ---- keys ---- */

static pthread_key_t key;
static volatile int destroyed;

static void destroys(void *value)
{
	if (++destroyed < 3)
		pthread_setspecific(key, value); /* once more */
}

static void *sets(void *value)
{
	pthread_setspecific(key, value);
	return pthread_getspecific(key);
}

TEST(threads, keys_have_destructors)
{
	pthread_t thread;
	void *result;

	destroyed = 0;
	ASSERT_EQ(pthread_key_create(&key, destroys), 0);
	EXPECT(pthread_getspecific(key) == NULL);
	ASSERT_EQ(pthread_create(&thread, NULL, sets, &key), 0);
	EXPECT_EQ(pthread_join(thread, &result), 0);
	EXPECT(result == &key);
	EXPECT_EQ(destroyed, 3);
	EXPECT_EQ(pthread_key_delete(key), 0);
	EXPECT_EQ(pthread_setspecific(key, &key), EINVAL);
	EXPECT_EQ(pthread_setspecific(PTHREAD_KEYS_MAX, &key), EINVAL);
}

/* ---- cancellation ---- */

static volatile int cleaned, entered;

static void cleans(void *by) { cleaned = cleaned * 10 + (int)(long)by; }

static void *sleeps(void *unused)
{
	pthread_cleanup_push(cleans, (void *)1);
	pthread_cleanup_push(cleans, (void *)2);
	entered = 1;
	pause();
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *works(void *unused)
{
	entered = 1;
	for (;;)
		pthread_testcancel();
	return NULL;
}

static void *spins(void *unused)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	entered = 1;
	for (;;)
		__asm__ volatile("pause");
	return NULL;
}

static void *reads(void *fd)
{
	char byte;

	entered = 1;
	return (void *)(long)read((int)(long)fd, &byte, 1);
}

static void unlock(void *mutex) { pthread_mutex_unlock(mutex); }

static void *waits(void *unused)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(unlock, &mutex);
	entered = 1;
	for (;;)
		pthread_cond_wait(&cond, &mutex);
	pthread_cleanup_pop(1);
	return NULL;
}

static void cancel(void *(*body)(void *), void *argument)
{
	pthread_t thread;
	void *result = NULL;

	entered = 0;
	ASSERT_EQ(pthread_create(&thread, NULL, body, argument), 0);
	while (!entered)
		usleep(500);
	usleep(1000);
	EXPECT_EQ(pthread_cancel(thread), 0);
	EXPECT_EQ(pthread_join(thread, &result), 0);
	EXPECT(result == PTHREAD_CANCELED);
}

TEST(threads, can_be_cancelled)
{
	int fds[2];

	cleaned = 0;
	cancel(sleeps, NULL);
	EXPECT_EQ(cleaned, 21);
	cancel(works, NULL);
	cancel(spins, NULL);
	cancel(waits, NULL);
	cancel(waits, NULL); /* the mutex is free again */
	ASSERT_OK(pipe(fds));
	cancel(reads, (void *)(long)fds[0]);
	close(fds[0]);
	close(fds[1]);
}

static void *works_a_little(void *rounds)
{
	entered = 1;
	for (long i = (long)rounds; i; i--)
		pthread_testcancel();
	return NULL;
}

/* It finds out by itself, or ends by itself, while the signal that tells it is on its way. */
TEST(threads, can_be_cancelled_while_they_end)
{
	for (long i = 0; i < 300; i++) {
		void *result;
		pthread_t thread;

		entered = 0;
		ASSERT_EQ(pthread_create(&thread, NULL, i & 1 ? works : works_a_little, (void *)(i / 2)), 0);
		while (!entered)
			sched_yield();
		EXPECT_EQ(pthread_cancel(thread), 0);
		EXPECT_EQ(pthread_join(thread, &result), 0);
		EXPECT(result == PTHREAD_CANCELED || (!result && !(i & 1)));
	}
}

static void *refuses(void *unused)
{
	int old;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	entered = 1;
	usleep(20000);
	pthread_testcancel();
	ran = 1;
	pthread_setcancelstate(old, NULL);
	usleep(1);
	ran = 2;
	return NULL;
}

TEST(threads, are_not_cancelled_while_they_forbid_it)
{
	ran = 0;
	cancel(refuses, NULL);
	EXPECT_EQ(ran, 1);
}

/* ---- signals ---- */

static volatile sig_atomic_t handled_by;

static void handles(int sig) { handled_by = (sig_atomic_t)gettid(); }

static void *waits_for_signal(void *out)
{
	entered = 1;
	while (!handled_by)
		usleep(1000);
	*(int *)out = (int)gettid();
	return NULL;
}

TEST(threads, a_signal_goes_to_the_thread_that_is_named)
{
	pthread_t thread;
	int tid = 0;

	entered = 0;
	handled_by = 0;
	signal(SIGUSR1, handles);
	ASSERT_EQ(pthread_create(&thread, NULL, waits_for_signal, &tid), 0);
	while (!entered)
		usleep(500);
	EXPECT_EQ(pthread_kill(thread, SIGUSR1), 0);
	pthread_join(thread, NULL);
	EXPECT_EQ(handled_by, tid);
	EXPECT(tid != gettid());
}

TEST(threads, a_signal_goes_to_one_that_lets_it_through)
{
	sigset_t set, old;
	pthread_t thread;
	int tid = 0;

	entered = 0;
	handled_by = 0;
	signal(SIGUSR1, handles);
	ASSERT_EQ(pthread_create(&thread, NULL, waits_for_signal, &tid), 0);
	while (!entered)
		usleep(500);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	EXPECT_OK(kill(getpid(), SIGUSR1));
	pthread_join(thread, NULL);
	EXPECT_EQ(handled_by, tid);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* ---- processes ---- */

static void *forks(void *unused)
{
	pid_t pid = fork();
	int status;
	pthread_t thread;
	void *result;

	if (pid == 0) {
		if (pthread_create(&thread, NULL, adds_one, (void *)1) || pthread_join(thread, &result))
			_exit(1);
		_exit(result == (void *)2 ? 7 : 2);
	}
	waitpid(pid, &status, 0);
	return (void *)(long)WEXITSTATUS(status);
}

TEST(threads, a_child_has_the_one_that_forked)
{
	pthread_t thread;
	void *result;

	ASSERT_EQ(pthread_create(&thread, NULL, forks, NULL), 0);
	EXPECT_EQ(pthread_join(thread, &result), 0);
	EXPECT_EQ((long)result, 7);
}

static void *exits_process(void *unused)
{
	usleep(1000);
	exit(9);
}

static void main_leaves(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, exits_process, NULL);
	pthread_exit(NULL);
}

static void last_leaves(void) { pthread_exit(NULL); }

TEST(threads, a_process_lives_as_long_as_one_of_them)
{
	int status = test_child(main_leaves);

	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 9);
	EXPECT_EQ(test_child(last_leaves), 0);
}
