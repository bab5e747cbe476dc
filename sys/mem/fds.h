/* SPDX-License-Identifier: 0BSD */
/* fds.h: descriptor spaces: CSpaces of programs, shared by threads, cloned by fork. */
#pragma once

#include "lib/list.h"
#include "main/handle.h"
#include "main/work.h"
#include "mem/kobj.h"

#include <parley/call.h>

struct fds {
	struct handle handle;
	uint32_t id;
	uint32_t references; /* threads, builds, the handle's Connection */
	struct account *account;
	struct kobj cspace;
	struct feed *feeds;
	struct list_node all;
	struct work teardown;
	struct work *then; /* added when everything in it is closed */
};

extern struct list fds_list;

/* One reference. ENOMEM, EAGAIN. */
int fds_new(struct account *account, struct fds **out);
struct fds *fds_get(struct fds *f);
/* The last one tears it down; THEN (NULL: nobody) is added as work when that is complete. If it is
 * not the last one, THEN is added at once. */
void fds_put(struct fds *f, struct work *then);
struct fds *fds_lookup(uint32_t id);
/* A capability in sys' own table, as handle_open; its Connection holds a reference. */
int fds_open(struct fds *f, cap_t *slot);

/* Copies all of FROM that fork copies. Call again on SYS_MORE, with the same *AT, which begins at
 * 0. */
int fds_clone_step(struct fds *to, struct fds *from, cap_t *at);
/* Closes what has one of the slot flags. As above. */
int fds_drop_step(struct fds *f, uint32_t flags, cap_t *at);
/* Copies slot FROM_SLOT of FROM (NULL: sys' own table) to SLOT of F, in place of what is there.
 * EBADF. */
int fds_put_slot(struct fds *f, cap_t slot, struct fds *from, cap_t from_slot, uint32_t rights, uint32_t flags);
int fds_empty_slot(struct fds *f, cap_t slot);
/* A copy of slot SLOT of F in sys' own table. EBADF. */
int fds_fetch(struct fds *f, cap_t slot, cap_t *own);
/* What is there, as cspace_info says it; EBADF: empty. */
int fds_slot_info(struct fds *f, cap_t slot, struct os_words *out);
