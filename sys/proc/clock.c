/* SPDX-License-Identifier: 0BSD */
/* clock.c: what the battery clock said at boot: CMOS registers 0 to 9 and 0x32 of the PC's MC146818 (Intel ICH9
 * datasheet, 13.6). It is read twice, until both readings agree. */
#include "proc/clock.h"

#include "mem/slot.h"

#include <abi/boot.h>
#include <parley/syscall.h>

#define PORT 0x70
#define BCD  (1 << 2)
#define H24  (1 << 1)

static uint64_t boot_ns;

static uint8_t cmos(cap_t ports, unsigned reg)
{
	os_ioport_out(ports, PORT, 1, reg);
	return (uint8_t)os_ioport_in(ports, PORT + 1, 1);
}

static unsigned number(uint8_t value, uint8_t mode) { return mode & BCD ? value : value / 16 * 10 + value % 16; }

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t days(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return 365 * y + y / 4 - y / 100 + y / 400 + of_year - 719468;
}

static bool read_clock(cap_t ports, uint64_t *seconds)
{
	static const uint8_t regs[] = {0, 2, 4, 7, 8, 9};
	uint8_t now[6], then[6] = {0};
	unsigned v[6];
	uint8_t mode;
	bool same = false;

	for (unsigned tries = 0; tries < 1000 && !same; tries++) {
		same = tries > 0;
		for (unsigned i = 0; i < 6; i++) {
			now[i] = cmos(ports, regs[i]);
			same = same && now[i] == then[i];
			then[i] = now[i];
		}
	}
	mode = cmos(ports, 0xb);
	for (unsigned i = 0; i < 6; i++)
		v[i] = number(i == 2 ? now[i] & 0x7f : now[i], mode);
	if (!(mode & H24))
		v[2] = v[2] % 12 + (now[2] & 0x80 ? 12 : 0);
	if (!same || v[3] < 1 || v[3] > 31 || v[4] < 1 || v[4] > 12 || v[2] > 23 || v[1] > 59 || v[0] > 60)
		return false;
	*seconds = (uint64_t)days(2000 + v[5], v[4], v[3]) * 86400 + v[2] * 3600 + v[1] * 60 + v[0];
	return true;
}

void clock_init(void)
{
	uint64_t seconds;
	cap_t ports;

	if (slot_take(&ports))
		return;
	if (os_ioport_create(BOOT_SLOT_SYSTEM, PORT, 2, ports) < 0) {
		slot_give(ports);
		return;
	}
	if (read_clock(ports, &seconds))
		boot_ns = seconds * 1000000000ull - sys_now_ns();
	slot_delete(ports);
}

uint64_t clock_boot_realtime_ns(void) { return boot_ns; }
