/* SPDX-License-Identifier: 0BSD */
/* sched_context.c: charging, the ends of budgets and slices, replenishment. */
#include "obj/sched_context.h"

#include <abi/errno.h>
#include "arch/arch_time.h"
#include "debug/trace.h"
#include "ipc/donate.h"
#include "lib/assert.h"
#include "mm/frame.h"
#include "sched/sched.h"

static void consume(struct sched_context *sc, uint64_t used_ns)
{
	if (sc->refills.budget_ns) refills_consume(&sc->refills, used_ns);
	if (sc->slice_ns) sc->slice_left_ns -= min(sc->slice_left_ns, used_ns);
}

/* CPU charges nobody any more. */
static void stop_charge(struct cpu *cpu, uint64_t now_ticks)
{
	struct sched_context *sc = cpu->charging;
	uint64_t used = now_ticks > cpu->charge_since ? now_ticks - cpu->charge_since : 0;

	sc->consumed_ticks += used;
	if (sc->limited) consume(sc, arch_ticks_to_ns(used));
	sc->charged_on = NULL;
	cpu->charging = NULL;
	cpu->charge_end = 0;
}

/* This CPU, which charges nobody, charges SC. */
static void start_charge(struct sched_context *sc, uint64_t now_ticks)
{
	struct cpu *cpu = this_cpu();
	uint64_t now_ns, left_ns = UINT64_MAX;

	cpu->charging = sc;
	cpu->charge_since = now_ticks;
	sc->charged_on = cpu;
	if (!sc->limited) return;
	now_ns = arch_moment_to_ns(now_ticks);
	if (sc->refills.budget_ns) left_ns = refills_begin(&sc->refills, now_ns);
	if (sc->slice_ns) left_ns = min(left_ns, sc->slice_left_ns);
	cpu->charge_end = now_ns + left_ns + 1; /* not 0, and surely over when it comes */
	timeout_arm(cpu->charge_end);
}

/* Any switch, whoever was charged and wherever SC is. */
static __attribute__((noinline)) void switch_slow(struct cpu *cpu, struct sched_context *sc)
{
	uint64_t now_ticks = arch_ticks();

	if (cpu->charging) stop_charge(cpu, now_ticks);
	if (!sc) return;
	if (sc->charged_on) /* its holder was moved here; the other CPU has not switched yet */
		stop_charge(sc->charged_on, now_ticks);
	start_charge(sc, now_ticks);
}

void sched_context_switch(struct sched_context *sc)
{
	struct cpu *cpu = this_cpu();
	struct sched_context *before = cpu->charging;
	uint64_t now_ticks;

	if (!before || !sc || (before->limited | sc->limited) || sc->charged_on) {
		switch_slow(cpu, sc);
		return;
	}
	/* Both unlimited: the same, with nothing to ask. */
	now_ticks = arch_ticks();
	before->consumed_ticks += now_ticks - cpu->charge_since;
	before->charged_on = NULL;
	cpu->charging = sc;
	cpu->charge_since = now_ticks;
	sc->charged_on = cpu;
}

static void deplete(struct sched_context *sc)
{
	KASSERT(!sc->depleted, "a depleted SchedContext is not charged");
	sc->depleted = true;
	timeout_start(&sc->replenish, refills_next_ns(&sc->refills));
	TRACE(TIME_OUT, virt_to_phys(sc), sc->refills.count, refills_next_ns(&sc->refills));
	sched_time_out(sc);
}

static void end_slice(struct sched_context *sc)
{
	sc->slice_left_ns = sc->slice_ns;
	if (sc->holder) sched_rotate(sc->holder);
}

void sched_context_end(void)
{
	struct cpu *cpu = this_cpu();
	struct sched_context *sc = cpu->charging;
	uint64_t now_ticks = arch_ticks();

	KASSERT(sc && sc->limited, "charge_end is set for the one that is charged");
	stop_charge(cpu, now_ticks);
	if (sc->refills.budget_ns && refills_begin(&sc->refills, arch_moment_to_ns(now_ticks)) == 0) {
		deplete(sc);
		return;
	}
	if (sc->slice_ns && sc->slice_left_ns == 0) end_slice(sc);
	start_charge(sc, now_ticks);
}

static void replenish(struct timeout *t)
{
	struct sched_context *sc = container_of(t, struct sched_context, replenish);

	sc->depleted = false;
	TRACE(TIME_BACK, virt_to_phys(sc), sc->refills.piece[sc->refills.first].amount_ns, 0);
	sched_time_back(sc);
}

/* Nobody is charged for what runs on SC's CPU until that comes through sched_next. */
static void release_charge(struct sched_context *sc)
{
	struct cpu *cpu = sc->charged_on;

	if (!cpu) return;
	stop_charge(cpu, arch_ticks());
	sched_kick(cpu);
}

static bool budget_valid(uint64_t budget_ns, uint64_t period_ns)
{
	return budget_ns == 0 || (budget_ns >= REFILL_MIN_NS && budget_ns <= period_ns && period_ns <= PERIOD_MAX_NS);
}

int sched_context_configure(struct sched_context *sc, uint64_t budget_ns, uint64_t period_ns, uint64_t slice_ns,
			    uint32_t refills)
{
	if (refills == 0) refills = REFILLS_MAX;
	if (!budget_valid(budget_ns, period_ns) || refills < REFILLS_MIN || refills > REFILLS_MAX) return -EINVAL;
	if (slice_ns && (slice_ns < SLICE_MIN_NS || slice_ns > PERIOD_MAX_NS)) return -EINVAL;
	release_charge(sc);
	timeout_stop(&sc->replenish);
	refills_init(&sc->refills, budget_ns, period_ns, refills, time_now());
	sc->slice_ns = slice_ns;
	sc->slice_left_ns = slice_ns;
	sc->limited = budget_ns || slice_ns;
	if (sc->depleted) {
		sc->depleted = false;
		sched_time_back(sc);
	}
	return 0;
}

/* What the charge that runs has used so far. */
static uint64_t running_ticks(const struct sched_context *sc)
{
	uint64_t now_ticks = arch_ticks();

	if (!sc->charged_on || now_ticks < sc->charged_on->charge_since) return 0;
	return now_ticks - sc->charged_on->charge_since;
}

uint64_t sched_context_consumed_ns(const struct sched_context *sc)
{
	return arch_ticks_to_ns(sc->consumed_ticks + running_ticks(sc));
}

uint64_t sched_context_left_ns(const struct sched_context *sc)
{
	struct refills refills = sc->refills;

	if (!refills.budget_ns) return UINT64_MAX;
	refills_consume(&refills, arch_ticks_to_ns(running_ticks(sc)));
	return refills_begin(&refills, time_now());
}

static void sched_context_init(struct object *obj)
{
	struct sched_context *sc = container_of(obj, struct sched_context, object);

	sc->replenish.expired = replenish;
}

static bool sched_context_destroy_step(struct object *obj)
{
	struct sched_context *sc = container_of(obj, struct sched_context, object);

	release_charge(sc);
	timeout_stop(&sc->replenish);
	donate_forget(sc);
	return true;
}

const struct object_ops sched_ops = {
    .init = sched_context_init,
    .destroy_step = sched_context_destroy_step,
};
