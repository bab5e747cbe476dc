/* SPDX-License-Identifier: 0BSD */
/* set_up.c: what the objects of the fuzzer are bound to and configured with. */
#include "host/fuzz/ipc/things.h"

#include <abi/endpoint.h>
#include "mm/extent.h"
#include "obj/connection.h"

void put_connection(void)
{
	struct object *e = some_object(OBJ_ENDPOINT), *c = some_object(OBJ_CSPACE);
	struct endpoint *ep = container_of(e, struct endpoint, object);
	struct connection *conn;

	if (!e || !c || ep->dead)
		return;
	conn = connection_new(ep, rnd(1000));
	if (!conn)
		return;
	if (connection_land(conn, cspace_of_object(c), 0, 400, 0) < 0)
		connection_release(conn);
}

/* Binds a new Connection to thing I as one of its three. */
void bind_connection(unsigned i)
{
	cap_t kind[3] = {CAP_NONE, CAP_NONE, CAP_NONE};
	unsigned ep = some_thing(OBJ_ENDPOINT);

	if (!object(ep) || call(SYS_connect, OBJECT(ep), rnd(1000), CONNECTION_AT, CONNECTION_AT, 0, 0, 0) < 0)
		return;
	kind[rnd(2) ? 0 : rnd(3)] = CONNECTION_AT;
	call(SYS_thread_configure, OBJECT(i), CAP_NONE, CAP_NONE, CAP_NONE, kind[0], kind[1], kind[2]);
	while (slot_delete(at(CONNECTION_AT)))
		;
}

void bind_time(unsigned i)
{
	unsigned with = rnd(5) < 3 ? some_thing(OBJ_SCHED) : some_thing(OBJ_ENDPOINT);

	if (object(with))
		call(SYS_thread_configure, OBJECT(i), CAP_NONE, CAP_NONE, OBJECT(with), CAP_NONE, CAP_NONE, CAP_NONE);
}

static void bind_spaces(unsigned i)
{
	unsigned v = FIRST_SPACE + (unsigned)rnd(3), c = FIRST_TABLE + (unsigned)rnd(3);

	if (object(v) && object(c))
		call(SYS_thread_configure, OBJECT(i), OBJECT(c), OBJECT(v), CAP_NONE, CAP_NONE, CAP_NONE, CAP_NONE);
}

void start_thread(unsigned i)
{
	struct thread *t = world_thread(i);

	if (!t)
		return;
	if (t->state == THREAD_INACTIVE) {
		bind_spaces(i);
		if (!t->own && !t->serves)
			bind_time(i);
		if (!t->faults.connection && rnd(4))
			bind_connection(i);
		call(SYS_thread_set_priority, OBJECT(i), 1 + rnd(6), 255, 0, 0, 0, 0);
		call(SYS_thread_set_divert, OBJECT(i), 0x1000, PRIVATE_VA + 0xf000 + 256 * i, 0, 0, 0, 0);
		call(SYS_thread_start, OBJECT(i), 0x1000, 0x2000, 0, 0, 0, 0);
	} else if (!t->vspace || t->cspace->slots == 0) {
		bind_spaces(i);
	}
	call(SYS_thread_resume, OBJECT(i), 0, 0, 0, 0, 0, 0);
}

static void configure_sched(unsigned i)
{
	uint64_t budget = rnd(2) ? 0 : 10000 + rnd(200000);

	call(SYS_sched_configure, OBJECT(i), budget, budget + rnd(300000), rnd(3) ? 0 : 10000 + rnd(50000), 0, 0, 0);
}

static void configure_endpoint(unsigned i)
{
	unsigned sc = some_thing(OBJ_SCHED);

	call(SYS_endpoint_configure, OBJECT(i), rnd(3) ? 0 : ENDPOINT_UNBLOCK,
	     rnd(4) && object(sc) ? OBJECT(sc) : CAP_NONE, 1 + rnd(6), 0, 0, 0);
}

static void configure_event(unsigned i)
{
	unsigned ep = some_thing(OBJ_ENDPOINT);

	if (object(ep))
		call(SYS_event_configure, OBJECT(i), OBJECT(ep), rnd(100), 1 + rnd(6), 0, 0, 0);
}

static void set_timer(unsigned i)
{
	unsigned e = some_thing(OBJ_EVENT);

	call(SYS_timer_set, OBJECT(i), time_now() + rnd(100000), rnd(2) ? 0 : 10000 + rnd(100000),
	     object(e) ? OBJECT(e) : CAP_NONE, 1, 0, 0);
}

static void share_extent(unsigned i)
{
	struct slot *s = at(OBJECT(SHARED_EXTENT)), *to;

	if (s->type == OBJ_EXTENT && !cspace_slot_at(root, SHARED(i), &to))
		slot_copy(to, s, RIGHTS_ALL);
}

static void feed(unsigned i)
{
	struct slot *u = at(FEED(i));

	if (u->type != OBJ_UNTYPED)
		return;
	if (things[i].type == OBJ_CSPACE)
		while (call(SYS_cspace_feed, OBJECT(i), FEED(i), 0, 0, 0, 0, 0) == SYS_RESTART)
			;
	else
		feed_add(object_feeds(at(OBJECT(i))->object), at(OBJECT(i))->object, u);
}

void set_up(unsigned i)
{
	if (things[i].feed_log2)
		feed(i);
	switch (things[i].type) {
	case OBJ_VSPACE:
		share_extent(i - FIRST_SPACE);
		map_some(vspace_of_object(at(OBJECT(i))->object));
		break;
	case OBJ_THREAD:
		start_thread(i);
		break;
	case OBJ_SCHED:
		configure_sched(i);
		break;
	case OBJ_ENDPOINT:
		configure_endpoint(i);
		break;
	case OBJ_EVENT:
		configure_event(i);
		break;
	case OBJ_TIMER:
		set_timer(i);
		break;
	default:
		break;
	}
}
