/* SPDX-License-Identifier: 0BSD */
/* counts.c: asking `sys`. */
#include "counts.h"

#include "../posix/lib/test.h"

#include <string.h>
#include <unistd.h>
#include <posix/send.h>
#include <proto/info.h>

#define TRIES  100 /* of 50 ms */
#define ROUNDS 4

struct counts counts_now(void)
{
	struct os_words w = {{PROTO_WORD0(PROC_INFO, 0, 0), INFO_MEMORY}};
	struct info_memory m = {0};
	posix_desc d;

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.receive_count = 1;
	d.desc.piece[0] = posix_piece(&m, sizeof(m));
	EXPECT_EQ(posix_send(CAP_SELF_PROCESS, &w, &d.desc), 1);
	return (struct counts){m.objects, m.free_bytes + m.pool_bytes};
}

/* What it is when it has not changed for a while. */
static struct counts settled(void)
{
	struct counts last = counts_now();

	for (int i = 0, same = 0; i < TRIES && same < 6; i++) {
		struct counts now;

		usleep(50000);
		now = counts_now();
		same = now.objects == last.objects && now.free_bytes == last.free_bytes ? same + 1 : 0;
		last = now;
	}
	return last;
}

void counts_leaves_nothing(void (*body)(void))
{
	struct counts before, after;
	uint64_t free_bytes;

	body();
	before = after = settled();
	for (int i = 0; i < ROUNDS; i++) {
		free_bytes = after.free_bytes;
		body();
		after = settled();
		EXPECT_EQ(after.objects, before.objects);
		if (after.free_bytes >= free_bytes)
			return;
	}
	EXPECT_EQ((int64_t)(after.free_bytes - before.free_bytes), 0);
}
