/* SPDX-License-Identifier: 0BSD */
/* sync_word.h: what sync.c and lock.c share. */
#pragma once

#include "ipc/sync_queue.h"
#include "mm/walk.h"

struct thread;

/* A word in user memory and the name under which threads wait for it. */
struct sync_word {
	uint32_t *word; /* until the lock is dropped */
	struct sync_key key;
};

/* Finds the word at VA of T. ACCESS is PROT_READ or PROT_WRITE; LOCK: it is a lock word, whose
 * waiters are others than the address's. 0, -EINVAL, or what fault_own answers. */
int64_t sync_locate(struct thread *t, uint64_t va, uint32_t flags, unsigned access, bool lock, struct sync_word *out);

/* Whether the address for which T waits still means the word by whose name it waits. */
bool sync_still_there(const struct thread *t);

/* T, current, has joined a queue: it waits. */
void sync_block(struct thread *t, uint64_t deadline_ns);

/* T has left its queue: its call answers RESULT, or is made again. */
void sync_resume(struct thread *t, int64_t result);
void sync_again(struct thread *t);
