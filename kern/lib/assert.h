/* SPDX-License-Identifier: 0BSD */
/* assert.h: stopping when the kernel itself is wrong.
 *
 * KASSERT states what must hold whatever user level does, with the reason why it does; it must have
 * no side effect. It is checked in the debug flavour; the release flavour compiles it and drops it.
 * panic() is for both flavours: it says what happened on the console and stops every CPU.
 */
#pragma once

#include "debug/config.h"

#define KASSERT(cond, why)                                                                                             \
	do {                                                                                                           \
		if (KERN_DEBUG && __builtin_expect(!(cond), 0))                                                        \
			panic("%s:%d: %s: not so: %s", __FILE__, __LINE__, why, #cond);                                \
	} while (0)

/* Prints `PANIC: ` and the message (as kprintf does), then stops the machine. */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2), cold));

/* Provided by kern/arch: stops all CPUs for good; leaves QEMU where it runs in one. */
_Noreturn void arch_panic_stop(void);
