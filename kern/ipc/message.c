/* SPDX-License-Identifier: 0BSD */
/* message.c: message ids.
 *
 * An id is: sequence (32 bits) | which record (1 bit) | frame number of the Thread (28 bits). The
 * frame table says whether a Thread begins in that frame; only then is the record looked at.
 */
#include "ipc/message.h"

#include "obj/thread.h"

#define ID_FRAME_BITS 28
#define ID_FAULT      (1ull << ID_FRAME_BITS)

void message_init(struct message *m, struct thread *t)
{
	m->sender = t;
	m->id = MESSAGE_ID_NEXT | thread_number(t) | (m == &t->fault ? ID_FAULT : 0);
}

void message_moving(struct message *m)
{
	if (!m->moving) list_push_back(&m->connection->home->moving, &m->link);
	m->moving = true;
}

struct message *message_from_id(struct endpoint *ep, uint64_t id)
{
	uint64_t frame = id & (ID_FAULT - 1);
	struct thread *t;
	struct message *m;

	if (frame >= frame_count || frame_at(frame)->kind != FRAME_THREAD) return NULL;
	t = phys_to_virt(frame << PAGE_SHIFT);
	m = id & ID_FAULT ? &t->fault : &t->call;
	if (m->state != MESSAGE_RECEIVED || m->connection->home != ep || m->id != id) return NULL;
	return m;
}
