/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a request does to objects and to video memory: bytes in, struct gw_nv_effect out; and
 * where in those bytes the driver's answer will be. Pure. Says nothing about who may: that is
 * request.h, which judges the same bytes.
 *
 * The bytes are a copy that no tenant can reach and that the driver acts on and answers into:
 * @outer is the whole struct behind the request number, @nested the block that it points to.
 */
#ifndef _GW_NV_EFFECT_H
#define _GW_NV_EFFECT_H

#include <linux/types.h>

/* Statuses that gpuward itself answers in the driver's place. */
#define GW_NV_OK			0x00
#define GW_NV_BUSY_RETRY		0x03
#define GW_NV_INSUFFICIENT_PERMISSIONS	0x1b
#define GW_NV_NO_MEMORY			0x51
#define GW_NV_NOT_SUPPORTED		0x56
#define GW_NV_OBJECT_NOT_FOUND		0x57

/* Most bytes of any outer struct and nested block that is looked at here. */
#define GW_NV_EFFECT_OUTER_MAX	2608
#define GW_NV_NESTED_MAX	56000

/* Most handles in one request. */
#define GW_NV_LIST_MAX		512

/* For gw_nv_effect.charge: more than can be counted. */
#define GW_NV_UNCOUNTABLE	0xffffffffffffffffull

/**
 * enum gw_nv_act - What is done to objects
 * @GW_NV_NONE: nothing that is followed
 * @GW_NV_MAKE_CLIENT: a client is made; its handle is both client and object
 * @GW_NV_MAKE: an object is made below @parent
 * @GW_NV_FREE: @object of @client is freed with all below; the client itself when they are equal
 * @GW_NV_DUP: an object is made below @parent that holds what @src_object of @src_client holds
 * @GW_NV_SHARE: @object of @client may be duplicated by others from now on, or no longer
 * @GW_NV_EXPORT: the listed objects of @client are parked on the control file @fd, in its places
 *	from @first on; a listed 0 empties its place
 * @GW_NV_IMPORT: objects are made below @parent of what is parked on @fd from place @first on
 * @GW_NV_ATTACH: the listed objects of @client are held by something that has no handle (a dma-buf),
 *	or, until it is detached, by what @object stands for, with all its duplicates, where that is
 *	not 0; as long as that lives
 * @GW_NV_DETACH: what @object has at @at on the listed GPU (a subdevice of @client) is let go
 * @GW_NV_NAME: the listed handles are clients, which the driver acts on whosever they are; the
 *	caller's own, and 0, are among them
 * @GW_NV_WITHHOLD: not for tenants, who are told GW_NV_NOT_SUPPORTED in the driver's place, as it
 *	tells programs itself where it has no such thing: no fault of theirs, nothing to report
 * @GW_NV_VIEW: the answer tells what only the VM's quota or the VM's processes should: view.h
 */
enum gw_nv_act {
	GW_NV_NONE = 0,
	GW_NV_MAKE_CLIENT,
	GW_NV_MAKE,
	GW_NV_FREE,
	GW_NV_DUP,
	GW_NV_SHARE,
	GW_NV_EXPORT,
	GW_NV_IMPORT,
	GW_NV_ATTACH,
	GW_NV_DETACH,
	GW_NV_NAME,
	GW_NV_WITHHOLD,
	GW_NV_VIEW,
};

/**
 * struct gw_nv_effect - What one request does
 * @act: enum gw_nv_act
 * @class: class of the object, number of the control, or function of the heap
 * @client: handle
 * @parent: handle of the object below which one is made
 * @object: handle; of what is to be made: 0 when the driver picks one
 * @src_client: handle of the client of @src_object, where that is another one; else @client
 * @src_object: handle of what is duplicated or held
 * @fd: file in the caller's own table, -1 for none
 * @takes: does it take video memory? @asked and @charge are set then
 * @asked: bytes as the caller names them
 * @charge: bytes to charge before the call: the most that the driver will round @asked up to;
 *	GW_NV_UNCOUNTABLE for what can not be (out of memory, then)
 * @at: where in @object's addresses something is attached
 * @gathers: other memory can be attached to it, and is held by it and by its duplicates
 * @is_context: a channel group, or a channel that may bring its own: the driver takes memory
 *	for a context
 * @space: of a context: handle of the address space that it names; 0: none
 * @is_device: the object opens the GPU of device instance @instance
 * @instance: see @is_device
 * @first: place on the file of the first of the list
 * @nr_list: number of handles in the list, at most GW_NV_LIST_MAX
 * @what: short name for people, never NULL; of what is refused, when gw_nv_effect() refuses
 * @status_at: the following are private: where the answer will be
 * @handle_at: of the new object
 * @list_at: of the list
 * @slack: what the driver may take beyond the size that it writes back
 * @size_at: of the size that the driver writes back
 * @attr_at: of the page size that it chose
 * @attr2_at: more of the page size
 */
struct gw_nv_effect {
	u32 act;
	u32 class;
	u32 client;
	u32 parent;
	u32 object;
	u32 src_client;
	u32 src_object;
	s32 fd;
	bool takes;
	bool gathers;
	bool is_context;
	u32 space;
	bool is_device;
	u32 instance;
	u64 asked;
	u64 charge;
	u64 at;
	u32 first;
	u32 nr_list;
	const char *what;
	u32 status_at;
	u32 handle_at;
	u32 list_at;
	u64 slack;
	u32 size_at;
	u32 attr_at;
	u32 attr2_at;
};

/**
 * gw_nv_is_effective() - Can a request have an effect, by number and size alone?
 * @branch: of the driver
 * @nr: number of the request, not the indirect form's
 * @size: of the outer struct
 *
 * False for all others: the driver rejects a wrong size by itself. For RM_CONTROL its command
 * decides further: gw_nv_control_is_sensitive(). The export of a dma-buf is none of these: its
 * struct never gets to where the others are pinned, and gw_nv_effect() reads it where it does.
 */
bool gw_nv_is_effective(u32 branch, u32 nr, u32 size);

/** gw_nv_is_control() - Is it RM_CONTROL, most frequent and mostly harmless? */
bool gw_nv_is_control(u32 nr, u32 size);

/** gw_nv_control_cmd() - The command of an RM_CONTROL's outer struct */
u32 gw_nv_control_cmd(const void *outer);

/**
 * gw_nv_control_is_sensitive() - Has this command of RM_CONTROL an effect, or an answer to
 *	rewrite?
 * @branch: of the driver
 * @cmd: the command
 */
bool gw_nv_control_is_sensitive(u32 branch, u32 cmd);

/**
 * gw_nv_nested_wanted() - How many bytes of the nested block must be pinned
 * @branch: of the driver
 * @nr: number of the request
 * @size: of the outer struct; gw_nv_is_effective() with these three
 * @outer: @size bytes
 * @at: set to the offset in @outer of the pointer to the block
 *
 * What the driver itself will read and write: its own size for that class or control, not the
 * caller's word. A NULL pointer in @outer is for gw_nv_effect() to judge, and so is a control
 * whose parameters have a size of no driver (none are wanted then). Only 535.43.02 and 535.54.03
 * read less than this of one block, a channel's.
 *
 * Return: 0 for none, at most GW_NV_NESTED_MAX.
 */
u32 gw_nv_nested_wanted(u32 branch, u32 nr, u32 size, const void *outer, u32 *at);

/**
 * gw_nv_effect() - What the request does
 * @branch: of the driver
 * @nr: number of the request
 * @size: of the outer struct
 * @outer: @size bytes
 * @nested: the block, NULL when none was wanted or the caller's pointer is NULL
 * @nested_len: its size
 * @e: result, always filled
 *
 * Return: 0; -EINVAL refuse it, @e->what says what: nothing of it may reach the driver
 * (serialised parameters, a size that no known driver has, a number that is out of bounds).
 */
int gw_nv_effect(u32 branch, u32 nr, u32 size, const void *outer, const void *nested,
		 u32 nested_len, struct gw_nv_effect *e);

/** gw_nv_status() - After the call: the driver's status, GW_NV_OK for success */
u32 gw_nv_status(const struct gw_nv_effect *e, const void *outer);

/** gw_nv_fail() - Answer @status in the driver's place; the request returns 0 then */
void gw_nv_fail(const struct gw_nv_effect *e, void *outer, u32 status);

/**
 * gw_nv_new_handle() - After a successful call: the handle of the object that was made
 * @e: the effect: MAKE_CLIENT, MAKE or DUP
 * @outer: as the driver left it
 */
u32 gw_nv_new_handle(const struct gw_nv_effect *e, const void *outer);

/**
 * gw_nv_listed() - A handle of the list
 * @e: the effect: EXPORT, ATTACH, DETACH, NAME (before or after the call), IMPORT (after a successful one)
 * @outer: the outer struct
 * @nested: the nested block
 * @i: below @e->nr_list
 */
u32 gw_nv_listed(const struct gw_nv_effect *e, const void *outer, const void *nested, u32 i);

/**
 * gw_nv_real_bytes() - After a successful call: what the driver took
 * @e: the effect, with @e->takes
 * @outer: as the driver left it
 * @nested: as the driver left it
 *
 * Return: bytes, in whole pages of the size that the driver chose and at least 64 KiB each;
 * GW_NV_UNCOUNTABLE for an answer that is no size.
 */
u64 gw_nv_real_bytes(const struct gw_nv_effect *e, const void *outer, const void *nested);

#endif /* _GW_NV_EFFECT_H */
