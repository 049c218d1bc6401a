/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the call that a task is in is about, for functions of the driver's further in that are not
 * told: looked up by current. Tasks do not contend, whatever VM they are of.
 */
#ifndef _GW_NV_TASKS_H
#define _GW_NV_TASKS_H

#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#define GW_TASKS_BITS 7

struct gw_tasks {
	struct gw_tasks_chain {
		spinlock_t lock;	/* a leaf */
		struct hlist_head head;
	} ____cacheline_aligned_in_smp chains[1 << GW_TASKS_BITS];
};

#define DEFINE_GW_TASKS(name)								\
	static struct gw_tasks name = {							\
		.chains = {								\
			[0 ... (1 << GW_TASKS_BITS) - 1] = {				\
				.lock = __SPIN_LOCK_UNLOCKED(name),			\
			},								\
		},									\
	}

/* In what a call is about, which is often on its stack. */
struct gw_task {
	struct hlist_node link;
	struct task_struct *task;
};

static inline struct gw_tasks_chain *gw_tasks_chain(struct gw_tasks *all)
{
	return &all->chains[hash_ptr(current, GW_TASKS_BITS)];
}

static inline void gw_task_enter(struct gw_tasks *all, struct gw_task *t)
{
	struct gw_tasks_chain *c = gw_tasks_chain(all);

	t->task = current;
	spin_lock(&c->lock);
	hlist_add_head(&t->link, &c->head);
	spin_unlock(&c->lock);
}

/* By the task that entered. */
static inline void gw_task_leave(struct gw_tasks *all, struct gw_task *t)
{
	struct gw_tasks_chain *c = gw_tasks_chain(all);

	spin_lock(&c->lock);
	hlist_del(&t->link);
	spin_unlock(&c->lock);
	t->task = NULL;
}

/* Current's own, the innermost; NULL: none. It stays until current leaves. */
static inline struct gw_task *gw_task_find(struct gw_tasks *all)
{
	struct gw_tasks_chain *c = gw_tasks_chain(all);
	struct gw_task *t, *found = NULL;

	if (!READ_ONCE(c->head.first))	/* current's own would be seen */
		return NULL;
	spin_lock(&c->lock);
	hlist_for_each_entry(t, &c->head, link) {
		if (t->task == current) {
			found = t;
			break;
		}
	}
	spin_unlock(&c->lock);
	return found;
}

#endif /* _GW_NV_TASKS_H */
