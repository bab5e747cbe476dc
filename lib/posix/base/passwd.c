/* SPDX-License-Identifier: 0BSD */
/* passwd.c: users, as /etc/passwd has them: name:password:uid:gid:comment:directory:shell.
 *
 * The _r functions read a line into the caller's buffer and point into it; ERANGE says that the
 * buffer is too small. Lines that are not of that form are passed over.
 */
#include <errno.h>
#include <paths.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

static int parse(void *to, char *line, char *end)
{
	struct passwd *entry = to;
	char *field[7];

	(void)end;
	if (table_split(line, field, 7) != 7 || !*field[0] ||
	    table_number(field[2], &entry->pw_uid) || table_number(field[3], &entry->pw_gid))
		return EINVAL;
	entry->pw_name = field[0];
	entry->pw_passwd = field[1];
	entry->pw_gecos = entry->pw_comment = field[4];
	entry->pw_dir = field[5];
	entry->pw_shell = field[6];
	return 0;
}

static int has_name(const void *entry, const void *name)
{
	return strcmp(((const struct passwd *)entry)->pw_name, name) == 0;
}

static int has_id(const void *entry, const void *id)
{
	return ((const struct passwd *)entry)->pw_uid == *(const uid_t *)id;
}

static const struct table_kind kind = {_PATH_PASSWD, parse};
static struct table_cursor cursor;
static struct passwd own;

int fgetpwent_r(FILE *file, struct passwd *entry, char *buffer, size_t size, struct passwd **result)
{
	return table_next(&kind, file, entry, buffer, size, (void **)result);
}

int getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
	       struct passwd **result)
{
	return table_find(&kind, has_name, name, entry, buffer, size, (void **)result);
}

int getpwuid_r(uid_t uid, struct passwd *entry, char *buffer, size_t size, struct passwd **result)
{
	return table_find(&kind, has_id, &uid, entry, buffer, size, (void **)result);
}

struct passwd *getpwnam(const char *name)
{
	return table_find_own(&cursor, &kind, has_name, name, &own);
}

struct passwd *getpwuid(uid_t uid)
{
	return table_find_own(&cursor, &kind, has_id, &uid, &own);
}

struct passwd *fgetpwent(FILE *file)
{
	return table_next_own(&cursor, &kind, file, &own);
}

struct passwd *getpwent(void)
{
	return table_step(&cursor, &kind, &own);
}

int getpwent_r(struct passwd *entry, char *buffer, size_t size, struct passwd **result)
{
	return table_step_r(&cursor, &kind, entry, buffer, size, (void **)result);
}

void setpwent(void)
{
	table_rewind(&cursor);
}

void endpwent(void)
{
	table_rewind(&cursor);
}

int putpwent(const struct passwd *entry, FILE *file)
{
	return fprintf(file, "%s:%s:%u:%u:%s:%s:%s\n", entry->pw_name, entry->pw_passwd,
		       entry->pw_uid, entry->pw_gid, entry->pw_gecos, entry->pw_dir,
		       entry->pw_shell) < 0
		   ? -1
		   : 0;
}
