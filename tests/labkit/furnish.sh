# shellcheck shell=bash
# Set the machines up as an administrator would (README, "Setting it up for
# real"): the directory, then every login host. Sourced by supervise.sh.

# Between two machines a file travels through here.
carry()
{
	local from=$1 path=$2 to=$3 target=$4

	TENURE_LAB=$name "$source/tests/lab" exec "$from" -- cat "$path" \
		</dev/null 3<&- 4>&- >"$lab/carried-$from-$to" &&
		TENURE_LAB=$name "$source/tests/lab" exec "$to" -- \
			/bin/sh -c 'umask 077 && cat >"$0"' "$target" \
			<"$lab/carried-$from-$to" 3<&- 4>&- &&
		rm "$lab/carried-$from-$to"
}

furnish_host()
{
	local host=$1

	inside "$host" set-up-host ask "$host" "$providers" &&
		carry "$host" /root/host.csr directory "/root/$host.csr" &&
		inside directory tenure host add "$host" \
			--request "/root/$host.csr" --out "/root/$host.crt" &&
		carry directory "/root/$host.crt" "$host" /root/host.crt &&
		carry directory /etc/tenure/ca/ca.crt "$host" /root/ca.crt &&
		inside "$host" set-up-host join "$host"
}

# The second directory server: three steps, and what travels between them.
furnish_provider()
{
	inside directory2 set-up-provider ask &&
		carry directory2 /root/provider2.csr directory \
			/root/provider2.csr &&
		inside directory set-up-provider add &&
		carry directory /root/provider2.bundle directory2 \
			/root/provider2.bundle &&
		inside directory2 set-up-provider build "$replication"
}

furnish()
{
	local number pid failed='' pids=()

	step 'directory: tenure init, slapd'
	inside directory set-up-directory || return 1
	if [ "$providers" = 2 ]; then
		step 'directory2: tenure init --provider 2, slapd'
		furnish_provider || return 1
	fi
	step "login hosts: key and certificate, tenured, PAM, NSS, sshd"
	for ((number = 1; number <= hosts; number++)); do
		furnish_host "host$number" &
		pids+=("$!")
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=1
	done
	[ -z "$failed" ] || return 1
	if [ -f "$lab/people" ]; then
		step 'issuing the accounts of the roster'
		TENURE_LAB=$name "$source/tests/lab" exec directory -- \
			/bin/sh -c 'cat >/root/roster.csv' \
			<"$lab/people" 3<&- 4>&- || return 1
		inside directory tenure issue --roster /root/roster.csv --apply
		# 1: done, with findings (rows that a human must look at).
		[ "$?" -le 1 ] || return 1
	fi
}
