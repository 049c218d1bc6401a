/* SPDX-License-Identifier: GPL-2.0-only */
/* switch.h - the table of gpuward-switch-model. */
#ifndef GPUWARD_SWITCH_MODEL_H
#define GPUWARD_SWITCH_MODEL_H

#include "../common/tool.h"

extern const struct command switch_command;

#endif /* GPUWARD_SWITCH_MODEL_H */
