/* SPDX-License-Identifier: 0BSD */
/* cred.h: credentials: immutable records with numbers that never come again. Record 0 is root's, for ever. */
#pragma once

#include "lib/tree.h"

#include <stdbool.h>
#include <stdint.h>
#include <proto/flags.h>

struct cred {
	struct tree_node by_number;
	uint32_t references;
	struct proto_cred is;
};

extern struct cred cred_root;

static inline uint32_t cred_number(const struct cred *c) { return (uint32_t)c->by_number.key; }
struct cred *cred_get(struct cred *c);
void cred_put(struct cred *c);
/* NULL: no such record. Borrows. */
struct cred *cred_lookup(uint32_t number);
/* A record that says IS; OLD itself, if it says so; one reference. NULL: no memory. */
struct cred *cred_new(struct cred *old, const struct proto_cred *is);
/* What POSIX makes of OLD when its owner wants the FIELDS (CRED_) of WANT: 0, EPERM, EINVAL. */
int cred_change(const struct proto_cred *old, const struct proto_cred *want, uint32_t fields, struct proto_cred *out);
/* Whether FROM may signal TO (kill(2)); not counting SIGCONT. */
bool cred_may_signal(const struct proto_cred *from, const struct proto_cred *to);
bool cred_is_root(uint32_t number);
