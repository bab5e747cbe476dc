/* SPDX-License-Identifier: 0BSD */
/* child.c: see child.h. */
#include "child.h"
#include "lib/test.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

char program[PATH_MAX];

/* ---- the other side ---- */

static void say_arguments(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("[%s]", argv[i]);
}

static void say_descriptors(void)
{
	for (int fd = 0; fd < 64; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			printf("%d ", fd);
	}
}

static void say_signals(void)
{
	struct sigaction action;
	sigset_t mask;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int sig = 1; sig < 32; sig++) {
		sigaction(sig, NULL, &action);
		if (sigismember(&mask, sig) || action.sa_handler != SIG_DFL)
			printf("%d%s%s ", sig, sigismember(&mask, sig) ? "b" : "",
			       action.sa_handler == SIG_IGN ? "i" : "");
	}
}

static void be_child(int argc, char **argv)
{
	const char *what = argv[2];
	char cwd[PATH_MAX];

	if (strcmp(what, "exit") == 0)
		exit(atoi(argv[3]));
	if (strcmp(what, "args") == 0)
		say_arguments(argc - 3, argv + 3);
	if (strcmp(what, "env") == 0)
		printf("%s", getenv("WORD") ? getenv("WORD") : "none");
	if (strcmp(what, "fds") == 0)
		say_descriptors();
	if (strcmp(what, "signals") == 0)
		say_signals();
	if (strcmp(what, "group") == 0)
		printf("%d %d", getpgrp() == getpid(), getsid(0) == getpid());
	if (strcmp(what, "cwd") == 0)
		printf("%s", getcwd(cwd, sizeof(cwd)));
	if (strcmp(what, "umask") == 0)
		printf("%o", (unsigned)umask(0));
	if (strcmp(what, "count") == 0)
		printf("%d %zu", argc, strlen(argv[argc - 1]));
	if (strcmp(what, "copy") == 0)
		for (int c; (c = getchar()) != EOF;)
			putchar(c);
	exit(0);
}

__attribute__((constructor)) static void begin(int argc, char **argv, char **envp)
{
	if (argc > 2 && strcmp(argv[1], "--child") == 0)
		be_child(argc, argv);
	if (!realpath((const char *)getauxval(AT_EXECFN), program))
		program[0] = '\0';
}

/* ---- what it says ---- */

char said[SAID_BYTES];

int listen_to(int in, pid_t pid)
{
	size_t length = 0;
	ssize_t n;
	int status = -1;

	while ((n = read(in, said + length, sizeof(said) - 1 - length)) > 0)
		length += (size_t)n;
	said[length] = '\0';
	close(in);
	if (pid > 0)
		waitpid(pid, &status, 0);
	return status;
}

int spawn(const char *path, posix_spawn_file_actions_t *actions, posix_spawnattr_t *attr, char **argv)
{
	posix_spawn_file_actions_t own;
	int fds[2], error;
	pid_t pid = -1;

	if (!EXPECT_OK(pipe2(fds, O_CLOEXEC)))
		return -1;
	if (!actions) {
		posix_spawn_file_actions_init(&own);
		actions = &own;
	}
	posix_spawn_file_actions_adddup2(actions, fds[1], 1);
	error = posix_spawn(&pid, path, actions, attr, argv, environ);
	EXPECT_EQ(error, 0);
	posix_spawn_file_actions_destroy(actions);
	close(fds[1]);
	return listen_to(fds[0], pid);
}
