/* SPDX-License-Identifier: 0BSD */
/* null.c: /dev/null, /dev/zero, /dev/full and the random devices. */
#include "client.h"
#include "world.h"

#include "lib/string.h"

int null_main(int argc, char **argv);
#define main null_main
#include "../../servers/char/null/main.c"
#undef main

static char *arguments[] = {"null", NULL};

static bool begin(void)
{
	server.state = NULL;
	for (unsigned i = 0; i < DEVICES; i++)
		devices[i].node = (struct srv_node){0};
	return world_start(null_main, 1, arguments, DEVICES);
}

static cap_t device(unsigned i) { return world.mounts[i].root; }

TEST(null, reads_nothing_and_takes_everything)
{
	char data[100] = "x";
	int64_t file;

	if (!begin())
		return;
	file = client_open(device(0), "", O_RDWR, 0);
	ASSERT_OK(file);
	EXPECT_EQ(client_read(file, data, sizeof(data)), 0);
	EXPECT_EQ(client_write(file, data, sizeof(data)), sizeof(data));
	EXPECT_EQ(client_write(file, data, 1), 1);
	EXPECT_EQ(client_close(file), 0);
}

TEST(null, zeros_come_in_any_length)
{
	static char data[300000];
	struct proto_stat st;
	int64_t file;

	if (!begin())
		return;
	file = client_open(device(1), "", O_RDONLY, 0);
	ASSERT_OK(file);
	memset(data, 1, sizeof(data));
	EXPECT_EQ(client_read(file, data, 1), 1);
	EXPECT_EQ(client_read(file, data + 1, sizeof(data) - 2), sizeof(data) - 2);
	for (unsigned i = 0; i < sizeof(data) - 1; i++)
		ASSERT_EQ(data[i], 0);
	EXPECT_EQ(data[sizeof(data) - 1], 1);
	EXPECT_EQ(client_write(file, data, 1), -EBADF);
	ASSERT_OK(client_fstat(file, &st));
	EXPECT_EQ(st.mode, S_IFCHR | 0666);
	EXPECT_EQ(st.rdevice, PROTO_DEVICE(1, 5));
	EXPECT_EQ(client_open(device(1), "", O_RDONLY | O_DIRECTORY, 0), -ENOTDIR);
	EXPECT_EQ(client_open(device(1), "x", O_RDONLY, 0), -ENOTDIR);
}

TEST(null, full_is_full)
{
	char byte = 1;
	int64_t file;

	if (!begin())
		return;
	file = client_open(device(2), "", O_RDWR, 0);
	ASSERT_OK(file);
	EXPECT_EQ(client_write(file, &byte, 1), -ENOSPC);
	EXPECT_EQ(client_read(file, &byte, 1), 1);
	EXPECT_EQ(byte, 0);
}

TEST(null, random_bytes_differ)
{
	uint8_t data[4096], again[4096];
	unsigned seen[256] = {0}, same = 0;
	int64_t file;

	if (!begin())
		return;
	file = client_open(device(4), "", O_RDWR, 0);
	ASSERT_OK(file);
	ASSERT_EQ(client_read(file, data, sizeof(data)), sizeof(data));
	EXPECT_EQ(client_write(file, "salt", 4), 4);
	ASSERT_EQ(client_read(file, again, sizeof(again)), sizeof(again));
	for (unsigned i = 0; i < sizeof(data); i++) {
		seen[data[i]]++;
		same += data[i] == again[i];
	}
	/* 16 of each are expected: 4 standard deviations are 16. */
	for (unsigned i = 0; i < 256; i++)
		EXPECT(seen[i] > 0 && seen[i] < 40);
	EXPECT(same < 64);
}
