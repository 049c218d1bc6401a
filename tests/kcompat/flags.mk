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
	$(top)/tests/unit/*.h $(top)/tests/exhaustive/*.h $(top)/tests/vectors/*.h)
PURE := $(wildcard $(core)/*.c $(nv)/decode/*.c) \
	$(nv)/object/rmtree.c $(nv)/uvm/managed_count.c

# Word sizes that this machine can run; the other is skipped, and counted, by skip_32.
RUNS_32 := $(shell d=$$(mktemp -d); echo 'int main(void) { return 0; }' | \
	$(CC) -m32 -x c -o $$d/a - 2>/dev/null && $$d/a 2>/dev/null && echo yes; rm -rf $$d)
BITS := 64 $(if $(RUNS_32),32)
define skip_32
$(if $(RUNS_32),:,for t in $(TESTS); do echo "ok - 32 bit: $$t # SKIP this machine runs no programs of 32 bit"; done)
endef
