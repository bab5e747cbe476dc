/* SPDX-License-Identifier: 0BSD */
/* serve.c: the loop: receive, run the operation, answer.
 *
 * The common path is one call a message: reply_receive with the words of the answer, or with the pieces that the
 * operation put. A read of a few bytes that are at hand is answered without even a turn (ops->peek). Whatever else
 * happens (pulses, parked requests, answers that fail) leaves it and comes back by a plain receive.
 */
#include "srv/receive.h"
#include "srv/state.h"

#include <parley/syscall.h>

int64_t other_operation(struct srv_request *r)
{
	if (r->node->ops->message)
		return r->node->ops->message(r);
	return r->srv->message ? r->srv->message(r) : -ENOSYS;
}

static inline int64_t run(struct srv_request *r)
{
	switch (PROTO_PART(r->op)) {
	case PROTO_FILE:
		return file_operation(r);
	case PROTO_PATH:
		return path_operation(r);
	default:
		return r->open && r->open->flags & O_PATH ? -EBADF : other_operation(r);
	}
}

int64_t request_run(struct srv_request *r)
{
	r->out = r->in;
	return run(r);
}

/* ---- what was received ---- */

static inline __attribute__((always_inline)) int64_t take_message(struct srv_state *s, struct srv_request *r)
{
	uint64_t word0 = r->out.w[0];
	unsigned in_words = PROTO_INLINE(word0);
	uint64_t length = INFO_LENGTH(r->info);

	r->in = r->out;
	r->op = PROTO_OP(word0);
	r->flags = PROTO_FLAGS(word0);
	r->data_bytes = in_words ? in_words : length;
	r->done = r->tried = 0;
	r->before = 0;
	r->placed = false;
	r->open = open_find(s, r->cookie, &r->start);
	if (r->open)
		r->start = r->open->node;
	r->node = r->start;
	keep_serve(s->keep, r->id, 0, r->open);
	turn_begin(s->main, r);
	s->main->received_bytes = (uint32_t)(length < s->srv->receive_bytes ? length : s->srv->receive_bytes);
	if (!r->start)
		return -EIO;
	return in_words > PROTO_INLINE_MAX ? -EINVAL : 0;
}

static inline __attribute__((always_inline)) int64_t serve_message(struct srv_state *s, struct srv_request *r)
{
	int64_t status = take_message(s, r);

	return status < 0 ? status : run(r);
}

int64_t request_take(struct srv_state *s, struct srv_request *r) { return take_message(s, r); }

void request_blind(struct srv_state *s, struct srv_request *r)
{
	r->flags = 0;
	r->node = NULL;
	r->open = NULL;
	turn_begin(s->main, r);
}

/* A message that came with capabilities, or again. */
static int64_t serve_unusual(struct srv_state *s, struct srv_request *r)
{
	unsigned deliveries = INFO_DELIVERIES(r->info);

	r->caps = INFO_CAPS(r->info);
	memcpy(r->came, s->main->desc.landed, sizeof(r->came));
	return deliveries > 1 ? again_serve(s, r, deliveries) : serve_message(s, r);
}

/* Anything but an ordinary message: its status, or SRV_LATER if there is nothing to answer. */
static int64_t serve_other(struct srv_state *s, struct srv_request *r)
{
	struct srv_event *event;

	switch (INFO_KIND(r->info)) {
	case MESSAGE_SEND:
		return serve_unusual(s, r);
	case MESSAGE_CLOSE:
		request_blind(s, r);
		return open_end(s, r->cookie, STAMP_PID(r->who));
	case MESSAGE_PULSE:
		event = (struct srv_event *)r->cookie;
		event->handle(event, r->out.w[0]);
		break;
	case MESSAGE_DISCONNECT:
		open_disconnect(s, r->cookie, r->id);
		break;
	case MESSAGE_NOTICE:
		park_notice(s, r->id, r->out.w[0]);
		break;
	default:
		break;
	}
	return SRV_LATER;
}

/* What was received is not an ordinary message, for the first time, without capabilities. */
static __attribute__((noinline)) int64_t serve_rarely(struct srv_state *s, struct srv_request *r)
{
	int64_t status;

	if (r->info < 0)
		return SRV_LATER;
	if (!(r->info & (int64_t)INFO_ABANDONED))
		return serve_other(s, r);
	r->info &= ~(int64_t)INFO_ABANDONED;
	open_settle(s);
	status = serve_other(s, r);
	if (status != SRV_LATER)
		request_answer(r, status);
	request_drop_caps(r);
	park_sweep(s);
	return SRV_LATER;
}

/* ---- the loop ---- */

/* A read that needs no more than its open file: true, and the next message has been received. */
static inline bool serve_peek(struct srv_state *s, struct srv_request *r)
{
	struct srv_node *node;
	struct srv_open *open;
	int64_t status;

	if (r->out.w[0] != PROTO_WORD0(FILE_READ, PROTO_WANT_INLINE, 0))
		return false;
	open = open_find(s, r->cookie, &node);
	if (!open || !open->node->ops->peek)
		return false;
	keep_serve(s->keep, r->id, 0, open);
	status = file_peek(open, r->out.w);
	if (status == SRV_LATER)
		return false;
	reply_receive(s->endpoint, status, &r->received, os_accepts(&s->main->desc));
	return true;
}

/* The answer that reply_receive was given did not leave. */
static void answer_again(struct srv_state *s, struct srv_request *r, int64_t status, int64_t error)
{
	if (error == -EABSENT)
		park_absent(r, status);
	else if (turn_again(s->main, error))
		request_answer(r, status);
	else
		request_answer(r, error == -ENOMEM ? -ENFILE : -EIO);
}

static void receive(struct srv_state *s, struct srv_request *r)
{
	turn_begin(s->main, r);
	os_receive(s->endpoint, &r->received, os_accepts(&s->main->desc), DEADLINE_FOREVER);
}

/* The answer is words, whatever becomes of the turn. */
static bool is_words(const struct srv_turn *t, int64_t status)
{
	return status != SRV_LATER && status != -EABSENT && !t->desc.send_count && !t->desc.give_count &&
	       !t->once_count && !t->sent_bytes;
}

/* `r` has been served: what comes now is not the answer. False: there is no room to say so. */
static bool note_spent(struct srv_state *s, const struct srv_request *r)
{
	if (!s->keep)
		return true;
	keep_note(s->keep, r, KEEP_SPENT);
	return s->keep->served.id != r->id;
}

/* Not by reply_receive alone: nothing is to be answered, or others are to run as well. They come first where the
 * answer can wait in words: then it and the next message are one call. */
static __attribute__((noinline)) void answer_and_receive(struct srv_state *s, struct srv_request *r, int64_t status)
{
	uint64_t id = r->id;

	if (is_words(s->main, status) && note_spent(s, r)) {
		request_drop_caps(r);
		park_run(s);
		turn_begin(s->main, r);
		reply_receive(s->endpoint, status, &r->received, turn_desc(s->main));
		if (s->keep)
			keep_forget(s->keep, id);
		if (r->info < 0 && r->info != -EINTR)
			receive(s, r);
		return;
	}
	if (status != SRV_LATER)
		request_answer(r, status);
	else if (s->main->opened || s->main->once_count)
		turn_drop(s->main);
	request_drop_caps(r);
	park_run(s);
	receive(s, r);
}

void srv_serve(struct srv *srv)
{
	struct srv_state *s = srv->state;
	struct srv_turn *t = s->main;
	struct srv_request *r = &t->own;

	r->srv = srv;
	r->state = REQUEST_FRESH;
	receive(s, r);
	for (;;) {
		/* Deliveries 1, no capabilities, kind MESSAGE_SEND, nobody abandoned. */
		bool ordinary = (uint64_t)r->info >> INFO_DELIVERIES_SHIFT == 1;
		int64_t status;

		if (ordinary && serve_peek(s, r))
			continue;
		status = ordinary ? serve_message(s, r) : serve_rarely(s, r);

		if (status == SRV_LATER || status == -EABSENT || t->sent_bytes || !list_empty(&s->runnable)) {
			answer_and_receive(s, r, status);
			continue;
		}
		if (r->caps)
			request_drop_caps(r);
		if (status < 0)
			turn_drop(t);
		turn_seal(t);
		reply_receive(s->endpoint, status, &r->received, turn_desc(t));
		if (r->info < 0 && r->info != -EINTR) {
			answer_again(s, r, status, r->info);
			receive(s, r);
		} else if (t->opened || t->once_count) {
			if (t->desc.give_flags & GIVE_REARM)
				s->doubted = t->opened;
			turn_sent(t);
		}
	}
}
