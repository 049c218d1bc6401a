/* SPDX-License-Identifier: GPL-2.0-only */
/* list.h - a list of the library, as a table or as JSON. */
#ifndef GPUWARDCTL_LIST_H
#define GPUWARDCTL_LIST_H

#include "table.h"
#include "../common/json.h"
#include "../common/tool.h"

/*
 * Shows and frees @list; gives the exit code. @row adds the cells of one entry to a table, @make
 * makes its JSON object; both take the type of the entry.
 */
#define show_list(tool, key, list, headings, row, make)				\
({										\
	__typeof__(list) all_ = (list), one_;					\
	int failed_;								\
										\
	if ((tool)->is_json) {							\
		struct json_object *document_ = json_document((tool)->g);	\
										\
		json_list(document_, key, all_, make);				\
		failed_ = json_print(document_);				\
	} else {								\
		struct table *table_ = table_new(headings);			\
										\
		for (one_ = all_; one_; one_ = one_->next)			\
			row(table_, one_);					\
		failed_ = table_print(table_, (tool)->is_headless);			\
		table_free(table_);						\
	}									\
	gpuward_free(all_);							\
	failed_ ? tool_die(tool, EXIT_FAILED, "out of memory") : EXIT_DONE;	\
})

/* Contact the module for a verb that has --json, given or not. 0 or an exit code. */
static inline int open_for(struct tool *tool, const char *json)
{
	tool->is_json = !!json;
	return tool_open(tool);
}

/* The same for a verb that shows a list: its options are list_options. */
static inline int open_list(struct tool *tool, const struct args *args)
{
	tool->is_headless = !!args->option[1];
	return open_for(tool, args->option[0]);
}

#endif /* GPUWARDCTL_LIST_H */
