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
	static const struct proc_step containers[] = {
	    {.step = STEP_SPACE_NEW}, {.step = STEP_FDS_SHARE}, {.step = STEP_FS_SHARE}, {.step = STEP_DROP_CLOEXEC}};
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
