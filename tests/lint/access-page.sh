#!/bin/sh
# docs/access.md is what docs/make-access.sh makes of the table of cells and of
# the attempts to escalate, none is left out, and numbers are not given twice.
set -u
: "${top_srcdir:=.}"
export top_srcdir
failed=0

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
sh "$top_srcdir/docs/make-access.sh" >"$scratch/access.md" || exit 1
if ! diff "$top_srcdir/docs/access.md" "$scratch/access.md"; then
	echo 'docs/access.md is stale: docs/make-access.sh >docs/access.md'
	failed=1
fi
named=$(grep -o '^| E[0-9]*' "$scratch/access.md" | sort)
tried=$(grep -o "^\(refused \|silent \|for line in ['\"]\|	['\"]\)E[0-9]*" \
	"$top_srcdir/tests/integration/escalations.sh" |
	sed 's/.*E/| E/' | sort)
if [ "$named" != "$tried" ] || [ -n "$(echo "$named" | uniq -d)" ] ||
    [ "$(echo "$named" | wc -l)" -lt 24 ]; then
	echo 'attempts that the page lacks, or of one number:'
	printf '%s\n%s\n' "$named" "$tried" | sort | uniq -c |
		awk '$1 != 2'
	failed=1
fi
exit $failed
