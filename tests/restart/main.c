/* SPDX-License-Identifier: 0BSD */
/* main.c: see README.md. What workers see is counted in memory that they share. */
#include "restart.h"

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <parley/message.h>
#include <proto/flags.h>
#include <proto/proto.h>

#define WORKERS	     2
#define SEEN_MAX     256
#define NAME_BYTES   32
#define PATIENCE_MS  15000 /* for a server to come back, and a worker to notice that it shall end */
#define PAUSE_MIN_MS 30
#define PAUSE_MAX_MS 300

enum { SEEN_NONE, SEEN_FILLING, SEEN_THERE };

struct seen {
	uint32_t state;
	char operation[NAME_BYTES];
	int error;
	uint32_t count;
};

static struct shared {
	uint32_t stop, begun;
	uint32_t rounds, operations, failed, wrongs;
	uint64_t longest_ns;
	struct seen seen[SEEN_MAX];
	char last_wrong[2 * NAME_BYTES];
	long last_number;
} * shared;

static const struct load *const loads[] = {&load_null, &load_log, &load_proc, &load_unix, &load_ram, &load_tty};
static uint64_t started_ns;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void sleep_ms(unsigned ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000}, NULL);
}

/* ---- what is seen ---- */

/* Without a lock: who holds one may be killed. */
static bool is_it(struct seen *s, const char *operation, int error)
{
	uint32_t none = SEEN_NONE;

	if (__atomic_compare_exchange_n(&s->state, &none, SEEN_FILLING, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		snprintf(s->operation, NAME_BYTES, "%s", operation);
		s->error = error;
		__atomic_store_n(&s->state, SEEN_THERE, __ATOMIC_RELEASE);
	}
	return s->state == SEEN_THERE && s->error == error && !strcmp(s->operation, operation);
}

static void count_error(const char *operation, int error)
{
	struct seen *s = shared->seen;

	__atomic_add_fetch(&shared->failed, 1, __ATOMIC_RELAXED);
	while (s < shared->seen + SEEN_MAX && !is_it(s, operation, error))
		s++;
	if (s < shared->seen + SEEN_MAX)
		__atomic_add_fetch(&s->count, 1, __ATOMIC_RELAXED);
	else
		wrong("too many kinds of errors", error);
}

void starts(void) { started_ns = now_ns(); }

ssize_t saw(const char *operation, ssize_t result)
{
	int error = errno;
	uint64_t took_ns = started_ns ? now_ns() - started_ns : 0;

	started_ns = 0;
	__atomic_add_fetch(&shared->operations, 1, __ATOMIC_RELAXED);
	if (took_ns > shared->longest_ns)
		shared->longest_ns = took_ns;
	if (result < 0)
		count_error(operation, error);
	errno = error;
	return result;
}

void wrong(const char *what, long number)
{
	snprintf(shared->last_wrong, sizeof(shared->last_wrong), "%s", what);
	shared->last_number = number;
	__atomic_add_fetch(&shared->wrongs, 1, __ATOMIC_RELEASE);
}

/* ---- workers ---- */

static void work(const struct load *load, unsigned worker)
{
	if (load->begin)
		load->begin(worker);
	__atomic_add_fetch(&shared->begun, 1, __ATOMIC_RELEASE);
	for (unsigned n = 0; !__atomic_load_n(&shared->stop, __ATOMIC_ACQUIRE); n++) {
		load->round(worker, n);
		__atomic_add_fetch(&shared->rounds, 1, __ATOMIC_RELAXED);
	}
	if (load->end)
		load->end();
	_exit(0);
}

/* Whether they all end in time; those that do not are killed. */
static bool end_workers(const pid_t *pids)
{
	bool ended = true;

	__atomic_store_n(&shared->stop, 1, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < WORKERS; i++) {
		int status = 0;
		unsigned waited_ms = 0;

		while (waitpid(pids[i], &status, WNOHANG) == 0 && waited_ms < PATIENCE_MS) {
			sleep_ms(10);
			waited_ms += 10;
		}
		if (waited_ms >= PATIENCE_MS) {
			printf("worker %u hangs\n", i);
			kill(pids[i], SIGKILL);
			waitpid(pids[i], &status, 0);
			ended = false;
		} else if (!WIFEXITED(status) || WEXITSTATUS(status)) {
			printf("worker %u ended with status %d\n", i, status);
			ended = false;
		}
	}
	return ended;
}

/* ---- killing ---- */

/* The service's record, from the supervisor. */
static bool find(int fd, const char *name, struct proto_service *out)
{
	struct proto_service services[16];
	struct os_words words = {{PROTO_WORD0(SVC_LIST, 0, 0)}};
	OS_DESC(1) d = {.desc = {.receive_count = 1}};
	int64_t count;

	d.desc.piece[0] = (struct message_piece){(uint64_t)services, sizeof(services)};
	count = os_send((cap_t)fd, &words, &d.desc, DEADLINE_FOREVER, 0);
	for (int64_t i = 0; i < count; i++)
		if (!strcmp(services[i].name, name)) {
			*out = services[i];
			return true;
		}
	return false;
}

static bool kill_once(int fd, const char *name)
{
	struct proto_service before, after;

	if (!find(fd, name, &before) || kill((pid_t)before.pid, SIGKILL) < 0)
		return false;
	for (unsigned waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += 5) {
		if (find(fd, name, &after) && after.state == SERVICE_RUNNING && after.pid != before.pid)
			return true;
		sleep_ms(5);
	}
	return false;
}

static bool kill_often(const char *name, unsigned times)
{
	int fd = open("/dev/svc", O_RDWR);
	bool good = fd >= 0;

	srand((unsigned)now_ns());
	for (unsigned i = 0; good && i < times; i++) {
		sleep_ms(PAUSE_MIN_MS + (unsigned)rand() % (PAUSE_MAX_MS - PAUSE_MIN_MS));
		good = kill_once(fd, name);
		if (!good)
			printf("%s did not come back after kill %u\n", name, i + 1);
	}
	sleep_ms(PAUSE_MAX_MS);
	close(fd);
	return good;
}

/* ---- the verdict ---- */

static bool is_allowed(const struct load *load, const struct seen *s)
{
	for (const struct allowed *a = load->allowed; a->operation; a++)
		if (a->error == s->error && !strcmp(a->operation, s->operation))
			return true;
	return false;
}

static bool report(const struct load *load)
{
	bool good = true;

	for (const struct seen *s = shared->seen; s < shared->seen + SEEN_MAX && s->state; s++) {
		bool allowed = is_allowed(load, s);

		if (s->state == SEEN_FILLING)
			continue; /* who began it was killed */

		printf("%s: %s, %u times%s\n", s->operation, strerror(s->error), s->count,
		       allowed ? "" : ": NOT ALLOWED");
		good = good && allowed;
	}
	if (shared->wrongs)
		printf("WRONG %u times, at last: %s %ld\n", shared->wrongs, shared->last_wrong, shared->last_number);
	printf("%u rounds, %u operations, %u failed, longest %lu ms\n", shared->rounds, shared->operations,
	       shared->failed, (unsigned long)(shared->longest_ns / 1000000));
	/* Where most fails little has been looked at. */
	return good && !shared->wrongs && shared->rounds > 0 && shared->failed < shared->operations / 2;
}

int main(int argc, char **argv)
{
	const struct load *load = NULL;
	pid_t pids[WORKERS];
	bool good;

	for (unsigned i = 0; argc == 3 && i < sizeof(loads) / sizeof(loads[0]); i++)
		if (!strcmp(argv[1], loads[i]->server))
			load = loads[i];
	if (!load)
		errx(2, "usage: restarttest SERVER TIMES");
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(2, "shared memory");
	for (unsigned i = 0; i < WORKERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			work(load, i);
	}
	/* They work on other processors: what they begin with is not to be disturbed. */
	for (unsigned ms = 0; __atomic_load_n(&shared->begun, __ATOMIC_ACQUIRE) < WORKERS && ms < PATIENCE_MS; ms += 10)
		sleep_ms(10);
	good = kill_often(load->server, (unsigned)atoi(argv[2]));
	good = end_workers(pids) && good;
	good = report(load) && good;
	printf("%s\n", good ? "good" : "BAD");
	return !good;
}
