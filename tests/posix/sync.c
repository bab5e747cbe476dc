/* SPDX-License-Identifier: 0BSD */
/* sync.c: mutexes, condition variables, read-write locks, barriers, semaphores, once. */
#include "lib/test.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 4
#define ROUNDS	2000

static struct timespec in_ms(long ms)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

static void all(void *(*body)(void *), void *argument)
{
	pthread_t thread[THREADS];

	for (int i = 0; i < THREADS; i++)
		ASSERT_EQ(pthread_create(&thread[i], NULL, body, argument), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
}

static volatile long total;

static void *locks_and_adds(void *mutex)
{
	for (int i = 0; i < ROUNDS; i++) {
		long before;

		pthread_mutex_lock(mutex);
		before = total;
		if (i % 16 == 0)
			sched_yield();
		total = before + 1;
		pthread_mutex_unlock(mutex);
	}
	return NULL;
}

static void make(pthread_mutex_t *mutex, int type, int protocol, int robust)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	EXPECT_EQ(pthread_mutexattr_settype(&attr, type), 0);
	EXPECT_EQ(pthread_mutexattr_setprotocol(&attr, protocol), 0);
	EXPECT_EQ(pthread_mutexattr_setrobust(&attr, robust), 0);
	EXPECT_EQ(pthread_mutex_init(mutex, &attr), 0);
}

TEST(sync, mutexes_exclude)
{
	static const int type[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ERRORCHECK};
	pthread_mutex_t mutex;

	for (int i = 0; i < 3; i++) {
		make(&mutex, type[i], PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED);
		total = 0;
		all(locks_and_adds, &mutex);
		EXPECT_EQ(total, THREADS * ROUNDS);
		EXPECT_EQ(pthread_mutex_destroy(&mutex), 0);
	}
	make(&mutex, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED);
	total = 0;
	all(locks_and_adds, &mutex);
	EXPECT_EQ(total, THREADS * ROUNDS);
}

static void *tries(void *mutex) { return (void *)(long)pthread_mutex_trylock(mutex); }

static void *unlocks(void *mutex) { return (void *)(long)pthread_mutex_unlock(mutex); }

static long elsewhere(void *(*body)(void *), void *argument)
{
	pthread_t thread;
	void *result = NULL;

	EXPECT_EQ(pthread_create(&thread, NULL, body, argument), 0);
	pthread_join(thread, &result);
	return (long)result;
}

TEST(sync, mutexes_know_their_owner)
{
	pthread_mutex_t m;
	struct timespec t;

	make(&m, PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED);
	EXPECT_EQ(pthread_mutex_lock(&m), 0);
	EXPECT_EQ(pthread_mutex_lock(&m), 0);
	EXPECT_EQ(pthread_mutex_unlock(&m), 0);
	EXPECT_EQ(elsewhere(tries, &m), EBUSY);
	EXPECT_EQ(elsewhere(unlocks, &m), EPERM);
	EXPECT_EQ(pthread_mutex_unlock(&m), 0);
	EXPECT_EQ(pthread_mutex_unlock(&m), EPERM);
	make(&m, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED);
	EXPECT_EQ(pthread_mutex_lock(&m), 0);
	EXPECT_EQ(pthread_mutex_lock(&m), EDEADLK);
	EXPECT_EQ(pthread_mutex_unlock(&m), 0);
	EXPECT_EQ(pthread_mutex_unlock(&m), EPERM);
	make(&m, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED);
	EXPECT_EQ(pthread_mutex_lock(&m), 0);
	t = in_ms(10);
	EXPECT_EQ(pthread_mutex_timedlock(&m, &t), ETIMEDOUT);
	t.tv_nsec = -1;
	EXPECT_EQ(pthread_mutex_timedlock(&m, &t), EINVAL);
	EXPECT_EQ(pthread_mutex_destroy(&m), EBUSY);
	EXPECT_EQ(pthread_mutex_unlock(&m), 0);
}

static void *locks_and_ends(void *mutex) { return (void *)(long)pthread_mutex_lock(mutex); }

TEST(sync, robust_mutexes_outlive_their_owner)
{
	pthread_mutex_t m;

	make(&m, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_ROBUST);
	EXPECT_EQ(elsewhere(locks_and_ends, &m), 0);
	EXPECT_EQ(pthread_mutex_lock(&m), EOWNERDEAD);
	EXPECT_EQ(pthread_mutex_consistent(&m), 0);
	EXPECT_EQ(pthread_mutex_unlock(&m), 0);
	EXPECT_EQ(pthread_mutex_lock(&m), 0);
	EXPECT_EQ(pthread_mutex_unlock(&m), 0);
	EXPECT_EQ(elsewhere(locks_and_ends, &m), 0);
	EXPECT_EQ(pthread_mutex_lock(&m), EOWNERDEAD);
	EXPECT_EQ(pthread_mutex_unlock(&m), 0);
	EXPECT_EQ(pthread_mutex_lock(&m), ENOTRECOVERABLE);
	EXPECT_EQ(pthread_mutex_consistent(&m), EINVAL);
}

/* ---- condition variables ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static volatile int turn, woken;

static void *plays(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&mutex);
		while (turn != 1)
			pthread_cond_wait(&cond, &mutex);
		turn = 0;
		pthread_cond_signal(&cond);
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

TEST(sync, conditions_hand_over)
{
	pthread_t thread;

	turn = 0;
	ASSERT_EQ(pthread_create(&thread, NULL, plays, NULL), 0);
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&mutex);
		while (turn != 0)
			pthread_cond_wait(&cond, &mutex);
		turn = 1;
		pthread_cond_signal(&cond);
		pthread_mutex_unlock(&mutex);
	}
	pthread_join(thread, NULL);
	EXPECT_EQ(turn, 0);
}

static void *waits(void *unused)
{
	pthread_mutex_lock(&mutex);
	turn++;
	while (!woken)
		pthread_cond_wait(&cond, &mutex);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

TEST(sync, a_broadcast_wakes_all)
{
	pthread_t thread[THREADS];

	turn = woken = 0;
	for (int i = 0; i < THREADS; i++)
		ASSERT_EQ(pthread_create(&thread[i], NULL, waits, NULL), 0);
	while (turn < THREADS)
		usleep(500);
	pthread_mutex_lock(&mutex);
	woken = 1;
	pthread_cond_broadcast(&cond);
	pthread_mutex_unlock(&mutex);
	for (int i = 0; i < THREADS; i++)
		EXPECT_EQ(pthread_join(thread[i], NULL), 0);
}

TEST(sync, waiting_ends_in_time)
{
	pthread_condattr_t attr;
	pthread_cond_t monotonic;
	struct timespec t = in_ms(10);

	pthread_mutex_lock(&mutex);
	EXPECT_EQ(pthread_cond_timedwait(&cond, &mutex, &t), ETIMEDOUT);
	pthread_condattr_init(&attr);
	EXPECT_EQ(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC), 0);
	EXPECT_EQ(pthread_cond_init(&monotonic, &attr), 0);
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += t.tv_nsec > 900000000;
	t.tv_nsec = (t.tv_nsec + 10000000) % 1000000000;
	EXPECT_EQ(pthread_cond_timedwait(&monotonic, &mutex, &t), ETIMEDOUT);
	pthread_mutex_unlock(&mutex);
	EXPECT_EQ(pthread_cond_destroy(&monotonic), 0);
}

/* ---- the others ---- */

static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;

static void *reads_and_writes(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		if (i % 4) {
			pthread_rwlock_rdlock(&rw);
			EXPECT_EQ(total & 1, 0);
		} else {
			pthread_rwlock_wrlock(&rw);
			total++;
			sched_yield();
			total++;
		}
		pthread_rwlock_unlock(&rw);
	}
	return NULL;
}

static void *tries_write(void *unused) { return (void *)(long)pthread_rwlock_trywrlock(&rw); }

TEST(sync, many_read_or_one_writes)
{
	struct timespec t;

	total = 0;
	all(reads_and_writes, NULL);
	EXPECT_EQ(total, THREADS * ROUNDS / 2);
	EXPECT_EQ(pthread_rwlock_rdlock(&rw), 0);
	EXPECT_EQ(pthread_rwlock_tryrdlock(&rw), 0);
	EXPECT_EQ(elsewhere(tries_write, NULL), EBUSY);
	t = in_ms(5);
	EXPECT_EQ(pthread_rwlock_timedwrlock(&rw, &t), ETIMEDOUT);
	EXPECT_EQ(pthread_rwlock_unlock(&rw), 0);
	EXPECT_EQ(pthread_rwlock_unlock(&rw), 0);
	EXPECT_EQ(pthread_rwlock_wrlock(&rw), 0);
	EXPECT_EQ(pthread_rwlock_rdlock(&rw), EDEADLK);
	EXPECT_EQ(pthread_rwlock_unlock(&rw), 0);
}

static pthread_barrier_t barrier;
static volatile int serial, arrived[ROUNDS];

static void *meets(void *unused)
{
	for (int i = 0; i < 200; i++) {
		__atomic_add_fetch(&arrived[i], 1, __ATOMIC_SEQ_CST);
		if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
			__atomic_add_fetch(&serial, 1, __ATOMIC_SEQ_CST);
		EXPECT_EQ(arrived[i], THREADS);
	}
	return NULL;
}

TEST(sync, barriers_hold_until_all_are_there)
{
	ASSERT_EQ(pthread_barrier_init(&barrier, NULL, THREADS), 0);
	all(meets, NULL);
	EXPECT_EQ(serial, 200);
	EXPECT_EQ(pthread_barrier_destroy(&barrier), 0);
	EXPECT_EQ(pthread_barrier_init(&barrier, NULL, 0), EINVAL);
}

static pthread_spinlock_t spin;

static void *spins(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		pthread_spin_lock(&spin);
		total++;
		pthread_spin_unlock(&spin);
	}
	return NULL;
}

TEST(sync, spin_locks_exclude)
{
	pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	total = 0;
	all(spins, NULL);
	EXPECT_EQ(total, THREADS * ROUNDS);
	pthread_spin_lock(&spin);
	EXPECT_EQ(pthread_spin_trylock(&spin), EBUSY);
	pthread_spin_unlock(&spin);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static volatile int times;

static void runs(void)
{
	usleep(2000);
	times++;
}

static void *runs_once(void *unused)
{
	pthread_once(&once, runs);
	return (void *)(long)times;
}

TEST(sync, once_is_once)
{
	all(runs_once, NULL);
	EXPECT_EQ(times, 1);
}

/* ---- semaphores ---- */

static sem_t sem, done;

static void *takes(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		sem_wait(&sem);
		__atomic_add_fetch(&total, 1, __ATOMIC_SEQ_CST);
		sem_post(&done);
	}
	return NULL;
}

static void does_nothing(int sig) {}

TEST(sync, semaphores_count)
{
	struct sigaction action = {.sa_flags = 0};
	struct timespec t;
	pthread_t thread;
	int value;

	ASSERT_OK(sem_init(&sem, 0, 0));
	ASSERT_OK(sem_init(&done, 0, 0));
	total = 0;
	ASSERT_EQ(pthread_create(&thread, NULL, takes, NULL), 0);
	for (int i = 0; i < ROUNDS; i++) {
		sem_post(&sem);
		if (i % 2)
			sem_wait(&done);
	}
	pthread_join(thread, NULL);
	EXPECT_EQ(total, ROUNDS);
	EXPECT_ERRNO(EAGAIN, sem_trywait(&sem));
	EXPECT_OK(sem_getvalue(&done, &value));
	EXPECT_EQ(value, ROUNDS / 2);
	t = in_ms(5);
	EXPECT_ERRNO(ETIMEDOUT, sem_timedwait(&sem, &t));
	EXPECT_ERRNO(EINVAL, sem_init(&sem, 0, 0x80000000u));
	action.sa_handler = does_nothing;
	sigaction(SIGALRM, &action, NULL);
	ualarm(5000, 0);
	EXPECT_ERRNO(EINTR, sem_wait(&sem));
}

TEST(sync, named_semaphores)
{
	sem_t *a = sem_open("/parley-test", O_CREAT | O_EXCL, 0600, 2), *b;
	int value;

	ASSERT(a != SEM_FAILED);
	EXPECT(sem_open("/parley-test", O_CREAT | O_EXCL, 0600, 2) == SEM_FAILED && errno == EEXIST);
	b = sem_open("/parley-test", 0);
	EXPECT(b == a);
	EXPECT_OK(sem_wait(b));
	EXPECT_OK(sem_getvalue(a, &value));
	EXPECT_EQ(value, 1);
	EXPECT_OK(sem_close(b));
	EXPECT_OK(sem_unlink("/parley-test"));
	EXPECT(sem_open("/parley-test", 0) == SEM_FAILED && errno == ENOENT);
	EXPECT_OK(sem_post(a));
	EXPECT_OK(sem_close(a));
}

/* ---- between processes ---- */

struct shared {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	sem_t sem;
	pthread_barrier_t barrier;
	volatile int turn;
};

static void child_of(struct shared *s)
{
	pthread_barrier_wait(&s->barrier);
	for (int i = 0; i < 200; i++) {
		pthread_mutex_lock(&s->mutex);
		while (s->turn != 1)
			pthread_cond_wait(&s->cond, &s->mutex);
		s->turn = 0;
		pthread_cond_signal(&s->cond);
		pthread_mutex_unlock(&s->mutex);
		sem_post(&s->sem);
	}
	pthread_mutex_lock(&s->mutex); /* and dies with it */
	_exit(0);
}

static void make_shared(struct shared *s)
{
	pthread_mutexattr_t mattr;
	pthread_condattr_t cattr;
	pthread_barrierattr_t battr;

	pthread_mutexattr_init(&mattr);
	pthread_mutexattr_setpshared(&mattr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&mattr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&s->mutex, &mattr);
	pthread_condattr_init(&cattr);
	pthread_condattr_setpshared(&cattr, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&s->cond, &cattr);
	pthread_barrierattr_init(&battr);
	pthread_barrierattr_setpshared(&battr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&s->barrier, &battr, 2);
	sem_init(&s->sem, 1, 0);
}

TEST(sync, all_of_them_between_processes)
{
	struct shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	ASSERT(s != MAP_FAILED);
	make_shared(s);
	pid = fork();
	if (pid == 0)
		child_of(s);
	pthread_barrier_wait(&s->barrier);
	for (int i = 0; i < 200; i++) {
		pthread_mutex_lock(&s->mutex);
		while (s->turn != 0)
			pthread_cond_wait(&s->cond, &s->mutex);
		s->turn = 1;
		pthread_cond_signal(&s->cond);
		pthread_mutex_unlock(&s->mutex);
		sem_wait(&s->sem);
	}
	waitpid(pid, NULL, 0);
	EXPECT_EQ(pthread_mutex_lock(&s->mutex), EOWNERDEAD);
	munmap(s, sizeof(*s));
}
