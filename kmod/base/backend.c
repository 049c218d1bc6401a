// SPDX-License-Identifier: GPL-2.0-only
/* The one backend, registered by main.c. */
#include "base/backend.h"

const struct gw_backend *gw_backend;
