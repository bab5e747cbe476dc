/* SPDX-License-Identifier: 0BSD */
/* main.c: a filesystem in memory: ram SIZE PREFIX:MODE ...
 *
 * Everything that a filesystem must do about names, permissions, open files and locks is the library's; a file's
 * contents are `pages`, a directory's are `names`. What is left is which of them a node has, and when it goes.
 */
#include <parley/heap.h>
#include <parley/number.h>
#include "lib/string.h"
#include "srv/names.h"
#include "srv/pages.h"

#define ROOTS_MAX	8
#define FILE_COST_BYTES 256 /* at least: the limit of files follows from that of bytes */

struct file {
	struct srv_node node;
	union {
		struct names names;
		struct pages pages;
		char *target;
	};
};

static const struct srv_ops *ops_of(uint32_t mode);

static struct pages_store store;
static uint64_t files, files_max, last_inode;

static struct file *file_of(struct srv_node *node) { return container_of(node, struct file, node); }
static struct names *names_in(struct srv_node *dir) { return &file_of(dir)->names; }
static struct pages *pages_of(struct srv_request *r) { return &file_of(r->node)->pages; }

static struct file *new_file(uint32_t mode)
{
	struct file *file = files < files_max ? os_alloc(sizeof(*file)) : NULL;

	if (file) {
		files++;
		srv_node_init(&file->node, ops_of(mode), ++last_inode, mode);
		file->node.links = S_ISDIR(mode) ? 2 : 1;
	}
	return file;
}

static void release(struct srv_node *node)
{
	struct file *file = file_of(node);

	if (S_ISREG(node->mode))
		pages_end(&store, &file->pages);
	else if (S_ISLNK(node->mode))
		os_free(file->target, node->size_bytes);
	os_free(file, sizeof(*file));
	files--;
}

static int64_t readlink(struct srv_node *node, const char **target)
{
	*target = file_of(node)->target;
	return S_ISLNK(node->mode) ? (int64_t)node->size_bytes : -EINVAL;
}

static int lookup(struct srv_node *dir, struct srv_name name, struct srv_node **out)
{
	*out = names_find(names_in(dir), name);
	return *out ? 0 : -ENOENT;
}

static int readdir(struct srv_node *dir, uint64_t at, struct srv_dir *out)
{
	return names_read(names_in(dir), at, out);
}
static int name_of(struct srv_node *dir, char *name) { return names_of(names_in(dir->parent), dir, name); }

/* A directory that gains (1) or loses (-1) the name of `node`: of a directory, its `..` counts as well. */
static void count_links(struct srv_node *dir, struct srv_node *node, int change)
{
	if (S_ISDIR(node->mode)) {
		dir->links += (uint32_t)change;
		node->parent = dir;
	}
}

static int create(struct srv_request *r, struct srv_node *dir, struct srv_name name, const struct srv_new *what,
		  struct srv_node **out)
{
	struct file *file = new_file(what->mode);

	if (!file)
		return -ENOSPC;
	file->node.uid = what->uid;
	file->node.gid = what->gid;
	file->node.rdevice = what->rdevice;
	if (S_ISLNK(what->mode)) {
		file->target = os_alloc(what->target.bytes);
		file->node.size_bytes = what->target.bytes;
		if (file->target)
			memcpy(file->target, what->target.text, what->target.bytes);
	}
	if ((S_ISLNK(what->mode) && !file->target) || names_add(names_in(dir), name, &file->node) < 0) {
		release(&file->node);
		return -ENOSPC;
	}
	count_links(dir, &file->node, 1);
	*out = &file->node;
	return 0;
}

/* `node` has lost its name in `dir`. */
static void unlinked(struct srv_node *dir, struct srv_node *node)
{
	count_links(dir, node, -1);
	node->links = S_ISDIR(node->mode) ? 0 : node->links - 1;
}

static bool is_full(struct srv_node *node) { return S_ISDIR(node->mode) && file_of(node)->names.count; }

static int unlink(struct srv_node *dir, struct srv_name name, struct srv_node *node)
{
	if (is_full(node))
		return -ENOTEMPTY;
	names_remove(names_in(dir), name);
	unlinked(dir, node);
	return 0;
}

static int link(struct srv_node *dir, struct srv_name name, struct srv_node *node)
{
	if (names_add(names_in(dir), name, node) < 0)
		return -ENOSPC;
	node->links++;
	return 0;
}

static int rename(struct srv_node *from, struct srv_name old, struct srv_node *node, struct srv_node *to,
		  struct srv_name name, struct srv_node *over)
{
	if (over && is_full(over))
		return -ENOTEMPTY;
	if (over)
		names_set(names_in(to), name, node);
	else if (names_add(names_in(to), name, node) < 0)
		return -ENOSPC;
	names_remove(names_in(from), old);
	if (over)
		unlinked(to, over);
	count_links(from, node, -1);
	count_links(to, node, 1);
	return 0;
}

static int64_t read(struct srv_request *r, uint64_t at, uint64_t length)
{
	return pages_read(r, pages_of(r), at, length);
}
static int64_t peek(struct srv_node *node, uint64_t at, uint64_t length, void *to)
{
	return pages_peek(node, &file_of(node)->pages, at, length, to);
}
static int64_t write(struct srv_request *r, uint64_t at, uint64_t n)
{
	return pages_write(r, &store, pages_of(r), at, n);
}
static int64_t truncate(struct srv_request *r, uint64_t n) { return pages_truncate(r->node, &store, pages_of(r), n); }
static int64_t map(struct srv_request *r, unsigned prot) { return pages_map(r, &store, pages_of(r)); }

static const struct srv_ops file_ops = {
    .read = read, .peek = peek, .write = write, .truncate = truncate, .map = map, .release = release};
static const struct srv_ops other_ops = {.readlink = readlink, .release = release};
static const struct srv_ops dir_ops = {.lookup = lookup,
				       .readdir = readdir,
				       .name = name_of,
				       .create = create,
				       .unlink = unlink,
				       .link = link,
				       .rename = rename,
				       .release = release};

static const struct srv_ops *ops_of(uint32_t mode)
{
	return S_ISREG(mode) ? &file_ops : S_ISDIR(mode) ? &dir_ops : &other_ops;
}

static void statvfs(struct srv_node *node, struct proto_statvfs *out)
{
	out->blocks = store.limit;
	out->blocks_free = out->blocks_available = store.limit - store.used;
	out->files = files_max;
	out->files_free = files_max - files;
}

static struct srv_mount mounts[ROOTS_MAX];
static struct srv server = {.name = "ram", .mounts = mounts, .statvfs = statvfs};

/* PREFIX:MODE becomes a tree; the text is cut at the colon. */
static bool add_root(char *text)
{
	struct srv_mount *mount = &mounts[server.mount_count++];
	char *at = text;
	struct file *root;

	while (*at && *at != ':')
		at++;
	root = new_file(S_IFDIR | (*at ? os_number(at + 1, 8, NULL) & 07777 : 01777));
	*at = 0;
	if (root)
		*mount = (struct srv_mount){.prefix = text, .node = &root->node};
	return root != NULL;
}

int main(int argc, char **argv)
{
	uint64_t bytes = argc > 1 ? os_number(argv[1], 10, NULL) : 0;
	bool ok = argc > 2 && argc - 2 <= ROOTS_MAX && pages_begin(&store, bytes) == 0;

	files_max = bytes / FILE_COST_BYTES;
	for (int i = 2; i < argc; i++)
		ok = ok && add_root(argv[i]);
	return !ok || srv_run(&server) < 0;
}
