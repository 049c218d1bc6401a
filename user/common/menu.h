/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * menu.h - choosing from a list on a terminal or through a pipe, and what is in the way of a
 * choice.
 */
#ifndef GPUWARD_MENU_H
#define GPUWARD_MENU_H

#include "tool.h"

#define MENU_LINE_LEN 256

/*
 * Ask "Selection (@what, q, Q): ". Returns the word that was typed, in @line, or NULL when the
 * user leaves or the input ends.
 */
const char *menu_ask(const char *what, char line[MENU_LINE_LEN]);

/* Show the models with their numbers; returns how many there are. */
unsigned int menu_models(const struct gpuward_model_info *models);

/* A model by its name, or by its place in the list; a name wins. NULL: none. */
const struct gpuward_model_info *menu_find_model(const struct gpuward_model_info *models,
						 const char *choice);

/* Say which process is in the way; @then is the last line. Returns EXIT_BUSY. */
int menu_busy(struct tool *tool, const struct gpuward_job_info *job, const char *then);

#endif /* GPUWARD_MENU_H */
