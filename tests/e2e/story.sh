#!/bin/bash
#
# The main story, from HR's roster to a departure, on a real slapd, a real sshd
# and real PAM and NSS stacks. As it stands a test; with --tell the same steps
# told to a person (./quickstart demo), who sees each command, what it said, and
# whether it was as told; then the exit status is not 0 at the first thing that
# is not.

set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
lab=$top/tests/lab
if [ "${1-}" = --tell ]; then
	tell=1
fi
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
# shellcheck source=tests/labkit/tell.sh
. "$top/tests/labkit/tell.sh"

TENURE_LAB=story-$$
LAB_QUIET=1
export TENURE_LAB LAB_QUIET
held='' ended_file=''
finish()
{
	[ -z "$held" ] || kill "$held" 2>/dev/null
	[ -z "$ended_file" ] || rm -f "$ended_file"
	"$lab" down >/dev/null 2>&1
}
trap finish EXIT
trap 'exit 130' INT TERM HUP
began=$(now_ms)

put()
{
	"$lab" exec directory -- sh -c 'cat >"$0"' "$1"
}

# The people under ou=people whose dn root sees; and one value of one of them.
people_count()
{
	quietly directory "ldapsearch -Y EXTERNAL -QLLL -H ldapi:/// -b ou=people,dc=example,dc=org '(objectClass=tenurePerson)' 1.1 | grep -c ^dn:"
	printf '%s' "$out"
}
people_are()
{
	[ "$(people_count)" = "$1" ]
}
value_of()
{
	quietly directory "ldapsearch -Y EXTERNAL -QLLL -o ldif-wrap=no -H ldapi:/// -b ou=people,dc=example,dc=org '($1)' $2 | sed -n 's/^$2: //p'"
	printf '%s' "$out"
}

chapter '1. A directory server and two login hosts'
para 'The lab starts three machines in namespaces of their own: "directory" with slapd, "host1" and "host2" with sshd, PAM, NSS and the daemon tenured. `tenure init` makes the directory; `tenure host join` and `tenure host add` give each host a certificate. Nothing of this computer is touched.'
options=(--hosts 2)
if [ -n "${TENURE_STAGE-}" ]; then
	options+=(--stage "$TENURE_STAGE")
fi
started=$(now_ms)
out=$("$lab" up "${options[@]}" 2>&1)
status=$?
must "the lab is up, in $(($(now_ms) - started)) ms" ended_with 0
if [ "$status" != 0 ]; then
	printf '%s\n' "$out" | sed 's/^/# /'
	exit 1
fi
on directory 'tenure host list'
must 'both hosts may ask the directory' said host2

chapter "2. HR's roster becomes accounts"
para 'HR delivers 320 people as Chinese Excel saves them: GB18030, Chinese column names, and people of the same name among them. First, what would be done:'
"$top/tests/fixtures/make_roster" --first 10001 --count 320 | put /root/roster.csv
on directory 'iconv -f GB18030 -t UTF-8 /root/roster.csv | head -n 4'
must 'it is Chinese text in GB18030' said 王小明
on directory 'tenure issue --roster /root/roster.csv' 6
must 'a plan is shown, with the exit status of a clean run' ended_with 0
must 'it has 320 accounts to create' said '320 accounts to create'
must 'homonyms are pointed out' said homonym
must 'nothing was written' people_are 0
on directory 'tenure issue --roster /root/roster.csv --apply' 6
must 'now it is done' ended_with 0
must 'each account has a sealed slip' said 'created 320 accounts'
must 'the directory has 320 people' people_are 320
login=$(value_of employeeNumber=10001 uid)
homonym=$(value_of employeeNumber=10002 uid)
uid=$(value_of employeeNumber=10001 uidNumber)
out="$login $homonym"
must "the two people called 王小明 are two accounts: $login and $homonym" \
	test -n "$login" -a -n "$homonym" -a "$login" != "$homonym"
on directory 'tenure issue --roster /root/roster.csv' 4
must 'the same roster again would create nobody' said '0 accounts to create'

para "A slip is sealed: $login's initial password can be read once, and that it was read is recorded."
quietly directory "tenure issue --open $login"
initial=$(printf '%s\n' "$out" | sed -n 's/^password *//p')
shown_command "directory# tenure issue --open $login"
opened=$status
out=$(printf '%s\n' "$out" | sed 's/^\(password *\).*/\1(not shown here)/')
show 8
status=$opened
must 'the slip opens' test "$opened" = 0 -a -n "$initial"
on directory "tenure issue --open $login"
must 'a second time it does not' ended_with 1
on directory 'cat /var/lib/tenure/slips/opened.log'
must 'who opened it is recorded' said "$login"
if [ -z "$tell" ]; then
	# Every slip: distinct passwords.
	quietly directory 'for slip in /var/lib/tenure/slips/*.slip; do
		slip=${slip##*/}
		tenure issue --open "${slip%.slip}" | sed -n "s/^password *//p"
	done >/root/passwords; sort -u /root/passwords | wc -l; rm /root/passwords'
	must 'the 319 other initial passwords are distinct' test "$out" = 319
fi

chapter '3. The first login: change the password inside it'
para "$login logs in from host2 to host1 over SSH with the initial password. The login asks for a new one at once; a choice with the own name in it is refused."
bad="W4ngXiaoMing!2024" good='Teapot-ninety7-glacier'
seen()
{
	quietly "$1" "getent passwd $login"
	[ "$status" = 0 ]
}
must 'the account is known on host1' wait_for 10 seen host1
out=
person 24 "$initial
$bad
$bad
$good
$good" "$login@host1" 'id; touch letter; ls -l letter'
must 'the login succeeds' ended_with 0
must 'it asks for a new password first' said 'New password'
must 'the own name in pinyin is refused, with the reason' \
	said 'it contains your name in pinyin'
must 'in Chinese too' said 姓名拼音
must 'the good one is accepted and the session opens' said "uid=$uid($login)"
must 'id shows the shared group' said 'employees'
must 'ls -l shows the person as the owner' said "$login employees"
on directory "tenure show $login" 16
must 'tenure show knows the person' said 王小明

person 6 "$initial" "$login@host1" true
must 'the initial password opens nothing any more' test "$status" != 0
person 6 "$good" "$login@host1" 'echo welcome back'
must 'the new one does, and no change is asked' said 'welcome back'
must 'it was the only question' said_not 'New password'

quietly host1 "printf '%s ALL=(ALL) ALL\n' $login >/etc/sudoers.d/lab && chmod 440 /etc/sudoers.d/lab"
para "With sudo and su, the same account (the local sudoers file lets $login run what she likes):"
shown="ssh $login@host1 'sudo id -un; sudo -k id -un'   (the right password, then a wrong one)"
person 6 "$good" "$login@host1" "printf '%s\n' '$good' | sudo -S -p '' id -un; printf '%s\n' wrong | sudo -k -S -p '' id -un 2>&1 | head -n 1"
must 'sudo takes her password' said root
on host1 "su - $login -c 'id -un; pwd'"
must 'su opens a session of hers' said "/home/$login"

chapter '4. A key, and a session that stays open'
quietly host2 "ssh-keygen -q -t ed25519 -N '' -f /root/key </dev/null; cat /root/key.pub"
key=$out
shown="ssh $login@host1 'tenure key add key.pub'   (and her password)"
person 3 "$good" "$login@host1" "echo '$key' >key.pub && printf '%s\\n' '$good' | tenure key add key.pub --password-fd 0"
must 'she registers her key on host1' ended_with 0
person 3 "$good" "$login@host1" "mkdir -p -m 700 .ssh && ssh-keygen -q -t ed25519 -N '' -f .ssh/own && cat .ssh/own.pub >.ssh/authorized_keys && ssh -o StrictHostKeyChecking=no -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no -i .ssh/own localhost true"
must 'one that she puts into her home opens nothing' test "$status" != 0
person 6 '' -i /root/key "$login@host1" 'echo by key, no question asked'
must 'and logs in with it' said 'no question asked'
ended_file=$(mktemp)
{
	"$lab" exec host2 -- ssh-as --hold -tt -i /root/key "$login@host1"
	now_ms >"$ended_file"
} >/dev/null 2>&1 </dev/null &
held=$!
session_runs()
{
	"$lab" exec host1 -- pgrep -u "$login" -x bash
}
must 'a session of hers stays open' wait_for 10 session_runs
on host1 "ps -o user,pid,tty,args -u $login" 6

chapter '5. She leaves'
para 'The next roster says 离职 for staff number 10001. The daily audit compares it with the directory:'
"$top/tests/fixtures/make_roster" --first 10001 --count 320 --left 10001 | put /root/roster2.csv
on directory 'tenure audit --roster /root/roster2.csv' 9
must 'the audit has findings, and says so by its exit status' ended_with 1
must 'it would disable her account' said "$login"
must "and not that of the other 王小明" said_not "$homonym"
out=$(value_of employeeNumber=10001 tenureStatus)
must 'nothing was written' said active
must 'her session is still there' session_runs

started=$(now_ms)
on directory 'tenure audit --roster /root/roster2.csv --apply' 4
applied=$(now_ms)
# From here on the clock runs.
by_key=$(printf '' | "$lab" exec host2 -- ssh-as -i /root/key "$login@host1" 'echo inside' 2>&1)
by_key_status=$?
by_key_at=$(now_ms)
wait_for 5 test -s "$ended_file"
ended_at=$(cat "$ended_file")
must "the plan is carried out, in $((applied - started)) ms" \
	said "$login"
shown_command "host2\$ ssh -i key $login@host1"
out=$by_key status=$by_key_status
show 6
must "the very next login by key is refused, $((by_key_at - applied)) ms after it" \
	test "$by_key_status" = 255
blob=$(cut -d ' ' -f 2 <<<"$key")
has_key()
{
	"$lab" exec host1 -- grep -qaF "$blob" /var/lib/tenure/keys/keys
}
must 'her key is withdrawn from the directory and from the host, for good' \
	wait_for 5 eval '! has_key'
out=${ended_at:-still there}
must "her open session has ended, within ${ended_at:+$((ended_at - started)) ms of the command} (CI-P38)" \
	test -n "$ended_at" -a "$((${ended_at:-999999999999999} - applied))" -le 1000
must 'no process of hers is left on host1' wait_for 5 eval '! session_runs'
person 6 "$good" "$login@host1" true
must 'the login by password is refused' test "$status" != 0
must 'and is told whom to ask, not why' said 'If you think that this is wrong, ask the service desk'
on host1 "su - $login -c true"
must 'su is refused' test "$status" != 0
on host2 "su - $login -c true"
must 'on the other host too' test "$status" != 0
quietly directory "ldapwhoami -H ldapi:/// -x -D uid=$login,ou=people,dc=example,dc=org -w '$good'"
must 'the directory itself refuses her password, to any other software' \
	test "$status" = 49
on host1 "ls -l /home/$login/letter"
must 'her files keep her name' said "$login employees"
status_of_all=$(value_of tenureStatus=departed uid)
out=$status_of_all
must 'exactly one account was closed' test "$status_of_all" = "$login"
on directory "tenure explain $login" 12
must 'tenure explain says why she cannot log in' test "$status" -le 1
must 'and cites the row: a departure' said 'row 3'

chapter '6. Accounts that belong to nobody'
para 'Somebody has put an account into the directory that HR does not know, and somebody has made a local one on host1. The audit finds both.'
quietly directory 'ldapadd -Y EXTERNAL -Q -H ldapi:/// <<END
dn: uid=ghost,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
objectClass: posixAccount
objectClass: tenurePerson
uid: ghost
cn: 无名氏
sn: 无名氏
employeeNumber: 99999
uidNumber: 2900000
gidNumber: 2000000
homeDirectory: /home/ghost
loginShell: /bin/bash
tenureStatus: active
END'
must 'an account is made behind HR'"'"'s back' ended_with 0
on host1 'useradd --create-home --shell /bin/bash backdoor'
reported()
{
	quietly directory "ldapsearch -Y EXTERNAL -QLLL -H ldapi:/// -b cn=tenure-reports '(cn=host1)' tenureLocalAccount | grep backdoor"
	[ "$status" = 0 ]
}
must 'host1 reports its local accounts' wait_for 60 reported
on directory 'tenure audit --roster /root/roster2.csv' 10
must 'the audit has findings' ended_with 1
must 'the account that HR does not know is one' said ghost
must 'the local account is one' said backdoor
must 'and says on which host' said host1

chapter '7. A newcomer: two people sign'
para "Until now root issued alone, since nobody could approve. Three people take their posts: hr, a head of department, the IT manager. From then on the directory refuses every account that the last two have not signed for."
post=(hr head manager)
for i in 0 1 2; do
	post[i]=$(value_of employeeNumber=$((10002 + i)) uid)
	# As the first login does it in chapter 3.
	quietly directory "dn=uid=${post[i]},ou=people,dc=example,dc=org
		ldappasswd -Q -Y EXTERNAL -H ldapi:/// -s First-teapot-77 \$dn &&
		ldappasswd -x -H ldapi:/// -D \$dn -w First-teapot-77 \
			-a First-teapot-77 -s '$good' \$dn"
	must "${post[i]} has a password of the own" ended_with 0
done
# signs LOGIN ARGUMENT...: the command in this person's name.
signs()
{
	local who=$1

	shift
	quietly directory "printf '%s\n' '$good' |
		tenure --as $who --password-fd 0 $*"
	shown_command "directory# tenure $* --as $who   (the own password)"
	show 6
}
on directory "tenure role fill hr ${post[0]} && tenure role fill it-manager ${post[2]}"
must 'two of them hold their roles' ended_with 0
signs "${post[0]}" department set 研发二部 --head "${post[1]}"
must 'hr names the head of the department' ended_with 0
printf '工号,姓名,部门,岗位,状态,入职日期,离职日期\n10400,关羽,研发二部,工程师,在职,,\n' |
	put /root/newcomer.csv
on directory 'tenure issue --roster /root/newcomer.csv --apply' 4
must 'root alone makes no account any more (UM-10)' ended_with 1
must 'and is told what is missing' said 'without an approved application'
signs "${post[0]}" apply --number 10400 --name 关羽 --department 研发二部 --reason 新员工
must 'hr applies for the newcomer' ended_with 0
application=$(printf '%s\n' "$out" | sed -n 's/^filed: \([^,]*\),.*/\1/p')
signs "${post[2]}" approve "$application"
must 'the IT manager cannot sign first' ended_with 1
signs "${post[1]}" approve "$application"
must 'the head of the department confirms' said confirmed
on directory 'tenure issue --roster /root/newcomer.csv --apply' 4
must 'one signature is not enough' ended_with 1
signs "${post[2]}" approve "$application"
must 'the IT manager approves' said approved
on directory 'tenure issue --roster /root/newcomer.csv --apply' 4
must 'now there is an account' said 'created 1 account'
on directory "tenure application show $application" 14
must 'the form says who signed' said "(${post[1]})"

if [ -n "$tell" ]; then
	printf '\n%sThat was the story: all as told, in %s seconds.%s\n' \
		"$bold" "$((($(now_ms) - began) / 1000))" "$plain"
	echo 'To look around yourself: tests/lab up --hosts 2; README.md goes on from here.'
	exit 0
fi
check_done
