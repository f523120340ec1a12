#!/bin/bash
#
# The Debian packages: built, installed, upgraded, removed and purged on a
# machine that has seen no Tenure, with its configuration as it was, byte for
# byte. No systemd runs there: systemd-analyze reads the units
# (tests/lint/units.sh), nothing here starts them. What would be reloaded is
# written down by a stand-in for deb-systemd-invoke.

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

# The PAM module as another architecture has it, beside this one's.
make_foreign()
{
	local package

	package=$(echo "$work"/newer/libpam-tenure_*.deb)
	mkdir "$work/foreign" &&
		dpkg-deb -R "$package" "$work/unpacked" &&
		sed -i 's/^Architecture:.*/Architecture: i386/' \
			"$work/unpacked/DEBIAN/control" &&
		mv "$work/unpacked/usr/lib/"*-linux-gnu* \
			"$work/unpacked/usr/lib/i386-linux-gnu" &&
		sed -i 's:usr/lib/[^/]*/security:usr/lib/i386-linux-gnu/security:' \
			"$work/unpacked/DEBIAN/md5sums" &&
		dpkg-deb -b "$work/unpacked" "$work/foreign" || return 1
	rm -rf "$work/unpacked"
}

# carry DIRECTORY: its packages, to the same path on the machine.
carry()
{
	tar --create --directory="$1" --exclude='./*dbgsym*' \
		--exclude=./newer --exclude=./foreign --exclude=./source . |
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
check 'the module for another architecture' make_foreign
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
carry "$work/foreign" /root/foreign
# As if systemd ran; it is asked to reload nothing but what is written down.
on /bin/sh -c 'mkdir -p /root/stand-in &&
	printf "%s\n" "#!/bin/sh" "echo \"\$@\" >>/root/invoked" \
		>/root/stand-in/deb-systemd-invoke &&
	printf "%s\n" "#!/bin/sh" "exit 0" >/root/stand-in/systemctl &&
	chmod 755 /root/stand-in/*'

# with_systemd COMMAND...: and sshd is told to read its settings again
with_systemd()
{
	on /bin/sh -c 'rm -f /root/invoked
		mkdir -p /run/systemd/system
		PATH=/root/stand-in:$PATH "$@" || exit
		rmdir /run/systemd/system
		grep -qx "try-reload-or-restart ssh.service" /root/invoked' \
		sh "$@"
}
sshd_says()
{
	on /usr/sbin/sshd -T | grep -i "^$1 "
}

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

on /bin/sh -c 'echo "# by hand" >>/etc/ssh/sshd_config.d/51-tenure-keys.conf'
check 'the daemon alone is removed, and sshd told so' \
	with_systemd dpkg --remove tenured
check_same 'authorizedkeyscommand none' "$(sshd_says authorizedkeyscommand)" \
	'sshd runs no program that is gone'
check 'the local account still logs in' local_login
check 'installed later than the rest, sshd is told' \
	with_systemd /bin/sh -c 'dpkg -i /root/newer/tenured_*.deb'
check_same 'authorizedkeyscommand /usr/lib/tenure/tenure-keys %u %U' \
	"$(sshd_says authorizedkeyscommand)" 'and has its settings again'
check 'as they were edited' \
	on grep -qx '# by hand' /etc/ssh/sshd_config.d/51-tenure-keys.conf
check 'the module of another architecture is installed' on /bin/sh -c '
	dpkg --add-architecture i386 &&
	dpkg --force-depends -i /root/foreign/libpam-tenure_*.deb'
check 'and removed again' on dpkg --remove libpam-tenure:i386
check 'the profile of the one that stays holds' \
	on grep -q pam_tenure.so /etc/pam.d/common-auth
check_same 'passwordauthentication no' "$(sshd_says passwordauthentication)" \
	'and so do the settings of sshd'
on /bin/sh -c 'dpkg --purge libpam-tenure:i386; dpkg --remove-architecture i386'
check 'the PAM module is removed, and sshd told so' \
	with_systemd dpkg --remove libpam-tenure
check_same 'passwordauthentication yes' "$(sshd_says passwordauthentication)" \
	"whose own settings hold again"
check 'the daemon is removed' on dpkg --remove tenured
check 'all are removed' on dpkg --remove tenure libnss-tenure slapd-tenure
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
