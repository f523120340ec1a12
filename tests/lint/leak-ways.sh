#!/bin/sh
# docs/leak-ways.md is what docs/make-leak-ways.sh makes of the table, every way
# of it is tried by the script, and no way is tried that it lacks.
set -u
: "${top_srcdir:=.}"
export top_srcdir
failed=0
table=$top_srcdir/tests/e2e/leak-ways.tsv
script=$top_srcdir/tests/e2e/leak-ways-in.sh

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
sh "$top_srcdir/docs/make-leak-ways.sh" >"$scratch/page.md" || exit 1
if ! diff "$top_srcdir/docs/leak-ways.md" "$scratch/page.md"; then
	echo 'docs/leak-ways.md is stale: docs/make-leak-ways.sh >docs/leak-ways.md'
	failed=1
fi
awk -F '\t' '!/^#/ { gsub(/-/, "_", $1); print "stay_" $1; print $3 "_" $1 }' \
	"$table" | sort >"$scratch/named"
grep -o '^\(stay\|closed\|reported\|open\)_[a-z_]*' "$script" | sort >"$scratch/tried"
if ! diff "$scratch/named" "$scratch/tried"; then
	echo 'ways that the script or the table lacks'
	failed=1
fi
exit $failed
