/* SPDX-License-Identifier: 0BSD */
/* fault.c: from a fault message to pages, or to sys/proc where memory is not the answer. */
#include "mem/fault.h"

#include "lib/bits.h"
#include "mem/pages.h"
#include "proc/proc.h"

#include <abi/fault.h>
#include <abi/memory.h>

#define NEIGHBOURS 4u /* pages that are mapped around one that is there */
#define PAGES_MAX 64u /* brought for one fault of a message; it faults again for the rest */

static bool allowed(const struct region *r, uint64_t access)
{
	if (r->flags & REGION_OWNER)
		return false;
	if (access & (PROT_WRITE | PROT_EXEC))
		return (r->prot & access) == access;
	return r->prot & (PROT_READ | PROT_WRITE | PROT_EXEC);
}

/* Brings the page at ADDRESS. As pages_resolve; EACCES: no such region, or not for that. *o: whose page is awaited. */
static int64_t bring(struct space *s, uint64_t page, uint32_t access, struct memobj **o)
{
	struct region *r = region_find(s, page);
	int64_t status;

	if (!r || !allowed(r, access))
		return -EACCES;
	status = pages_resolve(s, r, page, access);
	if (status == SYS_LATER)
		*o = r->object;
	return status;
}

static int64_t resolve(struct task *t, const uint64_t *w, struct memobj **o)
{
	uint64_t first = w[FAULT_WORD_ADDRESS] / PAGE_BYTES;
	uint64_t last = (w[FAULT_WORD_ADDRESS] + max(w[FAULT_WORD_LENGTH], (uint64_t)1) - 1) / PAGE_BYTES;
	int64_t status = bring(t->space, first, (uint32_t)w[FAULT_WORD_ACCESS], o);

	t->space->faults++;
	for (uint64_t page = first + 1; status == 0 && page <= last && page < first + PAGES_MAX; page++) {
		struct mapping *m = leaf_at(leaf_find(&t->space->leaves, page), page);

		/* What is in the space may not be mapped yet, after a fork: one page of each leaf's row brings its
		 * neighbours. What is not the first page is no reason to fail. */
		if ((!m || page % NEIGHBOURS == 0) && bring(t->space, page, (uint32_t)w[FAULT_WORD_ACCESS], o) != 0)
			break;
	}
	return status;
}

int64_t fault_serve(struct task *t, struct request *q)
{
	const uint64_t *w = q->words.w;
	struct memobj *o = NULL;
	int64_t status = -EACCES;

	if ((w[FAULT_WORD_KIND] & ~(uint64_t)FAULT_IN_MESSAGE) == FAULT_PAGE)
		status = resolve(t, w, &o);
	if (status == SYS_LATER)
		status = memobj_wait(o, t, q);
	if (status < 0 && status != SYS_LATER)
		return proc_fault(t, q);
	return status;
}

static void stop_waiting(struct task *t)
{
	list_remove(&t->waiting);
	t->waits_for = NULL;
	t->fault = NULL;
}

void fault_again(struct task *t)
{
	struct parked *p = t->fault;
	struct memobj *o = NULL;
	int64_t status = resolve(t, p->q.words.w, &o);
	struct request q;

	if (status == SYS_LATER) {
		list_remove(&t->waiting);
		t->waits_for = o;
		list_push_back(&o->waiters, &t->waiting);
		return;
	}
	stop_waiting(t);
	if (status == 0) {
		parked_reply(p, 0);
		return;
	}
	q = p->q;
	parked_drop(p);
	status = proc_fault(t, &q);
	if (status != SYS_LATER)
		request_reply(&q, status);
}

/* Whoever waits for a page does not stop waiting for a signal: the page comes, or is refused. */
void fault_notice(struct parked *p, unsigned bits)
{
	if (bits)
		return;
	stop_waiting(p->owner);
	parked_drop(p);
}
