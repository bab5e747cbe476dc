/* SPDX-License-Identifier: 0BSD */
/* list.h: the intrusive doubly linked list.
 *
 * A list is a ring: the head is a node without an object, and an object takes part by containing
 * a node. Everything is constant time. A node full of zeros is in no list, so an object in fresh
 * (zeroed) memory needs no initialising; a head does. Whoever owns the head says what lock holds.
 */
#pragma once

#include "lib/bits.h"

struct list_node {
	struct list_node *next; /* NULL: in no list */
	struct list_node *prev;
};

struct list {
	struct list_node head;
};

#define LIST_INIT(name) ((struct list){{&(name).head, &(name).head}})

static inline void list_init(struct list *list)
{
	list->head.next = &list->head;
	list->head.prev = &list->head;
}

static inline bool list_empty(const struct list *list) { return list->head.next == &list->head; }

/* Whether `node` is in some list. */
static inline bool list_linked(const struct list_node *node) { return node->next != NULL; }

/* Puts `node`, which is in no list, between two neighbours. */
static inline void list_insert(struct list_node *prev, struct list_node *node, struct list_node *next)
{
	node->prev = prev;
	node->next = next;
	prev->next = node;
	next->prev = node;
}

static inline void list_push_front(struct list *list, struct list_node *node)
{
	list_insert(&list->head, node, list->head.next);
}

static inline void list_push_back(struct list *list, struct list_node *node)
{
	list_insert(list->head.prev, node, &list->head);
}

/* Takes `node` out of the list that it is in; afterwards it is in none. */
static inline void list_remove(struct list_node *node)
{
	struct list_node *next = node->next, *prev = node->prev;

	prev->next = next;
	next->prev = prev;
	node->next = NULL;
	node->prev = NULL;
}

/* The neighbours, or NULL at the ends (and of an empty list). */
static inline struct list_node *list_next(const struct list *list, const struct list_node *node)
{
	return node->next == &list->head ? NULL : node->next;
}

static inline struct list_node *list_prev(const struct list *list, const struct list_node *node)
{
	return node->prev == &list->head ? NULL : node->prev;
}

static inline struct list_node *list_first(const struct list *list) { return list_next(list, &list->head); }

static inline struct list_node *list_last(const struct list *list) { return list_prev(list, &list->head); }

/* Takes the first node out and returns it; NULL when the list is empty. */
static inline struct list_node *list_pop_front(struct list *list)
{
	struct list_node *node = list_first(list);

	if (node) list_remove(node);
	return node;
}

/* All of `from` goes behind what is in `to`. */
static inline void list_append(struct list *to, struct list *from)
{
	struct list_node *last = to->head.prev;

	if (list_empty(from)) return;
	last->next = from->head.next;
	last->next->prev = last;
	to->head.prev = from->head.prev;
	to->head.prev->next = &to->head;
	list_init(from);
}

#define list_entry(node, type, member) container_of(node, type, member)

/* The body may not change the list; use a loop on list_first() for that. */
#define list_for_each(node, list)                                                                                      \
	for (struct list_node *node = (list)->head.next; node != &(list)->head; node = node->next)
