#!/bin/bash
#
# The Debian packages: built, installed, upgraded, removed and purged on a
# machine that has seen no Tenure, with its configuration as it was, byte for
# byte. No systemd runs there: systemd-analyze reads the units
# (unattended_audit.sh), nothing here starts them.

set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
name=debian-$$
work=$(mktemp -d)
export LAB_QUIET=1
trap '"$top/tests/lab" down --name "$name" >/dev/null 2>&1; rm -rf "$work"' EXIT

on()
{
	"$top/tests/lab" exec --name "$name" host1 -- "$@"
}

build()
{
	mkdir "$work/source" &&
		tar --create --directory="$top" --exclude=./.git \
			--exclude='./build*' --exclude=./autom4te.cache . |
		tar --extract --directory="$work/source" &&
		mkdir "$work/source/build-aux" &&
		cp "$top/build-aux/tap-driver.sh" "$work/source/build-aux/" &&
		cd "$work/source" &&
		env -u MAKEFLAGS -u MAKELEVEL DEB_BUILD_OPTIONS=nocheck \
			dpkg-buildpackage -b -us -uc "-j$(nproc)"
}

# The same packages with a higher version, for the upgrade.
make_newer()
{
	local package old

	mkdir "$work/newer"
	for package in "$work"/*_[0-9]*.deb; do
		case $package in
		*-dbgsym*) continue ;;
		esac
		old=$(dpkg-deb -f "$package" Version) &&
			dpkg-deb -R "$package" "$work/unpacked" &&
			sed -i "/^\(Version\|Depends\):/s/\b$old\b/$old+newer/" \
				"$work/unpacked/DEBIAN/control" &&
			dpkg-deb -b "$work/unpacked" "$work/newer" || return 1
		rm -rf "$work/unpacked"
	done
}

# carry DIRECTORY: its packages, to the same path on the machine.
carry()
{
	tar --create --directory="$1" --exclude='./*dbgsym*' \
		--exclude=./newer --exclude=./source . |
		on /bin/sh -c "mkdir -p '$2' && tar --extract --directory '$2'"
}

# What packages may not leave changed: every file beneath /etc, with its mode
# and owner, but for the system users that stay (Debian's custom: their files
# might) and what dpkg and sshd's own tools keep for themselves.
configuration()
{
	on /bin/sh -c '
		cd /etc &&
		find . -xdev \( -type f -o -type d -o -type l \) \
			! -name "passwd*" ! -name "group*" ! -name "shadow*" \
			! -name "gshadow*" ! -name "sub?id*" ! -name .pwd.lock \
			! -name ld.so.cache \
			-printf "%p %m %u:%g %l\n" | sort &&
		find . -xdev -type f ! -name "passwd*" ! -name "group*" \
			! -name "shadow*" ! -name "gshadow*" ! -name "sub?id*" \
			! -name ld.so.cache -print0 |
		sort -z | xargs -0 sha256sum'
}

local_login()
{
	on /bin/sh -c 'echo A4-Very-Local-One |
		pamtester login breakglass authenticate acct_mgmt open_session'
}

check 'the packages build' build || exit 1
check 'lintian has nothing against them' \
	lintian --allow-root --fail-on error,warning "$work"/*.changes
check 'the same in a newer version' make_newer
mkdir "$work/nothing"
check 'a machine without Tenure' "$top/tests/lab" up --bare --hosts 1 \
	--stage "$work/nothing" --name "$name" || exit 1
check_status 127 'has no command tenure' on /bin/sh -c 'tenure help'
on useradd --create-home breakglass
on /bin/sh -c 'echo breakglass:A4-Very-Local-One | chpasswd'
check 'its local account logs in' local_login
before=$(configuration)
check 'the packages get there' carry "$work" /root/packages
carry "$work/newer" /root/newer

check 'are installed' on /bin/sh -c 'dpkg -i /root/packages/*.deb'
check 'and have all they depend on' on apt-get check
check 'passwd: files, then tenure' \
	on grep -Eq '^passwd:[[:space:]]+files tenure( |$)' /etc/nsswitch.conf
check 'group: files, then tenure' \
	on grep -Eq '^group:[[:space:]]+files tenure( |$)' /etc/nsswitch.conf
for phase in auth account password session; do
	check "pam_tenure is in common-$phase" \
		on grep -q pam_tenure.so "/etc/pam.d/common-$phase"
done
on mkdir -p /run/sshd
on ssh-keygen -q -A
check 'sshd asks inside a login' \
	on /bin/sh -c "sshd -T | grep -qix 'kbdinteractiveauthentication yes'"
check 'the system users are there' \
	on getent passwd tenure tenure-reaper tenure-scheduler tenure-enforcer
check 'names resolve, with no daemon' on getent passwd root breakglass
check 'the local account still logs in' local_login
check 'the command is there' on tenure help
check 'its manual page too' \
	on test -e /usr/share/man/man8/tenure.8.gz
check 'tenure init makes a directory out of the packages alone' \
	on tenure init --suffix dc=example,dc=org --organisation Example \
	--server-names directory
check 'slapd starts with the modules of slapd-tenure' \
	on lab-service start slapd
on lab-service stop slapd
for unit in tenured tenured-directory; do
	check "$unit is not enabled before somebody says what this machine is" \
		on /bin/sh -c "! ls /etc/systemd/system/*.wants/$unit.service"
done

installed=$(configuration)
check 'an upgrade' on /bin/sh -c 'dpkg -i /root/newer/*.deb'
check_same "$installed" "$(configuration)" 'changes no configuration'
check 'the local account still logs in' local_login

check 'the daemon alone is removed' on dpkg --remove tenured
check 'the local account still logs in' local_login
check 'all are removed' on dpkg --remove tenure libnss-tenure libpam-tenure \
	slapd-tenure
check_status 1 'no stack names the module' \
	on grep -rq pam_tenure /etc/pam.d
check_status 1 'nor does nsswitch.conf' on grep -q tenure /etc/nsswitch.conf
check 'the local account still logs in' local_login
check 'the CA of a directory server outlives the purge' on /bin/sh -c '
	dpkg --purge tenured tenure libnss-tenure libpam-tenure slapd-tenure &&
	test -s /etc/tenure/ca/ca.key'

# What `tenure init` made is an administrator's, and goes by hand.
on /bin/sh -c 'rm -rf /etc/tenure /var/lib/tenure /etc/ldap/slapd.d \
	/var/lib/ldap/*; rm -f /etc/ssh/ssh_host_*'
check 'installed again, configured as a host, and purged' on /bin/sh -c '
	dpkg -i /root/packages/*.deb &&
	echo "base = dc=example,dc=org" >/etc/tenure/tenure.conf &&
	echo key >/etc/tenure/host.key &&
	mkdir -p /var/lib/tenure/snapshot && : >/var/lib/tenure/snapshot/base &&
	dpkg --purge tenured tenure libnss-tenure libpam-tenure slapd-tenure'
check_same "$before" "$(configuration)" \
	'the configuration is as it was, byte for byte'
check_status 1 'nothing of it is left in /var/lib' on test -e /var/lib/tenure
check 'the local account still logs in' local_login
check 'an administrator who had moved "tenure" herself' on /bin/sh -c '
	dpkg -i /root/packages/libnss-tenure_*.deb &&
	sed -i "s/^passwd:.*/passwd: tenure files/" /etc/nsswitch.conf &&
	dpkg -i /root/newer/libnss-tenure_*.deb &&
	grep -qx "passwd: tenure files" /etc/nsswitch.conf &&
	dpkg --purge libnss-tenure && grep -qx "passwd: files" /etc/nsswitch.conf'
check_done
