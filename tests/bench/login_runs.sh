#!/bin/bash
#
# What tests/bench-login runs inside a bare machine of the lab. Everything that
# was measured goes to standard output, one line each, tabs between:
#
#	WHAT WHO REPEAT MEDIAN P99 MEAN COUNT RATE	nanoseconds; a second
#
# Environment: people, repeats, peers (names, blanks between), tries, realtime

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/bench/lib/bench_directory.sh"
. "$top_srcdir/tests/bench/lib/bench_peers.sh"
login=$top_builddir/tests/bench/time_logins
stacks=/var/local/stacks
export PASSWORD=$bench_password LDAPNOINIT=1

step()
{
	printf 'bench-login: %s\n' "$*" >&2
}

die()
{
	step "$*"
	exit 1
}

# measure WHAT WHO REPEAT COMMAND...: a line of it
measure()
{
	local what=$1 who=$2 repeat=$3 numbers

	shift 3
	numbers=$("$@" 2>"/var/log/$who.$what") || {
		step "$who, $what: $(head -n 1 "/var/log/$who.$what")"
		[ "$who" != tenure ] || die 'a login failed'
		return
	}
	printf '%s\t%s\t%s\t%s\n' "$what" "$who" "$repeat" "${numbers// /$'\t'}"
}

# A stack of one module: stack NAME MODULE [OPTION...]
stack()
{
	printf '%s required %s\n' auth "${*:2}" account "${*:2}" >"$stacks/$1"
}

# logins WHO: the command's first words
logins_of()
{
	case $1 in
	bare) echo "bare ldaps://127.0.0.1 $base" ;;
	kept | fresh) echo "$1 ldaps://127.0.0.1 $base" ;;
	*) echo "pam $stacks $1 auth" ;;
	esac
}

# Others that keep the machine busy are not what is measured: slapd, the daemons
# and the clients run before them, as in the baseline of the peers.
first=()
[ "${realtime:-0}" = 0 ] || first=(chrt --rr 1)
all_first()
{
	local pid

	[ "${realtime:-0}" != 0 ] || return 0
	for pid in $(pgrep -x 'slapd|tenured|nslcd|sssd|sssd_be|sssd_nss|sssd_pam'); do
		chrt --all-tasks --rr --pid 1 "$pid" || return 1
	done
}

# run_as WHO LIST COUNT THREADS RATE
run_as()
{
	local who=$1 inside=()

	shift
	[ -z "${peer_pid[$who]-}" ] || inside=(in_peer "$who")
	# shellcheck disable=SC2046 # words
	"${inside[@]}" "${first[@]}" env CA="$host_files/ca/ca.crt" \
		CERTIFICATE="$host_files/peer.crt" KEY="$host_files/peer.key" \
		"$login" $(logins_of "$who") "$@"
}

one_repeat()
{
	local repeat=$1 who

	for who in kept fresh bare tenure $peers; do
		step "repeat $repeat: $who"
		measure paced "$who" "$repeat" \
			run_as "$who" "$lists/plain" "$tries" 1 100
		[ "$who" = kept ] || [ "$who" = fresh ] ||
			measure eight "$who" "$repeat" \
				run_as "$who" "$lists/plain" "$((tries * 4))" 8 0
		measure argon2 "$who" "$repeat" \
			run_as "$who" "$lists/hashed" "$((tries / 4))" 1 10
	done
	measure account tenure "$repeat" \
		"${first[@]}" "$login" pam "$stacks" tenure account "$lists/plain" \
		"$((tries * 4))" 1 0
}

directory_with_people()
{
	local argon2

	argon2=$(/usr/sbin/slappasswd -h '{ARGON2}' -s "$bench_password" \
		-o "module-path=$(slapd_module_path)" \
		-o module-load='tenure_argon2id.so m=19456 t=2') || return 1
	directory_new "$people" -v "changed=$(date -u +%Y%m%d%H%M%SZ)" \
		-v "argon2=$argon2"
}

# Where the modules are, as slapd has been told.
slapd_module_path()
{
	find /usr -name tenure_argon2id.so -printf '%h\n' | head -n 1
}

# --- set up ------------------------------------------------------------------
directory_with_people || die 'no directory'
slapd_start && host_join host1 && host_join peer || die 'no host'
head -n 500 "$lists/people" >"$lists/plain"
tail -n 100 "$lists/people" >"$lists/hashed"
some_login=$(awk 'NR == 3 { print $1 }' "$lists/people")
last_login=$(awk 'END { print $1 }' "$lists/people")
mkdir -p "$stacks"
stack tenure pam_tenure.so
stack nslcd pam_ldap.so
stack sssd pam_sss.so
tenured_start host1
wait_for 60 served "$last_login" || die 'tenured serves nobody'
for peer in $peers; do
	sssd_services='nss, pam' sssd_auth=ldap "peer_start_$peer" ||
		die "$peer does not start: $(tail -n 3 "/var/log/$peer.log")"
done
for who in kept fresh bare tenure $peers; do
	# A first one of each, which loads and fills.
	run_as "$who" "$lists/plain" 20 1 20 >/dev/null ||
		step "$who: not every login of the first twenty was let in"
done

all_first || die 'no realtime'
for ((repeat = 1; repeat <= repeats; repeat++)); do
	one_repeat "$repeat"
done

# --- a local user, the daemon dead -------------------------------------------
useradd -M localperson
printf 'localperson:%s\n' \
	"$(perl -e 'print crypt($ENV{PASSWORD}, q($5$rounds=1000$salt$))')" |
	chpasswd -e
echo localperson >"$lists/local"
cat >"$stacks/without" <<'END'
auth required pam_unix.so
account required pam_unix.so
END
cat >"$stacks/with" <<'END'
auth [success=1 default=ignore] pam_unix.so
auth required pam_tenure.so use_first_pass
auth required pam_permit.so
account [success=ok new_authtok_reqd=ok user_unknown=ignore ignore=ignore default=bad] pam_tenure.so
account required pam_unix.so
END
tenured_stop
for ((repeat = 1; repeat <= repeats * 4; repeat++)); do
	for who in with without; do
		measure local "$who" "$repeat" "${first[@]}" "$login" pam "$stacks" "$who" \
			auth "$lists/local" "$tries" 1 0
		measure local-account "$who" "$repeat" "${first[@]}" "$login" pam "$stacks" \
			"$who" account "$lists/local" "$tries" 1 0
	done
done
