#!/bin/bash
# tenure init: whole or not at all, once; and --check sees what was lost.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

state()
{
	local tops='/etc/tenure /var/lib/tenure /var/lib/ldap /etc/ldap/slapd.d'

	# shellcheck disable=SC2086
	find $tops -type d -printf '%p %u %m\n' 2>/dev/null | sort
	# shellcheck disable=SC2086
	find $tops -type f -printf '%p %u %m %s %T@\n' 2>/dev/null | sort
	find / -xdev -name '.tenure-init*' 2>/dev/null
}
init()
{
	tenure init --suffix "$server_suffix" --organisation Example \
		--server-names directory,127.0.0.1 "$@"
}
# A copy of the templates in which one file is spoilt.
spoilt()
{
	rm -rf /tmp/ldif
	cp -r /usr/share/tenure/ldif /tmp/ldif
	chmod -R a+rX /tmp/ldif
	sed -i "$2" "/tmp/ldif/$1"
}

check_status 3 'a command before there is anything' tenure show wang
check_says 'tenure init on a directory server' 'says what to do first'

before=$(state)
server_users
check_status 2 'init without a suffix is a usage error' tenure init
check_status 2 'init refuses a suffix that is no dn' \
	tenure init --suffix 'dc=Example"' --organisation E --server-names e
for broken in 'base.ldif s/^objectClass:.organization$/objectClass: nothing/' \
	'reports.ldif s/^ou:.*/nonsense: x/' \
	'access.ldif s/@READERS@/by everybody read/' \
	'access.ldif s/^olcAccess:.to.attrs=userPassword,pwdHistory/\n&/' \
	'config.ldif s/@SUFFIX@/@NOTHING@/'; do
	# shellcheck disable=SC2086
	set -- $broken
	file=$1
	spoilt "$file" "${broken#* }"
	check_status 3 "init with a $file that slapd refuses says so" \
		init --ldif-dir /tmp/ldif
	check_lines 1 'and says it in one line'
	check "and leaves nothing" [ "$(state)" = "$before" ]
done
check_status 1 'a break-glass account that is not there' \
	init --break-glass nobody-of-here
check_says 'not in /etc/passwd' 'is no way in, and init says so'
check_status 1 'nor one without a shell' init --break-glass nobody
check 'and leaves nothing' [ "$(state)" = "$before" ]
useradd --shell /bin/bash -p '$6$salt$0123456789abcdefghij' glass
mkdir -p /etc/tenure/.tenure-init.killed /etc/ldap/.tenure-init.killed
echo key >/etc/tenure/.tenure-init.killed/ca.key
check 'init makes a directory' init --break-glass glass
check 'with the account for emergencies in tenure.conf' \
	grep -qx 'break_glass = glass' /etc/tenure/tenure.conf
check 'and sweeps what a killed one left' \
	[ -z "$(find / -xdev -name '.tenure-init*' 2>/dev/null)" ]
made=$(state)
check_status 1 'a second init is refused' init
check_says 'already' 'and says why'
check 'and changes nothing' [ "$(state)" = "$made" ]
check 'the key of the authority is root'"'"'s alone' \
	[ "$(stat -c '%U %a' /etc/tenure/ca/ca.key)" = 'root 600' ]
check 'the key of the server is slapd'"'"'s alone' \
	[ "$(stat -c '%U %a' /etc/tenure/server.key)" = 'openldap 400' ]

check_status 3 'init --check cannot tell while slapd is down' \
	tenure init --check
server_start
check 'init --check finds slapd as it is shipped' tenure init --check
server_stop
slapcat -n0 -F /etc/ldap/slapd.d -o ldif-wrap=no >/tmp/config.ldif
for overlay in accesslog syncprov unique constraint ppolicy; do
	rm -rf /etc/ldap/slapd.d/*
	awk -v gone="^dn: olcOverlay=.*$overlay" \
		'BEGIN { RS = ""; ORS = "\n\n" } $0 !~ gone' /tmp/config.ldif |
		runuser -u openldap -- slapadd -n0 -F /etc/ldap/slapd.d
	server_start
	check_status 1 "init --check sees that $overlay was lost" \
		tenure init --check
	check_says "the overlay $overlay is lost" 'and names it'
	server_stop
done
rm -rf /etc/ldap/slapd.d/*
sed 's/^olcAccess: {1}to attrs=userPassword filter.*/olcAccess: {1}to dn.exact="" by * none/' \
	/tmp/config.ldif | runuser -u openldap -- slapadd -n0 -F /etc/ldap/slapd.d
server_start
check_status 1 'init --check sees that an access rule was changed' \
	tenure init --check
check_says 'olcAccess: {1}to attrs=userPassword' 'and shows it'
[ "$check_failed" = 0 ]
