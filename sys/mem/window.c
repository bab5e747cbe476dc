/* SPDX-License-Identifier: 0BSD */
/* window.c: sys' own access to pages of an address space, by the window in which it sees all frames. */
#include "lib/bits.h"
#include "lib/string.h"
#include "mem/pages.h"

#include <abi/memory.h>
#include <parley/message.h>
#include <parley/syscall.h>
#include <proto/layout.h>

#define MESSAGE_MAX (64u << 10) /* a call */

void *space_window(struct space *s, uint64_t address)
{
	uint64_t page = address / PAGE_BYTES;
	struct mapping *m = leaf_at(leaf_find(&s->leaves, page), page);

	if (!m || !m->chunk->frame)
		return NULL;
	return (char *)chunk_window(m->chunk, (uint32_t)(page - m->base)) + address % PAGE_BYTES;
}

struct thread_record *space_record(struct space *s, unsigned number)
{
	uint64_t address = LAYOUT_CONTROL + CONTROL_RECORDS_AT + number * sizeof(struct thread_record);
	struct region *r = region_find(s, address / PAGE_BYTES);

	if (number >= CONTROL_THREADS_MAX || !r || pages_resolve(s, r, address / PAGE_BYTES, PROT_WRITE) != 0)
		return NULL;
	return space_window(s, address);
}

/* How much of [address, address + bytes) lies together in the window, from a private page that may be written: *at. */
static int64_t own_run(struct space *s, uint64_t address, uint64_t bytes, void **at)
{
	struct region *r = region_find(s, address / PAGE_BYTES);
	struct mapping *m;
	uint64_t page = address / PAGE_BYTES, end;
	int64_t error;

	if (!r || r->flags & REGION_OWNER)
		return -EFAULT;
	error = pages_own(s, r, page, &m);
	if (error == SYS_LATER)
		error = -EFAULT;
	if (error < 0)
		return error;
	*at = space_window(s, address);
	for (end = page + 1; end * PAGE_BYTES < address + bytes; end++)
		if (leaf_at(leaf_find(&s->leaves, end), end) != m)
			break;
	return (int64_t)min(bytes, end * PAGE_BYTES - address);
}

int space_write(struct space *s, uint64_t address, const void *from, uint64_t bytes)
{
	while (bytes > 0) {
		void *at;
		int64_t now = own_run(s, address, bytes, &at);

		if (now < 0)
			return (int)now;
		memcpy(at, from, (size_t)now);
		address += (uint64_t)now;
		from = (const char *)from + now;
		bytes -= (uint64_t)now;
	}
	return 0;
}

int space_read(struct space *s, uint64_t address, void *to, uint64_t bytes)
{
	while (bytes > 0) {
		uint64_t now = min(bytes, PAGE_BYTES - address % PAGE_BYTES);
		const void *at = space_window(s, address);

		if (!at)
			return -EFAULT;
		memcpy(to, at, now);
		address += now;
		to = (char *)to + now;
		bytes -= now;
	}
	return 0;
}

int64_t space_write_message(struct space *s, uint64_t address, uint64_t id, uint64_t offset, uint64_t bytes)
{
	OS_DESC(1) d = {.desc = {.receive_count = 1}};
	uint64_t done = 0;

	bytes = min(bytes, (uint64_t)MESSAGE_MAX);
	while (done < bytes) {
		void *at;
		int64_t now = own_run(s, address + done, bytes - done, &at);

		if (now < 0)
			return now;
		d.desc.piece[0] = (struct message_piece){(uint64_t)at, (uint64_t)now};
		now = os_msg_read(sys_endpoint, id, offset + done, (uint64_t)&d);
		if (now < 0)
			return done ? (int64_t)done : now;
		if (now == 0)
			return done ? (int64_t)done : -EFAULT;
		done += (uint64_t)now;
	}
	return (int64_t)done;
}
