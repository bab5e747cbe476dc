/* SPDX-License-Identifier: 0BSD */
/* poll.h: asking many Connections at once.
 *
 * What the bits of a ready mask mean is between servers and their clients; the two highest are the
 * kernel's. They are reported whether asked for or not, as POSIX's POLLHUP and POLLNVAL are.
 */
#pragma once

#include <stdint.h>
#include <abi/object.h>

#define POLL_ENTRIES_MAX 64

#define POLL_HANGUP	 0x40000000u /* nobody serves the Connection any more */
#define POLL_INVALID	 0x80000000u /* the slot holds no Connection with the SEND right */

/* An array of these, 16-byte aligned. */
struct poll_entry {
	cap_t slot;
	uint32_t mask;	/* what is asked for */
	uint32_t ready; /* out: the part of it that is set, and the kernel's bits */
	uint32_t pad;
};
