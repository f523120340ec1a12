#!/bin/sh
# The module as glibc loads it: getent, id and ls, all unmodified. Needs no
# root: a build of the same sources that takes its folder from the environment.
set -u
cd "$top_builddir" || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
libs=$PWD/tests/testable/.libs
test -e "$libs/libnss_tenure.so.2" || exit 99
failed=0

# expect STATUS OUTPUT COMMAND...
expect() {
	wanted_status=$1 wanted=$2
	shift 2
	got=$(LD_LIBRARY_PATH=$libs TENURE_TEST_SNAPSHOT=$work/snapshot \
		LSAN_OPTIONS=detect_leaks=0 "$@" 2>&1)
	status=$?
	if test "$status" -ne "$wanted_status" || test "$got" != "$wanted"; then
		echo "FAILED: $*"
		echo "  wanted $wanted_status '$wanted'"
		echo "  got    $status '$got'"
		failed=1
	else
		echo "ok: $*"
	fi
}

# A sanitizer must be the first library of a program that is not built with it.
if ldd "$libs/libnss_tenure.so.2" | grep -q libasan; then
	echo "skipped: the module is built with a sanitizer"
	exit 77
fi

mkdir "$work/snapshot"
publish() {
	tests/unit/make_snapshot "$work/snapshot" "$1"
}

# Before there is a snapshot nothing is found, and nothing hangs.
expect 2 '' timeout 10 getent -s tenure passwd wang

publish 1 <<-'END' || exit 99
	user:wang:2000001:2000000:王小明:/home/wang:/bin/bash
	dead:li:2000002:2000000:李雷:/home/li:/usr/sbin/nologin
	group:staff:2000000:
	group:tunnel:1900001:wang,li
	group:bridge:1900002:wang
END
expect 0 'wang:*:2000001:2000000:王小明:/home/wang:/bin/bash' \
	getent -s tenure passwd wang
expect 0 'wang:*:2000001:2000000:王小明:/home/wang:/bin/bash' \
	getent -s tenure passwd 2000001
expect 0 'li:*:2000002:2000000:李雷:/home/li:/usr/sbin/nologin' \
	getent -s tenure passwd li
expect 0 'tunnel:*:1900001:wang,li' getent -s tenure group tunnel
expect 0 'tunnel:*:1900001:wang,li' getent -s tenure group 1900001
expect 0 'tenure-people:*:65533:' getent -s tenure group tenure-people
expect 0 'wang                  65533 1900001 1900002' \
	getent -s tenure initgroups wang
expect 2 '' getent -s tenure passwd nobody-of-that-name
expect 2 '' getent -s tenure passwd 4242424
expect 2 '' getent -s tenure group nobody-of-that-name
# Enumeration is off, and there is no shadow map.
expect 0 '' getent -s tenure passwd
expect 0 '' getent -s tenure group
expect 2 '' getent -s tenure shadow wang

# A group that needs more than glibc's first buffer of 1024 bytes.
{
	echo 'group:huge:1900003:' | tr -d '\n'
	seq -f 'm%05g' -s, 1 3000
	seq -f '%05g' 1 3000 |
		sed 's/.*/user:m&:30&:2000000:M:\/home\/m&:\/bin\/sh/'
} | publish 2 || exit 99
expect 0 "huge:*:1900003:$(seq -f 'm%05g' -s, 1 3000)" \
	getent -s tenure group huge

# Damaged, foreign: unavailable, and the next service is asked.
printf 'TENURESN but not really' >"$work/snapshot/new"
mv "$work/snapshot/new" "$work/snapshot/overlay"
expect 2 '' getent -s tenure passwd wang
expect 0 "$(getent passwd root)" getent -s 'tenure files' passwd root
exit $failed
