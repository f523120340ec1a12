#!/bin/bash
#
# tenured with a real slapd: names, passwords, a forced change, a departure, and
# who may ask what. Needs the program daemon_ask (make check TESTS=).

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

# --- names -------------------------------------------------------------------
check 'names are served when the directory has been read' \
	wait_for 10 served wang
check_output=$(getent -s tenure passwd wang)
check_says 'wang:*:2000011:2000000:王小明:/home/wang:/bin/bash' \
	'the real name is shown, and a password is not'
ldap_add < <(person zhao 赵敏 E0003 2000013)
check 'an account that is added is served within a second' \
	wait_for 1 served zhao
person far 远方人 E0004 2000014 |
	sed 's/^homeDirectory: .*/homeDirectory: \/etc\/far/' | ldap_add
check 'a home outside the roots is refused, and it is said (DESIGN 12)' \
	wait_for 2 grep -q 'uid=far,.*not served' "$tenured_log"
check_status 2 'and the account is not served' getent -s tenure passwd far

# --- what each process is (docs/design.md) -----------------------------------
# state PID: who it is, its capabilities, no-new-privs, seccomp
state()
{
	awk '/^(Uid|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp|Groups):/ {
		$1 = $1; print }' "/proc/$1/status" | tr '\n' ' '
}
none=0000000000000000
some=0000000000080020 # CAP_KILL, CAP_SYS_PTRACE
# expected UID CAPABILITIES
expected()
{
	echo "Uid: $1 $1 $1 $1 Groups: CapPrm: $2 CapEff: $2" \
		"CapBnd: $3 CapAmb: $none NoNewPrivs: 1 Seccomp: 2 "
}
check_same "$(expected "$(id -u tenure)" $none $none)" \
	"$(state "$(child 1)")" 'net is nobody in particular and can do nothing'
check_same "$(expected 0 $none $none)" \
	"$(state "$(child 2)")" 'publish is user 0 without any capability'
check_same "$(expected "$(id -u tenure-reaper)" $some $none)" \
	"$(state "$(child 3)")" 'the reaper may end processes and no more'
check_status 1 'no other user reads the memory of net' \
	as "$(id -u tenure)" cat "/proc/$(child 1)/maps"

# --- passwords ---------------------------------------------------------------
login='authenticate service=sshd rhost=192.0.2.1'
check_output=$(echo First-9x-gleam | "$ask" $login user=wang)
check_says 'result ok' 'the right password is accepted'
check_says 'decision 3' 'and must be changed first (UM-13.2, row 8)'
check_output=$("$ask" account service=sshd way=1 user=wang)
check_says 'decision 3' 'by key, too'
check_says 'set by an administrator on' 'and the person is told of the reset'
wrong=$(echo nonsense | "$ask" $login user=wang | grep message)
unknown=$(echo nonsense | "$ask" $login user=nobody9 | grep message)
check_same "$wrong" "$unknown" 'wrong and unknown read alike'
check_output=$wrong
check_says 'the service desk' 'and say whom to ask'

check_output=$(printf 'First-9x-gleam\nXiaoming-Wang-88\n' |
	"$ask" change service=passwd user=wang)
check_says 'result refused-new' 'the own name in pinyin is refused (CI-3.1)'
check_says 'your name in pinyin' 'with the reason'
check_output=$(printf 'nonsense\ntr0ut-Gleam-barge-84\n' |
	"$ask" change service=passwd user=wang)
check_says 'result wrong-password' 'nobody changes it without the old one'
check_output=$(printf 'First-9x-gleam\ntr0ut-Gleam-barge-84\n' |
	"$ask" change service=passwd user=wang)
check_says 'result ok' 'a good password is accepted'
check 'and asked again at once, the account need not change it' \
	answers 'decision 1' "$ask" account service=sshd way=0 user=wang
check_output=$(echo tr0ut-Gleam-barge-84 | "$ask" $login user=wang)
check_says 'decision 1' 'the new password opens'
check_output=$(echo First-9x-gleam | "$ask" $login user=wang)
check_says 'result wrong-password' 'the old one does not'
check_output=$(printf 'tr0ut-Gleam-barge-84\nFirst-9x-gleam\n' |
	"$ask" change service=passwd user=wang)
check_says 'result refused-new' 'an old password does not come back (CI-3.2)'

for _ in $(seq 11); do
	echo nonsense | "$ask" authenticate service=sshd rhost=192.0.2.66 \
		user=wang >/dev/null
done
check_output=$(echo tr0ut-Gleam-barge-84 |
	"$ask" authenticate service=sshd rhost=192.0.2.66 user=wang)
check_says 'result throttled' 'who guesses is throttled (等保 8.1.4.1b)'
check_same "$wrong" "$(printf '%s\n' "$check_output" | grep message)" \
	'and not told that there is an account to guess at'
check_output=$(echo tr0ut-Gleam-barge-84 | "$ask" $login user=wang)
check_says 'result ok' 'and keeps nobody out elsewhere'

base_file=$(ls -i /var/lib/tenure/snapshot/base.?)

# --- who may ask -------------------------------------------------------------
check 'a person may ask of himself' \
	answers 'result ok' as 2000011 "$ask" account service=x way=0 user=wang
check 'but not of others' answers 'result not-allowed' \
	as 2000012 "$ask" account service=x way=0 user=wang
check 'nor of names that do not exist' answers 'result not-allowed' \
	as 2000012 "$ask" account service=x way=0 user=nobody9
check 'nor explain others' answers 'result not-allowed' \
	as 2000012 "$ask" explain user=wang
check 'nor say that a session was opened' answers 'result not-allowed' \
	as 2000012 "$ask" session service=x user=li

# --- the report --------------------------------------------------------------
report()
{
	LDAPNOINIT=1 ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// \
		-b cn=host1,cn=tenure-reports
}
check 'the host says when it was seen' \
	wait_for 10 eval 'report | grep -q tenureSeenTime'
check_output=$(report)
check_says 'tenureLocalAccount: root:0:/bin/bash' 'and who is local on it'
check_says 'tenureBreakGlass: breakglass' 'and its break-glass account'

# --- a departure -------------------------------------------------------------
check 'this machine sees no process outside' contained || exit 1
as 2000011 sleep 1000 &
idle=$!
as 2000011 bash -c 'trap "" HUP; while :; do sleep 0.2; done' &
stubborn=$!
as 2000012 sleep 1000 &
other=$!
gone()
{
	! kill -0 "$1" 2>/dev/null
}
# In another's name, as what sudo starts: reported, never ended.
if bash -c 'echo 2000011 >/proc/self/loginuid' 2>/dev/null; then
	bash -c 'echo 2000011 >/proc/self/loginuid; exec sleep 1000' &
	borrowed=$!
fi
lock one departure wang
check 'the open session of who departs ends within a second (CI-P38)' \
	wait_for 1 gone "$idle"
check 'also where it does not listen' wait_for 2 gone "$stubborn"
check 'nobody else is touched' kill -0 "$other"
if [ -n "${borrowed-}" ]; then
	check 'a process of root out of that login is reported' wait_for 2 \
		grep -q "process $borrowed .*not ended" "$tenured_log"
	check 'and left' kill "$borrowed"
fi
check_output=$(getent -s tenure passwd wang)
check_says '王小明:/home/wang:/usr/sbin/nologin' \
	'files keep the name of their owner'
check_output=$("$ask" account service=sshd way=1 user=wang)
check_says 'result denied' 'a key login is refused'
check_says 'time of service is over' 'and told why'
check_output=$(echo tr0ut-Gleam-barge-84 | "$ask" $login user=wang)
check_says 'result denied' 'a password login is refused'
check_same "$wrong" "$(printf '%s\n' "$check_output" | grep message)" \
	'and told no more than with a wrong password'
check_output=$("$ask" account service=cron way=3 user=wang)
check_says 'result denied' 'cron runs nothing'
check_output=$("$ask" explain user=wang)
check_says '"locks":["departure"]' 'explain names the lock'
check_says '"article":"CI-P38"' 'and the article'
check_says '"snapshot":{"from":"overlay"' 'and that NSS has him from the overlay'
check_says '"row":"3"' 'and the row of the verdict'
check_says '"words":"' 'in words'
generation=$("$ask" status | sed -n 's/.*"generation":\([0-9]*\).*/\1/p')
check_says "\"generation\":${generation:-none}," 'and the generation that is published'
check_same yes "$(printf '%s' "$check_output" | sed -n \
	's/.*"age":\([0-9]*\),"cookie":"[^"]*csn=[0-9]*\.[^"]*".*/\1/p' |
	awk '{ print $1 < 60 ? "yes" : $1 }')" \
	'its age, and the change number of the directory that it is'
check_output=$("$ask" explain uid=2000011)
check_says '"name":"wang"' 'by number it is the same person'
check_same "$base_file" "$(ls -i /var/lib/tenure/snapshot/base.?)" \
	'for which no base was written'
as 2000011 sleep 1000 &
late=$!
check 'a process that was under way is found later' wait_for 6 gone "$late"

# A number that this host gives to somebody of its own by now.
echo 'local1:x:2000011:2000011::/:/bin/sh' >>/etc/passwd
as 2000011 sleep 1000 &
neighbour=$!
lock two departure li
check 'the next who departs is found' wait_for 2 gone "$other"
check 'and in that same look nobody of the own files is ended' \
	kill -0 "$neighbour"
kill "$neighbour"

# --- a host that is withdrawn ------------------------------------------------
disconnected()
{
	"$ask" status | grep -q '"connected":false'
}
LDAPNOINIT=1 ldapdelete -Q -Y EXTERNAL -H ldapi:/// "cn=host1,ou=hosts,$base"
check 'a host that was withdrawn notices within ten seconds' \
	wait_for 10 disconnected
check 'and says so' grep -q 'may have been withdrawn' "$tenured_log"
ldap_add < <(person wu 吴敏 E0009 2000019)
check 'what comes later it does not hear within five seconds' \
	eval '! wait_for 5 served wu'

end_tenured
check_same 0 "$?" 'SIGTERM ends it with status 0'
check 'and leaves no process' wait_for 2 no_tenured
check_status 1 'nor a socket' test -e /run/tenured/socket
check_done
