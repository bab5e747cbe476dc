/* SPDX-License-Identifier: 0BSD */
/* pending.c: see pending.h. */
#include "proc/pending.h"

#include "mem/heap.h"

#include <proto/posix.h>

void pending_init(struct pending *p)
{
	p->set = 0;
	p->count = 0;
	list_init(&p->queue);
}

int pending_add(struct pending *p, const struct signal *s, bool must_queue)
{
	bool standard = s->number < SIGRTMIN;
	struct signal *record;

	if (standard && p->set & SIGNAL_BIT(s->number))
		return 0;
	record = p->count < SIGNAL_QUEUE_MAX || standard ? heap_new(struct signal) : NULL;
	if (!record && must_queue)
		return -EAGAIN;
	p->set |= SIGNAL_BIT(s->number);
	if (!record)
		return 0;
	*record = *s;
	record->node = (struct list_node){0};
	list_push_back(&p->queue, &record->node);
	p->count++;
	return 0;
}

static void forget(struct pending *p, struct signal *record)
{
	list_remove(&record->node);
	p->count--;
	heap_delete(record);
}

bool pending_take(struct pending *p, uint64_t mask, struct signal *s)
{
	uint64_t set = p->set & mask;
	struct signal *found = NULL;
	bool more = false;

	if (!set)
		return false;
	*s = (struct signal){.number = (uint32_t)__builtin_ctzll(set) + 1};
	list_for_each (at, &p->queue) {
		struct signal *record = list_entry(at, struct signal, node);

		if (record->number != s->number)
			continue;
		more = found;
		if (found)
			break;
		found = record;
	}
	if (!more)
		p->set &= ~SIGNAL_BIT(s->number);
	if (found) {
		*s = *found;
		forget(p, found);
	}
	return true;
}

void pending_drop(struct pending *p, uint64_t mask)
{
	struct list_node *next;

	p->set &= ~mask;
	for (struct list_node *at = list_first(&p->queue); at; at = next) {
		struct signal *record = list_entry(at, struct signal, node);

		next = list_next(&p->queue, at);
		if (mask & SIGNAL_BIT(record->number))
			forget(p, record);
	}
}

void pending_move(struct pending *to, struct pending *from)
{
	to->set |= from->set;
	to->count += from->count;
	for (struct list_node *node; (node = list_pop_front(&from->queue)) != NULL;)
		list_push_back(&to->queue, node);
	from->set = 0;
	from->count = 0;
}

enum signal_action signal_action(unsigned number, uint64_t ignored, uint64_t caught)
{
	uint64_t bit = SIGNAL_BIT(number);

	if (bit & SIGNALS_SURE)
		return number == SIGKILL ? SIGNAL_END : SIGNAL_STOP;
	if (caught & bit)
		return SIGNAL_CATCH;
	if ((ignored | SIGNALS_QUIET) & bit)
		return SIGNAL_IGNORE;
	return bit & SIGNALS_STOP ? SIGNAL_STOP : SIGNAL_END;
}
