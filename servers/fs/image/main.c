/* SPDX-License-Identifier: 0BSD */
/* main.c: the read-only root, straight out of the boot image: image EXTENTS OFFSET BYTES (hexadecimal).
 *
 * The archive (proto/image.h) lies in the Extents in SLOT_DEVICE_MIN on, which are mapped one behind the other; it begins at
 * OFFSET. A node for each entry is filled in when its name is first looked up. Reading answers from the archive, and
 * a file that is mapped is made of slices of the Extents: nothing is ever copied here.
 */
#include <abi/memory.h>
#include <parley/debug.h>
#include <parley/heap.h>
#include <parley/syscall.h>
#include <proto/image.h>
#include <proto/layout.h>
#include "archive.h"
#include "lib/string.h"
#include "srv/srv.h"
#include "supply.h"

struct file {
	struct srv_node node;
	cap_t object; /* 0: not mapped yet */
};

static const struct srv_ops ops;
static struct file *files; /* one for each entry */

static struct file *file_of(struct srv_node *node) { return container_of(node, struct file, node); }

static const struct image_entry *entry_of(struct srv_node *node)
{
	return archive_entry((uint32_t)(file_of(node) - files));
}

/* The node of an entry; `parent` is the directory that it is in. */
static struct srv_node *node_of(uint32_t index, struct srv_node *parent)
{
	const struct image_entry *e = archive_entry(index);
	struct srv_node *node = &files[index].node;

	if (node->ops)
		return node;
	srv_node_init(node, &ops, index + 1, e->mode);
	node->uid = e->uid;
	node->gid = e->gid;
	node->size_bytes = e->size_bytes;
	node->rdevice = e->rdevice;
	node->accessed_ns = node->modified_ns = node->changed_ns = archive_time_ns();
	node->parent = S_ISDIR(e->mode) ? parent : NULL;
	return node;
}

static int lookup(struct srv_node *dir, struct srv_name name, struct srv_node **out)
{
	uint32_t index;

	if (!archive_find(entry_of(dir), name.text, name.bytes, &index))
		return -ENOENT;
	*out = node_of(index, dir);
	return 0;
}

/* The place of a name is the index of its entry and one. */
static int readdir(struct srv_node *dir, uint64_t place, struct srv_dir *out)
{
	uint32_t index = (uint32_t)place;

	while (archive_next(entry_of(dir), &index)) {
		const struct image_entry *e = archive_entry(index);
		struct srv_name name;

		name.text = archive_name(e, &name.bytes);
		if (!srv_dir_add_entry(out, name, index + 1, e->mode, index + 1))
			break;
		index++;
	}
	return 0;
}

static int64_t read(struct srv_request *r, uint64_t offset, uint64_t length)
{
	const struct image_entry *e = entry_of(r->node);

	if (offset >= e->size_bytes)
		return 0;
	length = length < e->size_bytes - offset ? length : e->size_bytes - offset;
	return srv_put(r, archive_data(e) + offset, length);
}

static int64_t map(struct srv_request *r, unsigned prot)
{
	struct file *file = file_of(r->node);
	const struct image_entry *e = entry_of(r->node);
	int error = 0;

	if (prot & PROT_WRITE)
		return -EACCES;
	if (!file->object)
		error = supply_object(e, &file->object);
	if (error < 0)
		return error;
	r->out.w[1] = e->size_bytes;
	return srv_give(r, file->object, false);
}

static int64_t readlink(struct srv_node *node, const char **target)
{
	const struct image_entry *e = entry_of(node);

	*target = (const char *)archive_data(e);
	return (int64_t)e->size_bytes;
}

/* Nothing can be changed, by nobody. */
static int change(struct srv_request *r, struct srv_node *node) { return -EROFS; }

static void statvfs(struct srv_node *node, struct proto_statvfs *out)
{
	out->block_bytes = 4096;
	out->blocks = archive_bytes() / 4096;
	out->files = archive_count();
	out->flags = ST_RDONLY;
	out->name_max = PATH_NAME_MAX;
}

static const struct srv_ops ops = {
    .lookup = lookup, .readdir = readdir, .read = read, .map = map, .readlink = readlink, .change = change};
static struct srv_mount mounts[] = {{.prefix = "/"}};
static struct srv image = {.name = "image", .mounts = mounts, .mount_count = 1, .statvfs = statvfs};

static uint64_t hexadecimal(const char *text)
{
	uint64_t value = 0;

	for (; *text; text++)
		value = value << 4 | (uint64_t)(*text <= '9' ? *text - '0' : (*text | 32) - 'a' + 10);
	return value;
}

int main(int argc, char **argv)
{
	int error = -EINVAL;

	if (argc == 4)
		error = supply_begin((unsigned)hexadecimal(argv[1]), hexadecimal(argv[2]), hexadecimal(argv[3]));
	if (error == 0)
		files = os_alloc(archive_count() * sizeof(*files));
	if (error < 0 || !files) {
		os_printf("image: cannot begin: %s\n", os_error_name(error < 0 ? error : -ENOMEM));
		return 1;
	}
	mounts[0].node = node_of(0, NULL);
	return srv_run(&image);
}
