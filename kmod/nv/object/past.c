// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes that had clients and have none any more: of these the driver is asked, too, until it says
 * that they have nothing. Owns the list of them. Must not ask itself (reconcile.c), nor say what becomes of
 * a GPU (quarantine.c).
 *
 * RM can list the processes of a GPU, but not whose they are: a daemon of the host's whose parent has
 * died looks like one that left something. So only those are asked of that are known as a tenant's.
 */
#include "nv/object/objects_priv.h"

#include "reclaim/audit.h"
#include "object/binding.h"
#include "nv/driver/rm_client.h"

#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

#define PAST_MAX 256

static DEFINE_SPINLOCK(lock);		/* a leaf, under a tree's and an account's */
static LIST_HEAD(past);			/* gw_nv_maker.past, by serial */
static u32 nr_past;
static u64 last_serial;

bool gw_nv_has_past(void)
{
	return READ_ONCE(nr_past);
}

/* --- they come ------------------------------------------------------------------------------- */

static void forget(struct gw_nv_maker *m)
{
	list_del(&m->past);
	WRITE_ONCE(nr_past, nr_past - 1);
}

/* Too many: no VM pushes out what others left while it has some itself. */
static struct gw_nv_maker *surplus(u32 vm)
{
	struct gw_nv_maker *m;

	if (nr_past < PAST_MAX)
		return NULL;
	list_for_each_entry(m, &past, past)
		if (m->vm == vm)
			goto out;
	m = list_first_entry(&past, struct gw_nv_maker, past);
out:
	forget(m);
	return m;
}

/* An answer that comes now may be of the clients that it has, or had, besides. */
static void touch(u32 pid)
{
	struct gw_nv_maker *m, *next;
	u64 last = last_serial;

	list_for_each_entry_safe(m, next, &past, past) {
		if (m->serial > last)
			break;
		if (m->pid != pid)
			continue;
		m->serial = ++last_serial;
		list_move_tail(&m->past, &past);
	}
}

void gw_nv_past_touch(u32 pid)
{
	if (!gw_nv_has_past())
		return;
	spin_lock(&lock);
	touch(pid);
	spin_unlock(&lock);
}

void gw_nv_past_add(struct gw_nv_objects *t, struct gw_nv_maker *m)
{
	struct gw_account_info gpus;
	struct gw_nv_maker *old;
	u32 i;

	lockdep_assert_held(&t->lock);
	gw_account_info(t->accel, &gpus);
	for (i = 0; i < gpus.nr_gpus; i++)
		__set_bit(gpus.gpus[i].minor, m->minors);
	if (bitmap_empty(m->minors, GW_MAX_MINOR) || gw_truth_why()) {
		gw_nv_maker_free(m);
		return;
	}
	m->vm = t->accel->vm->id;
	m->accel = t->accel->index;
	m->since_ns = ktime_get_boottime_ns();
	spin_lock(&lock);
	touch(m->pid);
	old = surplus(m->vm);
	m->serial = ++last_serial;
	list_add_tail(&m->past, &past);
	WRITE_ONCE(nr_past, nr_past + 1);
	spin_unlock(&lock);
	gw_nv_maker_free(old);
	gw_audit_wake();
}

/* --- they are asked of ------------------------------------------------------------------------- */

static u32 list_one(const struct gw_nv_maker *m, struct gw_audit_left *left, u32 max)
{
	unsigned int minor;
	u32 nr = 0;

	for_each_set_bit(minor, m->minors, GW_MAX_MINOR) {
		if (nr == max)
			break;
		left[nr++] = (struct gw_audit_left){
			.serial = m->serial, .vm = m->vm, .accel = m->accel, .pid = m->pid,
			.minor = minor, .since_ns = m->since_ns,
		};
	}
	return nr;
}

/* Whoever finds no room is asked of when others have gone. */
int gw_nv_past_list(struct gw_audit_left **left, u32 *nr)
{
	u32 max = (READ_ONCE(nr_past) + 4) * GPUWARD_MAX_PLACED;
	const struct gw_nv_maker *m;

	*nr = 0;
	*left = kvmalloc_array(max, sizeof(**left), GFP_KERNEL);
	if (!*left)
		return -ENOMEM;
	spin_lock(&lock);
	list_for_each_entry(m, &past, past)
		if (max - *nr >= bitmap_weight(m->minors, GW_MAX_MINOR))
			*nr += list_one(m, *left + *nr, max - *nr);
	spin_unlock(&lock);
	return 0;
}

/* Can memory of its number be nobody's but its own, and is it no program of the host's by now? */
static bool is_its_own(const struct gw_nv_maker *m)
{
	struct task_struct *leader;
	struct pid *now;
	bool is;

	rcu_read_lock();
	now = find_pid_ns(m->pid, &init_pid_ns);
	leader = pid_task(m->tgid, PIDTYPE_TGID);
	is = !leader || (READ_ONCE(leader->exit_state) && thread_group_empty(leader)) ||
	     gw_bind_is_tenant(leader);
	if (now && now != m->tgid)
		is = false;
	rcu_read_unlock();
	return is;
}

/* The one with @serial; NULL: it is no more, or had clients since. */
static struct gw_nv_maker *find(u64 serial)
{
	struct gw_nv_maker *m;

	list_for_each_entry(m, &past, past)
		if (m->serial == serial)
			return m;
	return NULL;
}

/* May what is said of it be told? It is forgotten when it has nothing. */
static bool settle(const struct gw_audit_left *left, bool has_some)
{
	struct gw_nv_maker *m;
	bool may_tell;

	if (has_some && gw_nv_trees_know(left->vm, left->accel, left->pid))
		return false;
	spin_lock(&lock);
	m = find(left->serial);
	may_tell = m && has_some && is_its_own(m);
	if (m && !has_some)
		forget(m);
	spin_unlock(&lock);
	if (!has_some)
		gw_nv_maker_free(m);
	return may_tell;
}

u32 gw_nv_past_settle(struct gw_audit_left *left, u32 nr)
{
	u32 i, end, kept = 0;
	bool has_some, may_tell;

	for (i = 0; i < nr; i = end) {
		has_some = false;
		for (end = i; end < nr && left[end].serial == left[i].serial; end++)
			has_some |= left[end].bytes;
		may_tell = settle(&left[i], has_some);
		for (; may_tell && i < end; i++)
			if (left[i].bytes)
				left[kept++] = left[i];
	}
	return kept;
}

void gw_nv_past_forget(void)
{
	struct gw_nv_maker *m;

	do {
		spin_lock(&lock);
		m = list_first_entry_or_null(&past, struct gw_nv_maker, past);
		if (m)
			forget(m);
		spin_unlock(&lock);
		gw_nv_maker_free(m);
	} while (m);
}
