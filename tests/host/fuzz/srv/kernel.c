/* SPDX-License-Identifier: 0BSD */
/* kernel.c: the kernel as the server sees it, with less patience: what the real one answers by an error, and no server
 * in its right mind brings about, ends the world. */
#include "host/fuzz/srv/machine.h"

#include <abi/errno.h>
#include <parley/syscall.h>
#include <proto/layout.h>
#include "lib/bits.h"
#include "lib/string.h"

#define SLOTS	  512
#define EVENTS	  8
#define KEEP_LOG2 20ull

struct message messages[MESSAGES];
struct conn *mount[MOUNTS];

static struct {
	uint8_t kind;
	struct conn *conn;
} slots[SLOTS];
static uint64_t events[EVENTS];
static unsigned event_count;
static bool slice, abandoned;
static struct conn *last_conn; /* in SLOT_DYNAMIC_MAX */

/* What the server receives next. */
static struct os_received next;
static struct message *next_message;

/* ---- slots ---- */

static unsigned index_of(cap_t slot) { return slot - SLOT_DYNAMIC_MIN; }

int64_t slot_new(enum slot_kind kind, struct conn *conn)
{
	for (unsigned i = 0; i < SLOTS; i++) {
		if (slots[i].kind)
			continue;
		slots[i].kind = (uint8_t)kind;
		slots[i].conn = conn;
		if (conn)
			conn_use(conn);
		return SLOT_DYNAMIC_MIN + i;
	}
	return -EMFILE;
}

bool slot_used(cap_t slot) { return slot == SLOT_ENDPOINT || (index_of(slot) < SLOTS && slots[index_of(slot)].kind); }

static int64_t slot_delete(cap_t slot)
{
	unsigned i = index_of(slot);

	if (slot == SLOT_DYNAMIC_MAX) {
		slice = false;
		if (last_conn)
			conn_drop(last_conn);
		last_conn = NULL;
		return 0;
	}
	if (!slot_used(slot) || slot == SLOT_ENDPOINT)
		machine_fail("deletes a slot that is not its own", slot);
	if (slots[i].conn)
		conn_drop(slots[i].conn);
	slots[i].kind = SLOT_FREE;
	slots[i].conn = NULL;
	return 0;
}

unsigned slot_count(enum slot_kind kind)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SLOTS; i++)
		count += slots[i].kind == kind;
	return count;
}

uint64_t event_any(void) { return event_count ? events[machine_random(event_count)] : 0; }

/* ---- messages ---- */

static struct message *message_by_id(uint64_t id)
{
	for (unsigned i = 0; i < MESSAGES; i++)
		if (id && messages[i].id == id)
			return messages[i].answered ? NULL : &messages[i];
	return NULL;
}

static void message_end(struct message *m)
{
	m->answered = true;
	conn_drop(m->conn);
}

/* Whoever answers a message that is not there must not have answered it before: it was taken back. */
static void check_once(uint64_t id)
{
	for (unsigned i = 0; i < MESSAGES; i++)
		if (id && messages[i].spent == id)
			machine_fail("answers twice", id);
}

void message_withdraw(struct message *m)
{
	message_end(m);
	m->status = -EINTR;
	m->id += 1ull << 32;
	abandoned = true;
}

void message_deliver(struct message *m)
{
	if (!m->sent)
		conn_use(m->conn);
	m->sent = true;
	m->deliveries = (uint8_t)min(m->deliveries + 1, 31);
	next = (struct os_received){.id = m->id, .cookie = m->conn->cookie, .who = m->who, .cred = m->cred};
	next.words = m->words;
	next.info = (int64_t)(m->data_bytes | (uint64_t)m->deliveries << INFO_DELIVERIES_SHIFT |
			      (uint64_t)m->kind << INFO_KIND_SHIFT);
	next_message = m;
	machine_run_server();
}

void pulse_deliver(enum message_kind kind, uint64_t id, uint64_t cookie, uint64_t bits)
{
	next = (struct os_received){
	    .info = (int64_t)((uint64_t)kind << INFO_KIND_SHIFT), .id = id, .cookie = cookie, .words = {{bits}}};
	next_message = NULL;
	machine_run_server();
}

/* Copies between memory and the pieces of a list from `at` on: how much. */
static uint64_t copy_pieces(const struct message_piece *piece, unsigned count, uint8_t *memory, uint64_t bytes,
			    bool to_pieces)
{
	uint64_t done = 0;

	for (unsigned i = 0; i < count && done < bytes; i++) {
		uint64_t part = min(piece[i].length_bytes, bytes - done);

		if (to_pieces)
			memcpy((void *)piece[i].address, memory + done, part);
		else
			memcpy(memory + done, (const void *)piece[i].address, part);
		done += part;
	}
	return done;
}

static void land_caps(struct message_desc *d, const struct message *m, struct os_received *r)
{
	unsigned count = min(m->give_count, (uint32_t)d->accept_count);

	for (unsigned i = 0; i < count; i++) {
		int64_t slot = machine_chance(16) ? -EMFILE : slot_new(m->give[i] ? SLOT_CONN : SLOT_JUNK, m->give[i]);

		d->landed[i] = (int32_t)slot;
	}
	r->info |= (int64_t)((uint64_t)count << INFO_CAPS_SHIFT);
}

int64_t os_receive(cap_t endpoint, struct os_received *r, const struct message_desc *desc, uint64_t deadline_ns)
{
	struct message_desc *d = (struct message_desc *)((uint64_t)desc & ~DESC_ACCEPTS);

	machine_idle();
	*r = next;
	if (next_message && next_message->kind == MESSAGE_SEND) {
		copy_pieces(d->piece + d->send_count, d->receive_count, next_message->data, next_message->data_bytes,
			    true);
		land_caps(d, next_message, r);
	}
	if (abandoned && next_message) {
		r->info |= (int64_t)INFO_ABANDONED;
		abandoned = false;
	}
	return r->info;
}

/* All that the server sends is memory that it may read. */
static void touch_pieces(const struct message_desc *d)
{
	if (d->send_count > MESSAGE_PIECES_MAX)
		machine_fail("sends too many pieces", d->send_count);
	for (unsigned i = 0; i < d->send_count; i++) {
		const volatile uint8_t *at = (const uint8_t *)d->piece[i].address;

		for (uint64_t n = 0; n < d->piece[i].length_bytes; n++)
			(void)at[n];
	}
}

static int64_t absent(struct message *m)
{
	m->absent = true;
	return -EABSENT;
}

static void come(struct message *m, struct conn *c)
{
	conn_use(c);
	c->handles++;
	m->came[m->came_count++] = c;
}

/* A new Connection for the client, or one that is used again. */
static int64_t give_connection(struct message *m, struct message_desc *d)
{
	struct conn *c;
	int64_t error;

	if (d->give_flags & GIVE_REARM) {
		c = conn_by_number(d->connect_id);
		if (!c)
			machine_fail("gives no Connection", d->connect_id);
		if (!m->accepts)
			return d->connect_id = 0;
		error = conn_rearm(d->connect_id, d->connect_cookie);
		if (error < 0)
			return error;
	} else {
		if (machine_chance(8))
			return -ENOMEM;
		if (!m->accepts)
			return d->connect_id = 0;
		c = conn_new(d->connect_cookie);
	}
	d->connect_id = c->number;
	come(m, c);
	return 0;
}

static int64_t answer_caps(struct message *m, struct message_desc *d)
{
	bool connects = d->give_flags & GIVE_CONNECT;
	int64_t error = connects ? give_connection(m, d) : 0;

	for (unsigned i = connects; error == 0 && i < d->give_count; i++) {
		struct conn *c = slot_used(d->give[i]) ? slots[index_of(d->give[i])].conn : NULL;

		if (!slot_used(d->give[i]))
			machine_fail("gives an empty slot", d->give[i]);
		if (c && m->accepts)
			come(m, c);
	}
	return error;
}

static void check_status(int64_t status)
{
	if (status < -200 && status != -ESRVDEAD)
		machine_fail("answers what is no status", (uint64_t)-status);
}

int64_t os_reply(cap_t endpoint, uint64_t id, int64_t status, const struct os_words *words,
		 const struct message_desc *desc)
{
	struct message_desc *d = (uint64_t)desc & DESC_ACCEPTS ? NULL : (struct message_desc *)desc;
	struct message *m = message_by_id(id);
	int64_t error = 0;

	check_status(status);
	if (d)
		touch_pieces(d);
	if (!m)
		check_once(id);
	if (m && machine_chance(50)) {
		message_withdraw(m); /* it has just gone */
		return -ESRCH;
	}
	if (!m)
		return -ESRCH;
	if (d && ((d->send_count && m->room_bytes) || (d->give_count && m->accepts)) && machine_chance(12))
		return absent(m);
	if (d && m->room_bytes)
		m->got = max(m->got, copy_pieces(d->piece, d->send_count, m->room, m->room_bytes, false));
	if (d && d->give_count)
		error = answer_caps(m, d);
	if (error < 0)
		return error;
	m->status = status;
	m->out = *words;
	if (m->kind == MESSAGE_CLOSE)
		m->conn->told = true;
	m->spent = id;
	message_end(m);
	return 0;
}

int64_t os_reply_receive(cap_t endpoint, int64_t status, struct os_received *r, const struct message_desc *desc,
			 uint64_t deadline_ns)
{
	int64_t error = os_reply(endpoint, r->id, status, &r->words, desc);

	if (error < 0 && error != -ESRCH)
		return r->info = error;
	return os_receive(endpoint, r, desc, deadline_ns);
}

int64_t os_forward(cap_t endpoint, uint64_t id, cap_t connection, const struct os_words *words, uint32_t skip_bytes)
{
	struct message *m = message_by_id(id);

	if (!slot_used(connection))
		machine_fail("forwards to an empty slot", connection);
	if (!m)
		return -ESRCH;
	if (skip_bytes > m->data_bytes)
		machine_fail("hides more than there is", skip_bytes);
	if (machine_chance(8))
		return -ESRVDEAD;
	m->forwarded = true;
	m->status = 0;
	m->spent = id;
	message_end(m);
	return 0;
}

static int64_t msg_read(uint64_t id, uint64_t offset, struct message_desc *d)
{
	struct message *m = message_by_id(id);

	if (!m)
		return -ESRCH;
	if (machine_chance(12))
		return absent(m);
	if (machine_chance(50))
		return -EFAULT; /* no memory at all */
	if (offset >= m->data_bytes)
		return 0;
	return (int64_t)copy_pieces(d->piece + d->send_count, d->receive_count, m->data + offset,
				    m->data_bytes - offset, true);
}

static int64_t msg_write(uint64_t id, uint64_t offset, struct message_desc *d)
{
	struct message *m = message_by_id(id);
	uint64_t done;

	touch_pieces(d);
	if (!m)
		return -ESRCH;
	if (offset >= m->room_bytes)
		return 0;
	if (machine_chance(12))
		return absent(m);
	if (machine_chance(12))
		return -EFAULT;
	done = copy_pieces(d->piece, d->send_count, m->room + offset, m->room_bytes - offset, false);
	m->got = max(m->got, offset + done);
	return (int64_t)done;
}

/* ---- all other calls ---- */

static int64_t connection_open(uint64_t number, cap_t min)
{
	struct conn *c = conn_by_number(number);

	if (!c)
		machine_fail("opens no Connection", number);
	if (c->state != CONN_OPEN)
		return -ESRCH;
	if (min != SLOT_DYNAMIC_MAX)
		return machine_chance(8) ? -EMFILE : slot_new(SLOT_CONN, c);
	if (last_conn || slice)
		machine_fail("has not emptied the last slot", min);
	conn_use(last_conn = c);
	return min;
}

static int64_t set_cookie(uint64_t number, uint64_t cookie)
{
	struct conn *c = conn_by_number(number);

	if (!c)
		machine_fail("sets the cookie of no Connection", number);
	c->cookie = cookie;
	return 0;
}

static int64_t connect(struct os_words *w)
{
	struct conn *c = machine_chance(8) ? NULL : conn_new(w->w[0]);

	if (!c)
		return -ENOMEM;
	w->w[0] = c->number;
	return slot_new(SLOT_CONN, c);
}

static int64_t identify(cap_t slot, struct os_words *w)
{
	struct conn *c = index_of(slot) < SLOTS ? slots[index_of(slot)].conn : NULL;

	if (!slot_used(slot))
		return -EBADF;
	if (!c)
		return -ESRCH;
	w->w[0] = c->cookie;
	w->w[1] = c->number;
	return 0;
}

/* Of a Connection: some are lent. */
static int64_t conn_info(struct conn *c, struct os_words *w)
{
	*w = (struct os_words){{OBJ_CONNECTION | RIGHTS_ALL << 8, machine_chance(30) ? 2 : 1, c->handles}};
	for (unsigned i = 0; i < SLOTS; i++)
		w->w[2] += slots[i].conn == c;
	return 0;
}

static int64_t cspace_info(cap_t slot, struct os_words *w)
{
	if (machine_keeps && (slot == SLOT_MEMORY || slot == SLOT_SUPERVISOR)) {
		w->w[0] = KEEP_LOG2 << 24; /* of the Extent */
		return 0;
	}
	if (!slot_used(slot))
		return -EBADF;
	return index_of(slot) < SLOTS && slots[index_of(slot)].conn ? conn_info(slots[index_of(slot)].conn, w) : 0;
}

static int64_t event_configure(uint64_t cookie)
{
	if (event_count == EVENTS)
		machine_fail("makes more and more Events", event_count);
	events[event_count++] = cookie;
	return 0;
}

int64_t os_call_words(uint64_t rax, struct os_words *w)
{
	cap_t slot = (cap_t)(rax >> SYSCALL_SLOT_SHIFT);

	switch (rax & 0xff) {
	case SYS_cspace_delete:
		return slot_delete((cap_t)w->w[0]);
	case SYS_cspace_info:
		return cspace_info((cap_t)w->w[0], w);
	case SYS_msg_read:
		return msg_read(w->w[0], w->w[1], (struct message_desc *)w->w[2]);
	case SYS_msg_write:
		return msg_write(w->w[0], w->w[1], (struct message_desc *)w->w[2]);
	case SYS_connect:
		return connect(w);
	case SYS_rearm:
		return conn_rearm(w->w[0], w->w[1]);
	case SYS_connection_open:
		return connection_open(w->w[0], (cap_t)w->w[1]);
	case SYS_set_cookie:
		return set_cookie(w->w[0], w->w[1]);
	case SYS_set_ready:
		return conn_by_number(w->w[0]) ? 0 : -ESRCH;
	case SYS_identify:
		return identify((cap_t)w->w[0], w);
	case SYS_event_configure:
		return event_configure(w->w[1]);
	case SYS_extent_slice:
		slice = true;
		return slot_used(slot) ? 0 : -EBADF;
	case SYS_extent_map:
	case SYS_timer_set:
	case SYS_timer_cancel:
	case SYS_endpoint_configure:
	case SYS_thread_configure:
		return 0;
	default:
		machine_fail("makes a call that it should not need", rax & 0xff);
	}
}

/* The Connections of the mounts, which somebody holds for ever. */
void kernel_begin(void)
{
	for (unsigned i = 0; i < MOUNTS; i++) {
		mount[i] = conn_new(i);
		conn_use(mount[i]);
		mount[i]->handles = 1;
	}
}
