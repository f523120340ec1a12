#!/bin/bash
#
# nscd as a client of the module: it loads libnss_tenure like any program, and
# answers for others out of its memory. Names stay right; how long it remembers
# is nscd's business (nss_tenure(8), CAVEATS).

set -u
. "$top_srcdir/tests/labkit/check.sh"
make=$top_builddir/tests/unit/make_snapshot
folder=/var/lib/tenure/snapshot
[ -x "$make" ] || {
	echo 'tests/unit/make_snapshot: not built (make check TESTS=)'
	exit 77
}
sed -i 's/^\(passwd\|group\):.*/\1: files tenure/' /etc/nsswitch.conf
mkdir -p $folder /run/nscd
# publish GENERATION SHELL-OF-WANG KIND
publish()
{
	printf '%s\n' "$3:wang:2000001:2000000:王小明:/home/wang:$2" \
		'user:li:2000002:2000000:李四:/home/li:/bin/bash' \
		'group:people:2000000:' 'group:tunnel:2000009:wang,li' |
		"$make" $folder "$1"
}
publish 1 /bin/bash user || exit 1

cat >/root/nscd.conf <<'END'
threads 4
enable-cache passwd yes
positive-time-to-live passwd 5
negative-time-to-live passwd 1
check-files passwd no
shared passwd no
enable-cache group yes
positive-time-to-live group 5
negative-time-to-live group 1
check-files group no
shared group no
enable-cache hosts no
enable-cache services no
enable-cache netgroup no
END
nscd -f /root/nscd.conf -F >/root/nscd.log 2>&1 &
nscd=$!
trap 'kill $nscd 2>/dev/null' EXIT
is_up()
{
	nscd -f /root/nscd.conf -g >/root/nscd.said 2>&1 &&
		grep -q 'passwd cache:' /root/nscd.said
}
check 'nscd runs, with people and groups' wait_for 10 is_up

# hits DATABASE: answers out of its memory
hits()
{
	nscd -f /root/nscd.conf -g | awk -v database="$1 cache:" '
		$0 == database { is_ours = 1 }
		is_ours && /cache hits on positive entries/ { print $1; exit }'
}
shell_of()
{
	getent passwd "$1" | cut -d: -f7
}
for round in first second; do
	check_same 'wang:*:2000001:2000000:王小明:/home/wang:/bin/bash' \
		"$(getent passwd wang)" "$round time: by name"
	check_same 'li:*:2000002:2000000:李四:/home/li:/bin/bash' \
		"$(getent passwd 2000002)" "$round time: by number"
	check_same 'tunnel:*:2000009:wang,li' "$(getent group tunnel)" \
		"$round time: a group"
	check_same 'people tenure-people tunnel ' \
		"$(id -Gn wang | tr ' ' '\n' | sort | tr '\n' ' ')" \
		"$round time: somebody's groups"
	check_status 2 "$round time: nobody" getent passwd zhao
done
check 'nscd has the module loaded' \
	grep -q libnss_tenure /proc/$nscd/maps
check 'and answered out of its memory' \
	test "$(hits passwd)" -gt 0 -a "$(hits group)" -gt 0
check_output=$(ls -l /proc/$nscd/fd)
check 'the module keeps no descriptor there' \
	eval '! ls -l /proc/$nscd/fd | grep -q /var/lib/tenure'

# A departure. nscd was told nothing, and who asks it hears what was.
publish 2 /usr/sbin/nologin dead
check_same /usr/sbin/nologin "$(getent -s tenure passwd wang | cut -d: -f7)" \
	'who does not ask nscd sees a departure at once'
check_same /bin/bash "$(shell_of wang)" 'nscd remembers'
is_nologin()
{
	[ "$(shell_of wang)" = /usr/sbin/nologin ]
}
began=$SECONDS
check 'until its time is over, also where somebody keeps asking' \
	wait_for 40 is_nologin
check_pass "after $((SECONDS - began)) s, where it was told 5 s"

publish 3 /bin/zsh user
is_zsh()
{
	[ "$(shell_of wang)" = /bin/zsh ]
}
check 'nscd -i passwd makes it forget' \
	eval 'nscd -f /root/nscd.conf -i passwd && wait_for 2 is_zsh'

# A hundred generations beneath a daemon that never ends.
for i in $(seq 4 103); do
	publish "$i" /bin/bash user || exit 1
	nscd -f /root/nscd.conf -i passwd
	[ "$(getent passwd li | cut -d: -f3)" = 2000002 ] || break
done
check_same 103 "$i" 'a hundred changes later it answers on'
mapped=$(grep -c "$folder/.*(deleted)" /proc/$nscd/maps)
check "and holds on to few old files ($mapped)" test "$mapped" -le 12
check 'it runs on' kill -0 $nscd
check_done
