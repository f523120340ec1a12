#!/bin/bash
#
# The PAM module in the real stacks: Debian's pam-auth-update with our profile,
# sshd with our drop-in, login, sudo, su, passwd, cron's stack. Around it a fake
# tenured that knows one password, and a snapshot of the people it knows; the
# real daemon and directory are tested in e2e/.

set -u
. "$top_srcdir/tests/labkit/check.sh"
ssh_as=$top_srcdir/tests/labkit/ssh-as
fake=$top_builddir/tests/unit/fake_host
password=Right-Horse-7
local_password=local-Horse-8
[ -x "$fake" ] || {
	echo 'tests/unit/fake_host: not built (make check TESTS=)'
	exit 77
}

start_fake()
{
	mkdir -p /run/tenured /var/lib/tenure/snapshot
	rm -f /run/tenured/socket
	"$fake" /var/lib/tenure/snapshot /run/tenured/socket &
	fake_pid=$!
	wait_for 10 test -S /run/tenured/socket
}

# end_fake: the file of the socket stays, as after a crash.
end_fake()
{
	kill -KILL "$fake_pid" 2>/dev/null
	wait "$fake_pid" 2>/dev/null
	wait_for 10 sh -c '! ps -eo comm | grep -qx fake_host'
}

# What the person runs in a session, and what that must print.
who='echo "I am $(id -un)"'

# log_in ANSWERS LOGIN [COMMAND...]: over SSH, answers separated by blanks.
log_in()
{
	local answers=$1

	shift
	# shellcheck disable=SC2086 # the list is split on purpose
	printf '%s\n' $answers | "$ssh_as" -o PubkeyAuthentication=no "$@"
}

by_key()
{
	"$ssh_as" -i /root/key -o IdentitiesOnly=yes \
		-o PreferredAuthentications=publickey "$@" </dev/null
}

# --- set up the machine ------------------------------------------------------

sed -i 's/^\(passwd\|group\):.*/\1: files tenure/' /etc/nsswitch.conf
useradd --create-home --shell /bin/bash --key SUB_UID_COUNT=0 \
	--key SUB_GID_COUNT=0 helper
echo "helper:$local_password" | chpasswd
before=$(cat /etc/pam.d/common-*)
check 'pam-auth-update takes the profile' \
	env DEBIAN_FRONTEND=noninteractive pam-auth-update --package
check 'and the module is in all four stacks' \
	grep -c pam_tenure.so /etc/pam.d/common-auth /etc/pam.d/common-account \
	/etc/pam.d/common-password /etc/pam.d/common-session
ssh-keygen -q -A
# The people of this test have their keys at home.
printf '%s\n' 'Match Group employees' \
	'AuthorizedKeysFile .ssh/authorized_keys' \
	>/etc/ssh/sshd_config.d/10-home-keys.conf
ssh-keygen -q -t ed25519 -N '' -f /root/key
start_fake
for login in ok change warned departed elsewhere hung; do
	install -d -o "$login" -g employees "/home/$login"
	install -d -m 700 -o "$login" -g employees "/home/$login/.ssh"
	install -m 600 -o "$login" -g employees /root/key.pub \
		"/home/$login/.ssh/authorized_keys"
done
check 'the shipped sshd settings are valid' /usr/sbin/sshd -t
check 'sshd starts' /usr/lib/tenure-lab/lab-service start sshd

# --- logins ------------------------------------------------------------------

check 'the right password opens a session' log_in "$password" ok@localhost "$who"
check_says 'I am ok' 'as the person'
check_status 255 'a wrong one does not' log_in wrong ok@localhost true
check_says 'Ask the help desk' 'and says whom to ask'
check 'a key opens a session' by_key ok@localhost "$who"
check_says 'I am ok' 'as the person'
check_status 255 'DESIGN 5.3: not for a person who left' \
	by_key departed@localhost true
check_says 'You left on 2026-11-30.' 'and the key login is told the reason'
check_status 255 'DESIGN 5.5: nor where a person is not admitted' \
	by_key elsewhere@localhost true
check_says 'ask your administrator' 'and something is said in any case'
check_status 255 'DESIGN 5: by password the reason is not told' \
	log_in "$password" departed@localhost true
check_same '' "$(grep -o 'You left' <<<"$check_output")" 'indeed not'

check 'UM-13.2: the initial password is changed inside the login' \
	log_in "$password wangxiaoming1 wangxiaoming1 Blue-Kettle-9 Blue-Kettle-9" \
	change@localhost "$who"
check_says 'contains your name' 'the refusal tells the reason'
check_says 'I am change' 'and the session goes on after a better one'
check_same 0 "$(grep -c 'Current password' <<<"$check_output")" \
	'the current password is not asked for a second time'
check_same 2 "$(grep -c 'asked: .*New password' <<<"$check_output")" \
	'and the new one twice, because of the refusal'
check_status 255 'three refused passwords end the login' \
	log_in "$password wangxiaoming1 wangxiaoming1 wangxiaoming1 wangxiaoming1 wangxiaoming1 wangxiaoming1" \
	change@localhost true
check_status 1 'by key without a terminal the change is demanded' \
	by_key change@localhost true
check_says 'no TTY' 'and sshd says why'

# --- the other programs ------------------------------------------------------

as_person()
{
	local answers=$1 person=$2

	shift 2
	# shellcheck disable=SC2086 # the list is split on purpose
	printf '%s\n' $answers | setpriv --reuid "$person" --regid employees \
		--clear-groups "$@"
}

echo 'ok ALL=(ALL) ALL' >/etc/sudoers.d/ok
echo 'departed ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/departed
check 'sudo takes the password' as_person "$password" ok \
	sudo -S -p '' sh -c "$who"
check_says 'I am root' 'and makes root'
check_status 1 'DESIGN 5.3: sudo refuses a person who left, NOPASSWD too' \
	as_person '' departed sudo -n true
check 'su takes the password' as_person "$password" warned su -c "$who" ok
check_says 'I am ok' 'and makes the person'
check_status 1 'su from root to a person who left is refused' \
	su departed -c true
check_says 'You left on' 'with the reason'
check "cron's account check lets a person's job run" \
	pamtester cron ok acct_mgmt
check_status 1 "cron's account check refuses who left" \
	pamtester cron departed acct_mgmt
check 'UM-1.5: passwd changes the own password at any time' \
	as_person "$password Blue-Kettle-9 Blue-Kettle-9" ok passwd
check_status 10 'not with a wrong current one' \
	as_person 'wrong Blue-Kettle-9 Blue-Kettle-9' ok passwd
check_status 10 'root needs the current password too' \
	bash -c 'printf "%s\n" Blue-Kettle-9 Blue-Kettle-9 | passwd ok'
check_says 'by root too' 'and is told so'

# --- the daemon is dead, then hangs -------------------------------------------

as_local()
{
	printf '%s\n' "$@" |
		timeout 10 setpriv --reuid helper --regid helper --clear-groups \
		passwd
}

local_works()
{
	local state=$1

	check "$state: a local person logs in over SSH" \
		log_in "$local_password" helper@localhost true
	check "$state: root becomes a local person" su helper -c true
	check "$state: a local person's account is checked at once" \
		timeout 2 pamtester login helper acct_mgmt
	check "$state: a local person changes the own password" \
		as_local "$local_password" local-Zebra-9 local-Zebra-9
	check "$state: chpasswd sets a local password" \
		bash -c "echo 'helper:$local_password' | timeout 5 chpasswd"
	check "$state: a local person's cron job may run" \
		timeout 2 pamtester cron root acct_mgmt
}

local_works 'daemon alive'
kill -STOP $(ps -eo pid,comm | awk '$2 == "fake_host" { print $1 }')
local_works 'daemon hung'
check_status 255 'daemon hung: people are refused in time' \
	timeout 25 "$ssh_as" -i /root/key -o IdentitiesOnly=yes \
	-o PreferredAuthentications=publickey ok@localhost true
check_says 'does not reach the account service' 'and told that it is not them'
end_fake
local_works 'daemon dead'
check 'daemon dead: names are still there' id ok
check_status 255 'daemon dead: people are refused' by_key ok@localhost true
check_says 'does not reach the account service' 'and told that it is not them'
rm -f /run/tenured/socket
local_works 'no socket'
start_fake
check 'daemon back: people log in again' by_key ok@localhost true

# --- away with it -------------------------------------------------------------

check 'the profile is taken out' \
	env DEBIAN_FRONTEND=noninteractive pam-auth-update --package \
	--remove tenure
check_same "$before" "$(cat /etc/pam.d/common-*)" \
	'and the stacks are as they were'
check_done
