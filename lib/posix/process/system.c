/* SPDX-License-Identifier: 0BSD */
/* system.c: commands for the shell: system, popen. Both spawn it, which copies nothing of the caller. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "posix/internal.h"
#include "posix/signal.h"

#define SHELL "/bin/sh"

static int spawn_shell(pid_t *pid, const char *command, const posix_spawn_file_actions_t *actions,
		       const posix_spawnattr_t *attr)
{
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)command, NULL};

	return posix_spawn(pid, SHELL, actions, attr, argv, environ);
}

static int wait_for(pid_t pid)
{
	int status;
	pid_t r;

	do {
		r = waitpid(pid, &status, 0);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -1 : status;
}

/* ---- system ---- */

static void cancelled(void *pid)
{
	kill(*(pid_t *)pid, SIGKILL);
	wait_for(*(pid_t *)pid);
}

static int run(const char *command, const posix_spawnattr_t *attr)
{
	pid_t pid;
	int status;

	if (spawn_shell(&pid, command, NULL, attr) != 0)
		return W_EXITCODE(127, 0);
	pthread_cleanup_push(cancelled, &pid);
	status = wait_for(pid);
	pthread_cleanup_pop(0);
	return status;
}

/* Several threads may be in system at once: the first ignores SIGINT and SIGQUIT, the last puts them back. */
static uint32_t lock;
static unsigned running;
static struct sigaction old_int, old_quit;

static void begin(sigset_t *defaults)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	posix_lock(&lock);
	if (running++ == 0) {
		sigaction(SIGINT, &ignore, &old_int);
		sigaction(SIGQUIT, &ignore, &old_quit);
	}
	sigemptyset(defaults);
	if (old_int.sa_handler != SIG_IGN)
		sigaddset(defaults, SIGINT);
	if (old_quit.sa_handler != SIG_IGN)
		sigaddset(defaults, SIGQUIT);
	posix_unlock(&lock);
}

static void end(void *unused)
{
	posix_lock(&lock);
	if (--running == 0) {
		sigaction(SIGINT, &old_int, NULL);
		sigaction(SIGQUIT, &old_quit, NULL);
	}
	posix_unlock(&lock);
}

int system(const char *command)
{
	sigset_t child = SIGNAL_BIT(SIGCHLD), mask, defaults;
	posix_spawnattr_t attr;
	int status;

	if (!command)
		return access(SHELL, X_OK) == 0;
	if (posix_spawnattr_init(&attr) != 0)
		return -1;
	sigprocmask(SIG_BLOCK, &child, &mask);
	begin(&defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setsigmask(&attr, &mask);
	pthread_cleanup_push(end, NULL);
	status = run(command, &attr);
	pthread_cleanup_pop(1);
	posix_spawnattr_destroy(&attr);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return status;
}

/* ---- popen ---- */

struct command {
	struct command *next;
	FILE *stream;
	pid_t pid;
};

static struct command *commands;
static uint32_t commands_lock;

/* The child's end of the pipe becomes its input or output; streams of earlier popens are closed in it by
 * their close-on-exec flags. */
static int start(pid_t *pid, const char *command, int child_fd, int as)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return error;
	error = posix_spawn_file_actions_adddup2(&actions, child_fd, as);
	if (!error)
		error = spawn_shell(pid, command, &actions, NULL);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static FILE *open_pipe(struct command *c, const char *command, bool reading, bool cloexec)
{
	int fds[2], ours = reading ? 0 : 1, error;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return NULL;
	c->stream = fdopen(fds[ours], reading ? "r" : "w");
	if (!c->stream) {
		close(fds[0]);
		close(fds[1]);
		return NULL;
	}
	error = start(&c->pid, command, fds[!ours], reading ? STDOUT_FILENO : STDIN_FILENO);
	close(fds[!ours]);
	if (error) {
		fclose(c->stream);
		errno = error;
		return NULL;
	}
	if (!cloexec)
		fcntl(fds[ours], F_SETFD, 0);
	return c->stream;
}

FILE *popen(const char *command, const char *mode)
{
	bool reading = mode[0] == 'r', cloexec = strchr(mode, 'e') != NULL;
	struct command *c;

	if (mode[0] != 'r' && mode[0] != 'w') {
		errno = EINVAL;
		return NULL;
	}
	c = malloc(sizeof(*c));
	if (!c)
		return NULL;
	if (!open_pipe(c, command, reading, cloexec)) {
		free(c);
		return NULL;
	}
	posix_lock(&commands_lock);
	c->next = commands;
	commands = c;
	posix_unlock(&commands_lock);
	return c->stream;
}

int pclose(FILE *stream)
{
	struct command **at, *c;
	pid_t pid;

	posix_lock(&commands_lock);
	for (at = &commands; *at && (*at)->stream != stream; at = &(*at)->next)
		;
	c = *at;
	if (c)
		*at = c->next;
	posix_unlock(&commands_lock);
	if (!c)
		return posix_zero(-ECHILD);
	pid = c->pid;
	free(c);
	fclose(stream);
	return wait_for(pid);
}
