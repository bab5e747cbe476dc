/* SPDX-License-Identifier: 0BSD */
/* mount.h: the mounts of this process's name space, for commands and for `sync`. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct posix_mount {
	const char *prefix; /* closed by a NUL; as long as the callback runs */
	uint32_t number;
	uint16_t flags;	 /* NS_MOUNT_ */
	uint64_t server; /* pid of who mounted it */
};

/* Calls EACH for every mount, until it answers false. 0, or -1 with errno. */
int posix_mounts(bool (*each)(const struct posix_mount *mount, void *own), void *own);

/* Makes what the descriptor FD names appear at PREFIX (absolute and physical). FLAGS: NS_MOUNT_.
 * Answers the mount's number, or -1 with errno: EACCES without the mount right, EBUSY. */
int posix_mount_fd(const char *prefix, int fd, unsigned flags);
/* Takes the mount at PREFIX away. 0, or -1 with errno. */
int posix_unmount(const char *prefix);
/* Gives the calling thread's filesystem context a name space of its own, with the same mounts or
 * (EMPTY) with none. 0, or -1 with errno. */
int posix_namespace_clone(bool empty);
/* Waits until something is mounted at PREFIX. 0, or -1 with errno. */
int posix_mount_wait(const char *prefix);
