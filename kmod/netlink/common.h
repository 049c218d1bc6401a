/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One shape for every netlink command: a row in its object's table, served by netlink/family.c. Shared by
 * netlink/family.c and the genl_<object>.c files only.
 *
 * netlink/family.c checks capability, header and attributes before a handler runs and answers after it, so
 * that a handler is: take gw_admin, work, leave; nothing is sent or waited for under a lock.
 */
#ifndef _GW_GENL_CMD_H
#define _GW_GENL_CMD_H

#include "job/job.h"
#include "object/types.h"

#include <net/genetlink.h>
#include <uapi/linux/gpuward_genl.h>

#define GW_GENL_MAX_ATTR 31		/* masks of attributes are u32 */
#define GW_GENL_TEXT_LEN 320		/* a name, a command line and words */

/* A request while it is served. */
struct gw_request {
	struct nlattr *attrs[GW_GENL_MAX_ATTR + 1];	/* by number, valid ones only */
	struct sk_buff *reply;		/* a handler whose row says so fills it */
	struct netlink_ext_ack extack;
	char text[GW_GENL_TEXT_LEN];	/* why it is refused */
};

/* Where a dump stands, kept in the netlink callback between its messages. */
struct gw_dump {
	u64 next;			/* number of the next object */
	u32 index;			/* of the next one in it */
	u32 only_vm;			/* ACCEL: of this VM; 0: of all */
	u32 stage;			/* MEMBER: which kind of thing; EXPLAIN: which accelerator */
	u32 job;			/* HOLDER: of this job */
	const struct gw_genl_object *object;
	const struct gw_genl_cmd *cmd;
};

static inline struct gw_dump *gw_dump(struct netlink_callback *cb)
{
	return (struct gw_dump *)cb->ctx;
}

struct gw_genl_cmd {
	u8 cmd;				/* enum gpuward_cmd */
	bool has_reply;
	u32 needs;			/* attributes that doit can not go without, as bits */
	u32 may;			/* those it takes besides */
	u32 dump_may;			/* those that a dump takes */
	int (*doit)(struct gw_request *rq);
	int (*dump_start)(struct gw_request *rq, struct gw_dump *d);
	int (*dump)(struct sk_buff *skb, struct netlink_callback *cb);
};

/* One kind of object: its attributes, its commands. */
struct gw_genl_object {
	const char *noun;
	const char *const *names;	/* of attributes */
	const struct nla_policy *policy;
	u32 max_attr;
	u32 nr_cmds;
	const struct gw_genl_cmd *cmds;
	const u32 *generation;		/* of its table; NULL: a dump can not be out of date */
};

extern const struct gw_genl_object gw_genl_status, gw_genl_setting, gw_genl_gpu, gw_genl_model,
	gw_genl_vm, gw_genl_binding, gw_genl_accel, gw_genl_job, gw_genl_group, gw_genl_member, gw_genl_explain,
	gw_genl_usage, gw_genl_holder, gw_genl_audit;

/* Refuse with @err (negative) and a text for the sender; returns @err. */
__printf(3, 4) int gw_genl_refuse(struct gw_request *rq, int err, const char *fmt, ...);
/* The same, blaming attribute @type. */
__printf(4, 5) int gw_genl_refuse_attr(struct gw_request *rq, u32 type, int err,
				       const char *fmt, ...);

/* One message of a dump: NULL when the buffer is full; @err cancels it and is returned. */
void *gw_genl_dump_begin(struct sk_buff *skb, struct netlink_callback *cb);
int gw_genl_dump_end(struct sk_buff *skb, struct netlink_callback *cb, void *head, int err);

/* Refuse @vm the model @m: they are in no group together. -EPERM */
int gw_genl_refuse_model(struct gw_request *rq, u32 attr, const struct gw_vm *vm,
			 const struct gw_model *m);
/* The VM named by either attribute, or both; ERR_PTR: refused. gw_admin held. */
struct gw_vm *gw_genl_find_vm(struct gw_request *rq, u32 id_attr, u32 name_attr);
/* Refuse as @what is in use by @blame, whose reference is dropped; -EBUSY. */
int gw_genl_refuse_busy(struct gw_request *rq, const char *what, struct gw_blame *blame);

#endif /* _GW_GENL_CMD_H */
