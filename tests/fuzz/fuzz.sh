#!/bin/sh
# libFuzzer with AddressSanitizer and UndefinedBehaviorSanitizer ("make fuzz").
#
#	FUZZ_TARGETS  which ("base entry"); all of them otherwise
#	FUZZ_RUNS     executions of each; otherwise each target's own number
#	FUZZ_SECONDS  and no longer than this; 0, as shipped: as long as it takes
#
# Begins with the target's seeds and tests/fuzz/corpus/TARGET; what is found on
# the way grows in BUILD/fuzz/corpus/TARGET and is used the next time. An input
# that ends the program is in BUILD/fuzz/found: once it is understood it goes
# to tests/fuzz/corpus/TARGET, for good. Exit status 1: something was found.
set -u
: "${top_srcdir:=.}" "${top_builddir:=./build}" "${JOBS:=$(nproc)}"
: "${FUZZ_TARGETS:=}" "${FUZZ_RUNS:=}" "${FUZZ_SECONDS:=0}"
directory=$top_builddir/fuzz
log=$directory/make.log

# Executions of each as shipped, the longest input, what else libFuzzer is told
# (an input of many steps costs more to choose and to compare than to run).
targets='
base 10000000 4096
overlay 10000000 4096
entry 10000000 256 -entropic=0 -use_memcmp=0
record 1000000 1024
request 1000000 1024
answer 1000000 1024
config 1000000 2048
password 100000 256
roster 1000000 1024
ldif 1000000 1024
journal 1000000 1024
slip 100000 512
watch 1000000 512
kept 1000000 2048
accounts 100000 512
keys 1000000 4096
leaked 100000 4096
'

mkdir -p "$directory/found" || exit 1
if [ ! -f "$directory/Makefile" ] ||
    [ "$top_srcdir/configure" -nt "$directory/config.status" ]; then
	(cd "$directory" && "$top_srcdir/configure" CC="${FUZZ_CC:-clang}" \
	    CFLAGS='-g -O2 -fno-sanitize-coverage=trace-cmp -DTN_STORE_CHUNK_UNITS=8192' --enable-strict --enable-fuzzing) \
	    >"$directory/configure.log" 2>&1 || {
		tail -n 25 "$directory/configure.log"
		exit 1
	}
fi

# program NAME: builds it
program()
{
	make -C "$directory" -j"$JOBS" "tests/fuzz/$1" >"$log" 2>&1 || {
		tail -n 25 "$log"
		exit 1
	}
}

ASAN_OPTIONS=detect_stack_use_after_return=0:quarantine_size_mb=4:malloc_context_size=2:max_malloc_fill_size=64
UBSAN_OPTIONS=print_stacktrace=1
export ASAN_OPTIONS UBSAN_OPTIONS

# What is planted must be found: by coverage, and by the sanitizer.
program fuzz_planted
if (cd "$directory/found" && ../tests/fuzz/fuzz_planted -runs=3000000 -seed=1 \
    -artifact_prefix=planted- >planted.log 2>&1) ||
    ! grep -q 'heap-buffer-overflow' "$directory/found/planted.log"; then
	echo 'the byte that was planted was not found'
	tail -n 5 "$directory/found/planted.log"
	exit 1
fi
rm -f "$directory/found/planted"-*

status=0
echo "$targets" >"$directory/targets"
while read -r name runs size more; do
	[ -n "$name" ] || continue
	case " ${FUZZ_TARGETS:-$name} " in
	*" $name "*) ;;
	*) continue ;;
	esac
	program "fuzz_$name"
	corpus=$directory/corpus/$name
	kept=$top_srcdir/tests/fuzz/corpus/$name
	seeds=$directory/seeds/$name
	rm -rf "$seeds"
	mkdir -p "$corpus" "$seeds"
	"$top_builddir/tests/fuzz/fuzz_$name" --seeds "$seeds" || exit 1
	[ -d "$kept" ] || kept=
	# shellcheck disable=SC2086 # lists are split on purpose
	"$directory/tests/fuzz/fuzz_$name" -runs="${FUZZ_RUNS:-$runs}" \
	    -max_len="$size" -max_total_time="$FUZZ_SECONDS" -timeout=20 \
	    -rss_limit_mb=2048 -print_final_stats=1 $more \
	    -artifact_prefix="$directory/found/$name-" \
	    "$corpus" "$seeds" $kept >"$directory/$name.log" 2>&1 || {
		echo "$name: something was found"
		tail -n 40 "$directory/$name.log"
		status=1
	}
	sed -n "s/^Done \(.*\)/$name: \1/p; s/^#[0-9]*\tDONE *\(.*\)/$name: \1/p" \
	    "$directory/$name.log"
done <"$directory/targets"
exit $status
