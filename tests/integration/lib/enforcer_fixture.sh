# The enforcer beside a slapd of server.sh: to be started and killed, and what
# its tests ask of the directory. Wants server.sh; the test sets the EXIT trap.
# shellcheck shell=bash
. "$top_srcdir/tests/integration/lib/directory_view.sh"
log=/tmp/enforcer.log
enforcer_pid=
enforcer_start()
{
	local before

	before=$(grep -c 'has been read' "$log" 2>/dev/null)
	/usr/sbin/tenured --directory --foreground 2>>"$log" &
	enforcer_pid=$!
	wait_for 10 read_again "${before:-0}"
}
read_again()
{
	[ "$(grep -c 'has been read' "$log")" -gt "$1" ]
}
enforcer_kill()
{
	[ -n "$enforcer_pid" ] || return 0
	kill -KILL "$enforcer_pid" 2>/dev/null
	wait "$enforcer_pid" 2>/dev/null
	enforcer_pid=
}

is_shut()
{
	is "$1" tenureStatus "$2" &&
		is "$1" pwdAccountLockedTime 000001010000Z &&
		[ -n "$(value "uid=$1,$people" pwdEndTime)" ]
}
# lock KIND LOGIN NUMBER: by bootstrap, the entry alone.
lock()
{
	printf '%s\n' "dn: cn=$1-$2,ou=locks,$S" 'objectClass: tenureLock' \
		"cn: $1-$2" "tenureLockKind: $1" \
		'tenureLockedTime: 20260101000000Z' "tenureStaffNumber: E$3" \
		"tenureLockedBy: cn=bootstrap,ou=agents,$S" \
		'description: a test' '' | server_as root add
}
# request NAME NUMBER [KIND]: by the scheduler.
request()
{
	printf '%s\n' "dn: cn=$1,ou=requests,cn=tenure-reports" \
		'objectClass: tenureLock' "cn: $1" \
		"tenureLockKind: ${3:-departure}" \
		'tenureLockedTime: 20260101000000Z' "tenureStaffNumber: E$2" \
		"tenureLockedBy: cn=scheduler,ou=agents,$S" \
		'description: not in the roster' '' |
		server_as tenure-scheduler add
}
answered()
{
	case $(value "cn=$1,ou=requests,cn=tenure-reports" \
		tenureRequestResult) in
	"$2"*) return 0 ;;
	esac
	return 1
}
is_retired()
{
	[ "$(value "cn=$1,ou=locks,$S" tenureSshPublicKey)" = "$2" ]
}
# asked NAME NUMBER [KIND [BY]]: the entry
asked()
{
	printf '%s\n' "dn: cn=$1,ou=requests,cn=tenure-reports" \
		'objectClass: tenureLock' "cn: $1" \
		"tenureLockKind: ${3:-leak}" \
		'tenureLockedTime: 20200101000000Z' "tenureStaffNumber: E$2" \
		"tenureLockedBy: cn=${4:-asker},ou=hosts,$S" \
		'description: reported at the console' ''
}
# ask NAME NUMBER [KIND [BY]]
ask()
{
	asked "$@" | server_with asker add
}
# What the enforcer wrote down of the request NAME.
journaled()
{
	server_as nobody search -LLL -o ldif-wrap=no -b cn=tenure-journal \
		tenureJournalText |
		sed -n 's/^tenureJournalText:: //p' |
		while read -r text; do
			base64 -d <<<"$text"
		done | grep "request $1 of cn=asker,ou=hosts"
}
