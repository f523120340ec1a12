#!/bin/sh
# The NSS module by itself, over a snapshot made up for it: what a lookup
# costs, and what writing the snapshot costs.
# usage: bench_module.sh PROGRAMS MODULE [PEOPLE]
set -eu
programs=$1 module=$2 people=${3:-100000}
TENURE_TEST_SNAPSHOT=$(mktemp -d)
export TENURE_TEST_SNAPSHOT
trap 'rm -rf "$TENURE_TEST_SNAPSHOT"' EXIT

echo "$people people, 500 of them hot, groups of 150, one thread"
"$programs/bench_snapshot" "$TENURE_TEST_SNAPSHOT" "$people"
printf '%-14s %8s %8s %8s %8s\n' nanoseconds median p99 mean lookups
ask()
{
	"$programs/lookup" "$module" "$TENURE_TEST_SNAPSHOT" "$@" |
		awk '{ printf "%-14s %8d %8d %8d %8d\n", $1, $2, $3, $4, $5 }'
}
ask_all()
{
	ask 1 first-call
	ask 2 fresh
	ask 3 getpwnam getpwuid initgroups getgrgid unknown all-names all-uids
}
ask_all
"$programs/bench_snapshot" "$TENURE_TEST_SNAPSHOT" "$people" overlay
ask_all
