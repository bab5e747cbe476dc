/* SPDX-License-Identifier: 0BSD */
/* main.c: a filesystem in memory, as an example: plain SIZE PREFIX ...
 *
 * Everything that a filesystem must do about paths, permissions, open files, locks and times is the library's; a file's
 * contents are `pages`, which can be mapped, a directory's are `names`. What is left is the memory of both, and how
 * many links a node has. All of it ends with the server: one whose files stay when it is restarted is `ram`.
 */
#include <parley/heap.h>
#include <parley/number.h>
#include "lib/string.h"
#include "srv/names.h"
#include "srv/pages.h"

#define ROOTS_MAX	8
#define FILE_COST_BYTES 1024 /* the limit of names follows from that of bytes */

struct file {
	struct srv_node node; /* what the library knows of it */
	struct names names;   /* of a directory */
	struct pages pages;   /* of a file; of a symbolic link: its target in page 0 */
};

struct name {
	struct names_entry entry;
	char text[];
};

static const struct srv_ops *ops_of(uint32_t mode);

static struct pages_store store;
static uint64_t name_count, names_max, last_inode;

static struct file *file_of(struct srv_node *node) { return container_of(node, struct file, node); }
static struct names *names_in(struct srv_node *dir) { return &file_of(dir)->names; }
static struct pages *pages_of(struct srv_request *r) { return &file_of(r->node)->pages; }

/* The pages of a file that had gone are not mapped any more. */
static void gone(struct pages *pages) { os_free(container_of(pages, struct file, pages), sizeof(struct file)); }

/* The library calls it when there are no links and nobody has it open; but it may still be mapped. */
static void release(struct srv_node *node)
{
	if (pages_end(&store, &file_of(node)->pages))
		gone(&file_of(node)->pages);
}

static int lookup(struct srv_node *dir, struct srv_name text, struct srv_node **out)
{
	struct names_entry *entry = names_find(names_in(dir), text);

	*out = entry ? entry->node : NULL;
	return entry ? 0 : -ENOENT;
}

static int readdir(struct srv_node *dir, uint64_t at, struct srv_dir *out)
{
	return names_read(names_in(dir), at, out);
}

/* `dir` gains (1) or loses (-1) a name of `node`. To a directory that is two links, with its `.`, and its `..` is one
 * to `dir`. */
static void count_links(struct srv_node *dir, struct srv_node *node, int change)
{
	bool is_dir = S_ISDIR(node->mode);

	node->links += (uint32_t)(is_dir ? 2 * change : change);
	dir->links += (uint32_t)(is_dir ? change : 0);
	if (is_dir && change > 0)
		node->parent = dir;
}

static int link(struct srv_node *dir, struct srv_name text, struct srv_node *node)
{
	struct name *name = name_count < names_max ? os_alloc(sizeof(*name) + text.bytes) : NULL;

	if (!name)
		return -ENOSPC;
	memcpy(name->text, text.text, text.bytes);
	name->entry.name = (struct srv_name){name->text, text.bytes};
	name->entry.node = node;
	names_add(names_in(dir), &name->entry);
	name_count++;
	count_links(dir, node, 1);
	return 0;
}

static void remove_name(struct srv_node *dir, struct srv_name text, struct srv_node *node)
{
	struct names_entry *entry = names_find(names_in(dir), text);

	names_remove(names_in(dir), entry);
	os_free(container_of(entry, struct name, entry), sizeof(struct name) + text.bytes);
	name_count--;
	count_links(dir, node, -1);
}

static int unlink(struct srv_node *dir, struct srv_name text, struct srv_node *node)
{
	if (S_ISDIR(node->mode) && names_in(node)->count)
		return -ENOTEMPTY;
	remove_name(dir, text, node);
	return 0;
}

/* Files of all kinds: what FIFOs, sockets and devices do is not this server's business. */
static int create(struct srv_request *r, struct srv_node *dir, struct srv_name text, const struct srv_new *what,
		  struct srv_node **out)
{
	struct file *file = os_alloc(sizeof(*file));
	char *page = NULL;

	if (!file)
		return -ENOSPC;
	srv_node_init(&file->node, ops_of(what->mode), ++last_inode, what->mode);
	file->node.links = 0;
	file->node.uid = what->uid;
	file->node.gid = what->gid;
	file->node.rdevice = what->rdevice;
	file->node.size_bytes = what->target.bytes;
	file->pages.file = 1; /* would tell files apart after a restart */
	if (S_ISLNK(what->mode))
		page = pages_make(&store, &file->pages, 0);
	if (page)
		memcpy(page, what->target.text, what->target.bytes);
	if ((S_ISLNK(what->mode) && !page) || link(dir, text, &file->node) < 0) {
		release(&file->node);
		return -ENOSPC;
	}
	*out = &file->node;
	return 0;
}

/* Operations run one at a time: nobody sees that `over` goes first. Then there is room for a name as long. */
static int rename(struct srv_node *from, struct srv_name old, struct srv_node *node, struct srv_node *to,
		  struct srv_name text, struct srv_node *over)
{
	int error = over ? unlink(to, text, over) : 0;

	error = error < 0 ? error : link(to, text, node);
	if (error == 0)
		remove_name(from, old, node);
	return error;
}

static int64_t read(struct srv_request *r, uint64_t at, uint64_t n) { return pages_read(r, pages_of(r), at, n); }
static int64_t write(struct srv_request *r, uint64_t at, uint64_t n)
{
	return pages_write(r, &store, pages_of(r), at, n);
}
static int64_t truncate(struct srv_request *r, uint64_t n) { return pages_truncate(r->node, &store, pages_of(r), n); }
static int64_t map(struct srv_request *r, unsigned prot) { return pages_map(r, &store, pages_of(r)); }

static int64_t readlink(struct srv_node *node, const char **target)
{
	*target = pages_at(&file_of(node)->pages, 0);
	return S_ISLNK(node->mode) ? (int64_t)node->size_bytes : -EINVAL;
}

static const struct srv_ops *ops_of(uint32_t mode)
{
	static const struct srv_ops other = {.readlink = readlink, .release = release};
	static const struct srv_ops file = {
	    .read = read, .write = write, .truncate = truncate, .map = map, .release = release};
	static const struct srv_ops dir = {.lookup = lookup,
					   .readdir = readdir,
					   .create = create,
					   .unlink = unlink,
					   .link = link,
					   .rename = rename,
					   .release = release};

	return S_ISREG(mode) ? &file : S_ISDIR(mode) ? &dir : &other;
}

static void statvfs(struct srv_node *node, struct proto_statvfs *out)
{
	out->blocks = store.limit;
	out->blocks_free = out->blocks_available = store.limit - store.used;
	out->files = names_max;
	out->files_free = names_max - name_count;
}

int main(int argc, char **argv)
{
	static struct file roots[ROOTS_MAX];
	static struct srv_mount mounts[ROOTS_MAX];
	static struct srv server = {.name = "plain", .mounts = mounts, .statvfs = statvfs};
	uint64_t bytes = argc > 1 ? os_number(argv[1], 10, NULL) : 0;
	int error = argc > 2 && argc - 2 <= ROOTS_MAX ? pages_begin(&store, &server, bytes, 0, false) : -EINVAL;

	store.gone = gone;
	names_max = bytes / FILE_COST_BYTES;
	for (int i = 0; error == 0 && i < argc - 2; i++) {
		srv_node_init(&roots[i].node, ops_of(S_IFDIR), ++last_inode, S_IFDIR | 01777);
		roots[i].node.links = 2;
		mounts[server.mount_count++] = (struct srv_mount){.prefix = argv[i + 2], .node = &roots[i].node};
	}
	return error < 0 || srv_run(&server) < 0;
}
