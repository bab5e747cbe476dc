/* SPDX-License-Identifier: 0BSD */
/* keep.c: memory that outlives the server: handing it out, and the records of messages in it. */
#include "srv/keep.h"
#include "srv/state.h"

#include <abi/memory.h>
#include <parley/syscall.h>
#include <proto/layout.h>

#define MAGIC	     0x7065656b2e767273ull /* "srv.keep" */
#define PAGE	     4096ul
#define THREAD_MASK  0xffffffffull /* of a message's number: whose it is */
#define ID_NEXT	     (1ull << 32)
#define INFO_LOG2(w) ((w) >> 24 & 0xff)
#define BEGINS_MAX   3 /* runs in a row that may die before they serve */
#define RUNS_KEPT    4 /* so long a record waits for its message */

/* ---- messages ---- */

static struct keep_message *of_thread(struct srv_keep *keep, uint64_t id)
{
	for (uint32_t i = 0; i < keep->waiting_made; i++) {
		struct keep_message *m = &keep->waiting[i];

		if (m->state && ((m->id ^ id) & THREAD_MASK) == 0)
			return m;
	}
	return NULL;
}

bool keep_find(struct srv_keep *keep, uint64_t id, struct keep_message *out)
{
	struct keep_message *m = of_thread(keep, id);

	if (!m || m->id + ID_NEXT != id)
		return false;
	*out = *m;
	return true;
}

static struct keep_message *free_message(struct srv_keep *keep)
{
	for (uint32_t i = 0; i < keep->waiting_made; i++)
		if (!keep->waiting[i].state)
			return &keep->waiting[i];
	return keep->waiting_made < KEEP_MESSAGES ? &keep->waiting[keep->waiting_made++] : NULL;
}

/* In the place of what is known of the same thread. */
static void keep_store(struct srv_keep *keep, uint64_t id, const struct keep_message *what)
{
	struct keep_message *m = of_thread(keep, id);

	if (!m)
		m = free_message(keep);
	if (!m)
		return;
	m->id = 0; /* no half a record is found */
	keep_fence();
	m->done = what->done;
	m->deaths = what->deaths;
	m->opened = what->opened;
	m->offset = what->offset;
	m->place = what->place;
	m->placed = what->placed;
	m->run = keep->runs;
	m->state = what->state;
	keep_fence();
	m->id = id;
	if (keep->served.id == id)
		keep->served.id = 0;
}

void keep_note(struct srv_keep *keep, const struct srv_request *r, enum keep_state state)
{
	keep_store(keep, r->id,
		   &(struct keep_message){.done = r->done, .state = state, .place = r->place, .placed = r->placed});
}

void keep_forget(struct srv_keep *keep, uint64_t id)
{
	struct keep_message *m = of_thread(keep, id);

	if (m)
		m->state = KEEP_NONE;
}

/* ---- the memory ---- */

/* The Extent's memory in our address space; NULL: there is none. */
static struct srv_keep *map(uint64_t *bytes)
{
	struct os_words words;
	uint64_t at;

	if (os_cspace_info(CAP_SELF_CSPACE, SLOT_MEMORY, &words) < 0)
		return NULL;
	*bytes = 1ull << INFO_LOG2(words.w[0]);
	words = (struct os_words){{MEM_RESERVE, *bytes}};
	if (os_send(CAP_SELF_PROCESS, &words, NULL, DEADLINE_FOREVER, 0) < 0)
		return NULL;
	at = words.w[1];
	if (os_extent_map(SLOT_MEMORY, CAP_SELF_VSPACE, at, 0, *bytes / PAGE, PROT_READ | PROT_WRITE) < 0)
		return NULL;
	return (struct srv_keep *)at;
}

static bool is_sound(const struct srv_keep *keep, uint64_t bytes, uint32_t opens_max)
{
	return keep->magic == MAGIC && keep->base == (uint64_t)keep && keep->bytes == bytes &&
	       keep->beginning < BEGINS_MAX && keep->opens_max == opens_max && keep->opens_made <= opens_max &&
	       keep->waiting_made <= KEEP_MESSAGES;
}

/* What the last run was serving, for when it comes again; records whose messages never came go. */
static void end_run(struct srv_keep *keep)
{
	struct keep_message *served = &keep->served;

	for (uint32_t i = 0; i < keep->waiting_made; i++)
		if (keep->runs - keep->waiting[i].run > RUNS_KEPT)
			keep->waiting[i].state = KEEP_NONE;
	keep->died_serving = served->id;
	keep->died_done = served->done;
	if (served->id)
		keep_store(
		    keep, served->id,
		    &(struct keep_message){
			.done = served->done, .state = KEEP_DIED, .deaths = served->deaths, .opened = served->opened});
	keep->runs++;
}

bool srv_recall(struct srv *srv)
{
	uint64_t bytes;
	struct srv_keep *keep = map(&bytes);
	bool sound;

	if (keep && !srv->opens_max)
		srv->opens_max = (uint32_t)min(bytes / 2 / sizeof(struct srv_open), (uint64_t)OPENS_MAX);
	srv_defaults(srv);
	if (!keep)
		return false;
	sound = is_sound(keep, bytes, srv->opens_max);
	if (!sound) {
		keep->magic = 0;
		memset(keep, 0, bytes);
		*keep = (struct srv_keep){.base = (uint64_t)keep, .bytes = bytes, .opens_max = srv->opens_max};
	}
	end_run(keep);
	keep->beginning++;
	keep->used = align_up(sizeof(*keep), PAGE);
	keep->magic = MAGIC;
	srv->keep = keep;
	return sound;
}

void srv_forget(struct srv *srv)
{
	if (srv->keep)
		srv->keep->magic = 0;
}

void *srv_lasting(struct srv *srv, uint64_t bytes)
{
	struct srv_keep *keep = srv->keep;
	void *at;

	bytes = align_up(bytes, PAGE);
	if (!keep || bytes > keep->bytes - keep->used)
		return sys_memory(bytes);
	at = (char *)keep + keep->used;
	keep->used += bytes;
	return at;
}

uint64_t srv_died_serving(const struct srv *srv, uint64_t *done)
{
	*done = srv->keep ? srv->keep->died_done : 0;
	return srv->keep ? srv->keep->died_serving : 0;
}

void keep_place(const struct srv_request *r)
{
	struct srv_keep *keep = r->srv->keep;

	if (!keep || keep->served.id != r->id)
		return;
	keep->served.place = r->place;
	keep_fence();
	keep->served.placed = 1;
}

void srv_progress(struct srv_request *r, uint64_t bytes)
{
	struct srv_keep *keep = r->srv->keep;

	r->done += bytes;
	if (keep && keep->served.id == r->id)
		keep->served.done = r->done;
}
