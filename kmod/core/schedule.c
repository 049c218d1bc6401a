// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who can go: the queue's order, and who may pass without delaying anybody.
 * Owns the rule of passing. Must not know what a GPU is near to (place does) nor who is asleep.
 */
#include "core/schedule.h"

#include <linux/errno.h>
#include <linux/limits.h>

/* What of GPU @gpu can be taken without delaying those of @s; marks it as contested. */
static u64 spare_of(struct gw_board *b, const struct gw_shape *s, u32 gpu)
{
	u64 free = gw_offer_free(&b->offers[gpu]), least = b->offers[gpu].least_bytes;
	u64 want = s->ask.bytes_per_gpu;

	if (s->is_never || !gw_place_could(b, &s->ask, gpu))
		return U64_MAX;
	b->offers[gpu].is_contested = true;
	if (s->is_wall || s->ask.is_dedicated)
		return 0;
	if (free >= want)
		return free - want;
	return least >= want - free && least != U64_MAX ? least - (want - free) : 0;
}

static void fold(struct gw_board *b, const struct gw_shape *s, u32 gpu)
{
	u64 spare = spare_of(b, s, gpu);

	if (spare < b->offers[gpu].spare_bytes)
		b->offers[gpu].spare_bytes = spare;
}

static void fold_all(struct gw_board *b, const struct gw_shape *s)
{
	u32 i;

	for (i = 0; i < b->nr; i++)
		fold(b, s, i);
}

static void unfold(struct gw_offer *o)
{
	o->spare_bytes = U64_MAX;
	o->is_contested = false;
}

void gw_serve_refold(struct gw_queue *q, struct gw_board *b, u32 gpu)
{
	u32 i;

	unfold(&b->offers[gpu]);
	for (i = 0; i < q->nr_shapes; i++)
		fold(b, &q->shapes[i], gpu);
}

static void begin(struct gw_queue *q, struct gw_board *b)
{
	u32 i;

	q->nr_shapes = 0;
	b->holds_back = true;
	for (i = 0; i < b->nr; i++)
		unfold(&b->offers[i]);
}

void gw_serve_begin(struct gw_queue *q, struct gw_board *b)
{
	q->is_marked = false;
	begin(q, b);
}

void gw_serve_end(struct gw_queue *q, struct gw_board *b)
{
	q->nr_shapes = 0;
	b->holds_back = false;
}

int gw_serve_try(struct gw_queue *q, struct gw_board *b, const struct gw_want *w, u32 *out)
{
	u32 i;

	if (w->ask.nr_gpus > GW_GRANT_GPUS)
		return -ENOSPC;
	for (i = 0; i < q->nr_shapes; i++)
		if (gw_ask_is_harder(&w->ask, &q->shapes[i].ask))
			return q->shapes[i].is_never ? -ENOSPC : -EAGAIN;
	return gw_place_choose(b, &w->ask, out);
}

/* The shape of @ask, perhaps new; GW_QUEUE_SHAPES: there is no room. */
static u32 shape_of(struct gw_queue *q, struct gw_board *b, const struct gw_ask *ask,
		    bool is_never)
{
	struct gw_shape *s;
	u32 i;

	for (i = 0; i < q->nr_shapes; i++) {
		s = &q->shapes[i];
		if (s->is_never != is_never || s->ask.bytes_per_gpu != ask->bytes_per_gpu ||
		    s->ask.groups != ask->groups || !gw_ask_is_like(&s->ask, ask))
			continue;
		if (ask->nr_gpus < s->ask.nr_gpus)
			s->ask.nr_gpus = ask->nr_gpus;
		return i;
	}
	if (i < GW_QUEUE_SHAPES) {
		q->shapes[i] = (struct gw_shape){
			.ask = *ask, .is_never = is_never, .worst = -1 - (s64)U32_MAX,
		};
		q->nr_shapes++;
		fold_all(b, &q->shapes[i]);
	}
	return i;
}

/* Has one of @s been passed as often as may be? Then nobody takes of what it could get. */
static void build_wall(const struct gw_queue *q, struct gw_board *b, struct gw_shape *s)
{
	if (s->is_wall || s->worst + s->nr_passes < q->max_backfill)
		return;
	s->is_wall = true;
	fold_all(b, s);
}

bool gw_serve_block(struct gw_queue *q, struct gw_board *b, struct gw_want *w, int ret)
{
	bool is_never = ret != -EAGAIN;
	struct gw_shape *s;

	w->shape = shape_of(q, b, &w->ask, is_never);
	if (w->shape == GW_QUEUE_SHAPES)
		return is_never;	/* those who hold up nobody need no room */
	s = &q->shapes[w->shape];
	w->passes_seen = s->nr_passes;
	if (is_never)
		return true;
	if ((s64)w->nr_passed - s->nr_passes > s->worst)
		s->worst = (s64)w->nr_passed - s->nr_passes;
	build_wall(q, b, s);
	return true;
}

/* Could one of @s get a GPU of @g? */
static bool touches(const struct gw_board *b, const struct gw_shape *s, const struct gw_grant *g)
{
	u32 i;

	for (i = 0; i < g->nr && !s->is_never; i++)
		if (gw_place_could(b, &s->ask, g->holds[i].gpu))
			return true;
	return false;
}

void gw_serve_take(struct gw_queue *q, struct gw_board *b, struct gw_want *w, const u32 *gpus,
		   u64 now_ns)
{
	u32 i;

	gw_board_take(b, &w->grant, &w->ask, gpus, now_ns);
	for (i = 0; i < w->grant.nr; i++)
		gw_serve_refold(q, b, gpus[i]);
	for (i = 0; i < q->nr_shapes; i++) {
		if (!touches(b, &q->shapes[i], &w->grant))
			continue;
		q->shapes[i].nr_passes++;
		build_wall(q, b, &q->shapes[i]);
	}
}

/* Notes on those before @end, who were found blocked, by how many they were passed. */
static void note_passes(struct gw_queue *q, const struct gw_want *end)
{
	struct gw_want *w = NULL;
	u32 more;

	while ((w = gw_queue_next(q, w)) && w != end) {
		if (w->shape == GW_QUEUE_SHAPES)
			continue;
		more = q->shapes[w->shape].nr_passes - w->passes_seen;
		w->nr_passed = more > U32_MAX - w->nr_passed ? U32_MAX : w->nr_passed + more;
	}
}

u32 gw_serve(struct gw_queue *q, struct gw_board *b, u64 now_ns, struct list_head *go)
{
	u32 gpus[GW_GRANT_GPUS], nr = 0;
	struct gw_want *w, *next;
	int ret;

	gw_queue_age(q, now_ns);
	gw_serve_begin(q, b);
	for (w = gw_queue_head(q); w; w = next) {
		next = gw_queue_next(q, w);
		ret = gw_serve_try(q, b, w, gpus);
		if (!ret) {
			gw_queue_remove(q, w);
			gw_serve_take(q, b, w, gpus, now_ns);
			list_add_tail(&w->link, go);
			nr++;
		} else if (!gw_serve_block(q, b, w, ret)) {
			break;
		}
	}
	note_passes(q, w);
	gw_serve_end(q, b);
	return nr;
}

struct gw_want *gw_serve_pop(struct list_head *go)
{
	struct gw_want *w;

	if (list_empty(go))
		return NULL;
	w = list_first_entry(go, struct gw_want, link);
	list_del_init(&w->link);
	return w;
}

/* Go along the queue once, and note where more is held back than before. */
static void mark(struct gw_queue *q, struct gw_board *b)
{
	bool is_walled[GW_QUEUE_SHAPES] = { }, is_open = true;
	struct gw_want *w = NULL;
	u32 gpus[GW_GRANT_GPUS], nr;
	struct gw_mark m;

	gw_serve_begin(q, b);
	q->nr_marks = 0;
	while (is_open && (w = gw_queue_next(q, w))) {
		nr = q->nr_shapes;
		m = (struct gw_mark){ .w = w, .is_never = gw_serve_try(q, b, w, gpus) == -ENOSPC };
		is_open = gw_serve_block(q, b, w, m.is_never ? -ENOSPC : -EAGAIN);
		m.is_closed = !is_open;
		if (w->shape < GW_QUEUE_SHAPES) {
			m.is_wall = q->shapes[w->shape].is_wall && !is_walled[w->shape];
			is_walled[w->shape] |= m.is_wall;
		}
		if (m.is_closed || m.is_wall || q->nr_shapes > nr)
			q->marks[q->nr_marks++] = m;
	}
	q->is_marked = true;
}

/* What those hold back who are ahead of @position. */
static void fold_ahead(struct gw_queue *q, struct gw_board *b, u32 position)
{
	const struct gw_mark *m;
	struct gw_shape s;
	u32 i;

	begin(q, b);
	for (m = q->marks; m < q->marks + q->nr_marks && m->w->position < position; m++) {
		s = (struct gw_shape){
			.ask = m->w->ask, .is_never = m->is_never, .is_wall = m->is_wall,
		};
		if (!m->is_closed)
			fold_all(b, &s);
		for (i = 0; i < b->nr && m->is_closed; i++)
			b->offers[i].spare_bytes = 0;
	}
}

int gw_serve_explain(struct gw_queue *q, struct gw_board *b, const struct gw_want *w,
		     struct gw_reason *out)
{
	struct gw_want *head = gw_queue_head(q);
	int ret;

	if (!q->is_numbered || !q->is_marked)
		mark(q, b);
	if (head)
		gw_queue_position(q, head);	/* and so that of all */
	fold_ahead(q, b, w->queued ? w->position : U32_MAX);
	ret = gw_place_explain(b, &w->ask, out);
	gw_serve_end(q, b);
	return ret;
}
