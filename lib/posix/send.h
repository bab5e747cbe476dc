/* SPDX-License-Identifier: 0BSD */
/* send.h: how the library speaks to servers.
 *
 * Every function of POSIX that needs one is: words, perhaps a descriptor, posix_send, posix_result.
 * Sending is restarted as SA_RESTART asks; see core/window.S for how no signal is slept over.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <parley/message.h>
#include <parley/syscall.h>
#include <proto/flags.h>
#include <proto/layout.h>
#include <proto/proto.h>

/* Error numbers from here on are Parley's own and never reach errno. */
#define POSIX_ERRNO_MAX 2000

/* Sends *words, and *desc if it is not NULL, and waits for the answer, whose words replace *words.
 * Answers the status or -errno. posix_send is for what never waits long and is not to be interrupted: no EINTR. The others
 * answer EINTR when a handler without SA_RESTART ran; posix_send_cancel is a cancellation point besides. All may be used in
 * signal handlers. */
int64_t posix_send(cap_t slot, struct os_words *words, const struct message_desc *desc);
int64_t posix_send_wait(cap_t slot, struct os_words *words, const struct message_desc *desc);
int64_t posix_send_cancel(cap_t slot, struct os_words *words, const struct message_desc *desc);

/* Sets errno from -errno; answers -1. */
long posix_failed(int64_t error) __attribute__((cold));

/* What a function of POSIX answers: r, or -1 with errno. */
static inline long posix_result(int64_t r) { return r >= 0 ? (long)r : posix_failed(r); }

/* The same where success is 0. */
static inline int posix_zero(int64_t r) { return r >= 0 ? 0 : (int)posix_failed(r); }

/* ---- the window (core/window.S) ----------------------------------------------------------------
 */

/* rax is as os_call_rax makes it. A send without restarts: the words are replaced unless the answer
 * is -EINTR. All three answer -EINTR at once when *stop is not 0, and when a divert comes before
 * the call has begun. */
int64_t posix_window_send(uint64_t rax, struct os_words *words, const struct message_desc *desc, uint64_t deadline_ns,
			  const uint32_t *stop);
/* Waits for a pulse, whatever it says. */
int64_t posix_window_receive(uint64_t rax, uint64_t deadline_ns, const uint32_t *stop);
/* A call with up to four arguments. */
int64_t posix_window_call(uint64_t rax, uint64_t a, uint64_t b, uint64_t c, uint64_t d, const uint32_t *stop);
extern const char posix_window_begin[], posix_window_end[], posix_window_interrupted[];

/* ---- descriptors as slots ----------------------------------------------------------------------
 */

/* Whether FD can be a descriptor: no other capability is to be reached by its number. */
static inline int posix_is_fd(int fd) { return (unsigned)fd < SLOT_OPEN_MAX; }

/* Slots that libraries take for a while. The last 1024 are the threads' scratch slots. */
#define POSIX_SLOT_MIN SLOT_DYNAMIC_MIN
#define POSIX_SLOT_MAX (SLOT_DYNAMIC_MAX - 1024)

/* A message descriptor for at most two pieces each way. */
typedef OS_DESC(4) posix_desc;

static inline struct message_piece posix_piece(const void *address, size_t length_bytes)
{
	return (struct message_piece){(uint64_t)address, length_bytes};
}
