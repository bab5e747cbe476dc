/* SPDX-License-Identifier: 0BSD */
/* lock.c: locks that lend priority.
 *
 * The word changes under us: threads that do not wait take a free lock and release an uncontended
 * one by themselves. The kernel changes it by compare-exchange; when that fails a few times in a
 * row the call is made again. Once LOCK_CONTENDED is set only the kernel changes the word of an
 * honest program.
 */
#include "ipc/sync.h"

#include <abi/errno.h>
#include <abi/sync.h>
#include "debug/trace.h"
#include "ipc/inherit.h"
#include "ipc/sync_word.h"
#include "obj/thread.h"
#include "sched/preempt.h"

#define EXCHANGES_MAX 4

_Static_assert(LOCK_OWNER == (1u << 28) - 1, "frame numbers have 28 bits, as in struct frame");

static struct thread *owner_of_tree(struct tree *locks)
{
	return locks ? container_of(locks, struct thread, locks) : NULL;
}

/* What waiters lend to OWNER may have changed. True when it has. */
static bool lock_priority_changed(struct thread *owner)
{
	uint8_t priority = sync_queue_lent_priority(&owner->locks);

	if (owner->lock_priority == priority) return false;
	owner->lock_priority = priority;
	return true;
}

static void owner_update(struct thread *owner)
{
	if (owner && lock_priority_changed(owner)) inherit_update(owner);
}

/* The queue Q (NULL: there is none) waits for OWNER from now on. */
static void queue_owner_set(struct sync_queue *q, struct thread *owner)
{
	struct thread *before;

	if (!q) return;
	before = owner_of_tree(q->lent_to);
	sync_queue_lend(q, &owner->locks);
	if (before != owner) owner_update(before);
	owner_update(owner);
}

/* The living thread that VALUE names as owner of a lock that T wants, or NULL. */
static struct thread *owner_find(const struct thread *t, uint32_t value, bool shared)
{
	uint64_t number = value & LOCK_OWNER;
	struct thread *owner;

	if (number >= frame_count || frame_at(number)->kind != FRAME_THREAD) return NULL;
	owner = phys_to_virt(number << PAGE_SHIFT);
	if (owner->state == THREAD_INACTIVE || owner->locks_lost || owner->object.dying) return NULL;
	return shared || owner->vspace == t->vspace ? owner : NULL;
}

/* The owner of the lock that T waits for, or NULL when it waits for none. */
static struct thread *awaited(const struct thread *t)
{
	struct sync_queue *q;

	if (t->state != THREAD_SYNC || !(t->sync.key.space & 1)) return NULL;
	q = sync_queue_find(&t->sync.key);
	return owner_of_tree(q->lent_to);
}

/* OWNER waits, through at most LOCK_CHAIN_MAX locks, for T. */
static bool closes_cycle(const struct thread *t, const struct thread *owner)
{
	for (unsigned i = 0; i < LOCK_CHAIN_MAX && owner; i++) {
		if (owner == t) return true;
		owner = awaited(owner);
	}
	return false;
}

static bool exchange(uint32_t *word, uint32_t *from, uint32_t to)
{
	return __atomic_compare_exchange_n(word, from, to, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* T becomes the owner of the lock, whose word is VALUE and whose owner is nobody. */
static bool take_over(struct thread *t, const struct sync_word *at, uint32_t *value)
{
	struct sync_queue *q = sync_queue_find(&at->key);

	if (!exchange(at->word, value, (uint32_t)thread_number(t) | (q ? LOCK_CONTENDED : 0))) return false;
	queue_owner_set(q, t);
	return true;
}

static int64_t join(struct thread *t, struct thread *owner, const struct sync_word *at, uint64_t deadline_ns)
{
	TRACE(SYNC_WAIT, thread_number(t), t->regs.w[0], thread_number(owner));
	queue_owner_set(sync_queue_join(&t->sync, &at->key, t->priority), owner);
	sync_block(t, deadline_ns);
	return SYS_BLOCKED;
}

int64_t lock_wait(struct thread *t, uint64_t va, uint64_t deadline_ns, uint32_t flags)
{
	struct sync_word at;
	int64_t error = sync_locate(t, va, flags, PROT_WRITE, true, &at);
	uint32_t value;

	if (error) return error;
	value = __atomic_load_n(at.word, __ATOMIC_SEQ_CST);
	for (unsigned i = 0; i < EXCHANGES_MAX; i++) {
		struct thread *owner = owner_find(t, value, flags & SYNC_SHARED);
		bool is_free = (value & LOCK_OWNER) == 0;

		if (!owner || is_free) {
			if (take_over(t, &at, &value)) return is_free ? 0 : -ESRCH;
			continue;
		}
		if (closes_cycle(t, owner)) return -EDEADLK;
		if (deadline_ns <= time_now()) return -ETIMEDOUT;
		if ((value & LOCK_CONTENDED) || exchange(at.word, &value, value | LOCK_CONTENDED))
			return join(t, owner, &at, deadline_ns);
	}
	return SYS_RESTART;
}

/* The first waiter of Q becomes the owner in place of whom Q lent to: the caller, unless somebody has written into the
 * word. */
static void hand_over(struct sync_queue *q, const struct sync_word *at)
{
	struct thread *heir = container_of(sync_queue_first(q), struct thread, sync);
	struct thread *before = owner_of_tree(q->lent_to);
	uint32_t value = (uint32_t)thread_number(heir);

	q = sync_queue_leave(&heir->sync);
	__atomic_store_n(at->word, value | (q ? LOCK_CONTENDED : 0), __ATOMIC_SEQ_CST);
	sync_resume(heir, 0);
	queue_owner_set(q, heir);
	owner_update(before);
}

int64_t lock_wake(struct thread *t, uint64_t va, uint32_t flags)
{
	struct sync_word at;
	struct sync_queue *q;
	int64_t error = sync_locate(t, va, flags, PROT_WRITE, true, &at);

	if (error) return error;
	if ((__atomic_load_n(at.word, __ATOMIC_SEQ_CST) & LOCK_OWNER) != thread_number(t)) return -EPERM;
	q = sync_queue_find(&at.key);
	if (!q) {
		__atomic_store_n(at.word, 0, __ATOMIC_SEQ_CST);
		return 0;
	}
	if (!sync_still_there(container_of(sync_queue_first(q), struct thread, sync))) {
		struct thread *stale = container_of(sync_queue_first(q), struct thread, sync);

		sync_cancel(stale);
		sync_again(stale);
		return SYS_RESTART;
	}
	hand_over(q, &at);
	return 0;
}

void sync_cancel(struct thread *t)
{
	struct thread *owner = awaited(t);

	sync_queue_leave(&t->sync);
	owner_update(owner);
}

struct thread *sync_priority_changed(struct thread *t)
{
	struct thread *owner;

	if (!tree_linked(&t->sync.node)) return NULL;
	owner = owner_of_tree(sync_queue_reorder(&t->sync, t->priority)->lent_to);
	return owner && lock_priority_changed(owner) ? owner : NULL;
}

bool sync_abandon_step(struct thread *t)
{
	struct sync_queue *q = sync_queue_lent_first(&t->locks);
	struct thread *waiter;

	t->locks_lost = true;
	if (!q) return true;
	waiter = container_of(sync_queue_first(q), struct thread, sync);
	sync_queue_leave(&waiter->sync);
	sync_again(waiter);
	return false;
}

void sync_abandon(struct thread *t)
{
	while (!sync_abandon_step(t))
		;
	t->locks_lost = false; /* it is INACTIVE from here on; started again it may own locks */
	t->lock_priority = 0;
}
