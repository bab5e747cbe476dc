/* SPDX-License-Identifier: 0BSD */
/* main.c: reads the list, starts everything, serves /dev/svc, learns of ends, and stops the
 * machine.
 *
 * Two threads: the server's, and one that waits in PROC_WAIT and takes the server's lock when a
 * child has ended. A timer looks after services that wait for others, and after the steps of a
 * shutdown.
 */
#include <parley/clock.h>
#include <parley/debug.h>
#include <parley/syscall.h>
#include <proto/image.h>
#include <proto/layout.h>
#include <proto/process.h>
#include "lib/string.h"
#include "message.h"
#include "start.h"

#define TEXT_MAX     32768
#define TICK_NS	     (100 * OS_MS)
#define GRACE_NS     (3 * OS_S) /* from SIGTERM to SIGKILL */
#define SIGTERM	     15
#define SIGKILL	     9
#define SIGCONT	     19
#define SYS_PID	     1
#define IMAGE_PID    2
#define WAITER_STACK 8192
#define LIST_CHUNK   16

static const struct srv_ops root_ops;
static struct srv_node root;
static struct srv_mount mounts[] = {{.prefix = "/dev/svc", .node = &root}};
static struct srv supervisor = {.name = "supervisor", .mounts = mounts, .mount_count = 1};
static struct srv_timer timer;

/* When the shutdown began (0: there is none), and how it ends. */
static uint64_t shutdown_ns;
static unsigned shutdown_action;

static void arm(void)
{
	bool wanted = shutdown_ns || service_waits();

	srv_timer_set(&timer, wanted ? os_in_ns(TICK_NS) : 0, 0);
}

/* ---- ends of children ---- */

static uint32_t starts_seen; /* grows with each start: what the waiter sleeps on when there is no child */

static void note_starts(void)
{
	uint32_t starts = 0;

	for (unsigned i = 0; i < service_count; i++)
		starts += service_table[i].starts;
	__atomic_store_n(&starts_seen, starts, __ATOMIC_RELEASE);
	os_sync_wake((uint64_t)&starts_seen, 1, 0);
}

/* What the waiter hands over: one end at a time. */
static struct {
	uint32_t full; /* 1: to be taken */
	uint32_t pid, status;
} ended;
static struct srv_event ended_event;

static void take_ended(struct srv_event *event, uint64_t bits)
{
	struct service *s = service_by_pid(ended.pid);

	if (s)
		service_ended(s, ended.status);
	__atomic_store_n(&ended.full, 0, __ATOMIC_RELEASE);
	os_sync_wake((uint64_t)&ended.full, 1, 0);
	note_starts();
	arm();
}

static void hand_over(uint32_t pid, uint32_t status)
{
	ended.pid = pid;
	ended.status = status;
	__atomic_store_n(&ended.full, 1, __ATOMIC_RELEASE);
	os_event_signal(ended_event.slot, 1);
	while (__atomic_load_n(&ended.full, __ATOMIC_ACQUIRE))
		os_sync_wait((uint64_t)&ended.full, 1, DEADLINE_FOREVER, 0);
}

static void waiter(void)
{
	for (;;) {
		uint32_t seen = __atomic_load_n(&starts_seen, __ATOMIC_ACQUIRE), status;
		int64_t pid = message_wait(&status);

		if (pid > 0)
			hand_over((uint32_t)pid, status);
		else
			os_sync_wait((uint64_t)&starts_seen, seen, DEADLINE_FOREVER, 0);
	}
}

/* ---- shutdown ---- */

/* A server that others still need: it goes last. The image's is the first child of sys and no
 * service. */
static bool is_server(uint32_t pid)
{
	struct service *s = service_by_pid(pid);

	return pid == IMAGE_PID || (s && s->text.prefixes);
}

/* Sends `signal` to all processes but `sys`, this one and servers; answers how many there are. */
static unsigned signal_all(unsigned signal, uint32_t self)
{
	uint32_t pids[MESSAGE_PIDS];
	uint64_t place = 0;
	unsigned count = 0;

	do {
		int64_t got = message_processes(&place, pids);

		for (int64_t i = 0; i < got; i++) {
			if (pids[i] == SYS_PID || pids[i] == self || is_server(pids[i]))
				continue;
			count++;
			if (signal)
				message_kill(pids[i], signal);
		}
	} while (place);
	return count;
}

static uint32_t own_pid(void) { return ((const struct info_page *)LAYOUT_INFO)->pid; }

static void shutdown_begin(unsigned action)
{
	shutdown_ns = os_now_ns();
	shutdown_action = action;
	for (unsigned i = 0; i < service_count; i++)
		service_table[i].wanted = false;
	signal_all(SIGTERM, own_pid());
	signal_all(SIGCONT, own_pid());
	arm();
}

static void shutdown_step(void)
{
	bool late = os_now_ns() - shutdown_ns > GRACE_NS;

	if (signal_all(late ? SIGKILL : 0, own_pid()) && os_now_ns() - shutdown_ns < 2 * GRACE_NS)
		return;
	message_power(shutdown_action);
}

static void tick(struct srv_event *event, uint64_t bits)
{
	if (shutdown_ns)
		shutdown_step();
	else
		service_start_wanted();
	note_starts();
	arm();
}

/* ---- /dev/svc ---- */

static int64_t list(struct srv_request *r)
{
	struct proto_service *out = srv_scratch(r);
	uint64_t place = r->in.w[1], count = 0;
	int64_t status;

	for (; place < service_count && count < LIST_CHUNK; place++) {
		const struct service *s = &service_table[place];

		out[count] =
		    (struct proto_service){.pid = s->pid, .state = s->state, .starts = s->starts, .status = s->status};
		memcpy(out[count++].name, s->text.name, strlen(s->text.name));
	}
	status = srv_put(r, out, count * sizeof(*out));
	r->out.w[1] = place < service_count ? place : 0;
	return status < 0 ? status : (int64_t)count;
}

/* Does `act` to the service whose name is the message's data. */
static int64_t change(struct srv_request *r, int (*act)(struct service *))
{
	char text[32];
	struct srv_name name = {text, (unsigned)r->data_bytes};
	struct service *s;
	int status;

	if (r->data_bytes > sizeof(text))
		return -ENOENT;
	status = srv_get(r, 0, text, r->data_bytes);
	if (status < 0)
		return status;
	s = service_by_name(name);
	if (!s)
		return -ENOENT;
	status = act(s);
	note_starts();
	arm();
	return status;
}

static bool is_root(struct srv_request *r)
{
	const struct proto_cred *cred = srv_cred(r);

	return cred && cred->euid == 0;
}

static int64_t root_message(struct srv_request *r)
{
	if (r->op == SVC_LIST)
		return list(r);
	if (r->op != SVC_RESTART && r->op != SVC_START && r->op != SVC_STOP && r->op != SVC_SHUTDOWN)
		return -ENOSYS;
	if (!is_root(r))
		return -EPERM;
	switch (r->op) {
	case SVC_START:
		return change(r, service_start);
	case SVC_STOP:
		return change(r, service_stop);
	case SVC_RESTART:
		return change(r, service_restart);
	default:
		shutdown_begin((unsigned)r->in.w[1]);
		return 0;
	}
}

static const struct srv_ops root_ops = {.message = root_message};

/* ---- the beginning ---- */

/* The whole file, as it lies in its memory object's place: read by messages. */
static int64_t read_text(char *text)
{
	int64_t file = message_open("/" IMAGE_PATH_MANIFEST, O_RDONLY), bytes = 0, got;

	if (file < 0)
		return file;
	do {
		got = message_read((cap_t)file, (uint64_t)bytes, text + bytes, (uint64_t)(TEXT_MAX - 1 - bytes));
		bytes += got > 0 ? got : 0;
	} while (got > 0 && bytes < TEXT_MAX - 1);
	os_close((cap_t)file, DEADLINE_FOREVER);
	return got < 0 ? got : bytes;
}

static int read_services(void)
{
	static char text[TEXT_MAX];
	static struct service_text table[SERVICES_MAX];
	unsigned line = 0;
	int64_t bytes = read_text(text), count;

	if (bytes < 0)
		return (int)bytes;
	count = services_parse(text, (size_t)bytes, table, &line);
	if (count < 0) {
		os_printf("supervisor: /etc/services:%u: not understood\n", line);
		return (int)count;
	}
	for (; service_count < count; service_count++) {
		struct service *s = &service_table[service_count];
		int status;

		service_init(s, &table[service_count]);
		status = srv_mount(&supervisor, &s->line);
		if (status < 0)
			return status;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static char stack[WAITER_STACK] __attribute__((aligned(16)));
	int status;

	srv_node_init(&root, &root_ops, 1, S_IFCHR | 0666);
	timer.event.handle = tick;
	ended_event.handle = take_ended;
	status = srv_start(&supervisor);
	if (status == 0)
		status = srv_mount(&supervisor, &mounts[0]);
	if (status == 0)
		status = srv_timer_init(&supervisor, &timer, 0);
	if (status == 0)
		status = srv_event_init(&supervisor, &ended_event, 0);
	if (status == 0)
		status = read_services();
	if (status == 0)
		status = (int)message_thread(waiter, stack + sizeof(stack));
	if (status < 0) {
		os_printf("supervisor: cannot begin: %s\n", os_error_name(status));
		return 1;
	}
	service_start_wanted();
	note_starts();
	arm();
	srv_serve(&supervisor);
}
