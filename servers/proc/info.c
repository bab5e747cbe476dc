/* SPDX-License-Identifier: 0BSD */
/* info.c: PROC_INFO and PROC_CONTROL. */
#include <abi/object.h>
#include <parley/message.h>
#include <proto/layout.h>
#include <proto/posix.h>
#include <proto/proto.h>
#include "info.h"

int64_t info_chunk(enum info_kind kind, uint32_t id, uint64_t *place, void *records, uint64_t room)
{
	struct os_words words = {{PROTO_WORD0(PROC_INFO, 0, 0), kind, id, *place}};
	OS_DESC(1) d = {.desc = {.receive_count = 1}};
	int64_t status;

	d.desc.piece[0] = (struct message_piece){(uint64_t)records, room};
	status = os_send(CAP_SELF_PROCESS, &words, &d.desc, DEADLINE_FOREVER, 0);
	*place = status < 0 ? 0 : words.w[1];
	return status;
}

int info_one(enum info_kind kind, uint32_t id, void *record, uint64_t bytes)
{
	uint64_t place = 0;
	int64_t count = info_chunk(kind, id, &place, record, bytes);

	return count < 0 ? (int)count : count == 0 ? -ESRCH : 0;
}

int info_process(uint32_t pid, struct info_process *out) { return info_one(INFO_PROCESS, pid, out, sizeof(*out)); }

int info_thread(uint32_t pid, uint32_t tid, struct info_thread *out)
{
	uint64_t place = tid;
	int64_t count = info_chunk(INFO_THREADS, pid, &place, out, sizeof(*out));

	if (count < 0)
		return (int)count;
	return count && out->tid == tid ? 0 : -ESRCH;
}

/* The descriptor space of its first thread. */
static int fdspace_of(uint32_t pid, uint32_t *id)
{
	struct info_thread first;
	int status = info_one(INFO_THREADS, pid, &first, sizeof(first));

	if (status == 0)
		*id = first.fdspace;
	return status;
}

int info_descriptor(uint32_t pid, uint32_t *fd)
{
	struct info_slot slots[INFO_CHUNK_BYTES / sizeof(struct info_slot)];
	uint64_t place = *fd;
	uint32_t id = 0;
	int status = fdspace_of(pid, &id);

	while (status == 0 && place < SLOT_OPEN_MAX) {
		int64_t count = info_chunk(INFO_FDSPACE, id, &place, slots, sizeof(slots));

		if (count < 0)
			return (int)count;
		for (int64_t i = 0; i < count && slots[i].slot < SLOT_OPEN_MAX; i++) {
			if (slots[i].type != OBJ_CONNECTION)
				continue;
			*fd = slots[i].slot;
			return 0;
		}
		if (!place)
			break;
	}
	return status < 0 ? status : -ENOENT;
}

int64_t info_fetch(uint32_t pid, uint32_t fd)
{
	struct os_words words = {{PROTO_WORD0(PROC_DESCRIPTOR, 0, 0), pid, fd}};
	struct message_desc desc = {.accept_count = 1, .land_min = SLOT_DYNAMIC_MIN, .land_max = SLOT_DYNAMIC_MAX - 1};
	int64_t status = os_send(CAP_SELF_PROCESS, &words, &desc, DEADLINE_FOREVER, 0);

	return status < 0 ? status : desc.landed[0];
}

int64_t info_control(enum info_kind kind, uint32_t id, unsigned command)
{
	struct os_words words = {{PROTO_WORD0(PROC_CONTROL, 0, 0), kind, id, command}};

	return os_send_words(CAP_SELF_PROCESS, &words);
}
