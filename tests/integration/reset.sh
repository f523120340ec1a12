#!/bin/bash
# tenure reset: a new initial password for an ordinary person, by the system
# role (UM-13.1, UM-13.2), and what slapd refuses of it whatever tool is used.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
. "$top_srcdir/tests/integration/lib/directory_view.sh"
# A raw reset, by an LDAP tool.
raw_reset()
{
	server_by "$1" "$word" passwd -s Nebel-und-Pflaume-8 "uid=$2,$people"
}
refuses()
{
	check_status 1 "$2: exit status 1" as sys1 reset "$1" --reason test
	check_says "$3" "$2: says \"$3\""
}

server_new || exit 1
number=2100000
for login in alice bob carol dave sys1 sys2 sec1 sec2 aud1; do
	number=$((number + 1))
	set -- 'tenureStatus: active' "userPassword: $word"
	[ "$login" != dave ] ||
		set -- 'tenureStatus: active' 'tenureKeyOnly: TRUE'
	server_person "$login" "$number" "${login%[0-9]} Person" "$@"
done >/tmp/people.ldif
server_as nobody add -f /tmp/people.ldif >/dev/null || exit 1
tenure role fill system sys1 sys2 >/dev/null
tenure role fill security sec1 sec2 >/dev/null
tenure role fill audit aud1 >/dev/null

check_status 2 'a reset without a reason is a usage error' tenure reset alice
check 'system resets an ordinary person' as sys1 reset alice \
	--reason 'forgot it; asked in person'
check_says 'tenure issue --open alice' 'and is told of the sealed slip'
check_same "uid=sys1,$people" "$(value "uid=alice,$people" tenureResetBy)" \
	'who it was stands on the account'
check_same TRUE "$(value "uid=alice,$people" pwdReset)" \
	'the password must be changed first (UM-13.2)'
check 'it lapses' test "$(value "uid=alice,$people" tenureInitialDeadline)" \
	'>' "$(date -u +%Y%m%d%H%M%SZ)"
check_status 49 'the old password is no good' lets_in alice "$word"
check 'the slip is opened' tenure issue --open alice --json
fresh=$(sed -n 's/.*"password": "\([^"]*\)".*/\1/p' <<<"$check_output")
check 'the new one is' lets_in alice "$fresh"
check_status 1 'the slip is opened once' tenure issue --open alice
check_status 50 'with it nothing is read before it is changed' \
	server_by alice "$fresh" search -LLL -b "uid=alice,$people" -s base uid

printf '工号,姓名,状态\n' >/tmp/roster.csv
sed -n 's/^cn: //p;s/^employeeNumber: //p' /tmp/people.ldif |
	paste -d, - - | awk -F, '{print $2 "," $1 ",在职"}' >>/tmp/roster.csv
tenure audit --roster /tmp/roster.csv >/tmp/audit 2>&1
check_output=$(grep -A4 -i 'administrator' /tmp/audit)
check_says alice 'it is a finding until it is changed'
check_says 'set by sys1' 'which says by whom'
check 'the person changes it' ldappasswd -x -H ldapi:/// \
	-D "uid=alice,$people" -w "$fresh" -a "$fresh" -s Regen-und-Birne-6
tenure audit --roster /tmp/roster.csv >/tmp/audit 2>&1
check_output=$(cat /tmp/audit)
check 'then it is none any more' test -z "$(grep 'set by sys1' /tmp/audit)"

check 'shown once instead' as sys1 reset bob --reason test --show
fresh=$(sed -n 's/^password *//p' <<<"$check_output")
check 'that password is good' lets_in bob "$fresh"
check 'no slip is left of it' test ! -e /var/lib/tenure/slips/bob.slip
check 'the reset is journaled' tenure journal show --person bob
check_says reset 'with the command'
check 'and nowhere the password' test -z "$(slapcat -b cn=tenure-journal \
	-o ldif-wrap=no | grep -F "$fresh")"

# Lapsed, and closed by the enforcer: a reset opens it again.
change "uid=bob,$people" 'replace: pwdAccountLockedTime' \
	'pwdAccountLockedTime: 000001010000Z' |
	server_as nobody modify >/dev/null
check_status 49 'a lapsed one is closed' lets_in bob "$fresh"
check 'a reset gives a new one' as sys1 reset bob --reason test --show
check 'which is good' lets_in bob "$(sed -n 's/^password *//p' <<<"$check_output")"

refuses sec1 'who holds a role is not reset alone' 'holds a role'
refuses dave 'who logs in by key alone has none' 'by key alone'
as sys1 suspend carol --reason away >/dev/null
refuses carol 'who is locked is not reset' 'is locked'
check_status 1 'security resets nobody' as sec1 reset alice --reason test
check_status 1 'audit neither' as aud1 reset alice --reason test

# The same with raw tools.
check_status 1 'slapd: no reset of who holds a role' raw_reset sys1 sec1
check_says 'Insufficient access (50)' 'and why'
check_status 1 'slapd: nor of who is locked' raw_reset sys1 carol
check_says 'Insufficient access (50)' 'and why'
check_status 1 'slapd: security resets nobody' raw_reset sec1 alice
check_says 'Insufficient access (50)' 'and why'
check_status 50 'slapd: nobody else is named as who did it' \
	server_by sys1 "$word" modify < <(change "uid=alice,$people" \
		'replace: tenureResetBy' "tenureResetBy: uid=sys2,$people")
check 'slapd: the own name is' \
	server_by sys2 "$word" modify < <(change "uid=alice,$people" \
		'replace: tenureResetBy' "tenureResetBy: uid=sys2,$people")
change "uid=alice,$people" 'replace: tenureResetTime' \
	'tenureResetTime: 20260101000000Z' | server_as nobody modify >/dev/null
check 'a raw reset by system succeeds' raw_reset sys1 alice
tenure audit --roster /tmp/roster.csv >/tmp/audit 2>&1
check_output=$(cat /tmp/audit)
check_says 'no record of who' 'and is a finding of its own'
check_done
