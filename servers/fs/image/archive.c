/* SPDX-License-Identifier: 0BSD */
/* archive.c: entries are sorted by path, as bytes: so a path is found by binary search.
 *
 * The descendants of "a" are not one range: "a-b" stands between "a" and "a/b". But those of "a/" are: all from the first path
 * that begins so to the last one.
 */
#include "archive.h"

#include "lib/string.h"

#define PAGE 4096

static const char *path_of(const struct archive *a, uint32_t entry) { return a->names + a->entries[entry].path_at; }

/* Two texts one behind the other, as bytes against an entry's path. */
struct key {
	const char *first, *second;
	unsigned first_bytes, second_bytes;
};

static int compare_part(const char **path, unsigned *path_bytes, const char *text, unsigned bytes)
{
	unsigned n = *path_bytes < bytes ? *path_bytes : bytes;
	int order = memcmp(*path, text, n);

	*path += n;
	*path_bytes -= n;
	return order ? order : n < bytes ? -1 : 0;
}

static int compare(const struct archive *a, uint32_t entry, const struct key *key)
{
	const char *path = path_of(a, entry);
	unsigned bytes = a->entries[entry].path_bytes;
	int order = compare_part(&path, &bytes, key->first, key->first_bytes);

	if (!order)
		order = compare_part(&path, &bytes, key->second, key->second_bytes);
	return order ? order : bytes != 0;
}

/* The first entry whose path is not less than the key. */
static uint32_t lower_bound(const struct archive *a, const struct key *key)
{
	uint32_t low = 0, high = a->header->entry_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare(a, middle, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t find(const struct archive *a, const struct key *key)
{
	uint32_t entry = lower_bound(a, key);

	return entry < a->header->entry_count && compare(a, entry, key) == 0 ? entry : ARCHIVE_NONE;
}

uint32_t archive_find(const struct archive *a, const char *path, unsigned bytes)
{
	return find(a, &(struct key){path, "", bytes, 0});
}

/* How long the path of a directory is with its `/`; the root has none. */
static unsigned prefix_bytes(const struct archive *a, uint32_t dir)
{
	unsigned bytes = a->entries[dir].path_bytes;

	return bytes ? bytes + 1 : 0;
}

/* The directory's path, with the slash that every child's path has at that place: any of them lends its bytes. */
static uint32_t first_below(const struct archive *a, uint32_t dir)
{
	return lower_bound(a,
			   &(struct key){path_of(a, dir), "/", a->entries[dir].path_bytes, prefix_bytes(a, dir) != 0});
}

static bool is_below(const struct archive *a, uint32_t dir, uint32_t entry)
{
	unsigned bytes = a->entries[dir].path_bytes;

	return a->entries[entry].path_bytes > prefix_bytes(a, dir) &&
	       !memcmp(path_of(a, entry), path_of(a, dir), bytes) && (!bytes || path_of(a, entry)[bytes] == '/');
}

const char *archive_name(const struct archive *a, uint32_t entry, unsigned *bytes)
{
	const char *path = path_of(a, entry);
	unsigned at = a->entries[entry].path_bytes;

	*bytes = 0;
	while (at && path[at - 1] != '/') {
		at--;
		++*bytes;
	}
	return path + at;
}

uint32_t archive_child(const struct archive *a, uint32_t dir, const char *name, unsigned bytes)
{
	uint32_t below = first_below(a, dir);

	if (below >= a->header->entry_count || !is_below(a, dir, below))
		return ARCHIVE_NONE;
	return find(a, &(struct key){path_of(a, below), name, prefix_bytes(a, dir), bytes});
}

/* Past the branch of the child that begins with the first `bytes` of an entry's path: '0' follows '/'. */
static uint32_t behind_branch(const struct archive *a, uint32_t entry, unsigned bytes)
{
	return lower_bound(a, &(struct key){path_of(a, entry), "0", bytes, 1});
}

uint32_t archive_next(const struct archive *a, uint32_t dir, uint32_t from)
{
	unsigned prefix = prefix_bytes(a, dir);
	uint32_t entry = first_below(a, dir);

	if (entry < from)
		entry = from;
	if (entry == dir)
		entry++;
	while (entry < a->header->entry_count && is_below(a, dir, entry)) {
		const char *path = path_of(a, entry);
		unsigned bytes = prefix;

		while (bytes < a->entries[entry].path_bytes && path[bytes] != '/')
			bytes++;
		if (bytes == a->entries[entry].path_bytes)
			return entry;
		entry = behind_branch(a, entry, bytes);
	}
	return ARCHIVE_NONE;
}

static bool within(uint64_t length, uint64_t at, uint64_t bytes) { return at <= length && bytes <= length - at; }

static const char *check_entry(const struct archive *a, uint32_t i)
{
	const struct image_entry *e = &a->entries[i];
	uint32_t type = e->mode & 0170000;

	if (!within(a->header->names_bytes, e->path_at, e->path_bytes))
		return "a path lies outside of the names";
	if (i && archive_find(a, path_of(a, i), e->path_bytes) != i)
		return "paths are not in order";
	if (type != 0040000 && !within(a->length, e->data_at, e->size_bytes))
		return "a file lies outside";
	if (type == 0100000 && e->data_at % PAGE)
		return "a file does not begin at a page";
	return NULL;
}

bool archive_open(struct archive *a, const void *bytes, uint64_t length, const char **why)
{
	const struct image_header *h = bytes;

	*a = (struct archive){.bytes = bytes, .length = length, .header = h};
	*why = "it has no header";
	if (length < sizeof(*h) || h->magic != IMAGE_MAGIC || h->version != IMAGE_VERSION)
		return false;
	*why = "its tables lie outside";
	if (!h->entry_count || h->entries_at % 8 ||
	    !within(length, h->entries_at, h->entry_count * sizeof(struct image_entry)) ||
	    !within(length, h->names_at, h->names_bytes))
		return false;
	a->entries = (const struct image_entry *)(a->bytes + h->entries_at);
	a->names = a->bytes + h->names_at;
	/* First all names, so that looking one up is safe. */
	for (uint32_t i = 0; i < h->entry_count; i++) {
		*why = "a path lies outside of the names";
		if (!within(h->names_bytes, a->entries[i].path_at, a->entries[i].path_bytes))
			return false;
	}
	for (uint32_t i = 0; i < h->entry_count; i++) {
		*why = check_entry(a, i);
		if (*why)
			return false;
	}
	*why = "the first entry is not the root";
	return a->entries[0].path_bytes == 0 && (a->entries[0].mode & 0170000) == 0040000;
}
