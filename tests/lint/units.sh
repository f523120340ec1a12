#!/bin/sh
# The systemd units as they are installed: systemd reads them without a
# complaint, and what a service may do stays under a bound (systemd-analyze
# security, in tenths of ten). A unit with a typing error is planted: it is
# found.
set -u
: "${top_builddir:=.}"
units=$top_builddir/packaging/systemd

# Where everything has to be shown a missing tool is a failed test.
command -v systemd-analyze >/dev/null || {
	echo 'systemd-analyze: not found'
	[ -z "${CI-}${TENURE_NO_SKIP-}" ] || exit 1
	exit 77
}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failed=0

# The programs are not installed here.
for unit in "$units"/*.service packaging/systemd/*.timer \
    "${top_srcdir:-.}"/packaging/systemd/*.timer; do
	[ -f "$unit" ] || continue
	sed 's:^\(ExecStart=\)[^ ]*:\1/bin/true:' "$unit" \
		>"$scratch/${unit##*/}"
done

# complaints UNIT: of systemd about it
complaints()
{
	systemd-analyze verify --man=no "$scratch/$1" 2>&1 | grep -F "$1"
}

# bound UNIT TENTHS
bound()
{
	[ -f "$scratch/$1" ] || {
		echo "$1 is missing"
		failed=1
		return
	}
	said=$(systemd-analyze security --offline=true --threshold="$2" \
		"$scratch/$1" 2>&1) || {
		echo "$said" | tail -n 1
		echo "$1 may do more than $2 tenths"
		failed=1
	}
}

for unit in tenured.service tenured-directory.service tenure-audit.service \
    tenure-audit.timer tenure-peer.service; do
	said=$(complaints "$unit") || continue
	echo "$said"
	failed=1
done
bound tenured.service 35
bound tenured-directory.service 10
bound tenure-audit.service 10
bound tenure-peer.service 20

sed 's/^ProtectSystem=.*/ProtectSystems=yes/' "$scratch/tenured.service" \
	>"$scratch/planted.service"
complaints planted.service >/dev/null || {
	echo 'the planted typing error was not found'
	failed=1
}
if systemd-analyze security --offline=true --threshold=10 \
    "$scratch/tenured.service" >/dev/null 2>&1; then
	echo 'no bound is kept'
	failed=1
fi
exit $failed
