// SPDX-License-Identifier: GPL-2.0-only
/*
 * attr.c - attributes of a message to and from a struct, by table.
 * Owns the encoding of each type. Must not send or receive.
 */
#include "attr.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <string.h>

static bool put_one(struct nlmsghdr *msg, size_t room, uint16_t type, const struct gw_field *field,
		    const char *at)
{
	switch (field->type) {
	case GW_U32:
	case GW_U64:
	case GW_BYTES:
		return mnl_attr_put_check(msg, room, type, field->size, at);
	case GW_TEXT:
		return mnl_attr_put_check(msg, room, type, strnlen(at, field->size - 1) + 1, at);
	case GW_FLAG:
		return mnl_attr_put_check(msg, room, type, 0, at);
	default:
		return true;	/* only ever received */
	}
}

int gw_attr_put(struct gpuward *g, struct nlmsghdr *msg, size_t room, const struct gw_kind *kind,
		const void *in)
{
	const struct gw_head *head = in;
	unsigned int i;

	for (i = 1; i < kind->nr_fields; i++) {
		const struct gw_field *field = &kind->fields[i];

		if ((head->fields & GPUWARD_FIELD(i)) &&
		    !put_one(msg, room, (uint16_t)i, field, (const char *)in + field->offset))
			return gw_fail(g, -EMSGSIZE, "request too long");
	}
	return 0;
}

static int get_placed(const struct nlattr *nest, struct gpuward_accel_info *accel)
{
	struct gpuward_placed *placed;
	const struct nlattr *attr;

	if (accel->nr_placed == GPUWARD_MAX_PLACED)
		return 0;
	placed = &accel->placed[accel->nr_placed++];
	mnl_attr_for_each_nested(attr, nest) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type == GPUWARD_A_PLACED_MINOR) {
			if (mnl_attr_validate(attr, MNL_TYPE_U32))
				return -1;
			placed->minor = mnl_attr_get_u32(attr);
			continue;
		}
		if (type != GPUWARD_A_PLACED_BYTES && type != GPUWARD_A_PLACED_USED &&
		    type != GPUWARD_A_PLACED_PEAK)
			continue;
		if (mnl_attr_validate(attr, MNL_TYPE_U64))
			return -1;
		*(type == GPUWARD_A_PLACED_BYTES ? &placed->bytes :
		  type == GPUWARD_A_PLACED_USED ? &placed->used_bytes : &placed->peak_bytes) =
			mnl_attr_get_u64(attr);
	}
	return 0;
}

static int get_one(const struct nlattr *attr, const struct gw_field *field, char *entry)
{
	uint16_t len = mnl_attr_get_payload_len(attr);
	char *at = entry + field->offset;
	const uint32_t one = 1;

	switch (field->type) {
	case GW_U32:
	case GW_U64:
	case GW_BYTES:
		if (len != field->size)
			return -1;
		memcpy(at, mnl_attr_get_payload(attr), len);
		return 0;
	case GW_TEXT:
		gw_copy_text(at, field->size, mnl_attr_get_payload(attr), len);
		return 0;
	case GW_FLAG:
		memcpy(at, &one, sizeof(one));
		return 0;
	case GW_PLACED:
		return get_placed(attr, (void *)entry);
	default:
		return 0;
	}
}

int gw_attr_get(struct gpuward *g, const struct nlmsghdr *msg, const struct gw_kind *kind,
		struct gw_head *entry)
{
	const struct nlattr *attr;

	if (mnl_nlmsg_get_payload_len(msg) < sizeof(struct genlmsghdr))
		return gw_fail(g, -EBADMSG, "malformed answer");
	mnl_attr_for_each(attr, msg, sizeof(struct genlmsghdr)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type >= kind->nr_fields || !kind->fields[type].type)
			continue;	/* newer than this library */
		if (get_one(attr, &kind->fields[type], (char *)entry))
			return gw_fail(g, -EBADMSG, "malformed answer: attribute %u", type);
		entry->fields |= GPUWARD_FIELD(type);
	}
	return 0;
}
