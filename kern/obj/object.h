/* SPDX-License-Identifier: 0BSD */
/* object.h: what every kernel object begins with, and how objects end.
 *
 * An object is made by untyped_retype in memory that user level handed over, counts the
 * capabilities that name it, and is destroyed with the last of them, or when its memory is revoked.
 * Destruction is iterative: one bounded step at a time with a cut between, never recursion. While
 * it goes on, the slot that held the last capability is a zombie: it keeps the object's place in
 * the derivation tree, so that the Untyped below cannot be reset before the object is gone.
 *
 * Dying objects form stacks. Destroying a CSpace may meet another dying object's slot; that
 * object's stack is then put on top and destroyed first. Whoever needs a zombie gone (the thread
 * that deletes, or any other that meets the zombie later) works on the top of its stack: helping is
 * what keeps a preempted low-priority deleter from blocking a high-priority revoke. When a CSpace
 * meets a slot whose object stands below it on its own stack (a ring), that slot is parked inside
 * the object below, so nobody waits in a circle.
 *
 * States: live (caps > 0) -> dying (on a stack; zombie slot set when the last capability went) ->
 * gone. An object whose fed memory is revoked is `dead` and dying too; when it is taken apart it
 * stays, dead, until its last capability goes. Everything here runs under the kernel lock.
 */
#pragma once

#include <stddef.h>
#include "obj/slot.h"

/* At most this many Untypeds can be fed to one object; ENOSPC beyond. Feed in doubling sizes. */
#define FEEDS_MAX 16

struct object {
	uint8_t type;
	uint8_t size_log2;
	bool dying;
	bool dead;	       /* torn down because memory it was fed was revoked: refuses all calls */
	uint32_t caps;	       /* slots that name it, zombie and embedded master slots not counted */
	struct slot *zombie;   /* dying: the slot that holds its place */
	struct object *below;  /* dying: next on the stack */
	struct object *bottom; /* dying: leads to the stack's bottom element, which holds the top */
	struct object *top;    /* bottom element only */
};

/* The memory that a VSpace, CSpace or Endpoint was fed, in the order in which it came. Pages are
 * taken from the newest run; `used` counts bytes. Freed pages go to the object's own free list. */
struct feed {
	struct slot *slot; /* the Fed slot */
	uint32_t used_pages;
};

struct feeds {
	struct feed run[FEEDS_MAX];
	uint32_t count;
	uint32_t free_pages; /* length of the free list */
	void *free_list;     /* freed pages, linked through their first word */
};

/* One entry per type that has an object. Hooks may be NULL. */
struct object_ops {
	uint32_t header_offset; /* of the struct object in the object's memory */
	uint32_t feeds_offset;	/* of the struct feeds, from the struct object; 0: cannot be fed */
	uint8_t frame_kind;	/* enum frame_kind of the first frame while the object exists */

	/* Makes the object in zeroed memory; the header is already filled. O(1). */
	void (*init)(struct object *obj);
	/* The slot S was filled with one more capability to OBJ (already counted). */
	void (*added)(struct object *obj, struct slot *s);
	/* S, which names the live OBJ and is still counted, is about to be emptied. Does one
	 * bounded piece of what must happen first; called again, after a cut, until it says true:
	 * then S is emptied at once. */
	bool (*release_step)(struct object *obj, struct slot *s);
	/* Does one bounded piece (at most about 500 instructions) of taking the object apart and
	 * says whether it is all gone. Must make progress on each call. Slots are emptied with
	 * object_drop_step(). A type without it is never destroyed: its objects live on in the pool
	 * that they are part of. */
	bool (*destroy_step)(struct object *obj);
};

extern const struct object_ops *const object_ops[OBJ_TYPES];

/* True when S names an object that counts its capabilities. */
static inline bool slot_has_object(const struct slot *s) { return object_ops[s->type] != NULL; }

/* The object of TYPE that SLOT names. */
#define slot_object(slot, type) container_of((slot)->object, struct type, object)

/* Counts one more capability to OBJ. */
static inline void object_hold(struct object *obj) { obj->caps++; }

/* After S was filled and linked: counts it in its object, if its type has one, and tells the
 * object. */
void object_named(struct slot *s);

/* Deletes the capability in S and, if it was the object's last, the object. First revokes what was
 * derived from S. Preemptible: 0, or SYS_RESTART with S a zombie or with fewer children; call again
 * with the same slot. Called on an empty slot it does nothing. */
int slot_delete(struct slot *s);

/* Deletes everything derived from S; S itself stays. A Fed slot's object is torn down and the slot
 * is an empty Untyped afterwards. Preemptible like slot_delete. */
int slot_revoke(struct slot *s);

/* A descendant of S that has no children, S itself when it has none. At most SLOT_DEPTH_MAX steps.
 */
struct slot *slot_leaf(struct slot *s);

/* For a destroy_step: one bounded piece of deleting what is in S, a slot that is part of the dying
 * ON. True when S is empty. False may also mean that other objects are now on top of ON on its
 * stack. */
bool object_drop_step(struct object *on, struct slot *s);

/* Feeding. Turns the Untyped in U into Fed, owned by OBJ. Errors: EBUSY (U has children), EINVAL
 * (smaller than a page, device memory, or OBJ is dead), ENOSPC (FEEDS_MAX). */
int feed_check(const struct feeds *f, const struct object *obj, const struct slot *u);
int feed_add(struct feeds *f, struct object *obj, struct slot *u);
/* A zeroed page (direct-map address), or NULL: feed more. At most one page is zeroed. */
void *feed_page(struct feeds *f);
/* Gives back a page that feed_page returned. */
void feed_free(struct feeds *f, void *page);
/* Turns one run back into an empty Untyped: true when none is left. The pages must be unused. */
bool feed_return_step(struct feeds *f);
/* Pages that feed_page could still give. */
uint64_t feed_available(const struct feeds *f);
/* The index of the run whose Fed slot is S. */
unsigned feed_index(const struct feeds *f, const struct slot *s);
/* The feeds of an object that can be fed. */
struct feeds *object_feeds(struct object *obj);
