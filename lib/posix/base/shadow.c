/* SPDX-License-Identifier: 0BSD */
/* shadow.c: passwords, as /etc/shadow has them; an empty number is -1. Else as passwd.c. */
#include <errno.h>
#include <shadow.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

static int parse(void *to, char *line, char *end)
{
	struct spwd *entry = to;
	long *numbers[] = {&entry->sp_lstchg, &entry->sp_min,	&entry->sp_max,
			   &entry->sp_warn,   &entry->sp_inact, &entry->sp_expire};
	char *field[9], *rest;

	(void)end;
	if (table_split(line, field, 9) != 9 || !*field[0])
		return EINVAL;
	entry->sp_namp = field[0];
	entry->sp_pwdp = field[1];
	for (int i = 0; i < 6; i++) {
		*numbers[i] = *field[i + 2] ? strtol(field[i + 2], &rest, 10) : -1;
		if (*field[i + 2] && *rest)
			return EINVAL;
	}
	entry->sp_flag = *field[8] ? strtoul(field[8], NULL, 10) : ~0ul;
	return 0;
}

static int has_name(const void *entry, const void *name)
{
	return strcmp(((const struct spwd *)entry)->sp_namp, name) == 0;
}

static const struct table_kind kind = {_PATH_SHADOW, parse};

int getspnam_r(const char *name, struct spwd *entry, char *buffer, size_t size,
	       struct spwd **result)
{
	return table_find(&kind, has_name, name, entry, buffer, size, (void **)result);
}

struct spwd *getspnam(const char *name)
{
	static struct table_cursor cursor;
	static struct spwd own;

	return table_find_own(&cursor, &kind, has_name, name, &own);
}
