#!/bin/sh
# cppcheck on every file of the products, without a finding. Exceptions:
# cppcheck.suppress for all files, and "cppcheck-suppress" in one place; each
# has its reason beside it.
set -u
: "${top_srcdir:=.}" "${top_builddir:=./build}" "${JOBS:=$(nproc)}"
here=$top_srcdir/tests/static

check()
{
	cppcheck -q --enable=warning,style,performance \
	    --inline-suppr --std=c11 --library=posix --library=gnu \
	    --library="$here/cppcheck.cfg" \
	    --suppressions-list="$here/cppcheck.suppress" \
	    --template='{file}:{line}: {id}: {message}' --error-exitcode=9 \
	    "$@" 2>&1
}

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
if ! check "$here/planted.c" | grep -q doubleFree; then
	echo 'what was planted was not found'
	exit 1
fi

perl "$here/products.pl" --json "$top_builddir/clang/compile_commands.json" \
    >"$scratch/compile_commands.json" || exit 1
check -j "$JOBS" --project="$scratch/compile_commands.json"
