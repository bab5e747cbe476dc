/* SPDX-License-Identifier: 0BSD */
/* socket.h: the C library's socket numbers that travel in messages; lib/posix checks that they
 * agree. */
#pragma once

#include <stdint.h>

enum { PROTO_AF_UNIX = 1 };
enum { PROTO_SOCK_PIPE = 0, PROTO_SOCK_STREAM = 1, PROTO_SOCK_DGRAM = 2, PROTO_SOCK_SEQPACKET = 5 };
enum {
	PROTO_MSG_PEEK = 0x2,
	PROTO_MSG_CTRUNC = 0x8,
	PROTO_MSG_TRUNC = 0x20,
	PROTO_MSG_DONTWAIT = 0x40,
	PROTO_MSG_EOR = 0x80,
	PROTO_MSG_WAITALL = 0x100,
};
enum { PROTO_SHUT_RD, PROTO_SHUT_WR, PROTO_SHUT_RDWR };
enum { PROTO_SOL_SOCKET = 1 };
enum {
	PROTO_SO_TYPE = 3,
	PROTO_SO_ERROR = 4,
	PROTO_SO_SNDBUF = 7,
	PROTO_SO_RCVBUF = 8,
	PROTO_SO_PASSCRED = 16,
	PROTO_SO_PEERCRED = 17,
	PROTO_SO_ACCEPTCONN = 30,
};

struct proto_peer {
	uint32_t pid, uid, gid;
};

#define PIPE_ATOMIC_BYTES   4096  /* PIPE_BUF */
#define PIPE_CAPACITY_BYTES 65536 /* at least */
