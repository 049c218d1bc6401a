// SPDX-License-Identifier: GPL-2.0-only
#include "nvclient.h"
const struct verb verbs_uvm[] = { { NULL, NULL, NULL } };
