/* SPDX-License-Identifier: 0BSD */
/* pipe.c: reading, writing, opening and closing of pipes (POSIX: read, write, open of FIFOs).
 *
 * After everything that changes a pipe, pipe_changed sets the poll bits of its ends to what is true
 * now, which also wakes whoever waits. No bit is ever set by hand elsewhere.
 */
#include <parley/heap.h>
#include "pipe.h"
#include "server.h"

static const struct srv_ops pipe_ops;

static struct pipe *pipe_of(struct srv_node *node, enum pipe_end end)
{
	return container_of(node - end, struct pipe, end[0]);
}

/* Which end a node is: its device number says it. */
static enum pipe_end end_of(const struct srv_node *node) { return (enum pipe_end)node->rdevice; }

static void set_bits(struct srv_node *node, uint32_t bits, uint32_t of)
{
	srv_ready(&unix_server, node, bits, of & ~bits);
}

static void pipe_changed(struct pipe *p)
{
	uint32_t in = (p->queue.bytes ? POLLIN : 0) | (p->writers ? 0 : POLLHUP);
	uint32_t out = p->readers ? (queue_space(&p->queue) >= PIPE_ATOMIC_BYTES ? POLLOUT : 0) : POLLERR | POLLOUT;

	set_bits(&p->end[PIPE_READ], in, POLLIN | POLLHUP);
	set_bits(&p->end[PIPE_WRITE], out, POLLOUT | POLLERR);
	set_bits(&p->end[PIPE_BOTH], (in & POLLIN) | (out & POLLOUT), POLLIN | POLLOUT);
}

static struct pipe *pipe_new(void)
{
	struct pipe *p = os_alloc(sizeof(*p));
	uint64_t inode = unix_inode();

	if (!p)
		return NULL;
	for (unsigned i = 0; i < PIPE_ENDS; i++) {
		srv_node_init(&p->end[i], &pipe_ops, inode, S_IFIFO | 0600);
		p->end[i].rdevice = i;
		p->end[i].links = 0;
	}
	queue_init(&p->queue, false);
	list_init(&p->opening);
	return p;
}

static void pipe_free_if_unused(struct pipe *p)
{
	if (p->readers || p->writers || !list_empty(&p->opening))
		return;
	for (unsigned i = 0; i < PIPE_ENDS; i++)
		if (p->end[i].uses)
			return;
	name_leave(&p->name);
	queue_clear(&p->queue);
	os_free(p, sizeof(*p));
}

static void count_open(struct pipe *p, enum pipe_end end, int by)
{
	if (end != PIPE_WRITE)
		p->readers += (unsigned)by;
	if (end != PIPE_READ)
		p->writers += (unsigned)by;
}

/* Gives an open file of `end` with the answer to `r`. */
static int give_end(struct srv_request *r, struct pipe *p, enum pipe_end end, uint32_t flags)
{
	static const uint32_t mode[] = {O_RDONLY, O_WRONLY, O_RDWR};
	struct srv_open *open;
	int status = srv_give_open(r, &p->end[end], mode[end] | (flags & O_NONBLOCK), &open);

	if (status == 0)
		count_open(p, end, 1);
	return status;
}

int64_t pipe_make(struct srv_request *r)
{
	struct pipe *p = pipe_new();
	int status;

	if (!p)
		return -ENOMEM;
	p->end[0].uid = p->end[1].uid = unix_sender(r).uid;
	p->end[0].gid = p->end[1].gid = unix_sender(r).gid;
	status = give_end(r, p, PIPE_READ, (uint32_t)r->in.w[4]);
	if (status == 0)
		status = give_end(r, p, PIPE_WRITE, (uint32_t)r->in.w[4]);
	if (status == 0)
		pipe_changed(p);
	else
		pipe_free_if_unused(p);
	return status;
}

/* ---- reading and writing ---- */

static int64_t pipe_read(struct srv_request *r, uint64_t offset, uint64_t length)
{
	struct pipe *p = pipe_of(r->node, end_of(r->node));
	uint64_t put = 0;

	if (!p->queue.bytes)
		return p->writers ? srv_wait(r, POLLIN | POLLHUP) : 0;
	for (struct block *b = p->queue.head; b && put < length; b = b->next) {
		uint64_t here = (uint64_t)b->end - b->start, left = length - put;
		int64_t got = srv_put(r, b->data + b->start, here < left ? here : left);

		if (got < 0)
			return put ? (int64_t)put : got;
		put += (uint64_t)got;
		if ((uint64_t)got < here)
			break;
	}
	queue_take(&p->queue, put, false);
	pipe_changed(p);
	return (int64_t)put;
}

/* Moves `bytes` from the client's `offset` on into the queue, all or nothing. */
static int fill(struct srv_request *r, struct pipe *p, uint64_t offset, uint64_t bytes)
{
	static const struct proto_peer nobody;
	struct queue_room room;
	int status = queue_reserve(&p->queue, bytes, &nobody, false, &room);

	if (status < 0)
		return status;
	status = srv_get_pieces(r, offset, room.piece, room.pieces);
	if (status < 0)
		queue_cancel(&room);
	else
		queue_commit(&p->queue, &room, &nobody, NULL, 0);
	return status;
}

/* A write of up to PIPE_BUF bytes is done as a whole or not at all; a longer one goes on as room
 * comes. */
static int64_t pipe_write(struct srv_request *r, uint64_t offset, uint64_t length)
{
	struct pipe *p = pipe_of(r->node, end_of(r->node));

	while (r->done < length) {
		uint64_t left = length - r->done, space = queue_space(&p->queue);
		int status;

		if (!p->readers)
			return r->done ? (int64_t)r->done : -EPIPE;
		if (length > PIPE_ATOMIC_BYTES && left > space)
			left = space;
		status = left ? fill(r, p, r->done, left) : -EAGAIN;
		if (status == -EAGAIN)
			return r->done && r->open->flags & O_NONBLOCK ? (int64_t)r->done : srv_wait(r, POLLOUT);
		if (status < 0)
			return status;
		r->done += left;
		pipe_changed(p);
	}
	return (int64_t)length;
}

static int64_t pipe_control(struct srv_request *r, uint64_t request, uint64_t value)
{
	return unix_control_count(r, request, pipe_of(r->node, end_of(r->node))->queue.bytes);
}

static int pipe_close(struct srv_open *open)
{
	enum pipe_end end = end_of(open->node);
	struct pipe *p = pipe_of(open->node, end);

	count_open(p, end, -1);
	pipe_changed(p);
	return 0;
}

static void pipe_release(struct srv_node *node) { pipe_free_if_unused(pipe_of(node, end_of(node))); }

static void pipe_refresh(struct srv_node *node) { node->size_bytes = 0; }

/* ---- FIFOs ---- */

/* Do opens wait that an open of `end` completes? All that wait are for the same end, else they
 * would have met. */
static bool waits_for(const struct pipe *p, enum pipe_end end)
{
	struct list_node *first = list_first(&p->opening);

	return first && list_entry(first, struct srv_request, link)->own != &p->end[end];
}

/* Is an open of `end` complete? One for reading needs a writer, one for writing a reader, that has
 * opened or is about to. */
static bool other_side(const struct pipe *p, enum pipe_end end)
{
	if (end == PIPE_BOTH || (end == PIPE_READ ? p->writers : p->readers))
		return true;
	return waits_for(p, end);
}

/* Completes the opens that waited for the other side, which is there now: all that wait, at most as
 * many as requests can be parked. */
static void complete_opens(struct pipe *p)
{
	struct list_node *node;

	while ((node = list_pop_front(&p->opening))) {
		struct srv_request *kept = list_entry(node, struct srv_request, link);

		kept->out.w[1] = S_IFIFO | 0600;
		srv_finish(kept, give_end(kept, p, end_of(kept->own), (uint32_t)kept->in.w[3]));
	}
}

static int64_t wait_for_other_side(struct srv_request *r, struct pipe *p, enum pipe_end end)
{
	struct srv_request *kept;
	int64_t status = srv_keep(r, &kept);

	if (status != SRV_LATER)
		return status;
	kept->own = &p->end[end];
	list_push_back(&p->opening, &kept->link);
	return status;
}

int64_t pipe_unblock(struct srv_request *kept)
{
	struct srv_node *node = kept->own;

	list_remove(&kept->link);
	pipe_free_if_unused(pipe_of(node, end_of(node)));
	return -EINTR;
}

static struct pipe *fifo_of(uint64_t device, uint64_t inode)
{
	struct name *name = name_find(NAME_PIPE, device, inode);
	struct pipe *p;

	if (name)
		return container_of(name, struct pipe, name);
	p = pipe_new();
	if (p && name_enter(&p->name, NAME_PIPE, device, inode) < 0) {
		os_free(p, sizeof(*p));
		return NULL;
	}
	return p;
}

int64_t pipe_open_fifo(struct srv_request *r)
{
	static const enum pipe_end ends[] = {PIPE_READ, PIPE_WRITE, PIPE_BOTH};
	uint32_t flags = (uint32_t)r->in.w[3];
	struct pipe *p;
	enum pipe_end end;
	int64_t status;

	if ((flags & O_ACCMODE) > O_RDWR)
		return -EINVAL;
	end = ends[flags & O_ACCMODE];
	p = fifo_of(r->in.w[1], r->in.w[2]);
	if (!p)
		return -ENOSPC;
	if (other_side(p, end) || (flags & O_NONBLOCK && end == PIPE_READ))
		status = give_end(r, p, end, flags);
	else
		status = flags & O_NONBLOCK ? -ENXIO : wait_for_other_side(r, p, end);
	if (status == 0) {
		r->out.w[1] = S_IFIFO | 0600;
		if (waits_for(p, end))
			complete_opens(p);
		pipe_changed(p);
	}
	pipe_free_if_unused(p);
	return status;
}

static const struct srv_ops pipe_ops = {
    .read = pipe_read,
    .write = pipe_write,
    .control = pipe_control,
    .close = pipe_close,
    .refresh = pipe_refresh,
    .release = pipe_release,
};
