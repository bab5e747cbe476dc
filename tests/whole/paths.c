/* SPDX-License-Identifier: 0BSD */
/* paths.c: thousands of generated paths, and what a model says that they name.
 *
 * Symbolic links, `..`, mounts, another root and a working directory that was renamed all come together in them. A path is a walk
 * in the model: mostly along what is there, sometimes elsewhere.
 */
#include "../posix/lib/test.h"
#include "model.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATHS 1000

static struct node *a, *b, *d, *c;

static void build(void)
{
	char text[200];

	model_begin();
	a = model_dir("a");
	b = model_dir("a/b");
	c = model_dir("a/b/c");
	d = model_dir("d");
	model_dir("e");
	model_dir("a/e");
	model_dir("m");
	model_dir("d/n");
	model_dir("a/b/c/g");
	model_file("a/f");
	model_file("a/b/f");
	model_file("a/b/c/f");
	model_file("d/f");
	model_file("m/hidden");
	model_file("d/n/hidden");
	model_link("l1", "a");
	snprintf(text, sizeof(text), "%s/d", model.path);
	model_link("l2", text);
	snprintf(text, sizeof(text), "%s/m/../a/b/", model.path);
	model_link("d/l3", text);
	model_link("a/up", "..");
	model_link("a/b/up", "../../d");
	model_link("a/b/out", "../e");
	model_link("a/b/c/far", "../../../m/out");
	model_link("d/to", "../m/c");
	model_link("d/thru", "n/b/up/f");
	model_link("loop", "loop");
	model_link("a/x", "../d/y");
	model_link("d/y", "../a/x");
	model_link("dang", "nowhere");
	model_link("lf", "a/f");
	model_link("lfs", "a/f/");
	model_link("root", "/");
	model_link("a/b/root", "/d");
	model_link("dd", "d/../a/./b//");
}

static void mount_both(void)
{
	model_mount("m", b);
	model_mount("d/n", a);
}

/* ---- generating ---- */

static unsigned seed;

static unsigned any(unsigned below)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 12) % below;
}

static const char *const words[] = {"a", "b",	   "c",	 "d",  "e", "f",  "m",	"n",
				    "z", "hidden", "..", "..", ".", "up", "out"};

/* A path of up to six components from FROM on into TEXT. */
static void generate(struct position from, char *text)
{
	unsigned count = 1 + any(6);

	*text = '\0';
	if (any(4) == 0) {
		strcpy(text, any(2) ? model.path : "/");
		if (model_resolve(from, text, true, &from))
			from = model.root;
	}
	for (unsigned i = 0; i < count; i++) {
		struct node *child = any(8) ? model_child(from.node, any(10)) : NULL;
		const char *word = child ? child->name : words[any(sizeof(words) / sizeof(words[0]))];
		struct position next;

		if (*text && text[strlen(text) - 1] != '/')
			strcat(text, any(10) ? "/" : "//");
		strcat(text, word);
		/* A dead end is gone on from now and then. */
		if (model_resolve(from, word, true, &next) == 0)
			from = next;
		else if (any(3))
			break;
	}
	if (any(8) == 0)
		strcat(text, "/");
}

/* ---- comparing ---- */

static unsigned failures, hits;

static void complain(const char *what, const char *path, int got, int want)
{
	if (failures++ < 8)
		printf("%s \"%s\": %s, not %s\n", what, path, got ? strerror(got) : "another object",
		       want ? strerror(want) : "found");
}

static int error_of(int result) { return result < 0 ? errno : 0; }

static void compare(const char *what, const char *path, int error, const struct stat *st, int want, struct position p)
{
	if (error != want || (!error && (st->st_dev != p.node->dev || st->st_ino != p.node->ino)))
		complain(what, path, error, want);
	hits += !want;
}

/* All questions about PATH from the directory FD, whose position is FROM. */
static void ask(int fd, struct position from, const char *path)
{
	struct position p = {NULL, NULL}, link = {NULL, NULL};
	int want = model_resolve(from, path, true, &p), want_link = model_resolve(from, path, false, &link), file,
	    error;
	struct stat st = {0};
	char text[200];

	error = error_of(fstatat(fd, path, &st, 0));
	compare("stat", path, error, &st, want, p);
	error = error_of(fstatat(fd, path, &st, AT_SYMLINK_NOFOLLOW));
	compare("lstat", path, error, &st, want_link, link);
	file = openat(fd, path, O_RDONLY);
	error = error_of(file);
	if (file >= 0) {
		fstat(file, &st);
		close(file);
	}
	compare("open", path, error, &st, want, p);
	error = error_of(faccessat(fd, path, R_OK, 0));
	if (error != want)
		complain("access", path, error, want);
	if (!want_link && !S_ISLNK(link.node->type))
		want_link = EINVAL;
	error = error_of((int)readlinkat(fd, path, text, sizeof(text)));
	if (error != want_link)
		complain("readlink", path, error, want_link);
	file = openat(fd, path, O_RDONLY | O_DIRECTORY);
	error = error_of(file);
	if (file >= 0)
		close(file);
	if (error != (want ? want : S_ISDIR(p.node->type) ? 0 : ENOTDIR))
		complain("open as a directory", path, error, want);
}

/* ---- making, moving, removing ---- */

enum { DIRECTORY, FILE_, LINK, FIFO, KINDS };

static int make_kind(int fd, const char *path, unsigned kind)
{
	int file;

	switch (kind) {
	case DIRECTORY:
		return mkdirat(fd, path, 0777);
	case FILE_:
		file = openat(fd, path, O_WRONLY | O_CREAT | O_EXCL, 0666);
		return file < 0 ? file : close(file);
	case LINK:
		return symlinkat("nowhere", fd, path);
	default:
		return mkfifoat(fd, path, 0666);
	}
}

static ino_t inode_at(int fd, const char *path)
{
	struct stat st;

	return fstatat(fd, path, &st, AT_SYMLINK_NOFOLLOW) ? 0 : st.st_ino;
}

/* What stands at FROM, which is NAME in DIR, moves to a generated place through the same mount, if that is one, and back. */
static void move(int fd, struct position start, struct position dir, const char *from, const char *name)
{
	struct position to;
	char own[512];
	const char *last;
	char path[512];

	strcpy(own, name);
	generate(start, path);
	if (model_resolve_parent(start, path, &to, &last) || (to.node == dir.node && strcmp(last, own) == 0) ||
	    to.via != dir.via || path[strlen(path) - 1] == '/' || model_find(to.node, last, (unsigned)strlen(last)) ||
	    strncmp(model_path(to.node), model.path, strlen(model.path)) != 0)
		return;
	if (renameat(fd, from, fd, path)) {
		complain("rename to", path, errno, 0);
		return;
	}
	if (!inode_at(fd, path))
		complain("moved", path, errno, 0);
	if (inode_at(fd, from))
		complain("still there", from, 0, ENOENT);
	if (renameat(fd, path, fd, from))
		complain("rename back", path, errno, 0);
}

/* Makes something at PATH, moves it to and fro, and takes it away, by its own name and by that of the directory that it must be
 * in. */
static void make(int fd, struct position from, const char *path, bool seen_from_root)
{
	struct position dir = {NULL, NULL};
	const char *last;
	unsigned kind = path[strlen(path) - 1] == '/' ? DIRECTORY : any(KINDS);
	int want = model_resolve_parent(from, path, &dir, &last), error;
	char own[600];

	if (!want && model_find(dir.node, last, (unsigned)strlen(last)))
		want = EEXIST;
	error = error_of(make_kind(fd, path, kind));
	if (error != want)
		complain("make", path, error, want);
	if (error)
		return;
	hits++;
	snprintf(own, sizeof(own), "%s/%s", model_path(dir.node), last);
	if (!inode_at(fd, path))
		complain("stat of what was made", path, errno, 0);
	if (seen_from_root && inode_at(AT_FDCWD, own) != inode_at(fd, path))
		complain("made elsewhere", path, 0, 0);
	if (path[strlen(path) - 1] != '/')
		move(fd, from, dir, path, last);
	if (unlinkat(fd, path, kind == DIRECTORY ? AT_REMOVEDIR : 0))
		complain("remove", path, errno, 0);
}

/* Whether a directory can be named from the root without a mount hiding it. */
static bool in_sight(struct node *n)
{
	struct position p;

	return model_resolve(model.root, model_path(n), true, &p) == 0 && p.node == n;
}

static void explore(unsigned first_seed, bool chrooted)
{
	char path[512];

	seed = first_seed;
	failures = hits = 0;
	for (unsigned i = 0; i < PATHS; i++) {
		struct position dir;
		const char *last;

		generate(model.cwd, path);
		ask(AT_FDCWD, model.cwd, path);
		if (!chrooted && i % 4 == 0 && !model_resolve_parent(model.cwd, path, &dir, &last) &&
		    strncmp(model_path(dir.node), model.path, strlen(model.path)) == 0)
			make(AT_FDCWD, model.cwd, path, in_sight(dir.node));
		if (failures >= 8)
			break;
	}
	EXPECT_EQ(failures, 0);
	EXPECT(hits > PATHS / 8); /* of what was asked, enough was there */
}

static void go(const char *path)
{
	EXPECT_EQ(model_resolve(model.cwd, path, true, &model.cwd), 0);
	ASSERT_OK(chdir(path));
}

/* ---- the matrix ---- */

TEST(paths, links_and_dots)
{
	build();
	explore(1, false);
	go("a/b");
	explore(2, false);
}

TEST(paths, mounts)
{
	build();
	mount_both();
	explore(3, false);
	model_unmount();
	explore(4, false);
}

TEST(paths, the_working_directory_in_a_mount)
{
	build();
	mount_both();
	go("m/c");
	explore(5, false);
	go("../../d/n/b");
	explore(6, false);
	go("../../to/g");
	explore(7, false);
	EXPECT_OK(chdir(model.path));
	model_unmount();
}

static void in_another_root(const char *root, const char *cwd, unsigned first_seed)
{
	ASSERT_EQ(model_resolve(model.root, root, true, &model.root), 0);
	ASSERT_OK(chroot(root));
	model.cwd = model.root;
	ASSERT_OK(chdir("/"));
	if (cwd)
		go(cwd);
	explore(first_seed, true);
}

#define IN_ROOT(name, root, cwd, number)                                                                               \
	static void name(void)                                                                                         \
	{                                                                                                              \
		char path[200];                                                                                        \
		snprintf(path, sizeof(path), "%s/" root, model.path);                                                  \
		in_another_root(path, cwd, number);                                                                    \
	}
IN_ROOT(root_is_home, "", NULL, 11)
IN_ROOT(root_is_a, "a", "b/c", 12)
IN_ROOT(root_is_d, "d", "n", 13)
IN_ROOT(root_is_mount, "m", "c", 14)
IN_ROOT(root_is_in_mount, "d/n/b", "c/g", 15)
IN_ROOT(root_by_link, "l1/up/l2", NULL, 16)

TEST(paths, another_root)
{
	build();
	EXPECT_EQ(test_child(root_is_home), 0);
	EXPECT_EQ(test_child(root_is_a), 0);
	EXPECT_EQ(test_child(root_is_d), 0);
}

TEST(paths, another_root_with_mounts)
{
	build();
	mount_both();
	EXPECT_EQ(test_child(root_is_home), 0);
	EXPECT_EQ(test_child(root_is_d), 0);
	EXPECT_EQ(test_child(root_is_mount), 0);
	EXPECT_EQ(test_child(root_is_in_mount), 0);
	EXPECT_EQ(test_child(root_by_link), 0);
	model_unmount();
}

TEST(paths, a_renamed_working_directory)
{
	char text[512];

	build();
	mount_both();
	go("a/b/c");
	model_rename(a, d, "a2");
	EXPECT(getcwd(text, sizeof(text)) != NULL);
	EXPECT_STRING(text, model_path(c));
	explore(21, false);
	model_rename(b, model.home.node, "b2");
	EXPECT(getcwd(text, sizeof(text)) != NULL);
	EXPECT_STRING(text, model_path(c));
	explore(22, false);
	model_rename(c, a, "c2");
	explore(23, false);
	EXPECT_OK(chdir(model.path));
	model_unmount();
}

TEST(paths, relative_to_a_descriptor)
{
	static const char *const from[] = {"a", "a/b", "m", "m/c", "d/n", "d/n/b/c", "d", "l1/up"};
	char path[512];

	build();
	mount_both();
	seed = 31;
	failures = hits = 0;
	for (unsigned i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		struct position p;
		int fd = open(from[i], O_RDONLY | O_DIRECTORY);

		ASSERT_OK(fd);
		ASSERT_EQ(model_resolve(model.home, from[i], true, &p), 0);
		for (unsigned n = 0; n < PATHS / 8 && failures < 8; n++) {
			struct position dir;
			const char *last;

			generate(p, path);
			ask(fd, p, path);
			if (n % 4 == 0 && !model_resolve_parent(p, path, &dir, &last) &&
			    strncmp(model_path(dir.node), model.path, strlen(model.path)) == 0)
				make(fd, p, path, in_sight(dir.node));
		}
		EXPECT_OK(close(fd));
	}
	EXPECT_EQ(failures, 0);
	EXPECT(hits > PATHS / 8);
	model_unmount();
}

/* ---- the ends of what can be named ---- */

TEST(paths, too_long_and_too_deep)
{
	static char path[6000];
	struct stat st;
	char name[300];

	memset(name, 'n', sizeof(name));
	name[255] = '\0';
	EXPECT_OK(mkdir(name, 0777));
	EXPECT_OK(stat(name, &st));
	EXPECT_OK(rmdir(name));
	name[255] = 'n';
	name[256] = '\0';
	EXPECT_ERRNO(ENAMETOOLONG, mkdir(name, 0777));
	EXPECT_ERRNO(ENAMETOOLONG, stat(name, &st));
	EXPECT_ERRNO(ENAMETOOLONG, open(name, O_RDONLY | O_CREAT, 0666));
	for (unsigned i = 0; i < 4095; i++)
		path[i] = i % 2 ? '/' : '.';
	EXPECT_OK(stat(path, &st));
	EXPECT_OK(access(path, R_OK));
	path[4095] = '/';
	EXPECT_ERRNO(ENAMETOOLONG, stat(path, &st));
	EXPECT_ERRNO(ENAMETOOLONG, chdir(path));
	EXPECT_ERRNO(ENAMETOOLONG, mkdir(path, 0777));
	EXPECT_ERRNO(ENAMETOOLONG, (int)readlink(path, name, sizeof(name)));
	path[4095] = '\0';
	/* Links that become too long only together. */
	memset(path, 0, sizeof(path));
	while (strlen(path) < 3000)
		strcat(path, "./");
	ASSERT_OK(mkdir("dir", 0777));
	ASSERT_OK(symlink(path, "long"));
	EXPECT_OK(stat("long", &st));
	EXPECT_OK(stat("long/dir", &st));
	EXPECT_ERRNO(ENOENT, stat("long/none", &st));
}

TEST(paths, links_are_counted)
{
	char name[24], target[24], path[400] = "";
	struct stat st;

	ASSERT_OK(mkdir("0", 0777));
	for (int i = 1; i <= 41; i++) {
		snprintf(name, sizeof(name), "%d", i);
		snprintf(target, sizeof(target), "%d", i - 1);
		ASSERT_OK(symlink(target, name));
	}
	EXPECT_OK(stat("40", &st));
	EXPECT_ERRNO(ELOOP, stat("41", &st));
	EXPECT_ERRNO(ELOOP, open("41", O_RDONLY));
	EXPECT_ERRNO(ELOOP, mkdir("41/x", 0777));
	EXPECT_OK(lstat("41", &st));
	/* Forty in one path, one after the other. */
	ASSERT_OK(symlink(".", "s"));
	for (int i = 0; i < 40; i++)
		strcat(path, "s/");
	strcat(path, "0");
	EXPECT_OK(stat(path, &st));
	memmove(path + 2, path, strlen(path) + 1);
	memcpy(path, "s/", 2);
	EXPECT_ERRNO(ELOOP, stat(path, &st));
	EXPECT_ERRNO(ELOOP, open("40", O_RDONLY | O_NOFOLLOW));
}
