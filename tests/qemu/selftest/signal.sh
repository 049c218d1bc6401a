#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Dies by a signal.
echo "ok 1 - first"
kill -SEGV $$
