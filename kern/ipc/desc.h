/* SPDX-License-Identifier: 0BSD */
/* desc.h: message descriptors in user memory.
 *
 * The header is read once, when the call is made, into thread.desc; the pieces behind it are read
 * by the copy engine when they are needed and checked each time.
 */
#pragma once

#include "mm/copy.h"
#include "obj/thread.h"

/* T->desc says that T has none (VA 0), or one that is read when it is needed (with DESC_ACCEPTS). */
static inline void desc_later(struct thread *t, uint64_t va)
{
	t->desc.address = va;
	t->desc.counts = 0;
}

/* Reads the header at VA (0: words alone) into T->desc, unless that is for later. 0, SYS_BLOCKED (T faulted; the call
 * will be made again), -EFAULT, -EINVAL (not aligned, land range, flags), -E2BIG (counts). */
int64_t desc_load(struct thread *t, uint64_t va);

/* T's descriptor, if it is one for later, is read now. False, and as it was: it is bad, or not there. */
bool desc_at_hand(struct thread *t);

/* The same for the sender of M, which waits for a reply, on behalf of its server. One that is bad accepts nothing. 0, or
 * -EABSENT: the sender faults for it. */
int64_t desc_complete_sender(struct message *m);

/* The same into the caller's structure, for calls besides the one that T waits in. */
int64_t desc_read(struct thread *t, uint64_t va, struct transfer_desc *desc);

/* T itself needs its descriptor, if it is one for later. As desc_load. */
static inline int64_t desc_complete(struct thread *t)
{
	return t->desc.address & DESC_ACCEPTS ? desc_read(t, t->desc.address - DESC_ACCEPTS, &t->desc) : 0;
}

/* Whether D's counts and flags are what they can be: 0, -E2BIG, -EINVAL. */
int64_t desc_check(const struct transfer_desc *d);

/* The first eight bytes of a header: no field of an everyday descriptor, which accepts nothing, has any of these
 * bits. */
#define UNUSUAL 0xfcfcfffcffc0ffc0ull

_Static_assert(offsetof(struct message_desc, land_min) == 8, "the counts and flags are one word");

/* COUNT is 1: the piece at AT is worth keeping, unless it lies in another page than its header: then it is where only a
 * header could be in its page. */
static inline void keep_piece(struct message_piece *to, const volatile struct message_piece *at)
{
	if ((uint64_t)at % PAGE_SIZE / sizeof(struct message_desc)) {
		to->address = at->address;
		to->length_bytes = at->length_bytes;
	} else {
		to->length_bytes = PIECE_UNREAD;
	}
}

/* Copies the header D, which is present and stands at user address VA, into DESC. True: it is as
 * it should be. */
static inline bool desc_take(struct transfer_desc *desc, const volatile struct message_desc *d, uint64_t va)
{
	desc->address = va;
	desc->counts = *(const volatile uint64_t *)d;
	desc->land = *(const volatile uint64_t *)&d->land_min;
	if (desc->send_count == 1) keep_piece(&desc->send_piece, &d->piece[0]);
	if (desc->receive_count == 1 && desc->send_count <= 1)
		keep_piece(&desc->receive_piece, &d->piece[desc->send_count]);
	else
		desc->receive_piece.length_bytes = PIECE_UNREAD;
	return __builtin_expect(!(desc->counts & UNUSUAL), 1) || desc_check(desc) == 0;
}

/* Sum of the lengths of COUNT pieces of T at PIECES_VA: >= 0, SYS_BLOCKED, -EFAULT, -E2BIG. */
int64_t desc_length(struct thread *t, uint64_t pieces_va, uint32_t count);

/* Sum of the lengths of T's send pieces: >= 0, SYS_BLOCKED, -EFAULT (an address or a sum out of
 * range). */
int64_t desc_send_length(struct thread *t);

/* What FROM sends, from SKIP on, into what TO has room for, if that is one piece of up to a page, into one that is large
 * enough, and all is there. How many bytes were copied, or -1: then part of them may have been. */
int64_t desc_copy_quick(const struct thread *from, uint64_t skip, const struct thread *to);

/* Copy cursors over the pieces to send / to fill. */
struct copy_vector desc_send_vector(struct thread *t, uint64_t offset_bytes);
struct copy_vector desc_receive_vector(struct thread *t, uint64_t offset_bytes);
