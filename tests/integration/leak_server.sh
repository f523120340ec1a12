#!/bin/bash
# What slapd itself refuses about leaks, with raw tools: each refusal here must
# hold whatever client is used (UM-15.1, UM-15.2).
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

S=$server_suffix
P=$server_password
people="ou=people,$S"
cases="ou=incidents,$S"

change()
{
	local dn=$1

	shift
	printf '%s\n' "dn: $dn" 'changetype: modify' "$@" ''
}
by()
{
	server_by "$1" "$P" "${@:2}"
}
as_enforcer()
{
	server_as tenure-enforcer "$@"
}
value()
{
	server_as nobody search -LLL -o ldif-wrap=no -b "$1" -s base "$2" \
		2>/dev/null | sed -n "s/^$2: //p"
}
# sign ATTRIBUTE CASE LOGIN: the login's own dn, as the login.
sign()
{
	by "$3" modify < <(change "cn=$2,$cases" "add: $1" \
		"$1: uid=$3,$people")
}
lock()
{
	printf '%s\n' "dn: cn=$1,ou=locks,$S" 'objectClass: tenureLock' \
		"cn: $1" 'tenureLockKind: leak' \
		'tenureLockedTime: 20261101000000Z' "tenureStaffNumber: E$2" \
		'description: a leak' "tenureLockedBy: $3"
}
release()
{
	printf '%s\n' "dn: cn=free-$1,ou=locks,$S" \
		'objectClass: tenureRelease' "cn: free-$1" "tenureLockRef: $1" \
		'tenureReleasedTime: 20261101000000Z' 'description: settled'
}
# a_case NAME LOGIN NUMBER LOCK REPORTER [LINE...]
a_case()
{
	local name=$1 login=$2 number=$3 lock=$4 reporter=$5

	shift 5
	printf '%s\n' "dn: cn=$name,$cases" 'objectClass: tenureLeakCase' \
		"cn: $name" "tenureCaseWhom: uid=$login,$people" \
		'tenurePersonUUID: 00000000-0000-4000-8000-000000000001' \
		"tenureStaffNumber: E$number" "tenureCaseLock: $lock" \
		"tenureCaseReporter: $reporter" "$@" ''
}
verified()
{
	sign tenureCaseVerifiedBy "$1" "$2"
}
refuses()
{
	check_status 50 "$@"
}

server_new || exit 1
number=2100000
for login in alice bob carol sys1 sys2 sec1 sec2 sec3 aud1 hr1; do
	number=$((number + 1))
	server_person "$login" "$number" "${login%[0-9]} Person" \
		'tenureStatus: active' "userPassword: $P"
done >/tmp/people.ldif
server_as nobody add -f /tmp/people.ldif >/dev/null || exit 1
for pair in system:sys1 system:sys2 security:sec1 security:sec2 security:sec3 \
	audit:aud1 hr:hr1; do
	printf '%s\n' "dn: cn=${pair%:*},ou=roles,$S" 'changetype: modify' \
		'add: member' "member: uid=${pair#*:},$people" ''
done | server_as nobody modify >/dev/null
for pair in system:sys1 security:sec1 security:sec2; do
	printf '%s\n' "dn: cn=${pair%:*},ou=roles,$S" 'changetype: modify' \
		'add: tenureRoleSuperior' \
		"tenureRoleSuperior: uid=${pair#*:},$people" ''
done | server_as nobody modify >/dev/null
server_host host1 || exit 1

check 'system adds the lock of a leak' by sys1 add < <(
	lock L1 2100001 "uid=sys1,$people")
refuses 'an ordinary person locks nobody' by bob add < <(
	lock L9 2100001 "uid=bob,$people")
refuses 'nor does audit' by aud1 add < <(lock L9 2100001 "uid=aud1,$people")
refuses 'nor hr' by hr1 add < <(lock L9 2100001 "uid=hr1,$people")
refuses 'nor a host' server_with host1 add < <(
	lock L9 2100001 "cn=host1,ou=hosts,$S")
refuses 'no lock is called so that a filter reads it otherwise' by sys1 add < <(
	lock 'L*' 2100001 "uid=sys1,$people")
# Whom a lock names.
uuid_of()
{
	value "uid=$1,$people" entryUUID
}
named_twice()
{
	lock "$1" "$2" "uid=sys1,$people"
	echo "tenurePersonUUID: $3"
}
refuses 'a lock that names two people shuts neither' by sys1 add < <(
	named_twice T1 2100002 "$(uuid_of alice)")
refuses 'nor is one made of one that names one' by sys1 modify < <(
	change "cn=L1,ou=locks,$S" 'add: tenurePersonUUID' \
		"tenurePersonUUID: $(uuid_of bob)")
check 'one that names somebody twice is no matter' by sys1 add < <(
	named_twice T2 2100003 "$(uuid_of carol)")

# A release is of a lock that is there.
refuses 'security releases no lock that is not there yet' by sec1 add < <(
	release leak-E2100002-1)
refuses 'nor under any other name of it' by sec1 add < <(release LEAK-e2100002-1)
check 'nor is it in the way when the lock comes' by sys1 add < <(
	lock leak-E2100002-1 2100002 "uid=sys1,$people")
printf '%s\n' "dn: uid=alice,$people" 'changetype: modify' \
	'replace: tenureStatus' 'tenureStatus: leak' - 'replace: pwdEndTime' \
	'pwdEndTime: 20261101000000Z' - 'replace: pwdAccountLockedTime' \
	'pwdAccountLockedTime: 000001010000Z' '' |
	server_as nobody modify >/dev/null

item='tenureCaseItem: the homes'
for who in sys1 sec1 aud1 bob; do
	refuses "$who makes no case" by "$who" add < <(
		a_case C1 alice 2100001 L1 "uid=sys1,$people")
done
refuses 'nor does root' server_as root add < <(
	a_case C1 alice 2100001 L1 "uid=sys1,$people")
refuses 'the enforcer makes none that is closed already' as_enforcer add < <(
	a_case C1 alice 2100001 L1 "uid=sys1,$people" \
		"tenureCaseClosedBy: uid=sec1,$people")
check 'the enforcer makes the case' as_enforcer add < <(
	a_case C1 alice 2100001 L1 "uid=sys1,$people" "$item")
refuses 'which nobody removes' by sec1 delete "cn=C1,$cases"
refuses 'not the enforcer' as_enforcer delete "cn=C1,$cases"
refuses 'nor changes whose it is' by sec1 modify < <(change "cn=C1,$cases" \
	'replace: tenureCaseWhom' "tenureCaseWhom: uid=bob,$people")
refuses 'a reporter does not drop out' by sys1 modify < <(change "cn=C1,$cases" \
	'delete: tenureCaseReporter')
check_status 50 'words of a report come from a reporter alone' by sec1 modify < <(
	change "cn=C1,$cases" 'add: tenureCaseReport' 'tenureCaseReport: mine')
refuses 'nobody is made a reporter by others' by sec1 modify < <(
	change "cn=C1,$cases" 'add: tenureCaseReporter' \
		"tenureCaseReporter: uid=sec3,$people")
check 'a second reporter says so' sign tenureCaseReporter C1 sec2
check 'and what' by sec2 modify < <(change "cn=C1,$cases" \
	'add: tenureCaseReport' 'tenureCaseReport: seen twice')
check_status 32 'a host reads no case' server_with host1 search -b "cn=C1,$cases" -s base
check 'an ordinary person finds nothing' test -z \
	"$(by bob search -LLL -b "$cases" 2>/dev/null)"

# The lock stays, and so does the status.
refuses 'security releases no lock of a leak' by sec1 add < <(release L1)
refuses 'nor opens the status' by sec1 modify < <(change "uid=alice,$people" \
	'replace: tenureStatus' 'tenureStatus: active')
refuses 'nor by way of another status' by sec1 modify < <(
	change "uid=alice,$people" 'replace: tenureStatus' \
		'tenureStatus: departed')
refuses 'nor takes the end away' by sec1 modify < <(change "uid=alice,$people" \
	'delete: pwdEndTime')
refuses 'nor the lock of the password' by sec1 modify < <(
	change "uid=alice,$people" 'delete: pwdAccountLockedTime')

# Signatures in their order.
refuses 'nobody closes what nobody verified' sign tenureCaseClosedBy C1 sec1
refuses 'audit verifies nothing' verified C1 aud1
refuses 'hr neither' verified C1 hr1
refuses 'nobody verifies in another name' by sys1 modify < <(
	change "cn=C1,$cases" 'add: tenureCaseVerifiedBy' \
		"tenureCaseVerifiedBy: uid=sec1,$people")
refuses 'both in one change is no way' by sec1 modify < <(
	change "cn=C1,$cases" 'add: tenureCaseVerifiedBy' \
		"tenureCaseVerifiedBy: uid=sec1,$people" - \
		'add: tenureCaseClosedBy' \
		"tenureCaseClosedBy: uid=sec1,$people")
refuses 'nobody says how before somebody has verified' by sys2 modify < <(
	change "cn=C1,$cases" 'add: tenureCaseVerifiedHow' \
		'tenureCaseVerifiedHow: not at all')
check 'system verifies' verified C1 sys2
refuses 'nobody says how for another' by sys1 modify < <(
	change "cn=C1,$cases" 'add: tenureCaseVerifiedHow' \
		'tenureCaseVerifiedHow: not at all')
check 'and says how' by sys2 modify < <(change "cn=C1,$cases" \
	'add: tenureCaseVerifiedHow' 'tenureCaseVerifiedHow: card')
refuses 'once' by sec1 modify < <(change "cn=C1,$cases" \
	'replace: tenureCaseVerifiedBy' "tenureCaseVerifiedBy: uid=sec1,$people")
refuses 'nobody closes while an item is left' sign tenureCaseClosedBy C1 sec1
refuses 'closing and dropping the item in one change is no way' \
	by sec1 modify < <(change "cn=C1,$cases" 'delete: tenureCaseItem' \
		"$item" - 'add: tenureCaseClosedBy' \
		"tenureCaseClosedBy: uid=sec1,$people")
refuses 'audit drops no item' by aud1 modify < <(change "cn=C1,$cases" \
	'delete: tenureCaseItem' "$item")
refuses 'security drops none that it did not look at' by sec1 modify < <(
	change "cn=C1,$cases" 'delete: tenureCaseItem' "$item")
refuses 'looking and dropping in one change is no way' by sec1 modify < <(
	change "cn=C1,$cases" 'delete: tenureCaseItem' "$item" - \
		'add: tenureCaseLooked' \
		"tenureCaseLooked: uid=sec1,$people: ${item#*: }")
# looked CASE LOGIN ITEM, drop CASE LOGIN ITEM
looked()
{
	by "$2" modify < <(change "cn=$1,$cases" 'add: tenureCaseLooked' \
		"tenureCaseLooked: uid=$2,$people: $3")
}
drop()
{
	by "$2" modify < <(change "cn=$1,$cases" 'delete: tenureCaseItem' \
		"tenureCaseItem: $3")
}
refuses 'nobody looks in another name' by sec1 modify < <(
	change "cn=C1,$cases" 'add: tenureCaseLooked' \
		"tenureCaseLooked: uid=sec2,$people: ${item#*: }")
refuses 'audit looks at nothing' looked C1 aud1 "${item#*: }"
check 'security looks' looked C1 sec1 "${item#*: }"
refuses 'what was looked at stays so' by sec1 modify < <(change "cn=C1,$cases" \
	'delete: tenureCaseLooked')
refuses 'another one drops it on that word' drop C1 sec3 "${item#*: }"
refuses 'not all at once' by sec1 modify < <(change "cn=C1,$cases" \
	'delete: tenureCaseItem')
refuses 'nor replaces them' by sec1 modify < <(change "cn=C1,$cases" \
	'replace: tenureCaseItem')
refuses 'nobody adds an item that could not be compared' by sec1 modify < <(
	change "cn=C1,$cases" 'add: tenureCaseItem' \
		'tenureCaseItem: x] | [y')
check 'who looked drops it' drop C1 sec1 "${item#*: }"
by sec1 modify < <(change "cn=C1,$cases" 'add: tenureCaseDone' \
	'tenureCaseDone: looked')
refuses 'what was done stays' by sec1 modify < <(change "cn=C1,$cases" \
	'delete: tenureCaseDone')
refuses 'system closes nothing' sign tenureCaseClosedBy C1 sys2
refuses 'who reported it neither' sign tenureCaseClosedBy C1 sys1
refuses 'nor the second reporter' sign tenureCaseClosedBy C1 sec2
refuses 'nobody closes in another name' by sec1 modify < <(
	change "cn=C1,$cases" 'add: tenureCaseClosedBy' \
		"tenureCaseClosedBy: uid=sec2,$people")
refuses 'it is not restored before it is closed' by sec1 modify < <(
	change "cn=C1,$cases" 'add: tenureCaseRestoredTime' \
		'tenureCaseRestoredTime: 20261101000000Z')
refuses 'security gives no password before' server_by sec1 "$P" modify < <(
	change "uid=alice,$people" 'replace: userPassword' \
		'userPassword: Nebel-und-Pflaume-8')
check 'security closes it' sign tenureCaseClosedBy C1 sec3
refuses 'another one does not take that over' sign tenureCaseClosedBy C1 sec1
refuses 'nor releases the lock' by sec1 add < <(release L1)
refuses 'no lock joins a case that is closed' as_enforcer modify < <(
	change "cn=C1,$cases" 'add: tenureCaseLock' 'tenureCaseLock: late')
check 'who closed it does' by sec3 add < <(release L1)
refuses 'no other lock' by sec3 modify < <(change "uid=bob,$people" \
	'replace: tenureResetBy' "tenureResetBy: uid=sec3,$people")
refuses 'another one does not open the status' by sec1 modify < <(
	change "uid=alice,$people" 'replace: tenureStatus' \
		'tenureStatus: active')
check 'who closed it does' by sec3 modify < <(change "uid=alice,$people" \
	'replace: tenureStatus' 'tenureStatus: active')
check_status 49 'the old password opens nothing even now' by alice whoami
reset()
{
	by "$1" passwd -s Nebel-und-Pflaume-8 "uid=$2,$people"
}
check_status 1 'another one of security gives no password' reset sec1 alice
check_status 1 'nor to another person' reset sec3 bob
check 'who closed it gives one' reset sec3 alice
check_same TRUE "$(value "uid=alice,$people" pwdReset)" 'which must be changed'
check 'and says when' by sec3 modify < <(change "cn=C1,$cases" \
	'add: tenureCaseRestoredTime' 'tenureCaseRestoredTime: 20261101000000Z')
check_status 1 'from then on no more' reset sec3 alice

# Whose leak it is signs nothing; of who held a role the first level, of the
# first level two (UM-15.2).
as_enforcer add < <(a_case C2 sec2 2100007 L2 "uid=sys2,$people" \
	"tenureRequestRole: cn=security,ou=roles,$S" 'tenureRequestLevel: 1')
as_enforcer add < <(a_case C3 sec3 2100008 L3 "uid=sys2,$people" \
	"tenureRequestRole: cn=security,ou=roles,$S" 'tenureRequestLevel: 2' \
	"$item")
refuses 'the second level takes nothing out of what it did' by sys2 modify < <(
	change "cn=C3,$cases" 'delete: tenureCaseItem')
refuses 'nor says that it looked' looked C3 sys2 "${item#*: }"
check 'a superior does' looked C3 sys1 "${item#*: }"
refuses 'the second level drops it no more on that word' drop C3 sys2 "${item#*: }"
check 'the superior does' drop C3 sys1 "${item#*: }"
refuses 'whose leak it is verifies nothing' verified C2 sec2
refuses 'the second level verifies nothing of the first' verified C2 sec3
refuses 'nor of its own' verified C3 sys2
check 'a superior does' verified C3 sys1
refuses 'nobody closes it before what the account did is an item' \
	sign tenureCaseClosedBy C3 sec1
refuses 'that the first level cannot say' by sec1 modify < <(
	change "cn=C3,$cases" 'add: tenureCaseDossier' 'tenureCaseDossier: x')
for case in C2 C3; do
	server_as root modify < <(change "cn=$case,$cases" \
		'add: tenureCaseDossier' 'tenureCaseDossier: since then')
done >/dev/null
refuses 'a peer of the second level does not close it' \
	sign tenureCaseClosedBy C3 sys2
refuses 'a superior who holds system does not' sign tenureCaseClosedBy C3 sys1
check 'a superior of security does' sign tenureCaseClosedBy C3 sec1
check 'of the first level: verified' verified C2 sys1
refuses 'nobody closes it alone' sign tenureCaseClosedBy C2 sec1
refuses 'the second level is no peer' sign tenureCaseClosedSecond C2 sec3
check 'a peer signs' sign tenureCaseClosedSecond C2 sec1
refuses 'and does not close it too' sign tenureCaseClosedBy C2 sec1
refuses 'nor is it the subject who does' sign tenureCaseClosedBy C2 sec2
check_done
