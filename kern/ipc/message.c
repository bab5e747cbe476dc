/* SPDX-License-Identifier: 0BSD */
/* message.c: message ids.
 *
 * An id is: sequence (32 bits) | which record (1 bit) | frame number of the Thread (28 bits). The frame table
 * says whether a Thread begins in that frame; only then is the record looked at.
 */
#include "ipc/message.h"

#include "obj/thread.h"

#define ID_FRAME_BITS 28
#define ID_FAULT      (1ull << ID_FRAME_BITS)

uint64_t message_id(const struct message *m)
{
	uint64_t id = (uint64_t)m->sequence << 32 | thread_number(m->sender);

	return m == &m->sender->fault ? id | ID_FAULT : id;
}

struct message *message_from_id(struct endpoint *ep, uint64_t id)
{
	uint64_t frame = id & (ID_FAULT - 1);
	struct thread *t;
	struct message *m;

	if (frame >= frame_count || frame_at(frame)->kind != FRAME_THREAD)
		return NULL;
	t = phys_to_virt(frame << PAGE_SHIFT);
	m = id & ID_FAULT ? &t->fault : &t->call;
	if (m->state != MESSAGE_RECEIVED || m->endpoint != ep || message_id(m) != id)
		return NULL;
	return m;
}
