/* SPDX-License-Identifier: 0BSD */
/* ioport.c: ioport_create, ioport_in, ioport_out.
 *
 * An IoPort is a capability without an object: the slot says which ports. The processor's own port
 * permissions are not used: each access is a call, checked here. A driver for which that is too
 * slow wants a device that has memory-mapped registers.
 */
#include "api/lookup.h"
#include "api/table.h"
#include "arch/ports.h"

#define PORTS 0x10000

/* Fills `slot` of the caller's CSpace with a capability for ports [first, first + count), a
 * child of the System capability: revoking that takes it back. */
int64_t sys_ioport_create(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	uint32_t first = (uint32_t)arg[0], count = (uint32_t)arg[1];
	struct slot *to;
	int error;

	if (count == 0 || first >= PORTS || count > PORTS - first) return -EINVAL;
	if (slot->depth >= SLOT_DEPTH_MAX) return -ELOOP;
	error = cspace_slot_at(t->cspace, (cap_t)arg[2], &to);
	if (error == -ENOMEM) t->regs.w[0] = 1;
	if (error) return error;
	to->type = OBJ_IOPORT;
	to->rights = RIGHT_IOPORT_IN | RIGHT_IOPORT_OUT;
	to->base = first;
	to->port_count = count;
	slot_link_child(to, slot);
	return 0;
}

/* 0, or why [port, port + width) cannot be accessed through SLOT. */
static int check(const struct slot *slot, uint64_t port, uint64_t width)
{
	if (width != 1 && width != 2 && width != 4) return -EINVAL;
	if (port < slot->base || port - slot->base >= slot->port_count ||
	    slot->port_count - (port - slot->base) < width)
		return -ERANGE;
	return 0;
}

/* Answers the value. Width is 1, 2 or 4 bytes; all of them must be in the range. */
int64_t sys_ioport_in(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	uint32_t port = (uint32_t)arg[0], width = (uint32_t)arg[1];
	int error = check(slot, port, width);

	if (error) return error;
	return arch_port_in((uint16_t)port, width);
}

/* Width is 1, 2 or 4 bytes; all of them must be in the range. */
int64_t sys_ioport_out(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	uint32_t port = (uint32_t)arg[0], width = (uint32_t)arg[1];
	int error = check(slot, port, width);

	if (error) return error;
	arch_port_out((uint16_t)port, width, (uint32_t)arg[2]);
	return 0;
}
