/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Vectors of effects: one row per form of a request that does something to objects or to video
 * memory, per layout of it, and per edge. As decode.h, independent of kmod/nv/decode/abi.h.
 */
#ifndef GPUWARD_VECTORS_EFFECT_H
#define GPUWARD_VECTORS_EFFECT_H

#include "vector.h"

/**
 * struct gw_effect_vector - One request, what it does, and how its answer is read
 * @name: of the vector
 * @first: first branch it holds for
 * @last: last branch it holds for
 * @nr: request number
 * @size: size of the outer struct
 * @outer: its bytes that decide; see struct gw_vector
 * @wanted: size of the nested block that must be pinned
 * @nested: its bytes that decide; NULL: the caller's pointer is NULL
 * @is_refused: it must not reach the driver; nothing below is looked at then
 * @act: expected, as what follows
 * @class: expected
 * @client: expected
 * @parent: expected
 * @object: expected
 * @src_client: expected
 * @src_object: expected
 * @fd: expected; 0 stands for none
 * @at: expected
 * @gathers: expected
 * @is_context: expected
 * @is_device: expected
 * @instance: expected
 * @asked: expected
 * @charge: expected; 0 where no memory is taken
 * @place: expected in first
 * @nr_list: expected
 * @listed: the first handle of the list
 * @status_at: offset of the status in the outer struct
 * @answer: bytes that the driver writes to the outer struct
 * @nested_answer: bytes that the driver writes to the nested block
 * @handle: of the new object, after that
 * @real: bytes that the driver took, after that
 */
struct gw_effect_vector {
	const char *name;
	u32 first;
	u32 last;
	u32 nr;
	u32 size;
	const char *outer;
	u32 wanted;
	const char *nested;
	bool is_refused;
	u32 act;
	u32 class;
	u32 client;
	u32 parent;
	u32 object;
	u32 src_client;
	u32 src_object;
	s32 fd;
	u64 at;
	bool gathers;
	bool is_context;
	u32 space;
	bool is_device;
	u32 instance;
	u64 asked;
	u64 charge;
	u32 place;
	u32 nr_list;
	u32 listed;
	u32 status_at;
	const char *answer;
	const char *nested_answer;
	u32 handle;
	u64 real;
};

#define KIB(n) ((n) * 1024ull)
#define MIB(n) ((n) * 1048576ull)
#define GIB(n) ((n) * 1073741824ull)
#define NO_END 0xffffffffffffffffull

/* Client c1d00001, parent cafe0080, object cafe0040 (00: the driver picks cafe0099). */
#define ABOUT "0100d0c1 8000feca 4000feca"
#define ABOUT_NEW "0100d0c1 8000feca 00000000"
#define THEM .client = 0xc1d00001, .parent = 0xcafe0080, .object = 0xcafe0040
#define THEM_NEW .client = 0xc1d00001, .parent = 0xcafe0080

/* RM_ALLOC in its two sizes: class at 12, flags of the long form at 36. */
#define ALLOC32 0x2b, 32
#define ALLOC48 0x2b, 48

/* Parameters of memory: flags 8, attr 24, attr2 28, size 64, alignment 72. */
#define PLAIN "@8 00000000 @24 00000000 @28 00000000 "

static const struct gw_effect_vector gw_effect_vectors[] = {
	/* Clients: the three classes, parameters or none. */
	{ "client", 535, 610, ALLOC32, "@8 00000000 41000000 @0 00000000 00000000", 4, "",
	  .act = GW_NV_MAKE_CLIENT, .class = 0x41, .status_at = 28,
	  .answer = "@8 0100d0c1", .handle = 0xc1d00001 },
	{ "client, no parameters", 535, 610, ALLOC48,
	  "00000000 00000000 0500d0c1 00000000 @36 00000000", 4, NULL,
	  .act = GW_NV_MAKE_CLIENT, .object = 0xc1d00005, .status_at = 40,
	  .answer = "", .handle = 0xc1d00005 },
	{ "client, not privileged", 535, 610, ALLOC32, "00000000 00000000 00000000 01000000", 4, "",
	  .act = GW_NV_MAKE_CLIENT, .class = 1, .status_at = 28, .answer = "@8 0200d0c1",
	  .handle = 0xc1d00002 },
	{ "client by object", 535, 610, 0x28, 20, "00000000 00000000 00000000 41000000", 0, NULL,
	  .act = GW_NV_MAKE_CLIENT, .class = 0x41, .status_at = 16, .answer = "@8 0300d0c1",
	  .handle = 0xc1d00003 },
	{ "client, serialised", 535, 610, ALLOC48,
	  "00000000 00000000 00000000 41000000 @36 01000000", 4, "", .is_refused = true },

	/* Devices: the instance at 0, the first one without parameters. */
	{ "device", 535, 610, ALLOC48, ABOUT "80000000 @36 00000000", 56, "03000000 00000000",
	  .act = GW_NV_MAKE, .class = 0x80, THEM, .is_device = true, .instance = 3,
	  .status_at = 40, .answer = "", .handle = 0xcafe0040 },
	{ "device, no parameters", 535, 610, ALLOC32, ABOUT "80000000", 56, NULL,
	  .act = GW_NV_MAKE, .class = 0x80, THEM, .is_device = true, .status_at = 28,
	  .answer = "", .handle = 0xcafe0040 },
	{ "device with its own addresses", 535, 610, ALLOC48, ABOUT "80000000 @36 00000000", 56,
	  "03000000 0100d0c1", .act = GW_NV_MAKE, .class = 0x80, THEM, .is_device = true, .instance = 3,
	  .status_at = 40, .answer = "", .handle = 0xcafe0040 },
	{ "device with another client's", 535, 610, ALLOC48, ABOUT "80000000 @36 00000000", 56,
	  "03000000 0200d0c1", .is_refused = true },
	{ "device by object", 535, 610, 0x28, 20, ABOUT "80000000", 0, NULL,
	  .act = GW_NV_MAKE, .class = 0x80, THEM, .is_device = true, .status_at = 16,
	  .answer = "", .handle = 0xcafe0040 },
	{ "device, serialised", 535, 610, ALLOC48, ABOUT "80000000 @36 01000000", 56, "",
	  .is_refused = true },
	{ "subdevice", 535, 610, ALLOC32, ABOUT_NEW "80200000", 4, "",
	  .act = GW_NV_MAKE, .class = 0x2080, THEM_NEW, .status_at = 28,
	  .answer = "@8 9900feca", .handle = 0xcafe0099 },

	/* Events: of which client's object. */
	{ "event", 535, 610, ALLOC48, ABOUT "05000000 @36 00000000", 24, "0200d0c1", .act = GW_NV_NAME,
	  .class = 5, THEM, .nr_list = 1, .listed = 0xc1d00002, .status_at = 40 },
	{ "event of the system's", 535, 610, ALLOC32, ABOUT "79000000", 24, "00000000",
	  .act = GW_NV_NAME, .class = 0x79, THEM, .nr_list = 1, .status_at = 28 },
	{ "event, no parameters", 535, 610, ALLOC32, ABOUT "79000000", 24, NULL,
	  .act = GW_NV_NAME, .class = 0x79, THEM, .status_at = 28 },

	/* Video memory by RM_ALLOC: 120 bytes of parameters, 128 from 545. */
	{ "memory of a page", 535, 544, ALLOC32, ABOUT "40000000", 120,
	  PLAIN "@64 0000010000000000", .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = KIB(64), .charge = KIB(64), .status_at = 28,
	  .answer = "", .nested_answer = "@64 0000010000000000 @24 00000001",
	  .handle = 0xcafe0040, .real = KIB(64) },
	{ "memory of a page", 545, 610, ALLOC48, ABOUT_NEW "40000000 @36 00000000", 128,
	  PLAIN "@64 0000010000000000", .act = GW_NV_MAKE, .class = 0x40, THEM_NEW,
	  .asked = KIB(64), .charge = KIB(64), .status_at = 40,
	  .answer = "@8 9900feca", .nested_answer = "@64 0000010000000000 @24 00000001",
	  .handle = 0xcafe0099, .real = KIB(64) },
	{ "memory of a byte", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  PLAIN "@64 0100000000000000", .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = 1, .charge = KIB(64), .status_at = 28,
	  .answer = "", .nested_answer = "@64 0000010000000000 @24 00000001",
	  .handle = 0xcafe0040, .real = KIB(64) },
	{ "memory of a byte, all other bits", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  "@8 efffffff @24 ffcf7ffe @28 ffffcfff @64 0100000000000000",
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = 1, .charge = KIB(64),
	  .status_at = 28 },
	{ "memory of nothing", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  PLAIN "@64 0000000000000000", .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = 0, .charge = KIB(64), .status_at = 28 },
	{ "memory just below a large page", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  PLAIN "@64 ffff1f0000000000", .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = MIB(2) - 1, .charge = MIB(2), .status_at = 28,
	  .answer = "", .nested_answer = "@64 0000200000000000 @24 00000001",
	  .handle = 0xcafe0040, .real = MIB(2) },
	{ "memory of a large page and a byte", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  PLAIN "@64 0100200000000000", .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = MIB(2) + 1, .charge = MIB(4), .status_at = 28,
	  .answer = "", .nested_answer = "@64 0000400000000000 @24 00008001 @28 00001000",
	  .handle = 0xcafe0040, .real = MIB(4) },
	{ "memory in small pages", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  "@8 00000000 @24 00008000 @28 00000000 @64 0110300000000000",
	  .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = MIB(3) + 4097, .charge = MIB(3) + KIB(64), .status_at = 28,
	  .answer = "", .nested_answer = "@64 0020300000000000 @24 00008000",
	  .handle = 0xcafe0040, .real = MIB(3) + KIB(64) },
	{ "memory in big pages", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  "@8 00000000 @24 00000001 @28 00000000 @64 0100300000000000",
	  .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = MIB(3) + 1, .charge = MIB(3) + KIB(64), .status_at = 28,
	  .answer = "", .nested_answer = "@64 0000320000000000 @24 00000001",
	  .handle = 0xcafe0040, .real = MIB(3) + KIB(128) },
	{ "memory in huge pages", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  "@8 00000000 @24 00008001 @28 00000000 @64 0100000000000000",
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = 1, .charge = MIB(2),
	  .status_at = 28, .answer = "",
	  .nested_answer = "@64 0000200000000000 @24 00008001 @28 00001000",
	  .handle = 0xcafe0040, .real = MIB(2) },
	{ "memory in pages of 512 MiB", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  "@8 00000000 @24 00008001 @28 00002000 @64 0100000000000000",
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = 1, .charge = MIB(512),
	  .status_at = 28, .answer = "",
	  .nested_answer = "@64 0000002000000000 @24 00008001 @28 00002000",
	  .handle = 0xcafe0040, .real = MIB(512) },
	{ "memory in pages of 256 GiB", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  "@8 00000000 @24 00008001 @28 00003000 @64 0100000000000000",
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = 1, .charge = GIB(256),
	  .status_at = 28, .answer = "",
	  .nested_answer = "@64 0000000040000000 @24 00008001 @28 00003000",
	  .handle = 0xcafe0040, .real = GIB(256) },
	{ "memory, compressed", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  "@8 00000000 @24 00100000 @28 00000000 @64 0000010000000000",
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = KIB(64), .charge = MIB(2),
	  .status_at = 28, .answer = "",
	  .nested_answer = "@64 0000040000000000 @24 00100001 @28 00000000",
	  .handle = 0xcafe0040, .real = KIB(256) },
	{ "memory at a fixed address", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  "@8 10000000 @24 00000000 @28 00000000 @64 0000010000000000 @72 0000004000000000",
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = KIB(64),
	  .charge = GIB(1) + KIB(64), .status_at = 28, .answer = "",
	  .nested_answer = "@64 0000010000000000 @24 00000001",
	  .handle = 0xcafe0040, .real = GIB(1) + KIB(64) },
	{ "memory of a large page at a fixed address", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  "@8 10000000 @24 00000000 @28 00000000 @64 0000200000000000 @72 0000010000000000",
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = MIB(2), .charge = MIB(4),
	  .status_at = 28 },
	{ "memory at a fixed address in pages of 512 MiB", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  "@8 10000000 @24 00008001 @28 00002000 @64 0000002000000000 @72 0000010000000000",
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = MIB(512), .charge = GIB(1),
	  .status_at = 28, .answer = "",
	  .nested_answer = "@64 0000002000000000 @24 00008001 @28 00002000",
	  .handle = 0xcafe0040, .real = GIB(1) },
	{ "memory at a fixed address, aligned to everything", 545, 610, ALLOC32,
	  ABOUT "40000000", 128,
	  "@8 10000000 @24 00000000 @28 00000000 @64 0000010000000000 @72 ffffffffffffffff",
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = KIB(64), .charge = NO_END,
	  .status_at = 28 },
	{ "memory of all bytes", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  PLAIN "@64 ffffffffffffffff", .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = NO_END, .charge = NO_END, .status_at = 28 },
	{ "memory of half of all bytes", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  PLAIN "@64 0000000000000080", .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = 1ull << 63, .charge = 1ull << 63, .status_at = 28 },
	{ "memory with an answer that is no size", 545, 610, ALLOC32, ABOUT "40000000", 128,
	  PLAIN "@64 0000010000000000", .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = KIB(64), .charge = KIB(64), .status_at = 28,
	  .answer = "", .nested_answer = "@64 ffffffffffffffff @24 00000001",
	  .handle = 0xcafe0040, .real = NO_END },
	{ "memory, serialised", 545, 610, ALLOC48, ABOUT "40000000 @36 01000000", 128, "",
	  .is_refused = true },
	{ "memory, no parameters", 545, 610, ALLOC32, ABOUT "40000000", 128, NULL,
	  .is_refused = true },
	{ "memory by object", 535, 610, 0x28, 20, ABOUT "40000000", 0, NULL, .is_refused = true },

	/* What holds memory, and what runs. */
	{ "fabric memory", 535, 610, ALLOC32, ABOUT "f8000000", 48, "@40 4100feca",
	  .act = GW_NV_DUP, .class = 0xf8, THEM, .src_client = 0xc1d00001,
	  .src_object = 0xcafe0041, .status_at = 28, .answer = "", .handle = 0xcafe0040 },
	{ "fabric memory to attach to later", 535, 610, ALLOC32, ABOUT "f8000000", 48,
	  "@40 00000000", .is_refused = true },
	{ "multicast memory", 535, 544, ALLOC32, ABOUT "fd000000", 40, "",
	  .act = GW_NV_MAKE, .class = 0xfd, THEM, .gathers = true, .status_at = 28, .answer = "",
	  .handle = 0xcafe0040 },
	{ "multicast memory", 545, 610, ALLOC32, ABOUT "fd000000", 80, "@60 00000000 00000000",
	  .act = GW_NV_MAKE, .class = 0xfd, THEM, .gathers = true, .status_at = 28, .answer = "",
	  .handle = 0xcafe0040 },
	{ "multicast memory of another node", 545, 589, ALLOC32, ABOUT "fd000000", 80, "@60 01000000",
	  .is_refused = true },
	{ "multicast memory of another node", 590, 610, ALLOC32, ABOUT "fd000000", 80, "@64 01000000",
	  .is_refused = true },
	{ "multicast memory, no parameters", 535, 544, ALLOC32, ABOUT "fd000000", 40, NULL,
	  .is_refused = true },
	{ "multicast memory, no parameters", 545, 610, ALLOC32, ABOUT "fd000000", 80, NULL,
	  .is_refused = true },
	{ "channel group", 535, 610, ALLOC32, ABOUT "6ca00000", 20, "@8 4200feca",
	  .act = GW_NV_MAKE, .class = 0xa06c, THEM, .is_context = true, .space = 0xcafe0042, .status_at = 28,
	  .answer = "", .handle = 0xcafe0040 },
	{ "channel group, no parameters", 535, 610, ALLOC32, ABOUT "6ca00000", 20, NULL,
	  .is_refused = true },
	{ "channel", 535, 569, ALLOC48, ABOUT "6fc50000 @36 00000000", 360, "@28 00000000",
	  .act = GW_NV_MAKE, .class = 0xc56f, THEM, .is_context = true, .status_at = 40,
	  .answer = "", .handle = 0xcafe0040 },
	{ "channel", 570, 595, ALLOC32, ABOUT "6fc80000", 368, "@28 4200feca",
	  .act = GW_NV_MAKE, .class = 0xc86f, THEM, .is_context = true, .space = 0xcafe0042, .status_at = 28,
	  .answer = "", .handle = 0xcafe0040 },
	{ "channel", 610, 610, ALLOC32, ABOUT "6fca0000", 376, "@28 4200feca",
	  .act = GW_NV_MAKE, .class = 0xca6f, THEM, .is_context = true, .space = 0xcafe0042, .status_at = 28,
	  .answer = "", .handle = 0xcafe0040 },

	/* The page that tells what a view would have to hide. */
	{ "shared page, before it told", 535, 545, ALLOC32, ABOUT "de000000", 0, NULL,
	  .act = GW_NV_NONE, .class = 0xde, THEM, .status_at = 28 },
	{ "shared page", 550, 610, ALLOC32, ABOUT "de000000", 0, NULL,
	  .act = GW_NV_WITHHOLD, .class = 0xde, THEM, .status_at = 28 },
	{ "shared page, serialised", 550, 610, ALLOC48, ABOUT "de000000 @36 01000000", 0, NULL,
	  .act = GW_NV_WITHHOLD, .class = 0xde, THEM, .status_at = 40 },

	/* What takes none: not followed. */
	{ "host memory", 535, 610, ALLOC32, ABOUT "3e000000", 0, NULL,
	  .act = GW_NV_NONE, .class = 0x3e, THEM, .status_at = 28 },
	{ "virtual memory", 535, 610, ALLOC32, ABOUT "a0500000", 0, NULL,
	  .act = GW_NV_NONE, .class = 0x50a0, THEM, .status_at = 28 },
	{ "address space, serialised", 535, 610, ALLOC48, ABOUT "f1900000 @36 01000000", 0, NULL,
	  .act = GW_NV_MAKE, .class = 0x90f1, THEM, .status_at = 40, .answer = "",
	  .handle = 0xcafe0040 },
	{ "memory by the old way", 535, 610, 0x27, 56, "", 0, NULL, .act = GW_NV_NONE,
	  .status_at = 40 },

	/* Freeing, duplicating, sharing. */
	{ "free", 535, 610, 0x29, 16, "0100d0c1 @8 4000feca", 0, NULL,
	  .act = GW_NV_FREE, .client = 0xc1d00001, .object = 0xcafe0040, .status_at = 12 },
	{ "free of a client", 535, 610, 0x29, 16, "0100d0c1 @8 0100d0c1", 0, NULL,
	  .act = GW_NV_FREE, .client = 0xc1d00001, .object = 0xc1d00001, .status_at = 12 },
	{ "duplicate", 535, 610, 0x34, 28, ABOUT_NEW "0200d0c1 4100feca", 0, NULL,
	  .act = GW_NV_DUP, THEM_NEW, .src_client = 0xc1d00002, .src_object = 0xcafe0041,
	  .status_at = 24, .answer = "@8 9900feca", .handle = 0xcafe0099 },
	{ "share", 535, 610, 0x35, 24, "0100d0c1 4000feca", 0, NULL,
	  .act = GW_NV_SHARE, .client = 0xc1d00001, .object = 0xcafe0040, .status_at = 20 },

	/* The heap: root 0, parent 4, function 8, handle 44, flags 52; the rest by function. */
	{ "heap, handle given", 535, 610, 0x4a, 184, "0100d0c1 8000feca 02000000 @44 4000feca"
	  "@52 00400000 @56 00000000 @144 00000000 @88 0100200000000000", 0, NULL,
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = MIB(2) + 1, .charge = MIB(4),
	  .status_at = 20, .answer = "@88 0000400000000000 @56 00008001 @144 00001000",
	  .handle = 0xcafe0040, .real = MIB(4) },
	{ "heap, handle picked, all other bits", 535, 610, 0x4a, 184, "0100d0c1 8000feca 02000000 @44 4000feca"
	  "@52 efbff7ff @56 ffcf7ff8 @144 ffffcffe @88 0100000000000000", 0, NULL,
	  .act = GW_NV_MAKE, .class = 0x40, THEM_NEW, .asked = 1, .charge = KIB(64),
	  .status_at = 20, .answer = "@44 9900feca @88 0000010000000000 @56 00000001",
	  .handle = 0xcafe0099, .real = KIB(64) },
	{ "heap at a fixed address", 535, 610, 0x4a, 184, "0100d0c1 8000feca 02000000 @44 4000feca"
	  "@52 10400000 @56 00000000 @144 00000000 @88 0100000000000000 @96 0000200000000000", 0,
	  NULL, .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = 1,
	  .charge = MIB(2) + KIB(64), .status_at = 20,
	  .answer = "@88 0000010000000000 @56 00000001", .handle = 0xcafe0040,
	  .real = MIB(2) + KIB(64) },
	{ "heap range", 535, 610, 0x4a, 184, "0100d0c1 8000feca 0e000000 @44 4000feca"
	  "@52 00400000 @56 00000000 @136 00000000 @80 0100200000000000", 0, NULL,
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = MIB(2) + 1, .charge = MIB(4),
	  .status_at = 20, .answer = "@80 0000400000000000 @56 00008001 @136 00001000",
	  .handle = 0xcafe0040, .real = MIB(4) },
	{ "heap range at a fixed address", 535, 610, 0x4a, 184, "0100d0c1 8000feca 0e000000"
	  "@44 4000feca @52 10400000 @56 00000000 @136 00000000 @80 0100000000000000"
	  "@88 0000200000000000", 0, NULL, .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = 1, .charge = MIB(2) + KIB(64), .status_at = 20,
	  .answer = "@80 0000010000000000 @56 00000001", .handle = 0xcafe0040,
	  .real = MIB(2) + KIB(64) },
	{ "heap pitch", 535, 610, 0x4a, 184, "0100d0c1 8000feca 06000000 @44 4000feca"
	  "@52 00400000 @56 00040000 00080000 @64 00000000 @144 00000000", 0, NULL,
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = MIB(2), .charge = MIB(2),
	  .status_at = 20, .answer = "@88 0000200000000000 @64 00008001 @144 00001000",
	  .handle = 0xcafe0040, .real = MIB(2) },
	{ "heap pitch at a fixed address", 535, 610, 0x4a, 184, "0100d0c1 8000feca 06000000"
	  "@44 4000feca @52 10400000 @56 01000000 01000000 @64 00000000 @144 00000000"
	  "@96 0000200000000000", 0, NULL, .act = GW_NV_MAKE, .class = 0x40, THEM,
	  .asked = 1, .charge = MIB(2) + KIB(64), .status_at = 20,
	  .answer = "@88 0000010000000000 @64 00000001", .handle = 0xcafe0040,
	  .real = MIB(2) + KIB(64) },
	{ "heap pitch, a product beyond 32 bits", 535, 610, 0x4a, 184, "0100d0c1 8000feca 06000000"
	  "@44 4000feca @52 00400000 @56 00001000 00001000 @64 00000000 @144 00000000", 0, NULL,
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = GIB(1024), .charge = GIB(1024),
	  .status_at = 20 },
	{ "heap pitch, below zero", 535, 610, 0x4a, 184, "0100d0c1 8000feca 06000000 @44 4000feca"
	  "@52 00400000 @56 01000000 ffffffff @64 00000000 @144 00000000", 0, NULL,
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = NO_END, .charge = NO_END,
	  .status_at = 20 },
	{ "heap pitch, nothing times below zero", 535, 610, 0x4a, 184, "0100d0c1 8000feca 06000000"
	  "@44 4000feca @52 00400000 @56 00000000 ffffffff @64 00000000 @144 00000000", 0, NULL,
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = 0, .charge = KIB(64),
	  .status_at = 20 },
	{ "heap pitch, something times nothing", 535, 610, 0x4a, 184, "0100d0c1 8000feca 06000000"
	  "@44 4000feca @52 00400000 @56 01000000 00000000 @64 00000000 @144 00000000", 0, NULL,
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = 0, .charge = KIB(64),
	  .status_at = 20 },
	{ "heap pitch, largest", 535, 610, 0x4a, 184, "0100d0c1 8000feca 06000000 @44 4000feca"
	  "@52 00400000 @56 ffffffff ffffff7f @64 00000000 @144 00000000", 0, NULL,
	  .act = GW_NV_MAKE, .class = 0x40, THEM, .asked = 0xffffffffull * 0x7fffffff,
	  .charge = (0xffffffffull * 0x7fffffff + MIB(2)) & ~(MIB(2) - 1), .status_at = 20 },
	{ "heap, virtual", 535, 610, 0x4a, 184, "0100d0c1 @8 02000000 @52 00000800", 0, NULL,
	  .act = GW_NV_NONE, .class = 2, .client = 0xc1d00001, .status_at = 20 },
	{ "heap, host memory", 535, 610, 0x4a, 184,
	  "0100d0c1 @8 02000000 @52 00000000 @56 00000002 @144 00000000", 0, NULL,
	  .act = GW_NV_NONE, .class = 2, .client = 0xc1d00001, .status_at = 20 },
	{ "heap free", 535, 610, 0x4a, 184, "0100d0c1 @8 03000000 @44 4000feca", 0, NULL,
	  .act = GW_NV_FREE, .class = 3, .client = 0xc1d00001, .object = 0xcafe0040,
	  .status_at = 20 },
	{ "heap info", 535, 610, 0x4a, 184, "0100d0c1 8000feca 05000000", 0, NULL,
	  .act = GW_NV_VIEW, .class = 5, .client = 0xc1d00001, .object = 0xcafe0080,
	  .status_at = 20 },
	{ "heap hardware", 535, 610, 0x4a, 184, "0100d0c1 @8 13000000", 0, NULL,
	  .act = GW_NV_NONE, .class = 0x13, .client = 0xc1d00001, .status_at = 20 },

	/* RM_CONTROL: client 0, object 4, command 8, flags 12, size of parameters 24. */
	{ "export one", 535, 610, 0x2a, 32, "0100d0c1 0100d0c1 053d0000 00000000 @24 18000000", 24,
	  "@12 4000feca 07000000", .act = GW_NV_EXPORT, .class = 0x3d05,
	  .client = 0xc1d00001, .object = 0xc1d00001, .fd = 7, .nr_list = 1,
	  .listed = 0xcafe0040, .status_at = 28 },
	{ "import one", 535, 610, 0x2a, 32, "0100d0c1 0100d0c1 063d0000 00000000 @24 14000000", 20,
	  "07000000 @12 8000feca 00000000", .act = GW_NV_IMPORT, .class = 0x3d06,
	  .client = 0xc1d00001, .object = 0xc1d00001, .parent = 0xcafe0080, .fd = 7,
	  .nr_list = 1, .listed = 0xcafe0099, .status_at = 28, .answer = "",
	  .nested_answer = "@16 9900feca" },
	{ "export many", 535, 610, 0x2a, 32, "0100d0c1 0100d0c1 0b3d0000 00000000 @24 50080000",
	  2128, "07000000 @76 4000feca @2124 0002 0300", .act = GW_NV_EXPORT, .class = 0x3d0b,
	  .client = 0xc1d00001, .object = 0xc1d00001, .fd = 7, .nr_list = 512, .place = 3,
	  .listed = 0xcafe0040, .status_at = 28 },
	{ "export none", 535, 610, 0x2a, 32, "0100d0c1 0100d0c1 0b3d0000 00000000 @24 50080000",
	  2128, "07000000 @2124 0000 0300", .act = GW_NV_EXPORT, .class = 0x3d0b,
	  .client = 0xc1d00001, .object = 0xc1d00001, .fd = 7, .place = 3, .status_at = 28 },
	{ "export too many", 535, 610, 0x2a, 32, "@8 0b3d0000 00000000 @24 50080000",
	  2128, "@2124 0102 0000", .is_refused = true },
	{ "import many", 535, 610, 0x2a, 32, "0100d0c1 0100d0c1 0c3d0000 00000000 @24 8c020000",
	  652, "07000000 8000feca 00000000 @648 8000 ffff", .act = GW_NV_IMPORT,
	  .class = 0x3d0c, .client = 0xc1d00001, .object = 0xc1d00001, .parent = 0xcafe0080,
	  .fd = 7, .nr_list = 128, .place = 65535, .listed = 0xcafe0099, .status_at = 28,
	  .answer = "", .nested_answer = "@8 9900feca" },
	{ "import too many", 535, 610, 0x2a, 32, "@8 0c3d0000 00000000 @24 8c020000",
	  652, "@648 8100 0000", .is_refused = true },
	{ "import of a wrong size", 535, 610, 0x2a, 32, "@8 063d0000 00000000 @24 18000000", 0,
	  NULL, .is_refused = true },
	{ "import, no parameters", 535, 610, 0x2a, 32, "@8 063d0000 00000000 @24 14000000", 20,
	  NULL, .is_refused = true },
	{ "import, serialised", 535, 610, 0x2a, 32, "@8 063d0000 04000000 @24 14000000", 20, "",
	  .is_refused = true },
	{ "share policy", 535, 610, 0x2a, 32, "0100d0c1 4000feca 040d0000 00000000 @24 0c000000",
	  12, "", .act = GW_NV_SHARE, .class = 0xd04, .client = 0xc1d00001,
	  .object = 0xc1d00001, .status_at = 28 },
	{ "share of an object", 535, 610, 0x2a, 32,
	  "0100d0c1 0100d0c1 060d0000 00000000 @24 10000000", 16, "4000feca",
	  .act = GW_NV_SHARE, .class = 0xd06, .client = 0xc1d00001, .object = 0xcafe0040,
	  .status_at = 28 },
	{ "attach to multicast memory", 535, 569, 0x2a, 32,
	  "0100d0c1 4000feca 0201fd00 00000000 @24 28000000", 40, "@4 4100feca 0000200001000000",
	  .act = GW_NV_ATTACH, .class = 0xfd0102, .client = 0xc1d00001, .object = 0xcafe0040,
	  .at = GIB(4) + MIB(2), .nr_list = 1, .listed = 0xcafe0041, .status_at = 28 },
	{ "detach from multicast memory", 535, 569, 0x2a, 32,
	  "0100d0c1 4000feca 0501fd00 00000000 @24 18000000", 24, "4200feca @8 0000200001000000",
	  .act = GW_NV_DETACH, .class = 0xfd0105, .client = 0xc1d00001, .object = 0xcafe0040,
	  .at = GIB(4) + MIB(2), .nr_list = 1, .listed = 0xcafe0042, .status_at = 28 },
	{ "attach that keeps nothing", 570, 610, 0x2a, 32,
	  "0100d0c1 4000feca 0201fd00 00000000 @24 28000000", 0, NULL, .class = 0xfd0102,
	  .client = 0xc1d00001, .object = 0xcafe0040, .status_at = 28 },
	{ "detach that lets nothing go", 570, 610, 0x2a, 32,
	  "0100d0c1 4000feca 0501fd00 00000000 @24 18000000", 0, NULL, .class = 0xfd0105,
	  .client = 0xc1d00001, .object = 0xcafe0040, .status_at = 28 },
	{ "registers of a channel", 535, 610, 0x2a, 32,
	  "0100d0c1 4000feca 22018020 00000000 @24 30000000", 48, "0200d0c1", .act = GW_NV_NAME,
	  .class = 0x20800122, .client = 0xc1d00001, .object = 0xcafe0040, .nr_list = 1,
	  .listed = 0xc1d00002, .status_at = 28 },
	{ "stop of channels", 535, 610, 0x2a, 32, "0100d0c1 4000feca 0b118020 00000000 @24 18020000",
	  536, "@4 40000000 @24 0200d0c1", .act = GW_NV_NAME, .class = 0x2080110b,
	  .client = 0xc1d00001, .object = 0xcafe0040, .nr_list = 64, .listed = 0xc1d00002,
	  .status_at = 28 },
	{ "stop of too many channels", 535, 610, 0x2a, 32, "@8 0b118020 00000000 @24 18020000", 536,
	  "@4 41000000", .is_refused = true },
	{ "stop of channels, cut off", 535, 610, 0x2a, 32, "@8 0b118020 00000000 @24 1c000000", 28,
	  "@4 02000000", .is_refused = true },
	{ "stop of channels for keys", 550, 610, 0x2a, 32,
	  "0100d0c1 4000feca 1a118020 00000000 @24 08020000", 520, "01000000 0200d0c1",
	  .act = GW_NV_NAME, .class = 0x2080111a, .client = 0xc1d00001, .object = 0xcafe0040,
	  .nr_list = 1, .listed = 0xc1d00002, .status_at = 28 },
	{ "buffers of a channel", 535, 610, 0x2a, 32, "0100d0c1 4000feca 11128020 00000000 @24 68000000",
	  104, "@4 0200d0c1", .act = GW_NV_NAME, .class = 0x20801211, .client = 0xc1d00001,
	  .object = 0xcafe0040, .nr_list = 1, .listed = 0xc1d00002, .status_at = 28 },
	{ "zcull of a channel", 535, 610, 0x2a, 32, "0100d0c1 4000feca 08128020 00000000 @24 18000000",
	  24, "0200d0c1", .act = GW_NV_NAME, .class = 0x20801208, .client = 0xc1d00001,
	  .object = 0xcafe0040, .nr_list = 1, .listed = 0xc1d00002, .status_at = 28 },
	{ "state of a channel", 535, 610, 0x2a, 32, "0100d0c1 4000feca 03048f20 00000000 @24 10000000",
	  16, "@4 0200d0c1", .act = GW_NV_NAME, .class = 0x208f0403, .client = 0xc1d00001,
	  .object = 0xcafe0040, .nr_list = 1, .listed = 0xc1d00002, .status_at = 28 },
	{ "registers, no parameters", 535, 610, 0x2a, 32, "@8 22018020 00000000 @24 00000000", 0, NULL,
	  .is_refused = true },
	{ "registers, too many", 535, 610, 0x2a, 32, "@8 22018020 00000000 @24 01100000", 0, NULL,
	  .is_refused = true },
	{ "attach to fabric memory", 535, 610, 0x2a, 32, "@8 0301f800", 0, NULL,
	  .is_refused = true },
	{ "export to another node", 535, 610, 0x2a, 32, "@8 0101e000", 0, NULL,
	  .is_refused = true },
	{ "import from another node", 535, 610, 0x2a, 32, "@8 0201e000", 0, NULL,
	  .is_refused = true },
	{ "control of nothing", 535, 610, 0x2a, 32, "0100d0c1 4000feca 01018020", 0, NULL,
	  .act = GW_NV_NONE, .class = 0x20800101, .client = 0xc1d00001, .object = 0xcafe0040,
	  .status_at = 28 },
	{ "third-party P2P", 535, 610, 0x2a, 32, "0100d0c1 4000feca 04013c50", 0, NULL,
	  .act = GW_NV_NONE, .class = 0x503c0104, .client = 0xc1d00001, .object = 0xcafe0040,
	  .status_at = 28 },

	/* Answers that are rewritten. */
	{ "FB_GET_INFO", 535, 610, 0x2a, 32, "0100d0c1 4000feca 01138020 00000000 @24 10000000", 16,
	  "80000000", .act = GW_NV_VIEW, .class = 0x20801301, .client = 0xc1d00001,
	  .object = 0xcafe0040, .status_at = 28 },
	{ "FB_GET_INFO, too long", 535, 610, 0x2a, 32, "@8 01138020 00000000 @24 10000000", 16,
	  "81000000", .is_refused = true },
	{ "FB_GET_INFO_V2 of 535", 535, 610, 0x2a, 32,
	  "0100d0c1 4000feca 03138020 00000000 @24 b4010000", 436, "36000000",
	  .act = GW_NV_VIEW, .class = 0x20801303, .client = 0xc1d00001, .object = 0xcafe0040,
	  .status_at = 28 },
	{ "FB_GET_INFO_V2 of 580", 535, 610, 0x2a, 32,
	  "0100d0c1 4000feca 03138020 00000000 @24 04040000", 1028, "80000000",
	  .act = GW_NV_VIEW, .class = 0x20801303, .client = 0xc1d00001, .object = 0xcafe0040,
	  .status_at = 28 },
	{ "FB_GET_INFO_V2 of one entry", 535, 610, 0x2a, 32,
	  "0100d0c1 4000feca 03138020 00000000 @24 0c000000", 12, "01000000",
	  .act = GW_NV_VIEW, .class = 0x20801303, .client = 0xc1d00001, .object = 0xcafe0040,
	  .status_at = 28 },
	{ "FB_GET_INFO_V2, longer than its list", 535, 610, 0x2a, 32,
	  "@8 03138020 00000000 @24 b4010000", 436, "37000000", .is_refused = true },
	{ "FB_GET_INFO_V2 of half an entry", 535, 610, 0x2a, 32,
	  "@8 03138020 00000000 @24 b8010000", 0, NULL, .is_refused = true },
	{ "FB_GET_INFO_V2 of no entry", 535, 610, 0x2a, 32, "@8 03138020 00000000 @24 04000000", 0,
	  NULL, .is_refused = true },
	{ "FB_GET_INFO_V2 of 129 entries", 535, 610, 0x2a, 32, "@8 03138020 00000000 @24 0c040000",
	  0, NULL, .is_refused = true },
	{ "GET_PIDS", 535, 610, 0x2a, 32, "0100d0c1 4000feca 8d018020 00000000 @24 e40e0000", 3812,
	  "", .act = GW_NV_VIEW, .class = 0x2080018d, .client = 0xc1d00001,
	  .object = 0xcafe0040, .status_at = 28 },
	{ "GET_PID_INFO", 535, 610, 0x2a, 32, "0100d0c1 4000feca 8e018020 00000000 @24 48380000",
	  14408, "c8000000", .act = GW_NV_VIEW, .class = 0x2080018e, .client = 0xc1d00001,
	  .object = 0xcafe0040, .status_at = 28 },
	{ "GET_PID_INFO, too long", 535, 610, 0x2a, 32, "@8 8e018020 00000000 @24 48380000",
	  14408, "c9000000", .is_refused = true },
	{ "samples of 535", 535, 610, 0x2a, 32, "0100d0c1 4000feca 96208020 00000000 @24 d0840000",
	  34000, "", .act = GW_NV_VIEW, .class = 0x20802096, .client = 0xc1d00001,
	  .object = 0xcafe0040, .status_at = 28 },
	{ "samples of 550", 535, 610, 0x2a, 32, "0100d0c1 4000feca 96208020 00000000 @24 10c60000",
	  50704, "", .act = GW_NV_VIEW, .class = 0x20802096, .client = 0xc1d00001,
	  .object = 0xcafe0040, .status_at = 28 },
	{ "samples of 570", 535, 610, 0x2a, 32, "0100d0c1 4000feca 96208020 00000000 @24 50da0000",
	  55888, "", .act = GW_NV_VIEW, .class = 0x20802096, .client = 0xc1d00001,
	  .object = 0xcafe0040, .status_at = 28 },
	{ "samples of no driver", 535, 610, 0x2a, 32, "@8 96208020 00000000 @24 54da0000", 0, NULL,
	  .is_refused = true },
	{ "accounting of a process", 535, 610, 0x2a, 32,
	  "0100d0c1 0100d0c1 030b0000 00000000 @24 30000000", 48, "", .act = GW_NV_VIEW,
	  .class = 0xb03, .client = 0xc1d00001, .object = 0xc1d00001, .status_at = 28 },
	{ "accounted processes", 535, 610, 0x2a, 32,
	  "0100d0c1 0100d0c1 040b0000 00000000 @24 8c3e0000", 16012, "", .act = GW_NV_VIEW,
	  .class = 0xb04, .client = 0xc1d00001, .object = 0xc1d00001, .status_at = 28 },

	/* dma-bufs: read where the driver has its own copy. */
	{ "dma-buf", 535, 569, 0xd9, 2600, "ffffffff 0100d0c1 @12 80000000 @32 4000feca", 0, NULL,
	  .act = GW_NV_ATTACH, .client = 0xc1d00001, .fd = -1, .nr_list = 128,
	  .listed = 0xcafe0040, .status_at = 2592 },
	{ "dma-buf", 570, 610, 0xd9, 2608, "08000000 0100d0c1 @12 01000000 @36 4000feca", 0, NULL,
	  .act = GW_NV_ATTACH, .client = 0xc1d00001, .fd = 8, .nr_list = 1,
	  .listed = 0xcafe0040, .status_at = 2600 },
	{ "dma-buf of too many", 535, 569, 0xd9, 2600, "@12 81000000", 0, NULL,
	  .is_refused = true },
	{ "dma-buf of too many", 570, 610, 0xd9, 2608, "@12 ffffffff", 0, NULL,
	  .is_refused = true },
};

#endif /* GPUWARD_VECTORS_EFFECT_H */
