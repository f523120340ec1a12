#!/bin/bash
# The enforcer and what it stands against (DESIGN section 4): a lock is an
# entry of its own, and what the rest of the directory loses comes back. Every
# question is asked with a raw libldap client, never through PAM.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
. "$top_srcdir/tests/integration/lib/enforcer_fixture.sh"

old=$server_password
new=Kirsche-im-Regen-41
other=Zwetschge-am-Zaun-58
trap 'enforcer_kill; server_stop' EXIT

opens()
{
	server_by "$1" "$2" whoami
}
# hold COMMAND: one line to the client that keeps its connection.
coproc CLIENT { "$top_builddir/tests/integration/enforcer_hold"; }
hold()
{
	local answer

	printf '%s\n' "$*" >&"${CLIENT[1]}"
	IFS= read -r -t 15 answer <&"${CLIENT[0]}"
	printf '%s' "$answer"
}

server_new || exit 1
number=2100000
{
	for login in wang li zhao chen sun zhou wu sysadm secadm auditor \
		late early lapsed quiet overdue; do
		number=$((number + 1))
		case $login in
		late) set -- 'tenureEndDate: 2020-05-31' ;;
		early) set -- 'tenureStartDate: 2090-01-01' ;;
		lapsed | quiet)
			set -- 'tenureInitialDeadline: 20900101000000Z' \
				'pwdReset: TRUE'
			;;
		wang) set -- "tenureSshPublicKey: $(server_key wang)" ;;
		chen) set -- "tenureSshPublicKey: $(server_key chen)" ;;
		*) set -- ;;
		esac
		server_person "$login" "$number" "$login Person" \
			'tenureStatus: active' "userPassword: $old" "$@"
	done
	# More people, so that the brake is not tripped by the first four.
	for n in $(seq 200); do
		server_person "p$n" "$((2200000 + n))" "Some Person" \
			'tenureStatus: active'
	done
	printf '%s\n' "dn: cn=staff,ou=groups,$S" 'objectClass: posixGroup' \
		'cn: staff' 'gidNumber: 2300000' 'memberUid: wang' \
		'memberUid: chen' 'memberUid: li' ''
} >/tmp/people.ldif
server_as nobody add -f /tmp/people.ldif >/dev/null || exit 1
for pair in system:sysadm security:secadm audit:auditor; do
	change "cn=${pair%:*},ou=roles,$S" 'add: member' \
		"member: uid=${pair#*:},$people"
done | server_as root modify >/dev/null

# A lock from before its first start.
lock suspension zhou 2100006 >/dev/null
# Not within check, whose subshell would take it along when it ends.
enforcer_start
check 'the enforcer starts, and reads the directory whole' read_again 0
check 'a lock from before its start is carried out' \
	wait_for 5 is_shut zhou suspended
check_status 49 'and slapd refuses the person (UM-11)' opens zhou "$old"

check_same 0 "$(hold bind "uid=wu,$people" "$old")" 'a client of wu binds'
check_same 0 "$(hold passwd "$new")" \
	'who is not locked changes the password so'

# Leak: all lines of defence within a second, keys withdrawn, groups kept.
check_same 0 "$(hold bind "uid=wang,$people" "$old")" \
	'a client of wang holds a connection'
check 'a leak lock is added' lock leak wang 2100001
check 'within a second status and password say so (UM-15.1)' \
	wait_for 1 is_shut wang leak
check 'the keys are withdrawn' wait_for 1 is wang tenureSshPublicKey ''
check 'and kept as a key in the lock' \
	wait_for 1 is_retired leak-wang "$(server_key wang)"
check_same "key $(server_key wang)" \
	"$(value "cn=leak-wang,ou=locks,$S" tenureLockMemory)" \
	'and the lock remembers which it was'
check 'memberships stay on a leak' \
	grep -q wang <(value "cn=staff,ou=groups,$S" memberUid)
check_status 49 'the password opens nothing' opens wang "$old"
# 53: slapd is not even let at the old password, to compare it.
check_same 53 "$(hold passwd "$new")" \
	'trap 3: the connection from before changes no password'
check_same 50 "$(hold key "$(server_key new)")" 'and adds no key'
check_same 32 "$(hold read)" 'and reads nothing'
check 'it stays shut' is_shut wang leak

# Trap 3 with the server itself against us: whoever may do everything changes
# the password, which takes ppolicy's lock away.
check 'trap 3: a change as the root dn clears the lock of ppolicy' \
	server_as nobody passwd -s "$new" "uid=wang,$people"
check 'the enforcer puts it back within a second' \
	wait_for 1 is_shut wang leak
check 'and says so' wait_for 2 \
	grep -q "uid=wang,.*put back pwdAccountLockedTime" "$log"
check_status 49 'the new password opens nothing' opens wang "$new"
check_status 1 'a reset by a system administrator is refused' \
	server_by sysadm "$old" passwd -s "$other" "uid=wang,$people"

# Status.
change "uid=wang,$people" 'replace: tenureStatus' 'tenureStatus: active' \
	>/tmp/activate.ldif
check_status 50 'bootstrap sets no locked person active' \
	server_as root modify -f /tmp/activate.ldif
check_status 50 'nor does system' \
	server_by sysadm "$old" modify -f /tmp/activate.ldif
change "uid=wang,$people" 'replace: tenureStatus' 'tenureStatus: active' '-' \
	'replace: pwdEndTime' '-' 'replace: pwdAccountLockedTime' \
	>/tmp/restore.ldif
check 'an old backup, as the root dn: active and no lock of ppolicy' \
	server_as nobody modify -f /tmp/restore.ldif
check 'is locked again within a second' wait_for 1 is_shut wang leak

# Trap 4: without a policy ppolicy ignores every lock.
change "uid=wang,$people" 'add: pwdPolicySubentry' \
	"pwdPolicySubentry: cn=gone,ou=policies,$S" |
	server_as nobody modify >/dev/null
check_status 49 'trap 4: with a policy that is not there wang stays out' \
	opens wang "$new"
server_as nobody search -LLL -o ldif-wrap=no -b "cn=default,ou=policies,$S" \
	>/tmp/policy.ldif
server_as nobody delete "cn=default,ou=policies,$S"
check_status 49 'trap 4: without any policy too' opens wang "$new"
check 'while others come in: it is the lock' opens li "$old"
server_as nobody add -f /tmp/policy.ldif >/dev/null

# A new login is no new person.
printf '%s\n' "dn: uid=wang,$people" 'changetype: modrdn' 'newrdn: uid=wang2' \
	'deleteoldrdn: 1' '' | server_as nobody modify >/dev/null
sed 's/uid=wang,/uid=wang2,/' /tmp/restore.ldif |
	server_as nobody modify >/dev/null
check 'a lock follows its person through a rename' \
	wait_for 1 is_shut wang2 leak
check_status 49 'who stays out by the new login' opens wang2 "$new"

# Killed: nothing is enforced meanwhile; started again, all of it is.
enforcer_kill
lock suspension sun 2100005 >/dev/null
sed 's/uid=wang,/uid=wang2,/' /tmp/restore.ldif |
	server_as nobody modify >/dev/null
check 'without the enforcer the lost lock stays lost' \
	is wang2 tenureStatus active
enforcer_start
check 'it is started again' kill -0 "$enforcer_pid"
check 'and the lock is back' wait_for 2 is_shut wang2 leak
check 'one that came meanwhile too' wait_for 2 is_shut sun suspended

# Departures: requests of the scheduler.
check 'the scheduler asks for a departure' request r1 2100004
check 'it is granted' wait_for 5 answered r1 granted
check 'and carried out (CI-P38)' wait_for 2 is_shut chen departed
check 'keys are withdrawn' wait_for 2 is chen tenureSshPublicKey ''
gone_from_staff()
{
	! value "cn=staff,ou=groups,$S" memberUid | grep -q chen
}
check 'memberships too' wait_for 2 gone_from_staff
check_output=$(server_as nobody search -LLL -o ldif-wrap=no \
	-b "ou=locks,$S" '(tenureStaffNumber=E2100004)' tenureLockMemory \
	tenureLockedBy)
check_says 'tenureLockMemory: group staff' 'the lock remembers the group'
check_says "tenureLockMemory: key $(server_key chen)" 'and the key'
check_says 'tenureLockedBy: cn=enforcer' 'it stands in the name of the enforcer'
change "cn=staff,ou=groups,$S" 'add: memberUid' 'memberUid: chen' |
	server_as root modify >/dev/null
check 'put back into the group, chen is taken out again' \
	wait_for 2 gone_from_staff
request r2 2100008 >/dev/null
check 'a departure of an administrator is refused' \
	wait_for 5 answered r2 'refused: holds a role'
check 'who stays as they are' is sysadm tenureStatus active
request r3 2999999 >/dev/null
check 'nobody departs for a number that nobody has' \
	wait_for 5 answered r3 'refused: names no account'
locks_of()
{
	server_as nobody search -LLL -b "ou=locks,$S" \
		"(tenureStaffNumber=$1)" dn | grep -c '^dn:'
}
enforcer_kill
# The answer is lost, as when it was ended between its two writes.
change 'cn=r1,ou=requests,cn=tenure-reports' 'delete: tenureRequestResult' |
	server_as nobody modify >/dev/null
enforcer_start
check 'a request whose answer was lost is answered again' \
	wait_for 5 answered r1 granted
check_same 1 "$(locks_of E2100004)" 'and not granted twice'

# The brake: 5 % of some 213 people are ten; chen was the first.
for n in $(seq 12); do
	request "many$n" "$((2200000 + n))"
done >/dev/null
all_answered()
{
	[ "$(server_as nobody search -LLL -b ou=requests,cn=tenure-reports \
		'(&(cn=many*)(tenureRequestResult=*))' dn |
		grep -c '^dn:')" = 12 ]
}
held()
{
	server_as nobody search -LLL -b ou=requests,cn=tenure-reports \
		'(cn=many*)' tenureRequestResult |
		grep -c '^tenureRequestResult: held'
}
check 'twelve requests at once are all answered' wait_for 10 all_answered
check_same 3 "$(held)" 'three of them held by the brake'
check 'who is held stays active' is p12 tenureStatus active
enforcer_kill
enforcer_start
request again 2200012 >/dev/null
check 'a restart does not loosen the brake' \
	wait_for 5 answered again held

# A host asks for locks after a leak: in its own name, few, and nothing else.
server_host asker >/dev/null
check_status 50 'a host asks for no departure' ask h0 2200101 departure
check_status 50 'nor in another name' ask h0 2200101 leak other
check 'a host asks for a lock' ask h1 2200101
check 'which the enforcer grants' wait_for 5 answered h1 granted
check 'and carries out (UM-15.1)' wait_for 5 is p101 tenureStatus leak
check 'the host reads what became of it' server_with asker search -LLL \
	-s base -b cn=h1,ou=requests,cn=tenure-reports tenureRequestResult
check_says 'tenureRequestResult: granted' 'and only of its own'
check_status 32 'not of what the scheduler asked' server_with asker search \
	-s base -b cn=r1,ou=requests,cn=tenure-reports
check_status 50 'what was asked stays as it is' server_with asker modify <<END
dn: cn=h1,ou=requests,cn=tenure-reports
changetype: modify
add: description
description: something else
END
check 'a lock of an administrator' ask h2 2100008
check 'is not granted to a host' wait_for 5 answered h2 'refused: holds a role'
for n in 2 3 4 5 6; do
	ask "h1$n" "$((2200100 + n))"
done >/dev/null
check 'a host that asks too often is held, by the clock of the server' \
	wait_for 5 answered h16 held
check 'and whom it named stays as they are' is p106 tenureStatus active
check_output=$(journaled h1)
check_says "leak lock, request h1 of cn=asker,ou=hosts,$S: granted" \
	'what a host asked for is in the journal'
check 'what it was refused too' journaled h2
check 'and that it was held' journaled h16

# A host that asks two thousand times keeps no other host's report waiting.
enforcer_kill
server_host meek >/dev/null
for n in $(seq 2000); do
	asked "flood$n" "$((2200107 + n % 20))"
done >/tmp/flood.ldif
check 'a host asks two thousand times' server_with asker add -f /tmp/flood.ldif
check 'another one then asks once' eval \
	'asked meek1 2200140 leak meek | server_with meek add'
enforcer_start
check 'and is heard all the same (UM-1.6)' wait_for 5 answered meek1 granted
unanswered()
{
	server_as nobody search -LLL -b ou=requests,cn=tenure-reports \
		'(&(cn=flood*)(!(tenureRequestResult=*)))' dn | grep -c '^dn:'
}
check 'long before the two thousand are through' test "$(unanswered)" -gt 1000
check_same 0 "$(journaled 'flood[0-9]*' | grep -c granted)" \
	'of which none is granted'

# Hours and deadlines: slapd itself refuses.
check 'a last day that is past ends the password' \
	wait_for 6 has_value "uid=late,$people" pwdEndTime
check_status 49 'slapd refuses who is past the last day (CI-P38)' \
	opens late "$old"
check 'a first day to come is a start' \
	wait_for 6 has_value "uid=early,$people" pwdStartTime
check_status 49 'slapd refuses who has not begun' opens early "$old"
check_same 0 "$(hold bind "uid=lapsed,$people" "$old")" \
	'an initial password opens before its deadline'
change "uid=lapsed,$people" 'replace: tenureInitialDeadline' \
	'tenureInitialDeadline: 20200101000000Z' |
	server_as root modify >/dev/null
check 'past its deadline it is locked' \
	wait_for 6 is lapsed pwdAccountLockedTime 000001010000Z
check_same 49 "$(hold bind "uid=lapsed,$people" "$old")" \
	'and slapd refuses it (UM-13.2)'
check_same 0 "$(hold bind "uid=quiet,$people" "$old")" \
	'while another that is not due opens'
change "uid=lapsed,$people" 'replace: tenureInitialDeadline' \
	'tenureInitialDeadline: 20900101000000Z' |
	server_by sysadm "$old" modify >/dev/null
check 'a new deadline and then a reset undo it' \
	server_by sysadm "$old" passwd -s "$other" "uid=lapsed,$people"
check_same 0 "$(hold bind "uid=lapsed,$people" "$other")" \
	'the new initial password opens'

# Out of grace: slapd refuses the bind and yet lets that connection change the
# password.
change "uid=overdue,$people" 'replace: pwdChangedTime' \
	'pwdChangedTime: 20200101000000Z' - 'replace: pwdGraceUseTime' \
	"$(for n in $(seq 10 29); do
		echo "pwdGraceUseTime: 202601010000$n.000000Z"
	done)" | server_as nobody modify -e relax >/dev/null
check_same 49 "$(hold bind "uid=overdue,$people" "$old")" \
	'slapd refuses a password that is out of grace'
enforcer_kill
enforcer_start
check 'and the enforcer locks it (UM-13.3)' \
	wait_for 6 is overdue pwdAccountLockedTime 000001010000Z
check_same 49 "$(hold bind "uid=overdue,$people" "$old")" \
	'slapd refuses it as before'
check_status 1 'and the connection that this leaves changes nothing' \
	test "$(hold passwd "$other")" = 0
check_same 49 "$(hold bind "uid=overdue,$people" "$other")" \
	'nor did it'
check 'a reset undoes that' \
	server_by sysadm "$old" passwd -s "$other" "uid=overdue,$people"
check_same 0 "$(hold bind "uid=overdue,$people" "$other")" \
	'the new initial password opens'
check 'whoever is not out of grace is left alone' \
	is quiet pwdAccountLockedTime ''

# Never a release, whatever the enforcer tries.
printf '%s\n' "dn: cn=try,ou=locks,$S" 'objectClass: tenureRelease' 'cn: try' \
	'tenureLockRef: leak-wang' 'tenureReleasedTime: 20260101000000Z' \
	'description: a test' '' >/tmp/release.ldif
check_status 50 'the enforcer adds no release' \
	server_as tenure-enforcer add -f /tmp/release.ldif
sed 's/uid=wang,/uid=wang2,/' /tmp/activate.ldif >/tmp/activate2.ldif
check_status 50 'it sets nobody active' \
	server_as tenure-enforcer modify -f /tmp/activate2.ldif
change "uid=wang2,$people" 'delete: pwdAccountLockedTime' >/tmp/unlock.ldif
check_status 50 'it takes no lock of ppolicy away' \
	server_as tenure-enforcer modify -f /tmp/unlock.ldif
check_status 50 'it removes no lock entry' \
	server_as tenure-enforcer delete "cn=leak-wang,ou=locks,$S"
change "cn=leak-wang,ou=locks,$S" 'delete: tenureLockMemory' >/tmp/forget.ldif
change "uid=auditor,$people" 'add: tenureSshPublicKey' \
	"tenureSshPublicKey: $(server_key wang)" >/tmp/again.ldif
check_status 19 'a key that a leak took is never registered again' \
	server_by auditor "$old" modify -f /tmp/again.ldif
sed "s,wang0*,chen00000000000000000000000000000000000000," /tmp/again.ldif \
	>/tmp/again2.ldif
check_status 19 'nor one that a departure took' \
	server_by auditor "$old" modify -f /tmp/again2.ldif
sed "s,wang000,wang001," /tmp/again.ldif >/tmp/another.ldif
check 'another key is' server_by auditor "$old" modify -f /tmp/another.ldif
change "cn=leak-wang,ou=locks,$S" 'delete: tenureSshPublicKey' >/tmp/clear.ldif
check_status 50 'the enforcer does not take it out of the lock' \
	server_as tenure-enforcer modify -f /tmp/clear.ldif
check_status 50 'what a lock remembers is not forgotten' \
	server_as tenure-enforcer modify -f /tmp/forget.ldif

# suspend and release.
check 'tenure suspend' tenure suspend li --reason 'long absence' \
	--until 2090-01-01
check_says 'li (li Person) is suspended' 'says so'
check_status 49 'who is suspended stays out' opens li "$old"
check 'a second time changes nothing' tenure suspend li --reason again
check_status 1 'an administrator is not suspended by one command' \
	tenure suspend secadm --reason why
check_status 1 'root releases nobody' tenure release li --reason back
check_says 'only the security role' 'and says who does'
check_status 1 'system does not either' \
	as sysadm release li --reason back
check 'it stays' is_shut li suspended
check 'tenure release, as security' as secadm release li --reason back
check_says 'the status is active' 'says so'
check 'the person is back' opens li "$old"
check_status 1 'a leak is not released this way' \
	as secadm release wang2 --reason back
check_says 'leak report' 'and why'
check_status 1 'nobody releases themselves' \
	as secadm release secadm --reason back
check 'two locks: a departure' tenure depart zhou --reason left --apply
check_status 1 'which is meant is asked' as secadm release zhou --reason back
zhou_departure=$(server_as nobody search -LLL -o ldif-wrap=no -b "ou=locks,$S" \
	'(&(tenureStaffNumber=E2100006)(tenureLockKind=departure))' cn |
	sed -n 's/^cn: //p')
check 'the departure is released' \
	as secadm release zhou --lock "$zhou_departure" --reason 'a mistake'
check 'the suspension holds' is_shut zhou suspended
check_status 49 'and keeps the person out' opens zhou "$old"
check 'when it is released too' \
	as secadm release zhou --lock suspension-zhou --reason back
check 'the person is back' opens zhou "$old"
sleep_free_proof()
{
	# One more change through the watch: the enforcer has seen all before.
	lock suspension wu 2100007 >/dev/null &&
		wait_for 2 is_shut wu suspended
}
check 'the enforcer goes on' sleep_free_proof
check 'and has locked neither of them again' is zhou tenureStatus active
check 'nor the other' is li tenureStatus active
check_same '' "$(grep 'could not' "$log")" 'nothing that it tried was refused'
[ "$check_failed" = 0 ] || tail -n 40 "$log" | sed 's/^/# /'
check_done
