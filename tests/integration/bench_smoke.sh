#!/bin/bash
#
# That the benchmarks work (tests/bench-nss and tests/fleet, which are slow),
# with few people and hosts; and what must not get worse by an order.

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/bench/lib/bench_directory.sh"
programs=$top_builddir/tests/bench
[ -x "$programs/fleet" ] || {
	echo 'tests/bench/fleet: not built (make check TESTS=)'
	exit 77
}

less_than()
{
	awk -v have="$1" -v most="$2" 'BEGIN { exit !(have < most) }'
}

check 'a directory of 2,000 people' directory_new 2000 &&
	slapd_start && host_join host1 || exit 1
begin=$(cpu "$slapd_pid")
tenured_start host1
last=$(awk 'END { print $1 }' "$lists/people")
check 'the last of them is served' wait_for 30 served "$last" || exit 1
# Behind clauses with regular expressions it was 0.7 s.
check "a whole refresh of 2,000 costs slapd little: $(seconds $(($(cpu "$slapd_pid") - begin))) s" \
	less_than "$(($(cpu "$slapd_pid") - begin))" 300000
# So the enforcer, at each start; and once a minute it looks for who is out of
# grace. Of 100,000 people it never had an answer in time, and began anew.
begin=$(cpu "$slapd_pid")
tenured --directory --foreground 2>>/var/log/enforcer.log &
enforcer_pid=$!
check 'the enforcer has read them too' wait_for 30 \
	grep -q 'has been read: 2000 accounts' /var/log/enforcer.log
check "as cheaply: $(seconds $(($(cpu "$slapd_pid") - begin))) s" \
	less_than "$(($(cpu "$slapd_pid") - begin))" 300000
kill "$enforcer_pid"
wait "$enforcer_pid"
# daemon/enforcer_grace.c has it so.
out_of_grace='(&(pwdGraceUseTime=*)(objectClass=posixAccount)(tenureStatus=active)(!(pwdAccountLockedTime=*)))'
begin=$(cpu "$slapd_pid")
for _ in 1 2 3 4 5; do
	LDAPNOINIT=1 setpriv --reuid tenure-enforcer --regid tenure-enforcer \
		--clear-groups ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// \
		-b "$base" "$out_of_grace" dn \
		>>/var/log/grace.log || echo failed >>/var/log/grace.log
done
check_same '' "$(cat /var/log/grace.log)" 'nobody is out of grace'
check "which slapd tells without looking at everybody: $(seconds $(($(cpu \
	"$slapd_pid") - begin))) s" \
	less_than "$(($(cpu "$slapd_pid") - begin))" 200000
# An administrator's, whose reads stand behind all the rights to write. With
# regular expressions in those slapd took a millisecond for each person, and
# 5,000 people were more than `tenure audit` waited for.
{
	echo '工号,姓名,部门,岗位,状态,入职日期,离职日期'
	awk -F: '{ printf "E%07d,%s,D001,职员,在职,2011-02-01,\n",
		$3 - 2000001, $5 }' "$lists/passwd"
} >/root/roster.csv
begin=$(cpu "$slapd_pid")
check_status 1 'root audits everybody' tenure audit --roster /root/roster.csv
check_says 'no application asked for (UM-10), 2000' 'each of them is looked at'
check "for which slapd takes $(seconds $(($(cpu "$slapd_pid") - begin))) s" \
	less_than "$(($(cpu "$slapd_pid") - begin))" 500000
check 'every lookup is timed' "$programs/lookup" tenure "$lists" 1 \
	first-call fresh fresh-groups getpwnam getpwuid initgroups getgrgid \
	unknown all-names all-uids
check_lines 10 'one line each'
check_status 1 'a service that is not there is a failure' \
	"$programs/lookup" nonesuch "$lists" 1 getpwnam
check 'a change is timed until it is seen' "$programs/change" "$lists" 3 0
check_output=$("$programs/fleet" fan 5 5 0 "$slapd_pid" ldaps://127.0.0.1 2>&1)
check_says 'one by one: 5 changes, 25 of 25 receipts' \
	'a fleet of five sees all changes'
# A thread that finds no reader's slot ends slapd: with 126 of them, which is
# what LMDB gives, and 128 threads it did, when 1,000 hosts came back.
check_output=$(/usr/sbin/slapcat -n0 -F /etc/ldap/slapd.d 2>/dev/null | awk '
	/^olcThreads: / { threads = $2 }
	/^objectClass: olcMdbConfig$/ { databases++ }
	/^olcDbMaxReaders: / && $2 > threads + 16 { enough++ }
	END { print (databases > 0 && databases == enough ? "enough" : "few") }')
check_same enough "$check_output" 'every database has readers for all threads'
slapd_stop
check 'root becomes the rootdn' root_writes_all && slapd_start
check 'each kind of change is timed until it is seen' \
	"$programs/change" "$lists" 15 0 0 all
check_lines 12 'for each kind and for all'
tenured_stop
slapd_stop
check_done
