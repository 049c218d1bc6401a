/* SPDX-License-Identifier: GPL-2.0-only */
/* json.h - every struct of the library as JSON. The keys are stable and carry their units. */
#ifndef GPUWARD_JSON_H
#define GPUWARD_JSON_H

#include <gpuward/libgpuward.h>
#include <json-c/json.h>

/* A string member; bytes that are no UTF-8 become U+FFFD. */
void json_text(struct json_object *to, const char *key, const char *text);
void json_u64(struct json_object *to, const char *key, uint64_t value);
void json_s32(struct json_object *to, const char *key, int32_t value);
void json_flag(struct json_object *to, const char *key, int value);
void json_null(struct json_object *to, const char *key);
void json_u64_or_null(struct json_object *to, const char *key, int has, uint64_t value);

/* Was this attribute sent? */
#define WAS_SENT(info, attr) ((info)->fields & GPUWARD_FIELD(attr))

/* What every document begins with: "module": {version, driver, state, audit}, or null. */
struct json_object *json_document(const struct gpuward *g);

/* Print a document and free it. Returns 0, or -1 when it could not be made. */
int json_print(struct json_object *document);

/* The same in one line. */
int json_print_line(struct json_object *document);

struct json_object *json_status(const struct gpuward_status_info *status,
				const struct gpuward_setting_info *setting);
struct json_object *json_setting(const struct gpuward_setting_info *setting);
struct json_object *json_gpu(const struct gpuward_gpu_info *gpu);
struct json_object *json_model(const struct gpuward_model_info *model);
struct json_object *json_vm(const struct gpuward_vm_info *vm);
/* A group with what is in it, from all @members. */
struct json_object *json_group(const struct gpuward_group_info *group,
			       const struct gpuward_member_info *members);
struct json_object *json_binding(const struct gpuward_binding_info *binding);
struct json_object *json_accel(const struct gpuward_accel_info *accel);
struct json_object *json_job(const struct gpuward_job_info *job);
struct json_object *json_explain(const struct gpuward_explain_info *explain);
struct json_object *json_explain_gpu(const struct gpuward_explain_info *gpu);
struct json_object *json_holder(const struct gpuward_holder_info *holder);
struct json_object *json_event(const struct gpuward_event_info *event);

/* A list of the library as an array: each entry passes through @make. */
#define json_list(to, key, list, make)						\
	do {									\
		struct json_object *array_ = json_object_new_array();		\
		__typeof__((list) + 0) entry_;				\
										\
		for (entry_ = (list); entry_; entry_ = entry_->next)		\
			json_object_array_add(array_, make(entry_));		\
		json_object_object_add(to, key, array_);			\
	} while (0)

#endif /* GPUWARD_JSON_H */
