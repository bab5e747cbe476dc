/* SPDX-License-Identifier: 0BSD */
/* build.c: the image of a program as steps, and the message that makes it a process. */
#include "posix/build.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include "posix/files.h"
#include "posix/internal.h"
#include "posix/process.h"

#define PIECES_MAX 3

int64_t posix_build(const struct message_piece *pieces, unsigned count, unsigned step_count, uint64_t bytes,
		    uint32_t flags)
{
	OS_DESC(PIECES_MAX)
	d = {.desc = {.send_count = (uint16_t)count}};
	struct os_words w = {{PROTO_WORD0(PROC_BUILD, flags, 0), step_count, bytes}};
	int64_t r;

	for (unsigned i = 0; i < count; i++)
		d.desc.piece[i] = pieces[i];
	r = posix_send(CAP_SELF_PROCESS, &w, &d.desc);
	return r < 0 ? r : (int64_t)w.w[1];
}

/* ---- opening ---- */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* What `#!` names, cut out of LINE: the interpreter and perhaps one argument. */
static int64_t parse_script(char *line, const char **interpreter, const char **argument)
{
	char *at = line + 2, *end;

	while (is_blank(*at))
		at++;
	*interpreter = at;
	while (*at && !is_blank(*at))
		at++;
	if (at == *interpreter)
		return -ENOEXEC;
	end = at + strlen(at);
	if (*at)
		*at++ = '\0';
	while (is_blank(*at))
		at++;
	while (end > at && is_blank(end[-1]))
		*--end = '\0';
	*argument = *at ? at : NULL;
	return 0;
}

/* Puts the interpreter and its argument before all other arguments, and the script in the place of the first. */
static void prepend(struct load_arguments *a, const char *interpreter, const char *argument, const char *script)
{
	unsigned added = argument ? 2 : 1;

	if (a->first_count == 0) { /* the program's own name goes */
		a->first[0] = script;
		a->first_count = 1;
		if (*a->rest)
			a->rest++;
	} else {
		a->first[0] = script;
	}
	memmove(a->first + added, a->first, a->first_count * sizeof(a->first[0]));
	a->first[0] = interpreter;
	if (argument)
		a->first[1] = argument;
	a->first_count += added;
}

static int64_t open_program(struct posix_image *image, const char *path)
{
	int64_t r;

	posix_image_close(image);
	r = posix_open_slot(path, O_EXEC, POSIX_SLOT_MIN, POSIX_SLOT_MAX, SLOT_CLOEXEC | SLOT_CLOFORK);
	if (r < 0)
		return r;
	image->file = (cap_t)r;
	image->file_borrowed = false;
	return 0;
}

/* The head of a program that is no script is read; its path is in the arguments. */
static int64_t follow_scripts(struct posix_image *image)
{
	struct load *load = &image->load;
	const char *interpreter, *argument;
	int64_t r;

	for (unsigned depth = 0;; depth++) {
		char *line, *end;

		r = load_read_head(load, image->file);
		if (r < 0)
			return r == -EISDIR || r == -EINVAL ? -EACCES : r;
		if (load->head_bytes < 2 || load->head[0] != '#' || load->head[1] != '!')
			return 0;
		if (depth == IMAGE_SCRIPTS_MAX)
			return -ELOOP;
		line = image->line[depth];
		memset(line, 0, IMAGE_LINE_BYTES);
		memcpy(line, load->head, load->head_bytes < IMAGE_LINE_BYTES ? load->head_bytes : IMAGE_LINE_BYTES);
		end = memchr(line, '\n', IMAGE_LINE_BYTES);
		if (!end && line[IMAGE_LINE_BYTES - 1])
			return -ENOEXEC; /* too long to know what it says */
		if (end)
			*end = '\0';
		r = parse_script(line, &interpreter, &argument);
		if (r < 0)
			return r;
		prepend(&image->arguments, interpreter, argument, image->arguments.path);
		r = open_program(image, interpreter);
		if (r < 0)
			return r;
		image->arguments.path = interpreter;
	}
}

/* Lays out the stack's bytes. */
static int64_t make_stack(struct posix_image *image)
{
	struct load_stack *stack = &image->stack;
	int64_t r = load_stack_measure(&image->arguments, LAYOUT_STACK_TOP, stack);

	if (r < 0)
		return r;
	image->stack_text = image->own_text;
	if (stack->bytes > sizeof(image->own_text)) {
		void *text = mmap(NULL, stack->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (text == MAP_FAILED)
			return -ENOMEM;
		image->stack_text = text;
	}
	load_stack_fill(&image->arguments, &image->load.program, stack, image->stack_text);
	return 0;
}

static void arguments_begin(struct load_arguments *a, const char *path, char *const argv[], char *const envp[])
{
	static char *const none[] = {NULL};

	*a = (struct load_arguments){.rest = argv ? argv : none,
				     .environment = envp,
				     .path = path,
				     .uid = posix_info->uid,
				     .euid = posix_info->euid,
				     .gid = posix_info->gid,
				     .egid = posix_info->egid,
				     .umask = posix_umask,
				     .files_max = posix_files_max};
}

int64_t posix_image_open(struct posix_image *image, cap_t file, const char *path, char *const argv[],
			 char *const envp[])
{
	int64_t r = 0;

	image->load.object = 0;
	image->stack_text = image->own_text;
	image->step_count = 0;
	image->bytes = 0;
	image->file = file;
	image->file_borrowed = true;
	arguments_begin(&image->arguments, path, argv, envp);
	if (file == CAP_NONE)
		r = open_program(image, path);
	if (r >= 0)
		r = follow_scripts(image);
	if (r >= 0)
		r = load_map(&image->load, image->file, POSIX_SLOT_MIN, POSIX_SLOT_MAX);
	return r < 0 ? r : make_stack(image);
}

void posix_image_close(struct posix_image *image)
{
	load_close(&image->load);
	if (!image->file_borrowed)
		os_close(image->file, DEADLINE_FOREVER);
	image->file_borrowed = true;
	if (image->stack_text != image->own_text)
		munmap(image->stack_text, image->stack.bytes);
	image->stack_text = image->own_text;
}

/* ---- steps ---- */

int64_t posix_image_step(struct posix_image *image, struct proc_step step)
{
	if (image->step_count == BUILD_STEPS_MAX)
		return -E2BIG;
	image->step[image->step_count++] = step;
	return 0;
}

int64_t posix_image_map(struct posix_image *image)
{
	const uint64_t bottom = LAYOUT_STACK_TOP - LAYOUT_STACK_BYTES;
	struct load_stack *stack = &image->stack;
	int64_t r;

	if (image->step_count + LOAD_STEPS_MAX > BUILD_STEPS_MAX)
		return -E2BIG;
	r = load_steps(&image->load.program, image->load.object, image->step + image->step_count, image->tail,
		       &image->bytes);
	if (r < 0)
		return r;
	image->step_count += (unsigned)r;
	if (image->tail[0].bytes) {
		r = load_read(image->file, image->tail[0].offset, image->tail_text, image->tail[0].bytes);
		if (r < 0)
			return r;
	}
	r = posix_image_step(image, (struct proc_step){.step = STEP_MAP,
						       .a = bottom,
						       .b = LAYOUT_STACK_BYTES,
						       .c = PROT_READ | PROT_WRITE | MEM_STACK << 8});
	if (r >= 0)
		r = posix_image_step(
		    image,
		    (struct proc_step){.step = STEP_WRITE, .a = stack->pointer, .b = stack->bytes, .c = image->bytes});
	return r;
}

int64_t posix_image_start(struct posix_image *image)
{
	struct load_stack *stack = &image->stack;
	uint64_t name_bytes = stack->name_bytes < 4096 ? stack->name_bytes : 4096;
	unsigned first = image->arguments.first_count; /* the last of them is a script */
	int64_t r;

	r = posix_image_step(image, (struct proc_step){.step = STEP_NAME,
						       .a = first ? first - 1 : 0,
						       .b = name_bytes,
						       .c = image->bytes + stack->name_offset});
	if (r >= 0)
		r = posix_image_step(
		    image,
		    (struct proc_step){.step = STEP_THREAD, .a = image->load.program.entry, .b = stack->pointer});
	return r;
}

int64_t posix_image_build(struct posix_image *image, uint32_t flags)
{
	struct message_piece pieces[PIECES_MAX];
	unsigned count = 0;

	pieces[count++] = posix_piece(image->step, image->step_count * sizeof(image->step[0]));
	if (image->tail[0].bytes)
		pieces[count++] = posix_piece(image->tail_text, image->tail[0].bytes);
	pieces[count++] = posix_piece(image->stack_text, image->stack.bytes);
	return posix_build(pieces, count, image->step_count, image->bytes + image->stack.bytes, flags);
}
