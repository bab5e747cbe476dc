/* SPDX-License-Identifier: 0BSD */
/* pulse.c: Events and deadlines of sys' own. All deadlines stand in one tree; the Timer is set to the first. */
#include "main/pulse.h"

#include "main/serve.h"

#include <parley/syscall.h>

#define PULSE_PRIORITY 220

static struct tree alarms;
static struct pulse timer_pulse;
static struct kobj timer;
static uint64_t armed_ns;

int pulse_init(struct pulse *p, struct account *account, void (*act)(struct pulse *p, uint64_t bits))
{
	int r = kobj_make(&p->event, OBJ_EVENT, 0, account);

	if (r < 0)
		return r;
	p->act = act;
	r = (int)os_event_configure(p->event.slot, sys_endpoint, (uint64_t)p, PULSE_PRIORITY);
	if (r < 0)
		kobj_delete(&p->event);
	return r;
}

void pulse_destroy(struct pulse *p) { kobj_delete(&p->event); }

static void arm(void)
{
	struct tree_node *first = tree_first(&alarms);

	if (!first || first->key == armed_ns)
		return;
	armed_ns = first->key;
	os_timer_set(timer.slot, armed_ns, 0, timer_pulse.event.slot, 1);
}

void alarm_set(struct alarm *a, uint64_t deadline_ns, void (*act)(struct alarm *a))
{
	alarm_cancel(a);
	a->act = act;
	tree_insert(&alarms, &a->node, deadline_ns);
	arm();
}

void alarm_cancel(struct alarm *a)
{
	if (alarm_pending(a))
		tree_remove(&alarms, &a->node);
}

static void ring(struct pulse *p, uint64_t bits)
{
	uint64_t now = sys_now_ns();

	armed_ns = 0;
	for (;;) {
		struct tree_node *first = tree_first(&alarms);
		struct alarm *a;

		if (!first || first->key > now)
			break;
		a = tree_entry(first, struct alarm, node);
		tree_remove(&alarms, first);
		SYS_ASSERT(a->act, "alarm");
		a->act(a);
	}
	arm();
}

void alarm_init(void)
{
	if (pulse_init(&timer_pulse, &account_root, ring) < 0 || kobj_make(&timer, OBJ_TIMER, 0, &account_root) < 0)
		sys_panic("no timer");
}
