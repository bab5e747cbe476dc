/* SPDX-License-Identifier: 0BSD */
/* objects.c: stand-ins for the objects that capability tests do not test.
 *
 * Each counts how many of its type exist and takes a few steps to be destroyed. The Endpoint has a
 * fed pool of Connections and counts RECEIVE rights.
 */
#include <stddef.h>
#include "host/shim/caps.h"
#include "lib/assert.h"
#include "mm/extent.h"
#include "mm/frame.h"
#include "mm/vspace.h"

#define STEPS 3

static unsigned objects[OBJ_TYPES];
unsigned host_disconnects;

unsigned host_objects(unsigned type) { return objects[type]; }

/* The memory of OBJ, of 1 << SIZE_LOG2 bytes and with the header at OFFSET, is clear but for the
 * header. */
static void check_clear(const struct object *obj, uint64_t offset)
{
	const uint8_t *memory = (const uint8_t *)obj - offset;

	for (uint64_t i = 0; i < 1ull << obj->size_log2; i++)
		KASSERT(memory[i] == 0 || i == offset || i == offset + 1, "objects are made in clear memory");
}

/* ---- plain things: SchedContext, Event, Timer, Irq
 * ----------------------------------------------- */

static void plain_init(struct object *obj)
{
	check_clear(obj, 0);
	objects[obj->type]++;
}

static bool plain_destroy_step(struct object *obj)
{
	objects[obj->type]--;
	return true;
}

static const struct object_ops plain_ops = {.init = plain_init, .destroy_step = plain_destroy_step};

/* ---- Thread: several steps ---------------------------------------------------------------- */

static bool thread_destroy_step(struct object *obj)
{
	struct thread *t = (struct thread *)obj;

	KASSERT(frame_of(t)->kind == FRAME_THREAD && frame_of(t)->owner == frame_number(t), "a Thread's frame says so");
	if (++t->transfer_done < STEPS)
		return false;
	objects[OBJ_THREAD]--;
	return true;
}

static const struct object_ops thread_stand_in = {
    .frame_kind = FRAME_THREAD,
    .init = plain_init,
    .destroy_step = thread_destroy_step,
};

/* ---- Endpoint and Connection
 * ----------------------------------------------------------------------- */

struct fake_connection {
	struct object object;
	struct fake_connection *next;
	bool disconnected;
	struct slot master __attribute__((aligned(32)));
};

struct fake_endpoint {
	struct object object;
	struct feeds feeds;
	struct fake_connection *first;
	char *page;
	uint32_t page_used;
	uint32_t receive_caps;
	uint32_t failing; /* steps done of failing waiting senders */
};

_Static_assert(sizeof(struct fake_endpoint) <= 1024, "as in object.def");

static void endpoint_added(struct object *obj, struct slot *s)
{
	if (s->rights & RIGHT_ENDPOINT_RECEIVE)
		((struct fake_endpoint *)obj)->receive_caps++;
}

static bool endpoint_release_step(struct object *obj, struct slot *s)
{
	struct fake_endpoint *ep = (struct fake_endpoint *)obj;

	if (!(s->rights & RIGHT_ENDPOINT_RECEIVE))
		return true;
	KASSERT(ep->receive_caps > 0 && ep->receive_caps <= obj->caps, "receive rights are counted");
	if (ep->receive_caps == 1 && ep->failing++ < STEPS)
		return false;
	ep->failing = 0;
	ep->receive_caps--;
	return true;
}

static bool endpoint_destroy_step(struct object *obj)
{
	struct fake_endpoint *ep = (struct fake_endpoint *)obj;
	struct fake_connection *c = ep->first;

	if (c) {
		struct slot *leaf = slot_leaf(&c->master);

		if (leaf != &c->master) {
			slot_deaden(leaf);
			return false;
		}
		KASSERT(c->object.caps == 0, "its capabilities are Dead");
		objects[OBJ_CONNECTION]--;
		ep->first = c->next;
		return false;
	}
	if (ep->page) {
		frame_set(ep->page, FRAME_PLAIN, NULL);
		ep->page = NULL;
		return false;
	}
	if (!feed_return_step(&ep->feeds))
		return false;
	objects[OBJ_ENDPOINT]--;
	return true;
}

static const struct object_ops endpoint_stand_in = {
    .feeds_offset = offsetof(struct fake_endpoint, feeds),
    .init = plain_init,
    .added = endpoint_added,
    .release_step = endpoint_release_step,
    .destroy_step = endpoint_destroy_step,
};

static bool connection_release_step(struct object *obj, struct slot *s)
{
	struct fake_connection *c = (struct fake_connection *)obj;

	KASSERT(!c->disconnected, "it is disconnected with its last capability");
	if (obj->caps == 1) {
		c->disconnected = true;
		host_disconnects++;
	}
	return true;
}

static const struct object_ops connection_stand_in = {.release_step = connection_release_step};

/* One page of Connections is enough. */
static struct fake_connection *new_connection(struct fake_endpoint *ep)
{
	struct fake_connection *c;

	if (!ep->page) {
		ep->page = feed_page(&ep->feeds);
		if (!ep->page)
			return NULL;
		frame_set(ep->page, FRAME_POOL, ep);
		ep->page_used = 0;
	}
	if (ep->page_used == PAGE_SIZE / 256)
		return NULL;
	c = (struct fake_connection *)(ep->page + 256 * ep->page_used++);
	c->object.type = OBJ_CONNECTION;
	c->next = ep->first;
	ep->first = c;
	slot_root(&c->master);
	objects[OBJ_CONNECTION]++;
	return c;
}

int host_connect(const struct slot *ep, struct slot *to)
{
	struct fake_connection *c = new_connection((struct fake_endpoint *)ep->object);

	if (!c)
		return -ENOMEM;
	to->type = OBJ_CONNECTION;
	to->rights = RIGHTS_ALL;
	to->object = &c->object;
	slot_link_child(to, &c->master);
	object_named(to);
	return 0;
}

/* ---- CSpaces and VSpaces are real, but counted
 * --------------------------------------------------- */

static void cspace_counted_init(struct object *obj)
{
	check_clear(obj, 0);
	objects[OBJ_CSPACE]++;
	cspace_ops.init(obj);
}

static bool cspace_counted_destroy_step(struct object *obj)
{
	if (!cspace_ops.destroy_step(obj))
		return false;
	objects[OBJ_CSPACE]--;
	return true;
}

static const struct object_ops cspace_counted = {
    .feeds_offset = offsetof(struct cspace, feeds),
    .init = cspace_counted_init,
    .destroy_step = cspace_counted_destroy_step,
};

static void vspace_counted_init(struct object *obj)
{
	check_clear(obj, offsetof(struct vspace, object));
	objects[OBJ_VSPACE]++;
	vspace_ops.init(obj);
}

static bool vspace_counted_destroy_step(struct object *obj)
{
	if (!vspace_ops.destroy_step(obj))
		return false;
	objects[OBJ_VSPACE]--;
	return true;
}

static const struct object_ops vspace_counted = {
    .header_offset = offsetof(struct vspace, object),
    .feeds_offset = offsetof(struct vspace, feeds) - offsetof(struct vspace, object),
    .frame_kind = FRAME_VSPACE,
    .init = vspace_counted_init,
    .destroy_step = vspace_counted_destroy_step,
};

const struct object_ops *const object_ops[OBJ_TYPES] = {
    [OBJ_CSPACE] = &cspace_counted,
    [OBJ_VSPACE] = &vspace_counted,
    [OBJ_THREAD] = &thread_stand_in,
    [OBJ_SCHED] = &plain_ops,
    [OBJ_ENDPOINT] = &endpoint_stand_in,
    [OBJ_EVENT] = &plain_ops,
    [OBJ_TIMER] = &plain_ops,
    [OBJ_IRQ] = &plain_ops,
    [OBJ_CONNECTION] = &connection_stand_in,
};
