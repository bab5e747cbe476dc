/* SPDX-License-Identifier: 0BSD */
/* world.c: construction, repair and end of the message fuzzer's objects. */
#include "host/fuzz/ipc/world.h"

#include <stdio.h>
#include <string.h>
#include <abi/endpoint.h>
#include <abi/errno.h>
#include <abi/memory.h>
#include <abi/message.h>
#include "api/lookup.h"
#include "api/table.h"
#include "host/check/all.h"
#include "host/fuzz/ipc/machine.h"
#include "lib/assert.h"
#include "mm/extent.h"
#include "obj/connection.h"
#include "obj/sched_context.h"
#include "obj/untyped.h"
#include "sched/sched.h"

#define rnd machine_random

/* Slots in no CSpace, as at boot. */
enum { OWN_UNTYPED, OWN_CSPACE, OWN_FEED, OWN_NEW, OWN_SLOTS };

#define OWN_PHYS  0x2000ull
#define OWN_BASE  0x100000ull
#define ROOT_BASE 0x400000ull
#define ROOT_LOG2 22

/* Slots of the root CSpace: the Untyped of all, three for each thing, the shared Extent's copies.
 */
#define ROOT	      0
#define MEMORY(i)     (1 + 3 * (i))
#define OBJECT(i)     (2 + 3 * (i))
#define FEED(i)	      (3 + 3 * (i))
#define THINGS	      array_len(things)
#define SHARED(i)     (200 + (i)) /* for address space I */
#define CONNECTION_AT 240

enum { FIRST_SPACE = THREADS, FIRST_TABLE = THREADS + 3, FIRST_EXTENT = THREADS + 6 };
#define SHARED_EXTENT (FIRST_EXTENT + 3)

static const struct {
	uint8_t type, log2, memory_log2, feed_log2;
} things[] = {
#define T4(...)                                                                                                        \
	{__VA_ARGS__}, {__VA_ARGS__}, {__VA_ARGS__}, { __VA_ARGS__ }
#define T3(...)                                                                                                        \
	{__VA_ARGS__}, {__VA_ARGS__}, { __VA_ARGS__ }
    T3(OBJ_THREAD, 12, 12, 0),	T3(OBJ_THREAD, 12, 12, 0), T3(OBJ_THREAD, 12, 12, 0),	 T3(OBJ_VSPACE, 13, 17, 16),
    T3(OBJ_CSPACE, 12, 15, 14), T4(OBJ_EXTENT, 16, 16, 0), T4(OBJ_ENDPOINT, 10, 13, 12), T4(OBJ_SCHED, 9, 12, 0),
    T4(OBJ_SCHED, 9, 12, 0),	T4(OBJ_EVENT, 8, 12, 0),   T3(OBJ_TIMER, 8, 12, 0),
};

static struct cspace *root;
static struct thread nobody; /* in whose name the root's calls are made */

static struct slot *own(unsigned i) { return (struct slot *)phys_to_virt(OWN_PHYS) + i; }

static struct slot *at(cap_t index) { return cspace_slot(root, index); }

/* The object of thing I, alive, or NULL. */
static struct object *object(unsigned i)
{
	const struct slot *s = at(OBJECT(i));

	return s->type == things[i].type && slot_has_object(s) && !s->object->dead && !s->object->dying ? s->object
													: NULL;
}

static unsigned some_thing(unsigned type)
{
	unsigned i;

	do
		i = (unsigned)rnd(THINGS);
	while (things[i].type != type);
	return i;
}

static struct object *some_object(unsigned type) { return object(some_thing(type)); }

struct thread *world_thread(unsigned n)
{
	struct object *obj = object(n);

	return obj ? container_of(obj, struct thread, object) : NULL;
}

cap_t world_slot(const struct cspace *cs, unsigned type)
{
	cap_t found[64], from = (cap_t)rnd(128);
	unsigned n = 0;

	for (cap_t i = from; n < array_len(found) && (i = cspace_used_from(cs, i)) < cs->slots; i++) {
		if (type == OBJ_NONE || cspace_slot(cs, i)->type == type)
			found[n++] = i;
	}
	for (cap_t i = 0; n < array_len(found) && (i = cspace_used_from(cs, i)) < from && i < cs->slots; i++) {
		if (type == OBJ_NONE || cspace_slot(cs, i)->type == type)
			found[n++] = i;
	}
	return n && rnd(64) ? found[rnd(n)] : (cap_t)rnd(160);
}

/* A call of nobody's that does not wait. */
static int64_t call(unsigned number, cap_t slot, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	struct slot *s;
	uint64_t arg[6] = {a, b, c, d, e, f};
	int64_t r = slot_lookup(&nobody, slot, syscall_table[number].type, 0, &s);

	return r ? r : syscall_table[number].handler(&nobody, s, arg);
}

/* ---- memory of address spaces
 * -------------------------------------------------------------------- */

static struct slot *extent_for(struct vspace *v, uint64_t va, uint64_t *base)
{
	for (unsigned i = 0; i < 3; i++) {
		if (object(FIRST_SPACE + i) != &v->object)
			continue;
		*base = va >= SHARED_VA ? SHARED_VA : PRIVATE_VA;
		return at(va >= SHARED_VA ? SHARED(i) : OBJECT(FIRST_EXTENT + i));
	}
	return NULL;
}

void world_map(struct vspace *v, uint64_t va)
{
	uint64_t base, progress = 0;
	struct slot *e = extent_for(v, va, &base);

	if (e && e->type == OBJ_EXTENT && va >= base && va - base < REGION_PAGES * PAGE_SIZE)
		extent_map(e, v, base, (va - base) / PAGE_SIZE, 1, PROT_READ | PROT_WRITE, &progress);
}

static void unmap_some(void)
{
	unsigned i = (unsigned)rnd(3);
	struct slot *e = at(rnd(2) ? SHARED(i) : OBJECT(FIRST_EXTENT + i));
	uint64_t progress = 0, first = rnd(REGION_PAGES), count = 1 + rnd(3);

	if (e->type == OBJ_EXTENT && first + count <= extent_pages(e))
		extent_unmap(e, first, count, &progress);
}

static void map_some(struct vspace *v)
{
	for (unsigned i = 0; i < REGION_PAGES; i++) {
		if (rnd(4))
			world_map(v, PRIVATE_VA + i * PAGE_SIZE);
		if (rnd(4))
			world_map(v, SHARED_VA + i * PAGE_SIZE);
	}
}

/* ---- setting things up
 * --------------------------------------------------------------------------- */

static void put_connection(void)
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
static void bind_connection(unsigned i)
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

static void bind_time(unsigned i)
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

static void start_thread(unsigned i)
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
		call(SYS_thread_set_priority, OBJECT(i), 1 + rnd(6), 0, 0, 0, 0, 0);
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

static void set_up(unsigned i)
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

/* ---- making and ending
 * --------------------------------------------------------------------------- */

static void make_in(struct slot *u, unsigned type, unsigned log2, cap_t index)
{
	struct slot *to;

	KASSERT(!cspace_slot_at(root, index, &to), "the root's slots are known");
	while (!untyped_make_step(u, type, log2, to))
		;
}

static void make(unsigned i)
{
	if (things[i].type == OBJ_EXTENT) {
		make_in(at(MEMORY(i)), OBJ_EXTENT, 16, OBJECT(i));
	} else {
		make_in(at(MEMORY(i)), things[i].type, things[i].log2, OBJECT(i));
		if (things[i].feed_log2)
			make_in(at(MEMORY(i)), OBJ_UNTYPED, things[i].feed_log2, FEED(i));
	}
	set_up(i);
}

/* What is left of thing I, or all of it, goes; when all is gone it is made anew. */
static void remake(unsigned i)
{
	if (slot_revoke(at(MEMORY(i))) || untyped_reset(at(MEMORY(i))))
		return;
	for (unsigned v = 0; i == SHARED_EXTENT && v < 3; v++)
		KASSERT(slot_empty(at(SHARED(v))), "copies go with their source");
	make(i);
}

static void gift(void)
{
	struct object *c = some_object(OBJ_CSPACE);
	struct slot *s = at(OBJECT(rnd(THINGS))), *to;
	cap_t index;

	if (!c || slot_copyable(s) || s->type == OBJ_EXTENT || cspace_of_object(c)->used > 100 ||
	    cspace_slot_free(cspace_of_object(c), 0, 400, &to, &index))
		return;
	slot_copy(to, s, rnd(8) ? RIGHTS_ALL : (uint8_t)rnd(256));
}

static void hurry(struct thread *t)
{
	if (t->state != THREAD_INACTIVE && t->state != THREAD_READY)
		thread_interrupt(t, -EINTR);
}

void world_repair(struct cpu *cpu, struct thread *t)
{
	unsigned i = (unsigned)rnd(THINGS);

	if (t)
		t->regs.vector = 240;
	nobody.cspace = root;
	if (slot_empty(at(OBJECT(i))) || (!object(i) && things[i].type != OBJ_EXTENT) || rnd(60) == 0) {
		remake(i);
		return;
	}
	switch (rnd(8)) {
	case 0:
	case 1:
		gift();
		break;
	case 2:
		put_connection();
		break;
	case 3:
	case 4:
		start_thread((unsigned)rnd(THREADS));
		break;
	case 5:
		unmap_some();
		break;
	case 6:
		set_up(i);
		break;
	default:
		i = (unsigned)rnd(THREADS);
		if (rnd(30) == 0)
			(void)slot_delete(at(OBJECT(some_thing(OBJ_ENDPOINT))));
		else if (rnd(4) == 0)
			bind_connection(i);
		else if (world_thread(i) && rnd(2))
			hurry(world_thread(i));
		else if (world_thread(i))
			bind_time(i);
	}
}

void world_device(void)
{
	struct object *e = some_object(OBJ_EVENT);

	if (e)
		event_signal(container_of(e, struct event, object), 1 + rnd(15));
}

static void own_untyped(struct slot *s, uint64_t base, unsigned size_log2)
{
	*s = (struct slot){.type = OBJ_UNTYPED, .rights = RIGHTS_ALL, .size_log2 = (uint8_t)size_log2};
	s->base = base;
	slot_root(s);
}

static const uint8_t order[] = {OBJ_EXTENT,   OBJ_CSPACE, OBJ_VSPACE, OBJ_SCHED,
				OBJ_ENDPOINT, OBJ_EVENT,  OBJ_TIMER,  OBJ_THREAD};

void world_begin(void)
{
	struct slot *to;

	host_memory_reset();
	memset(&nobody, 0, sizeof(nobody));
	nobody.object.type = OBJ_THREAD;
	for (unsigned i = 0; i < OWN_SLOTS; i++)
		*own(i) = (struct slot){0};
	own_untyped(own(OWN_UNTYPED), OWN_BASE, 20);
	while (!untyped_make_step(own(OWN_UNTYPED), OBJ_CSPACE, 13, own(OWN_CSPACE)))
		;
	untyped_make_step(own(OWN_UNTYPED), OBJ_UNTYPED, 16, own(OWN_FEED));
	root = cspace_of_object(own(OWN_CSPACE)->object);
	nobody.cspace = root;
	while (cspace_feed(root, own(OWN_FEED)))
		;
	own_untyped(own(OWN_NEW), ROOT_BASE, ROOT_LOG2);
	KASSERT(!cspace_slot_at(root, ROOT, &to), "the root CSpace is fed");
	slot_move(to, own(OWN_NEW));
	for (unsigned i = 0; i < THINGS; i++)
		make_in(at(ROOT), OBJ_UNTYPED, things[i].memory_log2, MEMORY(i));
	for (unsigned n = 0; n < array_len(order); n++) {
		for (unsigned i = 0; i < THINGS; i++) {
			if (things[i].type == order[n])
				make(i);
		}
	}
	for (unsigned i = 0; i < 60; i++)
		gift();
	for (unsigned i = 0; i < 24; i++)
		put_connection();
}

/* ---- checks
 * -------------------------------------------------------------------------------------- */

static void check_one(unsigned i)
{
	const struct slot *s = at(OBJECT(i));
	struct object *obj;

	if (s->type != things[i].type || !slot_has_object(s))
		return;
	obj = s->object;
	switch (s->type) {
	case OBJ_THREAD:
		check_thread(container_of(obj, struct thread, object));
		check_priority(container_of(obj, struct thread, object));
		break;
	case OBJ_ENDPOINT:
		check_endpoint(container_of(obj, struct endpoint, object));
		break;
	case OBJ_SCHED:
		check_sched_context(container_of(obj, struct sched_context, object));
		break;
	case OBJ_CSPACE:
		check_cspace(cspace_of_object(obj));
		break;
	default:
		break;
	}
}

/* Messages that lend SC are as many as it says, and lead from its owner (or a server on a reserve)
 * to its holder. */
static void check_lending(const struct sched_context *sc)
{
	unsigned lent = 0;

	for (unsigned i = 0; i < THREADS; i++) {
		const struct slot *s = at(OBJECT(i));
		const struct thread *t;

		if (s->type != OBJ_THREAD && s->type != OBJ_ZOMBIE)
			return; /* it may exist without us */
		t = container_of(s->object, struct thread, object);
		lent += (t->call.lent == sc) + (t->fault.lent == sc);
	}
	KASSERT(lent == (sc->reserve_of ? 0 : sc->lent_depth), "lent time counts its links");
	KASSERT(!lent || sc->holder, "lent time is held");
}

/* The capabilities to an Endpoint stand in one run. */
static void check_receive_caps(struct slot *s)
{
	const struct object *obj = s->object;
	const struct endpoint *ep = container_of(obj, struct endpoint, object);
	unsigned count = 0;

	while (slot_prev(s) && slot_prev(s)->type == OBJ_ENDPOINT && slot_prev(s)->object == obj)
		s = slot_prev(s);
	for (; s && s->type == OBJ_ENDPOINT && s->object == obj; s = slot_next(s))
		count += (s->rights & RIGHT_ENDPOINT_RECEIVE) != 0;
	KASSERT(count == ep->receive_caps || obj->dead, "receive rights are counted");
}

void world_check(void)
{
	for (unsigned i = 0; i < THINGS; i++) {
		check_one(i);
		if (at(OBJECT(i))->type == OBJ_SCHED)
			check_lending(container_of(at(OBJECT(i))->object, struct sched_context, object));
		if (at(OBJECT(i))->type == OBJ_ENDPOINT)
			check_receive_caps(at(OBJECT(i)));
	}
	for (uint32_t i = 0; i < cpu_count; i++)
		check_cpu(cpu_table[i]);
}

/* ---- the end
 * ------------------------------------------------------------------------------------- */

static bool revoked;

static void revoke_all(struct cpu *cpu, struct thread *t)
{
	if (t)
		t->regs.vector = 240;
	revoked = slot_revoke(at(ROOT)) == 0;
}

static bool machine_empty(void)
{
	bool ok = true;

	for (uint32_t i = 0; i < cpu_count; i++) {
		const struct cpu *cpu = cpu_table[i];

		ok = ok && !machine[i].user && !cpu->current && !cpu->loaded && !cpu->charging &&
		     !cpu->ready.map.summary && tree_empty(&cpu->timers);
	}
	return ok;
}

bool world_end(void)
{
	revoked = false;
	machine_noise = 0;
	for (unsigned tries = 0; !revoked; tries++) {
		KASSERT(tries < 100000, "each call makes progress");
		for (uint32_t i = 0; i < cpu_count; i++) {
			machine_choose(i);
			machine_enter(revoke_all);
			world_check();
		}
	}
	if (!machine_empty())
		return printf("\na CPU still has something\n"), false;
	if (untyped_reset(at(ROOT)))
		return printf("\nthe root cannot be reset\n"), false;
	for (uint64_t i = ROOT_BASE / PAGE_SIZE; i < (ROOT_BASE + (1ull << ROOT_LOG2)) / PAGE_SIZE; i++) {
		if (frame_at(i)->kind != FRAME_PLAIN)
			return printf("\nframe %lu is of kind %u\n", (unsigned long)i, frame_at(i)->kind), false;
	}
	return true;
}
