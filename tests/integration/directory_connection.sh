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
	exec env TN_INSIDE=1 unshare -n -p -f --kill-child sh "$0"
fi
ip link set lo up
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
probe=$top_builddir/tests/integration/directory_probe
"$probe" certificates "$folder"
sh "$here/directory_slapd.sh" "$folder" "$top_builddir/.libs" \
	"$top_srcdir/ldif/tenure-schema.ldif"
timeout 120 "$probe" run "$folder"
