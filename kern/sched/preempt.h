/* SPDX-License-Identifier: 0BSD */
/* preempt.h: cuts in long operations.
 *
 * The kernel runs with interrupts off. An operation that may take long does bounded pieces and
 * calls preempt_cut() between them, in a consistent state. The cut takes pending interrupts; when
 * there was one, or a more urgent thread is ready, or another CPU waits for the kernel lock, it answers
 * true: the operation stores its progress and returns SYS_RESTART. Its thread will make the same
 * call again, with the progress that was stored, and looks everything up anew: no object pointer
 * survives.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Not errors: how a handler tells the dispatcher that there is no result now. Far from all errnos.
 */
#define SYS_RESTART ((int64_t)-1000001) /* preempted: call again with the stored progress */
#define SYS_BLOCKED ((int64_t)-1000002) /* the thread waits; whoever wakes it writes its registers */

/* True: stop here and return SYS_RESTART. About 10 instructions when nothing is pending. */
bool preempt_cut(void);
