/* SPDX-License-Identifier: 0BSD */
/* chunk.c: chunks and the pools of free ones. */
#include "mem/chunk.h"

#include "lib/bits.h"
#include "lib/string.h"
#include "mem/frame.h"
#include "mem/heap.h"
#include "mem/slot.h"

#include <parley/syscall.h>

#define ORDERS	    (CHUNK_ORDER_MAX + 1)
#define POOL_SHARES 128u /* a pool holds at most this part of all frames */

static struct list pool[ORDERS];
static uint32_t pool_count[ORDERS];
static bool initialised;

static void init(void)
{
	for (unsigned i = 0; i < ORDERS; i++)
		list_init(&pool[i]);
	initialised = true;
}

/* A free chunk with frames and a slice, made anew. */
static struct chunk *make(unsigned order)
{
	struct chunk *c = heap_new(struct chunk);
	struct zone *z;

	if (!c || frame_take(order, &c->frame) < 0)
		goto no_frame;
	if (slot_take(&c->slot) < 0)
		goto no_slot;
	z = zone_of(c->frame);
	if (os_extent_slice(z->extent, c->frame - z->first, order + PAGE_LOG2, c->slot) < 0)
		goto no_slice;
	c->order = (uint8_t)order;
	return c;
no_slice:
	slot_give(c->slot);
no_slot:
	frame_give(c->frame, order);
no_frame:
	heap_free(c, sizeof(*c));
	return NULL;
}

static void unmake(struct chunk *c)
{
	slot_delete(c->slot);
	if (c->frame)
		frame_give(c->frame, c->order);
	heap_delete(c);
}

int chunk_new(unsigned order, struct account *account, struct chunk **out)
{
	struct chunk *c = NULL;

	if (!initialised)
		init();
	if (account && account_charge(account, ACCOUNT_IS_MEMORY, 1u << order) < 0)
		return -ENOMEM;
	if (order < ORDERS && pool_count[order]) {
		c = list_entry(list_pop_front(&pool[order]), struct chunk, node);
		pool_count[order]--;
	} else {
		c = make(order);
	}
	if (!c) {
		if (account)
			account_uncharge(account, ACCOUNT_IS_MEMORY, 1u << order);
		return -ENOMEM;
	}
	c->references = 1;
	c->account = account ? account_get(account) : NULL;
	*out = c;
	return 0;
}

int chunk_foreign(cap_t slot, unsigned order, struct chunk **out)
{
	struct chunk *c = heap_new(struct chunk);

	if (!c)
		return -ENOMEM;
	*c = (struct chunk){.slot = slot, .references = 1, .order = (uint8_t)order};
	*out = c;
	return 0;
}

void chunk_put(struct chunk *c)
{
	if (--c->references)
		return;
	if (c->account) {
		account_uncharge(c->account, ACCOUNT_IS_MEMORY, chunk_pages(c));
		account_put(c->account);
		c->account = NULL;
	}
	c->object = false;
	c->slot_used = false;
	if (!c->frame || c->order >= ORDERS ||
	    (uint64_t)pool_count[c->order] << c->order >= zone_total_bytes() / PAGE_BYTES / POOL_SHARES) {
		unmake(c);
		return;
	}
	list_push_front(&pool[c->order], &c->node);
	pool_count[c->order]++;
}

void chunk_zero(const struct chunk *c, uint32_t first, uint32_t count)
{
	memset(chunk_window(c, first), 0, count * PAGE_BYTES);
}

int chunk_copy(const struct chunk *to, uint32_t to_first, const struct chunk *from, uint32_t from_first, uint32_t count)
{
	if (from->frame) {
		memcpy(chunk_window(to, to_first), chunk_window(from, from_first), count * PAGE_BYTES);
		return 0;
	}
	return (int)os_extent_copy(to->slot, from->slot, to_first, from_first, count);
}

void chunk_trim(void)
{
	if (!initialised)
		return;
	for (unsigned i = 0; i < ORDERS; i++) {
		while (pool_count[i]) {
			unmake(list_entry(list_pop_front(&pool[i]), struct chunk, node));
			pool_count[i]--;
		}
	}
}

uint64_t chunk_pool_frames(void)
{
	uint64_t frames = 0;

	for (unsigned i = 0; i < ORDERS; i++)
		frames += (uint64_t)pool_count[i] << i;
	return frames;
}

uint64_t chunk_pool_records(void)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < ORDERS; i++)
		count += pool_count[i];
	return count * sizeof(struct chunk);
}
