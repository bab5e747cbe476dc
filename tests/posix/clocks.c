/* SPDX-License-Identifier: 0BSD */
/* clocks.c: clocks, sleeping, timers. */
#include "lib/test.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000ull

static uint64_t now_ns(clockid_t clock)
{
	struct timespec t;

	EXPECT_OK(clock_gettime(clock, &t));
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static volatile sig_atomic_t count;
static siginfo_t known;

static void counts(int sig) { count++; }

static void tells(int sig, siginfo_t *info, void *context)
{
	known = *info;
	count++;
}

static void handle(int sig)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO};

	action.sa_sigaction = tells;
	count = 0;
	sigaction(sig, &action, NULL);
}

TEST(clocks, go_forward)
{
	uint64_t before = now_ns(CLOCK_MONOTONIC), between;
	struct timeval t;

	for (int i = 0; i < 1000; i++) {
		between = now_ns(CLOCK_MONOTONIC);
		if (!EXPECT(between >= before))
			return;
		before = between;
	}
	EXPECT_OK(gettimeofday(&t, NULL));
	EXPECT(t.tv_sec - time(NULL) <= 1 && time(NULL) - t.tv_sec <= 1);
	EXPECT_ERRNO(EINVAL, clock_gettime(99, &(struct timespec){0}));
	EXPECT_OK(clock_getres(CLOCK_MONOTONIC, NULL));
}

TEST(clocks, of_processes_count_work_alone)
{
	uint64_t before = now_ns(CLOCK_PROCESS_CPUTIME_ID), used;
	volatile unsigned x = 0;

	for (int i = 0; i < 3000000; i++)
		x = x + (unsigned)i;
	used = now_ns(CLOCK_PROCESS_CPUTIME_ID) - before;
	EXPECT(used >= 1 * MS && x != 0);
	before = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	usleep(50000);
	EXPECT(now_ns(CLOCK_PROCESS_CPUTIME_ID) - before < 20 * MS);
}

TEST(clocks, sleeping_takes_its_time)
{
	uint64_t before = now_ns(CLOCK_MONOTONIC), slept;
	struct timespec at;

	EXPECT_OK(nanosleep(&(struct timespec){0, 20 * (long)MS}, NULL));
	slept = now_ns(CLOCK_MONOTONIC) - before;
	EXPECT(slept >= 20 * MS && slept < 5000 * MS); /* others may have had the processor */
	clock_gettime(CLOCK_REALTIME, &at);
	at.tv_nsec += 10 * (long)MS;
	if (at.tv_nsec >= 1000000000) {
		at.tv_nsec -= 1000000000;
		at.tv_sec++;
	}
	EXPECT_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &at, NULL), 0);
	EXPECT(now_ns(CLOCK_REALTIME) >= (uint64_t)at.tv_sec * 1000000000 + (uint64_t)at.tv_nsec);
	at.tv_sec = 0;
	EXPECT_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL), 0);
	EXPECT_ERRNO(EINVAL, nanosleep(&(struct timespec){0, 1000000000}, NULL));
	EXPECT_ERRNO(EINVAL, nanosleep(&(struct timespec){-1, 0}, NULL));
}

TEST(clocks, a_handler_ends_sleep_and_leaves_the_rest)
{
	struct itimerval t = {.it_value = {0, 10000}};
	struct timespec left = {0};

	signal(SIGALRM, counts);
	count = 0;
	setitimer(ITIMER_REAL, &t, NULL);
	EXPECT_ERRNO(EINTR, nanosleep(&(struct timespec){100, 0}, &left));
	EXPECT_EQ(count, 1);
	EXPECT(left.tv_sec >= 90 && left.tv_sec < 100);
}

TEST(clocks, interval_timers)
{
	struct itimerval t = {.it_value = {0, 5000}, .it_interval = {0, 5000}}, old, off = {{0, 0}, {0, 0}};

	signal(SIGALRM, counts);
	count = 0;
	EXPECT_OK(setitimer(ITIMER_REAL, &t, NULL));
	while (count < 3)
		pause();
	EXPECT_OK(getitimer(ITIMER_REAL, &old));
	EXPECT_EQ(old.it_interval.tv_usec, 5000);
	EXPECT(old.it_value.tv_usec > 0 && old.it_value.tv_usec <= 5000);
	EXPECT_OK(setitimer(ITIMER_REAL, &off, &old));
	EXPECT_EQ(old.it_interval.tv_usec, 5000);
	EXPECT_EQ(alarm(100), 0);
	EXPECT_EQ(alarm(0), 100);
	t.it_value.tv_usec = 1000000;
	EXPECT_ERRNO(EINVAL, setitimer(ITIMER_REAL, &t, NULL));
	EXPECT_ERRNO(EINVAL, setitimer(9, &off, NULL));
}

TEST(clocks, timers_send_signals)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct itimerspec spec = {.it_value = {0, 5 * (long)MS}, .it_interval = {0, 5 * (long)MS}};
	struct itimerspec now;
	timer_t id;

	event.sigev_value.sival_int = 77;
	handle(SIGUSR1);
	ASSERT_OK(timer_create(CLOCK_MONOTONIC, &event, &id));
	EXPECT_OK(timer_settime(id, 0, &spec, NULL));
	while (count < 3)
		pause();
	EXPECT_EQ(known.si_value.sival_int, 77);
	EXPECT_EQ(known.si_code, SI_TIMER);
	EXPECT_OK(timer_gettime(id, &now));
	EXPECT_EQ(now.it_interval.tv_nsec, 5 * (long)MS);
	EXPECT(timer_getoverrun(id) >= 0);
	EXPECT_OK(timer_delete(id));
	EXPECT_ERRNO(EINVAL, timer_delete(id));
	EXPECT_ERRNO(EINVAL, timer_create(99, &event, &id));
}

static volatile int called;

static void is_called(union sigval value) { called = value.sival_int; }

TEST(clocks, timers_call_functions)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = is_called};
	struct itimerspec spec = {.it_value = {0, 2 * (long)MS}};
	timer_t id;

	event.sigev_value.sival_int = 5;
	called = 0;
	ASSERT_OK(timer_create(CLOCK_REALTIME, &event, &id));
	EXPECT_OK(timer_settime(id, 0, &spec, NULL));
	for (int i = 0; i < 100 && !called; i++)
		usleep(5000);
	EXPECT_EQ(called, 5);
	EXPECT_OK(timer_delete(id));
}

TEST(clocks, use_is_told)
{
	struct rusage usage;
	struct tms t;

	EXPECT_OK(getrusage(RUSAGE_SELF, &usage));
	EXPECT(usage.ru_maxrss > 0);
	EXPECT_OK(getrusage(RUSAGE_CHILDREN, &usage));
	EXPECT_ERRNO(EINVAL, getrusage(99, &usage));
	EXPECT(times(&t) != (clock_t)-1);
	EXPECT(clock() != (clock_t)-1);
}
