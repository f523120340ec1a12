#!/bin/bash
# Attempts to get more than one may, each by raw LDAP tools and by somebody who
# has what they have: a host's key, a role, root, an agent's identity. After
# each one root looks at the directory: nothing there may have changed.
# docs/access.md is made from the names below (tests/lint/access-page.sh).
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

S=$server_suffix
P=$server_password
people=ou=people,$S
net=ldaps://127.0.0.1
root_sees_as=server_as
root_sees()
{
	local base

	for base in "$S" cn=tenure-reports cn=tenure-journal; do
		"$root_sees_as" nobody search -LLL -o ldif-wrap=no -b "$base" '*' \
			entryUUID creatorsName createTimestamp pwdReset authzTo \
			pwdPolicySubentry pwdEndTime pwdHistory ref
	done | sed '/^tenureSeenTime/d' | md5sum
}
# told ID WHO WHAT BY GOOD: the test's line; GOOD is true or false.
told()
{
	[ "$before" = "$(root_sees)" ] || {
		set -- "$1" "$2" "$3" "$4" false
		check_output="THE DIRECTORY CHANGED. $check_output"
		before=$(root_sees)
	}
	if "$5"; then
		check_pass "$1 $2 $3: $4"
	else
		check_fail "$1 $2 $3: $4"
	fi
}
# refused ID STATUS[|STATUS] WHO WHAT BY COMMAND...
refused()
{
	local id=$1 wanted="|$2|" who=$3 what=$4 why=$5 status good=false

	shift 5
	check_output=$("$@" 2>&1)
	status=$?
	case $wanted in
	*"|$status|"*) good=true ;;
	esac
	check_output="exit status $status: $check_output"
	told "$id" "$who" "$what" "$why" "$good"
}
# silent ID PATTERN WHO WHAT BY COMMAND...: the answer has no such line.
silent()
{
	local id=$1 pattern=$2 who=$3 what=$4 why=$5 good=true

	shift 5
	check_output=$("$@" 2>&1)
	! printf '%s\n' "$check_output" | grep -qiE "$pattern" || good=false
	told "$id" "$who" "$what" "$why" "$good"
}
change()
{
	printf '%s\n' "dn: $1" 'changetype: modify' "${@:2}" ''
}
person()
{
	change "uid=$1,$people" "${@:2}"
}
role()
{
	change "cn=$1,ou=roles,$S" "add: $2" "$2: uid=$3,$people"
}
move()
{
	printf '%s\n' "dn: $1" 'changetype: modrdn' "newrdn: $2" \
		'deleteoldrdn: 0' "newsuperior: $3" ''
}
by()
{
	server_by "$1" "$P" "${@:2}"
}
lock()
{
	printf '%s\n' "dn: cn=$1,ou=locks,$S" 'objectClass: tenureLock' \
		"cn: $1" "tenureLockKind: $2" "tenureLockedBy: $3" \
		'tenureLockedTime: 20260101000000Z' \
		'tenureStaffNumber: E2100001' 'description: a test' ''
}
release()
{
	printf '%s\n' "dn: cn=r1,ou=locks,$S" 'objectClass: tenureRelease' \
		'cn: r1' 'tenureLockRef: l1' \
		'tenureReleasedTime: 20260101000000Z' 'description: a test' ''
}
record()
{
	printf '%s\n' "dn: cn=0000000002,cn=$1,$2" \
		'objectClass: tenureJournalRecord' 'cn: 0000000002' \
		"tenureJournalBy: $3" 'tenureJournalText: forged' ''
}
entry()
{
	printf '%s\n' "dn: $1" "${@:2}" ''
}
# forge NAME SUBJECT [CA [OPTION...]]: a certificate that our authority never
# gives, signed with its key all the same.
forge()
{
	local name=$1 subject=$2 ca=${3:-/etc/tenure/ca/ca}

	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-keyout "/tmp/host/$name.key" -out /tmp/forged.csr \
		-subj "$subject" 2>/dev/null
	openssl x509 -req -in /tmp/forged.csr -CA "$ca.crt" -CAkey "$ca.key" \
		-CAcreateserial -CAserial /tmp/serial "${@:4}" \
		-out "/tmp/host/$name.crt" 2>/dev/null
}
# seen NAME: what a certificate gets at, as one answer.
seen()
{
	server_with "$1" whoami
	server_with "$1" search -LLL -b "$S" 1.1
	server_with "$1" search -LLL -b cn=tenure-reports 1.1
}

server_new || exit 1
server_host host1
server_host host2
n=2100000
for login in alice bob dead sysa sysb seca audi hrlead itlead head victim; do
	n=$((n + 1))
	server_person "$login" "$n" "${login^} Person" 'tenureStatus: active' \
		"userPassword: $P" 'mobile: 1391' 'tenureBirthday: 1980-01-01'
done >/tmp/people.ldif
{
	cat /tmp/people.ldif
	server_person canary 2100090 'Canary Bird' 'tenureStatus: active' \
		"userPassword: $P" | sed -e 's/E2100090/CANARY-1/' \
		-e 's|/bin/bash|/usr/sbin/nologin|'
	entry "cn=rd,ou=departments,$S" 'objectClass: tenureDepartment' \
		'cn: rd' "tenureDepartmentHead: uid=head,$people"
	entry "cn=A1,ou=applications,$S" 'objectClass: tenureForm' 'cn: A1' \
		'tenureApplicationKind: account' 'tenureApplicationNumber: N1' \
		"tenureApplicationDepartment: cn=rd,ou=departments,$S" \
		'tenureApplicationText: {}'
	lock l1 leak "cn=enforcer,ou=agents,$S" | sed s/E2100001/E2100003/
	entry "cn=case1,ou=incidents,$S" 'objectClass: tenureLeakCase' \
		'cn: case1' "tenureCaseWhom: uid=seca,$people" \
		'tenurePersonUUID: 00000000-0000-4000-8000-000000000001' \
		'tenureStaffNumber: E2100006' 'tenureCaseLock: l1' \
		"tenureCaseReporter: uid=sysa,$people" \
		"tenureRequestRole: cn=security,ou=roles,$S" \
		'tenureRequestLevel: 1' 'tenureCaseItem: the homes'
	entry "cn=agents.scheduler@d,cn=tenure-journal" \
		'objectClass: tenureJournalChain' 'cn: agents.scheduler@d' \
		"tenureJournalBy: cn=scheduler,ou=agents,$S"
	record agents.scheduler@d cn=tenure-journal \
		"cn=scheduler,ou=agents,$S" | sed s/0002/0001/
	entry "cn=hosts.host2@d,ou=journal,cn=tenure-reports" \
		'objectClass: tenureJournalChain' 'cn: hosts.host2@d' \
		"tenureJournalBy: cn=host2,ou=hosts,$S"
	for pair in system:sysa system:sysb security:seca audit:audi hr:hrlead \
		it-manager:itlead; do
		role "${pair%:*}" member "${pair#*:}"
	done
	role security tenureRoleSuperior seca
} >/tmp/samples.ldif
server_as nobody modify -a -f /tmp/samples.ldif >/dev/null || exit 1
before=$(root_sees)
serial=$(server_as root search -LLL -b "cn=host1,ou=hosts,$S" serialNumber |
	sed -n 's/^serialNumber: //p')

# A host in wrong hands.
silent E01 '^(userPassword|pwdHistory|mobile|tenureBirthday):' 'a host' 'reads hashes, old ones, telephones and birthdays' 'a rule of access: no host reads them' \
	server_with host1 search -LLL -b "$people" '*' +
silent E02 '^dn:' 'a host' 'guesses a telephone by filters' 'a rule of access: no search on what is not read' \
	server_with host1 search -LLL -b "$people" \
	'(|(mobile=139*)(:telephoneNumberMatch:=1391)(userPassword=*))' 1.1
refused E03 50 'a host' 'guesses a telephone by comparing' 'a rule of access' \
	server_with host1 compare "uid=bob,$people" 'mobile:1391'
refused E04 122 'a host' 'guesses a telephone by an assertion' 'a rule of access: an assertion sees no more than a search' \
	server_with host1 search -e '!assert=(mobile=1391)' \
	-b "uid=bob,$people" -s base 1.1
refused E05 50 'a host' 'changes an account' 'a rule of access: hosts write their report and journal alone' \
	server_with host1 modify < <(person bob 'replace: loginShell' 'loginShell: /bin/sh')
refused E06 50 'a host' 'locks somebody' 'a rule of access' \
	server_with host1 add < <(lock l2 leak "cn=host1,ou=hosts,$S")
refused E07 50 'a host' 'releases a lock' 'a rule of access' \
	server_with host1 add < <(release)
refused E08 50 'a host' 'writes the report of another' 'a rule of access: the dn of who asks is in the name' \
	server_with host1 modify < <(change cn=host2,cn=tenure-reports 'replace: tenureLocalAccount' 'tenureLocalAccount: x:0:/bin/sh')
refused E09 50 'a host' 'writes into the journal of another' 'a rule of access: the dn of who asks is in the name of the chain' \
	server_with host1 add < <(record hosts.host2@d ou=journal,cn=tenure-reports "cn=host2,ou=hosts,$S")
refused E10 11\|80 'a host' 'fills the reports with one huge report' 'a bound of slapd: 1 MB an entry' \
	server_with host1 modify < <(
		change cn=host1,cn=tenure-reports 'replace: tenureLocalAccount' "$(
			for i in $(seq 24000); do
				echo "tenureLocalAccount: local-account-$i:$i:/usr/sbin/nologin"
			done)" | sed '$d')
refused E11 50 'a host' 'asks for a departure' 'a rule of access: the scheduler alone' \
	server_with host1 add < <(lock q1 departure "cn=scheduler,ou=agents,$S" | sed "s/ou=locks,$S/ou=requests,cn=tenure-reports/")

# Certificates. How a handshake that fails ends depends on who notices first: no
# mechanism, cannot contact, local error.
shut='250|254|255'
ours='^dn:.*,dc=|tenure-internal|^dn: '
for line in 'E12:with the number of another host:/O=Tenure/OU=hosts/serialNumber=00ff/CN=host1' \
	"E13:with another name and a number that exists:/O=Tenure/OU=hosts/serialNumber=$serial/CN=host2" \
	"E14:with one more part:/C=DE/O=Tenure/OU=hosts/serialNumber=$serial/CN=host1" \
	"E15:of ou=providers:/O=Tenure/OU=providers/serialNumber=$serial/CN=provider1" \
	'E16:that spells an agent:/DC=org/DC=example/OU=agents/CN=bootstrap' \
	'E17:that spells the root dn:/CN=tenure-internal' \
	"E18:with a filter as name:/O=Tenure/OU=hosts/serialNumber=$serial/CN=*"; do
	IFS=: read -r id what subject <<<"$line"
	forge "$id" "$subject" '' -days 2
	silent "$id" "$ours" 'a certificate' "$what" 'slapd maps a subject by its whole text, and only to an entry with name and number' \
		seen "$id"
done
cp /etc/tenure/server.crt /tmp/host/E19.crt
cp /etc/tenure/server.key /tmp/host/E19.key
refused E19 50 'a certificate' 'of a directory server, which writes' 'a rule of access: it reads, to replicate, and writes nothing' \
	server_with E19 modify < <(person bob 'replace: tenureStatus' 'tenureStatus: departed')
mkdir -p /tmp/otherca
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
	-keyout /tmp/otherca/ca.key -out /tmp/otherca/ca.crt -days 2 \
	-subj /CN=other 2>/dev/null
subject="/O=Tenure/OU=hosts/serialNumber=$serial/CN=host1"
forge E20 "$subject" /tmp/otherca/ca -days 2
refused E20 "$shut" 'a certificate' 'of another authority' 'the handshake' server_with E20 whoami
forge E21 "$subject" '' -days -1
refused E21 "$shut" 'a certificate' 'that has expired' 'the handshake' server_with E21 whoami
by sysa delete "cn=host2,ou=hosts,$S"
before=$(root_sees)
silent E22 "$ours" 'a certificate' 'that was withdrawn' 'its host has no entry any more' seen host2
refused E23 "$shut" 'anybody' 'without a certificate' 'the handshake: passwords cannot even be tried' \
	env LDAPTLS_CACERT=/tmp/host/ca.crt ldapwhoami -x -H "$net" -D "uid=bob,$people" -w "$P"

# A system administrator.
refused E24 19\|50 'a system administrator' 'makes himself security' 'a rule of access, and unique: one person one role' by sysa modify < <(role security member sysa)
refused E25 50 'a system administrator' 'adds a member to his role' 'a rule of access: roles change by the enforcer on two signatures' by sysa modify < <(role system member alice)
refused E26 50 'a system administrator' 'makes himself a superior' 'the same' by sysa modify < <(role system tenureRoleSuperior sysa)
refused E27 1 'a system administrator' 'resets the password of a holder of a role' 'a rule of access: only the holder changes it' \
	by sysa passwd -s Neues-Wort-und-Licht-8 "uid=seca,$people"
refused E28 50 'a system administrator' 'makes his own uid 0' 'a rule of access: given once' by sysa modify -e relax < <(person sysa 'replace: uidNumber' 'uidNumber: 0')
refused E29 50 'a system administrator' 'makes the home of a holder of a role his own' 'a rule of access' by sysa modify -e relax < <(person seca 'replace: homeDirectory' 'homeDirectory: /home/sysa')
refused E30 50 'a system administrator' 'gives somebody another number' 'a rule of access: given once' by sysa modify -e relax < <(person bob 'replace: uidNumber' 'uidNumber: 999')
refused E31 19 'a system administrator' 'gives somebody gid 0' 'a constraint; past it (relax) every host refuses the account' by sysa modify < <(person bob 'replace: gidNumber' 'gidNumber: 0')
refused E32 19 'a system administrator' 'makes a group with the gid of sudo' 'a constraint; past it (relax) every host refuses the group' \
	by sysa add < <(entry "cn=sudo,ou=groups,$S" 'objectClass: posixGroup' 'cn: sudo' 'gidNumber: 27')
refused E33 50 'a system administrator' 'loads code into slapd (pwdCheckModule)' 'a rule of access' \
	by sysa modify < <(change "cn=default,ou=policies,$S" 'replace: pwdCheckModule' 'pwdCheckModule: /tmp/x.so')
refused E34 50 'a system administrator' 'gives somebody a policy without locks' 'a rule of access' \
	by sysa modify -e relax < <(person bob 'add: pwdPolicySubentry' "pwdPolicySubentry: cn=none,$S")
refused E35 50 'a system administrator' 'adds a referral to his own server' 'a rule of access: kinds of entries are named' \
	by sysa add -M < <(entry "ou=more,ou=groups,$S" 'objectClass: referral' 'objectClass: extensibleObject' 'ou: more' 'ref: ldap://127.0.0.9/')
refused E36 50 'a system administrator' 'adds an alias of the root of trust' 'the same' \
	by sysa add < <(entry "cn=x,ou=groups,$S" 'objectClass: alias' 'objectClass: extensibleObject' 'cn: x' "aliasedObjectName: cn=bootstrap,ou=agents,$S")
refused E37 50 'a system administrator' 'adds a subentry' 'the same' \
	by sysa add -e relax < <(entry "cn=x,ou=groups,$S" 'objectClass: subentry' 'objectClass: extensibleObject' 'cn: x' 'subtreeSpecification: {}')
refused E38 50\|53 'a system administrator' 'makes himself root of the configuration' 'a rule of access: cn=config is changed offline' \
	by sysa modify < <(change 'olcDatabase={3}mdb,cn=config' 'replace: olcRootDN' "olcRootDN: uid=sysa,$people")
refused E39 50 'a system administrator' 'moves a host into ou=people, past every application' 'a rule of access: entries are added or removed, never both' \
	by sysa modify < <(move "cn=host1,ou=hosts,$S" objectClass=device "$people")
refused E40 50 'a system administrator' 'renames a person into an agent' 'a rule of access' by sysa modify < <(move "uid=alice,$people" sn=scheduler2 "ou=agents,$S")
refused E41 50 'a system administrator' 'renames a person into a role' 'a rule of access' by sysa modify -M < <(move "uid=alice,$people" sn=system2 "ou=roles,$S")
refused E42 17 'a system administrator' 'gives somebody a second status that outlives a lock (tenureStatus;lang-a)' 'slapd knows no attribute options here' \
	by sysa modify < <(person bob 'add: tenureStatus;lang-a' 'tenureStatus;lang-a: active')
refused E43 17 'a system administrator' 'uses the option that the configuration names' 'it is longer than slapd takes' \
	by sysa modify < <(opt=$(server_as root search -LLL -o ldif-wrap=no -s base -b cn=config olcAttributeOptions | sed -n 's/^olcAttributeOptions: //p')
		person bob "add: tenureStatus;$opt" "tenureStatus;$opt: active")
refused E44 50 'a system administrator' 'removes a lock' 'a rule of access: locks stay' by sysa delete -M "cn=l1,ou=locks,$S"
refused E45 50 'a system administrator' 'releases a lock' 'a rule of access: security alone' by sysa add < <(release)
refused E46 19\|50 'a system administrator' 'backdates an entry and gives it away (relax)' 'slapd: its own attributes want manage, which nobody has' \
	by sysa modify -e relax < <(person bob 'replace: creatorsName' "creatorsName: uid=seca,$people")
refused E47 1 'a system administrator' 'acts as somebody else (proxied authorization)' 'slapd: no policy of proxying, and authzTo is nobodys to write' \
	by sysa whoami -e "!authzid=dn:cn=bootstrap,ou=agents,$S"
refused E48 50 'a system administrator' 'permits himself to be anybody (authzTo)' 'a rule of access' \
	by sysa modify -e relax < <(person sysa 'add: authzTo' 'authzTo: dn.regex:.*')
refused E49 50 'a system administrator' 'makes an account without an application' 'a rule of access: an approved form must list it' \
	by sysa add < <(server_person ghost 2100099 'Ghost Person' 'tenureStatus: active' 'tenureApplication: A1')

# Leaks.
case1="cn=case1,ou=incidents,$S"
refused E95 50 'a member of security' 'releases a lock that is not there yet' 'a rule of access: a release is of a lock that is there' \
	by seca add < <(release | sed 's/: l1/: leak-E2100001-1/')
refused E96 50 'a system administrator' 'locks two people by one lock' 'a rule of access: the number is the person of the uuid' \
	by sysa add < <(lock l5 leak "uid=sysa,$people" | sed '$d'
		echo "tenurePersonUUID: $(server_as nobody search -LLL -b "uid=bob,$people" entryUUID | sed -n 's/^entryUUID: //p')")
refused E97 50 'a system administrator' 'wipes what a superior did off the list of a leak' 'a rule of access: one by one, by superiors who have written that they looked' \
	by sysa modify < <(change "$case1" 'delete: tenureCaseItem')
refused E98 50 'a system administrator' 'writes that he looked at what a superior did' 'a rule of access: superiors alone' \
	by sysa modify < <(change "$case1" 'add: tenureCaseLooked' "tenureCaseLooked: uid=sysa,$people: the homes")
refused E99 50 'a system administrator' 'writes that what a superior did is on the list' 'a rule of access: root alone' \
	by sysa modify < <(change "$case1" 'add: tenureCaseDossier' 'tenureCaseDossier: nothing')

# HR, the head of a department, the IT manager.
apps=ou=applications,$S
approve()
{
	change "cn=A1,$apps" "add: $1" "$1: uid=$2,$people"
}
refused E50 50 'hr' 'makes an account' 'a rule of access' by hrlead add < <(server_person ghost 2100099 'Ghost Person' 'tenureStatus: active')
refused E51 50 'hr' 'signs an application for an account twice over' 'a rule of access: the head of the department, then the IT manager' by hrlead modify < <(approve tenureApprovedBy hrlead)
refused E52 50 'the IT manager' 'approves alone' 'a rule of access: the second signature wants the first' by itlead modify < <(approve tenureApprovedBy itlead)
refused E53 50 'the head of a department' 'gives both signatures in one change' 'a rule of access' \
	by head modify < <(change "cn=A1,$apps" 'add: tenureConfirmedBy' "tenureConfirmedBy: uid=head,$people" - 'add: tenureApprovedBy' "tenureApprovedBy: uid=head,$people")
refused E54 50 'hr' 'puts somebody onto an application that was filed' 'a rule of access: nothing is added to what was filed' \
	by hrlead modify < <(change "cn=A1,$apps" 'add: tenureApplicationNumber' 'tenureApplicationNumber: E666')

# Agents.
as_scheduler() { server_as tenure-scheduler "$@"; }
as_enforcer() { server_as tenure-enforcer "$@"; }
refused E55 50 'the scheduler' 'adds a lock for a leak' 'a rule of access: it adds requests alone' as_scheduler add < <(lock l3 leak "cn=scheduler,ou=agents,$S")
refused E56 50 'the scheduler' 'asks for something else than a departure' 'a rule of access' \
	as_scheduler add < <(lock q2 leak "cn=scheduler,ou=agents,$S" | sed "s/ou=locks,$S/ou=requests,cn=tenure-reports/")
refused E57 50 'the scheduler' 'releases a lock' 'a rule of access' as_scheduler add < <(release)
refused E58 50 'the scheduler' 'locks a holder of a role itself' 'a rule of access' as_scheduler modify < <(person seca 'replace: tenureStatus' 'tenureStatus: departed')
refused E59 50 'the enforcer' 'releases a lock' 'a rule of access: security alone' as_enforcer add < <(release)
server_as nobody modify < <(person dead 'replace: tenureStatus' 'tenureStatus: leak') >/dev/null
before=$(root_sees)
refused E60 50 'the enforcer' 'opens an account again' 'a rule of access: the enforcer closes only' as_enforcer modify -e relax < <(person dead 'replace: tenureStatus' 'tenureStatus: active')
refused E61 50 'the enforcer' 'gives somebody a role without signatures' 'a rule of access: a request that two signed must stand there' as_enforcer modify < <(role system member alice)

# Root on the directory server, over ldapi.
refused E62 50 'root' 'adds himself a friend in a role that is filled' 'a rule of access: root fills an empty role alone' server_as root modify < <(role security member alice)
refused E63 50 'root' 'makes an account' 'a rule of access, since somebody is IT manager' server_as root add < <(server_person ghost 2100099 'Ghost Person' 'tenureStatus: active')
refused E64 50 'root' 'gives a canary a shell' 'a rule of access: it never gets one' server_as root modify < <(person canary 'replace: loginShell' 'loginShell: /bin/bash')
refused E65 50 'root' 'writes into the journal of another' 'a rule of access: the own chain alone' server_as root add < <(record agents.scheduler@d cn=tenure-journal "cn=scheduler,ou=agents,$S")
refused E66 50 'root' 'removes a record of the journal' 'a rule of access: nobody does' server_as root delete 'cn=0000000001,cn=agents.scheduler@d,cn=tenure-journal'
refused E67 50 'root' 'changes the access rules over ldapi' 'a rule of access: offline only' server_as root modify < <(change 'olcDatabase={3}mdb,cn=config' 'delete: olcAccess')
refused E68 49 'root' 'binds as the root dn' 'it is no entry and has no password' ldapwhoami -x -H ldapi:/// -D cn=tenure-internal -w "$P"
silent E69 'dn:cn=bootstrap|^dn: ' 'a user with group 0' 'comes in over ldapi' 'slapd maps four pairs of uid and gid, whole' \
	setpriv --reuid nobody --regid 0 --clear-groups ldapsearch -Q -Y EXTERNAL -H ldapi:/// -LLL -b "$S" 1.1

# Audit.
refused E70 50 'audit' 'locks somebody' 'a rule of access: audit writes nothing' by audi modify < <(person bob 'replace: tenureStatus' 'tenureStatus: leak')
silent E71 '^(userPassword|pwdHistory|mobile)|argon' 'audit' 'reads hashes in the access log' 'a rule of access' by audi search -LLL -o ldif-wrap=no -b cn=accesslog '(reqType=add)' reqMod

# An ordinary person.
silent E72 '^dn: (uid=[^a]|cn=|ou=)' 'a person' 'reads other people, roles and locks' 'a rule of access: the own entry alone' by alice search -LLL -b "$S" 1.1
refused E73 50 'a person' 'takes another staff number' 'a rule of access' by alice modify < <(person alice 'replace: employeeNumber' 'employeeNumber: E666')
refused E74 50 'a person' 'takes the real name of another' 'a rule of access' by alice modify < <(person alice 'replace: cn' 'cn: Seca Person')
refused E75 50 'a person' 'adds a key with options (relax)' 'a rule of access: type and base64 alone' by alice modify -e relax < <(person alice 'add: tenureSshPublicKey' 'tenureSshPublicKey: command="x" ssh-ed25519 AAAA')
refused E76 1 'a person' 'sets the password of another' 'a rule of access' by alice passwd -s Neues-Wort-und-Licht-8 "uid=bob,$people"
refused E77 19 'a person' 'sets a hash as the own password' 'the password policy' by alice modify < <(person alice 'delete: userPassword' "userPassword: $P" - 'add: userPassword' 'userPassword: {CRYPT}xyxyxyxyxyxyx')
silent E78 '^userPassword|^pwdHistory' 'a person' 'reads the own hash after a change (post-read)' 'a rule of access' by alice modify -e 'postread=userPassword,pwdHistory' < <(person alice 'replace: tenureSshPublicKey')
refused E79 49 'a person' 'tries passwords of somebody 105 times on the directory server' 'slapd: closed for 5 minutes after 100, no longer; no status changes' \
	bash -c 'for i in $(seq 105); do ldapwhoami -x -H ldapi:/// -D "$1" -w "wrong$i" || status=$?; done; exit "$status"' - "uid=victim,$people"

# Nobody at all.
refused E80 32 'an anonymous' 'reads the directory' 'a rule of access' ldapsearch -x -H ldapi:/// -LLL -b "$S" 1.1
refused E81 8\|50 'an anonymous' 'writes' 'slapd: no update without a bind' ldapadd -x -H ldapi:/// < <(lock l4 leak cn=x)
refused E82 49 'who is locked' 'binds with the right password' 'a rule of access: no password of who is not active counts' by dead whoami
refused E83 1\|49\|50\|80\|254\|255 'root' 'asks to be the root dn (SASL authzid)' 'slapd: no policy of proxying' \
	ldapwhoami -Q -Y EXTERNAL -H ldapi:/// -X dn:cn=tenure-internal
refused E84 50 'a system administrator' 'turns the password policy off' 'a rule of access' by sysa modify < <(change "cn=default,ou=policies,$S" 'replace: pwdLockout' 'pwdLockout: FALSE')
long=$(head -c 100000 /dev/zero | tr '\0' a)
refused E85 255\|254\|1\|2 'an anonymous' 'starves slapd with one huge question' 'a bound of slapd: 256 kB before a bind' \
	ldapsearch -x -H ldapi:/// -b '' -s base '(cn=x)' "$long" "$long" "$long" "$long"

# A connection that was open when its owner was locked.
mkfifo /tmp/open
server_by sysb "$P" modify -c </tmp/open >/tmp/open.said 2>&1 &
open=$!
exec 7>/tmp/open
person bob 'replace: description' 'description: before' >&7
wait_for 5 grep -q 'modifying entry' /tmp/open.said
server_as nobody modify < <(person sysb 'replace: tenureStatus' 'tenureStatus: leak'; person bob 'replace: description') >/dev/null
before=$(root_sees)
later()
{
	person bob 'replace: description' 'description: after' >&7
	exec 7>&-
	wait "$open"
}
later
status=$?
refused E86 50 'who is locked' 'goes on writing over an open connection' 'a rule of access: it asks for the status at every change' \
	bash -c 'cat /tmp/open.said; exit "$1"' - "$status"

# slapd 2.5.13 ends by a fault where a transaction adds an application and then
# a number to it.
transaction()
{
	local said

	said=$("$@" 1.3.6.1.1.21.1 2>&1)
	echo "$said"
	case $said in
	*'Protocol error (2)'*) return 2 ;;
	esac
}
refused E89 2 'a host' 'starts a transaction' 'our module took transactions out of slapd' \
	transaction server_with host1 exop
refused E90 2 'a system administrator' 'ends slapd by a transaction' 'the same' \
	transaction by sysa exop

# The socket's folder narrowed to a group, as directory.md says.
usermod -aG tenure-enforcer tenure-scheduler
usermod -aG tenure-enforcer nobody
chgrp tenure-enforcer /run/slapd
chmod 0750 /run/slapd
# As server_as, with the groups of the user.
server_in_group()
{
	local user=$1 tool=$2

	shift 2
	setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups \
		"ldap$tool" -Q -Y EXTERNAL -H ldapi:/// "$@"
}
root_sees_as=server_in_group
before=$(root_sees)
refused E100 255 'a user of the directory server' 'tries a password, where the socket is narrowed' 'the mode of its folder: a group alone' \
	setpriv --reuid games --regid games --clear-groups ldapwhoami -x -H ldapi:/// -D "uid=alice,$people" -w "$P"
check_output=$(server_in_group tenure-scheduler whoami 2>&1)
check_says "cn=scheduler,ou=agents,$S" 'the scheduler comes in by its group'
root_sees_as=server_as
chmod 0755 /run/slapd

# Somebody opens a port without TLS.
server_stop
/usr/sbin/slapd -d 0 -F /etc/ldap/slapd.d -u openldap -g openldap \
	-h 'ldapi:/// ldap://127.0.0.1:3389' >/dev/null 2>&1 &
server_pid=$!
wait_for 10 server_as root whoami
before=$(root_sees)
refused E87 13 'a person' 'sends the password in clear (a port that somebody opened)' 'slapd: no simple bind without TLS' \
	ldapwhoami -x -H ldap://127.0.0.1:3389 -D "uid=alice,$people" -w "$P"
refused E88 "1|$shut" 'a person' 'starts TLS there without a certificate' 'the handshake' \
	env LDAPTLS_CACERT=/tmp/host/ca.crt ldapwhoami -x -ZZ -H ldap://127.0.0.1:3389
check_done
