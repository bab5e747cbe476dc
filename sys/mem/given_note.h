/* SPDX-License-Identifier: 0BSD */
/* given_note.h: notes of what sys no longer holds a capability to, between kobj.c and given.c. */
#pragma once

#include "mem/kobj.h"

struct given;

/* Pages that are charged for 2^log2 bytes of a kernel object: those smaller than a page are counted as objects alone.
 */
static inline uint64_t kobj_pages(unsigned log2) { return log2 < PAGE_LOG2 ? 0 : 1ull << (log2 - PAGE_LOG2); }
int kobj_charge(struct account *a, uint64_t objects, uint64_t pages);
void kobj_uncharge(struct account *a, uint64_t objects, uint64_t pages);

/* Takes over the piece of K and what is charged for it. NULL: no memory for the note, so that both are lost. */
struct given *given_note(const struct kobj *k);
