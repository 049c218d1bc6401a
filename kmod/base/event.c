// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: what they look like in a message, their numbers, sending them. Must decide nothing and
 * never be called with a lock held: it sleeps for memory.
 */
#include "base/event.h"

#include <linux/timekeeping.h>
#include <net/genetlink.h>

#define GROUP_EVENTS 0		/* the family's only one */

/* Leaf: makes the order of numbers the order of sending. */
static DEFINE_MUTEX(send_lock);
static struct genl_family *target;	/* written under send_lock, read without it */
static atomic64_t last_seq;

static int put_string(struct sk_buff *skb, int type, const char *s)
{
	return s && s[0] ? nla_put_string(skb, type, s) : 0;
}

static int put_u32(struct sk_buff *skb, int type, u32 value)
{
	return value ? nla_put_u32(skb, type, value) : 0;
}

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return value ? nla_put_u64_64bit(skb, type, value, GPUWARD_A_EVENT_PAD) : 0;
}

static int put_accel(struct sk_buff *skb, struct gw_accel *a)
{
	char name[GPUWARD_NAME_LEN];

	mutex_lock(&a->lock);
	memcpy(name, a->name, sizeof(name));
	mutex_unlock(&a->lock);
	return nla_put_u32(skb, GPUWARD_A_EVENT_ACCEL, a->index) ?:
	       put_string(skb, GPUWARD_A_EVENT_ACCEL_NAME, name);
}

static int put_who(struct sk_buff *skb, const struct gw_event *ev)
{
	const struct gw_vm *vm = ev->accel ? ev->accel->vm : ev->vm;

	if (vm && (nla_put_u32(skb, GPUWARD_A_EVENT_VM_ID, vm->id) ||
		   put_string(skb, GPUWARD_A_EVENT_VM, vm->name)))
		return -EMSGSIZE;
	if (ev->accel && put_accel(skb, ev->accel))
		return -EMSGSIZE;
	if (put_u64(skb, GPUWARD_A_EVENT_JOB, ev->job) ||
	    put_u64(skb, GPUWARD_A_EVENT_RECORD, ev->record) ||
	    put_u32(skb, GPUWARD_A_EVENT_PID, pid_nr(ev->pid)) ||
	    put_string(skb, GPUWARD_A_EVENT_COMMAND, ev->command) ||
	    put_u32(skb, GPUWARD_A_EVENT_HOLDER_PID, pid_nr(ev->holder)) ||
	    put_string(skb, GPUWARD_A_EVENT_HOLDER_COMMAND, ev->holder_command))
		return -EMSGSIZE;
	if (ev->pid && ev->holder)
		return put_u32(skb, GPUWARD_A_EVENT_HOLDER_NSPID,
			       pid_nr_ns(ev->holder, ns_of_pid(ev->pid)));
	return 0;
}

static int put_what(struct sk_buff *skb, const struct gw_event *ev)
{
	if (nla_put_u32(skb, GPUWARD_A_EVENT_TYPE, ev->type) ||
	    (ev->has_gpu && nla_put_u32(skb, GPUWARD_A_EVENT_GPU, ev->gpu)) ||
	    put_string(skb, GPUWARD_A_EVENT_MODEL, ev->model) ||
	    put_u64(skb, GPUWARD_A_EVENT_COUNT, ev->count) ||
	    put_u64(skb, GPUWARD_A_EVENT_DEADLINE, ev->deadline_ns) ||
	    put_string(skb, GPUWARD_A_EVENT_FOR_VM, ev->for_vm) ||
	    put_string(skb, GPUWARD_A_EVENT_TEXT, ev->text))
		return -EMSGSIZE;
	if (ev->has_times &&
	    (nla_put_u64_64bit(skb, GPUWARD_A_EVENT_WAIT_NS, ev->wait_ns, GPUWARD_A_EVENT_PAD) ||
	     nla_put_u64_64bit(skb, GPUWARD_A_EVENT_HELD_NS, ev->held_ns, GPUWARD_A_EVENT_PAD)))
		return -EMSGSIZE;
	if (ev->has_memory &&
	    (nla_put_u64_64bit(skb, GPUWARD_A_EVENT_REQUESTED, ev->requested_bytes,
			       GPUWARD_A_EVENT_PAD) ||
	     nla_put_u64_64bit(skb, GPUWARD_A_EVENT_USED, ev->used_bytes, GPUWARD_A_EVENT_PAD) ||
	     nla_put_u64_64bit(skb, GPUWARD_A_EVENT_LIMIT, ev->limit_bytes, GPUWARD_A_EVENT_PAD)))
		return -EMSGSIZE;
	return 0;
}

/* The message of @ev, its number and time left open: *@seq, *@time. NULL: no memory. */
static struct sk_buff *build(const struct gw_event *ev, const struct genl_family *family,
			     struct nlattr **seq, struct nlattr **time)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *head;

	if (!skb)
		return NULL;
	head = genlmsg_put(skb, 0, 0, family, 0, GPUWARD_CMD_EVENT);
	*seq = nla_reserve_64bit(skb, GPUWARD_A_EVENT_SEQ, sizeof(u64), GPUWARD_A_EVENT_PAD);
	*time = nla_reserve_64bit(skb, GPUWARD_A_EVENT_TIME_NS, sizeof(u64), GPUWARD_A_EVENT_PAD);
	if (!head || !*seq || !*time || put_what(skb, ev) || put_who(skb, ev)) {
		WARN_ONCE(1, "gpuward: an event does not fit into its message\n");
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, head);
	return skb;
}

static void set_u64(struct nlattr *attr, u64 value)
{
	memcpy(nla_data(attr), &value, sizeof(value));
}

void gw_event_send(const struct gw_event *ev)
{
	struct genl_family *family = READ_ONCE(target);
	struct nlattr *seq, *time;
	struct sk_buff *skb = NULL;

	might_sleep();
	if (family && genl_has_listeners(family, &init_net, GROUP_EVENTS) > 0)
		skb = build(ev, family, &seq, &time);
	if (!skb) {
		atomic64_inc(&last_seq);	/* who listens, and got none for lack of memory, sees it */
		return;
	}
	mutex_lock(&send_lock);
	set_u64(seq, atomic64_inc_return(&last_seq));
	set_u64(time, ktime_get_boottime_ns());
	if (READ_ONCE(target))
		genlmsg_multicast(family, skb, 0, GROUP_EVENTS, GFP_KERNEL);
	else
		nlmsg_free(skb);
	mutex_unlock(&send_lock);
}

void gw_event_set_family(struct genl_family *family)
{
	mutex_lock(&send_lock);		/* nobody uses the old one when this returns */
	WRITE_ONCE(target, family);
	mutex_unlock(&send_lock);
}
