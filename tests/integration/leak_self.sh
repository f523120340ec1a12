#!/bin/bash
#
# A person reports the own leak on a host: this host closes at once, with and
# without the directory and over a restart, the directory makes a lock of it,
# and what settles the case opens the host. UM-1.6, UM-15.1, PP-11.

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
[ -x "$ask" ] || {
	echo 'tests/integration/daemon_ask: not built (make check TESTS=)'
	exit 77
}
check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
check 'this machine sees no process outside' contained || exit 1
lab-service stop slapd
check 'the test may be the security role' server_add_root
lab-service start slapd
check 'slapd answers' wait_for 10 ldapwhoami -Q -Y EXTERNAL -H ldapi:///
echo 'fleet_hosts = 1' >>/etc/tenure/host.conf
sed -i 's/^contact.*//' /etc/tenure/tenure.conf
echo 'contact = the service desk' >>/etc/tenure/tenure.conf
start_tenured
check 'the directory is read' wait_for 10 is_ready
R=ou=requests,cn=tenure-reports

values() # BASE FILTER ATTRIBUTE
{
	LDAPNOINIT=1 ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// \
		-o ldif-wrap=no -b "$1" "$2" "$3" | sed -n "s/^$3: //p"
}
gone()
{
	! kill -0 "$1" 2>/dev/null
}
is() # WANTED COMMAND...
{
	[ "$("${@:2}")" = "$1" ]
}
# reports UID ARGUMENT...: in a process of that person's
reports()
{
	as "$1" tenure leak report "${@:2}" </dev/null >/tmp/said 2>&1
}

# --- who may not, and who did not mean it ------------------------------------------
check_status 2 'root has nothing of its own to report' tenure leak report --yes
check_status 2 'without a terminal it must be said that it is meant' \
	reports 2000011
check_same '' "$(values "$R" '(objectClass=tenureLock)' cn)" 'nothing was asked'
check_status 1 'who is nobody of the directory is told so' \
	setpriv --reuid 65533 --regid 65533 --clear-groups tenure leak report --yes
as 2000011 script -qec 'tenure leak report' /dev/null <<<no >/tmp/said 2>&1
check_output=$(cat /tmp/said)
check_says 'see the service desk' 'on a terminal it says whom to see'
check_says 'all your sessions and programs end' 'and what will end'
check_says 'self-20' 'and the case number'
check_says 'nothing was reported' 'and whoever says no has reported nothing'
check_status 1 'nothing is discovered after it was reported' \
	reports 2000011 --yes --discovered 2090-01-01
check_status 2 'nobody else told of it' reports 2000011 --yes --from wang
check 'and is let in as before' allowed wang

# --- with the directory --------------------------------------------------------
as 2000011 sleep 1000 2>/dev/null &
session=$!
as 2000012 sleep 1000 2>/dev/null &
other=$!
began=$(date +%s%3N)
discovered=$(TZ=UTC-8 date -d '-2 days' '+%F %H:%M')
reports 2000011 --yes --reason 'typed it into a web page' \
	--discovered "$discovered" --how 'the page looked odd afterwards'
check 'the session ends' wait_for 2 gone "$session"
ended=$(date +%s%3N)
check "within a second ($((ended - began)) ms) (UM-1.6)" test \
	"$((ended - began))" -le 1000
check 'the host refuses every key login' denied wang
case=$(grep -o 'self-[0-9a-f-]*' /tmp/said | head -n 1)
check_same leak "$(values "$R" "(cn=$case)" tenureLockKind)" \
	'the case number names the request'
check 'the enforcer grants it' wait_for 5 is granted \
	values "$R" "(cn=$case)" tenureRequestResult
check 'and the account is shut for other software' wait_for 3 is leak \
	values "$base" '(uid=wang)' tenureStatus
uuid=$(values "$R" "(cn=$case)" entryUUID)
check_output=$(values "ou=locks,$base" "(cn=request-$uuid)" description)
check_says 'reported by the person on host1: typed it into a web page' \
	'the lock has the reason'
check_says "(discovered $(date -u -d "$discovered +0800" +%FT%TZ): the page looked odd" \
	'when it was discovered, and how'
check_status 0 'a second report is not another case' \
	as 2000011 tenure leak report --yes
check_same 1 "$(values "$R" '(objectClass=tenureLock)' cn | wc -l)" \
	'and asks for nothing'
check 'somebody else goes on' kill -0 "$other"
settled()
{
	grep -q "report $1: settled by the directory" "$tenured_log"
}
check 'the lock of the host gives way to the directory'\''s' \
	wait_for 10 settled "$case"
check 'who is refused all the same' denied wang
server_as nobody add <<END >/dev/null
dn: cn=out,ou=locks,$base
objectClass: tenureRelease
cn: out
tenureLockRef: request-$uuid
tenureReleasedTime: 20260102000000Z
description: a test
END
server_as nobody modify <<END >/dev/null
dn: uid=wang,ou=people,$base
changetype: modify
replace: tenureStatus
tenureStatus: active
-
replace: pwdEndTime
-
replace: pwdAccountLockedTime
END
check 'and let in once that is released' wait_for 3 allowed wang

# --- without the directory -----------------------------------------------------
lab-service stop slapd
began=$(date +%s%3N)
# 510 bytes: as many as a reason may have, and more than the lock has room for.
long=$(printf '密%.0s' {1..170})
reports 2000012 --yes --reason "$long"
check 'without the directory the session ends too, whatever the reason' \
	wait_for 2 gone "$other"
ended=$(date +%s%3N)
check 'within a second' test "$((ended - began))" -le 1000
check 'and the host refuses' denied li
case=$(grep -o 'self-[0-9a-f-]*' /tmp/said | head -n 1)
check 'it is kept' wait_for 3 grep -q "$case" /var/lib/tenure/kept/locks
end_tenured
start_tenured
check 'over a restart' denied li
lab-service start slapd
check 'when the directory answers it is told' wait_for 30 is granted \
	values "$R" "(cn=$case)" tenureRequestResult
check 'and locks everywhere' wait_for 3 is leak \
	values "$base" '(uid=li)' tenureStatus
check 'the case is the directory'\''s now' wait_for 10 settled "$case"
told=$(LDAPNOINIT=1 ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// \
	-o ldif-wrap=no -b "$R" "(cn=$case)" description |
	sed -n 's/^description:: //p' | base64 -d)
check_same 'reported by the person on host1: ' "${told//密/}" \
	'of a long reason whole characters are kept'
check "as many as there is room for (${#told})" test "${#told}" -gt 180

# --- a holder of a role: two people sign ------------------------------------------
person zhao 赵敏 E0003 2000013 | ldap_add
set_password zhao First-7x-gleam
check 'a third person is served' wait_for 3 served zhao
server_as nobody modify <<END >/dev/null
dn: cn=security,ou=roles,$base
changetype: modify
add: member
member: uid=zhao,ou=people,$base
END
reports 2000013 --yes
case=$(grep -o 'self-[0-9a-f-]*' /tmp/said | head -n 1)
refused()
{
	values "$R" "(cn=$case)" tenureRequestResult | grep -q '^refused: holds a role'
}
check 'the directory leaves a holder of a role to two people (UM-15.2)' \
	wait_for 5 refused
check 'this host is closed all the same' denied zhao
# Said before anything ends, since nobody can say it afterwards (PP-11).
check_output=$(cat /tmp/said)
check_says 'ONLY THIS HOST is closed' 'who holds a role is told what is not done'
check_says '只停用本机' 'in both languages'
check_says 'on another host:  tenure leak report --role' 'and what to type'
check_says "--reason 'own report' --as LOGIN" \
	'or what an administrator types'
halves()
{
	tenure leak list --json | grep -c '"one host alone"'
}
check_status 1 'administrators see it' tenure leak list
check_says 'zhao holds a role, reported the own leak on host1' 'with the person'
check_says "NO CASE" 'which is no case yet'
check_status 1 'tenure status' tenure status
check_says 'is closed THERE ALONE: tenure leak report zhao' 'says it'
check_same 1 "$(halves)" 'as JSON too'
check 'and stays so over beats' eval '! wait_for 5 allowed zhao'
sleep 1 # pwdChangedTime has whole seconds
server_as nobody modify <<END >/dev/null
dn: cn=security,ou=roles,$base
changetype: modify
delete: member
member: uid=zhao,ou=people,$base
END
set_password zhao Other-7x-gleam
check 'until somebody has set the password anew' wait_for 10 allowed zhao
check_same 0 "$(halves)" 'which settles it'

# --- nobody opens another's lock by its name ----------------------------------------
check_output=$(as 2000013 "$ask" leak "case=request-$uuid")
check_says 'result bad-request' 'a lock of the directory is no case'
check_output=$(as 2000013 "$ask" leak "case=$case")
check_says 'result denied' 'a case is named once'
check_output=$(as 2000013 "$ask" leak case=self-../../x-or-anything)
check_says 'result bad-request' 'and cleanly'
check 'nothing came of it' allowed zhao

# --- a holder of a role, with the password -------------------------------------------
server_as nobody modify <<END >/dev/null
dn: cn=security,ou=roles,$base
changetype: modify
add: member
member: uid=zhao,ou=people,$base
END
# A reset is no password to act with: it is changed first.
LDAPNOINIT=1 ldappasswd -x -H ldapi:/// -D "uid=zhao,ou=people,$base" \
	-w Other-7x-gleam -a Other-7x-gleam -s Third-7x-gleam
case_of()
{
	case=$(grep -o 'self-[0-9a-f-]*' /tmp/said | head -n 1)
}
as 2000013 tenure leak report --yes --role --password-fd 0 \
	<<<'Third-7x-gleam' >/tmp/said 2>&1
case_of
check 'with the password a holder of a role is locked everywhere (PP-11)' \
	wait_for 5 is granted values "$R" "(cn=$case)" tenureRequestResult
check 'the account is shut for other software' wait_for 3 is leak \
	values "$base" '(uid=zhao)' tenureStatus
check_same "uid=zhao,ou=people,$base" \
	"$(values "$R" "(cn=$case)" tenureLockedBy)" 'in the own name'
check_same "cn=host1,ou=hosts,$base" \
	"$(values "$R" "(cn=$case)" tenureLeakFrom)" 'from this host'
uuid=$(values "$R" "(cn=$case)" entryUUID)
check 'the lock of the host gives way to the directory'\''s' \
	wait_for 10 settled "$case"
check 'the host says what it did of that lock' wait_for 15 eval \
	'values cn=tenure-reports "(cn=host1)" tenureLockEffect |
		grep -q "^request-$uuid .* self=1"'
check_same 'cn=security,ou=roles,dc=example,dc=org' \
	"$(wait_for 5 eval '[ -n "$(values "ou=incidents,$base" \
		"(tenureCaseLock=request-$uuid)" tenureRequestRole)" ]'
	values "ou=incidents,$base" "(tenureCaseLock=request-$uuid)" \
		tenureRequestRole)" 'the case says which role was held: a superior closes it'

# --- on a terminal nobody has to know of --role -----------------------------------------
person sun 孙丽 E0004 2000014 | ldap_add
set_password sun First-7x-gleam
check 'a fourth person is served' wait_for 3 served sun
server_as nobody modify <<END >/dev/null
dn: cn=security,ou=roles,$base
changetype: modify
add: member
member: uid=sun,ou=people,$base
END
LDAPNOINIT=1 ldappasswd -x -H ldapi:/// -D "uid=sun,ou=people,$base" \
	-w First-7x-gleam -a First-7x-gleam -s Third-7x-gleam
: >/tmp/said
as 2000014 script -qefc 'tenure leak report' /dev/null > >(cat >/tmp/said) 2>&1 \
	< <(echo yes; wait_for 10 grep -q 直接回车 /tmp/said; echo Third-7x-gleam)
wait_for 5 grep -q self-20 /tmp/said
case_of
check 'a holder of a role who types the password at the prompt is locked everywhere' \
	wait_for 5 is granted values "$R" "(cn=$case)" tenureRequestResult
check 'the directory too' wait_for 3 is leak values "$base" '(uid=sun)' \
	tenureStatus
check_done
