#!/bin/bash
#
# What tests/bench-nss runs inside a bare machine of the lab. Everything that
# was measured goes to standard output, one line each, tabs between:
#
#	WHAT PEER REPEAT MEDIAN P99 MEAN COUNT		nanoseconds
#	value NAME REPEAT NUMBER UNIT
#
# Environment: people, repeats, peers (names, blanks between), soak and idle
# (seconds), each (changes of a kind, one by one), everyone (seconds; not 0: a
# group that lists everybody is there, and 20 people a second leave it or return)

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/bench/lib/bench_directory.sh"
. "$top_srcdir/tests/bench/lib/bench_peers.sh"
programs=$top_builddir/tests/bench
snapshot=/var/lib/tenure/snapshot
all_peers="tenure $peers"

step()
{
	printf 'bench-nss: %s\n' "$*" >&2
}

die()
{
	step "$*"
	exit 1
}

# value NAME REPEAT NUMBER UNIT
value()
{
	printf 'value\t%s\t%s\t%s\t%s\n' "$@"
}

# The name of a peer's source, as lookup knows it.
source_of()
{
	case $1 in
	nslcd) echo ldap ;;
	sssd) echo sss ;;
	nscd) echo glibc ;;
	floor) echo cdb:/var/local/floor.cdb ;;
	*) echo "$1" ;;
	esac
}

# What a peer has; what it lacks is left out.
has()
{
	case $1/$2 in
	floor/first-call | floor/initgroups | floor/getgrgid | \
		floor/fresh-groups | cache/initgroups | cache/fresh-groups | \
		none/*) return 1 ;;
	esac
}

# lookups PEER REPEAT SLICE WHAT...: in a process of its own
lookups()
{
	local peer=$1 repeat=$2 slice=$3 wanted=() what
	local inside=(in_peer "$peer")

	shift 3
	for what; do
		has "$peer" "$what" && wanted+=("$what")
	done
	[ "${#wanted[@]}" -gt 0 ] || return 0
	[ "$peer" != floor ] || inside=()
	"${inside[@]}" "$programs/lookup" "$(source_of "$peer")" "$lists" \
		"$slice" "${wanted[@]}" |
		awk -v peer="$peer" -v repeat="$repeat" -v OFS='\t' '
			{ print $1, peer, repeat, $2, $3, $4, $5 }'
}

# command PEER REPEAT WHAT COUNT COMMAND...
command_in()
{
	local peer=$1 repeat=$2 what=$3 count=$4

	shift 4
	in_peer "$peer" "$programs/lookup" run "$count" "$@" |
		awk -v peer="$peer" -v repeat="$repeat" -v what="$what" \
			-v OFS='\t' '
			{ print what "-" $1, peer, repeat, $2, $3, $4, $5 }'
}

# A folder with a thousand files of as many owners.
owned_files()
{
	local slice=$1

	rm -rf /var/local/owned
	mkdir /var/local/owned
	awk -v slice="$slice" '
		{ uid[n++] = $2 }
		END { for (i = 0; i < 1000; i++) {
			at = ((slice * 500 + i) * 7919) % n
			print uid[at] } }' "$lists/people" |
		perl -ne 'chomp; my $f = "/var/local/owned/f$.";
			open my $o, ">", $f or die; close $o; chown $_, 0, $f'
}

one_repeat()
{
	local repeat=$1 slice=$((1 + 6 * ($1 - 1))) peer login

	owned_files "$((slice + 4))"
	login=$some_login
	for peer in $all_peers floor none; do
		if [ "$peer" = floor ]; then
			[ -s /var/local/floor.cdb ] || continue
		elif [ -z "${peer_pid[$peer]-}" ]; then
			continue
		fi
		step "repeat $repeat: $peer"
		lookups "$peer" "$repeat" 0 first-call
		lookups "$peer" "$repeat" "$slice" fresh
		lookups "$peer" "$repeat" "$((slice + 1))" fresh-groups
		lookups "$peer" "$repeat" 0 getpwnam getpwuid initgroups \
			getgrgid unknown all-names
		[ "$peer" != floor ] || continue
		in_peer "$peer" "$programs/lookup" glibc "$lists" \
			"$((slice + 2))" owners |
			awk -v peer="$peer" -v repeat="$repeat" -v OFS='\t' '
				($3 == 0) == (peer == "none") { exit }
				{ print $1, peer, repeat, $2, $2, $2, 1 }'
		command_in "$peer" "$repeat" ls-cold 1 ls -l /var/local/owned
		command_in "$peer" "$repeat" ls-warm 5 ls -l /var/local/owned
		[ "$peer" = none ] || command_in "$peer" "$repeat" id 20 id "$login"
	done
}

# From nothing: slapd answers, the daemon starts, everybody is served.
measure_start()
{
	local begin used child

	step 'start-up'
	slapd_stop
	root_writes_all || die 'slapd.d'
	slapd_start || die 'slapd does not start'
	used=$(cpu "$slapd_pid")
	begin=$(now)
	tenured_start host1
	wait_for 600 served "$last_login" || die 'no snapshot'
	value start 1 "$(seconds $(($(now) - begin)))" s
	value slapd-cpu-start 1 "$(seconds $(($(cpu "$slapd_pid") - used)))" s
	value base-size 1 "$(awk -v b="$(wc -c "$snapshot"/base.? | head -n 1)" \
		'BEGIN { printf "%.1f", b / 1e6 }')" MB
	for child in $(tenured_children); do
		value "start-cpu-$(role_of "$child")" 1 \
			"$(seconds "$(cpu "$child")")" s
		value "memory-$(role_of "$child")" 1 "$(awk \
			-v k="$(anonymous "$child")" \
			'BEGIN { printf "%.1f", k / 1e3 }')" MB
	done
	used=$(cpu $(tenured_children))
	begin=$(now)
	# Idle: several heartbeats, nothing else.
	read -r -t "$idle" <> <(:) || :
	value daemon-cpu-idle 1 "$(awk -v c="$(($(cpu $(tenured_children)) - used))" \
		-v t="$(($(now) - begin))" 'BEGIN { printf "%.2f", 100 * c / t }')" %
	value daemon-memory 1 "$(awk -v k="$(anonymous $(tenured_children))" \
		'BEGIN { printf "%.1f", k / 1e3 }')" MB
}

# What publish takes for a base, rules and verdict included, without what net
# tells it; in memory, the best of five.
measure_build()
{
	mkdir /var/local/built
	"$programs/bench_build" /var/local/built "$people" 5 |
		sort -n -k 2 | head -n 1 >/var/local/build-times
	rm -r /var/local/built
	value build-base 1 "$(awk '{ print $2 / 1000 }' /var/local/build-times)" s
	value build-base-cpu 1 "$(awk '{ print $3 / 1000 }' /var/local/build-times)" s
}

# change COUNT RATE NAME [FIRST [KIND]]
measure_change()
{
	local count=$1 rate=$2 name=$3 first=${4-0} used_slapd used begin peak=0
	local memory out=/var/local/change pid

	step "changes: $count at $rate/s, ${5-home}"
	used=$(cpu $(tenured_children))
	used_slapd=$(cpu "$slapd_pid")
	begin=$(now)
	"$programs/change" "$lists" "$count" "$rate" "$first" \
		"${5-home}" >"$out" &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		memory=$(anonymous $(tenured_children))
		[ "${memory:-0}" -le "$peak" ] || peak=$memory
		read -r -t 0.1 <> <(:) || :
	done
	wait "$pid" || step 'not every change was seen within a minute'
	awk -v name="$name" -v OFS='\t' '{
		print "value", name "-" $1 "-median", 1, $2 / 1000, "ms"
		print "value", name "-" $1 "-p99", 1, $3 / 1000, "ms"
		print "value", name "-" $1 "-max", 1, $4 / 1000, "ms"
		if ($1 == "sent-to-seen")
			print "value", name "-seen", 1, $5, "changes" }' "$out"
	begin=$(($(now) - begin))
	value "$name-daemon-cpu" 1 "$(awk -v t="$begin" \
		-v c="$(($(cpu $(tenured_children)) - used))" \
		'BEGIN { printf "%.1f", 100 * c / t }')" %
	value "$name-slapd-cpu" 1 "$(awk -v n="$count" \
		-v c="$(($(cpu "$slapd_pid") - used_slapd))" \
		'BEGIN { printf "%.2f", c / n / 1000 }')" ms/change
	value "$name-daemon-memory" 1 "$(awk -v k="$peak" \
		'BEGIN { printf "%.1f", k / 1e3 }')" MB
	value "$name-disk" 1 "$(du -sk "$snapshot" |
		awk '{ printf "%.1f", $1 / 1e3 }')" MB
}

step "a tree of $people people"
begin=$(now)
[ "${everyone:=0}" = 0 ] || set -- -v everyone=1
directory_new "$people" "$@" || die 'the tree could not be loaded'
value load 1 "$(seconds $(($(now) - begin)))" s
slapd_start && host_join host1 && host_join peer || die 'no host could join'
some_login=$(awk 'NR == 1 { print $1 }' "$lists/people")
last_login=$(awk 'END { print $1 }' "$lists/people")
measure_build
measure_start
measure_change 10 0 change
for kind in add attribute member rename delete; do
	measure_change "$each" 0 "one-$kind" 0 "$kind"
done
[ "${soak:-0}" = 0 ] || measure_change "$((soak * 20))" 20 soak 1000 all
[ "$everyone" = 0 ] || {
	measure_change "$each" 0 one-everyone 0 everyone
	measure_change "$((everyone * 20))" 20 everyone 0 everyone
}

[ "$repeats" != 0 ] || exit 0
peer_start_tenure && peer_start_none || die 'no namespaces'
awk -F: '{ k = "n" $1; print "+" length(k) "," length($0) ":" k "->" $0
	k = "u" $3; print "+" length(k) "," length($0) ":" k "->" $0 }
	END { print "" }' "$lists/passwd" |
	cdb -c /var/local/floor.cdb 2>/dev/null ||
	step 'no floor (tinycdb comes with the peers)'
for peer in $peers; do
	step "starting $peer"
	"peer_start_$peer" || die "$peer does not start: $(tail -n 3 "/var/log/$peer.log")"
done
for ((repeat = 1; repeat <= repeats; repeat++)); do
	one_repeat "$repeat"
done
for peer in $peers; do
	[ "$peer" != cache ] || continue
	value "$peer-memory" 1 "$(awk -v k="$(anonymous $(peer_pids "$peer"))" \
		'BEGIN { printf "%.1f", k / 1e3 }')" MB
done
