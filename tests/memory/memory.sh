#!/bin/sh
# The NSS and the PAM module as they are shipped, under valgrind: loaded, every
# entry point called, unloaded; without a snapshot and a daemon, with both, and
# with a damaged snapshot. No error, no lost memory, no descriptor kept. Then
# getent of this system, whose nsswitch.conf names the module. In a
# mount namespace of its own, since the modules take no other paths than
# /var/lib/tenure and /run/tenured; as root.
set -u
: "${top_builddir:=./build}"
case ${1-} in
'') exec unshare --mount --propagation private "$0" inside ;;
esac

scratch=$(mktemp -d) || exit 1
fake=
end()
{
	[ -z "$fake" ] || kill "$fake"
	rm -rf "$scratch"
}
trap end EXIT
mount -t tmpfs tmpfs /var/lib && mount -t tmpfs tmpfs /run &&
    mkdir -p /var/lib/tenure/snapshot /run/tenured "$scratch/pam" || exit 1

nss=$top_builddir/.libs/libnss_tenure.so.2
pam=$top_builddir/.libs/pam_tenure.so
for phase in auth account password session; do
	echo "$phase required $pam timeout=1"
done >"$scratch/pam/modules"

checked()
{
	valgrind -q --leak-check=full --show-leak-kinds=definite,possible \
	    --errors-for-leak-kinds=definite,possible --keep-debuginfo=yes \
	    --error-exitcode=9 "$@" >"$scratch/out" 2>"$scratch/err"
	status=$?
	[ $status = 0 ] && [ ! -s "$scratch/err" ]
}

# run WHEN ARGUMENT...
run()
{
	when=$1
	shift
	if ! checked "$top_builddir/tests/memory/use_modules" "$nss" \
	    "$scratch/pam" "$@"; then
		echo "$when: exit status $status"
		grep '^not ok' "$scratch/out"
		cat "$scratch/err"
		exit 1
	fi
	echo "$when: clean"
}

# look_up WHEN STATUS WANTED DATABASE KEY...: getent as it is installed, with the
# module that was built. STATUS is its own: 2 where a key is not there.
mkdir "$scratch/nss" &&
	cp "$nss" "$scratch/nss/libnss_tenure.so.2" || exit 1
for database in passwd group initgroups; do
	echo "$database: files tenure"
done >"$scratch/nsswitch.conf"
mount --bind "$scratch/nsswitch.conf" /etc/nsswitch.conf || exit 1
look_up()
{
	when=$1 wanted_status=$2 wanted=$3
	shift 3
	LD_LIBRARY_PATH=$scratch/nss
	export LD_LIBRARY_PATH
	checked getent "$@"
	unset LD_LIBRARY_PATH
	if [ $status != "$wanted_status" ] || [ -s "$scratch/err" ] ||
	    ! printf "$wanted" | cmp -s - "$scratch/out"; then
		echo "getent $*, $when: exit status $status"
		cat "$scratch/out" "$scratch/err"
		exit 1
	fi
	echo "getent $*, $when: clean"
}

if checked "$top_builddir/tests/memory/planted_leak"; then
	echo 'the leak that was planted was not found'
	exit 1
fi

run 'without a snapshot, without tenured'
# Is every entry point of the NSS module called? libpam calls PAM's six.
sort -u "$scratch/out" | grep _nss_ >"$scratch/called"
nm -D --defined-only "$nss" | awk '{ print $3 }' | sort -u |
    grep . >"$scratch/exported"
if ! cmp -s "$scratch/called" "$scratch/exported"; then
	diff "$scratch/called" "$scratch/exported"
	exit 1
fi

look_up 'without a snapshot' 2 '' passwd ok

"$top_builddir/tests/unit/fake_host" /var/lib/tenure/snapshot \
    /run/tenured/socket &
fake=$!
until [ -S /run/tenured/socket ]; do
	kill -0 "$fake" || exit 1
done
run 'with both' served
line='ok:*:2000001:2000000:王小明:/home/ok:/bin/bash'
look_up 'with a snapshot' 0 "$line\n$line\n" passwd ok 2000001
look_up 'with a snapshot' 2 "$line\n" passwd nobody-of-that-name ok
line='employees:*:2000000:ok'
look_up 'with a snapshot' 0 "$line\n$line\n" group employees 2000000
look_up 'with a snapshot' 0 "$(printf '%-21s 65533 2000000' ok)\n" initgroups ok
for file in /var/lib/tenure/snapshot/*; do
	truncate -s 100 "$file" || exit 1
done
kill "$fake"
fake=
run 'with a damaged snapshot'
look_up 'with a damaged snapshot' 2 '' passwd ok
look_up 'with a damaged snapshot' 2 '' group employees
