/* SPDX-License-Identifier: 0BSD */
/* getopt.c: reading a command's options: POSIX's getopt, and GNU's with long names.
 *
 * getopt ends at the first operand, as POSIX says. getopt_long goes on behind operands and moves
 * them to the end, unless the list of options begins with `+` or POSIXLY_CORRECT is set; with `-`
 * it answers each operand as the argument of an option 1. Both start anew when optind is 0 or
 * optreset is set.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1, opterr = 1, optopt, optreset;

/* The rest of a word with several options of one letter; its length when optind passed it. */
static char *cluster;

static void restart(void)
{
	if (optind == 0 || optreset)
		cluster = NULL;
	if (optind == 0)
		optind = 1;
	optreset = 0;
}

/* Programs may set optind to 1 to start anew: then what is left of a word is of an older list. */
static int in_cluster(char *const argv[])
{
	const char *word = cluster ? argv[optind] : NULL;

	if (word && cluster > word && cluster <= word + strlen(word) && *cluster)
		return 1;
	cluster = NULL;
	return 0;
}

static int complain(char *const argv[], const char *letters, const char *what, const char *option,
		    size_t len, int answer)
{
	if (opterr && *letters != ':')
		fprintf(stderr, "%s: %s -- '%.*s'\n", argv[0], what, (int)len, option);
	return answer;
}

static const char *skip_mode(const char *letters)
{
	return *letters == '+' || *letters == '-' ? letters + 1 : letters;
}

/* The argument of an option: the rest of its word, or the next word. */
static int take_argument(int argc, char *const argv[], int optional)
{
	if (*cluster) {
		optarg = cluster;
		optind++;
	} else {
		optind++;
		if (!optional && optind >= argc)
			return -1;
		if (!optional)
			optarg = argv[optind++];
	}
	cluster = NULL;
	return 0;
}

/* The next option of one letter; `cluster` is at it. */
static int take_letter(int argc, char *const argv[], const char *letters)
{
	char letter = *cluster++;
	const char *found = letter == ':' || letter == ';' ? NULL : strchr(letters, letter);

	optopt = (unsigned char)letter;
	if (found && found[1] == ':') {
		if (!take_argument(argc, argv, found[2] == ':'))
			return (unsigned char)letter;
		cluster = NULL;
		return complain(argv, letters, "option requires an argument", &letter, 1,
				*letters == ':' ? ':' : '?');
	}
	if (!*cluster) {
		optind++;
		cluster = NULL;
	}
	if (found)
		return (unsigned char)letter;
	return complain(argv, letters, "unrecognized option", &letter, 1, '?');
}

static int is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

/* Whether the next word has options; `--` is passed and ends them. */
static int at_option(int argc, char *const argv[])
{
	if (optind >= argc || !argv[optind] || !is_option(argv[optind]))
		return 0;
	if (strcmp(argv[optind], "--") != 0)
		return 1;
	optind++;
	return 0;
}

int getopt(int argc, char *const argv[], const char *letters)
{
	restart();
	optarg = NULL;
	if (!in_cluster(argv)) {
		if (!at_option(argc, argv))
			return -1;
		cluster = argv[optind] + 1;
	}
	return take_letter(argc, argv, skip_mode(letters));
}

/* Which of OPTIONS begins with the LEN bytes of NAME: its index, -1 for none, -2 for several that
 * do different things. */
static int find_long(const struct option *options, const char *name, size_t len)
{
	int found = -1;

	for (int i = 0; options[i].name; i++) {
		if (strncmp(options[i].name, name, len) != 0)
			continue;
		if (!options[i].name[len])
			return i;
		if (found == -1)
			found = i;
		else if (found >= 0 && (options[i].has_arg != options[found].has_arg ||
					options[i].flag != options[found].flag ||
					options[i].val != options[found].val))
			found = -2;
	}
	return found;
}

/* The word at optind is OPTION, whose name is LEN bytes at NAME and may have an argument behind
 * `=`. */
static int take_long(int argc, char *const argv[], const char *letters, const struct option *option,
		     const char *name, size_t len)
{
	optind++;
	optopt = option->flag ? 0 : option->val;
	if (name[len] == '=') {
		if (option->has_arg == no_argument)
			return complain(argv, letters, "option takes no argument", name, len, '?');
		optarg = (char *)name + len + 1;
	} else if (option->has_arg == required_argument) {
		if (optind >= argc)
			return complain(argv, letters, "option requires an argument", name, len,
					*letters == ':' ? ':' : '?');
		optarg = argv[optind++];
	}
	if (!option->flag)
		return option->val;
	*option->flag = option->val;
	return 0;
}

struct long_options {
	const char *letters;
	const struct option *options;
	int *index;
	int only; /* getopt_long_only: one dash is enough */
};

/* The option at the word optind, short or long. */
static int take(int argc, char *const argv[], const struct long_options *wanted)
{
	const char *word = argv[optind], *name = word + (word[1] == '-' ? 2 : 1);
	size_t len = strcspn(name, "=");
	int is_long = word[1] == '-', found;

	if (is_long || wanted->only) {
		found = find_long(wanted->options, name, len);
		if (found >= 0) {
			if (wanted->index)
				*wanted->index = found;
			return take_long(argc, argv, wanted->letters, &wanted->options[found], name,
					 len);
		}
		if (is_long || (found == -2 || !strchr(wanted->letters, word[1]))) {
			optind++;
			optopt = 0;
			return complain(argv, wanted->letters,
					found == -2 ? "ambiguous option" : "unrecognized option",
					word, strlen(word), '?');
		}
	}
	cluster = argv[optind] + 1;
	return take_letter(argc, argv, wanted->letters);
}

/* Moves the COUNT words that end before optind to FIRST, and what was there behind them. */
static void move_down(char **argv, int first, int count)
{
	for (int i = 0; i < count; i++) {
		char *word = argv[optind - 1];

		for (int j = optind - 1; j > first; j--)
			argv[j] = argv[j - 1];
		argv[first] = word;
	}
	optind = first + count;
}

/* Finds the next word with options, behind operands if they may be passed. -1: there is none. */
static int pass_operands(int argc, char *const argv[], const char *letters)
{
	int first = optind;

	if (*letters == '+' || *letters == '-' || getenv("POSIXLY_CORRECT"))
		return 0;
	while (optind < argc && argv[optind] && !is_option(argv[optind]))
		optind++;
	if (optind < argc && argv[optind])
		return 0;
	optind = first;
	return -1;
}

static int get_long(int argc, char *const argv[], const char *letters,
		    const struct long_options *wanted)
{
	/* The operands that were passed, and the word behind them. */
	static int first, at;
	int answer;

	restart();
	optarg = NULL;
	if (in_cluster(argv)) {
		answer = take_letter(argc, argv, wanted->letters);
	} else {
		first = optind;
		if (*letters == '-' && optind < argc && argv[optind] && !is_option(argv[optind])) {
			optarg = argv[optind++];
			return 1;
		}
		if (pass_operands(argc, argv, letters))
			return -1;
		at = optind;
		answer = at_option(argc, argv) ? take(argc, argv, wanted) : -1;
	}
	/* A word with several options stays where it is until the last of them is taken. */
	if (!cluster && at > first) {
		move_down((char **)argv, first, optind - at);
		at = first;
	}
	return answer;
}

int getopt_long(int argc, char *const argv[], const char *letters, const struct option *options,
		int *index)
{
	struct long_options wanted = {skip_mode(letters), options, index, 0};

	return get_long(argc, argv, letters, &wanted);
}

int getopt_long_only(int argc, char *const argv[], const char *letters,
		     const struct option *options, int *index)
{
	struct long_options wanted = {skip_mode(letters), options, index, 1};

	return get_long(argc, argv, letters, &wanted);
}
