#!/bin/sh
# Prints docs/access.md: the cells of ldif/access-table.tsv, and the attempts
# that tests/integration/escalations.sh names.
#
#	docs/make-access.sh >docs/access.md
#
# tests/lint/access-page.sh says when the page is older than they are.
set -eu
: "${top_srcdir:=$(dirname "$0")/..}"

cat <<'END'
# Who may do what, and who tried more

Made by docs/make-access.sh; do not edit. What the rows and identities are: [directory.md](directory.md).

## Cells

Each is tried over real binds, the denied ones too, by tests/integration/server_access.sh.

END
awk -F '\t' '
/^#/ {
	if (/^# Cells/)
		cells = 1
	if (cells)
		print substr($0, 3)
	next
}
/^$/ { next }
{
	line = "|"
	for (i = 1; i <= NF; i++)
		line = line " " ((i == 2 || i == 3) && started && $i != "" ? \
		    "`" $i "`" : $i) " |"
	if (!started) {
		rule = "|"
		for (i = 1; i <= NF; i++)
			rule = rule " --- |"
		line = "\n" line "\n" rule
		started = 1
	}
	print line
}' "$top_srcdir/ldif/access-table.tsv"

cat <<'END'

## Attempts to get more

Each is tried with raw LDAP tools by tests/integration/escalations.sh, under the number that it has here; after each
root looks whether anything in the directory has changed.

| | who | what | what refuses it |
| --- | --- | --- | --- |
END
awk -F "'" '
/\\$/ { joined = joined substr($0, 1, length($0) - 1); next }
{ $0 = joined $0; joined = "" }
# Certificates, made in a loop: number, what, subject.
/^for line in / {
	rest = $0
	while (match(rest, /E[0-9]+:[^:]*:/)) {
		split(substr(rest, RSTART, RLENGTH), part, ":")
		looped[++loops] = part[1]
		text[loops] = part[2]
		rest = substr(rest, RSTART + RLENGTH)
	}
	next
}
/^\tsilent "\$id"/ {
	for (i = 1; i <= loops; i++)
		print "| " looped[i] " | " $2 " | " text[i] " | " $4 " |"
	next
}
/^(refused|silent) E[0-9]+ / {
	split($0, word, " ")
	at = /^silent E[0-9]+ \x27/ ? 4 : 2
	print "| " word[2] " | " $at " | " $(at + 2) " | " $(at + 4) " |"
}' "$top_srcdir/tests/integration/escalations.sh"
