#!/bin/bash
#
# `tests/lab up` killed with SIGKILL at any moment leaves no process, mount,
# network device or file behind. Tried in a world of its own (an overlay over
# this machine, its own processes, mounts and network), where whatever appears
# is ours and nothing else does.

set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
here=$(readlink -f "$0")
stage=${TENURE_STAGE-}

if [ "${1-}" != inside ]; then
	"$top/tests/labkit/packages.sh" make >/dev/null || exit 1
	exec unshare --mount --pid --net --ipc --uts --fork --kill-child \
		--propagation private /bin/bash "$here" inside
fi

# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
lab=$top/tests/lab
TENURE_LAB=killed
export TENURE_LAB LAB_QUIET=1

world=/var/lib/misc
mount -t tmpfs -o mode=755 tmpfs "$world" || exit 1
mkdir "$world/upper" "$world/work" "$world/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$world/upper,workdir=$world/work" \
	"$world/root" || exit 1
root=$world/root
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /dev "$root/dev"
for path in /run /tmp /dev/shm; do
	mount -t tmpfs tmpfs "$root$path"
done
mkdir -p "$root/run/old$top" "$root/run/stage"
# The source, stage and packages may be on other file systems than /.
for path in "$top" "${stage:-}" "${TENURE_LAB_CACHE:-/var/cache/tenure-lab}"; do
	if [ -n "$path" ]; then
		mkdir -p "$root$path"
		mount --bind "$path" "$root$path"
	fi
done
rm -r "$root/run/old" "$root/run/stage"
# The upper part of this root shows every file that anybody writes.
mkdir "$root/run/written"
mount --bind "$world/upper" "$root/run/written"
cd "$root" && mkdir run/outside && pivot_root . run/outside && cd / || exit 1
umount --lazy /run/outside
rmdir /run/outside

# Everything that a lab could leave: processes (but for this script and the
# commands that look), mounts, network devices, files. That a directory of the
# overlay was looked at is no change.
look()
{
	local directory word

	for directory in /proc/[0-9]*; do
		word=
		{ IFS= read -r -d '' word <"$directory/cmdline"; } 2>/dev/null
		case $word in
		'' | */bash | bash | find | sort) ;;
		*) echo "process $word" ;;
		esac
	done
	sed 's/^/mount /' /proc/self/mounts
	find /sys/class/net /sys/fs/cgroup -mindepth 1 -maxdepth 1
	find /run /tmp /dev/shm -mindepth 1 | sort
}

before=$(look)
same()
{
	[ "$(look)" = "$before" ]
}
left()
{
	diff <(printf '%s\n' "$before") <(look)
}

run=("$lab" up --bare --hosts 2)
if [ -n "$stage" ]; then
	run=("$lab" up --hosts 1 --stage "$stage")
fi

# How long does one take here? The moments to kill at are parts of that.
started=${EPOCHREALTIME/./}
check 'a lab starts in this world' "${run[@]}"
took=$(((${EPOCHREALTIME/./} - started) / 1000))
check 'and is seen to be there' test "$(look)" != "$before"
check 'it ends' "$lab" down
check "nothing is left after down" wait_for 5 same || left | sed 's/^/# /'

for part in 1 4 11 19 28 39 50 61 72 83 92 98 101; do
	delay=$((took * part / 100))
	"${run[@]}" >/run/said 2>&1 &
	victim=$!
	sleep "$((delay / 1000)).$(printf %03d $((delay % 1000)))"
	kill -KILL "$victim" 2>/dev/null
	wait "$victim" 2>/dev/null
	said=$(cat /run/said)
	rm -f /run/said
	case $said in
	*' is up'*)
		# It had already said that the lab is up: then it is for good,
		# or went with it.
		"$lab" down >/dev/null 2>&1
		;;
	esac
	check "killed after $delay ms: nothing is left" wait_for 5 same ||
		left | sed 's/^/# /'
done

# A lab that is up ends whole with any part of its supervisor.
for which in unshare supervisor; do
	"${run[@]}" >/dev/null 2>&1
	. "$top/tests/labkit/find.sh"
	pid=$(lab_pids "tenure-lab:$TENURE_LAB")
	if [ "$which" = unshare ]; then
		pid=$(sed -n 's/^PPid:\t//p' "/proc/$pid/status")
	fi
	kill -KILL "$pid"
	check "its $which killed: nothing is left" wait_for 5 same ||
		left | sed 's/^/# /'
done
check_done
