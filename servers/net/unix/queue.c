/* SPDX-License-Identifier: 0BSD */
/* queue.c: blocks in a list. All loops are over the blocks of one queue: at most QUEUE_BLOCKS_MAX.
 */
#include <parley/heap.h>
#include <proto/posix.h>
#include "queue.h"

/* Blocks that are free. They are not cleared, unlike what goes through the heap: whoever takes one fills it. */
static struct block *spare;
/* Capabilities in queues: all, and those of users by number modulo QUEUE_USERS. */
static unsigned in_flight, in_flight_of[QUEUE_USERS];

static struct block *block_alloc(void)
{
	struct block *b = spare;

	if (!b)
		return os_alloc(BLOCK_BYTES);
	spare = b->next;
	return b;
}

static void block_free(struct block *b)
{
	b->next = spare;
	spare = b;
}

void queue_init(struct queue *q, bool records) { *q = (struct queue){.limit = QUEUE_BLOCKS_MAX, .records = records}; }

static uint64_t block_bytes(const struct block *b) { return (uint64_t)b->end - b->start; }

uint64_t queue_space(const struct queue *q) { return (q->limit - q->blocks) * BLOCK_DATA; }

static bool same_sender(const struct proto_peer *a, const struct proto_peer *b)
{
	return a->pid == b->pid && a->uid == b->uid && a->gid == b->gid;
}

/* Room behind the last byte, where a stream of the same sender goes on. */
static uint64_t tail_space(const struct queue *q, const struct proto_peer *from)
{
	return q->tail && !q->records && same_sender(&q->tail->from, from) ? BLOCK_DATA - q->tail->end : 0;
}

void queue_cancel(struct queue_room *room)
{
	while (room->first) {
		struct block *b = room->first;

		room->first = b->next;
		block_free(b);
	}
}

/* New blocks for `bytes` in all. */
static int add_blocks(struct queue_room *room, uint64_t blocks, uint64_t bytes)
{
	struct block **end = &room->first;

	for (; blocks; blocks--) {
		uint64_t here = bytes < BLOCK_DATA ? bytes : BLOCK_DATA;
		struct block *b = block_alloc();

		if (!b) {
			queue_cancel(room);
			return -ENOMEM;
		}
		*b = (struct block){.end = (uint16_t)here};
		*end = b;
		end = &b->next;
		room->piece[room->pieces++] = (struct message_piece){(uint64_t)b->data, here};
		bytes -= here;
	}
	return 0;
}

int queue_reserve(struct queue *q, uint64_t bytes, const struct proto_peer *from, bool apart, struct queue_room *room)
{
	uint64_t in_tail = apart ? 0 : tail_space(q, from), blocks;

	room->pieces = 0; /* none of them is looked at before it is filled in */
	room->first = NULL;
	room->into_tail = 0;
	in_tail = in_tail < bytes ? in_tail : bytes;
	blocks = (bytes - in_tail + BLOCK_DATA - 1) / BLOCK_DATA;
	if ((q->records || apart) && !blocks)
		blocks = 1;
	if (blocks > q->limit)
		return -EMSGSIZE;
	if (blocks > q->limit - q->blocks)
		return -EAGAIN;
	if (in_tail) {
		room->piece[room->pieces++] = (struct message_piece){(uint64_t)(q->tail->data + q->tail->end), in_tail};
		room->into_tail = in_tail;
	}
	return add_blocks(room, blocks, bytes - in_tail);
}

static void count_caps(const struct proto_peer *from, unsigned by)
{
	in_flight += by;
	in_flight_of[from->uid % QUEUE_USERS] += by;
}

bool queue_caps_fit(uint32_t uid, unsigned count)
{
	unsigned left = QUEUE_CAPS_MAX - in_flight;

	if (uid == 0 || in_flight + count <= QUEUE_CAPS_MAX / 2)
		return count <= left;
	return in_flight_of[uid % QUEUE_USERS] + count <= left;
}

void queue_commit(struct queue *q, struct queue_room *room, const struct proto_peer *from, const cap_t *caps,
		  unsigned count)
{
	struct block *b = room->first;

	if (room->into_tail) {
		q->tail->end = (uint16_t)(q->tail->end + room->into_tail);
		q->bytes += room->into_tail;
	}
	if (b) {
		b->caps = (uint8_t)count;
		q->caps += count;
		if (count)
			count_caps(from, count);
		for (unsigned i = 0; i < count; i++)
			b->cap[i] = caps[i];
		if (q->tail)
			q->tail->next = b;
		else
			q->head = b;
	}
	for (; b; b = b->next) {
		b->from = *from;
		q->bytes += block_bytes(b);
		q->blocks++;
		q->tail = b;
	}
	if (q->records)
		q->tail->last = true;
	room->first = NULL;
}

uint64_t queue_next(const struct queue *q, uint64_t bytes, bool *more)
{
	uint64_t got = 0;

	*more = false;
	for (const struct block *b = q->head; b; b = b->next) {
		uint64_t here = block_bytes(b), left = bytes - got;

		if (b != q->head && !q->records && (b->caps || !same_sender(&b->from, &q->head->from)))
			break;
		if (here > left) {
			*more = true;
			return bytes;
		}
		got += here;
		if (b->last)
			break;
	}
	return got;
}

unsigned queue_take_caps(struct queue *q, struct block *b, cap_t *caps)
{
	unsigned count = b->caps;

	if (!count)
		return 0;
	for (unsigned i = 0; i < count; i++)
		caps[i] = b->cap[i];
	b->caps = 0;
	q->caps -= count;
	count_caps(&b->from, -count);
	return count;
}

static void drop_caps(struct queue *q, struct block *b)
{
	cap_t caps[MESSAGE_CAPS_MAX];
	unsigned count = queue_take_caps(q, b, caps);

	for (unsigned i = 0; i < count; i++)
		block_drop_cap(caps[i]);
}

void queue_drop_caps(struct queue *q)
{
	for (struct block *b = q->head; b && q->caps; b = b->next)
		drop_caps(q, b);
}

static void drop_head(struct queue *q)
{
	struct block *b = q->head;

	drop_caps(q, b);
	q->head = b->next;
	if (!q->head)
		q->tail = NULL;
	q->blocks--;
	q->bytes -= block_bytes(b);
	block_free(b);
}

void queue_take(struct queue *q, uint64_t bytes, bool whole)
{
	bool ended = false;

	while (q->head && bytes >= block_bytes(q->head) && (bytes || q->records) && !ended) {
		bytes -= block_bytes(q->head);
		ended = q->head->last;
		drop_head(q);
	}
	if (q->head && bytes && !ended) {
		q->head->start = (uint16_t)(q->head->start + bytes);
		q->bytes -= bytes;
	}
	while (whole && q->head && !ended) {
		ended = q->head->last;
		drop_head(q);
	}
}

void queue_clear(struct queue *q)
{
	while (q->head)
		drop_head(q);
}
