/* SPDX-License-Identifier: 0BSD */
/* open.c: open files and their Connections.
 *
 * An open file that has ended keeps its Connection and its cookie: both are used again together, by rearm, which the
 * kernel refuses while the pulse of the old one is still to come. A cookie is a number, not an address: its high half
 * names this run of the server, so that a server that was restarted behind the same endpoint knows the open files of
 * the one before it, and answers EIO. High half 0: the low half is the number of a mount.
 */
#include "srv/state.h"

#include <parley/clock.h>
#include <parley/syscall.h>

#define GROW_CONNECTIONS 64

void open_begin(struct srv_state *s)
{
	list_init(&s->opens_free);
	s->generation = (uint32_t)(os_now_ns() >> 10) | 1;
	s->opens = sys_memory(align_up(s->srv->opens_max * sizeof(struct srv_open), 4096));
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
	if (cookie >> 32 == s->generation && low < s->opens_made)
		return &s->opens[low];
	if (cookie < s->mount_count)
		*node = s->mounts[cookie]->node;
	return NULL;
}

static struct srv_open *take_free(struct srv_state *s)
{
	struct list_node *node = list_pop_front(&s->opens_free);

	if (node)
		return list_entry(node, struct srv_open, beside);
	return s->opens_made < s->srv->opens_max ? &s->opens[s->opens_made++] : NULL;
}

static unsigned count_of(const struct srv_state *s, uint32_t uid)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < s->opens_made; i++)
		count += s->opens[i].used && s->opens[i].uid == uid;
	return count;
}

/* Nobody but root has more than there is left for all others. */
static bool may_have_more(const struct srv_state *s, uint32_t uid)
{
	uint32_t left = s->srv->opens_max - s->opens_used;

	return uid == 0 || s->opens_used < s->srv->opens_max / 2 || count_of(s, uid) < left;
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
	open->used = true;
	open->uid = uid;
	s->opens_used++;
	open->failed = false;
	open->top = forwarded || !r->open ? r->start : r->open->top;
	open->mount = forwarded ? PATH_MOUNT(r->in.w[6]) : r->open ? r->open->mount : 0;
	list_push_back(&node->opens, &open->beside);
	node_use(node);
	if (open->top)
		node_use(open->top);
	*out = open;
	return 0;
}

void open_exchanged(struct srv_open *open, struct srv_node *before)
{
	list_remove(&open->beside);
	list_push_back(&open->node->opens, &open->beside);
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
	if (node->ops->close && !open->failed)
		status = node->ops->close(open);
	open->used = false;
	s->opens_used--;
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

void open_disconnect(struct srv_state *s, struct srv_open *open, uint64_t number)
{
	if (open && open->connection == number) {
		open_close(s, open, 0);
		return;
	}
	/* Of the server before this one, or of an open file that took another Connection: a new name for it. */
	if (s->opens_made == s->srv->opens_max)
		return;
	open = &s->opens[s->opens_made++];
	open->used = false;
	open->connection = number;
	list_push_back(&s->opens_free, &open->beside);
}
