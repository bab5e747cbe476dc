/* SPDX-License-Identifier: 0BSD */
/* service.c: states of services. */
#include <parley/clock.h>
#include <parley/debug.h>
#include <parley/syscall.h>
#include "lib/bits.h"
#include "lib/string.h"
#include "message.h"
#include "start.h"

#define SIGKILL 9

struct service service_table[SERVICES_MAX];
unsigned service_count;

static const struct srv_ops line_ops;

static cap_t left[SERVICES_MAX][SVC_LEFT_MAX];

void service_init(struct service *s, const struct service_text *text)
{
	*s = (struct service){.text = *text,
			      .wanted = true,
			      .endpoint = CAP_NONE,
			      .account = CAP_NONE,
			      .kept = CAP_NONE,
			      .left = left[s - service_table]};
	for (unsigned i = 0; i < SERVICE_DEVICES; i++)
		s->device[i] = CAP_NONE;
	srv_node_init(&s->node, &line_ops, 2 + service_count, S_IFCHR | 0600);
	s->line = (struct srv_mount){.node = &s->node};
}

struct service *service_by_name(struct srv_name name)
{
	for (unsigned i = 0; i < service_count; i++)
		if (srv_name_is(name, service_table[i].text.name))
			return &service_table[i];
	return NULL;
}

struct service *service_by_pid(uint32_t pid)
{
	for (unsigned i = 0; pid && i < service_count; i++)
		if (service_table[i].pid == pid)
			return &service_table[i];
	return NULL;
}

/* ---- what it needs ---- */

static struct service *server_of(const char *prefix)
{
	for (unsigned i = 0; i < service_count; i++) {
		const struct service_text *t = &service_table[i].text;

		for (unsigned n = 0; n < t->prefixes; n++)
			if (!strcmp(t->prefix[n].path, prefix))
				return &service_table[i];
	}
	return NULL; /* the image itself, which is there */
}

/* The first need that is not met, or NULL. */
static const struct service_need *missing(const struct service *s)
{
	for (unsigned i = 0; i < s->text.needs; i++) {
		struct service *server = server_of(s->text.need[i].path);

		if (server && server->state != SERVICE_RUNNING)
			return &s->text.need[i];
	}
	return NULL;
}

/* Notes since when S waits, and says once when that is too long. */
static void wait_for(struct service *s, const struct service_need *need)
{
	uint64_t now = os_now_ns();

	if (!s->waits_ns) {
		s->waits_ns = now;
	} else if (s->waits_ns != UINT64_MAX && now - s->waits_ns > need->seconds * OS_S) {
		os_printf("supervisor: %s has waited %u s for %s of %s\n", s->text.name, need->seconds, need->path,
			  server_of(need->path)->text.name);
		s->waits_ns = UINT64_MAX;
	}
}

bool service_waits(void)
{
	for (unsigned i = 0; i < service_count; i++)
		if (service_table[i].waits_ns && service_table[i].waits_ns != UINT64_MAX)
			return true;
	return false;
}

/* ---- starting ---- */

static void fail(struct service *s, const char *what, int error)
{
	os_printf("supervisor: %s: %s %s (%d)\n", s->text.name, what, error < 0 ? os_error_name(error) : "", error);
	s->state = SERVICE_FAILED;
	s->wanted = false;
	start_abandon(s);
}

static void start(struct service *s)
{
	int status = start_prepare(s);

	s->waits_ns = 0;
	if (status < 0)
		return fail(s, "cannot be prepared", status);
	s->state = s->text.prefixes ? SERVICE_STARTING : SERVICE_RUNNING;
	s->starts++;
	status = start_process(s);
	if (status < 0)
		fail(s, "cannot be started", status);
}

/* A start may meet the need of one before it in the list, so it is gone through until nothing
 * changes: at most once a service. */
void service_start_wanted(void)
{
	bool again = true;

	while (again) {
		again = false;
		for (unsigned i = 0; i < service_count; i++) {
			struct service *s = &service_table[i];
			const struct service_need *need;

			if (!s->wanted || s->pid || s->state == SERVICE_FAILED)
				continue;
			need = missing(s);
			if (need) {
				wait_for(s, need);
				continue;
			}
			start(s);
			again = s->state == SERVICE_RUNNING;
		}
	}
}

void service_ready(struct service *s)
{
	if (s->state == SERVICE_STARTING)
		s->state = SERVICE_RUNNING;
	service_start_wanted();
}

/* ---- ending ---- */

/* Counts a restart; false: too many of them in the time that the manifest states. */
static bool may_restart(struct service *s)
{
	uint64_t now = os_now_ns();

	if (now - s->window_ns > s->text.restart_seconds * OS_S) {
		s->window_ns = now;
		s->restarts = 0;
	}
	return s->restarts++ < s->text.restarts;
}

void service_ended(struct service *s, uint32_t status)
{
	s->pid = 0;
	s->status = status;
	s->state = SERVICE_STOPPED;
	if (s->endpoint != CAP_NONE)
		os_requeue(s->endpoint, 0);
	if (!s->text.restarts)
		s->wanted = false;
	else if (s->wanted && !may_restart(s))
		fail(s, "ended too often, at last with status", (int)status);
	service_start_wanted();
}

int service_start(struct service *s)
{
	if (s->pid)
		return -EALREADY;
	s->wanted = true;
	s->state = SERVICE_STOPPED;
	s->restarts = 0;
	s->window_ns = os_now_ns();
	service_start_wanted();
	return s->state == SERVICE_FAILED ? -EIO : 0;
}

int service_stop(struct service *s)
{
	if (!s->pid && !s->wanted)
		return -EALREADY;
	s->wanted = false;
	return s->pid ? (int)message_kill(s->pid, SIGKILL) : 0;
}

int service_restart(struct service *s)
{
	if (!s->pid)
		return service_start(s);
	s->restarts = 0;
	return (int)message_kill(s->pid, SIGKILL);
}

/* ---- the service's line ---- */

static int64_t leave(struct service *s, struct srv_request *r)
{
	unsigned number = 0;
	int64_t slot;

	while (number < s->left_end && s->left[number])
		number++;
	if (number == SVC_LEFT_MAX)
		return -ENOSPC;
	slot = srv_take(r, 0);
	if (slot < 0)
		return slot;
	s->left[number] = (cap_t)slot;
	s->left_end = max(s->left_end, number + 1);
	r->out.w[1] = number;
	return 0;
}

static int64_t line_message(struct srv_request *r)
{
	struct service *s = container_of(r->node, struct service, node);
	uint64_t number = r->in.w[1];

	switch (r->op) {
	case SVC_READY:
		service_ready(s);
		return 0;
	case SVC_LEAVE:
		return leave(s, r);
	case SVC_FETCH:
	case SVC_DISCARD:
		if (number >= SVC_LEFT_MAX)
			return -EINVAL;
		if (number >= s->left_end || !s->left[number])
			return -ENOENT;
		if (r->op == SVC_FETCH)
			return srv_give(r, s->left[number], false);
		os_cspace_delete(CAP_SELF_CSPACE, s->left[number]);
		s->left[number] = 0;
		return 0;
	}
	return -ENOSYS;
}

static const struct srv_ops line_ops = {.message = line_message};
