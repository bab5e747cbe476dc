/* SPDX-License-Identifier: 0BSD */
/* access.c: reading a received message's data and writing its reply buffer before the reply. */
#include <abi/memory.h>
#include <abi/errno.h>
#include "api/table.h"
#include "ipc/desc.h"
#include "ipc/fault.h"
#include "ipc/reply.h"
#include "sched/preempt.h"

/* What the copy engine's answer means when T copies and CLIENT is the other side. */
static int64_t outcome(struct thread *t, struct thread *client, enum copy_result result, bool client_is_source,
		       uint64_t va, uint64_t left)
{
	unsigned own_access = client_is_source ? PROT_WRITE : PROT_READ;
	unsigned client_access = client_is_source ? PROT_READ : PROT_WRITE;
	bool source = result == COPY_SOURCE_ABSENT || result == COPY_SOURCE_FAULT;

	switch (result) {
	case COPY_DONE:
		return 0;
	case COPY_CUT:
		return SYS_RESTART;
	case COPY_SOURCE_ABSENT:
	case COPY_TARGET_ABSENT:
		if (source != client_is_source) return fault_own(t, va, left, own_access);
		t->progress = 0;
		fault_sender(client, va, left, client_access);
		return -EABSENT;
	default:
		return -EFAULT;
	}
}

/* arg: id, offset, descriptor. Answers the bytes copied. */
static int64_t access_message(struct thread *t, struct slot *slot, const uint64_t *arg, bool read)
{
	struct endpoint *ep = slot_object(slot, endpoint);
	struct message *m = reply_message(t, ep, arg[0]);
	struct copy_vector own, client, *from, *to;
	enum copy_result result;
	uint64_t left, total, va = 0;
	int64_t length;

	if (!m) return -ESRCH;
	if (!arg[2]) return -EINVAL;
	length = desc_read(t, arg[2], &t->desc);
	if (length < 0) return length;
	if (m->plain) return 0;
	length = desc_complete_sender(m);
	if (length < 0) return length;
	own = read ? desc_receive_vector(t, 0) : desc_send_vector(t, 0);
	length = t->progress ? (int64_t)t->transfer_done : desc_length(t, own.pieces_va, own.count);
	if (length < 0) return length;
	t->transfer_done = (uint64_t)length; /* if this is made again */
	if (arg[1] > MESSAGE_LENGTH_MAX) return -EINVAL;
	total = (uint64_t)length;
	if (read) {
		uint64_t hidden = min(m->length_bytes, m->skip_bytes + arg[1]);

		total = min(total, m->length_bytes - hidden);
		client = desc_send_vector(m->sender, hidden);
	} else {
		client = desc_receive_vector(m->sender, arg[1]);
	}
	if (!client.count || t->progress >= total) return (int64_t)(client.count ? total : 0);
	own.offset_bytes += t->progress;
	client.offset_bytes += t->progress;
	left = total - t->progress;
	from = read ? &client : &own;
	to = read ? &own : &client;
	result = copy_pieces(from, to, &left, &va);
	t->progress = total - left;
	length = outcome(t, m->sender, result, read, va, left);
	return length < 0 ? length : (int64_t)(total - left);
}

int64_t sys_msg_read(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return access_message(t, slot, arg, true);
}

int64_t sys_msg_write(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return access_message(t, slot, arg, false);
}
