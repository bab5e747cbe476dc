/* SPDX-License-Identifier: 0BSD */
/* machine.h: what is around the server that is fuzzed.
 *
 * The server is a whole one on lib/srv, in a thread of its own: `plain` or `ram` for paths and files, or `unix` for what waits
 * and passes descriptors on. It runs when a client has sent something, until it receives again; only then the clients run. So
 * what is shared here has one user at a time, and a seed repeats.
 *
 *   main.c    the two threads, random numbers, and the end of a world; heap.c the server's memory
 *   conn.c    Connections
 *   kernel.c  slots and messages: what the kernel does for a server, and what it would not forgive
 *   sys.c     what `sys` and the supervisor answer
 *   client.c  what clients do (client.h)
 */
#pragma once

#include <stdbool.h>
#include <parley/message.h>

#define MESSAGES 24 /* of threads of clients: one each */
#define MOUNTS	 2

/* ---- main.c ---- */

uint64_t machine_random(uint64_t below);
/* The server has done something that it must not do: the world ends. */
_Noreturn void machine_fail(const char *what, uint64_t number);
/* The clients let the server run, until it receives. */
void machine_run_server(void);
/* The server receives: the clients run, until there is something. */
void machine_idle(void);
/* The server has paths: it is not `unix`. */
extern bool machine_paths;
/* There is a supervisor, who keeps memory for it. */
extern bool machine_keeps;
/* Nothing fails by chance any more. */
extern bool machine_calm;
static inline bool machine_chance(unsigned one_in) { return !machine_calm && machine_random(one_in) == 0; }

/* ---- heap.c ---- */

void *machine_alloc(uint64_t bytes); /* zeroed, whole pages */
/* What the server has of its heap, but for what it keeps for the next time. */
uint64_t machine_heap(void);

enum conn_state { CONN_FREE, CONN_OPEN, CONN_DISCONNECTING, CONN_DISCONNECTED };

struct conn {
	uint64_t number, cookie;
	uint32_t uses;	  /* handles of clients, messages, slots of the server */
	uint32_t handles; /* of clients */
	uint8_t state;
	bool told; /* by a CLOSE */
};

struct message {
	uint64_t id; /* 0: none */
	struct conn *conn;
	uint64_t spent; /* the number under which one was answered */
	uint8_t kind, deliveries;
	bool sent;
	bool late;    /* a CLOSE that has not come yet */
	bool accepts; /* capabilities */
	struct os_words words;
	uint8_t *data, *room; /* exactly as much memory as it says, for the address sanitizer */
	uint64_t data_bytes, room_bytes;
	struct conn *give[MESSAGE_CAPS_MAX]; /* NULL: something else */
	uint32_t give_count;
	uint64_t who, cred;
	/* The answer. */
	bool answered, forwarded, absent; /* absent: a page, NOTICE_RETRY is due */
	int64_t status;
	struct os_words out;
	uint64_t got;			     /* bytes of `room` */
	struct conn *came[MESSAGE_CAPS_MAX]; /* Connections */
	uint32_t came_count;
};

/* ---- conn.c ---- */

struct conn *conn_new(uint64_t cookie);
/* NULL: none has this number. */
struct conn *conn_by_number(uint64_t number);
/* As the call: 0, -EBUSY. */
int64_t conn_rearm(uint64_t number, uint64_t cookie);
void conn_use(struct conn *c);
void conn_drop(struct conn *c);
/* One that is to be told about, or NULL. */
struct conn *conn_disconnecting(void);

/* ---- kernel.c ---- */

extern struct message messages[MESSAGES];
extern struct conn *mount[MOUNTS];

void kernel_begin(void);
void message_deliver(struct message *m);
/* A pulse. */
void pulse_deliver(enum message_kind kind, uint64_t id, uint64_t cookie, uint64_t bits);
/* Its sender gives up. */
void message_withdraw(struct message *m);

enum slot_kind {
	SLOT_FREE,
	SLOT_CONN,
	SLOT_JUNK,
	SLOT_OBJECT, /* a memory object; those behind may stay to the end */
	SLOT_LASTING,
};
/* A new slot of the server, or -EMFILE. */
int64_t slot_new(enum slot_kind kind, struct conn *conn);
bool slot_used(cap_t slot);
unsigned slot_count(enum slot_kind kind);
/* An Event of the server, as its cookie: 0, there is none. */
uint64_t event_any(void);

/* ---- servers/fs/plain, servers/fs/ram, servers/net/unix ---- */

int plain_main(int argc, char **argv);
int ram_main(int argc, char **argv);
int unix_main(int argc, char **argv);

/* ---- client.c ---- */

void clients_run(unsigned steps);
