/* SPDX-License-Identifier: 0BSD */
/* entropy.c: bytes that nobody can guess: /dev/urandom's. */
#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>
#include "posix/files.h"
#include "posix/internal.h"

ssize_t getrandom(void *data, size_t length, unsigned int flags)
{
	int64_t slot =
	    posix_open_slot("/dev/urandom", O_RDONLY, POSIX_SLOT_MIN, POSIX_SLOT_MAX, SLOT_CLOEXEC | SLOT_CLOFORK);
	posix_desc d = {.desc = {.receive_count = 1}};
	struct os_words w = {{PROTO_WORD0(FILE_READ, 0, 0), FILE_HERE, length}};
	int64_t r;

	if (slot < 0)
		return posix_result(slot);
	d.desc.piece[0] = posix_piece(data, length);
	r = posix_send((cap_t)slot, &w, &d.desc);
	os_close((cap_t)slot, DEADLINE_FOREVER);
	return posix_result(r);
}

int getentropy(void *data, size_t length)
{
	size_t done = 0;

	if (length > 256)
		return posix_zero(-EIO);
	while (done < length) {
		ssize_t r = getrandom((char *)data + done, length - done, 0);

		if (r <= 0 && errno != EINTR)
			return posix_zero(-EIO);
		done += r > 0 ? (size_t)r : 0;
	}
	return 0;
}
