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
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix/internal.h"
#include <proto/stat.h>

#define BUFFER_BYTES 4096
#define PLACE_NAMES  (1ull << 62)

struct __dir {
	int fd;
	uint32_t lock;
	size_t at, end; /* what is left of the buffer */
	off_t place;	/* behind the record that was handed out last */
	bool names;	/* the server's are through: those of mounts come now */
	uint64_t names_place;
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

/* Sends *W to SLOT with TEXT, for what fits into BUFFER. The length of the answer, or -errno. */
static int64_t ask(cap_t slot, struct os_words *w, const char *text, size_t bytes, char *buffer)
{
	posix_desc d;
	int64_t r;

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.send_count = bytes > 0;
	d.desc.receive_count = 1;
	d.desc.piece[0] = posix_piece(text, bytes);
	d.desc.piece[d.desc.send_count] = posix_piece(buffer, BUFFER_BYTES);
	r = posix_send(slot, w, &d.desc);
	return r > BUFFER_BYTES ? -EIO : r;
}

/* More names of what is mounted here. A directory that has no place any more has none. */
static int64_t fill_names(DIR *dir)
{
	char within[BUFFER_BYTES];
	struct os_words w = {{FILE_PATH}};
	int64_t r = ask((cap_t)dir->fd, &w, NULL, 0, within);

	if (r < 0)
		return 0;
	w = (struct os_words){{NS_NAMES, PATH_MOUNT(w.w[6]), dir->names_place}};
	r = ask(CAP_SELF_HOME, &w, within, (size_t)r, dir->buffer);
	if (r > 0)
		dir->names_place = w.w[2];
	return r;
}

/* How many bytes there are now: 0 at the end, or -errno. */
static int64_t fill(DIR *dir)
{
	struct os_words w = {{FILE_READDIR, 0, BUFFER_BYTES}};
	int64_t r = dir->names ? 0 : ask((cap_t)dir->fd, &w, NULL, 0, dir->buffer);

	if (r == 0) {
		if (!dir->names)
			dir->names_place = 0;
		dir->names = true;
		r = fill_names(dir);
	}
	dir->at = 0;
	dir->end = r > 0 ? (size_t)r : 0;
	return r;
}

/* Whether the server of the directory knows the name of a mount, too, and has told it: it is asked past the mount. */
static bool told(const DIR *dir, const struct proto_dirent *p)
{
	struct os_words w = {{PROTO_WORD0(PATH_STAT, PATH_NOFOLLOW, 0)}};
	char ignored[BUFFER_BYTES];

	w.w[5] = w.w[7] = p->name_bytes;
	w.w[6] = PATH_FORWARDED;
	return ask((cap_t)dir->fd, &w, p->name, p->name_bytes, ignored) >= 0;
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

static void take(DIR *dir, const struct proto_dirent *p, struct dirent *entry)
{
	dir->place = (off_t)(dir->names ? p->next | PLACE_NAMES : p->next);
	entry->d_ino = p->inode;
	entry->d_off = dir->place;
	entry->d_reclen = sizeof(*entry);
	entry->d_type = p->type;
	memcpy(entry->d_name, p->name, p->name_bytes);
	entry->d_name[p->name_bytes] = '\0';
}

/* 1: *ENTRY is filled in, 0: the end, or -errno. */
static int next(DIR *dir, struct dirent *entry)
{
	const struct proto_dirent *p;

	do {
		if (dir->at == dir->end) {
			int64_t r = fill(dir);

			if (r <= 0)
				return (int)r;
		}
		p = record_at(dir);
		if (!p)
			return -EIO;
		dir->at += p->length_bytes;
	} while (dir->names && told(dir, p));
	take(dir, p, entry);
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
	dir->names = (uint64_t)place & PLACE_NAMES;
	if (dir->names)
		dir->names_place = (uint64_t)place & ~PLACE_NAMES;
	else
		lseek(dir->fd, place, SEEK_SET);
	posix_unlock(&dir->lock);
}

void rewinddir(DIR *dir) { seekdir(dir, 0); }
