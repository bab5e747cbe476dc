/* SPDX-License-Identifier: 0BSD */
/* worker.c: threads that do as they are told; see worker.h. */
#include "worker.h"

#include "../posix/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <posix/containers.h>
#include <posix/thread.h>

/* ---- what /proc says ---- */

static const char *const kinds[] = {"vspace", "fdspace", "fs", "ns", "account"};
struct bound bound_of(pid_t pid, unsigned tid)
{
	static const char *const names[] = {"Vspace:", "Fdspace:", "Fs:", "Ns:", "Account:"};
	char path[96], target[96], status[1024];
	struct bound b = {{0}};

	snprintf(path, sizeof(path), "/proc/%d/task/%u/status", (int)pid, tid);
	strncpy(status, test_read_file(path), sizeof(status) - 1);
	status[sizeof(status) - 1] = '\0';
	for (unsigned i = 0; i < KINDS; i++) {
		const char *line = strstr(status, names[i]), *number;
		ssize_t bytes;

		snprintf(path, sizeof(path), "/proc/%d/task/%u/%s", (int)pid, tid, kinds[i]);
		bytes = readlink(path, target, sizeof(target) - 1);
		if (!EXPECT(bytes > 0 && line))
			continue;
		target[bytes] = '\0';
		number = strrchr(target, '/');
		b.id[i] = number ? (unsigned)strtoul(number + 1, NULL, 10) : 0;
		EXPECT(strstr(target, kinds[i]) != NULL);
		EXPECT_EQ(strtoul(line + strlen(names[i]), NULL, 10), b.id[i]);
	}
	return b;
}

void expect_shared(struct bound a, struct bound b, unsigned other)
{
	for (unsigned i = 0; i < KINDS; i++)
		EXPECT_EQ(a.id[i] != b.id[i], (other >> i) & 1);
}

bool file_has(const char *kind, unsigned id, const char *name, const char *text)
{
	char path[96];

	snprintf(path, sizeof(path), "/proc/%s/%u/%s", kind, id, name);
	return strstr(test_read_file(path), text) != NULL;
}

unsigned tid_of_self(void) { return posix_self()->tid; }

/* ---- threads that do as they are told ---- */

static void *work(void *argument)
{
	struct worker *w = argument;

	w->tid = tid_of_self();
	for (;;) {
		pthread_barrier_wait(&w->barrier);
		if (!w->step)
			return NULL;
		w->step(w);
		pthread_barrier_wait(&w->barrier);
	}
}

void worker_do(struct worker *w, void (*step)(struct worker *))
{
	w->step = step;
	pthread_barrier_wait(&w->barrier);
	if (step)
		pthread_barrier_wait(&w->barrier);
}

static void nothing(struct worker *w) { (void)w; }

bool worker_begin(struct worker *w, cap_t context, cap_t fdspace)
{
	pthread_attr_t attr;

	memset(w, 0, sizeof(*w));
	pthread_barrier_init(&w->barrier, NULL, 2);
	pthread_attr_init(&attr);
	posix_attr_bind(&attr, context, fdspace);
	if (!EXPECT_EQ(pthread_create(&w->thread, &attr, work, w), 0))
		return false;
	worker_do(w, nothing); /* it has said who it is */
	return true;
}

void worker_end(struct worker *w)
{
	worker_do(w, NULL);
	EXPECT_EQ(pthread_join(w->thread, NULL), 0);
	pthread_barrier_destroy(&w->barrier);
}
