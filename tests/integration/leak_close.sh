#!/bin/bash
#
# tenure leak close, stopped at every step: killed, or slapd gone for it, before
# each thing that it sends, and on a full disk. Whatever stops it the leaked
# password opens nothing, no key is there, and nobody calls the account restored;
# run again it is done (UM-15.1). What it does otherwise: leak_case.sh.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
. "$top_srcdir/tests/integration/lib/enforcer_fixture.sh"
. "$top_srcdir/tests/integration/lib/leak_fixture.sh"
trap 'enforcer_kill; server_stop' EXIT
[ -x "$top_builddir/tests/integration/enforcer_hold" ] || {
	echo 'tests/integration/enforcer_hold: not built (make check TESTS=)'
	exit 77
}
coproc CLIENT { "$top_builddir/tests/integration/enforcer_hold"; }
hold()
{
	local answer

	printf '%s\n' "$*" >&"${CLIENT[1]}"
	read -r -t 10 -u "${CLIENT[0]}" answer && echo "$answer"
}

server_new || exit 1
number=2100000
for login in alice bob carol sys1 sys2 sec1 sec2; do
	number=$((number + 1))
	server_person "$login" "$number" "${login%[0-9]} Person" \
		'tenureStatus: active' "userPassword: $word"
done >/tmp/people.ldif
server_as nobody add -f /tmp/people.ldif >/dev/null || exit 1
tenure role fill system sys1 sys2 >/dev/null
tenure role fill security sec1 sec2 >/dev/null
enforcer_start || exit 1

# ready LOGIN NUMBER: reported, verified, looked at; all but closed.
ready()
{
	as sys1 leak report "$1" --reason 'on a wall' &&
		wait_for 5 has_case "leak-E$2-1" &&
		as sys2 leak verify "leak-E$2-1" --how card &&
		all_items "leak-E$2-1" sec1
}
# nothing_open LOGIN: by the old password, at any of the steps.
nothing_open()
{
	local dn=uid=$1,$people

	! lets_in "$1" "$word" >/dev/null ||
		{ echo 'the leaked password opens'; return 1; }
	[ -z "$(value "$dn" tenureSshPublicKey)" ] || return 1
	# Where neither second line stands any more there is a new password.
	[ -n "$(value "$dn" pwdAccountLockedTime)" ] ||
		[ "$(value "$dn" pwdReset)" = TRUE ] ||
		{ echo 'no lock, and no new password'; return 1; }
	[ -z "$(value "cn=$2,ou=incidents,$S" tenureCaseRestoredTime)" ] || {
		is "$1" tenureStatus active && is "$1" pwdReset TRUE
	}
}
# stopped HOW LOGIN CASE EVERY: again and again, later each time, until it is done.
stopped()
{
	local how=$1 login=$2 case=$3 step=0

	while [ "$step" -lt 200 ]; do
		step=$((step + $4))
		strace -f -o /dev/null -e trace=write,sendto,sendmsg \
			-e inject=write,sendto,sendmsg:"$how":when="$step" \
			tenure leak close "$case" --reason settled --show \
			--as sec1 --password-fd 3 3<<<"$word" \
			>/tmp/said 2>&1 && break
		nothing_open "$login" "$case" || {
			check_output="step $step: $(cat /tmp/said)"
			return 1
		}
		[ -z "$(value "cn=$case,ou=incidents,$S" tenureCaseRestoredTime)" ] ||
			break
	done
	echo "$step steps"
	[ "$step" -gt 15 ] && [ "$step" -lt 200 ]
}

check 'a client of alice holds a connection from before' \
	test "$(hold bind "uid=alice,$people" "$word")" = 0
check 'a leak of alice, all but closed' ready alice 2100001
check 'killed before each thing that it sends, nothing is open with the leaked password' \
	stopped signal=KILL alice leak-E2100001-1 1
echo "# $check_output"
check_same '' "$(value "cn=leak-E2100001-1,ou=incidents,$S" tenureCaseItem)" 'no item came back'
as sec1 leak close leak-E2100001-1 --reason settled --show >/tmp/again 2>&1
fresh=$(cat /tmp/said /tmp/again | sed -n 's/^password *//p' | tail -n 1)
check 'what it showed last is the password' lets_in alice "$fresh"
check 'which must be changed' is alice pwdReset TRUE
check_same '' "$(value "uid=alice,$people" pwdEndTime)" 'nothing is left of the lock'
check 'the case says that it is over' \
	has_value "cn=leak-E2100001-1,ou=incidents,$S" tenureCaseRestoredTime
check_same 1 "$(value "cn=leak-E2100001-1,ou=incidents,$S" tenureCaseClosedBy |
	grep -c .)" 'closed once'
# Said where it is closed, and in docs/directory.md.
check_same 0 "$(hold read)" 'a connection from before goes on'
server_stop
server_start || exit 1
check 'until slapd is started anew' test "$(hold read)" != 0
wait_for 10 read_again 1

check 'a leak of bob, all but closed' ready bob 2100002
check 'slapd gone at every other thing that it sends: the same' \
	stopped error=EPIPE bob leak-E2100002-1 2
echo "# $check_output"
as sec1 leak close leak-E2100002-1 --reason settled --show >/tmp/again 2>&1
fresh=$(cat /tmp/said /tmp/again | sed -n 's/^password *//p' | tail -n 1)
check 'what it showed last is the password' lets_in bob "$fresh"
check 'the case says that it is over' \
	has_value "cn=leak-E2100002-1,ou=incidents,$S" tenureCaseRestoredTime

check 'a leak of carol, all but closed' ready carol 2100003
mkdir -p /var/lib/tenure/slips
mount -t tmpfs -o size=8k,mode=700 full /var/lib/tenure/slips
head -c 8192 /dev/zero >/var/lib/tenure/slips/filler 2>/dev/null
check_status 3 'a full disk: no slip, and it is not closed' as sec1 leak close \
	leak-E2100003-1 --reason settled
check_says 'slip' 'which it says'
check 'nothing is open' nothing_open carol leak-E2100003-1
check_same '' "$(value "cn=leak-E2100003-1,ou=incidents,$S" tenureCaseRestoredTime)" \
	'the case is not over'
umount /var/lib/tenure/slips
check 'with room it is done' as sec1 leak close leak-E2100003-1 --reason settled
check_says 'sealed' 'with a slip'
fresh=$(tenure issue --open carol --json |
	sed -n 's/.*"password": "\([^"]*\)".*/\1/p')
check 'whose password opens' lets_in carol "$fresh"

# A key that the enforcer did not take, since it was dead: released, the lock
# would leave it.
enforcer_kill
ssh-keygen -q -t ed25519 -N '' -f /tmp/dave_key
server_person dave 2100020 'Dave Person' 'tenureStatus: active' \
	"userPassword: $word" \
	"tenureSshPublicKey: $(cut -d' ' -f1,2 /tmp/dave_key.pub)" |
	server_as nobody add >/dev/null
as sys1 leak report dave --reason 'on a wall' >/dev/null 2>&1
printf '%s\n' "dn: cn=leak-E2100020-1,ou=incidents,$S" \
	'objectClass: tenureLeakCase' 'cn: leak-E2100020-1' \
	"tenureCaseWhom: uid=dave,$people" \
	"tenurePersonUUID: $(value "uid=dave,$people" entryUUID)" \
	'tenureStaffNumber: E2100020' \
	"tenureCaseReporter: uid=sys1,$people" \
	"tenureCaseLock: $(locks_of E2100020)" | server_as nobody add >/dev/null
as sys2 leak verify leak-E2100020-1 --how card >/dev/null
all_items leak-E2100020-1 sec1 >/dev/null
check_status 1 'a key that still stands: nobody closes it' as sec1 leak close \
	leak-E2100020-1 --reason settled --show
check_says 'keys of dave still stand' 'which it says'
check 'and nothing is released' is dave tenureStatus leak
enforcer_start
check 'the enforcer takes it' wait_for 5 is dave tenureSshPublicKey ''
check 'then it is closed' as sec1 leak close leak-E2100020-1 --reason settled \
	--show
check_done
