// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is really inside, for debugging: VMs with their accelerators, processes and jobs; GPUs.
 * Root only, read only, never a token. No interface: the text may change at any time.
 */
#include "debugfs.h"
#include "admin/gpu.h"
#include "job/job.h"
#include "object/types.h"

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static struct dentry *dir;

/* --- vms: one record for each VM, by number; gw_admin is held from start to stop  */

static void *find_vm(loff_t *pos)
{
	unsigned long id = *pos;
	struct gw_vm *vm = xa_find(&gw_vms, &id, ULONG_MAX, XA_PRESENT);

	*pos = id;
	return vm;
}

static void *vms_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&gw_admin);
	return find_vm(pos);
}

static void *vms_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return find_vm(pos);
}

static void vms_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&gw_admin);
}

static void show_proc(struct seq_file *m, const struct gw_proc *p)
{
	seq_printf(m, "    proc %d files %u job %llu placer %d placing %u gpus %*pbl \"%s\"\n",
		   pid_nr(p->tgid), p->nr_files, p->job ? p->job->id : 0, p->is_placer,
		   p->nr_placing, GW_MAX_MINOR, p->gpus, p->command);
}

static void show_job(struct seq_file *m, const struct gw_lessee *w)
{
	const struct gw_job *job = container_of(w, struct gw_job, lessee);

	seq_printf(m, "    job %llu state %u ticket %llu lessee %u program %u owner %d ref %u \"%s\"\n",
		   job->id, job->state, w->ticket, w->state, job->program, pid_nr(job->owner),
		   refcount_read(&job->ref), job->command);
}

static void show_account(struct seq_file *m, struct gw_accel *a)
{
	struct gw_account_info info;
	u32 i;

	gw_account_info(a, &info);
	for (i = 0; i < info.nr_gpus; i++)
		seq_printf(m, "    account gpu %u used %llu peak %llu limit %llu%s%s\n",
			   info.gpus[i].minor, info.gpus[i].used_bytes, info.gpus[i].peak_bytes,
			   info.gpus[i].limit_bytes, info.is_unlimited ? " unlimited" : "",
			   a->is_cleaning ? " cleaning" : "");
}

static void show_pool(struct seq_file *m, struct gw_accel *a)
{
	u32 i;

	mutex_lock(&gw_pool_lock);
	seq_printf(m, "    want %u x %llu ticket %llu queued %d placed %d placers %u waiters %u running %u on",
		   a->want.ask.nr_gpus, a->want.ask.bytes_per_gpu, a->want.ticket, a->want.queued,
		   a->is_placed, a->nr_placers, a->nr_place_waiters, a->nr_running);
	for (i = 0; i < a->nr_placed; i++)
		seq_printf(m, " %u", a->placed[i]);
	seq_putc(m, '\n');
	show_account(m, a);
	mutex_unlock(&gw_pool_lock);
}

static void show_accel(struct seq_file *m, struct gw_accel *a)
{
	const struct gw_lessee *w;
	const struct gw_proc *p;

	mutex_lock(&a->lock);
	seq_printf(m, "  accel %u \"%s\" model %s program %u holders %u/%u queued %u\n", a->index,
		   a->name, a->model->name, a->program, a->lease.nr_holders,
		   a->lease.max_holders, a->lease.nr_queued);
	show_pool(m, a);
	list_for_each_entry(p, &a->procs, link)
		show_proc(m, p);
	list_for_each_entry(w, &a->lease.holders, link)
		show_job(m, w);
	list_for_each_entry(w, &a->lease.queue, link)
		show_job(m, w);
	mutex_unlock(&a->lock);
}

static int vms_show(struct seq_file *m, void *v)
{
	struct gw_vm *vm = v;
	struct gw_accel *a;
	u32 i;

	seq_printf(m, "vm %u \"%s\" ref %u bindings %u files %d jobs %d\n", vm->id, vm->name,
		   refcount_read(&vm->ref), vm->nr_bindings, atomic_read(&vm->nr_files),
		   atomic_read(&vm->nr_jobs));
	gw_for_each_accel(vm, i, a)
		show_accel(m, a);
	return 0;
}

static const struct seq_operations vms_sops = {
	.start = vms_start, .next = vms_next, .stop = vms_stop, .show = vms_show,
};
DEFINE_SEQ_ATTRIBUTE(vms);

/* --- gpus --------------------------------------------------------------------- */

static int gpus_show(struct seq_file *m, void *unused)
{
	struct gw_gpu gpu;
	u32 minor;

	for (minor = 0; !gw_gpu_get(minor, true, &gpu); minor = gpu.minor + 1)
		seq_printf(m, "gpu %u \"%s\" %s instance %u state %u memory %llu reserved %llu placed %u running %u\n",
			   gpu.minor, gpu.name, gpu.pci, gpu.instance, gw_gpu_state(&gpu),
			   gpu.memory_bytes, gpu.reserved_bytes, gpu.nr_placed, gpu.nr_running);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(gpus);

void gw_debugfs_init(void)
{
	dir = debugfs_create_dir("gpuward", NULL);
	debugfs_create_file("vms", 0400, dir, NULL, &vms_fops);
	debugfs_create_file("gpus", 0400, dir, NULL, &gpus_fops);
}

void gw_debugfs_exit(void)
{
	debugfs_remove(dir);
}
