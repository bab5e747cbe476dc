/* SPDX-License-Identifier: 0BSD */
/* control.c: PROC_CONTROL: what writing to a `ctl` file of /proc does. The commands are numbers; the proc server has
 * the words. */
#include "proc/signal.h"

#include <proto/posix.h>

static int64_t process(struct request *q, const struct proto_cred *from)
{
	struct process *p = process_lookup((uint32_t)q->words.w[2]);
	struct signal s = {.code = SI_USER, .pid = STAMP_PID(q->who), .uid = from->uid};

	if (!p || p == process_sys)
		return -ESRCH;
	if (!cred_may_signal(from, &p->cred->is))
		return -EPERM;
	switch (q->words.w[3]) {
	case CONTROL_STOP:
		s.number = SIGSTOP;
		return signal_send(p, NULL, &s, false);
	case CONTROL_CONTINUE:
		s.number = SIGCONT;
		return signal_send(p, NULL, &s, false);
	case CONTROL_KILL:
		s.number = SIGKILL;
		return signal_send(p, NULL, &s, false);
	case CONTROL_SUBREAPER:
		p->subreaper = true;
		return 0;
	}
	return -EINVAL;
}

/* All members of a group together. */
static int64_t group(struct request *q, const struct proto_cred *from)
{
	static const uint8_t numbers[] = {
	    [CONTROL_STOP] = SIGSTOP, [CONTROL_CONTINUE] = SIGCONT, [CONTROL_KILL] = SIGKILL};
	struct group *g = group_lookup((uint32_t)q->words.w[2]);
	struct list_node *next;
	unsigned sent = 0;

	if (!g)
		return -ESRCH;
	if (q->words.w[3] >= sizeof(numbers) || !numbers[q->words.w[3]])
		return -EINVAL;
	for (struct list_node *at = list_first(&g->members); at; at = next) {
		struct process *p = list_entry(at, struct process, in_group);
		struct signal s = {.number = numbers[q->words.w[3]], .pid = STAMP_PID(q->who), .uid = from->uid};

		next = list_next(&g->members, at);
		if (p == process_sys || !cred_may_signal(from, &p->cred->is))
			continue;
		sent++;
		signal_send(p, NULL, &s, false);
	}
	return sent ? 0 : -EPERM;
}

int64_t sys_proc_control(struct request *q)
{
	const struct cred *c = cred_lookup((uint32_t)q->cred);

	if (!c)
		return -EPERM;
	switch (q->words.w[1]) {
	case INFO_PROCESS:
		return process(q, &c->is);
	case INFO_GROUP:
		return group(q, &c->is);
	}
	return -EINVAL;
}
