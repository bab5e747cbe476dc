/* SPDX-License-Identifier: 0BSD */
/* slot.h: the capability slot and its place in the derivation tree.
 *
 * A capability is 32 bytes: what it is (head), where it stands in the derivation tree (next, prev,
 * depth) and what it names (object, data). The tree is a pre-order list: a slot's descendants are
 * the run of slots right behind it whose depth is greater than its own. So inserting a child is
 * "behind the parent, one deeper", inserting a sibling is "in front of the source, same depth", and
 * both take constant time. Links are physical addresses / 32 in 32 bits: slots live in the first
 * 128 GiB of physical memory (boot hands out higher memory only as Extents).
 *
 * Memory capabilities (Untyped, Extent, Fed, Raw) have no kernel object: `base` is the physical
 * address. An Extent's mapping record names a VSpace by frame number and generation, so that it can
 * go stale without anybody touching the slot.
 *
 * Everything here runs under the kernel lock.
 */
#pragma once

#include <stdbool.h>
#include <abi/object.h>
#include "lib/bits.h"

struct object;

struct slot {
	union {
		struct {
			uint8_t type;	/* enum object_type; OBJ_NONE: empty */
			uint8_t rights; /* bits of right.def */
		};
		uint16_t head; /* both, for the one masked compare of the dispatcher */
	};
	uint8_t flags;		 /* SLOT_CLOEXEC ... */
	uint8_t size_log2;	 /* of the memory, or of the object */
	uint16_t depth;		 /* in the derivation tree; a root has 0 */
	uint16_t map_generation; /* Extent: low bits of the VSpace's generation */
	uint32_t next, prev;	 /* slot_link(): neighbours in the pre-order list; 0: none */
	union {
		struct object *object; /* all types that have a kernel object; Zombie: the dying one */
		uint64_t base;	       /* Untyped, Extent, Fed, Raw: physical address; IoPort: first port.
					* Extent: read it by extent_base(); other bits may be in use */
	};
	union {
		uint64_t watermark;    /* Untyped: bytes handed out from the start */
		struct object *fed_to; /* Fed: the object that was fed */
		uint64_t max_priority; /* Thread: maximum controlled priority */
		uint64_t port_count;   /* IoPort */
		uint64_t raw;	       /* Raw: bytes cleared so far | type to be */
		uint64_t data;
		struct {			  /* Extent: mapping record; map_vspace 0: not mapped */
			uint64_t map_page : 35;	  /* virtual page number of the Extent's page 0 */
			uint64_t map_vspace : 29; /* frame number of the VSpace */
		};
	};
};

_Static_assert(sizeof(struct slot) == 32, "a slot is 32 bytes");

/* Slots per 4 KiB page of a CSpace. */
#define SLOTS_PER_PAGE 128
/* A deeper derivation is refused with ELOOP. Revoking walks from a slot down to a leaf between two
 * cuts, so this bounds that walk. */
#define SLOT_DEPTH_MAX 128

static inline bool slot_empty(const struct slot *s) { return s->type == OBJ_NONE; }

/* S is a TYPE with all of RIGHT: one masked compare. */
static forced_inline bool slot_is(const struct slot *s, uint8_t type, uint8_t right)
{
	return (s->head & (0xff | right << 8)) == (type | right << 8);
}

/* The neighbour behind / before S in the pre-order list, or NULL. */
struct slot *slot_next(const struct slot *s);
struct slot *slot_prev(const struct slot *s);

/* True when something is derived from S. O(1). */
bool slot_has_children(const struct slot *s);

/* The next three give the filled but unlinked slot TO its place in the tree and mark it used in its
 * CSpace. The caller has filled type, rights and object, and calls object_named() afterwards if the
 * slot counts. */

/* A new root: depth 0, no neighbours. Boot, new authority (Irq, IoPort), and the master slot that a
 * Connection embeds. */
void slot_root(struct slot *to);

/* A child of PARENT: behind it, one deeper. The caller has checked depth < SLOT_DEPTH_MAX. O(1). */
void slot_link_child(struct slot *to, struct slot *parent);

/* A sibling of SOURCE: in front of it, same depth. O(1). */
void slot_link_sibling(struct slot *to, struct slot *source);

/* Takes the childless S from its place in the tree and makes it a sibling of SOURCE. */
void slot_hoist(struct slot *s, struct slot *source);

/* Copies the capability in SOURCE into the empty TO as a sibling with rights RIGHTS & source's,
 * counts it in the object, and clears an Extent's mapping record. The caller has checked
 * slot_copyable. */
void slot_copy(struct slot *to, struct slot *source, uint8_t rights);

/* The same as a child (revocable): needs source depth < SLOT_DEPTH_MAX. */
void slot_derive(struct slot *to, struct slot *source, uint8_t rights);

/* 0, or why SOURCE cannot be copied: EBADF empty, EINVAL move-only (Untyped, Fed, Raw, Zombie,
 * Dead). */
int slot_copyable(const struct slot *source);

/* Moves the capability from FROM to the empty TO: place in the tree, mapping record and all; FROM
 * is empty afterwards. Knows the two back-pointers there are (Fed: the object's feed table; Zombie:
 * the dying object). O(1). */
void slot_move(struct slot *to, struct slot *from);

/* Takes S out of the tree and empties it, without looking at its object. */
void slot_clear(struct slot *s);

/* The childless S, a client capability of a Connection that is going away, stays as Dead: its
 * number is not free until its holder closes it. It leaves the tree and its Connection's count. */
void slot_deaden(struct slot *s);
