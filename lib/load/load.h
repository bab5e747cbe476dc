/* SPDX-License-Identifier: 0BSD */
/* load.h: loading a program: from a file's bytes to the steps that build its address space.
 *
 * load_open reads and checks; load_steps and load_stack write steps and bytes; whoever builds adds the
 * steps about descriptors and identity, and sends all of it as one PROC_BUILD. Nothing of it
 * trusts the file.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <abi/object.h>
#include <proto/step.h>

#define LOAD_SEGMENTS_MAX 8
/* The ELF header and all program headers lie in the first bytes of a file. */
#define LOAD_HEAD_BYTES 1024
/* Segments whose last page of file data has zeros behind it. */
#define LOAD_TAILS_MAX 1
#define LOAD_PAGE      4096u

struct load_segment {
	uint64_t address, memory_bytes; /* not rounded */
	uint64_t offset, file_bytes;	/* offset and address are the same within a page */
	uint32_t protection;		/* PROT_ */
};

struct load_program {
	uint64_t entry;
	uint64_t headers_address; /* of the program headers in memory; 0: not mapped */
	uint32_t header_count;
	uint32_t segment_count;
	struct load_segment segment[LOAD_SEGMENTS_MAX];
};

/* Checks the head of an ELF file of `file_bytes` bytes and fills *program: 0 or -ENOEXEC. */
int load_parse(const void *head, size_t head_bytes, uint64_t file_bytes, struct load_program *program);

/* The bytes of a page that are written rather than mapped. */
struct load_tail {
	uint64_t offset;  /* in the file */
	uint64_t address; /* in memory */
	uint32_t bytes;	  /* less than a page */
};

/* Steps that map the program from `object`. A tail becomes a STEP_WRITE from *from on, which is moved on by
 * its bytes; tail[] says what those are. Answers the number of steps, or -ENOEXEC. */
int load_steps(const struct load_program *program, cap_t object, struct proc_step *steps,
	       struct load_tail tail[LOAD_TAILS_MAX], uint64_t *from);
#define LOAD_STEPS_MAX (LOAD_SEGMENTS_MAX * 2 + LOAD_TAILS_MAX)

/* ---- the stack ---- */

#define LOAD_FIRST_MAX 9

struct load_arguments {
	const char *first[LOAD_FIRST_MAX]; /* before those of `rest`: a script's interpreter ... */
	unsigned first_count;
	char *const *rest;	  /* up to a NULL */
	char *const *environment; /* up to a NULL; or NULL */
	const char *path;	  /* of the program: AT_EXECFN */
	uint32_t uid, euid, gid, egid;
	uint32_t umask;
	uint32_t files_max; /* soft limit of descriptors; 0: the default */
};

struct load_stack {
	uint64_t pointer;     /* the program's first stack pointer */
	uint64_t bytes;	      /* from there to the top */
	uint64_t name_offset; /* of the arguments' text in them */
	uint64_t name_bytes;
	uint32_t argument_count, environment_count; /* between measure and fill */
	uint64_t text_bytes;
};

/* How much stack the arguments take below `top`: 0, or -E2BIG above BUILD_BYTES_MAX. */
int load_stack_measure(const struct load_arguments *arguments, uint64_t top, struct load_stack *stack);
/* Writes those stack->bytes. */
void load_stack_fill(const struct load_arguments *arguments, const struct load_program *program,
		     const struct load_stack *stack, char *buffer);

/* ---- files ---- */

struct load {
	struct load_program program;
	cap_t object; /* the memory object; load_close deletes it */
	size_t head_bytes;
	char head[LOAD_HEAD_BYTES];
};

/* Reads the head, checks it and gets the memory object, into a free slot of [min, max]: 0 or -errno. */
int load_open(struct load *load, cap_t file, cap_t min, cap_t max);
/* The two halves of it, for those who look at the head between: what is in it need not be a program. */
int load_read_head(struct load *load, cap_t file);
int load_map(struct load *load, cap_t file, cap_t min, cap_t max);
/* After a success, and harmless after load_read_head. */
void load_close(struct load *load);
/* Reads exactly these bytes: 0 or -errno (-EIO: the file is shorter now). */
int load_read(cap_t file, uint64_t offset, void *buffer, size_t bytes);
