/* SPDX-License-Identifier: 0BSD */
/* shim.h: what stands in for the rest of sys. */
#pragma once

#include <stdint.h>

/* Bytes that are allocated. */
extern uint64_t shim_bytes;
/* Slots that were given to slot_delete. */
extern uint32_t shim_slots_deleted;
