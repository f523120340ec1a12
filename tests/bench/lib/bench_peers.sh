# For tests/bench/lookups.sh (bash), inside a bare machine of the lab: the
# peers, each in a mount namespace of its own with its own nsswitch.conf, /run
# and caches, on the same slapd as Tenure: the same ldaps, a host's client
# certificate of their own, the same access rules. Settings are the defaults
# but for what the tree needs. Source bench_directory.sh before it.

declare -A peer_pid=() # what keeps the namespace

# in_peer NAME COMMAND...
in_peer()
{
	local name=$1

	shift
	nsenter --mount --target "${peer_pid[$name]}" -- "$@"
}

# peer_new NAME NSS-SERVICES: the namespace
peer_new()
{
	local name=$1 services=$2 directory=/var/local/peers/$1

	mkdir -p "$directory/run" "$directory/lib"
	sed "s/^\(passwd\|group\|shadow\|initgroups\):.*/\1: $services/" \
		/etc/nsswitch.conf >"$directory/nsswitch.conf"
	unshare --mount --propagation private -- bash -c '
		mount -t tmpfs -o mode=755 peer /run || exit 1
		mkdir -p /run/lock
		mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf || exit 1
		mount -t tmpfs -o mode=755 peer /var/cache || exit 1
		: >"$1/ready"
		exec sleep infinity' peer "$directory" &
	peer_pid[$name]=$!
	wait_for 5 test -e "$directory/ready"
}

# The pids of a peer's daemons, for their memory.
peer_pids()
{
	local name=$1

	case $name in
	tenure) tenured_children ;;
	sssd) pgrep -x 'sssd|sssd_be|sssd_nss' | tr '\n' ' ' ;;
	nslcd) cat /var/local/peers/nslcd/pids ;;
	nscd) cat /var/local/peers/nslcd/pids /var/local/peers/nscd/pids ;;
	esac
}

nslcd_start()
{
	local name=$1

	in_peer "$name" install -d -o nslcd -g nslcd /run/nslcd || return 1
	cat >/var/local/peers/nslcd.conf <<END
uid nslcd
gid nslcd
uri ldaps://127.0.0.1/
base $base
sasl_mech EXTERNAL
tls_reqcert demand
tls_cacertfile $host_files/ca/ca.crt
tls_cert $host_files/peer.crt
tls_key /var/local/peers/nslcd.key
filter passwd (objectClass=posixAccount)
map passwd gecos cn
END
	install -o nslcd -m 400 "$host_files/peer.key" \
		/var/local/peers/nslcd.key
	install -m 600 /var/local/peers/nslcd.conf /etc/nslcd.conf
	in_peer "$name" nslcd --nofork >"/var/log/$name.log" 2>&1 &
	echo "$!" >"/var/local/peers/$name/pids"
	wait_for 10 in_peer "$name" getent -s ldap passwd "$some_login"
}

peer_start_nslcd()
{
	peer_new nslcd 'files ldap' && nslcd_start nslcd
}

# nscd in front of nslcd, which is what its users run.
peer_start_nscd()
{
	peer_new nscd 'files ldap' && nslcd_start nscd || return 1
	in_peer nscd mkdir -p /run/nscd /var/cache/nscd
	in_peer nscd nscd --foreground >/var/log/nscd.log 2>&1 &
	echo "$!" >>/var/local/peers/nscd/pids
	wait_for 10 in_peer nscd test -S /run/nscd/socket
}

peer_start_sssd()
{
	peer_new sssd 'files sss' || return 1
	in_peer sssd bash -c '
		mount -t tmpfs -o mode=755 peer /var/lib/sss || exit 1
		mkdir -p /var/lib/sss/{db,mc,pipes/private,pubconf,deskprofile,gpo_cache,keytabs,secrets}
		mkdir -p /var/log/sssd'
	install -d -m 711 /etc/sssd
	cat >/etc/sssd/sssd.conf <<END
[sssd]
services = ${sssd_services:-nss}
domains = bench
[nss]
[pam]
[domain/bench]
id_provider = ldap
auth_provider = ${sssd_auth:-none}
access_provider = permit
ldap_uri = ldaps://127.0.0.1
ldap_search_base = $base
ldap_schema = rfc2307
ldap_sasl_mech = EXTERNAL
ldap_tls_reqcert = demand
ldap_tls_cacert = $host_files/ca/ca.crt
ldap_tls_cert = $host_files/peer.crt
ldap_tls_key = $host_files/peer.key
ldap_user_gecos = cn
cache_credentials = false
END
	chmod 600 /etc/sssd/sssd.conf
	in_peer sssd sssd -i >/var/log/sssd.log 2>&1 &
	wait_for 20 in_peer sssd getent -s sss passwd "$some_login"
}

# Not a daemon: its user's cron job rewrites the files. What nsscache writes: plain files, and an index for a binary search.
peer_start_cache()
{
	peer_new cache 'files cache' || return 1
	cp "$lists/passwd" /etc/passwd.cache
	cp "$lists/group" /etc/group.cache
	perl -e '
		sub index_of { my ($file, $key, $field) = @_;
			open my $in, "<", $file or die; my (%at, $pos); $pos = 0;
			my $longest = 0;
			while (<$in>) { $at{(split /:/)[$field]} = $pos; $pos += length }
			for (keys %at) { my $l = length($_) + length($at{$_});
				$longest = $l if $l > $longest }
			open my $out, ">", "$file.ix$key" or die;
			for (sort keys %at) { print $out "$_\0$at{$_}\0",
				"\0" x ($longest - length($_) - length($at{$_})), "\n" }
		}
		index_of("/etc/passwd.cache", "name", 0);
		index_of("/etc/passwd.cache", "uid", 2);
		index_of("/etc/group.cache", "name", 0);
		index_of("/etc/group.cache", "gid", 2);'
}

# Nothing behind "files": what a process costs without any of them.
peer_start_none()
{
	peer_new none files
}

peer_start_tenure()
{
	peer_new tenure 'files tenure'
}
