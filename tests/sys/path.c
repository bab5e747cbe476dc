/* SPDX-License-Identifier: 0BSD */
/* path.c: mounts, forwards, redirects, synthetic directories and contexts, with a server that is a thread of this
 * process: it answers what it was asked, or a redirect where the text has a `..`. */
#include "sys/world.h"

#include "lib/string.h"

#include <proto/stat.h>

#define COOKIE 0x1111
#define STOP   0xdead

static cap_t endpoint, server, control_line;
static uint32_t stopped;

/* Redirects at the first `..`: what is before it is physical. False: there is none. */
static bool redirect(struct os_received *r, const char *text, unsigned len)
{
	for (unsigned i = 0; i + 1 < len; i++) {
		if (text[i] != '.' || text[i + 1] != '.')
			continue;
		r->words.w[5] = len;
		r->words.w[6] = PATH_MOUNT(r->words.w[6]);
		r->words.w[7] = i ? i - 1 : 0;
		return true;
	}
	return false;
}

static void serve(void *arg)
{
	static char text[PATH_TEXT_MAX];
	OS_DESC(1) in = {.desc = {.receive_count = 1}};
	OS_DESC(1) out = {.desc = {.send_count = 1}};
	struct os_received r;

	in.desc.piece[0] = (struct message_piece){(uint64_t)text, sizeof(text)};
	for (;;) {
		int64_t status;
		unsigned len;

		if (os_receive(endpoint, &r, &in.desc, DEADLINE_FOREVER) < 0)
			break;
		if (INFO_KIND(r.info) != MESSAGE_SEND) {
			if (INFO_KIND(r.info) == MESSAGE_CLOSE)
				os_reply(endpoint, r.id, 0, &r.words, NULL);
			continue;
		}
		if (r.words.w[0] == STOP) {
			os_reply(endpoint, r.id, 0, &r.words, NULL);
			break;
		}
		len = (unsigned)r.words.w[7];
		status = redirect(&r, text, len) ? PATH_REDIRECT : (int64_t)len;
		r.words.w[1] = r.cookie;
		out.desc.piece[0] = (struct message_piece){(uint64_t)text, len};
		os_reply(endpoint, r.id, status, &r.words, &out.desc);
	}
	__atomic_store_n(&stopped, 1, __ATOMIC_RELEASE);
}

static void begin(void)
{
	struct call c = {.to = CAP_SELF_PROCESS, .op = PROC_ENDPOINT, .w1 = 15};
	struct os_words words;

	EXPECT_OK(sys_call(&c, &words, &endpoint));
	server = (cap_t)os_connect(endpoint, COOKIE, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX, 0, &words);
	control_line = (cap_t)os_connect(endpoint, 0, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX, 0, &words);
	stopped = 0;
	EXPECT(thread_begin(serve, NULL, CAP_NONE) > 0);
}

static void end(void)
{
	struct os_words words = {{STOP}};

	EXPECT_OK(os_send_words(control_line, &words));
	for (unsigned i = 0; i < 10000 && !__atomic_load_n(&stopped, __ATOMIC_ACQUIRE); i++)
		os_sleep(os_in_ns(OS_MS));
	drop(server);
	drop(control_line);
	drop(endpoint);
}

static int64_t mount(const char *prefix, uint32_t flags, struct os_words *words)
{
	return ns_call(CAP_SELF_HOME, NS_MOUNT, 0, flags, prefix, server, words);
}

static int64_t unmount(const char *prefix) { return ns_call(CAP_SELF_HOME, NS_UNMOUNT, 0, 0, prefix, CAP_NONE, NULL); }

static void copy(char *to, const char *from) { memcpy(to, from, strlen(from) + 1); }

/* STAT by a client that follows redirects: the answer of the last server, and what it was asked in `answer`. */
static char answer[PATH_TEXT_MAX];
static unsigned hops;

static int64_t ask(cap_t to, const char *text, struct os_words *words)
{
	char now[PATH_TEXT_MAX];
	int64_t r;

	*words = (struct os_words){{0}};
	copy(now, text);
	for (hops = 0; hops < PATH_REDIRECTS_MAX; hops++) {
		memset(answer, 0, sizeof(answer));
		r = path_call(to, PATH_STAT, 0, now, words, answer, sizeof(answer) - 1, NULL);
		if (r != PATH_REDIRECT)
			return r;
		copy(now, answer);
		now[words->w[5] & 0xffff] = 0;
		to = CAP_SELF_HOME;
	}
	return -ELOOP;
}

#define EXPECT_ASKED(text) EXPECT(strcmp(answer, text) == 0)

TEST(path, a_server_gets_what_is_behind_its_prefix)
{
	struct os_words mounted, words;

	begin();
	EXPECT_OK(mount("/p", 0, &mounted));
	EXPECT_OK(ask(CAP_SELF_HOME, "/p/a/b", &words));
	EXPECT_ASKED("a/b");
	EXPECT_EQ(words.w[1], COOKIE);
	EXPECT_EQ(words.w[6], PATH_FORWARDED | mounted.w[1]);
	EXPECT_EQ(words.w[7], 3);
	EXPECT_OK(ask(CAP_SELF_HOME, "//p/./", &words));
	EXPECT_ASKED("");
	EXPECT_OK(unmount("/p"));
	/* The root's server says that to everything. */
	EXPECT_EQ(ask(CAP_SELF_HOME, "/p/a", &words), -ENOENT);
	end();
}

TEST(path, redirects_come_back_through_the_name_space)
{
	struct os_words words;

	begin();
	EXPECT_OK(mount("/p", 0, NULL));
	EXPECT_OK(mount("/p/q", 0, NULL));
	EXPECT_OK(ask(CAP_SELF_HOME, "/p/a/../b", &words));
	EXPECT_ASKED("b");
	EXPECT_OK(ask(CAP_SELF_HOME, "/p/a/b/../c", &words));
	EXPECT_ASKED("a/c");
	EXPECT_EQ(hops, 2);
	EXPECT_OK(ask(CAP_SELF_HOME, "/p/q/x/../../y", &words));
	EXPECT_ASKED("y");
	EXPECT_OK(ask(CAP_SELF_HOME, "/p/a/../q/z", &words));
	EXPECT_ASKED("z");
	EXPECT_EQ(ask(CAP_SELF_HOME, "/p/a/../../nowhere", &words), -ENOENT);
	EXPECT_OK(unmount("/p/q"));
	EXPECT_OK(unmount("/p"));
	end();
}

TEST(path, bad_text_and_mounts_are_refused)
{
	static char longer[PATH_TEXT_MAX + 10];
	struct os_words words = {{0}};

	begin();
	memset(longer, 'a', sizeof(longer) - 1);
	EXPECT_EQ(path_call(CAP_SELF_HOME, PATH_STAT, 0, longer, &words, NULL, 0, NULL), -ENAMETOOLONG);
	words = (struct os_words){{[6] = 987654}};
	EXPECT_EQ(path_call(CAP_SELF_HOME, PATH_STAT, 0, "x", &words, NULL, 0, NULL), -ENOENT);
	EXPECT_OK(mount("/p", 0, NULL));
	EXPECT_EQ(mount("/p", 0, NULL), -EBUSY);
	EXPECT_EQ(mount("p", 0, NULL), -EINVAL);
	EXPECT_EQ(mount("/a/../b", 0, NULL), -EINVAL);
	EXPECT_EQ(ns_call(CAP_SELF_HOME, NS_MOUNT, 0, 0, "/z", endpoint, NULL), -EBADF);
	EXPECT_EQ(ns_call(CAP_SELF_HOME, NS_MOUNT, 0, 0, "/z", CAP_NONE, NULL), -EBADF);
	EXPECT_EQ(unmount("/z"), -EINVAL);
	EXPECT_OK(unmount("/p"));
	end();
}

static void mount_as_nobody(void *arg)
{
	struct proto_cred cred = {.uid = 7};
	struct call c = {.to = CAP_SELF_PROCESS,
			 .op = PROC_CRED_SET,
			 .w1 = CRED_UID | CRED_POSIX,
			 .data = &cred,
			 .bytes = sizeof(cred)};
	struct os_words words;
	bool ok = sys_call(&c, &words, NULL) >= 0 && mount("/mine", 0, NULL) == -EACCES && unmount("/p") == -EACCES;

	/* In a name space of its own everybody may. */
	ok = ok && ns_call(CAP_SELF_HOME, NS_CLONE, 0, 0, NULL, CAP_NONE, NULL) >= 0 && mount("/mine", 0, NULL) >= 0;
	ok = ok && ask(CAP_SELF_HOME, "/mine/x", &words) >= 0 && unmount("/p") >= 0;
	child_exit(ok ? 0 : 1);
}

TEST(path, mounting_needs_the_right)
{
	struct os_words words;

	begin();
	EXPECT_OK(mount("/p", 0, NULL));
	EXPECT_EQ(child_run(mount_as_nobody, NULL), 0);
	EXPECT_OK(ask(CAP_SELF_HOME, "/p/x", &words));
	EXPECT_EQ(ask(CAP_SELF_HOME, "/mine/x", &words), -ENOENT);
	/* A capability has it whoever sends. */
	EXPECT_OK(ns_call(SLOT_MOUNT_RIGHT, NS_MOUNT, 0, 0, "/right", server, NULL));
	EXPECT_OK(ask(CAP_SELF_HOME, "/right/x", &words));
	EXPECT_OK(ns_call(SLOT_MOUNT_RIGHT, NS_UNMOUNT, 0, 0, "/right", CAP_NONE, NULL));
	EXPECT_OK(unmount("/p"));
	end();
}

static unsigned names(cap_t directory, char *list)
{
	char buffer[1024];
	struct call c = {
	    .to = directory, .op = FILE_READDIR, .w2 = sizeof(buffer), .reply = buffer, .reply_bytes = sizeof(buffer)};
	struct os_words words;
	int64_t bytes = sys_call(&c, &words, NULL);
	unsigned n = 0;

	EXPECT_OK(bytes);
	list[0] = 0;
	for (int64_t at = 0; at < bytes; n++) {
		struct proto_dirent *e = (struct proto_dirent *)(buffer + at);

		copy(list + strlen(list), e->name);
		copy(list + strlen(list), " ");
		at += e->length_bytes;
	}
	return n;
}

TEST(path, directories_without_a_server_are_syss)
{
	struct os_words words = {{0}};
	struct proto_stat st;
	char list[128];
	cap_t directory;

	begin();
	EXPECT_OK(mount("/x/null", NS_MOUNT_FILE | NS_MOUNT_SYNTHETIC, NULL));
	EXPECT_OK(mount("/x/tty", NS_MOUNT_FILE | NS_MOUNT_SYNTHETIC, NULL));
	EXPECT_OK(path_call(CAP_SELF_HOME, PATH_STAT, 0, "/x", &words, &st, sizeof(st), NULL));
	EXPECT_EQ(st.mode, S_IFDIR | 0555);
	EXPECT_EQ(path_call(CAP_SELF_HOME, PATH_MKDIR, 0, "/x", &words, NULL, 0, NULL), -EEXIST);
	words.w[6] = words.w[7] = 0;
	EXPECT_EQ(path_call(CAP_SELF_HOME, PATH_OPEN, O_RDWR, "/x", &words, NULL, 0, NULL), -EISDIR);
	words.w[6] = words.w[7] = 0;
	ASSERT_OK(path_call(CAP_SELF_HOME, PATH_OPEN, O_RDONLY | O_DIRECTORY, "/x", &words, NULL, 0, &directory));
	EXPECT_EQ(names(directory, list), 2);
	EXPECT(strcmp(list, "null tty ") == 0);
	EXPECT_EQ(names(directory, list), 0);
	/* It is a place to begin at. */
	EXPECT_OK(ask(directory, "null", &words));
	EXPECT_ASKED("");
	EXPECT_EQ(words.w[1], COOKIE);
	EXPECT_EQ(ask(directory, "null/y", &words), -ENOTDIR);
	EXPECT_OK(ask(directory, "../x/./tty", &words));
	EXPECT_EQ(ask(directory, "../y", &words), -ENOENT);
	EXPECT_OK(unmount("/x/null"));
	EXPECT_OK(unmount("/x/tty"));
	EXPECT_EQ(ask(CAP_SELF_HOME, "/x", &words), -ENOENT);
	drop(directory);
	end();
}

static void wait_for_mount(void *arg)
{
	flag_set(0, 1);
	shared->value[0] = (uint64_t)ns_call(CAP_SELF_HOME, NS_WAIT, 0, 0, "/late", CAP_NONE, NULL);
	flag_set(0, 2);
}

TEST(path, a_mount_can_be_waited_for)
{
	int64_t pid;

	begin();
	share_begin();
	pid = child_start(wait_for_mount, NULL);
	flag_wait(0, 1);
	os_sleep(os_in_ns(2 * OS_MS));
	EXPECT_EQ(shared->flag[0], 1);
	EXPECT_OK(mount("/late", 0, NULL));
	EXPECT_EQ(status_of(pid), 0);
	EXPECT_EQ(shared->value[0], 0);
	EXPECT_EQ(ns_call(CAP_SELF_HOME, NS_WAIT, 0, 0, "/late", CAP_NONE, NULL), 0);
	EXPECT_OK(unmount("/late"));
	/* Whoever waits can be killed. */
	flag_set(0, 0);
	pid = child_start(wait_for_mount, NULL);
	flag_wait(0, 1);
	EXPECT_OK(proc_kill(pid, SIGKILL));
	EXPECT_EQ(status_of(pid), SIGKILL);
	share_end();
	end();
}

/* ---- contexts ---- */

static void in_another_name_space(void *arg)
{
	struct os_words words;

	shared->value[0] = (uint64_t)ns_call(CAP_SELF_HOME, NS_CLONE, 0, 0, NULL, CAP_NONE, NULL);
	shared->value[1] = (uint64_t)mount("/only", 0, NULL);
	words = (struct os_words){{0}};
	shared->value[2] = (uint64_t)path_call(CAP_SELF_HOME, PATH_STAT, 0, "/only/x", &words, NULL, 0, NULL);
	flag_set(0, 1);
	flag_wait(1, 1);
	/* The other one's mount does not show here. */
	words = (struct os_words){{0}};
	shared->value[3] = (uint64_t)path_call(CAP_SELF_HOME, PATH_STAT, 0, "/theirs/x", &words, NULL, 0, NULL);
	flag_set(0, 2);
}

TEST(path, two_threads_of_a_process_see_different_name_spaces)
{
	struct call c = {.to = CAP_SELF_HOME, .op = NS_CONTEXT};
	struct os_words words;
	cap_t context;

	begin();
	share_begin();
	EXPECT_OK(sys_call(&c, &words, &context));
	ASSERT(thread_begin(in_another_name_space, NULL, context) > 0);
	flag_wait(0, 1);
	EXPECT_EQ(ask(CAP_SELF_HOME, "/only/x", &words), -ENOENT);
	EXPECT_OK(mount("/theirs", 0, NULL));
	flag_set(1, 1);
	flag_wait(0, 2);
	EXPECT_OK(ask(CAP_SELF_HOME, "/theirs/x", &words));
	EXPECT_EQ((int64_t)shared->value[0], 0);
	EXPECT_EQ((int64_t)shared->value[1], 0);
	EXPECT_EQ((int64_t)shared->value[2], 1);
	EXPECT_EQ((int64_t)shared->value[3], -ENOENT);
	EXPECT_OK(unmount("/theirs"));
	drop(context);
	share_end();
	end();
}

static void change_root(void *arg)
{
	struct os_words words;
	bool ok = ns_call(CAP_SELF_HOME, NS_CHROOT, 0, 0, "/p/jail", CAP_NONE, NULL) == 0;

	ok = ok && ask(CAP_SELF_HOME, "/a", &words) == 6 && strcmp(answer, "jail/a") == 0 && hops == 1;
	ok = ok && ask(CAP_SELF_HOME, "/../../a", &words) == 6 && strcmp(answer, "jail/a") == 0;
	ok = ok && ask(CAP_SELF_HOME, "/b/../../../a", &words) == 6 && strcmp(answer, "jail/a") == 0;
	/* Lies about what is physical lead nowhere. */
	words = (struct os_words){{[6] = 1, [7] = 0}};
	ok = ok && path_call(CAP_SELF_HOME, PATH_STAT, 0, "q/x", &words, NULL, 0, NULL) == -ENOENT;
	words = (struct os_words){{[6] = 1, [7] = 1}};
	ok = ok && path_call(CAP_SELF_HOME, PATH_STAT, 0, "p/x", &words, NULL, 0, NULL) == -ENOENT;
	/* Mounts are seen and made below the root. */
	ok = ok && mount("/m", 0, NULL) == 0 && ask(CAP_SELF_HOME, "/m/z", &words) == 1 && !strcmp(answer, "z");
	ok = ok && unmount("/m") == 0;
	ok = ok && ns_call(CAP_SELF_HOME, NS_CHROOT, 0, 0, "/deeper", CAP_NONE, NULL) == 0;
	ok = ok && ask(CAP_SELF_HOME, "/a", &words) == 13 && strcmp(answer, "jail/deeper/a") == 0;
	child_exit(ok ? 0 : 1);
}

TEST(path, a_root_is_not_left)
{
	struct os_words words;

	begin();
	EXPECT_OK(mount("/p", 0, NULL));
	EXPECT_EQ(child_run(change_root, NULL), 0);
	EXPECT_EQ(ask(CAP_SELF_HOME, "/p/a", &words), 1);
	EXPECT_OK(unmount("/p"));
	end();
}

TEST(path, mounts_and_places_are_told)
{
	struct os_words mounted, words;
	char buffer[1024], text[64];
	struct call c = {.to = CAP_SELF_HOME, .op = NS_LIST, .reply = buffer, .reply_bytes = sizeof(buffer)};
	struct proto_mount *m = (struct proto_mount *)buffer;
	int64_t bytes;
	bool found = false;

	begin();
	EXPECT_OK(mount("/p/q", 0, &mounted));
	bytes = sys_call(&c, &words, NULL);
	EXPECT(bytes > 0);
	EXPECT_EQ(words.w[1], 0);
	for (int64_t at = 0; at < bytes; at += (int64_t)(sizeof(*m) + m->prefix_bytes + 7) & ~7ll) {
		m = (struct proto_mount *)(buffer + at);
		if (m->number == mounted.w[1])
			found = m->prefix_bytes == 4 && !memcmp(m + 1, "/p/q", 4) && m->server == proc_pid();
	}
	EXPECT(found);
	c = (struct call){.to = CAP_SELF_HOME,
			  .op = NS_WHERE,
			  .w1 = mounted.w[1],
			  .data = "a/b",
			  .bytes = 3,
			  .reply = text,
			  .reply_bytes = sizeof(text)};
	EXPECT_EQ(sys_call(&c, &words, NULL), 8);
	EXPECT(memcmp(text, "/p/q/a/b", 8) == 0);
	c = (struct call){.to = CAP_SELF_HOME,
			  .op = NS_NAMES,
			  .w1 = 1,
			  .data = "p",
			  .bytes = 1,
			  .reply = buffer,
			  .reply_bytes = sizeof(buffer)};
	EXPECT(sys_call(&c, &words, NULL) > 0);
	EXPECT(strcmp(((struct proto_dirent *)buffer)->name, "q") == 0);
	EXPECT_OK(unmount("/p/q"));
	end();
}

TEST(path, a_dead_server_is_an_error)
{
	struct os_words words;

	begin();
	EXPECT_OK(mount("/p", 0, NULL));
	end();
	EXPECT_EQ(ask(CAP_SELF_HOME, "/p/a", &words), -ESRVDEAD);
	EXPECT_OK(unmount("/p"));
}
