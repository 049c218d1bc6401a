// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each process holds by handles of its clients, which is what the driver can be asked for; and
 * a list of both for whoever compares. Owns the counts of processes. Must not ask the driver itself
 * (rm_client.c), nor judge.
 *
 * What is known is counted before the driver is called and until after it has freed: the most that
 * was known while the driver was asked is never less than what an honest program had then.
 */
#include "nv/object/objects_priv.h"

#include "nv/driver/rm_client.h"

#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/sort.h>

#define MAKERS_AT_ONCE 64

/* --- counting ------------------------------------------------------------------------------ */

static struct gw_nv_maker *maker_alloc(void)
{
	struct gw_nv_maker *m = kzalloc(sizeof(*m), GFP_KERNEL_ACCOUNT);

	if (!m)
		return NULL;
	m->pid = task_tgid_nr(current);
	m->tgid = get_pid(task_tgid(current));
	return m;
}

void gw_nv_maker_free(struct gw_nv_maker *m)
{
	if (!m)
		return;
	put_pid(m->tgid);
	kfree(m);
}

int gw_nv_maker_get(struct gw_nv_objects *t, struct gw_nv_maker **out)
{
	struct gw_nv_maker *fresh = maker_alloc(), *m;
	u32 pid = task_tgid_nr(current);
	int ret = fresh ? 0 : -ENOMEM;

	spin_lock(&t->lock);
	m = xa_load(&t->makers, pid);
	if (!m && fresh) {
		fresh->serial = ++t->last_serial;
		ret = xa_err(xa_store(&t->makers, pid, fresh, GFP_ATOMIC));
		if (!ret) {
			gw_nv_past_touch(pid);
			m = fresh;
			fresh = NULL;
			t->nr_makers++;
		}
	}
	if (m)
		m->nr_nodes++;
	spin_unlock(&t->lock);
	gw_nv_maker_free(fresh);
	*out = m;
	return m ? 0 : ret;
}

void gw_nv_maker_put(struct gw_nv_objects *t, struct gw_nv_maker *m)
{
	lockdep_assert_held(&t->lock);
	if (--m->nr_nodes)
		return;
	xa_erase(&t->makers, m->pid);
	t->nr_makers--;
	gw_nv_past_add(t, m);
}

/* A maker's count on a GPU; NULL: none, and no room for one. */
static struct gw_nv_made *made_on(struct gw_nv_maker *m, u32 minor)
{
	struct gw_nv_made *made, *unused = NULL;

	for (made = m->made; made < m->made + ARRAY_SIZE(m->made); made++) {
		if (made->minor == minor && (made->bytes || made->most))
			return made;
		/* Better one that nobody has looked at yet. */
		if (!made->bytes && (!unused || (unused->most && !made->most)))
			unused = made;
	}
	if (unused)
		*unused = (struct gw_nv_made){ .minor = minor };
	return unused;
}

void gw_nv_count(struct gw_nv_objects *t, struct gw_nv_node *n, u32 minor, u64 bytes)
{
	struct gw_nv_made *made;

	lockdep_assert_held(&t->lock);
	if (!n->maker || (!bytes && !n->counted))
		return;
	made = made_on(n->maker, n->counted ? n->counted_on : minor);
	if (WARN_ON_ONCE(!made))	/* an accelerator has no more GPUs than that */
		return;
	__set_bit(minor, n->maker->minors);
	made->bytes += bytes - n->counted;
	made->most = max(made->most, made->bytes);
	n->counted = bytes;
	n->counted_on = made->minor;
}

void gw_nv_uncount(struct gw_nv_objects *t, struct gw_nv_node *n)
{
	if (!n->maker)
		return;
	gw_nv_count(t, n, n->counted_on, 0);
	gw_nv_maker_put(t, n->maker);
	n->maker = NULL;
}

/* --- listing ------------------------------------------------------------------------------- */

/* A row, and where it comes from: see compact(). */
struct line {
	struct gw_audit_row row;
	struct gw_nv_objects *tree;
	u64 serial;
};

struct list {
	struct line *lines;
	u32 nr;
	u32 max;
	struct gw_audit_left *left;	/* each has a line behind those of the trees */
	u32 nr_left;
};

static u32 nr_wanted(void)
{
	struct gw_nv_objects *t = NULL;
	u64 nr = 0;

	while ((t = gw_nv_tree_next(t)))
		nr += (u64)READ_ONCE(t->nr_makers) * GPUWARD_MAX_PLACED;
	return min_t(u64, nr + 4 * GPUWARD_MAX_PLACED, 1u << 20);
}

/* From now on the most is looked for. */
static void mark(struct list *l, struct gw_nv_objects *t, struct gw_nv_maker *m,
		 const struct gw_account_info *gpus)
{
	struct gw_nv_made *made;
	u32 i;

	for (made = m->made; made < m->made + ARRAY_SIZE(m->made); made++)
		made->most = made->bytes;
	for (i = 0; i < gpus->nr_gpus && l->nr < l->max; i++)
		l->lines[l->nr++] = (struct line){
			.row = { .job = m->job, .vm = t->accel->vm->id, .accel = t->accel->index,
				 .pid = m->pid, .minor = gpus->gpus[i].minor },
			.tree = t, .serial = m->serial,
		};
}

static void mark_all(struct list *l, struct gw_nv_objects *t)
{
	struct gw_account_info gpus;
	struct gw_nv_maker *m;
	unsigned long pid = 0;
	u32 n;

	gw_account_info(t->accel, &gpus);
	do {
		spin_lock(&t->lock);
		for (n = 0; n < MAKERS_AT_ONCE; n++, pid++) {
			m = xa_find(&t->makers, &pid, ULONG_MAX, XA_PRESENT);
			if (!m)
				break;
			mark(l, t, m, &gpus);
		}
		spin_unlock(&t->lock);
		cond_resched();
	} while (n == MAKERS_AT_ONCE);
}

/* The driver has been asked: the most that was known meanwhile. All, of one that went. */
static void read_most(struct line *line)
{
	struct gw_nv_objects *t = line->tree;
	struct gw_nv_maker *m;
	u32 i;

	line->row.known = 0;
	spin_lock(&t->lock);
	m = xa_load(&t->makers, line->row.pid);
	if (!m || m->serial != line->serial)
		line->row.known = line->row.truth;
	for (i = 0; m && i < ARRAY_SIZE(m->made); i++)
		if (m->made[i].minor == line->row.minor)
			line->row.known = max(line->row.known, m->made[i].most);
	if (m && m->job)
		line->row.job = m->job;
	spin_unlock(&t->lock);
}

/* Those of one GPU, as many as fit into one question. */
static int ask_some(struct gw_truth *truth, struct list *l, u32 minor, u32 *at)
{
	struct line *asked[GW_TRUTH_PIDS];
	u32 pids[GW_TRUTH_PIDS], nr = 0, i;
	u64 bytes[GW_TRUTH_PIDS];
	int ret;

	for (; *at < l->nr && nr < GW_TRUTH_PIDS; ++*at) {
		if (l->lines[*at].row.minor != minor)
			continue;
		asked[nr] = &l->lines[*at];
		pids[nr++] = l->lines[*at].row.pid;
	}
	ret = nr ? gw_truth_ask(truth, minor, pids, nr, bytes) : 0;
	for (i = 0; i < nr && !ret; i++)
		asked[i]->row.truth = bytes[i];
	return ret;
}

static int ask_all(struct list *l)
{
	DECLARE_BITMAP(minors, GW_MAX_MINOR) = { };
	struct gw_truth *truth;
	u32 minor, i, at;
	int ret;

	if (!l->nr)	/* nobody to ask about */
		return gw_truth_why() ? -EOPNOTSUPP : 0;
	ret = gw_truth_begin(&truth);
	if (ret)
		return ret;
	for (i = 0; i < l->nr; i++)
		__set_bit(l->lines[i].row.minor, minors);
	for_each_set_bit(minor, minors, GW_MAX_MINOR)
		for (at = 0; at < l->nr && !ret;)
			ret = ask_some(truth, l, minor, &at);
	gw_truth_end(truth);
	return ret;
}

static void get_trees(struct list *l)
{
	struct gw_nv_objects *t = NULL;

	while ((t = gw_nv_tree_next(t))) {
		gw_nv_tree_get(t);		/* put_trees() drops it */
		mark_all(l, t);
		if (!l->nr || l->lines[l->nr - 1].tree != t)
			gw_nv_tree_put(t);
	}
}

/* The lines of one tree stand together. */
static void put_trees(struct list *l)
{
	u32 i;

	for (i = 0; i < l->nr; i++)
		if (i + 1 == l->nr || l->lines[i + 1].tree != l->lines[i].tree)
			gw_nv_tree_put(l->lines[i].tree);
}

static void append_past(struct list *l)
{
	u32 i;

	for (i = 0; i < l->nr_left; i++)
		l->lines[l->nr + i].row = (struct gw_audit_row){
			.pid = l->left[i].pid, .minor = l->left[i].minor,
		};
	l->nr += l->nr_left;
}

static void settle_past(struct list *l)
{
	u32 i;

	l->nr -= l->nr_left;
	for (i = 0; i < l->nr_left; i++)
		l->left[i].bytes = l->lines[l->nr + i].row.truth;
}

/* The rows alone, at the start of the same memory. */
static struct gw_audit_row *compact(struct list *l)
{
	struct gw_audit_row *rows = (struct gw_audit_row *)l->lines;
	u32 i;

	for (i = 0; i < l->nr; i++)
		memmove(&rows[i], &l->lines[i].row, sizeof(*rows));
	return rows;
}

static int list_alloc(struct list *l)
{
	int ret = gw_nv_past_list(&l->left, &l->nr_left);

	if (ret)
		return ret;
	l->max = nr_wanted();
	l->lines = kvmalloc_array(l->max + l->nr_left, sizeof(*l->lines), GFP_KERNEL);
	if (!l->lines) {
		kvfree(l->left);
		return -ENOMEM;
	}
	return 0;
}

int gw_nv_books(struct gw_books *books)
{
	struct list l = { };
	int ret = list_alloc(&l);
	u32 i;

	*books = (struct gw_books){ };
	if (ret)
		return ret;
	get_trees(&l);
	append_past(&l);
	ret = ask_all(&l);
	settle_past(&l);
	for (i = 0; i < l.nr && !ret; i++)
		read_most(&l.lines[i]);
	put_trees(&l);
	if (ret) {
		kvfree(l.lines);
		kvfree(l.left);
		return ret;
	}
	books->rows = compact(&l);
	sort(books->rows, l.nr, sizeof(*books->rows), gw_audit_by_process, NULL);
	books->nr = gw_audit_merge(books->rows, l.nr);
	books->left = l.left;
	books->nr_left = gw_nv_past_settle(l.left, l.nr_left);
	return 0;
}
