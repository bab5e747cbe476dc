/* SPDX-License-Identifier: 0BSD */
/* queue.h: what was sent and not yet received.
 *
 * A queue is a list of blocks of one page. A stream's bytes are packed into blocks; a record
 * (datagram, seqpacket) begins in a block of its own and ends in one that is marked. Capabilities
 * and the sender's identity stand in the first block of what they came with: so they are received
 * with its first byte, and bytes of one receive never come from both sides of them.
 *
 * A queue holds at most `limit` blocks, so a writer that fills it, and a server that serves it,
 * have a bound. Whether something fits is asked before anything is taken from the writer.
 */
#pragma once

#include <abi/message.h>
#include <proto/socket.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Capabilities in all queues together: they lie in slots that the server needs for other things, too. */
#define QUEUE_CAPS_MAX 1024
#define QUEUE_USERS    64 /* users are told apart by their numbers modulo this */

/* What travels may be an open file of this very server, held by number (srv_hold): its slot number is this and that. */
#define QUEUE_HELD	 0x80000000u

#define QUEUE_BLOCKS_MAX 17 /* 64 KiB and a part of a block that is not full */

struct block {
	struct block *next;
	uint16_t start, end; /* of the bytes in `data` */
	bool last;	     /* ends a record */
	uint8_t caps;
	cap_t cap[MESSAGE_CAPS_MAX];
	struct proto_peer from;
	uint8_t data[];
};

#define BLOCK_BYTES 4096
#define BLOCK_DATA  (BLOCK_BYTES - sizeof(struct block))

struct queue {
	struct block *head, *tail; /* NULL: empty */
	unsigned blocks, limit;
	uint64_t bytes;
	unsigned caps;
	bool records; /* each send is a record */
};

/* What one send adds: blocks that are not yet in the queue. */
struct queue_room {
	struct message_piece piece[QUEUE_BLOCKS_MAX + 1]; /* where the bytes go, in order */
	unsigned pieces;
	struct block *first; /* new blocks */
	uint64_t into_tail;  /* bytes of the first piece that lie in the queue's tail */
};

void queue_init(struct queue *q, bool records);

/* Bytes that are sure to fit now. */
uint64_t queue_space(const struct queue *q);

/* Makes room for `bytes` (may be 0 for a record), in blocks of their own if they are a record or
 * `apart` (capabilities come with them). -EAGAIN: they do not fit now; -EMSGSIZE: they never will;
 * -ENOMEM. Then the bytes are filled into the pieces, and it ends with one of the other two. */
int queue_reserve(struct queue *q, uint64_t bytes, const struct proto_peer *from, bool apart, struct queue_room *room);
void queue_commit(struct queue *q, struct queue_room *room, const struct proto_peer *from, const cap_t *caps,
		  unsigned count);
void queue_cancel(struct queue_room *room);

/* How many bytes one receive of up to `bytes` would get: to the end of the record, or to the next
 * bytes with capabilities or of another sender. `more`: the record goes on behind them. */
uint64_t queue_next(const struct queue *q, uint64_t bytes, bool *more);

/* Takes `bytes` off, and with `whole` the rest of the record. Blocks that are empty go back to the
 * pool; capabilities that are still in them are deleted. */
void queue_take(struct queue *q, uint64_t bytes, bool whole);

/* May user `uid` have `count` capabilities more in queues? Nobody but root has more than there is left for all others, once
 * half is in use. */
bool queue_caps_fit(uint32_t uid, unsigned count);
/* Takes the capabilities out of a block of the queue, for the reply. Answers their count. */
unsigned queue_take_caps(struct queue *q, struct block *b, cap_t *caps);
/* Throws away all capabilities; the bytes stay. */
void queue_drop_caps(struct queue *q);

/* Throws all away. */
void queue_clear(struct queue *q);

/* Where capabilities go that nobody received, and open files that are held. */
void block_drop_cap(cap_t cap);
