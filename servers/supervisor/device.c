/* SPDX-License-Identifier: 0BSD */
/* device.c: what drivers need, out of the System capability and of `sys`. */
#include <abi/boot.h>
#include <abi/irq.h>
#include <parley/print.h>
#include <parley/syscall.h>
#include <proto/layout.h>
#include "message.h"
#include "start.h"

static const struct boot_page *machine(void) { return (const struct boot_page *)LAYOUT_CLOCK; }

/* An empty slot, found by copying something and deleting the copy. */
static int64_t free_slot(void)
{
	int64_t slot = os_cspace_copy(CAP_SELF_CSPACE, CAP_SELF_CSPACE, SLOT_SYSTEM, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX,
				      RIGHTS_ALL, 0);

	if (slot >= 0)
		os_cspace_delete(CAP_SELF_CSPACE, (cap_t)slot);
	return slot;
}

static int make_ports(const struct service_device *d, cap_t *slot)
{
	int64_t free = free_slot(), status;

	if (free < 0)
		return (int)free;
	status = os_ioport_create(SLOT_SYSTEM, (uint32_t)d->first, (uint32_t)d->count, (cap_t)free);
	if (status < 0)
		return (int)status;
	*slot = (cap_t)free;
	return 0;
}

static int make_irq(const struct service_device *d, cap_t *slot)
{
	int64_t irq = message_object(OBJ_IRQ), status;

	if (irq < 0)
		return (int)irq;
	status = os_irq_create(SLOT_SYSTEM, (uint32_t)d->first, (uint32_t)d->count, 0, (cap_t)irq, 0);
	if (status < 0) {
		os_cspace_delete(CAP_SELF_CSPACE, (cap_t)irq);
		return (int)status;
	}
	*slot = (cap_t)irq;
	return 0;
}

static uint64_t display_offset; /* of the framebuffer in its Extent */

static int make_memory(uint64_t address, uint64_t bytes, cap_t *slot, uint64_t *offset)
{
	int64_t extent = message_device_memory(address, bytes, offset);

	if (extent < 0)
		return (int)extent;
	*slot = (cap_t)extent;
	return 0;
}

/* No framebuffer is no mistake of the manifest: the driver finds no capability, and VGA text. */
static int make_display(cap_t *slot)
{
	const struct boot_display *d = &machine()->display;

	return d->phys ? make_memory(d->phys, (uint64_t)d->pitch_bytes * d->height, slot, &display_offset) : 0;
}

int device_make(const struct service_device *d, cap_t *slot)
{
	uint64_t offset;

	switch (d->kind) {
	case DEVICE_PORTS:
		return make_ports(d, slot);
	case DEVICE_IRQ_ISA:
	case DEVICE_IRQ_GSI:
		return make_irq(d, slot);
	case DEVICE_DISPLAY:
		return make_display(slot);
	case DEVICE_MEMORY:
		return make_memory(d->first, d->count, slot, &offset);
	}
	return -EINVAL;
}

bool device_display_text(char *text, unsigned len_bytes)
{
	const struct boot_display *d = &machine()->display;

	if (!d->phys)
		return false;
	os_snprintf(text, len_bytes, "display=%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%lu", d->width, d->height, d->pitch_bytes,
		    d->bits_per_pixel, d->red_shift, d->red_bits, d->green_shift, d->green_bits, d->blue_shift,
		    d->blue_bits, (unsigned long)display_offset);
	return true;
}
