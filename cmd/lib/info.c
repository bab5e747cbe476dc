/* SPDX-License-Identifier: 0BSD */
/* info.c: PROC_INFO, chunk by chunk. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <parley/message.h>
#include <proto/info.h>
#include <proto/proto.h>
#include "info.h"

#define CHUNK_BYTES 4096

/* One chunk into `buffer`, from *place on. Answers the status; *place is where the next begins, 0
 * at the end. */
static int64_t read_chunk(unsigned kind, uint32_t id, uint64_t *place, void *buffer,
			  size_t len_bytes)
{
	struct os_words words = {{PROTO_WORD0(PROC_INFO, 0, 0), kind, id, *place}};
	OS_DESC(1) d = {.desc = {.receive_count = 1}};
	int64_t status;

	d.desc.piece[0] = (struct message_piece){(uint64_t)buffer, len_bytes};
	status = os_send(CAP_SELF_PROCESS, &words, &d.desc, DEADLINE_FOREVER, 0);
	*place = status < 0 ? 0 : words.w[1];
	return status;
}

int info_read(unsigned kind, uint32_t id, size_t record_bytes, void **out)
{
	size_t per_chunk = CHUNK_BYTES / record_bytes, count = 0;
	char *records = NULL;
	uint64_t place = 0;
	int64_t got;

	do {
		char *larger = realloc(records, (count + per_chunk) * record_bytes);

		got = larger ? read_chunk(kind, id, &place, larger + count * record_bytes,
					  per_chunk * record_bytes)
			     : -ENOMEM;
		records = larger ? larger : records;
		if (got < 0) {
			free(records);
			errno = (int)-got;
			return -1;
		}
		count += (size_t)got;
	} while (place);
	*out = records;
	return (int)count;
}

int info_text(unsigned kind, uint32_t id, char *buffer, size_t len_bytes)
{
	uint64_t place = 0;
	int64_t got = read_chunk(kind, id, &place, buffer, len_bytes);

	if (got < 0) {
		errno = (int)-got;
		return -1;
	}
	return (int)got;
}
