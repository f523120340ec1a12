#!/bin/bash
#
# What a login host notices of an upgrade of the directory server: nothing. Its
# people stay, it resumes where it was, and the next change arrives.

set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
lab=$top/tests/lab
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
TENURE_LAB=upgrade-$$
LAB_QUIET=1
export TENURE_LAB LAB_QUIET
work=$(mktemp -d)
trap '"$lab" down >/dev/null 2>&1; rm -rf "$work"' EXIT
S=dc=example,dc=org

at() # MACHINE COMMAND...
{
	local machine=$1

	shift
	"$lab" exec "$machine" -- "$@" </dev/null
}
of() # STAFF-NUMBER ATTRIBUTE
{
	at directory ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// \
		-o ldif-wrap=no -b "ou=people,$S" "(employeeNumber=$1)" "$2" |
		sed -n "s/^$2: //p"
}
host() # NAME: a number that tenured says of itself
{
	at host1 tenure status --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["host"][sys.argv[1]])' "$1"
}
connected()
{
	[ "$(host connected)" = True ]
}

"$top/tests/fixtures/make_roster" --count 30 >"$work/first.csv"
options=(--hosts 1 --people "$work/first.csv")
[ -z "${TENURE_STAGE-}" ] || options+=(--stage "$TENURE_STAGE")
check 'a directory, a host, 30 people' "$lab" up "${options[@]}" || check_done
one=$(of 100004 uid)
check 'the host knows them' wait_for 10 at host1 getent passwd "$one"
accounts=$(host accounts)
before=$(at host1 getent passwd "$one")

at directory lab-service stop enforcer
at directory lab-service stop slapd
# An index and an entry of ours that are lost: the upgrade makes the database of
# the people anew.
at directory sh -c "runuser -u openldap -- slapmodify -n0 \
	-F /etc/ldap/slapd.d <<END
dn: olcDatabase={3}mdb,cn=config
changetype: modify
delete: olcDbIndex
olcDbIndex: entryCSN,entryUUID eq
END
runuser -u openldap -- slapmodify -n3 -F /etc/ldap/slapd.d <<END
dn: cn=default,ou=policies,$S
changetype: delete
END"
check 'an upgrade, while the host waits' at directory tenure init --upgrade
check_says 'lost, put back: cn=default,ou=policies' 'puts back what was lost'
check_same "$before" "$(at host1 getent passwd "$one")" \
	'meanwhile names are served'
at directory lab-service start slapd
at directory lab-service start enforcer
check 'slapd is as it is shipped' at directory tenure init --check
check 'the host is connected again' wait_for 30 connected
check_same "$accounts" "$(host accounts)" 'with all its people'
check_same False "$(host brake_held)" 'of whom nobody vanished'
check_same "$before" "$(at host1 getent passwd "$one")" 'as they were'
check 'a departure' at directory tenure depart "$one" --reason left --apply
closed()
{
	at host1 getent passwd "$one" | grep -q nologin
}
check 'reaches it' wait_for 10 closed
check_done
