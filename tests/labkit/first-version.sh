# For tests/integration/upgrade*.sh (bash), after check.sh and server.sh: a
# directory as the first version left it, from tests/fixtures/first-version.

fixture=$top_srcdir/tests/fixtures/first-version
work=$(mktemp -d)
chmod 755 "$work"
: >"$work/more" # LDIF that goes into its configuration too
trap 'server_stop; rm -rf "$work"' EXIT

as_slapd()
{
	runuser -u openldap -- "$@"
}
# The first version, as it stood: first [SED...]: with its configuration edited.
first()
{
	local pair

	rm -rf /etc/ldap/slapd.d/* /var/lib/ldap/* /var/lib/tenure/shipped \
		/var/lib/tenure/backup/* /var/lib/tenure/upgrade.pending
	install -d -m 700 /var/lib/tenure/backup
	for pair in accesslog reports accounts journal mine; do
		install -d -o openldap -g openldap -m 700 "/var/lib/ldap/$pair"
	done
	# Its system users have other numbers on this machine.
	sed -e "/cn=scheduler,ou=agents/s/gidNumber=[0-9]*\\\\+uidNumber=[0-9]*/gidNumber=$(id -g tenure-scheduler)\\\\+uidNumber=$(id -u tenure-scheduler)/" \
		-e "/cn=enforcer,ou=agents/s/gidNumber=[0-9]*\\\\+uidNumber=[0-9]*/gidNumber=$(id -g tenure-enforcer)\\\\+uidNumber=$(id -u tenure-enforcer)/" \
		"$@" "$fixture/config.ldif" | cat - "$work/more" |
		as_slapd slapadd -n0 -F /etc/ldap/slapd.d || return 1
	for pair in 1:accesslog 2:reports 3:accounts 4:journal; do
		as_slapd slapadd -q "-n${pair%:*}" -F /etc/ldap/slapd.d \
			<"$fixture/${pair#*:}.ldif" || return 1
	done
}
dump() # BASE: as LDIF
{
	slapcat -F /etc/ldap/slapd.d -o ldif-wrap=no -b "$1"
}
all()
{
	dump "$S"
	dump cn=tenure-reports
	dump ou=journal,cn=tenure-reports 2>/dev/null
	dump cn=tenure-journal
	dump cn=accesslog
}
# Everything that an upgrade could touch.
state()
{
	slapcat -n0 -F /etc/ldap/slapd.d -o ldif-wrap=no
	all
	find /etc/ldap /etc/tenure /var/lib/tenure /var/lib/ldap \
		\( -name lock.mdb -o -path '*/ldap/schema/*' \) -prune \
		-o -printf '%p %u %m\n' | sort
	find /run /var /etc -xdev -name '.tenure-init*'
}
config()
{
	slapcat -n0 -F /etc/ldap/slapd.d -o ldif-wrap=no
}
