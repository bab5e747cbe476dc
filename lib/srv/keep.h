/* SPDX-License-Identifier: 0BSD */
/* keep.h: what of the library outlives the server: its open files and where its messages stood.
 *
 * A server dies between any two instructions, so each record is filled before it is made valid, and what one store
 * cannot say is found out afterwards. Nothing here is believed without a look: when some runs in a row did not get through
 * this memory, the next one begins with zeros.
 *
 * A message that is put back keeps the thread and the record in its number, and its sequence steps by one: so the
 * next run finds where a message stood that comes again.
 */
#pragma once

#include "srv/srv.h"

#define KEEP_MESSAGES 256 /* as many as may be parked */

enum keep_state {
	KEEP_NONE,
	KEEP_WAITS, /* parked: whatever it did is in `done` */
	KEEP_SPENT, /* its answer was made and had not left */
	KEEP_DIED,  /* an earlier run died while it served it */
};

struct keep_message {
	uint64_t id, done;
	uint64_t offset; /* of its open file, before */
	uint64_t place;	 /* if `placed`: where its append goes */
	uint32_t state;
	uint32_t placed;
	uint32_t deaths; /* servers that died while they served it, before this one */
	uint32_t opened; /* the open file that was made for it, + 1; 0: none */
	uint32_t run;	 /* which wrote this */
};

struct srv_keep {
	uint64_t magic; /* the last to be written */
	uint64_t base;	/* where it is mapped: it holds addresses */
	uint64_t used;	/* bytes of it that are handed out; of this run */
	uint64_t bytes;
	uint32_t opens_max, opens_made;
	uint32_t generation;
	uint32_t runs;
	uint64_t died_serving, died_done; /* the last run */
	uint32_t beginning;		  /* so many in a row have begun and not come so far as to serve */
	uint32_t waiting_made;
	struct keep_message served; /* what is being served; id 0: nothing */
	struct keep_message waiting[KEEP_MESSAGES];
};

/* What stands before is stored before what stands behind: the processor keeps the order of stores, the compiler must. */
static inline void keep_fence(void) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }

/* A message that comes again: *out is where it stood. False: nothing is known. */
bool keep_find(struct srv_keep *keep, uint64_t id, struct keep_message *out);
/* `r` has been parked, or what is known of it has changed. */
void keep_note(struct srv_keep *keep, const struct srv_request *r, enum keep_state state);
/* It was answered, or has gone. */
void keep_forget(struct srv_keep *keep, uint64_t id);

/* What `r` appends is to be at r->place, also if it comes again. */
void keep_place(const struct srv_request *r);

/* `id` is being served from now on, `done` of it having been done, its open file (or NULL) being where it is. */
static inline void keep_serve(struct srv_keep *keep, uint64_t id, uint64_t done, const struct srv_open *open)
{
	if (!keep)
		return;
	keep->served.id = 0;
	keep_fence();
	keep->served.done = done;
	keep->served.deaths = 0;
	keep->served.opened = 0;
	keep->served.placed = 0;
	keep->served.offset = open ? open->offset : 0;
	keep_fence();
	keep->served.id = id;
}
