/* SPDX-License-Identifier: 0BSD */
/* copy.h: copying between the user memories of two address spaces.
 *
 * Each side is a list of pieces (address, length) that lies in its own address space and is read as
 * the copy comes to it; each page is reached by a walk and the direct map. Between units of at most
 * 4 KiB, or as much work of other kinds, there is a cut. The cursor is two byte offsets and the number of bytes left:
 * whoever was stopped, by a cut or by an absent page, calls again with the same vectors. The lists belong to programs
 * and may change at any moment; then the copy goes elsewhere in the memory of the program that changed them, or stops,
 * and nothing else.
 *
 * A page that can be read but not written counts as absent for writing: its pager may want to copy
 * it.
 */
#pragma once

#include <abi/message.h>
#include <stdbool.h>

struct vspace;

enum copy_result {
	COPY_DONE,	    /* all bytes, or one of the lists came to its end */
	COPY_CUT,	    /* preempted: call again */
	COPY_SOURCE_ABSENT, /* somebody must make *fault_va present first */
	COPY_TARGET_ABSENT, /* the same, for writing */
	COPY_SOURCE_FAULT,  /* no user address, device memory, or a malformed list */
	COPY_TARGET_FAULT,
};

struct copy_vector {
	struct vspace *vspace;
	uint64_t pieces_va;		  /* of the first struct message_piece; a multiple of 16 */
	uint32_t count;			  /* at most MESSAGE_PIECES_MAX */
	const struct message_piece *only; /* not NULL: COUNT is 1, and this is a copy of the piece */
	uint64_t offset_bytes;
};

/* Copies up to *LEFT_BYTES bytes. In any case the offsets have advanced and *LEFT_BYTES has fallen
 * by what was copied. *FAULT_VA is written for ABSENT and FAULT alone. Overlapping memory gets
 * unspecified bytes. */
enum copy_result copy_pieces(struct copy_vector *from, struct copy_vector *to, uint64_t *left_bytes,
			     uint64_t *fault_va);

/* The everyday case: BYTES, up to a page, that are there on both sides, copied at once. False: they are not, or are more;
 * part of them may have been copied. */
bool copy_little(struct vspace *from, uint64_t from_va, struct vspace *to, uint64_t to_va, uint64_t bytes);

/* The sum of the lengths. *ERROR is 0; -EFAULT: some piece, if empty too, reaches beyond the lower half
 * of all addresses, or the list is malformed; -E2BIG: more than MESSAGE_LENGTH_MAX, or too many pieces; -EABSENT: part
 * of the list itself is not present, and the answer is its address. Bounded by the number of pieces. */
uint64_t copy_total(struct vspace *v, uint64_t pieces_va, uint32_t count, int *error);

/* Finds out whether the next *LEFT_BYTES from V's offset, as far as the list reaches, can be written:
 * answers like copy_pieces with V as target, and moves the offset and *LEFT_BYTES like it. */
enum copy_result copy_present(struct copy_vector *v, uint64_t *left_bytes, uint64_t *fault_va);
