/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which grants would have to go so that others can start. Pure: names them; telling and ending
 * them is the caller's. Nobody is named in vain: once all named ones have left, and those that
 * are on their way already, the next gw_serve() grants each want for which they were named.
 */
#ifndef _GW_CORE_EVICT_H
#define _GW_CORE_EVICT_H

#include "core/schedule.h"

/**
 * gw_evict() - Name those who have to go for the wants that may have others ended
 * @q: the queue, just served
 * @b: the board
 * @below_class: wants of a class below it may have others ended
 * @victims: empty list head; grants that are evictable, neither kept nor going, are added with
 *	@victim_of set, to be taken out by gw_evict_pop()
 *
 * Wants are looked at in the queue's order, each as if those before it had got what they
 * will. For one that needs no victims nobody is named; for one that no victims would help,
 * nobody either, nor where a GPU only has to be cleaned; wants that ask for no less than such a one are not tried in this call, nor is
 * anybody named where a GPU is free but kept for those ahead. What is named for a want is
 * minimal: none of them could stay. For the first in the queue, if it wants one GPU, it is also
 * the smallest number; for several GPUs the cheapest are taken one by one. A smaller one that
 * does goes before a larger one, a younger before an older, on one GPU and between GPUs.
 *
 * For a want that is idle nobody is named, but where one that is not stands behind it, of a class that
 * may have others ended, and would go: what leaves goes to the idle one first.
 *
 * Cost: that of gw_serve() for each set of victims named and for each of at most
 * GW_QUEUE_SHAPES wants that can not be helped, and for each of them GPUs wanted times GPUs
 * times the square of grants on a GPU; little when no grant is evictable.
 *
 * Return: how many were named.
 */
u32 gw_evict(struct gw_queue *q, struct gw_board *b, u32 below_class, struct list_head *victims);

/**
 * gw_evict_needs() - Is @g, which is going, still needed by a want that may have others ended?
 * @q: the queue, just served, with all that gw_evict() named going
 * @b: the board
 * @below_class: as for gw_evict()
 * @g: the grant, evictable; it may be called off when the answer is no
 *
 * It is needed when somebody, itself or another in its place, would have to be named if it were
 * not going. Cost: that of gw_evict().
 */
bool gw_evict_needs(struct gw_queue *q, struct gw_board *b, u32 below_class, struct gw_grant *g);

/** gw_evict_pop() - Take the next one out of the list of those named, NULL when it is empty */
struct gw_grant *gw_evict_pop(struct list_head *victims);

#endif /* _GW_CORE_EVICT_H */
