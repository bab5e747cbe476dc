/* SPDX-License-Identifier: 0BSD */
/* copy.c: the copy engine against a copy byte by byte. */
#include "mm/copy.h"

#include <abi/errno.h>
#include <string.h>
#include "host/address_space.h"
#include "host/harness.h"
#include "host/shim/mm.h"
#include "mm/walk.h"

#define PAGES 32
#define BYTES (PAGES * PAGE_SIZE)
#define DATA  0x40000000ull	      /* PAGES pages of data */
#define LIST  0x50000000ull	      /* two pages for lists */
#define SPLIT (LIST + PAGE_SIZE - 64) /* a list here crosses a page */

/* One address space with data and room for a list. The memory behind an address is scattered: pages
 * are mapped in an order of their own. */
struct party {
	struct vspace *vspace;
	struct slot *page[PAGES];
	struct message_piece piece[MESSAGE_PIECES_MAX];
	uint32_t count;
};

static void party_make(struct party *p, uint64_t skew)
{
	struct slot *list = make_extent(1);

	p->vspace = make_vspace();
	feed_pages(p->vspace, 4);
	EXPECT_EQ(map(list, p->vspace, LIST, 0, 2, RW), 0);
	for (unsigned int i = 0; i < PAGES; i++)
		p->page[i] = make_extent(0);
	for (unsigned int i = 0; i < PAGES; i++) {
		unsigned int at = (i * 5 + (unsigned int)skew) % PAGES;

		EXPECT_EQ(map(p->page[at], p->vspace, DATA + at * PAGE_SIZE, 0, 1, RW), 0);
	}
}

static uint8_t *byte_at(struct party *p, uint64_t va)
{
	uint64_t offset = va - DATA;

	return (uint8_t *)phys_to_virt(p->page[offset / PAGE_SIZE]->base) + offset % PAGE_SIZE;
}

static void list_write(struct party *p, uint64_t va)
{
	for (uint32_t i = 0; i < p->count; i++)
		EXPECT(user_write(p->vspace, va + i * sizeof(p->piece[0]), &p->piece[i], sizeof(p->piece[0])));
}

static void piece_add(struct party *p, uint64_t offset, uint64_t length)
{
	p->piece[p->count++] = (struct message_piece){DATA + offset, length};
}

static uint64_t random_below(uint64_t n) { return host_random() % n; }

/* Pieces without overlap, in rising order, some of them empty. */
static void random_list(struct party *p, uint32_t count, uint64_t mean)
{
	uint64_t offset = 0;

	p->count = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t length = random_below(8) ? random_below(2 * mean) : 0;

		offset += random_below(4) ? random_below(mean / 4 + 1) : 0;
		if (offset + length > BYTES)
			break;
		piece_add(p, offset, length);
		offset += length;
	}
}

/* The address of byte N of the list, or 0 behind its end. */
static uint64_t nth_byte(const struct party *p, uint64_t n)
{
	for (uint32_t i = 0; i < p->count; i++) {
		if (n < p->piece[i].length_bytes)
			return p->piece[i].address + n;
		n -= p->piece[i].length_bytes;
	}
	return 0;
}

static struct party a, b;
static uint8_t want[BYTES];

static void fresh(void)
{
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	host_mm_begin();
	party_make(&a, 3);
	party_make(&b, 7);
	for (uint64_t i = 0; i < BYTES; i++) {
		*byte_at(&a, DATA + i) = (uint8_t)host_random();
		*byte_at(&b, DATA + i) = want[i] = (uint8_t)host_random();
	}
}

static struct copy_vector vector(const struct party *p, uint64_t list, uint64_t offset)
{
	return (struct copy_vector){.vspace = p->vspace, .pieces_va = list, .count = p->count, .offset_bytes = offset};
}

/* What the copy should leave in b's memory; how many bytes it takes. */
static uint64_t expected(uint64_t from, uint64_t to, uint64_t limit)
{
	uint64_t n = 0;

	for (; n < limit; n++) {
		uint64_t source = nth_byte(&a, from + n), target = nth_byte(&b, to + n);

		if (!source || !target)
			break;
		want[target - DATA] = *byte_at(&a, source);
	}
	return n;
}

static bool memory_agrees(void)
{
	for (unsigned int i = 0; i < PAGES; i++)
		if (memcmp(byte_at(&b, DATA + i * PAGE_SIZE), want + i * PAGE_SIZE, PAGE_SIZE) != 0)
			return false;
	return true;
}

TEST(copy, random_lists_agree_with_bytes)
{
	for (unsigned int round = 0; round < 300; round++) {
		uint64_t mean = 1ull << random_below(14), list = round & 1 ? SPLIT : LIST;
		uint64_t from, to, limit, left, copied, fault_va;
		struct copy_vector source, target;
		enum copy_result result;

		fresh();
		host_cut_every = (unsigned int)random_below(3);
		random_list(&a, 1 + (uint32_t)random_below(MESSAGE_PIECES_MAX), mean);
		random_list(&b, 1 + (uint32_t)random_below(MESSAGE_PIECES_MAX), mean);
		list_write(&a, list);
		list_write(&b, list);
		from = random_below(2) ? 0 : random_below(3 * mean);
		to = random_below(2) ? 0 : random_below(3 * mean);
		limit = left = random_below(BYTES);
		copied = expected(from, to, limit);
		source = vector(&a, list, from);
		target = vector(&b, list, to);
		while ((result = copy_pieces(&source, &target, &left, &fault_va)) == COPY_CUT)
			EXPECT_EQ(source.offset_bytes - from, limit - left);
		REQUIRE(EXPECT_EQ(result, COPY_DONE));
		EXPECT_EQ(limit - left, copied);
		EXPECT_EQ(source.offset_bytes, from + copied);
		EXPECT_EQ(target.offset_bytes, to + copied);
		REQUIRE(memory_agrees());
	}
}

TEST(copy, cuts_come_every_4_kib_and_for_many_small_pieces)
{
	struct copy_vector source, target;
	uint64_t left = 16 * PAGE_SIZE, fault_va;

	fresh();
	piece_add(&a, 100, 16 * PAGE_SIZE);
	piece_add(&b, 0, 16 * PAGE_SIZE);
	list_write(&a, LIST);
	list_write(&b, LIST);
	source = vector(&a, LIST, 0);
	target = vector(&b, LIST, 0);
	host_cut_every = 1;
	while (left > 0) {
		uint64_t before = left;

		(void)copy_pieces(&source, &target, &left, &fault_va);
		EXPECT(before - left <= PAGE_SIZE + 128);
		REQUIRE(before != left);
	}
	fresh();
	for (unsigned int i = 0; i < 64; i++)
		piece_add(&a, 8 * i, 1);
	piece_add(&b, 0, 64);
	list_write(&a, LIST);
	list_write(&b, LIST);
	source = vector(&a, LIST, 0);
	target = vector(&b, LIST, 0);
	host_cut_every = 1;
	left = 64;
	EXPECT_EQ(copy_pieces(&source, &target, &left, &fault_va), COPY_CUT);
	EXPECT(left > 48 && left < 64); /* some, but few before the first cut */
}

/* Pages of either side vanish and are brought back where the copy says that it needs them. */
TEST(copy, goes_on_where_a_page_was_absent)
{
	for (unsigned int round = 0; round < 40; round++) {
		struct copy_vector source, target;
		uint64_t left = BYTES, fault_va, copied;
		enum copy_result result;
		unsigned int misses = 0;

		fresh();
		random_list(&a, 40, 3000);
		random_list(&b, 40, 3000);
		list_write(&a, LIST);
		list_write(&b, LIST);
		copied = expected(0, 0, left);
		for (unsigned int i = 0; i < PAGES; i++) {
			if (random_below(2))
				EXPECT_EQ(unmap(a.page[i], 0, 1), 0);
			if (random_below(2))
				EXPECT_EQ(protect_va(b.vspace, DATA + i * PAGE_SIZE, 1, PROT_READ), 0);
		}
		source = vector(&a, LIST, 0);
		target = vector(&b, LIST, 0);
		while ((result = copy_pieces(&source, &target, &left, &fault_va)) != COPY_DONE) {
			unsigned int page = (unsigned int)((fault_va - DATA) / PAGE_SIZE);

			REQUIRE(page < PAGES && ++misses <= 2 * PAGES);
			if (result == COPY_SOURCE_ABSENT)
				EXPECT_EQ(map(a.page[page], a.vspace, DATA + page * PAGE_SIZE, 0, 1, RW), 0);
			else if (EXPECT_EQ(result, COPY_TARGET_ABSENT))
				EXPECT_EQ(protect_va(b.vspace, DATA + page * PAGE_SIZE, 1, RW), 0);
		}
		EXPECT_EQ(BYTES - left, copied);
		EXPECT(misses > 0);
		REQUIRE(memory_agrees());
	}
}

static enum copy_result copy_one(uint64_t from, uint64_t to, uint64_t bytes, uint64_t *fault_va)
{
	struct copy_vector source, target;
	uint64_t left = bytes;

	a.count = b.count = 0;
	a.piece[a.count++] = (struct message_piece){from, bytes};
	b.piece[b.count++] = (struct message_piece){to, bytes};
	list_write(&a, LIST);
	list_write(&b, LIST);
	source = vector(&a, LIST, 0);
	target = vector(&b, LIST, 0);
	return copy_pieces(&source, &target, &left, fault_va);
}

TEST(copy, a_piece_that_was_read_already_needs_no_list)
{
	const struct message_piece source_piece = {DATA + 100, 3 * PAGE_SIZE};
	const struct message_piece target_piece = {DATA + 3, 2 * PAGE_SIZE};
	struct copy_vector source = {.count = 1, .only = &source_piece, .offset_bytes = 5};
	struct copy_vector target = {.count = 1, .only = &target_piece, .offset_bytes = 9};
	uint64_t left = BYTES, fault_va;

	fresh();
	piece_add(&a, 100, 3 * PAGE_SIZE);
	piece_add(&b, 3, 2 * PAGE_SIZE);
	EXPECT_EQ(expected(5, 9, BYTES), 2 * PAGE_SIZE - 9);
	source.vspace = a.vspace;
	target.vspace = b.vspace;
	EXPECT_EQ(copy_pieces(&source, &target, &left, &fault_va), COPY_DONE);
	EXPECT_EQ(BYTES - left, 2 * PAGE_SIZE - 9);
	EXPECT(memory_agrees());
	EXPECT_EQ(copy_pieces(&source, &target, &left, &fault_va), COPY_DONE);
	EXPECT_EQ(BYTES - left, 2 * PAGE_SIZE - 9);
}

/* BYTES at once, from FROM in A to TO in B. */
static void expect_little(uint64_t from, uint64_t to, uint64_t bytes)
{
	fresh();
	piece_add(&a, from, bytes);
	piece_add(&b, to, bytes);
	expected(0, 0, bytes);
	EXPECT(copy_little(a.vspace, DATA + from, b.vspace, DATA + to, bytes));
	EXPECT(memory_agrees());
}

TEST(copy, a_little_may_cross_pages)
{
	expect_little(10, 20, 90);
	expect_little(0, 0, PAGE_SIZE);
	expect_little(PAGE_SIZE - 1, 7, 2);
	expect_little(7, PAGE_SIZE - 1, 2);
	expect_little(PAGE_SIZE - 100, 2 * PAGE_SIZE - 50, 1000);
	expect_little(PAGE_SIZE + 1, 4000, PAGE_SIZE);
}

TEST(copy, a_little_is_present_and_no_more_than_a_page)
{
	fresh();
	EXPECT(copy_little(a.vspace, USER_END, b.vspace, DATA, 0));
	EXPECT(!copy_little(a.vspace, DATA, b.vspace, DATA, PAGE_SIZE + 1));
	EXPECT(!copy_little(a.vspace, DATA + BYTES, b.vspace, DATA, 8));
	EXPECT(!copy_little(a.vspace, DATA + BYTES - 4, b.vspace, DATA, 8));
	EXPECT(!copy_little(a.vspace, USER_END, b.vspace, DATA, 8));
	EXPECT_EQ(protect_va(b.vspace, DATA, 1, PROT_READ), 0);
	EXPECT(!copy_little(a.vspace, DATA, b.vspace, DATA, 8));
}

TEST(copy, answers_each_fault)
{
	struct copy_vector source, target;
	struct slot *device;
	uint64_t fault_va, left = 8;

	fresh();
	device = make_device(1ull << 33, 0);
	EXPECT_EQ(map(device, a.vspace, DATA - PAGE_SIZE, 0, 1, RW), 0);
	EXPECT_EQ(copy_one(DATA - 8, DATA, 16, &fault_va), COPY_SOURCE_FAULT);
	EXPECT_EQ(copy_one(USER_END - 8, DATA, 16, &fault_va), COPY_SOURCE_ABSENT);
	EXPECT_EQ(fault_va, USER_END - 8);
	EXPECT_EQ(copy_one(USER_END, DATA, 16, &fault_va), COPY_SOURCE_FAULT);
	EXPECT_EQ(copy_one(DATA, 0xffff800000000000ull, 16, &fault_va), COPY_TARGET_FAULT);
	EXPECT_EQ(copy_one(DATA, ~0ull, 16, &fault_va), COPY_TARGET_FAULT);
	EXPECT_EQ(copy_one(DATA, DATA + BYTES - 8, 16, &fault_va), COPY_TARGET_ABSENT);
	EXPECT_EQ(fault_va, DATA + BYTES);
	source = vector(&a, LIST + 8, 0);
	target = vector(&b, LIST, 0);
	EXPECT_EQ(copy_pieces(&source, &target, &left, &fault_va), COPY_SOURCE_FAULT);
	source = vector(&a, LIST, 0);
	target.count = MESSAGE_PIECES_MAX + 1;
	EXPECT_EQ(copy_pieces(&source, &target, &left, &fault_va), COPY_TARGET_FAULT);
	target = vector(&b, LIST + 2 * PAGE_SIZE, 0);
	EXPECT_EQ(copy_pieces(&source, &target, &left, &fault_va), COPY_TARGET_ABSENT);
	EXPECT_EQ(fault_va, LIST + 2 * PAGE_SIZE);
	EXPECT_EQ(left, 8);
	source = vector(&a, 1ull << 60, 0);
	EXPECT_EQ(copy_pieces(&source, &target, &left, &fault_va), COPY_SOURCE_FAULT);
	left = 0;
	EXPECT_EQ(copy_pieces(&source, &target, &left, &fault_va), COPY_DONE);
}

TEST(copy, total_sums_and_checks)
{
	uint64_t list = LIST + 2 * PAGE_SIZE - 32;
	int error;

	fresh();
	piece_add(&a, 0, 100);
	piece_add(&a, 5000, 0);
	piece_add(&a, 200, 23);
	list_write(&a, SPLIT);
	EXPECT_EQ(copy_total(a.vspace, SPLIT, 3, &error), 123);
	EXPECT_EQ(error, 0);
	EXPECT_EQ(copy_total(a.vspace, SPLIT, 0, &error), 0);
	EXPECT_EQ(error, 0);
	EXPECT_EQ(copy_total(a.vspace, 0, 0, &error), 0);
	EXPECT_EQ(error, 0);
	copy_total(a.vspace, SPLIT, 65, &error);
	EXPECT_EQ(error, -E2BIG);
	copy_total(a.vspace, SPLIT + 4, 1, &error);
	EXPECT_EQ(error, -EFAULT);
	copy_total(a.vspace, USER_END, 1, &error);
	EXPECT_EQ(error, -EFAULT);
	a.count = 2;
	list_write(&a, list);
	EXPECT_EQ(copy_total(a.vspace, list, 3, &error), LIST + 2 * PAGE_SIZE);
	EXPECT_EQ(error, -EABSENT);
	a.piece[1] = (struct message_piece){USER_END - 1, PAGE_SIZE + 2};
	list_write(&a, list);
	copy_total(a.vspace, list, 2, &error);
	EXPECT_EQ(error, -EFAULT);
	a.piece[1] = (struct message_piece){4096, ~0ull};
	list_write(&a, list);
	copy_total(a.vspace, list, 2, &error);
	EXPECT_EQ(error, -EFAULT);
	a.piece[1] = (struct message_piece){4096, MESSAGE_LENGTH_MAX};
	list_write(&a, list);
	copy_total(a.vspace, list, 2, &error);
	EXPECT_EQ(error, -E2BIG);
}

/* What copy_present says of the next BYTES of V, cuts apart. */
static enum copy_result present(struct copy_vector v, uint64_t bytes, uint64_t *fault_va)
{
	enum copy_result result;

	do
		result = copy_present(&v, &bytes, fault_va);
	while (result == COPY_CUT);
	return result;
}

TEST(copy, presence_is_found_without_copying)
{
	struct copy_vector v;
	uint64_t absent_va = 0;

	fresh();
	piece_add(&a, 100, 3 * PAGE_SIZE);
	piece_add(&a, 0, 0);
	piece_add(&a, 9 * PAGE_SIZE, PAGE_SIZE);
	list_write(&a, LIST);
	v = vector(&a, LIST, 50);
	EXPECT_EQ(present(v, 4 * PAGE_SIZE, &absent_va), COPY_DONE);
	EXPECT_EQ(present(v, 16 * PAGE_SIZE, &absent_va), COPY_DONE);
	EXPECT_EQ(protect_va(a.vspace, DATA + 9 * PAGE_SIZE, 1, PROT_READ), 0);
	EXPECT_EQ(present(v, 3 * PAGE_SIZE - 50, &absent_va), COPY_DONE);
	EXPECT_EQ(present(v, 3 * PAGE_SIZE - 49, &absent_va), COPY_TARGET_ABSENT);
	EXPECT_EQ(absent_va, DATA + 9 * PAGE_SIZE);
	EXPECT_EQ(unmap(a.page[1], 0, 1), 0);
	EXPECT_EQ(present(v, 4 * PAGE_SIZE, &absent_va), COPY_TARGET_ABSENT);
	EXPECT_EQ(absent_va, DATA + PAGE_SIZE);
	EXPECT_EQ(present(v, PAGE_SIZE - 150, &absent_va), COPY_DONE);
	EXPECT_EQ(present(v, 0, &absent_va), COPY_DONE);
	a.piece[0].address = USER_END;
	list_write(&a, LIST);
	EXPECT_EQ(present(v, 1, &absent_va), COPY_TARGET_FAULT);
	v.pieces_va = LIST + 2 * PAGE_SIZE;
	EXPECT_EQ(present(v, 1, &absent_va), COPY_TARGET_ABSENT);
	EXPECT_EQ(absent_va, LIST + 2 * PAGE_SIZE);
}
