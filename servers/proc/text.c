/* SPDX-License-Identifier: 0BSD */
/* text.c: a region that grows as it is written to. */
#include <abi/memory.h>
#include <parley/message.h>
#include <parley/print.h>
#include <proto/proto.h>
#include "lib/string.h"
#include "text.h"

#define ROOM (TEXT_MAX - sizeof(struct text))

struct text *text_new(void)
{
	struct os_words words = {{PROTO_WORD0(MEM_MAP, 0, 0), 0, TEXT_MAX, PROT_READ | PROT_WRITE}};

	return os_send_words(CAP_SELF_PROCESS, &words) < 0 ? NULL : (struct text *)words.w[1];
}

void text_free(struct text *text)
{
	struct os_words words = {{PROTO_WORD0(MEM_UNMAP, 0, 0), (uint64_t)text, TEXT_MAX}};

	os_send_words(CAP_SELF_PROCESS, &words);
}

void text_print(struct text *text, const char *format, ...)
{
	uint64_t room = ROOM - text->bytes;
	va_list args;
	int length;

	va_start(args, format);
	length = os_vsnprintf(text->data + text->bytes, room, format, args);
	va_end(args);
	if (length > 0 && (uint64_t)length < room)
		text->bytes += (uint64_t)length;
}

void text_add(struct text *text, const char *data, uint64_t bytes)
{
	if (bytes > ROOM - text->bytes)
		return;
	memcpy(text->data + text->bytes, data, bytes);
	text->bytes += bytes;
}
