# For the benchmarks (bash), inside a bare machine of the lab: a directory
# server with many people, and this machine as a login host of it. Everything
# is as `tenure init` and `tenure host` make it. Source check.sh before it.

base=dc=example,dc=org
lists=/var/local/lists
host_files=/etc/tenure
bench_password=tr0ut-Gleam-barge-84
tenured_log=/var/log/tenured.log

# now: microseconds
now()
{
	echo "${EPOCHREALTIME/[.,]/}"
}

# Microseconds in seconds with three digits.
seconds()
{
	awk -v us="$1" 'BEGIN { printf "%.3f", us / 1e6 }'
}

# cpu PID...: CPU time of processes so far, in microseconds (10 ms exact)
cpu()
{
	local pid

	for pid; do
		cat "/proc/$pid/stat"
	done | awk '{ sub(/.*[)] /, ""); sum += $12 + $13 }
		END { printf "%d\n", sum * 10000 }'
}

# anonymous PID...: RssAnon of processes together, in kB
anonymous()
{
	local pid

	for pid; do
		cat "/proc/$pid/status"
	done | awk '/^RssAnon:/ { sum += $2 } END { print sum }'
}

# role_of PID: of tenured's processes, by the user that it runs as
role_of()
{
	case $(stat -c %U "/proc/$1") in
	tenure) echo net ;;
	root) echo publish ;;
	*) echo reaper ;;
	esac
}

# As the unit of a directory server starts it: slapd takes the soft limit.
slapd_start()
{
	cat >/run/lab/start-slapd <<'END'
#!/bin/bash
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
exec /usr/sbin/slapd -d 0 -h 'ldapi:/// ldaps:///' -u openldap -g openldap \
	-F /etc/ldap/slapd.d
END
	chmod 755 /run/lab/start-slapd
	lab-service start slapd && slapd_pid=$(cat /run/lab/slapd.pid)
}

slapd_stop()
{
	lab-service stop slapd
}

# directory_load PEOPLE [-v NAME=VALUE...]: the tree of tree.awk, which has the
# variables, into a directory that `tenure init` made; slapd does not run.
directory_load()
{
	local hash

	mkdir -p "$lists"
	hash=$(/usr/sbin/slappasswd -h '{SSHA}' -s "$bench_password") || return 1
	awk -v people="$1" -v suffix="$base" -v hash="$hash" \
		-v lists="$lists" "${@:2}" -f "$top_srcdir/tests/bench/tree.awk" |
		runuser -u openldap -- /usr/sbin/slapadd -q -w -n3 \
			-F /etc/ldap/slapd.d
}

# directory_new PEOPLE [-v NAME=VALUE...]: from nothing; slapd does not run yet.
directory_new()
{
	set-up-machine 2>/dev/null &&
		tenure init --suffix "$base" --organisation Example \
			--server-names directory,directory.example.org,127.0.0.1 \
			>/dev/null || return 1
	directory_load "$@"
}

# Root on this machine becomes slapd's rootdn, so that it can add, rename and
# delete people as other software does: of the rules the first decides. slapd
# does not run; hosts have joined.
root_writes_all()
{
	/usr/sbin/slapmodify -n0 -F /etc/ldap/slapd.d <<'END' || return 1
dn: cn=config
changetype: modify
add: olcAuthzRegexp
olcAuthzRegexp: {0}"^gidNumber=0\+uidNumber=0,cn=peercred,cn=external,cn=auth$"
  "cn=tenure-internal"
END
	chown -R openldap:openldap /etc/ldap/slapd.d
}

# host_join NAME: certificate and configuration; slapd must run. The key of
# each host stays where its configuration says.
host_join()
{
	rm -f "$host_files/host.key" "$host_files/host.join"
	tenure host join --server ldaps://127.0.0.1 --name "$1" \
		--base "$base" --request-out "/root/$1.csr" >/dev/null &&
		tenure host add "$1" --request "/root/$1.csr" \
			--out "$host_files/$1.crt" >/dev/null &&
		mv "$host_files/host.key" "$host_files/$1.key" || return 1
	cat >"$host_files/$1.conf" <<END
servers = ldaps://127.0.0.1
base = $base
ca_file = $host_files/ca/ca.crt
certificate = $host_files/$1.crt
key = $host_files/$1.key
host_name = $1
organisation = Example
break_glass = breakglass
contact = the service desk
END
}

tenured_children()
{
	ps -o pid= --ppid "$tenured_pid" | tr -d ' '
}

# tenured_start NAME: as that host
tenured_start()
{
	tenured --config "$host_files/$1.conf" --foreground \
		>>"$tenured_log" 2>&1 &
	tenured_pid=$!
}

tenured_stop()
{
	kill "$tenured_pid" && wait "$tenured_pid"
}

# Whether a snapshot with everybody is published.
served()
{
	getent -s tenure passwd "$1"
}
