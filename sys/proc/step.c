/* SPDX-License-Identifier: 0BSD */
/* step.c: the steps of a build, each on containers that nobody else sees yet.
 *
 * A step may be done in pieces: `cursor` and `begun` say how far it is, and are zero when it begins. */
#include "proc/build.h"

#include "mem/heap.h"
#include "mem/memobj.h"
#include "mem/slot.h"

#include <parley/syscall.h>
#include <proto/layout.h>
#include <proto/posix.h>

#define PIECE_BYTES	  (64ull << 10)
#define COMMAND_MAX	  4096u
#define TAKE_PIECE	  64u
#define BUDGET_PERIOD_MAX 10000000000ull /* ns */
#define FOR_THE_SPACE(b)                                                                                               \
	if (!(b)->space)                                                                                               \
	return -EINVAL

static struct account *account(const struct build *b) { return b->p->account; }

static int space_new_step(struct build *b) { return b->space ? -EINVAL : space_new(account(b), &b->space); }

static int space_clone_pieces(struct build *b)
{
	int error;

	if (!b->begun) {
		if (b->space)
			return -EINVAL;
		error = space_clone_begin(&b->clone, b->caller->task.space, account(b));
		if (error)
			return error;
		b->begun = true;
	}
	error = space_clone_step(&b->clone);
	if (error == SYS_MORE)
		return error;
	b->begun = false;
	if (error)
		return error;
	b->space = b->clone.to;
	*b->space->control = *b->caller->task.space->control;
	b->cloned = true;
	*b->space->control = *b->caller->task.space->control;
	return 0;
}

static int space_share_step(struct build *b, const struct proc_step *s)
{
	struct handle *h;

	if (b->space)
		return -EINVAL;
	if (s->a) {
		h = thread_handle(b->caller, (cap_t)s->a, HANDLE_SPACE);
		if (!h)
			return -EBADF;
		b->space = space_get(container_of(h, struct space, handle));
	} else {
		b->space = space_get(b->caller->task.space);
	}
	b->space_shared = true;
	return 0;
}

static int fds_new_step(struct build *b)
{
	if (b->fds)
		return -EINVAL;
	b->fds_new = true;
	return fds_new(account(b), &b->fds);
}

/* First all is copied, then what is not to be there is dropped. */
static int fds_clone_pieces(struct build *b, const struct proc_step *s)
{
	cap_t at = (cap_t)b->cursor;
	int error;

	if (!b->fds) {
		error = fds_new(account(b), &b->fds);
		if (error)
			return error;
	} else if (!b->begun && !b->cursor) {
		return -EINVAL;
	}
	error = b->begun ? fds_drop_step(b->fds, SLOT_CLOEXEC, &at) : fds_clone_step(b->fds, b->caller->task.fds, &at);
	b->cursor = at ? at : 1;
	if (error || b->begun || !(s->flags & SLOT_CLOEXEC))
		return error;
	b->begun = true;
	b->cursor = 0;
	return SYS_MORE;
}

static int fds_share_step(struct build *b)
{
	if (b->fds)
		return -EINVAL;
	b->fds = fds_get(b->caller->task.fds);
	b->fds_shared = true;
	return 0;
}

/* A new descriptor space gets the working directory, if it is known. */
static int give_cwd(struct build *b)
{
	cap_t cwd;
	int error;

	if (!b->fds_new || path_context_cwd(b->context, &cwd))
		return 0;
	error = fds_put_slot(b->fds, SLOT_CWD, NULL, cwd, RIGHTS_ALL, 0);
	slot_delete(cwd);
	return error;
}

static int fs_step(struct build *b, const struct proc_step *s)
{
	struct handle *h;
	int error = 0;

	if (b->context)
		return -EINVAL;
	if (s->step == STEP_FS_COPY) {
		error = path_context_copy(b->caller->context, &b->context);
	} else if (s->a) {
		h = thread_handle(b->caller, (cap_t)s->a, HANDLE_CONTEXT);
		if (!h)
			return -EBADF;
		b->context = path_context_get(path_context_from(h));
	} else {
		b->context = path_context_get(b->caller->context);
	}
	return error ? error : give_cwd(b);
}

static int account_step(struct build *b, const struct proc_step *s)
{
	struct handle *h = thread_handle(b->caller, (cap_t)s->a, HANDLE_ACCOUNT);
	struct account *to;
	int error;

	if (b->replace)
		return -EINVAL;
	if (!h)
		return -EBADF;
	to = container_of(h, struct account, handle);
	error = account_charge(to, ACCOUNT_IS_PROCESSES, 1);
	if (error)
		return error;
	account_get(to);
	account_uncharge(b->p->account, ACCOUNT_IS_PROCESSES, 1);
	account_put(b->p->account);
	b->p->account = to;
	return 0;
}

static int map_pieces(struct build *b, const struct proc_step *s)
{
	uint32_t prot = (uint32_t)s->c & 0xff, flags = (uint32_t)(s->c >> 8);
	struct memobj *object = NULL;
	uint64_t address = s->a;
	cap_t own = CAP_NONE;
	int error;

	FOR_THE_SPACE(b);
	if (!b->begun) {
		if (s->e) {
			error = fds_fetch(b->caller->task.fds, (cap_t)s->e, &own);
			if (error)
				return error;
			object = memobj_of(own);
			if (!object) {
				slot_delete(own);
				return -EBADF;
			}
		}
		error = space_map(b->space, &address, s->b, prot, flags | (address ? MEM_FIXED : 0), object, s->d);
		slot_delete(own);
		if (error || !(flags & MEM_POPULATE))
			return error;
		b->begun = true;
		b->cursor = address;
	}
	return space_populate_step(b->space, &b->cursor, s->a + s->b);
}

/* The id of the message that carries the bytes. */
static uint64_t id(const struct build *b) { return b->caller->parked->q.id; }

static int write_pieces(struct build *b, const struct proc_step *s)
{
	uint64_t left = s->b - b->cursor;
	int64_t done;

	FOR_THE_SPACE(b);
	if (s->b > b->bytes || s->c > b->bytes - s->b)
		return -EINVAL;
	if (left == 0)
		return 0;
	done = space_write_message(b->space, s->a + b->cursor, id(b), b->bytes_at + s->c + b->cursor,
				   left < PIECE_BYTES ? left : PIECE_BYTES);
	if (done == -EABSENT)
		return BUILD_ABSENT;
	if (done <= 0)
		return done ? (int)done : -EFAULT;
	b->cursor += (uint64_t)done;
	return b->cursor < s->b ? SYS_MORE : 0;
}

/* The context is told of a new working directory. */
static int tell_cwd(struct build *b)
{
	cap_t own;
	int error = b->context ? fds_fetch(b->fds, SLOT_CWD, &own) : -EINVAL;

	if (!error)
		path_context_set_cwd(b->context, own);
	return error;
}

/* b slots from a on; 0 means 1. */
static int take_pieces(struct build *b, const struct proc_step *s)
{
	uint64_t end = s->b ? s->b : 1;

	for (unsigned i = 0; i < TAKE_PIECE && b->cursor < end; i++, b->cursor++) {
		int error = fds_empty_slot(b->fds, (cap_t)(s->a + b->cursor));

		if (error && error != -EBADF)
			return error;
	}
	return b->cursor < end ? SYS_MORE : 0;
}

static int slot_step(struct build *b, const struct proc_step *s)
{
	struct os_words info;
	int error;

	if (!b->fds || b->fds_shared)
		return -EINVAL;
	switch (s->step) {
	case STEP_GIVE:
		error = fds_put_slot(b->fds, (cap_t)s->b, b->caller->task.fds, (cap_t)s->a,
				     s->d ? (uint32_t)s->d : RIGHTS_ALL, (uint32_t)s->c & SLOT_FLAGS);
		return error || s->b != SLOT_CWD ? error : tell_cwd(b);
	case STEP_TAKE:
		return take_pieces(b, s);
	}
	error = fds_slot_info(b->fds, (cap_t)s->a, &info);
	if (error)
		return error;
	if (s->a == s->b)
		return os_cspace_flags(b->fds->cspace.slot, (cap_t)s->a, 0) < 0 ? -EBADF : 0;
	error = fds_put_slot(b->fds, (cap_t)s->b, b->fds, (cap_t)s->a, RIGHTS_ALL, 0);
	return error || s->b != SLOT_CWD ? error : tell_cwd(b);
}

/* In a table that others use it waits until nothing can fail any more. */
static int drop_pieces(struct build *b)
{
	cap_t at = (cap_t)b->cursor;
	int error;

	if (!b->fds)
		return -EINVAL;
	if (b->fds_shared) {
		b->drop_cloexec = true;
		return b->replace ? 0 : -EINVAL;
	}
	error = fds_drop_step(b->fds, SLOT_CLOEXEC, &at);
	b->cursor = at;
	return error;
}

static int control_step(struct build *b, const struct proc_step *s)
{
	FOR_THE_SPACE(b);
	b->blocked = s->b;
	b->has_blocked = true;
	if (b->space_shared)
		return 0;
	b->space->control->ignored = s->a;
	if (s->c)
		b->space->control->caught = 0;
	return 0;
}

static int group_step(struct build *b, const struct proc_step *s)
{
	struct group *g = group_lookup((uint32_t)s->a);

	if (b->replace)
		return -EINVAL;
	if (s->a && (!g || g->session != b->caller->process->group->session))
		return -EPERM;
	b->has_group = true;
	b->group = (uint32_t)s->a;
	return 0;
}

static int cred_step(struct build *b, const struct proc_step *s)
{
	struct proto_cred is = b->caller->process->cred->is;
	struct cred *cred;

	if (s->a == 1) {
		is.euid = is.uid;
		is.egid = is.gid;
	} else if (s->a != 2) {
		return -EINVAL;
	} else if (is.euid) {
		return -EPERM; /* nothing says yet that a filesystem vouches for the program: docs/limits.md */
	} else {
		if (s->b != UINT64_MAX)
			is.uid = is.euid = is.suid = (uint32_t)s->b;
		if (s->c != UINT64_MAX)
			is.gid = is.egid = is.sgid = (uint32_t)s->c;
	}
	cred = cred_new(b->caller->process->cred, &is);
	if (!cred)
		return -ENOMEM;
	if (b->cred)
		cred_put(b->cred);
	b->cred = cred;
	return 0;
}

static int sched_step(struct build *b, const struct proc_step *s)
{
	int error = sched_allowed(b->caller->process, (uint32_t)s->a, (uint32_t)s->b);

	b->policy = (uint8_t)s->a;
	b->priority = (uint8_t)s->b;
	b->has_sched = true;
	b->budget_ns = s->c;
	b->period_ns = s->d;
	return error || !s->c || (s->d >= s->c && s->d <= BUDGET_PERIOD_MAX) ? error : -EINVAL;
}

static int cpus_step(struct build *b, const struct proc_step *s)
{
	b->cpus = s->a;
	b->server = s->b;
	return s->b > 1 ? -EINVAL : place_among(&b->cpus);
}

static int name_step(struct build *b, const struct proc_step *s)
{
	uint32_t bytes = s->b < COMMAND_MAX ? (uint32_t)s->b : COMMAND_MAX;
	int64_t done;

	if (s->b > b->bytes || s->c > b->bytes - s->b || bytes == 0)
		return -EINVAL;
	if (b->command && b->command_bytes != bytes) {
		heap_free(b->command, b->command_bytes);
		b->command = NULL;
	}
	if (!b->command)
		b->command = heap_alloc(bytes);
	if (!b->command)
		return -ENOMEM;
	b->command_bytes = bytes;
	b->command_name = (uint32_t)s->a;
	done = request_read(&b->caller->parked->q, b->bytes_at + s->c, b->command, bytes);
	if (done == -EABSENT)
		return BUILD_ABSENT;
	return done < 0 ? (int)done : 0;
}

static int thread_step(struct build *b, const struct proc_step *s)
{
	struct thread_record *record = b->caller->area;
	struct thread *t;
	int error;

	if (!b->space || !b->fds || !b->context || b->thread)
		return -EINVAL;
	error = thread_new(b->p, account(b), b->space, b->fds, b->context, &t);
	if (error)
		return error;
	b->thread = t;
	if (b->cloned) {
		/* fork: the library goes on where it was. */
		*t->area = *record;
		t->area->area.busy = 0;
		t->area->pending = 0;
		t->area->waiting = 0;
	}
	t->area->blocked = b->has_blocked ? b->blocked : record->blocked;
	t->policy = b->has_sched ? b->policy : b->caller->policy;
	t->priority = b->has_sched ? b->priority : b->caller->priority;
	t->budget_ns = b->budget_ns;
	t->period_ns = b->period_ns;
	place_like(t, b->caller);
	if (b->cpus)
		t->cpus = b->cpus;
	t->server = b->server;
	b->entry = s->a;
	b->stack = s->b;
	b->arg = s->c;
	b->thread_pointer = s->d;
	return 0;
}

int build_do_step(struct build *b)
{
	const struct proc_step *s = &b->steps[b->at];

	switch (s->step) {
	case STEP_SPACE_NEW:
		return space_new_step(b);
	case STEP_SPACE_CLONE:
		return space_clone_pieces(b);
	case STEP_SPACE_SHARE:
		return space_share_step(b, s);
	case STEP_FDS_NEW:
		return fds_new_step(b);
	case STEP_FDS_CLONE:
		return fds_clone_pieces(b, s);
	case STEP_FDS_SHARE:
		return fds_share_step(b);
	case STEP_FS_COPY:
	case STEP_FS_SHARE:
		return fs_step(b, s);
	case STEP_ACCOUNT:
		return account_step(b, s);
	case STEP_MAP:
		return map_pieces(b, s);
	case STEP_WRITE:
		return write_pieces(b, s);
	case STEP_GIVE:
	case STEP_TAKE:
	case STEP_MOVE:
		return slot_step(b, s);
	case STEP_DROP_CLOEXEC:
		return drop_pieces(b);
	case STEP_CONTROL:
		return control_step(b, s);
	case STEP_GROUP:
		return group_step(b, s);
	case STEP_SESSION:
		b->own_session = true;
		return b->replace ? -EINVAL : 0;
	case STEP_CRED:
		return cred_step(b, s);
	case STEP_SCHED:
		return sched_step(b, s);
	case STEP_CPUS:
		return cpus_step(b, s);
	case STEP_NAME:
		return name_step(b, s);
	case STEP_THREAD:
		return thread_step(b, s);
	}
	return -EINVAL;
}
