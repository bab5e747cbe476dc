/* SPDX-License-Identifier: 0BSD */
/* system.c: debug_write, trace_read, counter_read, power. */
#include <abi/power.h>
#include "api/lookup.h"
#include "api/table.h"
#include "arch/platform.h"
#include "debug/trace.h"
#include "ipc/fault.h"
#include "lib/printf.h"
#include "mm/walk.h"
#include "sched/cpu.h"

/* Gives the serial port text, as much as it takes without waiting and CONSOLE_ROOM bytes at most. Answers how many:
 * 0 while it is busy. */
int64_t sys_debug_write(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	char text[CONSOLE_ROOM];
	uint32_t n = min((uint32_t)arg[1], (uint32_t)CONSOLE_ROOM);

	if (!user_read(t->vspace, text, arg[0], n)) return fault_own(t, arg[0], n, PROT_READ);
	return console_write(text, n);
}

/* Copies up to `count` (at most 16) events of processor `cpu` (struct trace_event, abi/trace.h)
 * from number `first` on, or from the oldest that is still kept. Answers how many; word 0: the
 * number to go on with. */
int64_t sys_trace_read(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	uint32_t cpu = (uint32_t)arg[0], count = (uint32_t)arg[2], number = (uint32_t)arg[3];
	struct trace_event event;
	uint32_t done = 0;

	if (cpu >= cpu_count) return -EINVAL;
	if (count > TRACE_READ_MAX) return -E2BIG;
	for (; done < count && trace_get(cpu_table[cpu], &number, &event); done++) {
		uint64_t to = arg[1] + done * sizeof(event);

		if (!user_write(t->vspace, to, &event, sizeof(event)))
			return fault_own(t, to, sizeof(event), PROT_WRITE);
	}
	t->regs.w[0] = number;
	return done;
}

/* Words: eight counters of processor `cpu` from number `first` on, in the order of
 * abi/counter.def; 0 beyond the last. Answers how many counters there are. */
int64_t sys_counter_read(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	uint32_t cpu = (uint32_t)arg[0], first = (uint32_t)arg[1];
	const uint64_t *counter;

	if (cpu >= cpu_count || first >= COUNTERS) return -EINVAL;
	counter = (const uint64_t *)&cpu_table[cpu]->counters;
	for (uint32_t i = 0; i < array_len(t->regs.w); i++)
		t->regs.w[i] = first + i < COUNTERS ? counter[first + i] : 0;
	return COUNTERS;
}

/* action is one of abi/power.h. Does not come back, except from POWER_EXIT_CODE outside of an
 * emulator: EINVAL. */
int64_t sys_power(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	uint32_t action = (uint32_t)arg[0];

	if (action == POWER_OFF) arch_power_off();
	if (action == POWER_RESET) arch_reset();
	if ((action & 0xff) != POWER_EXIT || action >> 15) return -EINVAL;
	arch_debug_exit((uint8_t)(action >> 8));
	return -EINVAL; /* this machine cannot be left */
}
