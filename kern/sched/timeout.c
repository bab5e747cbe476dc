/* SPDX-License-Identifier: 0BSD */
/* timeout.c: deadlines in a tree, the earliest in the hardware.
 *
 * `cpu->timer_armed` is what the hardware was last told, 0 for nothing, so that a CPU full of zeros
 * is right. It is never later than the first deadline of the tree nor than `charge_end`: starting
 * moves it forward, nothing but the interrupt itself moves it back. So stopping a timeout touches
 * no register, and a message with a deadline that is answered in time costs two tree operations.
 */
#include "sched/timeout.h"

#include <abi/message.h>
#include "arch/arch_time.h"
#include "debug/trace.h"
#include "lib/assert.h"
#include "obj/sched_context.h"

uint64_t time_now(void) { return arch_time_now(); }

void timeout_arm(uint64_t deadline_ns)
{
	struct cpu *cpu = this_cpu();

	/* 0 - 1 is the greatest number: not armed is later than all. */
	if (deadline_ns - 1 >= cpu->timer_armed - 1) return;
	cpu->timer_armed = deadline_ns;
	arch_timer_set(deadline_ns);
}

void timeout_start(struct timeout *t, uint64_t deadline_ns)
{
	struct cpu *cpu = this_cpu();

	KASSERT(!timeout_running(t), "whoever starts a timeout owns it and knows that it is stopped");
	KASSERT(t->expired, "a deadline is for something");
	if (deadline_ns == DEADLINE_FOREVER) return;
	if (deadline_ns == 0) deadline_ns = 1; /* 0 means not armed; both are long ago */
	t->cpu = cpu;
	tree_insert(&cpu->timers, &t->node, deadline_ns);
	timeout_arm(deadline_ns);
}

void timeout_stop(struct timeout *t)
{
	if (timeout_running(t)) tree_remove(&t->cpu->timers, &t->node);
}

/* The first timeout of CPU if it has expired at NOW_NS. */
static struct timeout *first_expired(const struct cpu *cpu, uint64_t now_ns)
{
	struct tree_node *first = tree_first(&cpu->timers);

	return first && first->key <= now_ns ? tree_entry(first, struct timeout, node) : NULL;
}

/* The hardware has fired and is armed for nothing. */
static void arm_next(struct cpu *cpu)
{
	struct tree_node *first = tree_first(&cpu->timers);
	uint64_t next = first ? first->key : DEADLINE_FOREVER;

	if (cpu->charge_end && cpu->charge_end < next) next = cpu->charge_end;
	cpu->timer_armed = 0;
	if (next != DEADLINE_FOREVER) timeout_arm(next);
}

bool timeout_expire(void)
{
	struct cpu *cpu = this_cpu();
	uint64_t now_ns = time_now();
	struct timeout *t;
	unsigned left = TIMEOUTS_PER_CUT;

	cpu->timer_armed = 1; /* before all deadlines: what is started now is armed once, at the end */
	while ((t = first_expired(cpu, now_ns)) && left--) {
		tree_remove(&cpu->timers, &t->node);
		TRACE(TIMEOUT, t->node.key, now_ns, 0);
		t->expired(t);
	}
	if (cpu->charge_end && cpu->charge_end <= now_ns) sched_context_end();
	arm_next(cpu);
	return first_expired(cpu, now_ns) != NULL;
}
