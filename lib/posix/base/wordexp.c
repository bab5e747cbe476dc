/* SPDX-License-Identifier: 0BSD */
/* wordexp.c: expanding words as the shell does, by the shell.
 *
 * A scan of our own refuses what POSIX forbids (operators outside quotes, commands when the caller
 * does not want them, quotes that do not end); what is left, sh expands and prints, each word with
 * a zero byte behind it and an x in front of all, so that "no words" is told from "it failed".
 */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

extern char **environ;

/* Where the scan is: quotes, and the brackets that are open outside of them. */
struct scan {
	const char *at;
	int single_quoted, double_quoted, backquoted;
	int parentheses, braces;
};

static int is_open(const struct scan *scan)
{
	return scan->single_quoted || scan->double_quoted || scan->backquoted || scan->parentheses || scan->braces;
}

/* A `$`: what is behind it may open brackets. */
static int scan_dollar(struct scan *scan, int flags)
{
	if (scan->at[1] == '{') {
		scan->braces++;
		scan->at++;
	} else if (scan->at[1] == '(') {
		if (flags & WRDE_NOCMD && scan->at[2] != '(')
			return WRDE_CMDSUB;
		scan->parentheses++;
		scan->at++;
	}
	return 0;
}

static int scan_bracket(struct scan *scan)
{
	switch (*scan->at) {
	case '(':
		if (!scan->parentheses)
			return scan->double_quoted ? 0 : WRDE_BADCHAR;
		scan->parentheses++;
		return 0;
	case ')':
		if (scan->parentheses)
			scan->parentheses--;
		else if (!scan->double_quoted)
			return WRDE_BADCHAR;
		return 0;
	case '{':
		return scan->double_quoted || scan->braces || scan->parentheses ? 0 : WRDE_BADCHAR;
	default: /* } */
		if (scan->braces)
			scan->braces--;
		else if (!scan->double_quoted && !scan->parentheses)
			return WRDE_BADCHAR;
		return 0;
	}
}

/* The character at `at`, which is not in single quotes. */
static int scan_one(struct scan *scan, int flags)
{
	switch (*scan->at) {
	case '\\':
		return *++scan->at ? 0 : WRDE_SYNTAX;
	case '\'':
		scan->single_quoted = !scan->double_quoted;
		return 0;
	case '"':
		scan->double_quoted = !scan->double_quoted;
		return 0;
	case '`':
		scan->backquoted = !scan->backquoted;
		return flags & WRDE_NOCMD ? WRDE_CMDSUB : 0;
	case '$':
		return scan_dollar(scan, flags);
	case '(':
	case ')':
	case '{':
	case '}':
		return scan_bracket(scan);
	case '\n':
	case '|':
	case '&':
	case ';':
	case '<':
	case '>':
		return is_open(scan) ? 0 : WRDE_BADCHAR;
	}
	return 0;
}

static int check(const char *words, int flags)
{
	struct scan scan = {.at = words};
	int error = 0;

	for (; !error && *scan.at; scan.at++) {
		if (scan.single_quoted)
			scan.single_quoted = *scan.at != '\'';
		else
			error = scan_one(&scan, flags);
	}
	return error ? error : is_open(&scan) ? WRDE_SYNTAX : 0;
}

/* Starts the shell; *out is where its words come. 0 or an errno. */
static int start(const char *words, int flags, pid_t *pid, int *out)
{
	static const char script[] = "eval \"set -- $1\" && printf '%s\\0' x \"$@\"";
	char *const argv[] = {"sh", flags & WRDE_UNDEF ? "-uc" : "-c", (char *)script, "sh", (char *)words, NULL};
	posix_spawn_file_actions_t actions;
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC))
		return errno;
	error = posix_spawn_file_actions_init(&actions);
	if (!error) {
		error = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
		if (!error && !(flags & WRDE_SHOWERR))
			error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, _PATH_DEVNULL, O_WRONLY, 0);
		if (!error)
			error = posix_spawn(pid, _PATH_BSHELL, &actions, NULL, argv, environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	close(ends[1]);
	if (error)
		close(ends[0]);
	else
		*out = ends[0];
	return error;
}

/* One more word of RESULT; WORD is taken over. */
static int add(wordexp_t *result, char *word)
{
	size_t count = result->we_offs + result->we_wordc;
	char **list = realloc(result->we_wordv, (count + 2) * sizeof(*list));

	if (!list) {
		free(word);
		return WRDE_NOSPACE;
	}
	list[count] = word;
	list[count + 1] = NULL;
	result->we_wordv = list;
	result->we_wordc++;
	return 0;
}

/* The words that come; the x in front is read by the caller. */
static int read_words(FILE *from, wordexp_t *result)
{
	int error = 0;

	for (;;) {
		char *word = NULL;
		size_t size = 0;
		ssize_t len = getdelim(&word, &size, '\0', from);

		if (len <= 0 || word[len - 1]) {
			free(word);
			return error;
		}
		error = error ? (free(word), error) : add(result, word);
	}
}

static int is_there(FILE *from) { return getc(from) == 'x' && getc(from) == '\0'; }

static int expand(const char *words, wordexp_t *result, int flags)
{
	int out = -1, status, error;
	FILE *from;
	pid_t pid;

	if (start(words, flags, &pid, &out))
		return WRDE_NOSPACE;
	from = fdopen(out, "r");
	if (!from) {
		close(out);
		error = WRDE_NOSPACE;
	} else {
		error = is_there(from) ? read_words(from, result) : WRDE_SYNTAX;
		fclose(from);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	/* The scan found nothing wrong: what the shell minds is a variable. */
	if (error == WRDE_SYNTAX && flags & WRDE_UNDEF)
		return WRDE_BADVAL;
	return error;
}

/* The empty list that all begins with. */
static int prepare(wordexp_t *result, int flags)
{
	if (flags & WRDE_REUSE)
		wordfree(result);
	if (flags & WRDE_APPEND)
		return 0;
	if (!(flags & WRDE_DOOFFS))
		result->we_offs = 0;
	result->we_wordc = 0;
	result->we_wordv = calloc(result->we_offs + 1, sizeof(char *));
	return result->we_wordv ? 0 : WRDE_NOSPACE;
}

int wordexp(const char *restrict words, wordexp_t *restrict result, int flags)
{
	size_t before = flags & WRDE_APPEND ? result->we_wordc : 0;
	int saved = errno, error = check(words, flags);

	if (error)
		return error;
	error = prepare(result, flags);
	if (!error)
		error = expand(words, result, flags);
	/* Only for want of memory is a part of the answer left. */
	while (error && error != WRDE_NOSPACE && result->we_wordc > before)
		free(result->we_wordv[result->we_offs + --result->we_wordc]);
	if (error && error != WRDE_NOSPACE && !(flags & WRDE_APPEND)) {
		free(result->we_wordv);
		result->we_wordv = NULL;
	}
	errno = saved;
	return error;
}

void wordfree(wordexp_t *result)
{
	for (size_t i = 0; result->we_wordv && i < result->we_wordc; i++)
		free(result->we_wordv[result->we_offs + i]);
	free(result->we_wordv);
	result->we_wordv = NULL;
	result->we_wordc = 0;
}
