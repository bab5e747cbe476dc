/* SPDX-License-Identifier: 0BSD */
/* list.c: tests of kern/lib/list. */
#include "lib/list.h"

#include "host/harness.h"

struct item {
	int number;
	struct list_node node;
};

/* The numbers of the list as decimal digits, first to last; checks the way back too. */
static unsigned int digits(const struct list *list)
{
	unsigned int there = 0;
	unsigned int back = 0;
	unsigned int power = 1;

	for (struct list_node *node = list_first(list); node; node = list_next(list, node))
		there = there * 10 + (unsigned int)list_entry(node, struct item, node)->number;
	for (struct list_node *node = list_last(list); node; node = list_prev(list, node)) {
		back += power * (unsigned int)list_entry(node, struct item, node)->number;
		power *= 10;
	}
	EXPECT_EQ(back, there);
	return there;
}

TEST(list, new_list_is_empty)
{
	struct list list = {{&list.head, &list.head}};

	EXPECT(list_empty(&list));
	EXPECT(list_first(&list) == NULL);
	EXPECT(list_last(&list) == NULL);
	EXPECT(list_pop_front(&list) == NULL);
}

TEST(list, nodes_stand_where_they_are_pushed)
{
	struct item items[4] = {{.number = 1}, {.number = 2}, {.number = 3}, {.number = 4}};
	struct list list = {{&list.head, &list.head}};

	list_push_back(&list, &items[1].node);
	list_push_back(&list, &items[3].node);
	list_push_front(&list, &items[0].node);
	list_insert(&items[1].node, &items[2].node, items[1].node.next);
	EXPECT_EQ(digits(&list), 1234);
}

TEST(list, one_list_goes_behind_another)
{
	struct item items[4] = {{.number = 1}, {.number = 2}, {.number = 3}, {.number = 4}};
	struct list list = LIST_INIT(list), other = LIST_INIT(other);

	list_append(&list, &other);
	EXPECT(list_empty(&list));
	for (int i = 0; i < 2; i++)
		list_push_back(&other, &items[i].node);
	list_append(&list, &other);
	EXPECT(list_empty(&other));
	for (int i = 2; i < 4; i++)
		list_push_back(&other, &items[i].node);
	list_append(&list, &other);
	EXPECT(list_empty(&other));
	EXPECT_EQ(digits(&list), 1234);
	EXPECT(list_last(&list) == &items[3].node);
	EXPECT(items[3].node.prev == &items[2].node);
}

TEST(list, removed_node_is_in_no_list)
{
	struct item items[3] = {{.number = 1}, {.number = 2}, {.number = 3}};
	struct list list = {{&list.head, &list.head}};

	for (int i = 0; i < 3; i++) {
		EXPECT(items[i].node.next == NULL);
		list_push_back(&list, &items[i].node);
		EXPECT(items[i].node.next != NULL);
	}
	list_remove(&items[1].node);
	EXPECT(items[1].node.next == NULL);
	EXPECT_EQ(digits(&list), 13);
	EXPECT(list_pop_front(&list) == &items[0].node);
	EXPECT(list_pop_front(&list) == &items[2].node);
	EXPECT(list_empty(&list));
}
