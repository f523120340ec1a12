#!/bin/bash
#
# Ways to stay in after a leak report (leak-ways.tsv, which docs/leak-ways.md is
# made of): each is set up while the account is good, and looked at after the
# lock. stay_WAY sets up, closed_WAY says that nothing is left of it; what is
# reported or open has reported_WAY or open_WAY. UM-15.1, UM-1.6.

# shellcheck source=tests/e2e/lib/leak_lab.sh
. "$(dirname "$(readlink -f "$0")")/lib/leak_lab.sh"
trap 'no_group 2>/dev/null; "$lab" down >/dev/null 2>&1; rm -rf "$work"' EXIT

# by_key COMMAND-LINE: from the directory server, as the person, by key
by_key()
{
	on directory "ssh-as -i /root/key $who@host1 $(printf %q "$1")"
}
# stays COMMAND-LINE: in a login of the person's that goes on
stays()
{
	"$lab" exec directory -- ssh-as --hold "${ssh_options[@]}" -i /root/key \
		"$who@host1" "$1" </dev/null >>"$work/sessions" 2>&1 &
	ssh_options=()
}
ssh_options=()
# A program with a name of its own, so that it is found again: sleep, copied.
runs() # NAME
{
	on host1 "pgrep -x $1"
}
gone() # NAME
{
	! runs "$1" >/dev/null
}
pam_refuses() # SERVICE LOGIN
{
	! on host1 "pamtester $1 $2 acct_mgmt" >/dev/null 2>&1
}
logged() # WORDS
{
	on host1 "grep -q -- '$1' /var/log/lab-tenured.log"
}

"$top/tests/fixtures/make_roster" --count 8 >"$work/first.csv"
options=(--hosts 1 --people "$work/first.csv")
[ -z "${TENURE_STAGE-}" ] || options+=(--stage "$TENURE_STAGE")
check 'a directory, a host, 8 people' "$lab" up "${options[@]}" || check_done
who=$(value '(employeeNumber=100001)' uid)
other=$(value '(employeeNumber=100003)' uid)
twin=$(value '(employeeNumber=100004)' uid)
uid=$(value "(uid=$who)" uidNumber)
other_uid=$(value "(uid=$other)" uidNumber)
twin_uid=$(value "(uid=$twin)" uidNumber)
for login in "$who" "$other" "$twin"; do
	check "$login has a password of the own" own_passwords "$login"
done
on directory "ssh-keygen -q -t ed25519 -N '' -f /root/key </dev/null
	ssh-keygen -q -t ed25519 -N '' -f /root/key2 </dev/null"
keys=$(on directory 'cat /root/key.pub /root/key2.pub')
on host1 "for login in $who $other; do
		install -d -m 700 -o \$login /home/\$login /home/\$login/.ssh
	done
	echo '$keys' >/home/$who/.ssh/authorized_keys
	echo '$keys' | head -n 1 >/home/$other/.ssh/authorized_keys
	chown -R $who: /home/$who; chown -R $other: /home/$other
	echo '$who ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/lab
	chmod 440 /etc/sudoers.d/lab
	for name in nohup ignore stopped respawn space rootloud rootquiet \
		elsewhere suid suidlater detached alias keyed theirs timer; do
		cp /bin/sleep /usr/local/bin/way-\$name
	done
	touch /home/$who/.hushlogin
	# As shipped sshd reads no such files: they are a way in to be tried.
	printf '%s\n' 'Match Group employees' \
		'AuthorizedKeysFile .ssh/authorized_keys' \
		>/etc/ssh/sshd_config.d/10-lab.conf
	lab-service restart sshd
	lab-service start cron; lab-service start atd"

# The ways, while the account is good ------------------------------------------------

stay_shell()
{
	ssh_options=(-tt)
	stays 'exec bash --login -i'
	wait_for 10 on host1 "pgrep -u $who -x bash"
}
closed_shell()
{
	! on host1 "pgrep -u $who -x bash" &&
		grep -q 'tenured: A leak of this account' "$work/sessions" &&
		grep -q '该账号已报告泄露' "$work/sessions"
}

stay_nohup()
{
	by_key 'nohup way-nohup 9000 >/dev/null 2>&1 &'
	runs way-nohup
}
closed_nohup() { gone way-nohup; }

stay_ignore()
{
	by_key "setsid -f bash -c 'trap \"\" HUP TERM; exec way-ignore 9000' \
		>/dev/null 2>&1"
	wait_for 3 runs way-ignore
}
closed_ignore() { gone way-ignore; }

stay_stopped()
{
	by_key 'nohup way-stopped 9000 >/dev/null 2>&1 &
		until grep -q way-stopped /proc/$!/comm; do :; done
		kill -STOP $!'
	runs way-stopped
}
closed_stopped() { gone way-stopped; }

stay_tmux()
{
	by_key 'tmux new-session -d -s stay'
	on host1 "pgrep -u $who tmux"
}
closed_tmux()
{
	! on host1 "pgrep -u $who tmux"
}

stay_screen()
{
	by_key 'mkdir -p -m 700 .screen
		SCREENDIR=$HOME/.screen screen -dmS stay sleep 9000'
	wait_for 5 on host1 "pgrep -u $who -i screen"
}
closed_screen()
{
	! on host1 "pgrep -u $who -i screen"
}

stay_respawn()
{
	by_key 'cat >respawn <<"END"
trap "" HUP TERM
while :; do
	way-respawn 9000 &
	"$0" "$1" 2>/dev/null & wait -n
	sleep 0.05
	[ "$(pgrep -cu "$(id -u)" -x way-respawn)" -lt 4 ] || wait
done
END
	for i in 1 2; do setsid -f bash ./respawn >/dev/null 2>&1; done'
	wait_for 3 runs way-respawn
}
closed_respawn()
{
	gone way-respawn && ! on host1 "pgrep -f respawn"
}

stay_namespace()
{
	by_key 'setsid -f unshare -Ur way-space 9000 >/dev/null 2>&1'
	wait_for 3 runs way-space
}
closed_namespace() { gone way-space; }

stay_master()
{
	ssh_options=(-M -S /root/control -N)
	"$lab" exec directory -- ssh-as --hold -M -S /root/control -N \
		-i /root/key "$who@host1" </dev/null >/dev/null 2>&1 &
	ssh_options=()
	wait_for 10 on directory "ssh -S /root/control x true"
}
closed_master()
{
	! on directory "timeout 5 ssh -o BatchMode=yes -S /root/control x true"
}

stay_forward()
{
	"$lab" exec directory -- ssh-as --hold -N -L 7022:127.0.0.1:22 \
		-i /root/key "$who@host1" </dev/null >/dev/null 2>&1 &
	wait_for 10 on directory \
		'exec 3<>/dev/tcp/127.0.0.1/7022 && head -c 3 <&3 | grep SSH'
}
closed_forward()
{
	! on directory \
		'exec 3<>/dev/tcp/127.0.0.1/7022 && head -c 3 <&3 | grep SSH' \
		2>/dev/null
}

stay_sudo_shell()
{
	ssh_options=(-tt)
	stays 'exec sudo -s way-rootloud 9000'
	wait_for 10 on host1 'pgrep -U 0 -x way-rootloud'
}
closed_sudo_shell() { gone way-rootloud; }

stay_sudo_quiet()
{
	stays "sudo sh -c 'setsid -f way-rootquiet 9000'; exec sleep 9000"
	wait_for 10 on host1 'pgrep -U 0 -x way-rootquiet'
}
closed_sudo_quiet() { gone way-rootquiet; }

stay_sudo_other()
{
	stays "sudo -u $other sh -c 'setsid -f way-elsewhere 9000'; exec sleep 9000"
	wait_for 10 on host1 "pgrep -U $other_uid -x way-elsewhere"
}
closed_sudo_other() { gone way-elsewhere; }

stay_setuid()
{
	by_key 'for n in suid suidlater; do
		cp /usr/local/bin/way-$n $n && chmod 4755 $n; done; chmod 755 .'
	on host1 "mv /home/$who/suid /usr/local/sbin/way-suid
		mv /home/$who/suidlater /usr/local/sbin/way-suidlater
		setpriv --reuid $other_uid --regid 2000000 --clear-groups \
			setsid -f /usr/local/sbin/way-suid 9000 >/dev/null 2>&1"
	on host1 "pgrep -u $who -x way-suid"
}
closed_setuid()
{
	gone way-suid || return 1
	on host1 "setpriv --reuid $other_uid --regid 2000000 --clear-groups \
		setsid -f /usr/local/sbin/way-suidlater 9000 >/dev/null 2>&1"
	wait_for 36 gone way-suidlater
}

stay_detached()
{
	by_key "sudo sh -c 'setsid -f way-detached 9000 >/dev/null 2>&1'"
	runs way-detached
}
reported_detached()
{
	runs way-detached &&
		logged "way-detached, uid 0) was begun in a login of uid $uid" &&
		[[ $effect == *' reported=1 '* ]]
}

stay_setuid_root()
{
	by_key 'sudo install -m 4755 /bin/sh /usr/local/bin/way-back'
}
reported_setuid_root()
{
	[[ $logins == *"login=$who service=sudo way=sudo "* ]]
}

enters() # LOGIN PASSWORD
{
	printf '%s\n' "$2" | "$lab" exec directory -- ssh-as "$1@host1" true
}
stay_password() { enters "$who" $good; }
closed_password()
{
	! check_output=$(enters "$who" $good 2>&1) &&
		[[ $check_output == *'Login refused'* ]]
}

stay_key() { by_key true; }
closed_key()
{
	! check_output=$(by_key true 2>&1) &&
		[[ $check_output == *'leak of this account'* ]]
}

second_key() { on directory "ssh-as -i /root/key2 $who@host1 true"; }
stay_second_key() { second_key; }
closed_second_key() { ! second_key >/dev/null 2>&1; }

stay_su() { on host1 "echo $good | pamtester su $who authenticate acct_mgmt"; }
closed_su() { ! stay_su >/dev/null 2>&1; }

stay_sudo() { on host1 "pamtester sudo $who acct_mgmt"; }
closed_sudo() { pam_refuses sudo "$who"; }

stay_cron()
{
	by_key "echo '* * * * * date >>cron-ran' | crontab -"
}
cron_ran() { on host1 "wc -l </home/$who/cron-ran" 2>/dev/null; }
closed_cron()
{
	pam_refuses cron "$who" && [ "$(cron_ran)" = "$cron_before" ]
}

at_ran() { on host1 "test -e /home/$who/$1"; }
stay_at()
{
	by_key "echo 'touch at-before' | at now"
	wait_for 10 at_ran at-before
}
closed_at() { pam_refuses atd "$who" && ! at_ran at-after; }

# The person's manager, as user@.service would start it: in a control group of
# theirs. A timer starts a service which comes back when it ends.
group=/sys/fs/cgroup/tenure-lab-$$
stay_timer()
{
	by_key 'mkdir -p .config/systemd/user && cd .config/systemd/user
		printf "%s\n" "[Timer]" OnActiveSec=1 AccuracySec=100ms >way.timer
		printf "%s\n" "[Service]" "ExecStart=/usr/local/bin/way-timer 9000" \
			Restart=always RestartSec=0 >way.service
		printf "%s\n" "[Unit]" Wants=way.timer >default.target'
	on host1 "mkdir -p /run/systemd/system /run/user/$uid
		mount -t cgroup2 none /sys/fs/cgroup
		mkdir $group; chown -R $who $group /run/user/$uid
		chmod 700 /run/user/$uid
		echo \$BASHPID >$group/cgroup.procs
		exec setpriv --reuid $uid --regid 2000000 --clear-groups \
			env HOME=/home/$who XDG_RUNTIME_DIR=/run/user/$uid setsid -f \
			/lib/systemd/systemd --user >/var/log/manager.log 2>&1"
	wait_for 10 runs way-timer
}
closed_timer()
{
	gone way-timer && ! on host1 'pgrep -f "systemd --user"'
}
# Empty by now; groups are the machine's that the lab runs on.
no_group()
{
	on host1 "[ ! -d $group ] ||
		find $group -depth -type d -exec rmdir {} +"
}

stay_linger()
{
	on host1 "mkdir -p /var/lib/systemd/linger
		touch /var/lib/systemd/linger/$who /var/lib/systemd/linger/$other
		printf '@include common-account\n' >/etc/pam.d/systemd-user
		pamtester systemd-user $who acct_mgmt"
}
closed_linger()
{
	pam_refuses systemd-user "$who" &&
		on host1 "test ! -e /var/lib/systemd/linger/$who" &&
		on host1 "test -e /var/lib/systemd/linger/$other" &&
		[[ $effect == *' linger=1'* ]]
}

# A connection that stays open: one search for each line of the pipe.
stay_ldap()
{
	on directory "mkfifo /root/asks; sleep 9000 >/root/asks 2>/dev/null &
		ldapsearch -LLL -x -H ldapi:/// -D uid=$who,ou=people,$S -w $good \
			-b uid=$who,ou=people,$S -s base -f /root/asks \
			'(uid=%s)' cn >/root/answers 2>&1 & sleep 0.2
		echo $who >/root/asks"
	wait_for 5 on directory 'grep -q ^cn: /root/answers'
}
closed_ldap()
{
	on directory "echo $who >/root/asks"
	wait_for 5 on directory "[ \$(grep -c '^cn:' /root/answers) = 1 ] &&
		grep -qi 'no such object\|insufficient' /root/answers"
}

binds()
{
	on directory "ldapwhoami -x -H ldapi:/// -D uid=$who,ou=people,$S -w $good"
}
stay_bind() { binds; }
closed_bind()
{
	binds >/dev/null 2>&1
	[ $? = 49 ]
}

stay_alias()
{
	on host1 "echo 'svc:x:$twin_uid:2000000::/home/svc:/bin/bash' >>/etc/passwd
		setpriv --reuid $twin_uid --regid 2000000 --clear-groups \
			setsid -f way-alias 9000 >/dev/null 2>&1"
	runs way-alias
}
reported_alias()
{
	runs way-alias && wait_for 15 eval '[[ $(effect_of way2) == *uid=local* ]]' &&
		wait_for 15 eval '[[ $(value_in cn=host1,cn=tenure-reports \
			tenureLocalAccount) == *svc:$twin_uid:* ]]'
}

stay_shared_key() { on directory "ssh-as -i /root/key $other@host1 true"; }
open_shared_key() { stay_shared_key; }

value_in() # BASE ATTRIBUTE
{
	on directory "ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// -o ldif-wrap=no \
		-s base -b '$1' $2" | sed -n "s/^$2: //p"
}
effect_of() # LOCK
{
	value_in cn=host1,cn=tenure-reports tenureLockEffect | grep "^$1 "
}
# lock NAME LOGIN
lock()
{
	on directory "ldapadd -Y EXTERNAL -Q -H ldapi:/// >/dev/null <<END
dn: cn=$1,ou=locks,$S
objectClass: tenureLock
cn: $1
tenureLockKind: leak
tenureLockedTime: \$(date -u +%Y%m%d%H%M%SZ)
tenureLockedBy: cn=bootstrap,ou=agents,$S
tenurePersonUUID: $(value "(uid=$2)" entryUUID)
tenureStaffNumber: $(value "(uid=$2)" employeeNumber)
description: a test
END"
}

mapfile -t ways < <(grep -v '^#' "$top/tests/e2e/leak-ways.tsv")
check "there are ${#ways[@]} ways, at least 20" test "${#ways[@]}" -ge 20
for line in "${ways[@]}"; do
	IFS=$'\t' read -r id way outcome _ <<<"$line"
	check "before: $way" "stay_${id//-/_}"
done
on host1 "setpriv --reuid $other_uid --regid 2000000 --clear-groups \
	setsid -f way-theirs 9000 >/dev/null 2>&1"
check 'a crontab has run' wait_for 61 cron_ran
processes=$(on host1 "pgrep -u $uid | wc -l")

# The report -------------------------------------------------------------------------

# A job that is due when the minute is over, and cron's next turn with it.
wait_for 12 eval '[ "$(date +%-S)" -le 50 ]'
check 'a job waits in the queue of at' by_key \
	"echo 'touch at-after' | at now + 1 minute"
lock way1 "$who"
began=$(date +%s%3N)
left()
{
	on host1 "pgrep -u $uid; pgrep -x 'way-(rootloud|rootquiet|elsewhere)'"
}
check "$processes processes of the person end, and those of other uids" \
	wait_for 10 eval '! left'
took=$(($(date +%s%3N) - began))
cron_before=$(cron_ran)
check 'somebody else'\''s go on' runs way-theirs
lock way2 "$twin"
check 'the host writes down what it did' wait_for 15 effect_of way1
effect=$(effect_of way1)
logins=$(value_in cn=host1,cn=tenure-reports tenureLockLogin)
echo "# $effect"
finished=${effect##* finished=}
finished=${finished%% *}
check "all was gone ${finished} ms after the lock (seen from outside: $took)" \
	test "$finished" -le 1000
check 'the host says how the person came in' \
	grep -q "^way1 login=$who service=sshd way=key from=" <<<"$logins"
for line in "${ways[@]}"; do
	IFS=$'\t' read -r id way outcome _ <<<"$line"
	[ "$id" = cron ] || [ "$id" = at ] && continue
	check "$outcome: $way" "${outcome}_${id//-/_}"
done
second=$(date +%-S)
wait_for $((65 - second)) eval '[ "$(date +%-S)" -ge 3 ] &&
	[ "$(date +%-S)" -lt '"$second"' -o "$second" -lt 3 ]'
check 'closed: a crontab, a minute later' closed_cron
check 'closed: a job of at, a minute later' closed_at
check 'the control group of the manager is gone' no_group
check_done
