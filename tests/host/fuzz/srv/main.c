/* SPDX-License-Identifier: 0BSD */
/* main.c: `fuzz_srv [--seconds N] [--seed S] [--steps N]`: a server on lib/srv, and clients that send it anything.
 *
 * One random world after the other, each in a process of its own, so that the server begins anew. A world fails when a
 * sanitizer finds something, when the server does what the kernel would not let it, when it hangs, or when something is
 * left behind once everything has been closed and removed.
 */
#include "host/fuzz/srv/machine.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "host/fuzz/run.h"
#include "lib/assert.h"
#include "lib/bits.h"

#define HANGS_SECONDS 60

bool machine_calm, machine_paths, machine_keeps;

static uint64_t state;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool server_runs = true;

uint64_t machine_random(uint64_t below)
{
	/* xorshift64* (Vigna 2014) */
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dull >> 16) % below;
}

void machine_fail(const char *what, uint64_t number)
{
	printf("\nthe server %s: %" PRIu64 " (%" PRIx64 ")\n", what, number, number);
	fflush(stdout);
	abort();
}

/* An assertion of the libraries that the kernel and servers share. */
void panic(const char *format, ...) { machine_fail(format, 0); }

/* ---- whose turn it is ---- */

static void turn(bool to_server)
{
	pthread_mutex_lock(&lock);
	server_runs = to_server;
	pthread_cond_broadcast(&changed);
	while (server_runs == to_server)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

void machine_run_server(void) { turn(true); }
void machine_idle(void) { turn(false); }

static int (*const servers[])(int argc, char **argv) = {unix_main, plain_main, ram_main};
static unsigned server;

static void *serve(void *none)
{
	char name[] = "fuzzed", size[] = "256k", root[] = "/", other[] = "/mnt";
	char *arguments[] = {name, size, root, other, NULL};

	machine_fail("ends", (uint64_t)servers[server](machine_paths ? 4 : 1, arguments));
}

static void world(unsigned steps)
{
	pthread_t thread;

	alarm(HANGS_SECONDS);
	kernel_begin();
	machine_calm = true;
	pthread_create(&thread, NULL, serve, NULL);
	pthread_mutex_lock(&lock);
	while (server_runs)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	clients_run(steps);
	_exit(0);
}

/* True when the world of this seed ended well. */
static bool try(uint64_t seed, unsigned steps)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		state = seed * 0x9e3779b97f4a7c15ull | 1;
		server = seed % array_len(servers);
		machine_paths = server != 0;
		machine_keeps = seed / array_len(servers) % 2;
		world(steps);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	if (WIFSIGNALED(status))
		printf("\nended by signal %d%s\n", WTERMSIG(status),
		       WTERMSIG(status) == SIGALRM ? ": it took too long" : "");
	return status == 0;
}

int main(int argc, char **argv)
{
	return fuzz_run(argc, argv, &(struct fuzzer){.name = "fuzz_srv", .steps = 3000, .world = try});
}
