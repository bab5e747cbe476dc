/* SPDX-License-Identifier: 0BSD */
/* socket.h: what the files about sockets share. */
#pragma once

#include <errno.h>
#include <sys/socket.h>

#include "posix/internal.h"

#define SOCKET_PATH_MAX 108 /* bytes of sun_path */

/* The path in *ADDRESS, closed by a NUL; PATH has room for SOCKET_PATH_MAX + 1. 0, or -errno. */
int posix_socket_path(const struct sockaddr *address, socklen_t length, char *path);

/* Fills in *ADDRESS, as far as *LENGTH allows; *LENGTH becomes what there was to say. */
void posix_socket_address(const char *path, size_t bytes, struct sockaddr *address, socklen_t *length);

/* Other servers know nothing of sockets: their objects are none. */
static inline int64_t posix_socket_result(int64_t r) { return r == -ENOSYS || r == -ENOTTY ? -ENOTSOCK : r; }
