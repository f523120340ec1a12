#!/bin/bash
#
# What runs in a machine of the lab cannot see a process outside, let alone end
# one: proved before any test in which something ends processes.

set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
lab=$top/tests/lab
TENURE_LAB=contained-$$
export TENURE_LAB LAB_QUIET=1
trap '"$lab" down >/dev/null 2>&1; kill "$outside" 2>/dev/null' EXIT

# A process outside, with a name that is found at once where it is seen at all.
marker=tenure-outside-$$
(exec -a "$marker" sleep 600) &
outside=$!

check 'the lab starts' "$lab" up --bare --hosts 2
check_output=$(tr '\0' ' ' </proc/"$outside"/cmdline)
check_says "$marker" 'outside, the marked process is seen'

on()
{
	"$lab" exec "$@"
}
search='cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\0" "\n"'
for machine in directory host1 host2; do
	check_output=$(on "$machine" -- sh -c "$search")
	check_says "tenure-lab:$TENURE_LAB:$machine" \
		"$machine: /proc shows the machine's own init"
	case $check_output in
	*"$marker"*)
		check_fail "$machine: /proc does not show the process outside"
		;;
	*)
		check_pass "$machine: /proc does not show the process outside"
		;;
	esac
	seen=$(on "$machine" -- sh -c 'ls -d /proc/[0-9]* | wc -l')
	check "$machine: /proc shows a handful of processes ($seen)" \
		test "$seen" -lt 12
done

# shellcheck disable=SC2016 # for the machine's shell
check_status 1 'host1: the number of the process outside names nobody' \
	on host1 -- bash -c 'kill -KILL "$1"' bash "$outside"
check_says 'No such process' 'host1: and kill says so'
check_status 1 'host1: kill -1, which ends all it can reach, returns' \
	on host1 -- bash -c 'kill -KILL -1; exit 1'
check 'outside, the marked process lives' kill -0 "$outside"
check 'host1: its init lives' on host1 -- true
check 'host2 lives' on host2 -- true

# An own network, clock guard, name, and nobody's home.
check_status 2 'host1: the clock of the machine cannot be set' \
	on host1 -- sh -c 'date --set=2001-01-01 2>/dev/null || exit 2'
check_same lo,eth0 "$(on host1 -- sh -c 'ip -o link | sed "s/^[0-9]*: //;s/[@:].*//" | paste -sd,')" \
	'host1 has lo and one cable, nothing else'
check 'host1 reaches directory' on host1 -- bash -c '
	getent hosts directory && ! timeout 2 bash -c "</dev/tcp/10.77.0.10/9" 2>/run/e
	grep -q refused /run/e'
check_same host1 "$(on host1 -- hostname)" 'host1 has its own name'
# But for the way to the sources and the build, where those are in one.
ways=$(printf '%s\n' "$top" "${TENURE_BUILD:-$top/build}" |
	sed -n 's#^/\(root\|home\)/\([^/]*\).*#\2#p')
check_same '' "$(on host1 -- sh -c 'ls -A /home; ls -A /root' | grep -vxF "${ways:-:}")" \
	'host1 shows nothing of our homes'
mine=$(readlink /proc/self/ns/{pid,mnt,net,ipc,uts,cgroup})
theirs=$(on host1 -- sh -c 'readlink /proc/self/ns/pid /proc/self/ns/mnt \
	/proc/self/ns/net /proc/self/ns/ipc /proc/self/ns/uts /proc/self/ns/cgroup')
other=$(on host2 -- sh -c 'readlink /proc/self/ns/pid /proc/self/ns/mnt \
	/proc/self/ns/net /proc/self/ns/ipc /proc/self/ns/uts /proc/self/ns/cgroup')
check_same 18 "$(printf '%s\n' "$mine" "$theirs" "$other" | sort -u | wc -l)" \
	'outside, host1 and host2 share no namespace of the six kinds'

# What exec promises.
check_status 42 'exec passes the exit status through' on host1 -- sh -c 'exit 42'
check_same 'a b' "$(printf 'a b' | on host1 -- cat)" 'exec passes input through'
check_same "it's *" "$(on host1 -- printf %s "it's *")" \
	'exec passes arguments as they are'
check_same /dev/pts/0 "$(script -qec "'$lab' exec host1 -- tty" /dev/null </dev/null |
	tr -d '\r' | grep -o '/dev/.*')" 'exec on a terminal gives the command one of the machine'"'"'s own'
check_status 42 'and passes its exit status through' \
	script -qec "'$lab' exec host1 -- sh -c 'exit 42'" /dev/null
on host1 -- sh -c 'sleep 0.05 & exec true' >/dev/null
check 'orphans are reaped' wait_for 5 on host1 -- sh -c \
	'! grep -q "^State:.Z" /proc/[0-9]*/status 2>/dev/null'
check_status 1 'a machine that is not there is an error' on host9 -- true
check_status 2 'and no command is a usage error' on host1

check 'the lab ends' "$lab" down
check_status 1 'and only once' "$lab" down
check 'outside, the marked process lives to the end' kill -0 "$outside"
check_done
