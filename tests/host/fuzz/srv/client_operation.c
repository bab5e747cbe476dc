/* SPDX-License-Identifier: 0BSD */
/* client_operation.c: what clients send: operations that could be meant, with texts, numbers and lengths that mostly could
 * not, and sometimes anything at all.
 */
#include "host/fuzz/srv/client.h"

#include <proto/flags.h>
#include <proto/path_words.h>
#include <proto/posix.h>
#include <proto/proto.h>
#include <proto/socket.h>
#include <proto/stat.h>
#include "lib/bits.h"
#include "lib/string.h"

#define TEXT_MAX 9000

static char text[2 * TEXT_MAX];

uint64_t client_number(void)
{
	static const uint64_t edges[] = {
	    0,		1,     47,	   48,	       49,	   255,	       511,	   512,		  4095,
	    4096,	8191,  1ull << 16, 1ull << 31, 1ull << 32, 1ull << 44, 1ull << 52, INT64_MAX - 1, INT64_MAX,
	    1ull << 63, ~1ull, ~0ull};

	switch (rnd(4)) {
	case 0:
		return edges[rnd(array_len(edges))];
	case 1:
		return edges[rnd(array_len(edges))] + rnd(9) - 4;
	case 2:
		return rnd(1ull << rnd(17));
	default:
		return rnd(UINT64_MAX) >> rnd(64);
	}
}

static unsigned add_name(char *to)
{
	static const char *const names[] = {"a", "b", "cc", "d", "link", "e", ".", "..", "", "longer-name"};
	const char *name = names[rnd(array_len(names))];
	unsigned n = 0;

	if (one_in(40)) {
		for (n = 250 + (unsigned)rnd(8); n--;)
			to[n] = 'x';
		return 250 + (unsigned)rnd(8);
	}
	if (one_in(40)) {
		for (n = 0; n < rnd(12); n++)
			to[n] = (char)rnd(256);
		return n;
	}
	for (; name[n]; n++)
		to[n] = name[n];
	return n;
}

/* A path, mostly: how long it is. */
static unsigned add_text(char *to)
{
	unsigned names = one_in(60) ? (unsigned)rnd(2000) : (unsigned)rnd(5), n = 0;

	if (one_in(4))
		to[n++] = '/';
	for (unsigned i = 0; i < names && n < TEXT_MAX - 600; i++) {
		n += add_name(to + n);
		for (uint64_t slashes = 1 + one_in(10) + rnd(2) * (i + 1 == names); slashes--;)
			to[n++] = '/';
	}
	return n && !one_in(8) && to[n - 1] == '/' ? n - 1 : n;
}

/* Inline data, if it fits, or claims to. */
static bool set_inline(struct message *m, const char *from, unsigned bytes)
{
	unsigned room = (MESSAGE_WORDS - PROTO_INLINE_WORD) * 8;

	if (bytes > PATH_INLINE_MAX && !one_in(50))
		return false;
	memcpy((char *)&m->words.w[PROTO_INLINE_WORD], from, min(bytes, room));
	m->words.w[0] |= (uint64_t)(one_in(50) ? rnd(256) : min(bytes, 255u)) << 16;
	return true;
}

static struct conn *any_conn(void)
{
	struct conn *c = client_handles[rnd(HANDLES)];

	return c && !one_in(3) ? c : mount[rnd(MOUNTS)];
}

static uint64_t open_flags(void)
{
	static const uint32_t flags[] = {O_APPEND,   O_CREAT,	 O_CREAT,     O_CREAT, O_TRUNC, O_EXCL,
					 O_NONBLOCK, O_NOFOLLOW, O_DIRECTORY, O_EXEC,  O_PATH,	O_SYNC};
	uint64_t word = rnd(4);

	for (uint64_t n = rnd(4); n--;)
		word |= flags[rnd(array_len(flags))];
	return word | (uint64_t)0777 << 32;
}

static void give(struct message *m)
{
	for (uint64_t n = one_in(3) ? rnd(5) : 1; n--;)
		m->give[m->give_count++] = one_in(10) ? NULL : any_conn();
}

/* What the operation wants beside the path. */
static void path_words(struct message *m, unsigned op)
{
	uint64_t *w = m->words.w;

	w[1] = client_number();
	w[2] = client_number();
	if (op == PATH_OPEN)
		w[1] = open_flags();
	else if (op == PATH_MKDIR || op == PATH_CHMOD)
		w[1] = one_in(3) ? rnd(010000) : 0777;
	else if (op == PATH_MKNOD)
		w[1] = (uint64_t[]){S_IFREG, S_IFIFO, S_IFSOCK, 0, client_number()}[rnd(5)] | 0777;
	else if (op == PATH_MARK && !one_in(3))
		w[1] = 0;
	if (op == PATH_RENAME || op == PATH_LINK || one_in(30))
		give(m);
	if (one_in(4))
		w[0] |= (uint64_t)rnd(64) << 32;
}

static void path_op(void)
{
	unsigned op = PATH_OP_BASE + (unsigned)rnd(24), first = add_text(text), second;
	struct message *m = client_message(any_conn());
	uint64_t *w = m ? m->words.w : NULL;

	if (!m)
		return;
	if (one_in(3))
		op = PATH_OPEN;
	w[0] = op;
	path_words(m, op);
	if (!one_in(3) || !set_inline(m, text, first)) {
		second = op == PATH_SYMLINK || op == PATH_RENAME || op == PATH_LINK || one_in(30)
			     ? add_text(text + first)
			     : 0;
		client_data(m, text, first + second);
		w[5] = one_in(30) ? client_number() : first;
		client_room(m, one_in(4) ? client_number() & 0xfff : PATH_TEXT_MAX);
	}
	if (rnd(2)) {
		w[6] = PATH_FORWARDED | (1 + rnd(3));
		w[7] = one_in(20) ? client_number() : one_in(8) ? rnd(first + 1) : first;
	}
	if (one_in(6))
		w[0] |= (uint64_t)PROTO_WANT_INLINE << 32;
	client_send(m);
}

static void file_op(void)
{
	struct message *m = client_message(any_conn());
	unsigned op = FILE_OP_BASE + (unsigned)rnd(24);
	uint64_t *w = m ? m->words.w : NULL;

	if (!m)
		return;
	if (one_in(2))
		op = FILE_OP_BASE + (unsigned)rnd(5);
	w[0] = op;
	w[1] = rnd(2) ? FILE_HERE : client_number();
	w[2] = client_number();
	w[3] = client_number();
	w[4] = client_number();
	if (op == FILE_LOCK) {
		w[1] = F_GETLK + rnd(3);
		w[2] = F_RDLCK + rnd(3);
		w[3] = rnd(3) ? rnd(5) * 10 : w[3];
		w[4] = rnd(3) ? rnd(4) * 10 : w[4];
		w[0] |= (uint64_t)(rnd(3) == 0) << 32;
	} else if (op == FILE_FLOCK) {
		w[1] = (uint64_t[]){LOCK_SH, LOCK_EX, LOCK_UN, LOCK_SH | LOCK_NB, client_number()}[rnd(5)];
	} else if (op == FILE_SEEK) {
		w[2] = rnd(4);
	}
	if (op == FILE_WRITE && one_in(3) && set_inline(m, text, (unsigned)rnd(49))) {
		/* words alone */
	} else if (op == FILE_WRITE || one_in(10)) {
		client_data(m, text, rnd(one_in(6) ? sizeof(text) : 600));
		w[2] = one_in(8) ? client_number() : m->data_bytes;
	}
	if (one_in(4))
		w[0] |= (uint64_t)PROTO_WANT_INLINE << 32;
	else
		client_room(m, one_in(20) ? rnd(600000) : one_in(3) ? rnd(70000) : rnd(600));
	client_send(m);
}

/* An open file, if there is one. */
static struct conn **any_handle(void)
{
	unsigned at = (unsigned)rnd(HANDLES);

	for (unsigned n = 0; n < HANDLES && !client_handles[at]; n++)
		at = (at + 1) % HANDLES;
	return &client_handles[at];
}

static void pass_words(struct message *m, unsigned op)
{
	uint64_t *w = m->words.w;

	w[0] = op;
	w[1] = one_in(8) ? 0 : PROTO_MSG_DONTWAIT;
	w[2] = op == SOCK_SEND ? 1 + rnd(40) : rnd(60);
	if (op == PATH_SOCKET) {
		w[0] |= (uint64_t)PATH_PAIR << 32;
		w[1] = PROTO_AF_UNIX;
		w[2] = rnd(2) ? PROTO_SOCK_STREAM : PROTO_SOCK_SEQPACKET;
	}
}

static void close_one(void)
{
	struct conn **h = any_handle();

	if (*h)
		client_close(h);
}

/* Makes a pair, or passes open files through one, or takes them, with nothing wrong in it; and lets go of some. */
static void pass_op(void)
{
	struct conn *c = *any_handle();
	unsigned op = one_in(4) || !c ? PATH_SOCKET : one_in(3) ? SOCK_RECV : SOCK_SEND;
	struct message *m = client_message(op == PATH_SOCKET ? mount[0] : c);

	if (!m)
		return;
	m->accepts = true;
	pass_words(m, op);
	if (op == SOCK_SEND) {
		client_data(m, text, m->words.w[2]);
		for (uint64_t n = 1 + rnd(3); n--;)
			m->give[m->give_count++] = *any_handle();
	}
	client_room(m, m->words.w[2]);
	client_send(m);
	for (uint64_t n = rnd(3); n--;)
		close_one();
}

/* What a socket or a pipe is asked, and the server itself. Sockets are passed through whatever there is, themselves too. */
static void socket_op(void)
{
	bool make = one_in(4), name = !make && one_in(4);
	struct message *m = client_message(make || name ? mount[0] : any_conn());
	uint64_t *w = m ? m->words.w : NULL;

	if (!m)
		return;
	w[0] = make ? PATH_SOCKET : name ? SOCK_NAME_BIND + rnd(4) : SOCK_OP_BASE + rnd(15);
	w[1] = one_in(2) ? rnd(3) : client_number();
	w[2] = one_in(2) ? rnd(600) : client_number();
	w[3] = one_in(8) ? client_number() : 0;
	if (make) {
		w[1] = one_in(20) ? client_number() : 1;
		w[2] = one_in(20) ? client_number() : (uint64_t[]){0, 1, 2, 5}[rnd(4)];
		w[4] = one_in(3) ? O_NONBLOCK : 0;
		w[0] |= (uint64_t)(one_in(2) ? PATH_PAIR : 0) << 32;
	} else if (name) {
		w[1] = rnd(2);
		w[2] = rnd(4);
		w[3] = open_flags();
		m->give[m->give_count++] = any_conn();
	} else if (w[0] == SOCK_SEND || one_in(8)) {
		client_data(m, text, rnd(one_in(6) ? sizeof(text) : 600));
		w[2] = one_in(8) ? client_number() : m->data_bytes;
		give(m);
	}
	if (one_in(4))
		w[0] |= (uint64_t)(PROTO_WANT_INLINE | rnd(16)) << 32;
	else
		client_room(m, one_in(3) ? rnd(70000) : rnd(600));
	client_send(m);
}

static void nonsense(void)
{
	struct message *m = client_message(any_conn());

	if (!m)
		return;
	for (unsigned i = 0; i < MESSAGE_WORDS; i++)
		m->words.w[i] = rnd(2) ? client_number() : rnd(UINT64_MAX);
	if (rnd(2))
		m->words.w[0] = (m->words.w[0] & ~0xff00ull) | (1 + rnd(9)) << 8;
	if (rnd(2))
		client_data(m, text, rnd(1200));
	if (rnd(2))
		client_room(m, rnd(1200));
	give(m);
	client_send(m);
}

void client_operation(void)
{
	uint64_t what = rnd(26);

	if (what < 15)
		machine_paths ? path_op() : rnd(2) ? socket_op() : pass_op();
	else if (what < 25)
		file_op();
	else
		nonsense();
}
