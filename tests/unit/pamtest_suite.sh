#!/bin/sh
# Runs pamtest_suite with pam_wrapper before libpam: service files of the test's
# own, without root.
set -u
: "${top_builddir:=.}"
suite=$top_builddir/tests/unit/pamtest_suite
module=$(cd "$top_builddir" && pwd)/.libs/pam_tenure_testable.so

[ -x "$suite" ] || {
	echo 'pamtest_suite: not built: libpamtest is missing'
	exit 77
}
# A sanitizer's library would have to come before the wrapper.
if readelf -d "$module" | grep -q 'NEEDED.*lib[au][sb]san'; then
	echo 'built with sanitizers'
	exit 77
fi
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/services"
printf 'localuser:x:1000:1000::/home/localuser:/bin/sh\n' >"$scratch/passwd"
for service in tenure sshd sudo cron down other; do
	for phase in auth account password session; do
		socket=socket
		[ "$service" != down ] || socket=nobody
		echo "$phase required $module nodelay timeout=3" \
			"passwd=$scratch/passwd socket=$scratch/$socket" \
			"accounts=$scratch/accounts"
	done >"$scratch/services/$service"
done
env LD_PRELOAD=libpam_wrapper.so PAM_WRAPPER=1 \
	PAM_WRAPPER_SERVICE_DIR="$scratch/services" \
	"$suite" "$scratch/socket" >"$scratch/said" 2>"$scratch/complaints"
status=$?
cat "$scratch/said"
[ "$status" = 0 ] || cat "$scratch/complaints"
[ "$(grep -c '^ok - ' "$scratch/said")" -ge 14 ] || status=1
exit "$status"
