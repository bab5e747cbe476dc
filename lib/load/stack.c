/* SPDX-License-Identifier: 0BSD */
/* stack.c: what a program finds on its stack (System V ABI, AMD64 supplement, 3.4.1).
 *
 * From the stack pointer up: argc, pointers to the arguments, NULL, pointers to the environment, NULL,
 * the auxiliary vector, and above all that the text of both, the path and 16 random bytes. The text of
 * the arguments is in one piece, so that it also serves as the process's name.
 */
#include "load/load.h"

#include <proto/posix.h>
#include "lib/string.h"

enum {
	AT_NULL = 0,
	AT_IGNORE = 1,
	AT_PHDR = 3,
	AT_PHENT = 4,
	AT_PHNUM = 5,
	AT_PAGESZ = 6,
	AT_ENTRY = 9,
	AT_UID = 11,
	AT_EUID = 12,
	AT_GID = 13,
	AT_EGID = 14,
	AT_CLKTCK = 17,
	AT_SECURE = 23,
	AT_RANDOM = 25,
	AT_EXECFN = 31,
	AT_PARLEY_UMASK = 0x5001,
	AT_PARLEY_FILES = 0x5002,
	AUX_COUNT = 16,
};

#define RANDOM_BYTES 16

/* Adds the strings of a list: their count, and -E2BIG as soon as there are too many. */
static int64_t measure(char *const *list, uint64_t *bytes)
{
	int64_t count = 0;

	for (; list && *list; list++, count++) {
		*bytes += strlen(*list) + 1 + sizeof(char *);
		if (*bytes > BUILD_BYTES_MAX)
			return -E2BIG;
	}
	return count;
}

int load_stack_measure(const struct load_arguments *a, uint64_t top, struct load_stack *stack)
{
	uint64_t bytes = 0, pointers;
	int64_t arguments, environment;

	for (unsigned i = 0; i < a->first_count; i++)
		bytes += strlen(a->first[i]) + 1 + sizeof(char *);
	arguments = measure(a->rest, &bytes);
	environment = arguments < 0 ? arguments : measure(a->environment, &bytes);
	if (environment < 0)
		return (int)environment;
	arguments += a->first_count;
	stack->argument_count = (uint32_t)arguments;
	stack->environment_count = (uint32_t)environment;
	pointers = (uint64_t)(arguments + environment) * sizeof(char *);
	stack->text_bytes = bytes - pointers + strlen(a->path) + 1;
	/* argc, two NULLs, pointers; then the vector. */
	bytes = 3 * 8 + pointers + AUX_COUNT * 16 + RANDOM_BYTES + stack->text_bytes;
	stack->pointer = (top - bytes) & ~15ull;
	stack->bytes = top - stack->pointer;
	stack->name_offset = 3 * 8 + pointers + AUX_COUNT * 16 + RANDOM_BYTES;
	stack->name_bytes = 0;
	for (unsigned i = 0; i < a->first_count; i++)
		stack->name_bytes += strlen(a->first[i]) + 1;
	for (char *const *s = a->rest; *s; s++)
		stack->name_bytes += strlen(*s) + 1;
	return bytes > BUILD_BYTES_MAX ? -E2BIG : 0;
}

struct writer {
	char *buffer;
	uint64_t *word; /* next pointer */
	char *text;
	uint64_t base; /* address of the buffer */
};

static void put_string(struct writer *w, const char *string)
{
	size_t bytes = strlen(string) + 1;

	*w->word++ = w->base + (uint64_t)(w->text - w->buffer);
	memcpy(w->text, string, bytes);
	w->text += bytes;
}

static void put_pair(struct writer *w, uint64_t key, uint64_t value)
{
	*w->word++ = key;
	*w->word++ = value;
}

/* Not for keys: what a program needs before it can ask. */
static void random_fill(char *out, const struct load_stack *stack)
{
	static uint64_t state;
	uint64_t low, high;

	for (unsigned i = 0; i < RANDOM_BYTES / 8; i++) {
		__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
		state = (state ^ (high << 32 | low) ^ stack->text_bytes) * 0x9e3779b97f4a7c15ull;
		state ^= state >> 29;
		memcpy(out + i * 8, &state, 8);
	}
}

static void put_vector(struct writer *w, const struct load_arguments *a, const struct load_program *program,
		       uint64_t path, uint64_t random)
{
	put_pair(w, AT_PHDR, program->headers_address);
	put_pair(w, AT_PHENT, 56);
	put_pair(w, AT_PHNUM, program->header_count);
	put_pair(w, AT_PAGESZ, LOAD_PAGE);
	put_pair(w, AT_ENTRY, program->entry);
	put_pair(w, AT_UID, a->uid);
	put_pair(w, AT_EUID, a->euid);
	put_pair(w, AT_GID, a->gid);
	put_pair(w, AT_EGID, a->egid);
	put_pair(w, AT_CLKTCK, 100);
	put_pair(w, AT_SECURE, a->uid != a->euid || a->gid != a->egid);
	put_pair(w, AT_RANDOM, random);
	put_pair(w, AT_EXECFN, path);
	put_pair(w, AT_PARLEY_UMASK, a->umask);
	put_pair(w, a->files_max ? AT_PARLEY_FILES : AT_IGNORE, a->files_max);
	put_pair(w, AT_NULL, 0);
}

void load_stack_fill(const struct load_arguments *a, const struct load_program *program, const struct load_stack *stack,
		     char *buffer)
{
	struct writer w = {
	    .buffer = buffer, .word = (uint64_t *)buffer, .text = buffer + stack->name_offset, .base = stack->pointer};
	char *random = w.text - RANDOM_BYTES;
	uint64_t path;

	*w.word++ = stack->argument_count;
	for (unsigned i = 0; i < a->first_count; i++)
		put_string(&w, a->first[i]);
	for (char *const *s = a->rest; *s; s++)
		put_string(&w, *s);
	*w.word++ = 0;
	for (char *const *s = a->environment; s && *s; s++)
		put_string(&w, *s);
	*w.word++ = 0;
	path = stack->pointer + (uint64_t)(w.text - buffer);
	memcpy(w.text, a->path, strlen(a->path) + 1);
	random_fill(random, stack);
	put_vector(&w, a, program, path, stack->pointer + (uint64_t)(random - buffer));
	w.text += strlen(a->path) + 1;
	memset(w.text, 0, (size_t)(buffer + stack->bytes - w.text));
}
