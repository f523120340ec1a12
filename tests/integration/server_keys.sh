#!/bin/bash
# SSH keys at the directory itself, whatever the tool: type and base64 alone,
# each key on one account, written by its holder's password bind alone.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

S=$server_suffix
people=ou=people,$S
password=Alt-Kiste-4711

server_new || exit 1
{
	server_person wang 2100001 'Wang Person' 'tenureStatus: active' \
		"userPassword: $password"
	server_person li 2100002 'Li Person' 'tenureStatus: active' \
		"userPassword: $password"
	server_person sysadm 2100003 'System Person' 'tenureStatus: active' \
		"userPassword: $password"
	server_person keyed 2100004 'Keyed Person' 'tenureStatus: active' \
		'tenureKeyOnly: TRUE'
} | server_as nobody add >/dev/null || exit 1
printf '%s\n' "dn: cn=system,ou=roles,$S" 'changetype: modify' 'add: member' \
	"member: uid=sysadm,$people" '' | server_as root modify >/dev/null

# change LOGIN VERB: LDIF of one change; the key is standard input, any bytes.
change()
{
	printf '%s\n' "dn: uid=$1,$people" 'changetype: modify' \
		"$2: tenureSshPublicKey" \
		"tenureSshPublicKey:: $(base64 -w0)" ''
}
# add LOGIN KEY [WHO]: in bytes as printf has them; by the holder or WHO.
add()
{
	printf '%b' "$2" | change "$1" add >/tmp/key.ldif
	server_by "${3:-$1}" "$password" modify -f /tmp/key.ldif
}
relaxed()
{
	printf '%b' "$2" | change "$1" add >/tmp/key.ldif
	server_by "$1" "$password" modify -e '!relax' -f /tmp/key.ldif
}

mkdir /tmp/keys
for type in 'ed25519' 'rsa -b 2048' 'rsa -b 3072' 'rsa -b 4096' 'ecdsa -b 256' \
	'ecdsa -b 384' 'ecdsa -b 521' 'rsa -b 1024' 'dsa'; do
	file="/tmp/keys/${type/ -b /}"
	ssh-keygen -q -t $type -N '' -C '' -f "$file" </dev/null
	cut -d ' ' -f 1,2 "$file.pub" | tr -d '\n' >"$file.key"
done
key=$(cat /tmp/keys/ed25519.key)

for type in ed25519 rsa2048 rsa3072 rsa4096 ecdsa256 ecdsa384 ecdsa521; do
	check "a key as ssh-keygen makes it is taken: $type" \
		add wang "$(cat "/tmp/keys/$type.key")"
done

# Each by its own way of being wrong, with the relax control too, which passes
# by slapo-constraint.
other=$(server_key other)
while IFS='|' read -r what text; do
	check_status 19 "refused by slapd: $what" add li "$text"
	check_status 50 '  and with the relax control' relaxed li "$text"
done <<END
options|command="id" $other
options that begin like a type|ssh-ed25519,command="id" $other
a comment|$other li@laptop
a newline and a second line|$other\\nssh-ed25519 AAAA
a newline at its end|$other\\n
DSA|$(cat /tmp/keys/dsa.key)
RSA of 1024 bits|$(cat /tmp/keys/rsa1024.key)
a type that is another than the key's|ssh-rsa ${other#* }
a certificate|ssh-ed25519-cert-v01@openssh.com ${other#* }
cut short|${other%?}
one character too many|${other}A
padding that is none|${other%?}=
END

# slapd's rule sees a value without blanks around it, and so does uniqueness.
check_status 19 'refused by slapd: a blank before it' add li "\\0040$other"
check_status 19 'the key of another account is refused' add li "$key"
check_status 19 '  and with the relax control' relaxed li "$key"
check_status 50 'an administrator adds none to somebody who can' \
	add li "$other" sysadm
check_status 50 'nor the holder one to somebody else' add wang "$other" li
check 'system registers the first key of a key-only account' \
	add keyed "$other" sysadm
check_status 50 'and not a second one' \
	add keyed "$(server_key second)" sysadm
check_status 19 'nobody has more than 16' \
	server_by li "$password" modify -f <(
		printf '%s\n' "dn: uid=li,$people" 'changetype: modify' \
			'add: tenureSshPublicKey'
		for i in $(seq 10 26); do
			echo "tenureSshPublicKey: $(server_key "n$i")"
		done
	)
check 'the holder takes one away again' \
	server_by wang "$password" modify -f <(
		printf '%s' "$key" | change wang delete)
check 'and somebody else may then have it' add li "$key"

# The longest thing that slapd is made to look at.
head -c 2000000 /dev/zero | tr '\0' A >/tmp/long
printf 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAACAQ%s' "$(cat /tmp/long)" |
	change li add >/tmp/key.ldif
check_status 19 'a key of two million characters is refused' timeout 20 \
	ldapmodify -x -D "uid=li,$people" -w "$password" -H ldapi:/// \
	-f /tmp/key.ldif
check 'and slapd is alive' server_as root whoami
[ "$check_failed" = 0 ]
