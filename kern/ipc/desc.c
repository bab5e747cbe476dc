/* SPDX-License-Identifier: 0BSD */
/* desc.c: message descriptors in user memory. */
#include "ipc/desc.h"

#include <abi/errno.h>
#include <abi/memory.h>
#include "ipc/fault.h"
#include "mm/walk.h"
#include "sched/preempt.h"

#define GIVE_FLAGS (GIVE_DERIVE | GIVE_CONNECT | GIVE_REARM)

int64_t desc_check(const struct transfer_desc *d)
{
	if (d->send_count > MESSAGE_PIECES_MAX || d->receive_count > MESSAGE_PIECES_MAX) return -E2BIG;
	if (d->give_count > MESSAGE_CAPS_MAX || d->accept_count > MESSAGE_CAPS_MAX) return -E2BIG;
	if (d->land_flags & ~SLOT_FLAGS || d->give_flags & ~GIVE_FLAGS) return -EINVAL;
	if (d->accept_count && d->land_min > d->land_max) return -EINVAL;
	return 0;
}

int64_t desc_read(struct thread *t, uint64_t va, struct transfer_desc *desc)
{
	const volatile struct message_desc *d;

	if (va % _Alignof(struct message_desc)) return -EINVAL;
	d = walk_page(t->vspace, va, WALK_READ);
	if (!d) return fault_own(t, va, sizeof(*d), PROT_READ);
	return desc_take(desc, d, va) ? 0 : desc_check(desc);
}

int64_t desc_load(struct thread *t, uint64_t va)
{
	if (va && !(va & DESC_ACCEPTS)) return desc_read(t, va, &t->desc);
	desc_later(t, va);
	return 0;
}

bool desc_at_hand(struct thread *t)
{
	uint64_t later = t->desc.address, va = later - DESC_ACCEPTS;
	const volatile struct message_desc *d;

	if (!(later & DESC_ACCEPTS)) return true;
	d = va % _Alignof(struct message_desc) ? NULL : walk_page(t->vspace, va, WALK_READ);
	if (d && desc_take(&t->desc, d, va)) return true;
	desc_later(t, later);
	return false;
}

int64_t desc_complete_sender(struct message *m)
{
	struct thread *s = m->sender;
	uint64_t va = s->desc.address - DESC_ACCEPTS;

	if (m->plain || !(s->desc.address & DESC_ACCEPTS)) return 0;
	if (desc_at_hand(s) && !(s->desc.send_count | s->desc.give_count)) return 0;
	if (s->desc.address != va && va % _Alignof(struct message_desc) == 0 && !walk_page(s->vspace, va, WALK_READ) &&
	    !walk_hopeless(s->vspace, va)) {
		fault_sender(s, va, sizeof(struct message_desc), PROT_READ);
		return -EABSENT;
	}
	desc_later(s, 0);
	return 0;
}

static uint64_t pieces_at(const struct thread *t) { return t->desc.address + sizeof(struct message_desc); }

int64_t desc_length(struct thread *t, uint64_t pieces_va, uint32_t count)
{
	uint64_t total;
	int error;

	if (!count) return 0;
	total = copy_total(t->vspace, pieces_va, count, &error);
	if (error == -EABSENT) return fault_own(t, total, 1, PROT_READ);
	return error ? error : (int64_t)total;
}

int64_t desc_send_length(struct thread *t)
{
	const struct message_piece *only = &t->desc.send_piece;

	if (t->desc.send_count == 1 && only->length_bytes <= MESSAGE_LENGTH_MAX && only->address < USER_END &&
	    only->length_bytes <= USER_END - only->address)
		return (int64_t)only->length_bytes;
	return desc_length(t, pieces_at(t), t->desc.send_count);
}

int64_t desc_copy_quick(const struct thread *from, uint64_t skip, const struct thread *to)
{
	const struct message_piece *s = &from->desc.send_piece, *t = &to->desc.receive_piece;
	uint64_t length = s->length_bytes - skip;

	if (from->desc.send_count != 1 || to->desc.receive_count != 1 || length > t->length_bytes ||
	    t->length_bytes == PIECE_UNREAD ||
	    !copy_little(from->vspace, s->address + skip, to->vspace, t->address, length))
		return -1;
	return (int64_t)length;
}

static const struct message_piece *read_already(uint32_t count, const struct message_piece *piece)
{
	return count == 1 && piece->length_bytes != PIECE_UNREAD ? piece : NULL;
}

struct copy_vector desc_send_vector(struct thread *t, uint64_t offset_bytes)
{
	return (struct copy_vector){
	    .vspace = t->vspace,
	    .pieces_va = pieces_at(t),
	    .count = t->desc.send_count,
	    .only = read_already(t->desc.send_count, &t->desc.send_piece),
	    .offset_bytes = offset_bytes,
	};
}

struct copy_vector desc_receive_vector(struct thread *t, uint64_t offset_bytes)
{
	return (struct copy_vector){
	    .vspace = t->vspace,
	    .pieces_va = pieces_at(t) + t->desc.send_count * sizeof(struct message_piece),
	    .count = t->desc.receive_count,
	    .only = read_already(t->desc.receive_count, &t->desc.receive_piece),
	    .offset_bytes = offset_bytes,
	};
}
