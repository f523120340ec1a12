# shellcheck shell=bash
#
# Two providers, of which one takes account changes: what the other one refuses,
# and that a lock holds at both after a cut link, a login and a failed login in
# between, a writer that was down and a server from an old backup. For
# ../providers-delta.sh and ../providers-plain.sh, the two ways of replication.
# Rules: UM-15.1, UM-5.4.

set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
lab=$top/tests/lab
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
TENURE_LAB=providers-$$
LAB_QUIET=1
export TENURE_LAB LAB_QUIET
trap '"$lab" down >/dev/null 2>&1' EXIT

suffix=dc=example,dc=org
password=Vogel-und-Kirsche-7

# on MACHINE COMMAND-LINE
on()
{
	local machine=$1

	shift
	"$lab" exec "$machine" -- bash -c "$*"
}

put()
{
	"$lab" exec "$1" -- sh -c 'cat >"$0"' "$2"
}

# as_root MACHINE TOOL ARGUMENTS: bootstrap, over ldapi.
as_root()
{
	on "$1" "ldap$2 -Q -Y EXTERNAL -H ldapi:/// ${*:3}"
}

# opens MACHINE LOGIN [PASSWORD]: does the password open the directory there?
opens()
{
	on "$1" "ldapwhoami -x -H ldapi:/// \
		-D uid=$2,ou=people,$suffix -w '${3-$password}'"
}

# value MACHINE LOGIN ATTRIBUTE
value()
{
	as_root "$1" search "-LLL -o ldif-wrap=no -b ou=people,$suffix \
		'(uid=$2)' $3" | sed -n "s/^$3: //p"
}

value_is()
{
	[ "$(value "$1" "$2" "$3")" = "$4" ]
}

is_shut()
{
	[ "$(value "$1" "$2" tenureStatus)" != active ] &&
		[ -n "$(value "$1" "$2" pwdEndTime)" ] &&
		[ "$(value "$1" "$2" pwdAccountLockedTime)" = 000001010000Z ]
}

csn()
{
	as_root "$1" search "-LLL -s base -b $suffix contextCSN" |
		sed -n 's/^contextCSN: //p' | sort
}

same_csn()
{
	[ "$(csn directory)" = "$(csn directory2)" ]
}

# shut_at_both LOGIN WHAT
shut_at_both()
{
	local machine

	for machine in directory directory2; do
		check "$2: shut at $machine" wait_for 20 is_shut "$machine" "$1"
		check_status 49 "$2: $machine lets nobody in as $1" \
			opens "$machine" "$1"
	done
}

# Nothing is written any more once all is told, for as long as a sweep and a
# look at requests take.
quiet()
{
	local before look

	before=$(csn directory; csn directory2)
	for look in $(seq 12); do
		sleep 0.5
		[ "$before" = "$(csn directory; csn directory2)" ] || return 1
	done
}

known_on_host()
{
	on host1 "getent passwd $1"
}

may_enter()
{
	on host1 "pamtester sshd $1 acct_mgmt"
}

# The accounts of a machine as they are now, in a file there.
back_up()
{
	on "$1" 'slapcat -n3 -l /root/backup.ldif 2>/dev/null'
}

# slapd of a machine with the accounts of that file.
restore()
{
	on "$1" 'lab-service stop slapd && rm -f /var/lib/ldap/accounts/* &&
		runuser -u openldap -- /usr/sbin/slapadd -q -n3 \
			-F /etc/ldap/slapd.d </root/backup.ldif 2>/dev/null &&
		lab-service start slapd'
}

make_people()
{
	local login number=2000100

	for login in wang li zhao chen sun zhou tang; do
		number=$((number + 1))
		cat <<END
dn: uid=$login,ou=people,$suffix
objectClass: inetOrgPerson
objectClass: posixAccount
objectClass: tenurePerson
uid: $login
cn: 王小$login
sn: 王小$login
employeeNumber: E$number
uidNumber: $number
gidNumber: 2000000
homeDirectory: /home/$login
loginShell: /bin/bash
tenureStatus: active
userPassword: Anfang-$number-xyz

END
	done | sed 's/^cn: 王小[a-z]*/cn: 王小明/; s/^sn: 王小[a-z]*/sn: 王小明/' |
		put directory /root/people.ldif
	as_root directory add '-f /root/people.ldif >/dev/null' || return 1
	number=2000100
	for login in wang li zhao chen sun zhou tang; do
		number=$((number + 1))
		on directory "ldappasswd -x -H ldapi:/// \
			-D uid=$login,ou=people,$suffix \
			-w Anfang-$number-xyz -a Anfang-$number-xyz \
			-s $password" || return 1
	done
}

refuses_account_changes()
{
	on directory "sed 's/wang/xu/; s/2000101/2000999/; s/^userPassword: .*/userPassword: Guter-Wein-x77q/' /root/people.ldif |
		sed -n '1,/^\$/p'" | put directory2 /root/xu.ldif
	check_status 50 'the second refuses a new account' \
		as_root directory2 add -f /root/xu.ldif
	check_status 50 'and a change of one' on directory2 "printf '%s\n' \
		'dn: uid=sun,ou=people,$suffix' 'changetype: modify' \
		'replace: loginShell' 'loginShell: /bin/sh' |
		ldapmodify -Q -Y EXTERNAL -H ldapi:///"
	check_status 50 'and a member of a role' on directory2 "printf '%s\n' \
		'dn: cn=system,ou=roles,$suffix' 'changetype: modify' \
		'add: member' 'member: uid=sun,ou=people,$suffix' |
		ldapmodify -Q -Y EXTERNAL -H ldapi:///"
	check_status 1 "and the change of one's own password" \
		on directory2 "ldappasswd -x -H ldapi:/// \
		-D uid=sun,ou=people,$suffix -w $password \
		-a $password -s Andere-Wolke-93"
	check 'which stays as it was' opens directory2 sun
	check_status 1 'and a reset of a password' on directory2 \
		"ldappasswd -Q -Y EXTERNAL -H ldapi:/// -s Other-Secret-55 \
		uid=sun,ou=people,$suffix"
	check_status 1 'tenure says where changes are made' on directory2 \
		'tenure host remove host1'
	check_says ldaps://directory.example.org 'at the writer'
}

# The host asks the second first; what it refuses goes to the writer.
changes_at_the_writer()
{
	local new=Andere-Wolke-93

	check 'the host prefers the second' on host1 \
		"sed -i 's|^servers *=.*|servers = ldaps://directory2.example.org ldaps://directory.example.org|' /etc/tenure/tenure.conf &&
		lab-service restart tenured"
	check 'chen gets a password to be changed' on directory \
		"ldappasswd -Q -Y EXTERNAL -H ldapi:/// \
		-s Anfang-2000104-abc uid=chen,ou=people,$suffix"
	check 'which the second knows' wait_for 10 same_csn
	check 'chen changes it while logging in' on host1 \
		"printf '%s\n' Anfang-2000104-abc $new $new |
		ssh-as chen@127.0.0.1 true"
	check 'at the writer it opens' opens directory chen $new
	check 'and soon at the second' wait_for 10 opens directory2 chen $new
	check 'the second has a report of this host all the same' wait_for 10 \
		as_root directory2 search \
		"-s base -b cn=host1,cn=tenure-reports tenureSeenTime"
}

release_is_the_writers()
{
	local lock

	check 'wang is suspended at the writer' on directory \
		"tenure suspend wang --reason 'an inquiry'"
	shut_at_both wang 'a lock at the writer'
	lock=$(as_root directory search "-LLL -b ou=locks,$suffix \
		'(objectClass=tenureLock)' cn" | sed -n 's/^cn: //p')
	check 'zhao holds security' on directory "printf '%s\n' \
		'dn: cn=security,ou=roles,$suffix' 'changetype: modify' \
		'add: member' 'member: uid=zhao,ou=people,$suffix' |
		ldapmodify -Q -Y EXTERNAL -H ldapi:///"
	check 'and the second knows' wait_for 10 same_csn
	for machine in directory2 directory; do
		wanted=0 what='the writer takes it'
		[ $machine = directory ] || wanted=50 \
			what='the second refuses a release by security'
		check_status $wanted "$what" on $machine "printf '%s\n' \
			'dn: cn=r1,ou=locks,$suffix' \
			'objectClass: tenureRelease' 'cn: r1' \
			'tenureLockRef: $lock' 'description: settled' \
			'tenureReleasedTime: 20260101000000Z' |
			ldapadd -x -H ldapi:/// \
				-D uid=zhao,ou=people,$suffix -w $password"
	done
}

# A lock at the writer while the other one hears nothing of it.
survives_a_cut()
{
	check 'the link is cut' "$lab" cut directory directory2
	check 'li is suspended at the writer' on directory \
		"tenure suspend li --reason 'an inquiry'"
	check 'the second does not know, and lets li in' opens directory2 li
	check_status 49 'a wrong password there' \
		opens directory2 li not-the-password
	check_status 1 'a new password there is refused' \
		on directory2 "ldappasswd -x -H ldapi:/// \
		-D uid=li,ou=people,$suffix -w $password -a $password \
		-s Andere-Wolke-93"
	check 'the link is back' "$lab" join directory directory2
	shut_at_both li 'a lock during a cut'
}

# With the writer down.
lock_at_the_second()
{
	check 'a host lets chen in' wait_for 10 may_enter chen
	check 'the writer goes down' on directory 'lab-service stop slapd'
	check 'chen is suspended at the second' on directory2 \
		"tenure suspend chen --reason 'a call at night'"
	check 'which shuts chen' is_shut directory2 chen
	check_status 1 'a host lets chen in no more' \
		wait_for_refusal host1 chen
	check 'the writer is back' on directory 'lab-service start slapd'
	shut_at_both chen 'a lock at the second'
}

# doctor_says MACHINE "ID..." [WORDS]: these and no others complain, except that
# nobody holds a role here. A host reports to both.
doctor_says()
{
	local said

	check_output=$(on "$1" 'tenure doctor' 2>&1)
	said=$(printf '%s\n' "$check_output" |
		sed -n 's/^complaint  *\([a-z-]*\):.*/\1/p' | sort -u |
		grep -vx roles | tr '\n' ' ')
	[ "$said" = "$2${2:+ }" ] && [[ $check_output == *"${3-}"* ]]
}

# slapd_with MACHINE SED: its configuration, edited while it is stopped.
slapd_with()
{
	on "$1" "lab-service stop slapd && cd /root &&
		slapcat -n0 -F /etc/ldap/slapd.d -o ldif-wrap=no >kept.ldif &&
		sed '$2' kept.ldif >edited.ldif && ! cmp -s kept.ldif edited.ldif &&
		rm -rf /etc/ldap/slapd.d/* &&
		runuser -u openldap -- slapadd -n0 -F /etc/ldap/slapd.d \
			<edited.ldif && lab-service start slapd"
}

slapd_back()
{
	on "$1" "lab-service stop slapd && rm -rf /etc/ldap/slapd.d/* &&
		runuser -u openldap -- slapadd -n0 -F /etc/ldap/slapd.d \
			</root/kept.ldif && lab-service start slapd"
}

# The second's access log, which nobody follows, as slapd made it of old.
log_without_start()
{
	on directory2 "lab-service stop slapd && cd /root &&
		slapcat -n1 -o ldif-wrap=no >log.ldif &&
		rm -f /var/lib/ldap/accesslog/* &&
		sed '/^\$/q; /^minCSN:/d; /^contextCSN:/d' log.ldif |
		runuser -u openldap -- slapadd -n1 -F /etc/ldap/slapd.d &&
		lab-service start slapd"
}

# One thing after the other is broken, and mended.
doctor_compares()
{
	local machine other=directory2

	for machine in directory directory2; do
		check "doctor of $machine has no complaint about the two" \
			wait_for 20 doctor_says $machine ''
	done
	check 'the link is cut' "$lab" cut directory directory2
	for machine in directory directory2; do
		check "doctor of $machine: the link" doctor_says $machine \
			"provider-link" \
			"ldaps://$other.example.org: "
		other=directory
	done
	check 'the link is back' "$lab" join directory directory2
	for machine in directory directory2; do
		check "and doctor of $machine is content" \
			wait_for 20 doctor_says $machine ''
	done

	check 'the second follows nobody' slapd_with directory2 \
		'/^olcSyncrepl:/d; /^olcMultiProvider:/d'
	check 'tang moves at the writer' on directory "printf '%s\n' \
		'dn: uid=tang,ou=people,$suffix' 'changetype: modify' \
		'replace: departmentNumber' 'departmentNumber: 9' |
		ldapmodify -Q -Y EXTERNAL -H ldapi:///"
	for machine in directory directory2; do
		broken=replication
		[ $machine = directory ] || broken='configuration replication'
		check "doctor of $machine: the second is behind" \
			doctor_says $machine "$broken" \
			'has not got the writer'
	done
	check 'mended' slapd_back directory2

	check 'the writer follows nobody' slapd_with directory \
		'/^olcSyncrepl:/d; /^olcMultiProvider:/d'
	check 'tang is suspended at the second' on directory2 \
		"tenure suspend tang --reason 'an inquiry'"
	check 'doctor of the second: the writer is behind' doctor_says \
		directory2 "replication" \
		'the writer: has not got cn='
	check 'mended' slapd_back directory
	check 'the writer catches up' wait_for 20 doctor_says directory2 \
		''

	check 'the second has the number of the writer' slapd_with directory2 \
		's/^olcServerID: .*/olcServerID: 1/'
	check 'doctor of the second: the number' wait_for 10 \
		doctor_says directory2 \
		"configuration server-id" 'olcServerID is 1'
	check 'mended' slapd_back directory2
	check "the second's log loses its start" log_without_start
	check 'doctor of the second: the log' wait_for 10 \
		doctor_says directory2 \
		access-log 'has no minCSN'
	check 'mended' on directory2 'lab-service restart slapd'
	check "the second shows the authority's certificate" on directory2 \
		'cp -a /etc/tenure/server.crt /root/ &&
		cp /etc/tenure/ca/ca.crt /etc/tenure/server.crt'
	check 'doctor of the second: the certificate' wait_for 10 \
		doctor_says directory2 \
		'provider-certificate provider-link' 'not for provider2'
	check 'mended' on directory2 'cp -a /root/server.crt /etc/tenure/'
	check 'all is well' wait_for 20 doctor_says directory2 ''
}

wait_for_refusal()
{
	local i

	for i in $(seq 100); do
		on host1 "pamtester sshd $2 acct_mgmt" >/dev/null 2>&1 ||
			return 1
		sleep 0.1
	done
	return 0
}

# restored MACHINE LOGIN: from a backup of before the lock.
survives_a_restore()
{
	local machine=$1 login=$2 other=directory

	[ "$machine" = directory2 ] || other=directory2
	check 'both have the same' wait_for 20 same_csn
	check "a host lets $login in" wait_for 10 may_enter "$login"
	check "a backup of $machine" back_up "$machine"
	check "$login is suspended" on directory \
		"tenure suspend $login --reason 'an inquiry'"
	shut_at_both "$login" 'before the restore'
	check_status 1 'a host refuses' wait_for_refusal host1 "$login"
	check 'the link is cut' "$lab" cut directory directory2
	check "$machine gets its backup" restore "$machine"
	check_status 1 'the host refuses all the same' \
		wait_for_refusal host1 "$login"
	check 'the link is back' "$lab" join directory directory2
	shut_at_both "$login" "$machine from an old backup"
	check_status 1 'and the host still refuses' may_enter "$login"
}

# begin delta|plain: the lab, and people.
begin()
{
	local machine

	check "two providers, $1" "$lab" up --providers 2 --replication "$1" ||
		exit 1
	for machine in directory directory2; do
		check "$machine is as shipped" \
			on "$machine" 'tenure init --check'
	done
	check 'people' make_people
	check 'are at both' wait_for 20 same_csn
	check 'and on the host' wait_for 10 known_on_host sun
}

end()
{
	check 'in the end both have the same' wait_for 20 same_csn
	check 'and the enforcers do not go on writing' quiet
	check 'the lab ends' "$lab" down
	check_done
}
