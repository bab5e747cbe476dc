/* SPDX-License-Identifier: 0BSD */
/* info.c: PROC_INFO: records of what there is, of which /proc is made.
 *
 * Answers come in pieces of a few KiB; the place where a list goes on is a number (of a process, thread, container),
 * so lists may change meanwhile. Everybody may see what is to be seen, but for the command line and the memory map of
 * others' processes, which are for their user and root. */
#include "proc/process.h"

#include "lib/string.h"
#include "mem/memory.h"

#include <abi/thread.h>
#include <parley/syscall.h>
#include <proto/layout.h>
#include <proto/posix.h>

#define PLACE_END 0

static union {
	struct info_process process[16];
	struct info_thread thread[32];
	struct info_region region[64];
	struct info_container container[64];
	struct info_slot slot[128];
	struct info_account account[32];
	struct info_group group[64];
	uint32_t pid[512];
	struct info_memory memory;
} out;
_Static_assert(sizeof(out) <= INFO_CHUNK_BYTES, "as whoever asks makes room");

static int64_t answer(struct request *q, unsigned count, size_t bytes, uint64_t next)
{
	q->words.w[1] = next;
	q->reply_data = &out;
	q->reply_bytes = (uint32_t)(count * bytes);
	return count;
}

static struct process *process_in(const struct request *q)
{
	return q->handle->kind == HANDLE_PROCESS ? container_of(q->handle, struct process, handle)
						 : process_lookup((uint32_t)q->words.w[2]);
}

static char letter(const struct process *p)
{
	struct os_words w;

	if (p->state == PROCESS_ZOMBIE || p->state == PROCESS_ENDING)
		return 'Z';
	if (p->stopped)
		return 'T';
	list_for_each (at, &p->threads) {
		const struct thread *t = thread_at(at);

		if (!t->ending && os_thread_info(t->task.thread.slot, &w) >= 0 &&
		    (w.w[THREAD_INFO_STATE] & 0xff) == THREAD_READY)
			return 'R';
	}
	return 'S';
}

static void tell_process(const struct process *p, struct info_process *i)
{
	*i = (struct info_process){
	    .pid = p->pid,
	    .parent = p->parent ? p->parent->pid : 0,
	    .group = p->group ? group_id(p->group) : 0,
	    .session = p->group ? p->group->session->id : 0,
	    .uid = p->cred->is.uid,
	    .euid = p->cred->is.euid,
	    .gid = p->cred->is.gid,
	    .egid = p->cred->is.egid,
	    .terminal = p->group ? p->group->session->terminal : 0,
	    .threads = p->thread_count,
	    .state = (uint32_t)letter(p),
	    .account = p->account ? p->account->id : 0,
	    .start_ns = p->start_ns,
	    .user_ns = process_time_ns(p),
	    .children_ns = p->children_ns,
	    .pending = p->pending.set,
	    .memory_bytes = p->space ? space_bytes(p->space) : 0,
	    .resident_bytes = p->space ? p->space->resident_pages * PAGE_BYTES : 0,
	    .ignored = p->space && p->space->control ? p->space->control->ignored : 0,
	    .caught = p->space && p->space->control ? p->space->control->caught : 0,
	};
	memcpy(i->name, p->name, sizeof(i->name));
}

static int64_t processes(struct request *q)
{
	struct process *p = process_from((uint32_t)q->words.w[3]);
	unsigned n = 0;

	for (; p && n < 16; p = process_from(p->pid + 1))
		tell_process(p, &out.process[n++]);
	return answer(q, n, sizeof(out.process[0]), p ? p->pid : PLACE_END);
}

static int64_t one_process(struct request *q)
{
	struct process *p = process_in(q);

	if (!p)
		return -ESRCH;
	tell_process(p, &out.process[0]);
	return answer(q, 1, sizeof(out.process[0]), PLACE_END);
}

/* Whether the sender may see what is private to P. */
static bool may_see(const struct request *q, const struct process *p)
{
	const struct cred *c = cred_lookup((uint32_t)q->cred);

	return q->handle->kind == HANDLE_PROCESS || (c && cred_may_signal(&c->is, &p->cred->is));
}

static int64_t command(struct request *q)
{
	struct process *p = process_in(q);

	if (!p)
		return -ESRCH;
	if (!may_see(q, p))
		return -EPERM;
	q->words.w[1] = PLACE_END;
	q->reply_data = p->command ? p->command : p->name;
	q->reply_bytes = p->command ? p->command_bytes : (uint32_t)strlen(p->name) + 1;
	return q->reply_bytes;
}

/* The numbers that thread_info tells belong to threads of whom? Servers' threads are few: look at all. */
static void tell_waits(uint64_t number, struct info_thread *i)
{
	for (struct process *p = process_from(PROC_SYS); number && p; p = process_from(p->pid + 1)) {
		list_for_each (at, &p->threads) {
			if (thread_at(at)->task.number != number)
				continue;
			i->waits_for_pid = p->pid;
			i->waits_for_tid = thread_at(at)->tid;
			return;
		}
	}
	if (number)
		i->waits_for_pid = PROC_SYS;
}

static void tell_thread(const struct thread *t, struct info_thread *i)
{
	struct os_words w;

	*i = (struct info_thread){.tid = t->tid, .policy = t->policy, .number = t->task.number};
	if (t->ending || os_thread_info(t->task.thread.slot, &w) < 0)
		return;
	i->state = (uint32_t)w.w[THREAD_INFO_STATE];
	i->priority = (uint32_t)w.w[THREAD_INFO_PRIORITY];
	i->base_priority = (uint32_t)w.w[THREAD_INFO_BASE_PRIORITY];
	i->cpu = (uint32_t)w.w[THREAD_INFO_CPU];
	i->cpus = t->cpus;
	i->time_ns = w.w[THREAD_INFO_TIME_NS];
	i->blocked = t->area ? t->area->blocked : 0;
	i->vspace = t->task.space->id;
	i->fdspace = t->task.fds->id;
	i->context = path_context_id(t->context);
	i->namespace = path_namespace_id(t->context);
	i->account = t->process->account ? t->process->account->id : 0;
	tell_waits(w.w[THREAD_INFO_WAITS_FOR], i);
}

static int64_t threads(struct request *q)
{
	struct process *p = process_in(q);
	uint64_t place = q->words.w[3], next = PLACE_END;
	unsigned n = 0;

	if (!p)
		return -ESRCH;
	/* In the order in which they were made: so by their numbers. */
	list_for_each (at, &p->threads) {
		struct thread *t = thread_at(at);

		if (!t->started || t->tid < place)
			continue;
		if (n == 32) {
			next = t->tid;
			break;
		}
		tell_thread(t, &out.thread[n++]);
	}
	return answer(q, n, sizeof(out.thread[0]), next);
}

static bool root(const struct request *q) { return cred_is_root((uint32_t)q->cred); }

/* Whether a process that the sender may look into is bound to the space. */
static bool may_see_space(const struct request *q, const struct space *s)
{
	if (root(q))
		return true;
	for (struct process *p = process_from(PROC_SYS + 1); p; p = process_from(p->pid + 1))
		if (p->space == s && may_see(q, p))
			return true;
	return false;
}

static int64_t regions(struct request *q)
{
	struct space *s = space_lookup((uint32_t)q->words.w[2]);
	uint64_t at = q->words.w[3];
	unsigned n;

	if (!s)
		return -ESRCH;
	if (!may_see_space(q, s))
		return -EPERM;
	n = space_regions(s, &at, out.region, 64);
	return answer(q, n, sizeof(out.region[0]), at);
}

static unsigned bound(const void *container, bool space)
{
	unsigned n = 0;

	for (struct process *p = process_from(PROC_SYS + 1); p; p = process_from(p->pid + 1))
		list_for_each (at, &p->threads) {
			const struct thread *t = thread_at(at);

			if (t->context && (space ? (void *)t->task.space : (void *)t->task.fds) == container)
				n++;
		}
	return n;
}

static int64_t spaces(struct request *q)
{
	unsigned n = 0;
	uint64_t next = PLACE_END;

	list_for_each (at, &space_list) {
		struct space *s = list_entry(at, struct space, all);

		if (s->id < q->words.w[3])
			continue;
		if (n == 64) {
			next = s->id;
			break;
		}
		out.container[n++] = (struct info_container){.id = s->id,
							     .threads = bound(s, true),
							     .references = s->references,
							     .size = s->resident_pages * PAGE_BYTES};
	}
	return answer(q, n, sizeof(out.container[0]), next);
}

static int64_t fdspaces(struct request *q)
{
	unsigned n = 0;
	uint64_t next = PLACE_END;

	list_for_each (at, &fds_list) {
		struct fds *f = list_entry(at, struct fds, all);

		if (f->id < q->words.w[3])
			continue;
		if (n == 64) {
			next = f->id;
			break;
		}
		out.container[n++] =
		    (struct info_container){.id = f->id, .threads = bound(f, false), .references = f->references};
	}
	return answer(q, n, sizeof(out.container[0]), next);
}

/* Slots in use, 256 numbers looked at a time. */
static int64_t slots(struct request *q)
{
	struct fds *f = fds_lookup((uint32_t)q->words.w[2]);
	uint64_t place = q->words.w[3], end = place + 256;
	struct os_words w;
	unsigned n = 0;

	if (!f)
		return -ESRCH;
	if (!root(q))
		return -EPERM;
	for (; place < end && place <= SLOT_DYNAMIC_MAX && n < 128; place++) {
		if (fds_slot_info(f, (cap_t)place, &w) < 0)
			continue;
		out.slot[n++] = (struct info_slot){.slot = (uint32_t)place,
						   .type = (uint8_t)w.w[0],
						   .rights = (uint8_t)(w.w[0] >> 8),
						   .flags = (uint8_t)(w.w[0] >> 16)};
	}
	return answer(q, n, sizeof(out.slot[0]), place <= SLOT_DYNAMIC_MAX ? place : PLACE_END);
}

static void tell_account(const struct account *a, struct info_account *i)
{
	*i = (struct info_account){.id = a->id,
				   .processes = (uint32_t)a->used[ACCOUNT_IS_PROCESSES],
				   .memory_bytes = a->used[ACCOUNT_IS_MEMORY] * PAGE_BYTES,
				   .memory_limit_bytes = a->limit[ACCOUNT_IS_MEMORY] * PAGE_BYTES,
				   .objects = a->used[ACCOUNT_IS_OBJECTS],
				   .objects_limit = a->limit[ACCOUNT_IS_OBJECTS],
				   .processes_limit = a->limit[ACCOUNT_IS_PROCESSES]};
}

static int64_t accounts(struct request *q, bool one)
{
	uint64_t from = one ? q->words.w[2] : q->words.w[3], next = PLACE_END;
	unsigned n = 0, max = one ? 1 : 32;

	list_for_each (at, &account_list) {
		struct account *a = list_entry(at, struct account, all);

		if (a->id < from || (one && a->id != from))
			continue;
		if (n == max) {
			next = a->id;
			break;
		}
		tell_account(a, &out.account[n++]);
	}
	if (one && n == 0)
		return -ESRCH;
	return answer(q, n, sizeof(out.account[0]), one ? PLACE_END : next);
}

static int64_t groups(struct request *q)
{
	struct group *g = group_from((uint32_t)q->words.w[3]);
	unsigned n = 0;

	for (; g && n < 64; g = group_from(group_id(g) + 1))
		out.group[n++] = (struct info_group){.id = group_id(g),
						     .session = g->session->id,
						     .processes = g->count,
						     .terminal = g->session->terminal};
	return answer(q, n, sizeof(out.group[0]), g ? group_id(g) : PLACE_END);
}

static int64_t members(struct request *q)
{
	struct group *g = group_lookup((uint32_t)q->words.w[2]);
	uint64_t skip = q->words.w[3], at = 0;
	unsigned n = 0;

	if (!g)
		return -ESRCH;
	list_for_each (node, &g->members) {
		if (at++ >= skip && n < 512)
			out.pid[n++] = list_entry(node, struct process, in_group)->pid;
	}
	return answer(q, n, sizeof(out.pid[0]), skip + n < g->count ? skip + n : PLACE_END);
}

int64_t sys_proc_info(struct request *q)
{
	switch (q->words.w[1]) {
	case INFO_PROCESSES:
		return processes(q);
	case INFO_PROCESS:
		return one_process(q);
	case INFO_COMMAND:
		return command(q);
	case INFO_THREADS:
		return threads(q);
	case INFO_VSPACE:
		return regions(q);
	case INFO_VSPACES:
		return spaces(q);
	case INFO_FDSPACES:
		return fdspaces(q);
	case INFO_FDSPACE:
		return slots(q);
	case INFO_CONTEXTS:
	case INFO_CONTEXT:
	case INFO_NAMESPACES:
	case INFO_NAMESPACE:
		return path_info(q);
	case INFO_ACCOUNTS:
		return accounts(q, false);
	case INFO_ACCOUNT:
		return accounts(q, true);
	case INFO_GROUPS:
		return groups(q);
	case INFO_GROUP:
		return members(q);
	case INFO_MEMORY:
		memory_info(&out.memory);
		return answer(q, 1, sizeof(out.memory), PLACE_END);
	}
	return -EINVAL;
}
