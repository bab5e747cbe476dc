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
#include "lib/assert.h"
#include "mm/walk.h"
#include "sched/preempt.h"

/* What may be copied between two cuts, and what a move and a resolve cost in the same currency, about
 * eight bytes an instruction. A piece of a page may well be moved in two. */
#define UNIT_BYTES    (PAGE_SIZE + 2 * MOVE_BYTES)
#define MOVE_BYTES    256
#define RESOLVE_BYTES 2048

/* Resolved at once, a side: so many bytes, so many runs. An empty piece counts as a run, a page table that
 * has not been looked at as WALK_MISS. */
#define RUNS	   8
#define RUNS_BYTES (16 * PAGE_SIZE)

/* Before the first cut there is time for little, since whoever called has worked too; but for some, or
 * a copy that is stopped at each cut would never end. */
#define FIRST_RUNS  3
#define FIRST_BYTES 1024

/* User addresses and lengths have fewer bits. */
#define USER_BITS 47

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
	if (s->count == 0) return STEP_END;
	if (unlikely(((uintptr_t)s->piece & (PAGE_SIZE - 1)) == 0)) {
		enum step step = list_page(s);

		if (step) return step;
	}
	*va = s->piece->address;
	*rest = s->piece->length_bytes;
	s->piece++;
	s->count--;
	return STEP_ON;
}

/* Resolves at most LIMIT bytes, which is not 0. STEP_ON: there are runs now, or a number of empty pieces
 * is left behind. */
static __attribute__((noinline)) enum step resolve(struct side *s, uint64_t limit, uint64_t want)
{
	struct run *run = s->run;
	uint64_t va = s->va, rest = s->rest;
	enum step step = STEP_ON;

	limit = min(limit, (uint64_t)RUNS_BYTES);
	do {
		uint64_t bytes;

		if (rest == 0) {
			step = next_piece(s, &va, &rest);
			if (unlikely(step)) break;
			if (unlikely(rest == 0)) continue;
		}
		bytes = min(rest, limit);
		run->at = walk_run(&s->walk, s->vector->vspace, va, bytes, want, &bytes);
		if (unlikely(!run->at)) {
			step = miss(s, va);
			break;
		}
		run->bytes = bytes;
		va += bytes;
		rest -= bytes;
		limit -= bytes;
		run++;
	} while (limit > 0 && --s->walk.credit > 0);
	s->va = va;
	s->rest = rest;
	s->next = s->run;
	s->walk.credit = RUNS;
	run->bytes = 0;
	return run > s->run ? STEP_ON : step;
}

/* Leaves SKIP bytes of the list behind, in few instructions a piece. */
static enum step skip_pieces(struct side *s, uint64_t skip)
{
	while (s->count > 0) {
		enum step step = list_page(s);
		const volatile struct message_piece *piece = s->piece, *end;

		if (step) return step;
		end = piece + min(s->count, page_rest((uintptr_t)piece) / sizeof(*piece));
		for (; piece != end; piece++) {
			uint64_t length = piece->length_bytes;

			if (skip < length) {
				s->va = piece->address + skip;
				s->rest = length - skip;
				s->count -= (uint64_t)(piece - s->piece) + 1;
				s->piece = piece + 1;
				return STEP_ON;
			}
			skip -= length;
		}
		s->count -= (uint64_t)(end - s->piece);
	}
	return STEP_END;
}

/* Begins at V's offset. */
static enum step begin(struct side *s, const struct copy_vector *v)
{
	s->vector = v;
	s->piece = NULL;
	s->count = v->count;
	s->va = s->rest = 0;
	s->walk.credit = FIRST_RUNS;
	s->next = s->run;
	s->run[0].bytes = 0;
	s->walk.count = 0;
	s->fault_va = v->pieces_va;
	if (v->only) {
		s->count = 0;
		if (v->offset_bytes >= v->only->length_bytes) return STEP_END;
		s->va = v->only->address + v->offset_bytes;
		s->rest = v->only->length_bytes - v->offset_bytes;
		return STEP_ON;
	}
	if (v->pieces_va % sizeof(struct message_piece) || v->count > MESSAGE_PIECES_MAX) return STEP_FAULT;
	return skip_pieces(s, v->offset_bytes);
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
 * long runs. True when a cut says to stop. */
static inline bool move_pages(uint8_t **to, uint8_t **from, uint64_t *rest)
{
	uint8_t *target = *to, *source = *from;
	uint64_t left = *rest;
	bool cut;

	do {
		uint64_t words = PAGE_SIZE / 8;

		cut = preempt_cut();
		if (cut) break;
		__asm__ volatile("rep movsq" : "+D"(target), "+S"(source), "+c"(words) : : "memory");
		left -= PAGE_SIZE;
	} while (left > PAGE_SIZE);
	*to = target;
	*from = source;
	*rest = left;
	return cut;
}

/* BYTES of S's next run are done with. */
static inline void take(struct side *s, uint64_t bytes)
{
	s->next->at += bytes;
	s->next->bytes -= bytes;
	if (s->next->bytes == 0) s->next++;
}

/* Moves the little that there is time for before the first cut. */
static void move_first(struct side *s, struct side *t, uint64_t *left)
{
	uint64_t bytes = min(s->next->bytes, t->next->bytes);

	bytes = min(bytes, (uint64_t)FIRST_BYTES);
	KASSERT(bytes > 0, "both sides stand at a piece that is not empty");
	copy_bytes(t->next->at, s->next->at, bytes);
	take(s, bytes);
	take(t, bytes);
	*left -= bytes;
}

/* Moves runs of S into runs of T until one side has no more, or a cut says to stop: then true. */
static inline bool move_runs(struct side *s, struct side *t, int64_t *budget, uint64_t *left)
{
	struct run *s_next = s->next, *t_next = t->next;
	struct run from = *s_next, to = *t_next;
	uint64_t bytes, done = 0;
	bool cut = false;

	while ((bytes = min(from.bytes, to.bytes)) != 0) {
		if (unlikely(*budget < (int64_t)bytes)) {
			if (bytes > PAGE_SIZE) {
				uint64_t rest = bytes;

				cut = move_pages(&to.at, &from.at, &rest);
				done += bytes - rest;
				from.bytes -= bytes - rest;
				to.bytes -= bytes - rest;
				bytes = rest;
			} else {
				cut = preempt_cut();
				*budget = UNIT_BYTES;
			}
			if (cut) break;
		}
		*budget -= (int64_t)bytes + MOVE_BYTES;
		copy_bytes(to.at, from.at, bytes);
		to.at += bytes;
		from.at += bytes;
		done += bytes;
		from.bytes -= bytes;
		to.bytes -= bytes;
		if (from.bytes == 0) from = *++s_next;
		if (to.bytes == 0) to = *++t_next;
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
	if (step == STEP_END) return COPY_DONE;
	if (step == STEP_ABSENT) return source ? COPY_SOURCE_ABSENT : COPY_TARGET_ABSENT;
	return source ? COPY_SOURCE_FAULT : COPY_TARGET_FAULT;
}

static enum copy_result copy(struct side *s, struct side *t, uint64_t *left, uint64_t *fault_va)
{
	const uint64_t all = *left;
	int64_t budget = 0;

	while (*left > 0) {
		enum step step = STEP_ON;

		if (unlikely(budget < 0) && *left < all) {
			if (preempt_cut()) return COPY_CUT;
			budget = UNIT_BYTES;
		}
		if (!s->next->bytes) {
			step = resolve(s, *left, WALK_READ);
			budget -= RESOLVE_BYTES;
		}
		if (unlikely(step)) {
			*fault_va = s->fault_va;
			return side_result(step, true);
		}
		if (!t->next->bytes) {
			step = resolve(t, *left, WALK_WRITE);
			budget -= RESOLVE_BYTES;
		}
		if (unlikely(step)) {
			*fault_va = t->fault_va;
			return side_result(step, false);
		}
		if (unlikely(*left == all))
			move_first(s, t, left);
		else if (move_runs(s, t, &budget, left))
			return COPY_CUT;
	}
	return COPY_DONE;
}

bool copy_little(struct vspace *from, uint64_t from_va, struct vspace *to, uint64_t to_va, uint64_t bytes)
{
	uint64_t part;

	if (bytes > PAGE_SIZE) return false;
	for (; bytes; from_va += part, to_va += part, bytes -= part) {
		const void *s = walk_page(from, from_va, WALK_READ);
		void *t = walk_page(to, to_va, WALK_WRITE);

		if (!s || !t) return false;
		part = min(bytes, page_rest(from_va));
		part = min(part, page_rest(to_va));
		copy_bytes(t, s, part);
	}
	return true;
}

enum copy_result copy_pieces(struct copy_vector *from, struct copy_vector *to, uint64_t *left_bytes, uint64_t *fault_va)
{
	struct side s, t;
	uint64_t left = *left_bytes, done;
	enum copy_result result = COPY_DONE;
	enum step step;

	if (left == 0) return COPY_DONE;
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
	uint64_t total = 0, bits = 0;

	*error = count > MESSAGE_PIECES_MAX ? -E2BIG : pieces_va % sizeof(struct message_piece) ? -EFAULT : 0;
	while (count && !*error) {
		const volatile struct message_piece *piece = walk_page(v, pieces_va, WALK_READ);
		uint32_t here = min(count, (uint32_t)(page_rest(pieces_va) / sizeof(*piece)));

		if (!piece) {
			*error = walk_hopeless(v, pieces_va) ? -EFAULT : -EABSENT;
			return pieces_va;
		}
		pieces_va += here * sizeof(*piece);
		count -= here;
		for (const volatile struct message_piece *end = piece + here; piece != end; piece++) {
			uint64_t va = piece->address, length = piece->length_bytes;

			bits |= va | length | (va + length);
			total += length; /* 64 times 2^47 at most, or refused below */
		}
	}
	/* What is above USER_END, one page, is found out by the walk. */
	if (bits >= 1ull << USER_BITS)
		*error = -EFAULT;
	else if (total > MESSAGE_LENGTH_MAX)
		*error = -E2BIG;
	return total;
}

enum copy_result copy_present(struct copy_vector *v, uint64_t *left_bytes, uint64_t *fault_va)
{
	struct side s;
	enum step step = begin(&s, v);

	while (step == STEP_ON && *left_bytes > 0) {
		uint64_t offset = v->offset_bytes;

		step = resolve(&s, *left_bytes, WALK_WRITE);
		if (step) break;
		for (const struct run *run = s.next; run->bytes; run++) v->offset_bytes += run->bytes;
		*left_bytes -= v->offset_bytes - offset;
		if (v->offset_bytes > offset && *left_bytes && preempt_cut()) return COPY_CUT;
	}
	if (step == STEP_ON) return COPY_DONE;
	*fault_va = s.fault_va;
	return side_result(step, false);
}
