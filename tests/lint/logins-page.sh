#!/bin/sh
# docs/logins.md is what docs/make-logins.sh makes of the matrix, and the matrix
# has each row of the verdict.
set -u
: "${top_srcdir:=.}"
export top_srcdir
failed=0

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
sh "$top_srcdir/docs/make-logins.sh" >"$scratch/logins.md" || exit 1
if ! diff "$top_srcdir/docs/logins.md" "$scratch/logins.md"; then
	echo 'docs/logins.md is stale: docs/make-logins.sh >docs/logins.md'
	failed=1
fi
for row in $(sed -n 's/^	{ TN_ROW_[A-Z_]*, "\([0-9a-z]*\)".*/\1/p' \
	"$top_srcdir/lib/account/verdict.c"); do
	seen=yes
	grep -q "^$row	" "$top_srcdir/tests/e2e/logins.tsv" || {
		echo "row $row of the verdict is not in tests/e2e/logins.tsv"
		failed=1
	}
done
[ "${seen-}" = yes ] || {
	echo 'no row was found in verdict.c'
	failed=1
}
exit $failed
