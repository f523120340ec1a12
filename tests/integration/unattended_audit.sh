#!/bin/bash
#
# The daily departure audit as the scheduler's own system user, on a real slapd:
# it asks for departures and can write nothing else, and it writes nothing at all
# on half a roster or without a directory. CI-P38, UM-11.3, UM-14.

set -u
export LC_ALL=C.UTF-8
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
S=$server_suffix
R=ou=requests,cn=tenure-reports
kept=/var/lib/tenure/audit
work=$(mktemp -d)
chmod 755 "$work"
trap 'server_stop; rm -rf "$work"' EXIT

make_roster()
{
	"$top_srcdir/tests/fixtures/make_roster" --count 30 "$@"
}
# As the scheduler, as systemd would start it.
scheduled()
{
	setpriv --reuid tenure-scheduler --regid tenure-scheduler \
		--clear-groups --no-new-privs --inh-caps=-all \
		--bounding-set=-all "$@"
}
audit()
{
	scheduled tenure audit --unattended --roster "$@"
}
requests()
{
	server_as root search -LLL -o ldif-wrap=no -b "$R" \
		'(objectClass=tenureLock)' "$1" | sed -n "s/^$1:* //p" | sort
}
person()
{
	server_as root search -LLL -b "ou=people,$S" "(employeeNumber=$1)" \
		"$2" | sed -n "s/^$2: //p"
}
accounts()
{
	slapcat -o ldif-wrap=no -b "$S" | sha256sum
}
# All of the directory, and all that the scheduler has.
state()
{
	{
		slapcat -o ldif-wrap=no -b "$S"
		slapcat -o ldif-wrap=no -b cn=tenure-reports
		cd "$kept" && cat report.txt report.json last.json status.json
	} 2>/dev/null | sha256sum
}
# unwritten STATUS TEXT WHAT COMMAND...
unwritten()
{
	local wanted=$1 text=$2 what=$3 before

	shift 3
	before=$(state)
	check_status "$wanted" "$what: exit status $wanted" "$@"
	check_says "$text" "$what: says \"$text\""
	check_same "$before" "$(state)" "$what: nothing was written"
}
json()
{
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
print(eval(sys.argv[2], {"d": d}))' "$1" "$2"
}

systemd-sysusers >/dev/null 2>&1
systemd-tmpfiles --create tenure.conf >/dev/null 2>&1
server_new
check 'a directory' server_as root whoami
make_roster >"$work/r.csv"
check 'with 30 people' tenure issue --roster "$work/r.csv" --apply
check_same '750 tenure-scheduler' "$(stat -c '%a %U' "$kept")" \
	'reports are for the scheduler and root'

# Nothing to do ---------------------------------------------------------------

check_status 1 'status says that no audit ever succeeded' tenure status
check_says 'no unattended audit has ever succeeded' 'in words'
# Thirty initial passwords are thirty notes.
check_status 1 'a first run' audit "$work/r.csv"
check_says '0 departures to end, 0 asked for' 'asks for nobody'
check_same '' "$(requests cn)" 'and nobody is asked for'
for file in report.txt report.json last.json status.json; do
	check_same '640 tenure-scheduler' "$(stat -c '%a %U' "$kept/$file")" \
		"it leaves $file"
done
# For each an initial password, and that nobody could approve it yet.
check_same 60 "$(json "$kept/report.json" \
	'sum(f["state"] == "new" for f in d["findings"])')" \
	'at first all is new (UM-14)'

# Departures -------------------------------------------------------------------

server_as root modify >/dev/null <<END
dn: cn=system,ou=roles,$S
changetype: modify
add: member
member: uid=$(person 100005 uid),ou=people,$S
END
make_roster --left 100004 --left 100005 >"$work/next.csv"
before=$(accounts)
check_status 1 'one has left, and so has a holder of a role' \
	audit "$work/next.csv"
check_says '1 departures to end, 1 asked for, 0 failed' 'one is asked for'
check_same "$before" "$(accounts)" 'no account and no lock was touched'
check_same 100004 "$(requests tenureStaffNumber)" \
	'the request names the one who left (CI-P38)'
check_same "$(person 100004 entryUUID)" "$(requests tenurePersonUUID)" \
	'by the entry too'
check_same departure "$(requests tenureLockKind)" 'it is a departure'
check_same "cn=scheduler,ou=agents,$S" "$(requests tenureLockedBy)" \
	"in the scheduler's name"
check_output=$(requests description)
check_says "roster sha256 $(sha256sum "$work/next.csv" | cut -d' ' -f1)" \
	'and says on what it rests'
check_same critical "$(json "$kept/report.json" '[f["severity"]
	for f in d["findings"] if f["rule"] == "departed-role-holder"][0]')" \
	'the holder of a role is a critical finding (UM-11.3)'
check_same 2 "$(json "$kept/report.json" \
	'sum(f["state"] == "new" for f in d["findings"])')" \
	'two findings are new'
since=$(json "$kept/last.json" \
	'd["findings"]["departed-role-holder/'"$(person 100005 uid)"'"]["since"]')
cp "$kept/report.json" "$work/first.json"

check_status 1 'the same a second time' audit "$work/next.csv"
check_says '0 asked for' 'asks for nobody twice'
check_same 1 "$(requests cn | wc -l)" 'there is one request'
check_same 0 "$(json "$kept/report.json" \
	'sum(f["state"] == "new" for f in d["findings"])')" \
	'and nothing is new'
check_same "$since" "$(json "$kept/last.json" \
	'd["findings"]["departed-role-holder/'"$(person 100005 uid)"'"]["since"]')" \
	'a finding keeps its beginning'
cp "$kept/report.json" "$work/second.json"
cp "$kept/report.txt" "$work/second.txt"
audit "$work/next.csv" >/dev/null
check 'two reports of one state are one text' \
	cmp "$work/second.txt" "$kept/report.txt"
check 'and one JSON' cmp "$work/second.json" "$kept/report.json"

check_status 1 'tenure status' tenure status
check_says 'requests     1 waiting' 'shows the request that waits'
check_says 'critical 2' 'and the findings by severity'
tenure status --json >"$work/status.json"
check_same '1 2' "$(json "$work/status.json" 'str(d["directory"]["requests"]
	["waiting"]) + " " + str(d["directory"]["audit"]["findings"]["critical"])')" \
	'as JSON too'

# Granted by hand, in place of the enforcer.
check 'depart, with the request waiting' tenure depart 100004 --reason left --apply
check_status 1 'once they are shut' audit "$work/next.csv"
check_says '3 resolved' 'the findings are resolved'
check_same "departed-open/$(person 100004 uid)" \
	"$(json "$kept/report.json" 'd["resolved"][0]["id"]')" 'by their ids'

# Writes nothing ---------------------------------------------------------------

make_roster --left 100004 --left 100006 >"$work/more.csv"
head -c 700 "$work/more.csv" >"$work/cut.csv"
: >"$work/empty.csv"
cp "$work/more.csv" "$work/secret.csv"
chmod 600 "$work/secret.csv"
unwritten 3 'cut off' 'a roster that is cut off' audit "$work/cut.csv"
unwritten 3 'empty' 'an empty roster' audit "$work/empty.csv"
unwritten 3 'No such file' 'no roster' audit "$work/none.csv"
unwritten 3 'Permission denied' 'a roster that it may not read' \
	audit "$work/secret.csv"
unwritten 1 'not as root' 'root' \
	tenure audit --unattended --roster "$work/more.csv"
unwritten 2 '--apply' '--apply and --unattended' \
	audit "$work/more.csv" --apply
unwritten 3 'Permission denied' 'any other user' setpriv --reuid nobody \
	--regid nogroup --clear-groups tenure audit --unattended \
	--roster "$work/more.csv"

# Two at once.
exec 7<>"$kept/lock"
check 'somebody holds the lock' flock --nonblock 7
unwritten 3 'another unattended audit is running' 'two at once' \
	audit "$work/more.csv"
exec 7>&-
for i in 1 2 3 4; do
	audit "$work/more.csv" >"$work/at-once.$i" 2>&1 &
	running[i]=$!
done
wait "${running[@]}"
check_same 1 "$(requests tenureStaffNumber | grep -c 100006)" \
	'of four at once, one asks for the one who left'

# Brakes: six of thirty; and a roster that shrank, against its own last.
left=
for i in 11 12 13 14 15 16; do
	left="$left --left 1000$i"
done
before=$(accounts)$(requests cn)
# shellcheck disable=SC2086 # words
make_roster $left >"$work/many.csv"
check_status 1 'more than the share that one run may disable' \
	audit "$work/many.csv"
check_says 'a brake tripped' 'trips a brake'
check_same "$before" "$(accounts)$(requests cn)" 'and nobody is asked for'
check_status 1 'status' tenure status
check_says 'a brake tripped' 'says so'
"$top_srcdir/tests/fixtures/make_roster" --count 20 >"$work/short.csv"
check_status 1 'a roster that lost a third' audit "$work/short.csv"
check_says 'a brake tripped' 'trips another, measured against the last'

# A directory that is gone.
server_stop
unwritten 3 ldapi:/// 'a directory that is down' audit "$work/more.csv"
check_status 3 'status cannot tell then' tenure status
server_start

# May write nothing else -----------------------------------------------------

uid=$(person 100007 uid)
uuid=$(person 100007 entryUUID)
request()
{
	cat <<END
dn: cn=$1,$2
objectClass: tenureLock
cn: $1
tenureLockKind: $3
tenureLockedTime: 20260101000000Z
tenurePersonUUID: $uuid
tenureStaffNumber: 100007
tenureLockedBy: $4
description: a try
END
}
change()
{
	printf '%s\n' "dn: $1" 'changetype: modify' "replace: $2" "$2: $3"
}
# tried WHAT: LDIF from standard input is refused, and changes nothing.
tried()
{
	local before

	before=$(state)
	cat >"$work/try.ldif"
	check_status 50 "the server refuses the scheduler $1" \
		server_as tenure-scheduler "${2-add}" -f "$work/try.ldif"
	check_same "$before" "$(state)" "and $1 changed nothing"
}
me=cn=scheduler,ou=agents,$S
request r1 "ou=locks,$S" departure "$me" | tried 'a lock'
request r2 "$R" leak "$me" | tried 'a request of another kind'
request r3 "$R" departure "cn=enforcer,ou=agents,$S" |
	tried "a request in another's name"
change "uid=$uid,ou=people,$S" tenureStatus departed |
	tried "an account's status" modify
change "uid=$uid,ou=people,$S" userPassword Vogel-und-Kirsche-8 |
	tried 'a password' modify
change "cn=$(requests cn | head -n 1),$R" description changed |
	tried "a request's reason, later" modify
printf '%s\n' "dn: cn=$(requests cn | head -n 1),$R" 'changetype: delete' |
	tried 'to take a request back' modify
printf '%s\n' "dn: cn=system,ou=roles,$S" 'changetype: modify' 'add: member' \
	"member: $me" | tried 'a role' modify
check_status 1 'and the command cannot apply as the scheduler' \
	scheduled tenure audit --roster "$work/more.csv" --apply
check_says 'Insufficient access' 'since the server takes no lock from it'
check_same active "$(person 100006 tenureStatus)" 'nobody was disabled by it'
check_same '' "$(find /var/lib/tenure /etc/tenure -newer "$work/try.ldif" \
	-user tenure-scheduler ! -path "$kept/*" ! -path "$kept")" \
	'and it has left no file elsewhere'

# An old success, and a damaged memory ------------------------------------------

python3 - "$kept/status.json" <<'END'
import json, sys
d = json.load(open(sys.argv[1]))
d["finished"] = "2026-01-01T00:00:00Z"
json.dump(d, open(sys.argv[1], "w"))
END
check_status 1 'an audit of long ago' tenure status
check_says 'older than 26 hours' 'is too old'
echo '{' >"$kept/last.json"
check_status 1 'a damaged memory does not stop an audit' audit "$work/more.csv"
check_says 'every finding counts as new' 'and is told'
echo '{' >"$kept/status.json"
unwritten 3 'cannot be measured' 'a damaged record stops it: a brake does not fail open' \
	audit "$work/more.csv"

check_done
