/* SPDX-License-Identifier: 0BSD */
/* work.h: long work in pieces.
 *
 * Whatever takes long is an item whose step does a bounded amount (about 20,000 instructions at the
 * most). Between two steps messages are served. Items take turns.
 */
#pragma once

#include "lib/list.h"
#include "main/sys.h"

struct work {
	struct list_node node;
	/* SYS_MORE: call again. Anything else: done; the item is in no list when step is called, so
	 * step may free it or add it anew. */
	int (*step)(struct work *w);
};

/* Adds W, which is in no list, at the end. */
void work_add(struct work *w);
static inline bool work_pending(const struct work *w) { return list_linked(&w->node); }
/* Takes it out, if it is in. */
void work_remove(struct work *w);
