#!/bin/bash
#
# Groups over the watch: both styles of membership, 100,000 members, a person in
# 5,000 groups, huge groups without their members, and a host that shows only
# who is admitted on it. Needs daemon_ask (make check TESTS=).

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
lab-service stop slapd
server_add_root
# group NAME GID [LINE...]
group()
{
	printf '%s\n' "dn: cn=$1,ou=groups,$base" 'objectClass: posixGroup' \
		"cn: $1" "gidNumber: $2" "${@:3}" ''
}
{
	group everyone 2100000 'memberUid: wang'
	# Written in one piece: 100,000 arguments are too many for a shell.
	seq -f 'memberUid: m%06.0f' 100000
} | awk '/^$/ { next } { print } END { print "" }' >/root/everyone.ldif
{
	cat /root/everyone.ldif
	for i in $(seq 5000); do
		group "team$i" "$((2200000 + i))" 'memberUid: wang'
	done
	group ops 2300000 'memberUid: wang'
	group bis 2300001 "member: uid=wang,ou=people,$base" |
		sed 's/^objectClass:.*/&\nobjectClass: extensibleObject/'
} >/root/groups.ldif
check 'a group of 100,001 members, and 5,000 of one person' \
	runuser -u openldap -- /usr/sbin/slapadd -q -F /etc/ldap/slapd.d \
	-b "$base" </root/groups.ldif
lab-service start slapd
members()
{
	getent -s tenure group "$1" | cut -d: -f4 | tr ',' '\n' | grep -c .
}
has_members()
{
	[ "$(members "$1")" = "$2" ]
}
groups_of()
{
	getent -s tenure initgroups "$1" | tr ' ' '\n' | grep -c '^[0-9]'
}
is_in()
{
	getent -s tenure initgroups "$1" | tr ' ' '\n' | grep -qx "$2"
}
# member ADD-OR-DELETE GROUP LOGIN
member()
{
	server_as nobody modify >/dev/null <<END
dn: cn=$2,ou=groups,$base
changetype: modify
$1: memberUid
memberUid: $3
END
}
start_tenured
check 'they are read' wait_for 20 is_ready
# Of 100,001 names two are people; tests/bench-nss has 100,000 who are.
check 'the large group has those of its members who are people' \
	wait_for 10 has_members everyone 1
check_same 5004 "$(groups_of wang)" 'the person is in all groups'
check 'by memberUid and by member (RFC 2307bis)' eval \
	'is_in wang 2300000 && is_in wang 2300001'
member add everyone li
check 'a member that is added to the large group is in it within a second' \
	wait_for 1 is_in li 2100000
check 'as one of two' has_members everyone 2
member delete everyone li
check 'and taken out again' wait_for 1 eval '! is_in li 2100000'
group team5001 2205001 'memberUid: wang' | server_as nobody add >/dev/null
check 'so is one more of 5,000 groups' wait_for 1 is_in wang 2205001
server_as nobody modify >/dev/null <<END
dn: cn=bis,ou=groups,$base
changetype: modify
add: member
member: uid=li,ou=people,$base
END
check 'and a member by dn' wait_for 1 is_in li 2300001

# --- a huge group without its members ----------------------------------------
end_tenured
echo 'bare_groups = everyone' >>/etc/tenure/host.conf
start_tenured
check 'with bare_groups the directory is read anew' \
	wait_for 20 eval 'is_ready && is_connected && has_members everyone 0'
check_output=$(getent -s tenure group 2100000)
check_says 'everyone:' 'the group has its name and number'
check_same '' "$(getent -s tenure group everyone | cut -d: -f4)" \
	'and no members'
check 'others have theirs' has_members team1 1
member add everyone li
person zhao 赵敏 E0003 2000013 | ldap_add
check 'a change of it is not heard, another is' wait_for 2 served zhao
check 'it has none still' has_members everyone 0
end_tenured
server_as nobody delete "cn=everyone,ou=groups,$base"
start_tenured
check 'deleted, it is served no more from the next connection on' wait_for 10 \
	eval 'is_connected && ! getent -s tenure group everyone'
check 'others are' has_members team1 1

# --- a host that shows only who is admitted ----------------------------------
end_tenured
sed -i /^bare_groups/d /etc/tenure/host.conf
printf 'admit_groups = ops\nonly_admitted = yes\n' >>/etc/tenure/host.conf
rm -rf /var/lib/tenure/snapshot /var/lib/tenure/kept
start_tenured
check 'who is admitted is shown' wait_for 20 eval 'is_ready && served wang'
check_status 2 'who is not is not' getent -s tenure passwd li
check_output=$("$ask" account service=sshd way=1 user=li)
check_says 'row' 'and is refused by the rule, as somebody who is known'
check 'as row 5 says (CP-5)' denied li
member add ops li
check 'who is admitted now is shown within a second' wait_for 1 served li
check 'and let in' allowed li
end_tenured
start_tenured
wait_for 10 is_connected
check_status 2 'a restart shows nobody else' getent -s tenure passwd zhao
as 2000012 sleep 1000 2>/dev/null &
session=$!
member delete ops li
check 'who is no longer admitted is refused' wait_for 1 denied li
sleep 1.5 # longer than a session takes to be ended
check 'an open session stays, and has a name (row 5)' eval \
	'kill -0 "$session" && served li &&
	! getent -s tenure passwd li | grep -q nologin'
lock one leak li
gone()
{
	! kill -0 "$session" 2>/dev/null
}
check 'a leak ends it all the same (UM-15.1)' wait_for 2 gone
kill "$session" 2>/dev/null
member add ops zhao
check 'and others follow' wait_for 1 served zhao
check_done
