#!/bin/bash
#
# A lock that this host saw holds until a release is seen: over a restart of
# tenured, with a server that was restored from a backup of before the lock,
# and with a file of locks that is damaged. Needs daemon_ask (make check TESTS=).

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
[ -x "$ask" ] || {
	echo 'tests/integration/daemon_ask: not built (make check TESTS=)'
	exit 77
}
check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
check 'this machine sees no process outside' contained || exit 1
echo 'fleet_hosts = 1' >>/etc/tenure/host.conf
locks=/var/lib/tenure/kept/locks
login='authenticate service=sshd rhost=192.0.2.1 user=wang'
printf 'First-9x-gleam\ntr0ut-Gleam-barge-84\n' >/run/change

start_tenured
check 'the directory is read' wait_for 10 is_ready
check 'wang changes the initial password' \
	answers 'result ok' "$ask" change service=passwd user=wang </run/change
check 'wang is let in by key' wait_for 3 allowed wang
check 'what is kept is root'\''s alone' eval \
	'[ "$(stat -c "%U %a" /var/lib/tenure/kept)" = "root 700" ]'
check 'also from net' eval \
	'! setpriv --reuid tenure --clear-groups ls /var/lib/tenure/kept'

# --- the backup, the lock, the restart, the restored server ------------------
end_tenured
lab-service stop slapd
check 'a backup is made' back_up /root/before.ldif
check 'the test may be the security role' server_add_root
lab-service start slapd
start_tenured
wait_for 10 is_connected
as 2000011 sleep 1000 2>/dev/null &
session=$!
gone()
{
	! kill -0 "$1" 2>/dev/null
}
lock one leak wang
check 'a lock ends the session (UM-15.1)' wait_for 2 gone "$session"
check 'and is kept' wait_for 2 grep -q one "$locks"
check_same 'root 600' "$(stat -c '%U %a' "$locks")" 'in a file of root'\''s own'
end_tenured
lab-service stop slapd
check 'the server is restored from before the lock' restore /root/before.ldif
check_output=$(grep -c 'cn: one' <(slapcat -F /etc/ldap/slapd.d -b "$base"))
check_says 0 'and has the lock no more'
start_tenured
check 'without the directory the lock holds after a restart' denied wang
lab-service start slapd
connected_again()
{
	[ "$(grep -c 'the directory has been read' "$tenured_log")" -gt "$1" ]
}
read_before=$(grep -c 'the directory has been read' "$tenured_log")
check 'the restored server is read whole (result 53)' \
	wait_for 20 connected_again "$read_before"
check 'who was locked is still denied' denied wang
check_output=$(echo tr0ut-Gleam-barge-84 | "$ask" $login)
check_says 'result denied' 'by password too, which the server would take'
as 2000011 sleep 1000 2>/dev/null &
session=$!
check 'a session that came meanwhile is ended' wait_for 40 gone "$session"
kill "$session" 2>/dev/null
check_output=$(getent -s tenure passwd wang)
check_says nologin 'NSS says so'
check 'nobody else is denied' allowed li

# --- once more without a whole read: the lock is not forgotten by then --------
end_tenured
start_tenured
check 'and after one more restart' eval 'wait_for 10 is_connected && denied wang'

# --- a release opens ---------------------------------------------------------
server_as nobody add <<END >/dev/null
dn: cn=one-released,ou=locks,$base
objectClass: tenureRelease
cn: one-released
tenureLockRef: one
tenureReleasedTime: 20260102000000Z
description: a test
END
# What the enforcer put back, in the restored server too, goes as `tenure
# release` has it go.
server_as nobody modify <<END >/dev/null
dn: uid=wang,ou=people,$base
changetype: modify
replace: tenureStatus
tenureStatus: active
-
replace: pwdEndTime
-
replace: pwdAccountLockedTime
END
check 'a release that is seen opens' wait_for 2 allowed wang
check 'and the lock is kept no more' wait_for 2 eval '! grep -q one "$locks"'
end_tenured
start_tenured
check 'not after a restart either' eval 'wait_for 10 is_ready && allowed wang'

# --- a file that is damaged --------------------------------------------------
lock two suspension li
check 'another lock is kept' wait_for 2 grep -q two "$locks"
end_tenured
cp -p "$locks" /root/locks
printf X | dd of="$locks" bs=1 seek=60 conv=notrunc 2>/dev/null
start_tenured
check 'the directory is read all the same' wait_for 10 is_connected
check_output=$("$ask" account service=sshd way=1 user=wang)
check_says 'result unavailable' \
	'with a damaged file of locks nobody is let in (fail closed)'
check_output=$(echo tr0ut-Gleam-barge-84 | "$ask" $login)
check_says 'result unavailable' 'by password neither'
check 'names are served' served wang
check 'the log says so, and where to read the way out' \
	grep -q 'kept/locks: .*nobody is let in; see tenured(8)' "$tenured_log"
check_same true "$(status_of locks_lost)" 'the status, too'
lock three suspension li
wait_for 2 eval '[ "$(status_of cookie)" != "" ]'
check 'the damaged file is left for who looks into it' \
	eval '! cmp -s "$locks" /root/locks && grep -q two "$locks"'
end_tenured
truncate -s 100 "$locks"
start_tenured
wait_for 10 is_connected
check_output=$("$ask" account service=sshd way=1 user=wang)
check_says 'result unavailable' 'a file that was cut is no better'
end_tenured
rm "$locks"
start_tenured
check 'root takes it away, and the directory'\''s own locks count' \
	eval 'wait_for 10 is_ready && wait_for 5 allowed wang && denied li'
check 'and are kept again' wait_for 3 grep -q three "$locks"
check_done
