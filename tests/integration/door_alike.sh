#!/bin/bash
#
# Unknown, locked, throttled and wrong look alike to an outsider, in text and in
# time: 500 tries of each at the daemon's door, 20 of each through sshd. The
# kinds are mixed by chance and compared by two tests at 1 in 1,000; where they
# differ a second and a third round must agree. So a system that is even fails
# by chance alone less than once in a million runs: a round compares three pairs
# by two tests, 6 in 1,000 at the most, and three in a row are 2 in 10 million;
# there are four such checks. Needs door_tries (make check TESTS=).

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
tries=$top_builddir/tests/integration/door_tries
compare=$top_srcdir/tests/integration/lib/two_samples.awk
[ -x "$ask" ] && [ -x "$tries" ] || {
	echo 'tests/integration/door_tries: not built (make check TESTS=)'
	exit 77
}
check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
# Whom wrong passwords are tried for: so many that none is throttled (8 from
# anywhere), nor at the right one afterwards.
people=80 locked=5
{
	for i in $(seq 0 $((people - 1))); do
		person "w$i" 王小明 "W$i" $((2001000 + i))
	done
	for i in $(seq 0 $((locked - 1))); do
		person "l$i" 李娜 "L$i" $((2002000 + i))
	done
	person t0 赵敏 T0 2003000
} | ldap_add
umask 077
for i in $(seq 0 $((people - 1))); do
	set_password "w$i" First-9x-gleam
done
for i in $(seq 0 $((locked - 1))); do
	set_password "l$i" First-9x-gleam
done
lock one leak l0
lock two departure l1
lock three suspension l2
lock four leak l3
lock five departure l4
set_password t0 First-9x-gleam
umask 022
start_tenured
wait_for 20 served "w$((people - 1))"
wait_for 5 eval 'echo x | "$ask" authenticate service=sshd rhost=192.0.2.9 \
	user=l4 | grep -qx "result denied"'

# Throttled: from everywhere, since it was guessed at from everywhere.
for i in $(seq 12); do
	echo x | "$ask" authenticate service=sshd rhost="192.0.2.$i" \
		user=t0 >/dev/null
done
check 'an account guessed at from everywhere is throttled' \
	eval 'echo x | "$ask" authenticate service=sshd rhost=192.0.2.99 \
	user=t0 | grep -qx "result throttled"'

# --- at the daemon's door ----------------------------------------------------
# in_time A B: of the last round
in_time()
{
	sort -k 2,2n /run/tries | awk -v a="$1" -v b="$2" -f "$compare"
}
# all_alike OTHERS...: each beside "wrong"
all_alike()
{
	local kind status=0

	for kind; do
		in_time wrong "$kind" || status=1
	done
	return "$status"
}
# Right passwords end the counting, here and in slapd.
forget()
{
	SOURCE=home "$tries" 4 "$people" right:w:"$people":First-9x-gleam |
		grep -c 'nothing'
}
door_is_even()
{
	local round

	for round in 1 2 3; do
		SOURCE=198.51.$round "$tries" 5 500 wrong:w:"$people" \
			unknown:nobody:500 locked:l:"$locked" \
			throttled:t:1 >/run/tries
		cut -d ' ' -f 3- /run/tries | sort | uniq -c
		all_alike unknown locked throttled && return 0
		forget
	done
	return 1
}
check 'in time: 500 wrong, unknown, locked and throttled at the door' \
	door_is_even
printf '%s\n' "$check_output" | sed 's/^/# /'
check_same 1 "$(cut -d ' ' -f 3- /run/tries | sort -u | wc -l)" \
	'in text they are one'
check_output=$(cut -d ' ' -f 3- /run/tries | sort -u)
check_says 'the service desk' 'which says whom to ask'
# samples BY: of two kinds, 500 each of a spread of a tenth, one BY times the
# other; the same numbers each time.
samples()
{
	awk -v by="$1" 'BEGIN {
		for (i = 0; i < 1000; i++) {
			for (sum = j = 0; j < 12; j++) {
				x = (x * 16807 + 11) % 2147483647
				sum += x / 2147483647
			}
			print i % 2 ? "wrong" : "unknown",
			    (100 + 10 * (sum - 6)) * (i % 2 ? 1 : by)
		}
	}'
}
differ()
{
	! sort -k 2,2n | awk -v a=wrong -v b=unknown -f "$compare"
}
check 'the comparison itself finds a twentieth of the time' \
	eval 'samples 1.05 | differ'
check_status 1 'and nothing where there is nothing' eval 'samples 1 | differ'
check_status 1 'nor where all take the same' \
	eval 'samples 1 | sed "s/ .*/ 5/" | differ'
# finds BY: would it have been found here, were unknown BY times as slow?
finds()
{
	awk -v by="$1" '{ print $1, $2 * ($1 == "unknown" ? by : 1) }' \
		/run/tries | differ
}
for by in 1.02 1.05 1.1 1.2 1.5 2; do
	! finds "$by" >/dev/null || break
done
echo "# here it finds that one takes $by times as long"
check 'at this load, too, it finds twice the time' finds 2

# --- the directory is out of reach ---------------------------------------------
# Who may not in is known from memory, and yet nobody is to learn from it.
outage_is_even()
{
	local round

	for round in 1 2 3; do
		SOURCE=203.0.$round "$tries" 5 "$1" wrong:w:"$people" \
			unknown:nobody:500 locked:l:"$locked" \
			throttled:t:1 >/run/tries
		all_alike unknown locked throttled && return 0
	done
	return 1
}
all_are_unavailable()
{
	check_same 1 "$(cut -d ' ' -f 3- /run/tries | sort -u | wc -l)" \
		"$1: in text they are one"
	check_output=$(for login in w1 nobody l1 t0; do
		echo x | "$ask" authenticate service=sshd \
			rhost=192.0.2.9 user="$login" | head -n 1
	done | sort -u)
	check_same 'result unavailable' "$check_output" \
		"$1: of each nobody can tell"
}
forget >/dev/null
check 'slapd stops' lab-service stop slapd
check 'slapd is gone: in time wrong, unknown, locked, throttled are one' \
	outage_is_even 100
printf '%s\n' "$check_output" | sed 's/^/# /'
all_are_unavailable 'slapd is gone'
lab-service start slapd
check 'slapd is back' wait_for 40 eval 'echo x | "$ask" authenticate \
	service=sshd rhost=192.0.2.9 user=nobody | grep -qx "result unknown-user"'
slapd=$(cat /run/slapd/slapd.pid)
kill -STOP "$slapd"
check 'a slapd that hangs is noticed' wait_for 10 eval 'echo x | "$ask" \
	authenticate service=sshd rhost=192.0.2.9 user=nobody |
	grep -qx "result unavailable"'
check 'slapd hangs: in time they are one' outage_is_even 10
printf '%s\n' "$check_output" | sed 's/^/# /'
all_are_unavailable 'slapd hangs'
kill -CONT "$slapd"
check 'slapd goes on' wait_for 40 eval 'echo First-9x-gleam | "$ask" \
	authenticate service=sshd rhost=192.0.2.9 user=w0 | grep -qx "result ok"'

# --- through sshd ------------------------------------------------------------
sed -i 's/^\(passwd\|group\):.*/\1: files tenure/' /etc/nsswitch.conf
DEBIAN_FRONTEND=noninteractive pam-auth-update --package --enable tenure
ssh-keygen -q -A
check 'sshd starts' lab-service start sshd
forget >/dev/null
# one_try KIND LOGIN
one_try()
{
	local began

	began=$(date +%s%N)
	echo nobody-has-this-1 | "$top_srcdir/tests/labkit/ssh-as" \
		-o PubkeyAuthentication=no "$2@localhost" true \
		>/run/ssh/"$2.$1.$3" 2>&1
	printf '%s %d\n' "$1" $((($(date +%s%N) - began) / 1000)) >>/run/tries
}
one_hand()
{
	local kind login i=0

	while read -r kind login; do
		one_try "$kind" "$login" "$1.$((i += 1))"
	done
}
sshd_is_even()
{
	local round hand hands

	for round in 1 2 3; do
		: >/run/tries
		rm -rf /run/ssh
		mkdir /run/ssh
		for i in $(seq 0 19); do
			echo "wrong w$((i + 20 * (round - 1) % people))"
			echo "unknown nobody$round$i"
			echo "locked l$((i % locked))"
		done | shuf >/run/plan
		hands=
		for hand in 0 1 2 3 4 5; do
			awk -v hand="$hand" 'NR % 6 == hand' /run/plan |
				one_hand "$hand" &
			hands="$hands $!"
		done
		wait $hands
		all_alike unknown locked && return 0
	done
	return 1
}
check 'in time: 20 wrong, unknown and locked through sshd' sshd_is_even
printf '%s\n' "$check_output" | sed 's/^/# /'
# What ssh shows, but for the login itself and the host key's first line.
check_output=$(for file in /run/ssh/*; do
	sed 's/\<[wl][0-9]\{1,2\}@/LOGIN@/; s/\<nobody[0-9]*@/LOGIN@/
		s/(\(w\|l\|nobody\)[0-9]*@/(LOGIN@/; /Permanently added/d' \
		"$file" | md5sum
done | sort | uniq -c)
check_lines 1 'in text: sshd says the same to all'
check_output=$(head -n 20 "$(find /run/ssh -name 'nobody*' | head -n 1)")
check_says 'the service desk' 'which says whom to ask'
end_tenured
check_done
