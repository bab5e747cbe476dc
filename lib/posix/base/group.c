/* SPDX-License-Identifier: 0BSD */
/* group.c: groups, as /etc/group has them: name:password:gid:member,member. Else as passwd.c. */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <paths.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "table.h"

/* The array of members stands behind the line, in the same buffer. */
static int parse(void *to, char *line, char *end)
{
	struct group *entry = to;
	char *field[4], *member, *rest, **list;
	uintptr_t after = (uintptr_t)(line + strlen(line) + 1);

	if (table_split(line, field, 4) != 4 || !*field[0] ||
	    table_number(field[2], &entry->gr_gid))
		return EINVAL;
	entry->gr_name = field[0];
	entry->gr_passwd = field[1];
	list = (char **)((after + sizeof(char *) - 1) & ~(sizeof(char *) - 1));
	entry->gr_mem = list;
	for (rest = field[3]; (member = strsep(&rest, ","));) {
		if ((char *)(list + 2) > end)
			return ERANGE;
		if (*member)
			*list++ = member;
	}
	*list = NULL;
	return 0;
}

static int has_name(const void *entry, const void *name)
{
	return strcmp(((const struct group *)entry)->gr_name, name) == 0;
}

static int has_id(const void *entry, const void *id)
{
	return ((const struct group *)entry)->gr_gid == *(const gid_t *)id;
}

static const struct table_kind kind = {_PATH_GROUP, parse};
static struct table_cursor cursor;
static struct group own;

int fgetgrent_r(FILE *file, struct group *entry, char *buffer, size_t size, struct group **result)
{
	return table_next(&kind, file, entry, buffer, size, (void **)result);
}

int getgrnam_r(const char *name, struct group *entry, char *buffer, size_t size,
	       struct group **result)
{
	return table_find(&kind, has_name, name, entry, buffer, size, (void **)result);
}

int getgrgid_r(gid_t gid, struct group *entry, char *buffer, size_t size, struct group **result)
{
	return table_find(&kind, has_id, &gid, entry, buffer, size, (void **)result);
}

struct group *getgrnam(const char *name)
{
	return table_find_own(&cursor, &kind, has_name, name, &own);
}

struct group *getgrgid(gid_t gid)
{
	return table_find_own(&cursor, &kind, has_id, &gid, &own);
}

struct group *fgetgrent(FILE *file)
{
	return table_next_own(&cursor, &kind, file, &own);
}

struct group *getgrent(void)
{
	return table_step(&cursor, &kind, &own);
}

int getgrent_r(struct group *entry, char *buffer, size_t size, struct group **result)
{
	return table_step_r(&cursor, &kind, entry, buffer, size, (void **)result);
}

void setgrent(void)
{
	table_rewind(&cursor);
}

void endgrent(void)
{
	table_rewind(&cursor);
}

int putgrent(const struct group *entry, FILE *file)
{
	int answer = fprintf(file, "%s:%s:%u:", entry->gr_name, entry->gr_passwd, entry->gr_gid);

	for (char **member = entry->gr_mem; answer >= 0 && *member; member++)
		answer = fprintf(file, "%s%s", member == entry->gr_mem ? "" : ",", *member);
	return answer < 0 || fputc('\n', file) == EOF ? -1 : 0;
}

static int has_member(const struct group *entry, const char *user)
{
	for (char **member = entry->gr_mem; *member; member++)
		if (strcmp(*member, user) == 0)
			return 1;
	return 0;
}

/* GROUP, then every group that USER is a member of. *count: the room, then how many there are. */
int getgrouplist(const char *user, gid_t group, gid_t *groups, int *count)
{
	struct table_cursor all = {0};
	struct group entry;
	int room = *count, found = 1;

	if (room > 0)
		groups[0] = group;
	while (table_step(&all, &kind, &entry)) {
		if (entry.gr_gid == group || !has_member(&entry, user))
			continue;
		if (found < room)
			groups[found] = entry.gr_gid;
		found++;
	}
	table_close(&all);
	*count = found;
	return found > room ? -1 : found;
}

int initgroups(const char *user, gid_t group)
{
	gid_t groups[NGROUPS_MAX];
	int count = NGROUPS_MAX;

	if (getgrouplist(user, group, groups, &count) < 0)
		count = NGROUPS_MAX;
	return setgroups(count, groups);
}
