#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The guest dies.
echo "ok 1 - before"
echo c >/proc/sysrq-trigger
