/* SPDX-License-Identifier: 0BSD */
/* client.h: between the parts of the clients: handles, messages, operations, and the end. */
#pragma once

#include "host/fuzz/srv/machine.h"

#define rnd	machine_random
#define HANDLES 40

/* Open files of all clients; NULL: free. */
extern struct conn *client_handles[HANDLES];

static inline bool one_in(unsigned n) { return rnd(n) == 0; }

/* ---- client_message.c ---- */

/* A message of a thread that waits for nothing, to CONN; or NULL. */
struct message *client_message(struct conn *conn);
/* What it sends, and room for the answer, to the byte. */
void client_data(struct message *m, const void *from, uint64_t bytes);
void client_room(struct message *m, uint64_t bytes);
void client_send(struct message *m);
/* Answers may have come for any message. */
void client_collect(void);
void client_forget(struct message *m);
/* Closes *H. True: by a close message, which is waited for. */
bool client_close(struct conn **h);
/* A CLOSE that is late comes. */
void client_close_comes(struct message *m);
/* A server learns that one of its Connections has ended, if one has. */
void client_tell(void);
/* It learns something about M: NOTICE_ bits. */
void client_notice(struct message *m, uint64_t bits);

/* ---- client_operation.c ---- */

/* Numbers at the edges of what is a length, an offset, a flag. */
uint64_t client_number(void);
/* Sends something. */
void client_operation(void);

/* ---- client_end.c ---- */

/* The heap of the server was HEAP when it began: nothing may be left. */
void client_end(uint64_t heap);
