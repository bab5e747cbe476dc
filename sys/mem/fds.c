/* SPDX-License-Identifier: 0BSD */
/* fds.c: descriptor spaces.
 *
 * The CSpace has 16,640 numbers; sixteen pages of slots are fed at the beginning, which is enough for all descriptors,
 * the library's own, and as many others. The end: the kernel empties it slot by slot in one call that can be preempted.
 */
#include "mem/fds.h"

#include "lib/bits.h"
#include "mem/given.h"
#include "mem/heap.h"
#include "mem/slot.h"

#include <parley/syscall.h>

#define CSPACE_LOG2  12
#define FEED_LOG2    16
#define SLOTS	     16640u
#define SLOTS_A_STEP 512u /* or four times as many as before, where there are few */
#define FEW	     16

struct list fds_list = LIST_INIT(fds_list);
static uint32_t last_id;

static int teardown_step(struct work *w)
{
	struct fds *f = container_of(w, struct fds, teardown);

	if (f->cspace.slot != CAP_NONE) {
		kobj_delete(&f->cspace);
		kobj_unfeed(f->account, &f->feeds);
		if (f->then)
			work_add(f->then);
		return SYS_MORE;
	}
	/* What only this program held is gone now. */
	if (account_sweep_newest(f->account) == SYS_MORE)
		return SYS_MORE;
	account_put(f->account);
	heap_delete(f);
	return 0;
}

int fds_new(struct account *account, struct fds **out)
{
	struct fds *f = heap_new(struct fds);
	int r;

	if (!f)
		return -ENOMEM;
	r = kobj_make(&f->cspace, OBJ_CSPACE, CSPACE_LOG2, account);
	if (r < 0) {
		heap_delete(f);
		return r;
	}
	handle_init(&f->handle, HANDLE_FDS);
	f->id = ++last_id;
	f->references = 1;
	f->account = account_get(account);
	f->teardown.step = teardown_step;
	list_push_back(&fds_list, &f->all);
	r = kobj_feed(&f->cspace, &f->feeds, FEED_LOG2);
	if (r < 0)
		fds_put(f, NULL);
	else
		*out = f;
	return r;
}

struct fds *fds_get(struct fds *f)
{
	f->references++;
	return f;
}

void fds_put(struct fds *f, struct work *then)
{
	if (--f->references) {
		if (then)
			work_add(then);
		return;
	}
	handle_close(&f->handle);
	list_remove(&f->all);
	f->then = then;
	work_add(&f->teardown);
}

int fds_open(struct fds *f, cap_t *slot)
{
	bool first = !f->handle.connection;
	int r = handle_open(&f->handle, slot);

	if (r == 0 && first)
		fds_get(f);
	return r;
}

void fds_gone(struct handle *h) { fds_put(container_of(h, struct fds, handle), NULL); }

struct fds *fds_lookup(uint32_t id)
{
	list_for_each (node, &fds_list) {
		struct fds *f = list_entry(node, struct fds, all);

		if (f->id == id)
			return f;
	}
	return NULL;
}

static int feed_more(struct fds *f) { return kobj_feed(&f->cspace, &f->feeds, FEED_LOG2); }

/* A walk's state: the next slot, and in the high half how many to look at at once. */
static cap_t walk_first(cap_t at) { return at & 0xffff; }

static cap_t walk_last(cap_t at) { return min(walk_first(at) + max(at >> 16, SLOTS_A_STEP), SLOTS) - 1; }

static int walk_on(cap_t *at, cap_t last, int64_t found)
{
	cap_t width = found <= FEW ? min((last + 1 - walk_first(*at)) * 4, SLOTS) : SLOTS_A_STEP;

	*at = (last + 1) | width << 16;
	return last + 1 < SLOTS ? SYS_MORE : 0;
}

int fds_clone_step(struct fds *to, struct fds *from, cap_t *at)
{
	cap_t last = walk_last(*at);
	int64_t r;

	do
		r = os_cspace_clone(to->cspace.slot, from->cspace.slot, walk_first(*at), last);
	while (r == -ENOMEM && feed_more(to) == 0);
	return r < 0 ? (int)r : walk_on(at, last, r);
}

int fds_drop_step(struct fds *f, uint32_t flags, cap_t *at)
{
	cap_t last = walk_last(*at);
	int64_t r = os_cspace_drop(f->cspace.slot, flags, walk_first(*at), last);

	return r < 0 ? (int)r : walk_on(at, last, r);
}

int fds_put_slot(struct fds *f, cap_t slot, struct fds *from, cap_t from_slot, uint32_t rights, uint32_t flags)
{
	cap_t source = from ? from->cspace.slot : CAP_SELF_CSPACE;
	struct os_words info;
	int64_t r = os_cspace_info(source, from_slot, &info);

	if (r < 0)
		return (int)r;
	if (source == f->cspace.slot && from_slot == slot)
		return (int)min(os_cspace_flags(f->cspace.slot, slot, flags), (int64_t)0);
	os_cspace_delete(f->cspace.slot, slot);
	do
		r = os_cspace_copy(f->cspace.slot, source, from_slot, slot, slot, rights, flags);
	while (r == -ENOMEM && feed_more(f) == 0);
	return r < 0 ? (int)r : 0;
}

int fds_empty_slot(struct fds *f, cap_t slot) { return (int)os_cspace_delete(f->cspace.slot, slot); }

int fds_fetch(struct fds *f, cap_t slot, cap_t *own)
{
	int64_t r = slot_take(own);

	if (r < 0)
		return (int)r;
	r = os_cspace_copy(CAP_SELF_CSPACE, f->cspace.slot, slot, *own, *own, RIGHTS_ALL, 0);
	if (r >= 0)
		return 0;
	slot_give(*own);
	return (int)r;
}

int fds_slot_info(struct fds *f, cap_t slot, struct os_words *out)
{
	return (int)os_cspace_info(f->cspace.slot, slot, out);
}
