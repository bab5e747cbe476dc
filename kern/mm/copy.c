/* SPDX-License-Identifier: 0BSD */
/* copy.c: the copy engine of messages.
 *
 * Each side is first resolved into a few runs, bytes that are contiguous in physical memory, and
 * then the runs of both sides are moved into each other. So each of the two loops, the most
 * executed ones of the kernel, has little to keep in mind. What was resolved is good until the lock
 * is dropped: a cut that stops the copy throws it away.
 */
#include "mm/copy.h"

#include <abi/errno.h>
#include "mm/walk.h"
#include "sched/preempt.h"

/* What may be copied between two cuts, and what a move costs in the same currency beside its bytes.
 */
#define MOVE_BYTES 128
#define UNIT_BYTES (PAGE_SIZE + MOVE_BYTES)

/* Resolved at once, a side: so many runs, so many bytes. */
#define RUNS	   8
#define RUNS_BYTES (16 * PAGE_SIZE)

/* User addresses and lengths have fewer bits. */
#define USER_BITS   47

#define UNLIKELY(x) __builtin_expect((x), 0)

enum step {
	STEP_ON,
	STEP_END,    /* the list is at its end */
	STEP_ABSENT, /* side.fault_va */
	STEP_FAULT,
};

struct run {
	uint8_t *at;
	uint64_t bytes;
};

struct side {
	const struct copy_vector *vector;
	const volatile struct message_piece *piece; /* the next one */
	uint64_t count;				    /* pieces from `piece` on */
	uint64_t va, rest;			    /* of the current piece, what is not resolved yet */
	uint64_t fault_va;
	struct walk walk;
	struct run *next;	  /* not copied yet */
	struct run run[RUNS + 1]; /* behind the last: bytes 0 */
};

/* The walk to VA failed. */
static __attribute__((noinline, cold)) enum step miss(struct side *s, uint64_t va)
{
	s->fault_va = va;
	return walk_hopeless(s->vector->vspace, va) ? STEP_FAULT : STEP_ABSENT;
}

/* Where the next entry of the list is; done at the beginning, and when the list enters another
 * page. */
static __attribute__((noinline)) enum step list_page(struct side *s)
{
	const struct copy_vector *v = s->vector;
	uint64_t va = v->pieces_va + (v->count - s->count) * sizeof(struct message_piece);

	s->piece = walk_page(v->vspace, va, WALK_READ);
	return s->piece ? STEP_ON : miss(s, va);
}

/* Takes the next piece from the list. */
static inline enum step next_piece(struct side *s, uint64_t *va, uint64_t *rest)
{
	if (s->count == 0)
		return STEP_END;
	if (UNLIKELY(((uintptr_t)s->piece & (PAGE_SIZE - 1)) == 0)) {
		enum step step = list_page(s);

		if (step)
			return step;
	}
	*va = s->piece->address;
	*rest = s->piece->length_bytes;
	s->piece++;
	s->count--;
	return STEP_ON;
}

/* Resolves at most LIMIT bytes, which is not 0. STEP_ON: there are runs now. */
static __attribute__((noinline)) enum step resolve(struct side *s, uint64_t limit, uint64_t want)
{
	struct run *run = s->run;
	uint64_t va = s->va, rest = s->rest;
	enum step step = STEP_ON;

	limit = min(limit, (uint64_t)RUNS_BYTES);
	do {
		uint64_t bytes;

		while (rest == 0) {
			step = next_piece(s, &va, &rest);
			if (UNLIKELY(step))
				goto out;
		}
		bytes = min(rest, limit);
		run->at = walk_run(&s->walk, s->vector->vspace, va, bytes, want, &bytes);
		if (UNLIKELY(!run->at)) {
			step = miss(s, va);
			break;
		}
		run->bytes = bytes;
		va += bytes;
		rest -= bytes;
		limit -= bytes;
		run++;
	} while (limit > 0 && run < s->run + RUNS);
out:
	s->va = va;
	s->rest = rest;
	s->next = s->run;
	run->bytes = 0;
	return run > s->run ? STEP_ON : step;
}

/* Begins at V's offset. */
static enum step begin(struct side *s, const struct copy_vector *v)
{
	uint64_t skip = v->offset_bytes, va = 0, rest = 0;

	s->vector = v;
	s->piece = NULL;
	s->count = v->count;
	s->next = s->run;
	s->run[0].bytes = 0;
	s->walk.count = 0;
	s->fault_va = v->pieces_va;
	if (v->only) {
		s->count = 0;
		if (skip >= v->only->length_bytes)
			return STEP_END;
		s->va = v->only->address + skip;
		s->rest = v->only->length_bytes - skip;
		return STEP_ON;
	}
	if (v->pieces_va % sizeof(struct message_piece) || v->count > MESSAGE_PIECES_MAX)
		return STEP_FAULT;
	while (skip >= rest) {
		enum step step;

		skip -= rest;
		step = next_piece(s, &va, &rest);
		if (step)
			return step;
	}
	s->va = va + skip;
	s->rest = rest - skip;
	return STEP_ON;
}

static inline void copy_bytes(void *to, const void *from, uint64_t bytes)
{
	uint64_t words = bytes / 8;

	__asm__ volatile("rep movsq\n\tmovq %3, %%rcx\n\trep movsb"
			 : "+&D"(to), "+&S"(from), "+&c"(words)
			 : "r"(bytes % 8)
			 : "memory");
}

/* Moves whole pages, with a cut before each, as long as more than a page is left: the middle of
 * long runs. FRESH: there was a cut just now. True when a cut says to stop. */
static inline bool move_pages(uint8_t **to, uint8_t **from, uint64_t *rest, bool fresh)
{
	uint8_t *target = *to, *source = *from;
	uint64_t left = *rest;
	bool cut = false;

	do {
		uint64_t words = PAGE_SIZE / 8;

		if (!fresh) {
			cut = preempt_cut();
			if (cut)
				break;
		}
		fresh = false;
		__asm__ volatile("rep movsq" : "+D"(target), "+S"(source), "+c"(words) : : "memory");
		left -= PAGE_SIZE;
	} while (left > PAGE_SIZE);
	*to = target;
	*from = source;
	*rest = left;
	return cut;
}

/* Moves runs of S into runs of T until one side has no more, or a cut says to stop: then true. */
static inline bool move_runs(struct side *s, struct side *t, int64_t *budget, uint64_t *left)
{
	struct run *s_next = s->next, *t_next = t->next;
	struct run from = *s_next, to = *t_next;
	uint64_t bytes, done = 0;
	bool cut = false;

	while ((bytes = min(from.bytes, to.bytes)) != 0) {
		if (bytes > PAGE_SIZE) {
			uint64_t rest = bytes;

			cut = move_pages(&to.at, &from.at, &rest, *budget == UNIT_BYTES);
			*budget = 0;
			done += bytes - rest;
			from.bytes -= bytes - rest;
			to.bytes -= bytes - rest;
			if (cut)
				break;
			bytes = rest;
		}
		*budget -= (int64_t)bytes + MOVE_BYTES;
		if (*budget < 0) {
			cut = preempt_cut();
			if (cut)
				break;
			*budget = (int64_t)(UNIT_BYTES - MOVE_BYTES - bytes);
		}
		copy_bytes(to.at, from.at, bytes);
		to.at += bytes;
		from.at += bytes;
		done += bytes;
		from.bytes -= bytes;
		to.bytes -= bytes;
		if (from.bytes == 0)
			from = *++s_next;
		if (to.bytes == 0)
			to = *++t_next;
	}
	*s_next = from;
	*t_next = to;
	s->next = s_next;
	t->next = t_next;
	*left -= done;
	return cut;
}

static enum copy_result side_result(enum step step, bool source)
{
	if (step == STEP_END)
		return COPY_DONE;
	if (step == STEP_ABSENT)
		return source ? COPY_SOURCE_ABSENT : COPY_TARGET_ABSENT;
	return source ? COPY_SOURCE_FAULT : COPY_TARGET_FAULT;
}

static enum copy_result copy(struct side *s, struct side *t, uint64_t *left, uint64_t *fault_va)
{
	int64_t budget = UNIT_BYTES;

	while (*left > 0) {
		enum step step = s->next->bytes ? STEP_ON : resolve(s, *left, WALK_READ);

		if (UNLIKELY(step)) {
			*fault_va = s->fault_va;
			return side_result(step, true);
		}
		step = t->next->bytes ? STEP_ON : resolve(t, *left, WALK_WRITE);
		if (UNLIKELY(step)) {
			*fault_va = t->fault_va;
			return side_result(step, false);
		}
		if (move_runs(s, t, &budget, left))
			return COPY_CUT;
	}
	return COPY_DONE;
}

bool copy_within_pages(struct vspace *from, uint64_t from_va, struct vspace *to, uint64_t to_va, uint64_t bytes)
{
	const void *s;
	void *t;

	if (bytes > page_rest(from_va) || bytes > page_rest(to_va))
		return false;
	s = walk_page(from, from_va, WALK_READ);
	t = walk_page(to, to_va, WALK_WRITE);
	if (!s || !t)
		return false;
	copy_bytes(t, s, bytes);
	return true;
}

enum copy_result copy_pieces(struct copy_vector *from, struct copy_vector *to, uint64_t *left_bytes, uint64_t *fault_va)
{
	struct side s, t;
	uint64_t left = *left_bytes, done;
	enum copy_result result = COPY_DONE;
	enum step step;

	if (left == 0)
		return COPY_DONE;
	step = begin(&s, from);
	if (step) {
		*fault_va = s.fault_va;
		return side_result(step, true);
	}
	step = begin(&t, to);
	if (step) {
		*fault_va = t.fault_va;
		return side_result(step, false);
	}
	result = copy(&s, &t, &left, fault_va);
	done = *left_bytes - left;
	from->offset_bytes += done;
	to->offset_bytes += done;
	*left_bytes = left;
	return result;
}

uint64_t copy_total(struct vspace *v, uint64_t pieces_va, uint32_t count, int *error)
{
	struct copy_vector list; /* as much of it as list_page looks at */
	struct side s;
	uint64_t total = 0, bits = 0, top = 0, va, length;
	enum step step = STEP_ON;

	if (UNLIKELY(count > MESSAGE_PIECES_MAX || pieces_va % sizeof(struct message_piece))) {
		*error = count > MESSAGE_PIECES_MAX ? -E2BIG : -EFAULT;
		return 0;
	}
	list.vspace = v;
	list.pieces_va = pieces_va;
	list.count = count;
	s.vector = &list;
	s.count = count;
	while (s.count && (step = list_page(&s)) == STEP_ON) {
		do { /* to the end of the page */
			va = s.piece->address;
			length = s.piece->length_bytes;
			s.piece++;
			if (length == 0)
				continue;
			bits |= va | length;
			top = max(top, va + length);
			total += length; /* 64 times 2^47 at most, or refused below */
		} while (--s.count && (uintptr_t)s.piece & (PAGE_SIZE - 1));
	}
	if (step != STEP_ON) {
		*error = step == STEP_ABSENT ? -EABSENT : -EFAULT;
		return s.fault_va;
	}
	if (bits >= 1ull << USER_BITS || top > USER_END) {
		*error = -EFAULT;
		return 0;
	}
	*error = total > MESSAGE_LENGTH_MAX ? -E2BIG : 0;
	return total;
}

bool copy_present(const struct copy_vector *v, uint64_t bytes, bool write, uint64_t *absent_va)
{
	struct side s;
	enum step step = begin(&s, v);

	while (step == STEP_ON && bytes > 0) {
		step = resolve(&s, bytes, write ? WALK_WRITE : WALK_READ);
		for (const struct run *run = s.next; step == STEP_ON && run->bytes; run++)
			bytes -= run->bytes;
	}
	if (step == STEP_ON || step == STEP_END)
		return true;
	*absent_va = step == STEP_ABSENT ? s.fault_va : COPY_HOPELESS_VA;
	return false;
}
