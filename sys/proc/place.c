/* SPDX-License-Identifier: 0BSD */
/* place.c: on which processor a thread begins.
 *
 * The kernel moves no thread by itself, so this is where the processors get their share: a thread begins where the fewest
 * threads are that could run. Counted are threads that run, or wait for something that sys does not see (a server, a
 * lock); not those that it knows to wait: for a child, for a signal, stopped ones, and servers. If no other processor has
 * fewer it begins where its maker is, so that nothing moves without a gain.
 *
 * An exec chooses anew, the old thread not counted: that is when a process has the least to lose by moving. So a program
 * for which its maker waits stays where it is. */
#include "proc/process.h"

#include <abi/boot.h>
#include <parley/clock.h>
#include <parley/syscall.h>

static uint32_t counted[PLACE_CPUS];

static uint64_t all(void) { return os_boot->cpu_count >= PLACE_CPUS ? UINT64_MAX : (1ull << os_boot->cpu_count) - 1; }

static bool could_run(const struct thread *t)
{
	return t->started && !t->ending && !t->suspended && !t->server && (!t->parked || t->build);
}

void place_update(struct thread *t)
{
	bool now = could_run(t);

	counted[t->cpu] += (uint32_t)now - t->counted;
	t->counted = now;
}

/* Of CPUS the one with the fewest; HERE if it has no more, else the lowest number. */
static unsigned choose(uint64_t cpus, unsigned here)
{
	unsigned best = cpus >> here & 1 ? here : (unsigned)__builtin_ctzll(cpus);

	for (uint64_t rest = cpus; rest; rest &= rest - 1) {
		unsigned cpu = (unsigned)__builtin_ctzll(rest);

		if (counted[cpu] < counted[best])
			best = cpu;
	}
	return best;
}

int place_among(uint64_t *cpus)
{
	*cpus &= all();
	return *cpus ? 0 : -EINVAL;
}

void place_like(struct thread *t, const struct thread *maker)
{
	t->cpus = maker->cpus;
	t->cpu = maker->cpu;
}

void place_begin(struct thread *t)
{
	if (os_boot->cpu_count == 1)
		return;
	t->cpu = (uint8_t)choose(t->cpus, t->cpu);
	os_thread_set_cpu(t->task.thread.slot, t->cpu); /* it has never run: cannot fail */
}

/* Only a thread that does not run can be moved. */
static int move(struct thread *t, unsigned cpu)
{
	cap_t slot = t->task.thread.slot;
	int64_t error;

	if (!t->suspended)
		os_thread_suspend(slot);
	error = os_thread_set_cpu(slot, cpu);
	if (!t->suspended)
		os_thread_resume(slot);
	if (error < 0)
		return (int)error;
	counted[t->cpu] -= t->counted;
	t->cpu = (uint8_t)cpu;
	counted[cpu] += t->counted;
	return 0;
}

int place_confine(struct thread *t, uint64_t cpus)
{
	int error = place_among(&cpus);

	if (!error && !(cpus >> t->cpu & 1))
		error = move(t, choose(cpus, t->cpu));
	if (!error)
		t->cpus = cpus;
	return error;
}
