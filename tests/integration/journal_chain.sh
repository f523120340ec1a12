#!/bin/bash
#
# The journal on a real slapd: who may write what, twenty writers at once, an
# outage, and a database that somebody rewrote with slapd's own tools.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

S=$server_suffix
J=cn=tenure-journal
chain=cn=agents.bootstrap@$(hostname | tr A-Z a-z),$J
spool=/var/lib/tenure/journal-spool

as() # LOGIN COMMAND...: as this person
{
	local login=$1

	shift
	tenure "$@" --as "$login" --password-fd 7 7<<<"$server_password"
}
records() # how many records the journal has
{
	slapcat -F /etc/ldap/slapd.d -b "$J" -o ldif-wrap=no |
		grep -c '^tenureJournalText:'
}
head_number()
{
	tenure journal verify | sed -n 's/.*agents\.bootstrap.*head \([0-9]*\) .*/\1/p'
}

server_new
server_host host1
{
	for entry in 'alice 2100001 Alice' 'sysadm 2100003 System' \
		'secadm 2100004 Security' 'auditor 2100005 Auditor' \
		'second 2100006 Second' 'plain 2100007 Plain'; do
		set -- $entry
		server_person "$1" "$2" "$3 Person" 'tenureStatus: active' \
			"userPassword: $server_password"
	done
} | server_as nobody add >/dev/null
for pair in system:sysadm system:second security:secadm audit:auditor; do
	printf '%s\n' "dn: cn=${pair%:*},ou=roles,$S" 'changetype: modify' \
		'add: member' "member: uid=${pair#*:},ou=people,$S" '' |
		server_as nobody modify >/dev/null
done

# What is in it -------------------------------------------------------------

check 'tenure host add left a record' \
	[ "$(tenure journal show --json | grep -c '"verb": "host add"')" = 1 ]
check 'show, as root' tenure show alice
SSH_CONNECTION='192.0.2.7 5 192.0.2.8 22' SUDO_USER=wang \
	tenure depart alice --reason 'left; on a "Friday"' --apply >/dev/null
check 'journal show --person tells of one person (IS-3)' \
	tenure journal show --person alice
check_says 'change depart' 'what was done'
check_says "by            cn=bootstrap,ou=agents,$S" 'by whom, as the server saw it'
check_says 'user          root (0)' 'by which system user'
check_says 'by sudo from  wang' 'who came by sudo'
check_says "on            $(hostname)" 'on which machine'
check_says 'from          192.0.2.7' 'from where'
check_says 'people        alice E2100001' 'on whom'
check_says 'reason        left; on a "Friday"' 'why'
check_says 'read show alice' 'and that she was looked up (CI-P37)'
check 'by staff number too' tenure journal show --person E2100001
check_says 'change depart' 'the same'
check 'journal show --since tomorrow' tenure journal show \
	--since "$(date -d tomorrow +%F)"
check_says '0 records' 'shows none'
check_status 2 'a day that is none is a usage error' \
	tenure journal show --since yesterday
check_status 1 'a change that fails' tenure host remove nohost
check_same '1' "$(tenure journal show --json | grep -c '"kind": "outcome"')" \
	'has a second record, of its outcome'

before=$(records)
check 'a plan that changes nothing' tenure depart plain --reason x
check_same "$before" "$(records)" 'leaves no record: it did nothing'
check 'a person may look at themselves' as sysadm show sysadm
check_same "$before" "$(records)" 'which is no disclosure'
check 'an administrator looks at another' as sysadm show second
check_same "$((before + 1))" "$(records)" 'which is one'

check 'the audit role reads the journal' as auditor journal show
check_says "people.sysadm@" "another's chain too"
check 'and verifies it' as auditor journal verify
check_status 1 'the system role does not' as sysadm journal show
check_status 1 'nor does it verify' as sysadm journal verify
check_says 'audit role' 'and is told who does'

# Access --------------------------------------------------------------------

add_record() # IDENTITY... -- CHAIN NUMBER BY
{
	local who=()

	while [ "$1" != -- ]; do
		who+=("$1")
		shift
	done
	printf '%s\n' "dn: cn=$3,cn=$2,$J" 'objectClass: tenureJournalRecord' \
		"cn: $3" "tenureJournalBy: $4" 'tenureJournalText: x' '' |
		"${who[@]}"
}
here=$(hostname | tr A-Z a-z)
sys="uid=sysadm,ou=people,$S"
by_sys=(server_by sysadm "$server_password" add)
record=cn=0000000001,cn=people.sysadm@$here,$J
check_status 50 "nobody adds to another's chain" \
	add_record "${by_sys[@]}" -- "agents.bootstrap@$here" 0000000999 "$sys"
check_status 50 "nobody adds in another's name" \
	add_record "${by_sys[@]}" -- "people.sysadm@$here" 0000000999 \
	"cn=bootstrap,ou=agents,$S"
check_status 68 'a number is given once' \
	add_record "${by_sys[@]}" -- "people.sysadm@$here" 0000000001 "$sys"
new_chain() # NAME BY
{
	printf '%s\n' "dn: cn=$1,$J" 'objectClass: tenureJournalChain' \
		"cn: $1" "tenureJournalBy: $2" '' | "${by_sys[@]}"
}
check_status 50 "nobody begins another's chain" \
	new_chain "people.secadm@$here" "$sys"
try_change() # ENTRY LINES...
{
	local entry=$1

	shift
	printf '%s\n' "dn: $entry" 'changetype: modify' "$@" ''
}
change()
{
	try_change "$record" "$@" >/tmp/own.ldif
	try_change "cn=0000000001,$chain" "$@" >/tmp/root.ldif
	check_status 50 "a writer cannot $1 in an own record" \
		server_by sysadm "$server_password" modify -f /tmp/own.ldif
	check_status 50 'nor root over ldapi in theirs' \
		server_as root modify -f /tmp/root.ldif
}
change 'replace: tenureJournalText' 'tenureJournalText: y'
change 'delete: tenureJournalText'
change 'replace: tenureJournalBy' 'tenureJournalBy: cn=x'
change 'delete: cn'
change 'replace: objectClass' 'objectClass: tenureJournalChain'
change 'add: description' 'description: d'
try_change "$record" 'add: tenureJournalText' 'tenureJournalText: y' \
	>/tmp/own.ldif
check_status 19 'nor give it a second text (it has one)' \
	server_by sysadm "$server_password" modify -f /tmp/own.ldif
check_status 50 'a writer cannot remove an own record' \
	server_by sysadm "$server_password" delete "$record"
check_status 50 'nor can root over ldapi' \
	server_as root delete "cn=0000000001,$chain"
check_status 50 'nor can the audit role' \
	server_by auditor "$server_password" delete "cn=0000000001,$chain"
check 'after all that the journal holds' tenure journal verify

# Twenty at once ------------------------------------------------------------

before=$(head_number)
for i in $(seq 20); do
	for j in $(seq 25); do
		tenure show second >/dev/null || echo "$i $j" >>/tmp/lost
	done &
done
wait $(jobs -p | grep -v "^$server_pid$")
check 'no writer of one identity failed' [ ! -e /tmp/lost ]
check_same "$((before + 500))" "$(head_number)" \
	'20 writers of one identity, 25 records each: 500 (IS-3)'
check 'and the chain is unbroken' tenure journal verify
check_says ', 0 faults' 'without a fault'
check_says 'not proof against someone who can rewrite the database' \
	'verify says what it is worth'

before=$(records)
for i in $(seq 20); do
	case $((i % 4)) in
	0) who=sysadm ;; 1) who=second ;; 2) who=secadm ;; *) who=auditor ;;
	esac
	for j in $(seq 25); do
		as "$who" show alice >/dev/null || echo "$who $i $j" >>/tmp/lost
	done &
done
wait $(jobs -p | grep -v "^$server_pid$")
check 'no writer of four identities failed' [ ! -e /tmp/lost ]
check_same "$((before + 500))" "$(records)" \
	'20 writers of four identities: 500 more'
check 'and every chain is unbroken' tenure journal verify --json
check_says '"consistent": true' 'as JSON says too'

# An outage -----------------------------------------------------------------

server_stop
check_status 3 'without the directory a change is not made' \
	tenure depart plain --reason x --apply
check_status 3 'and verify cannot tell' tenure journal verify
check_status 1 'opening a slip works without it' tenure issue --open alice
check_same 1 "$(ls "$spool"/*.record | wc -l)" 'and is kept for the journal'
check_same '700 600' "$(stat -c %a "$spool" "$spool"/*.record | xargs)" \
	"as root's alone"
echo nonsense >"$spool/000000000000.000000000-x.record"
chmod 600 "$spool"/*.record
server_start
check_status 0 'the next command that reaches the directory' tenure show second
check_same 0 "$(ls "$spool"/*.record 2>/dev/null | wc -l)" 'sends it'
check_same 1 "$(ls "$spool"/*.damaged | wc -l)" 'and sets aside what is none'
check 'the journal then' tenure journal show --person alice
check_says "issue --open alice" 'tells of it'
check 'and holds' tenure journal verify

# A database that was rewritten ---------------------------------------------

data=/var/lib/ldap/journal
server_stop
slapcat -F /etc/ldap/slapd.d -b "$J" -o ldif-wrap=no >/tmp/whole.ldif

# rewritten LDIF: slapd runs on what slapadd makes of it.
rewritten()
{
	server_stop
	rm -f "$data"/*
	runuser -u openldap -- slapadd -q -F /etc/ldap/slapd.d -b "$J" \
		-l "$1" >/dev/null 2>&1
	server_start
}
# text_of NUMBER: a record as it was hashed. (Records are base64 in LDIF.)
text_of()
{
	grep -A20 "^dn: cn=$(printf %010d "$1"),$chain" /tmp/whole.ldif |
		sed -n '/^tenureJournalText:: /{s///p;q}' | base64 -d
}
# without NUMBER: the LDIF without this record.
without()
{
	awk -v gone="dn: cn=$(printf %010d "$1"),$chain" \
		'BEGIN { RS = ""; ORS = "\n\n" } index($0, gone "\n") != 1' \
		/tmp/whole.ldif
}
# with NUMBER TEXT-FILE: the LDIF with another text in this record.
with()
{
	awk -v dn="dn: cn=$(printf %010d "$1"),$chain" \
		-v text="$(base64 -w0 <"$2")" \
		'$0 == dn { here = 1 } $0 == "" { here = 0 }
		here && /^tenureJournalText:: / { $0 = "tenureJournalText:: " text }
		{ print }' /tmp/whole.ldif
}
# forged SED NUMBER: its text changed, and a hash that is true again.
forged()
{
	text_of "$2" | sed '$d' | sed "$1" >/tmp/body
	{
		cat /tmp/body
		echo "sha256: $(sha256sum </tmp/body | cut -d' ' -f1)"
	}
}

rewritten /tmp/whole.ldif
check 'the same data, loaded again, holds' tenure journal verify
last=$(head_number)

text_of 40 | sed 's/^arguments: .*/arguments: nobody/' >/tmp/text
with 40 /tmp/text >/tmp/l.ldif
rewritten /tmp/l.ldif
check_status 1 'verify finds an edit (IS-3)' tenure journal verify
check_says 'FAULT edited' 'names it'
check_says "record 40 " 'and where'

forged 's/^arguments: .*/arguments: nobody/' 40 >/tmp/text
with 40 /tmp/text >/tmp/l.ldif
rewritten /tmp/l.ldif
check_status 1 'verify finds an edit with a true hash' tenure journal verify
check_says 'FAULT unlinked' 'by the record behind it'

without 40 >/tmp/l.ldif
rewritten /tmp/l.ldif
check_status 1 'verify finds a removal' tenure journal verify
check_says 'record 41 follows a gap' 'as a gap'
check_says '(1 missing)' 'and counts'
check_status 0 'a command goes on all the same' tenure show second
check_status 1 'and covers nothing up' tenure journal verify --json
check_says '"fault":' 'as JSON says too'

text_of 40 >/tmp/forty
text_of 41 >/tmp/text
with 40 /tmp/text >/tmp/l1.ldif
mv /tmp/whole.ldif /tmp/kept.ldif
cp /tmp/l1.ldif /tmp/whole.ldif
with 41 /tmp/forty >/tmp/l.ldif
mv /tmp/kept.ldif /tmp/whole.ldif
rewritten /tmp/l.ldif
check_status 1 'verify finds a reorder' tenure journal verify
check_says 'FAULT moved' 'as such'

without "$last" >/tmp/l.ldif
rewritten /tmp/l.ldif
check_status 0 'a cut tail is not found yet' tenure journal verify
check_says 'a cut tail is not detectable until heads are anchored' \
	'and verify says so'
check_done
