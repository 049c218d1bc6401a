/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all jobs that have ended cost, summed by VM and model. A sum outlives both: see
 * gw_totals_vm_gone() for how long under the VM's name.
 */
#ifndef _GW_TOTALS_H
#define _GW_TOTALS_H

#include "core/usage.h"
#include "object/types.h"

#define GW_TOTALS_GONE 1024		/* sums of VMs that are gone, under their names */
#define GW_TOTALS_MODELS 64		/* sums of all VMs that are gone, by model */

/* One VM's jobs under one model of one size. */
struct gw_total_row;

/* A row for people. */
struct gw_total_info {
	u32 id;				/* in the order of a dump */
	u32 vm_id;			/* 0, and no name: VMs that are gone */
	u32 nr_gpus;
	char vm[GPUWARD_NAME_LEN];
	char model[GPUWARD_NAME_LEN];	/* none: of several models */
	u64 model_bytes;		/* on each GPU */
	struct gw_total total;
};

/* Rises when sums go into others: a dump that began before is not of one moment. */
extern u32 gw_totals_generation;

int gw_totals_init(void);
void gw_totals_exit(void);

/*
 * The row of @vm, which the caller has a reference on, and a model. It stays as long as the VM.
 * Sleeps for memory; NULL: there was none.
 */
struct gw_total_row *gw_totals_row(struct gw_vm *vm, const char *model, u64 model_bytes, u32 nr_gpus);
/* Add a record, numbered; @row NULL: to the sum that has no name. Any context that may take a spinlock. */
void gw_totals_count(struct gw_total_row *row, const struct gw_record *rec);
/*
 * @vm has no job any more, nor will have. Its sums keep its name until all of its records are
 * acknowledged, or GW_TOTALS_GONE newer ones came; then they go into those of all VMs that are gone.
 */
void gw_totals_vm_gone(struct gw_vm *vm);
/* All records up to @seq were taken. */
void gw_totals_ack(u64 seq);
/* The next row after @id that is not zero: 0, -ENOENT. */
int gw_totals_after(u32 id, struct gw_total_info *info);

#endif /* _GW_TOTALS_H */
