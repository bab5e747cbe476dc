/* SPDX-License-Identifier: 0BSD */
/* world.h: what is around a server under test: a thread that answers what it asks of `sys`, and the thread that runs
 * it. */
#pragma once

#include "lib/kit.h"

#define WORLD_MOUNTS   8
#define WORLD_DEAD_PID 99 /* no such process */

struct world_mount {
	char prefix[32];
	cap_t root; /* in the test's own table */
};

struct world {
	struct world_mount mounts[WORLD_MOUNTS];
	uint32_t mount_count;
	uint32_t grown;	  /* Connections that the server asked for */
	uint32_t creds;	  /* how many credential records it read */
	uint32_t extents; /* Extents in use */
	struct kit_thread *server;
	cap_t cspace; /* the server's */
};
extern struct world world;

/* Runs `program` as a server until the test ends; answers when it has mounted `mounts` trees. False after a failed
 * check. */
bool world_start(int (*program)(int argc, char **argv), int argc, char **argv, uint32_t mounts);

/* The heap has no memory any more. */
void world_forget_heap(void);

/* The calling thread becomes user 1000 + `cred` (0: root) of process `pid`. */
void world_be(uint32_t pid, uint64_t cred);
