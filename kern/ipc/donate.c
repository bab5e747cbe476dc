/* SPDX-License-Identifier: 0BSD */
/* donate.c: lending time along messages. */
#include "ipc/donate.h"

#include "ipc/inherit.h"
#include "lib/assert.h"
#include "obj/sched_context.h"
#include "obj/thread.h"
#include "sched/sched.h"

static void hold(struct thread *t, struct sched_context *sc)
{
	KASSERT(!t->time && !sc->holder, "time has one holder and a thread one time");
	t->time = sc;
	sc->holder = t;
	if (t->cpu->current == t) t->cpu->resched = true; /* it is charged from now on: kernel_exit sees to it */
}

static struct sched_context *release(struct thread *t)
{
	struct sched_context *sc = t->time;

	t->time = NULL;
	sc->holder = NULL;
	return sc;
}

bool donate_feed_starved(struct endpoint *ep)
{
	struct tree_node *first = tree_first(&ep->starved);
	struct thread *t;

	if (!first) return false;
	t = tree_entry(first, struct thread, starve_node);
	tree_remove(&ep->starved, first);
	t->starved = false;
	sched_ready(t);
	return true;
}

static bool holds_reserve(const struct thread *t) { return t->time && t->time->reserve_of; }

/* T gives up the reserve that it runs on, and what those who wait for it lent. */
static __attribute__((noinline)) void reserve_release(struct thread *t)
{
	if (donate_feed_starved(release(t)->reserve_of)) inherit_update(t);
}

/* The first of those who starve at EP may have changed: whoever holds the reserve is as urgent. */
static void lift_holder(struct endpoint *ep)
{
	if (ep->reserve && ep->reserve->holder) inherit_update(ep->reserve->holder);
}

void donate_lend(struct message *m)
{
	struct thread *from = m->sender;
	struct thread *to = m->server;

	if (to->own || !from->time || from->time->lent_depth >= LEND_DEPTH_MAX) return;
	if (from->time->depleted && to->serves && to->serves->reserve)
		return; /* the reserve is better; without one TO waits with its client for the
			   budget */
	if (holds_reserve(to)) reserve_release(to);
	if (to->time) return;
	m->lent = release(from);
	m->lent->lent_depth++;
	hold(to, m->lent);
}

/* Follows SC from M to its holder and forgets that the messages on the way lent it. */
static void unlend_chain(struct message *m, struct sched_context *sc)
{
	for (unsigned i = 0; i <= LEND_DEPTH_MAX && m && m->lent == sc; i++) {
		struct thread *server = m->server;

		m->lent = NULL;
		sc->lent_depth--;
		if (!server || sc->holder == server) return;
		m = server->call.lent == sc ? &server->call : &server->fault;
	}
}

void donate_return(struct message *m)
{
	struct sched_context *sc = m->lent;
	struct thread *holder;

	if (!sc) return;
	holder = sc->holder;
	unlend_chain(m, sc);
	if (holder) release(holder);
	if (!m->sender->time) hold(m->sender, sc);
	if (holder && holder != m->server) sched_retime(holder);
}

static __attribute__((noinline)) bool wait_for_reserve(struct thread *t)
{
	if (!t->starved) {
		t->starved = true;
		tree_insert(&t->serves->starved, &t->starve_node, 255u - t->priority);
		lift_holder(t->serves);
	}
	return false;
}

void donate_wait_anew(struct thread *t)
{
	tree_remove(&t->serves->starved, &t->starve_node);
	t->starve_node.key = 255u - t->priority;
	tree_reinsert(&t->serves->starved, &t->starve_node);
	lift_holder(t->serves);
}

bool donate_find_time(struct thread *t)
{
	struct sched_context *reserve;

	if (!t->time && t->own && !t->own->holder) hold(t, t->own);
	if (t->time) return sched_context_usable(t->time);
	if (!t->serves) return false;
	reserve = t->serves->reserve;
	if (!reserve || reserve->holder) return wait_for_reserve(t);
	hold(t, reserve);
	return sched_context_usable(reserve);
}

static __attribute__((noinline)) void starve_no_more(struct thread *t)
{
	t->starved = false;
	tree_remove(&t->serves->starved, &t->starve_node);
	lift_holder(t->serves);
}

void donate_stop_waiting(struct thread *t)
{
	if (holds_reserve(t))
		reserve_release(t);
	else if (t->starved)
		starve_no_more(t);
}

static struct message *work_of(const struct thread *t) { return t->current ? t->current : t->incoming; }

/* The message that brought T the time that it holds, or NULL. */
static struct message *lending_message(const struct thread *t)
{
	struct message *m = work_of(t);

	return m && m->lent && m->lent == t->time ? m : NULL;
}

void donate_exhausted(struct thread *t)
{
	struct message *m = lending_message(t);

	/* Back one link only: the lender itself is blocked and holds it, depleted, until it is
	 * answered. */
	if (m) {
		release(t);
		m->lent->lent_depth--;
		hold(m->sender, m->lent);
		m->lent = NULL;
	}
}

void donate_drop(struct thread *t)
{
	donate_stop_waiting(t);
	if (t->time) release(t);
}

void donate_leave(struct thread *t)
{
	struct message *m = lending_message(t);

	if (m) donate_return(m);
	donate_drop(t);
	if (t->own) {
		t->own->owner = NULL;
		t->own = NULL;
	}
}

void donate_forget(struct sched_context *sc)
{
	struct thread *t = sc->holder;

	if (sc->owner) sc->owner->own = NULL;
	if (sc->reserve_of) {
		sc->reserve_of->reserve = NULL;
		sc->lent_depth = 0;
	}
	sc->owner = NULL;
	sc->reserve_of = NULL;
	if (t) {
		/* Along all messages that lent it, back to its owner. */
		for (struct message *m = work_of(t); m && m->lent == sc; m = work_of(m->sender)) m->lent = NULL;
		release(t);
		inherit_update(t);
		sched_retime(t); /* SC is nobody's any more: it is not found again */
	}
}
