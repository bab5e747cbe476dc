/* SPDX-License-Identifier: 0BSD */
/* job.c: what is asked of `sys`, and the rules of job control (POSIX XBD 11.1.2 to 11.1.4). */
#include "job.h"

#include <proto/info.h>
#include <proto/layout.h>

#define THREADS_LOOKED_AT 64 /* for one that does not block a signal */

/* The capability that terminal servers have, if the supervisor gave one. */
static int64_t send_to_sys(struct os_words *words)
{
	struct os_words first = *words;
	int64_t status = os_send_words(SLOT_TERMINAL, words);

	if (status != -EBADF)
		return status;
	*words = first;
	return os_send_words(CAP_SELF_PROCESS, words);
}

int job_ids(uint32_t pid, struct job_ids *out)
{
	struct os_words w = {{PROTO_WORD0(PROC_GROUP_GET, 0, 0), pid}};
	int64_t status = os_send_words(CAP_SELF_PROCESS, &w);

	*out = (struct job_ids){.pid = pid};
	if (status < 0)
		return (int)status;
	*out = (struct job_ids){pid, (uint32_t)w.w[1], (uint32_t)w.w[2], (uint32_t)w.w[3], (uint32_t)w.w[4]};
	return 0;
}

/* Sends a signal; 0 only asks. Returns 1 if the group is orphaned, 0, or -errno: no such group. */
static int signal_group(uint32_t group, unsigned signal)
{
	struct os_words w = {{PROTO_WORD0(PROC_TERMINAL_SIGNAL, 0, 0), group, signal}};
	int64_t status = send_to_sys(&w);

	return status < 0 ? (int)status : w.w[1] == 1;
}

static int tell_terminal(uint32_t session, uint64_t number, uint32_t foreground)
{
	struct os_words w = {{PROTO_WORD0(PROC_TERMINAL, 0, 0), session, number, foreground}};

	return (int)send_to_sys(&w);
}

/* Records of PROC_INFO: their count, or -errno. */
static int64_t info(enum info_kind kind, uint32_t id, uint64_t *place, void *records, uint64_t bytes)
{
	struct os_words w = {{PROTO_WORD0(PROC_INFO, 0, 0), kind, id, *place}};
	OS_DESC(1) d = {.desc = {.receive_count = 1}};
	int64_t count;

	d.desc.piece[0] = (struct message_piece){(uint64_t)records, bytes};
	count = os_send(CAP_SELF_PROCESS, &w, &d.desc, DEADLINE_FOREVER, 0);
	*place = count < 0 ? 0 : w.w[1];
	return count;
}

/* Whether all threads of a process block the signals `mask`. */
static bool blocks(uint32_t pid, uint64_t mask)
{
	struct info_thread threads[8];
	uint64_t place = 0;
	int64_t count;

	for (unsigned looked_at = 0; looked_at < THREADS_LOOKED_AT; looked_at += 8) {
		count = info(INFO_THREADS, pid, &place, threads, sizeof(threads));
		for (int64_t i = 0; i < count; i++)
			if (!(threads[i].blocked & mask))
				return false;
		if (count <= 0 || !place)
			break;
	}
	return true;
}

/* Whether a signal would not stop the process, since it ignores or blocks it. */
static bool is_deaf_to(uint32_t pid, unsigned signal)
{
	uint64_t mask = 1ull << (signal - 1), place = 0;
	struct info_process process;

	if (info(INFO_PROCESS, pid, &place, &process, sizeof(process)) != 1)
		return true;
	return process.ignored & mask || blocks(pid, mask);
}

bool job_controls(struct tty *t, struct srv_request *r)
{
	struct job_ids ids;

	if (!t->session)
		return false;
	if (STAMP_GROUP(r->who) == t->foreground)
		return true;
	return job_ids(STAMP_PID(r->who), &ids) == 0 && ids.session == t->session;
}

int job_check(struct tty *t, struct srv_request *r, unsigned signal)
{
	uint32_t pid = STAMP_PID(r->who), group = STAMP_GROUP(r->who);

	if (group == t->foreground || !job_controls(t, r))
		return 0;
	if (is_deaf_to(pid, signal))
		return signal == TTY_SIGTTIN ? -EIO : 0;
	if (signal_group(group, 0) != 0)
		return -EIO; /* nobody could continue an orphaned group */
	signal_group(group, signal);
	return -EINTR;
}

void job_signal(struct tty *t, unsigned signal)
{
	if (t->foreground)
		signal_group(t->foreground, signal);
}

void job_hang_up(struct tty *t)
{
	if (!t->session)
		return;
	signal_group(t->session, TTY_SIGHUP);
	signal_group(t->session, TTY_SIGCONT);
	if (t->foreground && t->foreground != t->session) {
		signal_group(t->foreground, TTY_SIGHUP);
		signal_group(t->foreground, TTY_SIGCONT);
	}
}

/* Whether the session that has the terminal is still there: its leader, with this terminal. */
static bool is_taken(struct tty *t)
{
	struct job_ids leader;

	return t->session && job_ids(t->session, &leader) == 0 && leader.terminal == (uint32_t)t->node.rdevice;
}

int job_take(struct tty *t, struct srv_request *r, bool steal)
{
	const struct proto_cred *cred = srv_cred(r);
	struct job_ids ids;
	int status = job_ids(STAMP_PID(r->who), &ids);

	if (status < 0)
		return status;
	if (ids.session == t->session && ids.terminal == (uint32_t)t->node.rdevice)
		return 0;
	if (ids.session != ids.pid || ids.terminal)
		return -EPERM; /* only the leader of a session that has none */
	if (is_taken(t) && !(steal && cred && cred->euid == 0))
		return -EPERM;
	if (is_taken(t))
		tell_terminal(t->session, 0, 0);
	status = tell_terminal(ids.session, t->node.rdevice, ids.group);
	if (status < 0)
		return status;
	t->session = ids.session;
	t->foreground = ids.group;
	return 0;
}

int job_leave(struct tty *t, struct srv_request *r)
{
	struct job_ids ids;
	int status = job_ids(STAMP_PID(r->who), &ids);

	if (status < 0)
		return status;
	if (!t->session || ids.session != t->session)
		return -ENOTTY;
	if (ids.session != ids.pid)
		return -EPERM; /* a terminal is a session's, not a process's */
	job_hang_up(t);
	tell_terminal(t->session, 0, 0);
	t->session = 0;
	t->foreground = 0;
	return 0;
}

int job_set_foreground(struct tty *t, struct srv_request *r, uint32_t group)
{
	struct job_ids ids;
	uint64_t place = 0;
	uint32_t member;
	int status;

	if (!job_controls(t, r))
		return -ENOTTY;
	status = job_check(t, r, TTY_SIGTTOU);
	if (status < 0)
		return status;
	if (group == 0 || group > 0x7fffffff)
		return -EINVAL;
	if (info(INFO_GROUP, group, &place, &member, sizeof(member)) < 1 || job_ids(member, &ids) < 0 ||
	    ids.session != t->session)
		return -EPERM;
	t->foreground = group;
	return tell_terminal(t->session, t->node.rdevice, group);
}
