/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Vectors: one row per form of a request that is known, and per edge of it. Independent of
 * kmod/nv/decode/abi.h, on purpose: the numbers stand here a second time. A trace of a real program
 * becomes a row as it is.
 */
#ifndef GPUWARD_VECTORS_DECODE_H
#define GPUWARD_VECTORS_DECODE_H

#include "vector.h"

static const struct gw_vector gw_vectors[] = {
	/* RM_ALLOC, the short form: class at 12, parameters at 16. */
	{ "alloc32 root", 535, 610, 0x2b, 32, "@12 41000000", GW_OP_PASS, 0x41 },
	{ "alloc32 video memory", 535, 610, 0x2b, 32, "@12 40000000", GW_OP_HOLD, 0x40 },
	{ "alloc32 host memory", 535, 610, 0x2b, 32, "@12 3e000000", GW_OP_PASS, 0x3e },
	{ "alloc32 device", 535, 610, 0x2b, 32, "@12 80000000 @16 7856341280ff0000",
	  GW_OP_DEVICE_PTR, 0x80, 0xff8012345678 },
	{ "alloc32 device, no parameters", 535, 610, 0x2b, 32,
	  "@12 80000000 @16 0000000000000000", GW_OP_DEVICE, 0x80 },
	{ "alloc32 subdevice", 535, 610, 0x2b, 32, "@12 80200000", GW_OP_PASS, 0x2080 },
	{ "alloc32 channel group", 535, 610, 0x2b, 32, "@12 6ca00000", GW_OP_HOLD, 0xa06c },
	{ "alloc32 channel", 535, 610, 0x2b, 32, "@12 6fc50000", GW_OP_HOLD, 0xc56f },
	{ "alloc32 future channel", 535, 610, 0x2b, 32, "@12 6fd10000", GW_OP_HOLD, 0xd16f },
	{ "alloc32 not a class", 535, 610, 0x2b, 32, "@12 6fc50100", GW_OP_PASS, 0x1c56f },
	{ "alloc32 all video memory", 535, 610, 0x2b, 32, "@12 c2000000", GW_OP_REFUSE, 0xc2 },
	{ "alloc32 unknown memory", 535, 610, 0x2b, 32, "@12 44000000", GW_OP_REFUSE, 0x44 },
	{ "alloc32 highest unknown memory", 535, 610, 0x2b, 32, "@12 ff000000",
	  GW_OP_REFUSE, 0xff },
	{ "alloc32 first above memory", 535, 610, 0x2b, 32, "@12 00010000", GW_OP_PASS, 0x100 },
	{ "alloc32 all ones", 535, 610, 0x2b, 32, "@12 ffffffff", GW_OP_PASS, 0xffffffff },
	{ "alloc32 extended memory", 535, 590, 0x2b, 32, "@12 42000000", GW_OP_HOLD, 0x42 },
	{ "alloc32 extended memory, gone", 595, 610, 0x2b, 32, "@12 42000000",
	  GW_OP_REFUSE, 0x42 },
	{ "alloc32 export", 550, 610, 0x2b, 32, "@12 e0000000", GW_OP_REFUSE, 0xe0 },
	{ "alloc32 fabric import", 550, 610, 0x2b, 32, "@12 f9000000", GW_OP_REFUSE, 0xf9 },
	{ "alloc32 peer memory", 535, 580, 0x2b, 32, "@12 f3000000", GW_OP_REFUSE, 0xf3 },
	{ "alloc32 export, not yet", 535, 545, 0x2b, 32, "@12 e0000000", GW_OP_REFUSE, 0xe0 },
	{ "alloc32 peer memory, gone", 590, 610, 0x2b, 32, "@12 f3000000", GW_OP_REFUSE, 0xf3 },

	/* RM_ALLOC, the long form: flags at 36, bit 0 for serialised parameters. */
	{ "alloc48 video memory", 535, 610, 0x2b, 48, "@12 40000000 @36 00000000",
	  GW_OP_HOLD, 0x40 },
	{ "alloc48 video memory, other flags", 535, 610, 0x2b, 48, "@12 40000000 @36 feffffff",
	  GW_OP_HOLD, 0x40 },
	{ "alloc48 video memory, serialised", 535, 610, 0x2b, 48, "@12 40000000 @36 01000000",
	  GW_OP_REFUSE, 0x40 },
	{ "alloc48 device", 535, 610, 0x2b, 48, "@12 80000000 @16 f0debc9a78563412 @36 00000000",
	  GW_OP_DEVICE_PTR, 0x80, 0x123456789abcdef0 },
	{ "alloc48 device, no parameters", 535, 610, 0x2b, 48,
	  "@12 80000000 @16 0000000000000000 @36 00000000", GW_OP_DEVICE, 0x80 },
	{ "alloc48 device, serialised", 535, 610, 0x2b, 48, "@12 80000000 @36 01000000",
	  GW_OP_REFUSE, 0x80 },
	{ "alloc48 extended memory, serialised", 535, 590, 0x2b, 48, "@12 42000000 @36 01000000",
	  GW_OP_REFUSE, 0x42 },
	{ "alloc48 fabric memory", 535, 610, 0x2b, 48, "@12 f8000000 @36 00000000",
	  GW_OP_HOLD, 0xf8 },
	{ "alloc48 fabric memory, serialised", 535, 610, 0x2b, 48, "@12 f8000000 @36 01000000",
	  GW_OP_REFUSE, 0xf8 },
	{ "alloc48 channel, serialised", 535, 610, 0x2b, 48, "@12 6fc40000 @36 01000000",
	  GW_OP_HOLD, 0xc46f },
	{ "alloc48 host memory, serialised", 535, 610, 0x2b, 48, "@12 3e000000 @36 01000000",
	  GW_OP_PASS, 0x3e },
	{ "alloc48 compute", 535, 610, 0x2b, 48, "@12 c0c60000", GW_OP_PASS, 0xc6c0 },

	/* RM_ALLOC in sizes that the driver rejects. */
	{ "alloc of size 40", 535, 610, 0x2b, 40, "", GW_OP_PASS },
	{ "alloc of size 0", 535, 610, 0x2b, 0, "", GW_OP_PASS },

	/* RM_ALLOC_OBJECT: RM_ALLOC without parameters. */
	{ "object device", 535, 610, 0x28, 20, "@12 80000000", GW_OP_DEVICE, 0x80 },
	{ "object video memory", 535, 610, 0x28, 20, "@12 40000000", GW_OP_HOLD, 0x40 },
	{ "object channel group", 535, 610, 0x28, 20, "@12 6ca00000", GW_OP_HOLD, 0xa06c },
	{ "object window", 535, 610, 0x28, 20, "@12 3f000000", GW_OP_REFUSE, 0x3f },
	{ "object subdevice", 535, 610, 0x28, 20, "@12 80200000", GW_OP_PASS, 0x2080 },
	{ "object of size 24", 535, 610, 0x28, 24, "", GW_OP_PASS },

	/* RM_ALLOC_MEMORY: class at 12, the rest does not decide. */
	{ "memory host", 535, 610, 0x27, 56, "@12 3e000000", GW_OP_PASS, 0x3e },
	{ "memory host pages", 535, 610, 0x27, 56, "@12 71000000", GW_OP_PASS, 0x71 },
	{ "memory dynamic", 535, 610, 0x27, 56, "@12 70000000", GW_OP_PASS, 0x70 },
	{ "memory window 40", 535, 610, 0x27, 56, "@12 40000000", GW_OP_REFUSE, 0x40 },
	{ "memory window 3f", 535, 610, 0x27, 56, "@12 3f000000", GW_OP_REFUSE, 0x3f },
	{ "memory window c2", 535, 610, 0x27, 56, "@12 c2000000", GW_OP_REFUSE, 0xc2 },
	{ "memory list", 535, 610, 0x27, 56, "@12 82000000", GW_OP_REFUSE, 0x82 },
	{ "memory console", 535, 610, 0x27, 56, "@12 76000000", GW_OP_REFUSE, 0x76 },
	{ "memory of a peer", 535, 580, 0x27, 56, "@12 f3000000", GW_OP_REFUSE, 0xf3 },
	{ "memory of a peer, gone", 590, 610, 0x27, 56, "@12 f3000000", GW_OP_REFUSE, 0xf3 },
	{ "memory channel", 535, 610, 0x27, 56, "@12 6fc50000", GW_OP_REFUSE, 0xc56f },
	{ "memory device", 535, 610, 0x27, 56, "@12 80000000", GW_OP_REFUSE, 0x80 },
	{ "memory unknown", 535, 610, 0x27, 56, "@12 cdab0000", GW_OP_REFUSE, 0xabcd },
	{ "memory of size 48", 535, 610, 0x27, 48, "", GW_OP_PASS },

	/* RM_VID_HEAP_CONTROL: function at 8, flags at 52, attr and attr2 by function. */
	{ "heap size video", 535, 610, 0x4a, 184, "@8 02000000 @52 00000000 @56 00000000"
	  "@144 00000000", GW_OP_HOLD, 0x40 },
	{ "heap size video, other bits", 535, 545, 0x4a, 184, "@8 02000000 @52 fffff7ff"
	  "@56 fffffff9 @144 ffffffff", GW_OP_HOLD, 0x40 },
	{ "heap size video, other bits", 595, 610, 0x4a, 184, "@8 02000000 @52 fffff7ff"
	  "@56 fffffff9 @144 ffffffff", GW_OP_HOLD, 0x40 },
	{ "heap size video, other bits, no EGM", 550, 590, 0x4a, 184, "@8 02000000 @52 fffff7ff"
	  "@56 fffffff9 @144 fffffffe", GW_OP_HOLD, 0x40 },
	{ "heap size PCI", 535, 610, 0x4a, 184, "@8 02000000 @52 00000000 @56 00000002"
	  "@144 00000000", GW_OP_PASS, 0x3e },
	{ "heap size AGP", 535, 610, 0x4a, 184, "@8 02000000 @52 00000000 @56 00000004"
	  "@144 00000000", GW_OP_PASS, 0x3e },
	{ "heap size anywhere", 535, 610, 0x4a, 184, "@8 02000000 @52 00000000 @56 00000006"
	  "@144 00000000", GW_OP_PASS, 0x3e },
	{ "heap size virtual", 535, 610, 0x4a, 184, "@8 02000000 @52 00000800 @56 00000000",
	  GW_OP_PASS, 0x50a0 },
	{ "heap size EGM", 550, 590, 0x4a, 184, "@8 02000000 @52 00000000 @144 00000001",
	  GW_OP_HOLD, 0x42 },
	{ "heap size EGM bit, not yet", 535, 545, 0x4a, 184, "@8 02000000 @52 00000000"
	  "@56 00000002 @144 00000001", GW_OP_PASS, 0x3e },
	{ "heap size EGM bit, gone", 595, 610, 0x4a, 184, "@8 02000000 @52 00000000"
	  "@56 00000002 @144 00000001", GW_OP_PASS, 0x3e },
	{ "heap pitch video", 535, 610, 0x4a, 184, "@8 06000000 @52 00000000 @64 00000000"
	  "@144 00000000", GW_OP_HOLD, 0x40 },
	{ "heap pitch PCI", 535, 610, 0x4a, 184, "@8 06000000 @52 00000000 @64 00000002"
	  "@144 00000000", GW_OP_PASS, 0x3e },
	{ "heap pitch virtual", 535, 610, 0x4a, 184, "@8 06000000 @52 00000800",
	  GW_OP_PASS, 0x50a0 },
	{ "heap pitch EGM", 550, 590, 0x4a, 184, "@8 06000000 @52 00000000 @144 00000001",
	  GW_OP_HOLD, 0x42 },
	{ "heap range video", 535, 610, 0x4a, 184, "@8 0e000000 @52 00000000 @56 00000000"
	  "@136 00000000", GW_OP_HOLD, 0x40 },
	{ "heap range PCI", 535, 610, 0x4a, 184, "@8 0e000000 @52 00000000 @56 00000002"
	  "@136 00000000", GW_OP_PASS, 0x3e },
	{ "heap range virtual", 535, 610, 0x4a, 184, "@8 0e000000 @52 00000800",
	  GW_OP_PASS, 0x50a0 },
	{ "heap range EGM", 550, 590, 0x4a, 184, "@8 0e000000 @52 00000000 @136 00000001",
	  GW_OP_HOLD, 0x42 },
	{ "heap free", 535, 610, 0x4a, 184, "@8 03000000", GW_OP_PASS },
	{ "heap info", 535, 610, 0x4a, 184, "@8 05000000", GW_OP_PASS },
	{ "heap reacquire", 535, 610, 0x4a, 184, "@8 0f000000", GW_OP_PASS },
	{ "heap release", 535, 610, 0x4a, 184, "@8 10000000", GW_OP_PASS },
	{ "heap alignment", 535, 610, 0x4a, 184, "@8 12000000", GW_OP_PASS },
	{ "heap hardware", 535, 610, 0x4a, 184, "@8 13000000", GW_OP_HOLD, 0xb1 },
	{ "heap hardware free", 535, 610, 0x4a, 184, "@8 14000000", GW_OP_PASS },
	{ "heap host pages", 535, 610, 0x4a, 184, "@8 1b000000", GW_OP_PASS },
	{ "heap function 0", 535, 610, 0x4a, 184, "@8 00000000", GW_OP_REFUSE },
	{ "heap function 28", 535, 610, 0x4a, 184, "@8 1c000000", GW_OP_REFUSE },
	{ "heap function 0x102", 535, 610, 0x4a, 184, "@8 02010000", GW_OP_REFUSE },
	{ "heap of size 176", 535, 610, 0x4a, 176, "", GW_OP_PASS },

	/* RM_CONTROL: command at 8. */
	{ "control import one", 535, 610, 0x2a, 32, "@8 063d0000", GW_OP_HOLD, 0x3d06 },
	{ "control import many", 535, 610, 0x2a, 32, "@8 0c3d0000", GW_OP_HOLD, 0x3d0c },
	{ "control export one", 535, 610, 0x2a, 32, "@8 053d0000", GW_OP_PASS },
	{ "control export many", 535, 610, 0x2a, 32, "@8 0b3d0000", GW_OP_PASS },
	{ "control heap size", 535, 610, 0x2a, 32, "@8 03138020", GW_OP_PASS },
	{ "control of size 40", 535, 610, 0x2a, 40, "", GW_OP_PASS },

	/* IOCTL_XFER_CMD: number at 0, size at 4, pointer at 8. */
	{ "indirect alloc", 535, 610, 0xd3, 16, "2b000000 30000000 f0debc9a78563412",
	  GW_OP_WRAPPED, 0, 0x123456789abcdef0, 0x2b, 48 },
	{ "indirect largest", 535, 610, 0xd3, 16, "ff000000 00400000 0000000000000000",
	  GW_OP_WRAPPED, 0, 0, 0xff, 16384 },
	{ "indirect empty", 535, 610, 0xd3, 16, "00000000 00000000 0100000000000000",
	  GW_OP_WRAPPED, 0, 1, 0, 0 },
	{ "indirect too large", 535, 610, 0xd3, 16, "2b000000 01400000", GW_OP_REFUSE },
	{ "indirect indirect", 535, 610, 0xd3, 16, "d3000000 10000000", GW_OP_REFUSE },
	{ "indirect number 256", 535, 610, 0xd3, 16, "00010000 10000000", GW_OP_REFUSE },
	{ "indirect number with type bits", 535, 610, 0xd3, 16, "2b4630c0 30000000",
	  GW_OP_REFUSE },
	{ "indirect of size 24", 535, 610, 0xd3, 24, "", GW_OP_PASS },

	/* RM_DUP_OBJECT: the clients at 0 and 12. */
	{ "duplicate of its own", 535, 610, 0x34, 28, "0100d0c1 @12 0100d0c1", GW_OP_PASS },
	{ "duplicate of another's", 535, 610, 0x34, 28, "0100d0c1 @12 0200d0c1", GW_OP_HOLD },
	{ "duplicate of size 32", 535, 610, 0x34, 32, "", GW_OP_PASS },

	/* What never matters here. */
	{ "free", 535, 610, 0x29, 16, "", GW_OP_PASS },
	{ "share", 535, 610, 0x35, 24, "", GW_OP_PASS },
	{ "map", 535, 610, 0x4e, 56, "", GW_OP_PASS },
	{ "card info", 535, 610, 0xc8, 2304, "", GW_OP_PASS },
	{ "register fd", 535, 610, 0xc9, 4, "", GW_OP_PASS },
	{ "version", 535, 610, 0xd2, 72, "", GW_OP_PASS },
	{ "wait open", 550, 610, 0xda, 8, "", GW_OP_PASS },
	{ "largest number", 535, 610, 0xff, 8, "", GW_OP_PASS },

	/* A number that is none: the caller forgot to take the type bits off. */
	{ "number with type bits", 535, 610, 0xc030462b, 48, "", GW_OP_REFUSE },
	{ "number 256", 535, 610, 0x100, 8, "", GW_OP_REFUSE },
};

static const struct gw_uvm_vector gw_uvm_vectors[] = {
	{ "initialize", 535, 610, 0x30000001, GW_OP_PASS },
	{ "deinitialize", 535, 610, 0x30000002, GW_OP_PASS },
	{ "number 0", 535, 610, 0, GW_OP_PASS },
	{ "create range group", 535, 595, 23, GW_OP_PASS },
	{ "register GPU VA space", 535, 610, 25, GW_OP_HOLD },
	{ "register channel", 535, 610, 27, GW_OP_HOLD },
	{ "unregister channel", 535, 610, 28, GW_OP_PASS },
	{ "map external allocation", 535, 610, 33, GW_OP_HOLD },
	{ "free", 535, 610, 34, GW_OP_PASS },
	{ "register GPU", 535, 610, 37, GW_OP_PASS },
	{ "migrate", 535, 610, 51, GW_OP_PASS },
	{ "unmap external", 535, 610, 66, GW_OP_PASS },
	{ "semaphore pool", 535, 610, 68, GW_OP_PASS },
	{ "create external range", 535, 610, 73, GW_OP_PASS },
	{ "mm initialize", 535, 610, 75, GW_OP_PASS },
	{ "device P2P", 535, 610, 78, GW_OP_REFUSE },
	{ "discard", 535, 610, 80, GW_OP_PASS },
	{ "number 81", 535, 610, 81, GW_OP_REFUSE },
	{ "test of the driver", 535, 610, 200, GW_OP_REFUSE },
	{ "is 8 supported", 535, 610, 2047, GW_OP_PASS },
	{ "number with _IOC bits", 535, 610, 0xc020001b, GW_OP_REFUSE },
	{ "all ones", 535, 610, 0xffffffff, GW_OP_REFUSE },
};

#endif /* GPUWARD_VECTORS_DECODE_H */
