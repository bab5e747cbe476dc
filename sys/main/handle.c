/* SPDX-License-Identifier: 0BSD */
/* handle.c: Connections for handles.
 *
 * A Connection that nobody holds any more is kept by its number and armed again for the next handle. One whose handle
 * was closed before has an odd cookie, which says the number, so that it is found again when its last holder goes.
 * handle_disconnected is called for the disconnect pulse and for CLOSE alike.
 */
#include "main/handle.h"

#include "main/serve.h"
#include "mem/heap.h"
#include "mem/piece.h"
#include "mem/slot.h"

#include <parley/syscall.h>

struct spare {
	struct spare *next;
	uint64_t number;
};

static struct spare *spares; /* disconnected Connections */
static uint64_t spare_count;
static unsigned fed;

/* What is fed grows by half a size each time: there are 16 times. */
static int feed_endpoint(void)
{
	struct piece *p = piece_take(13 + fed / 2);

	if (!p)
		return -ENOMEM;
	if (os_endpoint_feed(sys_endpoint, piece_slot(p)) < 0) {
		piece_give(p);
		return -ENOMEM;
	}
	piece_keep(p);
	fed++;
	return 0;
}

static int64_t connect_new(struct handle *h, cap_t slot)
{
	struct os_words out;
	int64_t r;

	do
		r = os_connect(sys_endpoint, (uint64_t)h, slot, slot, 0, &out);
	while (r == -ENOMEM && feed_endpoint() == 0);
	if (r >= 0)
		h->connection = out.w[0];
	return r;
}

static int64_t connect_spare(struct handle *h, cap_t slot)
{
	struct spare *s = spares;
	int64_t r = os_rearm(sys_endpoint, s->number, (uint64_t)h);

	SYS_ASSERT(r == 0, "a spare Connection is disconnected");
	h->connection = s->number;
	spares = s->next;
	spare_count--;
	heap_delete(s);
	return os_connection_open(sys_endpoint, h->connection, slot, slot, 0);
}

int handle_open(struct handle *h, cap_t *slot)
{
	int64_t r = slot_take(slot);

	if (r < 0)
		return (int)r;
	r = -ESRCH;
	if (h->connection) {
		r = os_connection_open(sys_endpoint, h->connection, *slot, *slot, 0);
		if (r == -ESRCH)
			handle_close(h); /* its last holder has just gone, and the pulse is on its way */
	}
	if (r == -ESRCH)
		r = spares ? connect_spare(h, *slot) : connect_new(h, *slot);
	if (r >= 0)
		return 0;
	slot_give(*slot);
	return (int)r;
}

void handle_close(struct handle *h)
{
	if (!h->connection)
		return;
	os_set_cookie(sys_endpoint, h->connection, h->connection << 1 | 1);
	h->connection = 0;
}

struct handle *handle_of(cap_t slot, enum handle_kind kind)
{
	struct os_words out;
	struct handle *h;

	if (os_identify(sys_endpoint, slot, &out) < 0)
		return NULL;
	h = handle_from_cookie(out.w[0]);
	return h && h->kind == kind ? h : NULL;
}

static void keep_spare(uint64_t number)
{
	struct spare *s = heap_new(struct spare);

	if (!s)
		return; /* that Connection is not used again */
	s->number = number;
	s->next = spares;
	spares = s;
	spare_count++;
}

void handle_disconnected(uint64_t cookie)
{
	struct handle *h = handle_from_cookie(cookie);

	if (!h) {
		keep_spare(cookie >> 1);
		return;
	}
	keep_spare(h->connection);
	h->connection = 0;
	switch (h->kind) {
	case HANDLE_NONE:
		break;
#define HANDLE(KIND, gone)                                                                                             \
	case HANDLE_##KIND:                                                                                            \
		gone(h);                                                                                               \
		break;
		HANDLE_KINDS(HANDLE)
#undef HANDLE
	}
}

uint64_t handle_spare_records(void) { return spare_count * sizeof(struct spare); }
