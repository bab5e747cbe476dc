/* SPDX-License-Identifier: 0BSD */
/* park.c: requests that wait.
 *
 * A parked request stands in the list of all, so that notices and sweeps find it, and by `link` in what it waits for:
 * its node's list (a poll bit), the server's (kept), or that of the runnable ones. Running it again calls the operation
 * from the beginning; `done` is what it remembers. While it is parked its node is used; its open file is in use by the
 * message.
 */
#include "srv/state.h"

#include <parley/heap.h>
#include <parley/syscall.h>

void park_begin(struct srv_state *s)
{
	list_init(&s->parked);
	list_init(&s->parked_free);
	list_init(&s->runnable);
}

/* One user shall not have it all. */
static bool has_share(struct srv_state *s, const struct srv_request *r)
{
	uint32_t theirs = 0;

	if (s->parked_count < s->srv->parked_max / 2)
		return true;
	list_for_each (node, &s->parked)
		theirs += list_entry(node, struct srv_request, all)->cred == r->cred;
	return s->parked_count < s->srv->parked_max && theirs < s->srv->parked_max / 2;
}

/* Where it stands, for the server after this one. */
static void note(const struct srv_request *p, enum keep_state state)
{
	if (p->srv->keep)
		keep_note(p->srv->keep, p, state);
}

/* The node that `p` works on is used while it is parked. Run again, a path may have led to another one. */
static void hold_node(struct srv_request *p, struct srv_node *node)
{
	struct srv_node *held = p->held;

	p->held = node;
	if (node)
		node_use(node);
	if (held)
		node_unuse(held);
}

/* The parked copy of a request: itself if it is one. NULL: no room. */
static struct srv_request *park(struct srv_request *r)
{
	struct srv_state *s = state_of(r);
	struct list_node *node;
	struct srv_request *p;

	if (r->state != REQUEST_FRESH) {
		hold_node(r, r->node);
		return r;
	}
	if (!has_share(s, r))
		return NULL;
	node = list_pop_front(&s->parked_free);
	p = node ? list_entry(node, struct srv_request, all) : os_alloc(sizeof(*p));
	if (!p)
		return NULL;
	*p = *r;
	p->turn = NULL;
	p->link.next = NULL;
	r->caps = 0; /* they are the copy's */
	list_push_back(&s->parked, &p->all);
	s->parked_count++;
	p->held = NULL;
	hold_node(p, p->node);
	return p;
}

static void forget_saved(struct srv_request *p)
{
	struct srv_saved *saved = p->saved;

	if (!saved)
		return;
	for (uint32_t i = 0; i < saved->once_count; i++)
		os_cspace_delete(CAP_SELF_CSPACE, saved->once[i]);
	os_free(saved, sizeof(*saved) + saved->bytes);
	p->saved = NULL;
}

/* `p` was answered, or its sender has gone. */
static void unpark(struct srv_request *p)
{
	struct srv_state *s = state_of(p);

	if (s->keep)
		keep_forget(s->keep, p->id);
	forget_saved(p);
	request_drop_caps(p);
	if (list_linked(&p->link) && p->state != REQUEST_KEPT)
		list_remove(&p->link);
	list_remove(&p->all);
	list_push_back(&s->parked_free, &p->all);
	s->parked_count--;
	hold_node(p, NULL);
}

static void end_turn(struct srv_request *r)
{
	if (r->turn)
		turn_end(r->turn);
}

void request_answer(struct srv_request *r, int64_t status)
{
	struct srv_state *s = state_of(r);
	int64_t error;

	if (!r->turn)
		turn_begin(s->spare, r);
	if (status < 0)
		turn_drop(r->turn);
	/* A page that the operation wanted to read, or one that the answer is to be written to. */
	error = status == -EABSENT ? -EABSENT : turn_reply(r->turn, status);
	if (error == -EABSENT) {
		park_absent(r, status);
		return;
	}
	turn_sent(r->turn);
	end_turn(r);
	if (r->state != REQUEST_FRESH)
		unpark(r);
}

/* ---- waiting for a poll bit; kept by the server ---- */

int64_t srv_wait(struct srv_request *r, uint32_t bit)
{
	return r->open && r->open->flags & O_NONBLOCK ? -EAGAIN : park_wait(r, bit);
}

int64_t park_wait(struct srv_request *r, uint32_t bit)
{
	struct srv_request *p = park(r);

	if (!p)
		return -EAGAIN;
	note(p, KEEP_WAITS);
	p->bit = bit;
	p->state = REQUEST_WAITING;
	list_push_back(&r->node->waiting, &p->link);
	return SRV_LATER;
}

int64_t srv_keep(struct srv_request *r, struct srv_request **out)
{
	struct srv_request *p = park(r);

	if (!p)
		return -EAGAIN;
	note(p, KEEP_SPENT);
	p->state = REQUEST_KEPT;
	*out = p;
	return SRV_LATER;
}

void srv_finish(struct srv_request *kept, int64_t status) { request_answer(kept, status); }

static void make_runnable(struct srv_state *s, struct srv_request *p)
{
	if (list_linked(&p->link))
		list_remove(&p->link);
	p->state = REQUEST_RUNNABLE;
	list_push_back(&s->runnable, &p->link);
}

void park_wake(struct srv_state *s, struct srv_node *node, struct srv_open *open, uint32_t bits)
{
	struct list_node *at = node->waiting.head.next;

	while (at != &node->waiting.head) {
		struct srv_request *p = list_entry(at, struct srv_request, link);

		at = at->next;
		if (p->bit & bits && (!open || p->open == open))
			make_runnable(s, p);
	}
}

static void tell(struct srv_state *s, struct srv_open *open, uint32_t before, uint32_t now)
{
	if (open->connection && before != now)
		os_set_ready(s->endpoint, open->connection, now & ~before, before & ~now);
}

void srv_ready(struct srv *srv, struct srv_node *node, uint32_t set, uint32_t clear)
{
	uint32_t before = node->ready;

	node->ready = (before & ~clear) | set;
	if (!srv->state)
		return;
	if (node->ready != before) {
		list_for_each (at, &node->opens) {
			struct srv_open *open = list_entry(at, struct srv_open, beside);

			tell(srv->state, open, before | open->ready, node->ready | open->ready);
		}
	}
	if (set)
		park_wake(srv->state, node, NULL, set);
}

void srv_ready_open(struct srv *srv, struct srv_open *open, uint32_t set, uint32_t clear)
{
	uint32_t before = open->ready, of_node = open->node->ready;

	open->ready = (before & ~clear) | set;
	tell(srv->state, open, before | of_node, open->ready | of_node);
	if (set)
		park_wake(srv->state, open->node, open, set);
}

/* ---- absent pages ---- */

/* A stream's answer, which cannot be made a second time. */
static struct srv_saved *save(struct srv_turn *t, int64_t status)
{
	uint64_t bytes = t->put_bytes - t->sent_bytes, at = 0;
	struct srv_saved *saved = bytes > STREAM_MAX ? NULL : os_alloc(sizeof(*saved) + bytes);

	if (!saved)
		return NULL;
	saved->status = status;
	saved->bytes = bytes;
	for (unsigned i = 0; i < t->desc.send_count; i++) {
		const struct message_piece *p = &t->desc.piece[i];

		memcpy(saved->data + at, (const void *)p->address, p->length_bytes);
		at += p->length_bytes;
	}
	saved->give_count = t->desc.give_count;
	memcpy(saved->give, t->desc.give, sizeof(saved->give));
	saved->once_count = t->once_count;
	memcpy(saved->once, t->once, sizeof(saved->once));
	t->once_count = 0;
	return saved;
}

void park_absent(struct srv_request *r, int64_t status)
{
	struct srv_turn *t = r->turn;
	bool keep =
	    status >= 0 && !t->opened && (r->saved || r->state == REQUEST_KEPT || (r->node && is_stream(r->node)));
	struct srv_saved *saved = r->saved;
	struct srv_request *p;

	if (keep && !saved)
		saved = save(t, status);
	if (!saved && r->op == (FILE_READ) && r->open)
		r->open->offset = t->offset_before;
	if (r->done != r->tried) {
		r->tried = r->done;
		r->tries = 0;
	}
	p = (keep && !saved) || r->tries >= TRIES_MAX ? NULL : park(r);
	turn_drop(t);
	if (!p) {
		turn_reply(t, -EFAULT);
		end_turn(r);
		r->saved = saved;
		if (r->state == REQUEST_FRESH)
			forget_saved(r);
		else
			unpark(r);
		return;
	}
	end_turn(r);
	if (list_linked(&p->link) && p->state != REQUEST_KEPT)
		list_remove(&p->link);
	note(p, saved ? KEEP_SPENT : KEEP_WAITS);
	p->saved = saved;
	p->tries++;
	p->state = saved ? REQUEST_SAVED : REQUEST_ABSENT;
	p->link.next = NULL;
}

static void answer_saved(struct srv_state *s, struct srv_request *p)
{
	struct srv_saved *saved = p->saved;
	struct srv_turn *t = s->main;

	turn_begin(t, p);
	t->room_bytes = saved->bytes;
	t->desc.piece[1] = t->desc.piece[0];
	t->desc.piece[0] = (struct message_piece){(uint64_t)saved->data, saved->bytes};
	t->desc.send_count = 1;
	t->put_bytes = saved->bytes;
	t->desc.give_count = (uint8_t)saved->give_count;
	memcpy(t->desc.give, saved->give, sizeof(saved->give));
	request_answer(p, saved->status);
}

void park_run(struct srv_state *s)
{
	struct list_node *node;

	while ((node = list_pop_front(&s->runnable))) {
		struct srv_request *p = list_entry(node, struct srv_request, link);
		int64_t status;

		if (p->saved) {
			answer_saved(s, p);
			continue;
		}
		turn_begin(s->main, p);
		keep_serve(s->keep, p->id, p->done, p->open);
		status = request_run(p);
		if (status != SRV_LATER) {
			request_answer(p, status);
			continue;
		}
		turn_drop(s->main);
		turn_end(s->main);
	}
}

/* ---- notices ---- */

static void unblock(struct srv_request *p)
{
	int64_t status = p->done ? (int64_t)p->done : -EINTR;

	if (p->state == REQUEST_KEPT) {
		const struct srv_ops *ops = p->node ? p->node->ops : NULL;

		if (ops && ops->unblock)
			status = ops->unblock(p);
		if (status == SRV_LATER)
			return;
	}
	request_answer(p, status);
}

void park_notice(struct srv_state *s, uint64_t id, uint64_t bits)
{
	list_for_each (node, &s->parked) {
		struct srv_request *p = list_entry(node, struct srv_request, all);

		if (p->id != id)
			continue;
		if (bits & NOTICE_RETRY && (p->state == REQUEST_ABSENT || p->state == REQUEST_SAVED))
			make_runnable(s, p);
		else if (bits & NOTICE_UNBLOCK)
			unblock(p);
		return;
	}
}

static bool has_gone(struct srv_state *s, const struct srv_request *p)
{
	struct message_desc nothing = {0};

	return os_msg_read(s->endpoint, p->id, 0, (uint64_t)&nothing) == -ESRCH;
}

void park_sweep(struct srv_state *s)
{
	struct list_node *at = s->parked.head.next;

	while (at != &s->parked.head) {
		struct srv_request *p = list_entry(at, struct srv_request, all);

		at = at->next;
		if (!has_gone(s, p))
			continue;
		if (p->state == REQUEST_KEPT && p->node && p->node->ops->unblock)
			p->node->ops->unblock(p);
		unpark(p);
	}
}
