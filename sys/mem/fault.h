/* SPDX-License-Identifier: 0BSD */
/* fault.h: fault messages. */
#pragma once

#include "mem/task.h"

/* Serves the fault message Q of T: the status, or SYS_LATER. */
int64_t fault_serve(struct task *t, struct request *q);
/* T waits for a page of an object: looks again, and replies or goes on waiting. */
void fault_again(struct task *t);
/* parked.notice of such a fault. */
void fault_notice(struct parked *p, unsigned bits);
