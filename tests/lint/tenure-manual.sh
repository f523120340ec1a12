#!/bin/sh
# tenure(8) and the command say the same: every command and option that
# `tenure help` names is in the manual, and every option in the manual is one
# of the command's. The page is clean for mandoc and groff, where installed.
set -u
: "${top_srcdir:=.}" "${top_builddir:=.}"
tenure=$top_builddir/tenure
page=$top_srcdir/docs/man/tenure.8
failed=0

fail()
{
	echo "tenure-manual: $*"
	failed=1
}

commands=$("$tenure" help | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ -n "$commands" ] || fail 'tenure help names no command'
helps=$("$tenure" help)
for command in $commands; do
	[ "$command" = help ] && continue
	grep -q "^\.Cm $command\( \|\$\)" "$page" ||
		fail "the manual lacks the command $command"
	grep -q "^\.Ss $command\$" "$page" ||
		fail "the manual does not explain $command"
	text=$("$tenure" help "$command")
	helps="$helps
$text"
	case $text in
	*EXAMPLES*) ;;
	*) fail "tenure help $command has no example" ;;
	esac
done

told=$(printf '%s\n' "$helps" | grep -o -e '--[a-z][a-z-]*' | sort -u)
written=$(grep -o 'Fl -[a-z][a-z-]*' "$page" | sed 's/^Fl /-/' | sort -u)
for option in $told; do
	printf '%s\n' "$written" | grep -qx -e "$option" ||
		fail "the manual lacks $option"
done
for option in $written; do
	printf '%s\n' "$told" | grep -qx -e "$option" ||
		fail "the manual has $option, the command has not"
done

if command -v mandoc >/dev/null; then
	# Other pages of ours are not installed where this runs.
	mandoc -Tlint -W warning "$page" || fail 'mandoc complains'
fi
if command -v groff >/dev/null; then
	[ -z "$(groff -mdoc -ww -z "$page" 2>&1)" ] || fail 'groff complains'
fi
exit $failed
