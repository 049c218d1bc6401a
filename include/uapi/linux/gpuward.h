/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * gpuward: what a program does as itself, through ioctl on /dev/gpuward.
 *
 * The caller is judged by its cgroup: the nearest ancestor that is bound to a
 * VM names the VM. Administration of other VMs, GPUs and models is netlink
 * (gpuward_genl.h); nothing exists in both. The one exception is the token, a
 * secret, which travels here only.
 *
 * Conventions, for every call:
 *
 *  - Each call takes one struct. Its first field is @size, set by the caller to
 *    sizeof(struct ...) as the caller knows it. Structs grow at the end only; a
 *    shorter one is completed with zeros as long as it holds all inputs, a longer
 *    one (up to 4096 bytes) is accepted when the bytes the kernel does not know
 *    are zero.
 *  - @flags and @__reserved must be 0 unless a flag is documented.
 *  - Fields named out_* are written by the kernel; everything else is input.
 *    Outputs are written on success only, except where a call says otherwise.
 *  - Strings are NUL-terminated and NUL-padded, UTF-8 without control characters.
 *  - Memory is in bytes, time in nanoseconds of CLOCK_BOOTTIME.
 *  - A pid is the one that the caller's own pid namespace shows, 0 when the
 *    process is not visible there.
 *
 * errno is a contract:
 *
 *  ENOTTY      unknown number
 *  EINVAL      @size too small, a string without end, a value that is never right
 *  E2BIG       non-zero bytes beyond what the kernel knows, or @size above 4096
 *  EOPNOTSUPP  unknown flag or a reserved field that is not 0
 *  EFAULT      the struct is not readable or writable
 *  ENXIO       the caller's cgroup is not bound to any VM
 *  ENOENT      no such accelerator, model, job or VM
 *  EBUSY       a program runs or waits; the out_* fields name it
 *  ENOSPC      as many as the VM may have
 *  EPERM       not allowed to this caller
 *  ENODEV      gpuward is going away
 */
#ifndef _UAPI_LINUX_GPUWARD_H
#define _UAPI_LINUX_GPUWARD_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* 0x9B is free in Documentation/userspace-api/ioctl/ioctl-number.rst (6.12). */
#define GPUWARD_IOC_TYPE 0x9B

/* Version of this interface; a change that breaks an old tool raises it. */
#define GPUWARD_ABI 2

#define GPUWARD_NAME_LEN 64	/* names of VMs, models, accelerators, with the NUL */
#define GPUWARD_TOKEN_LEN 64	/* a token, with the NUL */
#define GPUWARD_VERSION_LEN 32
#define GPUWARD_COMMAND_LEN 128	/* a command line, cut when longer, with the NUL */
#define GPUWARD_MAX_PLACED 16	/* GPUs that one accelerator may span */

enum {
	GPUWARD_CMD_BASE = 0x80,
	GPUWARD_NR_VERSION = GPUWARD_CMD_BASE,
	GPUWARD_NR_VM_GET,
	GPUWARD_NR_ACCEL_GET,
	GPUWARD_NR_MODEL_GET,
	GPUWARD_NR_JOB_GET,
	GPUWARD_NR_ACCEL_SET_MODEL,
	GPUWARD_NR_ACCEL_RESET,
	GPUWARD_NR_VM_TOKEN,
	GPUWARD_NR_ACCEL_ADD,
	GPUWARD_NR_ACCEL_DEL,
	GPUWARD_NR_ACCEL_SET_DEFAULT,
	GPUWARD_NR_CLAIM,
};

/**
 * enum gpuward_verdict - What the module thinks of a client's version
 * @GPUWARD_VERDICT_OK: same release
 * @GPUWARD_VERDICT_NEWER: the module is newer than the client; it still works
 * @GPUWARD_VERDICT_OUTDATED: the client speaks an interface that is gone; it must end
 * @GPUWARD_VERDICT_OLDER: the module is older than the client; it still works
 */
enum gpuward_verdict {
	GPUWARD_VERDICT_OK = 0,
	GPUWARD_VERDICT_NEWER = 1,
	GPUWARD_VERDICT_OUTDATED = 2,
	GPUWARD_VERDICT_OLDER = 3,
};

/**
 * enum gpuward_state - How gpuward stands to NVIDIA's driver
 * @GPUWARD_STATE_DETACHED: an admin took gpuward off; nothing is enforced
 * @GPUWARD_STATE_NO_DRIVER: no NVIDIA driver is loaded; it is taken when it comes
 * @GPUWARD_STATE_ATTACHED: hooked, tenants are served
 * @GPUWARD_STATE_REFUSING: hooked only to refuse tenants (unknown driver, missing
 *	or taken function; the reason is in STATUS over netlink)
 * @GPUWARD_STATE_UNPROTECTED: even the open functions could not be hooked:
 *	tenants can not be refused; or the module was loaded with pin_arguments=N, so
 *	that a racing program gets round every check. The kernel log and every tool say so
 */
enum gpuward_state {
	GPUWARD_STATE_DETACHED = 0,
	GPUWARD_STATE_NO_DRIVER = 1,
	GPUWARD_STATE_ATTACHED = 2,
	GPUWARD_STATE_REFUSING = 3,
	GPUWARD_STATE_UNPROTECTED = 4,
};

/**
 * struct gpuward_version - ioctl(GPUWARD_IOC_VERSION): the handshake
 * @size: sizeof(struct gpuward_version)
 * @flags: Must be 0
 * @abi: GPUWARD_ABI the client was built with
 * @version: Release of the client, MAJOR << 16 | MINOR << 8 | PATCH
 * @out_abi: GPUWARD_ABI of the module
 * @out_min_abi: Oldest interface that the module still serves
 * @out_version: Release of the module, coded as @version
 * @out_verdict: enum gpuward_verdict
 * @out_state: enum gpuward_state
 * @out_permissive: 1 when enforce=permissive: nothing is refused, only reported
 * @out_version_text: Release of the module as text, "0.1.0"
 * @out_driver: Version of NVIDIA's driver, empty when none is loaded
 *
 * Every tool calls this first. Never fails for a known @size.
 */
struct gpuward_version {
	__u32 size;
	__u32 flags;
	__u32 abi;
	__u32 version;
	__u32 out_abi;
	__u32 out_min_abi;
	__u32 out_version;
	__u32 out_verdict;
	__u32 out_state;
	__u32 out_permissive;
	char out_version_text[GPUWARD_VERSION_LEN];
	char out_driver[GPUWARD_VERSION_LEN];
};
#define GPUWARD_IOC_VERSION _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_VERSION)

/**
 * enum gpuward_class - Class of a VM in the capacity queue, first to last
 * @GPUWARD_CLASS_RESERVED: has its capacity set aside
 * @GPUWARD_CLASS_ON_DEMAND: waits for capacity (the default)
 * @GPUWARD_CLASS_SPOT: uses what is left
 * @GPUWARD_CLASS_DEDICATED: as ON_DEMAND in the queue; never shares a GPU with another VM
 */
enum gpuward_class {
	GPUWARD_CLASS_RESERVED = 0,
	GPUWARD_CLASS_ON_DEMAND = 1,
	GPUWARD_CLASS_SPOT = 2,
	GPUWARD_CLASS_DEDICATED = 3,
};

/**
 * enum gpuward_program - What one program is, for exclusive use
 * @GPUWARD_PROGRAM_AUTO: PROCESS for one-GPU models, TREE for others (the default)
 * @GPUWARD_PROGRAM_PROCESS: one thread group
 * @GPUWARD_PROGRAM_TREE: the claiming process's parent at that moment and all
 *	its descendants (torchrun, mpirun and their workers)
 * @GPUWARD_PROGRAM_CGROUP: all processes of the claiming process's cgroup
 */
enum gpuward_program {
	GPUWARD_PROGRAM_AUTO = 0,
	GPUWARD_PROGRAM_PROCESS = 1,
	GPUWARD_PROGRAM_TREE = 2,
	GPUWARD_PROGRAM_CGROUP = 3,
};

/**
 * struct gpuward_vm_get - ioctl(GPUWARD_IOC_VM_GET): which VM am I
 * @size: sizeof(struct gpuward_vm_get)
 * @flags: Must be 0
 * @out_id: Number of the VM
 * @out_class: enum gpuward_class
 * @out_priority: Higher goes first within a class
 * @out_nr_accels: Accelerators of the VM
 * @out_max_accels: How many it may have
 * @out_default_accel: Index of the default accelerator
 * @out_bound_accel: Index of the accelerator that the caller's own cgroup is
 *	bound to; the default one unless the binding names another
 * @__reserved: Must be 0
 * @out_name: Name of the VM
 *
 * ENXIO when the caller is not bound: it is the host's own.
 */
struct gpuward_vm_get {
	__u32 size;
	__u32 flags;
	__u32 out_id;
	__u32 out_class;
	__s32 out_priority;
	__u32 out_nr_accels;
	__u32 out_max_accels;
	__u32 out_default_accel;
	__u32 out_bound_accel;
	__u32 __reserved;
	char out_name[GPUWARD_NAME_LEN];
};
#define GPUWARD_IOC_VM_GET _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_VM_GET)

/**
 * enum gpuward_accel_state - What an accelerator does
 * @GPUWARD_ACCEL_IDLE: no GPUs held, nothing waits
 * @GPUWARD_ACCEL_WAITING: waits for GPUs
 * @GPUWARD_ACCEL_PLACED: GPUs reserved, no program runs (somebody looks)
 * @GPUWARD_ACCEL_RUNNING: a program runs
 * @GPUWARD_ACCEL_RESERVED: of a VM of that class: GPUs are kept for it, nobody has them open
 * @GPUWARD_ACCEL_PENDING: the same, but its GPUs are not set aside yet; nothing waits for them
 */
enum gpuward_accel_state {
	GPUWARD_ACCEL_IDLE = 0,
	GPUWARD_ACCEL_WAITING = 1,
	GPUWARD_ACCEL_PLACED = 2,
	GPUWARD_ACCEL_RUNNING = 3,
	GPUWARD_ACCEL_RESERVED = 4,
	GPUWARD_ACCEL_PENDING = 5,
};

/**
 * struct gpuward_accel_get - ioctl(GPUWARD_IOC_ACCEL_GET): one of my accelerators
 * @size: sizeof(struct gpuward_accel_get)
 * @flags: Must be 0
 * @index: Smallest index wanted
 * @out_index: Index of the accelerator found, at or after @index
 * @out_state: enum gpuward_accel_state
 * @out_nr_gpus: GPUs that its model spans
 * @out_total_bytes: Memory quota over all its GPUs
 * @out_used_bytes: Charged to its jobs now
 * @out_nr_running: Jobs that run
 * @out_nr_waiting: Jobs that wait, for the accelerator or for GPUs
 * @out_nr_placed: Entries of @out_minors that hold
 * @out_is_default: 1 for the VM's default accelerator
 * @out_program: enum gpuward_program in force, never AUTO
 * @out_duplicable: Programs that may run at once
 * @out_minors: GPU minors of the placement
 * @out_name: Name of the accelerator
 * @out_model: Name of its model
 * @out_quota: enum gpuward_quota of the VM (gpuward_genl.h): is the quota in force?
 * @out_managed: enum gpuward_managed of the VM: how managed memory counts
 *
 * ENOENT when no accelerator is left at or after @index. An accelerator keeps its index as long as
 * it is there; one that was removed leaves a gap.
 */
struct gpuward_accel_get {
	__u32 size;
	__u32 flags;
	__u32 index;
	__u32 out_index;
	__u32 out_state;
	__u32 out_nr_gpus;
	__aligned_u64 out_total_bytes;
	__aligned_u64 out_used_bytes;
	__u32 out_nr_running;
	__u32 out_nr_waiting;
	__u32 out_nr_placed;
	__u32 out_is_default;
	__u32 out_program;
	__u32 out_duplicable;
	__u32 out_minors[GPUWARD_MAX_PLACED];
	char out_name[GPUWARD_NAME_LEN];
	char out_model[GPUWARD_NAME_LEN];
	__u32 out_quota;
	__u32 out_managed;
};
#define GPUWARD_IOC_ACCEL_GET _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_ACCEL_GET)

/**
 * struct gpuward_model_get - ioctl(GPUWARD_IOC_MODEL_GET): a model I may choose
 * @size: sizeof(struct gpuward_model_get)
 * @flags: Must be 0
 * @index: Position in the list, from 0
 * @accel: Index of the accelerator that @out_is_current speaks of
 * @out_nr_gpus: GPUs that the model spans
 * @out_is_current: 1 when the accelerator has this model
 * @out_memory_bytes: Memory over all its GPUs
 * @out_name: Name of the model
 *
 * ENOENT after the last one.
 */
struct gpuward_model_get {
	__u32 size;
	__u32 flags;
	__u32 index;
	__u32 accel;
	__u32 out_nr_gpus;
	__u32 out_is_current;
	__aligned_u64 out_memory_bytes;
	char out_name[GPUWARD_NAME_LEN];
};
#define GPUWARD_IOC_MODEL_GET _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_MODEL_GET)

/**
 * enum gpuward_job_state - Where a job stands
 * @GPUWARD_JOB_PLACING: waits in open for GPUs (capacity queue)
 * @GPUWARD_JOB_WAITING: waits for the accelerator, which another program has
 * @GPUWARD_JOB_RUNNING: has the accelerator
 * @GPUWARD_JOB_ENDING: was ended, its files are not yet all released
 * @GPUWARD_JOB_ORPHANED: has the accelerator, but the processes that opened its files are dead: others
 *	hold them. After a grace period exactly those are killed
 * @GPUWARD_JOB_EVICTING: has the accelerator, and was told to go for a job of a higher class. After a
 *	grace period its processes are killed
 */
enum gpuward_job_state {
	GPUWARD_JOB_PLACING = 1,
	GPUWARD_JOB_WAITING = 2,
	GPUWARD_JOB_RUNNING = 3,
	GPUWARD_JOB_ENDING = 4,
	GPUWARD_JOB_ORPHANED = 5,
	GPUWARD_JOB_EVICTING = 6,
};

/**
 * struct gpuward_job_get - ioctl(GPUWARD_IOC_JOB_GET): one of my VM's jobs
 * @size: sizeof(struct gpuward_job_get)
 * @flags: Must be 0
 * @after: Number of the last job seen, 0 to start
 * @out_id: Number of the next job, in rising order
 * @out_state: enum gpuward_job_state
 * @out_accel: Index of its accelerator
 * @out_pid: Process that claimed or waits
 * @out_position: Place in the queue from 1 while waiting, else 0
 * @out_used_bytes: Charged to it now
 * @out_wait_ns: How long it waited, or has waited so far
 * @out_held_ns: How long it has had the accelerator
 * @out_command: Its command line
 * @out_deadline_ns: ORPHANED, EVICTING: CLOCK_BOOTTIME at which its processes are killed, 0 for never
 *
 * ENOENT after the last one.
 */
struct gpuward_job_get {
	__u32 size;
	__u32 flags;
	__aligned_u64 after;
	__aligned_u64 out_id;
	__u32 out_state;
	__u32 out_accel;
	__u32 out_pid;
	__u32 out_position;
	__aligned_u64 out_used_bytes;
	__aligned_u64 out_wait_ns;
	__aligned_u64 out_held_ns;
	char out_command[GPUWARD_COMMAND_LEN];
	__aligned_u64 out_deadline_ns;
};
#define GPUWARD_IOC_JOB_GET _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_JOB_GET)

/**
 * struct gpuward_accel_set_model - ioctl(GPUWARD_IOC_ACCEL_SET_MODEL)
 * @size: sizeof(struct gpuward_accel_set_model)
 * @flags: Must be 0
 * @accel: Index of the accelerator
 * @out_pid: With EBUSY: the process in the way
 * @out_state: With EBUSY: its enum gpuward_job_state
 * @__reserved: Must be 0
 * @model: Name of the new model
 * @out_command: With EBUSY: its command line
 *
 * ENOENT: no such accelerator or model. EPERM: the model is in no model group of the VM,
 * GPUWARD_IOC_MODEL_GET does not show it. EBUSY: a program runs or waits on the
 * accelerator; the out_* fields, written in this case only, name it. Switching
 * to the model in force is done at once and changes nothing.
 */
struct gpuward_accel_set_model {
	__u32 size;
	__u32 flags;
	__u32 accel;
	__u32 out_pid;
	__u32 out_state;
	__u32 __reserved;
	char model[GPUWARD_NAME_LEN];
	char out_command[GPUWARD_COMMAND_LEN];
};
#define GPUWARD_IOC_ACCEL_SET_MODEL _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_ACCEL_SET_MODEL)

/**
 * struct gpuward_accel_reset - ioctl(GPUWARD_IOC_ACCEL_RESET): end my VM's own program
 * @size: sizeof(struct gpuward_accel_reset)
 * @flags: Must be 0
 * @accel: Index of the accelerator
 * @out_nr_ended: Jobs that were ended, running or waiting
 *
 * The processes of the jobs get SIGKILL, waits end with ECANCELED. The call does
 * not wait for the files to be released. 0 jobs is success.
 */
struct gpuward_accel_reset {
	__u32 size;
	__u32 flags;
	__u32 accel;
	__u32 out_nr_ended;
};
#define GPUWARD_IOC_ACCEL_RESET _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_ACCEL_RESET)

/* For struct gpuward_vm_token.flags: set the token instead of reading it. */
#define GPUWARD_VM_TOKEN_SET (1 << 0)

/**
 * struct gpuward_vm_token - ioctl(GPUWARD_IOC_VM_TOKEN): read or set a VM's token
 * @size: sizeof(struct gpuward_vm_token)
 * @flags: 0 or GPUWARD_VM_TOKEN_SET
 * @vm: Number of the VM, 0 for the caller's own
 * @__reserved: Must be 0
 * @token: Out: the token. In with GPUWARD_VM_TOKEN_SET: the new one, 8 to 63
 *	printable characters without blanks
 *
 * Reading the own token is open to every process of the VM. Another VM's token,
 * and setting any, needs CAP_SYS_ADMIN in the initial user namespace (EPERM).
 * EEXIST: another VM has this token.
 */
struct gpuward_vm_token {
	__u32 size;
	__u32 flags;
	__u32 vm;
	__u32 __reserved;
	char token[GPUWARD_TOKEN_LEN];
};
#define GPUWARD_IOC_VM_TOKEN _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_VM_TOKEN)

/**
 * struct gpuward_accel_add - ioctl(GPUWARD_IOC_ACCEL_ADD): one more accelerator for my VM
 * @size: sizeof(struct gpuward_accel_add)
 * @flags: Must be 0
 * @out_index: Index of the new accelerator, the lowest that was free
 * @__reserved: Must be 0
 * @model: Name of its model; empty: that of the VM's default accelerator
 *
 * ENOENT: no such model. EPERM: as in GPUWARD_IOC_ACCEL_SET_MODEL. ENOSPC: the VM has as many accelerators as its admin allows, see
 * gpuward_my_vm.out_max_accels.
 */
struct gpuward_accel_add {
	__u32 size;
	__u32 flags;
	__u32 out_index;
	__u32 __reserved;
	char model[GPUWARD_NAME_LEN];
};
#define GPUWARD_IOC_ACCEL_ADD _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_ACCEL_ADD)

/**
 * enum gpuward_busy_reason - Why an accelerator can not be removed
 * @GPUWARD_BUSY_PROGRAM: a program runs or waits on it, or has NVIDIA files open on it
 * @GPUWARD_BUSY_LAST: it is the only one of its VM, which always has one
 * @GPUWARD_BUSY_BOUND: an admin bound a cgroup to this very accelerator
 * @GPUWARD_BUSY_MEMORY: video memory of a program that has ended is still held, by a file that
 *	it passed on
 */
enum gpuward_busy_reason {
	GPUWARD_BUSY_PROGRAM = 1,
	GPUWARD_BUSY_LAST = 2,
	GPUWARD_BUSY_BOUND = 3,
	GPUWARD_BUSY_MEMORY = 4,
};

/**
 * struct gpuward_accel_del - ioctl(GPUWARD_IOC_ACCEL_DEL): remove one of my accelerators
 * @size: sizeof(struct gpuward_accel_del)
 * @flags: Must be 0
 * @accel: Its index
 * @out_reason: With EBUSY: enum gpuward_busy_reason
 * @out_pid: With GPUWARD_BUSY_PROGRAM: the process in the way
 * @out_state: With GPUWARD_BUSY_PROGRAM: enum gpuward_job_state, 0 when it only has files open
 * @out_command: With GPUWARD_BUSY_PROGRAM: its command line
 *
 * ENOENT: no such accelerator. EBUSY: see @out_reason; the out_* fields are written in this case only.
 * When the default accelerator is removed, the one with the lowest index becomes the default.
 */
struct gpuward_accel_del {
	__u32 size;
	__u32 flags;
	__u32 accel;
	__u32 out_reason;
	__u32 out_pid;
	__u32 out_state;
	char out_command[GPUWARD_COMMAND_LEN];
};
#define GPUWARD_IOC_ACCEL_DEL _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_ACCEL_DEL)

/**
 * struct gpuward_accel_set_default - ioctl(GPUWARD_IOC_ACCEL_SET_DEFAULT): choose my VM's default
 * @size: sizeof(struct gpuward_accel_set_default)
 * @flags: Must be 0
 * @accel: Index of the accelerator that is to be the default
 * @__reserved: Must be 0
 *
 * ENOENT: no such accelerator. Never refused for a program: one that has files open stays on its
 * accelerator, with all processes that are a part of it; programs that start from now on use
 * the new default. Cgroups bound to an accelerator of their own are not concerned.
 */
struct gpuward_accel_set_default {
	__u32 size;
	__u32 flags;
	__u32 accel;
	__u32 __reserved;
};
#define GPUWARD_IOC_ACCEL_SET_DEFAULT _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_ACCEL_SET_DEFAULT)

/* For struct gpuward_claim.flags: fail with EBUSY rather than wait. */
#define GPUWARD_CLAIM_TRY (1 << 0)

/**
 * struct gpuward_claim - ioctl(GPUWARD_IOC_CLAIM): have my accelerator as long as this file is open
 * @size: sizeof(struct gpuward_claim)
 * @flags: 0 or GPUWARD_CLAIM_TRY
 * @out_accel: Index of the accelerator: that which the NVIDIA files of the caller belong to
 * @__reserved: Must be 0
 * @out_job: Number of the job; 0 with enforce=permissive, where the call would have waited
 *
 * The same as a program does that opens a GPU and makes something on it: it waits for GPUs, then
 * for the accelerator, in the same queues, and is a job from then on. Its own NVIDIA files are part of
 * the same job. It lasts until this file and all its NVIDIA files are closed. A second call on the file
 * changes nothing while the job lasts. Once it is held, read() and poll() tell notices:
 * struct gpuward_notice. Holding alone makes no GPU busy and takes no memory.
 *
 * EINTR: a signal; EBUSY: it may not wait, or waited as long as its VM may; ECANCELED: an admin ended
 * the wait; EPERM: the file was used by another process first, or the caller's cgroup was bound anew
 * since; ENOSPC: no GPUs of this host can ever hold its model; EDQUOT: too many wait; ENODEV: NVIDIA's
 * driver is not there, or gpuward is not attached to it. Until the file is closed it counts as one that
 * is open on the accelerator, also after an error.
 */
struct gpuward_claim {
	__u32 size;
	__u32 flags;
	__u32 out_accel;
	__u32 __reserved;
	__aligned_u64 out_job;
};
#define GPUWARD_IOC_CLAIM _IO(GPUWARD_IOC_TYPE, GPUWARD_NR_CLAIM)

/**
 * enum gpuward_notice_type - What a holder is told
 * @GPUWARD_NOTICE_EVICT: it has to go for a program of a higher class: give the GPUs back before the
 *	deadline, or be killed. A notice with another deadline stands in place of the former
 * @GPUWARD_NOTICE_EVICT_CANCEL: it need not go after all
 * @GPUWARD_NOTICE_END: its job was ended, and its processes are being killed; or gpuward was detached
 */
enum gpuward_notice_type {
	GPUWARD_NOTICE_EVICT = 1,
	GPUWARD_NOTICE_EVICT_CANCEL = 2,
	GPUWARD_NOTICE_END = 3,
};

/**
 * struct gpuward_notice - read() on a file that holds: how it stands, when that has changed
 * @size: sizeof(struct gpuward_notice)
 * @type: enum gpuward_notice_type
 * @job: Number of the job
 * @deadline_ns: GPUWARD_NOTICE_EVICT: CLOCK_BOOTTIME at which its processes are killed; else 0
 *
 * One notice for each read(), of how it stands at that moment; what was overtaken is not told. read()
 * waits for one, or fails with EAGAIN where O_NONBLOCK is set; EINVAL: the buffer is too small; ENXIO:
 * nothing was held by this file yet. poll(): POLLIN when there is one, POLLHUP after the end, POLLERR
 * before the first hold.
 */
struct gpuward_notice {
	__u32 size;
	__u32 type;
	__aligned_u64 job;
	__aligned_u64 deadline_ns;
};

#endif /* _UAPI_LINUX_GPUWARD_H */
