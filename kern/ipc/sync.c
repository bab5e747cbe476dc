/* SPDX-License-Identifier: 0BSD */
/* sync.c: waiting on an address. Locks are in lock.c. */
#include "ipc/sync.h"

#include <abi/errno.h>
#include <abi/sync.h>
#include "debug/trace.h"
#include "ipc/fault.h"
#include "ipc/inherit.h"
#include "ipc/sync_word.h"
#include "obj/thread.h"
#include "sched/preempt.h"
#include "sched/sched.h"

static uint64_t space_of(const struct vspace *v, bool shared, bool lock)
{
	return (shared ? 0 : frame_number(v)) << 1 | lock;
}

int64_t sync_locate(struct thread *t, uint64_t va, uint32_t flags, unsigned access, bool lock, struct sync_word *out)
{
	bool shared = flags & SYNC_SHARED;

	if ((va & 3) || (flags & ~(uint32_t)SYNC_FLAGS)) return -EINVAL;
	out->word = walk_page(t->vspace, va, access == PROT_WRITE ? WALK_WRITE : WALK_READ);
	if (!out->word) return fault_own(t, va, sizeof(*out->word), access);
	out->key.space = space_of(t->vspace, shared, lock);
	out->key.place = shared ? virt_to_phys(out->word) : va;
	return 0;
}

/* T's call has its address as first argument. */
bool sync_still_there(const struct thread *t)
{
	const struct sync_key *key = &t->sync.key;
	const void *word;

	if (!t->vspace) return false;
	if (key->space >> 1) return key->space >> 1 == frame_number(t->vspace);
	word = walk_page(t->vspace, t->regs.w[0], WALK_READ);
	return word && virt_to_phys(word) == key->place;
}

void sync_block(struct thread *t, uint64_t deadline_ns)
{
	sched_block(t);
	t->state = THREAD_SYNC;
	timeout_start(&t->timeout, deadline_ns);
}

/* Lets W's thread go on: with result 0, or, if its address does not mean this word any more, with its call made again. True in the
 * first case. */
static bool wake(struct sync_waiter *w)
{
	struct thread *t = container_of(w, struct thread, sync);
	bool there = sync_still_there(t);

	sync_queue_leave(w);
	if (there)
		sync_resume(t, 0);
	else
		sync_again(t);
	return there;
}

void sync_resume(struct thread *t, int64_t result)
{
	TRACE(SYNC_WAKE, thread_number(t), t->regs.w[0], 0);
	timeout_stop(&t->timeout);
	thread_result(t, result);
	sched_ready(t);
}

void sync_again(struct thread *t)
{
	timeout_stop(&t->timeout);
	t->restart = true;
	sched_ready(t);
}

int64_t sync_wait(struct thread *t, uint64_t va, uint32_t expected, uint64_t deadline_ns, uint32_t flags)
{
	struct sync_word at;
	int64_t error = sync_locate(t, va, flags, PROT_READ, false, &at);

	if (error) return error;
	if (__atomic_load_n(at.word, __ATOMIC_SEQ_CST) != expected) return -EAGAIN;
	if (deadline_ns <= time_now()) return -ETIMEDOUT;
	TRACE(SYNC_WAIT, thread_number(t), va, 0);
	sync_queue_join(&t->sync, &at.key, t->priority);
	sync_block(t, deadline_ns);
	return SYS_BLOCKED;
}

/* The key of VA for waking: a private one needs no look at the memory. */
static int64_t wake_key(struct thread *t, uint64_t va, uint32_t flags, struct sync_key *key)
{
	struct sync_word at;
	int64_t error;

	if (!(flags & SYNC_SHARED) && !(flags & ~(uint32_t)SYNC_FLAGS) && !(va & 3)) {
		*key = (struct sync_key){space_of(t->vspace, false, false), va};
		return va < USER_END ? 0 : -EFAULT;
	}
	error = sync_locate(t, va, flags, PROT_READ, false, &at);
	if (!error) *key = at.key;
	return error;
}

int64_t sync_wake(struct thread *t, uint64_t va, uint32_t count, uint32_t flags)
{
	struct sync_key key = {0};
	struct sync_waiter *w;
	int64_t error = wake_key(t, va, flags, &key);

	if (error) return error;
	if (!t->progress) t->sync.since = sync_queue_now(); /* who was woken, and waits again, is not meant */
	while (t->progress < count && (w = sync_queue_first_before(&key, t->sync.since))) {
		t->progress += wake(w);
		if (t->progress < count && preempt_cut()) return SYS_RESTART;
	}
	return (int64_t)t->progress;
}

uint64_t sync_owner_number(const struct thread *t)
{
	const struct sync_queue *q = sync_queue_find(&t->sync.key);

	return q && q->lent_to ? thread_number(container_of(q->lent_to, struct thread, locks)) : 0;
}
