# shellcheck shell=bash
# For the story (bash): the same steps told to a person (tell=1: a chapter, the
# commands, what they said, a tick for each thing that is as told, an end at the
# first that is not) or run as a test (one line "ok - ..." each). Needs check.sh
# and $lab, the path of tests/lab.

tell=${tell-}
out='' status=0 shown=''
bold='' dim='' green='' red='' plain=''
if [ -n "$tell" ] && [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
	bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi

chapter()
{
	if [ -n "$tell" ]; then
		printf '\n%s%s%s\n\n' "$bold" "$*" "$plain"
	else
		printf '# %s\n' "$*"
	fi
}

# What a reader should know now.
para()
{
	[ -z "$tell" ] || printf '%s\n' "$*" | fold -s -w 78 | sed 's/ *$//'
}

# What was said, at most $1 lines of it.
show()
{
	local most=$1 lines

	[ -n "$tell" ] && [ "$most" != 0 ] && [ -n "$out" ] || return 0
	lines=$(printf '%s\n' "$out" | grep -c '')
	printf '%s\n' "$out" | head -n "$most" | sed "s/^/    ${dim}/;s/\$/${plain}/"
	[ "$lines" -le "$most" ] ||
		printf '    %s... (%d lines more)%s\n' "$dim" "$((lines - most))" "$plain"
}

shown_command()
{
	[ -z "$tell" ] || printf '  %s%s%s\n' "$bold" "$*" "$plain"
}

# on MACHINE COMMAND-LINE [LINES-TO-SHOW]: as root there. Sets out and status.
on()
{
	shown_command "$1# $2"
	quietly "$1" "$2"
	show "${3:-12}"
}

# The same, unseen.
quietly()
{
	out=$("$lab" exec "$1" -- bash -c "$2" 2>&1 </dev/null)
	status=$?
}

# person LINES-TO-SHOW ANSWERS SSH-ARGUMENTS...: somebody at host2 logs in over
# SSH. ANSWERS: one a line; dots are shown of them.
person()
{
	local most=$1 answers=$2

	shift 2
	shown_command "host2\$ ${shown:-ssh $*}"
	shown=
	out=$(printf '%s' "${answers:+$answers
}" | "$lab" exec host2 -- ssh-as "$@" 2>&1)
	status=$?
	show_dialogue "$most"
}

# As a person saw it. (In an exchange that ends in a refusal, ssh itself writes
# every byte beyond ASCII as an octal number.)
show_dialogue()
{
	local all=$out

	out=$(printf '%s\n' "$out" | sed 's/^asked: \(.*: \)$/\1●●●●●●/;s/^asked: //
		/Permanently added/d;/^$/d
		s/^\\[0-7][0-7][0-7].*/(the same in Chinese, which ssh shows as numbers)/')
	show "$1"
	out=$all
}

# must WHAT COMMAND...
must()
{
	local what=$1

	shift
	if [ -z "$tell" ]; then
		check_output=$out
		if "$@" >/dev/null 2>&1; then
			check_pass "$what"
		else
			check_fail "$what"
		fi
	elif "$@" >/dev/null 2>&1; then
		printf '  %s✓%s %s\n' "$green" "$plain" "$what"
	else
		printf '  %s✗ %s%s\n' "$red" "$what" "$plain"
		printf '%s\n' "$out" | sed 's/^/    | /'
		printf '\nThis is not as told (exit status %s); the story ends here.\n' \
			"$status" >&2
		exit 1
	fi
}

said()
{
	case $out in
	*"$1"*) return 0 ;;
	esac
	return 1
}

said_not()
{
	! said "$1"
}

ended_with()
{
	[ "$status" = "$1" ]
}

now_ms()
{
	local now=${EPOCHREALTIME/[.,]/}

	echo "$((now / 1000))"
}
