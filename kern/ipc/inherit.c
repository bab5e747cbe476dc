/* SPDX-License-Identifier: 0BSD */
/* inherit.c: effective priorities, passed on along chains of waiting threads. */
#include "ipc/inherit.h"

#include "debug/trace.h"
#include "ipc/sync.h"
#include "obj/sched_context.h"
#include "obj/thread.h"
#include "sched/sched.h"

/* Threads whose priority may have to change, bounded. */
struct worklist {
	struct thread *thread[INHERIT_MAX];
	unsigned count, done;
};

static void add(struct worklist *w, struct thread *t)
{
	if (t && w->count < INHERIT_MAX) w->thread[w->count++] = t;
}

/* Of the most urgent in QUEUE. */
static uint8_t first_priority(const struct tree *queue)
{
	struct tree_node *first = tree_first(queue);

	return first ? (uint8_t)(255 - first->key) : 0;
}

uint8_t inherit_effective(const struct thread *t)
{
	uint8_t own = max(t->base_priority, t->pulse_priority);
	const struct message *m = t->current ? t->current : t->incoming;
	uint8_t message = m ? m->queued.priority : 0;
	uint8_t lent = max(t->lent_priority, t->lock_priority);
	uint8_t working = max(own, message);
	uint8_t starving = t->time && t->time->reserve_of ? first_priority(&t->time->reserve_of->starved) : 0;

	lent = max(lent, starving);
	return max(working, lent);
}

static void lend_to_servers(struct worklist *w, struct endpoint *ep)
{
	uint8_t lent = first_priority(&ep->queue);
	struct list_node *node = list_first(&ep->servers);

	for (unsigned i = 0; node && i < SERVERS_MAX; i++, node = list_next(&ep->servers, node)) {
		struct thread *server = list_entry(node, struct thread, serve_link);

		if (server->lent_priority != lent) {
			server->lent_priority = lent;
			add(w, server);
		}
	}
}

/* M's sender has a new priority: M, or a notice about it, moves in its queue, and M takes its
 * server along. */
static void pass_on(struct worklist *w, struct message *m, uint8_t priority)
{
	if (m->state == MESSAGE_IDLE || m->queued.priority == priority) return;
	m->queued.priority = priority;
	if (tree_linked(&m->queued.node)) {
		tree_remove(&m->connection->home->queue, &m->queued.node);
		m->queued.node.key = 255u - priority;
		tree_reinsert(&m->connection->home->queue, &m->queued.node);
		lend_to_servers(w, m->connection->home);
	}
	if (m->state == MESSAGE_RECEIVED || m->state == MESSAGE_TRANSFER) add(w, m->server);
}

static void run(struct worklist *w)
{
	while (w->done < w->count) {
		struct thread *t = w->thread[w->done++];
		uint8_t priority = inherit_effective(t);

		if (priority == t->priority) continue;
		TRACE(INHERIT, thread_number(t), priority, w->done);
		sched_set_priority(t, priority);
		pass_on(w, &t->call, priority);
		pass_on(w, &t->fault, priority);
		if (t->state == THREAD_SYNC) add(w, sync_priority_changed(t));
	}
}

void inherit_update(struct thread *t)
{
	struct worklist w;

	w.count = w.done = 0; /* the rest is not looked at */
	add(&w, t);
	run(&w);
}

void inherit_endpoint(struct endpoint *ep)
{
	struct worklist w;

	w.count = w.done = 0;
	lend_to_servers(&w, ep);
	run(&w);
}
