#!/bin/sh
# Everything, tests too, compiles and links with clang without a warning. What
# was compiled how stays behind for the other checks: clang/compile_commands.json
set -u
: "${top_srcdir:=.}" "${top_builddir:=./build}" "${JOBS:=$(nproc)}"
directory=$top_builddir/clang
commands=$directory/commands
log=$directory/make.log

make_it()
{
	# The fragments come from the preprocessor's flags: the linker would
	# not know them.
	make -C "$directory" -j"$JOBS" \
	    CPPFLAGS="-gen-cdb-fragment-path $commands" "$@" >>"$log" 2>&1
}

mkdir -p "$commands" || exit 1
if [ ! -f "$directory/Makefile" ] ||
    [ "$top_srcdir/configure" -nt "$directory/config.status" ]; then
	(cd "$directory" && "$top_srcdir/configure" CC=clang --enable-strict \
	    --enable-tests) >"$directory/configure.log" 2>&1 || {
		tail -n 25 "$directory/configure.log"
		exit 1
	}
fi
if ! grep -q 'CFLAGS.*-Werror' "$directory/Makefile"; then
	echo "$directory: warnings are no errors there"
	exit 1
fi
: >"$log"
if ! make_it all || ! make_it check TESTS=; then
	grep -E '(error|warning):' "$log" || tail -n 25 "$log"
	exit 1
fi
if grep -E 'warning:' "$log"; then
	exit 1
fi

# One line for each file: the newest.
for file in $(ls -tr "$commands"); do
	cat "$commands/$file"
done | awk '
	match($0, /"file": "[^"]*"/) {
		file = substr($0, RSTART + 9, RLENGTH - 10)
		sub(/, *$/, "")
		line[file] = $0
	}
	END {
		print "["
		for (file in line) {
			if ((getline first < file) < 0)
				continue # it is no more
			close(file)
			printf "%s%s", comma, line[file]
			comma = ",\n"
		}
		print "\n]"
	}' >"$directory/compile_commands.json"
