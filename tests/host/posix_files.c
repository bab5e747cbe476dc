/* SPDX-License-Identifier: 0BSD */
/* posix_files.c: tests of what lib/posix/base does with files, in a fresh directory. */
#include "host/shim/posix.h"

#include "host/harness.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

/* A new directory that is the current one, and its real path. */
static char home[PATH_MAX];
static int before;

static void enter(void)
{
	strcpy(home, "/tmp/posix.XXXXXX");
	before = open(".", O_RDONLY | O_DIRECTORY);
	if (!EXPECT(mkdtemp(home) && chdir(home) == 0 && getcwd(home, sizeof(home))))
		abort();
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static void leave(void)
{
	EXPECT_EQ(fchdir(before), 0);
	close(before);
	EXPECT_EQ(nftw(home, drop, 4, FTW_DEPTH | FTW_PHYS), 0);
	EXPECT_EQ(access(home, F_OK), -1);
}

static void touch(const char *path) { close(open(path, O_WRONLY | O_CREAT, 0644)); }

static int no_dots(const struct dirent *entry) { return entry->d_name[0] != '.'; }

TEST(scandir, answers_what_is_wanted_in_order)
{
	static const char *const want[] = {"a1", "a10", "a2"}, *const version[] = {"a1", "a2", "a10"};
	struct dirent **list;
	int count;

	enter();
	for (int i = 0; i < 3; i++)
		touch(want[i]);
	touch(".hidden");
	count = scandir(".", &list, no_dots, alphasort);
	EXPECT_EQ(count, 3);
	for (int i = 0; i < count; i++) {
		EXPECT_STR(list[i]->d_name, want[i]);
		free(list[i]);
	}
	free(list);
	count = scandirat(AT_FDCWD, ".", &list, no_dots, versionsort);
	EXPECT_EQ(count, 3);
	for (int i = 0; i < count; i++) {
		EXPECT_STR(list[i]->d_name, version[i]);
		free(list[i]);
	}
	free(list);
	EXPECT_EQ(scandir("gone", &list, NULL, NULL), -1);
	EXPECT_EQ(errno, ENOENT);
	leave();
}

/* What nftw says, as text: a letter for the type, the level, the path. */
static char story[1000];

static int tell(const char *path, const struct stat *st, int type, struct FTW *where)
{
	static const char letters[] = {[FTW_F] = 'f',  [FTW_D] = 'd',  [FTW_DNR] = 'n', [FTW_NS] = '?',
				       [FTW_SL] = 'l', [FTW_DP] = 'p', [FTW_SLN] = 'x'};

	(void)st;
	sprintf(story + strlen(story), "%c%d%s:%s ", letters[type], where->level, path, path + where->base);
	return 0;
}

TEST(nftw, visits_directories_before_or_behind_what_is_in_them)
{
	enter();
	mkdir("a", 0755);
	mkdir("a/b", 0755);
	touch("a/b/f");
	story[0] = '\0';
	EXPECT_EQ(nftw("a", tell, 1, 0), 0);
	EXPECT_STR(story, "d0a:a d1a/b:b f2a/b/f:f ");
	story[0] = '\0';
	EXPECT_EQ(nftw("a", tell, 1, FTW_DEPTH), 0);
	EXPECT_STR(story, "f2a/b/f:f p1a/b:b p0a:a ");
	leave();
}

TEST(nftw, follows_links_but_not_in_circles)
{
	enter();
	mkdir("a", 0755);
	EXPECT_EQ(symlink("../a", "a/self"), 0);
	story[0] = '\0';
	EXPECT_EQ(nftw("a", tell, 1, 0), 0);
	EXPECT_STR(story, "d0a:a ");
	story[0] = '\0';
	EXPECT_EQ(nftw("a", tell, 1, FTW_PHYS), 0);
	EXPECT_STR(story, "d0a:a l1a/self:self ");
	EXPECT_EQ(unlink("a/self") + symlink("gone", "a/x"), 0);
	story[0] = '\0';
	EXPECT_EQ(nftw("a", tell, 1, 0), 0);
	EXPECT_STR(story, "d0a:a x1a/x:x ");
	leave();
}

static int in_place(const char *path, const struct stat *st, int type, struct FTW *where)
{
	struct stat here;

	(void)type;
	return lstat(path + where->base, &here) || here.st_ino != st->st_ino ? 7 : 0;
}

TEST(nftw, changes_directory_when_asked)
{
	char now[PATH_MAX];

	enter();
	mkdir("a", 0755);
	mkdir("a/b", 0755);
	touch("a/b/f");
	EXPECT_EQ(nftw("a", in_place, 1, FTW_CHDIR | FTW_PHYS), 0);
	EXPECT_EQ(nftw(home, in_place, 1, FTW_CHDIR | FTW_PHYS), 0);
	EXPECT_STR(getcwd(now, sizeof(now)), home);
	leave();
}

TEST(nftw, answers_what_the_visitor_says_and_what_is_wrong)
{
	enter();
	touch("f");
	EXPECT_EQ(nftw(home, in_place, 1, 0), 7);
	EXPECT_EQ(nftw("gone", tell, 1, 0), -1);
	EXPECT_EQ(errno, ENOENT);
	leave();
}

/* The words that TEXT becomes, with commas between. */
static const char *words(const char *text, int flags)
{
	static char all[400];
	wordexp_t result;
	int error = wordexp(text, &result, flags);

	if (error) {
		sprintf(all, "error %d", error);
		return all;
	}
	all[0] = '\0';
	for (size_t i = 0; i < result.we_wordc; i++)
		sprintf(all + strlen(all), "%s%s", i ? "," : "", result.we_wordv[i]);
	EXPECT(result.we_wordv[result.we_wordc] == NULL);
	wordfree(&result);
	return all;
}

TEST(wordexp, expands_as_the_shell)
{
	enter();
	touch("f1");
	touch("f2");
	setenv("V", "x y", 1);
	unsetenv("U");
	EXPECT_STR(words("a 'b c' \"d $V\" $V", 0), "a,b c,d x y,x,y");
	EXPECT_STR(words("f*", 0), "f1,f2");
	EXPECT_STR(words("'f*' \\$V g*", 0), "f*,$V,g*");
	EXPECT_STR(words("${V%y}z ${U:-1} $((2 + 3))", 0), "x,z,1,5");
	EXPECT_STR(words("$(echo p q) `echo r`", 0), "p,q,r");
	EXPECT_STR(words("", 0), "");
	EXPECT_STR(words("$U", 0), "");
	EXPECT_STR(words("'' \"\"", 0), ",");
	EXPECT_STR(words("-n -- x", 0), "-n,--,x");
	leave();
}

TEST(wordexp, refuses_operators_and_open_quotes)
{
	static const char *const operators[] = {"a|b", "a&b", "a;b", "a<b", "a>b", "a\nb", "(a)", "{a}", "a)", "a}"};
	static const char *const open[] = {"'a", "\"a", "$(a", "`a", "${a", "a\\", "\"$(\""};

	for (unsigned int i = 0; i < sizeof(operators) / sizeof(*operators); i++)
		EXPECT_STR(words(operators[i], 0), "error 2");
	for (unsigned int i = 0; i < sizeof(open) / sizeof(*open); i++)
		EXPECT_STR(words(open[i], 0), "error 5");
	EXPECT_STR(words("'a|b' \"c;d\" e\\&f", 0), "a|b,c;d,e&f");
}

TEST(wordexp, obeys_its_flags)
{
	wordexp_t result = {.we_offs = 2};

	unsetenv("U");
	EXPECT_STR(words("$(echo a)", WRDE_NOCMD), "error 4");
	EXPECT_STR(words("`echo a`", WRDE_NOCMD), "error 4");
	EXPECT_STR(words("$((1+1))", WRDE_NOCMD), "2");
	EXPECT_STR(words("a$U", WRDE_UNDEF), "error 3");
	EXPECT_STR(words("${", 0), "error 5");
	EXPECT_EQ(wordexp("a b", &result, WRDE_DOOFFS), 0);
	EXPECT_EQ(wordexp("c", &result, WRDE_DOOFFS | WRDE_APPEND), 0);
	EXPECT_EQ(result.we_wordc, 3);
	EXPECT(result.we_wordv[0] == NULL && result.we_wordv[1] == NULL);
	EXPECT_STR(result.we_wordv[4], "c");
	EXPECT_EQ(wordexp("d", &result, WRDE_DOOFFS | WRDE_REUSE), 0);
	EXPECT_EQ(result.we_wordc, 1);
	EXPECT_STR(result.we_wordv[2], "d");
	wordfree(&result);
}

/* What lib/posix/core does: errno, and -1. */
long posix_failed(int64_t error);

long posix_failed(int64_t error)
{
	errno = (int)-error;
	return -1;
}
