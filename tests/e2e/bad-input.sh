#!/bin/bash
#
# What is wrong from outside: rosters, directories, certificates. Each gives one
# clear line, the exit status of DESIGN section 10, and nothing is written.

set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
lab=$top/tests/lab
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"

TENURE_LAB=bad-input-$$
LAB_QUIET=1
export TENURE_LAB LAB_QUIET
trap '"$lab" down >/dev/null 2>&1' EXIT
trap 'exit 130' INT TERM HUP

roster()
{
	"$top/tests/fixtures/make_roster" --first 10001 --count 40 "$@"
}
people=$(mktemp)
roster >"$people"
options=(--hosts 2 --people "$people")
[ -z "${TENURE_STAGE-}" ] || options+=(--stage "$TENURE_STAGE")
check_output=$("$lab" up "${options[@]}" 2>&1)
up=$?
rm -f "$people"
if [ "$up" != 0 ]; then
	check_fail 'the lab is up with 40 people'
	exit 1
fi
check_pass 'the lab is up with 40 people'

on()
{
	local machine=$1

	shift
	"$lab" exec "$machine" -- bash -c "$*" </dev/null
}
put()
{
	"$lab" exec directory -- sh -c 'cat >"$0"' "$1"
}

# All that a command could have written on the directory.
state()
{
	on directory '{ slapcat -o ldif-wrap=no -b dc=example,dc=org
		slapcat -n0; ls -lR --time-style=full-iso /var/lib/tenure /etc/tenure
		cat /etc/tenure/tenure.conf; } 2>/dev/null | sha256sum'
}

# refused STATUS TEXT WHAT MACHINE COMMAND: this exit status, one line on
# standard error with this text in it, nothing on standard output that looks
# like a success, nothing written.
refused()
{
	local wanted=$1 text=$2 what=$3 before after status started took

	before=$(state)
	started=${EPOCHREALTIME/[.,]/}
	check_output=$(on "$4" "{ $5; } 2>&1 >/dev/null")
	status=$?
	took=$(((${EPOCHREALTIME/[.,]/} - started) / 1000))
	after=$(state)
	if [ "$status" = "$wanted" ]; then
		check_pass "$what: exit status $wanted"
	else
		check_output="exit status $status: $check_output"
		check_fail "$what: exit status $wanted"
	fi
	check_says "$text" "$what: the line says \"$text\""
	check_lines 1 "$what: it is one line"
	check_same "$before" "$after" "$what: nothing was written"
	[ "$took" -le 8000 ]
	check_same 0 "$?" "$what: it took no longer than 8 s"
}

# The check itself must see a write.
before=$(state)
on directory "tenure issue --open \$(basename \$(ls /var/lib/tenure/slips/*.slip | head -n 1) .slip)" >/dev/null
check 'a write is seen where there is one' test "$(state)" != "$before"

# Rosters ------------------------------------------------------------------

roster --utf8 | sed 's/,姓名//;s/^\([0-9]*\),[^,]*,/\1,/' |
	iconv -t GB18030 | put /root/no-name.csv
roster --utf8 | sed '5s/.*/10004,\xff\xfe\xff,财务部,专员,在职,2014-05-01,\r/' |
	put /root/encoding.csv
roster --utf8 | iconv -t UTF-16 | put /root/utf16.csv
roster | head -c 1500 | put /root/cut.csv
{
	roster --utf8
	printf '10007,李四,财务部,专员,在职,2014-05-01,\r\n'
} | iconv -t GB18030 | put /root/twice.csv
: | put /root/empty.csv
for verb in 'issue --apply' 'audit --apply'; do
	for roster in \
		'no-name 姓名 a column missing' \
		'encoding line_5 a wrong encoding' \
		'utf16 UTF-16 UTF-16' \
		'cut cut_off a truncated file' \
		'twice 10007 a staff number twice' \
		'empty empty an empty file' \
		'absent No_such_file a file that is not there'; do
		read -r file text what <<<"$roster"
		refused 3 "${text//_/ }" "tenure $verb, $what" directory \
			"tenure $verb --roster /root/$file.csv"
	done
done

# A directory made twice, or damaged ---------------------------------------

refused 1 'nothing was changed' 'a second tenure init' directory \
	'tenure init --suffix dc=example,dc=org --organisation Example --server-names directory'

check 'tenure init --check finds nothing in a good directory' \
	on directory tenure init --check
on directory 'lab-service stop slapd
	slapmodify -n0 -F /etc/ldap/slapd.d <<END
dn: olcOverlay={2}unique,olcDatabase={3}mdb,cn=config
changetype: delete
END
	chown -R openldap:openldap /etc/ldap/slapd.d
	lab-service start slapd' >/dev/null 2>&1
check_status 1 'a lost overlay: tenure init --check has a finding' \
	on directory tenure init --check
check_says unique 'and names it'

# Hosts --------------------------------------------------------------------

refused 2 '*' 'a host called *' directory \
	"tenure host add '*' --request /root/host1.csr --out /root/star.crt"
# The worst case: the authority signs the star, with the number of a real host.
on directory "cd /root && number=\$(ldapsearch -Y EXTERNAL -QLLL -H ldapi:/// \
	-b ou=hosts,dc=example,dc=org cn=host1 serialNumber |
	sed -n 's/^serialNumber: //p') &&
	openssl req -newkey rsa:2048 -nodes -keyout star.key \
	-subj \"/O=Tenure/OU=hosts/serialNumber=\$number/CN=*\" -out star.csr 2>/dev/null &&
	openssl x509 -req -in star.csr -CA /etc/tenure/ca/ca.crt \
	-CAkey /etc/tenure/ca/ca.key -CAcreateserial -out star.crt -days 2 2>/dev/null
	rm -f /etc/tenure/ca/ca.srl"
check_output=$(on directory "cd /root && LDAPTLS_CACERT=/etc/tenure/ca/ca.crt \
	LDAPTLS_CERT=/root/star.crt LDAPTLS_KEY=/root/star.key \
	ldapwhoami -Q -Y EXTERNAL -H ldaps://directory" 2>&1)
check_says 'dn:cn=nobody' 'a certificate that says CN=* is nobody'
check_output=$(on directory "cd /root && LDAPTLS_CACERT=/etc/tenure/ca/ca.crt \
	LDAPTLS_CERT=/root/star.crt LDAPTLS_KEY=/root/star.key \
	ldapsearch -Q -LLL -Y EXTERNAL -H ldaps://directory -b dc=example,dc=org 1.1" 2>&1)
case $check_output in
*uid=*) check_fail 'and reads nobody' ;;
*) check_pass 'and reads nobody' ;;
esac

check 'host2 can ask about a person' on host2 tenure show 10001
check 'host2 is withdrawn' on directory tenure host remove host2
refused 3 host2 'a host whose certificate is withdrawn' host2 'tenure show 10001'
check_status 0 'but names go on there, from the last snapshot' \
	on host2 'getent passwd "$(getent passwd | tail -n 1 | cut -d: -f1)"'
check 'and host1 goes on' on host1 tenure show 10001

# A directory that is down, hangs, or is another -----------------------------

login=$(on directory "ldapsearch -Y EXTERNAL -QLLL -H ldapi:/// \
	-b ou=people,dc=example,dc=org employeeNumber=10005 uid" |
	sed -n 's/^uid: //p')
roster --left 10005 | put /root/next.csv
on directory lab-service stop slapd
refused 3 ldapi 'a directory that is down, tenure audit' directory \
	'tenure audit --apply --roster /root/next.csv'
refused 3 ldapi 'a directory that is down, tenure issue' directory \
	'tenure issue --apply --roster /root/next.csv'
refused 3 directory.example.org 'a directory that is down, on a host' host1 \
	'tenure show 10001'
check 'names go on with the directory down' on host1 id "$login"
check 'and a local account still gets in' on host1 \
	'printf "A4-Very-Local-One\n" | pamtester sshd breakglass authenticate acct_mgmt'
check_output=$(printf 'whatever\n' | "$lab" exec host2 -- \
	ssh-as "$login@host1" true 2>&1)
check_says 'account service' 'a person is told that it cannot be checked now'

hang()
{
	# Takes connections and says nothing, as a stopped server does.
	"$lab" exec directory -- python3 -c '
import socket, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("10.77.0.10", 636)); s.listen(50)
kept = []
while True: kept.append(s.accept())' >/dev/null 2>&1 </dev/null &
	other=$!
}
listens()
{
	on host1 '</dev/tcp/10.77.0.10/636'
}
hang
check 'a server that hangs in the TLS handshake is there' wait_for 5 listens
refused 3 directory.example.org 'a directory that hangs in the TLS handshake' \
	host1 'tenure show 10001'
kill "$other"
wait "$other" 2>/dev/null

on directory "cd /root && openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
	-keyout other.key -out other.crt -subj /CN=directory.example.org \
	-addext subjectAltName=DNS:directory.example.org 2>/dev/null"
"$lab" exec directory -- openssl s_server -accept 10.77.0.10:636 -quiet \
	-cert /root/other.crt -key /root/other.key >/dev/null 2>&1 </dev/zero &
other=$!
check "a server with another's certificate is there" wait_for 5 listens
refused 3 certificate "a directory with another's certificate" host1 \
	'tenure show 10001'
kill "$other"
wait "$other" 2>/dev/null

check 'the directory comes back' on directory lab-service start slapd
check 'and host1 hears it again' wait_for 15 on host1 tenure show 10001
check_done
