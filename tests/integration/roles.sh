#!/bin/bash
# Roles and signed requests, as people use them: the commands, and the enforcer
# that carries them out. What slapd refuses by itself: roles_server.sh.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
. "$top_srcdir/tests/integration/lib/enforcer_fixture.sh"
trap 'enforcer_kill; server_stop' EXIT

holds()
{
	value "cn=$2,ou=roles,$S" "${3-member}" | grep -q "^uid=$1,"
}
holds_not()
{
	! holds "$@"
}
# ask BY WORD...: the id of the new request, in $id, its code in $code.
ask()
{
	local by=$1 json

	shift
	id= code=
	json=$(as "$by" role "$@" --reason 'a test' --json) || return
	id=$(sed -n 's/^ *"request": "\(.*\)",*$/\1/p' <<<"$json")
	code=$(sed -n 's/^ *"code": "\(.*\)",*$/\1/p' <<<"$json")
	[ -n "$id" ] && [ -n "$code" ]
}
sign()
{
	as "$1" request sign "$id" --code "$code"
}
# sign_second BY: raw, where no enforcer is there to wait for.
sign_second()
{
	change "cn=$id,ou=requests,$S" 'add: tenureSignedSecond' \
		"tenureSignedSecond: uid=$1,$people" |
		server_by "$1" "$word" modify >/dev/null
}
answer()
{
	value "cn=$id,ou=requests,$S" tenureRequestResult
}
answered()
{
	case $(answer) in
	"$1"*) return 0 ;;
	esac
	return 1
}
has_lock()
{
	server_as nobody search -LLL -b "ou=locks,$S" "(tenureStaffNumber=$1)" \
		dn | grep -q '^dn:'
}

server_new || exit 1
number=2100000
for login in alice bob carol dave erin sys1 sys2 sys3 sec1 sec2 sec3 aud1; do
	number=$((number + 1))
	server_person "$login" "$number" "${login%[0-9]} Person" \
		'tenureStatus: active' "userPassword: $word"
done >/tmp/people.ldif
server_as nobody add -f /tmp/people.ldif >/dev/null || exit 1

# The first holders.
check_status 2 'one person alone is no beginning' tenure role fill system sys1
check 'root fills an empty role' tenure role fill system sys1 sys2
check_says 'sys2 holds system, of the first level' 'and is told so'
check_status 1 'once' tenure role fill system sys3 alice
check_says 'only one that nobody holds' 'and why'
check_status 1 'nobody is given a second one' tenure role fill security sys1 sec1
check 'another role' tenure role fill security sec1 sec2
check 'audit has no superior to wait for' tenure role fill audit aud1
check_status 1 'a person fills none' as sys1 role fill hr alice
check 'who holds what' tenure role list
check_says 'first level   sec1, sec2' 'is listed'

enforcer_start
check 'the enforcer runs' kill -0 "$enforcer_pid"

# A grant, from both sides.
check_output=$(as sys1 role grant system sys3 --reason 'joins us' 2>&1)
check_says 'give the role system (second level) to' 'asking says what for'
check_says 'You have signed' 'and signs where one may'
check_says 'tell that person the code' 'and what comes next'
id=$(sed -n 's/^request \([0-9a-f]*\):.*/\1/p' <<<"$check_output")
check 'the second signer sees that it waits' as sec1 request list
check_says "$id  give the role system (second level) to sys3" 'which'
check 'looks at it' as sec1 request show "$id"
check_says 'sys Person, staff number E2100008' 'whom'
check_says 'joins us' 'why'
check_says 'asked by     sys1' 'who asked'
check_says 'superior     sys1' 'who signed'
check_says "request sign $id --code" 'and how to sign'
code=$(sed -n 's/^  code *//p' <<<"$check_output")
check_status 2 'without the code nobody signs' as sec1 request sign "$id"
check_status 1 'nor with another' \
	as sec1 request sign "$id" --code 0000-0000-0000
check_status 1 'nobody signs twice' sign sys1
check_says 'somebody else signs it too' 'and is told'
check_status 1 'audit does not sign' sign aud1
check_status 1 'who is concerned does not' sign sys3
check 'it is not done yet' holds_not sys3 system
check 'the second signs' sign sec1
check_says 'granted' 'and is told at once that it is done'
check 'it is' holds sys3 system
check 'at the second level' holds_not sys3 system tenureRoleSuperior
check_status 1 'an answered request is not signed' sign sec2
check_output=$(tenure journal show --person sys3)
check_says 'signed by sys1 and sec1' 'the journal says who signed (CI-P34)'
check 'and holds' tenure journal verify

# Levels.
ask sec1 grant security sec3 && sign sys3 >/dev/null
check 'an operator of system is a second signature' holds sec3 security
ask sec3 grant security alice
check_status 1 'no operator is a superior' sign sys3
check_status 1 'a superior of system is none of security' sign sys1
check 'one of security is' sign sec2
check 'and alice holds it' holds alice security
ask sys1 grant system bob --level 1
check_status 1 'the first level is for two superiors' sign sys3
check 'two peers' sign sec2
check 'give it' holds bob system tenureRoleSuperior
ask sys2 grant system sys3 --level 1 && sign sys1 >/dev/null
check 'somebody is raised' holds sys3 system tenureRoleSuperior
check_status 1 'nobody is asked for twice' ask sys1 grant system bob
check_status 1 'nobody combines two roles (CI-P34)' ask sys1 grant audit bob

# Asking: who.
check_status 1 'audit asks for nothing' \
	as aud1 role grant audit carol --reason test
check_says 'only who holds system or security' 'and who does'
check_status 3 'an ordinary person is shown nobody to ask for' \
	as carol role grant system carol --reason test
check_status 2 'nor root' tenure role grant system carol --reason test

# A role of that name elsewhere: the enforcer would try, and tell the journal of
# it, for ever.
id=elsewhere
printf '%s\n' "dn: cn=$id,ou=requests,$S" 'objectClass: tenureRequest' \
	'tenureRequestKind: grant' 'tenureRequestLevel: 2' \
	"tenureRequestRole: cn=audit,ou=roles,ou=hosts,$S" \
	"tenureRequestWhom: uid=carol,$people" \
	"tenurePersonUUID: $(value "uid=carol,$people" entryUUID)" \
	"tenureStaffNumber: $(value "uid=carol,$people" employeeNumber)" \
	'tenureRequestReason: a test' | server_by sec1 "$word" add >/dev/null
change "cn=$id,ou=requests,$S" 'add: tenureSignedSuperior' \
	"tenureSignedSuperior: uid=sec1,$people" |
	server_by sec1 "$word" modify >/dev/null
check 'a role elsewhere, of the same name, is signed' sign_second sys1
check 'and is none' wait_for 10 answered 'refused: no kind, role'

# One that no program of ours can show whole is answered, signed or not.
id=unreadable
printf '%s\n' "dn: cn=$id,ou=requests,$S" 'objectClass: tenureRequest' \
	'tenureRequestKind: grant' 'tenureRequestLevel: 2' \
	"tenureRequestRole: cn=audit,ou=roles,$S" \
	"tenureRequestWhom: uid=carol,$people" \
	"tenurePersonUUID: $(value "uid=carol,$people" entryUUID)" \
	"tenureStaffNumber: $(value "uid=carol,$people" employeeNumber)" \
	"tenureRequestReason: $(printf 'x%.0s' {1..600})" |
	server_by sec1 "$word" add >/dev/null
check 'a request that cannot be read is answered' \
	wait_for 10 answered 'refused: it cannot be read: tenureRequestReason'

# What comes in between.
ask sec3 grant audit carol
change "cn=$id,ou=requests,$S" 'replace: tenureRequestWhom' \
	"tenureRequestWhom: uid=dave,$people" | server_as nobody modify >/dev/null
check_status 1 'a request that was altered (by the root dn) is not signed' \
	sign sec1
check_says 'is not the code' 'since the code is another'
code=$(as sec1 request show "$id" | sed -n 's/^  code *//p')
check_output=$(as sec1 request show "$id")
check_says 'CAREFUL' 'and who looks again is warned'
check_status 1 'signed all the same' sign sec1
check_says "are not one person's" 'it is refused'
check 'nobody got it' holds_not carol audit
check 'nor the other' holds_not dave audit

enforcer_kill
ask sec1 grant audit carol && sign_second sys1
change "cn=system,ou=roles,$S" 'delete: tenureRoleSuperior' \
	"tenureRoleSuperior: uid=sys1,$people" | server_as nobody modify >/dev/null
ask sec1 grant audit dave && first=$id && sign_second sec2
change "uid=sec2,$people" 'replace: tenureStatus' 'tenureStatus: suspended' |
	server_as nobody modify >/dev/null
ask sec1 grant hr dave && sign_second sys2
enforcer_start
check 'what was signed while the enforcer was away is carried out' \
	wait_for 5 holds dave hr
check 'a superior of another level may still be the second' holds carol audit
id=$first
check 'a signer who is suspended by then counts no more' \
	wait_for 5 answered 'refused: who signed second is not active'
check 'so dave did not get that one' holds_not dave audit
for line in "uid=sec2,$people tenureStatus active replace" \
	"cn=system,ou=roles,$S tenureRoleSuperior uid=sys1,$people add"; do
	set -- $line
	change "$1" "$4: $2" "$2: $3" | server_as nobody modify >/dev/null
done
enforcer_kill
ask sys1 grant system erin && sign_second sys3
change "cn=system,ou=roles,$S" 'delete: member' "member: uid=sys3,$people" - \
	'delete: tenureRoleSuperior' "tenureRoleSuperior: uid=sys3,$people" |
	server_as nobody modify >/dev/null
enforcer_start
check 'nor does one who lost the role' \
	wait_for 5 answered 'refused: who signed second'
check 'who asked for it got nothing' holds_not erin system

# Two at once for one person; the same again.
enforcer_kill
ask sys1 grant system erin && sign_second sys2
first=$id
ask sec1 grant security erin && sign_second sec2
enforcer_start
check 'of two requests for one person' wait_for 5 answered ''
both()
{
	[ -n "$(answer)" ] &&
		[ -n "$(value "cn=$first,ou=requests,$S" tenureRequestResult)" ]
}
check 'both are answered' wait_for 5 both
check_same 1 "$(server_as nobody search -LLL -b "ou=roles,$S" \
	"(member=uid=erin,$people)" dn | grep -c '^dn:')" 'one alone is granted'
server_as nobody search -LLL -o ldif-wrap=no -b "cn=$first,ou=requests,$S" |
	grep -v '^tenureRequestResult\|^tenureSigned\|^cn:' |
	sed "s/$first/replayed/" >/tmp/replayed.ldif
check 'a copy of a request is a new one' \
	server_by sys2 "$word" add -f /tmp/replayed.ldif
sed "s/replayed/replayed2/; \$d" /tmp/replayed.ldif >/tmp/replayed2.ldif
check_status 1 'while it waits nobody asks for the same again' \
	as sys1 role revoke erin --reason test
check_says 'request show replayed' 'and is told which waits'
printf '%s\n' "tenureSignedSuperior: uid=sys1,$people" \
	"tenureSignedSecond: uid=sys2,$people" '' >>/tmp/replayed2.ldif
check_status 50 'and the signatures are not copied' \
	server_by sys2 "$word" add -f /tmp/replayed2.ldif

# One change that puts one person into both places passes slapd's rules of
# requests, which look at the entry as it was.
printf '%s\n' "dn:: $(printf 'cn=a\033[2Jb,ou=requests,%s' "$S" | base64 -w0)" \
	'objectClass: tenureRequest' 'tenureRequestKind: grant' \
	"tenureRequestRole: cn=hr,ou=roles,$S" 'tenureRequestLevel: 2' \
	"tenureRequestWhom: uid=sys3,$people" \
	"tenurePersonUUID: $(value "uid=sys3,$people" entryUUID)" \
	'tenureStaffNumber: E2100008' 'tenureRequestReason: a test' '' |
	server_by sec1 "$word" add >/dev/null
check_output=$(as sec1 request list)
case $check_output in
*$'\033'*) check_fail 'no name moves the cursor of who looks' ;;
*'a?[2Jb'*) check_pass 'no name moves the cursor of who looks' ;;
*) check_fail 'the odd name is listed' ;;
esac
both_places="add: tenureSignedSuperior
tenureSignedSuperior: uid=sec1,$people
-
add: tenureSignedSecond
tenureSignedSecond: uid=sec1,$people"
printf '%s\n' "dn:: $(printf 'cn=a\033[2Jb,ou=requests,%s' "$S" | base64 -w0)" \
	'changetype: modify' "$both_places" '' |
	server_by sec1 "$word" modify >/dev/null
twice()
{
	server_as nobody search -LLL -o ldif-wrap=no -b "ou=requests,$S" \
		'(tenureStaffNumber=E2100008)' tenureRequestResult |
		grep -q 'signed twice by one person'
}
check 'one person in both places has signed for nothing' wait_for 5 twice
check 'and sys3 got no role' holds_not sys3 hr

# Age.
printf '%s\n' "dn: cn=old,ou=requests,$S" 'objectClass: tenureRequest' \
	'tenureRequestKind: grant' "tenureRequestRole: cn=hr,ou=roles,$S" \
	'tenureRequestLevel: 2' "tenureRequestWhom: uid=carol,$people" \
	"tenurePersonUUID: $(value "uid=carol,$people" entryUUID)" \
	'tenureStaffNumber: E2100003' 'tenureRequestReason: a test' \
	'createTimestamp: 20200101000000Z' \
	"tenureSignedSuperior: uid=sec1,$people" \
	"tenureSignedSecond: uid=sec2,$people" '' |
	server_as nobody add -e relax >/dev/null
id=old
check 'a request of long ago lapses, signed or not' \
	wait_for 5 answered 'refused: older than 14 days'

# The last two.
ask sys1 revoke sec2 && sign sec1 >/dev/null
check 'of the first level two stay' answered 'refused: fewer than two'
check 'and so does she' holds sec2 security
ask sec1 suspend sec2 && sign sys1 >/dev/null
check 'nor is one of them suspended' answered 'refused: fewer than two'
ask sec1 grant security sec3 --level 1 && sign sec2 >/dev/null
enforcer_kill
ask sec1 suspend sec2 && first=$id && sign_second sys1
ask sec1 suspend sec3 && sign_second sys1
enforcer_start
answers()
{
	server_as nobody search -LLL -b "ou=requests,$S" \
		"(|(cn=$first)(cn=$id))" tenureRequestResult |
		sed -n 's/^tenureRequestResult: \([a-z]*\).*/\1/p' | sort |
		tr '\n' ' '
}
both_answered()
{
	[ "$(answers | wc -w)" = 2 ]
}
check 'two suspensions at once of three are answered' wait_for 10 both_answered
check_same 'granted refused ' "$(answers)" \
	'and the second sees what the first did'
enforcer_kill
for who in sec2 sec3; do
	server_as nobody search -LLL -b "ou=locks,$S" \
		"(tenureStaffNumber=$(value "uid=$who,$people" employeeNumber))" 1.1 |
		sed -n 's/^dn: //p' | server_as nobody delete
	change "uid=$who,$people" 'replace: tenureStatus' \
		'tenureStatus: active' - 'replace: pwdEndTime' - \
		'replace: pwdAccountLockedTime' |
		server_as nobody modify >/dev/null
done
enforcer_start
ask sec1 revoke sec3 && sign sec2 >/dev/null
check 'of three one may go' holds_not sec3 security
ask sys1 revoke bob && sign sys2 >/dev/null
check 'of system too' holds_not bob system

# Suspended, departed.
check_status 1 'an administrator is not suspended by one command' \
	tenure suspend alice --reason why
check_says 'tenure role suspend alice' 'and the way out is named'
check_status 1 'nor departs by one' tenure depart alice --reason why --apply
check_says 'tenure role depart alice' 'the same'
ask sec1 suspend alice && sign sys1 >/dev/null
check 'two sign: suspended' wait_for 2 is alice tenureStatus suspended
check 'and the role is kept' holds alice security
check_status 1 'who is suspended signs nothing' ask alice grant hr carol
check_status 1 'nobody alone opens it again' \
	as sec1 release alice --reason back
check_says 'tenure role revoke alice' 'and the way out is named'
ask sec1 depart alice && sign sys1 >/dev/null
check 'two sign: departed (CI-P38)' wait_for 2 is alice tenureStatus departed
check 'and out of the role' holds_not alice security
check_output=$(server_as nobody search -LLL -o ldif-wrap=no -b "ou=locks,$S" \
	'(&(tenureLockKind=departure)(tenureStaffNumber=E2100001))')
check_says 'tenureLockMemory: role security level 2' 'which the lock remembers'
check_says 'tenureLockedBy: cn=enforcer' 'the lock is the enforcer'\''s'
ask sec1 depart sec2 && sign sys1 >/dev/null
check 'one of the last two departs: access ends' \
	wait_for 2 is sec2 tenureStatus departed
check 'the list keeps the name' holds sec2 security
check_says_answer()
{
	check_output=$(answer)
	check_says "$1" "$2"
}
check_says_answer 'grant it to a successor' 'and the answer says what to do'
ask sec1 grant security bob --level 1 && sign sys1 >/dev/null
check 'a successor follows: one superior and one of system are enough' \
	holds bob security tenureRoleSuperior
ask bob grant security sec3 --level 1 && sign sec1 >/dev/null
ask bob revoke sec2 && sign sec1 >/dev/null
check 'then the name goes' holds_not sec2 security

# Killed between its steps: what is begun is finished.
enforcer_kill
ask sec1 depart dave && sign_second bob
uuid=$(value "cn=$id,ou=requests,$S" entryUUID)
printf '%s\n' "dn: cn=request-$uuid,ou=locks,$S" 'objectClass: tenureLock' \
	"cn: request-$uuid" 'tenureLockKind: departure' \
	'tenureLockedTime: 20260101000000Z' 'tenureStaffNumber: E2100004' \
	"tenurePersonUUID: $(value "uid=dave,$people" entryUUID)" \
	"tenureLockedBy: cn=enforcer,ou=agents,$S" 'description: a test' '' |
	server_as tenure-enforcer add >/dev/null
enforcer_start
check 'killed after the lock: the rest is done at the next start' \
	wait_for 5 answered granted
check 'out of the role too' holds_not dave hr
enforcer_kill
ask sec1 revoke aud1 && sign_second bob
change "cn=audit,ou=roles,$S" 'delete: member' "member: uid=aud1,$people" - \
	'delete: tenureRoleSuperior' "tenureRoleSuperior: uid=aud1,$people" |
	server_as tenure-enforcer modify >/dev/null
enforcer_start
check 'killed after the change: it is answered' wait_for 5 answered granted
# Killed as soon as the first of its writes is seen, wherever it is by then.
ask sec1 depart carol && sign_second bob
wait_for 5 has_lock E2100003
enforcer_kill
enforcer_start
check 'killed in the middle of it: all is done' wait_for 5 answered granted
check 'out of the role' holds_not carol audit
check 'the journal holds after all that' tenure journal verify
check_same '' "$(grep 'not carried out yet' "$log")" \
	'nothing that it tried failed'
[ "$check_failed" = 0 ] || tail -n 40 "$log" | sed 's/^/# /'
check_done
