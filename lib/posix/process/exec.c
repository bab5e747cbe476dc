/* SPDX-License-Identifier: 0BSD */
/* exec.c: another program in the same process. The old image stays as it is until `sys` has the new one
 * complete. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "posix/build.h"
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/signal.h"

static int64_t replace(struct posix_image *image)
{
	static const struct proc_step containers[] = {{.step = STEP_SPACE_NEW},
						      {.step = STEP_FDS_SHARE},
						      {.step = STEP_FS_SHARE},
						      {.step = STEP_DROP_CLOEXEC}};
	int64_t r;

	for (unsigned i = 0; i < sizeof(containers) / sizeof(containers[0]); i++)
		posix_image_step(image, containers[i]);
	r = posix_image_map(image);
	if (r >= 0)
		r = posix_image_step(image, (struct proc_step){.step = STEP_CONTROL,
							       .a = posix_control->ignored,
							       .b = posix_self()->record->blocked,
							       .c = 1});
	if (r >= 0)
		r = posix_image_start(image);
	return r < 0 ? r : posix_image_build(image, BUILD_REPLACE);
}

static int64_t exec(cap_t file, const char *path, char *const argv[], char *const envp[])
{
	struct posix_image image;
	int64_t r = posix_image_open(&image, file, path, argv, envp);

	if (r >= 0)
		r = replace(&image);
	posix_image_close(&image);
	return r;
}

int execve(const char *path, char *const argv[], char *const envp[])
{
	return posix_zero(exec(CAP_NONE, path, argv, envp));
}

int execv(const char *path, char *const argv[])
{
	return execve(path, argv, environ);
}

int fexecve(int fd, char *const argv[], char *const envp[])
{
	char path[32];

	if (!posix_is_fd(fd) || !argv || !envp)
		return posix_zero(posix_is_fd(fd) ? -EINVAL : -EBADF);
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	return posix_zero(exec((cap_t)fd, path, argv, envp));
}

int execveat(int dir, const char *path, char *const argv[], char *const envp[], int flags)
{
	int fd, error;

	if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
		return posix_zero(-EINVAL);
	if (!*path && (flags & AT_EMPTY_PATH))
		return fexecve(dir, argv, envp);
	if (*path == '/' && !(flags & AT_SYMLINK_NOFOLLOW))
		return execve(path, argv, envp);
	fd = openat(dir, path, O_EXEC | O_CLOEXEC | (flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0));
	if (fd < 0)
		return -1;
	fexecve(fd, argv, envp);
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* ---- by PATH ---- */

struct call {
	char *const *argv, *const *envp;
};

/* A file that is neither a program nor says what interprets it is the shell's. */
static int64_t exec_by_shell(const char *path, char *const argv[], char *const envp[])
{
	size_t count = 0;
	char **words;
	int64_t r;

	while (argv[count])
		count++;
	words = malloc((count + 3) * sizeof(*words));
	if (!words)
		return -ENOMEM;
	words[0] = (char *)"sh";
	words[1] = (char *)path;
	memcpy(words + 2, argv + (count ? 1 : 0), (count ? count : 1) * sizeof(*words));
	r = exec(CAP_NONE, "/bin/sh", words, envp);
	free(words);
	return r;
}

static int64_t try_exec(void *context, const char *path)
{
	struct call *call = context;
	int64_t r = exec(CAP_NONE, path, call->argv, call->envp);

	return r == -ENOEXEC ? exec_by_shell(path, call->argv, call->envp) : r;
}

int execvpe(const char *file, char *const argv[], char *const envp[])
{
	struct call call = {argv, envp};

	return posix_zero(posix_search(file, try_exec, &call));
}

int execvp(const char *file, char *const argv[])
{
	return execvpe(file, argv, environ);
}

/* ---- with arguments one by one ---- */

/* Counts them: the NULL included. */
static size_t count_arguments(va_list args)
{
	size_t count = 1;

	while (va_arg(args, char *))
		count++;
	return count + 1;
}

/* argv is on the stack: exec must work where malloc must not be called. */
#define ARGV(first, argv)                                                                          \
	va_list args;                                                                              \
	char **argv;                                                                               \
	size_t count, i;                                                                           \
                                                                                                   \
	va_start(args, first);                                                                     \
	count = (first) ? count_arguments(args) : 1;                                               \
	va_end(args);                                                                              \
	argv = __builtin_alloca(count * sizeof(*argv));                                            \
	argv[0] = (char *)(first);                                                                 \
	va_start(args, first);                                                                     \
	for (i = 1; i < count; i++)                                                                \
		argv[i] = va_arg(args, char *)

int execl(const char *path, const char *first, ...)
{
	ARGV(first, argv);
	va_end(args);
	return execve(path, argv, environ);
}

int execlp(const char *file, const char *first, ...)
{
	ARGV(first, argv);
	va_end(args);
	return execvpe(file, argv, environ);
}

int execle(const char *path, const char *first, ...)
{
	char **envp;

	ARGV(first, argv);
	envp = va_arg(args, char **);
	va_end(args);
	return execve(path, argv, envp);
}
