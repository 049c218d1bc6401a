# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel that looks for our mistakes, built from Debian's source package.
# Sourced by tests/qemu/kernel; its configuration is tests/qemu/debug.config.

debug_stamp() {
	sha256sum <"$vm_dir/debug.config" | cut -c 1-16
}

# Every line of the fragment must have survived configuring.
debug_check_config() {
	local config=$1 line lost=0

	while read -r line; do
		grep -qxF -- "$line" "$config" && continue
		# An option that does not exist at all is off, too.
		[[ $line == "# "*" is not set" ]] &&
			! grep -q "^${line:2:-11}=" "$config" && continue
		say "debug.config: no effect: $line"
		lost=1
	done < <(grep -E '^CONFIG_|^# CONFIG_.* is not set$' "$vm_dir/debug.config")
	return "$lost"
}

debug_build() {
	local dir=$1 src=$1/source obj=$1/build archive

	"$top/scripts/deps" build vm debug
	archive=/usr/src/linux-source-6.1.tar.xz
	if [[ $(cat "$src.stamp" 2>/dev/null) != "$(stat -c %Y "$archive")" ]]; then
		rm -rf "$src" "$obj"
		mkdir -p "$src" "$obj"
		tar -xf "$archive" -C "$src" --strip-components=1
		stat -c %Y "$archive" >"$src.stamp"
	fi
	quietly "$dir/config.log" make -C "$src" O="$obj" tinyconfig
	quietly "$dir/config.log" "$src/scripts/kconfig/merge_config.sh" -m \
		-O "$obj" "$obj/.config" "$vm_dir/debug.config"
	quietly "$dir/config.log" make -C "$src" O="$obj" olddefconfig
	debug_check_config "$obj/.config"
	say "building: some 8 minutes on two cores, log: $dir/build.log"
	quietly "$dir/build.log" nice make -C "$src" O="$obj" -j2 bzImage modules
	ln -sfn build "$dir/kdir"
	ln -sfn build/arch/x86/boot/bzImage "$dir/vmlinuz"
	cat "$obj/include/config/kernel.release" >"$dir/release"
}
