/* SPDX-License-Identifier: 0BSD */
/* signal.h: how the parts of the library that handle signals fit together.
 *
 * `sys` keeps what is pending and diverts the thread that it chose (bit n-1 is signal n). The entry
 * (signal/divert.S) builds a frame on the stack that the handler will run on, takes the signal from
 * `sys`, and ends the divert; from there on all is ordinary user code. Masks are words in the
 * thread's record, which `sys` reads; only what unblocks something pending sends a message.
 *
 * The table of actions is under posix_actions_lock, which is taken with all signals blocked: an
 * entry that comes all the same finds its signal blocked and leaves it.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ucontext.h>
#include "posix/thread.h"

/* The library's own signal: the thread that gets it looks at its `cancel` word. */
#define SIGCANCEL	32

#define SIGNAL_BIT(sig) (1ull << ((sig)-1))
#define SIGNALS_FOREVER (SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP)) /* never blocked */
#define SIGNALS_OWN	(SIGNAL_BIT(SIGCANCEL) | SIGNAL_BIT(33))
#define SIGNALS_ALL	(~0ull)

/* What a divert leaves on the handler's stack. The context comes first: divert.S loads it. */
struct signal_frame {
	ucontext_t context;
	siginfo_t info;
	struct sigaction action; /* sa_handler NULL: nothing is to be run */
	uint32_t no_restart, handled;
	void (*end)(void); /* instead of a handler: does not return */
};

extern struct sigaction posix_action[NSIG];
extern uint32_t posix_actions_lock;
extern uint64_t posix_signal_onstack; /* signals with SA_ONSTACK; read by divert.S */
extern uint64_t posix_fpu_bytes;      /* of an XSAVE area; 0: there is only FXSAVE */

/* In record->library[]; divert.S reads them. */
enum { LIBRARY_ALT_BASE, LIBRARY_ALT_BYTES };

/* The registered entry. */
extern const char posix_divert_entry[];
/* Loads a context, its signal mask aside. */
_Noreturn void posix_context_load(const ucontext_t *context);

/* Makes ready for handlers: called before the first is installed. */
void posix_signal_prepare(void);
/* Replaces the calling thread's mask; what becomes unblocked is delivered before it returns. Answers the
 * mask before. */
uint64_t posix_mask_replace(uint64_t mask);
/* The same, for pselect and ppoll. */
int posix_mask_swap(const sigset_t *set, sigset_t *old);
/* Blocks everything: no message, no delivery. */
uint64_t posix_mask_all(void);
struct os_words;
/* What the words of PROC_SIGNAL_TAKE say. */
void posix_signal_info(siginfo_t *info, const struct os_words *w);
/* Takes one pending signal of `set` from `sys`: its number, or 0. */
int64_t posix_signal_take(uint64_t set, siginfo_t *info);
/* Handles a signal that the calling thread sends to itself, if it is caught and not blocked: no message. By raise,
 * or by kill. False: nothing is done. */
bool posix_signal_self(int sig, bool raised);
/* Sends the signal to the calling process or to one thread of it. */
int64_t posix_kill_thread(uint32_t tid, int sig);

static inline bool posix_is_signal(int sig) { return sig > 0 && sig < NSIG; }
