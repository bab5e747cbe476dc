/* SPDX-License-Identifier: 0BSD */
/* command.c: commands for the shell: system, popen, pclose.
 *
 * A stream of popen stands in a list with its process, so that pclose finds that. POSIX wants it
 * closed in later children of popen: FD_CLOEXEC does that for every child.
 */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct command {
	struct command *next;
	FILE *stream;
	pid_t pid;
};

static struct command *commands;
static pthread_mutex_t commands_lock = PTHREAD_MUTEX_INITIALIZER;

static pid_t wait_for(pid_t pid, int *status)
{
	pid_t answer;

	do
		answer = waitpid(pid, status, 0);
	while (answer < 0 && errno == EINTR);
	return answer;
}

static int start(pid_t *pid, const char *command, const posix_spawn_file_actions_t *actions,
		 const posix_spawnattr_t *attr)
{
	char *const words[] = {"sh", "-c", "--", (char *)command, NULL};

	return posix_spawn(pid, _PATH_BSHELL, actions, attr, words, environ);
}

/* With the signals as they were before system() changed them. */
static int start_unblocked(pid_t *pid, const char *command, const sigset_t *mask,
			   sigset_t *defaults)
{
	posix_spawnattr_t attr;
	int error = posix_spawnattr_init(&attr);

	if (error)
		return error;
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, mask);
	posix_spawnattr_setsigdefault(&attr, defaults);
	error = start(pid, command, NULL, &attr);
	posix_spawnattr_destroy(&attr);
	return error;
}

/* While the command runs, ^C and ^\ are for it, and its end is nobody else's to see. */
int system(const char *command)
{
	struct sigaction ignore = {0}, interrupt, quit;
	sigset_t child, mask, defaults;
	int status = -1, error;
	pid_t pid;

	if (!command)
		return access(_PATH_BSHELL, X_OK) == 0;
	ignore.sa_handler = SIG_IGN;
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &child, &mask);
	sigemptyset(&defaults);
	if (interrupt.sa_handler != SIG_IGN)
		sigaddset(&defaults, SIGINT);
	if (quit.sa_handler != SIG_IGN)
		sigaddset(&defaults, SIGQUIT);

	error = start_unblocked(&pid, command, &mask, &defaults);
	if (error == ENOENT || error == EACCES || error == ENOEXEC)
		status = W_EXITCODE(127, 0);
	else if (!error && wait_for(pid, &status) < 0)
		error = errno;
	else if (error)
		status = -1;

	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	if (status == -1)
		errno = error;
	return status;
}

/* The command with THEIRS as its descriptor AS. */
static int start_piped(pid_t *pid, const char *command, int theirs, int as)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return error;
	/* dup2 to itself takes FD_CLOEXEC away. */
	error = posix_spawn_file_actions_adddup2(&actions, theirs, as);
	if (!error)
		error = start(pid, command, &actions, NULL);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static FILE *open_command(struct command *entry, const char *command, int reads)
{
	int ends[2], ours, error;

	if (pipe2(ends, O_CLOEXEC))
		return NULL;
	ours = ends[reads ? 0 : 1];
	entry->stream = fdopen(ours, reads ? "r" : "w");
	error = entry->stream ? start_piped(&entry->pid, command, ends[reads ? 1 : 0],
					    reads ? STDOUT_FILENO : STDIN_FILENO)
			      : errno;
	close(ends[reads ? 1 : 0]);
	if (error) {
		if (entry->stream)
			fclose(entry->stream);
		else
			close(ours);
		errno = error;
		return NULL;
	}
	return entry->stream;
}

FILE *popen(const char *command, const char *mode)
{
	struct command *entry;
	int reads = mode[0] == 'r';

	if ((mode[0] != 'r' && mode[0] != 'w') || (mode[1] && strcmp(mode + 1, "e") != 0)) {
		errno = EINVAL;
		return NULL;
	}
	entry = malloc(sizeof(*entry));
	if (!entry)
		return NULL;
	if (!open_command(entry, command, reads)) {
		free(entry);
		return NULL;
	}
	pthread_mutex_lock(&commands_lock);
	entry->next = commands;
	commands = entry;
	pthread_mutex_unlock(&commands_lock);
	return entry->stream;
}

int pclose(FILE *stream)
{
	struct command **at, *entry;
	int status = -1;

	pthread_mutex_lock(&commands_lock);
	for (at = &commands; *at && (*at)->stream != stream; at = &(*at)->next)
		;
	entry = *at;
	if (entry)
		*at = entry->next;
	pthread_mutex_unlock(&commands_lock);
	if (!entry) {
		errno = EINVAL;
		return -1;
	}
	fclose(stream);
	if (wait_for(entry->pid, &status) < 0)
		status = -1;
	free(entry);
	return status;
}
