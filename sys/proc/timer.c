/* SPDX-License-Identifier: 0BSD */
/* timer.c: setitimer's timers, and the limit of processor time.
 *
 * Processor time has no alarm of its own. A process cannot use more of it than its threads could have run meanwhile: so
 * it is looked at when the rest could be used up, and again, until it is. */
#include "proc/signal.h"

#include <proto/posix.h>
#include <proto/proto.h>

#define LOOK_MIN_NS 1000000ull

static const uint8_t signals[PROC_TIMERS] = {SIGALRM, SIGVTALRM, SIGPROF};

static void expired(struct alarm *a);
static void cpu_limit(struct alarm *a);

void timers_init(struct process *p)
{
	for (unsigned i = 0; i < PROC_TIMERS; i++)
		p->timers[i].process = p;
}

void timers_stop(struct process *p)
{
	for (unsigned i = 0; i < PROC_TIMERS; i++) {
		alarm_cancel(&p->timers[i].alarm);
		p->timers[i].deadline_ns = 0;
	}
	alarm_cancel(&p->cpu_limit);
}

/* The clock of timer WHICH of P. */
static uint64_t clock_ns(const struct process *p, unsigned which)
{
	return which == ITIMER_REAL ? sys_now_ns() : process_time_ns(p);
}

/* When processor time could be used up of which LEFT_NS are left. */
static uint64_t could_be_ns(const struct process *p, uint64_t left_ns)
{
	uint64_t each = left_ns / (p->thread_count ? p->thread_count : 1);

	return sys_now_ns() + (each < LOOK_MIN_NS ? LOOK_MIN_NS : each);
}

static void arm(struct process *p, unsigned which)
{
	struct interval *i = &p->timers[which];
	uint64_t now = clock_ns(p, which);

	if (which == ITIMER_REAL)
		alarm_set(&i->alarm, i->deadline_ns, expired);
	else
		alarm_set(&i->alarm, could_be_ns(p, i->deadline_ns > now ? i->deadline_ns - now : 0), expired);
}

static void expired(struct alarm *a)
{
	struct interval *i = container_of(a, struct interval, alarm);
	struct process *p = i->process;
	unsigned which = (unsigned)(i - p->timers);
	uint64_t now = clock_ns(p, which);

	if (i->deadline_ns > now) {
		arm(p, which);
		return;
	}
	if (i->period_ns) {
		uint64_t missed = (now - i->deadline_ns) / i->period_ns;

		i->deadline_ns += (missed + 1) * i->period_ns;
		arm(p, which);
	} else {
		i->deadline_ns = 0;
	}
	signal_send_kernel(p, signals[which]);
}

int64_t sys_proc_alarm(struct request *q)
{
	uint64_t which = q->words.w[1], to = q->words.w[2], period = q->words.w[3], now, left = 0, before;
	struct interval *i;
	struct process *p;

	if (q->handle->kind != HANDLE_THREAD || which >= PROC_TIMERS)
		return -EINVAL;
	p = thread_of(q)->process;
	i = &p->timers[which];
	now = clock_ns(p, (unsigned)which);
	if (i->deadline_ns)
		left = i->deadline_ns > now ? i->deadline_ns - now : 1;
	before = i->period_ns;
	if (!(PROTO_FLAGS(q->words.w[0]) & ALARM_ASK)) {
		alarm_cancel(&i->alarm);
		i->deadline_ns = to && which != ITIMER_REAL ? now + to : to;
		i->period_ns = to ? period : 0;
		if (to)
			arm(p, (unsigned)which);
	}
	q->words.w[1] = left;
	q->words.w[2] = before;
	return 0;
}

void timer_cpu_limit(struct process *p)
{
	const struct limit *l = &p->limits[RLIMIT_CPU];
	uint64_t used = process_time_ns(p), soft = l->soft * 1000000000ull;

	alarm_cancel(&p->cpu_limit);
	if (l->soft >= RLIM_INFINITY / 1000000000ull)
		return;
	alarm_set(&p->cpu_limit, could_be_ns(p, soft > used ? soft - used : 0), cpu_limit);
}

/* At the soft limit SIGXCPU, and then once a second; at the hard one the end. */
static void cpu_limit(struct alarm *a)
{
	struct process *p = container_of(a, struct process, cpu_limit);
	struct limit *l = &p->limits[RLIMIT_CPU];
	uint64_t used = process_time_ns(p) / 1000000000ull;

	if (used >= l->hard) {
		process_end(p, WAIT_SIGNALED(SIGKILL));
		return;
	}
	if (used >= l->soft) {
		l->soft = used + 1;
		signal_send_kernel(p, SIGXCPU);
	}
	timer_cpu_limit(p);
}
