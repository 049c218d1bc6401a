# SPDX-License-Identifier: GPL-2.0-only
# Commands. Objects and flags of the module are in Kbuild.
#
#   make                 module, library, tools        KDIR=  kernel to build for
#   make install         tools, headers, manuals       DESTDIR= PREFIX=
#   make modules_install the module                    DESTDIR=
#   make cuda            user/sample, a CUDA program   CUDA_HOME=
#   make demo            a guest tells the story in a minute
#   make check           everything but the slow lanes; ends with the totals
#   make check-nvidia check-debug check-kernels bench  the slow lanes
#   make bench-instructions  what calls cost, counted; see tests/bench/README.md

PREFIX ?= /usr/local
DESTDIR ?=
PKG_CONFIG ?= pkg-config

ifneq ($(KERNELRELEASE),)
KDIR ?= /lib/modules/$(KERNELRELEASE)/build
endif
# The running kernel's headers, else the newest installed ones.
KDIR ?= $(firstword $(wildcard /lib/modules/$(shell uname -r)/build) \
	$(shell ls -d /lib/modules/*/build 2>/dev/null | sort -rV))

# Type information needs the kernel's own, which headers packages leave out.
NO_BTF = $(if $(wildcard $(KDIR)/vmlinux),,CONFIG_DEBUG_INFO_BTF_MODULES=)
NO_KEY = $(if $(wildcard $(KDIR)/certs/signing_key.pem),,CONFIG_MODULE_SIG_ALL=)
KBUILD_ARGS = $(NO_BTF) $(if $(W),W=$(W)) $(if $(C),C=$(C)) $(if $(V),V=$(V))
KMAKE = $(MAKE) $(if $(V),,-s) -C "$(KDIR)" M="$(CURDIR)" $(KBUILD_ARGS)
ROOM = $(MAKE) $(if $(V),,-s) -C

export PREFIX DESTDIR PKG_CONFIG

all: modules tools

kdir:
	@test -e "$(KDIR)/Makefile" || { \
		echo "no kernel headers in \"$(KDIR)\": install linux-headers-$$(uname -r)" \
			"(or run scripts/deps build), or name them with KDIR=" >&2; \
		exit 1; }

modules: kdir
	@+$(KMAKE) modules

# Headers packages have neither a signing key nor a System.map: without the
# latter kbuild leaves depmod to us, which only makes sense on the live system.
modules_install: kdir
	@+$(KMAKE) modules_install $(NO_KEY) \
		$(if $(DESTDIR),INSTALL_MOD_PATH="$(DESTDIR)")
	@$(if $(DESTDIR),:,depmod -a "$$(cat "$(KDIR)/include/config/kernel.release")")

tools:
	@+$(ROOM) user

install: tools
	@+$(ROOM) user install

cuda:
	@+$(ROOM) user/sample

demo:
	@scripts/deps build vm
	@tests/qemu/demo

check:
	@scripts/deps build vm check
	@tests/qemu/suite $(if $(BUDGET),-b $(BUDGET)) \
		build static unit tools gpu selftest e2e $(EXTRA)

check-nvidia check-debug check-kernels:
	@scripts/deps build vm check
	@tests/qemu/suite $(patsubst check-%,%,$@)

bench:
	@scripts/deps build vm
	@tests/qemu/suite bench

bench-instructions:
	@scripts/deps build vm
	@tests/bench/instructions

clean:
	@if [ -e "$(KDIR)/Makefile" ]; then $(KMAKE) clean; fi
	@for room in user user/sample tests/nvclient tests/unit tests/exhaustive tests/fuzz; do \
		if [ -f $$room/Makefile ]; then $(ROOM) $$room clean; fi; \
	done
	@rm -rf build tests/gpu/build

.PHONY: all kdir modules modules_install tools install cuda demo check \
	check-nvidia check-debug check-kernels bench bench-instructions clean
