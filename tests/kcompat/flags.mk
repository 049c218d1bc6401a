# SPDX-License-Identifier: GPL-2.0-only
# How pure files are compiled in user space: the same for unit, explore and fuzz.

top := $(dir $(lastword $(MAKEFILE_LIST)))../..
core := $(top)/kmod/core
nv := $(top)/kmod/nv
together := $(top)/tests/kcompat/together

MAKEFLAGS += --no-print-directory
WARN := -std=gnu11 -Wall -Wextra -Werror -Wshadow -Wno-missing-field-initializers
INCLUDE := -I$(top)/tests/kcompat -I$(top)/kmod
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
HEADERS := $(wildcard $(core)/*.h $(nv)/*/*.h $(top)/tests/kcompat/linux/*.h \
	$(top)/tests/unit/*.h $(top)/tests/explore/*.h $(top)/tests/vectors/*.h)
PURE := $(wildcard $(core)/*.c $(nv)/decode/*.c) \
	$(nv)/object/rmtree.c $(nv)/uvm/managed_count.c
