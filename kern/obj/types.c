/* SPDX-License-Identifier: 0BSD */
/* types.c: which types of capability have an object behind them, and how those come and go.
 *
 * The only place that knows all types; each type's own file has its operations.
 */
#include "obj/object.h"

extern const struct object_ops cspace_ops, vspace_ops, thread_ops, sched_ops, endpoint_ops, event_ops, timer_ops,
    irq_ops, connection_ops;

const struct object_ops *const object_ops[OBJ_TYPES] = {
    [OBJ_CSPACE] = &cspace_ops, [OBJ_VSPACE] = &vspace_ops,	[OBJ_THREAD] = &thread_ops,
    [OBJ_SCHED] = &sched_ops,	[OBJ_ENDPOINT] = &endpoint_ops, [OBJ_EVENT] = &event_ops,
    [OBJ_TIMER] = &timer_ops,	[OBJ_IRQ] = &irq_ops,		[OBJ_CONNECTION] = &connection_ops,
};
