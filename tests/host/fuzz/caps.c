/* SPDX-License-Identifier: 0BSD */
/* caps.c: random operations on capabilities, with the invariant checker after each.
 *
 * Several simulated threads make calls through the real handlers. preempt_cut() answers at random,
 * so calls are left half done while others go on, and are made again later with the progress they
 * stored. Threads are bound to random CSpaces and lose them when those die. Operands are mostly
 * meaningful and sometimes not. At the end everything is revoked, and all must have come back.
 */
#include "host/fuzz/caps.h"

#include <stdlib.h>
#include <string.h>
#include "api/table.h"
#include "host/shim/caps.h"
#include "lib/assert.h"
#include "lib/bits.h"
#include "mm/extent.h"

#define THREADS	     5
#define USED_MAX     250 /* slots in use; above, more is deleted than made */
#define RESTARTS_MAX 10000000

struct sim {
	struct thread thread;
	bool pending;
	unsigned number;
	cap_t slot;
	uint64_t arg[6];
};

static struct sim sims[THREADS];
static uint64_t state;
static unsigned cut_chance; /* of 16 */

static uint64_t rnd(uint64_t below)
{
	/* xorshift64* (Vigna 2014) */
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dull >> 16) % below;
}

static bool random_cut(void) { return rnd(16) < cut_chance; }

/* ---- operands ----------------------------------------------------------------------------------
 */

static bool fits(const struct slot *s, unsigned type) { return type == OBJ_NONE || s->type == type; }

/* A used slot of CS of TYPE (OBJ_NONE: any) at random; a random number when there is none. */
static cap_t some_slot(const struct cspace *cs, unsigned type)
{
	cap_t found[64];
	unsigned n = 0;
	cap_t from = (cap_t)rnd(96);

	for (cap_t at = from; n < array_len(found) && (at = cspace_used_from(cs, at)) < cs->slots; at++) {
		if (fits(cspace_slot(cs, at), type))
			found[n++] = at;
	}
	for (cap_t at = 0; n < array_len(found) && (at = cspace_used_from(cs, at)) < from; at++) {
		if (at < cs->slots && fits(cspace_slot(cs, at), type))
			found[n++] = at;
		if (at >= cs->slots)
			break;
	}
	return n && rnd(32) ? found[rnd(n)] : (cap_t)rnd(320);
}

static cap_t some_cspace(const struct cspace *cs) { return rnd(3) ? some_slot(cs, OBJ_CSPACE) : CAP_SELF_CSPACE; }

/* The CSpace that slot INDEX of CS names, or CS. */
static struct cspace *named(struct cspace *cs, cap_t index)
{
	const struct slot *s = cspace_slot(cs, index);

	return s->type == OBJ_CSPACE && !s->object->dead ? cspace_of_object(s->object) : cs;
}

static cap_t low_slot(void) { return (cap_t)rnd(rnd(8) ? 160 : 400); }

/* The root Untypeds must stay where the end of the world finds them. */
static bool is_root(struct cspace *cs, cap_t cspace, uint64_t index)
{
	return named(cs, cspace) == host_root && index <= HOST_DEVICE;
}

/* Asked each time before a call is made: what its arguments name may have changed. */
static bool harms_roots(const struct sim *sim)
{
	struct cspace *cs = sim->thread.cspace;

	switch (sim->number) {
	case SYS_cspace_delete:
	case SYS_cspace_flags:
	case SYS_cspace_replace:
		return is_root(cs, sim->slot, sim->arg[0]);
	case SYS_cspace_move:
		return is_root(cs, (cap_t)sim->arg[0], sim->arg[1]);
	case SYS_cspace_feed: /* it would die with what it was fed */
		return named(cs, sim->slot) == host_root;
	default:
		return false;
	}
}

/* ---- operations: each fills SIM with a call, or acts at once and leaves number 0
 * ------------------- */

static void call(struct sim *sim, unsigned number, cap_t slot, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		 uint64_t e, uint64_t f)
{
	sim->number = number;
	sim->slot = slot;
	memcpy(sim->arg, (uint64_t[]){a, b, c, d, e, f}, sizeof(sim->arg));
}

static void op_retype(struct sim *sim, struct cspace *cs)
{
	static const struct {
		uint8_t type, log2, spread;
	} kinds[] = {
	    {OBJ_UNTYPED, 12, 6}, {OBJ_UNTYPED, 12, 4}, {OBJ_UNTYPED, 7, 8},   {OBJ_EXTENT, 12, 4},
	    {OBJ_CSPACE, 12, 3},  {OBJ_CSPACE, 12, 1},	{OBJ_CSPACE, 12, 1},   {OBJ_VSPACE, 13, 1},
	    {OBJ_THREAD, 12, 1},  {OBJ_SCHED, 9, 1},	{OBJ_ENDPOINT, 10, 1}, {OBJ_ENDPOINT, 10, 1},
	    {OBJ_EVENT, 8, 1},	  {OBJ_TIMER, 8, 1},	{OBJ_IRQ, 8, 1},       {OBJ_FED, 12, 1},
	};
	unsigned k = (unsigned)rnd(array_len(kinds));

	call(sim, SYS_untyped_retype, some_slot(cs, OBJ_UNTYPED), kinds[k].type, kinds[k].log2 + rnd(kinds[k].spread),
	     rnd(8) ? 1 + rnd(3) : rnd(70), some_cspace(cs), low_slot(), 0);
}

static void op_feed(struct sim *sim, struct cspace *cs)
{
	static const uint8_t types[] = {OBJ_CSPACE, OBJ_CSPACE, OBJ_VSPACE, OBJ_ENDPOINT};
	unsigned type = types[rnd(array_len(types))];
	cap_t to = some_slot(cs, type), u = some_slot(cs, OBJ_UNTYPED);
	struct slot *s = cspace_slot(cs, to);

	if (type == OBJ_CSPACE)
		call(sim, SYS_cspace_feed, rnd(4) ? to : CAP_SELF_CSPACE, u, 0, 0, 0, 0, 0);
	else if (s->type == type && cspace_slot(cs, u)->type == OBJ_UNTYPED)
		feed_add(object_feeds(s->object), s->object, cspace_slot(cs, u));
}

static void op_copy(struct sim *sim, struct cspace *cs)
{
	cap_t from = some_cspace(cs), min = low_slot();

	call(sim, rnd(3) ? SYS_cspace_copy : SYS_cspace_derive, some_cspace(cs), from,
	     some_slot(named(cs, from), OBJ_NONE), min, min + rnd(64), rnd(256), rnd(4));
}

/* Capabilities to CSpaces and memory are moved most: into each other, so that they die in heaps and
 * rings. */
static void op_move(struct sim *sim, struct cspace *cs)
{
	static const uint8_t types[] = {OBJ_NONE, OBJ_CSPACE, OBJ_CSPACE, OBJ_UNTYPED, OBJ_FED, OBJ_ZOMBIE};
	cap_t from = some_cspace(cs);
	cap_t source = some_slot(named(cs, from), types[rnd(array_len(types))]);

	call(sim, SYS_cspace_move, some_cspace(cs), from, source, low_slot(), rnd(4), 0, 0);
}

static void op_replace(struct sim *sim, struct cspace *cs)
{
	cap_t in = some_cspace(cs), to = rnd(2) ? some_slot(named(cs, in), OBJ_NONE) : low_slot();

	call(sim, SYS_cspace_replace, in, to, some_slot(named(cs, in), OBJ_NONE), low_slot(), 0, 0, 0);
}

static void op_delete(struct sim *sim, struct cspace *cs)
{
	cap_t in = some_cspace(cs), at = some_slot(named(cs, in), rnd(4) ? OBJ_NONE : OBJ_CSPACE);

	call(sim, SYS_cspace_delete, in, at, 0, 0, 0, 0, 0);
}

static void op_revoke(struct sim *sim, struct cspace *cs)
{
	cap_t in = some_cspace(cs), at = some_slot(named(cs, in), rnd(2) ? OBJ_FED : OBJ_NONE);

	if (!is_root(cs, in, at) || rnd(16) == 0)
		call(sim, SYS_cspace_revoke, in, at, 0, 0, 0, 0, 0);
}

static void op_flags(struct sim *sim, struct cspace *cs)
{
	cap_t in = some_cspace(cs), at = some_slot(named(cs, in), OBJ_NONE);

	call(sim, SYS_cspace_flags, in, at, rnd(5), 0, 0, 0, 0);
}

static void op_range(struct sim *sim, struct cspace *cs)
{
	cap_t first = low_slot(), last = first + (cap_t)rnd(200);

	if (rnd(3))
		call(sim, SYS_cspace_clone, some_cspace(cs), some_cspace(cs), first, last, 0, 0, 0);
	else
		call(sim, SYS_cspace_drop, some_cspace(cs), 1 + rnd(3), first, last, 0, 0, 0);
}

static void op_small(struct sim *sim, struct cspace *cs)
{
	if (rnd(2))
		call(sim, SYS_untyped_reset, some_slot(cs, OBJ_UNTYPED), 0, 0, 0, 0, 0, 0);
	else
		call(sim, SYS_cspace_info, some_cspace(cs), some_slot(cs, OBJ_NONE), 0, 0, 0, 0, 0);
}

/* Maps or unmaps, perhaps only a part of what was asked for. */
static void op_map(struct sim *sim, struct cspace *cs)
{
	struct slot *extent = cspace_slot(cs, some_slot(cs, OBJ_EXTENT));
	struct slot *vspace = cspace_slot(cs, some_slot(cs, OBJ_VSPACE));
	uint64_t progress = 0, pages;

	if (extent->type != OBJ_EXTENT || vspace->type != OBJ_VSPACE || vspace->object->dead)
		return;
	pages = extent_pages(extent);
	if (rnd(4))
		extent_map(extent, vspace_of_object(vspace->object), rnd(8) << 16, 0, pages, PROT_READ, &progress);
	else
		extent_unmap(extent, 0, pages, &progress);
}

static void op_connect(struct sim *sim, struct cspace *cs)
{
	struct slot *ep = cspace_slot(cs, some_slot(cs, OBJ_ENDPOINT)), *to;
	cap_t at;

	if (ep->type == OBJ_ENDPOINT && !ep->object->dead && !cspace_slot_free(cs, low_slot(), 400, &to, &at))
		host_connect(ep, to);
}

static void op_bind(struct sim *sim, struct cspace *cs)
{
	host_bind(&sim->thread, rnd(4) ? named(cs, some_slot(cs, OBJ_CSPACE)) : host_root);
}

/* Where something of a heap goes: a random slot of a random member, or of CS. */
static void put(struct cspace *cs, struct cspace *const *member, unsigned n, struct slot *s)
{
	struct slot *to;
	cap_t at;

	if (!cspace_slot_free(rnd(8) ? member[rnd(n)] : cs, low_slot(), 400, &to, &at))
		slot_move(to, s);
}

/* Makes a few CSpaces, each with an Untyped of its own below it, and strews all that over
 * themselves. */
static void op_heap(struct sim *sim, struct cspace *cs)
{
	enum { PARTS = 3, MEMBERS = 5 };
	struct slot *u = cspace_slot(cs, some_slot(cs, OBJ_UNTYPED)), *part[MEMBERS * PARTS];
	struct cspace *member[MEMBERS];
	unsigned n = 2 + (unsigned)rnd(MEMBERS - 1);
	cap_t at;

	if (u->type != OBJ_UNTYPED || u->base >= HOST_MEMORY_BYTES)
		return;
	for (unsigned i = 0; i < n * PARTS; i++) {
		struct slot *from = i % PARTS == 0 ? u : part[i - i % PARTS];
		unsigned type = i % PARTS == 1 ? OBJ_CSPACE : OBJ_UNTYPED;

		if (untyped_room(from, type, i % PARTS ? 12 : 14, 1) || cspace_slot_free(cs, 20, 400, &part[i], &at))
			return;
		untyped_make_step(from, type, i % PARTS ? 12 : 14, part[i]);
		if (i % PARTS == 1)
			member[i / PARTS] = cspace_of_object(part[i]->object);
		while (i % PARTS == 2 && cspace_feed(member[i / PARTS], part[i]))
			;
	}
	for (unsigned i = 0; i < n; i++) {
		struct slot *copy;

		if (rnd(n) == 0 && !cspace_slot_free(cs, low_slot(), 400, &copy, &at))
			slot_copy(copy, part[i * PARTS + 1], RIGHTS_ALL);
	}
	for (unsigned i = 0; i < n * PARTS; i++)
		put(cs, member, n, part[i]);
}

typedef void operation(struct sim *, struct cspace *);

static operation *const making[] = {
    op_retype,	op_retype, op_retype, op_feed,	op_feed,  op_feed,  op_copy, op_copy,	 op_move, op_move, op_move,
    op_replace, op_delete, op_revoke, op_flags, op_range, op_small, op_map,  op_connect, op_bind, op_heap,
};
static operation *const clearing[] = {op_delete, op_delete, op_delete, op_revoke, op_range, op_small, op_bind};

static unsigned used;

static void count_used(struct cspace *cs) { used += cs->used; }

static void begin(struct sim *sim)
{
	used = 0;
	host_each_cspace(count_used);
	sim->number = 0;
	if (used < USED_MAX)
		making[rnd(array_len(making))](sim, sim->thread.cspace);
	else
		clearing[rnd(array_len(clearing))](sim, sim->thread.cspace);
	sim->pending = sim->number != 0;
}

/* The CSpace that the call is on, or NULL. */
static struct cspace *target(const struct sim *sim)
{
	struct cspace *cs = sim->thread.cspace;

	if (!cs || sim->slot == CAP_SELF_CSPACE)
		return cs;
	return named(cs, sim->slot) != cs ? named(cs, sim->slot) : NULL;
}

/* What the answer 0 of a delete or revoke in CS promises. */
static void check_answer(const struct sim *sim, struct cspace *cs)
{
	struct slot *s = cspace_slot(cs, (cap_t)sim->arg[0]);

	if (sim->number == SYS_cspace_revoke)
		KASSERT(!slot_has_children(s), "revoke leaves no children");
	if (sim->number == SYS_cspace_delete)
		KASSERT(slot_empty(s), "delete leaves an empty slot");
}

static void proceed(struct sim *sim)
{
	bool first = sim->thread.progress == 0;
	struct cspace *cs = target(sim);
	int64_t result;

	if (sim->thread.cspace && harms_roots(sim)) {
		sim->thread.progress = 0;
		sim->pending = false;
		return;
	}
	result = host_call(&sim->thread, sim->number, sim->slot, sim->arg);

	sim->pending = result == SYS_RESTART;
	if (first && !result && cs && target(sim) == cs)
		check_answer(sim, cs);
}

static void step(struct sim *sim)
{
	if (!sim->thread.cspace) {
		host_bind(&sim->thread, host_root);
		sim->thread.progress = 0;
		sim->pending = false;
	}
	if (!sim->pending)
		begin(sim);
	if (sim->pending)
		proceed(sim);
}

static void finish_all(void)
{
	for (unsigned i = 0; i < THREADS; i++) {
		struct sim *sim = &sims[i];

		for (unsigned n = 0; sim->pending && rnd(8); n++) {
			KASSERT(n < RESTARTS_MAX, "each call makes progress");
			proceed(sim);
		}
		host_bind(&sim->thread, NULL);
		host_caps_check();
	}
}

bool fuzz_caps(uint64_t seed, unsigned ops)
{
	state = (seed + 1) * 0x9e3779b97f4a7c15ull;
	memset(sims, 0, sizeof(sims));
	host_caps_begin();
	host_preempt = random_cut;
	for (unsigned i = 0; i < ops; i++) {
		if (i % 512 == 0)
			cut_chance = (unsigned[]){0, 1, 4, 10, 16}[rnd(5)];
		step(&sims[rnd(THREADS)]);
		if (rnd(32) == 0 || seed % 2 || getenv("FUZZ_CHECK_ALL"))
			host_caps_check();
	}
	finish_all();
	return host_caps_end();
}
