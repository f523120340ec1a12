#!/bin/bash
#
# tenure init --upgrade where a step fails, the disk is full, or it is killed:
# everything is as it was, or the next run makes it so.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
S=$server_suffix
. "$top_srcdir/tests/labkit/first-version.sh"
fault=$work/fault
mkdir -m 777 "$fault"

# slapd's tools, of which the Nth call fails, or hangs until it is killed.
wrap()
{
	local tool

	for tool in slapadd slapcat; do
		rm -f "/usr/sbin/$tool"
		cat >"/usr/sbin/$tool" <<END
#!/bin/bash
n=\$((\$(cat $fault/count) + 1))
echo "\$n" >$fault/count
if [ "\$n" = "\$(cat $fault/at)" ]; then
	[ "\$(cat $fault/how)" = fail ] && { echo 'it broke' >&2; exit 1; }
	touch $fault/reached
	exec sleep 1000
fi
exec -a $tool /usr/sbin/slapd "\$@"
END
		chmod 755 "/usr/sbin/$tool"
	done
}
unwrap()
{
	ln -sf slapd /usr/sbin/slapadd
	ln -sf slapd /usr/sbin/slapcat
}
arm() # N fail|hang
{
	rm -f "$fault"/*
	echo 0 >"$fault/count"
	echo "$1" >"$fault/at"
	echo "$2" >"$fault/how"
	chmod 666 "$fault"/*
}
# Every file, to the nanosecond: an upgrade touches none, it renames.
files()
{
	find /etc/ldap/slapd.d /etc/tenure /var/lib/tenure /var/lib/ldap \
		\( -name lock.mdb -o -path /var/lib/ldap/hosts-journal \
		-o -name journal-spool \) \
		-prune -o -type d -printf '%p %u %m\n' \
		-o -printf '%p %u %m %s %T@\n' | sort
	find /run /var /etc -xdev -name '.tenure-init*'
}
unchanged()
{
	files >"$work/now"
	diff "$work/before" "$work/now"
}
# What a killed one left lying about goes with the next, but for an empty folder
# that slapd wants to see before it takes a database.
swept()
{
	tenure init --upgrade --dry-run >/dev/null && unchanged
}
killed_at() # N: at the Nth call of a tool
{
	local upgrade sleeper

	arm "$1" hang
	tenure init --upgrade >"$work/said" 2>&1 &
	upgrade=$!
	wait_for 20 test -e "$fault/reached" || return 1
	sleeper=$(pgrep -P "$upgrade")
	kill -9 "$upgrade"
	wait "$upgrade" 2>/dev/null
	kill -9 "$sleeper"
	arm 0 fail
	swept
}

server_users
tenure init --suffix "$S" --organisation Example \
	--server-names directory,127.0.0.1 >/dev/null
check 'a directory of the first version' first
files >"$work/before"

# A tool that fails ---------------------------------------------------------------

wrap
step=0
while :; do
	step=$((step + 1))
	arm "$step" fail
	tenure init --upgrade >"$work/said" 2>&1 && break
	grep -q 'it broke' "$work/said" || check_fail "step $step says why"
	arm 0 fail
	unchanged >/dev/null || check_fail "step $step fails and changes nothing"
	[ "$step" -lt 60 ] || break
done
check_output="$step steps"
check "each of $((step - 1)) calls of slapd's tools failed once, and nothing was changed" \
	[ "$step" -gt 10 -a "$step" -lt 60 ]
arm 0 fail
first
files >"$work/before"
for at in 3 7 11 15 19; do
	check "killed at call $at: the next run sweeps" killed_at "$at"
done
unwrap

# Renames that fail, the way back too ------------------------------------------------

first
files >"$work/before"
step=0
stuck=0
while [ "$step" -lt 60 ]; do
	step=$((step + 1))
	strace -o /dev/null -e trace=rename \
		-e inject=rename:error=EIO:when="$step+" \
		tenure init --upgrade >"$work/said" 2>&1 && break
	[ -e /var/lib/tenure/upgrade.pending ] && stuck=$((stuck + 1))
	tenure init --upgrade --dry-run >"$work/said" 2>&1 ||
		check_fail "renames fail from $step on: the next run goes on"
	rm -rf /var/lib/tenure/backup/2*
	unchanged >/dev/null ||
		check_fail "renames fail from $step on: the next run undoes it"
done
check_output="$step steps, $stuck stuck"
check "renames failed from each of $((step - 1)) on, and $stuck times the next run had to put things back" \
	[ "$step" -gt 8 -a "$step" -lt 60 -a "$stuck" -gt 5 ]
first
files >"$work/before"

# Killed among the renames ----------------------------------------------------------

step=0
undone=0
while [ "$step" -lt 60 ]; do
	step=$((step + 1))
	strace -o /dev/null -e trace=rename \
		-e inject=rename:signal=KILL:when="$step" \
		tenure init --upgrade >"$work/said" 2>&1 && break
	[ -e /var/lib/tenure/upgrade.pending ] && undone=$((undone + 1))
	rm -rf "$work/kept"
	tenure init --upgrade --dry-run >"$work/said" 2>&1 ||
		check_fail "killed at rename $step: the next run goes on"
	# The backup may stay: it is whole.
	rm -rf /var/lib/tenure/backup/2*
	unchanged >/dev/null || check_fail "killed at rename $step: it is undone"
done
check_output="$step steps, $undone undone"
check "killed at each of $((step - 1)) renames, of which $undone had to be undone" \
	[ "$step" -gt 8 -a "$step" -lt 60 -a "$undone" -gt 5 ]
server_start
check 'at last it is done, and slapd runs' tenure init --check
server_stop

# A full disk -----------------------------------------------------------------------

first
mount -t tmpfs -o size=100k,mode=700 full /var/lib/tenure/backup
files >"$work/before"
check_status 3 'no room for the backup' tenure init --upgrade
check 'nothing was changed' unchanged
umount /var/lib/tenure/backup

cp -a /var/lib/ldap "$work/ldap"
mount -t tmpfs -o "size=$(($(du -sk /var/lib/ldap | cut -f1) + 60))k" \
	full /var/lib/ldap
cp -a "$work/ldap/." /var/lib/ldap/
files >"$work/before"
check_status 3 'no room for the new databases' tenure init --upgrade
check 'nothing was changed' unchanged
umount /var/lib/ldap

cp -a /etc/ldap "$work/etc"
mount -t tmpfs -o "size=$(($(du -sk /etc/ldap | cut -f1) + 60))k" \
	full /etc/ldap
cp -a "$work/etc/." /etc/ldap/
files >"$work/before"
check_status 3 'no room for the new configuration' tenure init --upgrade
check 'nothing was changed' unchanged
umount /etc/ldap

# Two at once ------------------------------------------------------------------------

tenure init --upgrade >"$work/one" 2>&1 &
one=$!
tenure init --upgrade >"$work/two" 2>&1
two=$?
wait "$one"
one=$?
check_output="$one $two $(cat "$work/one" "$work/two")"
check 'of two at once one at most goes on' \
	[ "$((one + two))" = 1 -o "$((one + two))" = 0 ]
server_start
check 'and it is done' tenure init --check
check_done
