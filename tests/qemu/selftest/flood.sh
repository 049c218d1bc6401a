#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Many lines, at once and in halves: not one may be lost.
i=0
while [ $i -lt 3000 ]; do
	i=$((i + 1))
	echo "ok $i - line $i of the flood, which is as long as a line usually is"
done
while [ $i -lt 3004 ]; do
	i=$((i + 1))
	printf 'ok %d - half' $i
	sleep 1.3
	echo " and half"
done
echo "1..$i"
