#!/bin/bash
# Every cell of ldif/access-table.tsv, the denied ones too, over real binds.
set -eu
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

S=$server_suffix
P="userPassword: $server_password"
server_new
server_host host1
server_host host2
cp /etc/tenure/server.crt /tmp/host/provider1.crt
cp /etc/tenure/server.key /tmp/host/provider1.key
{
	for entry in 'alice 2100001 Alice' 'target 2100002 Target' \
		'sysadm 2100003 System' 'secadm 2100004 Security' \
		'auditor 2100005 Auditor' 'leaked 2100006 Leaked' \
		'keyed 2100007 Keyed' 'keyless 2100014 Keyless' 'fresh 2100010 Fresh' \
		'plain 2100011 Plain' 'manager 2100012 Manager' \
		'waiting 2100013 Waiting' 'hrlead 2100015 HR' \
		'itlead 2100016 IT' 'unkeyed 2100017 Unkeyed'; do
		set -- $entry
		case $1 in
		leaked)
			set -- "$@" 'tenureStatus: leak' \
				'pwdEndTime: 20200101000000Z' \
				'pwdAccountLockedTime: 000001010000Z'
			;;
		keyed)
			set -- "$@" 'tenureStatus: active' 'tenureKeyOnly: TRUE' \
				"tenureSshPublicKey: $(server_key keyed)"
			;;
		keyless)
			set -- "$@" 'tenureStatus: active' 'tenureKeyOnly: TRUE' \
				"tenureSshPublicKey: $(server_key keyless)"
			;;
		unkeyed)
			set -- "$@" 'tenureStatus: active' 'tenureKeyOnly: TRUE'
			;;
		target)
			set -- "$@" 'tenureStatus: active' \
				'pwdEndTime: 20900101000000Z' \
				'pwdStartTime: 20000101000000Z' \
				"tenureSshPublicKey: $(server_key target)" \
				'departmentNumber: 7' 'preferredLanguage: zh' \
				'tenureStartDate: 2020-01-01' \
				'tenureEndDate: 2080-01-01' \
				'tenureKeyOnly: FALSE' \
				'tenureInitialDeadline: 20800101000000Z' \
				'tenureResetTime: 20200101000000Z' \
				"tenureResetBy: uid=alice,ou=people,$S" \
				'tenureApplication: A1' 'description: d' \
				'givenName: T' 'title: t' 'mail: t@example.org' \
				'mobile: 1' 'telephoneNumber: 2' \
				'tenureBirthday: 1980-01-01' \
				"pwdPolicySubentry: cn=default,ou=policies,$S"
			;;
		waiting)
			set -- "$@" 'tenureStatus: active' \
				'pwdAccountLockedTime: 20000101000000Z'
			;;
		fresh)
			set -- "$@" 'tenureStatus: active' 'pwdReset: FALSE'
			;;
		*)
			set -- "$@" 'tenureStatus: active'
			;;
		esac
		login=$1 number=$2 name="$3 Person"
		shift 3
		[ "$login" = keyless ] || [ "$login" = unkeyed ] ||
			set -- "$P" "$@"
		server_person "$login" "$number" "$name" "$@"
	done
	cat <<END
dn: uid=backup,ou=services,$S
objectClass: account
objectClass: posixAccount
objectClass: tenureService
uid: backup
cn: backup
uidNumber: 2100008
gidNumber: 2000000
homeDirectory: /home/backup
owner: uid=alice,ou=people,$S
description: nightly backups
tenureEndDate: 2080-01-01
tenureStatus: active
$P

dn: cn=staff,ou=groups,$S
objectClass: posixGroup
cn: staff
gidNumber: 2100009
memberUid: alice

dn: cn=lock1,ou=locks,$S
objectClass: tenureLock
cn: lock1
tenureLockKind: leak
tenureLockedTime: 20260101000000Z
tenureStaffNumber: E2100006
tenureLockedBy: uid=alice,ou=people,$S
description: it was on a wall
tenureLockMemory: group staff
tenureSshPublicKey: $(server_key withdrawn)

dn: cn=lock0,ou=locks,$S
objectClass: tenureLock
cn: lock0
tenureLockKind: suspension
tenureLockedTime: 20260101000000Z
tenureStaffNumber: E2100006
tenureLockedBy: uid=alice,ou=people,$S
description: an old one

dn: cn=release1,ou=locks,$S
objectClass: tenureRelease
cn: release1
tenureLockRef: lock0
tenureReleasedTime: 20260101000000Z
description: an old one

dn: cn=rd,ou=departments,$S
objectClass: tenureDepartment
cn: rd
tenureDepartmentHead: uid=auditor,ou=people,$S

dn: cn=A1,ou=applications,$S
objectClass: tenureForm
cn: A1
tenureApplicationKind: account
tenureApplicationNumber: P0001
tenureApplicationDepartment: cn=rd,ou=departments,$S
tenureApplicationText: {}
tenureConfirmedBy: uid=auditor,ou=people,$S
tenureConfirmedTime: 20260101000000Z
tenureApprovedBy: uid=manager,ou=people,$S

dn: cn=A2,ou=applications,$S
objectClass: tenureForm
cn: A2
tenureApplicationKind: account
tenureApplicationNumber: P0002
tenureApplicationText: {}

dn: cn=request1,ou=requests,cn=tenure-reports
objectClass: tenureLock
cn: request1
tenureLockKind: departure
tenureLockedTime: 20260101000000Z
tenureStaffNumber: E2100002
tenureLockedBy: cn=scheduler,ou=agents,$S
description: not in the roster
tenureRequestResult: refused: a sample

dn: cn=leak-E2100006-1,ou=incidents,$S
objectClass: tenureLeakCase
cn: leak-E2100006-1
tenureCaseWhom: uid=leaked,ou=people,$S
tenurePersonUUID: 00000000-0000-4000-8000-000000000000
tenureStaffNumber: E2100006
tenureCaseLock: lock1
tenureCaseReporter: uid=alice,ou=people,$S
tenureCaseReport: again
tenureCaseItem: the crontabs
tenureCaseLooked: uid=alice,ou=people,$S: the crontabs
tenureCaseDone: the keys

dn: cn=empty,ou=roles,$S
objectClass: organizationalRole
objectClass: tenureRole
cn: empty

dn: cn=asked1,ou=requests,$S
objectClass: tenureRequest
cn: asked1
tenureRequestKind: grant
tenureRequestRole: cn=system,ou=roles,$S
tenureRequestLevel: 2
tenureRequestWhom: uid=alice,ou=people,$S
tenurePersonUUID: 00000000-0000-4000-8000-000000000000
tenureStaffNumber: E2100001
tenureRequestReason: a sample
END
	for chain in "agents.bootstrap cn=bootstrap,ou=agents" \
		"agents.scheduler cn=scheduler,ou=agents" \
		"hosts.host1 cn=host1,ou=hosts"; do
		case $chain in
		hosts.*) base=ou=journal,cn=tenure-reports ;;
		*) base=cn=tenure-journal ;;
		esac
		cat <<END

dn: cn=${chain% *}@probe,$base
objectClass: tenureJournalChain
cn: ${chain% *}@probe
tenureJournalBy: ${chain#* },$S

dn: cn=0000000001,cn=${chain% *}@probe,$base
objectClass: tenureJournalRecord
cn: 0000000001
tenureJournalBy: ${chain#* },$S
tenureJournalText: a record
END
	done
} >/tmp/samples.ldif
server_as nobody add -f /tmp/samples.ldif >/dev/null
for pair in system:sysadm security:secadm audit:auditor it-manager:manager \
	hr:hrlead; do
	printf '%s\n' "dn: cn=${pair%:*},ou=roles,$S" 'changetype: modify' \
		'add: member' "member: uid=${pair#*:},ou=people,$S" ''
done | server_as root modify >/dev/null
printf '%s\n' "dn: cn=it-manager,ou=roles,$S" 'changetype: modify' \
	'add: member' "member: uid=itlead,ou=people,$S" '' \
	"dn: cn=security,ou=roles,$S" 'changetype: modify' \
	'add: tenureRoleSuperior' \
	"tenureRoleSuperior: uid=secadm,ou=people,$S" '' |
	server_as nobody modify >/dev/null
printf '%s\n' \
	'dn: cn=host1,cn=tenure-reports' 'changetype: modify' \
	'add: tenureSeenTime' 'tenureSeenTime: 20260101000000Z' '-' \
	'add: tenureLocalAccount' 'tenureLocalAccount: root:0:/bin/bash' '-' \
	'add: tenureBreakGlass' 'tenureBreakGlass: root' '-' \
	'add: tenureLockEffect' 'tenureLockEffect: lock1 kind=leak' '-' \
	'add: tenureLockLogin' 'tenureLockLogin: lock1 way=key' '' |
	server_as nobody modify >/dev/null
# An old hash, so that there is one to hide. It resets.
server_as nobody passwd -s "$server_password" "uid=target,ou=people,$S"
printf '%s\n' "dn: uid=target,ou=people,$S" 'changetype: modify' \
	'replace: pwdReset' '' |
	server_as nobody modify >/dev/null

status=0
"$top_builddir/tests/integration/acl_probe" \
	"$top_srcdir/ldif/access-table.tsv" "$S" /tmp/host || status=$?
if [ "$status" -gt 1 ]; then
	check_fail 'access: the table was tried to its end'
fi
exit "$status"
