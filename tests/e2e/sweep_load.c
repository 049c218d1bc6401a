// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation of loading, attaching, detaching and unloading fails in turn: nothing stays
 * behind, nothing is half-hooked, the next try works. kmemleak looks at the end.
 */
// vm: -t 400
// vm-debug: -t 2400
#include "sweep_fail.h"

#include <gpuward/libgpuward.h>

#define MODULE "/modules/gpuward.ko"

static int nr_whole;		/* functions of the driver that are redirected when nothing failed */

/* The kernel's own loader warns when it lacks memory: only what gpuward does is failed. */
static unsigned int nth(void)
{
	char text[16] = "";
	int from = open("/sys/module/failload/parameters/nth", O_RDONLY | O_CLOEXEC);

	if (from < 0 || read(from, text, sizeof(text) - 1) <= 0)
		bail("failload");
	close(from);
	return (unsigned int)atoi(text);
}

static void arm_load(unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	fail_write("/sys/module/failload/parameters/nth", text);
}

static bool disarm_load(void)
{
	bool failed = !nth();

	arm_load(0);
	return failed;
}

static int load(void)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret;
}

static int unload(void)
{
	return unload_module("gpuward");
}

static bool is_loaded(void)
{
	return !access("/sys/module/gpuward", F_OK);
}

/* How many functions of the driver are redirected. */
static int nr_hooked(void)
{
	FILE *from = fopen("/sys/kernel/tracing/enabled_functions", "re");
	char line[512];
	int nr = 0;

	if (!from)
		bail("enabled_functions");
	while (fgets(line, sizeof(line), from))
		nr += strstr(line, "[nvidia") && strstr(line, " I ");
	fclose(from);
	return nr;
}

/* The state, and why: a fresh handle each time, since a failure may have hit the last one. */
static uint32_t state(char reason[GPUWARD_TEXT_LEN])
{
	struct gpuward_status_info *status;
	struct gpuward *g = gpuward_new();
	uint32_t now;

	if (!g || gpuward_open(g) || gpuward_status(g, &status)) {
		printf("# status: %s\n", g ? gpuward_error(g) : "no memory");
		gpuward_close(g);
		return ~0U;
	}
	now = status->state;
	strcpy(reason, status->reason);
	gpuward_free(status);
	gpuward_close(g);
	return now;
}

/* Whole, or refusing tenants for the reason that is the true one. */
static bool is_honest(void)
{
	char reason[GPUWARD_TEXT_LEN] = "";
	uint32_t now = state(reason);

	if (now == GPUWARD_STATE_ATTACHED)
		return nr_hooked() == nr_whole;
	if (now == GPUWARD_STATE_DETACHED || now == GPUWARD_STATE_NO_DRIVER)
		return !nr_hooked();
	if (now != GPUWARD_STATE_REFUSING && now != GPUWARD_STATE_UNPROTECTED)
		return false;
	if (strstr(reason, "for lack of memory"))
		return true;
	printf("# state %u: %s\n", now, reason);
	return false;
}

static bool was_honest = true;

static void after_load(int ret)
{
	if (!ret) {
		was_honest = is_honest();
		if (unload())
			bail("unload");
	}
}

static bool nothing_is_there(void)
{
	return was_honest && !is_loaded() && !nr_hooked();
}

static void after_unload(int ret)
{
	if (!ret && load())
		bail("load again");
}

static bool all_is_there(void)
{
	return is_loaded() && is_honest() && nr_hooked() == nr_whole;
}

/* --- attaching and detaching --------------------------------------------------------------- */

static struct gpuward *g;	/* of one try; opening it is swept by sweep_admin */

static void renew(void)
{
	gpuward_close(g);
	g = gpuward_new();
	if (!g || gpuward_open(g))
		bail("open libgpuward");
}

static int attach(void)
{
	return gpuward_attach(g);
}

static int detach(void)
{
	struct gpuward_status_info *given_up;
	int ret = gpuward_detach(g, &given_up);

	if (!ret)
		gpuward_free(given_up);
	return ret;
}

static void detach_now(void)
{
	renew();
	if (detach())
		bail("detach: %s", gpuward_error(g));
	renew();
}

static void attach_now(void)
{
	renew();
	if (attach())
		bail("attach: %s", gpuward_error(g));
	renew();
}

/* What the failure left behind is what the next try begins with. */
static void look(int ret)
{
	(void)ret;
	was_honest = is_honest();
}

static bool was_honest_then(void)
{
	return was_honest && is_loaded();
}

int main(void)
{
	static const struct operation loading = { "load", NULL, load, after_load, nothing_is_there };
	static const struct operation loading_late = {
		"load after the driver", NULL, load, after_load, nothing_is_there,
	};
	static const struct operation unloading = { "unload", NULL, unload, after_unload, all_is_there };
	static const struct operation detaching = {
		"detach", attach_now, detach, look, was_honest_then,
	};
	static const struct operation attaching = {
		"attach", detach_now, attach, look, was_honest_then,
	};

	if (!fail_open()) {
		puts("1..0 # SKIP this kernel can not fail allocations on purpose");
		return 0;
	}
	/* Grace periods are what takes the time. */
	fail_write("/sys/kernel/rcu_expedited", "1");
	load_module("/modules/e2e/failload.ko", "");
	sweep_with(&loading, arm_load, disarm_load, 1);
	load_module("/modules/nvsim/550/nvidia.ko", "gpus=2 mem=16384");
	load_module("/modules/nvsim/550/nvidia-uvm.ko", "");
	load_module(MODULE, "");
	nr_whole = nr_hooked();
	if (!ok(nr_whole && is_honest(), "%d functions of the driver are hooked", nr_whole) ||
	    unload())
		bail("unload");
	/* Some: what taking a driver needs is failed one by one by attaching. */
	sweep_with(&loading_late, arm_load, disarm_load, 13);
	load_module(MODULE, "");
	sweep(&detaching);
	sweep(&attaching);
	gpuward_close(g);
	is(nr_hooked(), nr_whole, "all of them are hooked in the end");
	sweep(&unloading);
	return ktap_end();
}
