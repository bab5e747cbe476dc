/* SPDX-License-Identifier: 0BSD */
/* idle.c: stands in for the image server: answers ENOENT to everything. */
#include <abi/errno.h>
#include <parley/message.h>
#include <parley/start.h>
#include <proto/layout.h>
#include <proto/posix.h>

void os_main(void)
{
	struct os_received r;

	os_receive(SLOT_ENDPOINT, &r, 0, DEADLINE_FOREVER);
	for (;;)
		os_reply_receive(SLOT_ENDPOINT, -ENOENT, &r, 0, DEADLINE_FOREVER);
}
