/* SPDX-License-Identifier: 0BSD */
/* collect.c: sockets that nobody can reach any more.
 *
 * A descriptor that was passed and not yet received is held by the queue that it lies in. Such queues may hold each other in a
 * ring, with no client left to receive from any of them. This is found when it comes about: a ring is lost by the loss of one
 * thing, of the last client of a socket, or of one that held it; and whatever is lost with it can be reached from it.
 *
 * 1. All orphans that can be reached from the socket are found, and of each how many hold it from among them.
 * 2. What somebody else holds can be reached, and all that can be reached from there.
 * 3. The rest loses what travels in its queues.
 *
 * Each step looks at each queue of those that were found once: so at no more than QUEUE_CAPS_MAX capabilities, in the
 * blocks of their queues, QUEUE_BLOCKS_MAX each, and at the sockets that wait at those that listen.
 */
#include "collect.h"
#include "server.h"
#include "socket_data.h"

struct search {
	struct socket *first, **found_end;   /* step 1 */
	struct socket *start, **reached_end; /* step 2 */
};

typedef void visit_fn(struct search *search, struct socket *to);

static struct srv_open *open_of(struct socket *s)
{
	return list_entry(list_first(&s->node.opens), struct srv_open, beside);
}

static void look(struct search *search, const struct queue *q, visit_fn *visit)
{
	unsigned left = q->caps;

	for (const struct block *b = q->head; left; b = b->next) {
		left -= b->caps;
		for (unsigned i = 0; i < b->caps; i++) {
			struct srv_open *open =
			    b->cap[i] & QUEUE_HELD ? srv_held(&unix_server, b->cap[i] & ~QUEUE_HELD) : NULL;
			struct socket *to = open && open->orphan ? socket_of(open->node) : NULL;

			if (to)
				visit(search, to);
		}
	}
}

/* All sockets that lie in what can be received from `s`, or from those that wait at it. */
static void each_held(struct search *search, struct socket *s, visit_fn *visit)
{
	look(search, &s->queue, visit);
	list_for_each (node, &s->pending)
		look(search, &list_entry(node, struct socket, waiting)->queue, visit);
}

static void find(struct search *search, struct socket *to)
{
	to->inner++;
	if (to->is_found)
		return;
	to->is_found = true;
	to->found = NULL;
	*search->found_end = to;
	search->found_end = &to->found;
}

static void reach(struct search *search, struct socket *to)
{
	if (to->is_reached)
		return;
	to->is_reached = true;
	to->reached = NULL;
	*search->reached_end = to;
	search->reached_end = &to->reached;
}

static void lose(struct socket *s)
{
	queue_drop_caps(&s->queue);
	list_for_each (node, &s->pending)
		queue_drop_caps(&list_entry(node, struct socket, waiting)->queue);
}

void collect_from(struct socket *orphan)
{
	struct search search = {.found_end = &search.first, .reached_end = &search.start};
	struct socket *s;

	find(&search, orphan);
	orphan->inner--; /* nobody holds it by that */
	for (s = search.first; s; s = s->found)
		each_held(&search, s, find);
	for (s = search.first; s; s = s->found)
		if (open_of(s)->held > s->inner)
			reach(&search, s);
	for (s = search.start; s; s = s->reached)
		each_held(&search, s, reach);
	for (s = search.first; s; s = s->found) {
		if (!s->is_reached)
			lose(s);
		s->is_found = s->is_reached = false;
		s->inner = 0;
	}
}
