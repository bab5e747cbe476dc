/* SPDX-License-Identifier: 0BSD */
/* poll.c: reading the ready masks of many Connections.
 *
 * Entries are read and answered in place, one page walk for each page. Who finds nothing ready
 * watches (event_watch) and asks again when a pulse comes.
 */
#include <abi/poll.h>
#include "api/lookup.h"
#include "api/table.h"
#include "ipc/fault.h"
#include "mm/walk.h"

_Static_assert(sizeof(struct poll_entry) == 16, "entries do not cross pages");

#define ENTRIES_PER_CUT 16

#define KERNEL_BITS	(POLL_HANGUP | POLL_INVALID)

static inline uint32_t bits_of(const struct object *obj)
{
	const struct connection *c = container_of(obj, struct connection, object);

	return c->endpoint->dead ? POLL_HANGUP : c->ready & ~KERNEL_BITS;
}

/* The bits of a slot that is not simply a Connection. */
static __attribute__((noinline)) uint32_t other_bits(struct thread *t, cap_t index)
{
	struct slot *slot;
	int error = slot_lookup(t, index, OBJ_CONNECTION, RIGHT_CONNECTION_SEND, &slot);

	if (error) return error == -ESRVDEAD ? POLL_HANGUP : POLL_INVALID;
	return bits_of(slot->object);
}

/* A Connection in the thread's own CSpace is looked up here, anything else by slot_lookup. */
static inline uint32_t ready_of(struct thread *t, const struct poll_entry *entry)
{
	const struct slot *slot = cspace_slot(t->cspace, entry->slot);
	uint32_t bits;

	if (slot->type == OBJ_CONNECTION && (slot->rights & RIGHT_CONNECTION_SEND))
		bits = bits_of(slot->object);
	else
		bits = other_bits(t, entry->slot);
	return bits & (entry->mask | KERNEL_BITS);
}

/* Answers COUNT entries of one page. How many had something. */
static uint32_t poll_entries(struct thread *t, struct poll_entry *entry, uint32_t count)
{
	uint32_t hits = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t ready = ready_of(t, &entry[i]);

		entry[i].ready = ready;
		hits += ready != 0;
	}
	return hits;
}

/* How many of LEFT entries at VA to do before the next cut. */
static uint32_t piece(uint64_t va, uint32_t left)
{
	uint32_t in_page = (uint32_t)((PAGE_SIZE - va % PAGE_SIZE) / sizeof(struct poll_entry));

	left = min(left, in_page);
	return min(left, (uint32_t)ENTRIES_PER_CUT);
}

/* Looks at `count` entries (abi/poll.h, at most 64, 16-byte aligned) and writes into each what
 * is ready of what its mask asks for, or POLL_HANGUP or POLL_INVALID. Answers how many entries
 * have something. Never waits: to wait, event_watch what is not ready. */
int64_t sys_poll(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	uint32_t count = (uint32_t)arg[1];
	/* t->progress: entries done, and how many of them had something */
	uint32_t done = (uint32_t)t->progress, hits = (uint32_t)(t->progress >> 32);

	if (count > POLL_ENTRIES_MAX) return -E2BIG;
	if (arg[0] % sizeof(struct poll_entry)) return -EINVAL;
	while (done < count) {
		uint64_t va = arg[0] + done * sizeof(struct poll_entry);
		uint32_t n = piece(va, count - done);
		struct poll_entry *entry = walk_page(t->vspace, va, WALK_WRITE);

		if (!entry) return fault_own(t, va, n * sizeof(*entry), PROT_WRITE);
		hits += poll_entries(t, entry, n);
		done += n;
		t->progress = (uint64_t)hits << 32 | done;
		if (done < count && preempt_cut()) return SYS_RESTART;
	}
	return hits;
}
