#!/bin/bash
#
# Connections that tenured prepares for logins: made when they are needed, one
# login each, thrown away when the server goes, none where nobody logs in.
# Needs daemon_ask (make check TESTS=).

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
[ -x "$ask" ] || {
	echo 'tests/integration/daemon_ask: not built (make check TESTS=)'
	exit 77
}
check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
start_tenured
wait_for 20 served wang
word=tr0ut-Gleam-barge-84
# Else each login's connection would be held for the change that is due.
check 'the initial password is changed' answers 'result ok' \
	"$ask" change user=wang service=passwd < <(
	printf '%s\n' First-9x-gleam "$word"
)
login='authenticate service=sshd rhost=192.0.2.1'

# held: net's connections to the directory
held()
{
	ss -tnpH state established dport = :636 |
		grep -c "pid=$(child 1),"
}
right()
{
	echo "$word" | "$ask" $login user=wang | grep -qx 'result ok'
}
has_held()
{
	[ "$(held)" -ge "$1" ]
}
is_at_rest()
{
	[ "$(held)" -le "$rest" ]
}
# Which connections of slapd's a person was bound on, of the last so many.
sessions()
{
	LDAPNOINIT=1 ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// \
		-b cn=accesslog "(&(reqType=bind)(reqDN=uid=$1,ou=people,$base))" \
		reqSession | sed -n 's/^reqSession: //p'
}

wait_for 5 has_held 2
rest=$(held)
check "the watch and the heartbeat have $rest connections, none is prepared" \
	test "$rest" -le 2
check 'a first password is checked' right
check 'and one connection is prepared for the next' \
	wait_for 5 has_held $((rest + 1))

for _ in $(seq 20); do
	right || echo 'not accepted'
done
# What served a login is closed within a second.
wait_for 5 eval '[ "$(held)" -le $((rest + 8)) ]'
most=0
for _ in $(seq 10); do
	now=$(held)
	[ "$now" -le "$most" ] || most=$now
done
check "twenty logins later eight are held at most ($((most - rest)))" \
	test "$((most - rest))" -le 8
check 'and more than one' test "$((most - rest))" -ge 2
check_output=$(sessions wang)
check_lines 22 'the change and each login was a bind'
check_same 22 "$(printf '%s\n' "$check_output" | sort -u | wc -l)" \
	'and each on a connection of its own'

for _ in $(seq 3); do
	echo wrong | "$ask" $login user=li >/dev/null
done
check 'after wrong passwords a right one is accepted' right
check_same 23 "$(sessions wang | sort -u | wc -l)" \
	'on a connection that nobody had used'

# --- the server goes while they wait -----------------------------------------
wait_for 5 has_held $((rest + 1))
lab-service stop slapd
lab-service start slapd
check 'connections that the server closed cost no login' right
check 'nor the next one' right
check 'the server is not held for bad' \
	wait_for 40 eval '"$ask" status | grep -q "\"connected\":true"'
slapd=$(cat /run/slapd/slapd.pid)
right
wait_for 5 has_held $((rest + 1))
kill -STOP "$slapd"
took=$(date +%s%N)
check_output=$(echo "$word" | "$ask" $login user=wang)
took=$((($(date +%s%N) - took) / 1000000))
kill -CONT "$slapd"
check_says 'result unavailable' 'a server that hangs is said to'
check "within six seconds ($took ms)" test "$took" -lt 6000
check 'and is believed again' wait_for 40 right

# --- nobody logs in ----------------------------------------------------------
check 'thirty seconds after the last login none is held' \
	wait_for 60 is_at_rest
check 'and the next person is let in' right
end_tenured
check_done
