/* SPDX-License-Identifier: 0BSD */
/* i8042.c: the controller translates what keyboards send to scan code set 1. Commands to the
 * keyboard are answered by ACK like a code; the byte that follows a command is sent when that has
 * come. */
#include "i8042.h"
#include "tty.h"

#include <parley/syscall.h>

enum { DATA = 0x60, STATUS = 0x64 };
enum { STATUS_FULL = 1, STATUS_BUSY = 2, STATUS_MOUSE = 0x20 };
enum { READ_CONFIG = 0x20, WRITE_CONFIG = 0x60, ENABLE_KEYBOARD = 0xae };
enum { CONFIG_IRQ = 1, CONFIG_DISABLED = 0x10, CONFIG_TRANSLATE = 0x40 };
enum { KEYBOARD_LEDS = 0xed, KEYBOARD_ACK = 0xfa };

#define TRIES	  10000 /* reads of the status: some 10 ms */
#define CODES_MAX 32	/* taken in one interrupt */

static struct {
	struct srv_event event;
	cap_t ports, irq;
	void (*take)(uint8_t code);
	uint8_t leds;
	bool sets_leds; /* an ACK is to be followed by `leds` */
} i8042;

static uint8_t in(uint32_t port) { return (uint8_t)os_ioport_in(i8042.ports, port, 1); }

static bool out(uint32_t port, uint8_t value)
{
	for (unsigned i = 0; i < TRIES; i++)
		if (!(in(STATUS)&STATUS_BUSY))
			return os_ioport_out(i8042.ports, port, 1, value) == 0;
	return false;
}

static void handle_irq(struct srv_event *event, uint64_t bits)
{
	uint8_t status;

	for (unsigned i = 0; i < CODES_MAX && (status = in(STATUS)) & STATUS_FULL; i++) {
		uint8_t code = in(DATA);

		if (status & STATUS_MOUSE)
			continue;
		if (code == KEYBOARD_ACK && i8042.sets_leds) {
			i8042.sets_leds = false;
			out(DATA, i8042.leds);
		} else {
			i8042.take(code);
		}
	}
	os_irq_ack(i8042.irq);
}

void i8042_leds(uint8_t leds)
{
	i8042.leds = leds;
	i8042.sets_leds = out(DATA, KEYBOARD_LEDS);
}

/* Firmware leaves the controller as it likes. */
static bool configure(void)
{
	uint8_t config;
	unsigned tries = 0;

	if (in(STATUS) == 0xff || !out(STATUS, ENABLE_KEYBOARD))
		return false;
	for (unsigned i = 0; i < CODES_MAX && in(STATUS)&STATUS_FULL; i++)
		in(DATA);
	if (!out(STATUS, READ_CONFIG))
		return false;
	while (!(in(STATUS)&STATUS_FULL))
		if (++tries == TRIES)
			return false;
	config = in(DATA);
	config = (uint8_t)((config | CONFIG_IRQ | CONFIG_TRANSLATE) & ~CONFIG_DISABLED);
	return out(STATUS, WRITE_CONFIG) && out(DATA, config);
}

int i8042_begin(cap_t ports, cap_t irq, void (*take)(uint8_t code))
{
	int status;

	i8042.ports = ports;
	i8042.irq = irq;
	i8042.take = take;
	i8042.event.handle = handle_irq;
	if (os_ioport_in(ports, STATUS, 1) < 0 || !configure())
		return -ENODEV;
	status = srv_event_init(&tty_server, &i8042.event, TTY_DEVICE_PRIORITY);
	if (status == 0)
		status = (int)os_irq_bind(irq, i8042.event.slot, 1);
	if (status < 0)
		return status;
	os_irq_ack(irq); /* what came before */
	return 0;
}
