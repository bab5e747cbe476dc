/* SPDX-License-Identifier: 0BSD */
/* world.h: a random world of file servers and mounts, and two ways to find a path in it. */
#pragma once

#include "path/resolve.h"

#define WORLD_SERVERS 4
#define WORLD_OBJECTS 40

enum object_kind { KIND_DIRECTORY, KIND_FILE, KIND_LINK };

struct object {
	enum object_kind kind;
	int parent; /* index; that of the root is itself */
	char name[4];
	char target[64]; /* links */
};

/* A file server: object 0 is its root. */
struct server {
	struct object object[WORLD_OBJECTS];
	unsigned count;
	char prefix[64]; /* where it is mounted; "" the root */
	bool mounted, file;
	uint32_t number;
};

struct world {
	struct namespace *ns;
	struct server server[WORLD_SERVERS];
	char root[64];	/* of the context */
	bool synthetic; /* some mount is */
};

/* What a path names: an object of a server, or a synthetic directory (server -1) with its prefix. */
struct found {
	int error;
	int server, object;
	char prefix[64];
};

void world_make(struct world *w);
void world_end(struct world *w);
/* Walks one tree, name by name, as a kernel with a mount table does. From the physical path START. */
struct found world_walk(const struct world *w, const char *start, const char *text);
/* The way of a message: client, sys, servers, and again. */
struct found world_send(const struct world *w, const char *text);
/* The same, beginning at an open directory. */
struct found world_send_at(const struct world *w, struct found at, const char *text);
/* Its physical path. */
void world_path(const struct world *w, struct found at, char *path);
