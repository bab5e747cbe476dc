/* SPDX-License-Identifier: 0BSD */
/* lookup.c: capability arguments. */
#include "api/lookup.h"

#include "mm/vspace.h"

/* What the special slot numbers give: less than a creator has. A thread may not stamp itself. */
#define SELF_THREAD_RIGHTS (RIGHT_THREAD_CONTROL | RIGHT_THREAD_SCHEDULE | RIGHT_THREAD_DIVERT | RIGHT_THREAD_QUERY)

/* Slots for what has none. A call names seven capabilities at most, so eight in turn are enough;
 * the kernel lock covers them. */
static struct slot self_slot[8];
static unsigned self_next;

static struct slot *make_self(struct object *obj, uint8_t type, uint8_t rights, uint64_t data)
{
	struct slot *s = &self_slot[self_next++ % 8];

	*s = (struct slot){.type = type, .rights = rights, .object = obj, .data = data};
	return s;
}

static struct slot *self_connection(const struct binding *b)
{
	return b->connection ? make_self(&b->connection->object, OBJ_CONNECTION, RIGHTS_ALL, 0) : NULL;
}

static struct slot *special(struct thread *t, cap_t index)
{
	switch (index) {
	case CAP_SELF_THREAD:
		return make_self(&t->object, OBJ_THREAD, SELF_THREAD_RIGHTS, t->max_priority);
	case CAP_SELF_CSPACE:
		return t->cspace->object.type ? make_self(&t->cspace->object, OBJ_CSPACE, RIGHTS_ALL, 0) : NULL;
	case CAP_SELF_VSPACE:
		return t->vspace ? make_self(&t->vspace->object, OBJ_VSPACE, RIGHTS_ALL, 0) : NULL;
	case CAP_SELF_HOME:
		return self_connection(&t->home);
	case CAP_SELF_PROCESS:
		return self_connection(&t->process);
	default:
		return NULL;
	}
}

int slot_lookup(struct thread *t, cap_t index, uint8_t type, uint8_t rights, struct slot **out)
{
	struct slot *s = cspace_slot(t->cspace, index);

	if (index >= CAP_NONE) s = special(t, index);
	if (!s) return -EBADF;
	if (s->type != type) return s->type == OBJ_DEAD && type == OBJ_CONNECTION ? -ESRVDEAD : -EBADF;
	if ((s->rights & rights) != rights) return -EACCES;
	if (slot_lookup_dead(s, type)) return -EBADF;
	*out = s;
	return 0;
}
