// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records of requests that the driver acts on in place of the caller's own memory. Owns them, the
 * table that finds one by its task, and the probe. Must not judge; must not lock where the probe
 * looks, which may be as in an NMI.
 *
 * A record is freed without a grace period and may become another task's while somebody walks
 * past it: a walk that ends in another chain than it began in is done again.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "nv/driver/bounce.h"
#include "base/refuse.h"
#include "hook/kprobe.h"
#include "nv/nv.h"

#include <linux/hash.h>
#include <linux/ioctl.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/rculist_nulls.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#define CHAIN_BITS 8

/* No address of user space nor of the kernel on any machine; below are 32 bits that nobody knows. */
#define COOKIE 0x9f80000000000000ull

static bool pin_arguments = true;
module_param(pin_arguments, bool, 0444);
MODULE_PARM_DESC(pin_arguments, "the driver acts on what was checked (N: for tests only, a racing program gets round every check)");

static struct chain {
	struct hlist_nulls_head head;
	spinlock_t lock;		/* leaf; writers only */
} chains[1 << CHAIN_BITS];
static struct kmem_cache *cache;
static struct gw_probe probe;
static const char *fault;		/* why pins did not act at the last try */

bool gw_pin_is_on(void)
{
	return pin_arguments;
}

const char *gw_pin_fault(void)
{
	return READ_ONCE(fault);
}

/* --- the table ----------------------------------------------------------------------------- */

static u32 chain_of(const struct task_struct *task)
{
	return hash_ptr(task, CHAIN_BITS);
}

/* Task's own record stands in its chain as long as task looks for it. */
static notrace struct gw_pin *gw_pin_current(void)
{
	u32 i = chain_of(current);
	struct hlist_nulls_node *pos;
	struct gw_pin *p;

	rcu_read_lock();
	do {
		hlist_nulls_for_each_entry_rcu(p, pos, &chains[i].head, node) {
			if (READ_ONCE(p->task) == current) {
				rcu_read_unlock();
				return p;
			}
		}
	} while (get_nulls_value(pos) != i);
	rcu_read_unlock();
	return NULL;
}
NOKPROBE_SYMBOL(gw_pin_current);

static void publish(struct gw_pin *p)
{
	struct chain *c = &chains[chain_of(current)];

	WRITE_ONCE(p->task, current);
	spin_lock(&c->lock);
	hlist_nulls_add_head_rcu(&p->node, &c->head);
	spin_unlock(&c->lock);
}

static void unpublish(struct gw_pin *p)
{
	struct chain *c = &chains[chain_of(current)];

	spin_lock(&c->lock);
	hlist_nulls_del_rcu(&p->node);
	spin_unlock(&c->lock);
	WRITE_ONCE(p->task, NULL);
}

/* --- taking and giving back ------------------------------------------------------------------- */

/* Field by field: the first two belong to those who walk past. */
struct gw_pin *gw_pin_take(u32 nr, u32 size, u64 arg)
{
	struct gw_pin *p;

	if (size > GW_PIN_OUTER_MAX)
		return ERR_PTR(-EINVAL);
	p = kmem_cache_alloc(cache, GFP_KERNEL);
	if (!p)
		return ERR_PTR(-ENOMEM);
	p->nr = nr;
	p->size = size;
	p->arg = arg;
	p->is_answered = false;
	p->is_torn = false;
	p->nested = (struct gw_pin_block){ };
	p->list = (struct gw_pin_block){ };
	p->small_used = 0;
	if (!copy_from_user(p->outer, u64_to_user_ptr(arg), size))
		return p;
	gw_pin_drop(p);
	return ERR_PTR(-EFAULT);
}

static bool is_small(const struct gw_pin *p, const u8 *data)
{
	return data >= p->small && data < p->small + sizeof(p->small);
}

static u8 *block_alloc(struct gw_pin *p, u32 len)
{
	u8 *data = p->small + p->small_used;
	u32 room = ALIGN(len, 8);

	if (room > sizeof(p->small) - p->small_used)
		return kvmalloc(len, GFP_KERNEL_ACCOUNT);
	p->small_used += room;
	return data;
}

static void block_free(struct gw_pin *p, struct gw_pin_block *b)
{
	if (!is_small(p, b->data))
		kvfree(b->data);
	b->data = NULL;
}

static u64 get_pointer(const u8 *from, u32 at)
{
	u64 pointer;

	memcpy(&pointer, from + at, sizeof(pointer));
	return pointer;
}

static void put_pointer(u8 *to, u32 at, u64 pointer)
{
	memcpy(to + at, &pointer, sizeof(pointer));
}

static int block_take(struct gw_pin *p, struct gw_pin_block *b, const u8 *from, u32 from_len,
		      u32 at, u32 len)
{
	if (len > GW_PIN_NESTED_MAX || from_len < sizeof(u64) || at > from_len - sizeof(u64) ||
	    b->data)
		return -EINVAL;
	b->user = get_pointer(from, at);
	if (!b->user || !len)
		return 0;
	b->data = block_alloc(p, len);
	if (!b->data)
		return -ENOMEM;
	b->len = len;
	b->at = at;
	if (!copy_from_user(b->data, u64_to_user_ptr(b->user), len))
		return 0;
	block_free(p, b);
	return -EFAULT;
}

int gw_pin_take_nested(struct gw_pin *p, u32 at, u32 len)
{
	return block_take(p, &p->nested, p->outer, p->size, at, len);
}

int gw_pin_take_list(struct gw_pin *p, u32 at, u32 len)
{
	if (!p->nested.data)
		return -EINVAL;
	return block_take(p, &p->list, p->nested.data, p->nested.len, at, len);
}

void gw_pin_drop(struct gw_pin *p)
{
	block_free(p, &p->list);
	block_free(p, &p->nested);
	kmem_cache_free(cache, p);
}

static int block_write_back(const struct gw_pin_block *b)
{
	if (!b->data || !b->is_dirty)
		return 0;
	return copy_to_user(u64_to_user_ptr(b->user), b->data, b->len) ? -EFAULT : 0;
}

/* All that can be, even when some of it cannot. */
int gw_pin_write_back(struct gw_pin *p)
{
	int ret = block_write_back(&p->list);

	ret = block_write_back(&p->nested) ?: ret;
	if (copy_to_user(u64_to_user_ptr(p->arg), p->outer, p->size))
		ret = -EFAULT;
	return ret;
}

/* --- the driver's side ------------------------------------------------------------------------ */

/*
 * rm_ioctl(stack, GPU, file, number, outer struct, its size). Where number and size are not the
 * record's, its bytes would not be what was judged, or not be enough: RM answers size 0, which no
 * request has, with an error.
 */
static void at_rm_ioctl(struct pt_regs *regs)
{
	u32 nr = gw_probe_arg(regs, 3), size = gw_probe_arg(regs, 5);
	struct gw_pin *p = gw_pin_current();

	if (p && p->nr == nr && p->size == size) {
		gw_probe_set_arg(regs, 4, (unsigned long)p->outer);
		p->is_answered = true;
	} else if (p) {
		p->is_torn = true;
		gw_probe_set_arg(regs, 5, 0);
	} else if (gw_nv_came_round(nr, size, (void *)gw_probe_arg(regs, 4))) {
		gw_probe_set_arg(regs, 5, 0);
	}
}
NOKPROBE_SYMBOL(at_rm_ioctl);

notrace bool gw_pin_is_wanted(void)
{
	return gw_pin_current();
}

/* The block that an address lies in, NULL: in none. */
static struct gw_pin_block *block_at(struct gw_pin *p, u64 address)
{
	if (p->nested.data && address - p->nested.cookie < p->nested.len)
		return &p->nested;
	if (p->list.data && address - p->list.cookie < p->list.len)
		return &p->list;
	return NULL;
}

u32 gw_pin_copy_in(void *to, const void *from, u32 n)
{
	u64 address = (unsigned long)from;
	struct gw_pin *p = gw_pin_current();
	struct gw_pin_block *b = p ? block_at(p, address) : NULL;

	/* RM reads for a request whose outer struct it did not take from us: no more of this. */
	if (p && !p->is_answered)
		return GW_PIN_INVALID_ADDRESS;
	if (!b)
		return copy_from_user(to, (const void __user *)from, n) ? GW_PIN_INVALID_ADDRESS : 0;
	if (n > b->len - (address - b->cookie))
		return GW_PIN_INVALID_ADDRESS;
	memcpy(to, b->data + (address - b->cookie), n);
	b->is_read = true;
	return 0;
}

u32 gw_pin_copy_out(void *to, const void *from, u32 n)
{
	u64 address = (unsigned long)to;
	struct gw_pin *p = gw_pin_current();
	struct gw_pin_block *b = p ? block_at(p, address) : NULL;

	if (!b)
		return copy_to_user((void __user *)to, from, n) ? GW_PIN_INVALID_ADDRESS : 0;
	if (n > b->len - (address - b->cookie))
		return GW_PIN_INVALID_ADDRESS;
	memcpy(b->data + (address - b->cookie), from, n);
	b->is_dirty = true;
	return 0;
}

/* --- the call ------------------------------------------------------------------------------------ */

static u64 new_cookie(u64 kind)
{
	return COOKIE | kind << 48 | (u64)get_random_u32() << 16;
}

static void hide_pointers(struct gw_pin *p)
{
	if (p->list.data) {
		p->list.cookie = new_cookie(1);
		put_pointer(p->nested.data, p->list.at, p->list.cookie);
	}
	if (p->nested.data) {
		p->nested.cookie = new_cookie(0);
		put_pointer(p->outer, p->nested.at, p->nested.cookie);
	}
}

static void show_pointers(struct gw_pin *p)
{
	if (p->nested.data)
		put_pointer(p->outer, p->nested.at, p->nested.user);
	if (p->list.data)
		put_pointer(p->nested.data, p->list.at, p->list.user);
}

static void tell_fault(const char *what)
{
	if (!xchg(&fault, what))
		pr_err_ratelimited("%s: requests of tenants fail\n", what);
}

static unsigned int command(const struct gw_pin *p)
{
	return _IOC(_IOC_READ | _IOC_WRITE, 'F', p->nr, p->size);
}

static void block_reread(struct gw_pin_block *b)
{
	if (b->data && copy_from_user(b->data, u64_to_user_ptr(b->user), b->len))
		b->is_dirty = false;
}

/* The driver takes what it finds; the answer is what is found then. */
static long call_unpinned(struct gw_pin *p, struct file *filp, gw_nv_ioctl_fn original)
{
	long ret = original(filp, command(p), p->arg);

	if (ret == -EFAULT)
		return ret;
	p->is_answered = !copy_from_user(p->outer, u64_to_user_ptr(p->arg), p->size);
	block_reread(&p->nested);
	block_reread(&p->list);
	show_pointers(p);
	return ret;
}

/* RM must have run where the driver says that all went well, and could not have where it did not. */
static bool was_missed(const struct gw_pin *p, long ret)
{
	if (p->is_answered || p->is_torn)
		return false;
	return ret >= 0 || !gw_probe_is_armed(&probe);
}

long gw_pin_call(struct gw_pin *p, struct file *filp, gw_nv_ioctl_fn original)
{
	long ret;

	if (!pin_arguments)
		return call_unpinned(p, filp, original);
	if (!gw_probe_is_armed(&probe)) {
		tell_fault("the probe on rm_ioctl is disarmed (kprobes/enabled?)");
		return gw_is_audit() ? call_unpinned(p, filp, original) : -EPERM;
	}
	hide_pointers(p);
	publish(p);
	ret = original(filp, command(p), p->arg);
	unpublish(p);
	show_pointers(p);
	if (was_missed(p, ret)) {
		tell_fault("the probe on rm_ioctl did not act");
		return -EPERM;
	}
	if (unlikely(READ_ONCE(fault)) && p->is_answered)
		WRITE_ONCE(fault, NULL);
	return ret;
}

/* --- coming and going ---------------------------------------------------------------------------- */

int gw_pin_install(void)
{
	if (!pin_arguments)
		return 0;
	WRITE_ONCE(fault, NULL);
	probe.handler = at_rm_ioctl;
	return gw_probe_install(&probe, "nvidia", "rm_ioctl");
}

void gw_pin_remove(void)
{
	gw_probe_remove(&probe);
}

int gw_pin_init(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(chains); i++) {
		INIT_HLIST_NULLS_HEAD(&chains[i].head, i);
		spin_lock_init(&chains[i].lock);
	}
	cache = kmem_cache_create_usercopy("gpuward_pin", sizeof(struct gw_pin), 0,
					   SLAB_TYPESAFE_BY_RCU | SLAB_HWCACHE_ALIGN,
					   offsetof(struct gw_pin, outer),
					   sizeof_field(struct gw_pin, outer) +
					   sizeof_field(struct gw_pin, small), NULL);
	if (!cache)
		return -ENOMEM;
	if (!pin_arguments)
		pr_warn("arguments are not pinned: a racing program gets round every check\n");
	return 0;
}

void gw_pin_exit(void)
{
	kmem_cache_destroy(cache);
}
