#!/bin/bash
#
# The lab's supervisor: pid 1 of the outer namespace, in which every machine
# lives. It builds the machines, reports on its standard output ("step ...",
# "failed ...", "ready") and reads its standard input: until the word "stay"
# came from there, the end of that pipe is its own end. With it the kernel ends
# every process of the lab, and with them go all mounts and network devices:
# nothing is outside, so nothing can be left behind.
#
# usage (by tests/lab only): supervise.sh NAME full|bare HOSTS PACKAGES STAGE
#                            BUILD PEOPLE SOURCE PROVIDERS delta|plain

set -u
umask 022
name=$1 mode=$2 hosts=$3 packages=$4 stage=$5 build=$6 people=$7 source=$8
providers=$9 replication=${10}
# A directory that every Debian has and that no source tree is in.
lab=/var/lib/misc
kit=$source/tests/labkit

mount -t proc proc /proc &&
	mount -t tmpfs -o mode=755,size=75% tenure-lab "$lab" || exit 1
exec 3<&0 4>&1 </dev/null >"$lab/log" 2>&1

# shellcheck source=tests/labkit/find.sh
. "$kit/find.sh"

step()
{
	echo "step $*" >&4
	echo "== $*"
}

# Run inside a machine, as tests/lab exec does.
inside()
{
	local machine=$1

	shift
	TENURE_LAB=$name "$source/tests/lab" exec "$machine" -- "$@" \
		3<&- 4>&- </dev/null
}

# A program of the packages layer, in the outer namespaces.
tool()
{
	chroot "$lab/m/directory/root" "$@"
}

layers()
{
	step 'laying out the packages'
	mkdir -p "$lab/kit/usr/lib" "$lab/packages" "$lab/stage" "$lab/m"
	tar --extract --file="$packages" --directory="$lab/packages" \
		--xattrs --xattrs-include='*' --numeric-owner || return 1
	cp -r "$kit" "$lab/kit/usr/lib/tenure-lab" || return 1
	if [ -n "$stage" ]; then
		cp -a "$stage/." "$lab/stage/" || return 1
	elif [ "$mode" = full ]; then
		step 'installing Tenure into the machines'
		make -s -C "$build" install DESTDIR="$lab/stage" || return 1
	fi
	# / has links of these names: a directory would hide usr's.
	for link in bin sbin lib lib64; do
		if [ -e "$lab/stage/$link" ]; then
			echo "the stage has $link/; configure with --prefix=/usr" \
				"and a libdir beneath /usr/lib"
			return 1
		fi
	done
	if [ -n "$people" ]; then
		cp "$people" "$lab/people" || return 1
	fi
	return 0
}

# The root of a machine: our layers over this machine's root, read only, and a
# layer of its own in memory to write to.
root()
{
	local base="$lab/m/$1"

	mkdir -p "$base/upper" "$base/work" "$base/root" &&
		mount -t overlay overlay -o "lowerdir=$lab/kit:$lab/stage:$lab/packages:/,upperdir=$base/upper,workdir=$base/work" \
			"$base/root"
}

network()
{
	tool ip link set lo up &&
		tool ip link add br0 type bridge &&
		tool ip link set br0 up
}

# machine NAME ADDRESS: start it, wait for its init, plug its cable in.
machine()
{
	local machine=$1 address=$2 base="$lab/m/$1" pid word link

	mkfifo "$base/ready" || return 1
	exec 5<>"$base/ready"
	unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child \
		--propagation private \
		/bin/bash "$kit/machine.sh" "tenure-lab:$name:$machine" \
		"$machine" "$base/root" "$source" "$build" \
		3<&- 4>&- &
	read -r -t 30 -u 5 word || return 1
	exec 5<&-
	pid=$(lab_pids "tenure-lab:$name:$machine")
	link=v-$machine
	[ "${#link}" -le 15 ] && [ -n "$pid" ] || return 1
	tool ip link add "$link" type veth peer name eth0 netns "$pid" &&
		tool ip link set "$link" master br0 up &&
		inside "$machine" ip link set lo up &&
		inside "$machine" ip address add "$address/24" dev eth0 &&
		inside "$machine" ip link set eth0 up
}

build()
{
	local number machine machines

	layers || return 1
	machines=(directory)
	[ "$providers" = 1 ] || machines+=(directory2)
	step "starting the machines: ${machines[*]} and $hosts login host(s)"
	for ((number = 1; number <= hosts; number++)); do
		machines+=("host$number")
	done
	{
		echo '127.0.0.1 localhost'
		for machine in "${machines[@]}"; do
			echo "$(lab_address "$machine") $machine" \
				"$machine.example.org"
		done
	} >"$lab/hosts"
	root directory && network || return 1
	for machine in "${machines[@]}"; do
		[ "$machine" = directory ] || root "$machine" || return 1
		machine "$machine" "$(lab_address "$machine")" || return 1
	done
	[ "$mode" = full ] || return 0
	. "$kit/furnish.sh"
	furnish
}

{
	build
	result=$?
	if [ "$result" = 0 ]; then
		echo ready >&4
	else
		echo 'failed the lab could not be built; the end of its log:' >&4
		tail -n 15 "$lab/log" >&4
	fi
	exit "$result"
} &
builder=$!
{
	IFS= read -r word <&3
	[ "$word" = stay ]
} &
watcher=$!

wait -n -p ended
result=$?
if [ "$ended" = "$builder" ] && [ "$result" = 0 ]; then
	wait "$watcher"
	result=$?
fi
[ "$result" = 0 ] || exit 1
exec 3<&- 4>&-

# It is pid 1: children that lose their parent become its own, and bash reaps
# whatever ends while it waits.
trap '' HUP INT TERM
while :; do
	sleep 86400 &
	wait "$!"
done
