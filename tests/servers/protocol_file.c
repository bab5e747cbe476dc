/* SPDX-License-Identifier: 0BSD */
/* protocol_file.c: what any filesystem that can write must do with open files. */
#include "lib/string.h"
#include "ram.h"

static int64_t make(const char *name, const char *text)
{
	int64_t file = client_open(ram_root(), name, O_RDWR | O_CREAT | O_EXCL, 0644);

	EXPECT_OK(file);
	EXPECT_EQ(client_write(file, text, strlen(text)), strlen(text));
	return file;
}

static bool reads(int64_t file, uint64_t offset, const char *text)
{
	char data[128];
	uint64_t bytes = strlen(text);

	return EXPECT_EQ(client_pread(file, data, sizeof(data), offset), bytes) && EXPECT(!memcmp(data, text, bytes));
}

TEST(protocol_file, what_is_written_is_read)
{
	static char out[200000], in[200001];
	int64_t file;

	if (!ram_start("4m"))
		return;
	file = make("a", "hello");
	reads(file, 0, "hello");
	reads(file, 3, "lo");
	EXPECT_EQ(client_read(file, in, 10), 0); /* at the end */
	for (unsigned i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 7 + i / 4096);
	EXPECT_EQ(client_pwrite(file, out, sizeof(out), 0), sizeof(out));
	EXPECT_EQ(client_pread(file, in, sizeof(in), 0), sizeof(out));
	EXPECT(!memcmp(in, out, sizeof(out)));
	EXPECT_EQ(client_pread(file, in, 48, 4090), 48);
	EXPECT(!memcmp(in, out + 4090, 48));
	EXPECT_EQ(client_pread(file, in, 49, 4090), 49);
	EXPECT(!memcmp(in, out + 4090, 49));
}

TEST(protocol_file, the_offset_belongs_to_the_connection)
{
	int64_t file;
	uint64_t at;
	char data[8];

	if (!ram_start("4m"))
		return;
	file = make("a", "0123456789");
	EXPECT_EQ(client_file(file, FILE_SEEK, 2, SEEK_SET, &at), 0);
	EXPECT_EQ(at, 2);
	EXPECT_EQ(client_read(file, data, 3), 3);
	EXPECT_EQ(client_file(file, FILE_SEEK, 0, SEEK_CUR, &at), 0);
	EXPECT_EQ(at, 5);
	EXPECT_EQ(client_file(file, FILE_SEEK, (uint64_t)-1, SEEK_END, &at), 0);
	EXPECT_EQ(client_read(file, data, 8), 1);
	EXPECT_EQ(data[0], '9');
	EXPECT_EQ(client_file(file, FILE_SEEK, (uint64_t)-1, SEEK_SET, &at), -EINVAL);
	EXPECT_EQ(client_file(file, FILE_SEEK, 0, 7, &at), -EINVAL);
	EXPECT_EQ(client_pread(file, data, 1, 1ull << 63), -EINVAL);
}

TEST(protocol_file, appends_at_the_end_whoever_else_writes)
{
	int64_t file, other;
	uint64_t flags;

	if (!ram_start("4m"))
		return;
	file = make("a", "one");
	other = client_open(ram_root(), "a", O_WRONLY | O_APPEND, 0);
	ASSERT_OK(other);
	EXPECT_EQ(client_write(other, "two", 3), 3);
	EXPECT_EQ(client_pwrite(file, "x", 1, 6), 1);
	EXPECT_EQ(client_write(other, "y", 1), 1);
	reads(file, 0, "onetwoxy");
	EXPECT_EQ(client_file(other, FILE_GETFLAGS, 0, 0, &flags), 0);
	EXPECT_EQ(flags, O_WRONLY | O_APPEND);
	EXPECT_EQ(client_file(other, FILE_SETFLAGS, O_NONBLOCK, 0, NULL), 0);
	EXPECT_EQ(client_file(other, FILE_GETFLAGS, 0, 0, &flags), 0);
	EXPECT_EQ(flags, O_WRONLY | O_NONBLOCK);
	EXPECT_EQ(client_read(other, &flags, 1), -EBADF);
}

TEST(protocol_file, holes_read_as_zeros)
{
	static char data[3 * 4096];
	struct proto_stat st;
	int64_t file;

	if (!ram_start("4m"))
		return;
	file = make("a", "begin");
	EXPECT_EQ(client_pwrite(file, "end", 3, 1ull << 32), 3);
	ASSERT_OK(client_fstat(file, &st));
	EXPECT_EQ(st.size_bytes, (1ull << 32) + 3);
	memset(data, 1, sizeof(data));
	EXPECT_EQ(client_pread(file, data, sizeof(data), 4096), sizeof(data));
	for (unsigned i = 0; i < sizeof(data); i++)
		ASSERT_EQ(data[i], 0);
	EXPECT_EQ(client_pread(file, data, 8, 0), 8);
	EXPECT(!memcmp(data, "begin\0\0", 8));
	EXPECT_EQ(client_pread(file, data, 8, 1ull << 32), 3);
	EXPECT(!memcmp(data, "end", 3));
	EXPECT_EQ(client_pwrite(file, "x", 1, INT64_MAX), -EFBIG);
	EXPECT_EQ(client_pwrite(file, "x", 1, 1ull << 44), -EFBIG);
}

TEST(protocol_file, truncation_cuts_and_grows)
{
	struct proto_stat st;
	int64_t file;

	if (!ram_start("4m"))
		return;
	file = make("a", "0123456789");
	EXPECT_EQ(client_file(file, FILE_TRUNCATE, 4, 0, NULL), 0);
	reads(file, 0, "0123");
	EXPECT_EQ(client_path(ram_root(), PATH_TRUNCATE, "a", 6, 0), 0);
	ASSERT_OK(client_fstat(file, &st));
	EXPECT_EQ(st.size_bytes, 6);
	{
		char data[6];

		EXPECT_EQ(client_pread(file, data, 6, 0), 6);
		EXPECT(!memcmp(data, "0123\0\0", 6));
	}
	EXPECT_OK(client_open(ram_root(), "a", O_WRONLY | O_TRUNC, 0));
	ASSERT_OK(client_fstat(file, &st));
	EXPECT_EQ(st.size_bytes, 0);
	EXPECT_EQ(client_file(file, FILE_TRUNCATE, 1ull << 63, 0, NULL), -EINVAL);
	EXPECT_EQ(client_path(ram_root(), PATH_TRUNCATE, "", 0, 0), -EISDIR);
}

TEST(protocol_file, an_unlinked_file_lives_until_it_is_closed)
{
	struct proto_stat st;
	int64_t file;

	if (!ram_start("4m"))
		return;
	file = make("a", "still here");
	EXPECT_EQ(client_unlink(ram_root(), "a"), 0);
	EXPECT_EQ(client_stat(ram_root(), "a", &st), -ENOENT);
	ASSERT_OK(client_fstat(file, &st));
	EXPECT_EQ(st.links, 0);
	reads(file, 0, "still here");
	EXPECT_EQ(client_close(file), 0);
}

TEST(protocol_file, nonsense_is_answered_with_an_error)
{
	int64_t file;
	struct os_words w;

	if (!ram_start("4m"))
		return;
	file = make("a", "x");
	EXPECT_EQ(client_file(file, 0, 0, 0, NULL), -ENOSYS);
	EXPECT_EQ(client_file(file, FILE_OP_BASE | 0xff, 0, 0, NULL), -ENOSYS);
	EXPECT_EQ(client_file(file, 0xffff, 0, 0, NULL), -ENOSYS);
	EXPECT_EQ(client_file(file, FILE_CONTROL, 0, 0, NULL), -ENOTTY);
	EXPECT_EQ(client_file(file, FILE_READDIR, 0, 100, NULL), -ENOTDIR);
	EXPECT_EQ(client_file(file, FILE_WRITE, FILE_HERE, 10, NULL), -EINVAL); /* there is no data */
	w = (struct os_words){{PROTO_WORD0(FILE_WRITE, 0, 200), 0}};
	EXPECT_EQ(os_send_words((cap_t)file, &w), -EINVAL);
	w = (struct os_words){{PATH_STAT, 0, 0, 0, 0, 100}};
	EXPECT_EQ(os_send_words(ram_root(), &w), -EINVAL);
	w = (struct os_words){{PROTO_WORD0(PATH_STAT, 0, 8)}};
	EXPECT_EQ(os_send_words(ram_root(), &w), -EINVAL);
	w = (struct os_words){{FILE_READ, FILE_HERE, 1}};
	EXPECT_EQ(os_send_words(ram_root(), &w), -EISDIR);
	EXPECT_EQ(os_send_words(world.mounts[0].root, &w), -EBADF);
}

TEST(protocol_file, many_open_files_reuse_their_connections)
{
	uint32_t grown;
	cap_t first;

	if (!ram_start("4m"))
		return;
	client_close(make("a", "x"));
	for (unsigned i = 0; i < 40; i++)
		ASSERT_OK(client_open(ram_root(), "a", O_RDONLY, 0));
	grown = world.grown;
	first = kit_slot();
	kit_slots_back(first);
	for (unsigned i = 0; i < 400; i++) {
		int64_t file = client_open(ram_root(), "a", O_RDONLY, 0);

		ASSERT_OK(file);
		if (i % 3)
			EXPECT_EQ(client_close(file), 0);
		else
			EXPECT_EQ(os_cspace_delete(CAP_SELF_CSPACE, (cap_t)file), 0);
		kit_slots_back(first);
	}
	EXPECT_EQ(world.grown, grown);
}

/* ---- locks ---- */

static int64_t record(int64_t file, uint64_t how, uint64_t type, uint64_t start, uint64_t length)
{
	struct os_words w = {{FILE_LOCK, how, type, start, length}};
	int64_t status = os_send_words((cap_t)file, &w);

	return status < 0 || how != F_GETLK ? status : (int64_t)w.w[2];
}

TEST(protocol_file, flocks_exclude_each_other)
{
	int64_t a, b, c;

	if (!ram_start("4m"))
		return;
	a = make("a", "x");
	b = client_open(ram_root(), "a", O_RDONLY, 0);
	c = client_open(ram_root(), "a", O_RDONLY, 0);
	EXPECT_EQ(client_file(a, FILE_FLOCK, LOCK_SH, 0, NULL), 0);
	EXPECT_EQ(client_file(b, FILE_FLOCK, LOCK_SH, 0, NULL), 0);
	EXPECT_EQ(client_file(c, FILE_FLOCK, LOCK_EX | LOCK_NB, 0, NULL), -EAGAIN);
	EXPECT_EQ(client_close(b), 0);
	EXPECT_EQ(client_file(c, FILE_FLOCK, LOCK_EX | LOCK_NB, 0, NULL), -EAGAIN);
	EXPECT_EQ(client_file(a, FILE_FLOCK, LOCK_UN, 0, NULL), 0);
	EXPECT_EQ(client_file(c, FILE_FLOCK, LOCK_EX | LOCK_NB, 0, NULL), 0);
	EXPECT_EQ(client_file(a, FILE_FLOCK, LOCK_SH | LOCK_NB, 0, NULL), -EAGAIN);
	EXPECT_EQ(client_file(a, FILE_FLOCK, 77, 0, NULL), -EINVAL);
}

static int64_t waiting_file;

static void lock_and_tell(void *arg)
{
	struct kit_thread *t = arg;

	(void)t;
	EXPECT_EQ(client_file(waiting_file, FILE_FLOCK, LOCK_EX, 0, NULL), 0);
}

TEST(protocol_file, a_flock_is_waited_for)
{
	struct kit_thread *t;
	int64_t a;

	if (!ram_start("4m"))
		return;
	a = make("a", "x");
	waiting_file = client_open(ram_root(), "a", O_RDONLY, 0);
	EXPECT_EQ(client_file(a, FILE_FLOCK, LOCK_EX, 0, NULL), 0);
	t = kit_thread(lock_and_tell, NULL);
	EXPECT(kit_wait_state(t, THREAD_REPLY));
	EXPECT_EQ(client_file(a, FILE_FLOCK, LOCK_SH | LOCK_NB, 0, NULL), 0); /* weaker, not free */
	EXPECT(!kit_read(&t->done));
	EXPECT_EQ(client_close(a), 0);
	EXPECT(kit_join(t));
}

TEST(protocol_file, record_locks_are_ranges_of_a_process)
{
	int64_t file;

	if (!ram_start("4m"))
		return;
	file = make("a", "0123456789");
	world_be(10, 0);
	EXPECT_EQ(record(file, F_SETLK, F_WRLCK, 0, 100), 0);
	EXPECT_EQ(record(file, F_SETLK, F_UNLCK, 40, 20), 0);
	world_be(11, 0);
	EXPECT_EQ(record(file, F_SETLK, F_RDLCK, 39, 1), -EAGAIN);
	EXPECT_EQ(record(file, F_SETLK, F_RDLCK, 40, 20), 0);
	EXPECT_EQ(record(file, F_SETLK, F_RDLCK, 60, 1), -EAGAIN);
	EXPECT_EQ(record(file, F_GETLK, F_WRLCK, 0, 1), F_WRLCK);
	EXPECT_EQ(record(file, F_GETLK, F_WRLCK, 50, 1), F_UNLCK);
	world_be(10, 0);
	EXPECT_EQ(record(file, F_SETLK, F_WRLCK, 50, 1), -EAGAIN);
	EXPECT_EQ(record(file, F_SETLK, F_RDLCK, 50, 1), 0);
	EXPECT_EQ(record(file, F_SETLK, 9, 0, 1), -EINVAL);
	EXPECT_EQ(record(file, F_SETLK, F_RDLCK, (uint64_t)-1, 1), -EINVAL);
	EXPECT_EQ(record(file, F_SETLK, F_UNLCK, 0, 0), 0);
	world_be(11, 0);
	EXPECT_EQ(record(file, F_SETLK, F_WRLCK, 0, 0), 0);
	world_be(WORLD_DEAD_PID, 0);
	EXPECT_EQ(record(file, F_SETLK, F_WRLCK, 0, 0), -EAGAIN);
	world_be(11, 0);
	EXPECT_EQ(record(file, F_SETLK, F_UNLCK, 0, 0), 0);
	world_be(WORLD_DEAD_PID, 0);
	EXPECT_EQ(record(file, F_SETLK, F_WRLCK, 5, 5), 0);
	world_be(11, 0);
	EXPECT_EQ(record(file, F_SETLK, F_WRLCK, 5, 5), 0); /* the other one has died */
	world_be(0, 0);
}

TEST(protocol_file, record_locks_are_bounded)
{
	int64_t file, status = 0;
	unsigned made = 0;

	if (!ram_start("4m"))
		return;
	file = make("a", "x");
	world_be(10, 0);
	while (status == 0 && made < 1000) {
		status = record(file, F_SETLK, F_WRLCK, made * 2, 1);
		made += status == 0;
	}
	EXPECT_EQ(status, -ENOLCK);
	EXPECT_EQ(made, 128);
	EXPECT_EQ(client_close(file), 0);
	file = client_open(ram_root(), "a", O_RDWR, 0);
	EXPECT_EQ(record(file, F_SETLK, F_WRLCK, 0, 0), 0);
	world_be(0, 0);
}
