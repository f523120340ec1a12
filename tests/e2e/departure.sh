#!/bin/bash
#
# A departure with nobody watching, from HR's roster to a session that ends on a
# host, in one run: the scheduler's audit asks, the enforcer grants, slapd shuts,
# the host ends it. A holder of a role is a critical finding instead, and what
# trips a brake is held. CI-P38, UM-11.3.

set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
lab=$top/tests/lab
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
TENURE_LAB=departure-$$
LAB_QUIET=1
export TENURE_LAB LAB_QUIET
work=$(mktemp -d)
trap '"$lab" down >/dev/null 2>&1; rm -rf "$work"' EXIT

at() # MACHINE COMMAND...
{
	local machine=$1

	shift
	"$lab" exec "$machine" -- "$@" </dev/null
}
S=dc=example,dc=org
R=ou=requests,cn=tenure-reports
values() # BASE FILTER ATTRIBUTE
{
	at directory ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// \
		-o ldif-wrap=no -b "$1" "$2" "$3" | sed -n "s/^$3: //p"
}
of() # STAFF-NUMBER ATTRIBUTE
{
	values "ou=people,$S" "(employeeNumber=$1)" "$2"
}
answer() # STAFF-NUMBER: what became of the request for it
{
	values "$R" "(tenureStaffNumber=$1)" tenureRequestResult
}
# hr NAME [ARGUMENT...]: a roster for the scheduler.
hr()
{
	local name=$1

	shift
	"$top/tests/fixtures/make_roster" --count 30 "$@" |
		"$lab" exec directory -- sh -c \
			"cat >/srv/$name && chmod 644 /srv/$name"
}
audit()
{
	at directory setpriv --reuid tenure-scheduler \
		--regid tenure-scheduler --clear-groups --no-new-privs \
		--inh-caps=-all --bounding-set=-all \
		tenure audit --unattended --roster "/srv/$1"
}
is_in() # LOGIN: has a shell on host1
{
	at host1 pgrep -u "$1" -x bash
}
is_out()
{
	! is_in "$1"
}
# come_in LOGIN: by its first password, changed inside, and stays.
come_in()
{
	local first

	first=$(at directory tenure issue --open "$1" |
		sed -n 's/^password *//p')
	printf '%s\n' "$first" Teapot-ninety7-glacier Teapot-ninety7-glacier |
		"$lab" exec directory -- ssh-as --hold -tt "$1@host1" \
			>"$work/$1" 2>&1 &
	wait_for 20 is_in "$1"
}

"$top/tests/fixtures/make_roster" --count 30 >"$work/first.csv"
options=(--hosts 1 --people "$work/first.csv")
[ -z "${TENURE_STAGE-}" ] || options+=(--stage "$TENURE_STAGE")
check 'a directory with an enforcer, a host, 30 people' \
	"$lab" up "${options[@]}" || check_done
leaver=$(of 100004 uid)
holder=$(of 100005 uid)
held=$(of 100008 uid)
check "somebody is at work on the host: $leaver" come_in "$leaver"
check "so is somebody else: $held" come_in "$held"
at directory sh -c "ldapmodify -Q -Y EXTERNAL -H ldapi:/// >/dev/null <<END
dn: cn=system,ou=roles,$S
changetype: modify
add: member
member: uid=$holder,ou=people,$S
END"
check_same "uid=$holder,ou=people,$S" \
	"$(values "cn=system,ou=roles,$S" '(objectClass=*)' member)" \
	"$holder holds a role"

# One leaves, and so does the holder of a role --------------------------------------

hr next.csv --left 100004 --left 100005
check_status 1 'the daily audit' audit next.csv
check_says '1 asked for, 0 failed' 'asks for one departure'
answered() # STAFF-NUMBER BEGINNING
{
	case $(answer "$1") in
	"$2"*) ;;
	*) return 1 ;;
	esac
}
check 'the enforcer grants it' wait_for 5 answered 100004 granted
check_same departed "$(of 100004 tenureStatus)" 'the account is shut'
check_same 000001010000Z "$(of 100004 pwdAccountLockedTime)" \
	'to other software too'
check_same departure "$(values "ou=locks,$S" \
	"(tenurePersonUUID=$(of 100004 entryUUID))" tenureLockKind)" \
	'by a lock of its own'
check_same "cn=request-$(values "$R" '(tenureStaffNumber=100004)' entryUUID)" \
	"$(values "ou=locks,$S" '(tenureStaffNumber=100004)' cn |
		sed 's/^/cn=/')" 'which names the request'
check "the session on the host is over (CI-P38)" wait_for 5 is_out "$leaver"
check_status 255 'and the host lets nobody in by that name' \
	"$lab" exec directory -- ssh-as "$leaver@host1" true \
	<<<'Teapot-ninety7-glacier'
check_status 49 'nor does the directory' at directory ldapwhoami \
	-H ldapi:/// -x -D "uid=$leaver,ou=people,$S" -w Teapot-ninety7-glacier

check_same active "$(of 100005 tenureStatus)" \
	'the holder of a role is not shut unattended (UM-11.3)'
check_same '' "$(answer 100005)" 'nor asked for'
check_output=$(at directory cat /var/lib/tenure/audit/report.json |
	tr -d ' \n')
check_says "\"id\":\"departed-role-holder/$holder\"" \
	'but a finding, by its id'
check_output=$(at directory tenure status)
check_says 'critical 2' 'a critical one, beside the one who was still open then'

# What is left of it ---------------------------------------------------------------

check_says 'last audit   20' 'status on the directory tells the last success'
check_says 's ago' 'and its age'
check_says 'requests     0 waiting' 'and that nothing waits'
check_output=$(at host1 tenure status)
check_says 'directory    heard ' 'status on the host tells when it last heard'
check_says 'connected' 'and from a directory it is connected to'
check_output=$(at directory tenure journal show --person "$leaver" --json)
check_says "cn=scheduler,ou=agents,$S" "the journal has the scheduler's record"
check_says '"verb": "audit"' 'of the audit'
check_output=$(at directory tenure journal verify)
check_says 'agents.scheduler@' 'in its own chain, which is whole'

# A brake ---------------------------------------------------------------------------

# Four more within the hour, two a run: more than brake_floor with the first.
gone=(--left 100004 --left 100005 --left 100006 --left 100007)
hr more.csv "${gone[@]}"
check_status 1 'the next audit' audit more.csv
check_says '2 asked for' 'asks for two more'
check 'the enforcer grants one' wait_for 5 answered 100006 granted
check 'and the other, the third within the hour' \
	wait_for 5 answered 100007 granted
hr again.csv "${gone[@]}" --left 100008
check_status 1 'and the next' audit again.csv
check_says '1 asked for' 'asks for a fourth'
check 'which the enforcer holds: too many within an hour' \
	wait_for 5 answered 100008 held
check_same active "$(of 100008 tenureStatus)" 'that account is as it was'
check 'and its session goes on' is_in "$held"
hr many.csv $(seq -f '--left %.0f' 100011 100020)
check_status 1 'a third of the staff gone at once' audit many.csv
check_says 'a brake tripped' 'trips a brake'
check_same 4 "$(values "$R" '(objectClass=tenureLock)' cn | wc -l)" \
	'and nobody is asked for'
check_done
