/* SPDX-License-Identifier: 0BSD */
/* world.c: a `sys` that knows one server. */
#include "world.h"

#include "lib/string.h"
#include "lib/bits.h"

#include <parley/heap.h>
#include <proto/layout.h>
#include <proto/posix.h>
#include <proto/process.h>
#include <proto/proto.h>
#include <proto/flags.h>

#define MEMORY_LOG2  23
#define MEMORY_AT    (KIT_VA + (1ull << 28))
#define RESERVED_AT  (KIT_VA + (1ull << 29))
#define SYS_PRIORITY (KIT_PRIORITY + 10)

struct world world;

static cap_t sys_endpoint, server_endpoint;
static uint64_t memory_used;
static cap_t accepted, given;
static struct {
	int (*program)(int argc, char **argv);
	int argc;
	char **argv;
} start;

static char text[4096];
static OS_DESC(2) desc;

/* The descriptor for the next receive. */
static void accept_next(void)
{
	accepted = kit_slot();
	desc.desc =
	    (struct message_desc){.receive_count = 1, .accept_count = 1, .land_min = accepted, .land_max = accepted};
	desc.desc.piece[0] = (struct message_piece){(uint64_t)text, sizeof(text)};
}

/* The next reply gives `slot`. */
static void give(cap_t slot)
{
	given = slot;
	desc.desc.give_count = 1;
	desc.desc.give[0] = slot;
}

/* The next reply has this data. */
static void put(const void *data, uint64_t bytes)
{
	desc.desc.send_count = 1;
	desc.desc.piece[1] = desc.desc.piece[0];
	desc.desc.piece[0] = (struct message_piece){(uint64_t)data, bytes};
}

static int64_t do_cred(uint64_t number)
{
	static struct proto_cred cred;
	uint32_t id = 1000 + (uint32_t)number;

	cred = (struct proto_cred){id, id, id, 100, 100, 100, 1, {200}};
	world.creds++;
	put(&cred, sizeof(cred));
	return 0;
}

static int64_t do_mount(uint64_t bytes)
{
	struct world_mount *m = &world.mounts[world.mount_count];

	memcpy(m->prefix, text, min(bytes, sizeof(m->prefix) - 1));
	m->prefix[min(bytes, sizeof(m->prefix) - 1)] = 0;
	m->root = accepted;
	kit_write(&world.mount_count, world.mount_count + 1);
	return 0;
}

static int64_t do_object(uint64_t type)
{
	give(type == OBJ_EVENT ? kit_event() : kit_make(OBJ_TIMER, 8));
	return 0;
}

static int64_t serve(struct os_received *r)
{
	struct os_words *w = &r->words;

	switch (PROTO_OP(w->w[0])) {
	case PROC_ENDPOINT:
		give(kit_copy(server_endpoint, RIGHTS_ALL));
		return 0;
	case PROC_GROW:
		world.grown += (uint32_t)w->w[1];
		return os_endpoint_feed(server_endpoint, kit_make(OBJ_UNTYPED, 14));
	case PROC_CRED_GET:
		return do_cred(w->w[1]);
	case PROC_GROUP_GET:
		return w->w[1] == WORLD_DEAD_PID ? -ESRCH : 0;
	case PROC_INFO:
		return w->w[2] == WORLD_DEAD_PID ? -ESRCH : -ENOSYS;
	case PROC_OBJECT:
		return do_object(w->w[1]);
	case MEM_MAP:
		if (memory_used + w->w[2] > 1ull << MEMORY_LOG2)
			return -ENOMEM;
		w->w[1] = MEMORY_AT + memory_used;
		memory_used += align_up(w->w[2], 4096);
		return 0;
	case MEM_UNMAP:
		return 0;
	case MEM_RESERVE:
		w->w[1] = RESERVED_AT;
		return 0;
	case MEM_EXTENT: {
		cap_t extent = kit_make(OBJ_EXTENT, (uint32_t)__builtin_ctzll(w->w[1]));

		os_extent_zero(extent, 0, w->w[1] / 4096);
		world.extents++;
		give(extent);
		return 0;
	}
	case NS_MOUNT:
		w->w[1] = world.mount_count + 1;
		return do_mount(INFO_LENGTH(r->info));
	default:
		return -ENOSYS;
	}
}

static void run_sys(void *arg)
{
	struct os_received r;

	accept_next();
	os_receive(sys_endpoint, &r, &desc.desc, DEADLINE_FOREVER);
	while (r.info >= 0) {
		int64_t status = serve(&r);

		os_reply(sys_endpoint, 0, status, &r.words, &desc.desc);
		if (given) /* the copy that the server has is its own */
			os_cspace_delete(CAP_SELF_CSPACE, given);
		given = 0;
		accept_next();
		os_receive(sys_endpoint, &r, &desc.desc, DEADLINE_FOREVER);
	}
}

static void run_server(void *arg)
{
	int status = start.program(start.argc, start.argv);

	os_printf("the server returns %d\n", status);
}

/* A table that has what programs find in theirs. */
static cap_t make_cspace(void)
{
	cap_t cspace = kit_make(OBJ_CSPACE, 13);

	EXPECT_OK(os_cspace_feed(cspace, kit_make(OBJ_UNTYPED, 18)));
	return cspace;
}

bool world_start(int (*program)(int argc, char **argv), int argc, char **argv, uint32_t mounts)
{
	cap_t line;

	world = (struct world){0};
	world_forget_heap();
	memory_used = 0;
	given = 0;
	start.program = program;
	start.argc = argc;
	start.argv = argv;
	kit_map(MEMORY_AT, MEMORY_LOG2);
	kit_map(LAYOUT_INFO, 12);
	sys_endpoint = kit_endpoint();
	server_endpoint = kit_endpoint();
	world.cspace = make_cspace();
	kit_thread_with(&(struct kit_how){.priority = SYS_PRIORITY, .serves = sys_endpoint}, run_sys, NULL);
	line = kit_connect(sys_endpoint, 1);
	world.server = kit_thread_with(&(struct kit_how){.cspace = world.cspace, .stopped = true}, run_server, NULL);
	EXPECT_OK(os_thread_configure(world.server->cap, CAP_NONE, CAP_NONE, CAP_NONE, CAP_NONE, line, line));
	EXPECT_OK(kit_thread_go(world.server));
	return EXPECT(kit_wait_for(&world.mount_count, mounts)) && kit_wait_state(world.server, THREAD_RECEIVE);
}

void world_be(uint32_t pid, uint64_t cred)
{
	EXPECT_OK(os_thread_set_stamp(BOOT_SLOT_THREAD, (uint64_t)pid << 32 | pid, cred));
}
