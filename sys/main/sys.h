/* SPDX-License-Identifier: 0BSD */
/* sys.h: what all parts of the root server know of each other and of the machine.
 *
 * `sys` is one thread that receives at one endpoint. A part is called with a request (request.h),
 * or with a work item (work.h), and returns soon: no part waits, and no part sends. So there are no
 * locks; whatever a function finds stays as it is until that function returns.
 *
 * Functions answer 0 or more, or a negated error number.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <abi/errno.h>
#include <abi/message.h>
#include <abi/object.h>

#define PAGE_BYTES ((uint64_t)4096)
#define PAGE_LOG2  12

/* A step function's answer: there is more to do, call again. */
#define SYS_MORE 1
/* A handler's answer: the request was parked (request.h), its reply comes later. */
#define SYS_LATER INT64_MIN
/* As the status of a request: it goes on to q->forward_to. */
#define SYS_FORWARD (INT64_MIN + 1)

/* Where everybody sends to. */
extern cap_t sys_endpoint;

/* Nanoseconds since boot. */
uint64_t sys_now_ns(void);
/* The boot command line. */
const char *sys_command_line(void);

/* Says a line on the debug console, in time: whoever calls does not wait for the serial port. A line for which there is no more room
 * in 2 KiB of such lines is dropped. */
void sys_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something in `sys` itself is wrong: says so on the debug console and stops the machine. */
_Noreturn void sys_panic(const char *format, ...) __attribute__((format(printf, 1, 2), cold));

#define SYS_ASSERT(cond, why)                                                                                          \
	do {                                                                                                           \
		if (__builtin_expect(!(cond), 0))                                                                      \
			sys_panic("%s:%d: %s: not so: %s", __FILE__, __LINE__, why, #cond);                            \
	} while (0)
