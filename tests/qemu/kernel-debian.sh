# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Debian's own kernels, unpacked without being installed.
# Sourced by tests/qemu/kernel; writes only below the folder it is given.

# Runs apt for a suite: suite_apt SUITE COMMAND...
suite_apt() {
	local suite=$1

	shift
	if [[ $suite == system ]]; then
		"$@"
	else
		"$top/scripts/deps-suite" "$suite" main "$@"
	fi
}

# The packages a package depends on that match a pattern.
depends_of() {
	local suite=$1 package=$2 pattern=$3

	suite_apt "$suite" apt-cache depends --no-recommends --no-suggests \
		"$package" | sed -n 's/^ *|\?Depends: //p' | grep -E "$pattern" || true
}

# Unpacks image, headers and kbuild of the suite's newest kernel, and points
# the headers' Makefiles at where they now are.
debian_unpack() {
	local dir=$1 suite=$2 image headers release file
	local packages=()

	if [[ $suite == system ]]; then
		"$top/scripts/deps" build vm
		apt-cache show linux-image-amd64 >/dev/null 2>&1 ||
			apt-get -qq update
	fi
	image=$(depends_of "$suite" linux-image-amd64 '^linux-image-[0-9]' | head -n 1)
	[[ -n $image ]] || die "no linux-image-amd64 in $suite"
	release=${image#linux-image-}
	headers=linux-headers-$release
	mapfile -t packages < <(depends_of "$suite" "$headers" \
		'^linux-(headers|kbuild)-')
	packages+=("$image" "$headers")

	rm -rf "$dir/root" "$dir/deb"
	mkdir -p "$dir/root" "$dir/deb"
	(cd "$dir/deb" && suite_apt "$suite" apt-get -qq \
		-o APT::Sandbox::User=root download "${packages[@]}" >&2)
	for file in "$dir"/deb/*.deb; do
		dpkg-deb -x "$file" "$dir/root"
	done
	rm -rf "$dir/deb"
	sed -i "s,\([ =]\)/usr/src/,\1$dir/root/usr/src/,g" \
		"$dir/root/usr/src/$headers/Makefile"
	ln -sfn "root/usr/src/$headers" "$dir/kdir"
	ln -sfn "root/lib/modules/$release" "$dir/modules"
	ln -sfn "root/boot/vmlinuz-$release" "$dir/vmlinuz"
	echo "$release" >"$dir/release"
}

# A root folder with the suite's own tool chain, for kernels whose kbuild needs
# a newer libc and compiler than this system has. Modules build inside it (see
# in-chroot); the kernel to boot lies beside it.
debian_bootstrap() {
	local dir=$1 suite=$2 image release

	"$top/scripts/deps" vm 7.2
	rm -rf "$dir/root" "$dir/image" "$dir/deb"
	quietly "$dir/debootstrap.log" debootstrap --variant=minbase \
		--include=make,kmod,linux-headers-amd64 \
		"$suite" "$dir/root" "$("$top/scripts/deps-suite" -u)"
	rm -rf "$dir"/root/var/cache/apt/archives/*.deb "$dir"/root/var/lib/apt/lists/*
	release=$(cd "$dir/root/usr/src" && ls -d linux-headers-*-amd64)
	release=${release#linux-headers-}
	image=$(depends_of "$suite" linux-image-amd64 '^linux-image-[0-9]' | head -n 1)
	[[ $image == "linux-image-$release" ]] ||
		die "$suite has headers for $release, but $image"
	mkdir -p "$dir/deb" "$dir/image"
	debian_fetch_image "$dir" "$suite" "$image"
	ln -sfn root "$dir/chroot"
	ln -sfn "root/usr/src/linux-headers-$release" "$dir/kdir"
	ln -sfn "$(cd "$dir" && echo image/*/lib/modules/"$release")" "$dir/modules"
	ln -sfn "$(cd "$dir" && find image -name 'vmlinuz*' -type f | head -n 1)" \
		"$dir/vmlinuz"
	echo "$release" >"$dir/release"
}

# An image package and the parts newer releases split off it.
debian_fetch_image() {
	local dir=$1 suite=$2 image=$3 file
	local packages=()

	mapfile -t packages < <(depends_of "$suite" "$image" \
		"^linux-(binary|base|modules)-[0-9]")
	packages+=("$image")
	(cd "$dir/deb" && suite_apt "$suite" apt-get -qq \
		-o APT::Sandbox::User=root download "${packages[@]}" >&2)
	for file in "$dir"/deb/*.deb; do
		dpkg-deb -x "$file" "$dir/image"
	done
	rm -rf "$dir/deb"
}
