/* SPDX-License-Identifier: 0BSD */
/* message.h: the kernel's record of a message, and of anything else that queues at an endpoint.
 *
 * Each Thread has two message records: `call` for what it sends itself and `fault` for what the
 * kernel sends for it. A record is in one state at a time:
 *
 *   IDLE -> QUEUED -> TRANSFER -> RECEIVED -> IDLE
 *           in the    a receiver  in the endpoint's `received` list;
 *           queue     copies it   `server` is the thread whose current message it is (NULL: parked)
 *              ^         |
 *              +- HELD <-+  a page of the sender was absent: its fault is being served
 *
 * An endpoint's queue holds `struct queued` of three kinds: messages, pulses of Events, and the
 * disconnect pulses of Connections; a RECEIVED message's own `queued` serves for notices about it.
 *
 * A message id names a RECEIVED message: frame number of the Thread, which record, and a sequence
 * number that changes each time the record is used, so that a stale id is found out before anything
 * is done.
 */
#pragma once

#include <abi/message.h>
#include "lib/list.h"
#include "lib/tree.h"

struct thread;
struct endpoint;
struct connection;
struct sched_context;

enum queued_kind {
	QUEUED_CALL,	   /* struct message, thread.call */
	QUEUED_FAULT,	   /* struct message, thread.fault */
	QUEUED_EVENT,	   /* struct event */
	QUEUED_DISCONNECT, /* struct connection */
	QUEUED_NOTICE,	   /* struct message, RECEIVED: something to tell about it */
};

struct queued {
	struct tree_node node; /* key: 255 - priority */
	union {
		struct {
			uint8_t priority;
			uint8_t kind; /* enum queued_kind */
		};
		uint16_t all;
	};
};

enum message_state { MESSAGE_IDLE, MESSAGE_QUEUED, MESSAGE_TRANSFER, MESSAGE_HELD, MESSAGE_RECEIVED };

struct message {
	struct queued queued;
	struct list_node link;	       /* endpoint.received, or endpoint.moving when `moving` */
	struct thread *sender;	       /* the thread that this record is part of; constant */
	struct connection *connection; /* its `home` is the message's endpoint */
	struct sched_context *lent;    /* the sender's time that went with it to `server`, or NULL */
	struct thread *server;	       /* TRANSFER: the receiver; RECEIVED: whose current message, or NULL */
	uint64_t length_bytes;	       /* of the sender's data, all of it; both unset when `plain` */
	uint64_t skip_bytes;	       /* hidden by forward */
	bool moving;		       /* TRANSFER that did not end at once, or HELD */
	uint64_t id;		       /* its number: sequence, which record, frame number of the Thread */
	union {
		struct {
			uint8_t state;	    /* enum message_state */
			uint8_t kind;	    /* enum message_kind: SEND, CLOSE or FAULT */
			uint8_t send_flags; /* SEND_ABANDON ... */
			uint8_t deliveries;
			uint8_t notice; /* NOTICE_ bits to tell */
			bool plain;	/* words alone, both ways: no descriptor */
			union {		/* `unblocking`: UNBLOCK was told, in place of this errno */
				struct {
					uint8_t hops, unblocking;
				};
				uint16_t detour; /* from MESSAGE_HOPS_MAX on: no fast way on */
			};
		};
		uint64_t all; /* of the above, for one store */
	};
};

/* Bytes of data that the receiver may see. */
static inline uint64_t message_length(const struct message *m)
{
	return m->plain ? 0 : m->length_bytes - m->skip_bytes;
}

/* M, in TRANSFER or HELD, is not going to leave that state at once: its endpoint must be able to
 * find it. */
void message_moving(struct message *m);
/* M leaves that state. */
static inline void message_settled(struct message *m)
{
	if (__builtin_expect(!m->moving, 1)) return;
	list_remove(&m->link);
	m->moving = false;
}

/* A message's number changes with its sequence number, whenever it ends. Never 0. */
#define MESSAGE_ID_NEXT (1ull << 32)

/* M is a record of T, in use from now on. */
void message_init(struct message *m, struct thread *t);

/* The RECEIVED message of EP that ID names, or NULL: stale, or another endpoint's. O(1), touches no
 * memory that is not proved to be a Thread. */
struct message *message_from_id(struct endpoint *ep, uint64_t id);
