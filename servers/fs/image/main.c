/* SPDX-License-Identifier: 0BSD */
/* main.c: the read-only root: image EXTENTS OFFSET BYTES (hexadecimal).
 *
 * The boot image's Extents are in the slots from SLOT_DEVICE_MIN on. They are mapped one behind the other; the archive begins at
 * OFFSET. Files are read and mapped as they lie. A node stands for each entry, its inode number is the entry's plus 1.
 */
#include <parley/debug.h>
#include <parley/heap.h>
#include <parley/number.h>
#include <parley/syscall.h>
#include <proto/layout.h>
#include "archive.h"
#include "lib/bits.h"
#include "srv/object.h"

#define PAGE	    4096ul
#define EXTENTS_MAX 64

struct file {
	struct srv_node node;
	struct object object;
};

static const struct srv_ops ops;
static struct archive archive;
static struct file *files; /* by entry */
static struct {
	uint64_t first, pages; /* in the image */
} extents[EXTENTS_MAX];
static unsigned extent_count;
static uint64_t archive_page; /* of the image */
static struct object_store objects;
static struct srv_mount mount = {.prefix = NULL};
static struct srv server = {.name = "image", .mounts = &mount, .mount_count = 1};

static uint32_t entry_of(const struct srv_node *node) { return (uint32_t)(node->inode - 1); }
static const struct image_entry *info_of(const struct srv_node *node) { return &archive.entries[entry_of(node)]; }

/* ---- files ---- */

static int64_t read(struct srv_request *r, uint64_t offset, uint64_t length)
{
	uint64_t size = r->node->size_bytes;

	if (S_ISDIR(r->node->mode))
		return -EISDIR;
	return offset >= size
		   ? 0
		   : srv_put(r, archive.bytes + info_of(r->node)->data_at + offset, min(length, size - offset));
}

static int64_t readlink(struct srv_node *node, const char **target)
{
	*target = archive.bytes + info_of(node)->data_at;
	return S_ISLNK(node->mode) ? (int64_t)node->size_bytes : -EINVAL;
}

/* Where a page of a file is. */
static uint64_t find_page(struct object *object, uint64_t index, uint64_t wanted, cap_t *extent, uint64_t *place)
{
	const struct file *file = container_of(object, struct file, object);
	uint64_t page = archive_page + info_of(&file->node)->data_at / PAGE + index;

	for (unsigned i = 0; i < extent_count; i++) {
		if (page - extents[i].first >= extents[i].pages)
			continue;
		*extent = SLOT_DEVICE_MIN + i;
		*place = page - extents[i].first;
		return min(wanted, extents[i].pages - *place);
	}
	return 0;
}

static int64_t map(struct srv_request *r, unsigned prot)
{
	if (prot & PROT_WRITE)
		return -EACCES;
	if (!S_ISREG(r->node->mode) || !r->node->size_bytes)
		return -ENODEV;
	objects.srv = &server;
	objects.find = find_page;
	return object_map(r, &objects, &container_of(r->node, struct file, node)->object, r->node->size_bytes);
}

/* ---- directories ---- */

static int lookup(struct srv_node *dir, struct srv_name name, struct srv_node **out)
{
	uint32_t entry = archive_child(&archive, entry_of(dir), name.text, name.bytes);

	if (entry == ARCHIVE_NONE)
		return -ENOENT;
	*out = &files[entry].node;
	return 0;
}

static int readdir(struct srv_node *dir, uint64_t place, struct srv_dir *out)
{
	uint32_t entry =
	    place > archive.header->entry_count ? ARCHIVE_NONE : archive_next(&archive, entry_of(dir), (uint32_t)place);

	while (entry != ARCHIVE_NONE) {
		struct srv_name name;

		name.text = archive_name(&archive, entry, &name.bytes);
		if (!srv_dir_add(out, name, &files[entry].node, entry + 1))
			break;
		entry = archive_next(&archive, entry_of(dir), entry + 1);
	}
	return 0;
}

/* Nothing can be changed, by nobody. */
static int change(struct srv_request *r, struct srv_node *node) { return -EROFS; }

static const struct srv_ops ops = {
    .read = read, .map = map, .lookup = lookup, .readdir = readdir, .readlink = readlink, .change = change};

static void statvfs(struct srv_node *node, struct proto_statvfs *out)
{
	out->blocks = (archive.length + PAGE - 1) / PAGE;
	out->files = archive.header->entry_count;
	out->flags = ST_RDONLY;
}

/* ---- the start ---- */

/* The directory that an entry is in. */
static uint32_t parent_of(uint32_t entry)
{
	const struct image_entry *e = &archive.entries[entry];
	unsigned name_bytes;

	archive_name(&archive, entry, &name_bytes);
	return name_bytes == e->path_bytes
		   ? 0
		   : archive_find(&archive, archive.names + e->path_at, e->path_bytes - name_bytes - 1);
}

static const char *make_nodes(void)
{
	uint32_t count = archive.header->entry_count;

	files = os_alloc(count * sizeof(*files));
	if (!files)
		return "no memory";
	for (uint32_t i = 0; i < count; i++) {
		const struct image_entry *e = &archive.entries[i];
		struct srv_node *node = &files[i].node;
		uint32_t parent = i ? parent_of(i) : 0;

		if (parent == ARCHIVE_NONE || !S_ISDIR(archive.entries[parent].mode))
			return "an entry is in no directory";
		srv_node_init(node, &ops, i + 1, e->mode);
		node->uid = e->uid;
		node->gid = e->gid;
		node->rdevice = e->rdevice;
		node->size_bytes = S_ISDIR(e->mode) ? 0 : e->size_bytes;
		node->accessed_ns = node->modified_ns = node->changed_ns = archive.header->time_ns;
		if (S_ISDIR(e->mode)) {
			node->links = 2;
			node->parent = i ? &files[parent].node : NULL;
			files[parent].node.links += i != 0;
		}
	}
	return NULL;
}

/* Maps the Extents one behind the other: the address of the first byte, or NULL. */
static char *map_extents(unsigned count)
{
	struct os_words words = {{MEM_RESERVE}};
	struct os_words out;
	uint64_t pages = 0;

	if (count > EXTENTS_MAX)
		return NULL;
	for (extent_count = 0; extent_count < count; extent_count++) {
		if (os_cspace_info(CAP_SELF_CSPACE, SLOT_DEVICE_MIN + extent_count, &out) < 0)
			return NULL;
		extents[extent_count].first = pages;
		extents[extent_count].pages = 1ull << ((out.w[0] >> 24 & 0xff) - 12);
		pages += extents[extent_count].pages;
	}
	words.w[1] = pages * PAGE;
	if (os_send_words(CAP_SELF_PROCESS, &words) < 0)
		return NULL;
	for (unsigned i = 0; i < count; i++) {
		if (os_extent_map(SLOT_DEVICE_MIN + i, CAP_SELF_VSPACE, words.w[1] + extents[i].first * PAGE, 0,
				  extents[i].pages, PROT_READ) < 0)
			return NULL;
	}
	return (char *)words.w[1];
}

int main(int argc, char **argv)
{
	const char *why = "usage: image EXTENTS OFFSET BYTES";
	uint64_t offset, bytes;
	char *image;

	if (argc == 4) {
		offset = os_number(argv[2], 16, NULL);
		bytes = os_number(argv[3], 16, NULL);
		image = map_extents((unsigned)os_number(argv[1], 16, NULL));
		archive_page = offset / PAGE;
		why = "its memory cannot be mapped";
		if (image && archive_open(&archive, image + offset, bytes, &why))
			why = make_nodes();
	}
	if (why) {
		os_printf("image: %s\n", why);
		return 1;
	}
	mount.node = &files[0].node;
	server.statvfs = statvfs;
	return srv_run(&server) < 0;
}
