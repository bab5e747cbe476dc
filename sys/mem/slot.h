/* SPDX-License-Identifier: 0BSD */
/* slot.h: the slots of sys' own CSpace. Numbers are kept in a bitmap; each is used by whoever took
 * it. */
#pragma once

#include "main/sys.h"

/* Slots from FIRST on are free. */
void slot_init(cap_t first);
/* An empty slot. EMFILE: the table is full; ENOMEM: no memory for more of it. */
int slot_take(cap_t *slot);
/* COUNT (at most 64) empty slots in a row. */
int slot_take_run(unsigned count, cap_t *first);
/* Gives the number back; the slot is empty. */
void slot_give(cap_t slot);
/* Empties it and gives the number back. CAP_NONE: nothing. */
void slot_delete(cap_t slot);
/* A copy of a slot of sys' own, with RIGHTS. */
int slot_copy(cap_t source, uint32_t rights, cap_t *copy);
/* How many numbers are not free: for tests of leaks. */
unsigned slot_used(void);
