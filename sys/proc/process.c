/* SPDX-License-Identifier: 0BSD */
/* process.c: the table of processes, and how they end.
 *
 * The end of a process is work in stages: its threads, one a step; its descriptor space, which tells servers; what else
 * it holds; its children, who get another parent. Only then is it a zombie, and its parent is told. */
#include "proc/clock.h"
#include "proc/signal.h"

#include "lib/string.h"
#include "mem/heap.h"

#include <parley/syscall.h>
#include <proto/posix.h>

static struct tree processes;
static uint32_t last_number = PROC_SYS;

struct process *process_sys;

uint32_t process_next_number(void)
{
	/* pid_t has 31 bits: at a thousand processes a second that is 24 days; then no more are made. */
	return last_number < INT32_MAX ? ++last_number : 0;
}

struct process *process_from(uint32_t pid)
{
	struct tree_node *t = tree_lower_bound(&processes, pid);

	return t ? tree_entry(t, struct process, by_pid) : NULL;
}

struct process *process_lookup(uint32_t pid)
{
	struct process *p = process_from(pid);

	return p && p->pid == pid ? p : NULL;
}

bool process_alive(const struct process *p) { return p->state == PROCESS_RUNNING || p->state == PROCESS_ENDING; }

int process_new(struct process *parent, struct account *account, struct process **out)
{
	struct process *p = heap_new(struct process);
	int error;

	if (!p)
		return -ENOMEM;
	handle_init(&p->handle, HANDLE_PROCESS);
	p->references = 1;
	list_init(&p->children);
	list_init(&p->threads);
	list_init(&p->waiting);
	list_init(&p->watchers);
	pending_init(&p->pending);
	timers_init(p);
	limit_init(p, parent);
	p->cred = cred_get(parent ? parent->cred : &cred_root);
	p->pid = parent ? process_next_number() : PROC_SYS;
	error = p->pid ? 0 : -EAGAIN;
	if (!error && account)
		error = account_charge(account, ACCOUNT_IS_PROCESSES, 1);
	if (error) {
		cred_put(p->cred);
		heap_delete(p);
		return error;
	}
	p->account = account ? account_get(account) : NULL;
	p->parent = parent;
	p->start_ns = sys_now_ns();
	if (parent)
		memcpy(p->name, parent->name, sizeof(p->name));
	*out = p;
	return 0;
}

void process_publish(struct process *p)
{
	p->state = PROCESS_RUNNING;
	tree_insert(&processes, &p->by_pid, p->pid);
	if (p->parent)
		list_push_back(&p->parent->children, &p->sibling);
}

void process_get(struct process *p) { p->references++; }

void process_put(struct process *p)
{
	if (--p->references)
		return;
	handle_close(&p->handle);
	if (p->group)
		group_leave(p);
	if (p->command)
		heap_free(p->command, p->command_bytes);
	cred_put(p->cred);
	heap_delete(p);
}

void proc_process_gone(struct handle *handle)
{
	struct process *p = container_of(handle, struct process, handle);

	if (!p->opened)
		return;
	p->opened = false;
	process_put(p);
}

void process_set_command(struct process *p, char *text, uint32_t bytes, uint32_t number)
{
	const char *base = text, *end = text + bytes;
	unsigned i;

	if (p->command)
		heap_free(p->command, p->command_bytes);
	p->command = text;
	p->command_bytes = bytes;
	for (const char *at = text; at < end && (*at || number); at++) {
		if (*at == '/' || !*at)
			base = at + 1;
		number -= !*at;
	}
	memset(p->name, 0, sizeof(p->name));
	for (i = 0; i < PROC_NAME_MAX - 1 && base + i < end && base[i]; i++)
		p->name[i] = base[i];
}

void process_copy_command(struct process *p, const struct process *from)
{
	char *copy = from->command ? heap_alloc(from->command_bytes) : NULL;

	if (!copy)
		return;
	memcpy(copy, from->command, from->command_bytes);
	process_set_command(p, copy, from->command_bytes, 0);
	memcpy(p->name, from->name, sizeof(p->name));
}

int process_give(struct process *p, struct request *q)
{
	cap_t slot;
	int error = handle_open(&p->handle, &slot);

	if (error)
		return error;
	if (!p->opened) {
		p->opened = true;
		process_get(p);
	}
	request_give(q, slot, true);
	return 0;
}

uint64_t process_time_ns(const struct process *p)
{
	uint64_t ns = p->dead_ns;

	list_for_each (at, &p->threads) {
		if (thread_at(at)->context)
			ns += task_time_ns(&thread_at(at)->task);
	}
	return ns;
}

void process_info_update(struct process *p)
{
	struct info_page *info = p->owns_info && p->space ? p->space->info : NULL;

	if (!info || !p->group)
		return;
	info->pid = p->pid;
	info->parent = p->parent ? p->parent->pid : 0;
	info->group = group_id(p->group);
	info->session = p->group->session->id;
	info->uid = p->cred->is.uid;
	info->euid = p->cred->is.euid;
	info->gid = p->cred->is.gid;
	info->egid = p->cred->is.egid;
	info->cred = cred_number(p->cred);
	info->threads = p->thread_count;
	info->pending = p->pending.set;
	info->start_ns = p->start_ns;
	info->boot_realtime_ns = clock_boot_realtime_ns();
}

void process_stamp(struct process *p)
{
	list_for_each (at, &p->threads) {
		if (!thread_at(at)->ending)
			thread_stamp(thread_at(at));
	}
	process_info_update(p);
}

/* Who gets P's children. */
static struct process *reaper(const struct process *p)
{
	struct process *at = p->parent;

	while (at != process_sys && !(at->subreaper && at->state == PROCESS_RUNNING))
		at = at->parent;
	return at;
}

/* P is a zombie, or gets another parent as one: it is told of, or goes at once if nobody wants to know. */
static void zombie(struct process *p)
{
	uint32_t killed = p->status & 0x7f;
	struct process *parent = p->parent;

	p->state = PROCESS_ZOMBIE;
	wait_watched(p);
	signal_parent(p, killed ? CLD_KILLED : CLD_EXITED, killed ? killed : p->status >> 8);
	if (signal_parent_ignores(p)) {
		process_reap(p);
		wait_recheck(parent);
	} else {
		wait_news(p);
	}
}

/* Gives a few children to another. */
static int orphan_some(struct process *p)
{
	struct process *to = reaper(p);

	for (unsigned i = 0; i < 16; i++) {
		struct list_node *at = list_pop_front(&p->children);
		struct process *child;

		if (!at)
			return 0;
		child = list_entry(at, struct process, sibling);
		child->parent = to;
		list_push_back(&to->children, &child->sibling);
		process_info_update(child);
		if (child->state == PROCESS_ZOMBIE)
			zombie(child);
		else
			group_check_orphaned(child);
	}
	return SYS_MORE;
}

static void let_go(struct process *p)
{
	group_session_ends(p);
	p->resident_max = p->space->resident_max;
	p->faults = p->space->faults;
	space_put(p->space);
	p->space = NULL;
	path_context_put(p->context);
	p->context = NULL;
	pending_drop(&p->pending, ~0ull);
	account_uncharge(p->account, ACCOUNT_IS_PROCESSES, 1);
	account_put(p->account);
	p->account = NULL;
}

static int end_step(struct work *w)
{
	struct process *p = container_of(w, struct process, work);
	struct list_node *first = list_first(&p->threads);
	struct fds *fds = p->fds;

	if (first) {
		thread_destroy(thread_at(first), NULL);
		return SYS_MORE;
	}
	if (fds) {
		p->fds = NULL;
		fds_put(fds, &p->work);
		return 0;
	}
	if (p->space) {
		let_go(p);
		return SYS_MORE;
	}
	if (orphan_some(p) == SYS_MORE)
		return SYS_MORE;
	group_check_orphaned(p);
	zombie(p);
	return 0;
}

void process_end(struct process *p, uint32_t status)
{
	if (p->state != PROCESS_RUNNING)
		return;
	p->state = PROCESS_ENDING;
	p->status = status;
	p->stopped = false;
	p->news = 0;
	timers_stop(p);
	if (p->build)
		build_abort(p->build);
	list_for_each (at, &p->threads)
		thread_leave(thread_at(at));
	p->work.step = end_step;
	work_add(&p->work);
}

void process_reap(struct process *p)
{
	list_remove(&p->sibling);
	tree_remove(&processes, &p->by_pid);
	p->parent = process_sys;
	if (p->group)
		group_leave(p);
	process_put(p);
}

int64_t sys_proc_exit(struct request *q)
{
	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	process_end(thread_of(q)->process, (uint32_t)q->words.w[1] & 0xff00);
	return SYS_LATER;
}
