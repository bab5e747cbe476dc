/* SPDX-License-Identifier: 0BSD */
/* thread.c: calls on threads. */
#include "api/lookup.h"
#include "api/registers.h"
#include "api/table.h"
#include "arch/context.h"
#include "debug/trace.h"
#include "ipc/deliver.h"
#include "ipc/divert.h"
#include "ipc/donate.h"
#include "ipc/fault.h"
#include "ipc/inherit.h"
#include "ipc/sync.h"
#include "mm/walk.h"
#include "obj/sched_context.h"
#include "sched/sched.h"

/* What thread_configure was asked to bind; NULL: leave as it is. */
struct bindings {
	struct cspace *cspace;
	struct vspace *vspace;
	struct sched_context *sched;
	struct endpoint *serves;
	struct connection *faults, *home, *process;
};

static int64_t find_object(struct thread *t, uint64_t index, uint8_t type, uint8_t right, struct object **out)
{
	struct slot *s;
	int r;

	*out = NULL;
	if ((cap_t)index == CAP_NONE) return 0;
	r = slot_lookup(t, (cap_t)index, type, right, &s);
	if (r == 0) *out = s->object;
	return r;
}

static int64_t find_connection(struct thread *t, uint64_t index, struct connection **out)
{
	struct object *obj;
	int64_t r = find_object(t, index, OBJ_CONNECTION, RIGHT_CONNECTION_SEND, &obj);

	*out = obj ? container_of(obj, struct connection, object) : NULL;
	return r < 0 ? r : *out && (*out)->endpoint->dead ? -ESRVDEAD : 0;
}

/* The time argument: a SchedContext makes the thread active, an Endpoint (RECEIVE) makes it a
 * passive server of it. */
static int64_t find_time(struct thread *t, struct thread *target, uint64_t index, struct bindings *b)
{
	struct object *obj;
	int64_t r = find_object(t, index, OBJ_SCHED, RIGHT_SCHED_BIND, &obj);

	if (r == -EBADF) {
		r = find_object(t, index, OBJ_ENDPOINT, RIGHT_ENDPOINT_RECEIVE, &obj);
		if (obj) b->serves = container_of(obj, struct endpoint, object);
		return r;
	}
	if (!obj) return r;
	b->sched = container_of(obj, struct sched_context, object);
	if (b->sched->reserve_of || (b->sched->owner && b->sched->owner != target)) return -EBUSY;
	return 0;
}

static int64_t find_bindings(struct thread *t, struct thread *target, const uint64_t *arg, struct bindings *b)
{
	struct object *cspace, *vspace;
	int64_t r;

	r = find_object(t, arg[0], OBJ_CSPACE, RIGHT_CSPACE_MANAGE, &cspace);
	if (r == 0) r = find_object(t, arg[1], OBJ_VSPACE, RIGHT_VSPACE_MANAGE, &vspace);
	if (r == 0) r = find_time(t, target, arg[2], b);
	if (r == 0) r = find_connection(t, arg[3], &b->faults);
	if (r == 0) r = find_connection(t, arg[4], &b->home);
	if (r == 0) r = find_connection(t, arg[5], &b->process);
	if (r < 0) return r;
	b->cspace = cspace ? cspace_of_object(cspace) : NULL;
	b->vspace = vspace ? vspace_of_object(vspace) : NULL;
	return 0;
}

static void bind_time(struct thread *t, const struct bindings *b)
{
	if (b->serves) {
		donate_leave(t);
		endpoint_enlist(b->serves, t);
		sched_retime(t);
	} else if (b->sched && t->own != b->sched) {
		donate_leave(t);
		t->own = b->sched;
		b->sched->owner = t;
		sched_retime(t);
	}
}

/* arg: cspace, vspace, sched (or endpoint), fault, home, process. */
int64_t sys_thread_configure(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct thread *target = slot_object(slot, thread);
	struct bindings b = {0};
	int64_t r = find_bindings(t, target, arg, &b);

	if (r < 0) return r;
	/* Address space and time of a thread in the middle of a call stay. */
	if ((b.vspace && target->vspace && target != t) || b.sched || b.serves) {
		if (target->state != THREAD_INACTIVE && target->state != THREAD_READY) return -EBUSY;
		if (b.serves && target->current) return -EBUSY;
	}
	if ((b.vspace || b.sched || b.serves) && sched_running_elsewhere(target)) return -EBUSY;
	if (b.cspace) thread_bind_cspace(target, b.cspace);
	if (b.vspace) thread_bind_vspace(target, b.vspace);
	bind_time(target, &b);
	if (b.faults) binding_set(&target->faults, b.faults);
	if (b.home) binding_set(&target->home, b.home);
	if (b.process) binding_set(&target->process, b.process);
	return 0;
}

/* arg: ip, sp, argument. */
int64_t sys_thread_start(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct thread *target = slot_object(slot, thread);
	struct thread_registers r = {.rip = arg[0], .rsp = arg[1], .rdi = arg[2]};
	int64_t error;

	if (target->state != THREAD_INACTIVE) return -EBUSY;
	if (!target->vspace) return -EAGAIN;
	r.fs_base = target->fs_base;
	error = registers_set(target, r);
	if (error < 0) return error;
	TRACE(THREAD_START, thread_number(target), arg[0], 0);
	target->special &= ~(uint32_t)SPECIAL_SUSPENDED;
	inherit_update(target);
	sched_ready(target);
	return 0;
}

int64_t sys_thread_resume(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct thread *target = slot_object(slot, thread);

	if (target->state == THREAD_INACTIVE || !target->vspace) return -EAGAIN;
	thread_resume(target);
	return 0;
}

int64_t sys_thread_suspend(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return thread_suspend(slot_object(slot, thread)) ? 0 : SYS_RESTART;
}

/* A thread whose registers may be looked at: not the caller, and not running. */
static bool stopped(const struct thread *t, const struct thread *target)
{
	return target != t && target->special & SPECIAL_SUSPENDED && !sched_running_elsewhere(target);
}

int64_t sys_thread_set_registers(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct thread *target = slot_object(slot, thread);
	struct thread_registers r;

	if (!stopped(t, target) || (target->state != THREAD_READY && target->state != THREAD_INACTIVE)) return -EBUSY;
	if (!user_read(t->vspace, &r, arg[0], sizeof(r))) return fault_own(t, arg[0], sizeof(r), PROT_READ);
	deliver_put_back(target); /* it was to make its receive again, and will not */
	return registers_set(target, r);
}

int64_t sys_thread_get_registers(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct thread *target = slot_object(slot, thread);
	struct thread_registers r;

	if (!stopped(t, target)) return -EBUSY;
	registers_get(target, &r);
	if (!user_write(t->vspace, arg[0], &r, sizeof(r))) return fault_own(t, arg[0], sizeof(r), PROT_WRITE);
	return 0;
}

int64_t sys_thread_set_tls(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct thread *target = slot_object(slot, thread);

	if (arg[0] >= USER_END || sched_running_elsewhere(target)) return -EINVAL;
	target->fs_base = arg[0];
	context_set_tls(this_cpu(), target);
	return 0;
}

int64_t sys_thread_set_priority(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct thread *target = slot_object(slot, thread);

	if (arg[0] > 255 || arg[1] > 255 || arg[2]) return -EINVAL;
	if (arg[0] > slot->max_priority || arg[1] > slot->max_priority) return -EPERM;
	target->base_priority = (uint8_t)arg[0];
	if (arg[1]) target->max_priority = (uint8_t)arg[1];
	inherit_update(target);
	return 0;
}

int64_t sys_thread_set_cpu(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct thread *target = slot_object(slot, thread);
	bool ready = target->state == THREAD_READY && target != t;

	if (arg[0] >= cpu_count) return -EINVAL;
	if (target->cpu == cpu_table[arg[0]]) return 0;
	if (target == t || sched_running_elsewhere(target) || timeout_running(&target->timeout)) return -EBUSY;
	if (ready) sched_block(target);
	context_evict(this_cpu(), target);
	target->cpu = cpu_table[arg[0]];
	if (ready) sched_ready(target);
	return 0;
}

int64_t sys_thread_set_stamp(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct thread *target = slot_object(slot, thread);

	target->stamp_who = arg[0];
	target->stamp_cred = arg[1];
	return 0;
}

/* arg: entry (0: none), area. */
int64_t sys_thread_set_divert(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct thread *target = slot_object(slot, thread);

	if (arg[0] >= USER_END || arg[1] >= USER_END || arg[1] % 256) return -EINVAL;
	target->divert_entry = arg[0];
	target->divert_area = arg[1];
	return 0;
}

/* arg: bits, flags. */
int64_t sys_thread_divert(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct thread *target = slot_object(slot, thread);
	int64_t r;

	if (!arg[0] || arg[1] & ~(uint64_t)DIVERT_INTERRUPT) return -EINVAL;
	r = divert_post(target, arg[0]);
	if (r < 0) return r;
	if (arg[1] & DIVERT_INTERRUPT) {
		target->special |= SPECIAL_INTERRUPT;
		thread_interrupt(target, -EINTR);
	}
	if (sched_running_elsewhere(target)) sched_kick(target->cpu);
	return 0;
}

int64_t sys_thread_undivert(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	int64_t r = divert_leave(t);

	/* All registers are as they were: there is no result to store. */
	return r < 0 ? r : SYS_BLOCKED;
}

/* Of those who may receive a queued message it is the first. */
static uint64_t waits_for(const struct thread *t)
{
	struct list_node *server = t->state == THREAD_SEND ? list_first(&t->call.connection->home->servers) : NULL;

	if (server) return thread_number(list_entry(server, struct thread, serve_link));
	if (t->state == THREAD_REPLY && t->call.server) return thread_number(t->call.server);
	if (t->state == THREAD_FAULT && t->fault.server) return thread_number(t->fault.server);
	if (t->state == THREAD_SYNC) return sync_owner_number(t);
	return 0;
}

int64_t sys_thread_info(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	const struct thread *target = slot_object(slot, thread);
	uint64_t *w = t->regs.w;
	bool suspended = target->special & SPECIAL_SUSPENDED;

	w[THREAD_INFO_STATE] = target->state | (suspended ? THREAD_INFO_SUSPENDED : 0);
	w[THREAD_INFO_PRIORITY] = target->priority;
	w[THREAD_INFO_BASE_PRIORITY] = target->base_priority;
	w[THREAD_INFO_CPU] = target->cpu->index;
	w[THREAD_INFO_NUMBER] = thread_number(target);
	w[THREAD_INFO_WAITS_FOR] = waits_for(target);
	w[THREAD_INFO_TIME_NS] = target->own ? sched_context_consumed_ns(target->own) : 0;
	w[THREAD_INFO_STARVED] = target->state == THREAD_READY && !suspended && !target->time;
	return 0;
}

int64_t sys_yield(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	sched_rotate(t);
	return 0;
}

int64_t sys_exit(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	while (!sync_abandon_step(t)) {
		if (preempt_cut()) return SYS_RESTART;
	}
	thread_end(t);
	return SYS_BLOCKED;
}

int64_t sys_null(struct thread *t, struct slot *slot, const uint64_t *arg) { return 0; }
