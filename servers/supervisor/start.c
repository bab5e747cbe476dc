/* SPDX-License-Identifier: 0BSD */
/* start.c: building a service's process: containers of its own, the program, its capabilities, one
 * thread. */
#include <abi/memory.h>
#include <parley/syscall.h>
#include <proto/layout.h>
#include "lib/string.h"
#include "load/load.h"
#include "message.h"
#include "start.h"

#define CONNECTIONS  60	   /* of a new endpoint; lib/srv feeds it as it needs more */
#define BYTES_MAX    16384 /* arguments, and ends of segments */
#define STEPS_MAX    (LOAD_STEPS_MAX + SERVICE_DEVICES + 16)
#define DISPLAY_TEXT 128
#define SCHED_RR     2

/* What is sent: steps and the bytes behind them. */
struct build {
	struct proc_step step[STEPS_MAX];
	unsigned steps;
	uint64_t bytes;
	char byte[BYTES_MAX];
};
static struct build build;

static void add(enum build_step step, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	build.step[build.steps++] = (struct proc_step){.step = step, .a = a, .b = b, .c = c, .d = d};
}

static void add_give(cap_t slot, cap_t there)
{
	if (slot != CAP_NONE)
		add(STEP_GIVE, slot, there, 0, 0);
}

/* ---- what outlives the process ---- */

/* The n-th prefix is a Connection with the cookie n: which root of the server is meant. */
static int mount_prefixes(struct service *s)
{
	for (unsigned i = 0; i < s->text.prefixes; i++) {
		struct os_words words;
		int64_t slot = os_connect(s->endpoint, i, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX, 0, &words), status;

		if (slot < 0)
			return (int)slot;
		status = message_mount(s->text.prefix[i].path, (cap_t)slot, s->text.prefix[i].file);
		os_cspace_delete(CAP_SELF_CSPACE, (cap_t)slot);
		if (status < 0)
			return (int)status;
	}
	return 0;
}

static int keep(int64_t made, cap_t *slot)
{
	if (made < 0)
		return (int)made;
	*slot = (cap_t)made;
	return 0;
}

static int make_endpoint(struct service *s)
{
	int status = 0;

	if (s->endpoint != CAP_NONE || !s->text.prefixes)
		return 0;
	status = keep(message_endpoint(CONNECTIONS), &s->endpoint);
	return status < 0 ? status : mount_prefixes(s);
}

static int make_devices(struct service *s)
{
	int status = 0;

	for (unsigned i = 0; status == 0 && i < s->text.devices; i++)
		if (s->device[i] == CAP_NONE)
			status = device_make(&s->text.device[i], &s->device[i]);
	return status;
}

int start_prepare(struct service *s)
{
	int status = make_endpoint(s);

	if (status == 0)
		status = make_devices(s);
	if (status == 0 && s->text.memory_bytes && s->account == CAP_NONE)
		status = keep(message_account(s->text.memory_bytes), &s->account);
	if (status == 0 && s->text.keep_bytes && s->kept == CAP_NONE)
		status = keep(message_ram(s->text.keep_bytes), &s->kept);
	return status;
}

void start_abandon(struct service *s)
{
	if (s->endpoint == CAP_NONE)
		return;
	for (unsigned i = 0; i < s->text.prefixes; i++)
		message_unmount(s->text.prefix[i].path);
	os_cspace_delete(CAP_SELF_CSPACE, s->endpoint);
	s->endpoint = CAP_NONE;
	/* It says what is open behind that endpoint. */
	os_cspace_delete(CAP_SELF_CSPACE, s->kept);
	s->kept = CAP_NONE;
	for (unsigned i = 0; i < s->left_end; i++) {
		if (s->left[i])
			os_cspace_delete(CAP_SELF_CSPACE, s->left[i]);
		s->left[i] = 0;
	}
	s->left_end = 0;
}

/* ---- the process ---- */

static int add_program(struct load *load, cap_t file)
{
	struct load_tail tail[LOAD_TAILS_MAX];
	uint64_t from = build.bytes;
	int count = load_steps(&load->program, load->object, build.step + build.steps, tail, &from), status = 0;

	if (count < 0)
		return count;
	build.steps += (unsigned)count;
	for (unsigned i = 0; status == 0 && build.bytes < from; i++) {
		if (build.bytes + tail[i].bytes > BYTES_MAX)
			return -E2BIG;
		status = load_read(file, tail[i].offset, build.byte + build.bytes, tail[i].bytes);
		build.bytes += tail[i].bytes;
	}
	return status;
}

/* Stack with arguments and environment; answers its pointer, and adds the name that /proc shows. */
static int add_stack(struct service *s, const struct load_program *program, uint64_t *pointer)
{
	static char display[DISPLAY_TEXT];
	const char *arguments[SERVICE_WORDS + 2];
	struct load_stack stack;
	unsigned count = 0;
	int status;

	for (; s->text.argument[count]; count++)
		arguments[count] = s->text.argument[count];
	for (unsigned i = 0; i < s->text.devices; i++)
		if (s->text.device[i].kind == DEVICE_DISPLAY && device_display_text(display, sizeof(display)))
			arguments[count++] = display;
	arguments[count] = NULL;
	struct load_arguments how = {.rest = (char *const *)arguments,
				     .environment = (char *const *)s->text.environment,
				     .path = s->text.argument[0],
				     .uid = s->text.uid,
				     .euid = s->text.uid,
				     .gid = s->text.gid,
				     .egid = s->text.gid,
				     .umask = 022,
				     .files_max = SLOT_OPEN_MAX};
	status = load_stack_measure(&how, LAYOUT_STACK_TOP, &stack);
	if (status < 0)
		return status;
	if (build.bytes + stack.bytes > BYTES_MAX)
		return -E2BIG;
	load_stack_fill(&how, program, &stack, build.byte + build.bytes);
	add(STEP_MAP, LAYOUT_STACK_TOP - LAYOUT_STACK_BYTES, LAYOUT_STACK_BYTES,
	    PROT_READ | PROT_WRITE | MEM_STACK << 8, 0);
	add(STEP_WRITE, stack.pointer, stack.bytes, build.bytes, 0);
	add(STEP_NAME, 0, stack.name_bytes, build.bytes + stack.name_offset, 0);
	build.bytes += stack.bytes;
	*pointer = stack.pointer;
	return 0;
}

/* The root directory, where services begin: opened once. */
static cap_t root_directory(void)
{
	static cap_t root = CAP_NONE;
	int64_t slot = root == CAP_NONE ? message_open("/", O_SEARCH | O_DIRECTORY) : -EEXIST;

	if (slot >= 0)
		root = (cap_t)slot;
	return root;
}

static void add_capabilities(const struct service *s)
{
	add_give(root_directory(), SLOT_CWD);
	add_give(s->endpoint, SLOT_ENDPOINT);
	add_give(s->line.root, SLOT_SUPERVISOR);
	add_give(s->kept, SLOT_MEMORY);
	for (unsigned i = 0; i < s->text.devices; i++)
		add_give(s->device[i], SLOT_DEVICE_MIN + i);
	if (s->text.system_rights)
		add(STEP_GIVE, SLOT_SYSTEM, SLOT_SYSTEM, 0, s->text.system_rights);
	if (s->text.terminal)
		add(STEP_GIVE, SLOT_TERMINAL, SLOT_TERMINAL, 0, 0);
}

static int64_t send_build(void)
{
	struct os_words words = {{PROTO_WORD0(PROC_BUILD, 0, 0), build.steps, build.bytes}};
	OS_DESC(2) d = {.desc = {.send_count = 2}};
	int64_t status;

	d.desc.piece[0] = (struct message_piece){(uint64_t)build.step, build.steps * sizeof(build.step[0])};
	d.desc.piece[1] = (struct message_piece){(uint64_t)build.byte, build.bytes};
	status = os_send(CAP_SELF_PROCESS, &words, &d.desc, DEADLINE_FOREVER, 0);
	return status < 0 ? status : (int64_t)words.w[1];
}

static int64_t build_process(struct service *s, struct load *load, cap_t file)
{
	uint64_t pointer = 0;
	int status;

	build.steps = 0;
	build.bytes = 0;
	add(STEP_SPACE_NEW, 0, 0, 0, 0);
	add(STEP_FDS_NEW, 0, 0, 0, 0);
	add(STEP_FS_COPY, 0, 0, 0, 0);
	if (s->account != CAP_NONE)
		add(STEP_ACCOUNT, s->account, 0, 0, 0);
	status = add_program(load, file);
	if (status == 0)
		status = add_stack(s, &load->program, &pointer);
	if (status < 0)
		return status;
	add_capabilities(s);
	add(STEP_SESSION, 0, 0, 0, 0);
	if (s->text.uid || s->text.gid)
		add(STEP_CRED, 2, s->text.uid, s->text.gid, 0);
	add(STEP_SCHED, SCHED_RR, s->text.priority, s->text.budget_us * 1000ull, s->text.period_us * 1000ull);
	add(STEP_CPUS, s->text.cpus, s->text.cpus != UINT64_MAX, 0, 0);
	add(STEP_THREAD, load->program.entry, pointer, 0, 0);
	return send_build();
}

int start_process(struct service *s)
{
	int64_t file = message_open(s->text.argument[0], O_EXEC), pid;
	struct load load;

	if (file < 0)
		return (int)file;
	pid = load_read_head(&load, (cap_t)file);
	if (pid == 0)
		pid = load_open(&load, (cap_t)file, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX);
	if (pid == 0) {
		pid = build_process(s, &load, (cap_t)file);
		load_close(&load);
	}
	os_close((cap_t)file, DEADLINE_FOREVER);
	if (pid < 0)
		return (int)pid;
	s->pid = (uint32_t)pid;
	return 0;
}
