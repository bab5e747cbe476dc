/* SPDX-License-Identifier: 0BSD */
/* shim.c: what is below the portable parts of sys/mem: zones in memory of the host, mapped where sys has its window. */
#include "host/harness.h"
#include "lib/assert.h"
#include "mem/chunk.h"
#include "mem/memobj.h"
#include "mem/memory.h"
#include "host/mem/shim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ZONES	   4u
#define ZONE_LOG2  21u
#define ZONE_PAGES (1u << (ZONE_LOG2 - PAGE_LOG2))
#define FIRST	   1024u /* frame number of the first */

static struct zone zones[ZONES];
static uint8_t orders[FIRST + ZONES * ZONE_PAGES];
unsigned shim_zones_taken;
uint64_t shim_charged;

static void zone_make(unsigned i)
{
	zones[i] = (struct zone){.log2 = ZONE_LOG2, .first = FIRST + i * ZONE_PAGES};
	if (mmap(zone_window(zones[i].first), 1ul << ZONE_LOG2, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED) {
		perror("mmap");
		abort();
	}
}

void shim_init(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	for (unsigned i = 0; i < ZONES; i++)
		zone_make(i);
	zones[0].state = ZONE_FRAMES;
	frame_init(orders, &zones[0], 3);
}

struct zone *zone_take_frames(unsigned order)
{
	for (unsigned i = 0; i < ZONES && order <= ZONE_LOG2 - PAGE_LOG2; i++) {
		if (zones[i].state != ZONE_FREE)
			continue;
		zones[i].state = ZONE_FRAMES;
		shim_zones_taken++;
		return &zones[i];
	}
	return NULL;
}

void zone_give_frames(struct zone *z)
{
	z->state = ZONE_FREE;
	shim_zones_taken--;
}

struct zone *zone_of(uint32_t frame) { return &zones[(frame - FIRST) / ZONE_PAGES]; }

bool memory_reclaim(void) { return false; }

void chunk_put(struct chunk *c) { c->references--; }

int account_charge(struct account *a, enum account_what what, uint64_t amount)
{
	shim_charged += amount;
	return 0;
}

void account_uncharge(struct account *a, enum account_what what, uint64_t amount) { shim_charged -= amount; }

struct memobj *memobj_get(struct memobj *o) { return o; }

void memobj_put(struct memobj *o) {}

void sys_panic(const char *format, ...)
{
	fprintf(stderr, "sys_panic: %s\n", format);
	abort();
}

void panic(const char *format, ...)
{
	fprintf(stderr, "panic: %s\n", format);
	abort();
}
