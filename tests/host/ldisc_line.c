/* SPDX-License-Identifier: 0BSD */
/* ldisc_line.c: see ldisc_line.h. */
#include "host/ldisc_line.h"

#include "host/harness.h"

#include <string.h>

struct ldisc ld;
static char shown[8192];

void begin(uint32_t lflag_off, uint32_t lflag_on)
{
	struct proto_termios tio;

	ldisc_init(&ld);
	tio = ld.tio;
	tio.c_lflag = (tio.c_lflag & ~lflag_off) | lflag_on;
	ldisc_set_termios(&ld, &tio);
	ldisc_events(&ld);
}

void begin_raw(unsigned int min, unsigned int time)
{
	struct proto_termios tio;

	begin(ICANON | ECHO | ISIG, 0);
	tio = ld.tio;
	tio.c_iflag = 0;
	tio.c_cc[VMIN] = (uint8_t)min;
	tio.c_cc[VTIME] = (uint8_t)time;
	ldisc_set_termios(&ld, &tio);
	ldisc_events(&ld);
}

void input_flags(uint32_t off, uint32_t on)
{
	struct proto_termios tio = ld.tio;

	tio.c_iflag = (tio.c_iflag & ~off) | on;
	ldisc_set_termios(&ld, &tio);
}

void output_flags(uint32_t on)
{
	struct proto_termios tio = ld.tio;

	tio.c_oflag = on;
	ldisc_set_termios(&ld, &tio);
}

void type(const char *text) { ldisc_input(&ld, text, strlen(text), 0); }

const char *line_shows(void)
{
	size_t length = ldisc_output(&ld, shown, sizeof(shown) - 1);

	shown[length] = 0;
	return shown;
}

const char *got(size_t size)
{
	static char buffer[8192];
	struct ldisc_when when = {0};
	int64_t length = ldisc_read(&ld, buffer, size, &when, false);

	if (length < 0)
		return "(wait)";
	EXPECT((size_t)length <= size);
	buffer[length] = 0;
	return buffer;
}
