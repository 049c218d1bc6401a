/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who in the capacity queue can go now, and who would have to go for others. Pure: puts grants
 * in force and returns whom to wake; it remembers nothing between two calls but how often each
 * want was passed, so any change is taken up by serving once more.
 *
 * The rule. Wants are looked at in the queue's order and granted what fits. One that can not be
 * granted now but once others leave is *blocked*; one that this host can not do as it stands (a
 * GPU is drained, reserved accelerators keep too much) holds up nobody. A want passes blocked
 * ones ahead of it only where that delays none of them, and run times are not known, so:
 * it may take @x bytes of a GPU, of which @free are free, only if for each blocked ask ahead of
 * @want bytes per GPU
 *
 *   - that GPU could never be given to it (other group, too small, drained, ...), or
 *   - free - x >= want: it is as ready for it as before, or
 *   - free < want, and free + least >= want + x, where least is the smallest grant on the GPU
 *     that can leave: whoever leaves first makes it ready, with or without x;
 *
 * and where one of the two is dedicated only the first of these. So for every order in which
 * the others may leave, each GPU is ready for the blocked one exactly when it would have been
 * if nobody had passed: it is not delayed at all. On top of that a want is passed at most
 * @max_backfill times on GPUs that it could get.
 *
 * The longest wait. Let H be the longest time that a grant is held, and let n wants be ahead
 * of a want when it turns aged, after @age_ns. Nobody who comes later gets ahead of it then;
 * the first of the queue is not delayed by those who pass and gets its GPUs at the latest when
 * all who had grants when it became the first have left, within H. So the want waits at most
 *
 *	age_ns + (n + 1) * H
 *
 * while no GPU that it could get is taken away by an administrator, and n is at most the number
 * of those who were waiting when it arrived.
 *
 * A spot want that is served by its age would be the first to be evicted for those it went
 * before: let the caller protect such grants for a while (gw_want.is_aged, read before
 * gw_want_done()).
 */
#ifndef _GW_CORE_SERVE_H
#define _GW_CORE_SERVE_H

#include "core/placement.h"
#include "core/queue.h"

/**
 * gw_serve() - Grant what can be granted
 * @q: the queue
 * @b: the board
 * @now_ns: now
 * @go: list head; those granted are added at its end in order, to be taken out by
 *	gw_serve_pop()
 *
 * Call it after each arrival, departure and change, and at gw_queue_next_age(). Nobody who
 * could go by the rule above is left waiting.
 *
 * Cost: linear in wants times the different shapes of asks (bytes, groups, dedicated VM) among
 * those blocked, at most GW_QUEUE_SHAPES, plus GPUs times the number of shapes and grants.
 * Behind more shapes than that nobody passes.
 *
 * Return: how many were granted.
 */
u32 gw_serve(struct gw_queue *q, struct gw_board *b, u64 now_ns, struct list_head *go);

/** gw_serve_pop() - Whom to tell next that it has its GPUs, NULL when @go is empty */
struct gw_want *gw_serve_pop(struct list_head *go);

/**
 * gw_serve_explain() - Say for each GPU why a queued want does not get it now
 * @q: the queue, just served
 * @b: the board
 * @w: a want in the queue, or one that would stand at its end
 * @out: an entry per GPU
 *
 * Cost: as gw_serve() the first time after it, or after a change of the queue; then GPUs times
 * shapes. So a dump of all is linear.
 *
 * Return: as gw_place_choose().
 */
int gw_serve_explain(struct gw_queue *q, struct gw_board *b, const struct gw_want *w,
		     struct gw_reason *out);

/* --- what core/evict shares with it -------------------------------------------------------- */

/** gw_serve_begin() - Nobody was found blocked yet */
void gw_serve_begin(struct gw_queue *q, struct gw_board *b);

/** gw_serve_end() - Forget who is blocked */
void gw_serve_end(struct gw_queue *q, struct gw_board *b);

/** gw_serve_try() - Could @w go past those found blocked? As gw_place_choose() */
int gw_serve_try(struct gw_queue *q, struct gw_board *b, const struct gw_want *w, u32 *out);

/** gw_serve_take() - @w gets @gpus, past those found blocked so far */
void gw_serve_take(struct gw_queue *q, struct gw_board *b, struct gw_want *w, const u32 *gpus,
		   u64 now_ns);

/** gw_serve_block() - @w is blocked, @ret is why; false: no room, nobody may pass it */
bool gw_serve_block(struct gw_queue *q, struct gw_board *b, struct gw_want *w, int ret);

/** gw_serve_refold() - What is on GPU @gpu has changed since gw_serve_begin() */
void gw_serve_refold(struct gw_queue *q, struct gw_board *b, u32 gpu);

#endif /* _GW_CORE_SERVE_H */
