# shellcheck shell=bash
# For the test scripts of tests/e2e and tests/integration (bash): a test is a
# line "ok - what" or "not ok - what", which tests/run-lab counts. What a failed
# one saw comes before it, as "# ..." lines.

check_failed=0
check_output=

check_pass()
{
	printf 'ok - %s\n' "$*"
}

check_fail()
{
	if [ -n "$check_output" ]; then
		printf '%s\n' "$check_output" | head -n 40 | sed 's/^/# /'
	fi
	printf 'not ok - %s\n' "$*"
	check_failed=$((check_failed + 1))
}

# check WHAT COMMAND...: the command succeeds. Its output is in $check_output.
check()
{
	local what=$1

	shift
	check_output=$("$@" 2>&1)
	local status=$?
	if [ "$status" = 0 ]; then
		check_pass "$what"
	else
		check_output="exit status $status: $check_output"
		check_fail "$what"
	fi
	return "$status"
}

# check_status STATUS WHAT COMMAND...: the command ends with this status.
check_status()
{
	local wanted=$1 what=$2 status

	shift 2
	check_output=$("$@" 2>&1)
	status=$?
	if [ "$status" = "$wanted" ]; then
		check_pass "$what"
		return 0
	fi
	check_output="exit status $status, not $wanted: $check_output"
	check_fail "$what"
	return 1
}

# check_says TEXT WHAT: $check_output has this text (a fixed string).
check_says()
{
	case $check_output in
	*"$1"*)
		check_pass "$2"
		return 0
		;;
	esac
	check_output="expected \"$1\" in: $check_output"
	check_fail "$2"
	return 1
}

# check_lines NUMBER WHAT: $check_output is so many lines.
check_lines()
{
	local lines

	lines=$(printf '%s' "$check_output" | grep -c '')
	if [ "$lines" = "$1" ]; then
		check_pass "$2"
		return 0
	fi
	check_output="$lines lines, not $1: $check_output"
	check_fail "$2"
	return 1
}

# check_same WANTED GOT WHAT
check_same()
{
	if [ "$1" = "$2" ]; then
		check_pass "$3"
		return 0
	fi
	check_output=$(diff <(printf '%s\n' "$1") <(printf '%s\n' "$2"))
	check_fail "$3"
	return 1
}

# wait_for SECONDS COMMAND...: try ten times a second until it succeeds.
wait_for()
{
	local tries=$(($1 * 10))

	shift
	while ! "$@" >/dev/null 2>&1; do
		[ "$((tries -= 1))" -gt 0 ] || return 1
		sleep 0.1
	done
}

# The last line of a script: exit status 1 when a test failed.
check_done()
{
	[ "$check_failed" = 0 ]
	exit "$?"
}
