/* SPDX-License-Identifier: 0BSD */
/* load_ram.c: files outlive their server, those that are open too. What was being changed answers EIO, and has happened
 * or not: a name is old or new, a write is there, a part of it, or not. */
#include "restart.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BYTES 9000 /* of a file: more than two pages */

static int kept = -1; /* a file that stays open */
static off_t kept_bytes;
static char bytes[BYTES], back[BYTES];

static void begin(unsigned worker)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/restart-%d", (int)getpid());
	if (mkdir(path, 0700) < 0 || chdir(path) < 0)
		_exit(3);
	kept = open("kept", O_RDWR | O_CREAT | O_APPEND, 0600);
	if (kept < 0)
		_exit(4);
}

static void fill(unsigned n)
{
	for (unsigned i = 0; i < BYTES; i++)
		bytes[i] = (char)(n * 31 + i * 7 + i / 251);
}

/* Numbers, one after the other, through a descriptor that is never closed. */
static void append(unsigned n)
{
	uint64_t number = (uint64_t)kept_bytes / 8, last;
	struct stat st;

	starts();
	if (saw("append", write(kept, &number, 8)) == 8) {
		kept_bytes += 8;
	} else if (saw("fstat", fstat(kept, &st)) == 0) {
		if (st.st_size != kept_bytes && st.st_size != kept_bytes + 8)
			wrong("length after an append that failed", st.st_size);
		kept_bytes = st.st_size;
	}
	if (kept_bytes && saw("pread", pread(kept, &last, 8, kept_bytes - 8)) == 8 &&
	    last != (uint64_t)kept_bytes / 8 - 1)
		wrong("what was appended", (long)last);
}

/* Whether the whole file was written without an error. */
static bool write_file(const char *name)
{
	ssize_t put;
	int fd;

	starts();
	fd = (int)saw("create", open(name, O_RDWR | O_CREAT | O_TRUNC, 0600));
	if (fd < 0)
		return false;
	starts();
	put = saw("write", write(fd, bytes, BYTES));
	close(fd);
	if (put >= 0 && put != BYTES)
		wrong("length of a write", put);
	return put == BYTES;
}

static void read_file(const char *name)
{
	ssize_t got;
	int fd;

	starts();
	fd = (int)saw("open", open(name, O_RDONLY));
	if (fd < 0)
		return;
	starts();
	got = saw("read", read(fd, back, BYTES));
	close(fd);
	if (got >= 0 && (got != BYTES || memcmp(bytes, back, BYTES)))
		wrong("contents", got);
}

static void map_file(const char *name)
{
	int fd = (int)saw("open", open(name, O_RDONLY));
	char *at;

	if (fd < 0)
		return;
	starts();
	at = mmap(NULL, BYTES, PROT_READ, MAP_SHARED, fd, 0);
	saw("mmap", at == MAP_FAILED ? -1 : 0);
	close(fd);
	if (at == MAP_FAILED)
		return;
	if (memcmp(bytes, at, BYTES))
		wrong("mapped contents", 0);
	munmap(at, BYTES);
}

/* After an EIO it may have happened, and doing it again says so. */
static void rename_and_remove(const char *name)
{
	struct stat st;
	bool there = stat(name, &st) == 0; /* to create it may have failed */

	starts();
	if (saw("rename", rename(name, "new")) < 0 && there && saw("stat new", stat("new", &st)) < 0)
		if (saw("stat old", stat(name, &st)) < 0)
			wrong("a file with neither name", 0);
	if (stat("new", &st) == 0 && stat(name, &st) == 0)
		wrong("a file with both names", 0);
	starts();
	if (saw("unlink", unlink("new")) < 0)
		unlink("new");
	unlink(name);
	if (stat("new", &st) == 0)
		wrong("a name that was removed", 0);
}

static void directories(void)
{
	struct stat st;
	DIR *dir;
	struct dirent *entry;
	unsigned others = 0;

	starts();
	if (saw("mkdir", mkdir("dir", 0700)) < 0)
		mkdir("dir", 0700);
	if (saw("stat", stat("dir", &st)) == 0 && !S_ISDIR(st.st_mode))
		wrong("a directory's mode", st.st_mode);
	if (saw("symlink", symlink("target", "dir/link")) == 0 && saw("readlink", readlink("dir/link", back, 100)) != 6)
		wrong("length of a link", 0);
	unlink("dir/link");
	if (saw("rmdir", rmdir("dir")) < 0)
		rmdir("dir");
	dir = opendir(".");
	if (!dir)
		return;
	errno = 0;
	while ((entry = readdir(dir)))
		others += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") && strcmp(entry->d_name, "kept") &&
			  strcmp(entry->d_name, "locked");
	if (others && !errno)
		wrong("names in a directory that is empty", (long)others);
	closedir(dir);
}

/* A lock ends with the server, and the file that was open with it says so. */
static void keep_lock(void)
{
	static int locked = -1;
	struct stat st;

	if (locked < 0) {
		locked = (int)saw("create", open("locked", O_RDWR | O_CREAT, 0600));
		if (locked < 0 || saw("flock", flock(locked, LOCK_EX | LOCK_NB)) == 0)
			return;
	} else if (saw("fstat of a locked file", fstat(locked, &st)) == 0) {
		return;
	}
	close(locked);
	locked = -1;
}

static void go_round(unsigned worker, unsigned n)
{
	char name[32];

	snprintf(name, sizeof(name), "file-%u", n);
	fill(n);
	append(n);
	if (write_file(name)) {
		read_file(name);
		map_file(name);
	}
	rename_and_remove(name);
	keep_lock();
	directories();
}

static void end(void)
{
	char path[64];

	close(kept);
	snprintf(path, sizeof(path), "/tmp/restart-%d", (int)getpid());
	unlink("locked");
	if (unlink("kept") < 0 || chdir("/") < 0 || rmdir(path) < 0)
		wrong("what is left in the directory", errno);
}

static const struct allowed allowed[] = {{"append", EIO},
					 {"write", EIO},
					 {"create", EIO},
					 {"rename", EIO},
					 {"rename", ENOENT},
					 {"unlink", EIO},
					 {"unlink", ENOENT},
					 {"mkdir", EIO},
					 {"stat new", ENOENT},
					 {"symlink", EIO},
					 {"rmdir", EIO},
					 {"flock", EIO},
					 {"fstat of a locked file", EIO},
					 {NULL, 0}};
const struct load load_ram = {"ram", begin, go_round, allowed, end};
