#!/bin/bash
# What slapd itself refuses about applications, with raw tools: each refusal
# here must hold whatever client is used (UM-10, UM-11).
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

S=$server_suffix
P=$server_password
apps=ou=applications,$S

# form NAME KIND DEPARTMENT|- NUMBER... : an application as LDIF.
form()
{
	local name=$1 kind=$2 department=$3

	shift 3
	printf '%s\n' "dn: cn=$name,$apps" 'objectClass: tenureForm' \
		"cn: $name" "tenureApplicationKind: $kind" \
		'tenureApplicationText: {}'
	[ "$department" = - ] || printf '%s\n' \
		"tenureApplicationDepartment: cn=$department,ou=departments,$S"
	printf 'tenureApplicationNumber: %s\n' "$@"
	echo
}
# change NAME LINE...: a modification of an application.
change()
{
	local name=$1

	shift
	printf '%s\n' "dn: cn=$name,$apps" 'changetype: modify' "$@" ''
}
sign()
{
	local attribute=$1 name=$2 login=$3

	change "$name" "add: $attribute" "$attribute: uid=$login,ou=people,$S"
}
by()
{
	server_by "$1" "$P" "${@:2}"
}
# The entry's own status of an LDAP tool: 50 is "may not".
confirm()
{
	sign tenureConfirmedBy "$1" "$2" | by "$2" modify
}
approve()
{
	sign tenureApprovedBy "$1" "$2" | by "$2" modify
}
reject()
{
	change "$1" 'add: objectClass' 'objectClass: tenureRejection' - \
		'add: tenureRejectedBy' \
		"tenureRejectedBy: uid=$2,ou=people,$S" - \
		'add: tenureRejectedReason' 'tenureRejectedReason: no' |
		by "$2" modify
}
file_as()
{
	local who=$1

	shift
	form "$@" | by "$who" add
}
# account APPLICATION NUMBER [LINE...]: a new account as LDIF.
account()
{
	local application=$1 number=$2

	shift 2
	server_person "n$number" "$number" 'New Person' \
		'tenureStatus: active' "tenureApplication: $application" "$@"
}

server_new
{
	for entry in 'head 2100001' 'other 2100002' 'boss 2100003' \
		'hrone 2100004' 'hrtwo 2100005' 'sysadm 2100006' \
		'plain 2100007' 'boss2 2100008' 'auditor 2100009' \
		'nobodys 2100010'; do
		set -- $entry
		server_person "$1" "$2" "Person $1x" 'tenureStatus: active' \
			"userPassword: $P"
	done | sed '/^cn: /s/[0-9]//g'
} >/tmp/people.ldif
server_as nobody add -f /tmp/people.ldif >/dev/null

check 'while nobody is IT manager, root makes accounts (bootstrap)' \
	server_as root add < <(account roster-0 2200001)
check 'one more without naming anything' server_as root add < <(
	account x 2200002 | sed '/^tenureApplication/d')

for pair in system:sysadm audit:auditor it-manager:boss hr:hrone hr:hrtwo; do
	printf '%s\n' "dn: cn=${pair%:*},ou=roles,$S" 'changetype: modify' \
		'add: member' "member: uid=${pair#*:},ou=people,$S" ''
done | server_as nobody modify >/dev/null
check_status 50 'from then on it does not: the window closes by itself' \
	server_as root add < <(account roster-0 2200003)
check_status 50 'nor without naming anything' server_as root add < <(
	account x 2200003 | sed '/^tenureApplication/d')
check_status 50 'nor the system role' by sysadm add < <(account x 2200003)

department()
{
	printf '%s\n' "dn: cn=$1,ou=departments,$S" \
		'objectClass: tenureDepartment' "cn: $1" \
		"tenureDepartmentHead: uid=$2,ou=people,$S" ''
}
check 'hr names the head of a department' by hrone add < <(
	department rd head; department sales other; department it boss)
check_status 50 'system names none' by sysadm add < <(department x sysadm)
check_status 50 'root neither' server_as root add < <(department x sysadm)
check_status 50 'a head does not name another' by head modify < <(
	printf '%s\n' "dn: cn=rd,ou=departments,$S" 'changetype: modify' \
		'replace: tenureDepartmentHead' \
		"tenureDepartmentHead: uid=plain,ou=people,$S")

check 'hr files' file_as hrone A1 account rd E2200010
check 'system files' file_as sysadm A2 account rd E2200011
check 'the head files for the own department' \
	file_as head A3 account rd E2200012
check_status 50 'not for another' file_as head A4 account sales E2200013
check_status 50 'an ordinary person files nothing' \
	file_as plain A4 account rd E2200013
check_status 50 'nobody files it signed' by head add < <(
	form A4 account rd E2200013 | sed '/^$/d'
	echo "tenureConfirmedBy: uid=head,ou=people,$S")
check_status 50 'nor approved' by hrone add < <(
	form A4 account rd E2200013 | sed '/^$/d'
	echo "tenureConfirmedBy: uid=head,ou=people,$S"
	echo "tenureApprovedBy: uid=boss,ou=people,$S")

check_status 50 'no account before the signatures' by sysadm add < <(
	account A1 2200010)
check_status 50 'the head of another department does not confirm' \
	confirm A1 other
check_status 50 'hr does not confirm in the place of a head' confirm A1 hrone
check_status 50 'the IT manager does not approve what nobody confirmed' \
	approve A1 boss
check_status 50 'nobody signs with another name' by head modify < <(
	sign tenureConfirmedBy A1 other)
check_status 50 'both at once is no way' by boss modify < <(
	change A1 'add: tenureConfirmedBy' \
		"tenureConfirmedBy: uid=boss,ou=people,$S" - \
		'add: tenureApprovedBy' \
		"tenureApprovedBy: uid=boss,ou=people,$S")
check 'the head of the department confirms' confirm A1 head
check_status 50 'no account on one signature' by sysadm add < <(
	account A1 2200010)
check_status 50 'the head does not approve as well' approve A1 head
check_status 50 'nor hr' approve A1 hrone
check_status 50 'nor system' approve A1 sysadm
check_status 50 'who was IT manager elsewhere does not' approve A1 boss2
check 'the IT manager approves' approve A1 boss
check_status 50 'an account whose number is not on it is refused' \
	by sysadm add < <(account A1 2200011)
check_status 50 'and one that names no application' by sysadm add < <(
	account A1 2200010 | sed '/^tenureApplication/d')
check_status 50 'and one of another application' by sysadm add < <(
	account A2 2200010)
check_status 50 'the relax control passes by nothing' \
	by sysadm add -e '!relax' < <(account A1 2200011)
check_status 50 'nor does a number that is a filter' \
	by sysadm add -e '!relax' < <(
		account A1 2200011 | sed 's/^employeeNumber: .*/employeeNumber: */')
check_status 50 'nor an application that is a dn' by sysadm add -e '!relax' < <(
	account "A1,$apps??base?(cn=*)#" 2200011)
check_status 50 'an account without our class is none' by sysadm add < <(
	account A1 2200011 | sed '/^employeeNumber/d; /tenurePerson/d; /^tenure/d')
check 'the account is made' by sysadm add < <(account A1 2200010)
check_status 19 'not twice' by sysadm add < <(
	account A1 2200010 | sed 's/n2200010/second/; s/^uidNumber: .*/uidNumber: 2200099/')
check_status 50 'its application is not written over' by sysadm modify < <(
	printf '%s\n' "dn: uid=n2200010,ou=people,$S" 'changetype: modify' \
		'replace: tenureApplication' 'tenureApplication: A2')

# Immutable.
for line in 'tenureApplicationNumber: E2200011' 'tenureApplicationText: x' \
	'cn: A9' 'description: x' "tenureApprovedBy: uid=boss,ou=people,$S" \
	"tenureApplicationDepartment: cn=sales,ou=departments,$S"; do
	for who in hrone sysadm head boss; do
		check_status 50 "$who adds no $line to what is approved" \
			by "$who" modify -e '!relax' < <(
			change A1 "add: ${line%%:*}" "$line")
		check_status 50 "nor to what $who may have filed" \
			by "$who" modify < <(
			change A2 "add: ${line%%:*}" "$line")
	done
done
check_status 50 'hr adds no department to a roster' \
	eval 'file_as hrone R0 roster - E2200077 && by hrone modify < <(
	change R0 "add: tenureApplicationDepartment" \
	"tenureApplicationDepartment: cn=rd,ou=departments,$S")'
for who in hrone sysadm head boss; do
	check_status 50 "$who deletes none" by "$who" delete "cn=A1,$apps"
done
check_status 50 'nor root' server_as root delete "cn=A1,$apps"

# One who is on it, and one who holds both posts.
check 'filed for the head himself' file_as hrone B1 account rd E2100001 E2200020
check_status 50 'who then does not confirm' confirm B1 head
check 'for the IT manager' file_as hrone B2 account rd E2100003
check 'the head confirms' confirm B2 head
check_status 50 'but the IT manager does not approve' approve B2 boss
check 'where the IT manager heads the department' \
	file_as hrone B3 account it E2200021
check 'he confirms as head' confirm B3 boss
check_status 50 'and cannot approve: two people' approve B3 boss

# Rejected is final.
check 'the head confirms the second' confirm A2 head
check_status 50 'an ordinary person rejects nothing' reject A2 plain
check_status 65 'nobody rejects without a reason' by boss modify < <(
	change A2 'add: objectClass' 'objectClass: tenureRejection' - \
		'add: tenureRejectedBy' "tenureRejectedBy: uid=boss,ou=people,$S")
check 'the IT manager rejects it' reject A2 boss
check_status 50 'then nobody approves it' approve A2 boss
check_status 50 'nor rejects it again' reject A2 head
check_status 50 'no account on it' by sysadm add < <(account A2 2200011)
check 'rejected and confirmed in one change' by head modify < <(
	change A3 'add: objectClass' 'objectClass: tenureRejection' - \
		'add: tenureRejectedBy' "tenureRejectedBy: uid=head,ou=people,$S" - \
		'add: tenureRejectedReason' 'tenureRejectedReason: no' - \
		'add: tenureConfirmedBy' "tenureConfirmedBy: uid=head,ou=people,$S")
check_status 50 'is rejected' approve A3 boss

# A roster: hr, then the IT manager.
check 'a roster is filed' file_as sysadm R1 roster - E2200031 E2200032
check_status 50 'a head does not confirm it' confirm R1 head
check 'hr confirms it' confirm R1 hrone
check_status 50 'hr does not approve it' approve R1 hrtwo
check 'the IT manager approves it' approve R1 boss
check 'the first account on it' server_as root add < <(account R1 2200031)
check 'the second' by sysadm add < <(account R1 2200032)
check_status 50 'not a third' server_as root add < <(account R1 2200033)

# Changes and closures: head, then hr. No account comes of one.
check 'a closure is filed' file_as hrone C1 closure rd E2200010
check_status 50 'hr does not confirm it' confirm C1 hrtwo
check 'the head confirms it' confirm C1 head
check_status 50 'the IT manager does not approve it' approve C1 boss
check 'hr approves it' approve C1 hrtwo
check 'a change is filed, and signed' eval \
	'file_as head C2 change rd E2200040 && confirm C2 head && approve C2 hrone'
check_status 50 'no account on a change' by sysadm add < <(account C2 2200040)

# Services.
service()
{
	printf '%s\n' "dn: uid=$1,ou=services,$S" 'objectClass: account' \
		'objectClass: posixAccount' 'objectClass: tenureService' \
		"uid: $1" "cn: $1" 'uidNumber: 2300000' 'gidNumber: 2000000' \
		"homeDirectory: /home/$1" "owner: uid=$3,ou=people,$S" \
		'description: x' 'tenureEndDate: 2090-01-01' \
		'tenureStatus: active' "tenureApplication: $2" ''
}
check_status 50 'no service account without one' by sysadm add < <(
	service backup A1 plain)
check 'applied for, confirmed, approved' eval \
	'file_as hrone S1 service rd "uid=backup,ou=services,$S" E2100007 &&
	confirm S1 head && approve S1 boss'
check_status 50 'not for another owner' by sysadm add < <(
	service backup S1 other)
check_status 50 'not another login' by sysadm add < <(service web S1 plain)
check_status 50 'nor under a second name of the one that is' \
	by sysadm add -e '!relax' < <(service web S1 plain |
	sed 's/^uid: .*/&\nuid: backup/')
check_status 50 'nor a login that is a filter' by sysadm add -e '!relax' < <(
	service 'x)(cn=*' S1 plain)
check 'the service account is made' by sysadm add < <(service backup S1 plain)

# Posts change hands.
check 'confirmed before' eval 'file_as hrone D1 account rd E2200050 &&
	confirm D1 head'
printf '%s\n' "dn: cn=it-manager,ou=roles,$S" 'changetype: modify' \
	'replace: member' "member: uid=boss2,ou=people,$S" |
	server_as nobody modify >/dev/null
check_status 50 'a former IT manager approves nothing' approve D1 boss
check 'the new one does' approve D1 boss2
check 'what the former approved still counts' \
	file_as hrone D2 account rd E2200051
check 'hr names another head' by hrone modify < <(
	printf '%s\n' "dn: cn=rd,ou=departments,$S" 'changetype: modify' \
		'replace: tenureDepartmentHead' \
		"tenureDepartmentHead: uid=plain,ou=people,$S")
check_status 50 'the former head confirms nothing' confirm D2 head
check 'the new one does' confirm D2 plain

# The window stays closed without an IT manager.
printf '%s\n' "dn: cn=it-manager,ou=roles,$S" 'changetype: modify' \
	'delete: member' | server_as nobody modify >/dev/null
check_status 50 'the window does not open again' server_as root add < <(
	account roster-0 2200060)

# Whoever signs keeps a chain of the journal.
chain()
{
	printf '%s\n' "dn: cn=people.$1@probe,cn=tenure-journal" \
		'objectClass: tenureJournalChain' "cn: people.$1@probe" \
		"tenureJournalBy: uid=${2-$1},ou=people,$S" ''
}
for who in plain hrone hrtwo; do
	check "$who opens a chain of the journal" by "$who" add < <(chain "$who")
done
check_status 50 'a former head opens none' by head add < <(chain head)
check_status 50 'nobody opens another one' by hrone add < <(
	chain hrthree hrone)

# What is read by whom.
sees()
{
	by "$1" search -LLL -b "$apps" -s one '(objectClass=tenureForm)' 1.1 |
		grep -c ^dn:
}
check_same 13 "$(sees hrone)" 'hr reads all'
check_same 13 "$(sees auditor)" 'audit reads all'
check_same 0 "$(sees other)" 'the head of another department reads none'
check_same 0 "$(sees nobodys)" 'an ordinary person reads none'
check_same uid=hrone "$(by hrone search -LLL -b "cn=A1,$apps" -s base \
	creatorsName | sed -n 's/^creatorsName: \(uid=[^,]*\).*/\1/p')" \
	'who filed it is what the server says'
check_done
