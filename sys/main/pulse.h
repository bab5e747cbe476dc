/* SPDX-License-Identifier: 0BSD */
/* pulse.h: Events and Timers that come back to `sys` itself. */
#pragma once

#include "lib/tree.h"
#include "main/sys.h"
#include "mem/account.h"
#include "mem/kobj.h"

/* An Event attached to sys' endpoint: `act` is called with the bits. Embedded in its owner. */
struct pulse {
	struct kobj event;
	void (*act)(struct pulse *p, uint64_t bits);
};

int pulse_init(struct pulse *p, struct account *account, void (*act)(struct pulse *p, uint64_t bits));
/* A pulse that is on its way is not delivered any more. */
void pulse_destroy(struct pulse *p);

/* A deadline, kept by sys in one ordered list over one kernel Timer: arming is cheap and needs no
 * object. */
struct alarm {
	struct tree_node node; /* by deadline */
	void (*act)(struct alarm *a);
};

/* Replaces an earlier deadline of the same alarm. `act` is called once, not before DEADLINE_NS. */
void alarm_set(struct alarm *a, uint64_t deadline_ns, void (*act)(struct alarm *a));
void alarm_cancel(struct alarm *a);
static inline bool alarm_pending(const struct alarm *a) { return tree_linked(&a->node); }
