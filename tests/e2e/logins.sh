#!/bin/bash
#
# The matrix: a person in each state of the verdict comes by each way, with the
# real sshd, login, su, sudo, passwd, cron and a locker without rights. What
# must come of it is tests/e2e/logins.tsv, which is the page docs/logins.md.
# What came of it is written, as such a table, to the file that LOGINS_SEEN names.

set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
lab=$top/tests/lab
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
export LAB_QUIET=1 TENURE_LAB=logins-$$
S=dc=example,dc=org
people=ou=people,$S
password=Vogel-und-Kirsche-7
keys=$(mktemp -d) || exit 3
trap '"$lab" down >/dev/null 2>&1; rm -rf "$keys"' EXIT

on() # MACHINE COMMAND...
{
	local machine=$1

	shift
	"$lab" exec "$machine" -- "$@" </dev/null
}

# As the root dn, who may make samples that nobody else could make.
ldap() # TOOL [ARGUMENT...]: LDIF on standard input
{
	local tool=$1

	shift
	"$lab" exec directory -- setpriv --reuid nobody --regid nogroup \
		--clear-groups "ldap$tool" -Q -Y EXTERNAL -H ldapi:/// "$@"
}

# registered LOGIN: their key, as the directory has it
registered()
{
	printf 'tenureSshPublicKey: %s' "$(cut -d ' ' -f 1,2 "$keys/$1.pub")"
}

# person LOGIN NUMBER [LINE...]; HOME and SECRET may be set for it
person()
{
	local login=$1 number=$2

	shift 2
	printf '%s\n' "dn: uid=$login,$people" 'objectClass: inetOrgPerson' \
		'objectClass: posixAccount' 'objectClass: tenurePerson' \
		"uid: $login" 'cn: 王小明' 'sn: 王小明' \
		"employeeNumber: E$number" "uidNumber: $number" \
		'gidNumber: 2000000' "homeDirectory: ${home:-/home/$login}" \
		'loginShell: /bin/bash' 'tenureApplication: A1' \
		'tenureStatus: active' "$(registered "$login")" "$@" ''
}

with_password()
{
	person "$@" "userPassword: $password"
}

change() # LOGIN LINE...
{
	local login=$1

	shift
	printf '%s\n' "dn: uid=$login,$people" 'changetype: modify' "$@" ''
}

lock() # KIND LOGIN NUMBER
{
	printf '%s\n' "dn: cn=$1-$2,ou=locks,$S" 'changetype: add' \
		'objectClass: tenureLock' "cn: $1-$2" "tenureLockKind: $1" \
		'tenureLockedTime: 20260101000000Z' "tenureStaffNumber: E$3" \
		"tenureLockedBy: cn=bootstrap,ou=agents,$S" \
		'description: a sample' ''
}

days_ago()
{
	date -u -d "$1 days ago" +%Y%m%d%H%M%SZ
}

# status LOGIN: of the entry in the directory
has_status()
{
	ldap search -LLL -b "uid=$1,$people" tenureStatus </dev/null |
		grep -qx "tenureStatus: $2"
}

logins='r1 r2 r3 r4 r5 r6 r7 r8 r8k r9 r10 r11'
# Those who change the password in the login itself.
changers='c1 c2 c3 c4 c5'
rows='1:r1 2:r2 3:r3 4:r4 5:r5 5a:r5a 6:r6 7:r7 8:r8 8k:r8k 9:r9 10:r10 11:r11 local:r-local'

check 'the lab is up, with a directory and two hosts' "$lab" up --hosts 2 ||
	check_done

# --- people ------------------------------------------------------------------

for login in $logins $changers r5a r-local home; do
	ssh-keygen -q -t ed25519 -N '' -C '' -f "$keys/$login"
done
on directory lab-service stop slapd
on directory sh -c "printf '%s\n' 'dn: cn=config' 'changetype: modify' \
	'add: olcAuthzRegexp' \
	'olcAuthzRegexp: {0}\"^gidNumber=$(id -g nobody)\\+uidNumber=$(id -u nobody),cn=peercred,cn=external,cn=auth\$\" \"cn=tenure-internal\"' |
	runuser -u openldap -- /usr/sbin/slapmodify -n0 -F /etc/ldap/slapd.d"
on directory lab-service start slapd
check 'people are made, one for each row' ldap add < <(
	home=/etc/r1 with_password r1 2100001
	n=2100002
	for login in r2 r3 r4 r5 r6 r7 r8 r9 r10 r11; do
		with_password "$login" "$n"
		n=$((n + 1))
	done
	n=2100040
	for login in $changers; do
		with_password "$login" "$n"
		n=$((n + 1))
	done
	person r8k 2100020 'tenureKeyOnly: TRUE'
	printf '%s\n' "dn: uid=r5a,ou=services,$S" 'objectClass: account' \
		'objectClass: posixAccount' 'objectClass: simpleSecurityObject' \
		'objectClass: tenureService' 'uid: r5a' 'cn: 备份服务' \
		'uidNumber: 2100030' 'gidNumber: 2000000' \
		'homeDirectory: /home/r5a' 'loginShell: /bin/bash' \
		'tenureApplication: A1' 'tenureStatus: active' \
		"owner: uid=r11,$people" 'description: a nightly copy' \
		'tenureEndDate: 2099-12-31' "$(registered r5a)" \
		"userPassword: $password" ''
	printf '%s\n' "dn: cn=here,ou=groups,$S" 'objectClass: posixGroup' \
		'cn: here' 'gidNumber: 2100100'
	for login in $logins $changers r5a; do
		[ "$login" = r5 ] || echo "memberUid: $login"
	done
)
for host in host1 host2; do
	on "$host" sh -c 'echo "admit_groups = here" >>/etc/tenure/tenure.conf'
done
on host2 sh -c 'echo "max_silence = 60" >>/etc/tenure/tenure.conf'
for host in host1 host2; do
	tar -C "$keys" -cf - . | "$lab" exec "$host" -- sh -c '
		mkdir -m 700 /root/keys && tar -C /root/keys --no-same-owner -xf -'
	on "$host" lab-service restart tenured
	on "$host" sh -eu -c '
	for login in '"${logins#r1 } $changers"' r5a; do
		tries=100
		until id "$login" >/dev/null 2>&1; do
			[ "$((tries -= 1))" -gt 0 ] || exit 1
			sleep 0.1
		done
	done
	useradd --create-home --shell /bin/bash --key SUB_UID_COUNT=0 \
		--key SUB_GID_COUNT=0 r-local
	useradd --create-home --shell /bin/bash --key SUB_UID_COUNT=0 \
		--key SUB_GID_COUNT=0 visitor
	echo "r-local:'"$password"'" | chpasswd
	mkdir -p /root/.ssh
	# Everybody has put a key into the home; r-local has no other.
	cat /root/keys/home.pub /root/keys/r-local.pub >/root/authorized_keys
	for login in '"${logins#r1 } $changers"' r5a r-local; do
		group=$(id -g "$login")
		install -d -o "$login" -g "$group" "/home/$login"
		install -d -m 700 -o "$login" -g "$group" "/home/$login/.ssh"
		install -m 600 -o "$login" -g "$group" /root/authorized_keys \
			"/home/$login/.ssh/authorized_keys"
		printf "%s\n" "$login ALL=(ALL) ALL" \
			"$login ALL=(ALL) NOPASSWD: /bin/echo"
	done >/etc/sudoers.d/all
	printf "%s\n" "auth include common-auth" "account include common-account" \
		>/etc/pam.d/locker
	lab-service stop sshd
	lab-service start sshd
	# What the shipped settings turn off: the one column of its own sshd.
	/usr/sbin/sshd -p 2222 -o PidFile=/run/sshd2.pid \
		-o PasswordAuthentication=yes -o KbdInteractiveAuthentication=no \
		-o MaxStartups=100 -o LogLevel=ERROR' || {
		check_fail "$host is made ready"
		check_done
	}
done

# --- their states --------------------------------------------------------------

"$lab" cut directory host2
cut_at=$SECONDS
check 'each is brought into a state' ldap modify -e relax < <(
	lock leak r2 2100002
	lock departure r3 2100003
	lock suspension r4 2100004
	change r7 'replace: pwdReset' 'pwdReset: TRUE' - \
		'replace: tenureInitialDeadline' \
		'tenureInitialDeadline: 20260101000000Z'
	change r8 'replace: pwdReset' 'pwdReset: TRUE'
	change r8k 'replace: pwdReset' 'pwdReset: TRUE'
	change r9 'replace: pwdChangedTime' "pwdChangedTime: $(days_ago 28)"
	change r6 'replace: pwdAccountLockedTime' \
		"pwdAccountLockedTime: $(days_ago 0)"
	change r10 'replace: pwdChangedTime' "pwdChangedTime: $(days_ago 22)"
	for login in $changers; do
		change "$login" 'replace: pwdReset' 'pwdReset: TRUE'
	done
)
check 'r2 is shut' wait_for 10 has_status r2 leak
check 'r3 is shut' wait_for 10 has_status r3 departed
check 'r4 is shut' wait_for 10 has_status r4 suspended

# cron's minute goes by while the others are tried.
on host1 sh -c '
	for login in '"$logins"' r5a r-local; do
		echo "* * * * * touch /tmp/cron.$login" \
			>"/var/spool/cron/crontabs/$login"
		chown "$login" "/var/spool/cron/crontabs/$login" 2>/dev/null
		chgrp crontab "/var/spool/cron/crontabs/$login"
		chmod 600 "/var/spool/cron/crontabs/$login"
	done
	mkdir -p /run/lab'
on host1 lab-service start cron
said=$(
	# shellcheck disable=SC2086 # the list is split on purpose
	"$lab" exec host1 -- python3 - "$password" $rows \
		<"$top/tests/e2e/lib/try-logins"
)
[ -z "${LOGINS_RAW-}" ] || printf '%s\n' "$said" >"$LOGINS_RAW"

# The minute after the one in which cron was started.
check 'cron runs jobs' wait_for 75 on host1 test -e /tmp/cron.r11
on host1 sleep 1 2>/dev/null
ran=$(on host1 sh -c 'cd /tmp && ls cron.*')

# With tenured dead, what needs no password goes by what it wrote down.
on host1 lab-service stop tenured
dead=$(
	# shellcheck disable=SC2086 # the list is split on purpose
	"$lab" exec host1 -- python3 - --only 'ssh, key, a command' \
		"$password" $rows <"$top/tests/e2e/lib/try-logins"
)
began=$SECONDS
check_output=$(printf '%s\n' "$password" | "$lab" exec host1 -- ssh-as \
	-o PubkeyAuthentication=no r11@localhost true 2>&1)
check_says 'cannot be checked just now' \
	'tenured dead: a password is refused with a sentence'
[ $((SECONDS - began)) -le 5 ] && check_pass 'within 5 s' ||
	check_fail 'within 5 s'

on host1 lab-service start tenured

# The other two settings of key_change (UM-13.2), and the way out of it.
by_key() # ROW:LOGIN
{
	"$lab" exec host1 -- python3 - --only 'ssh, key, a command' \
		"$password" "$1" <"$top/tests/e2e/lib/try-logins"
}
for setting in deny:why warn:in; do
	on host1 sh -c "sed -i '/^key_change/d' /etc/tenure/tenure.conf
		echo 'key_change = ${setting%:*}' >>/etc/tenure/tenure.conf"
	on host1 lab-service restart tenured
	wait_for 10 on host1 sh -c 'tenure explain r8 | grep -q must'
	check_output=$(by_key 8:r8 | cut -f3-)
	check_same "${setting#*:}" "$(cut -f1 <<<"$check_output")" \
		"key_change = ${setting%:*}: a key login with a change due"
done
check_same in "$(by_key 8k:r8k | cut -f3)" 'a key-only account is never asked'
on host1 sed -i '/^key_change/d' /etc/tenure/tenure.conf
on host1 lab-service restart tenured
wait_for 10 on host1 sh -c 'tenure explain r8 | grep -q must'
check_same why "$(by_key 8:r8 | cut -f3)" 'as shipped it is refused again'
check_output=$(printf '%s\n' "$password" 'kX7#vmQ2-zPfw9' 'kX7#vmQ2-zPfw9' |
	"$lab" exec host1 -- setpriv --reuid r8 --regid employees \
		--clear-groups passwd 2>&1)
check_says 'updated successfully' 'passwd changes it'
check_same in "$(by_key 8:r8 | cut -f3)" 'and the key opens at once'

# A change that is due is made in the login that asks for it (UM-13.2).
# changes LOGIN WAY WANTED: and the new password is in force afterwards
changes()
{
	check_output=$("$lab" exec host1 -- python3 - --only "change, $2" \
		"$password" "row 8:$1" <"$top/tests/e2e/lib/try-logins")
	check_same "$3" "$(cut -f3 <<<"$check_output")" \
		"$2: an initial password is changed in the login"
	[ "$3" = in ] || check_says 'updated successfully' \
		"$2: and it is said"
	check_output=$(printf '%s\n' 'kX7#vmQ2-zPfw9' |
		"$lab" exec host1 -- ssh-as -o PubkeyAuthentication=no \
			"$1@localhost" echo 'new one' 2>&1)
	check_says 'new one' "$2: the new password opens"
}
changes c1 ssh in
changes c2 'ssh, a command' in
changes c3 'console login' in
changes c4 su in
# sshd runs passwd(1) instead of a shell, and ends.
changes c5 'ssh, key' change
check_same in "$(by_key 8:c5 | cut -f3)" 'and then the key opens'

# Row 5b, on the host that hears nothing.
while [ $((SECONDS - cut_at)) -lt 64 ]; do
	on host2 sleep 1
done
said=$said$'\n'$("$lab" exec host2 -- python3 - "$password" 5b:r11 \
	<"$top/tests/e2e/lib/try-logins")
on host2 lab-service stop tenured
check_output=$("$lab" exec host2 -- python3 - --only 'ssh, key, a command' \
	"$password" 5b:r11 <"$top/tests/e2e/lib/try-logins")
check_says '[tenure:5b:silence]' 'tenured dead: silence counts on (row 5b)'
[ -z "${LOGINS_RAW-}" ] || printf '%s\n' "$said" >"$LOGINS_RAW"

# --- what was found, against the table ------------------------------------------

# found ROW WAY: "what seconds saw"
found()
{
	printf '%s\n' "$said" | awk -F '\t' -v row="$1" -v way="$2" \
		'$1 == row && $2 == way { print $3 "\t" $4 "\t" $5 }'
}

login_of()
{
	local one

	for one in $rows; do
		[ "${one%%:*}" != "$1" ] || echo "${one#*:}"
	done
}

IFS=$'\t' read -r -a ways < <(grep -v '^#' "$top/tests/e2e/logins.tsv" | head -n 1)
# key_differs ROW: is the key column with tenured dead another than alive?
key_differs()
{
	[ "$1" != 5b ] && [ "$(printf '%s\n' "$dead" |
		awk -F '\t' -v row="$1" '$1 == row { print $3 }')" != \
		"$(found "$1" 'ssh, key, a command' | cut -f1)" ]
}

seen_table=${LOGINS_SEEN:-/dev/null}
grep -v '^#' "$top/tests/e2e/logins.tsv" | head -n 1 >"$seen_table"
tried=0
while IFS=$'\t' read -r -a cells; do
	row=${cells[0]} wrong=
	seen_row=$row$'\t'${cells[1]}
	for ((i = 2; i < ${#ways[@]}; i++)); do
		way=${ways[i]} want=${cells[i]}
		if [ "$way" = cron ]; then
			got=no seen= took=0
			if [ "$row" = 5b ]; then
				on host2 pamtester cron r11 acct_mgmt \
					>/dev/null 2>&1 && got=in
			elif grep -qx "cron.$(login_of "$row")" <<<"$ran"; then
				got=in
			fi
		else
			IFS=$'\t' read -r got took seen < <(found "$row" "$way")
		fi
		tried=$((tried + 1))
		seen_row+=$'\t'${got:-nothing}
		[ "$got" = "$want" ] ||
			wrong+="$way: ${got:-nothing}, not $want: ${seen-}"$'\n'
		# By key the tag is the row's, and a program can read it.
		case $want/$way in
		why/*key*)
			[[ $seen == *"[tenure:$row:"* ]] ||
				wrong+="$way: no tag of the row: $seen"$'\n'
			;;
		esac
	done
	printf '%s\n' "$seen_row" >>"$seen_table"
	! key_differs "$row" ||
		wrong+="with tenured dead: $(grep "^$row	" <<<"$dead")"$'\n'
	check_output=$wrong
	if [ -z "$wrong" ]; then
		check_pass "row $row, ${cells[1]}: $((${#ways[@]} - 2)) ways in, as the table says"
	else
		check_fail "row $row, ${cells[1]}: as the table says"
	fi
done < <(grep -v '^#' "$top/tests/e2e/logins.tsv" | tail -n +2)
check_same "$((15 * 16))" "$tried" 'every cell was tried'
check_done
