// SPDX-License-Identifier: GPL-2.0-only
/*
 * race.c - the double fetch: one thread makes a request, another changes it while it is under way,
 * back and forth between a small thing and a big one.
 * Owns: the count of what the driver really gave, asked from the driver itself and never read from
 * the racing structs.
 * Must not: judge; a driver alone gives what it read last, a guarded one must never give more than
 * was checked.
 */
#include "nvclient.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define HANDLE		0x5cf00000u
#define HARMLESS	0x0101		/* NV0000_CTRL_CMD_SYSTEM_...: a control without parameters */
#define P64(p)		((__u64)(uintptr_t)(p))
#define SYSMEM		(NVOS32_LOCATION_PCI << NVOS32_ATTR_LOCATION_SHIFT)

static struct {
	union {
		struct nvos64 alloc;
		struct nvos32 heap;
		struct nvos54 control;
	} outer[2];			/* the second: where a changed pointer leads */
	struct nv_memory_params block[2];	/* small, big */
	struct nv0080_params device[2];		/* own, another */
	struct nv_ctrl_import import;
	struct nv_xfer header;
	const struct field *field;
	__u64 small, big;
	__u32 small_class, big_class;
	int ret;			/* of the request */
	__u32 harmless;			/* status of the small thing, where status tells them apart */
	bool gpu;			/* video memory; else host memory, where there is no GPU */
	volatile bool stop;
} race;

/* One way to change a request. */
struct field {
	const char *name;
	void (*fill)(struct client *c);		/* everything as the small thing wants it */
	void (*tamper)(bool big);
	int (*request)(struct client *c);	/* NULL: RM_ALLOC */
	__u64 (*truth)(struct client *c);	/* NULL: size of the memory */
};

/* --- what is asked for --------------------------------------------------------------------- */

static void fill_alloc(struct client *c)
{
	struct nvos64 *p = &race.outer[0].alloc;

	*p = (struct nvos64){ .root = c->root,
			      .parent = race.gpu ? c->gpu[c->cur].device : c->root,
			      .new_handle = HANDLE,
			      .hclass = race.small_class,
			      .params = P64(&race.block[0]) };
	race.block[0].size = race.small;
	race.block[0].limit = 0;
	race.block[1].size = race.big;
}

static void tamper_size(bool big)
{
	*(volatile __u64 *)&race.block[0].size = big ? race.big : race.small;
}

static void tamper_pointer(bool big)
{
	*(volatile __u64 *)&race.outer[0].alloc.params = P64(&race.block[big]);
}

static void fill_class(struct client *c)
{
	fill_alloc(c);
	race.block[0].size = race.big;
}

static void tamper_class(bool big)
{
	*(volatile __u32 *)&race.outer[0].alloc.hclass = big ? race.big_class : race.small_class;
}

/* A class that no tenant may have: RM itself refuses it here, so that its status tells. */
static void fill_refused(struct client *c)
{
	fill_alloc(c);
	race.outer[0].alloc.status = 0;
}

static void tamper_refused(bool big)
{
	*(volatile __u32 *)&race.outer[0].alloc.hclass =
		big ? NV01_MEMORY_LOCAL_PHYSICAL : race.small_class;
}

/* Heap control: all of it is in the outer struct; where the memory lies decides. */
static void fill_heap(struct client *c)
{
	struct nvos32 *p = &race.outer[0].heap;

	*p = (struct nvos32){ .root = c->root, .parent = c->gpu[c->cur].device,
			      .function = NVOS32_ALLOC_SIZE };
	p->u.alloc.owner = c->root;
	p->u.alloc.memory = HANDLE;
	p->u.alloc.flags = NVOS32_FLAGS_HANDLE_PROVIDED;
	p->u.alloc.attr = SYSMEM;
	p->u.alloc.size = race.big;
}

static void tamper_heap(bool big)
{
	*(volatile __u32 *)&race.outer[0].heap.u.alloc.attr = big ? 0 : SYSMEM;
}

static int request_heap(struct client *c)
{
	return call(c, c->ctl, NV_ESC_RM_VID_HEAP_CONTROL, &race.outer[0].heap,
		    sizeof(struct nvos32)).ret;
}

/* A size in heap control: video memory, less or more. */
static void fill_heapsize(struct client *c)
{
	fill_heap(c);
	race.outer[0].heap.u.alloc.attr = 0;
	race.outer[0].heap.u.alloc.size = race.small;
}

static void tamper_heapsize(bool big)
{
	*(volatile __u64 *)&race.outer[0].heap.u.alloc.size = big ? race.big : race.small;
}

/* The device that the client has already, which is refused by the driver, or the next one. */
static void fill_device(struct client *c)
{
	__u32 own = c->gpu[c->cur].instance;

	fill_alloc(c);
	race.device[0].device_id = own;
	race.device[1].device_id = own + 1;
	race.outer[0].alloc.parent = c->root;
	race.outer[0].alloc.hclass = NV01_DEVICE_0;
	race.outer[0].alloc.params = P64(&race.device[0]);
}

static void tamper_device(bool big)
{
	*(volatile __u32 *)&race.device[0].device_id = race.device[1].device_id - !big;
}

static void tamper_devptr(bool big)
{
	*(volatile __u64 *)&race.outer[0].alloc.params = P64(&race.device[big]);
}

/* A control that does nothing, or the import of what was exported before. */
static void fill_import(struct client *c)
{
	__u32 device = c->gpu[c->cur].device;

	race.import = (struct nv_ctrl_import){ .type = NV_EXPORT_TYPE_RM, .fd = c->received,
					       .device = device, .parent = device,
					       .object = HANDLE };
	race.outer[0].control = (struct nvos54){ .client = c->root, .object = c->root,
						 .cmd = HARMLESS, .params = P64(&race.import),
						 .params_size = sizeof(race.import) };
}

static void tamper_import(bool big)
{
	*(volatile __u32 *)&race.outer[0].control.cmd =
		big ? NV0000_CTRL_IMPORT_OBJECT_FROM_FD : HARMLESS;
}

static int request_import(struct client *c)
{
	return call(c, c->ctl, NV_ESC_RM_CONTROL, &race.outer[0].control,
		    sizeof(struct nvos54)).ret;
}

/* The indirect form's header: another outer struct, or another number for the same bytes. */
static void fill_indirect(struct client *c)
{
	fill_class(c);
	race.outer[1] = race.outer[0];
	race.outer[1].alloc.hclass = race.big_class;
	race.header = (struct nv_xfer){ .cmd = NV_ESC_RM_ALLOC, .size = sizeof(struct nvos64),
					.ptr = P64(&race.outer[0]) };
}

static void tamper_indirect(bool big)
{
	*(volatile __u64 *)&race.header.ptr = P64(&race.outer[big]);
}

/* As a control, the short form of RM_ALLOC is one without a meaning. */
static void fill_number(struct client *c)
{
	fill_indirect(c);
	race.outer[0].alloc.hclass = race.big_class;
	race.header.cmd = NV_ESC_RM_CONTROL;
	race.header.size = sizeof(struct nvos21);
}

static void tamper_number(bool big)
{
	*(volatile __u32 *)&race.header.cmd = big ? NV_ESC_RM_ALLOC : NV_ESC_RM_CONTROL;
}

static int request_indirect(struct client *c)
{
	return ioctl(c->ctl, NV_IOWR(NV_ESC_IOCTL_XFER_CMD, sizeof(race.header)), &race.header);
}

/* --- what was got ------------------------------------------------------------------------------ */

/* Video memory: RM tells what lies behind a handle. 0: nothing does. */
static __u64 truth_gpu(struct client *c)
{
	struct nv_ctrl_pair pair[3] = { { NV_SURFACE_SIZE_LO, 0 },
					{ NV_SURFACE_SIZE_HI, 0 },
					{ NV_SURFACE_SPACE, 0 } };
	struct nv_ctrl_list p = { .count = 3, .list = P64(pair) };

	if (!ok(rm_control(c, HANDLE, NV0041_CTRL_GET_SURFACE_INFO, &p, sizeof(p))))
		return 0;
	return pair[2].data == NV_SURFACE_VIDMEM ? (__u64)pair[1].data << 32 | pair[0].data : 1;
}

static bool can_map(struct client *c, __u64 length)
{
	int fd = open_raw(c, "nvidiactl", 2);
	struct nvos33_fd m = {
		.client = c->root, .device = c->root, .memory = HANDLE, .length = length, .fd = fd
	};
	struct result r = call(c, c->ctl, NV_ESC_RM_MAP_MEMORY, &m, sizeof(m));

	r.status = m.status;
	close(fd);
	return ok(r);
}

/* Host memory, where there is no GPU: what can be mapped is there. */
static __u64 truth_memory(struct client *c)
{
	if (race.gpu)
		return truth_gpu(c);
	if (can_map(c, race.small + 4096))
		return race.big;
	return can_map(c, 4096) ? race.small : 0;
}

/* Where the small thing is nothing: is there a device now? What was not there can be freed, too. */
static __u64 truth_device(struct client *c)
{
	__u32 handle = HANDLE + 1;

	return ok(rm_alloc(c, HANDLE, &handle, NV20_SUBDEVICE_0, NULL, 0)) ? race.big : 0;
}

/* Nobody changes the status: RM wrote it, and for what. */
static __u64 by_status(__u32 status)
{
	if (race.ret)
		return 0;
	return status == race.harmless ? race.small : race.big;
}

static __u64 truth_refused(struct client *c)
{
	(void)c;
	return by_status(race.outer[0].alloc.status);
}

static __u64 truth_import(struct client *c)
{
	if (!race.gpu)
		return by_status(race.outer[0].control.status);
	return truth_gpu(c) ? race.big : 0;
}

static const struct field fields[] = {
	{ "size", fill_alloc, tamper_size, NULL, NULL },
	{ "pointer", fill_alloc, tamper_pointer, NULL, NULL },
	{ "class", fill_class, tamper_class, NULL, NULL },
	{ "refused", fill_refused, tamper_refused, NULL, truth_refused },
	{ "heap", fill_heap, tamper_heap, request_heap, NULL },
	{ "heapsize", fill_heapsize, tamper_heapsize, request_heap, NULL },
	{ "device", fill_device, tamper_device, NULL, truth_device },
	{ "devptr", fill_device, tamper_devptr, NULL, truth_device },
	{ "import", fill_import, tamper_import, request_import, truth_import },
	{ "indirect", fill_indirect, tamper_indirect, request_indirect, NULL },
	{ "number", fill_number, tamper_number, request_indirect, NULL },
};

static const struct field *find_field(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	return NULL;
}

/* --- the race -------------------------------------------------------------------------------------- */

static void *tamperer(void *arg)
{
	unsigned int n = 0;

	(void)arg;
	while (!race.stop)
		race.field->tamper(++n & 1);
	return NULL;
}

static void one_call(struct client *c)
{
	race.field->fill(c);
	if (race.field->request)
		race.ret = race.field->request(c);
	else
		race.ret = call(c, c->ctl, NV_ESC_RM_ALLOC, &race.outer[0],
				sizeof(struct nvos64)).ret;
}

static void prepare(struct client *c, int argc, char **argv)
{
	bool by_class;

	race.gpu = c->gpu[c->cur].device;
	race.small = parse_size(argv[2]);
	race.big = parse_size(argv[3]);
	race.field = argc > 4 ? find_field(argv[4]) : NULL;
	race.field = race.field ?: &fields[0];
	by_class = race.field->fill == fill_class || race.field->fill == fill_indirect ||
		   race.field->fill == fill_number;
	race.big_class = race.gpu ? NV01_MEMORY_LOCAL_USER : NV01_MEMORY_DEVICELESS;
	race.small_class = !by_class ? race.big_class : race.gpu ? NV01_MEMORY_SYSTEM : NV01_EVENT;
	race.block[0] = (struct nv_memory_params){ .owner = c->root, .attr = race.gpu ? 0 : SYSMEM,
						   .size = race.small };
	race.block[1] = race.block[0];
	race.block[1].size = race.big;
	race.stop = false;
	race.harmless = 0;
	if (race.field->truth == truth_import && !race.gpu) {
		one_call(c);
		race.harmless = race.outer[0].control.status;
	}
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec * 1e-9;
}

/*
 * "big" counts what only the changed request asks for. until: stops when that and something else
 * was seen, which shows that the race can be won. "5000x" in place of milliseconds is a
 * number of calls.
 */
static int do_race(struct client *c, int argc, char **argv)
{
	unsigned long calls = 0, none = 0, small = 0, big = 0, limit, tries;
	pthread_t thread;
	double end;
	bool until;
	char *unit;

	if (argc < 4)
		return -1;
	until = !strcmp(argv[argc - 1], "until");
	limit = strtoul(argv[1], &unit, 10);
	tries = *unit == 'x' ? limit : ~0ul;
	end = *unit == 'x' ? 1e18 : now() + limit / 1000.0;
	if (make_client(c))
		return 1;
	prepare(c, argc, argv);
	if (pthread_create(&thread, NULL, tamperer, NULL))
		return report(c, "race", (struct result){ .ret = -1, .err = errno }, NULL);
	for (; calls < tries && now() < end; calls++) {
		__u64 got;

		if (until && big && (race.field->truth ? none : small))
			break;

		one_call(c);
		got = race.field->truth ? race.field->truth(c) : truth_memory(c);
		if (!got)
			none++;
		else if (got >= race.big)
			big++;
		else
			small++;
		rm_free(c, HANDLE);
	}
	race.stop = true;
	pthread_join(thread, NULL);
	return report(c, "race", (struct result){ 0 }, "calls=%lu none=%lu small=%lu big=%lu",
		      calls, none, small, big);
}

const struct verb verbs_race[] = {
	{ "race", do_race, "MS|Nx SIZE BIG [size|pointer|class|refused|heap|heapsize|device|devptr|import|"
			   "indirect|number] [until]" },
	{ NULL, NULL, NULL },
};
