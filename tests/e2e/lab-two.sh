#!/bin/bash
#
# Two labs at once do not meet: same addresses, same machine names, each its own.

set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
lab=$top/tests/lab
one=one-$$ two=two-$$
export LAB_QUIET=1
trap 'for name in $one $two; do "$lab" down --name $name >/dev/null 2>&1; done' EXIT

"$lab" up --bare --name "$one" >/dev/null &
first=$!
check 'the second lab starts while the first does' "$lab" up --bare --name "$two"
wait "$first"
check_same 0 "$?" 'the first lab starts'
check_status 1 'a name can be used only once at a time' "$lab" up --bare --name "$one"
check_says "'$one' is running" 'and the refusal says why'
check 'a file is written in one' "$lab" exec --name "$one" host1 -- touch /etc/mark
check 'and is there' "$lab" exec --name "$one" host1 -- test -e /etc/mark
check_status 1 'and not in the other' \
	"$lab" exec --name "$two" host1 -- test -e /etc/mark
check_status 1 'nor outside' test -e /etc/mark
check 'one ends' "$lab" down --name "$one"
check 'the other goes on' "$lab" exec --name "$two" host1 -- true
check 'until it is ended' "$lab" down --name "$two"
check_same '' "$("$lab" list | grep -e "$one" -e "$two")" 'none is left'
check_done
