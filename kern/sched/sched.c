/* SPDX-License-Identifier: 0BSD */
/* sched.c: ready queues and the choice of the next thread. */
#include "sched/sched.h"

#include "arch/x86_64/lapic.h"

#include "arch/context.h"
#include "arch/x86_64/trap.h"
#include "arch/x86_64/vectors.h"
#include "debug/stretch.h"
#include "debug/trace.h"
#include "ipc/donate.h"
#include "lib/assert.h"
#include "mm/tlb.h"
#include "obj/sched_context.h"
#include "sched/lock.h"

static inline struct thread *of_ready_link(struct list_node *node)
{
	return list_entry(node, struct thread, ready_link);
}

static void queue_insert(struct thread *t, bool front)
{
	struct ready_queue *q = &t->cpu->ready;

	KASSERT(!t->queued_ready, "a thread is in one ready queue once");
	if (front)
		list_push_front(&q->of[t->priority], &t->ready_link);
	else
		list_push_back(&q->of[t->priority], &t->ready_link);
	prio_map_set(&q->map, t->priority);
	t->queued_ready = true;
}

static void queue_remove(struct thread *t)
{
	struct ready_queue *q = &t->cpu->ready;

	list_remove(&t->ready_link);
	if (list_empty(&q->of[t->priority])) prio_map_clear(&q->map, t->priority);
	t->queued_ready = false;
}

/* T neither runs nor is queued. */
static inline void take_off(struct thread *t)
{
	if (t->queued_ready)
		queue_remove(t);
	else if (t->cpu->current == t)
		t->cpu->current = NULL;
}

/* The CPU's choice may have to be made anew. */
static void reconsider(struct cpu *cpu, uint8_t priority)
{
	struct thread *running = cpu->current;

	if (running && running->priority >= priority) return;
	sched_kick(cpu);
}

void sched_kick(struct cpu *cpu)
{
	cpu->resched = true;
	if (cpu == this_cpu()) return;
	this_cpu()->counters.ipis++;
	lapic_send_ipi(cpu->arch.apic_id, VECTOR_RESCHEDULE);
}

void sched_ready(struct thread *t)
{
	t->state = THREAD_READY;
	if (t->special & SPECIAL_SUSPENDED) return;
	if (!donate_find_time(t)) return;
	queue_insert(t, false);
	reconsider(t->cpu, t->priority);
}

void sched_block(struct thread *t)
{
	take_off(t);
	donate_stop_waiting(t);
}

void sched_direct(struct thread *t)
{
	struct cpu *cpu = this_cpu();
	int best = prio_map_highest(&cpu->ready.map);

	KASSERT(!cpu->current, "whoever gives up the CPU has blocked");
	t->state = THREAD_READY;
	if ((t->special & SPECIAL_SUSPENDED) || !sched_context_usable(t->time) || t->cpu != cpu) {
		sched_ready(t);
		return;
	}
	cpu->current = t;
	if (best > t->priority) cpu->resched = true;
}

void sched_set_priority(struct thread *t, uint8_t priority)
{
	bool queued = t->queued_ready;
	bool lower = priority < t->priority;

	if (queued) queue_remove(t);
	t->priority = priority;
	if (queued) {
		queue_insert(t, lower);
		reconsider(t->cpu, priority);
	} else if (t->starved) {
		donate_wait_anew(t);
	} else if (lower && t->cpu && t->cpu->current == t) {
		sched_kick(t->cpu);
	}
}

void sched_rotate(struct thread *t)
{
	struct cpu *cpu = t->cpu;

	if (t->queued_ready) {
		queue_remove(t);
		queue_insert(t, false);
	} else if (cpu->current == t) {
		cpu->current = NULL;
		queue_insert(t, false);
		sched_kick(cpu);
	}
}

/* Waits for work with the lock dropped; comes back with it. */
static void idle(struct cpu *cpu)
{
	TRACE(IDLE, cpu->loaded ? thread_number(cpu->loaded) : 0, 0, 0);
	context_unload(cpu);
	sched_context_charge(NULL);
	kernel_lock_drop();
	stretch_end(cpu);
	cpu_wait_for_interrupt();
	stretch_begin(cpu, STRETCH_IDLE);
	kernel_lock_take();
	if (cpu->tlb_request) tlb_serve();
	trap_serve_pending(cpu);
}

struct thread *sched_next(void)
{
	struct cpu *cpu = this_cpu();
	struct thread *running = cpu->current;
	int best;

	cpu->resched = false;
	best = prio_map_highest(&cpu->ready.map);
	if (running) {
		if (running->priority >= best) return running;
		queue_insert(running, true);
		cpu->current = NULL;
		cpu->counters.preemptions++;
	}
	while (best < 0) {
		idle(cpu);
		cpu->resched = false;
		best = prio_map_highest(&cpu->ready.map);
	}
	running = of_ready_link(list_first(&cpu->ready.of[best]));
	queue_remove(running);
	cpu->current = running;
	TRACE(SWITCH, cpu->loaded ? thread_number(cpu->loaded) : 0, thread_number(running), best);
	cpu->counters.switches++;
	return running;
}

bool sched_running_elsewhere(const struct thread *t)
{
	struct cpu *cpu = t->cpu;

	return cpu && cpu != this_cpu() && (cpu->current == t || cpu->loaded == t);
}

void sched_retime(struct thread *t)
{
	if (!t || t->state != THREAD_READY) return;
	if (!t->queued_ready && t->cpu->current != t) {
		sched_ready(t); /* it had lost its time before, and may have found other since */
		return;
	}
	if (donate_find_time(t)) return;
	take_off(t);
	sched_kick(t->cpu);
}

void sched_time_back(struct sched_context *sc)
{
	struct thread *t = sc->holder;

	if (t && t->state == THREAD_READY && !t->queued_ready && t->cpu->current != t) sched_ready(t);
}

void sched_time_out(struct sched_context *sc)
{
	struct thread *t = sc->holder;

	if (!t || t->state != THREAD_READY) return;
	take_off(t);
	donate_exhausted(t);
	sched_ready(t);
	sched_kick(t->cpu);
}
