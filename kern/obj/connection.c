/* SPDX-License-Identifier: 0BSD */
/* connection.c: the life of Connections in their endpoint's pool. */
#include "obj/connection.h"

#include "ipc/withdraw.h"
#include "lib/assert.h"
#include "mm/frame.h"
#include "obj/cspace.h"
#include "obj/endpoint.h"
#include "obj/event.h"

#define PER_PAGE (PAGE_SIZE / CONNECTION_SIZE)

static inline struct connection *connection_of(struct object *obj)
{
	return container_of(obj, struct connection, object);
}

uint64_t connection_number(const struct connection *c) { return virt_to_phys(c) / CONNECTION_SIZE; }

struct connection *connection_from_number(struct endpoint *ep, uint64_t number)
{
	uint64_t frame = number / PER_PAGE;
	struct connection *c;

	if (frame >= frame_count || frame_at(frame)->kind != FRAME_POOL) return NULL;
	c = phys_to_virt(number * CONNECTION_SIZE);
	return c->home == ep && c->state != CONNECTION_FREE ? c : NULL;
}

static void make_free(struct endpoint *ep, struct connection *c)
{
	c->state = CONNECTION_FREE;
	list_push_front(&ep->free, &c->free_link);
}

/* One more page of the feed becomes Connections. */
static bool pool_grow(struct endpoint *ep)
{
	char *page = feed_page(&ep->feeds);

	if (!page) return false;
	frame_set(page, FRAME_POOL, ep);
	for (unsigned i = 0; i < PER_PAGE; i++) {
		struct connection *c = (struct connection *)(page + i * CONNECTION_SIZE);

		c->object.type = OBJ_CONNECTION;
		c->home = ep;
		list_init(&c->watched);
		list_init(&c->bindings);
		slot_root(&c->master);
		make_free(ep, c);
	}
	list_push_back(&ep->pool, (struct list_node *)(page + PAGE_SIZE - sizeof(struct list_node)));
	ep->connections += PER_PAGE;
	return true;
}

static void open_connection(struct connection *c, uint64_t cookie)
{
	c->state = CONNECTION_OPEN;
	c->endpoint = c->home;
	c->cookie = cookie;
	if (c->watchers) connection_set_ready(c, ~0u, 0); /* for the client before */
	c->ready = 0;
	c->severed = false;
	c->told = false;
}

struct connection *connection_new(struct endpoint *ep, uint64_t cookie)
{
	struct list_node *node = list_pop_front(&ep->free);
	struct connection *c;

	if (!node) {
		if (!pool_grow(ep)) return NULL;
		node = list_pop_front(&ep->free);
	}
	c = list_entry(node, struct connection, free_link);
	open_connection(c, cookie);
	return c;
}

void connection_release(struct connection *c)
{
	KASSERT(!c->object.caps && !c->in_flight, "nobody has seen it");
	make_free(c->home, c);
}

int64_t connection_land(struct connection *c, struct cspace *cspace, cap_t min, cap_t max, uint8_t flags)
{
	struct slot *to;
	cap_t at;
	int r = cspace_slot_free(cspace, min, max, &to, &at);

	if (r < 0) return r;
	to->type = OBJ_CONNECTION;
	to->rights = RIGHTS_ALL;
	to->flags = flags;
	to->object = &c->object;
	to->data = 0;
	slot_link_child(to, &c->master);
	object_named(to);
	return at;
}

int connection_rearm(struct connection *c, uint64_t cookie)
{
	if (c->state != CONNECTION_DISCONNECTED) return -EBUSY;
	open_connection(c, cookie);
	return 0;
}

void connection_sever(struct connection *c)
{
	c->severed = true;
	c->endpoint = &endpoint_dead;
	connection_set_ready(c, ~0u, 0);
}

/* Nothing refers to C any more: its server is told, unless a CLOSE message has done so. */
static void disconnect(struct connection *c)
{
	struct endpoint *ep = c->home;

	if (c->state != CONNECTION_OPEN) return;
	if (c->told || ep->dead) {
		c->state = CONNECTION_DISCONNECTED;
		return;
	}
	c->state = CONNECTION_DISCONNECTING;
	c->pulse.kind = QUEUED_DISCONNECT;
	endpoint_enqueue(ep, &c->pulse, ep->pulse_priority);
	endpoint_wake(ep);
}

void connection_unqueue(struct connection *c)
{
	endpoint_dequeue(c->home, &c->pulse);
	c->state = CONNECTION_DISCONNECTED;
}

void connection_put(struct connection *c)
{
	KASSERT(c->in_flight > 0, "each message was counted");
	if (--c->in_flight == 0 && c->object.caps == 0) disconnect(c);
}

static bool connection_release_step(struct object *obj, struct slot *s)
{
	struct connection *c = connection_of(obj);

	if (obj->caps == 1 && c->in_flight == 0) disconnect(c);
	return true;
}

void binding_set(struct binding *b, struct connection *c)
{
	if (b->connection) {
		list_remove(&b->link);
		connection_put(b->connection);
	}
	b->connection = c;
	if (c) {
		list_push_back(&c->bindings, &b->link);
		connection_get(c);
	}
}

/* Lets go of one thing that names C; true when nothing does. */
static bool dissolve_step(struct connection *c)
{
	struct list_node *binding = list_first(&c->bindings);
	struct list_node *watch = list_first(&c->watched);
	struct slot *client = slot_leaf(&c->master);

	if (binding) {
		binding_set(list_entry(binding, struct binding, link), NULL);
		return false;
	}
	if (watch) {
		event_unwatch(list_entry(watch, struct event, watch_link));
		return false;
	}
	if (client != &c->master) {
		slot_deaden(client);
		return false;
	}
	return true;
}

bool connection_pool_destroy_step(struct endpoint *ep)
{
	struct list_node *last = list_last(&ep->pool);
	char *page;
	struct connection *c;

	if (!last) return true;
	page = (char *)((uint64_t)last & ~(PAGE_SIZE - 1));
	c = (struct connection *)(page + ep->cursor * CONNECTION_SIZE);
	if (!dissolve_step(c)) return false;
	if (++ep->cursor < PER_PAGE) return false;
	ep->cursor = 0;
	list_remove(last);
	frame_set(page, FRAME_PLAIN, NULL);
	return false;
}

const struct object_ops connection_ops = {
    .release_step = connection_release_step,
};
