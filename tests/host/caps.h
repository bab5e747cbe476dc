/* SPDX-License-Identifier: 0BSD */
/* caps.h: a root CSpace with memory, and the real calls on it: for tests of slots, CSpaces, Untypeds and the ends of
 * objects. A test begins with caps_begin() and ends with caps_end(), which checks that all has come back. */
#pragma once

#include "api/table.h"
#include "host/shim/caps.h"

#define SELF CAP_SELF_CSPACE

extern struct thread caller, other;

/* What goes where in the root CSpace; below are the world's Untypeds. */
enum { EVENT = 8, COPY, CHILD, TABLE, FEED, PARENT, SPACE, EXTENT, ENDPOINT, FREE = 32 };

#define CALL(call, slot, ...) host_call_all(&caller, SYS_##call, slot, (uint64_t[6]){__VA_ARGS__})
/* One piece of a call. */
#define PIECE(thread, call, slot, ...) host_call(thread, SYS_##call, slot, (uint64_t[6]){__VA_ARGS__})

bool always(void);
void caps_begin(void);
void caps_end(void);

struct slot *at(cap_t index);
int64_t make_from(cap_t untyped, unsigned type, unsigned size_log2, cap_t to);
int64_t make(unsigned type, unsigned size_log2, cap_t to);
int64_t copy(cap_t from, cap_t to);
int64_t derive(cap_t from, cap_t to);
/* A CSpace in TABLE, fed with one page in FEED, both made from the Untyped PARENT. */
struct cspace *make_table(void);
