#!/bin/bash
#
# tenured when things go wrong: a process that is killed, clients that send
# nonsense, a directory that is down, stopped or comes back, a disk that is full.
# Needs the program daemon_ask (make check TESTS=).

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
[ -x "$ask" ] || {
	echo 'tests/integration/daemon_ask: not built (make check TESTS=)'
	exit 77
}
check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
login='authenticate service=sshd rhost=192.0.2.1 user=wang'

# --- the directory is down at the start --------------------------------------
lab-service stop slapd
start_tenured
check_output=$(echo First-9x-gleam | "$ask" $login)
check_says 'result unavailable' \
	'nothing is said before the directory has been read'
check_output=$("$ask" account service=sshd way=1 user=wang)
check_says 'result unavailable' 'not of keys either'
check 'it goes on waiting' kill -0 "$tenured_pid"
lab-service start slapd
check 'and serves when the directory comes' wait_for 40 served wang
check_output=$(echo First-9x-gleam | "$ask" $login)
check_says 'result ok' 'and checks passwords'

# --- it goes down and comes back ---------------------------------------------
generation()
{
	"$ask" status | sed -n 's/.*"generation":\([0-9]*\).*/\1/p'
}
before=$(generation)
lab-service stop slapd
check 'names do not need the directory' served wang
check_output=$("$ask" account service=sshd way=1 user=wang)
check_says 'result ok' 'key logins neither, for a while (row 5b)'
check_output=$(echo First-9x-gleam | "$ask" $login)
check_says 'result unavailable' 'passwords do, and the answer says so'
lab-service start slapd
check 'it connects again by itself' \
	wait_for 40 eval '"$ask" status | grep -q "\"connected\":true"'
check_same "$before" "$(generation)" 'and writes nothing that is the same'
ldap_add < <(person zhao 赵敏 E0003 2000013)
check 'and hears of changes' wait_for 2 served zhao

# --- it stands still ---------------------------------------------------------
slapd=$(cat /run/slapd/slapd.pid)
kill -STOP "$slapd"
check 'a server that was stopped is noticed within ten seconds' \
	wait_for 10 eval '"$ask" status | grep -q "\"connected\":false"'
took=$(date +%s%N)
check_output=$(echo First-9x-gleam | "$ask" $login)
took=$((($(date +%s%N) - took) / 1000000))
check_says 'result unavailable' 'a login then gets an answer'
check "within six seconds ($took ms)" test "$took" -lt 6000
# One that hangs again keeps no key login waiting behind passwords.
for i in $(seq 60); do
	echo x | "$ask" authenticate service=sshd rhost="203.0.113.$i" \
		user=li >/dev/null 2>&1 &
	asking="${asking-} $!"
done
passwords_wait()
{
	[ "$(ss -xH | grep -c 'run/tenured/socket')" -ge 30 ]
}
check 'sixty passwords wait for it' wait_for 3 passwords_wait
took=$(date +%s%N)
check_output=$("$ask" account service=sshd way=1 user=wang)
took=$((($(date +%s%N) - took) / 1000000))
check_says 'result ok' 'a key login does not wait with them'
check "and is answered within half a second ($took ms)" test "$took" -lt 500
kill -CONT "$slapd"
wait $asking
check 'and works when it goes on' \
	wait_for 40 eval 'echo First-9x-gleam | "$ask" $login | grep -q "result ok"'

# --- a name is served over a restart of both ---------------------------------
end_tenured
lab-service stop slapd
start_tenured
check 'after a restart names are there before the directory is' served wang
lab-service start slapd
check 'the directory is read' wait_for 40 is_ready

# --- clients that send nonsense ----------------------------------------------
check 'a flood of nonsense by an ordinary user is answered' \
	as 2000012 "$top_builddir/tests/integration/daemon_flood" 3000
check 'and changes nothing' \
	answers 'result ok' "$ask" account service=sshd way=1 user=li ||
	"$ask" account service=sshd way=1 user=li
as 2000012 "$top_builddir/tests/integration/daemon_flood" silent &
flood=$!
check 'clients that say nothing keep root waiting for nothing' \
	eval 'echo First-9x-gleam | timeout 3 "$ask" $login | grep -q "result ok"'
kill "$flood" 2>/dev/null
wait "$flood" 2>/dev/null

# --- a disk that is full -----------------------------------------------------
mount -t tmpfs -o size=512k,mode=755 full /mnt
end_tenured
mkdir -m 755 /mnt/snapshot
cp -a /var/lib/tenure/snapshot/. /mnt/snapshot
start_there()
{
	tenured --config /etc/tenure/host.conf --foreground --debug \
		--snapshot-dir /mnt/snapshot >>"$tenured_log" 2>&1 &
	tenured_pid=$!
}
# fill NAME: to the last byte
fill()
{
	dd if=/dev/zero of="/mnt/$1" bs=1k count=512 2>/dev/null
}
start_there
check 'a snapshot elsewhere is published' wait_for 10 is_ready
check 'and room for the next changes is set aside' wait_for 10 \
	test -s /mnt/snapshot/.overlay.spare.3
fill fill
before=$(generation)
lock full suspension li
denied_li()
{
	answers 'result denied' "$ask" account service=sshd way=1 user=li
}
check 'with a full disk a lock acts all the same' wait_for 2 denied_li
is_newer()
{
	[ "$(generation)" -gt "$before" ]
}
check 'and is published, from what was set aside' wait_for 5 is_newer
check 'and kept, too' wait_for 5 grep -aq full /mnt/kept/locks
lab-service stop slapd
end_tenured
start_there
check 'so that a restart on the full disk does not forget it' \
	wait_for 10 denied_li
lab-service start slapd
check 'the directory is read' wait_for 40 eval \
	'"$ask" status | grep -q "\"connected\":true"'
rm -f /mnt/snapshot/.overlay.spare.* /mnt/kept/.locks.spare.*
fill fill2
ldap_add < <(person sun 孙丽 E0005 2000015)
check 'when that is used up, too, it is logged' wait_for 10 \
	grep -q 'the last one stands' "$tenured_log"
lock more suspension wang
check 'and it is said which locks a restart would forget' wait_for 10 \
	grep -q 'open locks are not kept over a restart' "$tenured_log"
check 'and ends nothing' eval 'kill -0 "$tenured_pid" && is_ready'
rm /mnt/fill /mnt/fill2
check 'and tried again until there is room' wait_for 20 \
	grep -q 'published again' "$tenured_log"
check 'the locks are kept again too' wait_for 20 grep -aq more /mnt/kept/locks
check 'and room is set aside again' wait_for 10 \
	test -s /mnt/snapshot/.overlay.spare.3
end_tenured

# --- a disk that became read-only --------------------------------------------
mount -o remount,ro /mnt
: >"$tenured_log"
start_there
check 'on a disk that is read-only it starts' wait_for 20 is_ready
lock readonly suspension zhao
denied_zhao()
{
	answers 'result denied' "$ask" account service=sshd way=1 user=zhao
}
check 'and a lock acts from memory' wait_for 2 denied_zhao
check 'what cannot be published is logged' wait_for 10 \
	grep -q 'the last one stands' "$tenured_log"
check 'what cannot be kept, too' wait_for 10 \
	grep -q 'open locks are not kept over a restart' "$tenured_log"
mount -o remount,rw /mnt
check 'when it can be written again, all is published' wait_for 70 \
	grep -q 'published again' "$tenured_log"
check 'and kept' wait_for 20 grep -aq readonly /mnt/kept/locks

# It becomes so while the daemon runs: by path nothing can be written.
before=$(generation)
ldap_add < <(person qian 钱进 E0006 2000016)
check 'somebody is served' wait_for 10 eval '[ "$(generation)" -gt "$before" ]'
as 2000016 sleep 600 &
session=$!
wait_for 5 eval '[ "$(ps -o uid= -p "$session" | tr -d " ")" = 2000016 ]'
mount --bind /mnt /mnt && mount -o remount,ro,bind /mnt
check 'the disk is read-only by now' eval '! touch /mnt/x 2>/dev/null'
before=$(generation)
lock midway suspension qian
check 'a lock acts from memory' wait_for 2 answers 'result denied' \
	"$ask" account service=sshd way=1 user=qian
is_over()
{
	! kill -0 "$session" 2>/dev/null
}
check 'and ends the sessions, though no file says so' wait_for 3 is_over
check_same "$before" "$(generation)" 'nothing was published'
umount /mnt
check 'when it can be written again, that is published' \
	wait_for 70 eval '[ "$(generation)" -gt "$before" ]'
check 'and kept' wait_for 20 grep -aq midway /mnt/kept/locks
end_tenured
umount /mnt

# --- a snapshot that cannot be written when somebody's time is over ----------
start_tenured
# Its first publication is over: net hears of none from before it started.
check 'it has published' wait_for 20 eval '[ "$(generation)" -gt 0 ]'
ticks()
{
	awk '{ print $14 + $15 }' "/proc/$(child 2)/stat"
}
mkdir /var/lib/tenure/snapshot/.overlay.new
told=$(grep -c 'the last one stands' "$tenured_log")
ldap_modify <<END
dn: uid=sun,ou=people,$base
changetype: modify
replace: pwdEndTime
pwdEndTime: $(date -u -d '+3 seconds' +%Y%m%d%H%M%SZ)
END
more_told()
{
	[ "$(grep -c 'the last one stands' "$tenured_log")" -gt "$told" ]
}
check 'a snapshot that cannot be written is logged' wait_for 10 more_told
before=$(ticks)
# This measures work over a time, so it has to pass.
sleep 3
spent=$(($(ticks) - before))
check "and costs no processor meanwhile ($spent ticks of 300)" \
	test "$spent" -lt 30
rmdir /var/lib/tenure/snapshot/.overlay.new
end_tenured

# --- each process ------------------------------------------------------------
number=0
for name in net publish reaper; do
	number=$((number + 1))
	start_tenured
	wait_for 10 is_ready
	kill -KILL "$(child "$number")"
	wait "$tenured_pid"
	status=$?
	check "the end of $name ends all with a failure ($status)" \
		test "$status" != 0
	check 'none is left' wait_for 3 no_tenured
done
start_tenured
wait_for 10 is_ready
kill -KILL "$tenured_pid"
wait "$tenured_pid" 2>/dev/null
check 'the end of the parent ends all' wait_for 3 no_tenured

# --- starting ----------------------------------------------------------------
start_tenured
check_status 1 'a second one on the same socket does not start' \
	timeout 10 tenured --config /etc/tenure/host.conf
check_says 'another tenured' 'and says why'
end_tenured
chmod 666 /etc/tenure/host.conf
check_status 1 'a configuration that others may write is refused' \
	timeout 10 tenured --config /etc/tenure/host.conf
chmod 644 /etc/tenure/host.conf
mkdir -m 777 /run/open
chmod 777 /run/open
check_status 1 'a snapshot folder that others may write is refused' \
	timeout 10 tenured --config /etc/tenure/host.conf --snapshot-dir /run/open
check_status 2 'an unknown option is a usage error' tenured --nonsense
check_status 2 'only root starts it' as 2000011 tenured
check_done
