/* SPDX-License-Identifier: 0BSD */
/* pic.c: putting the two 8259s to rest. */
#include "arch/x86_64/pic.h"
#include "arch/x86_64/insn.h"
#include "arch/x86_64/vectors.h"

#define MASTER		0x20
#define SLAVE		0xa0
#define ICW1_INIT_ICW4	0x11
#define ICW3_SLAVE_ON_2 0x04
#define ICW3_SLAVE_ID	0x02
#define ICW4_8086	0x01
#define LINES		8

static void program(uint16_t port, uint8_t vector, uint8_t icw3)
{
	port_out8(port, ICW1_INIT_ICW4);
	port_out8(port + 1, vector);
	port_out8(port + 1, icw3);
	port_out8(port + 1, ICW4_8086);
	port_out8(port + 1, 0xff);
}

void pic_disable(void)
{
	program(MASTER, VECTOR_LEGACY_FIRST, ICW3_SLAVE_ON_2);
	program(SLAVE, VECTOR_LEGACY_FIRST + LINES, ICW3_SLAVE_ID);
}
