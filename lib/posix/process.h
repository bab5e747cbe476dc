/* SPDX-License-Identifier: 0BSD */
/* process.h: the pages that the process shares with `sys`, and what the parts about processes, threads and
 * signals want of each other.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <proto/layout.h>
#include <proto/process.h>

#define posix_info    ((const volatile struct info_page *)LAYOUT_INFO)
#define posix_control ((volatile struct control_page *)LAYOUT_CONTROL)

static inline struct thread_record *posix_record(uint32_t number)
{
	return (struct thread_record *)(LAYOUT_CONTROL + CONTROL_RECORDS_AT) + number;
}

/* Entries of the auxiliary vector that are ours. */
#define AT_PARLEY_UMASK 0x5001
#define AT_PARLEY_FILES 0x5002 /* posix_files_max */

/* File mode creation mask: the files half's; exec hands it on. */
extern mode_t posix_umask;

/* Soft RLIMIT_NOFILE: descriptors are less than this. */
extern uint32_t posix_files_max;

/* The auxiliary vector; NULL before the start code has found it. */
extern const uint64_t *posix_auxv;
/* The value of `key` in it, or `otherwise`. */
uint64_t posix_aux(uint64_t key, uint64_t otherwise);

/* What newlib's allocator and streams hold while a process is copied. newlib_lock.c */
void posix_libc_fork_prepare(void);
void posix_libc_fork_done(void);

/* Calls the handlers that pthread_atfork registered. */
void posix_fork_prepare(void);
void posix_fork_parent(void);
void posix_fork_child(void);

/* The child's single thread after fork: all others are gone. */
void posix_threads_fork_child(void);
void posix_timers_fork_child(void);

/* Lays out the first thread's structure and makes it the caller's. */
void posix_start_first_thread(void);

/* Ends the process with a status as wait reports it. */
_Noreturn void posix_end(uint64_t status);
