/* SPDX-License-Identifier: 0BSD */
/* thread_end.c: a thread is joined at each moment of its end.
 *
 * Whoever joins is more urgent and comes at a given time, later and later, while the other lives and ends in the same way
 * each time. Where a processor's time is its instructions (EXACT) that is between any two of them. */
#include "../posix/lib/test.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#define STEP_NS 3
#define COARSE	1000
#define ROUNDS	3000
#define S	1000000000ull

static pthread_attr_t usual;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * S + (uint64_t)t.tv_nsec;
}

static void *ends(void *argument) { return argument; }

/* Makes a thread and comes back after so long: had it ended? 1; 0, and it was joined. */
static int ended_within(uint64_t ns)
{
	uint64_t wake_ns = now_ns() + ns;
	struct timespec wake = {.tv_sec = (time_t)(wake_ns / S), .tv_nsec = (long)(wake_ns % S)};
	pthread_t thread;

	EXPECT_ERROR(0, pthread_create(&thread, &usual, ends, NULL));
	EXPECT_ERROR(0, clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL));
	if (pthread_tryjoin_np(thread, NULL) == 0)
		return 1;
	EXPECT_ERROR(0, pthread_join(thread, NULL));
	return 0;
}

static void joins(void)
{
	struct sched_param urgent = {.sched_priority = 50}, none = {0};
	uint64_t life = COARSE;

	EXPECT_ERROR(0, pthread_attr_init(&usual));
	EXPECT_ERROR(0, pthread_attr_setinheritsched(&usual, PTHREAD_EXPLICIT_SCHED));
	EXPECT_ERROR(0, pthread_attr_setschedpolicy(&usual, SCHED_OTHER));
	EXPECT_ERROR(0, pthread_attr_setschedparam(&usual, &none));
	alarm(100);
	EXPECT_OK(sched_setscheduler(0, SCHED_FIFO, &urgent));
	for (int i = 0; i < 20; i++)
		ended_within(S / 1000); /* whatever is made once */
	while (!ended_within(life))
		life += COARSE;
	life = life > ROUNDS * STEP_NS ? life - ROUNDS * STEP_NS : 0;
	for (int i = 0; i < ROUNDS + COARSE / STEP_NS; i++)
		ended_within(life + (uint64_t)i * STEP_NS);
}

TEST(thread_end, it_can_be_joined_at_each_moment_of_its_end) { EXPECT_EQ(test_child(joins), 0); }
