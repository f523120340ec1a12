#!/bin/bash
#
# The watch goes on where it was: over a restart of tenured, of slapd, a cut
# network, a lost session log; and what it does with a mass disappearance, a
# change from the future and a snapshot that is damaged. Needs daemon_ask (make
# check TESTS=).

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
echo 'fleet_hosts = 1' >>/etc/tenure/host.conf
for i in $(seq 40); do
	person "crowd$i" 人群 "C$i" "$((2001000 + i))"
done | ldap_add
ldap_add <<END
dn: cn=shift,ou=groups,$base
objectClass: posixGroup
cn: shift
gidNumber: 2000900
memberUid: wang
END

lab-service stop slapd
check 'the test may do what it likes' server_add_root
lab-service start slapd
as_root()
{
	server_as nobody modify >/dev/null
}

# The last line of the log about a refresh: how many entries came.
came()
{
	sed -n 's/.*the directory has been read: .*, \([0-9]*\) entries came.*/\1/p' \
		"$tenured_log" | tail -n 1
}
# For who finds that all came.
say_why()
{
	grep -E 'known|read whole|out of reach|kept|damaged|has been read' \
		"$tenured_log" | tail -n 9 | sed 's/^/# /'
}
reads()
{
	grep -c 'the directory has been read' "$tenured_log"
}
read_since()
{
	[ "$(reads)" -gt "$1" ]
}
not_served()
{
	! served "$1"
}
# What the host should know, and knows.
knows_all()
{
	served wang && served new1 && served moved && not_served li2 &&
		dead gone1
}
dead()
{
	getent -s tenure passwd "$1" | grep -q nologin
}
# Is the state of the newest cookie kept? A daemon that is ended before begins
# from the one before, and is told again what came since.
kept_all()
{
	local newest

	newest=$(status_of cookie)
	[ -n "$newest" ] &&
		grep -qaF -- "$newest" /var/lib/tenure/kept/records
}
end_when_kept()
{
	check_output=
	wait_for 10 kept_all || check_fail 'what is known is kept within 10 s'
	end_tenured
}
start_tenured
# The log says it a moment after the status does.
check 'the first start reads the directory whole' \
	wait_for 10 eval 'is_ready && read_since 0'
check "that is every entry ($(came))" test "$(came)" -ge 43

# --- tenured restarts --------------------------------------------------------
end_when_kept
before=$(reads)
start_tenured
check 'after a restart it goes on' wait_for 10 read_since "$before"
check_same 0 "$(came)" \
	'and nothing comes that is known (no whole refresh)' || say_why
wait_for 10 kept_all
kill -KILL "$tenured_pid" $(children)
wait "$tenured_pid" 2>/dev/null
person new0 新人 E0100 2000100 | ldap_add
before=$(reads)
start_tenured
check 'neither after SIGKILL' wait_for 10 read_since "$before"
check_same 1 "$(came)" 'but what came meanwhile'
check 'which is served' wait_for 2 served new0

as_host()
{
	LDAPTLS_CACERT=/etc/tenure/ca/ca.crt LDAPTLS_CERT=/etc/tenure/host.crt \
		LDAPTLS_KEY=/etc/tenure/host.key ldapsearch -Q -LLL -o ldif-wrap=no \
		-Y EXTERNAL -H ldaps://directory.example.org "$@"
}
check_output=$(as_host -b "cn=host1,ou=hosts,$base" cn)
check_says 'cn: host1' 'a host reads its own entry'
check_output=$(as_host -b cn=accesslog '(reqResult=0)' | grep -v '^dn: \|^$')
check_lines 0 'a host may look for changes in the access log, and read none'
check_output=$(as_host -b cn=accesslog \
	"(reqDN:dnSubtreeMatch:=ou=hosts,$base)" | grep '^dn:')
check_lines 0 'of what hosts are not told of it finds nothing'
check_output=$(as_host -b cn=accesslog '(reqMod=*)')
check_lines 0 'nor by what was written'

# --- without a directory -----------------------------------------------------
end_tenured
lab-service stop slapd
start_tenured
check 'a restart without a directory knows what it knew: a key login goes on' \
	wait_for 5 allowed wang
lab-service start slapd
check 'until it is there' wait_for 20 is_connected

# --- a login storm -----------------------------------------------------------
published()
{
	[ "$(status_of generation)" -gt 0 ]
}
wait_for 5 published
generation=$(status_of generation)
cookie=$(status_of cookie)
for i in $(seq 12); do
	ldapwhoami -x -H ldapi:/// -D "uid=li,ou=people,$base" -w wrong \
		>/dev/null 2>&1
done
check 'a login storm reaches the watch' \
	wait_for 3 eval '[ "$(status_of cookie)" != "$cookie" ]'
sleep 0.3 # longer than what is published together takes
check_same "$generation" "$(status_of generation)" \
	'its failure counts publish nothing, until a lock is due to them'

# --- a session log that is lost ----------------------------------------------
end_tenured
{
	person new1 新人 E0101 2000101
	person gone1 走人 E0102 2000102
	person li2 李二 E0103 2000103
} | ldap_add
start_tenured
check 'three more are known' \
	wait_for 10 eval 'served new1 && served gone1 && served li2'
end_when_kept
as_root <<END
dn: uid=gone1,ou=people,$base
changetype: delete

dn: uid=li2,ou=people,$base
changetype: modrdn
newrdn: uid=moved
deleteoldrdn: 1
END
lab-service stop slapd
rm -f /var/lib/ldap/accesslog/*.mdb
runuser -u openldap -- /usr/sbin/slapadd -q -F /etc/ldap/slapd.d \
	-b cn=accesslog <<'END' 2>/dev/null
dn: cn=accesslog
objectClass: auditContainer
cn: accesslog
END
lab-service start slapd
before=$(reads)
start_tenured
check 'without a session log who is present is told' \
	wait_for 10 read_since "$before"
check "and nothing comes that is known ($(came))" test "$(came)" -le 10 ||
	say_why
check 'a deletion and a rename meanwhile are found' wait_for 3 knows_all

# --- a server restored from a backup, and written to since -------------------
# slapd then takes the cookie, and tells of that write alone.
lab-service stop slapd
check 'a backup is made' back_up /root/old.ldif
lab-service start slapd
# since_backup N: one more, one less, one who is another
since_backup()
{
	person "late$1" 新人 "E011$1" "200011$1" | ldap_add
	as_root <<END
dn: uid=new0,ou=people,$base
changetype: delete

dn: uid=wang,ou=people,$base
changetype: modify
replace: loginShell
loginShell: /bin/sh
END
}
knows_late()
{
	served "late$1" && dead new0 &&
		getent -s tenure passwd wang | grep -q ':/bin/sh$'
}
# What a host that is told of one change alone would not find out.
knows_old()
{
	dead "late$1" && served new0 && ! dead new0 &&
		getent -s tenure passwd wang | grep -q ':/bin/bash$'
}
# restored_and_written N [FILE]
# The network is cut: nobody connects between the restoration and the write.
restored_and_written()
{
	ip link set lo down
	lab-service stop slapd
	restore "${2-/root/old.ldif}"
	lab-service start slapd
	as_root <<END
dn: uid=crowd5,ou=people,$base
changetype: modify
replace: departmentNumber
departmentNumber: after $1
END
	ip link set lo up
}
since_backup 1
check 'what was changed since the backup is known' wait_for 10 knows_late 1
end_when_kept
restored_and_written 1
start_tenured
check 'a start after the server was restored, and written to, finds it out' \
	wait_for 15 knows_old 1
check 'and says so' grep -q 'has lost changes that it had' "$tenured_log"
end_when_kept
before=$(reads)
start_tenured
check 'once' wait_for 10 read_since "$before"
check_same 0 "$(came)" '(the next start reads nothing again)' || say_why
since_backup 2
check 'what is changed then is known' wait_for 10 knows_late 2
restored_and_written 2
check 'so does a tenured that ran on' wait_for 30 knows_old 2
person new0b 新人 E0120 2000120 | ldap_add
check 'and it hears on' wait_for 5 served new0b
# A member of a group, and nothing else, is undone.
on_shift()
{
	[ "$(getent -s tenure group shift | cut -d: -f4 | tr , '\n' | sort |
		tr '\n' ' ')" = "$* " ]
}
lab-service stop slapd
check 'another backup is made' back_up /root/shift.ldif
lab-service start slapd
as_root <<END
dn: cn=shift,ou=groups,$base
changetype: modify
add: memberUid
memberUid: crowd1
END
check 'a member more since the backup is known' \
	wait_for 15 on_shift crowd1 wang
lost=$(grep -c 'has lost changes that it had' "$tenured_log")
restored_and_written 3 /root/shift.ldif
check 'a restoration that undid a change of a group alone is found out, too' \
	wait_for 30 on_shift wang
check 'and said' test \
	"$(grep -c 'has lost changes that it had' "$tenured_log")" -gt "$lost"

# --- a cut network -----------------------------------------------------------
# TLS goes over lo in this machine, and what the test asks does not.
ip link set lo down
took=$(date +%s%N)
check 'a cut network is noticed within ten seconds' \
	wait_for 10 eval '! is_connected'
took=$((($(date +%s%N) - took) / 1000000))
check_pass "after $took ms"
person new2 新人 E0104 2000104 | ldap_add
ip link set lo up
check 'and mended, it goes on' wait_for 15 served new2

# --- slapd restarts ----------------------------------------------------------
lab-service stop slapd
lab-service start slapd
person new3 新人 E0105 2000105 | ldap_add
check 'a restart of slapd costs a moment' wait_for 10 served new3
check "and no whole refresh ($(came))" test "$(came)" -lt 10

# --- a mass disappearance, named one by one ----------------------------------
end_tenured
for i in $(seq 30); do
	printf 'dn: uid=crowd%d,ou=people,%s\nchangetype: delete\n\n' \
		"$i" "$base"
done | as_root
lock one leak crowd40
before=$(reads)
start_tenured
check 'thirty that are gone at once are held' wait_for 10 eval \
	'[ "$(status_of brake_held)" = true ]'
check 'their names are served on, alive' \
	eval 'served crowd1 && ! dead crowd1 && ! dead crowd30'
check 'a lock among it acts at once' wait_for 2 dead crowd40
cookie=$(status_of cookie)
person new4 新人 E0106 2000106 | ldap_add
check 'so does an addition' wait_for 2 served new4
check_same "$cookie" "$(status_of cookie)" \
	'the cookie of before is kept, or nobody would name them again'
end_tenured
start_tenured
check 'after a restart they are held again' wait_for 10 eval \
	'[ "$(status_of brake_held)" = true ] && ! dead crowd1'
# Most of them come back: a mistake was mended. Other entries, the same people.
for i in $(seq 28); do
	person "crowd$i" 人群 "C$i" "$((2001000 + i))"
done | server_as nobody add >/dev/null
end_tenured
start_tenured
check 'when few are left they are gone' wait_for 10 dead crowd30
check 'and those who came back live' eval '! dead crowd1 && ! dead crowd28'

# --- a snapshot that is damaged ----------------------------------------------
end_tenured
for file in /var/lib/tenure/snapshot/base.*; do
	printf 'damaged' | dd of="$file" bs=1 conv=notrunc 2>/dev/null
done
start_tenured
check 'a damaged snapshot is replaced' wait_for 10 eval 'is_ready && served wang'
check 'and it is said' grep -q 'the last snapshot: .*gone on without it' \
	"$tenured_log"
check 'who is gone is served no more, who is there lives' \
	eval '! dead wang && wait_for 2 served new4'

# --- a change from the future ------------------------------------------------
end_tenured
day=$(date -u -d '+1 day' +%Y-%m-%d)
ldap_modify <<END
dn: uid=new4,ou=people,$base
changetype: modify
add: tenureEndDate
tenureEndDate: $day
END
lab-service stop slapd
back_up /root/now.ldif
future=$(date -u -d '+5 days' +%Y%m%d%H%M%SZ)
awk -v future="$future" -v RS= -v ORS='\n\n' '/^dn: uid=li,/ {
	sub(/modifyTimestamp: [0-9]*Z/, "modifyTimestamp: " future) } { print }' \
	/root/now.ldif >/root/future.ldif
check 'a directory with a change of five days ahead' restore /root/future.ldif
lab-service start slapd
rm -f /var/lib/tenure/kept/records
as 2000106 sleep 1000 2>/dev/null &
session=$!
start_tenured
check 'it is read' wait_for 10 is_ready
check 'the skew is said' wait_for 5 \
	grep -q 'clock is 4[0-9]* s behind the directory' "$tenured_log"
check 'who would have left by that time is denied, which is safe' \
	wait_for 2 denied new4
sleep 1.5 # longer than a session takes to be ended
check 'but no session ends for a clock that may be wrong' \
	kill -0 "$session"
kill "$session"

# --- a host that was never joined --------------------------------------------
end_tenured
sed '/^certificate/d' /etc/tenure/host.conf >/etc/tenure/bare.conf
timeout 10 tenured --config /etc/tenure/bare.conf --foreground \
	>/run/bare.log 2>&1
check 'a host without a certificate is told what is missing' \
	grep -q 'certificate is not set in tenure.conf.*host join' /run/bare.log
check_done
