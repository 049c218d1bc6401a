/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest's kernel said: warnings, bugs, leaks.
 * Reads /dev/kmsg and debugfs; decides nothing about tests.
 */
#ifndef GPUWARD_VM_KLOG_H
#define GPUWARD_VM_KLOG_H

#define KLOG_LINE 400

/* Called once per finding, with its first line. */
typedef void (*klog_report)(const char *what, void *arg);

int klog_open(void);
/* Everything said since the last call; returns the number of findings. */
int klog_scan(klog_report report, void *arg);
/* 1: lockdep watches, 0: it has given up, -1: this kernel has none. */
int klog_lockdep(void);
/* Is there a leak detector in this kernel? */
int klog_has_kmemleak(void);
/*
 * Two scans, then the leaks whose allocation passed through a module. Takes
 * seconds: an object must rest for five before kmemleak speaks of it.
 */
int klog_leaks(klog_report report, void *arg);

#endif
