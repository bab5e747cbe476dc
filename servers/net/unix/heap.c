/* SPDX-License-Identifier: 0BSD */
/* heap.c: free lists by size. */
#include <abi/memory.h>
#include <parley/message.h>
#include <proto/proto.h>
#include "heap.h"
#include "lib/string.h"
#include "queue.h"

#define SIZE_MIN_LOG2 8
#define SIZE_MAX_LOG2 12
#define REGION_BYTES  65536

struct piece {
	struct piece *next;
};

static struct piece *lists[SIZE_MAX_LOG2 + 1];

static unsigned size_log2(size_t size)
{
	unsigned log2 = SIZE_MIN_LOG2;

	while ((size_t)1 << log2 < size)
		log2++;
	return log2;
}

static void fill(unsigned log2)
{
	struct os_words words = {
	    {PROTO_WORD0(MEM_MAP, 0, 0), 0, REGION_BYTES, PROT_READ | PROT_WRITE}};

	if (os_send_words(CAP_SELF_PROCESS, &words) < 0)
		return;
	for (uint64_t at = 0; at < REGION_BYTES; at += 1ull << log2) {
		struct piece *p = (struct piece *)(words.w[1] + at);

		p->next = lists[log2];
		lists[log2] = p;
	}
}

void *heap_alloc(size_t size)
{
	unsigned log2 = size_log2(size);
	struct piece *p;

	if (log2 > SIZE_MAX_LOG2)
		return NULL;
	if (!lists[log2])
		fill(log2);
	p = lists[log2];
	if (!p)
		return NULL;
	lists[log2] = p->next;
	return memset(p, 0, size);
}

void heap_free(void *at, size_t size)
{
	struct piece *p = at;
	unsigned log2 = size_log2(size);

	p->next = lists[log2];
	lists[log2] = p;
}

/* Blocks are not cleared: whoever takes one fills it. */
struct block *block_alloc(void)
{
	struct piece *p;

	if (!lists[SIZE_MAX_LOG2])
		fill(SIZE_MAX_LOG2);
	p = lists[SIZE_MAX_LOG2];
	if (p)
		lists[SIZE_MAX_LOG2] = p->next;
	return (struct block *)p;
}

void block_free(struct block *block)
{
	heap_free(block, BLOCK_BYTES);
}
