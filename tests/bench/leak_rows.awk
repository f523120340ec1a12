# For tests/bench-leak: what was seen, said and committed, as rows
#	WHAT HOST LOGIN MICROSECONDS
# Files, in this order, times in microseconds since 1970:
#	committed	LOCK NUMBER TIME	the lock's entryCSN: before its commit
#	reported	LOGIN STATUS BEGAN ENDED
#	shut		HOST shut LOGIN TIME TIME|-
#	said		HOST LOCK WORD=MILLISECONDS...	the hosts' own words
# The number of a person is what the login ends with.

function row(what, host, login, value)
{
	print what, host, login, value
}

FILENAME ~ /committed$/ {
	commit[$2] = $3
	number_of[$1] = $2
	next
}

FILENAME ~ /reported$/ {
	number = $1
	sub(/.*[^0-9]/, "", number)
	number += 0
	login_of[number] = $1
	command[number] = $3
	row("report", "-", $1, $4 - $3)
	row("to-commit", "-", $1, commit[number] - $3)
	next
}

FILENAME ~ /shut$/ {
	number = $3
	sub(/.*[^0-9]/, "", number)
	number += 0
	row("shut", $1, $3, $4 - commit[number])
	row("shut-command", $1, $3, $4 - command[number])
	if ($5 != "-") {
		row("ended", $1, $3, $5 - commit[number])
		row("ended-command", $1, $3, $5 - command[number])
	}
	next
}

{
	for (i = 3; i <= NF; i++) {
		if (split($i, part, "=") == 2 && part[2] ~ /^-?[0-9]+$/ &&
		    part[1] ~ /^(seen|decided|finished)$/)
			row(part[1], $1, login_of[number_of[$2]], part[2] * 1000)
	}
}
