// SPDX-License-Identifier: GPL-2.0-only
/* usage.c - accounting: records and sums. */
#include "nl.h"

#define F(attr, how, member) [GPUWARD_A_USAGE_##attr] = GW_FIELD(gpuward_usage_info, how, member)
static const struct gw_field usage_fields[] = {
	F(SEQ, GW_U64, seq),		F(JOB, GW_U64, job),
	F(VM_ID, GW_U32, vm_id),	F(VM, GW_TEXT, vm),
	F(ACCEL, GW_U32, accel),	F(MODEL, GW_TEXT, model),
	F(NR_GPUS, GW_U32, nr_gpus),	F(MINORS, GW_BYTES, minors),
	F(BEGIN_NS, GW_U64, begin_ns),	F(END_NS, GW_U64, end_ns),
	F(WAIT_NS, GW_U64, wait_ns),	F(HELD_NS, GW_U64, held_ns),
	F(GPU_NS, GW_BYTES, gpu_ns),	F(BYTE_NS, GW_BYTES, byte_ns),
	F(PEAK, GW_U64, peak_bytes),	F(NR_DENIALS, GW_U64, nr_denials),
	F(NR_JOBS, GW_U64, nr_jobs),	F(FIRST, GW_U64, first),
	F(NEXT, GW_U64, next_seq),	F(NR_LOST, GW_U64, nr_lost),
	F(NR_EVICTIONS, GW_U64, nr_evictions),
	F(EVICT_NS, GW_U64, evict_ns),	F(EVICT_VM_ID, GW_U32, evict_vm_id),
	F(MEMORY, GW_U64, model_bytes),	F(PART, GW_U32, part),
	F(END, GW_U32, end),		F(PEAKS, GW_BYTES, peaks),
	F(BYTES_NS, GW_BYTES, bytes_ns),
};
#undef F

static const struct gw_kind usage_kind = {
	.fields = usage_fields,
	.nr_fields = sizeof(usage_fields) / sizeof(*usage_fields),
	.size = sizeof(struct gpuward_usage_info),
};

int gpuward_usage(struct gpuward *g, uint64_t since, struct gpuward_usage_info **out)
{
	const struct gpuward_usage_info key = {
		.fields = GPUWARD_FIELD(GPUWARD_A_USAGE_SEQ), .seq = since,
	};

	return gw_nl_dump(g, GPUWARD_CMD_USAGE_GET, &usage_kind, &key, out);
}

int gpuward_usage_state(struct gpuward *g, struct gpuward_usage_info **out)
{
	return gw_nl_do(g, GPUWARD_CMD_USAGE_GET, &usage_kind, NULL, out);
}

int gpuward_usage_ack(struct gpuward *g, uint64_t seq)
{
	const struct gpuward_usage_info key = {
		.fields = GPUWARD_FIELD(GPUWARD_A_USAGE_SEQ), .seq = seq,
	};

	return gw_nl_do(g, GPUWARD_CMD_USAGE_ACK, &usage_kind, &key, NULL);
}

int gpuward_usage_totals(struct gpuward *g, struct gpuward_usage_info **out)
{
	return gw_nl_dump(g, GPUWARD_CMD_TOTAL_GET, &usage_kind, NULL, out);
}
