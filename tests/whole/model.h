/* SPDX-License-Identifier: 0BSD */
/* model.h: a tree of directories, files, symbolic links and mounts, and what POSIX says a path names in it.
 *
 * The tree is built in the real filesystem at the same time; each node knows its device and inode there.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#define NODES_MAX  64
#define MOUNTS_MAX 4
#define LINKS_MAX  40

struct node {
	char name[40];
	struct node *parent; /* of the root: itself */
	mode_t type;	     /* S_IFDIR, S_IFREG, S_IFLNK */
	char target[160];    /* of a link */
	dev_t dev;
	ino_t ino;
};

/* A directory seen through a mount: `via` NULL is the tree itself. */
struct mounted;
struct position {
	struct node *node;
	struct mounted *via;
};

struct mounted {
	struct node *root;
	struct position at; /* what it covers */
};

struct model {
	struct node node[NODES_MAX];
	unsigned nodes;
	struct mounted mount[MOUNTS_MAX];
	unsigned mounts;
	struct position home, root, cwd;
	char path[120]; /* of home */
};
extern struct model model;

/* An empty model whose home is the working directory. */
void model_begin(void);
/* Make something in home, by its path from there, in the model and for real. */
struct node *model_dir(const char *path);
struct node *model_file(const char *path);
struct node *model_link(const char *path, const char *target);
/* The tree of ROOT appears at what PATH (from home) names; and all mounts away. */
void model_mount(const char *path, struct node *root);
void model_unmount(void);
/* A directory moves, with a new name. */
void model_rename(struct node *node, struct node *to, const char *name);

/* What PATH names from FROM on: 0 or an error number. FOLLOW: a link in the last place, too. */
int model_resolve(struct position from, const char *path, bool follow, struct position *out);
/* The directory in which the last component stands, and that component; EEXIST if it is `.` or `..` or the root. */
int model_resolve_parent(struct position from, const char *path, struct position *dir, const char **last);
/* Something in the directory, in no particular order: the N-th; NULL: there are no so many. */
struct node *model_child(struct node *dir, unsigned n);
struct node *model_find(struct node *dir, const char *name, unsigned len);
/* The node's own path, through no link and no mount. */
const char *model_path(const struct node *node);
