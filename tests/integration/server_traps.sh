#!/bin/bash
# The traps of OpenLDAP 2.5.13 that a server's configuration can walk into, by
# their numbers. 7 is server_race.sh, 10 is in server_host.sh; 8 (two
# providers) does not apply yet; 9, 11 and 12 are libldap's, see lib/directory.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

S=$server_suffix
people="ou=people,$S"
old=$server_password
new=Kirsche-im-Regen-41
server_new || exit 1
{
	for entry in '2100001 wang Wang' '2100002 li Li' '2100003 zhao Zhao' \
		'2100004 sysadm System' '2100005 auditor Auditor' \
		'2100006 secadm Security'; do
		# shellcheck disable=SC2086
		set -- $entry
		server_person "$2" "$1" "$3 Person" 'tenureStatus: active' \
			"userPassword: $old"
	done
} >/tmp/people.ldif
server_as root add -f /tmp/people.ldif >/dev/null || exit 1
for pair in system:sysadm security:secadm audit:auditor; do
	printf '%s\n' "dn: cn=${pair%:*},ou=roles,$S" 'changetype: modify' \
		'add: member' "member: uid=${pair#*:},$people" ''
done | server_as root modify >/dev/null

# change LOGIN LINE...: a modification, as LDIF for some ldapmodify.
change()
{
	local login=$1

	shift
	printf '%s\n' "dn: uid=$login,$people" 'changetype: modify' "$@" ''
}
# secret LOGIN: what is stored, decoded; NULs are made visible.
secret()
{
	server_as nobody search -LLL -o ldif-wrap=no -b "uid=$1,$people" \
		-s base userPassword | sed -n 's/^userPassword:: //p' |
		base64 -d | tr '\0' '!'
}
value()
{
	server_as nobody search -LLL -o ldif-wrap=no -b "uid=$1,$people" \
		-s base "$2" | sed -n "s/^$2: //p"
}
opens()
{
	server_by "$1" "$2" whoami
}
alive()
{
	kill -0 "$server_pid" && server_as root whoami
}
argon2id()
{
	secret "$1" | grep -Eq '^\{ARGON2\}\$argon2id\$v=19\$m=19456,t=2,p=1\$[^!]+$'
}

# 1 Debian's module hashes Argon2i and stores a NUL.
check 'trap 1: a password that is added becomes Argon2id, without NUL' \
	argon2id wang
check 'a person changes the own password' \
	server_by wang "$old" passwd -a "$old" -s "$new"
check 'trap 1: a changed one too' argon2id wang
check 'and it opens' opens wang "$new"
check_status 49 'the old one does not' opens wang "$old"
check_status 1 'the old one is in the history' \
	server_by wang "$new" passwd -a "$new" -s "$old"
check_says 'history' 'and says so'
check_status 1 'a bad one is refused by the check module' \
	server_by wang "$new" passwd -a "$new" -s aaaaaaaaaaaa
check_says 'repetition' 'and says so'
check_status 1 'a hash made elsewhere is refused' \
	server_by wang "$new" passwd -a "$new" -s '{SSHA}c2FsdHNhbHRzYWx0c2FsdHNhbHQ='
check_status 1 'the old password must be given' \
	server_by wang "$new" passwd -s "$old"
check_says 'Must supply old password' 'and slapd says so'

# 2 An expired bind that fails is authenticated; twenty grace logins keep the
# person, and what polls the mail, away from it.
change zhao 'replace: pwdChangedTime' 'pwdChangedTime: 20200101000000Z' |
	server_as nobody modify -e '!relax' >/dev/null
good=0
for _ in $(seq 20); do
	opens zhao "$old" >/dev/null 2>&1 && good=$((good + 1))
done
check 'trap 2: an expired password has 20 grace logins' [ "$good" = 20 ]
check_status 49 'trap 2: and not one more' opens zhao "$old"

# 3 A password change clears ppolicy's lock. Ours is the status.
mkfifo /tmp/later
server_by li "$old" modify </tmp/later >/tmp/later.out 2>&1 &
later=$!
exec 8>/tmp/later
bound()
{
	server_as root search -LLL -b cn=accesslog \
		"(&(objectClass=auditBind)(reqDN=uid=li,$people))" 1.1 |
		grep -q '^dn:'
}
check 'a connection of li is open' wait_for 10 bound
change li 'replace: tenureStatus' 'tenureStatus: leak' '-' \
	'replace: pwdAccountLockedTime' 'pwdAccountLockedTime: 000001010000Z' |
	server_by sysadm "$old" modify >/tmp/out 2>&1
check 'system marks a leak' [ "$(value li tenureStatus)" = leak ]
change li 'replace: userPassword' "userPassword: $new" >&8
exec 8>&-
wait "$later"
check_output="exit status $?: $(cat /tmp/later.out)"
check_says 'exit status 50' \
	'trap 3: the open connection cannot change the password'
check_status 1 'trap 3: system cannot reset it' \
	server_by sysadm "$old" passwd -s "$new" "uid=li,$people"
check 'trap 3: the lock is as it was' \
	[ "$(value li pwdAccountLockedTime)" = 000001010000Z ]
server_as nobody passwd -s "$new" "uid=li,$people"
check 'trap 3 is real: a reset by the root dn clears it' \
	[ -z "$(value li pwdAccountLockedTime)" ]
check_status 49 'trap 3: and the account stays closed' opens li "$new"
reopen()
{
	change li 'replace: tenureStatus' 'tenureStatus: active' |
		server_by "$1" "$old" modify
}
check_status 50 'system does not release' reopen sysadm
check_status 50 'audit does not release' reopen auditor

# 4 Without its policy entry ppolicy forgets every lock.
change zhao 'replace: pwdAccountLockedTime' \
	'pwdAccountLockedTime: 000001010000Z' '-' 'replace: pwdGraceUseTime' '-' \
	'replace: pwdChangedTime' 'pwdChangedTime: 20990101000000Z' |
	server_as nobody modify -e '!relax' >/dev/null
check_status 49 "an account under ppolicy's lock alone is closed" \
	opens zhao "$old"
server_as nobody search -LLL -o ldif-wrap=no -b "ou=policies,$S" \
	'(cn=default)' >/tmp/policy.ldif
server_as nobody delete "cn=default,ou=policies,$S"
check 'trap 4 is real: it opens when the policy entry is gone' \
	opens zhao "$old"
check_status 49 'trap 4: a leak stays closed by rules {0} and {1}' \
	opens li "$new"
check_status 1 'init --check sees that the policy is gone' tenure init --check
check_says 'password policy is lost' 'and says so'
server_as nobody add -f /tmp/policy.ldif >/dev/null
policy_missed()
{
	tenure init --check | grep 'password policy'
}
check_status 1 'and no more when it is back' policy_missed

# 5 Must-change does nothing on Add: issuing writes pwdReset.
server_person qian 2100010 'Qian Person' 'tenureStatus: active' \
	'pwdReset: TRUE' "userPassword: $old" | server_as root add >/dev/null
check_status 50 'trap 5: an initial password reads nothing' \
	server_by qian "$old" search -LLL -b "uid=qian,$people" -s base
check 'trap 5: it changes the password' \
	server_by qian "$old" passwd -a "$old" -s "$new"
check 'and then reads' \
	server_by qian "$new" search -LLL -b "uid=qian,$people" -s base
check 'system resets a password' \
	server_by sysadm "$old" passwd -s "$old" "uid=qian,$people"
check 'trap 5: slapd itself then demands a change' \
	[ "$(value qian pwdReset)" = TRUE ]
check_status 50 'system cannot take that back' server_by sysadm "$old" \
	modify -f <(change qian 'delete: pwdReset')

# 6 pwdMinDelay ends slapd at one wrong password.
for _ in 1 2 3; do
	check_status 49 'a wrong password is refused' opens wang wrong
done
check 'trap 6: slapd lives on' alive
delay()
{
	printf '%s\n' "dn: cn=default,ou=policies,$S" 'changetype: modify' \
		'add: pwdMinDelay' 'pwdMinDelay: 1' '' | "$@"
}
check_status 50 'trap 6: root cannot set a delay by mistake' \
	delay server_as root modify
check_status 50 'trap 6: nor can system' delay server_by sysadm "$old" modify

# 8 A login writes nothing into the entry that a healed partition could take
# for the newest change (the first one clears the failures from above).
opens wang "$new" >/dev/null
before=$(value wang entryCSN)
opens wang "$new" >/dev/null
opens wang "$new" >/dev/null
check 'trap 8: a login leaves the entry as it is' \
	[ "$before" = "$(value wang entryCSN)" ]
check 'trap 8: no pwdLastSuccess is kept' [ -z "$(value wang pwdLastSuccess)" ]

# 13 cn=config takes away an attribute type that is in use.
check_status 50 'trap 13: the schema cannot be changed on a running server' \
	server_as root modify -f <(printf '%s\n' \
		'dn: cn={4}tenure,cn=schema,cn=config' 'changetype: modify' \
		'delete: olcAttributeTypes' 'olcAttributeTypes: {0}' '')

# 14 The access log holds hashes.
log()
{
	server_by auditor "$old" search -LLL -o ldif-wrap=no -b cn=accesslog "$@"
}
hashes()
{
	! log '(objectClass=*)' reqMod reqOld | decoded | grep -i argon2
}
decoded()
{
	while IFS= read -r line; do
		case $line in
		*::\ *) printf '%s' "${line#*:: }" | base64 -d ;;
		*) printf '%s' "$line" ;;
		esac
		echo
	done
}
check 'audit reads the access log' log '(objectClass=auditModify)' reqMod
check_says 'reqMod' 'with what was changed'
check 'trap 14: but no hash' hashes
check 'trap 14: nor piece by piece by a filter' \
	[ "$(log '(reqMod=*argon2id*)' 1.1 | grep -c '^dn')" = 0 ]
phones()
{
	change zhao 'replace: mobile' 'mobile: +86-139-0000-0000' |
		server_as root modify || return
	! log '(objectClass=auditModify)' reqMod reqOld | decoded | grep mobile
}
check 'what audit may not read in an entry, it does not read there' phones
check 'trap 14 is real: the root dn finds them there' \
	[ "$(server_as nobody search -LLL -b cn=accesslog '(reqMod=*argon2id*)' \
		1.1 | grep -c '^dn')" -gt 0 ]
server_by wang "$new" modify >/dev/null 2>&1 \
	< <(change zhao 'replace: userPassword' 'userPassword: ClearTextHere')
check 'trap 14: a refused change leaves no clear password there' \
	[ "$(slapcat -n1 -F /etc/ldap/slapd.d -o ldif-wrap=no | decoded |
		grep -c ClearTextHere)" = 0 ]

# The relax control passes by slapo-constraint, not by access rules.
key()
{
	change wang 'replace: tenureSshPublicKey' "tenureSshPublicKey: $1" |
		server_by wang "$new" modify -e '!relax'
}
check 'a person writes the own key' key "$(server_key wang)"
check_status 50 'not one with options, relax control or not' \
	key "command=\"/bin/sh\" $(server_key wang)"
check_status 19 'relax does not pass by uniqueness' server_as root add \
	-e '!relax' -f <(server_person sun 2100001 'Sun Person' \
		'tenureStatus: active')
one_role()
{
	printf '%s\n' "dn: cn=hr,ou=roles,$S" 'changetype: modify' \
		'add: member' "member: uid=sysadm,$people" '' |
		server_as root modify
}
check_status 19 'nobody holds two roles' one_role

# One password each: a second one, added, would keep the initial one alive.
second()
{
	change wang 'add: userPassword' 'userPassword: Zweites-Wort-4711' |
		server_by wang "$new" modify "$@"
}
check_status 50 'UM-13.2: nobody adds a password beside the own' second
check_status 50 'nor with the relax control' second -e '!relax'

# Real names.
named()
{
	server_person probe 2100020 "$1" 'tenureStatus: active' |
		server_as root add && server_as nobody delete "uid=probe,$people"
}
for name in 王伟 欧阳娜娜 'Zoë Li' 阿依古丽·买买提; do
	check "UM-5.3: $name is a name" named "$name"
done
for name in 王 X user01 'Wang 2'; do
	check_status 19 "UM-5.3: $name is none" named "$name"
done

[ "$check_failed" = 0 ]
