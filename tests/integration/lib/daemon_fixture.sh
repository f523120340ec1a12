# For tests/integration/daemon_*.sh: a directory server and a login host in one
# machine of the lab, with two people. Sourced after labkit/check.sh.

base=dc=example,dc=org
ask=$top_builddir/tests/integration/daemon_ask
tenured_log=/var/log/tenured.log
tenured_pid=

# Only where the reaper sees nothing but this machine's own processes.
contained()
{
	[ "$(ps -eo pid= | wc -l)" -lt 100 ] &&
		tr '\0' ' ' </proc/1/cmdline | grep -q '^tenure-lab:'
}

# person LOGIN NAME STAFF-NUMBER UID
person()
{
	cat <<END
dn: uid=$1,ou=people,$base
objectClass: inetOrgPerson
objectClass: posixAccount
objectClass: tenurePerson
uid: $1
cn: $2
sn: $2
employeeNumber: $3
uidNumber: $4
gidNumber: 2000000
homeDirectory: /home/$1
loginShell: /bin/bash
tenureApplication: A1
tenureStatus: active

END
}


ldap_add()
{
	LDAPNOINIT=1 ldapadd -Q -Y EXTERNAL -H ldapi:/// >/dev/null
}

ldap_modify()
{
	LDAPNOINIT=1 ldapmodify -Q -Y EXTERNAL -H ldapi:/// >/dev/null
}

# set_password LOGIN PASSWORD: a reset, as system would do it
set_password()
{
	printf %s "$2" >/run/password
	LDAPNOINIT=1 ldappasswd -Q -Y EXTERNAL -H ldapi:/// \
		-T /run/password "uid=$1,ou=people,$base"
	rm /run/password
}

uuid_of()
{
	LDAPNOINIT=1 ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -b "$base" \
		"(uid=$1)" entryUUID | sed -n 's/^entryUUID: //p'
}

# lock NAME KIND LOGIN
lock()
{
	ldap_add <<END
dn: cn=$1,ou=locks,$base
objectClass: tenureLock
cn: $1
tenureLockKind: $2
tenureLockedTime: 20260101000000Z
tenureLockedBy: cn=bootstrap,ou=agents,$base
tenurePersonUUID: $(uuid_of "$3")
description: a test
END
}

set_up_directory_and_host()
{
	set-up-directory || return 1
	tenure host join --server ldaps://directory.example.org \
		--name host1 --base "$base" --request-out /root/host.csr &&
		tenure host add host1 --request /root/host.csr \
			--out /etc/tenure/host.crt || return 1
	cat >/etc/tenure/host.conf <<END
servers = ldaps://directory.example.org
base = $base
ca_file = /etc/tenure/ca/ca.crt
certificate = /etc/tenure/host.crt
key = /etc/tenure/host.key
host_name = host1
organisation = Example
break_glass = breakglass
contact = the service desk
END
	{
		person wang 王小明 E0001 2000011
		person li 李娜 E0002 2000012
	} | ldap_add || return 1
	set_password wang First-9x-gleam
	set_password li First-8x-gleam
}

snapshot_is_there()
{
	[ -s /var/lib/tenure/snapshot/overlay ]
}

start_tenured()
{
	tenured --config /etc/tenure/host.conf --foreground --debug \
		>>"$tenured_log" 2>&1 &
	tenured_pid=$!
	# A socket may be a dead one's: only an answer counts.
	wait_for 10 "$ask" status
}

# The children of the parent: net, publish, reaper, in the order of their start.
children()
{
	ps -o pid= --ppid "$tenured_pid" | sort -n | tr -d ' '
}

child()
{
	children | sed -n "$1p"
}

no_tenured()
{
	# The directory's own tenured, the enforcer, goes on.
	! ps -eo comm=,args= | grep '^tenured ' | grep -qv -- ' --directory'
}

# end_tenured: its exit status
end_tenured()
{
	kill -TERM "$tenured_pid" 2>/dev/null
	wait "$tenured_pid"
}

# answers FIELD WORDS...: the question's answer has this line
answers()
{
	local wanted=$1

	shift
	"$@" | grep -qx "$wanted"
}

is_ready()
{
	"$ask" status | grep -q '"refreshed":true'
}

served()
{
	getent -s tenure passwd "$1" >/dev/null
}

# as UID COMMAND...: in a session of that person, as far as the kernel can tell
as()
{
	local uid=$1

	shift
	setpriv --reuid "$uid" --regid 2000000 --clear-groups "$@"
}

# back_up FILE, restore FILE: the accounts of a stopped slapd, as they are told
# to be backed up (docs/directory.md).
back_up()
{
	slapcat -F /etc/ldap/slapd.d -b "$base" -l "$1"
}

restore()
{
	rm -f /var/lib/ldap/accounts/*.mdb
	runuser -u openldap -- /usr/sbin/slapadd -q -F /etc/ldap/slapd.d \
		-b "$base" <"$1"
}

is_connected()
{
	"$ask" status | grep -q '"connected":true'
}

# status_of NAME: one value of the daemon's status
status_of()
{
	"$ask" status | sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p; t
		s/.*"'"$1"'":\([^,"}]*\).*/\1/p'
}

# denied LOGIN, allowed LOGIN: a key login
denied()
{
	"$ask" account service=sshd way=1 user="$1" | grep -qx 'result denied'
}

allowed()
{
	"$ask" account service=sshd way=1 user="$1" | grep -qx 'result ok'
}
