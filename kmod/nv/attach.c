// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking NVIDIA's modules when they come and letting them go: which driver is it, is it known,
 * are all its functions hooked. Owns the state that every tool shows. Never half-hooks: what
 * cannot be hooked whole is hooked to refuse tenants, and says so once.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "nv/nv.h"
#include "base/event.h"
#include "job/file.h"
#include "nv/decode/request.h"
#include "nv/object/objects.h"
#include "nv/driver/rm_client.h"
#include "nv/uvm/managed.h"

#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/mutex.h>

#define DRAIN_MS 10000

enum { NVIDIA, NVIDIA_UVM, NVIDIA_MODESET, NVIDIA_DRM, NR_MODULES };
static const char * const names[NR_MODULES] = {
	"nvidia", "nvidia_uvm", "nvidia_modeset", "nvidia_drm",
};

/* Order 0: outside of all locks of job.h. Guards what follows. */
static DEFINE_MUTEX(attach_lock);
static u32 states[NR_MODULES];		/* enum gpuward_state */
static char reasons[NR_MODULES][96];
static struct gw_hook_set hooks[NR_MODULES];
static struct gw_hook_set inner[NR_MODULES];	/* what those rely on: come before, go after */
static char driver[GPUWARD_VERSION_LEN];
static bool is_detached;
static bool is_attaching;		/* some of the modules may be hooked already */
static bool is_draining;		/* unhooked, but calls were still inside */
/* Read without the lock: */
static u32 branch;
static enum gw_nv_stance stance;
static struct gw_backend_status shown;	/* shown_lock, a leaf: asking never waits for a detach */
static DEFINE_SPINLOCK(shown_lock);

enum gw_nv_stance gw_nv_stance(void)
{
	return READ_ONCE(stance);
}

u32 gw_nv_branch_now(void)
{
	return READ_ONCE(branch);
}

static const char *why(int ret)
{
	switch (ret) {
	case -ENOENT:
		return "is missing";
	case -EBUSY:
		return "is redirected by somebody else (livepatch or a probe)";
	case -ENOMEM:
		return "could not be hooked for lack of memory";
	case -EOPNOTSUPP:
		return "cannot be hooked while kernel.ftrace_enabled is 0";
	default:
		return "cannot be traced";
	}
}

/* Those of the table that @m has on this branch and whose flags, of @which, are @flags. */
static int install_set(struct gw_hook_set *set, int m, u32 which, u32 flags,
		       const char **function)
{
	u32 b = branch ?: U32_MAX;
	size_t i;
	int ret;

	for (i = 0; i < gw_nv_nr_functions; i++) {
		const struct gw_nv_function *f = &gw_nv_functions[i];

		if (strcmp(f->module, names[m]) || b < f->branch_min || b > f->branch_max ||
		    (f->flags & which) != flags)
			continue;
		*function = f->name;
		ret = gw_hook_add(set, f->hook, f->flags & GW_NV_KERNEL ? NULL : f->module,
				  f->name);
		if (ret && !(ret == -ENOENT && (f->flags & GW_NV_OPTIONAL))) {
			gw_hook_abort(set);
			return ret;
		}
	}
	return gw_hook_install(set, function);
}

/* With no call in flight that came through a hook. */
static void remove_inner(int m)
{
	gw_hook_remove(&inner[m]);
	if (m == NVIDIA)
		gw_pin_remove();
}

static int install_inner(int m, const char **function)
{
	int ret = 0;

	*function = "rm_ioctl";
	if (m == NVIDIA)
		ret = gw_pin_install();
	return ret ?: install_set(&inner[m], m, GW_NV_INNER, GW_NV_INNER, function);
}

/* All of the module's functions, or only those that let tenants be refused; all or none. */
static int install_module(int m, bool guard_only)
{
	const char *function;
	int ret;

	if (guard_only)
		ret = install_set(&hooks[m], m, GW_NV_INNER | GW_NV_GUARD, GW_NV_GUARD, &function);
	else
		ret = install_inner(m, &function) ?:
		      install_set(&hooks[m], m, GW_NV_INNER, 0, &function);
	if (!ret)
		return 0;
	remove_inner(m);
	snprintf(reasons[m], sizeof(reasons[m]), "function %s %s", function, why(ret));
	return ret;
}

/* What every tool shows of @st: the worst module decides. */
static void describe(struct gw_backend_status *st)
{
	int m;

	strscpy(st->driver, driver, sizeof(st->driver));
	st->state = is_detached ? GPUWARD_STATE_DETACHED : states[NVIDIA];
	st->uvm_state = is_detached ? GPUWARD_STATE_DETACHED : states[NVIDIA_UVM];
	for (m = 0; m < NR_MODULES; m++) {
		if (states[m] <= GPUWARD_STATE_ATTACHED)
			continue;
		st->state = max(st->state, states[m]);
		if (!*st->reason)
			snprintf(st->reason, sizeof(st->reason), "%s: %s", names[m], reasons[m]);
	}
	if (!gw_pin_is_on() && st->state == GPUWARD_STATE_ATTACHED) {
		st->state = GPUWARD_STATE_UNPROTECTED;
		strscpy(st->reason, "arguments are not pinned (pin_arguments=N): a racing program gets round every check",
			sizeof(st->reason));
	}
	if (is_draining)
		strscpy(st->reason, "detaching: calls are still inside the driver",
			sizeof(st->reason));
}

/* The state changed: how are tenants met now, and what is shown of it? */
static void publish(void)
{
	struct gw_backend_status st = { };
	enum gw_nv_stance now = GW_NV_SERVING;
	int m;

	lockdep_assert_held(&attach_lock);
	if (states[NVIDIA] != GPUWARD_STATE_ATTACHED)
		now = GW_NV_REFUSING;
	for (m = 0; m < NR_MODULES; m++)
		if (states[m] > GPUWARD_STATE_ATTACHED)
			now = GW_NV_REFUSING;
	if (is_detached || is_attaching)
		now = GW_NV_ASIDE;
	WRITE_ONCE(stance, now);
	describe(&st);
	spin_lock(&shown_lock);
	shown = st;
	spin_unlock(&shown_lock);
}

static void tell(const char *text)
{
	struct gw_event ev = { .type = GPUWARD_EVENT_DRIVER, .text = text };

	gw_event_send(&ev);
}

static void take_module(int m, const char *version)
{
	char text[160];

	lockdep_assert_held(&attach_lock);
	if (states[m] != GPUWARD_STATE_NO_DRIVER)
		return;
	if (m == NVIDIA) {
		strscpy(driver, version, sizeof(driver));
		WRITE_ONCE(branch, gw_nv_branch(version));
	}
	reasons[m][0] = '\0';
	states[m] = GPUWARD_STATE_ATTACHED;
	if (!gw_nv_branch_is_known(branch))
		snprintf(reasons[m], sizeof(reasons[m]), "driver version %s is not known",
			 *driver ? driver : "(unreadable)");
	if (*reasons[m] || install_module(m, false)) {
		char first[sizeof(reasons[m])];

		strscpy(first, reasons[m], sizeof(first));
		states[m] = install_module(m, true) ? GPUWARD_STATE_UNPROTECTED
						    : GPUWARD_STATE_REFUSING;
		strscpy(reasons[m], first, sizeof(reasons[m]));
	}
	if (m == NVIDIA && states[m] == GPUWARD_STATE_ATTACHED)
		gw_truth_attach(branch, driver);
	publish();
	if (m != NVIDIA && !gw_nv_branch_is_known(branch))
		return;		/* said once for all of the driver */
	if (states[m] == GPUWARD_STATE_ATTACHED)
		snprintf(text, sizeof(text), "attached to %s %s", names[m], driver);
	else
		snprintf(text, sizeof(text), "%s: %s: tenants %s refused", names[m], reasons[m],
			 states[m] == GPUWARD_STATE_REFUSING ? "are" : "CAN NOT BE");
	if (states[m] == GPUWARD_STATE_ATTACHED)
		pr_info("%s\n", text);
	else
		pr_err("%s\n", text);
	tell(text);
}

/* It goes: no file of it is open, no call inside; only the hooks on its text must leave. */
static void drop_module(int m)
{
	lockdep_assert_held(&attach_lock);
	gw_hook_remove(&hooks[m]);
	remove_inner(m);
	states[m] = GPUWARD_STATE_NO_DRIVER;
	reasons[m][0] = '\0';
	if (m == NVIDIA) {
		gw_truth_detach();
		gw_nv_past_forget();
		driver[0] = '\0';
		WRITE_ONCE(branch, 0);
	}
	publish();
}

static int module_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct module *mod = data;
	int m;

	for (m = 0; m < NR_MODULES; m++)
		if (!strcmp(mod->name, names[m]))
			break;
	if (m == NR_MODULES)
		return NOTIFY_DONE;
	mutex_lock(&attach_lock);
	if (event == MODULE_STATE_COMING && !is_detached && !is_draining)
		take_module(m, mod->version ?: "");
	if (event == MODULE_STATE_COMING)
		gw_truth_note(mod);
	else if (event == MODULE_STATE_GOING)
		drop_module(m);
	mutex_unlock(&attach_lock);
	return NOTIFY_OK;
}

static struct notifier_block module_notifier = { .notifier_call = module_event };

/*
 * The version of a module that is loaded already: sysfs is the one place that tells. Not the
 * one that current sees, which may be hidden in its mount namespace, or not be sysfs at all.
 */
static int read_version(struct vfsmount *sysfs, const char *name, char *version, size_t size)
{
	struct path root = { .mnt = sysfs, .dentry = sysfs->mnt_root };
	char path[64];
	struct file *filp;
	loff_t pos = 0;
	ssize_t n;

	version[0] = '\0';
	snprintf(path, sizeof(path), "module/%s/version", name);
	filp = file_open_root(&root, path, O_RDONLY, 0);
	if (IS_ERR(filp))
		return PTR_ERR(filp);
	n = kernel_read(filp, version, size - 1, &pos);
	filp_close(filp, NULL);
	version[max_t(ssize_t, n, 0)] = '\0';
	strim(version);
	return min_t(ssize_t, n, 0);
}

static int find_function(const char *module)
{
	int ret = -ENOENT;
	size_t i;

	for (i = 0; i < gw_nv_nr_functions && ret == -ENOENT; i++)
		if (!strcmp(gw_nv_functions[i].module, module))
			ret = gw_hook_lookup(module, gw_nv_functions[i].name, NULL);
	return ret;
}

/* Is it loaded, and which? 0, -ENOENT no, -ENOMEM; a version that cannot be read is empty. */
static int find_loaded(struct vfsmount *sysfs, int m, char *version, size_t size)
{
	int ret = read_version(sysfs, names[m], version, size);

	if (ret == -ENOENT)
		return find_function(names[m]);
	return ret == -ENOMEM ? ret : 0;
}

static int take_loaded(void)
{
	struct file_system_type *type = get_fs_type("sysfs");	/* never a module */
	struct vfsmount *sysfs = type ? kern_mount(type) : ERR_PTR(-ENODEV);
	char version[GPUWARD_VERSION_LEN];
	int m, ret = 0;

	if (IS_ERR(sysfs))
		return PTR_ERR(sysfs);
	is_attaching = true;
	publish();
	for (m = 0; m < NR_MODULES && !ret; m++) {
		ret = find_loaded(sysfs, m, version, sizeof(version));
		if (!ret)
			take_module(m, version);
		else if (ret == -ENOENT)
			ret = 0;
	}
	is_attaching = false;
	publish();
	kern_unmount(sysfs);
	return ret;
}

/* No call comes in any more; the inner hooks stay for those that are inside. */
static void remove_outer(void)
{
	int m;

	publish();
	gw_job_stop(true);
	for (m = 0; m < NR_MODULES; m++)
		gw_hook_remove(&hooks[m]);
}

static int nv_attach(void)
{
	int m, ret = 0;

	mutex_lock(&attach_lock);
	if (!is_detached)
		goto out;
	ret = -EBUSY;
	if (is_draining)
		goto out;
	is_detached = false;
	gw_job_stop(false);
	publish();
	ret = take_loaded();
	if (ret) {	/* no memory: as detached as before */
		is_detached = true;
		remove_outer();
		for (m = 0; m < NR_MODULES; m++)
			drop_module(m);
	}
out:
	mutex_unlock(&attach_lock);
	return ret;
}

static int nv_detach(u32 *nr_files, u32 *nr_jobs)
{
	int m, ret = 0;

	*nr_files = 0;
	mutex_lock(&attach_lock);
	*nr_jobs = atomic_read(&gw_nr_jobs);
	if (is_detached && !is_draining)
		goto out;
	is_detached = true;
	is_draining = true;
	remove_outer();
	ret = gw_hook_drain(DRAIN_MS);
	if (ret) {	/* the driver keeps a call: hooks are gone, records stay; try again */
		ret = ret == -ETIMEDOUT ? -EBUSY : ret;
		goto out;
	}
	is_draining = false;
	gw_uvm_forget();
	gw_nv_objects_forget();
	*nr_files = gw_file_del_all();
	for (m = 0; m < NR_MODULES; m++)
		drop_module(m);
	pr_info("detached: %u files and %u jobs of tenants are no longer held back\n", *nr_files,
		*nr_jobs);
	tell("detached");
out:
	mutex_unlock(&attach_lock);
	return ret;
}

static void nv_status(struct gw_backend_status *st)
{
	spin_lock(&shown_lock);
	*st = shown;
	spin_unlock(&shown_lock);
	if (gw_pin_fault() && st->state == GPUWARD_STATE_ATTACHED) {
		st->state = GPUWARD_STATE_REFUSING;
		strscpy(st->reason, gw_pin_fault(), sizeof(st->reason));
	}
}

static void nv_exit(void)
{
	int m;

	mutex_lock(&attach_lock);
	is_detached = true;		/* take nothing more */
	remove_outer();
	mutex_unlock(&attach_lock);
	gw_hook_drain(0);
	mutex_lock(&attach_lock);
	for (m = 0; m < NR_MODULES; m++)
		remove_inner(m);
	mutex_unlock(&attach_lock);
	/* Only now: until the hooks were off, the vendor's going had to be heard. */
	unregister_module_notifier(&module_notifier);
	gw_hook_drain(0);	/* calls from before attaching may have been inside those */
	gw_uvm_forget();
	gw_nv_objects_forget();
	gw_file_del_all();
	gw_nv_objects_exit();
	gw_uvm_dups_exit();
	gw_pin_exit();
}

static int nv_init(void)
{
	int m, ret;

	gw_nv_objects_init();
	for (m = 0; m < NR_MODULES; m++)
		states[m] = GPUWARD_STATE_NO_DRIVER;
	ret = gw_pin_init();
	if (ret)
		return ret;
	ret = gw_uvm_dups_init();
	if (ret)
		goto err_pin;
	/* First the notifier: from here on no module can go without telling us. */
	ret = register_module_notifier(&module_notifier);
	if (ret)
		goto err_dups;
	mutex_lock(&attach_lock);
	publish();
	ret = take_loaded();
	mutex_unlock(&attach_lock);
	if (ret)
		nv_exit();
	return ret;

err_dups:
	gw_uvm_dups_exit();
err_pin:
	gw_pin_exit();
	return ret;
}

const struct gw_backend gw_nv_backend = {
	.init = nv_init,
	.exit = nv_exit,
	.attach = nv_attach,
	.detach = nv_detach,
	.status = nv_status,
	.books = gw_nv_books,
	.has_left = gw_nv_has_past,
	.no_books = gw_truth_why,
};
