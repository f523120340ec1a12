#!/bin/bash
#
# tenure init --add-provider changes slapd's configuration and data while slapd
# is stopped: where it runs, wherever it listens, or another tenure init runs,
# nothing is changed. The rest of it: tests/e2e/providers-delta.sh.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

work=$(mktemp -d)
trap 'server_stop; rm -rf "$work"' EXIT

add()
{
	tenure init --add-provider 2 --request "$work/2.csr" \
		--server-names directory2 --out "$work/2.bundle"
}
state()
{
	sha256sum /etc/tenure/tenure.conf
	slapcat -n0 -F /etc/ldap/slapd.d
	slapcat -F /etc/ldap/slapd.d -b "$server_suffix"
}
unchanged()
{
	state | diff "$work/before" - && [ ! -e "$work/2.bundle" ]
}

server_new || exit 1
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
	-keyout "$work/2.key" -subj /CN=provider2 -out "$work/2.csr" 2>/dev/null
state >"$work/before"

check_status 1 'not while slapd runs' add
check_says 'has a database open: stop slapd first' 'and what to do'
mv /run/slapd/ldapi /run/slapd/elsewhere
check_status 1 'nor where it listens elsewhere' add
check 'nothing was changed' unchanged
server_stop

exec 9</etc/tenure
flock 9
check_status 1 'nor beside another tenure init' add
check_says 'another tenure init is running' 'and why'
check 'nothing was changed' unchanged
exec 9<&-

# A setting is trimmed: wherever it stands in its line it is the same one.
echo '  peer = ldaps://directory3' >>/etc/tenure/tenure.conf
check 'else it is added' add
check 'in place of the peer before' grep -c 'peer' /etc/tenure/tenure.conf
check_says 1 'of which there is one'
check 'and tenure.conf can be read' add
server_start
check 'slapd runs' server_as root whoami
server_stop

# The second one, in the same machine: what its rules say once slapd has read
# them. Applications are signed with a right to add oneself.
signing()
{
	slapcat -n0 -F /etc/ldap/slapd.d -o ldif-wrap=no |
		grep -cE 'attrs=tenure(Confirmed|Approved|Rejected)By.* self(add|write)'
}
check 'at the writer applications are signed' signing
mv /etc/tenure "$work/writer"
rm -rf /etc/ldap/slapd.d/* /var/lib/ldap/* /var/lib/tenure
install -d /etc/tenure
install -o openldap -g openldap -m 400 "$work/2.key" /etc/tenure/server.key
check 'the second provider is made' \
	tenure init --provider 2 --bundle "$work/2.bundle"
check_status 1 'there no application is signed' signing
check_done
