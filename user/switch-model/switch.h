/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * switch.h - gpuward-switch-model.
 * Owns the name of its table; tests compare manual and completion with it. Must not grow.
 */
#ifndef GPUWARD_SWITCH_MODEL_H
#define GPUWARD_SWITCH_MODEL_H

#include "../common/tool.h"

extern const struct command switch_command;

#endif /* GPUWARD_SWITCH_MODEL_H */
