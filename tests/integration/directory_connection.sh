#!/bin/sh
# lib/directory against a real slapd: connecting, binds, passwords, searches,
# writes, the watch. In a network and process namespace of its own: nothing is
# heard outside, and nothing outlives it. Skipped without root or slapd.
set -eu
if [ "$(id -u)" != 0 ] || [ ! -x /usr/sbin/slapd ]; then
	echo "needs root and slapd"
	exit 77
fi
here=$(cd "$(dirname "$0")" && pwd)
top_srcdir=${top_srcdir:-$here/../..}
if [ -z "${TN_INSIDE-}" ]; then
	exec env TN_INSIDE=1 unshare -n -p -f --mount-proc --kill-child \
		sh "$0"
fi
ip link set lo up
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
probe=$top_builddir/tests/integration/directory_probe
modules=$top_builddir/.libs
"$probe" certificates "$folder"

# Modules built with sanitizers do not load into a slapd that is not: Debian's
# own then stand in, and what asks for ours is skipped.
if ldd "$modules/tenure_argon2id.so" | grep -q libasan; then
	modules=-
	TN_STOCK_MODULES=1
	export TN_STOCK_MODULES
fi
sh "$here/lib/directory_slapd.sh" "$folder" "$modules" \
	"$top_srcdir/ldif/tenure-schema.ldif"
# As tenured is started; a sanitizer has a heap of its own.
if [ "$modules" != - ]; then
	GLIBC_TUNABLES=glibc.malloc.perturb=165:glibc.malloc.tcache_count=0
	export GLIBC_TUNABLES
fi
timeout 120 "$probe" run "$folder"
