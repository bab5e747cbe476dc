/* SPDX-License-Identifier: 0BSD */
/* trace.c: the trace ring. */
#include "debug/trace.h"

#include "arch/arch_time.h"
#include "debug/config.h"
#include "lib/printf.h"
#include "sched/cpu.h"

#define DUMP_EVENTS 128 /* of each CPU; a serial line is slow */

bool trace_on = KERN_DEBUG;

static const struct {
	const char *name;
	const char *word[3];
} describe[TRACE_IDS] = {
#define TRACE_EVENT(NAME, a, b, c, meaning) [TRACE_##NAME] = {#NAME, {a, b, c}},
#include <abi/trace.def>
};

void trace_record(enum trace_id id, uint64_t a, uint64_t b, uint64_t c)
{
	struct trace_ring *ring = &this_cpu()->trace;
	struct trace_event *event = &ring->event[ring->next % TRACE_RING];

	event->tsc = arch_ticks();
	event->number = ring->next++;
	event->id = id;
	event->word[0] = a;
	event->word[1] = b;
	event->word[2] = c;
}

bool trace_get(const struct cpu *cpu, uint32_t *number, struct trace_event *to)
{
	const struct trace_ring *ring = &cpu->trace;
	uint32_t kept = min(ring->next, (uint32_t)TRACE_RING);
	uint32_t behind = ring->next - *number; /* modulo 2^32 */

	if (behind == 0) return false;
	if (behind > kept) *number = ring->next - kept;
	if (kept == 0) return false;
	*to = ring->event[*number % TRACE_RING];
	(*number)++;
	return true;
}

static void print(unsigned cpu, const struct trace_event *event)
{
	kprintf("trace: %u %12lu %-12s", cpu, arch_moment_to_ns(event->tsc),
		event->id < TRACE_IDS ? describe[event->id].name : "?");
	for (unsigned i = 0; i < 3 && event->id < TRACE_IDS; i++) {
		if (describe[event->id].word[i][0]) kprintf(" %s %lx", describe[event->id].word[i], event->word[i]);
	}
	kprintf("\n");
}

/* The CPU whose next event to print is the oldest of all; CPU_MAX: nothing is left. */
static unsigned oldest(const uint32_t number[], struct trace_event *event)
{
	unsigned found = CPU_MAX;

	for (unsigned i = 0; i < cpu_count; i++) {
		struct trace_event candidate;
		uint32_t at = number[i];

		if (!cpu_table[i] || !trace_get(cpu_table[i], &at, &candidate)) continue;
		if (found == CPU_MAX || candidate.tsc < event->tsc) {
			found = i;
			*event = candidate;
		}
	}
	return found;
}

void trace_dump(void)
{
	static uint32_t number[CPU_MAX];
	struct trace_event event = {0};
	unsigned cpu;

	trace_on = false;
	for (unsigned i = 0; i < cpu_count; i++) {
		uint32_t next = cpu_table[i] ? cpu_table[i]->trace.next : 0;

		number[i] = next - min(next, (uint32_t)DUMP_EVENTS);
	}
	while ((cpu = oldest(number, &event)) != CPU_MAX) {
		number[cpu] = event.number + 1;
		print(cpu, &event);
	}
}
