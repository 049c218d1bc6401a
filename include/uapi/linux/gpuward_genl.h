/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * gpuward: administering and observing, through generic netlink.
 *
 * Family GPUWARD_GENL_NAME, version GPUWARD_GENL_VERSION, in the initial network
 * namespace only. Every command needs CAP_SYS_ADMIN in the initial user namespace
 * (EPERM otherwise), so does joining the multicast group of events.
 *
 * Each kind of object has its own space of attributes, its own four commands and
 * one shape of message: what a dump shows can be sent back to add it again.
 * Attributes marked [out] are only ever sent by the kernel; sending one is EINVAL.
 * Attributes marked [key] name the object.
 *
 * Requests are validated strictly: an unknown attribute, one of wrong length, out of
 * range, or given twice is EINVAL or ERANGE with an extended-ack text and changes
 * nothing. A refusal always carries an extended-ack text that names the object (but those
 * that netlink makes before gpuward sees the message: unknown command, no header, a second
 * dump on one socket).
 *
 * errno is a contract:
 *
 *  EINVAL      malformed, unknown or duplicated attribute, an impossible value
 *  ERANGE      a value outside its documented range, a string that is too long
 *  EPERM       not an administrator of the initial namespaces
 *  ENOENT      no object of that key
 *  EEXIST      an object of that key exists
 *  EBUSY       in use; the text names by whom
 *  ENOSPC      a documented limit is reached
 *  EBADF       not a file descriptor of a cgroup v2 directory
 *  EOPNOTSUPP  unknown command
 *
 * Dumps (NLM_F_DUMP) resume where they stopped and carry a generation number: when
 * the table changed in between, NLM_F_DUMP_INTR is set and the reader starts over. Jobs are
 * dumped by rising number instead: one that lives throughout is there exactly once.
 */
#ifndef _UAPI_LINUX_GPUWARD_GENL_H
#define _UAPI_LINUX_GPUWARD_GENL_H

#define GPUWARD_GENL_NAME "gpuward"
#define GPUWARD_GENL_VERSION 2
#define GPUWARD_GENL_GROUP_EVENTS "events"

/**
 * enum gpuward_cmd - Commands of the family
 * @GPUWARD_CMD_STATUS_GET: do. Reply: GPUWARD_A_STATUS_*
 * @GPUWARD_CMD_SETTING_GET: do. Reply: GPUWARD_A_SETTING_*
 * @GPUWARD_CMD_SETTING_SET: do. Those given are changed together or not at all
 * @GPUWARD_CMD_DRIVER_ATTACH: do. Hook the driver again after DETACH
 * @GPUWARD_CMD_DRIVER_DETACH: do. Unhook: waits end with ENODEV, jobs are forgotten, tenants
 *	are no longer held back. Reply: GPUWARD_A_STATUS_NR_FILES, _NR_JOBS given up. Files
 *	that tenants opened before stay refused after a later ATTACH until reopened
 * @GPUWARD_CMD_GPU_GET: dump, or do with MINOR
 * @GPUWARD_CMD_GPU_ADD: do. Needs MINOR and MEMORY
 * @GPUWARD_CMD_GPU_SET: do. MINOR and what changes: NAME, STATE (SHUTDOWN drains, IDLE
 *	returns it, out of quarantine, too), MEMORY and DRIVER (EBUSY when less is left than is
 *	reserved), others. Those who wait are looked at again at once
 * @GPUWARD_CMD_GPU_DEL: do. MINOR. EBUSY while anything is reserved on it
 * @GPUWARD_CMD_MODEL_GET: dump, or do with NAME
 * @GPUWARD_CMD_MODEL_ADD: do. NAME, MEMORY, NR_GPUS. MEMORY must divide by NR_GPUS
 * @GPUWARD_CMD_MODEL_SET: do. NAME and MEMORY or NR_GPUS. Another MEMORY is in force at once,
 *	for running programs, too, on all GPUs where the model is placed or on none: EBUSY more is
 *	used there, ENOSPC no room. Another NR_GPUS: EBUSY while an accelerator of the model holds or
 *	waits for GPUs
 * @GPUWARD_CMD_MODEL_DEL: do. NAME. EBUSY while an accelerator has it
 * @GPUWARD_CMD_VM_GET: dump, or do with ID or NAME
 * @GPUWARD_CMD_VM_ADD: do. NAME and MODEL (of accelerator 0). The token is made at
 *	random and read through GPUWARD_IOC_VM_TOKEN. Reply: the VM
 * @GPUWARD_CMD_VM_SET: do. ID or NAME, and what changes. CLASS is in force at once, for what is
 *	placed, too: GPUs are set aside for a VM that becomes RESERVED as soon as they fit, and
 *	given back by one that is so no longer unless a program has them; DEDICATED is EBUSY while
 *	an accelerator in use shares a GPU with another VM
 * @GPUWARD_CMD_VM_DEL: do. ID or NAME. Its bindings go with it. EBUSY while it has jobs
 *	or open files, naming one, unless FORCE, which ends them
 * @GPUWARD_CMD_BINDING_GET: dump
 * @GPUWARD_CMD_BINDING_ADD: do. CGROUP_FD, VM_ID or VM, optionally ACCEL. EEXIST when
 *	that very cgroup is bound. EINVAL for the root cgroup
 * @GPUWARD_CMD_BINDING_DEL: do. CGROUP_ID or CGROUP_FD. Files opened before keep their VM
 * @GPUWARD_CMD_ACCEL_GET: dump, optionally VM_ID to see one VM's
 * @GPUWARD_CMD_ACCEL_SET: do. VM_ID or VM, INDEX, and what changes: MODEL (EBUSY as in
 *	GPUWARD_IOC_ACCEL_SET_MODEL, the text names the process), NAME, PROGRAM, DUPLICABLE, DEFAULT
 * @GPUWARD_CMD_JOB_GET: dump, or do with ID
 * @GPUWARD_CMD_JOB_DEL: do. ID, or VM_ID or VM for all of a VM's, with ACCEL of that accelerator. A
 *	waiting job's wait ends with ECANCELED, a running job's processes get SIGKILL; with
 *	ONLY_WAITING a running one of that ID is EBUSY, those of a VM are left. Reply: COUNT
 * @GPUWARD_CMD_EVENT: multicast only, GPUWARD_A_EVENT_*
 * @GPUWARD_CMD_ACCEL_ADD: do. VM_ID or VM, optionally INDEX (default: the lowest that is free),
 *	MODEL (default: that of the VM's default accelerator), NAME, PROGRAM, DUPLICABLE, DEFAULT.
 *	ENOSPC at the VM's MAX_ACCELS. Reply: the accelerator
 * @GPUWARD_CMD_ACCEL_DEL: do. VM_ID or VM, INDEX. EBUSY while a program runs, waits or has files
 *	open on it (the text names the process), for the last one of a VM, and while a cgroup is
 *	bound to it
 * @GPUWARD_CMD_GROUP_GET: dump
 * @GPUWARD_CMD_GROUP_ADD: do. KIND, NAME. ENOSPC above 64 of a kind
 * @GPUWARD_CMD_GROUP_SET: do. KIND, NAME, NEW_NAME
 * @GPUWARD_CMD_GROUP_DEL: do. KIND, NAME. EBUSY while anything was put into it, or a model group
 *	is placed on it. EINVAL for the default one
 * @GPUWARD_CMD_MEMBER_GET: dump: one message for each thing in each group it was put into
 * @GPUWARD_CMD_MEMBER_ADD: do. KIND, GROUP, and one of VM, MODEL, GPU_GROUP (of a model group)
 *	or GPU (of a GPU group). EEXIST when it is in. Takes effect at once, also for those who
 *	wait; what is placed stays
 * @GPUWARD_CMD_MEMBER_DEL: do. The same; ENOENT when it is not in
 * @GPUWARD_CMD_JOB_SET: do. ID and PRIORITY of a job that waits for GPUs, with all others that wait
 *	for the same accelerator, until that wait is over. EINVAL when it runs, or waits for an
 *	accelerator, where arrival alone counts
 * @GPUWARD_CMD_EXPLAIN_GET: do or dump. VM_ID or VM, INDEX: what the accelerator wants, and (dump)
 *	what each GPU has against it
 * @GPUWARD_CMD_USAGE_GET: dump: the records of jobs that ran and have ended, by rising number, with
 *	SEQ those above it. do: FIRST, NEXT, NR_LOST. A job under which its model's size is changed
 *	(MODEL_SET) has a record for each size: one ends, and the next begins, at the same nanosecond
 * @GPUWARD_CMD_USAGE_ACK: do. SEQ: all records up to it were taken, forget them. 1024 are kept; when one
 *	more comes, the oldest gives way and is counted in NR_LOST. ERANGE: there is none of that
 *	number yet. Reply: FIRST, NEXT, NR_LOST
 * @GPUWARD_CMD_TOTAL_GET: dump: for each VM, and each model and size of a model that it used, the sum
 *	over jobs that have ended, acknowledged or not. Sums outlive VM and model. Those of a VM that
 *	was deleted keep its name until all its records are acknowledged (of such sums 1024, the newest
 *	ones), and are added to those of all VMs that are gone then, by model: VM_ID 0
 * @GPUWARD_CMD_HOLDER_GET: dump. JOB: the processes that have a file of this job open or mapped, by
 *	rising pid. A file in flight over a socket, or registered with an io_uring, is held by none. ENOENT
 * @GPUWARD_CMD_AUDIT_GET: dump: compare what is known with the driver's own books now, as is done every
 *	few seconds (GPUWARD_A_SETTING_AUDIT_SECONDS) while jobs run; one message for each job and GPU. EOPNOTSUPP
 *	the driver can not be asked (GPUWARD_A_STATUS_NO_AUDIT says why), ENODEV there is no driver, EIO it
 *	refuses to answer
 */
enum gpuward_cmd {
	GPUWARD_CMD_UNSPEC,
	GPUWARD_CMD_STATUS_GET,
	GPUWARD_CMD_SETTING_GET,
	GPUWARD_CMD_SETTING_SET,
	GPUWARD_CMD_DRIVER_ATTACH,
	GPUWARD_CMD_DRIVER_DETACH,
	GPUWARD_CMD_GPU_GET,
	GPUWARD_CMD_GPU_ADD,
	GPUWARD_CMD_GPU_SET,
	GPUWARD_CMD_GPU_DEL,
	GPUWARD_CMD_MODEL_GET,
	GPUWARD_CMD_MODEL_ADD,
	GPUWARD_CMD_MODEL_SET,
	GPUWARD_CMD_MODEL_DEL,
	GPUWARD_CMD_VM_GET,
	GPUWARD_CMD_VM_ADD,
	GPUWARD_CMD_VM_SET,
	GPUWARD_CMD_VM_DEL,
	GPUWARD_CMD_BINDING_GET,
	GPUWARD_CMD_BINDING_ADD,
	GPUWARD_CMD_BINDING_DEL,
	GPUWARD_CMD_ACCEL_GET,
	GPUWARD_CMD_ACCEL_SET,
	GPUWARD_CMD_JOB_GET,
	GPUWARD_CMD_JOB_DEL,
	GPUWARD_CMD_EVENT,
	GPUWARD_CMD_ACCEL_ADD,
	GPUWARD_CMD_ACCEL_DEL,
	GPUWARD_CMD_GROUP_GET,
	GPUWARD_CMD_GROUP_ADD,
	GPUWARD_CMD_GROUP_SET,
	GPUWARD_CMD_GROUP_DEL,
	GPUWARD_CMD_MEMBER_GET,
	GPUWARD_CMD_MEMBER_ADD,
	GPUWARD_CMD_MEMBER_DEL,
	GPUWARD_CMD_JOB_SET,
	GPUWARD_CMD_EXPLAIN_GET,
	GPUWARD_CMD_USAGE_GET,
	GPUWARD_CMD_USAGE_ACK,
	GPUWARD_CMD_TOTAL_GET,
	GPUWARD_CMD_HOLDER_GET,
	GPUWARD_CMD_AUDIT_GET,
	__GPUWARD_CMD_LAST,
	GPUWARD_CMD_MAX = __GPUWARD_CMD_LAST - 1,
};

/**
 * enum gpuward_a_status - Attributes of STATUS, ATTACH, DETACH; all [out]
 * @GPUWARD_A_STATUS_VERSION: string, release of the module
 * @GPUWARD_A_STATUS_ABI: u32, GPUWARD_ABI
 * @GPUWARD_A_STATUS_STATE: u32, enum gpuward_state
 * @GPUWARD_A_STATUS_DRIVER: string, version of NVIDIA's driver
 * @GPUWARD_A_STATUS_REASON: string, why tenants are refused; absent when they are not
 * @GPUWARD_A_STATUS_UVM: u32, enum gpuward_state of nvidia-uvm
 * @GPUWARD_A_STATUS_NR_GPUS: u32
 * @GPUWARD_A_STATUS_NR_VMS: u32
 * @GPUWARD_A_STATUS_NR_BINDINGS: u32
 * @GPUWARD_A_STATUS_NR_FILES: u32, NVIDIA files that tenants have open
 * @GPUWARD_A_STATUS_NR_JOBS: u32, running or waiting
 * @GPUWARD_A_STATUS_NR_REFUSED: u64, requests refused to tenants since load
 * @GPUWARD_A_STATUS_NO_AUDIT: string, why the driver's own books can not be read; absent when they can
 */
enum gpuward_a_status {
	GPUWARD_A_STATUS_UNSPEC,
	GPUWARD_A_STATUS_VERSION,
	GPUWARD_A_STATUS_ABI,
	GPUWARD_A_STATUS_STATE,
	GPUWARD_A_STATUS_DRIVER,
	GPUWARD_A_STATUS_REASON,
	GPUWARD_A_STATUS_UVM,
	GPUWARD_A_STATUS_NR_GPUS,
	GPUWARD_A_STATUS_NR_VMS,
	GPUWARD_A_STATUS_NR_BINDINGS,
	GPUWARD_A_STATUS_NR_FILES,
	GPUWARD_A_STATUS_NR_JOBS,
	GPUWARD_A_STATUS_NR_REFUSED,
	GPUWARD_A_STATUS_PAD,
	GPUWARD_A_STATUS_NO_AUDIT,
	__GPUWARD_A_STATUS_LAST,
	GPUWARD_A_STATUS_MAX = __GPUWARD_A_STATUS_LAST - 1,
};

/**
 * enum gpuward_host - What unbound processes may do
 * @GPUWARD_HOST_ALLOW: everything, as without gpuward (the default)
 * @GPUWARD_HOST_DENY: nothing without CAP_SYS_ADMIN in the initial user namespace
 */
enum gpuward_host {
	GPUWARD_HOST_ALLOW = 0,
	GPUWARD_HOST_DENY = 1,
};

/**
 * enum gpuward_enforce - Whether rules are enforced
 * @GPUWARD_ENFORCE_ON: yes (the default)
 * @GPUWARD_ENFORCE_PERMISSIVE: refusals are counted and reported, not made; every tool says so
 */
enum gpuward_enforce {
	GPUWARD_ENFORCE_ON = 0,
	GPUWARD_ENFORCE_PERMISSIVE = 1,
};

/**
 * enum gpuward_a_setting - Attributes of SETTING
 * @GPUWARD_A_SETTING_HOST: u32, enum gpuward_host
 * @GPUWARD_A_SETTING_ENFORCE: u32, enum gpuward_enforce
 * @GPUWARD_A_SETTING_CONTEXT_BYTES: u64, bytes charged for what the driver takes for itself with the first
 *	channel group in each address space on a GPU, up to 64 GiB; 0 (the default): nothing. Contexts
 *	that exist keep what they were charged
 * @GPUWARD_A_SETTING_AGE_MS: u32, milliseconds after which one that waits for GPUs goes before all
 *	who have not waited so long, whatever the class or priority; 0: never. Default an hour
 * @GPUWARD_A_SETTING_MAX_BACKFILL: u32, how often one that waits for GPUs may be passed by smaller ones
 *	that do not delay it; 0: never. Default 256
 * @GPUWARD_A_SETTING_QUARANTINE_MS: u32, milliseconds for which memory may be held on a GPU after the
 *	last file of its accelerator was closed, before the GPU goes to quarantine; 0: for ever.
 *	Default 10000. Held is what is charged, and, where the driver can be asked, what it says at
 *	the next comparison that processes which have gone have: more than TOLERANCE of it
 * @GPUWARD_A_SETTING_ORPHAN_MS: u32, milliseconds that an orphaned job is left before its processes are
 *	killed, up to a day, default 5000; 0: for ever
 * @GPUWARD_A_SETTING_EVICT_MS: u32, milliseconds between the notice to a spot job and its end, up to a
 *	day, default 30000. Those told already keep their deadline
 * @GPUWARD_A_SETTING_AUDIT_SECONDS: u32, seconds between two comparisons with the driver's books while jobs run,
 *	and after they ended until the driver says that they left nothing; up to 86400, 5 by default;
 *	0: only when asked
 * @GPUWARD_A_SETTING_AUDIT_TOLERANCE_BYTES: u64, bytes that a job may have beyond what is known of it on a GPU
 *	before it is reported and ended, and leave there before the GPU goes to quarantine; up to
 *	64 GiB, 64 MiB by default
 */
enum gpuward_a_setting {
	GPUWARD_A_SETTING_UNSPEC,
	GPUWARD_A_SETTING_HOST,
	GPUWARD_A_SETTING_ENFORCE,
	GPUWARD_A_SETTING_CONTEXT_BYTES,
	GPUWARD_A_SETTING_PAD,
	GPUWARD_A_SETTING_AGE_MS,
	GPUWARD_A_SETTING_MAX_BACKFILL,
	GPUWARD_A_SETTING_QUARANTINE_MS,
	GPUWARD_A_SETTING_ORPHAN_MS,
	GPUWARD_A_SETTING_EVICT_MS,
	GPUWARD_A_SETTING_AUDIT_SECONDS,
	GPUWARD_A_SETTING_AUDIT_TOLERANCE_BYTES,
	__GPUWARD_A_SETTING_LAST,
	GPUWARD_A_SETTING_MAX = __GPUWARD_A_SETTING_LAST - 1,
};

/**
 * enum gpuward_gpu_state - State of a GPU
 * @GPUWARD_GPU_IDLE: nothing reserved
 * @GPUWARD_GPU_PREPARING: reserved, no job runs on it yet
 * @GPUWARD_GPU_PROCESSING: at least one job runs on it
 * @GPUWARD_GPU_CLEANING: the last file of all who are placed on it is gone, but memory is held.
 *	While that is so for anyone of them there are no new placements on it
 * @GPUWARD_GPU_SHUTDOWN: drained: no new placements
 * @GPUWARD_GPU_QUARANTINE: no new placements until it is returned by hand: memory was held for
 *	too long after the last file was closed, or the driver's books say so. What is placed on
 *	it stays, and its accelerators may use it
 */
enum gpuward_gpu_state {
	GPUWARD_GPU_IDLE = 0,
	GPUWARD_GPU_PREPARING = 1,
	GPUWARD_GPU_PROCESSING = 2,
	GPUWARD_GPU_CLEANING = 3,
	GPUWARD_GPU_SHUTDOWN = 4,
	GPUWARD_GPU_QUARANTINE = 5,
};

#define GPUWARD_GPU_UUID_LEN 16
#define GPUWARD_GPU_NO_NUMA (-1)
#define GPUWARD_REASON_LEN 128	/* why a GPU is in quarantine, with the NUL */

/**
 * enum gpuward_a_gpu - Attributes of a GPU
 * @GPUWARD_A_GPU_MINOR: u32 [key], minor of /dev/nvidiaN, 0 to 247
 * @GPUWARD_A_GPU_MEMORY: u64, bytes of video memory, at least 1 MiB
 * @GPUWARD_A_GPU_NAME: string, as the driver names it
 * @GPUWARD_A_GPU_PCI: string, "dddd:bb:dd.f"
 * @GPUWARD_A_GPU_UUID: 16 bytes
 * @GPUWARD_A_GPU_ID: u32, gpuId of the driver's RM
 * @GPUWARD_A_GPU_INSTANCE: u32, RM's device instance (deviceId of NV01_DEVICE_0);
 *	the minor when not given
 * @GPUWARD_A_GPU_NUMA: s32, NUMA node, GPUWARD_GPU_NO_NUMA when unknown
 * @GPUWARD_A_GPU_STATE: u32, enum gpuward_gpu_state; only IDLE and SHUTDOWN may be set
 * @GPUWARD_A_GPU_RESERVED: u64 [out], bytes reserved by placements
 * @GPUWARD_A_GPU_NR_PLACED: u32 [out], accelerators placed on it
 * @GPUWARD_A_GPU_NVLINK: u32, number of its NVLink domain: GPUs of one number reach each other over
 *	NVLink, directly or through others; 0: unknown, or none
 * @GPUWARD_A_GPU_PCIE: string, its PCIe switch, by the PCI address of the bridge that GPUs on it have
 *	in common, "dddd:bb:dd.f"; empty: unknown, or none
 * @GPUWARD_A_GPU_DRIVER: u64, bytes of MEMORY that are never placed, since the driver takes them
 *	for itself; less than MEMORY, default 0
 * @GPUWARD_A_GPU_REASON: string [out], in quarantine: why
 * @GPUWARD_A_GPU_SINCE_NS: u64 [out], in quarantine: CLOCK_BOOTTIME since when
 * @GPUWARD_A_GPU_HELD: u64 [out], in quarantine for memory that was held: bytes charged on it then,
 *	or that the driver says are held by processes which have gone; WHY tells which
 * @GPUWARD_A_GPU_HELD_VM: string [out], the same: name of the VM
 * @GPUWARD_A_GPU_HELD_ACCEL: u32 [out], the same: index of the accelerator
 */
enum gpuward_a_gpu {
	GPUWARD_A_GPU_UNSPEC,
	GPUWARD_A_GPU_MINOR,
	GPUWARD_A_GPU_MEMORY,
	GPUWARD_A_GPU_NAME,
	GPUWARD_A_GPU_PCI,
	GPUWARD_A_GPU_UUID,
	GPUWARD_A_GPU_ID,
	GPUWARD_A_GPU_INSTANCE,
	GPUWARD_A_GPU_NUMA,
	GPUWARD_A_GPU_STATE,
	GPUWARD_A_GPU_RESERVED,
	GPUWARD_A_GPU_NR_PLACED,
	GPUWARD_A_GPU_PAD,
	GPUWARD_A_GPU_NVLINK,
	GPUWARD_A_GPU_PCIE,
	GPUWARD_A_GPU_DRIVER,
	GPUWARD_A_GPU_REASON,
	GPUWARD_A_GPU_SINCE_NS,
	GPUWARD_A_GPU_HELD,
	GPUWARD_A_GPU_HELD_VM,
	GPUWARD_A_GPU_HELD_ACCEL,
	__GPUWARD_A_GPU_LAST,
	GPUWARD_A_GPU_MAX = __GPUWARD_A_GPU_LAST - 1,
};

/**
 * enum gpuward_a_model - Attributes of a model
 * @GPUWARD_A_MODEL_NAME: string [key]
 * @GPUWARD_A_MODEL_MEMORY: u64, bytes over all GPUs
 * @GPUWARD_A_MODEL_NR_GPUS: u32, 1 to GPUWARD_MAX_PLACED
 * @GPUWARD_A_MODEL_NR_ACCELS: u32 [out], accelerators that have it
 */
enum gpuward_a_model {
	GPUWARD_A_MODEL_UNSPEC,
	GPUWARD_A_MODEL_NAME,
	GPUWARD_A_MODEL_MEMORY,
	GPUWARD_A_MODEL_NR_GPUS,
	GPUWARD_A_MODEL_NR_ACCELS,
	GPUWARD_A_MODEL_PAD,
	__GPUWARD_A_MODEL_LAST,
	GPUWARD_A_MODEL_MAX = __GPUWARD_A_MODEL_LAST - 1,
};

/**
 * enum gpuward_wait - What a program does when the accelerator or GPUs are taken
 * @GPUWARD_WAIT_QUEUE: waits (the default)
 * @GPUWARD_WAIT_FAIL: fails at once with EBUSY
 * @GPUWARD_WAIT_TIMEOUT: waits for WAIT_MS, then fails with EBUSY
 */
enum gpuward_wait {
	GPUWARD_WAIT_QUEUE = 0,
	GPUWARD_WAIT_FAIL = 1,
	GPUWARD_WAIT_TIMEOUT = 2,
};

/**
 * enum gpuward_quota - Whether a VM's memory is limited
 * @GPUWARD_QUOTA_ON: to what the models of its accelerators have (the default)
 * @GPUWARD_QUOTA_UNLIMITED: it is counted only; every tool says so. Other VMs may find less
 *	than they were promised
 */
enum gpuward_quota {
	GPUWARD_QUOTA_ON = 0,
	GPUWARD_QUOTA_UNLIMITED = 1,
};

/**
 * enum gpuward_managed - What managed (UVM) memory means for a VM's quota
 * @GPUWARD_MANAGED_COUNT: charged in full on each GPU that could hold it (the default)
 * @GPUWARD_MANAGED_DENY: mapping it is refused
 * @GPUWARD_MANAGED_IGNORE: not counted: a way around the quota; every tool says so
 */
enum gpuward_managed {
	GPUWARD_MANAGED_COUNT = 0,
	GPUWARD_MANAGED_DENY = 1,
	GPUWARD_MANAGED_IGNORE = 2,
};

/**
 * enum gpuward_a_vm - Attributes of a VM
 * @GPUWARD_A_VM_ID: u32 [key, out of ADD]
 * @GPUWARD_A_VM_NAME: string [key]
 * @GPUWARD_A_VM_MODEL: string, model of the default accelerator; given to ADD only, there of
 *	accelerator 0
 * @GPUWARD_A_VM_CLASS: u32, enum gpuward_class
 * @GPUWARD_A_VM_PRIORITY: s32, -1000 to 1000, default 0
 * @GPUWARD_A_VM_WAIT: u32, enum gpuward_wait
 * @GPUWARD_A_VM_WAIT_MS: u32, for GPUWARD_WAIT_TIMEOUT, milliseconds, at least 1
 * @GPUWARD_A_VM_MAX_ACCELS: u32, 1 to 64, default 5
 * @GPUWARD_A_VM_FORCE: flag, DEL only: end its jobs
 * @GPUWARD_A_VM_NR_ACCELS: u32 [out]
 * @GPUWARD_A_VM_NR_BINDINGS: u32 [out]
 * @GPUWARD_A_VM_NR_FILES: u32 [out]
 * @GPUWARD_A_VM_NR_JOBS: u32 [out], running or waiting
 * @GPUWARD_A_VM_QUOTA: u32, enum gpuward_quota
 * @GPUWARD_A_VM_MANAGED: u32, enum gpuward_managed
 * @GPUWARD_A_VM_GROUP: string, ADD only: put it into this model group
 */
enum gpuward_a_vm {
	GPUWARD_A_VM_UNSPEC,
	GPUWARD_A_VM_ID,
	GPUWARD_A_VM_NAME,
	GPUWARD_A_VM_MODEL,
	GPUWARD_A_VM_CLASS,
	GPUWARD_A_VM_PRIORITY,
	GPUWARD_A_VM_WAIT,
	GPUWARD_A_VM_WAIT_MS,
	GPUWARD_A_VM_MAX_ACCELS,
	GPUWARD_A_VM_FORCE,
	GPUWARD_A_VM_NR_ACCELS,
	GPUWARD_A_VM_NR_BINDINGS,
	GPUWARD_A_VM_NR_FILES,
	GPUWARD_A_VM_NR_JOBS,
	GPUWARD_A_VM_QUOTA,
	GPUWARD_A_VM_MANAGED,
	GPUWARD_A_VM_GROUP,
	__GPUWARD_A_VM_LAST,
	GPUWARD_A_VM_MAX = __GPUWARD_A_VM_LAST - 1,
};

/**
 * enum gpuward_group_kind - What a group is of
 * @GPUWARD_GROUP_MODEL: models, and the VMs that may choose them; is placed on GPU groups
 * @GPUWARD_GROUP_GPU: GPUs
 *
 * A VM may choose a model when both are in one model group; that group's GPU groups are where it
 * may be placed. What is in no group of its own, or is placed on none, counts as in the default
 * one: a host without other groups has everything there.
 */
enum gpuward_group_kind {
	GPUWARD_GROUP_MODEL = 1,
	GPUWARD_GROUP_GPU = 2,
};

/**
 * enum gpuward_a_group - Attributes of a group
 * @GPUWARD_A_GROUP_KIND: u32 [key], enum gpuward_group_kind
 * @GPUWARD_A_GROUP_NAME: string [key]
 * @GPUWARD_A_GROUP_NEW_NAME: string, SET only
 * @GPUWARD_A_GROUP_NR_MEMBERS: u32 [out], models or GPUs that were put into it
 * @GPUWARD_A_GROUP_NR_VMS: u32 [out], VMs that were put into it
 * @GPUWARD_A_GROUP_DEFAULT: flag [out], everything that is in no other one is in it, too
 */
enum gpuward_a_group {
	GPUWARD_A_GROUP_UNSPEC,
	GPUWARD_A_GROUP_KIND,
	GPUWARD_A_GROUP_NAME,
	GPUWARD_A_GROUP_NEW_NAME,
	GPUWARD_A_GROUP_NR_MEMBERS,
	GPUWARD_A_GROUP_NR_VMS,
	GPUWARD_A_GROUP_DEFAULT,
	__GPUWARD_A_GROUP_LAST,
	GPUWARD_A_GROUP_MAX = __GPUWARD_A_GROUP_LAST - 1,
};

/**
 * enum gpuward_a_member - Attributes of a membership
 * @GPUWARD_A_MEMBER_KIND: u32 [key], enum gpuward_group_kind of GROUP
 * @GPUWARD_A_MEMBER_GROUP: string [key]
 * @GPUWARD_A_MEMBER_VM: string [key], a VM in the model group
 * @GPUWARD_A_MEMBER_MODEL: string [key], a model in it
 * @GPUWARD_A_MEMBER_GPU_GROUP: string [key], a GPU group on which it is placed
 * @GPUWARD_A_MEMBER_GPU: u32 [key], minor of a GPU in the GPU group
 */
enum gpuward_a_member {
	GPUWARD_A_MEMBER_UNSPEC,
	GPUWARD_A_MEMBER_KIND,
	GPUWARD_A_MEMBER_GROUP,
	GPUWARD_A_MEMBER_VM,
	GPUWARD_A_MEMBER_MODEL,
	GPUWARD_A_MEMBER_GPU_GROUP,
	GPUWARD_A_MEMBER_GPU,
	__GPUWARD_A_MEMBER_LAST,
	GPUWARD_A_MEMBER_MAX = __GPUWARD_A_MEMBER_LAST - 1,
};

/**
 * enum gpuward_a_binding - Attributes of a binding
 * @GPUWARD_A_BINDING_CGROUP_ID: u64 [key], cgroup v2 id (inode of the directory)
 * @GPUWARD_A_BINDING_CGROUP_FD: s32, ADD and DEL: open directory, in the sender's table
 * @GPUWARD_A_BINDING_VM_ID: u32
 * @GPUWARD_A_BINDING_VM: string, name of the VM
 * @GPUWARD_A_BINDING_ACCEL: u32, accelerator of the VM; absent: its default one
 * @GPUWARD_A_BINDING_PATH: string [out], below the root of the hierarchy; absent above 2 KiB
 * @GPUWARD_A_BINDING_DEAD: flag [out], the cgroup was removed; the binding goes by itself
 */
enum gpuward_a_binding {
	GPUWARD_A_BINDING_UNSPEC,
	GPUWARD_A_BINDING_CGROUP_ID,
	GPUWARD_A_BINDING_CGROUP_FD,
	GPUWARD_A_BINDING_VM_ID,
	GPUWARD_A_BINDING_VM,
	GPUWARD_A_BINDING_ACCEL,
	GPUWARD_A_BINDING_PATH,
	GPUWARD_A_BINDING_DEAD,
	GPUWARD_A_BINDING_PAD,
	__GPUWARD_A_BINDING_LAST,
	GPUWARD_A_BINDING_MAX = __GPUWARD_A_BINDING_LAST - 1,
};

/**
 * enum gpuward_a_accel - Attributes of an accelerator
 * @GPUWARD_A_ACCEL_VM_ID: u32 [key]
 * @GPUWARD_A_ACCEL_VM: string [key], name of the VM
 * @GPUWARD_A_ACCEL_INDEX: u32 [key]
 * @GPUWARD_A_ACCEL_NAME: string
 * @GPUWARD_A_ACCEL_MODEL: string
 * @GPUWARD_A_ACCEL_PROGRAM: u32, enum gpuward_program as set
 * @GPUWARD_A_ACCEL_DUPLICABLE: u32, programs that may run at once, 1 to 1024
 * @GPUWARD_A_ACCEL_DEFAULT: flag; given to ADD or SET it becomes the VM's default one
 * @GPUWARD_A_ACCEL_STATE: u32 [out], enum gpuward_accel_state
 * @GPUWARD_A_ACCEL_NR_GPUS: u32 [out]
 * @GPUWARD_A_ACCEL_MEMORY: u64 [out], quota over all GPUs
 * @GPUWARD_A_ACCEL_USED: u64 [out], charged now, over all GPUs
 * @GPUWARD_A_ACCEL_NR_RUNNING: u32 [out]
 * @GPUWARD_A_ACCEL_NR_WAITING: u32 [out]
 * @GPUWARD_A_ACCEL_PLACED: nest [out], repeated: GPUWARD_A_PLACED_*
 * @GPUWARD_A_ACCEL_PEAK: u64 [out], the most that was charged on each GPU since it was placed,
 *	over all GPUs
 * @GPUWARD_A_ACCEL_QUOTA: u32 [out], enum gpuward_quota of its VM
 * @GPUWARD_A_ACCEL_MANAGED: u32 [out], enum gpuward_managed of its VM
 * @GPUWARD_A_ACCEL_POSITION: u32 [out], its place in the capacity queue from 1, 0 when it is not
 *	in it. A reserved one whose GPUs are not set aside yet is in it without a program
 */
enum gpuward_a_accel {
	GPUWARD_A_ACCEL_UNSPEC,
	GPUWARD_A_ACCEL_VM_ID,
	GPUWARD_A_ACCEL_VM,
	GPUWARD_A_ACCEL_INDEX,
	GPUWARD_A_ACCEL_NAME,
	GPUWARD_A_ACCEL_MODEL,
	GPUWARD_A_ACCEL_PROGRAM,
	GPUWARD_A_ACCEL_DUPLICABLE,
	GPUWARD_A_ACCEL_DEFAULT,
	GPUWARD_A_ACCEL_STATE,
	GPUWARD_A_ACCEL_NR_GPUS,
	GPUWARD_A_ACCEL_MEMORY,
	GPUWARD_A_ACCEL_USED,
	GPUWARD_A_ACCEL_NR_RUNNING,
	GPUWARD_A_ACCEL_NR_WAITING,
	GPUWARD_A_ACCEL_PLACED,
	GPUWARD_A_ACCEL_PAD,
	GPUWARD_A_ACCEL_PEAK,
	GPUWARD_A_ACCEL_QUOTA,
	GPUWARD_A_ACCEL_MANAGED,
	GPUWARD_A_ACCEL_POSITION,
	__GPUWARD_A_ACCEL_LAST,
	GPUWARD_A_ACCEL_MAX = __GPUWARD_A_ACCEL_LAST - 1,
};

/**
 * enum gpuward_a_placed - One GPU of a placement, inside GPUWARD_A_ACCEL_PLACED
 * @GPUWARD_A_PLACED_MINOR: u32
 * @GPUWARD_A_PLACED_BYTES: u64, reserved on it: the quota on this GPU
 * @GPUWARD_A_PLACED_USED: u64, charged on it now
 * @GPUWARD_A_PLACED_PEAK: u64, the most since it was placed
 */
enum gpuward_a_placed {
	GPUWARD_A_PLACED_UNSPEC,
	GPUWARD_A_PLACED_MINOR,
	GPUWARD_A_PLACED_BYTES,
	GPUWARD_A_PLACED_PAD,
	GPUWARD_A_PLACED_USED,
	GPUWARD_A_PLACED_PEAK,
	__GPUWARD_A_PLACED_LAST,
	GPUWARD_A_PLACED_MAX = __GPUWARD_A_PLACED_LAST - 1,
};

/**
 * enum gpuward_reason - What stands between an accelerator and one GPU; the first that holds
 * @GPUWARD_REASON_ABSENT: there is no such GPU
 * @GPUWARD_REASON_QUARANTINED: it is in quarantine
 * @GPUWARD_REASON_DRAINED: it is drained
 * @GPUWARD_REASON_GROUP: it is in none of the GPU groups of the model
 * @GPUWARD_REASON_TOO_SMALL: its memory, less the driver's reserve, could never hold it
 * @GPUWARD_REASON_KEPT: reserved accelerators keep too much of it, or one that can not share it
 * @GPUWARD_REASON_BUSY: it is being cleaned
 * @GPUWARD_REASON_DEDICATED: it is another VM's, and one of the two is dedicated
 * @GPUWARD_REASON_TOO_FULL: too little of it is free now
 * @GPUWARD_REASON_HELD_BACK: what is free of it is for those who wait ahead
 * @GPUWARD_REASON_FITS: nothing
 * @GPUWARD_REASON_TOO_FEW: nothing, but not enough others fit
 * @GPUWARD_REASON_OTHER: nothing, but others are tighter or nearer to each other
 * @GPUWARD_REASON_CHOSEN: it would be taken
 */
enum gpuward_reason {
	GPUWARD_REASON_ABSENT = 0,
	GPUWARD_REASON_QUARANTINED = 1,
	GPUWARD_REASON_DRAINED = 2,
	GPUWARD_REASON_GROUP = 3,
	GPUWARD_REASON_TOO_SMALL = 4,
	GPUWARD_REASON_KEPT = 5,
	GPUWARD_REASON_BUSY = 6,
	GPUWARD_REASON_DEDICATED = 7,
	GPUWARD_REASON_TOO_FULL = 8,
	GPUWARD_REASON_HELD_BACK = 9,
	GPUWARD_REASON_FITS = 10,
	GPUWARD_REASON_TOO_FEW = 11,
	GPUWARD_REASON_OTHER = 12,
	GPUWARD_REASON_CHOSEN = 13,
};

/**
 * enum gpuward_topology - What the chosen GPUs share
 * @GPUWARD_TOPOLOGY_NVLINK: an NVLink domain
 * @GPUWARD_TOPOLOGY_PCIE: a PCIe switch
 * @GPUWARD_TOPOLOGY_NUMA: a NUMA node
 * @GPUWARD_TOPOLOGY_NONE: nothing
 */
enum gpuward_topology {
	GPUWARD_TOPOLOGY_NVLINK = 0,
	GPUWARD_TOPOLOGY_PCIE = 1,
	GPUWARD_TOPOLOGY_NUMA = 2,
	GPUWARD_TOPOLOGY_NONE = 3,
};

/**
 * enum gpuward_placement_status - Will an accelerator get GPUs?
 * @GPUWARD_PLACEMENT_PLACED: it has them
 * @GPUWARD_PLACEMENT_FITS: at once, when a program asks
 * @GPUWARD_PLACEMENT_WAITS: when others leave, or those ahead in the queue are served
 * @GPUWARD_PLACEMENT_NEEDS_GPUS: only when drained GPUs, or those in quarantine, are returned, or
 *	reserved accelerators give theirs up
 * @GPUWARD_PLACEMENT_NEVER: this host can not do it: too few GPUs of its groups are large enough, or its
 *	VM may not have its model
 */
enum gpuward_placement_status {
	GPUWARD_PLACEMENT_PLACED = 0,
	GPUWARD_PLACEMENT_FITS = 1,
	GPUWARD_PLACEMENT_WAITS = 2,
	GPUWARD_PLACEMENT_NEEDS_GPUS = 3,
	GPUWARD_PLACEMENT_NEVER = 4,
};

/**
 * enum gpuward_a_explain - Attributes of EXPLAIN; those marked [GPU] are in a dump, the others in the
 *	reply to do
 * @GPUWARD_A_EXPLAIN_VM_ID: u32 [key]
 * @GPUWARD_A_EXPLAIN_VM: string [key]
 * @GPUWARD_A_EXPLAIN_INDEX: u32 [key], of the accelerator
 * @GPUWARD_A_EXPLAIN_MODEL: string [out]
 * @GPUWARD_A_EXPLAIN_NR_GPUS: u32 [out], GPUs wanted
 * @GPUWARD_A_EXPLAIN_WANTED: u64 [out], bytes wanted on each
 * @GPUWARD_A_EXPLAIN_CLASS: u32 [out], enum gpuward_class
 * @GPUWARD_A_EXPLAIN_PRIORITY: s32 [out]
 * @GPUWARD_A_EXPLAIN_POSITION: u32 [out], in the capacity queue from 1, 0 when it does not wait
 * @GPUWARD_A_EXPLAIN_PLACEMENT_STATUS: u32 [out], enum gpuward_placement_status
 * @GPUWARD_A_EXPLAIN_REASON: u32 [out], enum gpuward_reason that sums up the GPUs; absent when placed
 * @GPUWARD_A_EXPLAIN_NR_HOLDERS: u32 [out], placements on GPUs that it could get once they are free
 * @GPUWARD_A_EXPLAIN_NO_GROUP: flag [out], the VM may not have the model: no group has both
 * @GPUWARD_A_EXPLAIN_MINOR: u32 [out] [GPU]
 * @GPUWARD_A_EXPLAIN_GPU_REASON: u32 [out] [GPU], enum gpuward_reason
 * @GPUWARD_A_EXPLAIN_TOPOLOGY: u32 [out] [GPU], enum gpuward_topology, with GPUWARD_REASON_CHOSEN
 * @GPUWARD_A_EXPLAIN_ROOM: u64 [out] [GPU], bytes that placements may have of it in all
 * @GPUWARD_A_EXPLAIN_FREE: u64 [out] [GPU], of these, what none has now
 * @GPUWARD_A_EXPLAIN_KEPT: u64 [out] [GPU], of these, what reserved accelerators keep
 * @GPUWARD_A_EXPLAIN_NR_PLACED: u32 [out] [GPU], accelerators placed on it
 * @GPUWARD_A_EXPLAIN_DEADLINE: u64 [out], it has GPUs, and was told to give them back by then
 *	(CLOCK_BOOTTIME in ns)
 * @GPUWARD_A_EXPLAIN_NR_EVICTING: u32 [out], it waits, and so many accelerators of spot VMs were told to give
 *	theirs back for it; absent when none was, as what follows
 * @GPUWARD_A_EXPLAIN_EVICTING_NS: u64 [out], CLOCK_BOOTTIME in ns by which the last of them has to
 * @GPUWARD_A_EXPLAIN_EVICTING_VM: string [out], the VM of that one
 * @GPUWARD_A_EXPLAIN_EVICTING_ACCEL: u32 [out], its index
 */
enum gpuward_a_explain {
	GPUWARD_A_EXPLAIN_UNSPEC,
	GPUWARD_A_EXPLAIN_VM_ID,
	GPUWARD_A_EXPLAIN_VM,
	GPUWARD_A_EXPLAIN_INDEX,
	GPUWARD_A_EXPLAIN_MODEL,
	GPUWARD_A_EXPLAIN_NR_GPUS,
	GPUWARD_A_EXPLAIN_WANTED,
	GPUWARD_A_EXPLAIN_CLASS,
	GPUWARD_A_EXPLAIN_PRIORITY,
	GPUWARD_A_EXPLAIN_POSITION,
	GPUWARD_A_EXPLAIN_PLACEMENT_STATUS,
	GPUWARD_A_EXPLAIN_REASON,
	GPUWARD_A_EXPLAIN_NR_HOLDERS,
	GPUWARD_A_EXPLAIN_NO_GROUP,
	GPUWARD_A_EXPLAIN_MINOR,
	GPUWARD_A_EXPLAIN_GPU_REASON,
	GPUWARD_A_EXPLAIN_TOPOLOGY,
	GPUWARD_A_EXPLAIN_ROOM,
	GPUWARD_A_EXPLAIN_FREE,
	GPUWARD_A_EXPLAIN_KEPT,
	GPUWARD_A_EXPLAIN_NR_PLACED,
	GPUWARD_A_EXPLAIN_PAD,
	GPUWARD_A_EXPLAIN_DEADLINE,
	GPUWARD_A_EXPLAIN_NR_EVICTING,
	GPUWARD_A_EXPLAIN_EVICTING_NS,
	GPUWARD_A_EXPLAIN_EVICTING_VM,
	GPUWARD_A_EXPLAIN_EVICTING_ACCEL,
	__GPUWARD_A_EXPLAIN_LAST,
	GPUWARD_A_EXPLAIN_MAX = __GPUWARD_A_EXPLAIN_LAST - 1,
};

/**
 * enum gpuward_record_end - Why a record of usage ends
 * @GPUWARD_RECORD_ENDED: the job did
 * @GPUWARD_RECORD_EVICTED: the job did, for others, at the end of its grace; one that goes when it is told
 *	just ends
 * @GPUWARD_RECORD_SPLIT: its model's size changed; the next part goes on
 */
enum gpuward_record_end {
	GPUWARD_RECORD_ENDED = 0,
	GPUWARD_RECORD_EVICTED = 1,
	GPUWARD_RECORD_SPLIT = 2,
};

/**
 * enum gpuward_a_usage - Attributes of USAGE and TOTAL; all but SEQ [out]
 * @GPUWARD_A_USAGE_SEQ: u64, number of the record, from 1 since the module was loaded, without gaps
 * @GPUWARD_A_USAGE_JOB: u64, number of the job
 * @GPUWARD_A_USAGE_VM_ID: u32
 * @GPUWARD_A_USAGE_VM: string, as it was called; the VM may be gone. Of TOTAL empty with VM_ID 0
 * @GPUWARD_A_USAGE_ACCEL: u32, index of the accelerator
 * @GPUWARD_A_USAGE_MODEL: string, its model then; of TOTAL empty where several models are summed
 * @GPUWARD_A_USAGE_NR_GPUS: u32, GPUs that it had
 * @GPUWARD_A_USAGE_MINORS: GPUWARD_MAX_PLACED times u32, the first NR_GPUS of them count
 * @GPUWARD_A_USAGE_BEGIN_NS: u64, CLOCK_BOOTTIME of its first wait or claim; END_NS of the part before
 * @GPUWARD_A_USAGE_END_NS: u64, CLOCK_BOOTTIME of the release of its last file, or of the change
 * @GPUWARD_A_USAGE_WAIT_NS: u64, time waited
 * @GPUWARD_A_USAGE_HELD_NS: u64, time that it had the accelerator
 * @GPUWARD_A_USAGE_GPU_NS: 16 bytes, low half first: held time times GPUs
 * @GPUWARD_A_USAGE_BYTE_NS: 16 bytes, low half first: bytes charged times nanoseconds, over all GPUs
 * @GPUWARD_A_USAGE_PEAK: u64, bytes, the most charged at one time; of TOTAL the largest
 * @GPUWARD_A_USAGE_NR_DENIALS: u64, requests for memory beyond the quota
 * @GPUWARD_A_USAGE_NR_JOBS: u64, TOTAL only
 * @GPUWARD_A_USAGE_FIRST: u64, number of the oldest record that is kept, of the next when none is
 * @GPUWARD_A_USAGE_NEXT: u64, number of the next one
 * @GPUWARD_A_USAGE_NR_LOST: u64, records that gave way before they were acknowledged
 * @GPUWARD_A_USAGE_NR_EVICTIONS: u64, how often it was told to go for others
 * @GPUWARD_A_USAGE_EVICT_NS: u64, CLOCK_BOOTTIME at which it was told so, and it was not called off
 * @GPUWARD_A_USAGE_EVICT_VM_ID: u32, with it: the VM for which
 * @GPUWARD_A_USAGE_MEMORY: u64, bytes of the model on each GPU, as it was then
 * @GPUWARD_A_USAGE_PART: u32, of the job, from 0
 * @GPUWARD_A_USAGE_END: u32, enum gpuward_record_end
 * @GPUWARD_A_USAGE_PEAKS: GPUWARD_MAX_PLACED times u64, the most charged on each of MINORS
 * @GPUWARD_A_USAGE_BYTES_NS: GPUWARD_MAX_PLACED times 16 bytes, BYTE_NS of each of MINORS
 */
enum gpuward_a_usage {
	GPUWARD_A_USAGE_UNSPEC,
	GPUWARD_A_USAGE_SEQ,
	GPUWARD_A_USAGE_JOB,
	GPUWARD_A_USAGE_VM_ID,
	GPUWARD_A_USAGE_VM,
	GPUWARD_A_USAGE_ACCEL,
	GPUWARD_A_USAGE_MODEL,
	GPUWARD_A_USAGE_NR_GPUS,
	GPUWARD_A_USAGE_MINORS,
	GPUWARD_A_USAGE_BEGIN_NS,
	GPUWARD_A_USAGE_END_NS,
	GPUWARD_A_USAGE_WAIT_NS,
	GPUWARD_A_USAGE_HELD_NS,
	GPUWARD_A_USAGE_GPU_NS,
	GPUWARD_A_USAGE_BYTE_NS,
	GPUWARD_A_USAGE_PEAK,
	GPUWARD_A_USAGE_NR_DENIALS,
	GPUWARD_A_USAGE_NR_JOBS,
	GPUWARD_A_USAGE_FIRST,
	GPUWARD_A_USAGE_NEXT,
	GPUWARD_A_USAGE_NR_LOST,
	GPUWARD_A_USAGE_PAD,
	GPUWARD_A_USAGE_NR_EVICTIONS,
	GPUWARD_A_USAGE_EVICT_NS,
	GPUWARD_A_USAGE_EVICT_VM_ID,
	GPUWARD_A_USAGE_MEMORY,
	GPUWARD_A_USAGE_PART,
	GPUWARD_A_USAGE_END,
	GPUWARD_A_USAGE_PEAKS,
	GPUWARD_A_USAGE_BYTES_NS,
	__GPUWARD_A_USAGE_LAST,
	GPUWARD_A_USAGE_MAX = __GPUWARD_A_USAGE_LAST - 1,
};

/**
 * enum gpuward_a_audit - Attributes of AUDIT: a job's memory on one GPU, by handles of its processes'
 *	own; all [out]
 * @GPUWARD_A_AUDIT_JOB: u64, number of the job; 0: processes that are part of none
 * @GPUWARD_A_AUDIT_VM_ID: u32
 * @GPUWARD_A_AUDIT_VM: string; absent when the VM is gone
 * @GPUWARD_A_AUDIT_ACCEL: u32, index of the accelerator
 * @GPUWARD_A_AUDIT_GPU: u32, minor
 * @GPUWARD_A_AUDIT_NR_PROCESSES: u32, that made clients of the driver's
 * @GPUWARD_A_AUDIT_CHARGED: u64, bytes, the most that was known while the driver was asked. Neither
 *	managed memory nor contexts are in it, nor in TRUTH; a duplicate counts once more in both
 * @GPUWARD_A_AUDIT_REPORTED: u64, bytes that the driver says
 * @GPUWARD_A_AUDIT_EXCESS: u64, bytes that single processes have beyond what is known of them
 * @GPUWARD_A_AUDIT_ENDED: flag, it was more than the tolerance, twice, and the job was ended
 */
enum gpuward_a_audit {
	GPUWARD_A_AUDIT_UNSPEC,
	GPUWARD_A_AUDIT_JOB,
	GPUWARD_A_AUDIT_VM_ID,
	GPUWARD_A_AUDIT_VM,
	GPUWARD_A_AUDIT_ACCEL,
	GPUWARD_A_AUDIT_GPU,
	GPUWARD_A_AUDIT_NR_PROCESSES,
	GPUWARD_A_AUDIT_CHARGED,
	GPUWARD_A_AUDIT_REPORTED,
	GPUWARD_A_AUDIT_EXCESS,
	GPUWARD_A_AUDIT_ENDED,
	GPUWARD_A_AUDIT_PAD,
	__GPUWARD_A_AUDIT_LAST,
	GPUWARD_A_AUDIT_MAX = __GPUWARD_A_AUDIT_LAST - 1,
};

/**
 * enum gpuward_a_job - Attributes of a job
 * @GPUWARD_A_JOB_ID: u64 [key]
 * @GPUWARD_A_JOB_VM_ID: u32 [out]
 * @GPUWARD_A_JOB_VM: string [out]
 * @GPUWARD_A_JOB_ACCEL: u32 [out], index of the accelerator
 * @GPUWARD_A_JOB_STATE: u32 [out], enum gpuward_job_state
 * @GPUWARD_A_JOB_PID: u32 [out], in the reader's pid namespace
 * @GPUWARD_A_JOB_COMMAND: string [out]
 * @GPUWARD_A_JOB_POSITION: u32 [out], from 1 while waiting, else 0
 * @GPUWARD_A_JOB_NR_FILES: u32 [out], NVIDIA files it holds
 * @GPUWARD_A_JOB_USED: u64 [out], bytes charged now, over all GPUs
 * @GPUWARD_A_JOB_WAIT_NS: u64 [out]
 * @GPUWARD_A_JOB_HELD_NS: u64 [out]
 * @GPUWARD_A_JOB_PEAK: u64 [out], the most that was charged at one time, over all GPUs
 * @GPUWARD_A_JOB_CLASS: u32 [out], enum gpuward_class
 * @GPUWARD_A_JOB_PRIORITY: s32, -1000 to 1000: that of its VM, or what SET said while it waits for GPUs
 * @GPUWARD_A_JOB_NR_GPUS: u32 [out], GPUs that its accelerator spans
 * @GPUWARD_A_JOB_WANTED: u64 [out], bytes on each of them
 * @GPUWARD_A_JOB_REASON: u32 [out], while it waits for GPUs: enum gpuward_reason that sums up the GPUs
 * @GPUWARD_A_JOB_NR_HOLDERS: u32 [out], while it waits: programs that have its accelerator, or
 *	placements on the GPUs that it could get once they are free
 * @GPUWARD_A_JOB_ONLY_WAITING: flag, DEL only: not those that run
 * @GPUWARD_A_JOB_COUNT: u32 [out], of DEL: jobs ended
 * @GPUWARD_A_JOB_DEADLINE: u64 [out], ORPHANED, EVICTING: CLOCK_BOOTTIME in ns at which its grace is
 *	over; absent: never
 * @GPUWARD_A_JOB_REAP: flag [out], ENDING: its grace is over, its HOLDERs are to be killed
 * @GPUWARD_A_JOB_NR_EVICTING: u32 [out], while it waits for GPUs, as in EXPLAIN: who was told to go for it
 * @GPUWARD_A_JOB_EVICTING_NS: u64 [out], likewise
 * @GPUWARD_A_JOB_EVICTING_VM: string [out], likewise
 * @GPUWARD_A_JOB_EVICTING_ACCEL: u32 [out], likewise
 */
enum gpuward_a_job {
	GPUWARD_A_JOB_UNSPEC,
	GPUWARD_A_JOB_ID,
	GPUWARD_A_JOB_VM_ID,
	GPUWARD_A_JOB_VM,
	GPUWARD_A_JOB_ACCEL,
	GPUWARD_A_JOB_STATE,
	GPUWARD_A_JOB_PID,
	GPUWARD_A_JOB_COMMAND,
	GPUWARD_A_JOB_POSITION,
	GPUWARD_A_JOB_NR_FILES,
	GPUWARD_A_JOB_USED,
	GPUWARD_A_JOB_WAIT_NS,
	GPUWARD_A_JOB_HELD_NS,
	GPUWARD_A_JOB_PAD,
	GPUWARD_A_JOB_PEAK,
	GPUWARD_A_JOB_CLASS,
	GPUWARD_A_JOB_PRIORITY,
	GPUWARD_A_JOB_NR_GPUS,
	GPUWARD_A_JOB_WANTED,
	GPUWARD_A_JOB_REASON,
	GPUWARD_A_JOB_NR_HOLDERS,
	GPUWARD_A_JOB_ONLY_WAITING,
	GPUWARD_A_JOB_COUNT,
	GPUWARD_A_JOB_DEADLINE,
	GPUWARD_A_JOB_REAP,
	GPUWARD_A_JOB_NR_EVICTING,
	GPUWARD_A_JOB_EVICTING_NS,
	GPUWARD_A_JOB_EVICTING_VM,
	GPUWARD_A_JOB_EVICTING_ACCEL,
	__GPUWARD_A_JOB_LAST,
	GPUWARD_A_JOB_MAX = __GPUWARD_A_JOB_LAST - 1,
};

/**
 * enum gpuward_a_holder - Attributes of a process that holds a job's files
 * @GPUWARD_A_HOLDER_JOB: u64 [key]
 * @GPUWARD_A_HOLDER_PID: u32 [out], in the reader's pid namespace
 * @GPUWARD_A_HOLDER_COMMAND: string [out], its short name
 * @GPUWARD_A_HOLDER_OPENER: flag [out], it opened a file of the job itself
 * @GPUWARD_A_HOLDER_OUTSIDE: flag [out], it is in no cgroup of the job's VM: somebody passed it the
 *	file. It is never killed for that
 */
enum gpuward_a_holder {
	GPUWARD_A_HOLDER_UNSPEC,
	GPUWARD_A_HOLDER_JOB,
	GPUWARD_A_HOLDER_PID,
	GPUWARD_A_HOLDER_COMMAND,
	GPUWARD_A_HOLDER_OPENER,
	GPUWARD_A_HOLDER_OUTSIDE,
	GPUWARD_A_HOLDER_PAD,
	__GPUWARD_A_HOLDER_LAST,
	GPUWARD_A_HOLDER_MAX = __GPUWARD_A_HOLDER_LAST - 1,
};

/**
 * enum gpuward_event - What happened
 * @GPUWARD_EVENT_JOB_WAIT: a program began to wait for the accelerator; HOLDER_* name who has it
 * @GPUWARD_EVENT_JOB_PLACING: a program began to wait for GPUs
 * @GPUWARD_EVENT_JOB_START: a program got the accelerator
 * @GPUWARD_EVENT_JOB_END: its last file was released; WAIT_NS, HELD_NS hold
 * @GPUWARD_EVENT_JOB_CANCEL: its wait ended without the accelerator
 * @GPUWARD_EVENT_REFUSED: a request was refused; TEXT says which and why. At most 10 per
 *	second and VM are sent, the next one's COUNT tells how many were not
 * @GPUWARD_EVENT_SWITCH: an accelerator has a new MODEL
 * @GPUWARD_EVENT_GPU_STATE: a GPU was added, changed, removed, drained, returned, or went to
 *	quarantine (GPU, TEXT; with VM and accelerator when memory of theirs is held)
 * @GPUWARD_EVENT_DRIVER: attached, detached, refusing (TEXT)
 * @GPUWARD_EVENT_OUT_OF_MEMORY: a request for memory went beyond the quota on GPU and was answered
 *	as the driver does when it has none: REQUESTED, USED, LIMIT. It shares the bound of REFUSED
 * @GPUWARD_EVENT_ACCEL: an accelerator was added, removed or made the default (TEXT)
 * @GPUWARD_EVENT_JOB_ORPHAN: those who opened a job's files are dead, others hold them until DEADLINE;
 *	again when that has changed
 * @GPUWARD_EVENT_JOB_REAP: a job's grace is over: whoever ends its processes (gpuwardd) does so now.
 *	Two seconds later the kernel does
 * @GPUWARD_EVENT_EVICT_NOTICE: a spot job (without JOB: an accelerator that only somebody looks at)
 *	must go for FOR_VM, at DEADLINE at the latest
 * @GPUWARD_EVENT_EVICT_CANCEL: it need not go any more
 * @GPUWARD_EVENT_EXCESS: the driver's books say that JOB has more of GPU than is known: REQUESTED
 *	bytes more, USED in all by the driver, LIMIT known of; TEXT says what became of it
 *
 * Each program sends its own: at a hand-over JOB_START of the next one may come before JOB_END
 * of the last one.
 */
enum gpuward_event {
	GPUWARD_EVENT_JOB_WAIT = 1,
	GPUWARD_EVENT_JOB_PLACING = 2,
	GPUWARD_EVENT_JOB_START = 3,
	GPUWARD_EVENT_JOB_END = 4,
	GPUWARD_EVENT_JOB_CANCEL = 5,
	GPUWARD_EVENT_REFUSED = 6,
	GPUWARD_EVENT_SWITCH = 7,
	GPUWARD_EVENT_GPU_STATE = 8,
	GPUWARD_EVENT_DRIVER = 9,
	GPUWARD_EVENT_OUT_OF_MEMORY = 10,
	GPUWARD_EVENT_ACCEL = 11,
	GPUWARD_EVENT_JOB_ORPHAN = 12,
	GPUWARD_EVENT_JOB_REAP = 13,
	GPUWARD_EVENT_EVICT_NOTICE = 14,
	GPUWARD_EVENT_EVICT_CANCEL = 15,
	GPUWARD_EVENT_EXCESS = 16,
};

/**
 * enum gpuward_a_event - Attributes of an event; those that do not apply are absent
 * @GPUWARD_A_EVENT_SEQ: u64, rises by one with each event, so that a gap shows
 * @GPUWARD_A_EVENT_TIME_NS: u64, CLOCK_BOOTTIME
 * @GPUWARD_A_EVENT_TYPE: u32, enum gpuward_event
 * @GPUWARD_A_EVENT_VM_ID: u32
 * @GPUWARD_A_EVENT_VM: string
 * @GPUWARD_A_EVENT_ACCEL: u32, index
 * @GPUWARD_A_EVENT_ACCEL_NAME: string
 * @GPUWARD_A_EVENT_JOB: u64
 * @GPUWARD_A_EVENT_PID: u32, in the initial pid namespace
 * @GPUWARD_A_EVENT_COMMAND: string
 * @GPUWARD_A_EVENT_HOLDER_PID: u32, in the initial pid namespace
 * @GPUWARD_A_EVENT_HOLDER_NSPID: u32, as the waiting program's pid namespace shows it
 * @GPUWARD_A_EVENT_HOLDER_COMMAND: string
 * @GPUWARD_A_EVENT_GPU: u32, minor
 * @GPUWARD_A_EVENT_MODEL: string
 * @GPUWARD_A_EVENT_WAIT_NS: u64
 * @GPUWARD_A_EVENT_HELD_NS: u64
 * @GPUWARD_A_EVENT_COUNT: u64
 * @GPUWARD_A_EVENT_TEXT: string
 * @GPUWARD_A_EVENT_REQUESTED: u64, bytes
 * @GPUWARD_A_EVENT_USED: u64, bytes charged on the GPU at that moment
 * @GPUWARD_A_EVENT_LIMIT: u64, bytes, the quota on it
 * @GPUWARD_A_EVENT_RECORD: u64, of JOB_END: number of its record of usage
 * @GPUWARD_A_EVENT_DEADLINE: u64, CLOCK_BOOTTIME in ns; absent: never
 * @GPUWARD_A_EVENT_FOR_VM: string, the VM that others have to go for
 */
enum gpuward_a_event {
	GPUWARD_A_EVENT_UNSPEC,
	GPUWARD_A_EVENT_SEQ,
	GPUWARD_A_EVENT_TIME_NS,
	GPUWARD_A_EVENT_TYPE,
	GPUWARD_A_EVENT_VM_ID,
	GPUWARD_A_EVENT_VM,
	GPUWARD_A_EVENT_ACCEL,
	GPUWARD_A_EVENT_ACCEL_NAME,
	GPUWARD_A_EVENT_JOB,
	GPUWARD_A_EVENT_PID,
	GPUWARD_A_EVENT_COMMAND,
	GPUWARD_A_EVENT_HOLDER_PID,
	GPUWARD_A_EVENT_HOLDER_NSPID,
	GPUWARD_A_EVENT_HOLDER_COMMAND,
	GPUWARD_A_EVENT_GPU,
	GPUWARD_A_EVENT_MODEL,
	GPUWARD_A_EVENT_WAIT_NS,
	GPUWARD_A_EVENT_HELD_NS,
	GPUWARD_A_EVENT_COUNT,
	GPUWARD_A_EVENT_TEXT,
	GPUWARD_A_EVENT_PAD,
	GPUWARD_A_EVENT_REQUESTED,
	GPUWARD_A_EVENT_USED,
	GPUWARD_A_EVENT_LIMIT,
	GPUWARD_A_EVENT_RECORD,
	GPUWARD_A_EVENT_DEADLINE,
	GPUWARD_A_EVENT_FOR_VM,
	__GPUWARD_A_EVENT_LAST,
	GPUWARD_A_EVENT_MAX = __GPUWARD_A_EVENT_LAST - 1,
};

#endif /* _UAPI_LINUX_GPUWARD_GENL_H */
