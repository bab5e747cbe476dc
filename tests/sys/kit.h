/* SPDX-License-Identifier: 0BSD */
/* kit.h: messages to sys, children made of this program itself, and whether all came back. */
#pragma once

#include "lib/kit.h"

#include <proto/flags.h>
#include <proto/info.h>
#include <proto/layout.h>
#include <proto/proto.h>
#include <proto/step.h>

#define PAGE 4096ull
#define RW   (PROT_READ | PROT_WRITE)

/* Sends {op and flags, w1 .. w4} to TO, with CAP if it is not CAP_NONE. *words gets the answer. A capability that comes
 * back lands in words->w[7]. */
struct call {
	cap_t to;
	unsigned op;
	uint32_t flags;
	uint64_t w1, w2, w3, w4;
	cap_t cap[4];
	unsigned caps;
	const void *data;
	uint64_t bytes;
	void *reply;
	uint64_t reply_bytes;
};
int64_t sys_call(const struct call *c, struct os_words *words, cap_t *landed);

/* mem */
int64_t mem_map(uint64_t *address, uint64_t length, uint32_t prot, uint32_t flags, cap_t object, uint64_t offset);
int64_t mem_unmap(uint64_t address, uint64_t length);
int64_t mem_protect(uint64_t address, uint64_t length, uint32_t prot);
int64_t mem_object(uint64_t length, cap_t *object);
/* A fresh region of RW memory; 0: failed. */
uint64_t mem_new(uint64_t length, uint32_t flags);

/* A paged object of this program's, with an endpoint at which its Event is heard with PAGED_BITS. */
#define PAGED_BITS 5
struct paged {
	cap_t endpoint, event, object;
};
bool paged_new(struct paged *p, uint64_t bytes);
void paged_end(struct paged *p);

/* What sys has in use. */
struct info_memory mem_info(void);

/* Runs child(arg) in a process of its own that is a clone of this one; the exit status that it gave to child_exit. */
int64_t child_run(void (*child)(void *arg), void *arg);
/* The same without waiting: the pid. */
int64_t child_start(void (*child)(void *arg), void *arg);
/* In another account. */
int64_t child_start_in(cap_t account, void (*child)(void *arg), void *arg);
int64_t child_wait(int64_t pid);
_Noreturn void child_exit(unsigned status);
