/* SPDX-License-Identifier: 0BSD */
/* copy.c: the copy engine of messages.
 *
 * Both sides advance by runs: bytes that are contiguous in physical memory, so at most to the end of a
 * page or of a piece. What both have in common is one string move. The loop is the kernel's most executed one,
 * so everything in it is inline and the parts that it rarely needs are not.
 */
#include "mm/copy.h"

#include <abi/errno.h>
#include "lib/assert.h"
#include "mm/walk.h"
#include "sched/preempt.h"

/* What may be copied between two cuts, and what a run costs in the same currency beside its bytes. */
#define UNIT_BYTES (4096 + RUN_BYTES)
#define RUN_BYTES  128

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define UNLIKELY(x)   __builtin_expect((x), 0)

enum step {
	STEP_ON,
	STEP_END,    /* the list is at its end */
	STEP_ABSENT, /* side.fault_va */
	STEP_FAULT,
};

struct side {
	const volatile struct message_piece *piece; /* the next one */
	uint32_t count;				    /* pieces from `piece` on */
	uint64_t va, left; /* of the current piece, what lies behind the run */
	uint8_t *at;	   /* the run */
	uint64_t run;
};

/* Answers why the walk to VA in V failed. */
static __attribute__((noinline, cold)) enum step miss(struct vspace *v, uint64_t va,
						      uint64_t *fault_va)
{
	*fault_va = va;
	return walk_hopeless(v, va) ? STEP_FAULT : STEP_ABSENT;
}

/* Finds the list's next page: at its beginning, and where it crosses into another page. */
static __attribute__((noinline)) const volatile struct message_piece *
list_page(const struct copy_vector *v, uint32_t count)
{
	uint64_t va = v->pieces_va + (v->count - count) * sizeof(struct message_piece);
	struct walk w = { 0 };

	return walk_read(&w, v->vspace, va);
}

/* Takes the next piece from the list. */
ALWAYS_INLINE enum step next_piece(struct side *s, const struct copy_vector *v, uint64_t *fault_va)
{
	if (s->count == 0)
		return STEP_END;
	if (UNLIKELY(((uintptr_t)s->piece & (PAGE_SIZE - 1)) == 0)) {
		s->piece = list_page(v, s->count);
		if (!s->piece)
			return miss(v->vspace,
				    v->pieces_va +
					    (v->count - s->count) * sizeof(struct message_piece),
				    fault_va);
	}
	s->va = s->piece->address;
	s->left = s->piece->length_bytes;
	s->piece++;
	s->count--;
	return STEP_ON;
}

/* Makes the next run. */
ALWAYS_INLINE enum step next_run(struct side *s, const struct copy_vector *v, struct walk *walk,
				 uint64_t want, uint64_t *fault_va)
{
	while (s->left == 0) {
		enum step step = next_piece(s, v, fault_va);

		if (UNLIKELY(step))
			return step;
	}
	s->at = walk_want(walk, v->vspace, s->va, want);
	if (UNLIKELY(!s->at))
		return miss(v->vspace, s->va, fault_va);
	s->run = min(s->left, page_rest(s->va));
	s->va += s->run;
	s->left -= s->run;
	return STEP_ON;
}

/* Begins at V's offset: with a piece but without a run. */
static enum step begin(struct side *s, const struct copy_vector *v, uint64_t *fault_va)
{
	uint64_t skip = v->offset_bytes;

	*s = (struct side){ .count = v->count };
	if (v->pieces_va % sizeof(struct message_piece) || v->count > MESSAGE_PIECES_MAX) {
		*fault_va = v->pieces_va;
		return STEP_FAULT;
	}
	while (skip >= s->left) {
		enum step step;

		skip -= s->left;
		step = next_piece(s, v, fault_va);
		if (step)
			return step;
	}
	s->va += skip;
	s->left -= skip;
	return STEP_ON;
}

ALWAYS_INLINE void move(struct side *to, struct side *from, uint64_t bytes)
{
	uint64_t words = bytes / 8;
	uint64_t rest = bytes % 8;

	__asm__ volatile("rep movsq" : "+D"(to->at), "+S"(from->at), "+c"(words) : : "memory");
	__asm__ volatile("rep movsb" : "+D"(to->at), "+S"(from->at), "+c"(rest) : : "memory");
	from->run -= bytes;
	to->run -= bytes;
}

static enum copy_result from_step(enum step step, enum copy_result absent, enum copy_result fault)
{
	if (step == STEP_END)
		return COPY_DONE;
	return step == STEP_ABSENT ? absent : fault;
}

#define SOURCE(step) from_step((step), COPY_SOURCE_ABSENT, COPY_SOURCE_FAULT)
#define TARGET(step) from_step((step), COPY_TARGET_ABSENT, COPY_TARGET_FAULT)

/* The loop. FROM and TO only say where the lists are. */
ALWAYS_INLINE enum copy_result run(struct side *s, const struct copy_vector *from, struct side *t,
				   const struct copy_vector *to, uint64_t *left_bytes,
				   uint64_t *fault_va)
{
	struct walk source_walk = { 0 }, target_walk = { 0 };
	uint64_t left = *left_bytes;
	int64_t budget = UNIT_BYTES;
	enum copy_result result = COPY_DONE;

	while (left > 0) {
		uint64_t bytes;
		enum step step;

		if (s->run == 0) {
			step = next_run(s, from, &source_walk, WALK_READ, fault_va);
			if (UNLIKELY(step)) {
				result = SOURCE(step);
				break;
			}
		}
		if (t->run == 0) {
			step = next_run(t, to, &target_walk, WALK_WRITE, fault_va);
			if (UNLIKELY(step)) {
				result = TARGET(step);
				break;
			}
		}
		bytes = min(s->run, t->run);
		bytes = min(bytes, left);
		budget -= (int64_t)bytes + RUN_BYTES;
		if (budget < 0) {
			if (preempt_cut()) {
				result = COPY_CUT;
				break;
			}
			budget = UNIT_BYTES - RUN_BYTES - (int64_t)bytes;
		}
		move(t, s, bytes);
		left -= bytes;
	}
	*left_bytes = left;
	return result;
}

enum copy_result copy_pieces(struct copy_vector *from, struct copy_vector *to, uint64_t *left_bytes,
			     uint64_t *fault_va)
{
	struct side s, t;
	uint64_t before = *left_bytes;
	enum copy_result result;
	enum step step;

	if (before == 0)
		return COPY_DONE;
	step = begin(&s, from, fault_va);
	if (step)
		return SOURCE(step);
	step = begin(&t, to, fault_va);
	if (step)
		return TARGET(step);
	result = run(&s, from, &t, to, left_bytes, fault_va);
	from->offset_bytes += before - *left_bytes;
	to->offset_bytes += before - *left_bytes;
	return result;
}

static bool piece_is_user(const struct side *s)
{
	return s->left == 0 || (s->va < USER_END && s->left <= USER_END - s->va);
}

uint64_t copy_total(struct vspace *v, uint64_t pieces_va, uint32_t count, int *error)
{
	const struct copy_vector list = { .vspace = v, .pieces_va = pieces_va, .count = count };
	struct side s = { .count = count };
	uint64_t total = 0, fault_va;
	enum step step;

	*error = 0;
	if (count > MESSAGE_PIECES_MAX) {
		*error = -E2BIG;
		return 0;
	}
	if (pieces_va % sizeof(struct message_piece)) {
		*error = -EFAULT;
		return 0;
	}
	while ((step = next_piece(&s, &list, &fault_va)) == STEP_ON) {
		if (!piece_is_user(&s)) {
			*error = -EFAULT;
			return 0;
		}
		total += s.left; /* 64 times 2^47 at most */
	}
	if (step != STEP_END) {
		*error = step == STEP_ABSENT ? -EABSENT : -EFAULT;
		return fault_va;
	}
	*error = total > MESSAGE_LENGTH_MAX ? -E2BIG : 0;
	return total;
}

bool copy_present(const struct copy_vector *v, uint64_t bytes, bool write, uint64_t *absent_va)
{
	const uint64_t want = write ? WALK_WRITE : WALK_READ;
	struct walk walk = { 0 };
	uint64_t fault_va = 0;
	struct side s;
	enum step step;

	if (bytes == 0)
		return true;
	step = begin(&s, v, &fault_va);
	while (step == STEP_ON) {
		step = next_run(&s, v, &walk, want, &fault_va);
		if (step == STEP_ON && s.run >= bytes)
			return true;
		bytes -= s.run;
	}
	if (step == STEP_END)
		return true;
	*absent_va = step == STEP_ABSENT ? fault_va : COPY_HOPELESS_VA;
	return false;
}
