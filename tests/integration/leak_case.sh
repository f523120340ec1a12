#!/bin/bash
# A leak from its report to the new password, as administrators use it: the
# commands, and the enforcer beside slapd (UM-1.6, UM-15.1, UM-15.2, CI-3.2, IS-9).
# What slapd refuses by itself: leak_server.sh. The hosts' part: leak_self.sh.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
. "$top_srcdir/tests/integration/lib/enforcer_fixture.sh"
. "$top_srcdir/tests/integration/lib/leak_fixture.sh"
trap 'enforcer_kill; server_stop' EXIT

server_new || exit 1
number=2100000
for login in alice bob carol dave erin sys1 sys2 sys3 sec1 sec2 sec3 aud1; do
	number=$((number + 1))
	server_person "$login" "$number" "${login%[0-9]} Person" \
		'tenureStatus: active' "userPassword: $word"
done >/tmp/people.ldif
server_as nobody add -f /tmp/people.ldif >/dev/null || exit 1
ssh-keygen -q -t ed25519 -N '' -f /tmp/alice_key || exit 1
key=$(cut -d' ' -f1,2 /tmp/alice_key.pub)
printf '%s\n' "dn: uid=alice,$people" 'changetype: modify' \
	'add: tenureSshPublicKey' "tenureSshPublicKey: $key" '' |
	server_as nobody modify >/dev/null
tenure role fill system sys1 sys2 >/dev/null
tenure role fill security sec1 sec2 >/dev/null
tenure role fill audit aud1 >/dev/null
# Of the second level.
for pair in system:sys3 security:sec3; do
	printf '%s\n' "dn: cn=${pair%:*},ou=roles,$S" 'changetype: modify' \
		'add: member' "member: uid=${pair#*:},$people" ''
done | server_as nobody modify >/dev/null
server_host host1 && server_host host2 || exit 1
enforcer_start || exit 1

# A lock that is not there yet cannot be released: the report counts.
early()
{
	printf '%s\n' "dn: cn=pre-$1,ou=locks,$S" \
		'objectClass: tenureRelease' "cn: pre-$1" "tenureLockRef: $1" \
		'tenureReleasedTime: 20261101000000Z' 'description: early'
}
check_status 50 'nobody releases a lock that is not there yet' \
	server_by sec3 "$word" add < <(early leak-E2100001-1)
# One that was there all the same, of another time, in the directory.
early by-hand | server_as nobody add >/dev/null

# The report.
check_status 2 'a report says what happened' as sys1 leak report alice
check_status 1 'a leak is discovered before it is reported' as sys1 leak report \
	alice --reason x --discovered 2090-01-01
check_status 1 'nobody of that name' as sys1 leak report nemo --reason x
check 'an administrator reports a leak' as sys1 leak report alice \
	--reason 'password in a public repository' --how 'a colleague saw it' \
	--from 'Zhang San' --discovered "$(date -u -d '-2 days' '+%F %H:%M')"
check_says 'leak-E2100001-1' 'and is told the case'
check 'the status says leak' is alice tenureStatus leak
check_status 49 'the password is refused' lets_in alice "$word"
check 'the case is made' wait_for 5 has_case leak-E2100001-1
check_same 1 "$(count_of "ou=locks,$S" '(tenureLockKind=leak)')" 'one lock'
check 'the key is withdrawn' wait_for 5 is alice tenureSshPublicKey ''

check 'a second report of it' as sys2 leak report alice --reason 'seen again'
check_says 'one more report of leak-E2100001-1' 'is the same leak'
check_same 1 "$(count_of "ou=incidents,$S" '(objectClass=tenureLeakCase)')" \
	'one case'
check_same 1 "$(count_of "ou=locks,$S" '(tenureLockKind=leak)')" 'one lock still'
check 'several people at once' as sys1 leak report bob carol --reason 'a list' \
	--discovered "$(TZ=UTC-8 date -d '-2 hours' '+%F %H:%M')" --json
check_same 2 "$(grep -c '"outcome": "locked"' <<<"$check_output")" 'each is locked'
check 'two who report at once' bash -c '
	tenure leak report dave --reason one --as sys1 --password-fd 3 \
		3<<<"'"$word"'" & a=$!
	tenure leak report dave --reason two --as sys2 --password-fd 3 \
		3<<<"'"$word"'" & b=$!
	wait $a && wait $b'
both_reported()
{
	[ "$(value "cn=leak-E2100004-1,ou=incidents,$S" tenureCaseReporter |
		grep -c '^uid=sys[12],')" = 2 ]
}
check 'are both among the reporters' wait_for 5 both_reported
check_same 1 "$(count_of "ou=incidents,$S" '(tenureStaffNumber=E2100004)')" \
	'of one case'
check_output=$(as aud1 leak show leak-E2100004-1)
check_says ': one' 'with the words of the one'
check_says ': two' 'and of the other'
sleep_past_second()
{
	# A release of the same second would count.
	[ "$(date -u +%s)" -gt "$1" ]
}
wait_for 3 sleep_past_second "$(date -u +%s)"
check 'three times as many, wherever the lock came from' server_as root add < <(
	printf '%s\n' "dn: cn=by-hand,ou=locks,$S" 'objectClass: tenureLock' \
		'cn: by-hand' 'tenureLockKind: leak' \
		'tenureLockedTime: 20261101000000Z' \
		'tenureStaffNumber: E2100004' 'description: by hand' \
		"tenureLockedBy: cn=bootstrap,ou=agents,$S")
joined()
{
	value "cn=leak-E2100004-1,ou=incidents,$S" tenureCaseLock |
		grep -q '^by-hand$'
}
check 'are one case, and a release from before the lock ends nothing' \
	wait_for 5 joined
check_status 3 'an ordinary person reports nobody else, and sees nobody' as erin leak report bob \
	--reason x

# What hosts answer, and the clocks.
lock=$(value "cn=leak-E2100001-1,ou=incidents,$S" tenureCaseLock)
check 'host1 answers' server_with host1 modify < <(change \
	cn=host1,cn=tenure-reports 'add: tenureLockEffect' \
	"tenureLockEffect: $lock kind=leak at=20261123013002.166Z clock=+4 seen=43 decided=71 finished=307 ended=5 sessions=2 reported=1 left=0" \
	- 'add: tenureLockLogin' \
	"tenureLockLogin: $lock login=alice service=sshd way=key from=10.77.0.10 first=20261101080112Z last=20261123012911Z count=17" \
	"tenureLockLogin: $lock login=alice service=sudo way=sudo from=pts/3 first=20261102080112Z last=20261102080112Z count=1")
check_status 1 'leak show has something overdue' as aud1 leak show leak-E2100001-1
check_says 'discovered to reported' 'which clocks there are'
check_says 'target 1 d, OVERDUE' 'reported two days late (24 h)'
check_says 'host2  HAS NOT ANSWERED' 'who has not answered'
check_says 'host1  shut after 43 ms  ended 5 processes  by 307 ms  reported 1' 'who has'
check_says '50 ms       1 ####' 'the histogram'
check_says 'service=sshd way=key from=10.77.0.10' 'how the person had come in'
check_says 'by sys1, from Zhang San: password in a public repository' \
	'who told whom of it'
check_says 'Z: a colleague saw it' 'how it was discovered'
check_says 'seen again' 'the second report'
# What runs on is not over, however early the door was shut.
late_clock()
{
	grep -q 'reported to locked.*OVERDUE' /tmp/shown
}
not_late()
{
	! late_clock
}
show_alice()
{
	as aud1 leak show leak-E2100001-1 >/tmp/shown 2>&1
	check_output=$(cat /tmp/shown)
}
host2_says()
{
	server_with host2 modify < <(change cn=host2,cn=tenure-reports \
		'add: tenureLockEffect' "tenureLockEffect: $lock kind=leak at=20261123013002.166Z clock=+4 $*")
}
check 'host2 answers that something runs on' host2_says \
	seen=60 decided=71 finished=- ended=3 sessions=2 reported=0 left=2
show_alice
check_says 'host2  shut after 60 ms  ended 3 processes  NOT OVER  LEFT 2' 'which is said'
check 'and is past a second' late_clock
check 'then that it is gone' host2_says \
	seen=60 decided=71 finished=4000 ended=5 sessions=2 reported=0 left=0
show_alice
check_says 'host2  shut after 60 ms  ended 5 processes  by 4000 ms' 'by when'
check 'too late' late_clock
# Targets are this machine's (tenure.conf), each its own.
targets() # [LINE...]
{
	sed -i '/^leak_/d' /etc/tenure/tenure.conf
	[ $# = 0 ] || printf '%s\n' "$@" >>/etc/tenure/tenure.conf
}
# late CLOCK [DAYS]: is carol's case past it, for show and for the audit alike?
late()
{
	local status said

	faketime -f "+${2-0}d" tenure leak show leak-E2100003-1 >/tmp/shown
	status=$?
	said=$(faketime -f "+${2-0}d" tenure audit --roster /tmp/roster.csv \
		--json | python3 -c 'import json, sys
print(sum(f["subject"] == "leak-E2100003-1" and sys.argv[1] in f["what"]
	for f in json.load(sys.stdin)["findings"]))' "$1")
	if grep -q "  $1 .*OVERDUE" /tmp/shown; then
		echo "late $status $said"
	else
		echo "in time $said"
	fi
}
printf '工号,姓名,状态\n' >/tmp/roster.csv
sed -n 's/^cn: //p;s/^employeeNumber: //p' /tmp/people.ldif |
	paste -d, - - | awk -F, '{print $2 "," $1 ",在职"}' >>/tmp/roster.csv
targets leak_lock_seconds=5
show_alice
check_says 'target 5000 ms' 'another target is shown'
check 'within five seconds it was' not_late
targets
check_same 'in time 0' "$(late 'discovered to reported')" \
	'reported two hours after it was discovered'
targets leak_report_hours=1
check_same 'late 1 1' "$(late 'discovered to reported')" \
	'is too late where one hour is the target'
targets
check_same 'in time 0' "$(late 'reported to verified' 2)" \
	'two days without a look at who it is'
targets leak_verify_days=1
check_same 'late 1 1' "$(late 'reported to verified' 2)" \
	'are too long where one is the target'
targets
check_same 'in time 0' "$(late 'reported to restored' 5)" \
	'five days without an account'
targets leak_restore_days=4
check_same 'late 1 1' "$(late 'reported to restored' 5)" \
	'are too long where four is the target'
targets leak_report_hours=25
check_status 3 'no file makes the report later than UM-15.1' as aud1 leak list
check_says '1 to 24 hours' 'which it says'
targets

check_status 1 'leak list' as aud1 leak list
check_says 'leak-E2100001-1  alice  reported' 'lists it'
check_says 'OVERDUE' 'with what is late'
check_status 1 'leak show as JSON' as aud1 leak show leak-E2100001-1 --json
check_says '"shut_ms": 43' 'has the milliseconds'
check 'the dossier' as aud1 leak dossier leak-E2100001-1
check_says 'service=sshd way=key from=10.77.0.10' 'has the logins, by the hosts'
check_says 'service=sudo way=sudo from=pts/3' 'and sudo'
check_status 1 'a case that is none' as aud1 leak show leak-E1-1
check_status 1 'an ordinary person sees none' as erin leak show leak-E2100001-1

tenure audit --roster /tmp/roster.csv >/tmp/audit 2>&1
check_output=$(grep -A3 -i 'leak' /tmp/audit)
check_says 'leak-E2100001-1' 'the audit finds the case that is past its clock'
# What the audit says of alice's case.
found()
{
	tenure audit --roster /tmp/roster.csv --json | python3 -c 'import json, sys
for f in json.load(sys.stdin)["findings"]:
	if f["subject"] == "leak-E2100001-1": print(f["severity"], f["what"])'
}
check_output=$(found)
check_says critical 'which is critical'
check_says 'reported to locked' 'four seconds until it was gone everywhere, too'
targets leak_lock_seconds=5
check_output=$(found)
check_says 'discovered to reported' 'where five are the target'
check_same '' "$(grep 'to locked' <<<"$check_output")" 'that is none'
targets

# Verify, look at what is left, close.
check_status 1 'a plain release is no way' as sec1 release alice --reason x
check_says 'tenure leak close' 'and says the way'
check_status 1 'nobody closes what nobody verified' as sec1 leak close \
	leak-E2100001-1 --reason x
check_says 'nobody has checked' 'and why'
check_status 2 'who verifies says how' as sec1 leak verify leak-E2100001-1
check_status 1 'audit verifies nothing' as aud1 leak verify leak-E2100001-1 \
	--how x
check 'identity is checked' as sys2 leak verify leak-E2100001-1 \
	--how 'identity card, in person'
check_status 1 'once' as sys1 leak verify leak-E2100001-1 --how x
check_status 1 'nobody closes while something is left' as sec1 leak close \
	leak-E2100001-1 --reason x
check_says 'something left to look at' 'and why'
check_output=$(as sec1 leak show leak-E2100001-1)
check_says 'key ssh-ed25519' 'the withdrawn key is to be looked at'
check_says 'host host1: key files, crontab' 'and the host where the person was'
check_says 'host host1: 1 programs begun in a login of alice run on' \
	'and what nobody can tell whose it is'
check_says '1  ' 'each with a number'
check_status 2 'an item is confirmed or removed' as sec1 leak item \
	leak-E2100001-1 1
check_status 2 'and not both' as sec1 leak item leak-E2100001-1 1 --confirmed \
	--removed
check 'one is removed' as sec1 leak item leak-E2100001-1 1 --removed \
	--reason 'taken out by hand'
removed=${check_output#*: removed: }
removed=${removed%%; *left*}
check_output=$(as sec1 leak show leak-E2100001-1)
check_says ": removed: $removed: taken out by hand" 'as the case says, by whom'
check_same '' "$(grep "^ *[0-9]*  $removed" <<<"$check_output")" \
	'and is not to be looked at any more'
check 'one by one' all_items leak-E2100001-1 sec1
check_status 1 'who reported it does not close it' as sys1 leak close \
	leak-E2100001-1 --reason x
check_says 'you have reported it' 'and why'
check_status 1 'system closes none' as sys3 leak close leak-E2100001-1 --reason x
check_status 1 'nor audit' as aud1 leak close leak-E2100001-1 --reason x
check 'security closes it' as sec1 leak close leak-E2100001-1 --reason settled \
	--show
fresh=$(sed -n 's/^password *//p' <<<"$check_output")
check 'the status is active' is alice tenureStatus active
check_status 49 'the leaked password opens nothing' lets_in alice "$word"
check 'the new one does' lets_in alice "$fresh"
check 'it must be changed first' is alice pwdReset TRUE
check 'no key came back' is alice tenureSshPublicKey ''
check_same '' "$(value "uid=alice,$people" pwdEndTime)" 'nothing is left of the lock'
check_output=$(as aud1 leak show leak-E2100001-1)
check_says 'restored' 'the case says so'
check_says 'closed         by sec1' 'and by whom'
check_says 'verified       by sys2: identity card, in person' 'verified by whom and how'
check_status 1 'it is closed once' as sec2 leak close leak-E2100001-1 --reason x
check 'another leak of alice' as sys1 leak report alice --reason again
check_says leak-E2100001-2 'is another case'

# Who has left meanwhile stays locked.
check 'somebody of security reports it too' as sec2 leak report bob --reason two
as sys1 depart bob --reason left --apply >/dev/null
wait_for 5 has_case leak-E2100002-1
as sys2 leak verify leak-E2100002-1 --how 'by telephone' >/dev/null
all_items leak-E2100002-1 sec1 >/dev/null
check_status 1 'a second reporter does not close it' as sec2 leak close \
	leak-E2100002-1 --reason x
check_says 'you have reported it' 'and why'
check 'a case of who has left is closed' as sec1 leak close leak-E2100002-1 \
	--reason settled
check_says 'stays departed' 'and opens nothing'
check 'the status says departed' is bob tenureStatus departed

# Sealed, and the journal.
wait_for 5 has_case leak-E2100003-1
as sys2 leak verify leak-E2100003-1 --how 'identity card' >/dev/null
all_items leak-E2100003-1 sec1 >/dev/null
check 'closed with a sealed slip' as sec1 leak close leak-E2100003-1 --reason done
check_says 'tenure issue --open carol' 'by root where slips are'
check 'everything is in the journal' tenure journal show --person carol
for verb in 'leak report' 'leak verify' 'leak item' 'leak close'; do
	check_says "$verb" "$verb is"
done

# Who holds a role: superiors, and at the first level two peers (UM-15.2).
check 'a leak of who holds a role locks at once' as sys3 leak report sec3 \
	--reason 'phished'
check 'the enforcer writes the status' is sec3 tenureStatus leak
id=$(value "cn=leak-E2100011-1,ou=incidents,$S" tenureRequestLevel)
wait_for 5 has_case leak-E2100011-1
check_same 2 "$(value "cn=leak-E2100011-1,ou=incidents,$S" tenureRequestLevel)" \
	'the case says at which level'
check_status 1 'a peer of the second level verifies nothing' as sys3 leak verify \
	leak-E2100011-1 --how x
check_says 'first level' 'a superior does'
check 'a superior does' as sys1 leak verify leak-E2100011-1 --how 'in person'
check_status 1 'nobody closes it before what the account did is known' \
	as sec1 leak close leak-E2100011-1 --reason x
check_says 'tenure leak dossier' 'and how that is'
check_status 1 'nothing that it did is left out' tenure leak dossier \
	leak-E2100011-1 --items --since 2090-01-01
check 'root makes each an item (UM-15.2)' tenure leak dossier leak-E2100011-1 \
	--items
check_says 'nobody has given a password since' 'from the last good moment on'
check_status 1 'a peer looks at none of them' as sys3 leak item \
	leak-E2100011-1 1 --confirmed
check_says 'first level' 'superiors do'
all_items leak-E2100011-1 sec1 >/dev/null
check_status 1 'nobody alone opens who holds a role' as sec1 leak close \
	leak-E2100011-1 --reason x
check_says 'tenure role revoke' 'two people take the role first'
json=$(as sys1 role revoke sec3 --reason leak --json)
rid=$(sed -n 's/^ *"request": "\(.*\)",*$/\1/p' <<<"$json")
code=$(sed -n 's/^ *"code": "\(.*\)",*$/\1/p' <<<"$json")
as sec1 request sign "$rid" --code "$code" >/dev/null
check_same '' "$(value "cn=security,ou=roles,$S" member | grep '^uid=sec3,')" \
	'the role is taken'
check 'then a superior of security closes it' as sec1 leak close \
	leak-E2100011-1 --reason done --show
check 'and the person has an ordinary account' is sec3 tenureStatus active

check 'a leak of the first level' as sys3 leak report sys2 --reason 'phished'
wait_for 5 has_case leak-E2100007-1
as sys1 leak verify leak-E2100007-1 --how 'in person' >/dev/null
check 'what that account did' tenure leak dossier leak-E2100007-1 --items
check_says 'modify cn=leak-E2100001-1' 'is known'
check_status 50 'and no subordinate drops it' server_by sys3 "$word" modify < <(
	change "cn=leak-E2100007-1,ou=incidents,$S" 'delete: tenureCaseItem')
check 'superiors look at it, one by one' all_items leak-E2100007-1 sec1
check 'one of the first level signs' as sec1 leak close leak-E2100007-1 \
	--reason done
check_says 'the first of two peers' 'as the first of two'
check 'and nothing is open' is sys2 tenureStatus leak
check_status 1 'not twice the same' as sec1 leak close leak-E2100007-1 --reason x
check_says 'another one' 'and who instead'
# signed WHO... : ask as sys1, sign as sec1.
two_sign()
{
	json=$(as sys1 role "$@" --reason leak --json)
	rid=$(sed -n 's/^ *"request": "\(.*\)",*$/\1/p' <<<"$json")
	code=$(sed -n 's/^ *"code": "\(.*\)",*$/\1/p' <<<"$json")
	as sec1 request sign "$rid" --code "$code"
}
check 'a successor is of the first level' two_sign grant system sys3 --level 1
check 'so the role can be taken' two_sign revoke sys2
check 'the other peer closes it' as sec2 leak close leak-E2100007-1 \
	--reason done --show
check 'the account is open, an ordinary one' is sys2 tenureStatus active

# More locks than anybody counts, half of them of old.
for n in $(seq 40); do
	printf '%s\n' "dn: cn=many-$n,ou=locks,$S" 'objectClass: tenureLock' \
		"cn: many-$n" 'tenureLockKind: leak' \
		'tenureLockedTime: 20261101000000Z' \
		'tenureStaffNumber: E2100005' 'description: one of many' \
		"tenureLockedBy: cn=bootstrap,ou=agents,$S" ''
	[ "$n" -gt 20 ] || printf '%s\n' "dn: cn=free-$n,ou=locks,$S" \
		'objectClass: tenureRelease' "cn: free-$n" \
		"tenureLockRef: many-$n" \
		'tenureReleasedTime: 20261101000000Z' 'description: settled' ''
done | server_as nobody add >/dev/null
joined_all()
{
	[ "$(value "cn=leak-E2100005-1,ou=incidents,$S" tenureCaseLock |
		wc -l)" -ge 20 ]
}
check 'each open lock is in a case, however many there were' \
	wait_for 10 joined_all
as sys1 leak verify leak-E2100005-1 --how card >/dev/null
all_items leak-E2100005-1 sec1 >/dev/null
check 'and each is released' as sec1 leak close leak-E2100005-1 --reason done \
	--show
check 'so that the account is open' is erin tenureStatus active

# Locks of old were called whatever anybody liked: released as all others.
server_person frank 2100030 'Frank Person' 'tenureStatus: active' \
	"userPassword: $word" | server_as nobody add >/dev/null
old_lock() # NAME KIND
{
	printf '%s\n' "dn: cn=${1//,/\\,},ou=locks,$S" 'objectClass: tenureLock' \
		"cn: $1" "tenureLockKind: $2" \
		'tenureLockedTime: 20260101000000Z' \
		'tenureStaffNumber: E2100030' 'description: of old' \
		"tenureLockedBy: cn=bootstrap,ou=agents,$S" | server_as nobody add
}
old_joined()
{
	server_as nobody search -LLL -o ldif-wrap=no -b "ou=incidents,$S" \
		'(tenureCaseLock=mail of 3 May: frank, by phone)' cn | grep -q '^cn'
}
check_status 50 'nobody gives a lock such a name any more' server_by sys3 "$word" \
	add < <(printf '%s\n' "dn: cn=a b,ou=locks,$S" 'objectClass: tenureLock' \
		'cn: a b' 'tenureLockKind: suspension' \
		'tenureLockedTime: 20260101000000Z' \
		'tenureStaffNumber: E2100030' 'description: x' \
		"tenureLockedBy: uid=sys3,$people")
check 'a suspension of old' old_lock '挂失 1: zhang, li & co | all!' suspension
check 'shuts' wait_for 5 is frank tenureStatus suspended
check 'and is released by security' as sec1 release frank --reason over
check 'so that the account is open' is frank tenureStatus active
check 'a leak of old' old_lock 'mail of 3 May: frank, by phone' leak
check 'has a case' wait_for 5 old_joined
as sys1 leak verify leak-E2100030-1 --how card >/dev/null
all_items leak-E2100030-1 sec1 >/dev/null
check 'which is closed' as sec1 leak close leak-E2100030-1 --reason done --show
check 'and released' is frank tenureStatus active
check 'a lock whose name would mean something to slapd' \
	old_lock 'frank (1)*' suspension
check 'shuts too' wait_for 5 is frank tenureStatus suspended
check_status 1 'and is not released over the network' as sec1 release frank \
	--reason over
check_says 'docs/directory.md' 'but by root, as is written down'
odd_release() # LOCK
{
	printf '%s\n' "dn: cn=pre-odd,ou=locks,$S" 'changetype: add' \
		'objectClass: tenureRelease' 'cn: pre-odd' \
		"tenureLockRef: $1" 'tenureReleasedTime: 20261101000000Z' \
		'description: odd'
}
for name in 'frank (1)*' 'x)(cn=*' '*' 'by-hand]'; do
	check_status 50 "slapd lets nobody release $name" server_by sec1 "$word" \
		modify < <(odd_release "$name")
done
# Beneath: root's way out does it.

# One administrator does not take all who could undo it.
as sys3 leak report sec1 sec2 --reason chaos >/tmp/chaos 2>&1
check_output=$(cat /tmp/chaos)
check_says "second person's report" 'the last one waits for a second report'
check 'the one is shut' is sec1 tenureStatus leak
check 'the last one of security is not' is sec2 tenureStatus active
check_same 1 "$(count_of "ou=locks,$S" \
	'(&(tenureLockKind=leak)(tenureStaffNumber=E2100010))')" \
	'but has a lock, which shuts every host'
check 'a second report' as sys1 leak report sec2 --reason 'I saw it too'
check 'shuts that account too' is sec2 tenureStatus leak

# Root's way out, where nobody is left: docs/directory.md.
{
	for name in $(locks_of E2100010); do
		early "$name" | sed '1a changetype: add'
		echo
	done
	odd_release 'frank (1)*'
	echo
	for login in sec2 frank; do
		change "uid=$login,$people" 'replace: tenureStatus' \
			'tenureStatus: active' - 'delete: pwdEndTime' - \
			'delete: pwdAccountLockedTime'
	done
} >/tmp/way-out.ldif
enforcer_kill
server_stop
check 'root opens one account, with slapd stopped' runuser -u openldap -- \
	/usr/sbin/slapmodify -n3 -F /etc/ldap/slapd.d -l /tmp/way-out.ldif
server_start && enforcer_start
check 'who comes in then' lets_in sec2 "$word"
check 'and is not shut again' is sec2 tenureStatus active
check 'nor is who had the lock with the odd name' is frank tenureStatus active
check_done
