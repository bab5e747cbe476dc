/* SPDX-License-Identifier: 0BSD */
/* serve.h: between the parts of sys/main. */
#pragma once

#include "main/request.h"

/* NULL: the handle was closed. */
static inline struct handle *handle_from_cookie(uint64_t cookie) { return cookie & 1 ? NULL : (struct handle *)cookie; }
/* Nobody holds the Connection any more. */
void handle_disconnected(uint64_t cookie);

/* The handler of an ordinary message. */
int64_t dispatch(struct request *q);

/* A reply to Q could not be given because a page of its sender's is absent: keeps it, with the data. */
void reply_later(struct request *q, int64_t status);
/* Deletes what was given and is not to be kept. */
void request_given(struct request *q);
/* Pieces and capabilities of Q's reply into D, which has room for a piece. */
void reply_describe(struct message_desc *d, const struct request *q);

void notice_serve(uint64_t id, uint64_t bits);
void parked_sweep(void);

/* Does one step of the first work item; false: there is none. */
bool work_step(void);
bool work_any(void);

void alarm_init(void);
