/* SPDX-License-Identifier: 0BSD */
/* object.c: memory objects whose pages are supplied, Extents, reserved addresses. */
#include "sys/kit.h"

#include "lib/string.h"

#define BITS PAGED_BITS

static volatile char *at(uint64_t address) { return (volatile char *)address; }

static cap_t proc_object(unsigned type)
{
	struct os_words words;
	cap_t slot;

	EXPECT_OK(sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = PROC_OBJECT, .w1 = type}, &words, &slot));
	return slot;
}

static cap_t proc_endpoint(void)
{
	struct os_words words;
	cap_t slot;

	EXPECT_OK(sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = PROC_ENDPOINT, .w1 = 16}, &words, &slot));
	return slot;
}

static cap_t extent(uint64_t bytes)
{
	struct os_words words;
	cap_t slot;

	EXPECT_OK(sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = MEM_EXTENT, .w1 = bytes}, &words, &slot));
	return slot;
}

static uint64_t reserve(uint64_t bytes)
{
	struct os_words words;

	EXPECT_OK(sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = MEM_RESERVE, .w1 = bytes}, &words, NULL));
	return words.w[1];
}

bool paged_new(struct paged *p, uint64_t bytes)
{
	struct os_words words;

	p->endpoint = proc_endpoint();
	p->event = proc_object(OBJ_EVENT);
	EXPECT_OK(os_event_configure(p->event, p->endpoint, 77, 100));
	return EXPECT_OK(sys_call(&(struct call){.to = CAP_SELF_PROCESS,
						 .op = MEM_OBJECT,
						 .flags = MEM_PAGED,
						 .w1 = bytes,
						 .w2 = BITS,
						 .w3 = 4711,
						 .cap = {p->event},
						 .caps = 1},
				  &words, &p->object));
}

void paged_end(struct paged *p)
{
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, p->object));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, p->event));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, p->endpoint));
}

static int64_t supply(cap_t object, uint64_t page, uint64_t pages, cap_t e, uint32_t flags, struct os_words *words)
{
	return sys_call(
	    &(struct call){
		.to = object, .op = MEM_SUPPLY, .flags = flags, .w1 = page * PAGE, .w2 = pages, .cap = {e}, .caps = 1},
	    words, NULL);
}

/* An Extent whose pages begin with LETTER, LETTER + 1, ... */
static cap_t lettered(uint64_t pages, char letter)
{
	uint64_t va = reserve(pages * PAGE);
	cap_t e = extent(pages * PAGE);

	EXPECT_OK(os_extent_map(e, CAP_SELF_VSPACE, va, 0, pages, RW));
	for (uint64_t i = 0; i < pages; i++) {
		EXPECT_EQ(*at(va + i * PAGE), 0);
		*at(va + i * PAGE) = (char)(letter + (char)i);
	}
	EXPECT_OK(os_extent_unmap(e, 0, pages));
	EXPECT_OK(mem_unmap(va, pages * PAGE));
	return e;
}

TEST(object, an_extent_is_charged_until_it_is_let_go)
{
	uint64_t frames = mem_info().frames;
	cap_t e = lettered(16, 'a');

	EXPECT_EQ(mem_info().frames, frames + 16);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, e));
	EXPECT_EQ(mem_info().frames, frames);
}

TEST(object, extents_of_odd_sizes_are_refused)
{
	struct os_words words;
	cap_t slot;

	EXPECT_EQ(sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = MEM_EXTENT, .w1 = 3 * PAGE}, &words, &slot),
		  -EINVAL);
	EXPECT_EQ(sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = MEM_EXTENT, .w1 = 1ull << 39}, &words, &slot),
		  -ENOMEM);
	EXPECT_EQ(sys_call(
		      &(struct call){
			  .to = CAP_SELF_PROCESS, .op = MEM_EXTENT, .flags = MEM_DEVICE, .w1 = PAGE, .w2 = 0xb8000},
		      &words, &slot),
		  -EPERM);
	EXPECT_EQ(slot, CAP_NONE);
}

TEST(object, device_memory_is_for_holders_of_the_system_capability)
{
	struct os_words words;
	uint64_t va = reserve(16 * PAGE);
	cap_t slot;

	/* The screen of text mode, in an Extent that covers it. */
	ASSERT_OK(sys_call(&(struct call){.to = CAP_SELF_PROCESS,
					  .op = MEM_EXTENT,
					  .flags = MEM_DEVICE,
					  .w1 = 4000,
					  .w2 = 0xb8000,
					  .cap = {SLOT_SYSTEM},
					  .caps = 1},
			   &words, &slot));
	EXPECT_EQ(words.w[1], 0);
	EXPECT_OK(os_extent_map(slot, CAP_SELF_VSPACE, va, 0, 1, RW | PROT_UNCACHED));
	*at(va) = 'P';
	EXPECT_EQ(*at(va), 'P');
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, slot));
	EXPECT_OK(mem_unmap(va, 16 * PAGE));
}

/* ---- paged ---- */

TEST(object, pages_that_were_supplied_are_seen)
{
	struct os_words words;
	struct paged p;
	uint64_t a = 0, b = 0;
	cap_t e;

	ASSERT(paged_new(&p, 8 * PAGE));
	e = lettered(8, 'k');
	EXPECT_OK(supply(p.object, 0, 8, e, MEM_NEXT, &words));
	EXPECT_EQ(words.w[3], 0);
	EXPECT_OK(mem_map(&a, 8 * PAGE, PROT_READ, MEM_SHARED, p.object, 0));
	EXPECT_OK(mem_map(&b, 6 * PAGE, RW, 0, p.object, 2 * PAGE));
	for (uint64_t i = 0; i < 8; i++)
		EXPECT_EQ(*at(a + i * PAGE), (char)('k' + (char)i));
	*at(b + PAGE) = 'Z';
	EXPECT_EQ(*at(a + 3 * PAGE), 'n');
	EXPECT_EQ(*at(b + 2 * PAGE), 'o');
	EXPECT_OK(sys_call(&(struct call){.to = p.object, .op = MEM_USED}, &words, NULL));
	EXPECT_EQ(words.w[1], 2);
	EXPECT_OK(mem_unmap(a, 8 * PAGE));
	EXPECT_OK(mem_unmap(b, 6 * PAGE));
	EXPECT_OK(sys_call(&(struct call){.to = p.object, .op = MEM_USED}, &words, NULL));
	EXPECT_EQ(words.w[1], 0);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, e));
	paged_end(&p);
}

static void child_reads(void *arg)
{
	const uint64_t *place = arg;

	child_exit((unsigned char)*at(place[0]));
}

/* Waits for the pulse, and asks what is wanted. */
static void next_wanted(const struct paged *p, struct os_words *words)
{
	struct os_received r;

	EXPECT_OK(os_receive(p->endpoint, &r, NULL, os_in_ns(5 * OS_S)));
	EXPECT_EQ(INFO_KIND(r.info), MESSAGE_PULSE);
	EXPECT_EQ(r.words.w[0], BITS);
	EXPECT_OK(sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = MEM_WANTED}, words, NULL));
}

TEST(object, a_fault_waits_for_its_page)
{
	struct os_words words;
	struct paged p;
	uint64_t a = 0, place[1];
	int64_t pid;
	cap_t e;

	ASSERT(paged_new(&p, 64 * PAGE));
	ASSERT_OK(mem_map(&a, 64 * PAGE, PROT_READ, MEM_SHARED, p.object, 0));
	place[0] = a + 35 * PAGE;
	pid = child_start(child_reads, place);
	next_wanted(&p, &words);
	EXPECT_EQ(words.w[1], 4711);
	EXPECT_EQ(words.w[2], 32 * PAGE);
	EXPECT_EQ(words.w[3], 16 * PAGE);
	EXPECT_EQ(words.w[4], PROT_READ);
	e = lettered(16, 'A');
	EXPECT_OK(supply(p.object, 32, 16, e, MEM_NEXT, &words));
	EXPECT_EQ(words.w[3], 0);
	EXPECT_EQ(child_wait(pid), 'D' << 8);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, e));
	EXPECT_OK(mem_unmap(a, 64 * PAGE));
	paged_end(&p);
}

TEST(object, a_refused_page_ends_who_waits_for_it)
{
	struct os_words words;
	struct paged p;
	uint64_t a = 0, place[1];
	int64_t pid;

	ASSERT(paged_new(&p, 64 * PAGE));
	ASSERT_OK(mem_map(&a, 64 * PAGE, PROT_READ, MEM_SHARED, p.object, 0));
	place[0] = a;
	pid = child_start(child_reads, place);
	next_wanted(&p, &words);
	EXPECT_OK(sys_call(
	    &(struct call){
		.to = p.object, .op = MEM_SUPPLY, .w1 = words.w[2], .w2 = words.w[3] / PAGE, .w3 = (uint64_t)-EINVAL},
	    &words, NULL));
	EXPECT_EQ(child_wait(pid) & 0x7f, 7);
	EXPECT_OK(mem_unmap(a, 64 * PAGE));
	paged_end(&p);
}

TEST(object, a_killed_waiter_leaves_nothing)
{
	struct os_words words;
	struct paged p;
	uint64_t a = 0, place[1];
	int64_t pid;

	ASSERT(paged_new(&p, 64 * PAGE));
	ASSERT_OK(mem_map(&a, 64 * PAGE, PROT_READ, MEM_SHARED, p.object, 0));
	place[0] = a;
	pid = child_start(child_reads, place);
	next_wanted(&p, &words);
	EXPECT_OK(sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = PROC_KILL, .w1 = (uint64_t)pid, .w2 = 9},
			   &words, NULL));
	EXPECT_EQ(child_wait(pid) & 0x7f, 9);
	EXPECT_OK(mem_unmap(a, 64 * PAGE));
	paged_end(&p);
}

TEST(object, nonsense_to_an_object_is_refused)
{
	struct os_words words;
	cap_t object, e = extent(PAGE);

	ASSERT_OK(mem_object(PAGE, &object));
	EXPECT_EQ(supply(object, 0, 1, e, 0, &words), -EINVAL); /* not paged */
	EXPECT_EQ(sys_call(&(struct call){.to = object, .op = MEM_MAP, .w2 = PAGE, .w3 = RW}, &words, NULL), -EINVAL);
	EXPECT_EQ(sys_call(&(struct call){.to = object, .op = MEM_RESIZE, .w1 = 1ull << 50}, &words, NULL), -EINVAL);
	EXPECT_EQ(sys_call(&(struct call){.to = object, .op = PROC_INFO, .w1 = INFO_MEMORY}, &words, NULL), -EINVAL);
	EXPECT_EQ(sys_call(&(struct call){.to = object, .op = 0x4ff}, &words, NULL), -ENOSYS);
	EXPECT_EQ(sys_call(&(struct call){.to = object, .op = 0x1234}, &words, NULL), -ENOSYS);
	EXPECT_EQ(
	    sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = MEM_MAP, .w2 = PAGE, .w3 = RW, .cap = {e}, .caps = 1},
		     &words, NULL),
	    -EBADF);
	EXPECT_EQ(sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = MEM_RESIZE, .w1 = PAGE}, &words, NULL),
		  -EINVAL);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, object));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, e));
}
