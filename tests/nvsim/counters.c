// SPDX-License-Identifier: GPL-2.0-only
/*
 * counters.c - debugfs: each GPU's books and what has been asked of the driver, for tests to read.
 * Owns: /sys/kernel/debug/nvsim. Must not: be needed by anything but tests; nothing of it exists in
 * the real driver.
 */
#include "nvsim.h"

#include <linux/debugfs.h>

static struct dentry *dir;
static atomic64_t ioctls[256];
static atomic64_t ioctls_beyond;

void nvsim_count_ioctl(u32 nr)
{
	atomic64_inc(nr < ARRAY_SIZE(ioctls) ? &ioctls[nr] : &ioctls_beyond);
}

static int gpu_show(struct seq_file *m, void *v)
{
	nvsim_books_show(m, m->private);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(gpu);

static void node_show(struct seq_file *m, const char *name, const struct nv_state *nv)
{
	seq_printf(m, "node %s opens %lld open_fails %lld closes %lld\n", name,
		   atomic64_read(&nv->opens), atomic64_read(&nv->open_fails),
		   atomic64_read(&nv->closes));
}

static int counters_show(struct seq_file *m, void *v)
{
	unsigned int i;
	char name[16];

	node_show(m, "ctl", &nv_ctl_device);
	for (i = 0; i < nr_gpus; i++) {
		snprintf(name, sizeof(name), "gpu%u", i);
		node_show(m, name, nv_gpus[i]);
	}
	for (i = 0; i < ARRAY_SIZE(ioctls); i++)
		if (atomic64_read(&ioctls[i]))
			seq_printf(m, "ioctl 0x%02x %lld\n", i, atomic64_read(&ioctls[i]));
	seq_printf(m, "ioctl beyond %lld\n", atomic64_read(&ioctls_beyond));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

/* Writing anything forgets the maxima, so that one load of the module serves many tests. */
static ssize_t reset_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	unsigned int i;

	for (i = 0; i < nr_gpus; i++)
		nvsim_books_reset_max(nv_gpus[i]);
	for (i = 0; i < ARRAY_SIZE(ioctls); i++)
		atomic64_set(&ioctls[i], 0);
	return len;
}

static const struct file_operations reset_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = reset_write,
};

/* Writing anything: clients that outlived their files are found, and freed. */
static ssize_t find_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	nvsim_clients_find_lost();
	return len;
}

static const struct file_operations find_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = find_write,
};

void nvsim_debugfs_init(void)
{
	unsigned int i;
	char name[16];

	dir = debugfs_create_dir("nvsim", NULL);
	for (i = 0; i < nr_gpus; i++) {
		snprintf(name, sizeof(name), "gpu%u", i);
		debugfs_create_file(name, 0444, dir, nv_gpus[i], &gpu_fops);
	}
	debugfs_create_file("counters", 0444, dir, NULL, &counters_fops);
	debugfs_create_file("reset", 0200, dir, NULL, &reset_fops);
	debugfs_create_file("find", 0200, dir, NULL, &find_fops);
}

void nvsim_debugfs_exit(void)
{
	debugfs_remove_recursive(dir);
}
