/* SPDX-License-Identifier: 0BSD */
/* irq.c: interrupts become pulses. The device is the PC's interval timer, which every machine has:
 * in mode 0 its output rises when the count ends and stays high until it is programmed anew, so it
 * serves as an edge and as a level. */
#include "lib/kit.h"

#include <abi/boot.h>
#include <abi/irq.h>

#define PIT_FIRST   0x40
#define PIT_PORTS   4
#define PIT_CONTROL 0x43
#define PIT_MODE0   0x30 /* channel 0, both bytes, mode 0 */
#define PIT_LINE    2	 /* where it arrives on all machines with an I/O APIC */
#define PIT_MS	    1193
#define VECTORS	    192

static cap_t endpoint, port;

/* The output is low now, and high when COUNT has ended. */
static void pit_count(uint32_t count)
{
	EXPECT_OK(os_ioport_out(port, PIT_CONTROL, 1, PIT_MODE0));
	EXPECT_OK(os_ioport_out(port, PIT_FIRST, 1, count & 0xff));
	EXPECT_OK(os_ioport_out(port, PIT_FIRST, 1, count >> 8));
}

static void pit_start(void) { pit_count(PIT_MS); }

/* Low for 55 ms. */
static void pit_quiet(void) { pit_count(0xffff); }

static void make(void)
{
	endpoint = kit_endpoint();
	port = kit_slot();
	EXPECT_OK(os_ioport_create(BOOT_SLOT_SYSTEM, PIT_FIRST, PIT_PORTS, port));
	kit_foreign(port);
	pit_quiet();
}

static int64_t create(uint32_t line, uint32_t mode, cap_t irq)
{
	return os_irq_create(BOOT_SLOT_SYSTEM, line, mode, 0, irq, 0);
}

/* An Irq of LINE that pulses with COOKIE. */
static cap_t irq_at(uint32_t line, uint32_t mode, uint64_t cookie)
{
	cap_t irq = kit_make(OBJ_IRQ, 8);

	EXPECT_OK(create(line, mode, irq));
	EXPECT_OK(os_irq_bind(irq, kit_event_at(endpoint, cookie, KIT_PRIORITY), 1 << cookie));
	return irq;
}

static int64_t next(struct os_received *r, uint64_t ns) { return os_receive(endpoint, r, NULL, os_in_ns(ns)); }

TEST(irq, an_edge_becomes_a_pulse)
{
	struct os_received r;
	cap_t irq;

	make();
	irq = irq_at(0, IRQ_ISA, 3);
	for (unsigned i = 0; i < 3; i++) {
		pit_start();
		ASSERT_OK(next(&r, KIT_WAIT_NS));
		EXPECT_EQ(r.cookie, 3);
		EXPECT_EQ(r.words.w[0], 1 << 3);
		EXPECT_OK(os_irq_ack(irq));
	}
	EXPECT_ERR(receive, ETIMEDOUT, next(&r, 4 * OS_MS));
}

TEST(irq, edges_come_without_an_acknowledgement)
{
	struct os_received r;

	make();
	irq_at(PIT_LINE, 0, 1);
	for (unsigned i = 0; i < 2; i++) {
		pit_start();
		ASSERT_OK(next(&r, KIT_WAIT_NS));
	}
}

TEST(irq, an_edge_that_nobody_acknowledges_outlives_its_sharers)
{
	struct os_received r;
	cap_t other = kit_make(OBJ_IRQ, 8);

	make();
	irq_at(PIT_LINE, 0, 1);
	pit_start();
	ASSERT_OK(next(&r, KIT_WAIT_NS));
	EXPECT_OK(create(PIT_LINE, 0, other));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, other));
	pit_start();
	ASSERT_OK(next(&r, KIT_WAIT_NS));
	EXPECT_EQ(r.cookie, 1);
}

TEST(irq, a_level_is_held_back_until_acknowledged)
{
	struct os_received r;
	cap_t irq;

	make();
	irq = irq_at(PIT_LINE, IRQ_LEVEL, 1);
	pit_start();
	ASSERT_OK(next(&r, KIT_WAIT_NS));
	EXPECT_ERR(receive, ETIMEDOUT, next(&r, 4 * OS_MS));
	EXPECT_OK(os_irq_ack(irq)); /* the device still asks */
	ASSERT_OK(next(&r, KIT_WAIT_NS));
	/* Again when the host has let it become loud. */
	for (unsigned i = 0; i < 20; i++) {
		pit_quiet();
		EXPECT_OK(os_irq_ack(irq));
		if (next(&r, 4 * OS_MS) < 0 || os_boot->cpu_count == 1)
			break;
	}
	EXPECT_ERR(receive, ETIMEDOUT, r.info);
}

TEST(irq, sharers_all_hear_and_must_all_acknowledge)
{
	struct os_received r;
	uint64_t heard = 0;
	cap_t irq[2];

	make();
	irq[0] = irq_at(PIT_LINE, IRQ_LEVEL, 1);
	irq[1] = irq_at(PIT_LINE, IRQ_LEVEL, 2);
	pit_start();
	for (unsigned i = 0; i < 2; i++) {
		ASSERT_OK(next(&r, KIT_WAIT_NS));
		heard |= r.words.w[0];
	}
	EXPECT_EQ(heard, 1 << 1 | 1 << 2);
	EXPECT_OK(os_irq_ack(irq[0]));
	EXPECT_OK(os_irq_ack(irq[0]));
	EXPECT_ERR(receive, ETIMEDOUT, next(&r, 4 * OS_MS));
	/* The one that does not answer goes away: the line is free again. */
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, irq[1]));
	ASSERT_OK(next(&r, KIT_WAIT_NS));
	EXPECT_EQ(r.words.w[0], 1 << 1);
	pit_quiet();
}

TEST(irq, what_a_driver_owed_ends_with_its_event)
{
	struct os_received r;
	cap_t irq[2], event;

	make();
	irq[0] = irq_at(PIT_LINE, IRQ_LEVEL, 1);
	irq[1] = kit_make(OBJ_IRQ, 8);
	event = kit_event_at(endpoint, 2, KIT_PRIORITY);
	EXPECT_OK(create(PIT_LINE, IRQ_LEVEL, irq[1]));
	EXPECT_OK(os_irq_bind(irq[1], event, 4));
	pit_start();
	for (unsigned i = 0; i < 2; i++)
		ASSERT_OK(next(&r, KIT_WAIT_NS));
	EXPECT_OK(os_irq_ack(irq[0]));
	EXPECT_ERR(receive, ETIMEDOUT, next(&r, 4 * OS_MS));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, event));
	ASSERT_OK(next(&r, KIT_WAIT_NS));
	EXPECT_EQ(r.cookie, 1);
	pit_quiet();
}

TEST(irq, binding_anew_frees_what_nobody_acknowledged)
{
	struct os_received r;
	cap_t irq;

	make();
	irq = irq_at(PIT_LINE, IRQ_LEVEL, 1);
	pit_start();
	ASSERT_OK(next(&r, KIT_WAIT_NS));
	EXPECT_OK(os_irq_bind(irq, CAP_NONE, 0));
	EXPECT_OK(os_irq_bind(irq, kit_event_at(endpoint, 2, KIT_PRIORITY), 4));
	ASSERT_OK(next(&r, KIT_WAIT_NS));
	EXPECT_EQ(r.words.w[0], 4);
	pit_quiet();
}

TEST(irq, message_signalled_ones_say_where_to_write)
{
	struct irq_msi msi = {0};
	cap_t irq;

	irq = kit_make(OBJ_IRQ, 8);
	EXPECT_OK(os_irq_create(BOOT_SLOT_SYSTEM, IRQ_MSI, 0, 0, irq, (uint64_t)&msi));
	EXPECT_EQ(msi.address >> 20, 0xfee);
	EXPECT((msi.data & 0xff) >= 48 && (msi.data & 0xff) < 240);
	EXPECT_OK(os_irq_ack(irq));
}

TEST(irq, create_refuses)
{
	struct irq_msi msi;
	cap_t irq, weak, event;

	make();
	irq = kit_make(OBJ_IRQ, 8);
	weak = kit_copy(irq, RIGHT_IRQ_ACK);
	event = kit_event();
	EXPECT_ERR(irq_create, EBADF, create(PIT_LINE, 0, event));
	EXPECT_ERR(irq_create, EACCES, create(PIT_LINE, 0, weak));
	EXPECT_ERR(irq_create, EINVAL, create(1000, 0, irq));
	EXPECT_ERR(irq_create, EINVAL, create(PIT_LINE, 64, irq));
	EXPECT_ERR(irq_create, EINVAL, create(16, IRQ_ISA, irq));
	EXPECT_ERR(irq_create, EINVAL, os_irq_create(BOOT_SLOT_SYSTEM, PIT_LINE, 0, 1000, irq, 0));
	EXPECT_ERR(irq_create, EFAULT, os_irq_create(BOOT_SLOT_SYSTEM, IRQ_MSI, 0, 0, irq, KIT_VA));
	EXPECT_OK(os_irq_create(BOOT_SLOT_SYSTEM, IRQ_MSI, 0, 0, irq, (uint64_t)&msi));
	EXPECT_ERR(irq_create, EBUSY, create(PIT_LINE, 0, irq));
}

TEST(irq, a_line_has_a_limit_of_sharers)
{
	make();
	for (unsigned i = 0; i < IRQ_SHARERS_MAX; i++)
		EXPECT_OK(create(PIT_LINE, IRQ_LEVEL, kit_make(OBJ_IRQ, 8)));
	EXPECT_ERR(irq_create, ENOSPC, create(PIT_LINE, IRQ_LEVEL, kit_make(OBJ_IRQ, 8)));
	EXPECT_ERR(irq_create, EBUSY, create(PIT_LINE, 0, kit_make(OBJ_IRQ, 8)));
}

TEST(irq, vectors_end_and_come_back)
{
	struct irq_msi msi;
	cap_t first = kit_slots(VECTORS), one_more = kit_make(OBJ_IRQ, 8);

	for (unsigned i = 0; i < VECTORS; i++) {
		ASSERT_OK(os_untyped_retype(kit_arena(), OBJ_IRQ, 8, 1, CAP_SELF_CSPACE, first + i));
		ASSERT_OK(os_irq_create(BOOT_SLOT_SYSTEM, IRQ_MSI, 0, 0, first + i, (uint64_t)&msi));
	}
	EXPECT_ERR(irq_create, ENOSPC, os_irq_create(BOOT_SLOT_SYSTEM, IRQ_MSI, 0, 0, one_more, (uint64_t)&msi));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, first + 7));
	EXPECT_OK(os_irq_create(BOOT_SLOT_SYSTEM, IRQ_MSI, 0, 0, one_more, (uint64_t)&msi));
}

TEST(irq, bind_and_ack_refuse)
{
	cap_t irq = kit_make(OBJ_IRQ, 8), event = kit_event(), weak;

	EXPECT_ERR(irq_bind, EINVAL, os_irq_bind(irq, event, 1));
	EXPECT_ERR(irq_ack, EINVAL, os_irq_ack(irq));
	EXPECT_OK(create(PIT_LINE, 0, irq));
	weak = kit_copy(event, RIGHT_EVENT_SIGNAL);
	EXPECT_ERR(irq_bind, EBADF, os_irq_bind(irq, irq, 1));
	EXPECT_ERR(irq_bind, EACCES, os_irq_bind(irq, weak, 1));
	EXPECT_ERR(irq_bind, EINVAL, os_irq_bind(irq, event, 0));
	EXPECT_OK(os_irq_bind(irq, event, 1));
}
