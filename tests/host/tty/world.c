/* SPDX-License-Identifier: 0BSD */
/* world.c: the framework and `sys` of the tests. Calls wait in the node's list as in lib/srv. */
#include "world.h"

#include <parley/heap.h>
#include <proto/info.h>
#include <proto/layout.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROCESSES 16

struct srv tty_server = {.name = "tty"};
uint64_t world_now_ns, world_timer_ns;
char world_signals[512];

static struct process processes[PROCESSES];
static struct srv_timer *timer;
static struct list runnable = LIST_INIT(runnable);

static struct process *find(uint32_t pid)
{
	for (int i = 0; i < PROCESSES; i++)
		if (pid && processes[i].pid == pid)
			return &processes[i];
	return NULL;
}

/* A process of a group, or NULL. */
static struct process *member(uint32_t group)
{
	for (int i = 0; i < PROCESSES; i++)
		if (group && processes[i].group == group)
			return &processes[i];
	return NULL;
}

void world_begin(void)
{
	memset(processes, 0, sizeof(processes));
	world_signals[0] = 0;
	world_now_ns = 1000000000;
	world_timer_ns = 0;
	if (!timer)
		tty_begin();
}

struct process *world_process(uint32_t pid, uint32_t group, uint32_t session)
{
	for (int i = 0; i < PROCESSES; i++) {
		if (processes[i].pid)
			continue;
		processes[i] = (struct process){.pid = pid, .group = group ? group : pid, .session = session};
		return &processes[i];
	}
	abort();
}

/* ---- sys ---- */

static int64_t set_terminal(uint32_t session, uint32_t number)
{
	for (int i = 0; i < PROCESSES; i++)
		if (processes[i].session == session)
			processes[i].terminal = number;
	return 0;
}

static int64_t signal_group(struct os_words *w)
{
	struct process *p = member((uint32_t)w->w[1]);
	char text[32];

	if (!p)
		return -ESRCH;
	w->w[1] = p->orphaned;
	if (w->w[2]) {
		snprintf(text, sizeof(text), "%u:%u ", p->group, (unsigned)w->w[2]);
		strncat(world_signals, text, sizeof(world_signals) - strlen(world_signals) - 1);
	}
	return 0;
}

static int64_t tell(struct os_words *w, const struct message_desc *desc)
{
	void *to = (void *)desc->piece[0].address;
	struct process *p = w->w[1] == INFO_GROUP ? member((uint32_t)w->w[2]) : find((uint32_t)w->w[2]);

	if (!p)
		return -ESRCH;
	if (w->w[1] == INFO_GROUP)
		*(uint32_t *)to = p->pid;
	else if (w->w[1] == INFO_PROCESS)
		*(struct info_process *)to = (struct info_process){.pid = p->pid, .ignored = p->ignored};
	else
		*(struct info_thread *)to = (struct info_thread){.tid = 1, .blocked = p->blocked};
	w->w[1] = 0;
	return 1;
}

int64_t world_send(cap_t to, struct os_words *w, const struct message_desc *desc)
{
	struct process *p;

	if (to == SLOT_TERMINAL)
		return -EBADF; /* not given: the server asks otherwise */
	switch (PROTO_OP(w->w[0])) {
	case PROC_GROUP_GET:
		p = find((uint32_t)w->w[1]);
		if (!p)
			return -ESRCH;
		w->w[1] = p->group;
		w->w[2] = p->session;
		w->w[4] = p->terminal;
		return 0;
	case PROC_TERMINAL:
		return set_terminal((uint32_t)w->w[1], (uint32_t)w->w[2]);
	case PROC_TERMINAL_SIGNAL:
		return signal_group(w);
	case PROC_INFO:
		return tell(w, desc);
	}
	abort();
}

void *srv_lasting(struct srv *srv, uint64_t bytes) { return calloc(1, bytes); }
uint64_t srv_died_serving(const struct srv *srv, uint64_t *done) { return 0; }
void srv_progress(struct srv_request *r, uint64_t bytes) { r->done += bytes; }

/* ---- the framework ---- */

void srv_node_init(struct srv_node *node, const struct srv_ops *ops, uint64_t inode, uint32_t mode)
{
	node->ops = ops;
	node->inode = inode;
	node->mode = mode;
	list_init(&node->opens);
	list_init(&node->waiting);
}

void srv_ready(struct srv *srv, struct srv_node *node, uint32_t set, uint32_t clear)
{
	struct list_node *at = node->waiting.head.next;

	node->ready = (node->ready & ~clear) | set;
	while (at != &node->waiting.head) {
		struct srv_request *r = list_entry(at, struct srv_request, link);

		at = at->next;
		if (!(r->bit & set))
			continue;
		list_remove(&r->link);
		list_push_back(&runnable, &r->link);
	}
}

int64_t srv_wait(struct srv_request *r, uint32_t bit)
{
	if (r->open && r->open->flags & O_NONBLOCK)
		return -EAGAIN;
	r->bit = bit;
	list_push_back(&r->node->waiting, &r->link);
	return SRV_LATER;
}

void *srv_scratch(struct srv_request *r)
{
	static char scratch[4096];

	return scratch;
}

int64_t srv_put(struct srv_request *r, const void *from, uint64_t bytes)
{
	struct call *call = (struct call *)r;

	memcpy(call->out + call->out_bytes, from, bytes);
	call->out_bytes += bytes;
	call->out[call->out_bytes] = 0;
	return (int64_t)bytes;
}

int srv_get(struct srv_request *r, uint64_t offset, void *to, uint64_t bytes)
{
	memcpy(to, ((struct call *)r)->in + offset, bytes);
	return 0;
}

const struct proto_cred *srv_cred(struct srv_request *r)
{
	static struct proto_cred cred;
	struct process *p = find(STAMP_PID(r->who));

	cred = (struct proto_cred){.uid = p->uid, .euid = p->uid};
	return &cred;
}

int srv_timer_init(struct srv *srv, struct srv_timer *t, unsigned priority)
{
	timer = t;
	return 0;
}

void srv_timer_set(struct srv_timer *t, uint64_t deadline_ns, uint64_t period_ns) { world_timer_ns = deadline_ns; }

bool srv_dir_add(struct srv_dir *dir, struct srv_name name, const struct srv_node *node, uint64_t next)
{
	snprintf((char *)dir + strlen((char *)dir), 8, "%.*s ", (int)name.bytes, name.text);
	return true;
}

/* ---- calls ---- */

static void run(struct call *call)
{
	call->out_bytes = 0;
	call->out[0] = 0;
	call->status = call->run(&call->request);
}

static void run_all(void)
{
	while (!list_empty(&runnable)) {
		struct srv_request *r = list_entry(runnable.head.next, struct srv_request, link);

		list_remove(&r->link);
		run((struct call *)r);
	}
}

void world_sleep_until(uint64_t now_ns)
{
	world_now_ns = now_ns;
	if (world_timer_ns && world_timer_ns <= now_ns) {
		world_timer_ns = 0;
		timer->event.handle(&timer->event, 1);
	}
	run_all();
}

static int64_t begin(struct call *call, struct process *p, struct file *file)
{
	call->request.srv = &tty_server;
	call->request.open = &file->open;
	call->request.node = file->open.node;
	call->request.who = (uint64_t)p->pid << 32 | p->group;
	run(call);
	run_all();
	return call->status;
}

static int64_t run_read(struct srv_request *r) { return r->node->ops->read(r, 0, r->in.w[2]); }

static int64_t run_write(struct srv_request *r) { return r->node->ops->write(r, 0, r->in.w[2]); }

static int64_t run_control(struct srv_request *r) { return r->node->ops->control(r, r->in.w[1], r->in.w[2]); }

int64_t world_read(struct call *call, struct process *p, struct file *file, uint64_t length)
{
	memset(call, 0, sizeof(*call));
	call->run = run_read;
	call->request.in.w[2] = length;
	return begin(call, p, file);
}

int64_t world_write(struct call *call, struct process *p, struct file *file, const char *text, uint64_t length)
{
	memset(call, 0, sizeof(*call));
	memcpy(call->in, text, length);
	call->run = run_write;
	call->request.in.w[2] = length;
	call->request.data_bytes = length;
	return begin(call, p, file);
}

int64_t world_control(struct call *call, struct process *p, struct file *file, uint64_t request, uint64_t value,
		      const void *in, uint64_t in_bytes)
{
	memset(call, 0, sizeof(*call));
	if (in)
		memcpy(call->in, in, in_bytes);
	call->run = run_control;
	call->request.in.w[1] = request;
	call->request.in.w[2] = value;
	call->request.data_bytes = in_bytes;
	return begin(call, p, file);
}

int64_t world_open(struct process *p, struct srv_node *node, uint32_t flags, struct file *out)
{
	struct srv_request r = {.srv = &tty_server, .node = node, .who = (uint64_t)p->pid << 32 | p->group};
	int64_t status;

	*out = (struct file){.open = {.node = node, .flags = flags}};
	status = node->ops->open(&r, &out->open);
	if (status == 0)
		out->open.node->uses++;
	run_all();
	return status;
}

void world_close(struct file *file)
{
	file->open.node->ops->close(&file->open);
	file->open.node->uses--;
	run_all();
}
