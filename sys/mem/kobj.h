/* SPDX-License-Identifier: 0BSD */
/* kobj.h: kernel objects out of small Untypeds, which come back when the object ends.
 *
 * A piece is an Untyped of the size of the object (or of a feed). Pieces of common sizes are kept
 * ready.
 */
#pragma once

#include "mem/account.h"

struct piece; /* an Untyped of 2^n bytes */

struct kobj {
	cap_t slot; /* the object's capability, all rights; CAP_NONE: none */
	struct piece *piece;
	struct account *account; /* who was charged; borrowed */
};

/* Makes an object of TYPE (OBJ_THREAD, ...; sizes are object.def's least, a CSpace's given by
 * SIZE_LOG2, else 0), charged as one object and by its pages as memory. ENOMEM, EAGAIN. */
int kobj_make(struct kobj *k, enum object_type type, unsigned size_log2, struct account *account);
/* Deletes sys' capability, and with it the object if nobody else has one; gives the memory back. An
 * object that others still hold is kept on the account's list until they have let it go. */
void kobj_delete(struct kobj *k);
/* Feeds 2^size_log2 bytes to a VSpace, CSpace or Endpoint; the memory comes back with kobj_unfeed
 * after the object's end. Charged as memory. The list of feeds is the object's. */
struct feed {
	struct feed *next;
	struct piece *piece;
};
int kobj_feed(struct kobj *k, struct feed **feeds, unsigned size_log2);
void kobj_unfeed(struct account *account, struct feed **feeds);

/* Looks at a few of the given objects of A whether they are gone. SYS_MORE: there are more to look
 * at. */
int account_sweep(struct account *a, unsigned count);
/* The same for the newest; SYS_MORE: some were gone. */
int account_sweep_newest(struct account *a);
