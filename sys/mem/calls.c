/* SPDX-License-Identifier: 0BSD */
/* calls.c: the requests of the mem protocol.
 *
 * A request about a range does a few steps at once, which is all that most need; what is left becomes a job: the
 * request is parked and a work item goes on.
 */
#include "lib/bits.h"
#include "main/request.h"
#include "main/work.h"
#include "mem/device.h"
#include "mem/given.h"
#include "mem/heap.h"
#include "mem/object.h"
#include "mem/pages.h"
#include "mem/slot.h"
#include "mem/task.h"

#include <parley/syscall.h>
#include <proto/flags.h>
#include <proto/posix.h>
#include <proto/proto.h>

#define STEPS_AT_ONCE 2u

/* The address space that Q is about. NULL: it was sent to an object. */
static struct space *target(struct request *q)
{
	switch (q->handle->kind) {
	case HANDLE_THREAD:
		return task_of(q->handle)->space;
	case HANDLE_SPACE:
		return container_of(q->handle, struct space, handle);
	default:
		return NULL;
	}
}

static struct memobj *object_target(struct request *q)
{
	return q->handle->kind == HANDLE_MEMOBJ ? container_of(q->handle, struct memobj, handle) : NULL;
}

/* ---- ranges ---- */

struct job;
typedef int job_step(struct job *j);

struct job {
	struct work work;
	struct parked *parked;
	struct space *space;
	uint64_t at, start, end;
	uint32_t prot, flags;
	struct memobj *object;
	uint64_t offset;
	job_step *step;
};

static int step_unmap(struct job *j) { return space_unmap_step(j->space, &j->at, j->end); }

static int step_protect(struct job *j) { return space_protect_step(j->space, &j->at, j->end, j->prot); }

static int step_populate(struct job *j) { return space_populate_step(j->space, &j->at, j->end); }

static int step_drop(struct job *j) { return space_drop_step(j->space, &j->at, j->end); }

/* Makes the region, and goes on to populate it. */
static int step_map(struct job *j)
{
	int r = space_map(j->space, &j->start, j->end - j->start, j->prot, j->flags, j->object, j->offset);

	if (r < 0 || !(j->flags & MEM_POPULATE))
		return r;
	j->end += j->start - j->at;
	j->at = j->start;
	j->step = step_populate;
	return SYS_MORE;
}

/* MEM_FIXED: what is there goes first. */
static int step_replace(struct job *j)
{
	int r = space_unmap_step(j->space, &j->at, j->end);

	if (r != 0)
		return r;
	j->at = j->start;
	j->step = step_map;
	return SYS_MORE;
}

static void job_free(struct job *j)
{
	space_put(j->space);
	if (j->object)
		memobj_put(j->object);
	heap_delete(j);
}

static int job_work(struct work *w)
{
	struct job *j = container_of(w, struct job, work);
	int r = j->step(j);

	if (r == SYS_MORE)
		return SYS_MORE;
	if (j->parked) {
		j->parked->q.words.w[1] = j->start;
		parked_reply(j->parked, r);
	}
	job_free(j);
	return 0;
}

/* The sender does not get rid of a job that has begun; one that has gone gets no answer. */
static void job_notice(struct parked *p, unsigned bits)
{
	struct job *j = p->owner;

	if (bits)
		return;
	j->parked = NULL;
	parked_drop(p);
}

/* Does J, which is copied if it takes longer. */
static int64_t job_run(struct request *q, struct job *like)
{
	struct job *j;
	int r = SYS_MORE;

	for (unsigned i = 0; i < STEPS_AT_ONCE && r == SYS_MORE; i++)
		r = like->step(like);
	if (r != SYS_MORE) {
		q->words.w[1] = like->start;
		return r;
	}
	j = heap_new(struct job);
	if (!j)
		return -ENOMEM;
	*j = *like;
	j->work = (struct work){.step = job_work};
	j->parked = request_park(q, j, job_notice);
	if (!j->parked) {
		heap_delete(j);
		return -ENOMEM;
	}
	space_get(j->space);
	if (j->object)
		memobj_get(j->object);
	work_add(&j->work);
	return SYS_LATER;
}

static int64_t range_job(struct request *q, job_step *step)
{
	struct job j = {.space = target(q), .start = q->words.w[1], .prot = (uint32_t)q->words.w[3], .step = step};

	if (!j.space || !space_range_valid(q->words.w[1], q->words.w[2]) || q->words.w[3] > UINT32_MAX)
		return -EINVAL;
	j.at = j.start;
	j.end = j.start + q->words.w[2];
	return job_run(q, &j);
}

int64_t sys_mem_unmap(struct request *q) { return range_job(q, step_unmap); }

int64_t sys_mem_protect(struct request *q) { return range_job(q, step_protect); }

int64_t sys_mem_advise(struct request *q)
{
	switch (q->words.w[3]) {
	case MEM_ADVICE_POPULATE:
	case MEM_ADVICE_PIN: /* nothing is ever taken out of memory: what is there stays */
		return range_job(q, step_populate);
	case MEM_ADVICE_DROP:
		return range_job(q, step_drop);
	default:
		return -EINVAL;
	}
}

int64_t sys_mem_map(struct request *q)
{
	const uint64_t *w = q->words.w;
	struct job j = {.space = target(q),
			.start = w[1],
			.prot = (uint32_t)w[3],
			.flags = PROTO_FLAGS(w[0]),
			.offset = w[4],
			.step = step_map};

	if (!j.space || w[3] > UINT32_MAX || w[2] == 0 || w[2] % PAGE_BYTES)
		return -EINVAL;
	if (q->cap_count) {
		j.object = q->cap[0] == CAP_NONE ? NULL : memobj_of(q->cap[0]);
		if (!j.object)
			return -EBADF;
	}
	j.at = j.start;
	j.end = j.start + w[2];
	if (j.flags & MEM_FIXED && !(j.flags & MEM_NOREPLACE)) {
		if (w[1] % PAGE_BYTES || w[1] == 0)
			return -EINVAL;
		if (!space_range_valid(w[1], w[2]))
			return -ENOMEM;
		j.step = step_replace;
	}
	return job_run(q, &j);
}

int64_t sys_mem_query(struct request *q)
{
	struct space *s = target(q);
	uint64_t *w = q->words.w, at = w[1];
	struct info_region r;

	if (!s)
		return -EINVAL;
	if (space_regions(s, &at, &r, 1) == 0)
		return -ENOENT;
	w[1] = r.start;
	w[2] = r.end - r.start;
	w[3] = r.protection;
	w[4] = r.offset;
	w[5] = r.object;
	w[6] = r.resident_bytes;
	return 0;
}

int64_t sys_mem_reserve(struct request *q)
{
	struct space *s = target(q);

	return s ? space_reserve(s, &q->words.w[1], q->words.w[1]) : -EINVAL;
}

/* ---- Extents ---- */

/* Device memory is for holders of the System capability. */
static int device(struct request *q, cap_t *slot)
{
	if (request_cap_type(q, 0) != OBJ_SYSTEM)
		return -EPERM;
	return device_extent(q->words.w[2], q->words.w[1], slot, &q->words.w[1]);
}

int64_t sys_mem_extent(struct request *q)
{
	uint64_t bytes = q->words.w[1];
	struct space *s = target(q);
	cap_t slot;
	int r;

	if (!s)
		return -EINVAL;
	if (PROTO_FLAGS(q->words.w[0]) & MEM_DEVICE)
		r = device(q, &slot);
	else if (!is_pow2(bytes) || bytes < PAGE_BYTES)
		r = -EINVAL;
	else
		r = given_extent(s->account, log2_floor(bytes), &slot);
	if (r == 0)
		request_give(q, slot, true);
	return r;
}

/* ---- objects ---- */

static int make_paged(struct request *q, struct space *s, struct memobj *o)
{
	struct pager *p = pager_of(s);
	cap_t event;
	int r;

	if (!p)
		return -ENOMEM;
	r = request_take(q, 0, &event);
	if (r == 0)
		pager_take_over(o, p, &(struct pager_call){event, q->words.w[2], q->words.w[3]});
	return r;
}

int64_t sys_mem_object(struct request *q)
{
	struct space *s = target(q);
	uint64_t length = q->words.w[1];
	struct memobj *o;
	cap_t slot;
	int r;

	if (!s || length > 1ull << 46)
		return -EINVAL;
	r = memobj_new(s->account, length, &o);
	if (r < 0)
		return r;
	if (PROTO_FLAGS(q->words.w[0]) & MEM_PAGED)
		r = make_paged(q, s, o);
	if (r == 0)
		r = memobj_open(o, &slot);
	if (r == 0) {
		request_give(q, slot, true);
		q->words.w[1] = o->id;
	}
	memobj_put(o);
	return r;
}

int64_t sys_mem_resize(struct request *q)
{
	struct memobj *o = object_target(q);

	if (!o || q->words.w[1] > 1ull << 46)
		return -EINVAL;
	memobj_resize(o, q->words.w[1]);
	return 0;
}

int64_t sys_mem_pager(struct request *q)
{
	struct space *s = target(q);
	struct memobj *o = q->cap_count == 2 ? memobj_of(q->cap[1]) : NULL;
	struct pager *p = s ? pager_of(s) : NULL;
	cap_t event;
	int r;

	if (!s || !o || !o->pager)
		return -EINVAL;
	if (!p)
		return -ENOMEM;
	r = request_take(q, 0, &event);
	if (r == 0)
		pager_take_over(o, p, &(struct pager_call){event, q->words.w[1], q->words.w[2]});
	return r;
}

/* Regions, and requests that are just about to make some. */
int64_t sys_mem_used(struct request *q)
{
	struct memobj *o = object_target(q);

	if (!o)
		return -EINVAL;
	q->words.w[1] = o->references - (o->handle.connection != 0);
	return 0;
}

static void tell_wanted(struct request *q, struct pager *p)
{
	struct wanted *w = p ? pager_next(p) : NULL;

	q->words.w[1] = w ? w->object->name : 0;
	q->words.w[2] = w ? w->first * PAGE_BYTES : 0;
	q->words.w[3] = w ? w->count * PAGE_BYTES : 0;
	q->words.w[4] = w ? w->access : 0;
}

int64_t sys_mem_wanted(struct request *q)
{
	struct space *s = target(q);

	if (!s)
		return -EINVAL;
	tell_wanted(q, s->pager);
	return 0;
}

/* Puts the i-th Extent of Q in at *page. */
static int supply_one(struct request *q, struct memobj *o, unsigned i, uint64_t *page, uint64_t pages)
{
	struct os_words info;
	unsigned order;
	cap_t slot;
	int r;

	if (request_cap_type(q, i) != OBJ_EXTENT)
		return -EBADF;
	os_cspace_info(CAP_SELF_CSPACE, q->cap[i], &info);
	order = (unsigned)(info.w[0] >> 24 & 0xff) - PAGE_LOG2;
	if (pages != 1ull << order)
		return -EINVAL;
	r = request_take(q, i, &slot);
	if (r < 0)
		return r;
	r = pager_supply(o, *page, slot, order);
	if (r == -ENOMEM)
		slot_delete(slot);
	*page += pages;
	return r == -EEXIST ? 0 : r;
}

int64_t sys_mem_supply(struct request *q)
{
	struct memobj *o = object_target(q);
	uint64_t offset = q->words.w[1], pages = q->words.w[2], page = offset / PAGE_BYTES;
	int r = 0;

	if (!o || !o->pager || offset % PAGE_BYTES)
		return -EINVAL;
	if ((int64_t)q->words.w[3] < 0)
		pager_refuse(o, page, pages);
	for (unsigned i = 0; i < q->cap_count && r == 0; i++)
		r = supply_one(q, o, i, &page, pages);
	if (q->cap_count)
		memobj_wake(o);
	if (r == 0 && PROTO_FLAGS(q->words.w[0]) & MEM_NEXT)
		tell_wanted(q, o->pager);
	return r;
}
