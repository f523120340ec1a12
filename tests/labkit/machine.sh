#!/bin/bash
#
# The first process of one machine of the lab, in namespaces of its own: mounts
# what a machine has, makes the overlay its root and becomes its init.
#
# usage (by supervise.sh only): machine.sh MARKER NAME ROOT SOURCE BUILD
# Descriptor 5 takes one line when the machine is there.

set -eu
umask 022
marker=$1 name=$2 root=$3 source=$4 build=$5
lab=/var/lib/misc

mount -t proc proc "$root/proc"
# What /proc could change on the real machine is read only.
for path in sys sysrq-trigger irq bus; do
	if [ -e "$root/proc/$path" ]; then
		mount --bind "$root/proc/$path" "$root/proc/$path"
		mount -o remount,bind,ro "$root/proc/$path"
	fi
done
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"

mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
for node in null zero full random urandom tty; do
	: >"$root/dev/$node"
	mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts \
	"$root/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"

# Nobody's files of the real machine: homes, and what it runs at the moment.
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/home"
mount -t tmpfs -o mode=700 tmpfs "$root/root"
mkdir "$root/run/lock" "$root/run/sshd" "$root/run/lab"

# The sources and the build directory are where they are outside, to be read.
for path in "$source" "$build"; do
	if [ -n "$path" ]; then
		mkdir -p "$root$path"
		mount --bind "$path" "$root$path"
		mount -o remount,bind,ro "$root$path"
	fi
done

rm -f "$root/etc/resolv.conf" "$root/etc/mtab"
: >"$root/etc/resolv.conf"
ln -s /proc/self/mounts "$root/etc/mtab"
cp "$lab/hosts" "$root/etc/hosts"
echo "$name" >"$root/etc/hostname"
hostname "$name"
sed -i 's/^hosts:.*/hosts: files/' "$root/etc/nsswitch.conf"
# The people of the real machine are not the lab's.
for file in passwd group; do
	awk -F: '$3 < 1000 || $3 >= 60000' "$root/etc/$file" >"$lab/m/$name/$file"
done
awk -F: 'NR == FNR { here[$1]; next } $1 in here' "$lab/m/$name/passwd" \
	"$root/etc/shadow" >"$root/etc/shadow-" 2>/dev/null || :
cat "$root/etc/shadow-" >"$root/etc/shadow"
cat "$lab/m/$name/passwd" >"$root/etc/passwd"
cat "$lab/m/$name/group" >"$root/etc/group"
rm -f "$root"/etc/passwd- "$root"/etc/group- "$root"/etc/shadow- \
	"$root"/etc/gshadow- "$root"/etc/subuid "$root"/etc/subgid
: >"$root/etc/subuid"
: >"$root/etc/subgid"
# No machine gets a key or an identity of the real one.
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/machine-id"

mkdir "$root/run/lab/old"
cd "$root"
pivot_root . run/lab/old
cd /
umount --lazy /run/lab/old
rmdir /run/lab/old

# Never the real machine's clock, modules, memory or power switch.
exec setpriv --bounding-set=-sys_time,-sys_module,-sys_boot,-sys_rawio \
	/bin/bash -c 'exec -a "$0" /bin/bash /usr/lib/tenure-lab/init.sh' \
	"$marker"
