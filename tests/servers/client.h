/* SPDX-License-Identifier: 0BSD */
/* client.h: what a C library would do: one function an operation. Answers 0 or more, or -errno. */
#pragma once

#include "lib/kit.h"

#include <proto/flags.h>
#include <proto/posix.h>
#include <proto/proto.h>
#include <proto/stat.h>

/* `at` is an open directory. A redirect is answered as it is: PATH_REDIRECT, its words and text in `client_redirect`.
 */
struct client_redirect {
	uint64_t mount, physical;
	char text[PATH_TEXT_MAX];
};
extern struct client_redirect client_redirect;

/* The slot of the open file. */
int64_t client_open(cap_t at, const char *path, uint32_t flags, uint32_t mode);
int64_t client_close(int64_t slot);
int64_t client_stat(cap_t at, const char *path, struct proto_stat *out);
int64_t client_lstat(cap_t at, const char *path, struct proto_stat *out);
int64_t client_mkdir(cap_t at, const char *path, uint32_t mode);
int64_t client_mknod(cap_t at, const char *path, uint32_t mode);
int64_t client_symlink(cap_t at, const char *path, const char *target);
int64_t client_readlink(cap_t at, const char *path, char *to, uint64_t bytes);
int64_t client_unlink(cap_t at, const char *path);
int64_t client_rmdir(cap_t at, const char *path);
int64_t client_rename(cap_t at, const char *path, cap_t to, const char *name, uint32_t flags);
int64_t client_link(cap_t at, const char *path, cap_t to, const char *name);
/* Operations with words alone. */
int64_t client_path(cap_t at, uint32_t op, const char *path, uint64_t w1, uint64_t w2);

int64_t client_read(int64_t slot, void *to, uint64_t bytes);
int64_t client_write(int64_t slot, const void *from, uint64_t bytes);
int64_t client_pread(int64_t slot, void *to, uint64_t bytes, uint64_t offset);
int64_t client_pwrite(int64_t slot, const void *from, uint64_t bytes, uint64_t offset);
int64_t client_fstat(int64_t slot, struct proto_stat *out);
int64_t client_readdir(int64_t slot, void *to, uint64_t bytes);
int64_t client_where(int64_t slot, char *to, uint64_t bytes);
/* Operations with words alone: word 1 of the answer in *out, if that is not NULL. */
int64_t client_file(int64_t slot, uint32_t op, uint64_t w1, uint64_t w2, uint64_t *out);
