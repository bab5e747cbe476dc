/* SPDX-License-Identifier: 0BSD */
/* request.c: what handlers do with requests, and requests that wait.
 *
 * Parked requests stand in a tree by message id, because that is what notices name. A reply whose data cannot be
 * delivered yet is a parked request, too: with a copy of the data, sent again when the kernel says that the page is
 * there.
 */
#include "main/request.h"

#include "lib/bits.h"
#include "lib/string.h"
#include "main/serve.h"
#include "main/work.h"
#include "mem/heap.h"
#include "mem/slot.h"

#include <parley/message.h>
#include <parley/syscall.h>

#define REPLY_TRIES  4u
#define SWEEP_AT_ONE 32u

static struct tree parked_by_id;

int request_take(struct request *q, unsigned i, cap_t *slot)
{
	cap_t to;
	int64_t r;

	if (i >= q->cap_count || q->cap[i] == CAP_NONE)
		return -EBADF;
	r = slot_take(&to);
	if (r < 0)
		return (int)r;
	r = os_cspace_move(CAP_SELF_CSPACE, CAP_SELF_CSPACE, q->cap[i], to, 0);
	if (r < 0) {
		slot_give(to);
		return (int)r;
	}
	q->cap[i] = CAP_NONE;
	*slot = to;
	return 0;
}

unsigned request_cap_type(const struct request *q, unsigned i)
{
	struct os_words info;

	if (i >= q->cap_count || q->cap[i] == CAP_NONE || os_cspace_info(CAP_SELF_CSPACE, q->cap[i], &info) < 0)
		return OBJ_NONE;
	return info.w[0] & 0xff;
}

void request_give(struct request *q, cap_t slot, bool afterwards)
{
	SYS_ASSERT(q->give_count < MESSAGE_CAPS_MAX, "a reply has room for four");
	if (afterwards)
		q->give_delete |= (uint8_t)(1u << q->give_count);
	q->give[q->give_count++] = slot;
}

void request_given(struct request *q)
{
	for (unsigned i = 0; i < q->give_count; i++)
		if (q->give_delete >> i & 1)
			slot_delete(q->give[i]);
	q->give_count = 0;
	q->give_delete = 0;
}

int64_t request_read(const struct request *q, uint64_t offset, void *to, uint64_t bytes)
{
	OS_DESC(1) d = {.desc = {.receive_count = 1}};

	d.desc.piece[0] = (struct message_piece){(uint64_t)to, bytes};
	return os_msg_read(sys_endpoint, q->id, offset, (uint64_t)&d);
}

void reply_describe(struct message_desc *d, const struct request *q)
{
	d->send_count = q->reply_bytes != 0;
	if (q->reply_bytes)
		d->piece[0] = (struct message_piece){(uint64_t)q->reply_data, q->reply_bytes};
	d->give_count = q->give_count;
	d->give_flags = q->give_flags;
	memcpy(d->give, q->give, sizeof(d->give));
}

static int64_t send_reply(struct request *q, int64_t status)
{
	OS_DESC(1) d = {.desc = {0}};

	if (!q->reply_bytes && !q->give_count)
		return os_reply(sys_endpoint, q->id, status, &q->words, NULL);
	reply_describe(&d.desc, q);
	return os_reply(sys_endpoint, q->id, status, &q->words, &d.desc);
}

void request_reply(struct request *q, int64_t status)
{
	if (send_reply(q, status) == -EABSENT)
		reply_later(q, status);
	else
		request_given(q);
}

/* ---- parked ---- */

struct parked *request_park(struct request *q, void *owner, void (*notice)(struct parked *p, unsigned bits))
{
	struct parked *p = heap_new(struct parked);

	if (!p)
		return NULL;
	p->q = *q;
	p->q.data = NULL;
	p->q.data_bytes = 0;
	p->q.cap_count = 0;
	p->owner = owner;
	p->notice = notice;
	tree_insert(&parked_by_id, &p->by_id, q->id);
	return p;
}

void parked_drop(struct parked *p)
{
	request_given(&p->q);
	tree_remove(&parked_by_id, &p->by_id);
	heap_delete(p);
}

void parked_reply(struct parked *p, int64_t status)
{
	struct request q = p->q;

	p->q.give_count = 0;
	parked_drop(p);
	request_reply(&q, status);
}

static struct parked *parked_find(uint64_t id)
{
	struct tree_node *node = tree_lower_bound(&parked_by_id, id);

	return node && node->key == id ? tree_entry(node, struct parked, by_id) : NULL;
}

void notice_serve(uint64_t id, uint64_t bits)
{
	struct parked *p = parked_find(id);

	SYS_ASSERT(!p || p->notice, "notice");
	if (p)
		p->notice(p, (unsigned)bits);
}

/* ---- replies that wait for a page of their receiver ---- */

struct waiting_reply {
	struct parked *parked;
	int64_t status;
	unsigned tries;
	uint32_t bytes;
	char data[];
};

static void waiting_free(struct waiting_reply *w)
{
	parked_drop(w->parked);
	heap_free(w, sizeof(*w) + w->bytes);
}

static void reply_again(struct parked *p, unsigned bits)
{
	struct waiting_reply *w = p->owner;

	if (bits & NOTICE_UNBLOCK || ++w->tries > REPLY_TRIES) {
		p->q.reply_bytes = 0;
		w->status = bits & NOTICE_UNBLOCK ? -EINTR : -EFAULT;
	}
	if (bits && send_reply(&p->q, w->status) == -EABSENT)
		return;
	waiting_free(w);
}

void reply_later(struct request *q, int64_t status)
{
	struct waiting_reply *w = heap_alloc(sizeof(*w) + q->reply_bytes);

	if (w)
		w->parked = request_park(q, w, reply_again);
	if (!w || !w->parked) {
		heap_free(w, sizeof(*w) + q->reply_bytes);
		q->reply_bytes = 0;
		send_reply(q, -ENOMEM);
		request_given(q);
		return;
	}
	w->status = status;
	w->bytes = q->reply_bytes;
	memcpy(w->data, q->reply_data, q->reply_bytes);
	w->parked->q.reply_data = w->data;
}

/* ---- senders that have gone ---- */

static uint64_t sweep_at;

static int sweep_step(struct work *work)
{
	for (unsigned i = 0; i < SWEEP_AT_ONE; i++) {
		struct tree_node *node = tree_lower_bound(&parked_by_id, sweep_at);
		struct parked *p;

		if (!node)
			return 0;
		sweep_at = node->key + 1;
		p = tree_entry(node, struct parked, by_id);
		SYS_ASSERT(p->notice, "sweep");
		if (request_read(&p->q, 0, NULL, 0) == -ESRCH)
			p->notice(p, 0);
	}
	return SYS_MORE;
}

static struct work sweep = {.step = sweep_step};

void parked_sweep(void)
{
	sweep_at = 0;
	if (!work_pending(&sweep))
		work_add(&sweep);
}
