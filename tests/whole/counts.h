/* SPDX-License-Identifier: 0BSD */
/* counts.h: what the machine has handed out: kernel objects, memory. */
#pragma once

#include <stdint.h>

struct counts {
	uint64_t objects;
	uint64_t free_bytes; /* what nobody uses, pools included */
};

struct counts counts_now(void);
/* Runs BODY once, by which whatever is kept for next time is made, and again. Afterwards, when what has ended is cleared away,
 * there must be exactly as many objects as before, and as much free memory: to the page, in one of four runs. The tables of
 * `sys` and of servers grow by some pages now and then; a leak is what is lost every time. */
void counts_leaves_nothing(void (*body)(void));
