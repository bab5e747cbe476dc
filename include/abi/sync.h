/* SPDX-License-Identifier: 0BSD */
/* sync.h: waiting on addresses, and the lock word.
 *
 * All words are 32 bits, naturally aligned. Without SYNC_SHARED an address means the address in the
 * caller's address space; with it, the memory behind the address, wherever else that is mapped.
 * Both sides of a wait must say the same.
 *
 * A lock word is 0 when free, else the number of the owning thread, with LOCK_CONTENDED set when
 * somebody waits in the kernel. Taking: compare-exchange 0 -> own number, else lock_wait.
 * Releasing: compare-exchange own number -> 0, else lock_wake. lock_wait answers 0 when the caller
 * owns the lock, and also owns it when it answers ESRCH: the owner before ended without releasing
 * it, and what the lock protects may be half done.
 */
#pragma once

enum { SYNC_SHARED = 1 << 0, SYNC_FLAGS = 1 };

#define LOCK_OWNER     0x0fffffffu /* bits of the owner's thread number */
#define LOCK_CONTENDED 0x80000000u
