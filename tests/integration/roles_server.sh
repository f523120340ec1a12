#!/bin/bash
# What the directory server itself makes of roles and signed requests, asked
# with raw LDAP tools: the enforcer is only an identity here, as if stolen.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

S=$server_suffix
people="ou=people,$S"
word=$server_password

change()
{
	local dn=$1

	shift
	printf '%s\n' "dn: $dn" 'changetype: modify' "$@" ''
}
as()
{
	local login=$1

	shift
	server_by "$login" "$word" "$@"
}
uuid()
{
	server_as nobody search -LLL -b "uid=$1,$people" -s base entryUUID |
		sed -n 's/^entryUUID: //p'
}
# request NAME KIND ROLE LEVEL WHOM [LINE...]: as LDIF.
request()
{
	local name=$1 kind=$2 role=$3 level=$4 whom=$5

	shift 5
	printf '%s\n' "dn: cn=$name,ou=requests,$S" \
		'objectClass: tenureRequest' \
		"tenureRequestKind: $kind" \
		"tenureRequestRole: cn=$role,ou=roles,$S" \
		"tenureRequestLevel: $level" \
		"tenureRequestWhom: uid=$whom,$people" \
		"tenurePersonUUID: $(uuid "$whom")" \
		"tenureStaffNumber: E$(number_of "$whom")" \
		'tenureRequestReason: a test' "$@" ''
}
ask()
{
	local by=$1

	shift
	request "$@" | as "$by" add
}
# sign BY PLACE NAME [WHOSE]
sign()
{
	change "cn=$3,ou=requests,$S" "add: tenureSigned$2" \
		"tenureSigned$2: uid=${4-$1},$people" | as "$1" modify
}
# enforce VERB ROLE ATTRIBUTE WHOM: as a stolen enforcer.
enforce()
{
	change "cn=$2,ou=roles,$S" "$1: $3" "$3: uid=$4,$people" |
		server_as tenure-enforcer modify
}
number_of()
{
	id=0
	for login in $logins; do
		id=$((id + 1))
		[ "$login" != "$1" ] || echo $((2100000 + id))
	done
}
fill()
{
	local role=$1 login

	shift
	printf '%s\n' "dn: cn=$role,ou=roles,$S" 'changetype: modify' \
		'add: member'
	for login in "$@"; do
		echo "member: uid=$login,$people"
	done
	printf '%s\n' - 'add: tenureRoleSuperior'
	for login in "$@"; do
		echo "tenureRoleSuperior: uid=$login,$people"
	done
	echo
}

server_new || exit 1
logins='alice bob sys1 sys2 sys3 sec1 sec2 sec3 aud1 hr1 it1'
for login in $logins; do
	server_person "$login" "$(number_of "$login")" "${login%[0-9]} Person" \
		'tenureStatus: active' "userPassword: $word"
done >/tmp/people.ldif
server_as nobody add -f /tmp/people.ldif >/dev/null || exit 1

# The first holders.
fill system sys1 sys2 >/tmp/system.ldif
fill security sec1 sec2 >/tmp/security.ldif
check 'bootstrap fills an empty role, with its first level' \
	server_as root modify -f /tmp/system.ldif
check 'and another' server_as root modify -f /tmp/security.ldif
change "cn=security,ou=roles,$S" 'add: member' "member: uid=alice,$people" \
	>/tmp/alice.ldif
check_status 50 'after that never' server_as root modify -f /tmp/alice.ldif
fill audit sys1 >/tmp/audit.ldif
check_status 19 'nobody combines two roles (CI-P34)' \
	server_as root modify -f /tmp/audit.ldif
fill audit aud1 | server_as root modify >/dev/null
for pair in system:sys3 security:sec3 hr:hr1 it-manager:it1; do
	change "cn=${pair%:*},ou=roles,$S" 'add: member' \
		"member: uid=${pair#*:},$people"
done | server_as nobody modify >/dev/null

# Nobody by themselves.
for who in sys1 sec1 aud1 hr1 it1; do
	check_status 50 "$who adds nobody to security" \
		as "$who" modify -f /tmp/alice.ldif
done
sed s/alice/sys1/ /tmp/alice.ldif >/tmp/self.ldif
check_status 19 'a system administrator does not add himself to security' \
	as sys1 modify -f /tmp/self.ldif
check_status 50 'the enforcer neither, without a request' \
	enforce add security member alice
check_status 50 'nor takes anybody out' enforce delete security member sec1

# Asking.
for who in aud1 hr1 it1 alice; do
	check_status 50 "$who asks for nothing" \
		ask "$who" never grant system 2 alice
done
request never grant system 2 alice >/tmp/never.ldif
check_status 50 'the enforcer does not ask' \
	server_as tenure-enforcer add -f /tmp/never.ldif
check_status 50 'nor bootstrap' server_as root add -f /tmp/never.ldif
check 'system asks' ask sys3 r1 grant system 2 alice
check_status 50 'the enforcer does nothing on a request without a signature' \
	enforce add system member alice

# Signing.
check_status 50 'a signature in the name of another is refused' \
	sign sys3 Second r1 sys2
check_status 50 'an operator is no superior' sign sys3 Superior r1
check_status 50 'audit does not sign' sign aud1 Second r1
check_status 50 'who is concerned does not sign' sign alice Second r1
ask sec1 twice grant system 2 bob >/dev/null
check 'a superior writes both signatures in one change' as sec1 modify < <(
	change "cn=twice,ou=requests,$S" 'add: tenureSignedSuperior' \
		"tenureSignedSuperior: uid=sec1,$people" - \
		'add: tenureSignedSecond' \
		"tenureSignedSecond: uid=sec1,$people")
check_status 50 'which the enforcer cannot carry out' \
	enforce add system member bob
check 'an operator signs as the second' sign sys3 Second r1
check_status 50 'the enforcer does nothing on one signature' \
	enforce add system member alice
check_status 19 'a place is signed once' sign sys2 Second r1
check 'a superior signs' sign sys1 Superior r1
check_status 50 'nobody takes a signature back' \
	as sys1 modify <<<"$(change "cn=r1,ou=requests,$S" \
		'delete: tenureSignedSuperior')"
check_status 50 'the enforcer still adds nobody else' \
	enforce add system member bob
check_status 50 'nor to another role' enforce add security member alice
check_status 50 'nor to the first level' \
	enforce add system tenureRoleSuperior alice
check_status 50 'and takes nobody out' enforce delete system member sys2

# Words stay.
for line in 'tenureRequestKind: revoke' 'tenureRequestLevel: 1' \
	"tenureRequestRole: cn=security,ou=roles,$S" \
	"tenureRequestWhom: uid=bob,$people" 'tenureRequestReason: another' \
	'tenureStaffNumber: E2100002' 'cn: r9'; do
	for who in sys1 sec1; do
		change "cn=r1,ou=requests,$S" "replace: ${line%%:*}" "$line" \
			>/tmp/alter.ldif
		check_status 50 "$who does not alter: $line" \
			as "$who" modify -f /tmp/alter.ldif
	done
	sed -i 's/^replace/add/' /tmp/alter.ldif
	as sys1 modify -e relax -f /tmp/alter.ldif >/dev/null 2>&1 &&
		check_fail "a second one is added: $line"
done
check_status 50 'nobody removes a request' as sys1 delete "cn=r1,ou=requests,$S"

# Carried out, once.
check 'signed by two it is carried out' enforce add system member alice
check 'and answered' server_as tenure-enforcer modify <<<"$(change \
	"cn=r1,ou=requests,$S" 'add: tenureRequestResult' \
	'tenureRequestResult: granted')"
change "cn=system,ou=roles,$S" 'delete: member' "member: uid=alice,$people" |
	server_as nobody modify >/dev/null
check_status 50 'a request that is answered is not carried out again' \
	enforce add system member alice
check_status 50 'an answer is not changed' \
	server_as tenure-enforcer modify <<<"$(change "cn=r1,ou=requests,$S" \
		'replace: tenureRequestResult' 'tenureRequestResult: refused')"

# Superiors: whose.
ask sys1 r2 grant security 2 bob >/dev/null
check_status 50 'a superior of system is none of security' sign sys1 Superior r2
check 'but may be the second' sign sys1 Second r2
check_status 50 'and is not both' sign sys1 Superior r2
check 'a superior of security is' sign sec1 Superior r2
check_status 50 'who signed as superior is not the second' sign sec1 Second r2
ask sys1 r3 grant system 1 bob >/dev/null
check_status 50 'of the first level no operator signs' sign sec3 Second r3
check 'two peers do' sign sec1 Second r3
check 'one of that role or of security' sign sys2 Superior r3
check_status 50 'a level is no more than was asked for' \
	enforce add security tenureRoleSuperior bob

# A signer who lost the role, or is locked, counts no more.
change "cn=security,ou=roles,$S" 'delete: tenureRoleSuperior' \
	"tenureRoleSuperior: uid=sec1,$people" | server_as nobody modify >/dev/null
check_status 50 'a superior who is none any more has signed nothing' \
	enforce add security member bob
change "cn=security,ou=roles,$S" 'add: tenureRoleSuperior' \
	"tenureRoleSuperior: uid=sec1,$people" | server_as nobody modify >/dev/null
change "uid=sys1,$people" 'replace: tenureStatus' 'tenureStatus: suspended' |
	server_as nobody modify >/dev/null
check_status 50 'nor has one who is suspended' enforce add security member bob
check_status 49 'who does not sign either' sign sys1 Second r2
change "uid=sys1,$people" 'replace: tenureStatus' 'tenureStatus: active' |
	server_as nobody modify >/dev/null
check 'when both hold it, it counts' enforce add security member bob
check_status 19 'and still nobody combines two' enforce add system member bob

# Out.
ask sec1 r4 revoke security 1 sec2 >/dev/null
sign sec1 Superior r4 >/dev/null
check_status 50 'the subject is not the second' sign sec2 Second r4
sign sys1 Second r4 >/dev/null
check 'out of the first level' enforce delete security tenureRoleSuperior sec2
check 'and out of the role' enforce delete security member sec2
check_status 50 'not another' enforce delete security member sec3
check_status 50 'and not back in' enforce add security member sec2

# Of the first level is who is a member too.
ask sec1 r6 grant hr 2 alice >/dev/null
change "cn=security,ou=roles,$S" 'add: tenureRoleSuperior' \
	"tenureRoleSuperior: uid=hr1,$people" | server_as nobody modify >/dev/null
check_status 50 'a superior who is no member signs nothing' \
	sign hr1 Superior r6

# When it was asked, and by whom, is the server's own word.
request r5 grant hr 2 alice "creatorsName: uid=sec1,$people" \
	'createTimestamp: 20300101000000Z' >/tmp/forged.ldif
check_output=$(as sys1 add -e relax -f /tmp/forged.ldif 2>&1)
check_output=$(server_as nobody search -LLL -b "cn=r5,ou=requests,$S" -s base \
	creatorsName createTimestamp 2>&1)
case $check_output in
*20300101* | *uid=sec1*) check_fail 'a request is not dated by who asks' ;;
*) check_pass 'a request is not dated by who asks' ;;
esac
check_done
