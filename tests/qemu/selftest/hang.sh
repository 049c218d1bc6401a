#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Never ends.
echo "ok 1 - first"
while :; do sleep 1; done
