// SPDX-License-Identifier: GPL-2.0-only
/*
 * attr.c - attributes of a message to and from a struct, by table.
 * Owns the encoding of each type. Must not send or receive.
 */
#include "attr.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

static int put_one(struct nl_msg *msg, int type, const struct gw_field *field, const char *at)
{
	switch (field->type) {
	case GW_U32:
	case GW_U64:
	case GW_BYTES:
		return nla_put(msg, type, field->size, at);
	case GW_TEXT:
		return nla_put(msg, type, (int)strnlen(at, field->size - 1) + 1, at);
	case GW_FLAG:
		return nla_put_flag(msg, type);
	default:
		return 0;	/* only ever received */
	}
}

int gw_attr_put(struct gpuward *g, struct nl_msg *msg, const struct gw_kind *kind, const void *in)
{
	const struct gw_head *head = in;
	unsigned int i;

	for (i = 1; i < kind->nr_fields; i++) {
		const struct gw_field *field = &kind->fields[i];

		if ((head->fields & GPUWARD_FIELD(i)) &&
		    put_one(msg, (int)i, field, (const char *)in + field->offset) < 0)
			return gw_fail(g, -EMSGSIZE, "request too long");
	}
	return 0;
}

static int get_placed(struct nlattr *nest, struct gpuward_accel_info *accel)
{
	static const struct nla_policy policy[] = {
		[GPUWARD_A_PLACED_MINOR] = { .type = NLA_U32, .maxlen = sizeof(uint32_t) },
		[GPUWARD_A_PLACED_BYTES] = { .type = NLA_U64, .maxlen = sizeof(uint64_t) },
		[GPUWARD_A_PLACED_USED] = { .type = NLA_U64, .maxlen = sizeof(uint64_t) },
		[GPUWARD_A_PLACED_PEAK] = { .type = NLA_U64, .maxlen = sizeof(uint64_t) },
	};
	enum { LAST = sizeof(policy) / sizeof(*policy) - 1 };
	struct nlattr *attr[LAST + 1];
	struct gpuward_placed *placed;

	if (accel->nr_placed == GPUWARD_MAX_PLACED)
		return 0;
	if (nla_parse_nested(attr, LAST, nest, policy) < 0)
		return -1;
	placed = &accel->placed[accel->nr_placed++];
	if (attr[GPUWARD_A_PLACED_MINOR])
		placed->minor = nla_get_u32(attr[GPUWARD_A_PLACED_MINOR]);
	/* libnl takes absence for 0 here */
	placed->bytes = nla_get_u64(attr[GPUWARD_A_PLACED_BYTES]);
	placed->used_bytes = nla_get_u64(attr[GPUWARD_A_PLACED_USED]);
	placed->peak_bytes = nla_get_u64(attr[GPUWARD_A_PLACED_PEAK]);
	return 0;
}

static int get_one(struct nlattr *attr, const struct gw_field *field, char *entry)
{
	int len = nla_len(attr);
	char *at = entry + field->offset;
	const uint32_t one = 1;

	switch (field->type) {
	case GW_U32:
	case GW_U64:
	case GW_BYTES:
		if (len != field->size)
			return -1;
		memcpy(at, nla_data(attr), field->size);
		return 0;
	case GW_TEXT:
		gw_copy_text(at, field->size, nla_data(attr), (size_t)len);
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
	struct nlattr *attr;
	int left;

	if (!genlmsg_valid_hdr((struct nlmsghdr *)msg, 0))
		return gw_fail(g, -EBADMSG, "malformed answer");
	nlmsg_for_each_attr(attr, msg, GENL_HDRLEN, left) {
		unsigned int type = (unsigned int)nla_type(attr);

		if (type >= kind->nr_fields || !kind->fields[type].type)
			continue;	/* newer than this library */
		if (get_one(attr, &kind->fields[type], (char *)entry))
			return gw_fail(g, -EBADMSG, "malformed answer: attribute %u", type);
		entry->fields |= GPUWARD_FIELD(type);
	}
	return 0;
}
