/* SPDX-License-Identifier: 0BSD */
/* kobj.c: kernel objects, what they are fed with, and those that are given away. */
#include "mem/kobj.h"

#include "mem/given_note.h"
#include "mem/heap.h"
#include "mem/piece.h"
#include "mem/slot.h"

#include <parley/syscall.h>

static unsigned least_log2(enum object_type type)
{
	switch (type) {
#define OBJECT(NAME, name, least, most, text)                                                                          \
	case OBJ_##NAME:                                                                                               \
		return least;
#include <abi/object.def>
#undef OBJECT
	default:
		return 0;
	}
}

int kobj_charge(struct account *a, uint64_t objects, uint64_t pages)
{
	int r = account_charge(a, ACCOUNT_IS_OBJECTS, objects);

	if (r < 0)
		return r;
	r = account_charge(a, ACCOUNT_IS_MEMORY, pages);
	if (r < 0)
		account_uncharge(a, ACCOUNT_IS_OBJECTS, objects);
	return r;
}

void kobj_uncharge(struct account *a, uint64_t objects, uint64_t pages)
{
	account_uncharge(a, ACCOUNT_IS_OBJECTS, objects);
	account_uncharge(a, ACCOUNT_IS_MEMORY, pages);
}

int kobj_make(struct kobj *k, enum object_type type, unsigned size_log2, struct account *account)
{
	unsigned log2 = size_log2 ? size_log2 : least_log2(type);
	int r = kobj_charge(account, 1, kobj_pages(log2));

	if (r < 0)
		return r;
	r = -ENOMEM;
	k->piece = piece_take(log2);
	if (!k->piece)
		goto no_piece;
	r = slot_take(&k->slot);
	if (r < 0)
		goto no_slot;
	r = (int)os_untyped_retype(piece_slot(k->piece), type, log2, 1, CAP_SELF_CSPACE, k->slot);
	if (r < 0)
		goto no_object;
	k->account = account_get(account);
	return 0;
no_object:
	slot_give(k->slot);
no_slot:
	piece_give(k->piece);
no_piece:
	kobj_uncharge(account, 1, kobj_pages(log2));
	*k = (struct kobj){.slot = CAP_NONE};
	return r;
}

/* Takes the memory of K back, or leaves that to account_sweep. */
static void piece_back(struct kobj *k)
{
	if (piece_try_give(k->piece)) {
		kobj_uncharge(k->account, 1, kobj_pages(piece_log2(k->piece)));
		account_put(k->account);
	} else {
		given_note(k);
	}
}

void kobj_delete(struct kobj *k)
{
	if (!k->piece)
		return;
	slot_delete(k->slot);
	piece_back(k);
	*k = (struct kobj){.slot = CAP_NONE};
}

int kobj_feed(struct kobj *k, struct feed **feeds, unsigned size_log2)
{
	struct feed *f = heap_new(struct feed);
	struct os_words info;
	int64_t r = -ENOMEM;

	if (!f || account_charge(k->account, ACCOUNT_IS_MEMORY, kobj_pages(size_log2)) < 0)
		goto no_charge;
	f->piece = piece_take(size_log2);
	if (!f->piece)
		goto no_piece;
	r = os_cspace_info(CAP_SELF_CSPACE, k->slot, &info);
	switch (info.w[0] & 0xff) {
	case OBJ_VSPACE:
		r = os_vspace_feed(k->slot, piece_slot(f->piece));
		break;
	case OBJ_CSPACE:
		r = os_cspace_feed(k->slot, piece_slot(f->piece));
		break;
	default:
		r = os_endpoint_feed(k->slot, piece_slot(f->piece));
	}
	if (r < 0)
		goto refused;
	f->next = *feeds;
	*feeds = f;
	return 0;
refused:
	piece_give(f->piece);
no_piece:
	account_uncharge(k->account, ACCOUNT_IS_MEMORY, kobj_pages(size_log2));
no_charge:
	heap_free(f, sizeof(*f));
	return (int)r;
}

void kobj_unfeed(struct account *account, struct feed **feeds)
{
	while (*feeds) {
		struct feed *f = *feeds;

		*feeds = f->next;
		account_uncharge(account, ACCOUNT_IS_MEMORY, kobj_pages(piece_log2(f->piece)));
		piece_give(f->piece);
		heap_delete(f);
	}
}
