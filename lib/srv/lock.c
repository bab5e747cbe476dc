/* SPDX-License-Identifier: 0BSD */
/* lock.c: advisory locks: flock's, which belong to open files, and records, which belong to processes or to open files.
 *
 * Records of a file are a list in no order, bounded; a new one first cuts its own owner's older ones out of its range.
 * Who waits is parked for PARK_LOCK and tries again whenever something is let go of. A process that dies is noticed
 * when its record stands in somebody's way: `sys` is asked, and while somebody waits, again and again: a descriptor that
 * others share is not closed by its end.
 */
#include "srv/state.h"

#include <parley/clock.h>
#include <parley/heap.h>

#define LOOK_NS	      (200 * OS_MS) /* how late a death is noticed */
#define LOOK_PRIORITY 20

struct srv_lock {
	struct srv_lock *next;
	struct srv_open *open; /* owner of an OFD lock; else through which it was set */
	uint64_t first, last;
	uint32_t pid; /* owner; 0: `open` is */
	bool exclusive;
};

#define EXCLUSIVE ~0u /* node->shared */

/* ---- flock ---- */

static void release_flock(struct srv_state *s, struct srv_open *open)
{
	struct srv_node *node = open->node;

	if (!open->lock)
		return;
	node->shared = open->lock == LOCK_EX ? 0 : node->shared - 1;
	open->lock = 0;
	park_wake(s, node, NULL, PARK_LOCK);
}

int64_t lock_flock(struct srv_request *r)
{
	struct srv_open *open = r->open;
	struct srv_node *node = r->node;
	uint32_t how = (uint32_t)r->in.w[1] & ~(uint32_t)LOCK_NB, others = node->shared;

	if (how == LOCK_UN) {
		release_flock(state_of(r), open);
		return 0;
	}
	if (how != LOCK_SH && how != LOCK_EX)
		return -EINVAL;
	if (open->lock == LOCK_EX)
		others = 0;
	else if (open->lock == LOCK_SH)
		others--;
	if (how == LOCK_SH ? others == EXCLUSIVE : others != 0) {
		release_flock(state_of(r), open); /* flock is not atomic when it changes the kind */
		return r->in.w[1] & LOCK_NB ? -EAGAIN : park_wait(r, PARK_LOCK);
	}
	node->shared = how == LOCK_EX ? EXCLUSIVE : others + 1;
	if (open->lock == LOCK_EX && how == LOCK_SH)
		park_wake(state_of(r), node, NULL, PARK_LOCK);
	open->lock = (uint8_t)how;
	return 0;
}

/* ---- records ---- */

static bool is_owner(const struct srv_lock *l, const struct srv_lock *of)
{
	return of->pid ? l->pid == of->pid : !l->pid && l->open == of->open;
}

static void free_lock(struct srv_state *s, struct srv_lock *l)
{
	s->lock_count--;
	os_free(l, sizeof(*l));
}

static struct srv_lock *new_lock(struct srv_state *s, struct srv_node *node, const struct srv_lock *like)
{
	struct srv_lock *l;
	uint32_t in_file = 0;

	for (l = node->locks; l; l = l->next)
		in_file++;
	if (s->lock_count >= s->srv->locks_max || in_file >= s->srv->locks_max / 4)
		return NULL;
	l = os_alloc(sizeof(*l));
	if (!l)
		return NULL;
	*l = *like;
	l->next = node->locks;
	node->locks = l;
	s->lock_count++;
	return l;
}

/* Removes the locks for which `gone` holds: whether there were any. */
static bool remove_locks(struct srv_state *s, struct srv_node *node, const struct srv_open *open, uint32_t pid)
{
	bool any = false;

	for (struct srv_lock **at = &node->locks; *at;) {
		struct srv_lock *l = *at;

		if ((pid && l->pid == pid) || (open && l->open == open)) {
			*at = l->next;
			free_lock(s, l);
			any = true;
		} else {
			at = &l->next;
		}
	}
	return any;
}

/* What stands in the way of `wish`. Locks of processes that have died do not. */
static struct srv_lock *conflict(struct srv_state *s, struct srv_node *node, const struct srv_lock *wish)
{
	struct srv_lock *l = node->locks;

	while (l) {
		if (is_owner(l, wish) || l->last < wish->first || l->first > wish->last ||
		    !(l->exclusive || wish->exclusive)) {
			l = l->next;
		} else if (l->pid && !sys_process_lives(l->pid)) {
			remove_locks(s, node, NULL, l->pid);
			l = node->locks;
		} else {
			return l;
		}
	}
	return NULL;
}

/* Takes [first, last] out of the owner's locks. -ENOLCK: one must be cut in two, and there is no room; nothing was
 * done. */
static int cut(struct srv_state *s, struct srv_node *node, const struct srv_lock *range)
{
	for (struct srv_lock *l = node->locks; l; l = l->next) {
		struct srv_lock behind = *l;

		if (!is_owner(l, range) || l->first >= range->first || l->last <= range->last)
			continue;
		behind.first = range->last + 1;
		if (!new_lock(s, node, &behind))
			return -ENOLCK;
		l->last = range->first - 1;
		return 0; /* an owner's locks do not overlap: this was the only one */
	}
	for (struct srv_lock **at = &node->locks; *at;) {
		struct srv_lock *l = *at;

		if (!is_owner(l, range) || l->last < range->first || l->first > range->last) {
			at = &l->next;
		} else if (l->first < range->first) {
			l->last = range->first - 1;
		} else if (l->last > range->last) {
			l->first = range->last + 1;
		} else {
			*at = l->next;
			free_lock(s, l);
		}
	}
	return 0;
}

/* Whoever is beside and of the same kind becomes one with `l`, so that the list stays short. */
static void merge(struct srv_state *s, struct srv_node *node, struct srv_lock *l)
{
	for (struct srv_lock **at = &node->locks; *at;) {
		struct srv_lock *o = *at;

		if (o != l && is_owner(o, l) && o->exclusive == l->exclusive &&
		    (o->last + 1 == l->first || l->last + 1 == o->first)) {
			l->first = min(l->first, o->first);
			l->last = max(l->last, o->last);
			*at = o->next;
			free_lock(s, o);
		} else {
			at = &o->next;
		}
	}
}

static void look_again(struct srv_event *event, uint64_t bits)
{
	struct srv_state *s = container_of(event, struct srv_state, lock_timer.event);

	list_for_each (node, &s->parked) {
		struct srv_request *p = list_entry(node, struct srv_request, all);

		if (p->state == REQUEST_WAITING && p->bit == PARK_LOCK)
			park_wake(s, p->node, NULL, PARK_LOCK);
	}
}

/* Until something is let go of, or its holder is found dead. */
static int64_t wait_record(struct srv_request *r)
{
	struct srv_state *s = state_of(r);

	if (!s->lock_timer.event.handle) {
		int error = srv_timer_init(r->srv, &s->lock_timer, LOOK_PRIORITY);

		if (error < 0)
			return error;
		s->lock_timer.event.handle = look_again;
	}
	srv_timer_set(&s->lock_timer, os_in_ns(LOOK_NS), 0);
	return park_wait(r, PARK_LOCK);
}

static int64_t set_record(struct srv_request *r, const struct srv_lock *wish, bool unlock, bool wait)
{
	struct srv_state *s = state_of(r);
	struct srv_node *node = r->node;
	struct srv_lock *l;
	int error;

	if (!unlock && conflict(s, node, wish))
		return wait ? wait_record(r) : -EAGAIN;
	l = unlock ? NULL : new_lock(s, node, wish);
	if (!unlock && !l)
		return -ENOLCK;
	if (l)
		node->locks = l->next; /* apart, while its owner's others are cut */
	error = cut(s, node, wish);
	if (error < 0) {
		if (l)
			free_lock(s, l);
		return error;
	}
	if (l) {
		l->next = node->locks;
		node->locks = l;
		merge(s, node, l);
		r->open->owns_locks = true;
	}
	park_wake(s, node, NULL, PARK_LOCK);
	return 0;
}

static int64_t get_record(struct srv_request *r, const struct srv_lock *wish)
{
	const struct srv_lock *l = conflict(state_of(r), r->node, wish);

	r->out.w[2] = F_UNLCK;
	if (!l)
		return 0;
	r->out.w[1] = l->pid ? l->pid : ~0ull;
	r->out.w[2] = l->exclusive ? F_WRLCK : F_RDLCK;
	r->out.w[3] = l->first;
	r->out.w[4] = l->last == INT64_MAX ? 0 : l->last - l->first + 1;
	return 0;
}

int64_t lock_record(struct srv_request *r)
{
	const uint64_t *w = r->in.w;
	int64_t start = (int64_t)w[3], length = (int64_t)w[4];
	uint32_t flags = r->open->flags;
	struct srv_lock wish = {.open = r->open, .exclusive = w[2] == F_WRLCK};

	if (length < 0) { /* the range before `start` */
		if (length == INT64_MIN || start < -length)
			return -EINVAL;
		start += length;
		length = -length;
	}
	if (start < 0 || w[2] < F_RDLCK || w[2] > F_UNLCK || w[1] < F_GETLK || w[1] > F_SETLKW)
		return -EINVAL;
	if (length > INT64_MAX - start)
		return -EOVERFLOW;
	if (is_stream(r->node))
		return -EINVAL;
	wish.first = (uint64_t)start;
	wish.last = length ? (uint64_t)(start + length - 1) : INT64_MAX;
	wish.pid = r->flags & FILE_LOCK_OFD ? 0 : STAMP_PID(r->who);
	if (w[1] == F_GETLK)
		return get_record(r, &wish);
	if ((w[2] == F_RDLCK && (flags & O_ACCMODE) == O_WRONLY) ||
	    (w[2] == F_WRLCK && (flags & O_ACCMODE) == O_RDONLY))
		return -EBADF;
	return set_record(r, &wish, w[2] == F_UNLCK, w[1] == F_SETLKW);
}

void lock_close(struct srv_state *s, struct srv_open *open, uint32_t pid)
{
	release_flock(s, open);
	if (open->node->locks && remove_locks(s, open->node, open, pid))
		park_wake(s, open->node, NULL, PARK_LOCK);
}
