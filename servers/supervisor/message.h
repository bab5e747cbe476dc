/* SPDX-License-Identifier: 0BSD */
/* message.h: the supervisor's messages to `sys`. All answer 0 or more, or -errno; slots are the
 * supervisor's own. */
#pragma once

#include <abi/object.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file of the boot image, opened with O_ flags: its slot. */
int64_t message_open(const char *path, uint32_t flags);
/* Reads from it: how many bytes, 0 at the end. */
int64_t message_read(cap_t file, uint64_t offset, void *to, uint64_t bytes);

/* An endpoint with room for so many Connections, an Event, Timer or Irq object, RAM, device memory:
 * the slot. */
int64_t message_endpoint(unsigned connections);
int64_t message_object(enum object_type type);
int64_t message_ram(uint64_t bytes);
int64_t message_device_memory(uint64_t address, uint64_t bytes, uint64_t *offset);

int64_t message_mount(const char *prefix, cap_t connection, bool file);
int64_t message_unmount(const char *prefix);

/* An account that may use so much memory: the slot. */
int64_t message_account(uint64_t memory_bytes);

/* Sends a signal; ends of children: pid, *status as waitpid's. */
int64_t message_kill(uint32_t pid, unsigned signal);
int64_t message_wait(uint32_t *status);

/* Starts a thread of this process on `stack` (its end). */
int64_t message_thread(void (*entry)(void), void *stack_end);

int64_t message_power(unsigned action);

/* The pids of all processes, from *place on: how many. *place: where to go on, 0 at the end. */
#define MESSAGE_PIDS 16
int64_t message_processes(uint64_t *place, uint32_t pids[MESSAGE_PIDS]);
