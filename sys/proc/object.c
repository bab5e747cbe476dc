/* SPDX-License-Identifier: 0BSD */
/* object.c: requests for handles, kernel objects, credentials, accounts, and the machine. */
#include "proc/process.h"

#include "lib/string.h"
#include "mem/given.h"
#include "mem/slot.h"

#include <abi/boot.h>
#include <parley/syscall.h>
#include <proto/info.h>
#include <proto/layout.h>
#include <proto/posix.h>
#include <proto/proto.h>

/* Whoever holds what a thread is bound to can do all that the thread can: as with ptrace, for its own user. */
static bool may_enter(const struct proto_cred *from, const struct proto_cred *to)
{
	return from->euid == 0 || (from->uid == to->uid && from->uid == to->euid && from->uid == to->suid);
}

/* NULL: P is ending. */
static struct thread *first_thread(struct process *p)
{
	list_for_each (at, &p->threads) {
		if (thread_at(at)->context)
			return thread_at(at);
	}
	return NULL;
}

/* What P's first thread is bound to. */
static int give_container(struct process *p, enum info_kind kind, struct request *q)
{
	struct thread *t = first_thread(p);
	cap_t slot;
	int error = -EINVAL;

	if (!t)
		return -ESRCH;
	if (kind == INFO_VSPACE)
		error = space_open(t->task.space, &slot);
	else if (kind == INFO_FDSPACE)
		error = fds_open(t->task.fds, &slot);
	else if (kind == INFO_CONTEXT)
		error = path_context_open(t->context, &slot);
	if (error == 0)
		request_give(q, slot, true);
	return error;
}

int64_t sys_proc_handle(struct request *q)
{
	struct process *p = process_lookup((uint32_t)q->words.w[1]), *self;

	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	self = thread_of(q)->process;
	if (!q->words.w[1])
		p = self;
	if (!p || p == process_sys)
		return -ESRCH;
	if (q->words.w[2])
		return may_enter(&self->cred->is, &p->cred->is) ? give_container(p, (enum info_kind)q->words.w[2], q)
								: -EPERM;
	return cred_may_signal(&self->cred->is, &p->cred->is) ? process_give(p, q) : -EPERM;
}

/* As pidfd_getfd. */
int64_t sys_proc_descriptor(struct request *q)
{
	struct process *p = process_lookup((uint32_t)q->words.w[1]);
	struct thread *t = p && p != process_sys ? first_thread(p) : NULL;
	uint64_t fd = q->words.w[2];
	struct os_words info;
	cap_t slot;
	int error;

	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	if (!t)
		return -ESRCH;
	if (!may_enter(&thread_of(q)->process->cred->is, &p->cred->is))
		return -EPERM;
	if (fd >= SLOT_OPEN_MAX || fds_slot_info(t->task.fds, (cap_t)fd, &info) < 0 ||
	    (uint8_t)info.w[0] != OBJ_CONNECTION)
		return -EBADF;
	error = fds_fetch(t->task.fds, (cap_t)fd, &slot);
	if (error == 0)
		request_give(q, slot, true);
	return error;
}

int64_t sys_proc_endpoint(struct request *q)
{
	cap_t slot;
	int error;

	if (q->handle->kind != HANDLE_THREAD || q->words.w[1] > 1u << 20)
		return -EINVAL;
	error = given_endpoint(thread_of(q)->process->account, (unsigned)q->words.w[1], &slot);
	if (error)
		return error;
	request_give(q, slot, true);
	return 0;
}

/* Without a capability: the caller's own descriptor space. */
int64_t sys_proc_grow(struct request *q)
{
	struct thread *t;

	if (q->handle->kind != HANDLE_THREAD || q->words.w[1] == 0 || q->words.w[1] > 1u << 20)
		return -EINVAL;
	t = thread_of(q);
	if (q->cap_count == 0)
		return given_grow(t->process->account, t->task.fds->cspace.slot, (unsigned)q->words.w[1]);
	if (request_cap_type(q, 0) != OBJ_ENDPOINT && request_cap_type(q, 0) != OBJ_CSPACE)
		return -EBADF;
	return given_grow(t->process->account, q->cap[0], (unsigned)q->words.w[1]);
}

int64_t sys_proc_object(struct request *q)
{
	cap_t slot;
	int error;

	if (q->handle->kind != HANDLE_THREAD || q->words.w[1] > OBJ_TYPES)
		return -EINVAL;
	error = given_object(thread_of(q)->process->account, (enum object_type)q->words.w[1], &slot);
	if (error)
		return error;
	request_give(q, slot, true);
	return 0;
}

int64_t sys_proc_power(struct request *q)
{
	int64_t error;

	if (!cred_is_root((uint32_t)q->cred))
		return -EPERM;
	error = os_power(BOOT_SLOT_SYSTEM, (uint32_t)q->words.w[1]);
	return error < 0 ? error : 0;
}

void proc_right_gone(struct handle *handle) { (void)handle; }

int64_t sys_proc_cred_get(struct request *q)
{
	struct cred *c;

	if (q->words.w[1] == 0 && q->handle->kind == HANDLE_THREAD)
		c = thread_of(q)->process->cred;
	else if (q->words.w[1] == 0 && q->handle->kind == HANDLE_PROCESS)
		c = container_of(q->handle, struct process, handle)->cred;
	else
		c = q->words.w[1] <= UINT32_MAX ? cred_lookup((uint32_t)q->words.w[1]) : NULL;
	if (!c)
		return -ESRCH;
	q->reply_data = &c->is;
	q->reply_bytes = sizeof(c->is);
	return 0;
}

int64_t sys_proc_cred_set(struct request *q)
{
	struct proto_cred want, is;
	struct process *p;
	struct cred *cred;
	int error;

	if (q->handle->kind != HANDLE_THREAD || q->data_bytes < sizeof(want))
		return -EINVAL;
	p = thread_of(q)->process;
	memcpy(&want, q->data, sizeof(want));
	error = cred_change(&p->cred->is, &want, (uint32_t)q->words.w[1], &is);
	if (error)
		return error;
	cred = cred_new(p->cred, &is);
	if (!cred)
		return -ENOMEM;
	cred_put(p->cred);
	p->cred = cred;
	process_stamp(p);
	list_for_each (at, &p->threads)
		sched_apply_priority(thread_at(at));
	return 0;
}

/* ACCOUNT_LIMIT is for root; the others are for whoever has both accounts. */
static int64_t account_act(struct request *q, struct account *own)
{
	static const enum account_what kinds[] = {0, ACCOUNT_IS_MEMORY, ACCOUNT_IS_OBJECTS, ACCOUNT_IS_PROCESSES};
	struct handle *h = q->cap_count ? handle_of(q->cap[0], HANDLE_ACCOUNT) : NULL;
	struct account *other = h ? container_of(h, struct account, handle) : NULL;
	uint64_t what = q->words.w[2], amount = q->words.w[3];

	if (!other)
		return -EBADF;
	if (what < ACCOUNT_MEMORY || what > ACCOUNT_PROCESSES)
		return -EINVAL;
	if (what == ACCOUNT_MEMORY)
		amount /= PAGE_BYTES;
	if (q->words.w[1] == ACCOUNT_MOVE)
		return account_move(own, other, kinds[what], amount);
	return cred_is_root((uint32_t)q->cred) ? account_set_limit(other, kinds[what], amount) : -EPERM;
}

static int64_t account_make(struct request *q)
{
	struct account *a = account_new();
	cap_t slot;
	int error;

	if (!a)
		return -ENOMEM;
	error = account_open(a, &slot);
	account_put(a);
	if (error)
		return error;
	request_give(q, slot, true);
	q->words.w[1] = a->id;
	return 0;
}

static int64_t account_bind(struct request *q, struct process *p)
{
	struct handle *h = q->cap_count ? handle_of(q->cap[0], HANDLE_ACCOUNT) : NULL;
	struct account *to = h ? container_of(h, struct account, handle) : NULL;
	int error;

	if (!to)
		return -EBADF;
	error = account_charge(to, ACCOUNT_IS_PROCESSES, 1);
	if (error)
		return error;
	account_get(to);
	account_uncharge(p->account, ACCOUNT_IS_PROCESSES, 1);
	account_put(p->account);
	p->account = to;
	return 0;
}

int64_t sys_proc_account(struct request *q)
{
	struct account *own;

	if (q->handle->kind == HANDLE_THREAD)
		own = thread_of(q)->process->account;
	else if (q->handle->kind == HANDLE_ACCOUNT)
		own = container_of(q->handle, struct account, handle);
	else
		return -EINVAL;
	switch (q->words.w[1]) {
	case ACCOUNT_NEW:
		return account_make(q);
	case ACCOUNT_BIND:
		return q->handle->kind == HANDLE_THREAD ? account_bind(q, thread_of(q)->process) : -EINVAL;
	case ACCOUNT_MOVE:
	case ACCOUNT_LIMIT:
		return account_act(q, own);
	}
	return -EINVAL;
}

struct account *proc_account(struct task *t) { return container_of(t, struct thread, task)->process->account; }
