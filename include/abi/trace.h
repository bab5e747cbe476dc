/* SPDX-License-Identifier: 0BSD */
/* trace.h: what trace_read and counter_read answer, expanded from trace.def and counter.def.
 *
 * Events of a processor are numbered from 0 in the order in which they happened. The ring keeps the
 * last TRACE_RING of them: a reader that asks for one that is gone gets the oldest there is, and
 * sees from `number` how many it missed. Times are the processor's time stamp counter, one clock on
 * all of them.
 */
#pragma once

#include <stdint.h>

#define TRACE_RING     256
#define TRACE_READ_MAX 16 /* events a call */

enum trace_id {
#define TRACE_EVENT(NAME, a, b, c, meaning) TRACE_##NAME,
#include <abi/trace.def>
#undef TRACE_EVENT
	TRACE_IDS
};

struct trace_event {
	uint64_t tsc;
	uint32_t number;
	uint32_t id; /* enum trace_id */
	uint64_t word[3];
};

_Static_assert(sizeof(struct trace_event) == 40, "as programs read it");

enum counter_id {
#define COUNTER(name, meaning) COUNTER_##name,
#include <abi/counter.def>
#undef COUNTER
	COUNTERS
};
