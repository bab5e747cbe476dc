/* SPDX-License-Identifier: 0BSD */
/* record.c: records lie in pages of the ram_store, so many in each. */
#include "file.h"

#include "lib/string.h"

#define IN_PAGE (4096 / RECORD_BYTES)

_Static_assert(sizeof(struct file) <= RECORD_BYTES && sizeof(struct name) <= RECORD_BYTES, "what a record holds");

static struct record *free_records;
static uint32_t pages_made; /* of records; those before are full or in the list */

static struct record *in_page(void *page, uint32_t n) { return (struct record *)((char *)page + n * RECORD_BYTES); }

static void put_free(struct record *record)
{
	record->next_free = free_records;
	free_records = record;
}

static bool add_page(void)
{
	void *page = pages_record(&ram_store, pages_made);

	if (!page)
		return false;
	for (uint32_t i = IN_PAGE; i--;) {
		in_page(page, i)->number = pages_made * IN_PAGE + i + 1;
		put_free(in_page(page, i));
	}
	pages_made++;
	return true;
}

struct record *record_new(void)
{
	struct record *record;

	if (!free_records && !add_page())
		return NULL;
	record = free_records;
	free_records = record->next_free;
	record->next_free = NULL;
	return record;
}

void record_free(struct record *record)
{
	uint32_t number = record->number;

	record->kind = RECORD_FREE;
	keep_fence();
	memset(record, 0, RECORD_BYTES);
	record->number = number;
	put_free(record);
}

struct record *record_at(uint32_t number, enum record_kind kind)
{
	uint32_t n = number - 1;
	void *page = n / IN_PAGE < ram_store.record_pages ? ram_store.records[n / IN_PAGE] : NULL;

	return number && page && in_page(page, n % IN_PAGE)->kind == kind ? in_page(page, n % IN_PAGE) : NULL;
}

uint32_t record_end(void) { return pages_made * IN_PAGE; }

void record_recall(void)
{
	free_records = NULL;
	pages_made = 0;
	while (pages_made < ram_store.record_pages && ram_store.records[pages_made]) {
		for (uint32_t i = IN_PAGE; i--;) {
			struct record *record = in_page(ram_store.records[pages_made], i);

			record->number = pages_made * IN_PAGE + i + 1;
			if (record->kind == RECORD_FREE)
				record_free(record);
		}
		pages_made++;
	}
}
