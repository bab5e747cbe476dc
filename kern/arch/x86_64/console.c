/* SPDX-License-Identifier: 0BSD */
/* console.c: polled output on the first UART (8250-style, at 0x3f8): 115200 8N1.
 *
 * Presence is asked by writing the scratch register and by a loop-back test, so that a floating bus
 * (all ones) is not taken for a UART. Without one everything is silently dropped. Each character
 * waits a bounded time for the transmitter; a UART that never gets ready is given up for good.
 * Source: National Semiconductor PC16550D data sheet, 8.0.
 */
#include "arch/x86_64/console.h"

#include <stdbool.h>

#include "arch/x86_64/insn.h"
#include "lib/printf.h"

#define PORT	       0x3f8
#define DATA	       (PORT + 0)
#define INT_ENABLE     (PORT + 1)
#define FIFO_CONTROL   (PORT + 2)
#define INT_IDENTITY   (PORT + 2)
#define LINE_CONTROL   (PORT + 3)
#define MODEM_CONTROL  (PORT + 4)
#define LINE_STATUS    (PORT + 5)
#define SCRATCH	       (PORT + 7)

#define LINE_8N1       0x03
#define LINE_DIVISOR   0x80 /* DATA and INT_ENABLE are the divisor now */
#define DIVISOR_115200 1
#define FIFO_ON_CLEAR  0x07
#define IDENTITY_FIFO  0xc0 /* both bits: there are FIFOs, and they work */
#define MODEM_DTR_RTS  0x03
#define MODEM_LOOP     0x1e
#define STATUS_RX      0x01
#define STATUS_TX_FREE 0x20

#define PROBE_BYTE     0xa5
#define TX_POLL_MAX    200000 /* a character takes 87 us; a port read about 1 us */
#define PROBE_POLL_MAX 20000

static bool present;
static unsigned room; /* characters that the transmitter takes when it is free */

static bool wait_status(uint8_t bit, uint32_t polls)
{
	while (polls-- > 0) {
		if (port_in8(LINE_STATUS) & bit) return true;
	}
	return false;
}

static bool probe(void)
{
	port_out8(SCRATCH, PROBE_BYTE);
	if (port_in8(SCRATCH) != PROBE_BYTE) return false;
	port_out8(MODEM_CONTROL, MODEM_LOOP);
	port_out8(DATA, PROBE_BYTE);
	return wait_status(STATUS_RX, PROBE_POLL_MAX) && port_in8(DATA) == PROBE_BYTE;
}

void console_init(void)
{
	port_out8(INT_ENABLE, 0);
	port_out8(LINE_CONTROL, LINE_DIVISOR);
	port_out8(DATA, DIVISOR_115200);
	port_out8(INT_ENABLE, 0);
	port_out8(LINE_CONTROL, LINE_8N1);
	port_out8(FIFO_CONTROL, FIFO_ON_CLEAR);
	room = (port_in8(INT_IDENTITY) & IDENTITY_FIFO) == IDENTITY_FIFO ? CONSOLE_ROOM : 1;
	present = probe();
	port_out8(MODEM_CONTROL, MODEM_DTR_RTS);
}

void console_putc(char c)
{
	if (!present) return;
	if (c == '\n') console_putc('\r');
	if (!wait_status(STATUS_TX_FREE, TX_POLL_MAX)) {
		present = false;
		return;
	}
	port_out8(DATA, (uint8_t)c);
}

unsigned console_write(const char *text, unsigned n)
{
	static char last;
	unsigned done = 0;

	if (!present) return n;
	if (!(port_in8(LINE_STATUS) & STATUS_TX_FREE)) return 0;
	for (unsigned i = 0; i < room && done < n; i++) {
		last = text[done] == '\n' && last != '\r' ? '\r' : text[done++];
		port_out8(DATA, (uint8_t)last);
	}
	return done;
}
