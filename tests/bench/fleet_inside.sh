#!/bin/bash
#
# What tests/fleet runs inside a bare machine of the lab.
# Environment: people, hosts, changes, parts; threads, write_timeout or empty

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/bench/lib/bench_directory.sh"
fleet=$top_builddir/tests/bench/fleet
rate=20
provider=ldaps://127.0.0.1
replica_pids=()

die()
{
	echo "fleet: $*" >&2
	exit 1
}

wants()
{
	case " $parts " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}

# The fleet says so when slapd is to restart.
install_restart()
{
	mkdir -p /run/fleet
	printf '%s\n' '#!/bin/sh' 'lab-service restart slapd >&2 &&' \
		'exec cat /run/lab/slapd.pid' >/run/fleet/restart-slapd
	chmod 755 /run/fleet/restart-slapd
	PATH=/run/fleet:$PATH
}

# Only here: nobody, the replicas' user, is the root dn, and reads everything.
let_replicas_in()
{
	printf '%s\n' 'dn: cn=config' 'changetype: modify' \
		'add: olcAuthzRegexp' \
		'olcAuthzRegexp: {0}"^gidNumber='"$(id -g nobody)"'\+uidNumber='"$(id -u nobody)"',cn=peercred,cn=external,cn=auth$" "cn=tenure-internal"' |
		runuser -u openldap -- /usr/sbin/slapmodify -n0 \
			-F /etc/ldap/slapd.d
}

# replica NUMBER: the provider's configuration and data with paths of its own,
# following the provider. The provider stands still.
replica()
{
	local home=/var/lib/replica$1 port=$((7636 + $1))

	mkdir -p "$home/slapd.d" &&
		cp -a /var/lib/ldap "$home/data" || return 1
	cp -a /etc/tenure/server.key "$home/server.key"
	/usr/sbin/slapcat -n0 -F /etc/ldap/slapd.d -o ldif-wrap=no |
		sed "s|/var/lib/ldap|$home/data|
			s|/run/slapd/slapd|$home/slapd|
			s|/etc/tenure/server.key|$home/server.key|
			s|^olcServerID: .*|olcServerID: $((1 + $1))|" |
		/usr/sbin/slapadd -n0 -F "$home/slapd.d" &&
		printf '%s\n' 'dn: olcDatabase={3}mdb,cn=config' \
			'changetype: modify' 'add: olcSyncrepl' \
			"olcSyncrepl: rid=00$1 provider=ldapi:/// bindmethod=sasl saslmech=EXTERNAL searchbase=\"$base\" type=refreshAndPersist retry=\"1 +\"" |
		/usr/sbin/slapmodify -n0 -F "$home/slapd.d" || return 1
	chown -R nobody:nogroup "$home"
	(
		ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
		exec /usr/sbin/slapd -d 0 -h "ldaps://127.0.0.1:$port" \
			-u nobody -g nogroup -F "$home/slapd.d"
	) >>/var/log/replica.log 2>&1 &
	replica_pids+=("$!")
	replica_urls+=("ldaps://127.0.0.1:$port")
}

directory_new "$people" || die 'the tree could not be loaded'
# try ATTRIBUTE VALUE: another setting of slapd than ours, where one was given
try()
{
	[ -n "$2" ] || return 0
	printf '%s\n' 'dn: cn=config' 'changetype: modify' "replace: $1" \
		"$1: $2" | runuser -u openldap -- /usr/sbin/slapmodify -n0 \
		-F /etc/ldap/slapd.d
}

try olcThreads "$threads" && try olcWriteTimeout "$write_timeout" ||
	die 'those settings cannot be tried'
let_replicas_in && slapd_start && host_join host1 || die 'no host could join'
install_restart
echo "$hosts hosts, $people people, $(nproc) cores for slapd and hosts together"
if wants fan; then
	echo '-- one slapd'
	"$fleet" fan "$hosts" "$changes" "$rate" "$slapd_pid" "$provider" || die fan
fi
if wants herd; then
	echo '-- slapd restarts, and all come back'
	"$fleet" herd "$hosts" "$slapd_pid" "$provider" || die herd
	slapd_pid=$(cat /run/lab/slapd.pid)
fi
if wants stop && ! grep -q '^huge:' "$lists/group"; then
	echo '-- no group of 10,000 among so few people: nothing to stop in'
elif wants stop; then
	echo '-- hosts that stopped reading; olcWriteTimeout' \
		"$(/usr/sbin/slapcat -n0 -F /etc/ldap/slapd.d |
			sed -n 's/^olcWriteTimeout: //p') s, olcThreads" \
		"$(/usr/sbin/slapcat -n0 -F /etc/ldap/slapd.d |
			sed -n 's/^olcThreads: //p')"
	stopped=$((hosts < 100 ? hosts : 100))
	"$fleet" stop "$stopped" "$slapd_pid" "$provider" || die stop
fi
if wants leave; then
	echo '-- hosts that go in the midst of a refresh'
	"$fleet" leave "$((hosts < 300 ? hosts : 300))" "$slapd_pid" "$provider" ||
		die "leave: $(tail -n 3 /var/log/lab-slapd.log)"
fi
if wants replicas; then
	echo '-- three replicas'
	replica_urls=()
	slapd_stop
	for number in 1 2 3; do
		replica "$number" || die "replica $number"
	done
	slapd_start || die 'slapd did not come back'
	for url in "${replica_urls[@]}"; do
		wait_for 20 bash -c "exec 3<>/dev/tcp/127.0.0.1/${url##*:}" ||
			die "$url does not answer: $(tail -n 3 /var/log/replica.log)"
	done
	pids=$(IFS=, && echo "$slapd_pid,${replica_pids[*]}")
	"$fleet" fan "$hosts" "$changes" "$rate" "$pids" "${replica_urls[@]}" ||
		die replicas
	kill "${replica_pids[@]}"
fi
slapd_stop
