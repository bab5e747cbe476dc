/* SPDX-License-Identifier: 0BSD */
/* dir.c: reading directories.
 *
 * A server answers as many names as fit into the stream's buffer; they are handed out one by one.
 * Each record says where the next one is, which is what telldir answers and seekdir sends to the
 * server.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix/internal.h"
#include <proto/stat.h>

#define BUFFER_BYTES 4096

struct __dir {
	int fd;
	uint32_t lock;
	size_t at, end; /* what is left of the buffer */
	off_t place;	/* behind the record that was handed out last */
	struct dirent entry;
	char buffer[BUFFER_BYTES] __attribute__((aligned(8)));
};

static DIR *stream_of(int fd)
{
	DIR *dir = calloc(1, sizeof(*dir));

	if (dir)
		dir->fd = fd;
	return dir;
}

DIR *opendir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir;

	if (fd < 0)
		return NULL;
	dir = stream_of(fd);
	if (!dir)
		close(fd);
	return dir;
}

DIR *fdopendir(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	struct stat st;

	if (flags < 0 || fstat(fd, &st))
		return NULL;
	if ((flags & O_ACCMODE) == O_WRONLY) {
		posix_failed(-EBADF);
		return NULL;
	}
	if (!S_ISDIR(st.st_mode)) {
		posix_failed(-ENOTDIR);
		return NULL;
	}
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	return stream_of(fd);
}

int closedir(DIR *dir)
{
	int fd = dir->fd;

	free(dir);
	return close(fd);
}

int dirfd(DIR *dir) { return dir->fd; }

/* How many bytes there are now: 0 at the end, or -errno. */
static int64_t fill(DIR *dir)
{
	struct os_words w = {{FILE_READDIR, 0, BUFFER_BYTES}};
	posix_desc d;
	int64_t r;

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.receive_count = 1;
	d.desc.piece[0] = posix_piece(dir->buffer, BUFFER_BYTES);
	r = posix_send((cap_t)dir->fd, &w, &d.desc);
	if (r > BUFFER_BYTES)
		return -EIO;
	dir->at = 0;
	dir->end = r > 0 ? (size_t)r : 0;
	return r;
}

/* The record at dir->at, if it is whole. */
static const struct proto_dirent *record_at(const DIR *dir)
{
	const struct proto_dirent *p = (const void *)(dir->buffer + dir->at);
	size_t left = dir->end - dir->at;

	if (left < sizeof(*p) || p->length_bytes > left || p->length_bytes % 8 ||
	    p->length_bytes < offsetof(struct proto_dirent, name) + p->name_bytes + 1)
		return NULL;
	return p;
}

/* 1: *ENTRY is filled in, 0: the end, or -errno. */
static int next(DIR *dir, struct dirent *entry)
{
	const struct proto_dirent *p;

	if (dir->at == dir->end) {
		int64_t r = fill(dir);

		if (r <= 0)
			return (int)r;
	}
	p = record_at(dir);
	if (!p)
		return -EIO;
	entry->d_ino = p->inode;
	entry->d_off = (off_t)p->next;
	entry->d_reclen = sizeof(*entry);
	entry->d_type = p->type;
	memcpy(entry->d_name, p->name, p->name_bytes);
	entry->d_name[p->name_bytes] = '\0';
	dir->place = (off_t)p->next;
	dir->at += p->length_bytes;
	return 1;
}

struct dirent *readdir(DIR *dir)
{
	int r;

	posix_lock(&dir->lock);
	r = next(dir, &dir->entry);
	posix_unlock(&dir->lock);
	if (r < 0)
		posix_failed(r);
	return r > 0 ? &dir->entry : NULL;
}

int readdir_r(DIR *restrict dir, struct dirent *restrict entry, struct dirent **restrict result)
{
	int r;

	posix_lock(&dir->lock);
	r = next(dir, entry);
	posix_unlock(&dir->lock);
	*result = r > 0 ? entry : NULL;
	return r < 0 ? -r : 0;
}

long telldir(DIR *dir) { return dir->place; }

void seekdir(DIR *dir, long place)
{
	posix_lock(&dir->lock);
	dir->at = dir->end = 0;
	dir->place = place;
	lseek(dir->fd, place, SEEK_SET);
	posix_unlock(&dir->lock);
}

void rewinddir(DIR *dir) { seekdir(dir, 0); }
