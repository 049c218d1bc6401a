// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sums of what jobs have cost, by VM and model. Owns the rows and how long each keeps its name;
 * what is in a record is usage.c's. Never loses a figure, whatever is deleted.
 */
#include "account/usage_totals.h"

#include <linux/slab.h>

struct gw_total_row {
	struct list_head link;		/* in its VM's, or in gone, or in unnamed */
	u64 last_seq;			/* of its last record */
	struct gw_total_info info;
};

u32 gw_totals_generation = 1;		/* lock, to write it */

static DEFINE_SPINLOCK(lock);		/* leaf: all rows, gw_vm.totals */
static DEFINE_XARRAY_ALLOC1(rows);	/* by info.id; erased with the lock held */
static u32 next_id;
static LIST_HEAD(gone);			/* of VMs that are gone, the first one's first */
static u32 nr_gone;
static LIST_HEAD(unnamed);		/* of all VMs that are gone, by model; but for: */
static u32 nr_unnamed;
static struct gw_total_row rest;	/* of all models that have no row */
static u64 acked_seq;

static bool is_like(const struct gw_total_info *a, const struct gw_total_info *b)
{
	return a->model_bytes == b->model_bytes && a->nr_gpus == b->nr_gpus &&
	       !strcmp(a->model, b->model);
}

static struct gw_total_row *find(const struct list_head *list, const struct gw_total_info *key)
{
	struct gw_total_row *row;

	lockdep_assert_held(&lock);
	list_for_each_entry(row, list, link)
		if (is_like(&row->info, key))
			return row;
	return NULL;
}

/* With the number that a dump goes by. NULL: no memory. */
static struct gw_total_row *row_alloc(const struct gw_total_info *key)
{
	struct gw_total_row *row = kzalloc(sizeof(*row), GFP_KERNEL);

	if (!row)
		return NULL;
	INIT_LIST_HEAD(&row->link);
	row->info = *key;
	/* A dump may see it from here on, as a row of zeros. */
	if (xa_alloc_cyclic(&rows, &row->info.id, row, XA_LIMIT(1, U32_MAX), &next_id, GFP_KERNEL) < 0) {
		kfree(row);
		return NULL;
	}
	return row;
}

static void row_free(struct gw_total_row *row)
{
	lockdep_assert_held(&lock);
	xa_erase(&rows, row->info.id);
	kfree(row);
}

struct gw_total_row *gw_totals_row(struct gw_vm *vm, const char *model, u64 model_bytes, u32 nr_gpus)
{
	struct gw_total_info key = {
		.vm_id = vm->id, .model_bytes = model_bytes, .nr_gpus = nr_gpus,
	};
	struct gw_total_row *row, *new;

	strscpy(key.vm, vm->name, sizeof(key.vm));
	strscpy(key.model, model, sizeof(key.model));
	spin_lock(&lock);
	row = find(&vm->totals, &key);
	spin_unlock(&lock);
	if (row)
		return row;
	new = row_alloc(&key);
	if (!new)
		return NULL;
	spin_lock(&lock);
	row = find(&vm->totals, &key);	/* somebody else's in the meantime */
	if (row)
		row_free(new);
	else
		list_add_tail(&new->link, &vm->totals);
	spin_unlock(&lock);
	return row ?: new;
}

void gw_totals_count(struct gw_total_row *row, const struct gw_record *rec)
{
	if (!row)
		row = &rest;
	spin_lock(&lock);
	gw_total_add(&row->info.total, rec);
	row->last_seq = rec->seq;
	spin_unlock(&lock);
}

/* Take the VM's name from @row, which is on no list; it may be gone then. */
static void fold(struct gw_total_row *row)
{
	struct gw_total_row *into = find(&unnamed, &row->info);

	WRITE_ONCE(gw_totals_generation, gw_totals_generation + 1);
	if (gw_total_is_zero(&row->info.total)) {
		row_free(row);
		return;
	}
	if (!into && nr_unnamed < GW_TOTALS_MODELS) {
		row->info.vm_id = 0;
		row->info.vm[0] = '\0';
		list_add_tail(&row->link, &unnamed);
		nr_unnamed++;
		return;
	}
	gw_total_merge(into ? &into->info.total : &rest.info.total, &row->info.total);
	row_free(row);
}

static void fold_gone(struct gw_total_row *row)
{
	list_del(&row->link);
	nr_gone--;
	fold(row);
}

void gw_totals_vm_gone(struct gw_vm *vm)
{
	struct gw_total_row *row, *next;

	spin_lock(&lock);
	list_for_each_entry_safe(row, next, &vm->totals, link) {
		list_move_tail(&row->link, &gone);
		nr_gone++;
		if (row->last_seq <= acked_seq)
			fold_gone(row);
	}
	while (nr_gone > GW_TOTALS_GONE)
		fold_gone(list_first_entry(&gone, struct gw_total_row, link));
	spin_unlock(&lock);
}

void gw_totals_ack(u64 seq)
{
	struct gw_total_row *row, *next;

	spin_lock(&lock);
	acked_seq = max(acked_seq, seq);
	list_for_each_entry_safe(row, next, &gone, link)
		if (row->last_seq <= acked_seq)
			fold_gone(row);
	spin_unlock(&lock);
}

int gw_totals_after(u32 id, struct gw_total_info *info)
{
	unsigned long index = id;
	struct gw_total_row *row;

	spin_lock(&lock);
	while ((row = xa_find_after(&rows, &index, ULONG_MAX, XA_PRESENT)))
		if (!gw_total_is_zero(&row->info.total))
			break;
	if (row)
		*info = row->info;
	spin_unlock(&lock);
	return row ? 0 : -ENOENT;
}

int gw_totals_init(void)
{
	int ret;

	ret = xa_alloc_cyclic(&rows, &rest.info.id, &rest, XA_LIMIT(1, U32_MAX), &next_id, GFP_KERNEL);
	return ret < 0 ? ret : 0;
}

void gw_totals_exit(void)
{
	struct gw_total_row *row;
	unsigned long id;

	xa_for_each(&rows, id, row)
		if (row != &rest)
			kfree(row);
	xa_destroy(&rows);
}
