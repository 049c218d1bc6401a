/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two books compared: what is known of each process's memory on each GPU, and what the driver says.
 * Pure: the caller brings both, and the memory; what becomes of a finding is its own affair.
 */
#ifndef _GW_CORE_AUDIT_H
#define _GW_CORE_AUDIT_H

#include <linux/types.h>

/**
 * struct gw_audit_row - One process on one GPU
 * @job: the job that it is part of; 0: none
 * @vm: the caller's, as the next
 * @accel: likewise
 * @pid: the process, as the driver numbers it
 * @minor: the GPU
 * @known: bytes, the most that was known of while the driver was asked
 * @truth: bytes that the driver says
 */
struct gw_audit_row {
	u64 job;
	u32 vm;
	u32 accel;
	u32 pid;
	u32 minor;
	u64 known;
	u64 truth;
};

/**
 * struct gw_audit_sum - All processes of one job on one GPU
 * @first: a row of it
 * @nr: processes
 * @known: their sum; all ones when that is too large, as the next two
 * @truth: their sum
 * @excess: sum of what each of them has beyond what is known of it. One that has less makes up for no
 *	other
 */
struct gw_audit_sum {
	const struct gw_audit_row *first;
	u32 nr;
	u64 known;
	u64 truth;
	u64 excess;
};

/**
 * struct gw_audit_left - What a process that has no client any more still has of a GPU
 * @serial: the caller's: another one when it had clients in between
 * @vm: the caller's, as the next
 * @accel: likewise
 * @pid: the process, as the driver numbers it
 * @minor: the GPU
 * @nr: processes; by gw_audit_lasting()
 * @bytes: that the driver says
 * @since_ns: when its last client went
 */
struct gw_audit_left {
	u64 serial;
	u32 vm;
	u32 accel;
	u32 pid;
	u32 minor;
	u32 nr;
	u64 bytes;
	u64 since_ns;
};

/** gw_audit_by_process() - Order by process and GPU, then job: below 0, 0, above 0; for sort() */
int gw_audit_by_process(const void *a, const void *b);

/** gw_audit_by_job() - Order by job (VM and accelerator where there is none) and GPU */
int gw_audit_by_job(const void *a, const void *b);

/**
 * gw_audit_merge() - One row for each process and GPU
 * @rows: ordered by gw_audit_by_process()
 * @nr: how many
 *
 * A process may have files of several accelerators, and the driver does not tell them apart: the
 * one with the highest number of a job stands for it, with all that is known.
 *
 * Return: how many rows are left, the first ones.
 */
u32 gw_audit_merge(struct gw_audit_row *rows, u32 nr);

/**
 * gw_audit_next() - The next job's sum on a GPU
 * @rows: ordered by gw_audit_by_job()
 * @nr: how many
 * @at: 0 at first; where to go on
 * @sum: result
 *
 * Return: false: there is none.
 */
bool gw_audit_next(const struct gw_audit_row *rows, u32 nr, u32 *at, struct gw_audit_sum *sum);

/**
 * gw_audit_lasting() - What is left for good: seen twice, and long after its end
 * @now: the later look, by rising @serial, then @minor; overwritten with the result
 * @nr: how many
 * @before: the earlier look, in the same order
 * @nr_before: how many
 * @until_ns: what ended later has time yet
 *
 * One for each accelerator and GPU: the sum of what each process had in both looks, with the one that
 * went first.
 *
 * Return: how many there are.
 */
u32 gw_audit_lasting(struct gw_audit_left *now, u32 nr, const struct gw_audit_left *before,
		     u32 nr_before, u64 until_ns);

#endif /* _GW_CORE_AUDIT_H */
