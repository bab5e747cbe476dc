/* SPDX-License-Identifier: 0BSD */
/* main.c: a filesystem in memory: ram SIZE PREFIX:MODE ...
 *
 * Everything that a filesystem must do about names, permissions, open files and locks is the library's; a file's
 * contents are `pages`, a directory's are `names`. What is left is which of them a node has, and when it goes. It all lies
 * in memory that outlives the server, so each change is one ram_store, or can be finished by the next one (file.h).
 */
#include <parley/number.h>
#include "file.h"
#include "lib/string.h"

#define FILE_COST_BYTES 1024 /* at least: the limit of files follows from that of bytes */

struct pages_store ram_store;
uint64_t ram_files, ram_files_max;
struct ram_lasting *ram_lasting;

static struct names *names_in(struct srv_node *dir) { return &file_of(dir)->names; }
static struct pages *pages_of(struct srv_request *r) { return &file_of(r->node)->pages; }

/* Not committed yet. */
static struct file *new_file(uint32_t mode)
{
	struct file *file = ram_files < ram_files_max ? (struct file *)record_new() : NULL;

	if (file) {
		ram_files++;
		srv_node_init(&file->node, ram_ops_of(mode), file->record.number, mode);
		file->node.links = S_ISDIR(mode) ? 2 : 1;
		file->pages.file = file->record.number;
	}
	return file;
}

static void free_file(struct file *file)
{
	record_free(&file->record);
	ram_files--;
}

static void gone(struct pages *pages) { free_file(container_of(pages, struct file, pages)); }

static void release(struct srv_node *node)
{
	struct file *file = file_of(node);

	if (S_ISDIR(node->mode) || pages_end(&ram_store, &file->pages))
		free_file(file);
}

static int64_t readlink(struct srv_node *node, const char **target)
{
	*target = pages_at(&file_of(node)->pages, 0);
	return S_ISLNK(node->mode) ? (int64_t)node->size_bytes : -EINVAL;
}

static struct names_entry *entry_of(struct srv_node *dir, struct srv_name name)
{
	return names_find(names_in(dir), name);
}

static struct name *name_of_entry(struct names_entry *entry) { return container_of(entry, struct name, entry); }

static int lookup(struct srv_node *dir, struct srv_name name, struct srv_node **out)
{
	struct names_entry *entry = entry_of(dir, name);

	if (!entry)
		return -ENOENT;
	*out = entry->node;
	return 0;
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

/* Not committed yet, and in no tree. */
static struct name *new_name(struct srv_node *dir, struct srv_name text, struct srv_node *node)
{
	struct name *name = (struct name *)record_new();

	if (!name)
		return NULL;
	name->dir = file_of(dir)->record.number;
	name->file = file_of(node)->record.number;
	name->place = names_in(dir)->next_place;
	name->bytes = text.bytes;
	memcpy(name->text, text.text, text.bytes);
	name->entry.node = node;
	name->entry.name = (struct srv_name){name->text, text.bytes};
	return name;
}

static void put_name(struct srv_node *dir, struct name *name)
{
	record_commit(&name->record, RECORD_NAME);
	names_add_at(names_in(dir), &name->entry, name->place);
}

static void remove_name(struct srv_node *dir, struct name *name)
{
	names_remove(names_in(dir), &name->entry);
	record_free(&name->record);
}

/* A symbolic link's text. False: no room. */
static bool set_target(struct file *file, struct srv_name target)
{
	char *page = pages_make(&ram_store, &file->pages, 0);

	if (!page)
		return false;
	memcpy(page, target.text, target.bytes);
	file->node.size_bytes = target.bytes;
	return true;
}

static int create(struct srv_request *r, struct srv_node *dir, struct srv_name text, const struct srv_new *what,
		  struct srv_node **out)
{
	struct file *file = new_file(what->mode);
	struct name *name = file ? new_name(dir, text, &file->node) : NULL;

	if (!name || (S_ISLNK(what->mode) && !set_target(file, what->target))) {
		if (name)
			record_free(&name->record);
		if (file)
			free_file(file);
		return -ENOSPC;
	}
	file->node.uid = what->uid;
	file->node.gid = what->gid;
	file->node.rdevice = what->rdevice;
	record_commit(&file->record, RECORD_FILE);
	put_name(dir, name);
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
	remove_name(dir, name_of_entry(entry_of(dir, name)));
	unlinked(dir, node);
	return 0;
}

static int link(struct srv_node *dir, struct srv_name text, struct srv_node *node)
{
	struct name *name = new_name(dir, text, node);

	if (!name)
		return -ENOSPC;
	put_name(dir, name);
	node->links++;
	return 0;
}

/* From here on a server that dies leaves one of the two names: the new one, once it means `node`. */
static void begin_move(struct name *from, struct name *to)
{
	ram_lasting->move_to = to->record.number;
	ram_lasting->move_from = from->record.number;
	keep_fence();
}

static int rename(struct srv_node *from, struct srv_name old_text, struct srv_node *node, struct srv_node *to,
		  struct srv_name text, struct srv_node *over)
{
	struct name *old = name_of_entry(entry_of(from, old_text)), *new;

	if (over && is_full(over))
		return -ENOTEMPTY;
	new = over ? name_of_entry(entry_of(to, text)) : new_name(to, text, node);
	if (!new)
		return -ENOSPC;
	begin_move(old, new);
	if (over) {
		new->file = file_of(node)->record.number;
		new->entry.node = node;
	} else {
		put_name(to, new);
	}
	keep_fence();
	remove_name(from, old);
	keep_fence();
	ram_lasting->move_from = ram_lasting->move_to = 0;
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
	return pages_write(r, &ram_store, pages_of(r), at, n);
}
static int64_t truncate(struct srv_request *r, uint64_t n)
{
	return pages_truncate(r->node, &ram_store, pages_of(r), n);
}
static int64_t map(struct srv_request *r, unsigned prot) { return pages_map(r, &ram_store, pages_of(r)); }

static const struct srv_ops file_ops = {
    .repeats = true, .read = read, .peek = peek, .write = write, .truncate = truncate, .map = map, .release = release};
static const struct srv_ops other_ops = {.readlink = readlink, .release = release};
static const struct srv_ops dir_ops = {.lookup = lookup,
				       .readdir = readdir,
				       .name = name_of,
				       .create = create,
				       .unlink = unlink,
				       .link = link,
				       .rename = rename,
				       .release = release};

const struct srv_ops *ram_ops_of(uint32_t mode)
{
	return S_ISREG(mode) ? &file_ops : S_ISDIR(mode) ? &dir_ops : &other_ops;
}

static void statvfs(struct srv_node *node, struct proto_statvfs *out)
{
	out->blocks = ram_store.limit;
	out->blocks_free = out->blocks_available = ram_store.limit - ram_store.used;
	out->files = ram_files_max;
	out->files_free = ram_files_max - ram_files;
}

static struct srv_node *node_by_inode(uint64_t inode)
{
	struct file *file = inode <= UINT32_MAX ? (struct file *)record_at((uint32_t)inode, RECORD_FILE) : NULL;

	return file ? &file->node : NULL;
}

static struct srv_mount mounts[ROOTS_MAX];
static struct srv server = {
    .name = "ram", .opens_max = 4096, .mounts = mounts, .statvfs = statvfs, .node = node_by_inode};

/* PREFIX:MODE becomes a tree; the text is cut at the colon. */
static bool add_root(char *text, bool recalled)
{
	uint32_t n = server.mount_count++;
	char *at = text;
	struct file *root;

	while (*at && *at != ':')
		at++;
	if (recalled)
		root = (struct file *)record_at(ram_lasting->root[n], RECORD_FILE);
	else
		root = new_file(S_IFDIR | (*at ? os_number(at + 1, 8, NULL) & 07777 : 01777));
	*at = 0;
	if (!root)
		return false;
	mounts[n] = (struct srv_mount){.prefix = text, .node = &root->node};
	record_commit(&root->record, RECORD_FILE);
	ram_lasting->root[n] = root->record.number;
	ram_lasting->roots = n + 1 > ram_lasting->roots ? n + 1 : ram_lasting->roots;
	return true;
}

/* Memory, with what was in it. 0 or -errno; -ESTALE: it was something else. */
static int begin(uint64_t bytes, uint32_t roots, bool *recalled)
{
	int error;

	*recalled = srv_recall(&server);
	ram_lasting = srv_lasting(&server, sizeof(*ram_lasting));
	ram_files_max = bytes / FILE_COST_BYTES;
	ram_store.gone = gone;
	if (!ram_lasting)
		return -ENOMEM;
	*recalled = *recalled && ram_lasting->roots;
	error = pages_begin(&ram_store, &server, bytes, 2 * ram_files_max * RECORD_BYTES / 4096, *recalled);
	if (error < 0 || !*recalled)
		return error;
	server.begin = recall_objects;
	server.recalled = recall_end;
	return ram_lasting->roots == roots && recall_tree() ? 0 : -ESTALE;
}

int main(int argc, char **argv)
{
	uint64_t bytes = argc > 1 ? os_number(argv[1], 10, NULL) : 0;
	bool recalled, ok = argc > 2 && argc - 2 <= ROOTS_MAX;
	int error = ok ? begin(bytes, (uint32_t)argc - 2, &recalled) : -EINVAL;

	if (error == -ESTALE)
		srv_forget(&server);
	for (int i = 2; error == 0 && i < argc; i++)
		error = add_root(argv[i], recalled) ? 0 : -ENOSPC;
	return error < 0 || srv_run(&server) < 0;
}
