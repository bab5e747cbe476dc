/* SPDX-License-Identifier: 0BSD */
/* heap.c: records in size classes. Each class fills pages of its own; a page begins with what is known of it, its free
 * records are a list through themselves. A page that is free again goes back, but for one of each class. What is
 * larger than a page's class is whole frames.
 */
#include "mem/heap.h"

#include "lib/bits.h"
#include "lib/list.h"
#include "lib/string.h"
#include "mem/frame.h"
#include "mem/zone.h"

struct slab {
	struct list_node node; /* pages of the class that have a free record */
	void *free;
	uint16_t class, used;
	uint32_t fresh; /* offset of what was never used yet */
};

#define SLAB_HEAD 32u
_Static_assert(sizeof(struct slab) <= SLAB_HEAD, "records begin behind it");

static const uint16_t class_bytes[] = {32,  48,	 64,  80,  96,	128, 160,  192,	 256,
				       320, 384, 496, 576, 672, 800, 1008, 1344, 2032};
#define CLASSES	      array_len(class_bytes)
#define CLASS_LARGEST 2032u

static struct list partial[CLASSES];
static uint8_t class_of[CLASS_LARGEST / 16 + 1];
static uint64_t used_bytes, frames;
static bool initialised;

static void init(void)
{
	unsigned class = 0;

	for (unsigned i = 0; i < CLASSES; i++)
		list_init(&partial[i]);
	for (unsigned i = 0; i < array_len(class_of); i++) {
		while (class_bytes[class] < i * 16)
			class ++;
		class_of[i] = (uint8_t) class;
	}
	initialised = true;
}

static struct slab *slab_new(unsigned class)
{
	uint32_t frame;
	struct slab *s;

	if (frame_take(0, &frame) < 0)
		return NULL;
	frames++;
	s = zone_window(frame);
	*s = (struct slab){.class = (uint16_t) class, .fresh = SLAB_HEAD};
	list_push_front(&partial[class], &s->node);
	return s;
}

static void *slab_take(struct slab *s)
{
	unsigned bytes = class_bytes[s->class];
	void *at = s->free;

	if (at) {
		s->free = *(void **)at;
	} else {
		at = (char *)s + s->fresh;
		s->fresh += bytes;
	}
	s->used++;
	if (!s->free && s->fresh + bytes > PAGE_BYTES)
		list_remove(&s->node);
	return at;
}

static void slab_give(struct slab *s, void *at)
{
	*(void **)at = s->free;
	s->free = at;
	s->used--;
	if (!list_linked(&s->node))
		list_push_front(&partial[s->class], &s->node);
	if (s->used == 0 && (list_next(&partial[s->class], &s->node) || list_prev(&partial[s->class], &s->node))) {
		list_remove(&s->node);
		frames--;
		frame_give(zone_frame(s), 0);
	}
}

static unsigned large_order(size_t bytes) { return log2_ceil(align_up(bytes, PAGE_BYTES) / PAGE_BYTES); }

void *heap_alloc(size_t bytes)
{
	void *at;

	if (!initialised)
		init();
	if (bytes > CLASS_LARGEST) {
		uint32_t frame;

		if (bytes > HEAP_BYTES_MAX || frame_take(large_order(bytes), &frame) < 0)
			return NULL;
		frames += 1u << large_order(bytes);
		at = zone_window(frame);
	} else {
		unsigned class = class_of[(bytes + 15) / 16];
		struct list_node *node = list_first(&partial[class]);
		struct slab *s = node ? list_entry(node, struct slab, node) : slab_new(class);

		if (!s)
			return NULL;
		at = slab_take(s);
	}
	used_bytes += bytes;
	return memset(at, 0, bytes);
}

void heap_free(void *at, size_t bytes)
{
	if (!at)
		return;
	used_bytes -= bytes;
	if (bytes > CLASS_LARGEST) {
		frames -= 1u << large_order(bytes);
		frame_give(zone_frame(at), large_order(bytes));
	} else {
		slab_give((struct slab *)((uint64_t)at & ~(PAGE_BYTES - 1)), at);
	}
}

uint64_t heap_used_bytes(void) { return used_bytes; }

uint64_t heap_frames(void) { return frames; }
