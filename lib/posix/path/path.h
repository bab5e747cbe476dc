/* SPDX-License-Identifier: 0BSD */
/* path.h: operations by name, as include/proto/path.def has them. */
#pragma once

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "posix/internal.h"
#include <proto/stat.h>

/* Where the answer of an operation goes. It must have room for a redirected text, which is also
 * sent from here: so nobody needs to set it, and it is large. */
union path_reply {
	char text[PATH_TEXT_MAX];
	struct proto_stat stat;
	struct proto_statvfs statvfs;
};

/* What few operations have besides words. Zero: nothing. */
struct path_extra {
	const char *second; /* text behind the path */
	size_t second_bytes;
	cap_t give; /* capability to send, if give_count is 1 */
	uint8_t give_count;
	uint8_t accept_count; /* capabilities that are awaited: at most 2 */
	uint8_t land_flags;
	bool empty;    /* the path may be empty: DIR itself is meant */
	bool any_slot; /* DIR need not be a descriptor */
	cap_t land_min, land_max;
	int32_t landed[2]; /* out: slots, or -errno */
};

/* Sends the operation in words 0..4 of *WORDS to where PATH begins (the root, the working
 * directory, or the directory DIR), and follows redirects, at most PATH_REDIRECTS_MAX of them.
 * Answers the status or -errno; the words are the answer's. EXTRA may be NULL. Async-signal-safe.
 */
int64_t posix_path(int dir, const char *path, struct os_words *words, struct path_extra *extra,
		   union path_reply *reply);

/* The same for operations that answer nothing: word 0 from OP and FLAGS, words 1 and 2. Answers 0
 * or -1 with errno. */
int posix_path_simple(int dir, const char *path, uint64_t word0, uint64_t a, uint64_t b);

/* Opens PATH into the lowest free slot of [min, max]. Answers the slot or -errno. FLAGS as open's. DIR
 * may be any slot with a directory: who has it of a program checks that it is a descriptor. */
struct slot_range {
	cap_t min, max;
};
int64_t posix_open(int dir, const char *path, int flags, mode_t mode, struct slot_range range);

/* A directory for a while: one that the caller has, or one that was opened. */
struct path_parent {
	cap_t slot;
	bool opened;
	char name[PATH_NAME_MAX + 1];
	bool slash; /* the path ended in slashes: must be a directory */
};
/* Splits PATH into the directory that holds it and a plain name. 0, or -errno: ENOENT for an empty
 * path, EBUSY for a root, EINVAL for `.` and `..`. To be followed by path_parent_put. */
int path_parent_get(int dir, const char *path, struct path_parent *out);
void path_parent_put(struct path_parent *parent);

/* Whether a program may name DIR as the directory of PATH. */
static inline bool path_dir_good(int dir, const char *path)
{
	return path[0] == '/' || dir == AT_FDCWD || posix_is_fd(dir);
}

/* For those with AT_ flags: PATH_NOFOLLOW if AT_SYMLINK_NOFOLLOW is among them. */
uint32_t path_flags(int at_flags);

void posix_stat_from(struct stat *st, const struct proto_stat *p);
/* POSIX's two times as PATH_UTIMES and FILE_UTIMES take them. 0, or -EINVAL. */
int posix_utimes_words(const struct timespec times[2], uint64_t *accessed, uint64_t *modified);
