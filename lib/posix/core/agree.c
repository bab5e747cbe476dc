/* SPDX-License-Identifier: 0BSD */
/* agree.c: what programs without a C library are told of its numbers is what stands in its headers.
 *
 * A macro that is defined twice must be the same both times, else this file does not compile.
 */
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>

#include <proto/socket.h>
#include <proto/tty.h>

#define SAME_FIELD(type, field)                                                                                        \
	_Static_assert(offsetof(struct type, field) == offsetof(struct proto_##type, field), #field)
SAME_FIELD(termios, c_lflag);
SAME_FIELD(termios, c_line);
SAME_FIELD(termios, c_cc);
SAME_FIELD(winsize, ws_ypixel);
_Static_assert(offsetof(struct termios, __c_ospeed) == offsetof(struct proto_termios, c_ospeed), "speeds");
_Static_assert(sizeof(struct termios) == sizeof(struct proto_termios), "termios");
_Static_assert(sizeof(struct winsize) == sizeof(struct proto_winsize), "winsize");
_Static_assert(sizeof(struct ucred) == sizeof(struct proto_peer), "ucred");

#define SAME(name) _Static_assert(name == PROTO_##name, #name)
SAME(AF_UNIX);
SAME(SOCK_STREAM);
SAME(SOCK_DGRAM);
SAME(SOCK_SEQPACKET);
SAME(MSG_PEEK);
SAME(MSG_CTRUNC);
SAME(MSG_TRUNC);
SAME(MSG_DONTWAIT);
SAME(MSG_EOR);
SAME(MSG_WAITALL);
SAME(SHUT_RD);
SAME(SHUT_WR);
SAME(SHUT_RDWR);
SAME(SOL_SOCKET);
SAME(SO_TYPE);
SAME(SO_ERROR);
SAME(SO_SNDBUF);
SAME(SO_RCVBUF);
SAME(SO_PASSCRED);
SAME(SO_PEERCRED);
SAME(SO_ACCEPTCONN);
