// SPDX-License-Identifier: GPL-2.0-only
/*
 * The records of tenants' NVIDIA files. Owns the table and each record's share of its process.
 * Must not call the vendor, nor touch the struct file itself: its address is the key, no more.
 */
#include "job/file.h"
#include "ioctl/hold.h"

#include <linux/module.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

static const struct rhashtable_params params = {
	.key_len = sizeof_field(struct gw_file, filp),
	.key_offset = offsetof(struct gw_file, filp),
	.head_offset = offsetof(struct gw_file, node),
	.automatic_shrinking = true,
};

static struct rhashtable table;			/* by address, read under RCU */
static LIST_HEAD(files);			/* files_lock */
static DEFINE_SPINLOCK(files_lock);		/* leaf */
atomic_t gw_nr_files;

/* @proc has one file more for it; one less when this fails. */
static struct gw_file *add(struct file *filp, enum gw_node kind, u32 minor, struct gw_proc *proc)
{
	struct gw_file *f = kzalloc(sizeof(*f), GFP_KERNEL_ACCOUNT);
	int ret = -ENOMEM;

	if (!f)
		goto err_proc;
	f->filp = filp;
	f->kind = kind;
	f->minor = minor;
	f->proc = proc;
	ret = -ENODEV;
	/* Dropped in gw_file_del(): this module stays while a tenant has a file open. */
	if (!try_module_get(THIS_MODULE))
		goto err_free;
	ret = rhashtable_lookup_insert_fast(&table, &f->node, params);
	if (ret)
		goto err_module;
	spin_lock(&files_lock);
	list_add_tail(&f->link, &files);
	spin_unlock(&files_lock);
	atomic_inc(&gw_nr_files);
	atomic_inc(&proc->accel->vm->nr_files);
	return f;

err_module:
	module_put(THIS_MODULE);
err_free:
	kfree(f);
err_proc:
	gw_proc_close(proc);
	return ERR_PTR(ret);
}

struct gw_file *gw_file_open(struct file *filp, enum gw_node kind, u32 minor, struct gw_accel *a)
{
	struct gw_proc *p = gw_proc_open(a);

	return IS_ERR(p) ? ERR_CAST(p) : add(filp, kind, minor, p);
}

struct gw_file *gw_file_open_beside(struct gw_file *of, struct file *filp, enum gw_node kind)
{
	gw_proc_share(of->proc);
	return add(filp, kind, of->minor, of->proc);
}

void gw_file_del(struct gw_file *f)
{
	spin_lock(&files_lock);
	list_del(&f->link);
	spin_unlock(&files_lock);
	WARN_ON_ONCE(rhashtable_remove_fast(&table, &f->node, params));
	atomic_dec(&gw_nr_files);
	atomic_dec(&f->proc->accel->vm->nr_files);
	gw_proc_close(f->proc);
	kfree_rcu(f, rcu);
	module_put(THIS_MODULE);
}

struct gw_file *gw_file_find(struct file *filp)
{
	struct gw_file *f;

	if (!atomic_read(&gw_nr_files))
		return NULL;
	rcu_read_lock();
	f = rhashtable_lookup(&table, &filp, params);
	rcu_read_unlock();
	return f;	/* see file.h: the caller's call on the file keeps it */
}

u32 gw_file_del_all(void)
{
	struct gw_file *f;
	u32 n = 0;

	for (;;) {
		spin_lock(&files_lock);
		f = list_first_entry_or_null(&files, struct gw_file, link);
		spin_unlock(&files_lock);
		if (!f)
			break;
		gw_file_del(f);
		n++;
	}
	gw_hold_wake();
	return n;
}

int gw_file_init(void)
{
	return rhashtable_init(&table, &params);
}

void gw_file_exit(void)
{
	WARN_ON_ONCE(atomic_read(&gw_nr_files));
	rcu_barrier();
	rhashtable_destroy(&table);
}
