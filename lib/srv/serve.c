/* SPDX-License-Identifier: 0BSD */
/* serve.c: the loop: receive, run the operation, answer; and what a server does before it.
 *
 * The common path is one call a message: reply_receive with the words of the answer, or with the pieces that the
 * operation put. Whatever else happens (pulses, parked requests, answers that fail) leaves it and comes back by a plain
 * receive.
 */
#include "srv/state.h"

#include <abi/endpoint.h>
#include <parley/syscall.h>
#include <proto/layout.h>

#define FIRST_CONNECTIONS 48
#define PULSE_PRIORITY	  64 /* of disconnect pulses */

/* Operations that must not be served a second time. */
#define OP(PROTOCOL, NAME, name, REPLAY, ...) [PROTOCOL##_##NAME - PROTOCOL##_OP_BASE] = REPLAY_##REPLAY,
enum { REPLAY_ONCE, REPLAY_AGAIN };
static const uint8_t path_replay[] = {
#include <proto/path.def>
};
static const uint8_t file_replay[] = {
#include <proto/file.def>
};
#undef OP

static bool may_repeat(uint32_t op)
{
	uint32_t number = op & 0xff;

	if (PROTO_PART(op) == PROTO_PATH)
		return number < sizeof(path_replay) && path_replay[number] == REPLAY_AGAIN;
	if (PROTO_PART(op) == PROTO_FILE)
		return number < sizeof(file_replay) && file_replay[number] == REPLAY_AGAIN;
	return false;
}

int64_t other_operation(struct srv_request *r)
{
	if (r->node->ops->message)
		return r->node->ops->message(r);
	return r->srv->message ? r->srv->message(r) : -ENOSYS;
}

int64_t request_run(struct srv_request *r)
{
	r->out = r->in;
	r->node = r->state == REQUEST_FRESH ? r->start : r->node;
	switch (PROTO_PART(r->op)) {
	case PROTO_FILE:
		return file_operation(r);
	case PROTO_PATH:
		return path_operation(r);
	default:
		return other_operation(r);
	}
}

/* ---- what was received ---- */

static int64_t serve_message(struct srv_state *s, struct os_received *got)
{
	struct srv_turn *t = s->main;
	struct srv_request *r = &t->own;
	unsigned in_words = PROTO_INLINE(got->words.w[0]);

	r->in = got->words;
	r->id = got->id;
	r->who = got->who;
	r->cred = got->cred;
	r->op = PROTO_OP(got->words.w[0]);
	r->flags = PROTO_FLAGS(got->words.w[0]);
	r->data_bytes = in_words ? in_words : INFO_LENGTH(got->info);
	r->done = 0;
	r->state = REQUEST_FRESH;
	r->open = open_find(s, got->cookie, &r->start);
	if (r->open)
		r->start = r->open->node;
	turn_begin(t, r);
	t->received_bytes = (uint32_t)min(INFO_LENGTH(got->info), (unsigned long long)s->srv->receive_bytes);
	r->node = r->start;
	if (!r->start)
		return -EIO;
	if (in_words > PROTO_INLINE_MAX)
		return -EINVAL;
	return request_run(r);
}

/* A message that came with capabilities, or again. */
static int64_t serve_unusual(struct srv_state *s, struct os_received *got)
{
	struct srv_request *r = &s->main->own;
	unsigned deliveries = INFO_DELIVERIES(got->info);

	r->caps = INFO_CAPS(got->info);
	memcpy(r->came, s->main->desc.landed, sizeof(r->came));
	if (deliveries > 1 && (deliveries > 2 || !may_repeat(PROTO_OP(got->words.w[0])))) {
		r->state = REQUEST_FRESH;
		r->flags = 0;
		r->id = got->id;
		turn_begin(s->main, r);
		return -EIO;
	}
	return serve_message(s, got);
}

/* Anything but an ordinary message: its status, or SRV_LATER if there is nothing to answer. */
static int64_t serve_other(struct srv_state *s, struct os_received *got)
{
	struct srv_request *r = &s->main->own;
	struct srv_node *node;
	struct srv_event *event;
	struct srv_open *open = open_find(s, got->cookie, &node);

	switch (INFO_KIND(got->info)) {
	case MESSAGE_SEND:
		return serve_unusual(s, got);
	case MESSAGE_CLOSE:
		r->state = REQUEST_FRESH;
		r->flags = 0;
		r->id = got->id;
		turn_begin(s->main, r);
		return open ? open_close(s, open, STAMP_PID(got->who)) : 0;
	case MESSAGE_PULSE:
		event = (struct srv_event *)got->cookie;
		event->handle(event, got->words.w[0]);
		break;
	case MESSAGE_DISCONNECT:
		open_disconnect(s, open, got->id);
		break;
	case MESSAGE_NOTICE:
		park_notice(s, got->id, got->words.w[0]);
		break;
	default:
		break;
	}
	return SRV_LATER;
}

static int64_t serve(struct srv_state *s, struct os_received *got)
{
	int64_t status;

	if ((uint64_t)got->info >> INFO_DELIVERIES_SHIFT == 1) /* an ordinary message, once, without capabilities */
		return serve_message(s, got);
	if (got->info < 0)
		return SRV_LATER;
	if (got->info & (int64_t)INFO_ABANDONED) {
		got->info &= ~(int64_t)INFO_ABANDONED;
		status = serve(s, got);
		if (status != SRV_LATER)
			request_answer(&s->main->own, status);
		request_drop_caps(&s->main->own);
		park_sweep(s);
		return SRV_LATER;
	}
	return serve_other(s, got);
}

/* ---- the loop ---- */

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

static void receive(struct srv_state *s, struct os_received *got)
{
	turn_begin(s->main, &s->main->own);
	os_receive(s->endpoint, got, &s->main->desc, DEADLINE_FOREVER);
}

void srv_serve(struct srv *srv)
{
	struct srv_state *s = srv->state;
	struct srv_turn *t = s->main;
	struct srv_request *r = &t->own;
	struct os_received got;

	r->srv = srv;
	receive(s, &got);
	for (;;) {
		int64_t status = serve(s, &got);

		if (status == SRV_LATER || t->sent_bytes || !list_empty(&s->runnable)) {
			if (status != SRV_LATER)
				request_answer(r, status);
			else if (t->opened || t->once_count)
				turn_drop(t);
			request_drop_caps(r);
			park_run(s);
			receive(s, &got);
			continue;
		}
		if (r->caps)
			request_drop_caps(r);
		if (status < 0)
			turn_drop(t);
		turn_seal(t);
		got.words = r->out;
		got.id = r->id;
		os_reply_receive(s->endpoint, status, &got, &t->desc, DEADLINE_FOREVER);
		if (got.info < 0 && got.info != -EINTR) {
			answer_again(s, r, status, got.info);
			receive(s, &got);
		} else if (t->opened || t->once_count) {
			turn_sent(t);
		}
	}
}

/* ---- the start ---- */

static void set_default(uint32_t *limit, uint32_t value)
{
	if (!*limit)
		*limit = value;
}

static struct srv_turn *new_turn(void)
{
	struct srv_turn *t = sys_memory(align_up(sizeof(*t), 4096) + TEXT_BYTES + PATH_TEXT_MAX + SCRATCH_BYTES);

	if (t) {
		t->text = (char *)t + align_up(sizeof(*t), 4096);
		t->work = t->text + TEXT_BYTES;
		t->scratch = t->work + PATH_TEXT_MAX;
	}
	return t;
}

/* The endpoint that whoever started us keeps, or one of our own. Without the MANAGE right it is configured already. */
static int take_endpoint(struct srv_state *s)
{
	struct os_words out;
	int error = 0;

	s->endpoint = SLOT_ENDPOINT;
	if (os_cspace_info(CAP_SELF_CSPACE, SLOT_ENDPOINT, &out) < 0)
		error = sys_endpoint(FIRST_CONNECTIONS, SLOT_ENDPOINT);
	else
		s->mounted = true;
	if (error == 0)
		os_endpoint_configure(s->endpoint, ENDPOINT_UNBLOCK, CAP_NONE, PULSE_PRIORITY);
	return error;
}

/* Passive from now on: clients lend us their time. Should that be refused we serve on our own. */
static void become_passive(struct srv_state *s)
{
	os_thread_configure(CAP_SELF_THREAD, CAP_NONE, CAP_NONE, s->endpoint, CAP_NONE, CAP_NONE, CAP_NONE);
}

int srv_start(struct srv *srv)
{
	struct srv_state *s = sys_memory(align_up(sizeof(*s), 4096));
	int error;

	if (!s)
		return -ENOMEM;
	set_default(&srv->opens_max, 1024);
	set_default(&srv->parked_max, 256);
	set_default(&srv->locks_max, 512);
	set_default(&srv->receive_bytes, 512);
	s->srv = srv;
	s->unix_server = CAP_NONE;
	list_init(&s->locks_free);
	park_begin(s);
	open_begin(s);
	s->main = new_turn();
	s->spare = new_turn();
	if (!s->opens || !s->main || !s->spare)
		return -ENOMEM;
	error = take_endpoint(s);
	if (error < 0)
		return error;
	srv->state = s;
	return 0;
}

/* A Connection of our own for a mount. */
static int connect_mount(struct srv_state *s, struct srv_mount *mount)
{
	struct os_words out;
	int64_t r = os_connect(s->endpoint, s->mount_count, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX, 0, &out);

	if (r == -ENOMEM && open_grow(s) == 0)
		r = os_connect(s->endpoint, s->mount_count, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX, 0, &out);
	if (r < 0)
		return (int)r;
	mount->root = (cap_t)r;
	return 0;
}

static int add_mount(struct srv_state *s, struct srv_mount *mount)
{
	if (s->mount_count == MOUNTS_MAX)
		return -ENOSPC;
	s->mounts[s->mount_count++] = mount;
	node_use(mount->node);
	return 0;
}

int srv_mount(struct srv *srv, struct srv_mount *mount)
{
	struct srv_state *s = srv->state;
	int64_t r = connect_mount(s, mount);

	if (r == 0)
		r = add_mount(s, mount);
	if (r < 0 || !mount->prefix)
		return (int)r;
	r = sys_mount(mount->prefix, mount->root,
		      NS_MOUNT_SYNTHETIC | (S_ISDIR(mount->node->mode) ? 0 : NS_MOUNT_FILE));
	if (r < 0)
		return (int)r;
	mount->number = (uint32_t)r;
	return 0;
}

int srv_run(struct srv *srv)
{
	int error = srv_start(srv);

	for (unsigned i = 0; error == 0 && i < srv->mount_count; i++)
		error = srv->state->mounted ? add_mount(srv->state, &srv->mounts[i]) : srv_mount(srv, &srv->mounts[i]);
	if (error < 0)
		return error;
	sys_ready();
	become_passive(srv->state);
	srv_serve(srv);
}

uint64_t srv_walker(const struct srv *srv) { return srv->state->walker; }
