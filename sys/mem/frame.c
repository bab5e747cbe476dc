/* SPDX-License-Identifier: 0BSD */
/* frame.c: the buddy allocator.
 *
 * The lists go through the free memory itself. orders[frame] is FREE | order for the first frame of a free run, else 0.
 * A run that has grown to its whole zone stays (one such is kept), or the zone is given back.
 */
#include "mem/frame.h"

#include "lib/bits.h"
#include "lib/list.h"
#include "mem/memory.h"
#include "mem/zone.h"

#define FREE	  0x80u
#define ORDER_MAX 34u
#define SPARES	  1u /* wholly free zones that are kept */

static struct list free_runs[ORDER_MAX + 1];
static uint8_t *orders;
static uint64_t free_count;
static unsigned whole_zones;

static unsigned zone_order(const struct zone *z) { return z->log2 - PAGE_LOG2; }

static void put(uint32_t frame, unsigned order)
{
	struct list_node *node = zone_window(frame);

	orders[frame] = (uint8_t)(FREE | order);
	list_push_front(&free_runs[order], node);
}

static void cut_out(uint32_t frame)
{
	list_remove(zone_window(frame));
	orders[frame] = 0;
}

void frame_init(uint8_t *orders_at, struct zone *z, unsigned reserved)
{
	uint32_t at = z->first + reserved, end = z->first + (1u << zone_order(z));

	orders = orders_at;
	for (unsigned i = 0; i <= ORDER_MAX; i++)
		list_init(&free_runs[i]);
	while (at < end) {
		unsigned order = min((unsigned)__builtin_ctz(at), log2_floor(end - at));

		put(at, order);
		free_count += 1ull << order;
		at += 1u << order;
	}
}

static bool more(unsigned order)
{
	struct zone *z = zone_take_frames(order);

	if (!z)
		return false;
	put(z->first, zone_order(z));
	free_count += 1ull << zone_order(z);
	whole_zones++;
	return true;
}

/* The least order of a free run that is large enough, or ORDER_MAX + 1. */
static unsigned fitting(unsigned order)
{
	while (order <= ORDER_MAX && list_empty(&free_runs[order]))
		order++;
	return order;
}

int frame_take(unsigned order, uint32_t *frame)
{
	unsigned have = fitting(order);
	uint32_t at;

	if (have > ORDER_MAX) {
		if (!more(order) && (!memory_reclaim() || (fitting(order) > ORDER_MAX && !more(order))))
			return -ENOMEM;
		have = fitting(order);
	}
	at = zone_frame(list_first(&free_runs[have]));
	if (have == zone_order(zone_of(at)))
		whole_zones--;
	cut_out(at);
	while (have > order) {
		have--;
		put(at + (1u << have), have);
	}
	free_count -= 1ull << order;
	*frame = at;
	return 0;
}

void frame_give(uint32_t frame, unsigned order)
{
	struct zone *z = zone_of(frame);

	SYS_ASSERT(!orders[frame], "a frame is given back once");
	free_count += 1ull << order;
	while (order < zone_order(z) && orders[frame ^ 1u << order] == (FREE | order)) {
		cut_out(frame ^ 1u << order);
		frame &= ~(1u << order);
		order++;
	}
	if (order == zone_order(z) && ++whole_zones > SPARES) {
		whole_zones--;
		free_count -= 1ull << order;
		zone_give_frames(z);
		return;
	}
	put(frame, order);
}

uint64_t frame_free_count(void) { return free_count; }

bool frame_trim(void)
{
	bool any = false;

	for (unsigned order = ZONE_LOG2_MIN - PAGE_LOG2; order <= ORDER_MAX; order++) {
		struct list_node *node = list_first(&free_runs[order]);

		while (node) {
			uint32_t frame = zone_frame(node);
			struct zone *z = zone_of(frame);

			node = list_next(&free_runs[order], node);
			if (order != zone_order(z))
				continue;
			cut_out(frame);
			free_count -= 1ull << order;
			whole_zones--;
			zone_give_frames(z);
			any = true;
		}
	}
	return any;
}
