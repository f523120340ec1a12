#!/bin/bash
#
# Two providers: what is locked at one while the link is cut is locked at both
# once it is joined, by a raw client against slapd; the one that is not the
# writer takes locks and no other change.

set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
lab=$top/tests/lab
S=dc=example,dc=org
export LAB_QUIET=1 TENURE_LAB=providers-$$
trap '"$lab" down >/dev/null 2>&1' EXIT

at()
{
	"$lab" exec "$@"
}

# person LOGIN NUMBER: as LDIF.
person()
{
	printf '%s\n' "dn: uid=$1,ou=people,$S" 'objectClass: inetOrgPerson' \
		'objectClass: posixAccount' 'objectClass: tenurePerson' \
		"uid: $1" 'cn: Xu Xin' 'sn: Xu' "employeeNumber: E$2" \
		"uidNumber: $2" 'gidNumber: 2000000' "homeDirectory: /home/$1" \
		'tenureStatus: active'
}

# lock LOGIN: as LDIF; the person is named by the staff number.
lock()
{
	printf '%s\n' "dn: cn=lock-$1,ou=locks,$S" 'objectClass: tenureLock' \
		"cn: lock-$1" 'tenureLockKind: suspension' \
		'tenureLockedTime: 20260101000000Z' "tenureStaffNumber: E$2" \
		"tenureLockedBy: cn=bootstrap,ou=agents,$S" \
		'description: a test'
}

add()
{
	at "$1" -- ldapadd -Q -Y EXTERNAL -H ldapi:///
}

set_password()
{
	at directory -- ldappasswd -Q -Y EXTERNAL -H ldapi:/// \
		-s "$2" "uid=$1,ou=people,$S"
}

binds()
{
	at "$1" -- ldapwhoami -x -H ldapi:/// -D "uid=$2,ou=people,$S" \
		-w "$3"
}

has()
{
	at "$1" -- ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -b "$S" \
		"$2" dn | grep -q '^dn:'
}

is_locked()
{
	has "$1" "(&(uid=$2)(tenureStatus=suspended)(pwdEndTime=*)(pwdAccountLockedTime=000001010000Z))"
}

for kind in delta plain; do
	check "$kind: the lab starts" "$lab" up --providers 2 \
		--replication "$kind" || check_done
	for machine in directory directory2; do
		check "$kind: $machine is as shipped" \
			at "$machine" -- tenure init --check
	done
	number=2000100
	for login in xu yi zhu; do
		number=$((number + 1))
		person "$login" "$number" | add directory >/dev/null
		set_password "$login" "Vogel-und-Kirsche-7" >/dev/null
	done
	check "$kind: an account made at the writer comes to the other" \
		wait_for 10 has directory2 '(uid=zhu)'
	check "$kind: and its holder can log in there" wait_for 10 \
		binds directory2 zhu Vogel-und-Kirsche-7

	person more 2000200 >/tmp/$TENURE_LAB.ldif
	check_status 50 "$kind: the other refuses a new account" \
		add directory2 </tmp/$TENURE_LAB.ldif
	printf '%s\n' "dn: cn=release-x,ou=locks,$S" \
		'objectClass: tenureRelease' 'cn: release-x' \
		'tenureLockRef: lock-xu' 'tenureReleasedTime: 20260101000000Z' \
		'description: a test' >/tmp/$TENURE_LAB.ldif
	check_status 50 "$kind: and a release" \
		add directory2 </tmp/$TENURE_LAB.ldif
	check_status 1 "$kind: and a reset of a password" at directory2 -- \
		ldappasswd -Q -Y EXTERNAL -H ldapi:/// -s Other-Secret-55 \
		"uid=zhu,ou=people,$S"

	check "$kind: the link is cut" "$lab" cut directory directory2
	lock xu 2000101 | add directory >/dev/null
	check "$kind: a lock at the writer is carried out there" \
		wait_for 10 is_locked directory xu
	check "$kind: meanwhile a login at the other succeeds" \
		binds directory2 xu Vogel-und-Kirsche-7
	check_status 49 "$kind: and one with a wrong password fails" \
		binds directory2 xu wrong
	lock yi 2000102 | add directory2 >/dev/null
	check "$kind: a lock at the other is carried out there" \
		wait_for 10 is_locked directory2 yi
	check_status 49 "$kind: and refuses the login" \
		binds directory2 yi Vogel-und-Kirsche-7
	check "$kind: the link is joined" "$lab" join directory directory2
	for login in xu yi; do
		for machine in directory directory2; do
			check "$kind: $login is locked at $machine" \
				wait_for 30 is_locked "$machine" "$login"
			check_status 49 "$kind: and refused there" \
				binds "$machine" "$login" Vogel-und-Kirsche-7
		done
	done

	check "$kind: the writer stops" at directory -- lab-service stop slapd
	lock zhu 2000103 | add directory2 >/dev/null
	check "$kind: a lock is taken all the same" \
		wait_for 10 is_locked directory2 zhu
	check "$kind: the writer is back" at directory -- lab-service start slapd
	check "$kind: and has the lock" wait_for 30 is_locked directory zhu
	"$lab" down >/dev/null
done
rm -f "/tmp/$TENURE_LAB.ldif"
check_done
