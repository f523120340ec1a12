# For tests/integration/server_*.sh (bash): a directory server in this machine,
# made by `tenure init`, with slapd as a child of the test. Source check.sh
# before it.

server_suffix=dc=example,dc=org
server_password=Vogel-und-Kirsche-7
server_pid=
server_log=/tmp/slapd.log

server_users()
{
	local user

	for user in tenure tenure-reaper tenure-keys tenure-scheduler tenure-enforcer; do
		getent passwd "$user" >/dev/null ||
			useradd --system --user-group --home-dir /nonexistent \
				--shell /usr/sbin/nologin "$user"
	done
	install -d -o openldap -g openldap /run/slapd
}

# server_start: in the foreground as our child, so that its end is seen.
server_start()
{
	local i

	/usr/sbin/slapd -d "${1:-0}" -F /etc/ldap/slapd.d -u openldap \
		-g openldap -h 'ldapi:/// ldaps:///' >>"$server_log" 2>&1 &
	server_pid=$!
	for i in $(seq 200); do
		server_as root whoami >/dev/null 2>&1 && return 0
		kill -0 "$server_pid" 2>/dev/null || return 1
		sleep 0.05
	done
	return 1
}

server_stop()
{
	[ -n "$server_pid" ] || return 0
	kill "$server_pid" 2>/dev/null
	wait "$server_pid" 2>/dev/null
	server_pid=
}

# A mapping that only tests have: the system user nobody is the root dn, to
# make samples that nobody else could make.
server_add_root()
{
	printf '%s\n' 'dn: cn=config' 'changetype: modify' \
		'add: olcAuthzRegexp' \
		'olcAuthzRegexp: {0}"^gidNumber='"$(id -g nobody)"'\+uidNumber='"$(id -u nobody)"',cn=peercred,cn=external,cn=auth$" "cn=tenure-internal"' |
		runuser -u openldap -- /usr/sbin/slapmodify -n0 -F /etc/ldap/slapd.d
}

# server_new: init, the test's root, start.
server_new()
{
	server_users
	tenure init --suffix "$server_suffix" --organisation Example \
		--server-names directory,127.0.0.1 >/dev/null &&
		server_add_root && server_start
}

# server_as USER TOOL [ARGUMENT...]: an ldap tool over ldapi as a system user.
server_as()
{
	local user=$1 tool=$2

	shift 2
	setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups \
		"ldap$tool" -Q -Y EXTERNAL -H ldapi:/// "$@"
}

# server_by LOGIN PASSWORD TOOL [ARGUMENT...]: as a person.
server_by()
{
	local login=$1 password=$2 tool=$3

	shift 3
	"ldap$tool" -x -D "uid=$login,ou=people,$server_suffix" \
		-w "$password" -H ldapi:/// "$@"
}

# server_with HOST TOOL [ARGUMENT...]: with a host's certificate, over TLS.
server_with()
{
	local host=$1 tool=$2

	shift 2
	LDAPTLS_CACERT=/tmp/host/ca.crt LDAPTLS_CERT=/tmp/host/$host.crt \
		LDAPTLS_KEY=/tmp/host/$host.key \
		"ldap$tool" -Q -Y EXTERNAL -H ldaps://127.0.0.1 "$@"
}

# server_person LOGIN NUMBER NAME [LINE...]: the entry as LDIF.
server_person()
{
	local login=$1 number=$2 name=$3

	shift 3
	printf '%s\n' "dn: uid=$login,ou=people,$server_suffix" \
		'objectClass: inetOrgPerson' 'objectClass: posixAccount' \
		'objectClass: tenurePerson' "uid: $login" "cn: $name" \
		"sn: $name" "employeeNumber: E$number" "uidNumber: $number" \
		'gidNumber: 2000000' "homeDirectory: /home/$login" \
		'loginShell: /bin/bash' "$@" ''
}

# server_key NAME: an SSH key by its form, with the name to be seen in it.
server_key()
{
	printf 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA%s' \
		"$(printf '%042d' 0 | sed "s/^.\{${#1}\}/$1/")"
}

# server_host NAME: join and add a host; its files are /tmp/host/NAME.*
server_host()
{
	mkdir -p /tmp/host
	cp /etc/tenure/ca/ca.crt /tmp/host/
	mkdir -p /tmp/host/kept
	tenure host join --server ldaps://127.0.0.1 --name "$1" \
		--base "$server_suffix" --request-out "/tmp/host/$1.csr" \
		>/dev/null &&
		mv /etc/tenure/host.key "/tmp/host/$1.key" &&
		rm -f /etc/tenure/host.join &&
		tenure host add "$1" --request "/tmp/host/$1.csr" \
			--out "/tmp/host/$1.crt" >/dev/null
}
trap server_stop EXIT
