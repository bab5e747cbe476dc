/* SPDX-License-Identifier: 0BSD */
/* group.c: process groups, sessions, and the terminals of sessions.
 *
 * A group ends with its last member, a session with its last group. A zombie is a member still: so the number of a
 * group is not used while anybody could wait for it. */
#include "proc/signal.h"

#include "mem/heap.h"

#include <proto/posix.h>
#include <proto/proto.h>

static struct tree groups;

uint32_t group_id(const struct group *g) { return (uint32_t)g->by_id.key; }

struct group *group_lookup(uint32_t id)
{
	struct tree_node *t = tree_lower_bound(&groups, id);

	return t && t->key == id ? tree_entry(t, struct group, by_id) : NULL;
}

struct group *group_from(uint32_t id)
{
	struct tree_node *t = tree_lower_bound(&groups, id);

	return t ? tree_entry(t, struct group, by_id) : NULL;
}

void group_leave(struct process *p)
{
	struct group *g = p->group;

	p->group = NULL;
	list_remove(&p->in_group);
	if (--g->count)
		return;
	tree_remove(&groups, &g->by_id);
	if (--g->session->groups == 0)
		heap_delete(g->session);
	heap_delete(g);
}

void group_join(struct process *p, struct group *g)
{
	g->count++; /* so that it stays if it is the same */
	if (p->group)
		group_leave(p);
	p->group = g;
	list_push_back(&g->members, &p->in_group);
}

int group_make(struct process *p, bool own_session)
{
	struct group *g = heap_new(struct group);

	if (!g)
		return -ENOMEM;
	list_init(&g->members);
	if (own_session || !p->group) {
		g->session = heap_new(struct session);
		if (!g->session) {
			heap_delete(g);
			return -ENOMEM;
		}
		g->session->id = p->pid;
	} else {
		g->session = p->group->session;
	}
	g->session->groups++;
	tree_insert(&groups, &g->by_id, p->pid);
	group_join(p, g);
	return 0;
}

/* Whether P's parent keeps P's group from being orphaned. */
static bool anchors(const struct process *p)
{
	const struct group *of = p->parent ? p->parent->group : NULL;

	return p->state == PROCESS_RUNNING && of && of != p->group && of->session == p->group->session &&
	       p->parent != process_sys;
}

bool group_orphaned(const struct group *g)
{
	list_for_each (at, &g->members) {
		if (anchors(list_entry(at, struct process, in_group)))
			return false;
	}
	return true;
}

static void hang_up(struct group *g)
{
	struct list_node *next;

	for (struct list_node *at = list_first(&g->members); at; at = next) {
		struct process *p = list_entry(at, struct process, in_group);

		next = list_next(&g->members, at);
		signal_send_kernel(p, SIGHUP);
		signal_send_kernel(p, SIGCONT);
	}
}

static bool has_stopped(const struct group *g)
{
	list_for_each (at, &g->members) {
		if (list_entry(at, struct process, in_group)->stopped)
			return true;
	}
	return false;
}

/* P's end, or its child's new parent, may have taken the last anchor of G away. */
static void check(struct group *g)
{
	if (has_stopped(g) && group_orphaned(g))
		hang_up(g);
}

void group_check_orphaned(struct process *p)
{
	if (p->group)
		check(p->group);
}

void group_session_ends(struct process *p)
{
	struct session *s = p->group->session;
	struct group *foreground;

	if (s->id != p->pid || !s->terminal)
		return;
	foreground = group_lookup(s->foreground);
	s->terminal = 0;
	if (foreground && foreground->session == s)
		hang_up(foreground);
}

int group_may_set(const struct process *p, const struct process *q, uint32_t id)
{
	const struct group *g = group_lookup(id);

	if (q != p && (q->parent != p || q->state != PROCESS_RUNNING))
		return -ESRCH;
	if (q != p && q->executed)
		return -EACCES;
	if (q->group->session != p->group->session || q->group->session->id == q->pid)
		return -EPERM;
	if (id != q->pid && (!g || g->session != q->group->session))
		return -EPERM;
	return 0;
}

int64_t sys_proc_group_set(struct request *q)
{
	uint32_t pid = (uint32_t)q->words.w[1], id = (uint32_t)q->words.w[2];
	struct process *self, *p;
	struct group *g;
	int error;

	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	self = thread_of(q)->process;
	p = pid ? process_lookup(pid) : self;
	if ((int32_t)id < 0)
		return -EINVAL;
	if (!p)
		return -ESRCH;
	if (!id)
		id = p->pid;
	error = group_may_set(self, p, id);
	if (error)
		return error;
	g = group_lookup(id);
	if (g == p->group)
		return 0;
	if (g)
		group_join(p, g);
	else
		error = group_make(p, false);
	process_stamp(p);
	return error;
}

int64_t sys_proc_group_get(struct request *q)
{
	uint32_t pid = (uint32_t)q->words.w[1];
	const struct process *p;

	if (q->handle->kind == HANDLE_PROCESS)
		p = container_of(q->handle, struct process, handle);
	else if (q->handle->kind == HANDLE_THREAD)
		p = pid ? process_lookup(pid) : thread_of(q)->process;
	else
		return -EINVAL;
	if (!p || !p->group)
		return -ESRCH;
	q->words.w[1] = group_id(p->group);
	q->words.w[2] = p->group->session->id;
	q->words.w[3] = p->parent ? p->parent->pid : 0;
	q->words.w[4] = p->group->session->terminal;
	return 0;
}

int64_t sys_proc_session(struct request *q)
{
	struct process *p;
	int error;

	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	p = thread_of(q)->process;
	if (group_lookup(p->pid))
		return -EPERM;
	error = group_make(p, true);
	if (error)
		return error;
	process_stamp(p);
	q->words.w[1] = p->pid;
	return 0;
}

/* Terminal servers: whoever holds the right, and root. */
static bool may_terminal(const struct request *q)
{
	return (q->handle->kind == HANDLE_RIGHT && q->handle->rights & RIGHT_IS_TERMINAL) ||
	       cred_is_root((uint32_t)q->cred);
}

int64_t sys_proc_terminal(struct request *q)
{
	struct process *leader = process_lookup((uint32_t)q->words.w[1]);
	struct session *s;

	if (!may_terminal(q))
		return -EPERM;
	if (leader && leader->group && leader->group->session->id == leader->pid) {
		s = leader->group->session;
	} else {
		struct group *g = group_lookup((uint32_t)q->words.w[3]);

		if (!g || g->session->id != (uint32_t)q->words.w[1])
			return -ESRCH;
		s = g->session;
	}
	s->terminal = (uint32_t)q->words.w[2];
	s->foreground = s->terminal ? (uint32_t)q->words.w[3] : 0;
	return 0;
}

int64_t sys_proc_terminal_signal(struct request *q)
{
	struct group *g = group_lookup((uint32_t)q->words.w[1]);
	unsigned number = (unsigned)q->words.w[2];
	struct list_node *next;

	if (!may_terminal(q))
		return -EPERM;
	if (q->words.w[2] > SIGNAL_LAST)
		return -EINVAL;
	if (!g)
		return -ESRCH;
	q->words.w[1] = group_orphaned(g);
	for (struct list_node *at = number ? list_first(&g->members) : NULL; at; at = next) {
		next = list_next(&g->members, at);
		signal_send_kernel(list_entry(at, struct process, in_group), number);
	}
	return 0;
}
