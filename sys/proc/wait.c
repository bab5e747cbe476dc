/* SPDX-License-Identifier: 0BSD */
/* wait.c: waiting for children, and for any process by its handle. */
#include "proc/signal.h"

#include "mem/heap.h"

#include <parley/syscall.h>
#include <proto/posix.h>

/* Somebody who waits by a process's handle for its end. */
struct watcher {
	struct list_node node;
	struct parked *parked;
};

static bool concerns(const struct process *parent, const struct wait_for *w, const struct process *child)
{
	switch (w->what) {
	case P_PID:
		return child->pid == w->id;
	case P_PGID:
		return group_id(child->group) == (w->id ? w->id : group_id(parent->group));
	}
	return true;
}

/* Whether CHILD has something of that kind to tell, and its status. */
static bool has_news(const struct process *child, uint32_t options, uint32_t *status)
{
	if (child->state == PROCESS_ZOMBIE && options & WEXITED) {
		*status = child->status;
		return true;
	}
	if (child->news == NEWS_STOPPED && options & WSTOPPED) {
		*status = WAIT_STOPPED(child->stop_signal);
		return true;
	}
	if (child->news == NEWS_CONTINUED && options & WCONTINUED) {
		*status = WAIT_CONTINUED;
		return true;
	}
	return false;
}

static void tell(struct os_words *words, const struct process *child, uint32_t status)
{
	words->w[1] = child->pid;
	words->w[2] = status;
	words->w[3] = child->cred->is.uid;
	words->w[4] = process_time_ns(child);
	words->w[5] = 0;
	words->w[6] = child->resident_max * PAGE_BYTES;
}

/* The child that P's wait can be answered with: true. Else *error: 0, it may come; or ECHILD. */
static bool look(struct process *p, const struct wait_for *w, struct os_words *words, int *error)
{
	uint32_t status;

	*error = -ECHILD;
	list_for_each (at, &p->children) {
		struct process *child = list_entry(at, struct process, sibling);

		if (!concerns(p, w, child))
			continue;
		*error = 0;
		if (!has_news(child, w->options, &status))
			continue;
		tell(words, child, status);
		if (w->options & WNOWAIT)
			return true;
		if (child->state == PROCESS_ZOMBIE) {
			p->children_ns += process_time_ns(child) + child->children_ns;
			process_reap(child);
		} else {
			child->news = 0;
		}
		return true;
	}
	return false;
}

static void give_up(struct thread *t) { list_remove(&t->waits); }

static int64_t wait_child(struct request *q, struct thread *t)
{
	struct wait_for w = {(uint32_t)q->words.w[1], (uint32_t)q->words.w[2], (uint32_t)q->words.w[3]};
	int error;

	if (w.what > P_PGID || !(w.options & (WEXITED | WSTOPPED | WCONTINUED)))
		return -EINVAL;
	if (look(t->process, &w, &q->words, &error))
		return 0;
	if (error)
		return error;
	if (w.options & WNOHANG) {
		q->words.w[1] = 0;
		return 0;
	}
	error = thread_park(t, q, give_up);
	if (error)
		return error;
	t->wait_for = w;
	list_push_back(&t->process->waiting, &t->waits);
	return SYS_LATER;
}

void wait_recheck(struct process *parent)
{
	struct list_node *next;

	for (struct list_node *at = list_first(&parent->waiting); at; at = next) {
		struct thread *t = list_entry(at, struct thread, waits);
		int error;

		next = list_next(&parent->waiting, at);
		if (!look(parent, &t->wait_for, &t->parked->q.words, &error) && !error)
			continue;
		list_remove(&t->waits);
		thread_answer(t, error == -ECHILD ? error : 0);
	}
}

static void stop_watching(struct parked *p, unsigned bits)
{
	struct watcher *w = p->owner;

	if (bits && !(bits & NOTICE_UNBLOCK))
		return;
	list_remove(&w->node);
	heap_delete(w);
	if (bits)
		parked_reply(p, -EINTR);
	else
		parked_drop(p);
}

static int64_t wait_handle(struct request *q, struct process *p)
{
	struct watcher *w;

	if (p->state == PROCESS_ZOMBIE) {
		tell(&q->words, p, p->status);
		return 0;
	}
	if (q->words.w[3] & WNOHANG) {
		q->words.w[1] = 0;
		return 0;
	}
	w = heap_new(struct watcher);
	if (!w)
		return -ENOMEM;
	w->parked = request_park(q, w, stop_watching);
	if (!w->parked) {
		heap_delete(w);
		return -ENOMEM;
	}
	list_push_back(&p->watchers, &w->node);
	return SYS_LATER;
}

void wait_watched(struct process *p)
{
	struct list_node *at;

	while ((at = list_pop_front(&p->watchers))) {
		struct watcher *w = list_entry(at, struct watcher, node);

		tell(&w->parked->q.words, p, p->status);
		parked_reply(w->parked, 0);
		heap_delete(w);
	}
	if (p->handle.connection)
		os_set_ready(sys_endpoint, p->handle.connection, POLLIN, 0);
}

void wait_news(struct process *child)
{
	if (!list_empty(&child->parent->waiting))
		wait_recheck(child->parent);
}

int64_t sys_proc_wait(struct request *q)
{
	if (q->handle->kind == HANDLE_PROCESS)
		return wait_handle(q, container_of(q->handle, struct process, handle));
	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	return wait_child(q, thread_of(q));
}
