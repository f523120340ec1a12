#!/bin/bash
#
# Logging in on a real host of a real directory, and what is left of it while
# the directory is stopped, hangs, or tenured is dead: people are refused in
# time and told why, names stay, local people and root notice nothing.

set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
export LAB_QUIET=1 TENURE_LAB=outage-$$
lab=$top/tests/lab
roster=$(mktemp)
trap '"$lab" down >/dev/null 2>&1; rm -f "$roster"' EXIT
local_password=Abc-123-xyz
chosen='kX7#vmQ2-zPfw9' later='tR8+wqL3=hNcy6'
who='echo "I am $(id -un)"'

on()
{
	local machine=$1

	shift
	"$lab" exec "$machine" -- "$@" </dev/null
}

# log_in LOGIN ANSWER...: over SSH on host1, by password; prints who it is.
log_in()
{
	local login=$1

	shift
	printf '%s\n' "$@" | "$lab" exec host1 -- \
		ssh-as -o PubkeyAuthentication=no "$login@localhost" "$who"
}

# as LOGIN COMMAND...: on host1, as that person; standard input goes through.
as()
{
	local login=$1

	shift
	"$lab" exec host1 -- setpriv --reuid "$login" --regid employees \
		--clear-groups "$@"
}

took()
{
	local limit=$1 what=$2

	if [ "$SECONDS" -le "$limit" ]; then
		check_pass "$what ($SECONDS s)"
	else
		check_output="$SECONDS s, not $limit s at the most"
		check_fail "$what"
	fi
}

"$top/tests/fixtures/make_roster" --first 10001 --count 5 >"$roster"
check 'the lab is up, with five people' "$lab" up --people "$roster" || check_done
slip=$(on directory tenure issue --open wangxiaoming |
	sed -n 's/^password *//p')
check 'host1 knows the person' wait_for 10 on host1 id wangxiaoming
on host1 sh -c "useradd --create-home --shell /bin/bash --key SUB_UID_COUNT=0 \
	--key SUB_GID_COUNT=0 helper && echo helper:$local_password | chpasswd &&
	echo 'wangxiaoming ALL=(ALL) ALL' >/etc/sudoers.d/wang"

# --- everything is there -----------------------------------------------------

check 'UM-13.2: the initial password is changed inside the login' \
	log_in wangxiaoming "$slip" Wangxiaoming-71 Wangxiaoming-71 \
	"$chosen" "$chosen"
check_says 'I am wangxiaoming' 'and the session opens'
check_says 'it contains your name' 'CI-3.1: a name in it was refused, with the reason'
check_same 0 "$(grep -c 'asked:.*Current password' <<<"$check_output")" \
	'the initial password was typed once'
check_status 255 'the initial password is worth nothing any more' \
	log_in wangxiaoming "$slip"
check_says 'the service desk' 'and the refusal says whom to ask'
check 'the new one opens a session' log_in wangxiaoming "$chosen"
wrong=$(log_in wangxiaoming wrong 2>&1 | grep -v asked: | sed 's/wangxiaoming/X/g')
nobody=$(log_in nosuchperson wrong 2>&1 | grep -v asked: | sed 's/nosuchperson/X/g')
check_output=$wrong
check_says 'Login refused' 'a wrong password is refused'
check_same "$wrong" "$nobody" \
	'DESIGN 5: a login that nobody has reads like a wrong password'
check_output=$(printf '%s\n' "$chosen" | as wangxiaoming \
	sudo -S -p '' sh -c "$who" 2>&1)
check_says 'I am root' 'sudo takes it'
check_output=$(printf '%s\n' "$chosen" "$later" "$later" |
	as wangxiaoming passwd 2>&1)
check_says 'updated successfully' 'UM-1.5: passwd changes it at any time'
check 'and the next login takes the new one' log_in wangxiaoming "$later"
chosen=$later

# --- outages -----------------------------------------------------------------

local_works()
{
	local state=$1

	SECONDS=0
	check "$state: a local person logs in" log_in helper "$local_password"
	check_says 'I am helper' "$state: as that person"
	check "$state: root becomes a local person" on host1 su helper -c true
	check "$state: a local password is set" \
		on host1 sh -c "echo helper:$local_password | chpasswd"
	check "$state: root's cron jobs may run" \
		on host1 pamtester cron root acct_mgmt
	# As with everything alive, however busy this machine is.
	[ -n "${usual-}" ] || usual=$((SECONDS * 2 + 3))
	took "$usual" "$state: none of that waits"
	check "$state: names and files keep their owner" \
		on host1 sh -c 'id wangxiaoming && ls -ld /home/wangxiaoming'
}

refused()
{
	local state=$1

	SECONDS=0
	check_status 255 "$state: the person is refused" \
		log_in wangxiaoming "$chosen"
	check_says 'cannot be checked just now' "$state: and told that it is not them"
	took 15 "$state: over SSH in time"
	ms=$(printf '%s\n' "$chosen" | "$lab" exec host1 -- sh -c '
		begin=$(date +%s%N)
		pamtester sshd wangxiaoming authenticate >/dev/null 2>&1 && exit
		echo $((($(date +%s%N) - begin) / 1000000))')
	check_output="${ms:-let in} ms"
	if [ "${ms:-99999}" -le 5000 ]; then
		check_pass "$state: a password is refused within 5 s ($ms ms)"
	else
		check_fail "$state: a password is refused within 5 s"
	fi
}

local_works 'all alive'
check 'the directory stops' on directory lab-service stop slapd
refused 'directory down'
local_works 'directory down'
on directory lab-service start slapd
check 'directory back: the person logs in' \
	wait_for 20 log_in wangxiaoming "$chosen"

slapd=$(on directory sh -c "ps -eo pid,comm | awk '\$2 == \"slapd\" { print \$1 }'")
check 'the directory hangs' on directory kill -STOP "$slapd"
refused 'directory hung'
local_works 'directory hung'
on directory kill -CONT "$slapd"
check 'directory awake: the person logs in' \
	wait_for 20 log_in wangxiaoming "$chosen"

daemon=$(on host1 sh -c "ps -eo pid,comm | awk '\$2 == \"tenured\" { print \$1 }'")
# shellcheck disable=SC2086 # several
check 'tenured hangs' on host1 kill -STOP $daemon
refused 'tenured hung'
local_works 'tenured hung'
# shellcheck disable=SC2086
on host1 kill -CONT $daemon

check 'tenured stops' on host1 lab-service stop tenured
refused 'tenured dead'
local_works 'tenured dead'
on host1 lab-service start tenured
check 'tenured back: the person logs in' \
	wait_for 20 log_in wangxiaoming "$chosen"
check_done
