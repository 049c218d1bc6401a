/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vendor below, as the rest of the house sees it. One backend today: NVIDIA's driver,
 * hooked (nv/). A driver with limits of its own would be a second one.
 */
#ifndef _GW_BACKEND_H
#define _GW_BACKEND_H

#include "core/audit.h"

#include <linux/types.h>
#include <uapi/linux/gpuward.h>

struct gw_backend_status {
	u32 state;			/* enum gpuward_state */
	u32 uvm_state;			/* ditto */
	char driver[GPUWARD_VERSION_LEN];
	char reason[128];		/* empty when tenants are served */
};

/* What the house knows that each process has, and what the driver says: for core/audit. */
struct gw_books {
	struct gw_audit_row *rows;	/* merged, by process; kvfree() */
	u32 nr;
	/* Of processes that are gone from it, or have no file of a tenant open; see gw_audit_lasting(). */
	struct gw_audit_left *left;	/* kvfree() */
	u32 nr_left;
};

struct gw_backend {
	int (*init)(void);		/* hooks a driver that is loaded, waits for one that is not */
	void (*exit)(void);		/* unhooks; nothing of a tenant is open */
	int (*attach)(void);		/* 0 also when already attached */
	int (*detach)(u32 *nr_files, u32 *nr_jobs);	/* what was given up; EINTR, EBUSY */
	void (*status)(struct gw_backend_status *st);
	/* Read the driver's books: 0, -ENODEV no driver, -EOPNOTSUPP it can not be asked, -EIO, -ENOMEM */
	int (*books)(struct gw_books *books);
	/* Did processes end of which the driver must still be asked? Told by gw_audit_wake(). */
	bool (*has_left)(void);
	const char *(*no_books)(void);	/* why it can not be asked; NULL: it can, or there is none */
};

/* Set once by main.c before anything can call it. */
extern const struct gw_backend *gw_backend;

#endif /* _GW_BACKEND_H */
