/* SPDX-License-Identifier: 0BSD */
/* world.c: the beginning of the message fuzzer's world, what happens to it at random, and its end. */
#include "host/fuzz/ipc/things.h"

#include <stdio.h>
#include <string.h>
#include <abi/errno.h>
#include "lib/assert.h"
#include "obj/connection.h"
#include "obj/untyped.h"

/* Slots in no CSpace, as at boot. */
enum { OWN_UNTYPED, OWN_CSPACE, OWN_FEED, OWN_NEW, OWN_SLOTS };

#define OWN_PHYS  0x2000ull
#define OWN_BASE  0x100000ull
#define ROOT_BASE 0x400000ull
#define ROOT_LOG2 22

static struct slot *own(unsigned i) { return (struct slot *)phys_to_virt(OWN_PHYS) + i; }

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
