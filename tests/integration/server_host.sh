#!/bin/bash
# Hosts by certificate: added, joined, refused, withdrawn.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

S=$server_suffix
server_new || exit 1
server_host host1
server_host host2

# A certificate of our authority with a subject of our choice.
forge()
{
	local name=$1 subject=$2 ca=${3:-/etc/tenure/ca/ca}

	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-keyout "/tmp/host/$name.key" -out /tmp/forged.csr \
		-subj "$subject" 2>/dev/null
	openssl x509 -req -in /tmp/forged.csr -CA "$ca.crt" -CAkey "$ca.key" \
		-CAcreateserial -CAserial /tmp/serial -days 2 \
		-out "/tmp/host/$name.crt" 2>/dev/null
}
refused()
{
	! "$@"
}
serial=$(server_as root search -LLL -b "cn=host1,ou=hosts,$S" serialNumber |
	sed -n 's/^serialNumber: //p')

check 'a host is known by its certificate' server_with host1 whoami
check_says "dn:cn=host1,ou=hosts,$S" 'as its own entry'
check 'a host reads accounts' server_with host1 search -LLL -b "ou=people,$S" 1.1
check 'the listener demands a certificate' refused \
	env LDAPTLS_CACERT=/tmp/host/ca.crt ldapwhoami -x -H ldaps://127.0.0.1
for who in nobody-there host1; do
	check "trap 15: without one nobody learns whether $who exists" refused \
		env LDAPTLS_CACERT=/tmp/host/ca.crt ldapwhoami -x \
		-D "uid=$who,ou=people,$S" -w wrong -H ldaps://127.0.0.1
done

nothing()
{
	local name=$1 why=$2

	check "$why: is nobody" server_with "$name" whoami
	case $check_output in
	*"ou=hosts,$S"* | *tenure-internal* | *agents*)
		check_fail "$why: is nobody's dn"
		;;
	esac
	check_status 32 "$why: reads nothing" \
		server_with "$name" search -LLL -b "ou=people,$S" 1.1
}
forge star "/O=Tenure/OU=hosts/serialNumber=$serial/CN=*"
nothing star 'a certificate that says CN=*'
forge anyserial '/O=Tenure/OU=hosts/serialNumber=./CN=host1'
nothing anyserial 'a certificate that says serialNumber=.'
forge wrongserial '/O=Tenure/OU=hosts/serialNumber=00ff/CN=host1'
nothing wrongserial 'a certificate with another number'
forge injected "/O=Tenure/OU=hosts/serialNumber=$serial/CN=x)(cn=host1"
nothing injected 'a certificate whose cn is a filter'
forge rootdn '/CN=tenure-internal'
nothing rootdn 'a certificate that names the root dn'
forge agent '/DC=org/DC=example/OU=agents/CN=bootstrap'
nothing agent 'a certificate that names an agent'
mkdir -p /tmp/otherca
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
	-keyout /tmp/otherca/ca.key -out /tmp/otherca/ca.crt -days 2 \
	-subj /CN=other 2>/dev/null
forge foreign "/O=Tenure/OU=hosts/serialNumber=$serial/CN=host1" /tmp/otherca/ca
check 'a certificate of another authority is refused' refused \
	server_with foreign whoami
check_status 2 'host add refuses a name with a star' \
	tenure host add 'h*' --request /tmp/host/host1.csr
check_status 3 "host add refuses another host's request" \
	tenure host add host3 --request /tmp/host/host1.csr
check_status 1 "host add refuses the directory server's own name" \
	tenure host add "$(hostname)" --request /tmp/host/host1.csr
check_says 'is a name of this directory server' 'and says so'
check_status 32 'and adds nothing' \
	server_as root search -LLL -b "cn=host3,ou=hosts,$S" 1.1

# TLS 1.1 (trap 10: slapd on GnuTLS ignores olcTLSProtocolMin).
handshake()
{
	openssl s_client -connect 127.0.0.1:636 -CAfile /tmp/host/ca.crt \
		-cert /tmp/host/host1.crt -key /tmp/host/host1.key \
		-cipher 'DEFAULT@SECLEVEL=0' "$1" </dev/null 2>&1
}
check 'TLS 1.2 is spoken' handshake -tls1_2
check_status 1 'trap 10: TLS 1.1 is refused' handshake -tls1_1

# Joining, as the host would.
rm -f /etc/tenure/tenure.conf.directory
cp /etc/tenure/tenure.conf /tmp/tenure.conf
cp /tmp/host/host2.key /etc/tenure/host.key
check_status 1 'join without a request made here is refused' \
	tenure host join --certificate /tmp/host/host2.crt \
	--ca /tmp/host/ca.crt --break-glass root
rm /etc/tenure/tenure.conf /etc/tenure/host.key
check 'join makes a key and a request' \
	tenure host join --server ldaps://127.0.0.1 --name web1 --base "$S" \
	--request-out /tmp/web1.csr
check 'the key is for root and tenured' \
	[ "$(stat -c '%U:%G %a' /etc/tenure/host.key)" = 'root:tenure 640' ]
tenure --config /tmp/tenure.conf host add web1 --request /tmp/web1.csr \
	--out /tmp/web1.crt >/dev/null
join()
{
	tenure host join --certificate "${1:-/tmp/web1.crt}" \
		--ca "${2:-/tmp/host/ca.crt}" --break-glass "${3:-root}"
}
check_status 1 'join insists on a break-glass account that is local' \
	join '' '' nobody-here
useradd --shell /usr/sbin/nologin noshell
useradd --shell /bin/bash nopassword
check_status 1 'and can log in' join '' '' noshell
check_says 'no login shell' 'with a shell'
check_status 1 'and with a password' join '' '' nopassword
check_says 'no password' 'that is not locked'
sed 's/^servers.*/servers = ldaps:\/\/elsewhere/' /tmp/tenure.conf \
	>/etc/tenure/tenure.conf
check_status 1 'join keeps no tenure.conf that says something else' join
check_says 'its servers is not what was asked for' 'and says which line'
rm /etc/tenure/tenure.conf
check_status 3 "join refuses another host's certificate" \
	join /tmp/host/host1.crt
check_status 3 'join refuses an authority that did not sign' \
	join '' /tmp/otherca/ca.crt
check 'nothing was installed' [ ! -e /etc/tenure/host.crt ]
server_stop
check_status 3 'join cannot tell while the directory is down' join
server_start
check 'join installs what came back' join
check 'and writes tenure.conf' grep -q '^break_glass = root$' /etc/tenure/tenure.conf

# Withdrawn.
check 'host list names it' tenure --config /tmp/tenure.conf host list
check_says web1 'by its name'
check 'host remove' tenure --config /tmp/tenure.conf host remove host1
nothing host1 'a withdrawn host'
check_status 1 'a second removal is refused' \
	tenure --config /tmp/tenure.conf host remove host1
[ "$check_failed" = 0 ]
