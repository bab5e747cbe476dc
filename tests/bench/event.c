/* SPDX-License-Identifier: 0BSD */
/* event.c: pulses, interrupts and faults: from the cause to the first instruction of who waits for
 * it. */
#include "lib/bench.h"
#include "lib/kit.h"

#include <abi/boot.h>
#include <abi/irq.h>

#define ROUNDS 500

static const struct bench *running;
static volatile uint64_t cause; /* when it happened; read in another address space */
static uint32_t rounds;

static void count_pulses(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	for (;;) {
		os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
		bench_add(running, bench_now() - cause);
		rounds++;
	}
}

static struct kit_thread *waiter(const struct bench *bench, cap_t *endpoint, void (*run)(void *))
{
	struct kit_how how = {.vspace = kit_space(), .priority = KIT_PRIORITY + 10};
	struct kit_thread *t;

	running = bench;
	rounds = 0;
	*endpoint = kit_endpoint();
	t = kit_thread_with(&how, run, endpoint);
	kit_wait_state(t, THREAD_RECEIVE);
	return t;
}

BENCH(event_wake, "event.wake", "insn")
{
	cap_t endpoint, event;

	waiter(bench, &endpoint, count_pulses);
	event = kit_event_at(endpoint, 1, KIT_PRIORITY + 10);
	for (int i = 0; i < ROUNDS; i++) {
		cause = bench_now();
		if (!bench_ok(bench, os_event_signal(event, 1), "event_signal"))
			return;
	}
	if (rounds != ROUNDS)
		bench_fail(bench, "a pulse was lost");
}

BENCH(event_nowake, "event.nowake", "insn")
{
	cap_t event = kit_event_at(kit_endpoint(), 1, KIT_PRIORITY);

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_now();

		os_event_signal(event, 1);
		bench_add(bench, bench_now() - start);
	}
}

/* The real-time clock's periodic interrupt; reading register C lets the next one come. */
#define RTC_LINE 8
static cap_t rtc_ports, rtc_irq;

static int64_t rtc_read(uint32_t reg)
{
	os_ioport_out(rtc_ports, 0x70, 1, reg);
	return os_ioport_in(rtc_ports, 0x71, 1);
}

static void rtc_write(uint32_t reg, uint32_t value)
{
	os_ioport_out(rtc_ports, 0x70, 1, reg);
	os_ioport_out(rtc_ports, 0x71, 1, value);
}

static void count_interrupts(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	for (;;) {
		os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
		bench_add(running, bench_now() - cause);
		rounds++;
		rtc_read(0x0c);
		os_irq_ack(rtc_irq);
	}
}

/* Before each interrupt the last reading of the clock is at most one turn of the loop old. */
BENCH(irq_user, "irq.user", "insn")
{
	cap_t endpoint, event;
	uint64_t end = os_in_ns(3 * OS_S);

	rtc_ports = kit_slot();
	rtc_irq = kit_make(OBJ_IRQ, 8);
	kit_foreign(rtc_ports);
	bench_ok(bench, os_ioport_create(BOOT_SLOT_SYSTEM, 0x70, 2, rtc_ports), "ioport_create");
	bench_ok(bench, os_irq_create(BOOT_SLOT_SYSTEM, RTC_LINE, IRQ_ISA, 0, rtc_irq, 0), "irq_create");
	waiter(bench, &endpoint, count_interrupts);
	event = kit_event_at(endpoint, 1, KIT_PRIORITY + 10);
	bench_ok(bench, os_irq_bind(rtc_irq, event, 1), "irq_bind");
	rtc_write(0x0a, 0x26); /* 1024 Hz */
	rtc_write(0x0b, 0x42); /* periodic, 24 hours */
	rtc_read(0x0c);
	while (*(volatile uint32_t *)&rounds < 200 && os_now_ns() < end) {
		for (int i = 0; i < 1000; i++)
			cause = bench_now();
	}
	rtc_write(0x0b, 0x02);
	rtc_read(0x0c);
}

static void handle_faults(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
	for (;;) {
		r.id = 0;
		os_reply_receive(endpoint, 0, &r, NULL, DEADLINE_FOREVER);
	}
}

static void trap(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_now();

		__asm__ volatile("int3");
		bench_add(running, bench_now() - start);
	}
}

BENCH(fault_roundtrip, "fault.roundtrip", "insn")
{
	struct kit_how how = {.vspace = kit_space()};
	cap_t endpoint;

	running = bench;
	kit_server(handle_faults, &endpoint, true, true);
	how.fault = kit_connect(endpoint, 1);
	kit_join(kit_thread_with(&how, trap, NULL));
}
