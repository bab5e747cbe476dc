/* SPDX-License-Identifier: 0BSD */
/* piece.h: Untypeds of small fixed sizes, that kernel objects are made of.
 *
 * A zone of memory is cut into pieces of 2^16 to 2^20 bytes, such a piece into pieces of 2^12 to 2^15, a page into
 * pieces of 2^8 to 2^10. Free pieces stay in a list of their size. Where all pieces of a parent are free they can be
 * joined again (piece_trim), down to the zone.
 */
#pragma once

#include "main/sys.h"

struct piece;

/* An Untyped of 2^size_log2 bytes (8 to 20) with watermark 0. NULL: no memory. */
struct piece *piece_take(unsigned size_log2);
/* Nothing may be derived of it; its watermark is reset. NULL: nothing. */
void piece_give(struct piece *p);
/* The same if the Untyped is empty by now; false: something still lives in it. */
bool piece_try_give(struct piece *p);
cap_t piece_slot(const struct piece *p);
unsigned piece_log2(const struct piece *p);

/* P stays in use for ever, for sys itself: it is no longer counted. */
void piece_keep(struct piece *p);

/* Joins what is free; true if that freed a zone. */
bool piece_trim(void);
/* Bytes of pieces that are in use, without those kept. */
uint64_t piece_used_bytes(void);
/* Bytes of zones that have been cut. */
uint64_t piece_zone_bytes(void);
/* Bytes of heap for the records of pieces. */
uint64_t piece_records(void);
