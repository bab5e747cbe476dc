/* SPDX-License-Identifier: 0BSD */
/* work.c: the queue of long work: items take turns, a step at a time. */
#include "main/work.h"

#include "main/serve.h"

static struct list queue = LIST_INIT(queue);

void work_add(struct work *w) { list_push_back(&queue, &w->node); }

void work_remove(struct work *w)
{
	if (work_pending(w))
		list_remove(&w->node);
}

bool work_any(void) { return !list_empty(&queue); }

bool work_step(void)
{
	struct list_node *node = list_pop_front(&queue);
	struct work *w;

	if (!node)
		return false;
	w = list_entry(node, struct work, node);
	SYS_ASSERT(w->step, "an item lives until it is done");
	if (w->step(w) == SYS_MORE)
		work_add(w);
	return true;
}
