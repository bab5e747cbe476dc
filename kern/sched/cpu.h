/* SPDX-License-Identifier: 0BSD */
/* cpu.h: what the kernel knows of one processor.
 *
 * The kernel's GS base points to the running CPU's structure. All fields but those marked "any" are
 * written under the kernel lock; the CPU itself reads `current` without it at entry.
 *
 * `current` is the thread that the CPU works for (NULL: none, idle). `loaded` is the thread whose
 * FPU state, FS base and kernel-entry stack pointer the processor holds; it follows `current` when
 * the kernel is left, so that switches inside the kernel cost nothing. An idle CPU has nothing
 * loaded.
 */
#pragma once

#include <abi/trace.h>
#include "arch/arch_cpu.h"
#include "lib/bitmap.h"
#include "lib/list.h"
#include "lib/tree.h"

struct thread;
struct vspace;
struct sched_context;
struct irq;

#define PRIORITIES 256

struct ready_queue {
	struct prio_map map;
	struct list of[PRIORITIES]; /* thread.ready_link, in order of running */
};

struct cpu_counters {
#define COUNTER(name, meaning) uint64_t name;
#include <abi/counter.def>
#undef COUNTER
};

/* The last events, numbered by `next`; debug/trace.h. */
struct trace_ring {
	uint32_t next;
	struct trace_event event[TRACE_RING];
};

#define DEVICE_VECTORS 192 /* interrupt vectors that devices can have on each CPU */

struct cpu {
	struct arch_cpu arch; /* first: entry code finds it at the GS base */
	uint64_t pending[4];  /* vectors that came in a window, not yet served; entry code sets them */
	bool any_pending;
	struct thread *current;
	struct thread *loaded;
	struct vspace *vspace; /* whose page tables CR3 names; NULL: the kernel's own */
	union {
		struct {
			bool resched; /* a better thread than `current` may be ready here */
			bool tracing; /* as trace_on */
		};
		uint16_t detour; /* either: look closer */
	};
	_Atomic uint32_t tlb_request; /* any: another CPU asks for a flush */
	uint32_t index;
	struct ready_queue ready;
	struct tree timers;		/* struct timeout, by deadline in ns */
	uint64_t timer_armed;		/* deadline that the hardware timer is set to; 0: none */
	struct sched_context *charging; /* whose time is running */
	uint64_t charge_since;		/* ticks */
	uint64_t charge_end;		/* ns: its budget or slice ends; 0: does not */
	struct cpu_counters counters;
	uint64_t stretch_since; /* ticks; 0: none runs; debug/stretch.h */
	uint32_t stretch_what;
	uint64_t irq_used[BITMAP_WORDS(DEVICE_VECTORS)]; /* vectors that are taken */
	struct irq *irq[DEVICE_VECTORS];		 /* whose; the first of a shared line */
	struct trace_ring trace;
};

extern struct cpu *cpu_table[CPU_MAX];
extern uint32_t cpu_count; /* CPUs that run */

/* The CPU that executes this. */
static inline struct cpu *this_cpu(void) { return arch_cpu_self(); }
