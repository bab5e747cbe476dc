/* SPDX-License-Identifier: 0BSD */
/* load_null.c: devices without a state: nothing is seen of a restart but a pause, on open files either. */
#include "restart.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int held_null, held_zero;

static void begin(unsigned worker)
{
	held_null = open("/dev/null", O_RDWR);
	held_zero = open("/dev/zero", O_RDONLY);
}

static bool is_all(const char *bytes, size_t count, char value)
{
	for (size_t i = 0; i < count; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

static void read_zeros(int fd, const char *operation)
{
	static char bytes[5000];
	ssize_t got;

	memset(bytes, 1, sizeof(bytes));
	starts();
	got = saw(operation, read(fd, bytes, sizeof(bytes)));
	if (got >= 0 && got != sizeof(bytes))
		wrong("length of zeros", got);
	if (got > 0 && !is_all(bytes, (size_t)got, 0))
		wrong("zeros", got);
}

static void read_random(void)
{
	char bytes[64] = {0};
	int fd;

	starts();
	fd = (int)saw("open random", open("/dev/urandom", O_RDONLY));
	if (fd < 0)
		return;
	starts();
	if (saw("read random", read(fd, bytes, sizeof(bytes))) == sizeof(bytes) && is_all(bytes, sizeof(bytes), 0))
		wrong("random bytes", 0);
	close(fd);
}

static void go_round(unsigned worker, unsigned n)
{
	struct stat st;
	char text[100] = "x";
	ssize_t got;

	starts();
	got = saw("write null", write(held_null, text, sizeof(text)));
	if (got >= 0 && got != sizeof(text))
		wrong("length of a write", got);
	if (saw("read null", read(held_null, text, sizeof(text))) > 0)
		wrong("end of null", 0);
	read_zeros(held_zero, "read zeros");
	read_random();
	if (saw("stat", stat("/dev/null", &st)) == 0 && !S_ISCHR(st.st_mode))
		wrong("mode", st.st_mode);
}

static const struct allowed allowed[] = {{NULL, 0}};
const struct load load_null = {"null", begin, go_round, allowed, NULL};
