#!/bin/sh
# The NSS module is loaded into every process: it exports glibc's names and no
# others, needs libc and no more, stays loaded, and has nothing per thread.
set -u
cd "$top_builddir" || exit 99
module=.libs/libnss_tenure.so.2
test -e "$module" || { echo "$module is not built"; exit 99; }
failed=0

# say WHAT WANTED GOT
say() {
	if test "$2" = "$3"; then
		echo "ok: $1"
	else
		echo "FAILED: $1"
		echo "  wanted: $2"
		echo "  got:    $3"
		failed=1
	fi
}

exports=$(nm -D --defined-only "$module" | awk '{ print $3 }' | sort | xargs)
say 'exports' "_nss_tenure_endgrent _nss_tenure_endpwent \
_nss_tenure_getgrent_r _nss_tenure_getgrgid_r _nss_tenure_getgrnam_r \
_nss_tenure_getpwent_r _nss_tenure_getpwnam_r _nss_tenure_getpwuid_r \
_nss_tenure_initgroups_dyn _nss_tenure_setgrent _nss_tenure_setpwent" \
	"$exports"

dynamic=$(readelf -dW "$module")
say 'name' libnss_tenure.so.2 \
	"$(echo "$dynamic" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')"
if echo "$dynamic" | grep -q 'libasan\|libubsan'; then
	echo 'skipped: what it needs (built with a sanitizer)'
else
	say 'needs' libc.so.6 \
		"$(echo "$dynamic" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')"
	say 'no storage per thread' '' "$(readelf -lW "$module" | grep TLS)"
	# What could lock, allocate per lookup, keep state per thread, read
	# the environment or talk to anybody.
	say 'asks libc for nothing that is forbidden' '' \
		"$(nm -D --undefined-only "$module" | awk '{ print $2 }' |
			grep -E '^(pthread_|malloc|calloc|free|getenv|secure_|socket|connect|fopen|syslog|printf|fprintf|abort|exit|signal|sigaction)' |
			xargs)"
	say 'every symbol is bound when it is loaded' 'BIND_NOW' \
		"$(echo "$dynamic" | grep -o BIND_NOW | head -n 1)"
fi
say 'stays loaded' NODELETE \
	"$(echo "$dynamic" | grep -o NODELETE | head -n 1)"
say 'no text relocations' '' "$(echo "$dynamic" | grep TEXTREL)"
say 'nothing of the test build is in it' '' \
	"$(strings "$module" | grep TENURE_TEST)"
exit $failed
