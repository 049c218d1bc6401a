// SPDX-License-Identifier: GPL-2.0-only
/* audit.c - the driver's books against the module's. */
#include "nl.h"

#define F(attr, how, member) [GPUWARD_A_AUDIT_##attr] = GW_FIELD(gpuward_audit_info, how, member)
static const struct gw_field audit_fields[] = {
	F(JOB, GW_U64, job),		F(VM_ID, GW_U32, vm_id),
	F(VM, GW_TEXT, vm),		F(ACCEL, GW_U32, accel),
	F(GPU, GW_U32, gpu),		F(NR_PROCESSES, GW_U32, nr_processes),
	F(CHARGED, GW_U64, charged_bytes),	F(REPORTED, GW_U64, reported_bytes),
	F(EXCESS, GW_U64, excess_bytes), F(ENDED, GW_FLAG, is_ended),
};
#undef F

static const struct gw_kind audit_kind = {
	.fields = audit_fields,
	.nr_fields = sizeof(audit_fields) / sizeof(*audit_fields),
	.size = sizeof(struct gpuward_audit_info),
};

int gpuward_audit(struct gpuward *g, struct gpuward_audit_info **out)
{
	return gw_nl_dump(g, GPUWARD_CMD_AUDIT_GET, &audit_kind, NULL, out);
}
