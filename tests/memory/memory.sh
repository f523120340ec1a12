#!/bin/sh
# The NSS and the PAM module as they are shipped, under valgrind: loaded, every
# entry point called, unloaded; without a snapshot and a daemon, with both, and
# with a damaged snapshot. No error, no lost memory, no descriptor kept. In a
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

"$top_builddir/tests/unit/fake_host" /var/lib/tenure/snapshot \
    /run/tenured/socket &
fake=$!
until [ -S /run/tenured/socket ]; do
	kill -0 "$fake" || exit 1
done
run 'with both' served
for file in /var/lib/tenure/snapshot/*; do
	truncate -s 100 "$file" || exit 1
done
kill "$fake"
fake=
run 'with a damaged snapshot'
