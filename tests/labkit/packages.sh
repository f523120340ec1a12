#!/bin/bash
#
# The packages layer: what the lab's machines need and this machine must not
# get (slapd, sshd, sudo, cron ... edit PAM, nsswitch and start services when
# they are installed). apt installs them into an overlay over this machine's
# root, in a mount namespace of its own; what that adds is kept as one tar file
# (whiteouts and trusted.* attributes included) and laid over / in each machine
# of each lab. This machine's own files are never written.
#
# usage: packages.sh path     print where the layer's file is, made or not
#        packages.sh make     make it unless it is there; print where it is
#
# The file's name is a hash of the list below and of this machine's package
# state: another list or an upgraded base makes a new one. What few labs need,
# such as the peers that a benchmark measures beside Tenure, is named by who
# needs it in TENURE_LAB_MORE (packages, blanks between); it makes a layer of
# its own beside the common one.

set -eu
umask 022
export LC_ALL=C.UTF-8

cache=${TENURE_LAB_CACHE:-/var/cache/tenure-lab}
packages='
	adduser at cracklib-runtime cron faketime iproute2 ldap-utils
	libnss-wrapper libpam-modules libpam-runtime libpam-wrapper
	libsasl2-modules login nscd openssh-client openssh-server openssl pamtester
	passwd procps python3 python3-dbusmock screen slapd slapd-contrib strace
	sudo systemd tmux uidmap util-linux util-linux-extra
'
set=packages
if [ -n "${TENURE_LAB_MORE-}" ]; then
	set=more
	packages="$packages $TENURE_LAB_MORE"
fi
# The libraries that Tenure is linked with come from this machine, and so does
# what it has already: apt is asked for no upgrade.

die()
{
	echo "packages: $*" >&2
	exit 1
}

key()
{
	{
		printf '%s\n' "layer 1" "$packages"
		cat /var/lib/dpkg/status
	} | sha256sum | cut -c1-16
}

file=$cache/$set-$(key).tar

case ${1-} in
path)
	echo "$file"
	exit 0
	;;
make) ;;
*)
	die 'usage: packages.sh path|make'
	;;
esac

if [ -f "$file" ]; then
	echo "$file"
	exit 0
fi
[ "$(id -u)" = 0 ] || die 'must be root'
mkdir -p "$cache"
chmod 755 "$cache"

# One maker at a time; a file that an earlier, killed one left half is removed.
exec 9>"$cache/lock"
flock 9
rm -f "$cache"/*.partial
if [ -f "$file" ]; then
	echo "$file"
	exit 0
fi

# Inside: a tmpfs over /var/lib/misc holds the overlay's upper part. It is gone with the
# namespace, whatever ends us; the child's only trace is the file it prints to.
inside='
set -eu
file=$1
lab=/var/lib/misc
shift
mount -t tmpfs -o mode=755,size=75% tenure-packages $lab
mkdir $lab/upper $lab/work $lab/root
mount -t overlay -o lowerdir=/,upperdir=$lab/upper,workdir=$lab/work \
	overlay $lab/root
root=$lab/root
mount -t proc proc $root/proc
mount -t tmpfs -o mode=755 tmpfs $root/dev
for node in null zero full random urandom tty; do
	: >$root/dev/$node
	mount --bind /dev/$node $root/dev/$node
done
mkdir $root/dev/pts $root/dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts $root/dev/pts
ln -s pts/ptmx $root/dev/ptmx
ln -s /proc/self/fd $root/dev/fd
mount -t tmpfs -o mode=755 tmpfs $root/run
mount -t tmpfs -o mode=1777 tmpfs $root/tmp
mkdir $root/run/lock
mkdir -p $root/var/cache/apt/archives
mount -t tmpfs tmpfs $root/var/cache/apt/archives
mkdir $root/var/cache/apt/archives/partial
if [ -e /etc/resolv.conf ]; then
	cp -L /etc/resolv.conf $lab/resolv.conf
	if [ -L $root/etc/resolv.conf ]; then
		rm $root/etc/resolv.conf
	fi
	cp $lab/resolv.conf $root/etc/resolv.conf
fi
chroot $root /bin/sh -eu -c "
	# No package may start a service in here, and slapd makes no database.
	printf \"#!/bin/sh\nexit 101\n\" >/usr/sbin/policy-rc.d
	chmod 755 /usr/sbin/policy-rc.d
	printf \"slapd slapd/no_configuration boolean true\n\" |
		debconf-set-selections
	DEBIAN_FRONTEND=noninteractive
	export DEBIAN_FRONTEND
	install=\"apt-get -q -y --no-install-recommends --no-upgrade install\"
	\$install \"\$@\" || { apt-get -q update && \$install \"\$@\"; }
	# libpwquality refuses every password where cracklib has no dictionary.
	test -s /var/cache/cracklib/cracklib_dict.pwd ||
		update-cracklib >/dev/null
	test -s /var/cache/cracklib/cracklib_dict.pwd
	# Every machine makes host keys of its own.
	rm -f /etc/ssh/ssh_host_*
" layer "$@"
umount -R $root
# The base that was read (its package state) is the one that was asked for.
tar --create --file="$file.partial" --directory=$lab/upper --xattrs \
	--xattrs-include="*" --numeric-owner \
	--exclude=./var/lib/apt/lists --exclude=./root \
	--exclude=./run --exclude=./tmp .
mv "$file.partial" "$file"
'

echo 'packages: making the packages layer (once; a minute or so)' >&2
# shellcheck disable=SC2086 # the list is split on purpose
unshare --mount --pid --ipc --uts --fork --kill-child --propagation private \
	/bin/sh -c "$inside" packages "$file" $packages \
	9>&- >"$cache/packages.log.partial" 2>&1 </dev/null || {
	tail -n 15 "$cache/packages.log.partial" >&2
	rm -f "$cache"/*.partial
	die "the packages layer could not be made"
}
mv "$cache/packages.log.partial" "$cache/packages.log"
# Older layers belong to a base or a list that is gone.
for old in "$cache/$set"-*.tar; do
	[ "$old" = "$file" ] || rm -f "$old"
done
echo "$file"
