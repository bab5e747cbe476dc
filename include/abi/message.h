/* SPDX-License-Identifier: 0BSD */
/* message.h: what a message looks like to programs and to the kernel.
 *
 * Eight words travel in registers and never touch memory. Everything else that a message may have
 * (data in up to 64 pieces a side, capabilities, where received capabilities land) is described by
 * a message descriptor in the caller's memory, whose address is one more register; 0 means "words
 * alone".
 *
 * Registers, in and out:
 *   rax  in: call number, flags << 8, slot << 32        out: status or info (below), or -errno
 *   rdi rsi rdx r10 r8 r9 r12 r13   the eight words
 *   r14  in: descriptor address or 0, DESC_ACCEPTS      out (receive): cookie
 *   rbx  in: send: deadline; reply, forward: message id, 0 = current;   out (receive): message id
 *   r15  in: receive and what ends with it: deadline    out (receive): stamp.who
 *   rbp  in: reply: status for the sender               out (receive): stamp.cred
 *        forward: the Connection's slot, bytes of data to hide << 32
 */
#pragma once

#include <stdint.h>
#include <abi/object.h>

#define MESSAGE_WORDS	   8
#define MESSAGE_PIECES_MAX 64 /* a side */
#define MESSAGE_CAPS_MAX   4
#define MESSAGE_HOPS_MAX   16
#define MESSAGE_LENGTH_MAX ((1ull << 40) - 1)

/* Deadlines are absolute nanoseconds of the monotonic clock. */
#define DEADLINE_FOREVER 0xffffffffffffffffull
#define DEADLINE_NOW	 0ull /* do not wait at all */

struct message_piece {
	uint64_t address;
	uint64_t length_bytes;
};

/* 64-byte aligned. `piece` holds send_count pieces to send (or to reply), then receive_count pieces
 * to be filled (a client's reply buffer, a server's receive buffer). */
struct message_desc {
	uint16_t send_count;
	uint16_t receive_count;
	uint8_t give_count;   /* capabilities in `give` */
	uint8_t accept_count; /* capabilities accepted; they land in [land_min, land_max] */
	uint8_t land_flags;   /* SLOT_CLOEXEC, SLOT_CLOFORK for those that land */
	uint8_t give_flags;   /* GIVE_DERIVE, GIVE_CONNECT, GIVE_REARM */
	cap_t land_min, land_max;
	cap_t give[MESSAGE_CAPS_MAX];	  /* slots of the sender's CSpace */
	int32_t landed[MESSAGE_CAPS_MAX]; /* out: slot where it landed, or -errno (-EMFILE) */
	uint64_t connect_cookie;	  /* reply with GIVE_CONNECT: the new Connection's cookie */
	uint64_t connect_id;		  /* out: the new Connection's number, 0 if it did not land; in: with
				GIVE_REARM */
	struct message_piece piece[];
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct message_desc) == 64, "the header is one cache line");

/* Added to the address of a descriptor that only says what is accepted. Nothing is sent or given by it, and it is read
 * when something comes that needs it: data or a capability for a receiver; for a sender (whose send_count and give_count
 * must be 0) a reply with data or capabilities. Errors of the descriptor come then: to the receiver its own, while a
 * sender's bad descriptor accepts nothing. */
#define DESC_ACCEPTS 1ull

enum {
	GIVE_DERIVE = 1 << 0,  /* as revocable children of the sender's slots */
	GIVE_CONNECT = 1 << 1, /* reply: the first capability given is a new Connection with the
				  ready mask give[0] */
	GIVE_REARM = 1 << 2,   /* with GIVE_CONNECT: instead of a new one the disconnected one of
				  number connect_id */
};

/* Flags of send (rax bits 8 and up). */
enum {
	SEND_ABANDON = 1 << 0,	    /* a deadline withdraws the message even when it is being served */
	SEND_AT_MOST_ONCE = 1 << 1, /* a requeue ends the message with ESRVDEAD instead */
};

/* What receive answers in rax: a bit field. */
#define INFO_LENGTH(info)     ((info)&0xffffffffffull) /* bytes the sender offers */
#define INFO_PRIORITY(info)   (((info) >> 40) & 0xff)
#define INFO_DELIVERIES(info) (((info) >> 48) & 0x1f) /* 1 the first time; stays at 31 */
#define INFO_CAPS(info)	      (((info) >> 53) & 0x7)  /* capabilities that landed or were tried */
#define INFO_KIND(info)	      ((enum message_kind)(((info) >> 56) & 0xf))
#define INFO_ABANDONED                                                                                                 \
	(1ull                                                                                                          \
	 << INFO_ABANDONED_SHIFT) /* since the last message came a served one was withdrawn:                      \
					  sweep */
#define INFO_PRIORITY_SHIFT   40
#define INFO_DELIVERIES_SHIFT 48
#define INFO_CAPS_SHIFT	      53
#define INFO_KIND_SHIFT	      56
#define INFO_ABANDONED_SHIFT  60

enum message_kind {
	MESSAGE_SEND,	    /* an ordinary message */
	MESSAGE_CLOSE,	    /* the last client capability is being closed; the reply's status is close's
			     */
	MESSAGE_FAULT,	    /* a thread faulted: words as in fault.h */
	MESSAGE_PULSE,	    /* an Event: cookie in r14, bits in word 0 */
	MESSAGE_DISCONNECT, /* pulse: nobody holds the Connection any more; id is the Connection's
			       number */
	MESSAGE_NOTICE,	    /* pulse about a received message: id; word 0: NOTICE_ bits */
};

enum {
	NOTICE_UNBLOCK = 1 << 0, /* its sender wants to stop waiting */
	NOTICE_RETRY = 1 << 1,	 /* what was EABSENT is present now */
};
