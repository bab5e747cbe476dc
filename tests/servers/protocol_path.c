/* SPDX-License-Identifier: 0BSD */
/* protocol_path.c: what any filesystem that can write must do with names. */
#include <parley/print.h>
#include "lib/string.h"
#include "ram.h"

#include <proto/path_words.h>

static void touch(const char *name) { EXPECT_OK(client_mknod(ram_root(), name, S_IFREG | 0644)); }

static uint32_t mode_of(const char *name)
{
	struct proto_stat st;

	return client_lstat(ram_root(), name, &st) < 0 ? 0 : st.mode;
}

static bool exists(const char *name) { return mode_of(name) != 0; }

TEST(protocol_path, open_makes_and_refuses)
{
	cap_t root;

	if (!ram_start("4m"))
		return;
	root = ram_root();
	EXPECT_EQ(client_open(root, "a", O_RDONLY, 0), -ENOENT);
	EXPECT_OK(client_open(root, "a", O_WRONLY | O_CREAT, 0640));
	EXPECT_EQ(mode_of("a"), S_IFREG | 0640);
	EXPECT_OK(client_open(root, "a", O_WRONLY | O_CREAT, 0));
	EXPECT_EQ(client_open(root, "a", O_WRONLY | O_CREAT | O_EXCL, 0), -EEXIST);
	EXPECT_EQ(client_open(root, "a", O_RDONLY | O_DIRECTORY, 0), -ENOTDIR);
	EXPECT_EQ(client_open(root, "a/", O_RDONLY, 0), -ENOTDIR);
	EXPECT_EQ(client_open(root, "a/b", O_RDONLY, 0), -ENOTDIR);
	EXPECT_EQ(client_open(root, "b/", O_RDWR | O_CREAT, 0), -EISDIR);
	EXPECT_EQ(client_open(root, "b/c", O_RDWR | O_CREAT, 0), -ENOENT);
	EXPECT_EQ(client_open(root, "", O_RDWR, 0), -EISDIR);
	EXPECT_EQ(client_open(root, ".", O_RDONLY | O_CREAT, 0), -EISDIR);
	EXPECT_EQ(client_open(root, "a", O_ACCMODE, 0), -EINVAL);
	EXPECT_OK(client_open(root, "./././/a", O_RDONLY, 0));
}

TEST(protocol_path, directories_nest_and_empty_ones_go)
{
	struct proto_stat st;
	cap_t root;
	int64_t sub;

	if (!ram_start("4m"))
		return;
	root = ram_root();
	EXPECT_EQ(client_mkdir(root, "d", 0755), 0);
	EXPECT_EQ(client_mkdir(root, "d", 0755), -EEXIST);
	EXPECT_EQ(client_mkdir(root, "d/e/", 0755), 0);
	EXPECT_EQ(client_mkdir(root, "x/y", 0755), -ENOENT);
	ASSERT_OK(client_stat(root, "d", &st));
	EXPECT_EQ(st.links, 3);
	EXPECT_EQ(client_rmdir(root, "d"), -ENOTEMPTY);
	EXPECT_EQ(client_unlink(root, "d/e"), -EISDIR);
	sub = client_open(root, "d/e", O_RDONLY, 0);
	ASSERT_OK(sub);
	EXPECT_EQ(client_rmdir(root, "d/e"), 0);
	EXPECT_EQ(client_open((cap_t)sub, "f", O_RDWR | O_CREAT, 0600), -ENOENT);
	EXPECT_EQ(client_mkdir((cap_t)sub, "f", 0700), -ENOENT);
	EXPECT_EQ(client_rmdir(root, "d/."), -EINVAL);
	EXPECT_EQ(client_rmdir(root, "d"), 0);
	EXPECT_EQ(client_rmdir(root, ""), -EBUSY);
	EXPECT_EQ(client_rmdir(root, "d"), -ENOENT);
	touch("f");
	EXPECT_EQ(client_rmdir(root, "f"), -ENOTDIR);
	ASSERT_OK(client_stat(root, "", &st));
	EXPECT_EQ(st.links, 2);
}

TEST(protocol_path, names_have_limits)
{
	static char name[PATH_TEXT_MAX + 10];
	cap_t root;

	if (!ram_start("4m"))
		return;
	root = ram_root();
	memset(name, 'n', sizeof(name));
	name[255] = 0;
	EXPECT_EQ(client_mkdir(root, name, 0700), 0);
	EXPECT(exists(name));
	name[255] = 'n';
	name[256] = 0;
	EXPECT_EQ(client_mkdir(root, name, 0700), -ENAMETOOLONG);
	memset(name, '/', sizeof(name));
	name[4095] = 0;
	EXPECT_EQ(client_mkdir(root, name, 0700), -EEXIST);
	name[4095] = '/';
	name[4096] = 0;
	EXPECT_EQ(client_mkdir(root, name, 0700), -ENAMETOOLONG);
}

TEST(protocol_path, links_inside_are_followed_others_redirected)
{
	struct proto_stat st;
	char text[64];
	cap_t root;

	if (!ram_start("4m"))
		return;
	root = ram_root();
	EXPECT_EQ(client_mkdir(root, "d", 0755), 0);
	EXPECT_EQ(client_mkdir(root, "d/e", 0755), 0);
	touch("d/e/f");
	EXPECT_EQ(client_symlink(root, "inside", "d/e"), 0);
	EXPECT_EQ(client_symlink(root, "d/twice", "e/f"), 0);
	EXPECT_EQ(client_symlink(root, "loop", "loop"), 0);
	EXPECT_EQ(client_symlink(root, "d/up", "../x"), 0);
	EXPECT_EQ(client_symlink(root, "d/absolute", "/etc/y"), 0);
	EXPECT_EQ(client_symlink(root, "dangling", "nothing"), 0);
	ASSERT_OK(client_stat(root, "inside/f", &st));
	EXPECT_EQ(st.mode, S_IFREG | 0644);
	ASSERT_OK(client_stat(root, "d/twice", &st));
	EXPECT_EQ(st.mode, S_IFREG | 0644);
	EXPECT_EQ(mode_of("d/twice"), S_IFLNK | 0777);
	EXPECT_EQ(client_stat(root, "loop", &st), -ELOOP);
	EXPECT_EQ(client_stat(root, "dangling", &st), -ENOENT);
	EXPECT_EQ(client_open(root, "dangling", O_RDONLY | O_NOFOLLOW, 0), -ELOOP);
	EXPECT_EQ(client_open(root, "dangling", O_RDWR | O_CREAT | O_EXCL, 0), -EEXIST);
	EXPECT_OK(client_open(root, "dangling", O_RDWR | O_CREAT, 0600));
	EXPECT_EQ(mode_of("nothing"), S_IFREG | 0600);
	EXPECT_EQ(client_readlink(root, "d/up", text, sizeof(text)), 4);
	EXPECT(!memcmp(text, "../x", 4));
	EXPECT_EQ(client_readlink(root, "d", text, sizeof(text)), -EINVAL);

	EXPECT_EQ(client_path(root, PATH_ACCESS, "d/up/z", 0, 0), PATH_REDIRECT);
	EXPECT(!strcmp(client_redirect.text, "d/../x/z"));
	EXPECT_EQ(client_redirect.physical, 1);
	EXPECT_EQ(client_path(root, PATH_ACCESS, "d/absolute//z/", 0, 0), PATH_REDIRECT);
	EXPECT(!strcmp(client_redirect.text, "/etc/y//z/"));
	EXPECT_EQ(client_redirect.physical, 0);
	EXPECT_EQ(client_path(root, PATH_ACCESS, "inside/../q", 0, 0), PATH_REDIRECT);
	EXPECT(!strcmp(client_redirect.text, "d/e/../q"));
	EXPECT_EQ(client_redirect.physical, 3);
	EXPECT_EQ(client_path(root, PATH_ACCESS, "..", 0, 0), PATH_REDIRECT);
	EXPECT(!strcmp(client_redirect.text, ".."));
}

TEST(protocol_path, links_to_names_count)
{
	struct proto_stat st;
	cap_t root;

	if (!ram_start("4m"))
		return;
	root = ram_root();
	touch("a");
	EXPECT_EQ(client_mkdir(root, "d", 0755), 0);
	EXPECT_EQ(client_link(root, "a", root, "b"), 0);
	EXPECT_EQ(client_link(root, "a", root, "b"), -EEXIST);
	EXPECT_EQ(client_link(root, "d", root, "e"), -EPERM);
	EXPECT_EQ(client_link(root, "none", root, "e"), -ENOENT);
	EXPECT_EQ(client_link(root, "a", root, "x/y"), -EINVAL);
	EXPECT_EQ(client_link(root, "a", kit_event(), "c"), -EXDEV);
	ASSERT_OK(client_stat(root, "b", &st));
	EXPECT_EQ(st.links, 2);
	EXPECT_EQ(client_unlink(root, "a"), 0);
	ASSERT_OK(client_stat(root, "b", &st));
	EXPECT_EQ(st.links, 1);
}

TEST(protocol_path, rename_moves_and_replaces)
{
	struct proto_stat st;
	cap_t root;
	int64_t d, file;
	char byte;

	if (!ram_start("4m"))
		return;
	root = ram_root();
	touch("a");
	touch("b");
	EXPECT_EQ(client_mkdir(root, "d", 0755), 0);
	EXPECT_EQ(client_mkdir(root, "d/e", 0755), 0);
	EXPECT_EQ(client_mkdir(root, "g", 0755), 0);
	d = client_open(root, "d", O_RDONLY, 0);
	file = client_open(root, "a", O_RDWR, 0);
	EXPECT_EQ(client_write(file, "x", 1), 1);
	EXPECT_EQ(client_rename(root, "a", root, "b", PATH_NOREPLACE), -EEXIST);
	EXPECT_EQ(client_rename(root, "a", root, "b", 0), 0);
	EXPECT(!exists("a"));
	EXPECT_EQ(client_rename(root, "b", (cap_t)d, "c", 0), 0);
	EXPECT(exists("d/c"));
	EXPECT_EQ(client_pread(file, &byte, 1, 0), 1);
	EXPECT_EQ(client_rename(root, "d/c", root, "d", 0), -EISDIR);
	EXPECT_EQ(client_rename(root, "d", root, "d/c", 0), -EINVAL);
	EXPECT_EQ(client_rename(root, "d", (cap_t)d, "x", 0), -EINVAL); /* into itself */
	EXPECT_EQ(client_rename(root, "g", root, "d", 0), -ENOTEMPTY);
	EXPECT_EQ(client_rename(root, "d/e", root, "d", 0), -ENOTEMPTY);
	EXPECT_EQ(client_rename(root, "d", root, "g/", 0), 0);
	EXPECT(exists("g/e"));
	EXPECT_EQ(client_rename(root, "g/e", root, "e", 0), 0);
	ASSERT_OK(client_stat(root, "g", &st));
	EXPECT_EQ(st.links, 2);
	ASSERT_OK(client_stat(root, "", &st));
	EXPECT_EQ(st.links, 4);
	EXPECT_EQ(client_rename(root, "e", root, "e", 0), 0);
	EXPECT_EQ(client_rename(root, "none", root, "e", 0), -ENOENT);
	EXPECT_EQ(client_rename(root, "", root, "z", 0), -EBUSY);
	EXPECT_EQ(client_rename(root, ".", root, "z", 0), -EINVAL);
}

TEST(protocol_path, directories_are_read_in_pieces)
{
	static uint64_t buffer[64];
	char name[16];
	unsigned seen = 0, rounds = 0;
	int64_t bytes, d;

	if (!ram_start("4m"))
		return;
	EXPECT_EQ(client_mkdir(ram_root(), "d", 0755), 0);
	for (unsigned i = 0; i < 50; i++) {
		os_snprintf(name, sizeof(name), "d/f%u", i);
		touch(name);
	}
	d = client_open(ram_root(), "d", O_RDONLY | O_DIRECTORY, 0);
	ASSERT_OK(d);
	while ((bytes = client_readdir(d, buffer, sizeof(buffer))) > 0) {
		for (int64_t at = 0; at < bytes;) {
			const struct proto_dirent *e = (const void *)((char *)buffer + at);

			at += e->length_bytes;
			os_snprintf(name, sizeof(name), seen == 0 ? "." : seen == 1 ? ".." : "f%u", seen - 2);
			EXPECT(!strcmp(e->name, name));
			seen++;
		}
		/* What is removed meanwhile disturbs nothing else. */
		if (rounds++ == 0)
			EXPECT_EQ(client_unlink(ram_root(), "d/f1"), 0);
	}
	EXPECT_EQ(bytes, 0);
	EXPECT_EQ(seen, 52);
	EXPECT_EQ(client_file(d, FILE_SEEK, 0, SEEK_SET, NULL), 0);
	EXPECT_EQ(client_readdir(d, buffer, 16), -EINVAL);
	EXPECT(client_readdir(d, buffer, sizeof(buffer)) > 0);
}

TEST(protocol_path, an_open_directory_knows_where_it_is)
{
	char text[PATH_TEXT_MAX];
	int64_t e, d;

	if (!ram_start("4m"))
		return;
	EXPECT_EQ(client_mkdir(ram_root(), "d", 0755), 0);
	EXPECT_EQ(client_mkdir(ram_root(), "d/e", 0755), 0);
	e = client_open(ram_root(), "d/e", O_RDONLY, 0);
	d = client_open(ram_root(), "d", O_RDONLY, 0);
	EXPECT_EQ(client_where(e, text, sizeof(text)), 3);
	EXPECT(!strcmp(text, "d/e"));
	EXPECT_EQ(client_where(ram_root(), text, sizeof(text)), 0);
	EXPECT_EQ(client_rename(ram_root(), "d", ram_root(), "other", 0), 0);
	EXPECT_EQ(client_where(e, text, sizeof(text)), 7);
	EXPECT(!strcmp(text, "other/e"));
	EXPECT_EQ(client_path((cap_t)e, PATH_ACCESS, "../y", 0, 0), PATH_REDIRECT);
	EXPECT(!strcmp(client_redirect.text, "other/e/../y"));
	EXPECT_EQ(client_rmdir(ram_root(), "other/e"), 0);
	EXPECT_EQ(client_where(e, text, sizeof(text)), -ENOENT);
	EXPECT_EQ(client_path((cap_t)d, PATH_ACCESS, "e", 0, 0), -ENOENT);
}

TEST(protocol_path, permissions_are_checked_by_credentials)
{
	struct proto_stat st;
	cap_t root;

	if (!ram_start("4m"))
		return;
	root = ram_root();
	EXPECT_EQ(client_mkdir(root, "private", 0700), 0);
	EXPECT_EQ(client_mkdir(root, "public", 0755), 0);
	EXPECT_OK(client_open(root, "public/secret", O_RDWR | O_CREAT, 0600));
	world_be(10, 1);
	EXPECT_EQ(client_stat(root, "private/x", &st), -EACCES);
	EXPECT_EQ(client_open(root, "public/secret", O_RDONLY, 0), -EACCES);
	EXPECT_EQ(client_open(root, "public/new", O_RDWR | O_CREAT, 0600), -EACCES);
	EXPECT_OK(client_open(root, "mine", O_RDWR | O_CREAT, 0600));
	ASSERT_OK(client_stat(root, "mine", &st));
	EXPECT_EQ(st.uid, 1001);
	EXPECT_EQ(st.gid, 100);
	EXPECT_EQ(client_path(root, PATH_CHOWN, "mine", 0, ~0ull), -EPERM);
	EXPECT_EQ(client_path(root, PATH_CHOWN, "mine", ~0ull, 200), 0);
	EXPECT_EQ(client_path(root, PATH_CHMOD, "mine", 0640, 0), 0);
	world_be(11, 2);
	EXPECT_EQ(client_path(root, PATH_CHMOD, "mine", 0777, 0), -EPERM);
	EXPECT_OK(client_open(root, "mine", O_RDONLY, 0)); /* group 200 */
	EXPECT_EQ(client_open(root, "mine", O_RDWR, 0), -EACCES);
	EXPECT_EQ(client_path(root, PATH_ACCESS, "mine", R_OK, 0), 0);
	EXPECT_EQ(client_path(root, PATH_ACCESS, "mine", W_OK, 0), -EACCES);
	EXPECT_EQ(client_unlink(root, "mine"), -EPERM); /* sticky */
	EXPECT_EQ(client_rename(root, "mine", root, "stolen", 0), -EPERM);
	world_be(0, 0);
	EXPECT_OK(client_open(root, "mine", O_RDWR, 0));
	EXPECT_EQ(client_path(root, PATH_ACCESS, "mine", X_OK, 0), -EACCES);
	EXPECT_EQ(world.creds, 2);
}

TEST(protocol_path, set_id_bits_go_when_others_write)
{
	cap_t root;
	int64_t file;

	if (!ram_start("4m"))
		return;
	root = ram_root();
	EXPECT_OK(client_open(root, "a", O_RDWR | O_CREAT, 0666));
	EXPECT_EQ(client_path(root, PATH_CHMOD, "a", 06777, 0), 0);
	world_be(10, 1);
	file = client_open(root, "a", O_RDWR, 0);
	EXPECT_EQ(client_write(file, "x", 1), 1);
	EXPECT_EQ(mode_of("a"), S_IFREG | 0777);
	world_be(0, 0);
}

TEST(protocol_path, times_are_set)
{
	struct proto_stat st;
	uint64_t before;

	if (!ram_start("4m"))
		return;
	touch("a");
	EXPECT_EQ(client_path(ram_root(), PATH_UTIMES, "a", 1000, 2000), 0);
	ASSERT_OK(client_stat(ram_root(), "a", &st));
	EXPECT_EQ(st.accessed_ns, 1000);
	EXPECT_EQ(st.modified_ns, 2000);
	before = st.changed_ns;
	EXPECT_EQ(client_path(ram_root(), PATH_UTIMES, "a", PATH_TIME_OMIT, PATH_TIME_NOW), 0);
	ASSERT_OK(client_stat(ram_root(), "a", &st));
	EXPECT_EQ(st.accessed_ns, 1000);
	EXPECT(st.modified_ns > before);
	world_be(10, 1);
	EXPECT_EQ(client_path(ram_root(), PATH_UTIMES, "a", 1, 1), -EPERM);
	EXPECT_EQ(client_path(ram_root(), PATH_UTIMES, "a", PATH_TIME_NOW, PATH_TIME_NOW), -EACCES);
	world_be(0, 0);
}

TEST(protocol_path, covered_directories_are_redirected)
{
	cap_t root;

	if (!ram_start("4m"))
		return;
	root = ram_root();
	EXPECT_EQ(client_mkdir(root, "m", 0755), 0);
	EXPECT_EQ(client_mkdir(root, "m/in", 0755), 0);
	EXPECT_EQ(client_symlink(root, "to", "m/in"), 0);
	EXPECT_EQ(client_path(root, PATH_MARK, "m", 1, 0), 0);
	EXPECT_EQ(client_path(root, PATH_ACCESS, "m/in", 0, 0), PATH_REDIRECT);
	EXPECT(!strcmp(client_redirect.text, "m/in"));
	EXPECT_EQ(client_path(root, PATH_ACCESS, "to", 0, 0), PATH_REDIRECT);
	EXPECT(!strcmp(client_redirect.text, "m/in"));
	/* Whether it is busy, the client's own name space says. */
	EXPECT_EQ(client_rmdir(root, "m"), PATH_REDIRECT);
	EXPECT_EQ(client_rename(root, "m", root, "n", 0), PATH_REDIRECT);
	/* Through the mount `sys` has looked already; not where a link leads. */
	{
		struct os_words w = {{PATH_ACCESS, 0, 0, 0, 0, 0, PATH_FORWARDED | 7, 4}};
		OS_DESC(1)
		d = {.desc = {.send_count = 1}};

		d.desc.piece[0] = (struct message_piece){(uint64_t) "m/in", 4};
		EXPECT_EQ(os_send(world.mounts[0].root, &w, &d.desc, DEADLINE_FOREVER, 0), 0);
		w = (struct os_words){{PATH_ACCESS, 0, 0, 0, 0, 0, PATH_FORWARDED | 7, 2}};
		d.desc.piece[0] = (struct message_piece){(uint64_t) "to", 2};
		EXPECT_EQ(os_send(world.mounts[0].root, &w, &d.desc, DEADLINE_FOREVER, 0), PATH_REDIRECT);
		EXPECT_EQ(w.w[6], 7);
	}
	EXPECT_EQ(client_path(root, PATH_MARK, "m", 0, 0), 0);
	EXPECT_EQ(client_path(root, PATH_ACCESS, "m/in", 0, 0), 0);
	world_be(10, 1);
	EXPECT_EQ(client_path(root, PATH_MARK, "m", 1, 0), 0);
	EXPECT_EQ(client_path(root, PATH_MARK, "m", 0, 0), -EPERM);
	world_be(0, 0);
}

/* A path in words, as sys would hand it on with the first bytes hidden. */
static int64_t in_words(unsigned op, const char *text, unsigned bytes, unsigned left, struct os_words *w)
{
	*w = (struct os_words){{PROTO_WORD0(op, PROTO_WANT_INLINE, bytes)}};
	memcpy(&w->w[PROTO_INLINE_WORD], text, strlen(text));
	w->w[6] = PATH_FORWARDED | 1;
	w->w[7] = left;
	return os_send_words(ram_root(), w);
}

TEST(protocol_path, a_short_path_travels_in_words)
{
	struct proto_stat long_way, short_way;
	struct os_words w;

	if (!ram_start("4m"))
		return;
	EXPECT_OK(client_close(client_open(ram_root(), "file", O_WRONLY | O_CREAT, 0640)));
	EXPECT_OK(client_stat(ram_root(), "file", &long_way));
	EXPECT_OK(in_words(PATH_STAT, "/tmp/file", 9, 4, &w));
	stat_from_words(&short_way, w.w);
	EXPECT_EQ(short_way.inode, long_way.inode);
	EXPECT_EQ(short_way.mode, S_IFREG | 0640);
	EXPECT_EQ(short_way.changed_ns, long_way.changed_ns);
	EXPECT_EQ(in_words(PATH_STAT, "/tmp/none", 9, 4, &w), -ENOENT);
	EXPECT_EQ(in_words(PATH_STAT, "file", 4, 5, &w), -EINVAL);
	EXPECT_EQ(in_words(PATH_STAT, "file", PATH_INLINE_MAX + 1, 4, &w), -EINVAL);
	EXPECT_EQ(in_words(PATH_CHOWN, "file", 4, 4, &w), -EINVAL); /* word 2 is its own */
	EXPECT_EQ(in_words(PATH_SYMLINK, "file", 4, 4, &w), -EINVAL);
}
