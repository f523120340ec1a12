#!/bin/bash
#
# A password change whose answer does not come: before anyone is told, tenured
# finds out which password holds. The answer is lost, the request is lost, slapd
# stands still with the request in its hands, and does not come back in time.
# Needs daemon_ask and tamper (make check TESTS=). UM-13.3.

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
tamper=$top_builddir/tests/integration/tamper
rule=/run/rule counts=/run/counts
[ -x "$ask" ] && [ -x "$tamper" ] || {
	echo 'tests/integration/tamper: not built (make check TESTS=)'
	exit 77
}
check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
sed -i "s|^servers = .*|servers = ldaps://directory.example.org:1636|" \
	/etc/tenure/host.conf
sed -i 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf
"$tamper" 1636 636 "$rule" >>"$counts" &
way=$!
start_tenured
wait_for 20 served wang

# change OLD NEW: what the person is told
change()
{
	printf '%s\n' "$1" "$2" | "$ask" change service=passwd user=wang
}
# opens PASSWORD: at slapd itself
opens()
{
	LDAPNOINIT=1 ldapwhoami -x -H ldapi:/// \
		-D "uid=wang,ou=people,$base" -w "$1" >/dev/null 2>&1
}
# lose WHAT [PID]: of the next change
lose()
{
	echo "$1 $request ${2-}" >"$rule.new"
	mv "$rule.new" "$rule"
}
# holds NEW OLD WHAT: the one and not the other
holds()
{
	check "$3: the new password opens" opens "$1"
	check_status 49 'and the old one does not' ldapwhoami -x -H ldapi:/// \
		-D "uid=wang,ou=people,$base" -w "$2"
}

# --- which record of a change is its request ------------------------------------
began=$(date +%s%3N)
# Its connection is the one that begins from now on and says anything.
records()
{
	awk -v began="$began" '$1 >= began && $2 > 4 { print $2; seen = 1; exit }
		END { exit !seen }' "$counts"
}
check_output=$(change First-9x-gleam 'kX7#vmQ2-zPfw9')
check_says 'result ok' 'nothing is lost: the password is changed'
check 'its connection is over' wait_for 5 records
# Behind it: the end of LDAP, and of TLS.
request=$(($(records) - 2))

# --- the answer is lost -------------------------------------------------------
lose answer
check_output=$(change 'kX7#vmQ2-zPfw9' 'tR8+wqL3=hNcy6')
check_says 'result ok' 'its answer is lost: the change was made, and is said to be'
check 'something was lost' test ! -e "$rule"
check 'it was settled, not answered' \
	grep -q 'wang: a password change was not answered' "$tenured_log"
holds 'tR8+wqL3=hNcy6' 'kX7#vmQ2-zPfw9' 'its answer is lost'

# --- the request is lost ------------------------------------------------------
lose request
check_output=$(change 'tR8+wqL3=hNcy6' 'bD5!jsV9_gMku4')
check_says 'result ok' 'the request is lost: it is asked for again'
check 'something was lost' test ! -e "$rule"
holds 'bD5!jsV9_gMku4' 'tR8+wqL3=hNcy6' 'the request is lost'

# What the directory refuses is refused the second time, too: the history.
lose request
check_output=$(change 'bD5!jsV9_gMku4' 'tR8+wqL3=hNcy6')
check_says 'result refused-new' 'lost, and refused when it is asked for again'
check 'something was lost' test ! -e "$rule"
holds 'bD5!jsV9_gMku4' 'tR8+wqL3=hNcy6' 'the refused one is not set'

# --- slapd stands still with it ---------------------------------------------------
slapd=$(cat /run/slapd/slapd.pid)
# stop_at_request OLD NEW: slapd is stopped as the request arrives.
stop_at_request()
{
	lose stop "$slapd"
	change "$1" "$2" >/run/told &
	asking=$!
}
stop_at_request 'bD5!jsV9_gMku4' 'zC3@nyW6*pHtr8'
check 'tenured waits no longer for the answer' wait_for 10 eval \
	'[ "$(grep -c "change was not answered" "$tenured_log")" = 4 ]'
kill -CONT "$slapd"
wait "$asking"
check_output=$(cat /run/told)
check_says 'result ok' 'slapd goes on in time: the change is made once, and told'
holds 'zC3@nyW6*pHtr8' 'bD5!jsV9_gMku4' 'slapd goes on in time'

stop_at_request 'zC3@nyW6*pHtr8' 'mF4%kbX7&vLqs2'
took=$SECONDS
wait "$asking"
took=$((SECONDS - took))
check_output=$(cat /run/told)
check_says 'result unavailable' 'slapd does not go on: nobody is told of a success'
check_says 'It is not certain that your password was changed' \
	'but that nobody knows'
check "within ten seconds ($took s)" test "$took" -le 10
kill -CONT "$slapd"
either()
{
	opens 'mF4%kbX7&vLqs2' || opens 'zC3@nyW6*pHtr8'
}
check 'and one of the two opens' wait_for 10 either
kill "$way"
end_tenured
check_done
