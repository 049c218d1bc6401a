/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libgpuward: what the gpuward tools do, as a C library.
 * Owns the public interface; the meaning of each value is in <linux/gpuward.h> and
 * <linux/gpuward_genl.h>. Must not show libnl, nor depend on any tool.
 *
 * Conventions:
 *
 *  - A call returns 0 or a negative errno of the contract in the two headers above,
 *    and -ENODEV when the module is not loaded or the netlink family is not visible here.
 *    gpuward_error() then has one sentence without a final dot.
 *  - What is read comes as a list of structs linked by @next; no entry is NULL with 0
 *    returned. Free any list with gpuward_free(). The library allocates each entry, so that
 *    structs can grow at the end.
 *  - @fields has one bit per netlink attribute, GPUWARD_FIELD(GPUWARD_A_VM_NAME) for
 *    example. In what is read it tells which values are known; in what is sent it tells
 *    which values to send (all others are ignored).
 *  - Strings are NUL-terminated. Commands of processes are raw bytes of foreign origin:
 *    escape them before they reach a terminal.
 *  - Memory is in bytes, time in nanoseconds.
 *  - A handle may be used by one thread at a time.
 */
#ifndef LIBGPUWARD_H
#define LIBGPUWARD_H

#include <stddef.h>
#include <stdint.h>

#include <gpuward/libgpuward_types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct gpuward;

/** gpuward_free - Free a list that the library made, whatever its type; NULL is fine */
void gpuward_free(void *list);

/** gpuward_new - Make a handle; NULL when there is no memory. gpuward_close() frees it */
struct gpuward *gpuward_new(void);

/**
 * gpuward_open - Open /dev/gpuward and exchange versions
 *
 * Must come before any call of "acting as myself". The module cannot be unloaded while
 * /dev/gpuward is open; netlink does not hold it. -ENODEV: the module is not loaded.
 * -EACCES: /dev/gpuward is not readable here. An outdated client is no failure here: see
 * gpuward_version().
 */
int gpuward_open(struct gpuward *g);

/** gpuward_close - Close and free a handle; NULL is fine */
void gpuward_close(struct gpuward *g);

/** gpuward_version - What the handshake said; valid until gpuward_close() */
const struct gpuward_version *gpuward_version(const struct gpuward *g);

/** gpuward_error - Why the last call failed, in words; valid until the next call */
const char *gpuward_error(const struct gpuward *g);

/** gpuward_client_version - Release of this library as text, "0.1.0" */
const char *gpuward_client_version(void);

/*
 * Acting as myself: through /dev/gpuward, no privilege needed. -ENXIO: the caller is
 * not bound to a VM.
 */

/** gpuward_my_vm - The VM of the caller, a list of one */
int gpuward_my_vm(struct gpuward *g, struct gpuward_vm_info **out);

/** gpuward_my_accels - The accelerators of the caller's VM, by index; @vm is not set */
int gpuward_my_accels(struct gpuward *g, struct gpuward_accel_info **out);

/** gpuward_my_models - The models that accelerator @accel may have */
int gpuward_my_models(struct gpuward *g, uint32_t accel, struct gpuward_model_info **out);

/** gpuward_my_jobs - The jobs of the caller's VM, by number; @vm is not set */
int gpuward_my_jobs(struct gpuward *g, struct gpuward_job_info **out);

/**
 * gpuward_my_accel_set_model - Give accelerator @accel another model
 * @busy: with -EBUSY: the job in the way (pid, state, command), a list of one; else
 *	NULL. May be NULL
 */
int gpuward_my_accel_set_model(struct gpuward *g, uint32_t accel, const char *model,
			 struct gpuward_job_info **busy);

/**
 * gpuward_my_accel_add - One more accelerator for the caller's VM
 * @model: its model, NULL for that of the default accelerator
 * @index: its index
 *
 * -ENOENT: no such model. -ENOSPC: the VM has as many as it may.
 */
int gpuward_my_accel_add(struct gpuward *g, const char *model, uint32_t *index);

/**
 * gpuward_my_accel_del - Remove accelerator @accel
 * @busy: with -EBUSY, when it is for a process: that process (pid, state or 0, command), a list of
 *	one; else NULL. May be NULL
 *
 * -EBUSY also for the last accelerator, and for one that a cgroup is bound to; gpuward_error() tells.
 * The default accelerator passes its part to the one with the lowest index.
 */
int gpuward_my_accel_del(struct gpuward *g, uint32_t accel, struct gpuward_job_info **busy);

/** gpuward_my_accel_set_default - Make @accel the one that programs use from now on */
int gpuward_my_accel_set_default(struct gpuward *g, uint32_t accel);

/**
 * gpuward_claim - Have the caller's accelerator as long as a file is open
 * @flags: 0 to wait for it, or GPUWARD_CLAIM_TRY
 * @fd: a file that the caller owns, to be closed when it lets go; poll() it for notices. Close-on-exec
 * @job: number of the job, 0 where nothing is held (enforce=permissive); may be NULL
 *
 * For programs that want it before they touch a GPU, keep it between uses, or are to be told in time
 * when they have to go. See GPUWARD_IOC_CLAIM in <linux/gpuward.h>. -EINTR: a signal ended the wait.
 * -EBUSY: it may not wait, or waited as long as its VM may.
 */
int gpuward_claim(struct gpuward *g, unsigned int flags, int *fd, uint64_t *job);

/**
 * gpuward_notice - Wait for a notice on a file of gpuward_claim(), and read it
 * @out: what it is and until when; see struct gpuward_notice in <linux/gpuward.h>
 *
 * -EAGAIN: there is none, and the caller made the file non-blocking. -EINTR: a signal.
 */
int gpuward_notice(struct gpuward *g, int fd, struct gpuward_notice *out);

/** gpuward_reset - End the jobs of accelerator @accel; @nr_ended says how many */
int gpuward_reset(struct gpuward *g, uint32_t accel, uint32_t *nr_ended);

/**
 * gpuward_token_get - Read a VM's token
 * @vm_id: 0 for the caller's own; another needs CAP_SYS_ADMIN (-EPERM)
 * @token: wipe it with explicit_bzero() after use
 */
int gpuward_token_get(struct gpuward *g, uint32_t vm_id, char token[GPUWARD_TOKEN_LEN]);

/** gpuward_token_set - Set a VM's token; needs CAP_SYS_ADMIN. -EINVAL: not 8 to 63 characters */
int gpuward_token_set(struct gpuward *g, uint32_t vm_id, const char *token);

/*
 * Administering and observing: through netlink, needs CAP_SYS_ADMIN in the initial
 * namespaces (-EPERM). A list that changes while it is read is read again; -EAGAIN when it
 * never holds still.
 */

/** gpuward_status - How the module stands, a list of one */
int gpuward_status(struct gpuward *g, struct gpuward_status_info **out);

/** gpuward_settings - The settings, a list of one */
int gpuward_settings(struct gpuward *g, struct gpuward_setting_info **out);

/** gpuward_setting_set - Change the settings that @fields names, all or none */
int gpuward_setting_set(struct gpuward *g, const struct gpuward_setting_info *setting);

/** gpuward_attach - Hook the driver again after gpuward_detach() */
int gpuward_attach(struct gpuward *g);

/** gpuward_detach - Unhook the driver; @out: files and jobs given up, a list of one */
int gpuward_detach(struct gpuward *g, struct gpuward_status_info **out);

/** gpuward_gpus - All declared GPUs */
int gpuward_gpus(struct gpuward *g, struct gpuward_gpu_info **out);

/** gpuward_gpu_get - One GPU, a list of one. -ENOENT: not declared */
int gpuward_gpu_get(struct gpuward *g, uint32_t minor, struct gpuward_gpu_info **out);

/** gpuward_gpu_add - Declare a GPU; needs MINOR and MEMORY. -EEXIST: it is */
int gpuward_gpu_add(struct gpuward *g, const struct gpuward_gpu_info *gpu);

/**
 * gpuward_gpu_set - Change a GPU: MINOR and what changes
 *
 * STATE may become GPUWARD_GPU_SHUTDOWN (drains it) or GPUWARD_GPU_IDLE (returns it).
 * -EBUSY: less MEMORY than is reserved.
 */
int gpuward_gpu_set(struct gpuward *g, const struct gpuward_gpu_info *gpu);

/** gpuward_gpu_del - Forget a GPU. -EBUSY: something is placed on it */
int gpuward_gpu_del(struct gpuward *g, uint32_t minor);

/** gpuward_models - All models */
int gpuward_models(struct gpuward *g, struct gpuward_model_info **out);

/** gpuward_model_add - Make a model; needs NAME, MEMORY, NR_GPUS. -EEXIST: there is one */
int gpuward_model_add(struct gpuward *g, const struct gpuward_model_info *model);

/**
 * gpuward_model_set - Change MEMORY, at once for running programs too, or NR_GPUS
 *
 * -EBUSY: more is used, or GPUs are held or waited for with other NR_GPUS. -ENOSPC: a GPU that
 * holds it has no room.
 */
int gpuward_model_set(struct gpuward *g, const struct gpuward_model_info *model);

/** gpuward_model_del - Delete a model. -EBUSY: an accelerator has it */
int gpuward_model_del(struct gpuward *g, const char *name);

/** gpuward_vms - All VMs */
int gpuward_vms(struct gpuward *g, struct gpuward_vm_info **out);

/** gpuward_vm_get - The VM of that name, a list of one */
int gpuward_vm_get(struct gpuward *g, const char *name, struct gpuward_vm_info **out);

/** gpuward_vm_add - Make a VM; @out: the VM with its id, a list of one. May be NULL */
int gpuward_vm_add(struct gpuward *g, const struct gpuward_vm_info *vm,
		   struct gpuward_vm_info **out);

/** gpuward_vm_set - Change a VM: ID or NAME, and what changes */
int gpuward_vm_set(struct gpuward *g, const struct gpuward_vm_info *vm);

/** gpuward_vm_del - Delete a VM; @force ends its jobs instead of failing with -EBUSY */
int gpuward_vm_del(struct gpuward *g, const char *name, int force);

/** gpuward_groups - All model groups and GPU groups */
int gpuward_groups(struct gpuward *g, struct gpuward_group_info **out);

/** gpuward_group_add - Make a group; needs KIND and NAME. -EEXIST, -ENOSPC */
int gpuward_group_add(struct gpuward *g, const struct gpuward_group_info *group);

/** gpuward_group_set - Rename a group; needs KIND, NAME and NEW_NAME */
int gpuward_group_set(struct gpuward *g, const struct gpuward_group_info *group);

/** gpuward_group_del - Delete a group; needs KIND and NAME. -EBUSY: something is in it */
int gpuward_group_del(struct gpuward *g, const struct gpuward_group_info *group);

/** gpuward_members - What was put into groups, an entry for each thing in each group */
int gpuward_members(struct gpuward *g, struct gpuward_member_info **out);

/** gpuward_member_add - Put one thing into a group. -EEXIST: it is in */
int gpuward_member_add(struct gpuward *g, const struct gpuward_member_info *member);

/** gpuward_member_del - Take it out. -ENOENT: it is not in */
int gpuward_member_del(struct gpuward *g, const struct gpuward_member_info *member);

/** gpuward_bindings - All bindings */
int gpuward_bindings(struct gpuward *g, struct gpuward_binding_info **out);

/**
 * gpuward_binding_add - Bind the cgroup open as CGROUP_FD to VM or VM_ID, optionally to ACCEL
 *
 * -EBADF: no directory of cgroup v2. -EEXIST: that very cgroup is bound.
 */
int gpuward_binding_add(struct gpuward *g, const struct gpuward_binding_info *binding);

/** gpuward_binding_del - Unbind the cgroup whose directory is open as @cgroup_fd */
int gpuward_binding_del(struct gpuward *g, int cgroup_fd);

/** gpuward_accels - Accelerators of VM @vm_id, of all VMs when it is 0 */
int gpuward_accels(struct gpuward *g, uint32_t vm_id, struct gpuward_accel_info **out);

/**
 * gpuward_accel_set - Change MODEL (-EBUSY), NAME, PROGRAM, DUPLICABLE, make it the DEFAULT; needs VM
 * or VM_ID, INDEX
 */
int gpuward_accel_set(struct gpuward *g, const struct gpuward_accel_info *accel);

/**
 * gpuward_accel_add - Give a VM one more accelerator: VM or VM_ID, and what is to be set
 * @out: the accelerator, a list of one. May be NULL
 *
 * -ENOSPC: the VM has as many as it may. -EEXIST: INDEX is taken.
 */
int gpuward_accel_add(struct gpuward *g, const struct gpuward_accel_info *accel,
		      struct gpuward_accel_info **out);

/** gpuward_accel_del - Remove the accelerator that VM or VM_ID, and INDEX name (-EBUSY) */
int gpuward_accel_del(struct gpuward *g, const struct gpuward_accel_info *accel);

/** gpuward_jobs - All jobs of all VMs */
int gpuward_jobs(struct gpuward *g, struct gpuward_job_info **out);

/** gpuward_job_get - One job, a list of one. -ENOENT: it has ended */
int gpuward_job_get(struct gpuward *g, uint64_t id, struct gpuward_job_info **out);

/** gpuward_job_end - Cancel a waiting job, kill the processes of a running one */
int gpuward_job_end(struct gpuward *g, uint64_t id);

/**
 * gpuward_jobs_end - End the jobs that @which names: ID, or VM or VM_ID, with ACCEL of that accelerator
 * @which: with ONLY_WAITING those that run are left, or (by ID) -EBUSY
 * @nr: how many were ended. May be NULL
 */
int gpuward_jobs_end(struct gpuward *g, const struct gpuward_job_info *which, uint32_t *nr);

/** gpuward_job_set - Give a job that waits for GPUs (ID) another PRIORITY. -EINVAL: it does not wait */
int gpuward_job_set(struct gpuward *g, const struct gpuward_job_info *job);

/** gpuward_job_holders - The processes that have a file of job @id open or mapped. -ENOENT: it has ended */
int gpuward_job_holders(struct gpuward *g, uint64_t id, struct gpuward_holder_info **out);

/**
 * gpuward_job_signal - Send a signal to holders of job @id, to no other process in any case
 * @choose: which signal for one of them, 0 for none
 * @nr: how many were sent one. May be NULL
 */
int gpuward_job_signal(struct gpuward *g, uint64_t id,
		       int (*choose)(const struct gpuward_holder_info *h, void *arg), void *arg,
		       uint32_t *nr);

/**
 * gpuward_job_reap - Kill the holders of a job that is orphaned or ending
 * @with_outside: also those that are not in a cgroup of its VM
 * @nr: how many. May be NULL
 *
 * -EBUSY: it runs, and those who opened its files live.
 */
int gpuward_job_reap(struct gpuward *g, uint64_t id, int with_outside, uint32_t *nr);

/** gpuward_explain - What the accelerator that VM or VM_ID, and INDEX name wants; a list of one */
int gpuward_explain(struct gpuward *g, const struct gpuward_explain_info *key,
		    struct gpuward_explain_info **out);

/** gpuward_explain_gpus - What each GPU has against it, an entry per GPU */
int gpuward_explain_gpus(struct gpuward *g, const struct gpuward_explain_info *key,
			 struct gpuward_explain_info **out);

/** gpuward_usage - Records of jobs that ran and have ended, with numbers above @since */
int gpuward_usage(struct gpuward *g, uint64_t since, struct gpuward_usage_info **out);

/** gpuward_usage_state - Which records are kept, and how many were lost; a list of one */
int gpuward_usage_state(struct gpuward *g, struct gpuward_usage_info **out);

/** gpuward_usage_ack - All records up to @seq were taken: forget them. -ERANGE: none of that number yet */
int gpuward_usage_ack(struct gpuward *g, uint64_t seq);

/** gpuward_usage_totals - The sum of each VM under each model, and of those that are gone */
int gpuward_usage_totals(struct gpuward *g, struct gpuward_usage_info **out);

/**
 * gpuward_audit - Compare what is known with the driver's own books now
 *
 * -EOPNOTSUPP the driver can not be asked, -ENODEV there is none, -EIO it refuses to answer.
 */
int gpuward_audit(struct gpuward *g, struct gpuward_audit_info **out);

/**
 * gpuward_events_open - Subscribe to events
 *
 * Returns a file descriptor to poll for reading, owned by the handle, or a negative
 * errno. Events that happen from now on are kept for gpuward_events_read().
 */
int gpuward_events_open(struct gpuward *g);

/**
 * gpuward_events_read - Read the events that have come, waiting for the first
 *
 * -ENOBUFS: events were lost because the reader was too slow; read on.
 * -EINTR: a signal came first. -ENODEV: the module was unloaded; nothing more will come.
 */
int gpuward_events_read(struct gpuward *g, struct gpuward_event_info **out);

/**
 * gpuward_detect - Find the GPUs through NVIDIA's own device nodes
 * @g: for gpuward_error(); the module need not be loaded
 *
 * Needs to open /dev/nvidiactl and each /dev/nvidiaN. What could not be found out
 * about a GPU is told in its @note and missing in its @fields.
 * -ENODEV: no driver or no device nodes. -EIO: the driver refused a request.
 */
int gpuward_detect(struct gpuward *g, struct gpuward_gpu_info **out);

/**
 * gpuward_parse_size - "16gb", "16GiB", "512 MiB", "1t", "4096" (bytes) to bytes
 *
 * Units are binary, upper or lower case: b, k, m, g, t, each also with b or ib.
 * -EINVAL: not a size. -ERANGE: does not fit 64 bits.
 */
int gpuward_parse_size(const char *text, uint64_t *bytes);

#define GPUWARD_SIZE_LEN 32

/** gpuward_format_size - Bytes as "320 MiB", in the largest unit that is exact */
const char *gpuward_format_size(uint64_t bytes, char buf[GPUWARD_SIZE_LEN]);

/**
 * enum gpuward_words - Enumerations that have words
 * @GPUWARD_WORDS_STATE: enum gpuward_state: detached, no-driver, attached, ...
 * @GPUWARD_WORDS_CLASS: enum gpuward_class: reserved, on-demand, spot
 * @GPUWARD_WORDS_PROGRAM: enum gpuward_program: auto, process, tree, cgroup
 * @GPUWARD_WORDS_ACCEL: enum gpuward_accel_state: idle, waiting, placed, running
 * @GPUWARD_WORDS_JOB: enum gpuward_job_state: placing, waiting, running, ending, orphaned, evicting
 * @GPUWARD_WORDS_HOST: enum gpuward_host: allow, deny
 * @GPUWARD_WORDS_ENFORCE: enum gpuward_enforce: on, audit
 * @GPUWARD_WORDS_GPU: enum gpuward_gpu_state: IDLE, PREPARING, ...
 * @GPUWARD_WORDS_WAIT: enum gpuward_wait: queue, fail, timeout
 * @GPUWARD_WORDS_EVENT: enum gpuward_event: job-wait, job-placing, ...
 * @GPUWARD_WORDS_GROUP: enum gpuward_group_kind: model, gpu
 * @GPUWARD_WORDS_QUOTA: enum gpuward_quota: on, unlimited
 * @GPUWARD_WORDS_MANAGED: enum gpuward_managed: count, deny, ignore
 * @GPUWARD_WORDS_REASON: enum gpuward_reason: absent, quarantined, drained, ...
 * @GPUWARD_WORDS_TOPOLOGY: enum gpuward_topology: nvlink, pcie, numa, none
 * @GPUWARD_WORDS_PLACEMENT: enum gpuward_placement_status: placed, fits, waits, needs-gpus, never
 * @GPUWARD_WORDS_RECORD: enum gpuward_record_end: ended, evicted, split
 */
enum gpuward_words {
	GPUWARD_WORDS_STATE,
	GPUWARD_WORDS_CLASS,
	GPUWARD_WORDS_PROGRAM,
	GPUWARD_WORDS_ACCEL,
	GPUWARD_WORDS_JOB,
	GPUWARD_WORDS_HOST,
	GPUWARD_WORDS_ENFORCE,
	GPUWARD_WORDS_GPU,
	GPUWARD_WORDS_WAIT,
	GPUWARD_WORDS_EVENT,
	GPUWARD_WORDS_GROUP,
	GPUWARD_WORDS_QUOTA,
	GPUWARD_WORDS_MANAGED,
	GPUWARD_WORDS_REASON,
	GPUWARD_WORDS_TOPOLOGY,
	GPUWARD_WORDS_PLACEMENT,
	GPUWARD_WORDS_RECORD,
	GPUWARD_NR_WORDS,
};

/** gpuward_word - The word for a value, "unknown" for one that this release does not know */
const char *gpuward_word(enum gpuward_words words, uint32_t value);

/** gpuward_word_value - The value for a word, -ENOENT when there is none */
int gpuward_word_value(enum gpuward_words words, const char *word);

#ifdef __cplusplus
}
#endif

#endif /* LIBGPUWARD_H */
