/* SPDX-License-Identifier: 0BSD */
/* archive.c: entries in ascending order of their paths, compared as bytes, so that what is below a directory lies together. */
#include "archive.h"
#include "lib/string.h"

static const uint8_t *base;
static uint64_t size;

static const struct image_header *header(void) { return (const struct image_header *)base; }

uint32_t archive_count(void) { return header()->entry_count; }
uint64_t archive_bytes(void) { return size; }
uint64_t archive_time_ns(void) { return header()->time_ns; }

const struct image_entry *archive_entry(uint32_t index)
{
	return (const struct image_entry *)(base + header()->entries_at) + index;
}

const uint8_t *archive_data(const struct image_entry *e) { return base + e->data_at; }

static const char *path_of(const struct image_entry *e) { return (const char *)base + header()->names_at + e->path_at; }

static bool within(uint64_t at, uint64_t bytes, uint64_t limit) { return at <= limit && bytes <= limit - at; }

static bool entry_is_good(const struct image_entry *e)
{
	return within(e->path_at, e->path_bytes, header()->names_bytes) && within(e->data_at, e->size_bytes, size);
}

bool archive_begin(const void *at, uint64_t bytes)
{
	base = at;
	size = bytes;
	if (bytes < sizeof(struct image_header) || header()->magic != IMAGE_MAGIC || header()->version != IMAGE_VERSION)
		return false;
	if (!within(header()->entries_at, (uint64_t)archive_count() * sizeof(struct image_entry), bytes) ||
	    !within(header()->names_at, header()->names_bytes, bytes))
		return false;
	for (uint32_t i = 0; i < archive_count(); i++)
		if (!entry_is_good(archive_entry(i)))
			return false;
	return archive_count() && archive_entry(0)->path_bytes == 0;
}

const char *archive_name(const struct image_entry *e, unsigned *bytes)
{
	const char *path = path_of(e);
	unsigned from = e->path_bytes;

	while (from && path[from - 1] != '/')
		from--;
	*bytes = e->path_bytes - from;
	return path + from;
}

/* A path that is given as directory, name and a last byte (0: none): compared with an entry's. */
struct key {
	const struct image_entry *dir;
	const char *name;
	unsigned bytes;
	char last;
};

/* One part of a key against the path that is left; what agrees is taken off it. */
static int compare_part(const char *part, unsigned bytes, const char **path, unsigned *left)
{
	int order = memcmp(part, *path, bytes < *left ? bytes : *left);

	if (order || bytes > *left)
		return order ? order : 1;
	*path += bytes;
	*left -= bytes;
	return 0;
}

static int compare(const struct key *k, const struct image_entry *e)
{
	const char *path = path_of(e);
	unsigned left = e->path_bytes, dir = k->dir->path_bytes;
	int order = compare_part(path_of(k->dir), dir, &path, &left);

	if (!order && dir)
		order = compare_part("/", 1, &path, &left);
	if (!order)
		order = compare_part(k->name, k->bytes, &path, &left);
	if (!order && k->last)
		order = compare_part(&k->last, 1, &path, &left);
	return order || !left ? order : -1;
}

/* The first entry that is not before the key. */
static uint32_t lower_bound(const struct key *k)
{
	/* What is below a directory stands behind it. */
	uint32_t low = (uint32_t)(k->dir - archive_entry(0)), high = archive_count();

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare(k, archive_entry(middle)) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool archive_find(const struct image_entry *dir, const char *name, unsigned bytes, uint32_t *index)
{
	struct key k = {dir, name, bytes, 0};

	*index = lower_bound(&k);
	return *index < archive_count() && compare(&k, archive_entry(*index)) == 0;
}

/* Does the path of `e` lie below `dir`, at whatever depth? */
static bool is_below(const struct image_entry *dir, const struct image_entry *e)
{
	unsigned bytes = dir->path_bytes;

	if (!bytes)
		return e->path_bytes != 0;
	return e->path_bytes > bytes + 1 && path_of(e)[bytes] == '/' && !memcmp(path_of(e), path_of(dir), bytes);
}

/* The length of the first component of `e` below `dir`. */
static unsigned component_bytes(const struct image_entry *dir, const struct image_entry *e, const char **text)
{
	unsigned from = dir->path_bytes + (dir->path_bytes != 0), to = from;

	*text = path_of(e) + from;
	while (to < e->path_bytes && path_of(e)[to] != '/')
		to++;
	return to - from;
}

bool archive_next(const struct image_entry *dir, uint32_t *index)
{
	struct key first = {dir, "", 0, 0};
	uint32_t begin = lower_bound(&first);

	for (*index = *index < begin ? begin : *index; *index < archive_count();) {
		const struct image_entry *e = archive_entry(*index);
		struct key behind = {.dir = dir, .last = '/' + 1};
		uint32_t slash_bytes = dir->path_bytes ? 1 : 0;

		if (e == dir) {
			++*index;
			continue;
		}
		if (!is_below(dir, e))
			return false;
		behind.bytes = component_bytes(dir, e, &behind.name);
		if (behind.bytes == e->path_bytes - dir->path_bytes - slash_bytes)
			return true;
		*index = lower_bound(&behind); /* deeper: past all that begins with this component and a slash */
	}
	return false;
}
