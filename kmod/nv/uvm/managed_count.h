/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bytes of managed memory behind one nvidia-uvm file: what of them is to be charged, and when.
 * Pure: the caller brings the lock, charges and gives back.
 *
 * No addresses are kept, as none are needed: the driver's managed ranges follow its mappings, which
 * can not grow (VM_DONTEXPAND), are never merged, and end each exactly once, in one piece or in
 * several whose lengths add up. Whatever ends without a word (a split that failed for lack of
 * kernel memory, 535 to 595: uvm_vm_open_failure) stays counted until the file is closed.
 */
#ifndef _GW_NV_MANAGED_H
#define _GW_NV_MANAGED_H

#include <linux/types.h>

/**
 * struct gw_managed - The managed memory of one file
 * @bytes: mapped, or kept for an ended process
 * @zombies: of these, kept for an ended process: in a space that several processes share, the
 *	driver frees such ranges on UVM_CLEAN_UP_ZOMBIE_RESOURCES only
 * @nr_gpus: address spaces of GPUs that are registered, or being so
 * @is_charged: a GPU can hold it: @bytes are charged on each of the placement
 */
struct gw_managed {
	u64 bytes;
	u64 zombies;
	u32 nr_gpus;
	bool is_charged;
};

/**
 * gw_managed_map() - The driver made a managed range
 * @m: the file's
 * @bytes: of the range
 *
 * Where @is_charged, the caller has charged @bytes before.
 *
 * Return: 0; -EOVERFLOW they can not be counted, and are not.
 */
int gw_managed_map(struct gw_managed *m, u64 bytes);

/**
 * gw_managed_unmap() - A mapping of a managed range ended
 * @m: the file's
 * @bytes: of the mapping
 * @is_kept: the driver keeps the range as a zombie
 *
 * Return: bytes to give back of the charge; 0 for none. Never more than was counted: a range may
 * be older than its file's record.
 */
u64 gw_managed_unmap(struct gw_managed *m, u64 bytes, bool is_kept);

/**
 * gw_managed_clean_up() - The driver freed zombies
 * @m: the file's
 * @bytes: of the zombies there were before it was asked; others may have come since
 *
 * Return: bytes to give back.
 */
u64 gw_managed_clean_up(struct gw_managed *m, u64 bytes);

/**
 * gw_managed_register() - A GPU's address space is about to be registered
 * @m: the file's
 *
 * Return: bytes to charge now, for which gw_managed_charged() is to be called; 0 for none. If they
 * can not be charged, or the driver fails: gw_managed_unregister().
 */
u64 gw_managed_register(struct gw_managed *m);

/** gw_managed_charged() - What is mapped is charged from now on */
void gw_managed_charged(struct gw_managed *m);

/**
 * gw_managed_unregister() - It was not registered after all
 * @m: the file's
 *
 * What is charged becomes pending again when there is no GPU left. A GPU that was registered
 * is never taken out: the driver leaves its pages where they are.
 *
 * Return: bytes to give back.
 */
u64 gw_managed_unregister(struct gw_managed *m);

/** gw_managed_close() - The file is closed. Return: bytes to give back */
u64 gw_managed_close(struct gw_managed *m);

/** gw_managed_sane() - Do the figures agree? */
bool gw_managed_sane(const struct gw_managed *m);

#endif /* _GW_NV_MANAGED_H */
