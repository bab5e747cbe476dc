/* SPDX-License-Identifier: 0BSD */
/* trace.h: the trace ring: what the kernel did last, on each CPU.
 *
 * TRACE(EVENT, a, b, c) costs one test of a byte while tracing is off, and about 20 instructions
 * while it is on. The debug flavour starts with it on, the release flavour with it off. Events are
 * in abi/trace.def. Nobody waits for a reader: new events replace the oldest.
 */
#pragma once

#include <stdbool.h>
#include <abi/trace.h>

struct cpu;

extern bool trace_on;

void trace_record(enum trace_id id, uint64_t a, uint64_t b, uint64_t c);

#define TRACE(event, a, b, c)                                                                                          \
	do {                                                                                                           \
		if (__builtin_expect(trace_on, 0))                                                                     \
			trace_record(TRACE_##event, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c));                      \
	} while (0)

/* Copies the event with the number *NUMBER of CPU, or the oldest that is still there after it, to
 * *TO and sets *NUMBER to the one behind it. False: there is none yet. */
bool trace_get(const struct cpu *cpu, uint32_t *number, struct trace_event *to);

/* Prints the last events of all CPUs in order of time; for panics, and for tests that fail. Stops
 * tracing. */
void trace_dump(void);
