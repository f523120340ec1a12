#!/bin/sh
# gcc -fanalyzer on every file of the products, without a report.
#
# Two of its warnings are off, since every report of them was wrong: gcc 12
# looks at one file at a time and loses what is stored through a pointer.
#   malloc-leak: 15 of 15. What is stored in a table, an array of a structure
#     or a caller's pointer counts as lost. LeakSanitizer, valgrind and clang's
#     analyser (check-tidy) look for leaks.
#   use-of-uninitialized-value: 3 of 3, of structures returned by value and of
#     bytes of a number. clang's analyser and valgrind look for these.
set -u
: "${top_srcdir:=.}" "${top_builddir:=./build}" "${JOBS:=$(nproc)}"
flags='-fanalyzer -O1 -Wno-analyzer-malloc-leak
	-Wno-analyzer-use-of-uninitialized-value -c -o /dev/null'

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
# shellcheck disable=SC2086 # the list is split on purpose
gcc $flags "$top_srcdir/tests/static/planted.c" 2>"$scratch/planted"
if ! grep -q 'Wanalyzer-double-free' "$scratch/planted"; then
	echo 'what was planted was not found'
	exit 1
fi

perl "$top_srcdir/tests/static/products.pl" --commands \
    "$top_builddir/clang/compile_commands.json" >"$scratch/commands" || exit 1
[ -s "$scratch/commands" ] || exit 1
# shellcheck disable=SC2086
xargs -P "$JOBS" -d '\n' -I '{}' sh -c '{}' gcc gcc $flags \
    <"$scratch/commands" >"$scratch/log" 2>&1
status=$?
if grep -q 'warning:' "$scratch/log" || [ $status != 0 ]; then
	cat "$scratch/log"
	exit 1
fi
echo "$(wc -l <"$scratch/commands") files"
