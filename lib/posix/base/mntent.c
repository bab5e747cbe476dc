/* SPDX-License-Identifier: 0BSD */
/* mntent.c: tables of mounts, as /proc/mounts and /etc/fstab have them: source, place, type and
 * options, set apart by blanks, and two numbers. A blank inside a word is \040. */
#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

FILE *setmntent(const char *file, const char *mode)
{
	return fopen(file, mode);
}

int endmntent(FILE *table)
{
	if (table)
		fclose(table);
	return 1;
}

static int is_octal(const char *text)
{
	return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' && text[1] <= '7' &&
	       text[2] >= '0' && text[2] <= '7';
}

/* Turns each \ooo into the byte that it stands for. */
static void decode(char *word)
{
	char *to = word;

	for (; *word; to++) {
		if (*word == '\\' && is_octal(word + 1)) {
			*to = (char)((word[1] - '0') * 64 + (word[2] - '0') * 8 + word[3] - '0');
			word += 4;
		} else {
			*to = *word++;
		}
	}
	*to = '\0';
}

/* The next word of *line; an empty one at its end. */
static char *take(char **line)
{
	char *word = *line + strspn(*line, " \t");
	char *end = word + strcspn(word, " \t\n");

	*line = *end ? end + 1 : end;
	*end = '\0';
	decode(word);
	return word;
}

/* A line that is longer than the buffer is passed over, as are comments and empty ones. */
static char *read_line(FILE *table, char *line, int size)
{
	char *start;

	while (fgets(line, size, table)) {
		if (!strchr(line, '\n') && !feof(table)) {
			for (int c = 0; c != '\n' && c != EOF;)
				c = getc(table);
			continue;
		}
		start = line + strspn(line, " \t\n");
		if (*start && *start != '#')
			return start;
	}
	return NULL;
}

struct mntent *getmntent_r(FILE *restrict table, struct mntent *restrict entry,
			   char *restrict buffer, int size)
{
	char *line = read_line(table, buffer, size);

	if (!line)
		return NULL;
	entry->mnt_fsname = take(&line);
	entry->mnt_dir = take(&line);
	entry->mnt_type = take(&line);
	entry->mnt_opts = take(&line);
	entry->mnt_freq = atoi(take(&line));
	entry->mnt_passno = atoi(take(&line));
	return entry;
}

struct mntent *getmntent(FILE *table)
{
	static struct mntent entry;
	static char buffer[4 * 4096];

	return getmntent_r(table, &entry, buffer, sizeof(buffer));
}

static int put_word(FILE *table, const char *word, char after)
{
	for (; *word; word++) {
		if (strchr(" \t\n\\", *word))
			fprintf(table, "\\%03o", (unsigned int)*word);
		else
			putc(*word, table);
	}
	return putc(after, table);
}

int addmntent(FILE *restrict table, const struct mntent *restrict entry)
{
	if (fseek(table, 0, SEEK_END))
		return 1;
	put_word(table, entry->mnt_fsname, ' ');
	put_word(table, entry->mnt_dir, ' ');
	put_word(table, entry->mnt_type, ' ');
	put_word(table, entry->mnt_opts, ' ');
	fprintf(table, "%d %d\n", entry->mnt_freq, entry->mnt_passno);
	return fflush(table) || ferror(table) ? 1 : 0;
}

/* Where OPTION stands in the options, as a whole word or before a `=`. */
char *hasmntopt(const struct mntent *entry, const char *option)
{
	size_t len = strlen(option);

	for (char *at = entry->mnt_opts; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (strncmp(at, option, len) == 0 && strchr(",=", at[len]))
			return at;
	return NULL;
}
