/* SPDX-License-Identifier: 0BSD */
/* path.c: tests of sys/path/namespace and sys/path/resolve, case by case. */
#include "host/harness.h"
#include "host/sys/shim.h"
#include "path/resolve.h"

#include <proto/posix.h>
#include <stdio.h>
#include <string.h>

static struct namespace *ns;
static uint64_t before;
static struct resolve r;

static uint32_t mount(const char *prefix, uint32_t flags)
{
	struct mount *m = mount_new(7, 2, flags);

	EXPECT_EQ(namespace_mount(ns, prefix, (unsigned)strlen(prefix), m), 0);
	return m->number;
}

/* "/" "/tmp" "/dev/null" (a file, synthetic) "/srv/a/b" (synthetic). */
static void begin(void)
{
	before = shim_bytes;
	EXPECT_EQ(namespace_new(&ns), 0);
	mount("/", 0);
	mount("/tmp", 0);
	mount("/dev/null", NS_MOUNT_FILE | NS_MOUNT_SYNTHETIC);
	mount("/srv/a/b", NS_MOUNT_SYNTHETIC);
}

static void end(void)
{
	namespace_put(ns);
	EXPECT_EQ(shim_bytes, before);
}

static int go_at(const char *root, uint32_t number, unsigned physical, const char *text)
{
	r = (struct resolve){.ns = ns,
			     .root = root,
			     .root_len = (unsigned)strlen(root),
			     .base = root,
			     .base_len = (unsigned)strlen(root),
			     .text = text,
			     .len = (unsigned)strlen(text),
			     .mount = number,
			     .physical = physical};
	return resolve(&r);
}

static int go(const char *text) { return go_at("", 0, 0, text); }

/* What the server gets, and which. */
static const char *served(void)
{
	static char out[PATH_TEXT_MAX * 2];
	char prefix[PATH_TEXT_MAX] = "";

	namespace_path(r.node, prefix);
	prefix[r.node->path_bytes] = 0;
	snprintf(out, sizeof(out), "%s:%s", prefix, r.text + r.skip);
	return out;
}

static const char *redirected(void)
{
	static char out[PATH_TEXT_MAX + 32];

	snprintf(out, sizeof(out), "%.*s %u", (int)r.path_len, r.path, r.new_physical);
	return out;
}

TEST(path, longest_prefix_gets_the_rest_of_the_text)
{
	begin();
	EXPECT_EQ(go("/etc/passwd"), RESOLVE_MOUNT);
	EXPECT_STR(served(), ":etc/passwd");
	EXPECT_EQ(go("/tmp/x/y"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/tmp:x/y");
	EXPECT_EQ(go("//./tmp//.//x/"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/tmp:x/");
	EXPECT_EQ(go("/tmp"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/tmp:");
	EXPECT_EQ(go("/tmpx"), RESOLVE_MOUNT);
	EXPECT_STR(served(), ":tmpx");
	EXPECT_EQ(go("/"), RESOLVE_MOUNT);
	EXPECT_STR(served(), ":");
	EXPECT_EQ(go("/srv/a/b/c"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/srv/a/b:c");
	end();
}

TEST(path, dotdot_of_a_mounted_prefix_is_taken_by_text)
{
	begin();
	EXPECT_EQ(go("/tmp/../etc"), RESOLVE_MOUNT);
	EXPECT_STR(served(), ":etc");
	EXPECT_EQ(go("/../../tmp/.././tmp/x"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/tmp:x");
	EXPECT_EQ(go("/srv/a/../a/b"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/srv/a/b:");
	end();
}

TEST(path, dotdot_behind_unknown_names_is_the_servers)
{
	begin();
	EXPECT_EQ(go("/etc/../tmp"), RESOLVE_MOUNT);
	EXPECT_STR(served(), ":etc/../tmp");
	EXPECT_EQ(go("/tmp/x/../../etc"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/tmp:x/../../etc");
	end();
}

TEST(path, redirected_text_is_popped_where_it_is_physical)
{
	uint32_t tmp;

	begin();
	EXPECT_EQ(go("/tmp"), RESOLVE_MOUNT);
	tmp = r.node->mount->number;
	/* tmp's server walked x/y and met `..`. */
	EXPECT_EQ(go_at("", tmp, 3, "x/y/../z"), RESOLVE_REDIRECT);
	EXPECT_STR(redirected(), "x/z 1");
	EXPECT_EQ(r.new_mount, tmp);
	EXPECT_EQ(go_at("", tmp, 1, "x/z"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/tmp:x/z");
	EXPECT_EQ(go_at("", tmp, 3, "x/y/../../z"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/tmp:z");
	EXPECT_EQ(go_at("", tmp, 3, "x/y/../../../z"), RESOLVE_MOUNT);
	EXPECT_STR(served(), ":z");
	/* An absolute link leaves nothing physical. */
	EXPECT_EQ(go_at("", tmp, 0, "/etc/x"), RESOLVE_MOUNT);
	EXPECT_STR(served(), ":etc/x");
	/* A marked name under the root's server. */
	EXPECT_EQ(go("/"), RESOLVE_MOUNT);
	EXPECT_EQ(go_at("", r.node->mount->number, 0, "tmp/q"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/tmp:q");
	end();
}

TEST(path, lies_about_physical_text_are_refused)
{
	uint32_t tmp;

	begin();
	EXPECT_EQ(go("/tmp"), RESOLVE_MOUNT);
	tmp = r.node->mount->number;
	EXPECT_EQ(go_at("", tmp, 4, "x/.."), -EINVAL);
	EXPECT_EQ(go_at("", tmp, 9, "x"), -EINVAL);
	EXPECT_EQ(go_at("", 4000000, 0, "x"), -ENOENT);
	end();
}

TEST(path, root_is_not_left)
{
	uint32_t root_mount;

	begin();
	EXPECT_EQ(go("/"), RESOLVE_MOUNT);
	root_mount = r.node->mount->number;
	EXPECT_EQ(go_at("/jail/in", 0, 0, "/etc/x"), RESOLVE_REDIRECT);
	EXPECT_STR(redirected(), "jail/in/etc/x 7");
	EXPECT_EQ(go_at("/jail/in", 0, 0, "/../../etc"), RESOLVE_REDIRECT);
	EXPECT_STR(redirected(), "jail/in/etc 7");
	EXPECT_EQ(go_at("/jail/in", root_mount, 7, "jail/in/etc"), RESOLVE_MOUNT);
	EXPECT_STR(served(), ":jail/in/etc");
	EXPECT_EQ(go_at("/jail/in", root_mount, 4, "jail/../etc"), -ENOENT);
	EXPECT_EQ(go_at("/jail/in", root_mount, 0, "etc"), -ENOENT);
	EXPECT_EQ(go_at("/jail/in", root_mount, 9, "jail/inner"), -ENOENT);
	EXPECT_EQ(go_at("/jail/in", root_mount, 10, "jail/inner"), -ENOENT);
	EXPECT_EQ(go_at("/jail/in", MOUNT_ROOT, 3, "tmp/x"), -ENOENT);
	/* The root is a mount's own: the text suffices. */
	EXPECT_EQ(go_at("/tmp", 0, 0, "/x"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/tmp:x");
	end();
}

TEST(path, directories_without_a_server_are_synthetic)
{
	begin();
	EXPECT_EQ(go("/dev"), RESOLVE_SYNTHETIC);
	EXPECT_EQ(go("/dev/"), RESOLVE_SYNTHETIC);
	EXPECT_EQ(go("/srv/a"), RESOLVE_SYNTHETIC);
	EXPECT_EQ(go("/srv/a/b/.."), RESOLVE_SYNTHETIC);
	EXPECT_EQ(go("/dev/nothing"), RESOLVE_MOUNT); /* of the root's server */
	EXPECT_STR(served(), ":dev/nothing");
	EXPECT_EQ(namespace_unmount(ns, "/dev/null", 9), 0);
	EXPECT_EQ(go("/dev"), RESOLVE_MOUNT);
	EXPECT_EQ(namespace_unmount(ns, "/", 1), 0);
	EXPECT_EQ(go("/"), RESOLVE_SYNTHETIC);
	EXPECT_EQ(go("/etc"), -ENOENT);
	end();
}

TEST(path, a_mounted_object_is_no_directory)
{
	begin();
	EXPECT_EQ(go("/dev/null"), RESOLVE_MOUNT);
	EXPECT_STR(served(), "/dev/null:");
	EXPECT_EQ(go("/dev/null/"), -ENOTDIR);
	EXPECT_EQ(go("/dev/null/."), -ENOTDIR);
	EXPECT_EQ(go("/dev/null/x"), -ENOTDIR);
	EXPECT_EQ(go("/dev/null/../x"), -ENOTDIR);
	end();
}

TEST(path, too_long_text_is_refused)
{
	static char text[PATH_TEXT_MAX + 2];

	begin();
	memset(text, 'a', sizeof(text) - 1);
	text[0] = '/';
	for (unsigned i = 0; i < sizeof(text) - 1; i += 100)
		text[i] = '/';
	EXPECT_EQ(go(text), -ENAMETOOLONG);
	text[PATH_TEXT_MAX - 1] = 0;
	EXPECT_EQ(go(text), RESOLVE_MOUNT);
	/* What the root adds makes it too long. */
	EXPECT_EQ(go_at("/jail", 0, 0, text), -ENAMETOOLONG);
	end();
}

TEST(path, mount_checks_its_prefix)
{
	struct mount *m;

	begin();
	m = mount_new(9, 1, 0);
	EXPECT_EQ(namespace_mount(ns, "/tmp", 4, m), -EBUSY);
	EXPECT_EQ(namespace_mount(ns, "/tmp/", 5, m), -EBUSY);
	EXPECT_EQ(namespace_mount(ns, "tmp", 3, m), -EINVAL);
	EXPECT_EQ(namespace_mount(ns, "/new/../x", 9, m), -EINVAL);
	EXPECT_EQ(namespace_mount(ns, "", 0, m), -EINVAL);
	mount_drop(m);
	EXPECT_EQ(namespace_unmount(ns, "/nowhere", 8), -EINVAL);
	EXPECT_EQ(namespace_unmount(ns, "/dev", 4), -EINVAL);
	EXPECT_EQ(namespace_child(ns, ns->root, "new", 3) != NULL, 0);
	end();
}

TEST(path, clones_share_mounts_and_differ_afterwards)
{
	struct namespace *other;
	uint32_t deleted = shim_slots_deleted;

	begin();
	EXPECT_EQ(namespace_clone(ns, &other), 0);
	EXPECT_EQ(other->mounts, ns->mounts);
	EXPECT_EQ(namespace_unmount(ns, "/tmp", 4), 0);
	EXPECT_EQ(shim_slots_deleted, deleted);
	EXPECT(namespace_mounted(other, "/tmp", 4));
	EXPECT(!namespace_mounted(ns, "/tmp", 4));
	namespace_put(other);
	EXPECT_EQ(shim_slots_deleted, deleted + 1);
	end();
}

static int where(const char *root, uint32_t number, const char *text)
{
	r = (struct resolve){.ns = ns,
			     .root = root,
			     .root_len = (unsigned)strlen(root),
			     .text = text,
			     .len = (unsigned)strlen(text),
			     .mount = number};
	return resolve_where(&r);
}

TEST(path, where_is_seen_from_the_root)
{
	uint32_t tmp;

	begin();
	EXPECT_EQ(go("/tmp"), RESOLVE_MOUNT);
	tmp = r.node->mount->number;
	EXPECT_EQ(where("", tmp, "a/b"), 0);
	EXPECT(r.path_len == 8 && memcmp(r.path, "/tmp/a/b", 8) == 0);
	EXPECT_EQ(where("/tmp/a", tmp, "a/b"), 0);
	EXPECT(r.path_len == 2 && memcmp(r.path, "/b", 2) == 0);
	EXPECT_EQ(where("/tmp/a", tmp, "a"), 0);
	EXPECT(r.path_len == 1 && r.path[0] == '/');
	EXPECT_EQ(where("/tmp/a", tmp, "ab"), -ENOENT);
	EXPECT_EQ(where("", tmp, "a/.."), -EINVAL);
	EXPECT_EQ(where("", 12345678, "a"), -ENOENT);
	end();
}
