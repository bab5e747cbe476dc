/* SPDX-License-Identifier: 0BSD */
/* heap.c: free lists by size. Pieces in a list are zero but for their link, so that nothing is cleared twice. */
#include <parley/heap.h>

#include <abi/memory.h>
#include <parley/message.h>
#include <proto/proto.h>
#include "lib/string.h"

#define PAGE_BYTES   4096
#define LEAST_LOG2   4
#define MOST_LOG2    12
#define REGION_BYTES 65536

struct piece {
	struct piece *next;
};

static struct piece *lists[MOST_LOG2 + 1];
static char *rest;
static size_t rest_bytes;

static unsigned log2_of(size_t bytes)
{
	return bytes <= 1 << LEAST_LOG2 ? LEAST_LOG2 : 64 - (unsigned)__builtin_clzll(bytes - 1);
}

static void *map(size_t bytes)
{
	struct os_words words = {{MEM_MAP, 0, bytes, PROT_READ | PROT_WRITE}};

	return os_send_words(CAP_SELF_PROCESS, &words) < 0 ? NULL : (void *)words.w[1];
}

static size_t whole_pages(size_t bytes) { return (bytes + PAGE_BYTES - 1) & ~(size_t)(PAGE_BYTES - 1); }

/* Takes a page's worth of pieces of this size out of the region. */
static void fill(unsigned log2)
{
	if (!rest_bytes) {
		rest = map(REGION_BYTES);
		rest_bytes = rest ? REGION_BYTES : 0;
	}
	if (!rest_bytes)
		return;
	for (size_t at = PAGE_BYTES; at; at -= (size_t)1 << log2) {
		struct piece *p = (struct piece *)(rest + at - ((size_t)1 << log2));

		p->next = lists[log2];
		lists[log2] = p;
	}
	rest += PAGE_BYTES;
	rest_bytes -= PAGE_BYTES;
}

void *os_alloc(size_t bytes)
{
	unsigned log2 = log2_of(bytes);
	struct piece *p;

	if (log2 > MOST_LOG2)
		return map(whole_pages(bytes));
	if (!lists[log2])
		fill(log2);
	p = lists[log2];
	if (!p)
		return NULL;
	lists[log2] = p->next;
	p->next = NULL;
	return p;
}

void os_free(void *at, size_t bytes)
{
	unsigned log2 = log2_of(bytes);
	struct piece *p = at;

	if (!p)
		return;
	if (log2 > MOST_LOG2) {
		struct os_words words = {{MEM_UNMAP, (uint64_t)at, whole_pages(bytes)}};

		os_send_words(CAP_SELF_PROCESS, &words);
		return;
	}
	memset(p, 0, bytes);
	p->next = lists[log2];
	lists[log2] = p;
}
