/* SPDX-License-Identifier: 0BSD */
/* rename.c: rename and link. */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Sends WORD0 to OLD with the new directory and name. */
static int64_t send_both(int old_dir, const char *old, uint64_t word0, const struct path_parent *parent)
{
	struct os_words w = {{word0}};
	struct path_extra extra = {
	    .second = parent->name, .second_bytes = strlen(parent->name), .give = parent->slot, .give_count = 1};
	union path_reply reply;

	return posix_path(old_dir, old, &w, &extra, &reply);
}

/* Only a directory may be renamed to a name that ends in a slash. */
static int must_be_directory(int dir, const char *path)
{
	struct stat st;

	if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

static int64_t rename_with(int old_dir, const char *old, int new_dir, const char *new)
{
	struct path_parent parent;
	int64_t r = path_parent_get(new_dir, new, &parent);

	if (r < 0)
		return r;
	if (parent.slash)
		r = must_be_directory(old_dir, old);
	if (r == 0)
		r = send_both(old_dir, old, PROTO_WORD0(PATH_RENAME, PATH_NOFOLLOW, 0), &parent);
	path_parent_put(&parent);
	return r;
}

int renameat(int old_dir, const char *old, int new_dir, const char *new)
{
	return posix_zero(rename_with(old_dir, old, new_dir, new));
}

int rename(const char *old, const char *new) { return renameat(AT_FDCWD, old, AT_FDCWD, new); }

static int64_t link_with(int old_dir, const char *old, int new_dir, const char *new, uint32_t flags)
{
	struct path_parent parent;
	int64_t r = path_parent_get(new_dir, new, &parent);

	if (r < 0)
		return r == -EBUSY || r == -EINVAL ? -EEXIST : r;
	/* Directories are not linked, so such a name cannot come to be. */
	r = parent.slash ? -ENOENT : send_both(old_dir, old, PROTO_WORD0(PATH_LINK, flags, 0), &parent);
	path_parent_put(&parent);
	return r;
}

int linkat(int old_dir, const char *old, int new_dir, const char *new, int flags)
{
	if (flags & ~AT_SYMLINK_FOLLOW)
		return (int)posix_failed(-EINVAL);
	return posix_zero(link_with(old_dir, old, new_dir, new, flags & AT_SYMLINK_FOLLOW ? 0 : PATH_NOFOLLOW));
}

/* POSIX leaves open whether link follows a symbolic link; Unix does not. */
int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }
