/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink by hand: a socket, messages and attributes as they lie in memory, with no library in
 * between that would refuse to make a wrong one.
 */
#ifndef RAWNL_H
#define RAWNL_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static inline int raw_socket_open(int protocol)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW, protocol);

	return fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof(any)) ? -1 : fd;
}

static inline int raw_socket_setsockopt(int fd, int option, const void *value, socklen_t len)
{
	return setsockopt(fd, SOL_NETLINK, option, value, len);
}

static inline ssize_t raw_socket_sendto(int fd, const void *buf, size_t len)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return sendto(fd, buf, len, 0, (struct sockaddr *)&kernel, sizeof(kernel));
}

/* --- messages ---------------------------------------------------------------------------- */

static inline void *raw_msg_get_payload(const struct nlmsghdr *nlh)
{
	return (char *)nlh + NLMSG_HDRLEN;
}

static inline size_t raw_msg_get_payload_len(const struct nlmsghdr *nlh)
{
	return nlh->nlmsg_len - NLMSG_HDRLEN;
}

static inline void *raw_msg_get_payload_tail(const struct nlmsghdr *nlh)
{
	return (char *)nlh + NLMSG_ALIGN(nlh->nlmsg_len);
}

static inline bool raw_msg_ok(const struct nlmsghdr *nlh, int len)
{
	return len >= NLMSG_HDRLEN && nlh->nlmsg_len >= NLMSG_HDRLEN &&
	       nlh->nlmsg_len <= (unsigned int)len;
}

static inline void *raw_msg_put_extra_header(struct nlmsghdr *nlh, size_t len)
{
	void *at = raw_msg_get_payload_tail(nlh);

	nlh->nlmsg_len += NLMSG_ALIGN(len);
	return memset(at, 0, NLMSG_ALIGN(len));
}

static inline struct nlmsghdr *raw_msg_put_header(void *buf)
{
	struct nlmsghdr *nlh = memset(buf, 0, NLMSG_HDRLEN);

	nlh->nlmsg_len = NLMSG_HDRLEN;
	return nlh;
}

/* --- attributes -------------------------------------------------------------------------- */

static inline uint16_t raw_attr_get_type(const struct nlattr *attr)
{
	return attr->nla_type & NLA_TYPE_MASK;
}

static inline void *raw_attr_get_payload(const struct nlattr *attr)
{
	return (char *)attr + NLA_HDRLEN;
}

static inline uint16_t raw_attr_get_payload_len(const struct nlattr *attr)
{
	return attr->nla_len - NLA_HDRLEN;
}

static inline const char *raw_attr_get_str(const struct nlattr *attr)
{
	return raw_attr_get_payload(attr);
}

static inline uint16_t raw_attr_get_u16(const struct nlattr *attr)
{
	return *(uint16_t *)raw_attr_get_payload(attr);
}

static inline uint32_t raw_attr_get_u32(const struct nlattr *attr)
{
	return *(uint32_t *)raw_attr_get_payload(attr);
}

static inline uint64_t raw_attr_get_u64(const struct nlattr *attr)
{
	uint64_t value;		/* attributes are aligned to 4 bytes */

	memcpy(&value, raw_attr_get_payload(attr), sizeof(value));
	return value;
}

static inline void raw_attr_put(struct nlmsghdr *nlh, uint16_t type, size_t len, const void *data)
{
	struct nlattr *attr = raw_msg_get_payload_tail(nlh);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(raw_attr_get_payload(attr), data, len);
	memset((char *)raw_attr_get_payload(attr) + len, 0, NLA_ALIGN(len) - len);
	nlh->nlmsg_len += NLA_HDRLEN + NLA_ALIGN(len);
}

static inline void raw_attr_put_u32(struct nlmsghdr *nlh, uint16_t type, uint32_t value)
{
	raw_attr_put(nlh, type, sizeof(value), &value);
}

static inline void raw_attr_put_u64(struct nlmsghdr *nlh, uint16_t type, uint64_t value)
{
	raw_attr_put(nlh, type, sizeof(value), &value);
}

static inline void raw_attr_put_strz(struct nlmsghdr *nlh, uint16_t type, const char *text)
{
	raw_attr_put(nlh, type, strlen(text) + 1, text);
}

static inline bool raw_attr_ok(const struct nlattr *attr, const char *end)
{
	return (const char *)attr + NLA_HDRLEN <= end && attr->nla_len >= NLA_HDRLEN &&
	       (const char *)attr + attr->nla_len <= end;
}

#define raw_attr_each(attr, first, end)								\
	for ((attr) = (const void *)(first); raw_attr_ok(attr, end);				\
	     (attr) = (const void *)((const char *)(attr) + NLA_ALIGN((attr)->nla_len)))
#define raw_attr_for_each(attr, nlh, skip)							\
	raw_attr_each(attr, (const char *)raw_msg_get_payload(nlh) + NLMSG_ALIGN(skip),		\
		      (const char *)(nlh) + (nlh)->nlmsg_len)
#define raw_attr_for_each_nested(attr, nest)							\
	raw_attr_each(attr, raw_attr_get_payload(nest), (const char *)(nest) + (nest)->nla_len)

#endif /* RAWNL_H */
