#!/bin/bash
#
# Several directory servers: one that is stopped, one that is gone, the return
# to the preferred one, a second server's clock; and a name server that hangs.
# The servers are ways to one slapd (relay). Needs daemon_ask and relay (make
# check TESTS=).

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
relay=$top_builddir/tests/integration/relay
[ -x "$ask" ] && [ -x "$relay" ] || {
	echo 'tests/integration/daemon_ask, relay: not built (make check TESTS=)'
	exit 77
}
check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
one=ldaps://directory.example.org:1636
two=ldaps://directory.example.org
sed -i "s|^servers = .*|servers = $one $two|" /etc/tenure/host.conf
echo 'fleet_hosts = 1' >>/etc/tenure/host.conf
login='authenticate service=sshd rhost=192.0.2.1 user=wang'
sed -i 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf
"$relay" 1636 636 &
way=$!
is_at()
{
	[ "$(status_of server)" = "$1" ]
}
start_tenured
check 'the watch is at the first server' wait_for 10 is_at "$one"
check 'names are served' wait_for 3 served wang

# --- the preferred one stands still ------------------------------------------
kill -STOP "$way"
took=$(date +%s%N)
check_output=$(echo First-9x-gleam | "$ask" $login)
took=$((($(date +%s%N) - took) / 1000000))
check_says 'result ok' 'with the first server stopped a login is let in'
check "within five seconds ($took ms)" test "$took" -lt 5000
took=$(date +%s%N)
check_output=$(echo First-9x-gleam | "$ask" $login)
took=$((($(date +%s%N) - took) / 1000000))
check "the next one does not wait for it ($took ms)" test "$took" -lt 1000
check 'the watch goes to the second within ten seconds' wait_for 10 is_at "$two"
person new1 新人 E0101 2000101 | ldap_add
check 'and hears changes' wait_for 2 served new1
kill -CONT "$way"
check 'when the first goes on the watch returns' wait_for 40 is_at "$one"
check 'without reading anything again' eval \
	'tail -n 30 "$tenured_log" | grep -q "has been read: .* 0 entries came"'
person new2 新人 E0102 2000102 | ldap_add
check 'and hears changes there' wait_for 2 served new2

# --- it is gone --------------------------------------------------------------
kill "$way"
wait "$way" 2>/dev/null
check 'a server that is gone costs a moment' wait_for 5 is_at "$two"
check_output=$(echo First-9x-gleam | "$ask" $login)
check_says 'result ok' 'and no login'

# --- a name server that hangs ------------------------------------------------
"$relay" silent 127.0.0.9 &
silent=$!
cp /etc/hosts /root/hosts
cp /etc/resolv.conf /root/resolv.conf 2>/dev/null
sed -i '/directory.example.org/d' /etc/hosts
echo 'nameserver 127.0.0.9' >/etc/resolv.conf
took=$(date +%s%N)
timeout 3 getent hosts directory.example.org
took=$((($(date +%s%N) - took) / 1000000))
check "a name that is nowhere but there takes its time ($took ms)" \
	test "$took" -gt 2900
took=$(date +%s%N)
check_output=$(echo First-9x-gleam | "$ask" $login)
took=$((($(date +%s%N) - took) / 1000000))
check_says 'result ok' \
	'a server whose name cannot be resolved is where it was'
check "and a login waits a second for its name at most ($took ms)" \
	test "$took" -lt 2500
# The one before may have had a connection that was prepared, and no name to ask
# for; this one asks, if so.
echo First-9x-gleam | "$ask" $login >/dev/null
took=$(date +%s%N)
echo First-9x-gleam | "$ask" $login >/dev/null
took=$((($(date +%s%N) - took) / 1000000))
check "the next one not even that ($took ms)" test "$took" -lt 900
end_tenured
start_tenured
took=$(date +%s%N)
check_output=$(echo First-9x-gleam | "$ask" $login)
took=$((($(date +%s%N) - took) / 1000000))
check_says 'result unavailable' \
	'a daemon that never resolved it says that it cannot'
check "within six seconds ($took ms)" test "$took" -lt 6000
cat /root/hosts >/etc/hosts
check 'and works when the name is known' wait_for 20 is_connected
kill "$silent"

# --- a change from the future, and two clocks ---------------------------------
end_tenured
lab-service stop slapd
back_up /root/now.ldif
future=$(date -u -d '+5 days' +%Y%m%d%H%M%SZ)
day=$(date -u -d '+1 day' +%Y-%m-%d)
awk -v future="$future" -v day="$day" -v RS= -v ORS='\n\n' '
	/^dn: uid=li,/ { sub(/modifyTimestamp: [0-9]*Z/,
		"modifyTimestamp: " future) }
	/^dn: uid=new1,/ { $0 = $0 "\ntenureEndDate: " day } { print }' \
	/root/now.ldif >/root/future.ldif
check 'a directory with a change of five days ahead' restore /root/future.ldif
lab-service start slapd
rm -f /var/lib/tenure/kept/records
"$relay" 1636 636 &
way=$!
sed -i "s|^servers = .*|servers = $two|" /etc/tenure/host.conf
start_tenured
check 'one server is believed: who leaves tomorrow has left' \
	wait_for 10 denied new1
end_tenured
sed -i "s|^servers = .*|servers = $two $one|" /etc/tenure/host.conf
start_tenured
check 'a second server that says it is today is believed more' \
	wait_for 15 allowed new1
check 'and the skew is said' grep -q 'ahead of a second server' "$tenured_log"
kill "$way"
check_done
