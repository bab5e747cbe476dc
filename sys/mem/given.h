/* SPDX-License-Identifier: 0BSD */
/* given.h: kernel objects that are made for programs and given away.
 *
 * sys keeps the memory that they live in and no capability, so they end when their last holder lets go; what is
 * charged for them then comes back when account_sweep finds it (at the end of a descriptor space, and when
 * something is lacking).
 */
#pragma once

#include "mem/account.h"

/* An Event, Timer or Irq in a slot of sys' own, to be given with request_give(q, slot, true). */
int given_object(struct account *a, enum object_type type, cap_t *slot);
/* An Endpoint with room for so many Connections (at least 15) and a reserve SchedContext. */
int given_endpoint(struct account *a, unsigned connections, cap_t *slot);
/* Feeds an Endpoint, or a CSpace, for so many more Connections or slots. SLOT is sys' own, with the right MANAGE. */
int given_grow(struct account *a, cap_t slot, unsigned count);
/* An Extent of zeroed RAM of 2^size_log2 bytes. */
int given_extent(struct account *a, unsigned size_log2, cap_t *slot);
