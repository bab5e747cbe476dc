/* SPDX-License-Identifier: 0BSD */
/* ram.c: the server in memory, and its limits. */
#include <parley/print.h>
#include "ram.h"

#include "lib/string.h"

int ram_main(int argc, char **argv);
#define main ram_main
#include "../../servers/fs/ram/main.c"
#undef main

static cap_t root;

bool ram_start(const char *size)
{
	static char prefix[] = "/tmp:1777";
	static char *arguments[] = {"ram", NULL, prefix, NULL};
	int64_t open;

	arguments[1] = (char *)size;
	memcpy(prefix, "/tmp:1777", sizeof(prefix)); /* it cuts it */
	ram_store = (struct pages_store){0};
	ram_files = 0;
	record_recall();
	server.state = NULL;
	server.mount_count = 0;
	if (!world_start(ram_main, 3, arguments, 1))
		return false;
	open = client_open(world.mounts[0].root, "", O_RDONLY | O_DIRECTORY, 0);
	root = (cap_t)open;
	return EXPECT_OK(open);
}

cap_t ram_root(void) { return root; }

TEST(ram, is_full_at_its_limit_and_not_before)
{
	static char data[64 << 10];
	int64_t file, status;
	uint64_t written = 0;

	if (!ram_start("256k"))
		return;
	file = client_open(root, "big", O_RDWR | O_CREAT, 0600);
	ASSERT_OK(file);
	while ((status = client_write(file, data, sizeof(data))) > 0)
		written += (uint64_t)status;
	EXPECT_EQ(status, -ENOSPC);
	EXPECT_EQ(written, 256 << 10);
	EXPECT_EQ(ram_store.used, 64);
	EXPECT_EQ(client_file(file, FILE_TRUNCATE, 100, 0, NULL), 0);
	EXPECT_EQ(ram_store.used, 1);
	EXPECT_EQ(client_pwrite(file, data, sizeof(data), 0), sizeof(data));
	EXPECT_EQ(client_unlink(root, "big"), 0);
	EXPECT_EQ(ram_store.used, 16);
	EXPECT_EQ(client_close(file), 0);
	EXPECT_EQ(ram_store.used, 0);
	EXPECT_EQ(ram_files, 1);
}

TEST(ram, files_have_a_limit_too)
{
	char name[16];
	unsigned made = 0;
	int64_t status = 0;

	if (!ram_start("16k"))
		return;
	while (status == 0 && made < 1000) {
		os_snprintf(name, sizeof(name), "f%u", made);
		status = client_mknod(root, name, S_IFREG | 0600);
		made += status == 0;
	}
	EXPECT_EQ(status, -ENOSPC);
	EXPECT_EQ(made, 15);
	EXPECT_EQ(client_unlink(root, "f7"), 0);
	EXPECT_EQ(client_mkdir(root, "d", 0700), 0);
}
