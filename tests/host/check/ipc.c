/* SPDX-License-Identifier: 0BSD */
/* ipc.c: invariants of endpoints, priorities, SchedContexts and ready queues: whole lists and trees, by who knows all of
 * them. They hold whenever the kernel is left and at each cut.
 */
#include "host/check/all.h"

#include "ipc/inherit.h"
#include "ipc/sync.h"
#include "lib/assert.h"
#include "sched/sched.h"

void check_priority(const struct thread *t)
{
	if (t->state == THREAD_INACTIVE)
		return;
	KASSERT(t->priority == inherit_effective(t), "the effective priority is the highest of its parts");
	KASSERT(t->lock_priority == sync_queue_lent_priority(&t->locks), "the most urgent waiter lends its priority");
	KASSERT(t->call.state == MESSAGE_IDLE || t->call.queued.priority == t->priority,
		"a message has its sender's priority");
	KASSERT(t->fault.state == MESSAGE_IDLE || t->fault.queued.priority == t->priority,
		"a fault has its thread's priority");
}

/* ---- endpoints ---------------------------------------------------------------------------------
 */

static void check_queued(const struct endpoint *ep, const struct queued *q)
{
	const struct message *m = container_of(q, struct message, queued);

	KASSERT(q->node.key == 255u - q->priority, "the queue is ordered by priority");
	switch (q->kind) {
	case QUEUED_EVENT:
		KASSERT(container_of(q, struct event, queued)->endpoint == ep, "its Event's pulse");
		break;
	case QUEUED_DISCONNECT:
		KASSERT(container_of(q, struct connection, pulse)->home == ep &&
			    container_of(q, struct connection, pulse)->state == CONNECTION_DISCONNECTING,
			"its Connection's pulse");
		break;
	default:
		KASSERT(m->connection->home == ep, "its message");
		check_thread(m->sender);
	}
}

static void check_servers(const struct endpoint *ep)
{
	const struct tree_node *first = tree_first(&ep->queue);
	uint8_t lent = first ? (uint8_t)(255 - first->key) : 0;
	unsigned i = 0;

	list_for_each (node, &ep->servers) {
		const struct thread *t = list_entry(node, struct thread, serve_link);

		KASSERT(t->object.type == OBJ_THREAD && t->serves == ep, "threads serve");
		KASSERT(t->lent_priority == (i < SERVERS_MAX ? lent : 0),
			"the first of the queue lifts the first servers");
		i++;
	}
	KASSERT(i == ep->server_count, "servers are counted");
}

static void check_received(const struct endpoint *ep, const struct list *list)
{
	list_for_each (node, list) {
		const struct message *m = list_entry(node, struct message, link);

		KASSERT(m->state == MESSAGE_RECEIVED && m->connection->home == ep, "messages that were received here");
		check_thread(m->sender);
	}
}

static void check_starved(const struct endpoint *ep)
{
	KASSERT(tree_empty(&ep->starved) || !ep->reserve || ep->reserve->holder, "a free reserve is taken at once");
	KASSERT(tree_valid(&ep->starved), "who starves stands in a tree");
	for (const struct tree_node *n = tree_first(&ep->starved); n; n = tree_next(n)) {
		const struct thread *t = container_of(n, struct thread, starve_node);

		KASSERT(t->starved && t->serves == ep, "servers wait for the reserve");
		KASSERT(n->key == 255u - t->priority, "the most urgent goes on first");
	}
}

void check_endpoint(struct endpoint *ep)
{
	const struct receiver *r;
	const struct list_node *node;

	KASSERT(tree_valid(&ep->queue), "the queue is a tree");
	KASSERT(ep->dead || tree_empty(&ep->queue) || ep->receivers.next == &ep->receivers,
		"nobody waits for a message that is there");
	for (const struct tree_node *n = tree_first(&ep->queue); n; n = tree_next(n))
		check_queued(ep, container_of(n, struct queued, node));
	for (r = ep->receivers.next; r != &ep->receivers; r = r->next) {
		const struct thread *t = container_of(r, struct thread, receiver);

		KASSERT(t->state == THREAD_RECEIVE && r->next->prev == r, "receivers wait");
		KASSERT(!r->fast || !timeout_running(&t->timeout), "a fast receiver has no deadline");
	}
	for (node = list_first(&ep->moving); node; node = list_next(&ep->moving, node)) {
		const struct message *m = list_entry(node, struct message, link);

		KASSERT(m->moving && m->connection->home == ep &&
			    (m->state == MESSAGE_TRANSFER || m->state == MESSAGE_HELD),
			"messages that are being received here");
		check_thread(m->sender);
	}
	check_received(ep, &ep->received);
	check_received(ep, &ep->returning);
	check_servers(ep);
	check_starved(ep);
}

/* ---- time --------------------------------------------------------------------------------------
 */

void check_sched_context(const struct sched_context *sc)
{
	KASSERT(!sc->holder || sc->holder->time == sc, "a holder holds");
	KASSERT(!sc->owner || sc->owner->own == sc, "an owner owns");
	KASSERT(!sc->reserve_of || sc->reserve_of->reserve == sc, "a reserve is its endpoint's");
	KASSERT(!sc->charged_on || sc->charged_on->charging == sc, "who is charged is known");
	KASSERT(!sc->depleted || timeout_running(&sc->replenish), "what is used up comes back");
}

/* ---- processors --------------------------------------------------------------------------------
 */

static unsigned check_ready_list(const struct cpu *cpu, unsigned priority)
{
	const struct list *list = &cpu->ready.of[priority];
	unsigned count = 0;

	KASSERT(prio_map_test(&cpu->ready.map, priority) == !list_empty(list), "map and queues agree");
	for (const struct list_node *n = list_first(list); n; n = list_next(list, n), count++) {
		const struct thread *t = container_of(n, struct thread, ready_link);

		KASSERT(t->queued_ready && t->cpu == cpu && t->priority == priority,
			"a thread is in the queue of its CPU and priority");
		check_thread(t);
	}
	return count;
}

unsigned check_cpu(const struct cpu *cpu)
{
	unsigned count = 0;

	for (unsigned priority = 0; priority < PRIORITIES; priority++)
		count += check_ready_list(cpu, priority);
	KASSERT(!cpu->charging || cpu->charging->charged_on == cpu, "one CPU charges");
	KASSERT(tree_valid(&cpu->timers), "timeouts stand in a tree");
	if (cpu->current) {
		KASSERT(cpu->current->state == THREAD_READY && cpu->current->cpu == cpu,
			"the current thread runs here");
		check_thread(cpu->current);
	}
	return count;
}
