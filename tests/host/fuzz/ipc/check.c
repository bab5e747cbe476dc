/* SPDX-License-Identifier: 0BSD */
/* check.c: the invariants of the whole world, over the kernel's own checks. */
#include "host/fuzz/ipc/things.h"

#include "host/check/all.h"
#include "lib/assert.h"
#include "obj/sched_context.h"

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
