/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The structs of libgpuward. Include <gpuward/libgpuward.h>, which has the conventions.
 * Owns what a list is made of. Must not declare a function.
 */
#ifndef LIBGPUWARD_TYPES_H
#define LIBGPUWARD_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include <linux/gpuward.h>
#include <linux/gpuward_genl.h>

#define GPUWARD_FIELD(attr) (UINT64_C(1) << (attr))
#define GPUWARD_TEXT_LEN 256	/* reasons and messages, with the NUL */
#define GPUWARD_PATH_LEN 4096	/* path of a cgroup, with the NUL */

/**
 * struct gpuward_status_info - How the module stands (GPUWARD_A_STATUS_*)
 * @reason: why tenants are refused
 * @uvm: enum gpuward_state of nvidia-uvm
 * @nr_refused: requests refused to tenants since the module was loaded
 * @no_audit: why the driver's own books can not be read; empty when they can
 */
struct gpuward_status_info {
	struct gpuward_status_info *next;
	uint64_t fields;
	uint32_t abi;
	uint32_t state;
	uint32_t uvm;
	uint32_t nr_gpus;
	uint32_t nr_vms;
	uint32_t nr_bindings;
	uint32_t nr_files;
	uint32_t nr_jobs;
	uint64_t nr_refused;
	char version[GPUWARD_VERSION_LEN];
	char driver[GPUWARD_VERSION_LEN];
	char reason[GPUWARD_TEXT_LEN];
	char no_audit[GPUWARD_TEXT_LEN];
};

/** struct gpuward_setting_info - Settings of the module (GPUWARD_A_SETTING_*) */
struct gpuward_setting_info {
	struct gpuward_setting_info *next;
	uint64_t fields;
	uint32_t host;
	uint32_t enforce;
	uint64_t context_bytes;
	uint32_t age_ms;
	uint32_t max_backfill;
	uint32_t quarantine_ms;
	uint32_t orphan_ms;
	uint32_t evict_ms;
	uint32_t audit_seconds;
	uint64_t audit_tolerance_bytes;
};

/**
 * struct gpuward_gpu_info - A physical GPU (GPUWARD_A_GPU_*)
 * @id: gpuId of the driver's resource manager
 * @instance: its device instance, which is not the minor
 * @nvlink: number of its NVLink domain, 0 when unknown
 * @pcie: PCI address of its PCIe switch, empty when unknown
 * @driver_bytes: of its memory, what is never placed since the driver takes it
 * @reason: in quarantine: why
 * @since_ns: in quarantine: CLOCK_BOOTTIME since when
 * @held_bytes, @held_vm, @held_accel: in quarantine for memory that was held: how much, by whom
 * @note: gpuward_detect() only: what could not be found out, and why; else empty
 */
struct gpuward_gpu_info {
	struct gpuward_gpu_info *next;
	uint64_t fields;
	uint64_t memory_bytes;
	uint64_t reserved_bytes;
	uint32_t minor;
	uint32_t id;
	uint32_t instance;
	int32_t numa;
	uint32_t state;
	uint32_t nr_placed;
	uint32_t nvlink;
	uint32_t held_accel;
	uint64_t driver_bytes;
	uint64_t since_ns;
	uint64_t held_bytes;
	uint8_t uuid[GPUWARD_GPU_UUID_LEN];
	char name[GPUWARD_NAME_LEN];
	char pci[16];
	char pcie[16];
	char reason[GPUWARD_REASON_LEN];
	char held_vm[GPUWARD_NAME_LEN];
	char note[GPUWARD_TEXT_LEN];
};

/**
 * struct gpuward_model_info - An accelerator model (GPUWARD_A_MODEL_*)
 * @memory_bytes: over all its GPUs
 * @is_current: gpuward_my_models() only: the accelerator asked about has it
 */
struct gpuward_model_info {
	struct gpuward_model_info *next;
	uint64_t fields;
	uint64_t memory_bytes;
	uint32_t nr_gpus;
	uint32_t nr_accels;
	uint32_t is_current;
	char name[GPUWARD_NAME_LEN];
};

/**
 * struct gpuward_vm_info - A tenant (GPUWARD_A_VM_*)
 * @default_accel: gpuward_my_vm() only: index of the default accelerator
 * @bound_accel: gpuward_my_vm() only: the one that the caller's cgroup is bound to
 */
struct gpuward_vm_info {
	struct gpuward_vm_info *next;
	uint64_t fields;
	uint32_t id;
	uint32_t vm_class;
	int32_t priority;
	uint32_t wait;
	uint32_t wait_ms;
	uint32_t max_accels;
	uint32_t force;
	uint32_t nr_accels;
	uint32_t nr_bindings;
	uint32_t nr_files;
	uint32_t nr_jobs;
	uint32_t default_accel;
	uint32_t bound_accel;
	uint32_t quota;
	uint32_t managed;
	char group[GPUWARD_NAME_LEN];
	char name[GPUWARD_NAME_LEN];
	char model[GPUWARD_NAME_LEN];
};

/**
 * struct gpuward_group_info - A model group or a GPU group (GPUWARD_A_GROUP_*)
 * @nr_members: models, or GPUs, that were put into it
 * @nr_vms: VMs that were put into it
 * @is_default: everything that is in no other one is in it, too
 */
struct gpuward_group_info {
	struct gpuward_group_info *next;
	uint64_t fields;
	uint32_t kind;
	uint32_t nr_members;
	uint32_t nr_vms;
	uint32_t is_default;
	char name[GPUWARD_NAME_LEN];
	char new_name[GPUWARD_NAME_LEN];
};

/**
 * struct gpuward_member_info - Something in a group (GPUWARD_A_MEMBER_*)
 *
 * One of @vm, @model, @gpu_group and @gpu has its bit in @fields.
 */
struct gpuward_member_info {
	struct gpuward_member_info *next;
	uint64_t fields;
	uint32_t kind;
	uint32_t gpu;
	char group[GPUWARD_NAME_LEN];
	char vm[GPUWARD_NAME_LEN];
	char model[GPUWARD_NAME_LEN];
	char gpu_group[GPUWARD_NAME_LEN];
};

/**
 * struct gpuward_binding_info - A cgroup and its VM (GPUWARD_A_BINDING_*)
 * @cgroup_fd: to send only: an open directory of cgroup v2
 * @accel: the VM's default accelerator when its bit in @fields is not set
 * @dead: the cgroup was removed
 */
struct gpuward_binding_info {
	struct gpuward_binding_info *next;
	uint64_t fields;
	uint64_t cgroup_id;
	int32_t cgroup_fd;
	uint32_t vm_id;
	uint32_t accel;
	uint32_t dead;
	char vm[GPUWARD_NAME_LEN];
	char path[GPUWARD_PATH_LEN];
};

/**
 * struct gpuward_placed - Part of a placement, on GPU @minor
 * @bytes: reserved there: the quota
 * @used_bytes: charged now
 * @peak_bytes: the most since it was placed
 */
struct gpuward_placed {
	uint32_t minor;
	uint64_t bytes;
	uint64_t used_bytes;
	uint64_t peak_bytes;
};

/**
 * struct gpuward_accel_info - An accelerator (GPUWARD_A_ACCEL_*)
 * @program: as set; gpuward_my_accels(): as in force, never AUTO
 * @is_default: the VM's default one
 * @memory_bytes: quota over all its GPUs
 * @used_bytes: charged now, over all its GPUs
 * @peak_bytes: the most on each GPU since it was placed, added; gpuward_my_accels(): 0
 * @quota: enum gpuward_quota of its VM
 * @managed: enum gpuward_managed of its VM
 * @position: in the capacity queue from 1, 0 when it is not in it; gpuward_my_accels(): 0
 * @nr_placed: entries of @placed that hold; gpuward_my_accels() does not know the bytes
 */
struct gpuward_accel_info {
	struct gpuward_accel_info *next;
	uint64_t fields;
	uint64_t memory_bytes;
	uint64_t used_bytes;
	uint64_t peak_bytes;
	uint32_t vm_id;
	uint32_t index;
	uint32_t program;
	uint32_t duplicable;
	uint32_t is_default;
	uint32_t state;
	uint32_t nr_gpus;
	uint32_t nr_running;
	uint32_t nr_waiting;
	uint32_t quota;
	uint32_t managed;
	uint32_t position;
	uint32_t nr_placed;
	struct gpuward_placed placed[GPUWARD_MAX_PLACED];
	char vm[GPUWARD_NAME_LEN];
	char name[GPUWARD_NAME_LEN];
	char model[GPUWARD_NAME_LEN];
};

/**
 * struct gpuward_job_info - A job, running or waiting (GPUWARD_A_JOB_*)
 * @pid: as the caller's pid namespace shows it, 0 when not visible there
 * @position: from 1 while waiting, else 0
 * @used_bytes: charged now, over all its GPUs
 * @peak_bytes: the most at one time; gpuward_my_jobs(): 0
 * @reason: while it waits for GPUs: enum gpuward_reason that sums them up
 * @nr_holders: while it waits: who has what it waits for
 * @only_waiting, @count: gpuward_jobs_end() only
 * @deadline_ns: orphaned, evicting: CLOCK_BOOTTIME at which its grace is over; without it in @fields: never
 * @is_reaped: ending: its holders are to be killed
 * @nr_evicting: while it waits for GPUs: accelerators of spot VMs that were told to go for it; in @fields only
 *	when there are any, as the next
 * @evicting_ns: CLOCK_BOOTTIME by which the last of them, @evicting_accel of @evicting_vm, has to
 */
struct gpuward_job_info {
	struct gpuward_job_info *next;
	uint64_t fields;
	uint64_t id;
	uint64_t used_bytes;
	uint64_t peak_bytes;
	uint64_t wait_ns;
	uint64_t held_ns;
	uint32_t vm_id;
	uint32_t accel;
	uint32_t state;
	uint32_t pid;
	uint32_t position;
	uint32_t nr_files;
	uint32_t vm_class;
	int32_t priority;
	uint32_t nr_gpus;
	uint32_t reason;
	uint32_t nr_holders;
	uint32_t only_waiting;
	uint32_t count;
	uint64_t wanted_bytes;
	uint64_t deadline_ns;
	uint32_t is_reaped;
	uint32_t nr_evicting;
	uint32_t evicting_accel;
	uint64_t evicting_ns;
	char evicting_vm[GPUWARD_NAME_LEN];
	char vm[GPUWARD_NAME_LEN];
	char command[GPUWARD_COMMAND_LEN];
};

/**
 * struct gpuward_holder_info - A process that holds a file of a job (GPUWARD_A_HOLDER_*)
 * @pid: as the caller's pid namespace shows it, 0 when not visible there
 * @command: its short name
 * @is_opener: it opened a file of the job itself
 * @is_outside: it is in no cgroup of the job's VM
 */
struct gpuward_holder_info {
	struct gpuward_holder_info *next;
	uint64_t fields;
	uint64_t job;
	uint32_t pid;
	uint32_t is_opener;
	uint32_t is_outside;
	char command[GPUWARD_NAME_LEN];
};

/** struct gpuward_u128 - An unsigned number of 128 bits */
struct gpuward_u128 {
	uint64_t low;
	uint64_t high;
};

/**
 * struct gpuward_audit_info - A job's memory on one GPU, in two books (GPUWARD_A_AUDIT_*)
 * @job: 0 for processes that are part of none
 * @charged_bytes: what the module knows of; @reported_bytes: what the driver says
 * @excess_bytes: what single processes have beyond what is known of them
 * @is_ended: it was more than the tolerance, and the job was ended
 */
struct gpuward_audit_info {
	struct gpuward_audit_info *next;
	uint64_t fields;
	uint64_t job;
	uint64_t charged_bytes;
	uint64_t reported_bytes;
	uint64_t excess_bytes;
	uint32_t vm_id;
	uint32_t accel;
	uint32_t gpu;
	uint32_t nr_processes;
	uint32_t is_ended;
	char vm[GPUWARD_NAME_LEN];
};

/**
 * struct gpuward_usage_info - What a job has cost, or many (GPUWARD_A_USAGE_*)
 * @gpu_ns: held time times GPUs
 * @byte_ns: bytes charged times nanoseconds
 * @model_bytes: the model's memory on each GPU
 * @end: enum gpuward_record_end
 * @peaks: the most charged on each of @minors
 * @bytes_ns: @byte_ns of each of @minors
 * @vm_id: of a sum: 0 for VMs that are gone
 * @first, @next_seq, @nr_lost: gpuward_usage_state() and gpuward_usage_ack() only
 */
struct gpuward_usage_info {
	struct gpuward_usage_info *next;
	uint64_t fields;
	uint64_t seq;
	uint64_t job;
	uint64_t begin_ns;
	uint64_t end_ns;
	uint64_t wait_ns;
	uint64_t held_ns;
	struct gpuward_u128 gpu_ns;
	struct gpuward_u128 byte_ns;
	uint64_t peak_bytes;
	uint64_t nr_denials;
	uint64_t nr_jobs;
	uint64_t first;
	uint64_t next_seq;
	uint64_t nr_lost;
	uint64_t nr_evictions;
	uint64_t evict_ns;
	uint32_t evict_vm_id;
	uint32_t vm_id;
	uint32_t accel;
	uint32_t nr_gpus;
	uint32_t minors[GPUWARD_MAX_PLACED];
	char vm[GPUWARD_NAME_LEN];
	char model[GPUWARD_NAME_LEN];
	uint64_t model_bytes;
	uint32_t part;
	uint32_t end;
	uint64_t peaks[GPUWARD_MAX_PLACED];
	struct gpuward_u128 bytes_ns[GPUWARD_MAX_PLACED];
};

/**
 * struct gpuward_explain_info - Why an accelerator gets, or does not get, GPUs (GPUWARD_A_EXPLAIN_*)
 * @reason: enum gpuward_reason that sums up the GPUs
 * @no_group: the VM may not have the model
 * @gpu_reason: of one GPU: enum gpuward_reason
 * @near: of one GPU that would be taken: enum gpuward_topology
 * @deadline_ns: CLOCK_BOOTTIME by which it must give its GPUs back for others; not in @fields: it need not
 * @nr_evicting, @evicting_ns, @evicting_vm, @evicting_accel: as of a job, see struct gpuward_job_info
 */
struct gpuward_explain_info {
	struct gpuward_explain_info *next;
	uint64_t fields;
	uint64_t wanted_bytes;
	uint64_t room_bytes;
	uint64_t free_bytes;
	uint64_t kept_bytes;
	uint32_t vm_id;
	uint32_t index;
	uint32_t nr_gpus;
	uint32_t vm_class;
	int32_t priority;
	uint32_t position;
	uint32_t placement_status;
	uint32_t reason;
	uint32_t nr_holders;
	uint32_t no_group;
	uint32_t minor;
	uint32_t gpu_reason;
	uint32_t near;
	uint32_t nr_placed;
	uint64_t deadline_ns;
	uint32_t nr_evicting;
	uint32_t evicting_accel;
	uint64_t evicting_ns;
	char evicting_vm[GPUWARD_NAME_LEN];
	char vm[GPUWARD_NAME_LEN];
	char model[GPUWARD_NAME_LEN];
};

/** struct gpuward_event_info - Something that happened (GPUWARD_A_EVENT_*) */
struct gpuward_event_info {
	struct gpuward_event_info *next;
	uint64_t fields;
	uint64_t seq;
	uint64_t time_ns;
	uint64_t job;
	uint64_t record;
	uint64_t wait_ns;
	uint64_t held_ns;
	uint64_t count;
	uint64_t requested_bytes;
	uint64_t used_bytes;
	uint64_t limit_bytes;
	uint64_t deadline_ns;
	uint32_t type;
	uint32_t vm_id;
	uint32_t accel;
	uint32_t pid;
	uint32_t holder_pid;
	uint32_t holder_nspid;
	uint32_t gpu;
	char vm[GPUWARD_NAME_LEN];
	char accel_name[GPUWARD_NAME_LEN];
	char command[GPUWARD_COMMAND_LEN];
	char holder_command[GPUWARD_COMMAND_LEN];
	char model[GPUWARD_NAME_LEN];
	char text[GPUWARD_TEXT_LEN];
	char for_vm[GPUWARD_NAME_LEN];
};

#endif /* LIBGPUWARD_TYPES_H */
