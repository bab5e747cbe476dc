/* SPDX-License-Identifier: 0BSD */
/* grant.h: capabilities in messages.
 *
 * They are copies, resolved at delivery: what the giver's slots hold then. Each lands in the lowest
 * free slot of the receiver's landing range; where it landed, or why not (-EMFILE, -ENOMEM,
 * -EBADF), is written into the receiver's descriptor. What does not land is dropped.
 */
#pragma once

#include <stdint.h>

struct message;
struct thread;

/* The capabilities of M, in transfer to T. How many were tried; SYS_BLOCKED: T's own descriptor was
 * not present; DELIVER_NEXT: the sender's was not. Nothing landed when negative. */
int64_t grant_to_receiver(struct thread *t, struct message *m);

/* The capabilities that server T gives with its reply to M's sender. 0, SYS_BLOCKED (T's
 * descriptor), -EABSENT (the sender's; its fault is raised), -ENOMEM (GIVE_CONNECT: the endpoint
 * needs feeding), -EBUSY or -EINVAL (GIVE_REARM: that Connection is not disconnected, or there is
 * none). Nothing landed unless 0. */
int64_t grant_in_reply(struct thread *t, struct message *m);
