// SPDX-License-Identifier: GPL-2.0-only
/*
 * The count of managed memory behind one file. Owns the arithmetic. Must not know who charges, nor
 * where a mapping lies.
 */
#include "nv/uvm/managed_count.h"

#include <linux/errno.h>

int gw_managed_map(struct gw_managed *m, u64 bytes)
{
	if (m->bytes + bytes < m->bytes)
		return -EOVERFLOW;
	m->bytes += bytes;
	return 0;
}

static u64 take(struct gw_managed *m, u64 bytes)
{
	m->bytes -= bytes;
	return m->is_charged ? bytes : 0;
}

u64 gw_managed_unmap(struct gw_managed *m, u64 bytes, bool is_kept)
{
	u64 mapped = m->bytes - m->zombies;

	if (bytes > mapped)
		bytes = mapped;
	if (!is_kept)
		return take(m, bytes);
	m->zombies += bytes;
	return 0;
}

u64 gw_managed_clean_up(struct gw_managed *m, u64 bytes)
{
	if (bytes > m->zombies)
		bytes = m->zombies;
	m->zombies -= bytes;
	return take(m, bytes);
}

u64 gw_managed_register(struct gw_managed *m)
{
	m->nr_gpus++;
	return m->is_charged ? 0 : m->bytes;
}

void gw_managed_charged(struct gw_managed *m)
{
	m->is_charged = true;
}

u64 gw_managed_unregister(struct gw_managed *m)
{
	if (m->nr_gpus && --m->nr_gpus)
		return 0;
	if (!m->is_charged)
		return 0;
	m->is_charged = false;
	return m->bytes;
}

u64 gw_managed_close(struct gw_managed *m)
{
	u64 bytes = m->is_charged ? m->bytes : 0;

	*m = (struct gw_managed){ };
	return bytes;
}

bool gw_managed_sane(const struct gw_managed *m)
{
	return m->zombies <= m->bytes && (m->nr_gpus || !m->is_charged);
}
