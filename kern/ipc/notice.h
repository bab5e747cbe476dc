/* SPDX-License-Identifier: 0BSD */
/* notice.h: pulses about received messages.
 *
 * A message that has been received is in no queue, so its own place in the queue carries the
 * notice: it needs no memory and cannot be lost.
 */
#pragma once

#include "ipc/message.h"

/* ORs BITS (NOTICE_) into what is to be told about the RECEIVED message M and queues it. O(log n).
 */
void notice_queue(struct message *m, uint8_t bits);
