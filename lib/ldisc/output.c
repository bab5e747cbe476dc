/* SPDX-License-Identifier: 0BSD */
/* output.c: output modes, and the queue to the line. A START or STOP goes before everything else
 * and even when output is stopped. */
#include "ldisc/internal.h"

static uint32_t staged(const struct ldisc *ld) { return ld->out_tail - ld->out_head; }

static void stage_byte(struct ldisc *ld, uint8_t byte) { ld->out[ld->out_tail++ % LDISC_STAGE] = byte; }

void ldisc_stage(struct ldisc *ld, const char *bytes, size_t length)
{
	if (staged(ld) + length > LDISC_STAGE)
		return;
	for (size_t i = 0; i < length; i++)
		stage_byte(ld, (uint8_t)bytes[i]);
}

/* Columns that an ordinary byte takes: those of its character, when that is complete. */
static uint32_t advance(struct ldisc *ld, uint8_t byte)
{
	uint32_t codes[2], columns = 0;
	unsigned int count;

	if (!(ld->tio.c_iflag & IUTF8))
		return !ldisc_is_control(byte);
	count = utf8_decode(&ld->out_utf8, byte, codes);
	for (unsigned int i = 0; i < count; i++)
		if (codes[i] >= 0x20 && codes[i] != 0x7f)
			columns += utf8_width(codes[i]);
	return columns;
}

/* What `byte` becomes, in text[]; the column behind it. Returns how many bytes. */
static unsigned int convert(struct ldisc *ld, uint8_t byte, uint8_t text[8], uint32_t *column)
{
	uint32_t flags = ld->tio.c_oflag;
	unsigned int count = 0;

	*column = ld->column;
	if (byte == '\r' && flags & ONOCR && ld->column == 0)
		return 0;
	if (byte == '\r' && flags & OCRNL)
		byte = '\n';
	else if (byte == '\n' && flags & ONLCR)
		text[count++] = '\r';
	if (byte == '\t') {
		*column += 8 - ld->column % 8;
		if ((flags & TABDLY) == TAB3) {
			for (uint32_t i = ld->column; i < *column; i++)
				text[count++] = ' ';
			return count;
		}
	} else if (byte == '\r' || (byte == '\n' && (count || flags & ONLRET))) {
		*column = 0;
	} else if (byte == '\b') {
		*column -= ld->column > 0;
	} else {
		if (flags & OLCUC && byte >= 'a' && byte <= 'z')
			byte -= 'a' - 'A';
		*column += advance(ld, byte);
	}
	text[count++] = byte;
	return count;
}

bool ldisc_post(struct ldisc *ld, uint8_t byte, uint32_t limit)
{
	uint8_t text[8];
	unsigned int count;
	uint32_t column;

	if (staged(ld) + sizeof(text) > limit)
		return false;
	if (byte >= 0x20 && byte < 0x7f && !ld->out_utf8.missing && !(ld->tio.c_oflag & OLCUC)) {
		stage_byte(ld, byte);
		ld->column++;
		return true;
	}
	if (!(ld->tio.c_oflag & OPOST)) {
		stage_byte(ld, byte);
		return true;
	}
	count = convert(ld, byte, text, &column);
	for (unsigned int i = 0; i < count; i++)
		stage_byte(ld, text[i]);
	ld->column = column;
	return true;
}

size_t ldisc_write(struct ldisc *ld, const void *bytes, size_t length)
{
	const uint8_t *byte = bytes;
	size_t i = 0;

	while (i < length && ldisc_post(ld, byte[i], LDISC_WRITE))
		i++;
	return i;
}

size_t ldisc_write_room(const struct ldisc *ld)
{
	uint32_t used = staged(ld);

	return used < LDISC_WRITE ? (LDISC_WRITE - used) / 8 : 0;
}

size_t ldisc_pending(const struct ldisc *ld) { return staged(ld) + (ld->urgent != 0); }

bool ldisc_sending(const struct ldisc *ld) { return ld->urgent || (!ld->stopped && staged(ld)); }

size_t ldisc_output(struct ldisc *ld, void *buffer, size_t size)
{
	uint8_t *to = buffer;
	size_t count = 0;

	if (ld->urgent && size) {
		to[count++] = ld->urgent;
		ld->urgent = 0;
	}
	while (!ld->stopped && count < size && staged(ld))
		to[count++] = ld->out[ld->out_head++ % LDISC_STAGE];
	return count;
}

void ldisc_drop_output(struct ldisc *ld)
{
	ld->out_head = ld->out_tail;
	ld->events |= LDISC_ROOM;
}

void ldisc_start(struct ldisc *ld)
{
	ld->stopped = false;
	ld->events |= LDISC_ROOM;
}

void ldisc_stop(struct ldisc *ld) { ld->stopped = true; }

void ldisc_send_urgent(struct ldisc *ld, unsigned int index) { ld->urgent = ld->tio.c_cc[index]; }
