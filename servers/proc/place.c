/* SPDX-License-Identifier: 0BSD */
/* place.c: the tables. */
#include <stddef.h>
#include "place.h"

#define FILE(text, function)                                                                                           \
	{                                                                                                              \
		.name = text, .mode = S_IFREG | 0444, .show = function                                                 \
	}
#define CONTROL(kind)                                                                                                  \
	{                                                                                                              \
		.name = "ctl", .mode = S_IFREG | 0200, .control = kind                                                 \
	}
#define DIR(text, where)                                                                                               \
	{                                                                                                              \
		.name = text, .mode = S_IFDIR | 0555, .place = where                                                   \
	}
#define LINK(text, where, member)                                                                                      \
	{                                                                                                              \
		.name = text, .mode = S_IFLNK | 0777, .place = where, .field = offsetof(struct info_thread, member)    \
	}

static const struct entry root[] = {
    FILE("cmdline", show_boot_line),
    FILE("cpuinfo", show_cpuinfo),
    FILE("filesystems", show_filesystems),
    FILE("meminfo", show_meminfo),
    FILE("stat", show_system_stat),
    FILE("uptime", show_uptime),
    FILE("version", show_version),
    {.name = "mounts", .mode = S_IFLNK | 0777},
    {.name = "self", .mode = S_IFLNK | 0777},
    DIR("vspace", PLACE_VSPACES),
    DIR("fdspace", PLACE_FDSPACES),
    DIR("fs", PLACE_CONTEXTS),
    DIR("ns", PLACE_NAMESPACES),
    DIR("account", PLACE_ACCOUNTS),
    DIR("group", PLACE_GROUPS),
};
static const struct entry process[] = {
    FILE("cmdline", show_cmdline), FILE("comm", show_comm),
    FILE("maps", show_maps),	   FILE("mounts", show_mounts_of),
    FILE("stat", show_stat),	   FILE("statm", show_statm),
    FILE("status", show_status),   CONTROL(INFO_PROCESS),
    DIR("task", PLACE_TASKS),	   {.name = "fd", .mode = S_IFDIR | 0500, .place = PLACE_DESCRIPTORS},
};
static const struct entry thread[] = {
    FILE("stat", show_thread_stat),	      FILE("status", show_thread_status),
    LINK("vspace", PLACE_VSPACES, vspace),    LINK("fdspace", PLACE_FDSPACES, fdspace),
    LINK("fs", PLACE_CONTEXTS, context),      LINK("ns", PLACE_NAMESPACES, namespace),
    LINK("account", PLACE_ACCOUNTS, account),
};
static const struct entry vspace[] = {FILE("maps", show_vspace)};
static const struct entry fdspace[] = {FILE("status", show_fdspace)};
static const struct entry context[] = {FILE("status", show_context)};
static const struct entry namespace[] = {FILE("status", show_namespace)};
static const struct entry account[] = {FILE("status", show_account)};
static const struct entry group[] = {FILE("status", show_group), CONTROL(INFO_GROUP)};

#define NAMES(table)		   .entries = table, .count = sizeof(table) / sizeof((table)[0])
#define NUMBERS(where, kind, type) .numbered = where, .mode = S_IFDIR | 0555, .list = kind, .record_bytes = sizeof(type)

static const struct directory directories[PLACE_COUNT] = {
    [PLACE_ROOT] = {NAMES(root), NUMBERS(PLACE_PROCESS, INFO_PROCESSES, struct info_process)},
    [PLACE_PROCESS] = {NAMES(process)},
    [PLACE_TASKS] = {NUMBERS(PLACE_THREAD, INFO_THREADS, struct info_thread), .inner = true},
    [PLACE_THREAD] = {NAMES(thread)},
    [PLACE_DESCRIPTORS] = {.numbered = PLACE_DESCRIPTOR,
			   .mode = S_IFCHR | 0600,
			   .inner = true,
			   .next = info_descriptor},
    [PLACE_VSPACES] = {NUMBERS(PLACE_VSPACE, INFO_VSPACES, struct info_container)},
    [PLACE_VSPACE] = {NAMES(vspace)},
    [PLACE_FDSPACES] = {NUMBERS(PLACE_FDSPACE, INFO_FDSPACES, struct info_container)},
    [PLACE_FDSPACE] = {NAMES(fdspace)},
    [PLACE_CONTEXTS] = {NUMBERS(PLACE_CONTEXT, INFO_CONTEXTS, struct info_container)},
    [PLACE_CONTEXT] = {NAMES(context)},
    [PLACE_NAMESPACES] = {NUMBERS(PLACE_NAMESPACE, INFO_NAMESPACES, struct info_container)},
    [PLACE_NAMESPACE] = {NAMES(namespace)},
    [PLACE_ACCOUNTS] = {NUMBERS(PLACE_ACCOUNT, INFO_ACCOUNTS, struct info_account)},
    [PLACE_ACCOUNT] = {NAMES(account)},
    [PLACE_GROUPS] = {NUMBERS(PLACE_GROUP, INFO_GROUPS, struct info_group)},
    [PLACE_GROUP] = {NAMES(group)},
};

const struct directory *place_directory(enum place place) { return &directories[place]; }

const char *place_name(enum place place)
{
	for (unsigned i = 0; i < sizeof(root) / sizeof(root[0]); i++)
		if (root[i].place == place)
			return root[i].name;
	return "";
}

/* Every record of a numbered thing begins with its number. */
int place_next(enum place place, uint32_t id, uint32_t *number)
{
	const struct directory *d = place_directory(place);
	union {
		struct info_process process;
		struct info_thread thread;
		struct info_container container;
		struct info_account account;
		struct info_group group;
		uint32_t number;
	} record;
	uint64_t from = *number;
	int64_t count;

	if (d->numbered == PLACE_ROOT)
		return -ENOENT;
	if (d->next)
		return d->next(id, number);
	count = info_chunk(d->list, id, &from, &record, d->record_bytes);
	if (count <= 0)
		return count < 0 ? (int)count : -ENOENT;
	*number = record.number;
	return 0;
}

bool place_has(enum place place, uint32_t id, uint32_t number)
{
	uint32_t found = number;

	return place_next(place, id, &found) == 0 && found == number;
}
