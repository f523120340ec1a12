#!/bin/bash
#
# Passwords in tenured's memory: while one is being checked it is there (so the
# search works), and after every way out it is in none of the three processes,
# nor could a core have it. Of the PAM module tests/unit/pam_canary says the same.
# Needs daemon_ask, memory_search (make check TESTS=).

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
search=$top_builddir/tests/integration/memory_search
[ -x "$ask" ] && [ -x "$search" ] || {
	echo 'tests/integration/memory_search: not built (make check TESTS=)'
	exit 77
}
check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
# As the unit starts it: what is freed is overwritten.
tunables=$(sed -n 's/^Environment=\(GLIBC_TUNABLES=.*\)/\1/p' \
	"$top_srcdir/packaging/systemd/tenured.service.in")
check 'the unit has freed memory overwritten' \
	grep -q 'perturb=[1-9]' <<<"$tunables"
export "${tunables?}"
start_tenured
unset GLIBC_TUNABLES
wait_for 20 served wang

right=First-9x-gleam
wrong=canary-Quartz-71-wrong
next=canary-Quartz-72-next
last=canary-Quartz-73-last
weak=Xiaoming-Wang-88
# found TEXT: how often, in all three processes; also in lower case, reversed
# (what cracklib keeps of it), without its signs
found()
{
	"$search" $(children) <<<"$1" | tail -n 1
}
is_nowhere()
{
	[ "$(found "$1")" = 0 ]
}
login='authenticate service=sshd rhost=192.0.2.1'

# --- it would be found -------------------------------------------------------
slapd=$(cat /run/slapd/slapd.pid)
kill -STOP "$slapd"
echo "$right" | "$ask" $login user=wang >/dev/null &
asking=$!
is_somewhere()
{
	[ "$(found "$1")" -gt 0 ]
}
check 'while it is being checked a password is found in memory' \
	wait_for 4 is_somewhere "$right"
kill -CONT "$slapd"
wait "$asking"

# --- every way out -----------------------------------------------------------
wait_for 40 eval 'echo "$right" | "$ask" $login user=wang | grep -qx "result ok"'
echo "$wrong" | "$ask" $login user=wang >/dev/null
echo "$wrong" | "$ask" $login user=nobody9 >/dev/null
echo "$wrong" | "$ask" verify service=passwd user=li >/dev/null
echo "$wrong" | "$ask" authenticate user=wang >/dev/null      # bad request
echo "$wrong" | as 2000012 "$ask" $login user=wang >/dev/null # not allowed
printf '%s\n%s\n' "$right" "$weak" |
	"$ask" change service=passwd user=wang >/dev/null       # refused here
printf '%s\n%s\n' "$wrong" "$next" |
	"$ask" change service=passwd user=wang >/dev/null       # the old one is wrong
printf '%s\n%s\n' "$right" "$next" |
	"$ask" change service=passwd user=wang >/run/changed
check 'a password is changed' grep -qx 'result ok' /run/changed
for i in $(seq 12); do
	echo "$wrong" | "$ask" authenticate service=sshd rhost=192.0.2.66 \
		user=li >/run/throttled
done
check 'somebody is throttled' grep -qx 'result throttled' /run/throttled
# Who hangs up before the answer; who asks more than can be answered.
for i in $(seq 60); do
	echo "$wrong" | timeout 0.05 "$ask" authenticate service=sshd \
		rhost="203.0.113.$i" user=wang >/dev/null &
	gone="${gone-} $!"
done
wait $gone
lab-service stop slapd
echo "$wrong" | "$ask" $login user=li >/dev/null # nobody to ask
lab-service start slapd
check 'the directory is there again' wait_for 40 eval \
	'echo "$next" | "$ask" $login user=wang | grep -qx "result ok"'

# A last one of each, whose traces nobody has covered since.
printf '%s\n%s\n' "$next" "$last" |
	"$ask" change service=passwd user=wang >/dev/null
printf '%s\n%s\n' "$last" "$weak" |
	"$ask" change service=passwd user=wang >/dev/null
for word in "$last" "$right" "$next" "$wrong" "$weak"; do
	check "nothing is left of $word" wait_for 10 is_nowhere "$word"
	check_output=$("$search" $(children) <<<"$word")
	[ "$check_output" = 0 ] || printf '%s\n' "$check_output" | sed 's/^/# /'
done

# --- no core -----------------------------------------------------------------
# A process that may leave a core owns its files in /proc.
for pid in $(child 1) $(child 3); do
	check_same root "$(stat -c %U "/proc/$pid/mem")" \
		"the kernel writes no core of process $pid"
done
for pid in $(children); do
	check_same 0 "$(awk '/^Max core file size/ { print $5 }' \
		"/proc/$pid/limits")" 'and none may be larger than nothing'
done
end_tenured
check_done
