/* SPDX-License-Identifier: 0BSD */
/* client.c: clients that send a server what they like: operations that could be meant, with texts, numbers and lengths
 * that mostly could not, and sometimes anything at all. In the end all is closed and removed in good order, and nothing
 * may be left.
 */
#include "host/fuzz/srv/machine.h"

#include <stdlib.h>
#include <proto/flags.h>
#include <proto/path_words.h>
#include <proto/posix.h>
#include <proto/proto.h>
#include <proto/stat.h>
#include "lib/bits.h"
#include "lib/string.h"

#define rnd	 machine_random

#define HANDLES	 40
#define TEXT_MAX 9000

static struct conn *handles[HANDLES];
static char text[2 * TEXT_MAX];

static bool one_in(unsigned n) { return rnd(n) == 0; }

/* ---- what may be sent ---- */

/* Numbers at the edges of what is a length, an offset, a flag. */
static uint64_t number(void)
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

/* ---- messages ---- */

static void forget(struct message *m)
{
	free(m->data);
	free(m->room);
	m->data = m->room = NULL;
	m->id += 1ull << 32;
	m->conn = NULL;
}

/* A thread that waits for nothing, or NULL. */
static struct message *message_new(struct conn *conn)
{
	unsigned i = (unsigned)rnd(MESSAGES);
	struct message *m = &messages[i];
	uint64_t id = m->id ? m->id : i + 1;

	if (m->conn)
		return NULL;
	*m = (struct message){
	    .id = id, .spent = m->spent, .conn = conn, .accepts = !one_in(12), .cred = rnd(3) ? 0 : rnd(40)};
	m->who = (100 + rnd(4)) << 32 | 100;
	if (one_in(20))
		m->deliveries = (uint8_t)rnd(4);
	return m;
}

static void set_data(struct message *m, const void *from, uint64_t bytes)
{
	m->data_bytes = bytes;
	m->data = malloc(bytes);
	memcpy(m->data, from, bytes);
}

static void set_room(struct message *m, uint64_t bytes)
{
	m->room_bytes = bytes;
	m->room = malloc(bytes);
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

static void add_handle(struct conn *conn)
{
	struct conn **h = &handles[rnd(HANDLES)];

	for (unsigned i = 0; *h && i < HANDLES; i++)
		h = &handles[i];
	if (*h) {
		conn->handles--;
		conn_drop(conn);
		return;
	}
	*h = conn;
}

/* The answer is there: whether it can be one. */
static void check_answer(const struct message *m)
{
	uint64_t op = PROTO_OP(m->words.w[0]);
	bool in_words = PROTO_FLAGS(m->words.w[0]) & PROTO_WANT_INLINE;

	if (m->forwarded || m->status < 0)
		return;
	if (PROTO_PART(op) == PROTO_PATH && m->status == PATH_REDIRECT && !in_words) {
		if (m->out.w[5] >= PATH_TEXT_MAX || m->out.w[7] > m->out.w[5])
			machine_fail("redirects beyond a path", m->out.w[5]);
		if (m->room_bytes >= PATH_TEXT_MAX && m->got != m->out.w[5])
			machine_fail("redirects to another text than it says", m->got);
	}
	if (op == FILE_READ && (uint64_t)m->status > m->words.w[2])
		machine_fail("reads more than was asked for", (uint64_t)m->status);
}

static void collect(struct message *m)
{
	if (!m->answered)
		return;
	check_answer(m);
	for (unsigned i = 0; i < m->came_count; i++)
		add_handle(m->came[i]);
	forget(m);
}

/* Answers may have come for any of them. */
static void collect_all(void)
{
	for (unsigned i = 0; i < MESSAGES; i++)
		if (messages[i].conn)
			collect(&messages[i]);
}

static void send(struct message *m)
{
	for (unsigned i = 0; i < m->give_count; i++)
		if (m->give[i])
			conn_use(m->give[i]);
	message_deliver(m);
	for (unsigned i = 0; i < m->give_count; i++)
		if (m->give[i])
			conn_drop(m->give[i]);
	m->give_count = 0;
	collect_all();
}

/* ---- operations ---- */

static struct conn *any_conn(void)
{
	struct conn *c = handles[rnd(HANDLES)];

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
		m->give[m->give_count++] = one_in(10) ? NULL : machine_paths ? any_conn() : mount[0];
}

/* What the operation wants beside the path. */
static void path_words(struct message *m, unsigned op)
{
	uint64_t *w = m->words.w;

	w[1] = number();
	w[2] = number();
	if (op == PATH_OPEN)
		w[1] = open_flags();
	else if (op == PATH_MKDIR || op == PATH_CHMOD)
		w[1] = one_in(3) ? rnd(010000) : 0777;
	else if (op == PATH_MKNOD)
		w[1] = (uint64_t[]){S_IFREG, S_IFIFO, S_IFSOCK, 0, number()}[rnd(5)] | 0777;
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
	struct message *m = message_new(any_conn());
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
		set_data(m, text, first + second);
		w[5] = one_in(30) ? number() : first;
		set_room(m, one_in(4) ? number() & 0xfff : PATH_TEXT_MAX);
	}
	if (rnd(2)) {
		w[6] = PATH_FORWARDED | (1 + rnd(3));
		w[7] = one_in(20) ? number() : one_in(8) ? rnd(first + 1) : first;
	}
	if (one_in(6))
		w[0] |= (uint64_t)PROTO_WANT_INLINE << 32;
	send(m);
}

static void file_op(void)
{
	struct message *m = message_new(any_conn());
	unsigned op = FILE_OP_BASE + (unsigned)rnd(24);
	uint64_t *w = m ? m->words.w : NULL;

	if (!m)
		return;
	if (one_in(2))
		op = FILE_OP_BASE + (unsigned)rnd(5);
	w[0] = op;
	w[1] = rnd(2) ? FILE_HERE : number();
	w[2] = number();
	w[3] = number();
	w[4] = number();
	if (op == FILE_LOCK) {
		w[1] = F_GETLK + rnd(3);
		w[2] = F_RDLCK + rnd(3);
		w[3] = rnd(3) ? rnd(5) * 10 : w[3];
		w[4] = rnd(3) ? rnd(4) * 10 : w[4];
		w[0] |= (uint64_t)(rnd(3) == 0) << 32;
	} else if (op == FILE_FLOCK) {
		w[1] = (uint64_t[]){LOCK_SH, LOCK_EX, LOCK_UN, LOCK_SH | LOCK_NB, number()}[rnd(5)];
	} else if (op == FILE_SEEK) {
		w[2] = rnd(4);
	}
	if (op == FILE_WRITE && one_in(3) && set_inline(m, text, (unsigned)rnd(49))) {
		/* words alone */
	} else if (op == FILE_WRITE || one_in(10)) {
		set_data(m, text, rnd(one_in(6) ? sizeof(text) : 600));
		w[2] = one_in(8) ? number() : m->data_bytes;
	}
	if (one_in(4))
		w[0] |= (uint64_t)PROTO_WANT_INLINE << 32;
	else
		set_room(m, one_in(20) ? rnd(600000) : one_in(3) ? rnd(70000) : rnd(600));
	send(m);
}

/* What a socket or a pipe is asked, and the server itself. Sockets are not passed on but to be named: one that lies in its
 * own queue stays for ever. */
static void socket_op(void)
{
	bool make = one_in(4), name = !make && one_in(4);
	struct message *m = message_new(make || name ? mount[0] : any_conn());
	uint64_t *w = m ? m->words.w : NULL;

	if (!m)
		return;
	w[0] = make ? PATH_SOCKET : name ? SOCK_NAME_BIND + rnd(4) : SOCK_OP_BASE + rnd(15);
	w[1] = one_in(2) ? rnd(3) : number();
	w[2] = one_in(2) ? rnd(600) : number();
	w[3] = one_in(8) ? number() : 0;
	if (make) {
		w[1] = one_in(20) ? number() : 1;
		w[2] = one_in(20) ? number() : (uint64_t[]){0, 1, 2, 5}[rnd(4)];
		w[4] = one_in(3) ? O_NONBLOCK : 0;
		w[0] |= (uint64_t)(one_in(2) ? PATH_PAIR : 0) << 32;
	} else if (name) {
		w[1] = rnd(2);
		w[2] = rnd(4);
		w[3] = open_flags();
		m->give[m->give_count++] = any_conn();
	} else if (w[0] == SOCK_SEND || one_in(8)) {
		set_data(m, text, rnd(one_in(6) ? sizeof(text) : 600));
		w[2] = one_in(8) ? number() : m->data_bytes;
		give(m);
	}
	if (one_in(4))
		w[0] |= (uint64_t)(PROTO_WANT_INLINE | rnd(16)) << 32;
	else
		set_room(m, one_in(3) ? rnd(70000) : rnd(600));
	send(m);
}

static void nonsense(void)
{
	struct message *m = message_new(any_conn());

	if (!m)
		return;
	for (unsigned i = 0; i < MESSAGE_WORDS; i++)
		m->words.w[i] = rnd(2) ? number() : rnd(UINT64_MAX);
	if (rnd(2))
		m->words.w[0] = (m->words.w[0] & ~0xff00ull) | (1 + rnd(9)) << 8;
	if (rnd(2))
		set_data(m, text, rnd(1200));
	if (rnd(2))
		set_room(m, rnd(1200));
	give(m);
	send(m);
}

/* ---- closing, and what else happens to messages ---- */

/* True: a close message, which is waited for. */
static bool close_handle(struct conn **h)
{
	struct conn *c = *h;
	struct message *m = c->handles == 1 && c->uses == 1 ? message_new(c) : NULL;

	*h = NULL;
	c->handles--;
	if (m) {
		m->kind = MESSAGE_CLOSE;
		m->deliveries = 0;
		conn_use(c);
		conn_drop(c); /* the handle's use; the message has one */
		message_deliver(m);
		conn_drop(c);
		collect_all();
		return true;
	}
	conn_drop(c);
	return false;
}

static void tell_disconnected(void)
{
	struct conn *c = conn_disconnecting();

	if (!c)
		return;
	c->state = CONN_DISCONNECTED;
	pulse_deliver(MESSAGE_DISCONNECT, c->number, c->cookie, 0);
	collect_all();
}

static void notice(struct message *m, uint64_t bits)
{
	if (bits & NOTICE_RETRY)
		m->absent = false;
	pulse_deliver(MESSAGE_NOTICE, m->id, m->conn->cookie, bits);
	collect_all();
}

static void meddle(void)
{
	struct message *m = &messages[rnd(MESSAGES)];
	uint64_t event = event_any();

	if (one_in(4) && event)
		pulse_deliver(MESSAGE_PULSE, 0, event, 1);
	else if (one_in(20))
		pulse_deliver(MESSAGE_NOTICE, number(), 0, number());
	else if (!m->conn || m->kind != MESSAGE_SEND)
		tell_disconnected();
	else if (m->absent)
		notice(m, NOTICE_RETRY);
	else if (one_in(3))
		message_withdraw(m);
	else
		notice(m, one_in(8) ? NOTICE_RETRY : NOTICE_UNBLOCK);
	collect_all();
}

static void close_any(void)
{
	struct conn **h = &handles[rnd(HANDLES)];

	if (*h)
		close_handle(h);
}

static void step(void)
{
	uint64_t what = rnd(32);

	if (what < 15)
		machine_paths ? path_op() : socket_op();
	else if (what < 25)
		file_op();
	else if (what < 26)
		nonsense();
	else if (what < 29)
		close_any();
	else
		meddle();
}

/* ---- the end ---- */

/* Whatever waits is answered. */
static void finish_messages(void)
{
	for (unsigned round = 0; round < 1000; round++) {
		bool any = false;

		for (unsigned i = 0; i < MESSAGES; i++) {
			struct message *m = &messages[i];

			if (!m->conn)
				continue;
			any = true;
			notice(m, m->absent ? NOTICE_RETRY : NOTICE_UNBLOCK);
		}
		if (!any)
			return;
	}
	machine_fail("does not answer", 0);
}

/* Root asks something that is answered at once: the status; *opened, if a file was opened. */
static int64_t ask(struct conn *c, struct os_words *w, const char *data, unsigned bytes, void *room,
		   struct conn **opened)
{
	struct message *m = &messages[0];
	int64_t status;

	*m = (struct message){
	    .id = m->id, .spent = m->spent, .conn = c, .words = *w, .accepts = true, .who = 1ull << 32};
	set_data(m, data, bytes);
	set_room(m, room ? 4096 : 0);
	message_deliver(m);
	if (!m->answered)
		machine_fail("does not answer at once", PROTO_OP(w->w[0]));
	status = m->status;
	if (room && m->got)
		memcpy(room, m->room, m->got);
	if (opened)
		*opened = m->came_count ? m->came[0] : NULL;
	forget(m);
	return status;
}

static int64_t path_ask(struct conn *dir, unsigned op, uint64_t flags, uint64_t w1, const struct proto_dirent *name,
			struct conn **opened)
{
	unsigned bytes = name ? name->name_bytes : 0;
	struct os_words w = {{op | flags << 32, w1, 0, 0, 0, bytes, PATH_FORWARDED | 1, bytes}};

	return ask(dir, &w, name ? name->name : NULL, bytes, NULL, opened);
}

static void close_conn(struct conn *c)
{
	if (!close_handle(&c))
		tell_disconnected();
}

static void empty_directory(struct conn *dir);

static void remove_entry(struct conn *dir, const struct proto_dirent *entry)
{
	int64_t status = path_ask(dir, PATH_UNLINK, 0, 0, entry, NULL);
	struct conn *sub = NULL;

	if (status == -EISDIR) {
		path_ask(dir, PATH_OPEN, 0, O_RDONLY | O_DIRECTORY, entry, &sub);
		if (!sub)
			machine_fail("does not open a directory", entry->inode);
		empty_directory(sub);
		close_conn(sub);
		status = path_ask(dir, PATH_UNLINK, PATH_DIRECTORY, 0, entry, NULL);
	}
	if (status < 0)
		machine_fail("does not remove a name", (uint64_t)-status);
}

/* Removes what is in an open directory. */
static void empty_directory(struct conn *dir)
{
	char *records = malloc(4096);
	struct os_words w = {{FILE_READDIR, 0, 4096}};
	int64_t bytes;

	while ((bytes = ask(dir, &w, NULL, 0, records, NULL)) > 0) {
		for (int64_t at = 0; at < bytes;) {
			const struct proto_dirent *entry = (const struct proto_dirent *)(records + at);
			bool dots =
			    entry->name[0] == '.' && (!entry->name[1] || (entry->name[1] == '.' && !entry->name[2]));

			if (!dots)
				remove_entry(dir, entry);
			at += entry->length_bytes;
		}
	}
	if (bytes < 0)
		machine_fail("does not read a directory", (uint64_t)-bytes);
	free(records);
}

/* A file that comes and goes: the server looks then whether those that were mapped are mapped still. */
static void make_and_remove(struct conn *root)
{
	static const struct proto_dirent last = {.name_bytes = 4, .name = "last"};
	struct conn *c;

	path_ask(root, PATH_OPEN, 0, PATH_OPEN_WORD(O_RDWR | O_CREAT | O_EXCL, 0600), &last, &c);
	if (!c)
		machine_fail("does not make a file", 0);
	close_conn(c);
	remove_entry(root, &last);
}

static void empty_mount(struct conn *root)
{
	struct conn *dir;

	path_ask(root, PATH_OPEN, 0, O_RDONLY | O_DIRECTORY, NULL, &dir);
	if (!dir)
		machine_fail("does not open its root", 0);
	empty_directory(dir);
	close_conn(dir);
}

void clients_run(unsigned steps)
{
	struct os_words nothing = {{PATH_SOCKET}};
	uint64_t heap = machine_heap();

	machine_calm = false;
	for (unsigned i = 0; i < steps; i++)
		step();
	machine_calm = true;
	finish_messages();
	ask(mount[0], &nothing, NULL, 0, NULL, NULL); /* by its next message a server learns that somebody has gone */
	for (unsigned i = 0; i < HANDLES; i++)
		if (handles[i])
			close_handle(&handles[i]);
	while (conn_disconnecting())
		tell_disconnected();
	for (unsigned i = 0; machine_paths && i < MOUNTS; i++)
		empty_mount(mount[i]);
	if (machine_paths)
		make_and_remove(mount[0]);
	while (conn_disconnecting())
		tell_disconnected();
	if (machine_heap() != heap)
		machine_fail("has lost memory, bytes", machine_heap() - heap);
	if (slot_count(SLOT_CONN) || slot_count(SLOT_JUNK) || slot_count(SLOT_OBJECT))
		machine_fail("keeps capabilities",
			     slot_count(SLOT_CONN) + slot_count(SLOT_JUNK) + slot_count(SLOT_OBJECT));
}
