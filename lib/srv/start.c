/* SPDX-License-Identifier: 0BSD */
/* start.c: what a server does before it serves: limits, endpoint, mounts. */
#include "srv/state.h"

#include <abi/endpoint.h>
#include <parley/syscall.h>
#include <proto/layout.h>

#define FIRST_CONNECTIONS 48
#define PULSE_PRIORITY	  64 /* of disconnect pulses */

static void set_default(uint32_t *limit, uint32_t value)
{
	if (!*limit)
		*limit = value;
}

static struct srv_turn *new_turn(void)
{
	struct srv_turn *t = sys_memory(align_up(sizeof(*t), 4096));

	if (!t)
		return NULL;
	t->text = sys_memory(TEXT_BYTES);
	t->work = sys_memory(PATH_TEXT_MAX);
	t->scratch = sys_memory(SCRATCH_BYTES);
	t->desc.land_min = SLOT_DYNAMIC_MIN;
	t->desc.land_max = SLOT_DYNAMIC_MAX - 1; /* the last one is object.c's */
	return t->text && t->work && t->scratch ? t : NULL;
}

/* The endpoint that whoever started us keeps, or one of our own. Without the MANAGE right it is configured already. */
static int take_endpoint(struct srv_state *s)
{
	struct os_words out;
	int error = 0;

	s->endpoint = SLOT_ENDPOINT;
	if (os_cspace_info(CAP_SELF_CSPACE, SLOT_ENDPOINT, &out) < 0)
		error = sys_endpoint(FIRST_CONNECTIONS, SLOT_ENDPOINT);
	else
		s->mounted = true;
	if (error == 0 && os_endpoint_configure(s->endpoint, ENDPOINT_UNBLOCK, CAP_NONE, PULSE_PRIORITY) == -EPERM)
		os_endpoint_configure(s->endpoint, ENDPOINT_UNBLOCK, CAP_NONE, event_own_priority());
	return error;
}

/* Passive from now on: clients lend us their time. Should that be refused we serve on our own. */
static void become_passive(struct srv_state *s)
{
	os_thread_configure(CAP_SELF_THREAD, CAP_NONE, CAP_NONE, s->endpoint, CAP_NONE, CAP_NONE, CAP_NONE);
}

void srv_defaults(struct srv *srv)
{
	set_default(&srv->opens_max, 1024);
	set_default(&srv->parked_max, 256);
	set_default(&srv->locks_max, 512);
	set_default(&srv->receive_bytes, 4096);
}

int srv_start(struct srv *srv)
{
	struct srv_state *s;
	int error;

	if (!srv->keep)
		srv_recall(srv);
	s = sys_memory(align_up(sizeof(*s), 4096));
	if (!s)
		return -ENOMEM;
	srv_defaults(srv);
	s->srv = srv;
	s->unix_server = CAP_NONE;
	list_init(&s->locks_free);
	park_begin(s);
	open_begin(s);
	s->main = new_turn();
	s->spare = new_turn();
	if (!s->opens || !s->main || !s->spare)
		return -ENOMEM;
	error = take_endpoint(s);
	if (error < 0)
		return error;
	srv->state = s;
	return 0;
}

/* A Connection of our own for a mount. */
static int connect_mount(struct srv_state *s, struct srv_mount *mount)
{
	struct os_words out;
	int64_t r = os_connect(s->endpoint, s->mount_count, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX, 0, &out);

	if (r == -ENOMEM && open_grow(s) == 0)
		r = os_connect(s->endpoint, s->mount_count, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX, 0, &out);
	if (r < 0)
		return (int)r;
	mount->root = (cap_t)r;
	return 0;
}

static int add_mount(struct srv_state *s, struct srv_mount *mount)
{
	if (s->mount_count == MOUNTS_MAX)
		return -ENOSPC;
	s->mounts[s->mount_count++] = mount;
	node_use(mount->node);
	return 0;
}

int srv_mount(struct srv *srv, struct srv_mount *mount)
{
	struct srv_state *s = srv->state;
	int64_t r = connect_mount(s, mount);

	if (r == 0)
		r = add_mount(s, mount);
	if (r < 0 || !mount->prefix)
		return (int)r;
	r = sys_mount(mount->prefix, mount->root,
		      NS_MOUNT_SYNTHETIC | (S_ISDIR(mount->node->mode) ? 0 : NS_MOUNT_FILE));
	if (r < 0)
		return (int)r;
	mount->number = (uint32_t)r;
	return 0;
}

int srv_run(struct srv *srv)
{
	int error = srv_start(srv);

	if (error == 0 && srv->begin)
		error = srv->begin(srv);
	for (unsigned i = 0; error == 0 && i < srv->mount_count; i++)
		error = srv->state->mounted ? add_mount(srv->state, &srv->mounts[i]) : srv_mount(srv, &srv->mounts[i]);
	if (error < 0)
		return error;
	open_recall(srv->state);
	if (srv->recalled)
		srv->recalled(srv);
	if (srv->keep)
		srv->keep->beginning = 0;
	sys_ready();
	become_passive(srv->state);
	srv_serve(srv);
}

uint64_t srv_walker(const struct srv *srv) { return srv->state->walker; }
