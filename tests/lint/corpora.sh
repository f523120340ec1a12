#!/bin/sh
# What was kept of the fuzzer's inputs is run by "make check" (also with
# sanitizers): each folder of them is a target's, and run by it. What reads bytes
# of others over a socket, the snapshot or the directory has such inputs.
set -u
: "${top_srcdir:=.}"
corpus=$top_srcdir/tests/fuzz/corpus
failed=0

targets=$(sed -n "/^targets='/,/^'/s/^\([a-z]*\) [0-9].*/\1/p" \
	"$top_srcdir/tests/fuzz/fuzz.sh")
[ -n "$targets" ] || {
	echo 'no target was found in fuzz.sh'
	exit 1
}
for target in base overlay entry record request answer config password ldif; do
	[ -n "$(find "$corpus/$target" -type f 2>/dev/null | head -n 1)" ] || {
		echo "tests/fuzz/corpus/$target: nothing is kept"
		failed=1
	}
done
for target in $targets; do
	grep -q "tests/fuzz/fuzz_$target\b" "$top_srcdir/tests/fuzz/fuzz.am" || {
		echo "fuzz_$target: not run by make check"
		failed=1
	}
done
for folder in "$corpus"/*; do
	case " $(echo $targets) " in
	*" ${folder##*/} "*) ;;
	*)
		echo "tests/fuzz/corpus/${folder##*/}: of no target"
		failed=1
		;;
	esac
done
bytes=$(find "$corpus" -type f -exec cat {} + | wc -c)
[ "$bytes" -lt 1000000 ] || {
	echo "tests/fuzz/corpus: $bytes bytes, more than 1 MB"
	failed=1
}
exit $failed
