#!/bin/sh
#
# The PAM module as it is built: it exports its entry points alone, needs
# nothing but libc and libpam, stays loaded, and does not call what a guest in
# sshd must not. Exit 0 when all holds.

set -u
object=${top_builddir:-.}/.libs/pam_tenure.so
testable=${top_builddir:-.}/.libs/pam_tenure_testable.so
failed=0

fail()
{
	echo "$object: $*" >&2
	failed=1
}

[ -f "$object" ] || {
	echo "$object: not built" >&2
	exit 1
}

exported=$(nm -D --defined-only "$object" |
	awk '$2 != "A" { print $3 }' | sort | tr '\n' ' ')
wanted='pam_sm_acct_mgmt pam_sm_authenticate pam_sm_chauthtok '
wanted=$wanted'pam_sm_close_session pam_sm_open_session pam_sm_setcred '
[ "$exported" = "$wanted" ] || fail "exports $exported"

if readelf -d "$object" | grep -q 'NEEDED.*lib[au][sb]san'; then
	echo 'built with sanitizers: dependencies are not looked at'
else
	needed=$(readelf -d "$object" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
		sort | tr '\n' ' ')
	[ "$needed" = 'libc.so.6 libpam.so.0 ' ] || fail "needs $needed"
fi
readelf -d "$object" | grep -q 'NODELETE' || fail 'can be unloaded'
readelf -d "$object" | grep -q 'BIND_NOW' || fail 'is not bound at start'
readelf -l "$object" | grep -q 'GNU_RELRO' || fail 'has no relro'

# It may not print, exit, end or start anything, nor change what is the
# program's: locale, signals, environment, directory, umask.
for symbol in exit _exit abort fork vfork execve system popen printf puts \
	putchar setlocale signal sigaction sigprocmask pthread_sigmask \
	setenv putenv getenv chdir umask select dlopen alarm; do
	if nm -D --undefined-only "$object" |
		awk '{ sub("@.*", "", $2); print $2 }' |
		grep -qx "$symbol"; then
		fail "calls $symbol"
	fi
done

# The options of the build for tests must not be in the one that is installed.
strings -d "$object" | grep -qx nodelay && fail 'takes the options of tests'
if [ -f "$testable" ]; then
	strings -d "$testable" | grep -qx nodelay || fail 'the check for options is blind'
fi
exit "$failed"
