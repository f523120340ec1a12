#!/bin/bash
#
# A rooted host writes journal records until slapd takes no more: every other
# host's report, the scheduler's requests, the enforcer's answers and the
# administrators' journal go on (DESIGN section 4: outside what it can fill).
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
S=$server_suffix
chain=cn=hosts.host1@probe,ou=journal,cn=tenure-reports

record() # NUMBER BYTES
{
	printf '%s\n' "dn: cn=$1,$chain" 'objectClass: tenureJournalRecord' \
		"cn: $1" "tenureJournalBy: cn=host1,ou=hosts,$S" \
		"tenureJournalText: $(head -c "$2" /dev/zero | tr '\0' x)" ''
}
fill() # until slapd refuses
{
	local i

	printf '%s\n' "dn: $chain" 'objectClass: tenureJournalChain' \
		"cn: hosts.host1@probe" \
		"tenureJournalBy: cn=host1,ou=hosts,$S" |
		server_with host1 add >/dev/null || return 1
	for i in $(seq 1000); do
		record "$i" 16000
	done >/tmp/records.ldif
	server_with host1 add -f /tmp/records.ldif 2>&1 >/dev/null
}
request()
{
	printf '%s\n' "dn: cn=$1,ou=requests,cn=tenure-reports" \
		'objectClass: tenureLock' "cn: $1" \
		'tenureLockKind: departure' 'tenureLockedTime: 20261101000000Z' \
		'tenureStaffNumber: E2100002' \
		"tenureLockedBy: cn=scheduler,ou=agents,$S" \
		'description: not in the roster' |
		server_as tenure-scheduler add
}

server_users
tenure init --suffix "$S" --organisation Example \
	--server-names directory,127.0.0.1 >/dev/null
check_output=$(slapcat -n0 -o ldif-wrap=no | grep '^olcDbDirectory:' | sort -u)
check_lines 5 'every database is in a folder of its own'
# Smaller than shipped, so that it is full at once.
printf '%s\n' 'dn: olcDatabase={2}mdb,cn=config' 'changetype: modify' \
	'replace: olcDbMaxSize' 'olcDbMaxSize: 4194304' |
	runuser -u openldap -- slapmodify -n0 -F /etc/ldap/slapd.d
server_start
server_host host1
server_host host2
check_output=$(fill)
check_says 'additional info' 'a host writes until slapd refuses'
written=$(server_as root search -LLL -b "$chain" -s one 1.1 |
	grep -c '^dn:')
check "after some records ($written)" [ "$written" -gt 20 -a "$written" -lt 900 ]
check_status 80 'nothing more goes in there' server_with host1 add <<END
$(record 9999 16000)
END
check 'another host reports' server_with host2 modify <<END
dn: cn=host2,cn=tenure-reports
changetype: modify
replace: tenureSeenTime
tenureSeenTime: 20261101000000Z
END
check 'so does the one that filled it' server_with host1 modify <<END
dn: cn=host1,cn=tenure-reports
changetype: modify
replace: tenureLocalAccount
tenureLocalAccount: admin:1000:/bin/bash
END
check 'the scheduler asks for a departure' request one
check 'the enforcer answers' server_as tenure-enforcer modify <<END
dn: cn=one,ou=requests,cn=tenure-reports
changetype: modify
add: tenureRequestResult
tenureRequestResult: refused: a sample
END
check "the administrators' journal takes records" \
	tenure host remove host2
check_output=$(tenure journal show --json)
check_says 'host remove' 'and shows them'
check 'slapd lives' kill -0 "$server_pid"
# What one entry may be: a chain of 16 kB records, not of megabytes.
server_stop
printf '%s\n' 'dn: olcDatabase={2}mdb,cn=config' 'changetype: modify' \
	'replace: olcDbMaxSize' 'olcDbMaxSize: 268435456' |
	runuser -u openldap -- slapmodify -n0 -F /etc/ldap/slapd.d
server_start
check 'with room again, records go in again' \
	server_with host1 add <<END
$(record 9998 16000)
END
check_status 11 'but none that is larger than a record can be' \
	server_with host1 add <<END
$(record 9997 70000)
END
check_done
