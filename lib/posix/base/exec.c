/* SPDX-License-Identifier: 0BSD */
/* exec.c: the exec family over execve.
 *
 * The p functions look along PATH. A file that may not be executed does not end the search, but is
 * what the answer says when nothing better is found (EACCES). A file of no known format is given to
 * the shell, as POSIX says. All is async-signal-safe: memory is the stack's.
 */
#include <errno.h>
#include <limits.h>
#include <paths.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static size_t count_words(char *const words[])
{
	size_t count = 0;

	while (words[count])
		count++;
	return count;
}

/* execve, and once more by the shell when it is a script without a first line that says so. */
static void execute(const char *path, char *const argv[], char *const envp[])
{
	size_t count = count_words(argv);
	char **words = __builtin_alloca((count + 3) * sizeof(*words));

	execve(path, argv, envp);
	if (errno != ENOEXEC)
		return;

	words[0] = (char *)(count ? argv[0] : path);
	words[1] = (char *)path;
	for (size_t i = 1; i <= count; i++)
		words[i + 1] = argv[i];
	words[count ? count + 1 : 2] = NULL;
	execve(_PATH_BSHELL, words, envp);
}

/* Tries DIRECTORY/FILE; DIRECTORY is LEN bytes, none of them meaning the current one. */
static void execute_in(const char *directory, size_t len, const char *file, char *const argv[],
		       char *const envp[])
{
	char whole[PATH_MAX + NAME_MAX + 2];

	if (len >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return;
	}
	memcpy(whole, directory, len);
	if (len)
		whole[len++] = '/';
	memcpy(whole + len, file, strlen(file) + 1);
	execute(whole, argv, envp);
}

/* Whether the file might still be found elsewhere. */
static int goes_on(int error)
{
	return error == EACCES || error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG ||
	       error == ELOOP || error == ENODEV;
}

int execvpe(const char *file, char *const argv[], char *const envp[])
{
	const char *path = getenv("PATH"), *end;
	int answer = ENOENT;

	if (strchr(file, '/')) {
		execute(file, argv, envp);
		return -1;
	}
	if (!*file || strlen(file) > NAME_MAX) {
		errno = *file ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	for (path = path ? path : _PATH_DEFPATH;; path = end + 1) {
		end = strchrnul(path, ':');
		execute_in(path, (size_t)(end - path), file, argv, envp);
		if (!goes_on(errno))
			return -1;
		if (errno == EACCES)
			answer = EACCES;
		if (!*end)
			break;
	}
	errno = answer;
	return -1;
}

int execvp(const char *file, char *const argv[])
{
	return execvpe(file, argv, environ);
}

int execv(const char *path, char *const argv[])
{
	return execve(path, argv, environ);
}

/* How many words a call has, and the words themselves with the NULL behind them. */
static size_t count_args(const char *first, va_list args)
{
	size_t count = 0;

	for (const char *word = first; word; word = va_arg(args, const char *))
		count++;
	return count;
}

static void collect(char **argv, const char *first, va_list args)
{
	const char *word = first;

	for (; word; word = va_arg(args, const char *))
		*argv++ = (char *)word;
	*argv = NULL;
}

/* In the frame of a function with the arguments FIRST, ...: an array of them, on its stack. */
#define ARGV(argv, first)                                                                          \
	do {                                                                                       \
		va_start(args, first);                                                             \
		(argv) = __builtin_alloca((count_args(first, args) + 1) * sizeof(char *));         \
		va_end(args);                                                                      \
		va_start(args, first);                                                             \
		collect(argv, first, args);                                                        \
	} while (0)

int execl(const char *path, const char *word, ...)
{
	va_list args;
	char **argv;

	ARGV(argv, word);
	va_end(args);
	return execve(path, argv, environ);
}

int execlp(const char *file, const char *word, ...)
{
	va_list args;
	char **argv;

	ARGV(argv, word);
	va_end(args);
	return execvpe(file, argv, environ);
}

/* The environment stands behind the NULL: `collect` is given a list of arguments of its own. */
int execle(const char *path, const char *word, ...)
{
	va_list args;
	char **argv, *const *envp;

	ARGV(argv, word);
	va_end(args);
	va_start(args, word);
	for (const char *skip = word; skip; skip = va_arg(args, const char *))
		;
	envp = va_arg(args, char *const *);
	va_end(args);
	return execve(path, argv, envp);
}
