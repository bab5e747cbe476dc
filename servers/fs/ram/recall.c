/* SPDX-License-Identifier: 0BSD */
/* recall.c: after a restart: the tree is made anew out of the records.
 *
 * The server before this one died between any two stores. What it was about to do is there or not, and what is not whole
 * goes: names of nothing, files with neither name nor user, pages of nobody, contents behind a file's end.
 */
#include "file.h"

#include "lib/string.h"

static struct pages *pages_by_number(uint32_t number)
{
	struct file *file = (struct file *)record_at(number, RECORD_FILE);

	return file && !S_ISDIR(file->node.mode) ? &file->pages : NULL;
}

/* A rename that has a new name already has no old one any more. */
static void end_move(void)
{
	struct name *from = (struct name *)record_at(ram_lasting->move_from, RECORD_NAME);
	struct name *to = (struct name *)record_at(ram_lasting->move_to, RECORD_NAME);

	if (from && to && from != to && from->file == to->file)
		record_free(&from->record);
	ram_lasting->move_from = ram_lasting->move_to = 0;
}

/* What of a file lasts stays; the rest is as in a new one. */
static void recall_file(struct file *file)
{
	struct srv_node old = file->node;
	struct pages pages = {.file = file->record.number,
			      .object = {.number = file->pages.object.number, .name = file->pages.object.name}};

	file->node = (struct srv_node){.links = 0};
	srv_node_init(&file->node, ram_ops_of(old.mode), file->record.number, old.mode);
	file->node.links = S_ISDIR(old.mode) ? 2 : 0;
	file->node.uid = old.uid;
	file->node.gid = old.gid;
	file->node.size_bytes = S_ISDIR(old.mode) ? 0 : old.size_bytes;
	file->node.rdevice = old.rdevice;
	file->node.marked = old.marked;
	file->node.accessed_ns = old.accessed_ns;
	file->node.modified_ns = old.modified_ns;
	file->node.changed_ns = old.changed_ns;
	file->names = (struct names){.count = 0};
	file->pages = pages;
	ram_files++;
}

static bool is_root(const struct file *file)
{
	for (uint32_t i = 0; i < ram_lasting->roots; i++)
		if (ram_lasting->root[i] == file->record.number)
			return true;
	return false;
}

/* False: it names nothing, or what has a name already must not have another. */
static bool recall_name(struct name *name)
{
	struct file *dir = (struct file *)record_at(name->dir, RECORD_FILE);
	struct file *file = (struct file *)record_at(name->file, RECORD_FILE);

	if (!dir || !file || !S_ISDIR(dir->node.mode) || !name->bytes || name->bytes > PATH_NAME_MAX)
		return false;
	memset(&name->entry, 0, sizeof(name->entry));
	name->entry.name = (struct srv_name){name->text, name->bytes};
	name->entry.node = &file->node;
	if (names_find(&dir->names, name->entry.name))
		return false;
	if (S_ISDIR(file->node.mode)) {
		if (file->node.parent || is_root(file))
			return false;
		file->node.parent = &dir->node;
		dir->node.links++;
	} else {
		file->node.links++;
	}
	names_add_at(&dir->names, &name->entry, name->place);
	return true;
}

static bool recall_roots(void)
{
	for (uint32_t i = 0; i < ram_lasting->roots; i++) {
		struct file *root = (struct file *)record_at(ram_lasting->root[i], RECORD_FILE);

		if (!root || !S_ISDIR(root->node.mode))
			return false;
	}
	return ram_lasting->roots <= ROOTS_MAX;
}

bool recall_tree(void)
{
	record_recall();
	end_move();
	for (uint32_t n = 1; n <= record_end(); n++) {
		struct file *file = (struct file *)record_at(n, RECORD_FILE);

		if (file)
			recall_file(file);
	}
	if (!recall_roots())
		return false;
	for (uint32_t n = 1; n <= record_end(); n++) {
		struct name *name = (struct name *)record_at(n, RECORD_NAME);

		if (name && !recall_name(name))
			record_free(&name->record);
	}
	pages_recall(&ram_store, pages_by_number);
	for (uint32_t n = 1; n <= record_end(); n++) {
		struct pages *pages = pages_by_number(n);

		if (pages)
			pages_trim(&ram_store, pages, ((struct file *)record_at(n, RECORD_FILE))->node.size_bytes);
	}
	return true;
}

int recall_objects(struct srv *srv)
{
	for (uint32_t n = 1; n <= record_end(); n++) {
		struct pages *pages = pages_by_number(n);

		if (pages && pages->object.number)
			pages_recall_object(&ram_store, pages,
					    ((struct file *)record_at(n, RECORD_FILE))->node.size_bytes);
	}
	pages_recall_end(&ram_store);
	return 0;
}

/* A directory without a parent that is no root has lost its name. */
static bool is_left(const struct file *file)
{
	if (file->node.uses || is_root(file))
		return false;
	return S_ISDIR(file->node.mode) ? !file->node.parent && !file->names.count : !file->node.links;
}

void recall_end(struct srv *srv)
{
	for (uint32_t n = 1; n <= record_end(); n++) {
		struct file *file = (struct file *)record_at(n, RECORD_FILE);

		if (file && S_ISDIR(file->node.mode) && !file->node.parent && !is_root(file))
			file->node.links = 0;
		if (file && is_left(file))
			file->node.ops->release(&file->node);
	}
}
