/* SPDX-License-Identifier: 0BSD */
/* account.h: who pays. An account limits memory (pages), kernel objects and processes.
 *
 * Lazy or reserved: a lazy region is charged page by page as it is touched; a reserved one when it
 * is made (and so is its clone), and touching it cannot fail for want of quota.
 */
#pragma once

#include "lib/list.h"
#include "main/handle.h"

enum account_what { ACCOUNT_IS_MEMORY, ACCOUNT_IS_OBJECTS, ACCOUNT_IS_PROCESSES, ACCOUNT_KINDS };

struct account {
	struct handle handle;
	uint32_t id;
	uint32_t references;
	uint64_t used[ACCOUNT_KINDS]; /* memory: pages */
	uint64_t limit[ACCOUNT_KINDS];
	struct list given; /* what servers hold that was made for them (kobj.h, given.h) */
	struct list_node all;
};

/* The first one: everything that exists at boot; no limit but what there is. */
extern struct account account_root;
extern struct list account_list; /* of all, in order of their numbers */

/* The root's limit of memory is PAGES. */
void account_init(uint64_t pages);
/* A new account with limits of 0; one reference. NULL: no memory. */
struct account *account_new(void);
struct account *account_get(struct account *a);
void account_put(struct account *a);
/* NULL: no such number. */
struct account *account_lookup(uint32_t id);

/* A capability in sys' own table, as handle_open; its Connection holds a reference. */
int account_open(struct account *a, cap_t *slot);
/* The account that a capability in sys' own table stands for; NULL: none. Borrows. */
struct account *account_of(cap_t slot);

/* ENOMEM (memory), EAGAIN (objects, processes): the limit. */
int account_charge(struct account *a, enum account_what what, uint64_t amount);
void account_uncharge(struct account *a, enum account_what what, uint64_t amount);
/* Moves AMOUNT of limit from one to the other. ENOMEM: not so much is left free there. */
int account_move(struct account *from, struct account *to, enum account_what what, uint64_t amount);
/* The limit itself: only for root's. EBUSY: below what is used. */
int account_set_limit(struct account *a, enum account_what what, uint64_t amount);
