/* SPDX-License-Identifier: 0BSD */
/* again.c: messages that come a second time, because the server that had them has died.
 *
 * What is known of one stands in the kept memory (keep.h): it waited, and goes on where it stood; its answer was made and
 * did not leave; or it was being served, and may be what killed the server. Only what has no second effect is done twice.
 */
#include "srv/state.h"

#include <proto/path_words.h>

#define DEATHS_MAX 2 /* servers that a message may take with it */

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

/* What may be served again though its table says ONCE. Opening without making anything is no more than looking, since the
 * open file of the first time is dropped; an open file's offset is what it was before. */
static bool is_harmless(const struct srv_request *r)
{
	if (r->op == PATH_OPEN)
		return !(PATH_OPEN_FLAGS(r->in.w[1]) & (O_CREAT | O_TRUNC));
	if (PROTO_PART(r->op) != PROTO_FILE)
		return false;
	return r->op == FILE_SEEK || r->op == FILE_READDIR || r->node->ops->repeats;
}

/* From where it stood. */
static void go_on(struct srv_state *s, struct srv_request *r, const struct keep_message *m)
{
	r->done = r->tried = s->keep->served.done = m->done;
	r->place = m->place;
	r->placed = m->placed;
	if (r->placed)
		keep_place(r);
}

/* A message that a server before this one was serving when it died: the answer, and what it gave, never left. */
static int64_t serve_interrupted(struct srv_state *s, struct srv_request *r, const struct keep_message *m)
{
	int64_t status = request_take(s, r);

	s->keep->served.deaths = m->deaths + 1;
	if (m->opened)
		open_drop(s, m->opened - 1);
	if (status < 0)
		return status;
	if (r->open)
		r->open->offset = s->keep->served.offset = m->offset;
	if (m->deaths + 1 >= DEATHS_MAX || !(may_repeat(r->op) || is_harmless(r)))
		return -EIO;
	r->before = m->id;
	go_on(s, r, m);
	return request_run(r);
}

static int64_t refuse(struct srv_state *s, struct srv_request *r)
{
	request_blind(s, r);
	return -EIO;
}

/* A message that comes again, with nothing known of it. */
static int64_t serve_unknown(struct srv_state *s, struct srv_request *r, unsigned deliveries)
{
	int64_t status;

	/* If records are kept, one that has none was not begun, or its record was cut short. */
	if (deliveries > DEATHS_MAX || (!s->keep && !may_repeat(PROTO_OP(r->out.w[0]))))
		return refuse(s, r);
	status = request_take(s, r);
	return status < 0 ? status : request_run(r);
}

int64_t again_serve(struct srv_state *s, struct srv_request *r, unsigned deliveries)
{
	struct keep_message m;
	int64_t status;

	if (!s->keep || !keep_find(s->keep, r->id, &m))
		return serve_unknown(s, r, deliveries);
	keep_forget(s->keep, m.id);
	if (m.state == KEEP_DIED)
		return serve_interrupted(s, r, &m);
	if (m.state == KEEP_SPENT)
		return refuse(s, r);
	status = request_take(s, r);
	if (status < 0)
		return status;
	go_on(s, r, &m);
	return request_run(r);
}
