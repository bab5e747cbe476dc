/* SPDX-License-Identifier: 0BSD */
/* stdio.c: what POSIX adds to streams and newlib lacks or calls otherwise. */
#include <errno.h>
#include <stdio.h>
#include <sys/lock.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t getdelim(char **restrict line, size_t *restrict size, int end, FILE *restrict stream)
{
	return __getdelim(line, size, end, stream);
}

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict stream)
{
	return __getdelim(line, size, '\n', stream);
}

/* A stream without a lock is one of sprintf's. */
void flockfile(FILE *stream)
{
	if (!(stream->_flags & __SSTR))
		__lock_acquire_recursive(stream->_lock);
}

int ftrylockfile(FILE *stream)
{
	return stream->_flags & __SSTR ? 0 : __lock_try_acquire_recursive(stream->_lock);
}

void funlockfile(FILE *stream)
{
	if (!(stream->_flags & __SSTR))
		__lock_release_recursive(stream->_lock);
}

/* newlib calls it by this name. */
int _remove_r(struct _reent *reent, const char *path)
{
	(void)reent;
	return remove(path);
}
