# shellcheck shell=bash
#
# Leaks on two hosts at two providers: a lock, what the hosts say of it, and the
# person at work or at the door. Wants leak_lab.sh, and of each staff number
# logins, uids and uuids.

# lock MACHINE NAME NUMBER [KIND]: at that provider
lock()
{
	local uuid=${uuids[$3]}

	on "$1" "ldapadd -Y EXTERNAL -Q -H ldapi:/// >/dev/null <<END
dn: cn=$2,ou=locks,$S
objectClass: tenureLock
cn: $2
tenureLockKind: ${4-leak}
tenureLockedTime: \$(date -u +%Y%m%d%H%M%SZ)
tenureLockedBy: cn=bootstrap,ou=agents,$S
tenurePersonUUID: $uuid
tenureStaffNumber: $3
description: a test
END"
}
# effects: what both hosts said, at both providers: "HOST VALUE"
effects()
{
	local machine

	for machine in directory directory2; do
		on $machine "ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// \
			-o ldif-wrap=no -b cn=tenure-reports \
			'(tenureLockEffect=*)' cn tenureLockEffect"
	done | awk '/^cn: / { host = $2 }
		/^tenureLockEffect: / { sub(/^[^ ]* /, ""); print host, $0 }' |
		sort -u
}
# said HOST LOCK [WORD]: the value, or one word of it
said()
{
	effects | sed -n "s/^$1 $2 //p" | tail -n 1 |
		if [ $# = 3 ]; then
			tr ' ' '\n' | sed -n "s/^$3=//p"
		else
			cat
		fi
}
has_said() { [ -n "$(said "$@")" ]; }
# works HOST NUMBER: a process of the person's, which is no login's
works()
{
	on "$1" "setpriv --reuid ${uids[$2]} --regid 2000000 --clear-groups \
		setsid -f sleep 9000 >/dev/null 2>&1"
}
is_at_work() { on "$1" "pgrep -u ${uids[$2]}" >/dev/null; }
is_out() { ! is_at_work "$1" "$2"; }
opens() { on "$1" "pamtester $2 ${logins[$3]} acct_mgmt" >/dev/null 2>&1; }
shut() { ! opens "$@"; }
enters() # NUMBER HOST: by password, over SSH
{
	printf '%s\n' $good | "$lab" exec directory -- \
		ssh-as "${logins[$1]}@$2" true >"$work/ssh" 2>&1
}

by_key() # NUMBER HOST: over SSH, by a key that the directory has
{
	on directory "ssh-as -i /root/key -o IdentitiesOnly=yes \
		-o PreferredAuthentications=publickey ${logins[$1]}@$2 true"
}
# knocks FILE COMMAND...: until it was refused three times; what came of each try
knocks()
{
	local file=$1 out=0

	shift
	for _ in $(seq 300); do
		if "$@" >/dev/null 2>&1; then
			echo in
		else
			echo out
			[ "$((out += 1))" -lt 3 ] || break
		fi
	done >"$file"
}
