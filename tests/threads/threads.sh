#!/bin/sh
# The concurrent parts under ThreadSanitizer: readers of the snapshot against
# its writer (tests/unit/race_snapshot.c), and net's threads (race_daemon.c).
# Both must be able to fail: a race that is planted is found first.
set -u
: "${top_srcdir:=.}" "${top_builddir:=./build}" "${JOBS:=$(nproc)}"
directory=$top_builddir/threads
libraries='ldap libsodium pwquality gnutls nettle icu-i18n icu-uc jansson libseccomp
	libcap-ng'
flags='-std=gnu11 -g -O1 -fsanitize=thread -pthread'
TSAN_OPTIONS='halt_on_error=1 exitcode=66'
export TSAN_OPTIONS

# compile NAME FLAGS SOURCE...: a program from its sources
compile()
{
	name=$1
	more=$2
	shift 2
	mkdir -p "$directory/$name" || exit 1
	rm -f "$directory/$name"/*.o
	# shellcheck disable=SC2086,SC2046 # the lists are split on purpose
	printf '%s\n' "$@" |
	    (cd "$directory/$name" && xargs -P "$JOBS" -n 8 gcc $flags $more \
		-I"$top_builddir" -I"$top_srcdir/lib" -I"$top_srcdir/daemon" \
		-DTENURE_SYSCONFDIR='"/etc/tenure"' \
		-DTENURE_STATEDIR='"/var/lib/tenure"' \
		-DTENURE_RUNDIR='"/run/tenured"' \
		$(pkg-config --cflags $libraries) -c) || exit 1
	# shellcheck disable=SC2086,SC2046
	gcc $flags -o "$directory/$name/$name" "$directory/$name"/*.o \
	    $(pkg-config --libs $libraries) -llber || exit 1
}

compile race_snapshot -DTN_SNAPSHOT_TESTABLE \
    "$top_srcdir/tests/unit/race_snapshot.c" \
    "$top_srcdir/tests/unit/snapshot_example.c" \
    "$top_srcdir"/lib/snapshot/*.c "$top_srcdir"/lib/base/*.c \
    "$top_srcdir"/lib/account/*.c
compile race_daemon '' "$top_srcdir/tests/threads/race_daemon.c" \
    $(ls "$top_srcdir"/daemon/*.c | grep -v '/tenured\.c$') \
    "$top_srcdir"/lib/*/*.c

if "$directory/race_daemon/race_daemon" --planted >"$directory/log" 2>&1 ||
    ! grep -q 'ThreadSanitizer: data race' "$directory/log"; then
	echo 'the race that was planted was not found'
	tail -n 20 "$directory/log"
	exit 1
fi
status=0
for name in race_snapshot race_daemon; do
	"$directory/$name/$name" >"$directory/log" 2>&1 || {
		echo "$name: exit status $?"
		tail -n 60 "$directory/log"
		status=1
	}
	grep -v '^ok' "$directory/log" | tail -n 2
done
exit $status
