/* SPDX-License-Identifier: 0BSD */
/* open.c: open files and their Connections.
 *
 * An open file that has ended keeps its Connection and its cookie: both are used again together, by rearm, which the
 * kernel refuses while the pulse of the old one is still to come. A cookie is a number, not an address: its low half
 * is the place in the table of open files, its high half names the table. High half 0: the low half is the number of a
 * mount.
 *
 * Where the supervisor keeps memory for the server, the table lies in it, and the next run goes on with it: with the open
 * files whose nodes it finds again; of the others (their `node` is NULL) it knows only the Connection, answers EIO, and
 * has it for new ones when it is closed. Without that memory each run has a table of its own name, so that it knows
 * cookies of another and answers EIO.
 */
#include "srv/state.h"

#include <parley/clock.h>
#include <parley/syscall.h>
#include <proto/layout.h>

#define GROW_CONNECTIONS 64

void open_begin(struct srv_state *s)
{
	struct srv_keep *keep = s->srv->keep;

	list_init(&s->opens_free);
	if (keep && !keep->generation)
		keep->generation = (uint32_t)(os_now_ns() >> 10) | 1;
	s->generation = keep ? keep->generation : (uint32_t)(os_now_ns() >> 10) | 1;
	s->opens = srv_lasting(s->srv, s->srv->opens_max * sizeof(struct srv_open));
	s->opens_made = keep ? keep->opens_made : 0;
	s->keep = keep;
}

/* One more place in the table; NULL: it is full. */
static struct srv_open *make(struct srv_state *s)
{
	struct srv_open *open;

	if (s->opens_made == s->srv->opens_max)
		return NULL;
	open = &s->opens[s->opens_made++];
	open->used = false;
	if (s->keep)
		s->keep->opens_made = s->opens_made;
	return open;
}

/* An endpoint is fed sixteen times at most: it grows by half a size each time. */
int open_grow(struct srv_state *s)
{
	int error = sys_grow(s->endpoint, GROW_CONNECTIONS << s->grown / 2);

	s->grown += error == 0;
	return error;
}

uint64_t open_cookie(const struct srv_state *s, const struct srv_open *open)
{
	return (uint64_t)s->generation << 32 | (uint64_t)(open - s->opens);
}

struct srv_open *open_find(struct srv_state *s, uint64_t cookie, struct srv_node **node)
{
	uint32_t low = (uint32_t)cookie;

	*node = NULL;
	if (cookie >> 32 == s->generation && low < s->opens_made && s->opens[low].node)
		return &s->opens[low];
	if (cookie < s->mount_count)
		*node = s->mounts[cookie]->node;
	return NULL;
}

static struct srv_open *take_free(struct srv_state *s)
{
	struct list_node *node = list_pop_front(&s->opens_free);

	return node ? list_entry(node, struct srv_open, beside) : make(s);
}

static void count(struct srv_state *s, const struct srv_open *open, uint32_t by)
{
	s->opens_used += by;
	s->opens_of[open->uid % OPEN_USERS] += by;
}

/* Nobody but root has more than there is left for all others, once half of the table is in use. */
static bool may_have_more(const struct srv_state *s, uint32_t uid)
{
	return uid == 0 || s->opens_used < s->srv->opens_max / 2 ||
	       s->opens_of[uid % OPEN_USERS] < s->srv->opens_max - s->opens_used;
}

static uint32_t uid_of(struct srv_request *r)
{
	const struct proto_cred *cred = srv_cred(r);

	return cred ? cred->euid : ~0u;
}

int open_new(struct srv_request *r, struct srv_node *node, uint32_t flags, struct srv_open **out)
{
	struct srv_state *s = state_of(r);
	uint32_t uid = uid_of(r);
	struct srv_open *open = may_have_more(s, uid) ? take_free(s) : NULL;
	uint64_t forwarded = r->in.w[6] & PATH_FORWARDED;

	if (!open)
		return -ENFILE;
	open->node = node;
	open->flags = flags & (O_ACCMODE | O_APPEND | O_NONBLOCK | O_DIRECTORY | O_EXEC | O_PATH | O_SYNC);
	open->ready = 0;
	open->offset = 0;
	open->own = NULL;
	open->lock = 0;
	open->owns_locks = false;
	open->uid = uid;
	open->failed = false;
	open->orphan = false;
	open->held = 0;
	open->inode = node->inode;
	open->top = forwarded || !r->open ? r->start : r->open->top;
	open->mount = forwarded ? PATH_MOUNT(r->in.w[6]) : r->open ? r->open->mount : 0;
	list_push_back(&node->opens, &open->beside);
	node_use(node);
	if (open->top)
		node_use(open->top);
	open->top_inode = open->top ? open->top->inode : 0;
	if (s->keep)
		s->keep->served.opened = (uint32_t)(open - s->opens) + 1;
	keep_fence();
	open->used = true;
	count(s, open, 1);
	*out = open;
	return 0;
}

void open_exchanged(struct srv_open *open, struct srv_node *before)
{
	list_remove(&open->beside);
	list_push_back(&open->node->opens, &open->beside);
	open->inode = open->node->inode;
	node_use(open->node);
	node_unuse(before);
}

int open_close(struct srv_state *s, struct srv_open *open, uint32_t pid)
{
	struct srv_node *node = open->node;
	int status = 0;

	if (!open->used)
		return 0;
	if (open->lock || node->locks)
		lock_close(s, open, pid);
	if (node->ops->close && !open->failed && !(open->flags & O_PATH))
		status = node->ops->close(open);
	open->used = false;
	count(s, open, -1u);
	list_remove(&open->beside);
	list_push_back(&s->opens_free, &open->beside);
	node_unuse(open->node);
	if (open->top)
		node_unuse(open->top);
	return status;
}

struct srv_open *srv_identify(struct srv *srv, cap_t slot)
{
	struct srv_state *s = srv->state;
	struct srv_node *node;
	struct os_words out;

	return os_identify(s->endpoint, slot, &out) < 0 ? NULL : open_find(s, out.w[0], &node);
}

static struct srv_open *by_cookie(struct srv_state *s, uint64_t cookie)
{
	uint32_t low = (uint32_t)cookie;

	return cookie >> 32 == s->generation && low < s->opens_made ? &s->opens[low] : NULL;
}

void open_unspare(struct srv_state *s, struct srv_open *open)
{
	open->used = false;
	count(s, open, -1u);
	list_push_back(&s->opens_free, &open->beside);
}

int open_end(struct srv_state *s, uint64_t cookie, uint32_t pid)
{
	struct srv_open *open = by_cookie(s, cookie);

	if (open && open->used && !open->node)
		open_unspare(s, open); /* it was lost */
	if (!open || !open->used)
		return 0;
	/* Whoever holds it may be reached by nobody, too: then it is held no more when `orphaned` has looked. */
	open->orphan = open->held;
	if (open->held && open->node->ops->orphaned)
		open->node->ops->orphaned(open);
	return open->held ? 0 : open_close(s, open, pid);
}

struct srv_open *open_spare(struct srv_state *s, uint32_t uid)
{
	struct srv_open *open = take_free(s);

	if (!open)
		return NULL;
	open->node = NULL;
	open->uid = uid;
	open->inode = 0;
	open->used = true;
	count(s, open, 1);
	return open;
}

void open_drop(struct srv_state *s, uint32_t index)
{
	struct srv_open *open = index < s->opens_made ? &s->opens[index] : NULL;

	if (open && open->used && !open->connection)
		open_end(s, open_cookie(s, open), 0);
}

void open_disconnect(struct srv_state *s, uint64_t cookie, uint64_t number)
{
	struct srv_open *open = by_cookie(s, cookie);

	/* No number: the run before this one died before it was told. */
	if (open && open->used && !open->connection)
		open->connection = number;
	if (open && open->connection == number) {
		open_end(s, cookie, 0);
		return;
	}
	/* Of the server before this one, or of an open file that took another Connection: a new name for it. */
	open = make(s);
	if (!open)
		return;
	open->connection = number;
	list_push_back(&s->opens_free, &open->beside);
}

/* ---- Connections ---- */

bool open_is_nobodys(struct srv_state *s, const struct srv_open *open)
{
	return open->connection && os_rearm(s->endpoint, open->connection, open_cookie(s, open)) == 0;
}

/* Through a slot that is always free: between messages nothing lies there. */
void open_end_again(struct srv_state *s, struct srv_open *open)
{
	int64_t slot = os_connection_open(s->endpoint, open->connection, SLOT_DYNAMIC_MAX, SLOT_DYNAMIC_MAX, 0);

	if (slot >= 0)
		os_cspace_delete(CAP_SELF_CSPACE, (cap_t)slot);
	else
		open->connection = 0;
}

int64_t open_slot_ready(struct srv_state *s, struct srv_open *open)
{
	int64_t slot = os_connection_open(s->endpoint, open->connection, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX - 1, 0);

	if (slot < 0)
		open_end_again(s, open);
	return slot;
}

int64_t open_slot(struct srv_state *s, struct srv_open *open)
{
	uint64_t cookie = open_cookie(s, open);
	struct os_words out;
	int64_t slot;

	if (open_is_nobodys(s, open))
		return open_slot_ready(s, open);
	open->connection = 0;
	slot = os_connect(s->endpoint, cookie, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX - 1, 0, &out);
	if (slot == -ENOMEM && open_grow(s) == 0)
		slot = os_connect(s->endpoint, cookie, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX - 1, 0, &out);
	if (slot >= 0)
		open->connection = out.w[0];
	return slot;
}

/* ---- what was given and perhaps never arrived ---- */

void open_settle(struct srv_state *s)
{
	struct srv_open *open = s->doubted;

	s->doubted = NULL;
	if (!open || !open->used || !open_is_nobodys(s, open))
		return;
	open_end(s, open_cookie(s, open), 0);
	open_end_again(s, open);
}

/* ---- after a restart ---- */

static struct srv_node *node_of(struct srv_state *s, uint64_t inode)
{
	if (s->srv->node)
		return s->srv->node(inode);
	for (uint32_t i = 0; i < s->mount_count; i++)
		if (s->mounts[i]->node->inode == inode)
			return s->mounts[i]->node;
	return NULL;
}

/* Who had a lock may not go on as if he still had it. */
static void recall(struct srv_state *s, struct srv_open *open)
{
	bool fit = open->used && !open->failed && !open->lock && !open->owns_locks;
	struct srv_node *node = fit ? node_of(s, open->inode) : NULL;

	open->node = NULL;
	open->own = NULL;
	open->lock = 0;
	open->owns_locks = false;
	open->orphan = false;
	open->held = 0;
	if (!open->used) {
		list_push_back(&s->opens_free, &open->beside);
		return;
	}
	count(s, open, 1);
	if (open_is_nobodys(s, open))
		open_end_again(s, open); /* the run before this one died with the pulse in its hands */
	if (!node)
		return;
	open->node = node;
	if (node->ops->reopen && !(open->flags & O_PATH) && !node->ops->reopen(open)) {
		open->node = NULL;
		return;
	}
	open->top = open->top_inode ? node_of(s, open->top_inode) : NULL;
	list_push_back(&node->opens, &open->beside);
	node_use(node);
	if (open->top)
		node_use(open->top);
	if (open->connection)
		os_set_ready(s->endpoint, open->connection, node->ready | open->ready, ~(node->ready | open->ready));
}

void open_recall(struct srv_state *s)
{
	for (uint32_t i = 0; s->keep && i < s->opens_made; i++)
		recall(s, &s->opens[i]);
}
