/* SPDX-License-Identifier: 0BSD */
/* show_container.c: `status` of address spaces, descriptor spaces, filesystem contexts, name
 * spaces, accounts and groups. */
#include <abi/memory.h>
#include <abi/object.h>
#include <proto/flags.h>
#include "info.h"
#include "show.h"

#define CHUNK(type) (INFO_CHUNK_BYTES / sizeof(type))

/* Lines of /proc/<pid>/maps, proc(5); the device is 0, the inode the memory object's number. */
int show_vspace(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_region regions[CHUNK(struct info_region)];
	uint64_t place = 0;

	do {
		int64_t count = info_chunk(INFO_VSPACE, id, &place, regions, sizeof(regions));

		if (count < 0)
			return (int)count;
		for (int64_t i = 0; i < count; i++) {
			const struct info_region *r = &regions[i];
			uint32_t flags = r->protection >> 8;

			text_print(t, "%lx-%lx %c%c%c%c %08lx 00:00 %u%s\n", (unsigned long)r->start,
				   (unsigned long)r->end, r->protection & PROT_READ ? 'r' : '-',
				   r->protection & PROT_WRITE ? 'w' : '-', r->protection & PROT_EXEC ? 'x' : '-',
				   flags & MEM_SHARED ? 's' : 'p', (unsigned long)r->offset, r->object,
				   flags & MEM_STACK ? " [stack]" : "");
		}
	} while (place);
	return 0;
}

static const char *const type_names[OBJ_TYPES] = {
#define OBJECT(NAME, name, min_log2, max_log2, description) [OBJ_##NAME] = #name,
#include <abi/object.def>
#undef OBJECT
};

int show_fdspace(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_slot slots[CHUNK(struct info_slot)];
	uint64_t place = 0;

	do {
		int64_t count = info_chunk(INFO_FDSPACE, id, &place, slots, sizeof(slots));

		if (count < 0)
			return (int)count;
		for (int64_t i = 0; i < count; i++) {
			const struct info_slot *s = &slots[i];

			text_print(t, "%u\t%s\trights %02x%s%s\n", s->slot,
				   s->type < OBJ_TYPES && type_names[s->type] ? type_names[s->type] : "?", s->rights,
				   s->flags & SLOT_CLOEXEC ? " cloexec" : "",
				   s->flags & SLOT_CLOFORK ? " clofork" : "");
		}
	} while (place);
	return 0;
}

int show_context(struct text *t, uint32_t id, uint32_t sub)
{
	static char paths[8192];
	uint64_t place = 0;
	int64_t bytes = info_chunk(INFO_CONTEXT, id, &place, paths, sizeof(paths) - 1);
	uint64_t root = 0;

	if (bytes < 0)
		return (int)bytes;
	paths[bytes] = 0;
	while (root < (uint64_t)bytes && paths[root])
		root++;
	text_print(t, "Root:\t%s\n", paths);
	if (root + 1 < (uint64_t)bytes && paths[root + 1])
		text_print(t, "Cwd:\t%s\n", paths + root + 1);
	return 0;
}

/* Calls `print` for each mount of a name space. */
static int each_mount(struct text *t, uint32_t id, void (*print)(struct text *, const struct proto_mount *))
{
	static _Alignas(8) char records[8192];
	uint64_t place = 0;

	do {
		int64_t count = info_chunk(INFO_NAMESPACE, id, &place, records, sizeof(records));
		uint64_t at = 0;

		if (count < 0)
			return (int)count;
		for (; count > 0; count--) {
			const struct proto_mount *m = (const struct proto_mount *)(records + at);

			print(t, m);
			at += sizeof(*m) + ((m->prefix_bytes + 7u) & ~7u);
		}
	} while (place);
	return 0;
}

static void print_mount(struct text *t, const struct proto_mount *m)
{
	text_print(t, "%u\t%.*s\tserver %lu%s\n", m->number, (int)m->prefix_bytes, (const char *)(m + 1),
		   (unsigned long)m->server, m->flags & NS_MOUNT_FILE ? "\tfile" : "");
}

int show_namespace(struct text *t, uint32_t id, uint32_t sub) { return each_mount(t, id, print_mount); }

/* Lines of /proc/mounts, fstab(5), of directories alone. */
static void print_fstab(struct text *t, const struct proto_mount *m)
{
	if (!(m->flags & NS_MOUNT_FILE))
		text_print(t, "server%lu %.*s parley rw 0 0\n", (unsigned long)m->server, (int)m->prefix_bytes,
			   (const char *)(m + 1));
}

int show_mounts_of(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_thread thread;
	uint64_t place = 0;
	int64_t count = info_chunk(INFO_THREADS, id, &place, &thread, sizeof(thread));

	return count < 1 ? (int)count : each_mount(t, thread.namespace, print_fstab);
}

int show_account(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_account a;
	int status = info_one(INFO_ACCOUNT, id, &a, sizeof(a));

	if (status < 0)
		return status;
	text_print(t, "Memory:\t%lu of %lu bytes\nObjects:\t%lu of %lu\n", (unsigned long)a.memory_bytes,
		   (unsigned long)a.memory_limit_bytes, (unsigned long)a.objects, (unsigned long)a.objects_limit);
	text_print(t, "Processes:\t%u of %lu\nTime:\t%lu ns\n", a.processes, (unsigned long)a.processes_limit,
		   (unsigned long)a.time_ns);
	return 0;
}

int show_group(struct text *t, uint32_t id, uint32_t sub)
{
	uint32_t pids[CHUNK(uint32_t)];
	uint64_t place = 0;

	text_print(t, "Processes:");
	do {
		int64_t count = info_chunk(INFO_GROUP, id, &place, pids, sizeof(pids));

		if (count < 0)
			return (int)count;
		for (int64_t i = 0; i < count; i++)
			text_print(t, " %u", pids[i]);
	} while (place);
	text_print(t, "\n");
	return 0;
}
