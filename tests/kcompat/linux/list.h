/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of the kernel's circular list that the pure files use. Same names, same meaning. */
#pragma once

#include <linux/types.h>

#define list_entry(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_walk(pos, head, member, step)					\
	for (pos = list_entry((head)->step, __typeof__(*pos), member);		\
	     &pos->member != (head);						\
	     pos = list_entry(pos->member.step, __typeof__(*pos), member))
#define list_for_each_entry(pos, head, member) list_walk(pos, head, member, next)
#define list_for_each_entry_reverse(pos, head, member) list_walk(pos, head, member, prev)

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head->prev = head;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline void list_add(struct list_head *new, struct list_head *head)
{
	*new = (struct list_head){ .next = head->next, .prev = head };
	head->next->prev = new;
	head->next = new;
}

#define list_add_tail(new, head) list_add(new, (head)->prev)

static inline void list_del_init(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	INIT_LIST_HEAD(entry);
}
