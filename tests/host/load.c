/* SPDX-License-Identifier: 0BSD */
/* load.c: tests of lib/load: what it accepts of ELF files, the steps that it makes of them, and the
 * stack. The last test changes a good file at random a few hundred thousand times: what is still
 * accepted must have steps that touch nothing but the program's own pages.
 */
#include "load/load.h"

#include "host/harness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <proto/layout.h>

#define FILE_BYTES 0x6000

/* An ELF header with three program headers, as numbers at their places (ELF-64, figures 2 and 6). */
static uint8_t head[LOAD_HEAD_BYTES];

static void put(unsigned at, uint64_t value, unsigned bytes) { memcpy(head + at, &value, bytes); }

static void put_segment(unsigned i, uint32_t flags, uint64_t address, uint64_t offset, uint64_t file, uint64_t memory)
{
	unsigned at = 64 + i * 56;

	put(at, 1, 4);
	put(at + 4, flags, 4);
	put(at + 8, offset, 8);
	put(at + 16, address, 8);
	put(at + 32, file, 8);
	put(at + 40, memory, 8);
}

static void good(void)
{
	memset(head, 0, sizeof(head));
	memcpy(head, "\177ELF\2\1\1", 7);
	put(16, 2, 2);
	put(18, 62, 2);
	put(20, 1, 4);
	put(24, 0x400100, 8);
	put(32, 64, 8);
	put(54, 56, 2);
	put(56, 3, 2);
	put_segment(0, 5, 0x400000, 0x0, 0x2345, 0x2345);
	put_segment(1, 4, 0x403000, 0x3000, 0x800, 0x800);
	put_segment(2, 6, 0x404010, 0x4010, 0x1100, 0x3000);
}

static int parse(struct load_program *p) { return load_parse(head, sizeof(head), FILE_BYTES, p); }

static int parse_with(unsigned at, uint64_t value, unsigned bytes)
{
	struct load_program p;

	good();
	put(at, value, bytes);
	return parse(&p);
}

TEST(load, a_good_file_is_understood)
{
	struct load_program p;

	good();
	REQUIRE(parse(&p) == 0);
	EXPECT_EQ(p.entry, 0x400100);
	EXPECT_EQ(p.segment_count, 3);
	EXPECT_EQ(p.headers_address, 0x400040);
	EXPECT_EQ(p.segment[0].protection, 5);
	EXPECT_EQ(p.segment[1].protection, 1);
	EXPECT_EQ(p.segment[2].protection, 3);
}

TEST(load, whatever_is_wrong_is_enoexec)
{
	struct load_program p;

	EXPECT_EQ(parse_with(0, 0, 1), -ENOEXEC);	       /* magic */
	EXPECT_EQ(parse_with(4, 1, 1), -ENOEXEC);	       /* 32 bits */
	EXPECT_EQ(parse_with(5, 2, 1), -ENOEXEC);	       /* big endian */
	EXPECT_EQ(parse_with(16, 3, 2), -ENOEXEC);	       /* a shared object */
	EXPECT_EQ(parse_with(18, 3, 2), -ENOEXEC);	       /* i386 */
	EXPECT_EQ(parse_with(24, 0x403000, 8), -ENOEXEC);      /* entry that cannot be executed */
	EXPECT_EQ(parse_with(24, 0, 8), -ENOEXEC);	       /* entry nowhere */
	EXPECT_EQ(parse_with(32, 1000, 8), -ENOEXEC);	       /* headers beyond the head */
	EXPECT_EQ(parse_with(32, UINT64_MAX, 8), -ENOEXEC);    /* the same */
	EXPECT_EQ(parse_with(54, 32, 2), -ENOEXEC);	       /* size of a program header */
	EXPECT_EQ(parse_with(56, 0, 2), -ENOEXEC);	       /* none of them */
	EXPECT_EQ(parse_with(56, 0xffff, 2), -ENOEXEC);	       /* too many */
	EXPECT_EQ(parse_with(64, 3, 4), -ENOEXEC);	       /* wants an interpreter */
	EXPECT_EQ(parse_with(64 + 8, 0x7000, 8), -ENOEXEC);    /* data beyond the file */
	EXPECT_EQ(parse_with(64 + 8, 0x10, 8), -ENOEXEC);      /* offset and address do not go together */
	EXPECT_EQ(parse_with(64 + 16, 0x1000, 8), -ENOEXEC);   /* too low */
	EXPECT_EQ(parse_with(64 + 16, 0x405000, 8), -ENOEXEC); /* not in order */
	EXPECT_EQ(parse_with(64 + 32, 0x2346, 8), -ENOEXEC);   /* more file than memory */
	EXPECT_EQ(parse_with(64 + 40, UINT64_MAX, 8), -ENOEXEC);
	EXPECT_EQ(parse_with(64 + 112 + 40, LAYOUT_MMAP_MIN, 8), -ENOEXEC);
	good();
	for (size_t cut = 0; cut < 64 + 3 * 56; cut++)
		EXPECT_EQ(load_parse(head, cut, FILE_BYTES, &p), -ENOEXEC);
	EXPECT_EQ(load_parse(head, 64 + 3 * 56, FILE_BYTES, &p), 0);
}

TEST(load, steps_map_pages_and_write_the_last)
{
	struct proc_step s[LOAD_STEPS_MAX];
	struct load_tail tail[LOAD_TAILS_MAX];
	struct load_program p;
	uint64_t from = 100;

	good();
	REQUIRE(parse(&p) == 0);
	REQUIRE(load_steps(&p, 77, s, tail, &from) == 5);
	EXPECT(s[0].step == STEP_MAP && s[0].a == 0x400000 && s[0].b == 0x3000 && s[0].d == 0 && s[0].e == 77);
	EXPECT(s[1].step == STEP_MAP && s[1].a == 0x403000 && s[1].b == 0x1000 && s[1].d == 0x3000);
	EXPECT(s[2].step == STEP_MAP && s[2].a == 0x404000 && s[2].b == 0x1000 && s[2].d == 0x4000 && s[2].e == 77);
	EXPECT(s[3].step == STEP_MAP && s[3].a == 0x405000 && s[3].b == 0x3000 && s[3].e == 0);
	EXPECT(s[4].step == STEP_WRITE && s[4].a == 0x405000 && s[4].b == 0x110 && s[4].c == 100);
	EXPECT_EQ(from, 100 + 0x110);
	EXPECT_EQ(tail[0].offset, 0x5000);
	EXPECT_EQ(tail[0].bytes, 0x110);
}

/* ---- the stack ---- */

TEST(load, a_stack_is_as_the_abi_says)
{
	char *rest[] = {"two", "", NULL}, *env[] = {"A=1", NULL};
	struct load_arguments a = {
	    .first = {"one"}, .first_count = 1, .rest = rest, .environment = env, .path = "/bin/x", .umask = 022};
	struct load_program p = {.entry = 0x400000};
	struct load_stack st;
	uint64_t *w, base;
	char *b;

	REQUIRE(load_stack_measure(&a, LAYOUT_STACK_TOP, &st) == 0);
	EXPECT_EQ(st.pointer % 16, 0);
	EXPECT_EQ(st.pointer + st.bytes, LAYOUT_STACK_TOP);
	b = malloc(st.bytes); /* the sanitizer sees a byte too many */
	load_stack_fill(&a, &p, &st, b);
	w = (uint64_t *)b;
	base = st.pointer;
	EXPECT_EQ(w[0], 3);
	EXPECT_STR(b + (w[1] - base), "one");
	EXPECT_STR(b + (w[2] - base), "two");
	EXPECT_STR(b + (w[3] - base), "");
	EXPECT_EQ(w[4], 0);
	EXPECT_STR(b + (w[5] - base), "A=1");
	EXPECT_EQ(w[6], 0);
	EXPECT_EQ(w[7], 3); /* AT_PHDR */
	EXPECT_EQ(st.name_bytes, 4 + 4 + 1);
	EXPECT(memcmp(b + st.name_offset, "one\0two\0", 9) == 0);
	free(b);
}

TEST(load, too_many_arguments_are_e2big)
{
	static char word[1 << 16];
	static char *rest[64], *none[] = {NULL};
	struct load_arguments a = {.rest = none, .environment = rest, .path = "/x"};
	struct load_stack st;

	memset(word, 'x', sizeof(word) - 1);
	for (int i = 0; i < 20; i++)
		rest[i] = word;
	EXPECT_EQ(load_stack_measure(&a, LAYOUT_STACK_TOP, &st), 0);
	for (int i = 0; i < 40; i++)
		rest[i] = word;
	EXPECT_EQ(load_stack_measure(&a, LAYOUT_STACK_TOP, &st), -E2BIG);
}

/* ---- malformed files ---- */

static uint64_t state = 88172645463325252ull;

static uint64_t random_number(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* A number as those who mean harm choose it. */
static uint64_t hostile(void)
{
	static const uint64_t odd[] = {0,	  1,	      0xfff,	  0x1000,	   0x7fffffff,	     UINT32_MAX,
				       INT64_MAX, UINT64_MAX, 1ull << 63, LAYOUT_MMAP_MIN, LAYOUT_STACK_TOP, 0x400000,
				       0x404010,  FILE_BYTES};

	return random_number() % 3 ? odd[random_number() % (sizeof(odd) / sizeof(odd[0]))] + random_number() % 3 - 1
				   : random_number() >> random_number() % 64;
}

static void change(void)
{
	unsigned bytes = 1u << random_number() % 4;

	put((unsigned)(random_number() % (64 + 3 * 56)) & ~(bytes - 1), hostile(), bytes);
}

static bool steps_hold(const struct load_program *p)
{
	struct proc_step s[LOAD_STEPS_MAX];
	struct load_tail tail[LOAD_TAILS_MAX];
	uint64_t from = 0, end = 0;
	int n = load_steps(p, 1, s, tail, &from);

	if (n < 0)
		return n == -ENOEXEC;
	if (n > LOAD_STEPS_MAX || from >= LOAD_PAGE * LOAD_TAILS_MAX)
		return false;
	for (int i = 0; i < n; i++) {
		if (s[i].step == STEP_WRITE) {
			if (s[i].b >= LOAD_PAGE || s[i].a < end - s[i - 1].b || s[i].a + s[i].b > end)
				return false;
			continue;
		}
		if (s[i].a < end || s[i].a % LOAD_PAGE || s[i].b % LOAD_PAGE || !s[i].b)
			return false;
		end = s[i].a + s[i].b;
		if (end > LAYOUT_MMAP_MIN || (s[i].e && s[i].d + s[i].b > FILE_BYTES + LOAD_PAGE))
			return false;
	}
	return true;
}

TEST(load, no_malformed_file_leads_astray)
{
	unsigned accepted = 0;

	for (unsigned i = 0; i < 300000; i++) {
		struct load_program p;

		good();
		for (uint64_t n = random_number() % 4; n < 4; n++)
			change();
		if (parse(&p) < 0)
			continue;
		accepted++;
		if (!EXPECT(steps_hold(&p)))
			return;
	}
	EXPECT(accepted > 1000);
}
