/* SPDX-License-Identifier: 0BSD */
/* cred.c: credential records, and POSIX's rules of changing them. */
#include "proc/cred.h"

#include "mem/heap.h"
#include "lib/string.h"

#include <proto/posix.h>

struct cred cred_root = {.references = 1};
static struct tree records; /* all but root's */
static uint32_t last_number;

struct cred *cred_get(struct cred *c)
{
	c->references++;
	return c;
}

void cred_put(struct cred *c)
{
	if (--c->references)
		return;
	tree_remove(&records, &c->by_number);
	heap_delete(c);
}

struct cred *cred_lookup(uint32_t number)
{
	struct tree_node *t;

	if (number == 0)
		return &cred_root;
	t = tree_lower_bound(&records, number);
	return t && t->key == number ? tree_entry(t, struct cred, by_number) : NULL;
}

bool cred_is_root(uint32_t number)
{
	const struct cred *c = cred_lookup(number);

	return c && c->is.euid == 0;
}

struct cred *cred_new(struct cred *old, const struct proto_cred *is)
{
	static const struct proto_cred root;
	struct cred *c;

	if (memcmp(&old->is, is, sizeof(*is)) == 0)
		return cred_get(old);
	if (memcmp(&root, is, sizeof(*is)) == 0)
		return cred_get(&cred_root);
	c = heap_new(struct cred);
	if (!c)
		return NULL;
	c->is = *is;
	c->references = 1;
	tree_insert(&records, &c->by_number, ++last_number);
	return c;
}

/* One of the two kinds of number: real, effective, saved, in that order, in both records. */
static int change_ids(const uint32_t *old, const uint32_t *want, uint32_t fields, bool posix, bool root, uint32_t *out)
{
	if (posix && fields == 1) {
		/* setuid: all three for root, else the effective one, to what it may be. */
		if (root)
			out[0] = out[1] = out[2] = want[0];
		else if (want[0] == old[0] || want[0] == old[2])
			out[1] = want[0];
		else
			return -EPERM;
		return 0;
	}
	for (unsigned i = 0; i < 3; i++) {
		if (!(fields >> i & 1))
			continue;
		if (!root && want[i] != old[0] && want[i] != old[1] && want[i] != old[2])
			return -EPERM;
		out[i] = want[i];
	}
	return 0;
}

int cred_change(const struct proto_cred *old, const struct proto_cred *want, uint32_t fields, struct proto_cred *out)
{
	bool root = old->euid == 0;
	int error;

	*out = *old;
	error = change_ids(&old->uid, &want->uid, fields & 7, fields & CRED_POSIX, root, &out->uid);
	if (!error)
		error = change_ids(&old->gid, &want->gid, fields >> 3 & 7, fields & CRED_POSIX, root, &out->gid);
	if (error || !(fields & CRED_GROUPS))
		return error;
	if (!root)
		return -EPERM;
	if (want->group_count > sizeof(want->groups) / sizeof(want->groups[0]))
		return -EINVAL;
	memset(out->groups, 0, sizeof(out->groups));
	out->group_count = want->group_count;
	memcpy(out->groups, want->groups, want->group_count * sizeof(want->groups[0]));
	return 0;
}

bool cred_may_signal(const struct proto_cred *from, const struct proto_cred *to)
{
	return from->euid == 0 || from->uid == to->uid || from->uid == to->suid || from->euid == to->uid ||
	       from->euid == to->suid;
}
