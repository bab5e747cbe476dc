/* SPDX-License-Identifier: 0BSD */
/* object.h: what every kernel object begins with, and how objects end.
 *
 * An object is made by untyped_retype in memory that user level handed over, counts the capabilities
 * that name it, and is destroyed with the last of them, or when its memory is revoked. Destruction is
 * iterative: one bounded step at a time with a cut between, never recursion. While it goes on, the
 * slot that held the last capability is a zombie: it keeps the object's place in the derivation
 * tree, so that the Untyped below cannot be reset before the object is gone.
 *
 * Dying objects form stacks. Destroying a CSpace may meet the last capability of another container;
 * that one is pushed on the same stack and destroyed first. Whoever needs a zombie gone (the thread
 * that deletes, or any other that meets the zombie later) works on the top of that stack: helping
 * is what keeps a preempted low-priority deleter from blocking a high-priority revoke.
 *
 * States: live (caps > 0) -> dying (on a stack; zombie slot set) -> gone.
 * Everything here runs under the kernel lock.
 */
#ifndef KERN_OBJ_OBJECT_H
#define KERN_OBJ_OBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <abi/object.h>
#include "obj/slot.h"

/* At most this many Untypeds can be fed to one object; ENOSPC beyond. Feed in doubling sizes. */
#define FEEDS_MAX 16

struct object {
	uint8_t type;
	uint8_t size_log2;
	bool dying;
	bool dead;             /* torn down because memory it was fed was revoked: refuses all calls */
	uint32_t caps;         /* slots that name it, zombie and embedded master slots not counted */
	struct slot *zombie;   /* dying: the slot that holds its place */
	struct object *below;  /* dying: next on the stack */
	struct object *bottom; /* dying: the stack's bottom element, which holds the top */
	struct object *top;    /* bottom element only */
};

/* The memory that a VSpace, CSpace or Endpoint was fed, in the order in which it came. Pages are
 * taken from the newest run; `used` counts bytes. Freed pages go to the object's own free list. */
struct feed {
	struct slot *slot; /* the Fed slot; NULL: unused entry */
	uint32_t used_pages;
};

struct feeds {
	struct feed run[FEEDS_MAX];
	uint32_t count;
	uint32_t free_pages; /* length of the free list */
	void *free_list;     /* freed pages, linked through their first word */
};

/* One entry per type that has an object. */
struct object_ops {
	/* Makes the object in zeroed memory OBJ of 1 << SIZE_LOG2 bytes; header already filled. */
	void (*init)(struct object *obj);
	/* Does one bounded piece (at most about 500 instructions) of taking the object apart and says
	 * whether it is all gone. Must make progress on each call. A CSpace's step may push another
	 * object by object_push_dying(). */
	bool (*destroy_step)(struct object *obj);
};

extern const struct object_ops *const object_ops[OBJ_TYPES];

/* Counts one more capability to OBJ. */
static inline void object_hold(struct object *obj)
{
	obj->caps++;
}

/* Deletes the capability in S and, if it was the object's last, the object. First revokes what was
 * derived from S. Preemptible: 0, or SYS_RESTART with S a zombie or with fewer children; call again
 * with the same slot. Called on an empty slot it does nothing. */
int slot_delete(struct slot *s);

/* Deletes everything derived from S; S itself stays. A Fed slot's object is torn down and the slot is
 * an empty Untyped afterwards. Preemptible like slot_delete. */
int slot_revoke(struct slot *s);

/* Drops the last capability S of a container found while destroying STACK's object: S becomes a
 * zombie and its object the new top of the same stack. */
void object_push_dying(struct object *on, struct slot *s);

/* Feeding. Turns the Untyped in U (no children, watermark 0) into Fed, owned by OBJ.
 * Errors: EBUSY (U has children), EINVAL (smaller than a page), ENOSPC (FEEDS_MAX). */
int feed_add(struct feeds *f, struct object *obj, struct slot *u);
/* A zeroed page (direct-map address), or NULL: feed more. At most one page is zeroed. */
void *feed_page(struct feeds *f);
/* Gives back a page that feed_page returned. */
void feed_free(struct feeds *f, void *page);
/* Turns one run back into an empty Untyped: true when none is left. The pages must be unused. */
bool feed_return_step(struct feeds *f);
/* Pages that feed_page could still give. */
uint64_t feed_available(const struct feeds *f);

#endif
