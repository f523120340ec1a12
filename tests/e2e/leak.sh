#!/bin/bash
#
# A leak with two login hosts: the report, which both obey, and after it is closed
# the new password on a host, where the person is told who set it. UM-1.6, UM-15.1.

set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
lab=$top/tests/lab
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
TENURE_LAB=leak-$$
LAB_QUIET=1
export TENURE_LAB LAB_QUIET
work=$(mktemp -d)
trap '"$lab" down >/dev/null 2>&1; rm -rf "$work"' EXIT

S=dc=example,dc=org
word=Vogel-und-Kirsche-7
on() # MACHINE COMMAND-LINE
{
	local machine=$1

	shift
	"$lab" exec "$machine" -- bash -c "$*" </dev/null
}
as() # LOGIN COMMAND-LINE: as this administrator
{
	on directory "tenure $2 --as $1 --password-fd 3 3<<<'$word'"
}
login_of() # NUMBER
{
	on directory "ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// -b ou=people,$S \
		'(employeeNumber=$1)' uid" | sed -n 's/^uid: //p'
}
status_is() # NUMBER STATUS
{
	[ "$(on directory "ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// \
		-b ou=people,$S '(employeeNumber=$1)' tenureStatus" |
		sed -n 's/^tenureStatus: //p')" = "$2" ]
}
# choose NUMBER: the initial password from the slip, changed to $word.
choose()
{
	local login first

	login=$(login_of "$1")
	first=$(on directory "tenure issue --open $login --json" |
		sed -n 's/.*"password": "\([^"]*\)".*/\1/p')
	on directory "ldappasswd -x -H ldapi:/// \
		-D uid=$login,ou=people,$S -w '$first' -a '$first' -s '$word'"
}
may_enter() # HOST LOGIN
{
	on "$1" "pamtester sshd $2 acct_mgmt"
}

"$top/tests/fixtures/make_roster" --count 30 >"$work/roster.csv"
"$lab" up --hosts 2 --people "$work/roster.csv" >/dev/null ||
	{ check_fail 'the lab is up'; check_done; }
for number in 100001 100002 100003 100004 100005; do
	choose "$number" >/dev/null
done
system=$(login_of 100001) security=$(login_of 100003)
alice=$(login_of 100005)
on directory "tenure role fill system $system $(login_of 100002) &&
	tenure role fill security $security $(login_of 100004)" >/dev/null
check 'the person is let in' wait_for 20 may_enter host2 "$alice"

on host1 "install -d -m 700 -o $alice /home/$alice /home/$alice/.ssh
	echo 'ssh-ed25519 AAAA somebody' >/home/$alice/.ssh/authorized_keys
	mkdir -p /var/spool/cron/crontabs
	echo '* * * * * true' >/var/spool/cron/crontabs/$alice"

check 'the report' as "$system" "leak report $alice --reason 'on a wall' \
	--how 'a colleague saw it'"
refused()
{
	! may_enter "$1" "$alice"
}
check 'host1 lets nobody in any more' wait_for 10 refused host1
check 'nor does host2' wait_for 10 refused host2
check_output=$(as "$system" 'leak show leak-100005-1')
check_says 'of 2 hosts have not answered' 'both hosts have to answer'

# Closed, and the new password, with who set it.
as "$system" "leak verify leak-100005-1 --how 'identity card'" >/dev/null
# On a host, what was left there, one by one (UM-15.1).
search() # ARGUMENT...
{
	on host1 "tenure leak search leak-100005-1 $* --as $system \
		--password-fd 3 3<<<'$word'"
}
check 'a host is searched' search
check_says "crontab /var/spool/cron/crontabs/$alice" 'a crontab is found'
check_says "key file /home/$alice/.ssh/authorized_keys" 'a key file is found'
check_says 'SHA-256 ' 'each with what it is'
check 'and what is found is put on the list' search --items
check_says '2 of them are items of the case now' 'both'
check_output=$(as "$system" 'leak show leak-100005-1')
check_says "host host1: crontab /var/spool/cron/crontabs/$alice" \
	'which show has'
check_status 1 'and with it the case is not closed' as "$security" \
	"leak close leak-100005-1 --reason settled --show"
while as "$security" 'leak item leak-100005-1 1 --confirmed --reason looked' >/dev/null 2>&1; do
	:
done
check 'security closes it' as "$security" \
	"leak close leak-100005-1 --reason settled --show"
fresh=$(sed -n 's/^password *//p' <<<"$check_output")
check 'the status is active' status_is 100005 active
# Once: a second try with this password would be a wrong one.
check_output=$(printf '%s\n' "$fresh" Regen-und-Birne-6 Regen-und-Birne-6 |
	"$lab" exec directory -- ssh-as "$alice@host1" true 2>&1)
check_says "set by an administrator ($security)" 'the person is told who set it'
check_done
