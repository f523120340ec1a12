#!/bin/bash
#
# The rules for passwords, by every way in which one is changed: passwd on a
# login host (PAM, tenured), and another client of the directory (ldappasswd).
# What the one refuses the other refuses, in the same words. Initial passwords,
# history, age with lead days, warnings with the date, the profiles.

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
ssh_as=$top_srcdir/tests/labkit/ssh-as
[ -x "$ask" ] || {
	echo 'tests/integration/daemon_ask: not built (make check TESTS=)'
	exit 77
}
first=First-9x-gleam
good=tr0ut-Gleam-barge-84
wang=uid=wang,ou=people,$base
li=uid=li,ou=people,$base

check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
# A mapping that only tests have: nobody is the root dn, to set clocks back.
lab-service stop slapd
printf '%s\n' 'dn: cn=config' 'changetype: modify' 'add: olcAuthzRegexp' \
	'olcAuthzRegexp: {0}"^gidNumber='"$(id -g nobody)"'\+uidNumber='"$(id -u nobody)"',cn=peercred,cn=external,cn=auth$" "cn=tenure-internal"' |
	runuser -u openldap -- /usr/sbin/slapmodify -n0 -F /etc/ldap/slapd.d
lab-service start slapd
# as_root_dn: changes that nobody else can make
as_root_dn()
{
	LDAPNOINIT=1 setpriv --reuid nobody --regid "$(id -g nobody)" \
		--clear-groups ldapmodify -e '!relax' -Q -Y EXTERNAL \
		-H ldapi:/// >/dev/null
}
# change DN LINE...
change()
{
	local dn=$1

	shift
	printf '%s\n' "dn: $dn" 'changetype: modify' "$@" ''
}
change "$wang" 'add: tenureBirthday' 'tenureBirthday: 1990-01-31' '-' \
	'add: mobile' 'mobile: +86 138 2461 5790' '-' \
	'replace: departmentNumber' 'departmentNumber: 信息技术部' | ldap_modify

# The list of leaked passwords: for slapd and for tenured.
printf '%s\n' Quokka-Lantern-58 zebra-kumquat-31 >/root/words
check 'a list of leaked passwords is built' tenure leaked build /root/words
check_output=$(cat /var/lib/tenure/journal-spool/*.record)
check_says 'leaked build' 'CP-2: which waits for the journal'
tenure journal show >/dev/null
check_output=$(tenure journal show)
check_says '/root/words' 'and is in it with the next command'
for conf in tenure host; do
	echo 'leaked_passwords = /var/lib/tenure/leaked' \
		>>"/etc/tenure/$conf.conf"
done

sed -i 's/^\(passwd\|group\):.*/\1: files tenure/' /etc/nsswitch.conf
env DEBIAN_FRONTEND=noninteractive pam-auth-update --package
ssh-keygen -q -A
start_tenured
check 'people are served' wait_for 10 served wang
check 'sshd starts' /usr/lib/tenure-lab/lab-service start sshd
for login in wang li; do
	install -d -o "$login" -g employees "/home/$login"
done

# patiently COMMAND...: once more, and again, where a busy machine had no answer
patiently()
{
	local said status

	for _ in 1 2 3 4 5; do
		said=$("$@" 2>&1)
		status=$?
		case $said in
		*'cannot be checked just now'* | *'did not answer'*) ;;
		*) break ;;
		esac
	done
	printf '%s\n' "$said"
	return "$status"
}

# log_in LOGIN ANSWER... [-- COMMAND...]: over SSH
log_in()
{
	patiently log_in_once "$@"
}

log_in_once()
{
	local login=$1 answers=()

	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		answers+=("$1")
		shift
	done
	[ $# -gt 0 ] && shift
	printf '%s\n' "${answers[@]}" |
		"$ssh_as" -o PubkeyAuthentication=no "$login@localhost" "$@"
}

# opens LOGIN PASSWORD: a bind, as mail software makes it
opens()
{
	LDAPNOINIT=1 ldapwhoami -x -H ldapi:/// \
		-D "uid=$1,ou=people,$base" -w "$2"
}

# passwd_of LOGIN OLD NEW: passwd on the host, as the person
passwd_of()
{
	patiently passwd_once "$@"
}

passwd_once()
{
	printf '%s\n' "$2" "$3" "$3" |
		timeout 20 setpriv --reuid "$1" --regid employees \
		--clear-groups passwd
}

# ldappasswd_of LOGIN OLD NEW: another client of the directory
ldappasswd_of()
{
	local dn=uid=$1,ou=people,$base

	LDAPNOINIT=1 timeout 20 ldappasswd -x -H ldapi:/// -D "$dn" \
		-w "$2" -a "$2" -s "$3" "$dn"
}

# --- an initial password (UM-13.2) --------------------------------------------
check 'UM-13.2: the first login changes the initial password' \
	log_in wang "$first" "$good" "$good" -- id -un
check_says wang 'and goes on'
check_status 255 'it opens nothing a second time' log_in wang "$first" -- true
check_status 49 'nor in the directory' opens wang "$first"
check 'the new one does' log_in wang "$good" -- true
check_status 1 'nobody takes the initial one back' \
	ldappasswd_of wang "$good" "$first"
check_says 'history' 'and is told why'

# Its deadline is over: nobody has used it.
change "$li" 'replace: tenureInitialDeadline' \
	"tenureInitialDeadline: $(date -u -d '+1 hour' +%Y%m%d%H%M%SZ)" |
	ldap_modify
check 'one that is not used yet opens within its days' \
	answers 'result ok' eval \
	'echo First-8x-gleam | "$ask" authenticate service=sshd rhost=192.0.2.1 user=li'
change "$li" 'replace: tenureInitialDeadline' \
	"tenureInitialDeadline: $(date -u -d '-1 minute' +%Y%m%d%H%M%SZ)" |
	ldap_modify
lapsed()
{
	! log_in li First-8x-gleam pu3rto-Glim-kettle-9 pu3rto-Glim-kettle-9 \
		-- true
}
check 'UM-13.2: after them it has lapsed, on hosts' wait_for 5 lapsed
closed()
{
	! opens li First-8x-gleam
}
check 'and for every other client' wait_for 10 closed
check_output=$("$ask" account service=sshd way=1 user=li)
check_says 'has lapsed' 'a key login is told why'

# --- what is refused (CI-3.1, IS-5), by either way in the same words ----------
refused_alike()
{
	local why=$1 password=$2

	check_output=$(passwd_of wang "$good" "$password" 2>&1)
	check_says "$why" "passwd: $why"
	case $check_output in
	*"$password"*) check_fail 'and the password is repeated' ;;
	esac
	check_output=$(ldappasswd_of wang "$good" "$password" 2>&1)
	check_says "$why" 'ldappasswd: in the same words'
}
refused_alike 'it contains your name in pinyin or in Chinese' 'gate-Xi4oMing-77q'
refused_alike 'it contains your name in pinyin or in Chinese' 'gate-gnawgnimoaix'
refused_alike 'it contains your staff number' 'gate-e0001-Tpzrq'
refused_alike 'it contains the name of your department' 'gate-xinxijishubu'
refused_alike 'it contains the name of the organisation' 'gate-Ex4mple-tqz'
refused_alike 'it contains your birthday' 'gate-1990.1.31-tqz'
refused_alike 'it contains your birthday' 'gate-310190-tqzrb'
refused_alike 'it contains your telephone number' 'gate-24615790-tq'
refused_alike 'it is mostly repetition' 'Xk9!Xk9!Xk9!Xk9!'
refused_alike 'it is mostly a sequence or a row of keys' '1qazxsw23edc'
refused_alike 'it is mostly common words, dates or figures' 'woaini1314520'
refused_alike 'it is mostly common words, dates or figures' 'P@ssw0rd2024'
refused_alike 'it is on a list of leaked passwords' 'Quokka-Lantern-58'
refused_alike 'it is on a list of leaked passwords' 'Zebra-Kumquat-31'
check_output=$(passwd_of wang "$good" 'Short-7' 2>&1)
check_says 'fewer than 10 characters' 'passwd: the length, as a number'
check_output=$(ldappasswd_of wang "$good" 'Short-7' 2>&1)
check_status 1 'ldappasswd: the length' ldappasswd_of wang "$good" 'Short-7'
check_output=$(passwd_of wang "$good" 'gate-host1-Tpzrq' 2>&1)
check_says 'it contains the name of this host' 'IS-5: the host, on the host'
check_output=$(passwd_of wang "$good" "$good-5" 2>&1)
check_says 'too much like the old one' 'CI-3.2: nearly the old one, on the host'
check_output=$(passwd_of wang "$good" 'gate-1990.1.31-tqz' 2>&1)
check_says 生日 'and it is said in Chinese'
check 'the password is still the same' opens wang "$good"

# A list that is damaged refuses nobody, and is complained of.
cp /var/lib/tenure/leaked /root/leaked
truncate -s -1 /var/lib/tenure/leaked
check 'a damaged list refuses nobody' \
	ldappasswd_of wang "$good" Quokka-Lantern-58
check 'on the host neither' \
	passwd_of wang Quokka-Lantern-58 zebra-kumquat-31
check 'tenured has said so' \
	grep -q 'leaked passwords are not looked for' "$tenured_log"
check_output=$(tenure doctor 2>&1)
check_says 'leaked-passwords' 'doctor complains'
check_says 'a copy that was cut' 'and says what is wrong'
cp /root/leaked /var/lib/tenure/leaked
check_output=$(tenure doctor 2>&1)
check_says '2 leaked passwords, built' 'a sound one is counted'

# --- history (CI-3.2) ---------------------------------------------------------
now=zebra-kumquat-31
for word in olive-Ferry-41-moss plum-Anvil-62-crate rye-Tunnel-73-flask; do
	check "another one: passwd" passwd_of wang "$now" "$word"
	now=$word
done
check_output=$(passwd_of wang "$now" "$good" 2>&1)
check_says 'it was used before' 'passwd: an old one does not come back'
check_status 1 'ldappasswd: neither' ldappasswd_of wang "$now" "$good"
check 'UM-1.5: and no age is too young for the next' \
	ldappasswd_of wang "$now" "sable-Kettle-95-ox"
now=sable-Kettle-95-ox

# --- age, with lead days (CI-3.2, UM-13.3) ------------------------------------
# aged DAYS: the password was set so long ago, and the host knows
set_at=
host_knows()
{
	"$ask" explain user=wang | grep -q "$set_at"
}
aged()
{
	set_at=$(date -u -d "-$1 days -1 hour" +%Y-%m-%dT%H:%M)
	change "$wang" 'replace: pwdChangedTime' \
		"pwdChangedTime: $(date -u -d "-$1 days -1 hour" +%Y%m%d%H%M%SZ)" |
		as_root_dn
}
verdict_is()
{
	"$ask" account service=sshd way=1 user=wang | grep -qx "decision $1"
}
aged 19
check '19 days: nothing is said' wait_for 5 verdict_is 1
aged 21
check '21 days: a warning (7 days before the change is due)' \
	wait_for 5 verdict_is 2
check_output=$("$ask" account service=sshd way=1 user=wang)
check_says "$(TZ=UTC-8 date -d '+5 days 23 hours' +%Y-%m-%d)" \
	'UM-13.3: with the date'
aged 27
check 'CI-3.2: 27 days, three before the age: it must be changed' \
	wait_for 5 verdict_is 3
check 'while the directory still takes it from other clients' opens wang "$now"
aged 26
check '26 days: a warning still' wait_for 5 verdict_is 2
aged 31
check '31 days: it must be changed' wait_for 5 verdict_is 3
# grace: how many grace logins slapd has counted since the last change
grace()
{
	LDAPNOINIT=1 ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -b "$wang" \
		-s base pwdGraceUseTime | grep -c '^pwdGraceUseTime'
}
# costs COMMAND...: how many it uses, of the time that was answered to its end
costs()
{
	local before said

	for _ in 1 2 3 4 5; do
		before=$(grace)
		said=$("$@" 2>&1)
		case $said in
		*'cannot be checked just now'* | *'did not answer'*) ;;
		*) break ;;
		esac
	done
	printf '%s\n' "$said"
	echo "grace logins: $(($(grace) - before))"
}
passwd_refused()
{
	printf '%s\n' "$now" Short-7 Short-7 Short-8 Short-8 Short-9 Short-9 |
		timeout 20 setpriv --reuid wang --regid employees \
			--clear-groups passwd
}
check_output=$(costs log_in_once wang "$now" Short-7 Short-7 -- true)
check_says 'grace logins: 1' 'a login whose change is given up uses one'
check_output=$(costs log_in_once wang "$now" Short-7 Short-7 Short-8 Short-8 \
	Short-9 Short-9 -- true)
check_says 'grace logins: 1' 'one whose change is refused three times, too'
check_output=$(costs passwd_refused)
check_says 'fewer than 10 characters' 'passwd refuses three'
check_says 'grace logins: 1' 'and uses one'
# Out of grace: the right password, and no wrong one.
change "cn=default,ou=policies,$base" 'replace: pwdGraceAuthNLimit' \
	'pwdGraceAuthNLimit: 0' | as_root_dn
check_output=$(for _ in 1 2 3 4 5 6 7; do
	printf '%s\n' "$now" violet-Harrow-16-jug |
		"$ask" change user=wang service=passwd
done | grep '^message' | sort | uniq -c)
check_lines 1 'out of grace: each time the same is said'
check_says 'expired too long ago' 'and that it is, to who has the password'
change "cn=default,ou=policies,$base" 'replace: pwdGraceAuthNLimit' \
	'pwdGraceAuthNLimit: 20' | as_root_dn
check 'with grace it is changed inside the login, the first time' \
	log_in wang "$now" violet-Harrow-16-jug violet-Harrow-16-jug -- id -un
check_says wang 'which goes on'
check_same 1 "$(grep -c 'asked: .*) Password:' <<<"$check_output")" \
	'the old password was asked for once'
now=violet-Harrow-16-jug
check 'and the next login asks for nothing' log_in wang "$now" -- true

# --- profiles -----------------------------------------------------------------
# profile NAME DAYS: the documented way, then what doctor says
profile()
{
	local name=$1 days=$2

	lab-service stop slapd
	sed -i "s/^max_age_days = .*/max_age_days = $days/" /etc/tenure/tenure.conf
	check "$name: tenure init --upgrade takes it over" tenure init --upgrade
	lab-service start slapd
	check_output=$(LDAPNOINIT=1 ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// \
		-b "cn=default,ou=policies,$base" pwdMaxAge)
	check_says "pwdMaxAge: $((days * 86400))" "$name: slapd goes by $days days"
	check_output=$(tenure doctor 2>&1)
	check_says "max_age_days: $days: the profile $name" \
		"$name: doctor prints which applies"
	case $check_output in
	*password-policy:*) check_fail "$name: doctor finds another policy" ;;
	esac
}
check_output=$(tenure doctor 2>&1)
check_says 'max_age_days: 30: the profile regulation' \
	'as shipped the profile is regulation'
profile pci 90
profile cis 365
profile nist 0
aged 4000
check_output=$(opens wang "$now" 2>&1)
check_says wang 'nist: no password ages'
profile regulation 30
sed -i 's/^max_age_days = .*/max_age_days = 90/' /etc/tenure/tenure.conf
check_output=$(tenure doctor 2>&1)
check_says 'password-policy' \
	'doctor complains where tenure.conf and the policy entry differ'
check_status 2 'a profile that there is not' tenure init --profile monthly \
	--suffix dc=a --organisation A --server-names a
end_tenured
check_done
