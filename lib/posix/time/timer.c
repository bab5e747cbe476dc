/* SPDX-License-Identifier: 0BSD */
/* timer.c: POSIX timers, run by one thread of the library.
 *
 * The first timer_create starts it. It sleeps until the nearest expiry, on a word that changes whenever a
 * timer does, and sends the signal, or starts a thread for a function. A timer that expires again before its
 * signal has been accepted does not queue a second: it counts overruns. Timers are a table
 * under one lock, as POSIX allows few.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <abi/sync.h>
#include "posix/internal.h"
#include "posix/signal.h"
#include "posix/time.h"

struct timer {
	bool used;
	clockid_t clock;
	struct sigevent event;
	uint64_t expiry_ns, period_ns; /* expiry 0: not armed */
	int overruns;
};

static struct timer timers[TIMER_MAX];
static uint32_t lock;
static uint32_t changed; /* waited on by the timer thread */
static bool running;

static void expire(struct timer *t, uint64_t now_ns)
{
	uint64_t missed = t->period_ns ? (now_ns - t->expiry_ns) / t->period_ns : 0;

	t->overruns = missed > DELAYTIMER_MAX ? DELAYTIMER_MAX : (int)missed;
	t->expiry_ns = t->period_ns ? t->expiry_ns + (missed + 1) * t->period_ns : 0;
}

struct call {
	void (*function)(union sigval);
	union sigval value;
};

static void *run_function(void *argument)
{
	struct call call = *(struct call *)argument;

	free(argument);
	call.function(call.value);
	return NULL;
}

static void call_in_thread(const struct sigevent *event)
{
	struct call *call = malloc(sizeof(*call));
	pthread_attr_t attr;
	pthread_t thread;

	if (!call)
		return;
	*call = (struct call){event->sigev_notify_function, event->sigev_value};
	if (event->sigev_notify_attributes)
		attr = *event->sigev_notify_attributes;
	else
		pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attr, run_function, call) != 0)
		free(call);
}

static void notify(const struct sigevent *event)
{
	struct os_words w = {{PROTO_WORD0(PROC_KILL, KILL_QUEUE | KILL_TIMER, 0), posix_info->pid,
			      (uint64_t)event->sigev_signo, (uint64_t)event->sigev_value.sival_ptr}};

	if (event->sigev_notify == SIGEV_SIGNAL)
		posix_send(CAP_SELF_PROCESS, &w, NULL);
	else if (event->sigev_notify == SIGEV_THREAD)
		call_in_thread(event);
}

/* Settles what has expired; answers when the next one does. `due` gets what is to be told. */
static uint64_t collect(struct sigevent *due, unsigned *count)
{
	uint64_t now_ns = os_now_ns(), next_ns = DEADLINE_FOREVER;

	*count = 0;
	for (struct timer *t = timers; t < timers + TIMER_MAX; t++) {
		if (!t->used || !t->expiry_ns)
			continue;
		if (t->expiry_ns <= now_ns) {
			expire(t, now_ns);
			due[(*count)++] = t->event;
		}
		if (t->expiry_ns && t->expiry_ns < next_ns)
			next_ns = t->expiry_ns;
	}
	return next_ns;
}

static void *timer_thread(void *unused)
{
	struct sigevent due[TIMER_MAX];
	uint64_t next_ns;
	unsigned count;
	uint32_t seen;

	for (;;) {
		posix_lock(&lock);
		seen = changed;
		next_ns = collect(due, &count);
		posix_unlock(&lock);
		for (unsigned i = 0; i < count; i++)
			notify(&due[i]);
		if (!count)
			os_sync_wait((uint64_t)&changed, seen, next_ns, 0);
	}
	return unused;
}

static void wake(void)
{
	changed++;
	os_sync_wake((uint64_t)&changed, 1, 0);
}

/* Under the lock: makes sure that the thread runs, with all signals blocked in it. */
static int start(void)
{
	uint64_t mask;
	pthread_attr_t attr;
	pthread_t thread;
	int error;

	if (running)
		return 0;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, 4 * PTHREAD_STACK_MIN);
	mask = posix_mask_all();
	error = pthread_create(&thread, &attr, timer_thread, NULL);
	posix_mask_replace(mask);
	running = error == 0;
	return -error;
}

static int64_t create(clockid_t clock, const struct sigevent *event, timer_t *id)
{
	int r;

	for (unsigned i = 0; i < TIMER_MAX; i++) {
		struct timer *t = &timers[i];

		if (t->used)
			continue;
		r = start();
		if (r < 0)
			return r;
		*t = (struct timer){.used = true, .clock = clock};
		if (event)
			t->event = *event;
		else
			t->event = (struct sigevent){
			    .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM, .sigev_value.sival_int = (int)i + 1};
		*id = i + 1;
		return 0;
	}
	return -EAGAIN;
}

int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict id)
{
	int64_t r;

	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME)
		return posix_zero(clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID ? -ENOTSUP
													: -EINVAL);
	if (event && event->sigev_notify != SIGEV_NONE && event->sigev_notify != SIGEV_THREAD &&
	    (event->sigev_notify != SIGEV_SIGNAL || !posix_is_signal(event->sigev_signo)))
		return posix_zero(-EINVAL);
	posix_lock(&lock);
	r = create(clock, event, id);
	posix_unlock(&lock);
	return posix_zero(r);
}

static struct timer *find(timer_t id)
{
	struct timer *t = id && id <= TIMER_MAX ? &timers[id - 1] : NULL;

	return t && t->used ? t : NULL;
}

int timer_delete(timer_t id)
{
	struct timer *t;

	posix_lock(&lock);
	t = find(id);
	if (t)
		t->used = false;
	posix_unlock(&lock);
	return posix_zero(t ? 0 : -EINVAL);
}

static void look(const struct timer *t, struct itimerspec *value)
{
	uint64_t now_ns = os_now_ns();

	value->it_interval = posix_time_of(t->period_ns);
	value->it_value = posix_time_of(!t->expiry_ns ? 0 : t->expiry_ns > now_ns ? t->expiry_ns - now_ns : 1);
}

static int64_t set(timer_t id, int flags, const struct itimerspec *value, struct itimerspec *old)
{
	const struct timespec *first = &value->it_value;
	struct timer *t = find(id);
	uint64_t expiry_ns = 0;

	if (!t || !posix_time_valid(&value->it_interval))
		return -EINVAL;
	if ((first->tv_sec || first->tv_nsec) &&
	    !(flags & TIMER_ABSTIME ? posix_clock_deadline(t->clock, first, &expiry_ns)
				    : posix_after(first, &expiry_ns)))
		return -EINVAL;
	if (old)
		look(t, old);
	t->expiry_ns = expiry_ns;
	t->period_ns = posix_time_ns(&value->it_interval);
	t->overruns = 0;
	wake();
	return 0;
}

int timer_settime(timer_t id, int flags, const struct itimerspec *restrict value, struct itimerspec *restrict old)
{
	int64_t r;

	posix_lock(&lock);
	r = set(id, flags, value, old);
	posix_unlock(&lock);
	return posix_zero(r);
}

int timer_gettime(timer_t id, struct itimerspec *value)
{
	struct timer *t;

	posix_lock(&lock);
	t = find(id);
	if (t)
		look(t, value);
	posix_unlock(&lock);
	return posix_zero(t ? 0 : -EINVAL);
}

int timer_getoverrun(timer_t id)
{
	struct timer *t;
	int overruns = 0;

	posix_lock(&lock);
	t = find(id);
	if (t)
		overruns = t->overruns;
	posix_unlock(&lock);
	return (int)posix_result(t ? overruns : -EINVAL);
}

/* A child has none of its parent's timers. */
void posix_timers_fork_child(void)
{
	memset(timers, 0, sizeof(timers));
	lock = 0;
	running = false;
}
