#!/bin/bash
#
# The verbs for people on a real slapd made by tenure init: issue, show, explain,
# depart, audit. Runs in a bare machine of the lab; makes and ends its own slapd.

set -u
export LC_ALL=C.UTF-8
. "$top_srcdir/tests/labkit/check.sh"
make_roster=$top_srcdir/tests/fixtures/make_roster
work=$(mktemp -d)
base=dc=example,dc=org
slips=/var/lib/tenure/slips
slapd=

start_slapd()
{
	install -d -o openldap -g openldap /run/slapd
	/usr/sbin/slapd -d 0 -h 'ldapi:/// ldaps://127.0.0.1/' -u openldap \
		-g openldap -F /etc/ldap/slapd.d >"$work/slapd.log" 2>&1 &
	slapd=$!
	wait_for 10 ldapwhoami -Q -Y EXTERNAL -H ldapi:///
}
stop_slapd()
{
	kill "$slapd" 2>/dev/null
	wait "$slapd" 2>/dev/null
}
trap 'stop_slapd; rm -rf "$work"' EXIT

# find ATTRIBUTE FILTER [BASE]: the values, one a line.
find_values()
{
	ldapsearch -Q -LLL -o ldif-wrap=no -Y EXTERNAL -H ldapi:/// \
		-b "${3-$base}" "$2" "$1" | sed -n "s/^$1: //p" | sort
}
count()
{
	find_values "$@" | wc -l
}
# All that a command could have written.
state()
{
	{
		slapcat -o ldif-wrap=no -b "$base"
		ls -l "$slips" /var/lib/tenure
	} 2>/dev/null | sha256sum
}
# refused STATUS TEXT WHAT COMMAND...: one line with the text, nothing written.
refused()
{
	local wanted=$1 text=$2 what=$3 before

	shift 3
	before=$(state)
	check_status "$wanted" "$what: exit status $wanted" "$@"
	check_says "$text" "$what: says \"$text\""
	check_same "$before" "$(state)" "$what: nothing was written"
}

systemd-sysusers >/dev/null 2>&1
systemd-tmpfiles --create tenure.conf >/dev/null 2>&1
check 'tenure init makes a directory' tenure init --suffix "$base" \
	--organisation Example --server-names localhost,127.0.0.1
start_slapd
check 'slapd starts' kill -0 "$slapd"

# Issue ---------------------------------------------------------------------

"$make_roster" --count 30 >"$work/r.csv"
before=$(state)
check 'issue shows a plan' tenure issue --roster "$work/r.csv"
check_says '30 accounts to create' 'of 30 accounts'
check_same "$before" "$(state)" 'and writes nothing'

check_status 2 'issue without a roster is a usage error' tenure issue
check_status 2 'so is an unknown option' tenure issue --rooster x
check_says 'did you mean --roster?' 'which names the nearest'

iconv -f GB18030 -t UTF-8 "$work/r.csv" >"$work/u.csv"
sed 's/^100007,/100006,/' "$work/u.csv" >"$work/twice.csv"
head -c 700 "$work/r.csv" >"$work/cut.csv"
sed '1s/姓名/名/' "$work/u.csv" >"$work/column.csv"
sed '9s/,在职,/,不明,/' "$work/u.csv" >"$work/status.csv"
iconv -f UTF-8 -t UTF-16 "$work/u.csv" >"$work/utf16.csv"
for verb in issue audit; do
	refused 3 'line 8: staff number 100006 stands in line 7' \
		"$verb, a staff number twice" \
		tenure $verb --roster "$work/twice.csv" --apply
	refused 3 'cut off' "$verb, a file that is cut off" \
		tenure $verb --roster "$work/cut.csv" --apply
	refused 3 'the column 姓名 is missing' "$verb, a missing column" \
		tenure $verb --roster "$work/column.csv" --apply
	refused 3 'line 9, column 状态' "$verb, an unknown status" \
		tenure $verb --roster "$work/status.csv" --apply
	refused 3 'UTF-16' "$verb, a wrong encoding" \
		tenure $verb --roster "$work/utf16.csv" --apply
	refused 3 'No such file' "$verb, no file" \
		tenure $verb --roster "$work/none.csv" --apply
done

mv /var/lib/tenure/slip.key.pub "$work/"
refused 3 slip.key.pub 'without a key for slips no account is made' \
	tenure issue --roster "$work/r.csv" --apply
mv "$work/slip.key.pub" /var/lib/tenure/
check_same 2000001 "$(find_values tenureNextNumber '(cn=numbers)')" \
	'and no number is used'

check 'issue --apply' tenure issue --roster "$work/r.csv" --apply
check_says 'created 30 accounts' 'creates 30 accounts'
check_same 30 "$(count uid '(objectClass=tenurePerson)')" 'they are there'
check_same 30 "$(ls "$slips"/*.slip | wc -l)" 'each has a slip'
check_same 30 "$(count uid '(pwdReset=TRUE)')" \
	'each must change the password first (UM-13.2)'
check_same 30 "$(count uidNumber '(objectClass=tenurePerson)')" \
	'each has a number of its own'
check_same 2000031 "$(find_values tenureNextNumber '(cn=numbers)')" \
	'30 numbers were taken at once'
check 'a second run' tenure issue --roster "$work/r.csv" --apply
check_says 'created 0 accounts' 'creates nobody (UM-5.4)'

# Interrupted: two are missing, one of them with a slip of the first try.
"$make_roster" --count 33 >"$work/r33.csv"
echo stale >"$slips/$(tenure issue --roster "$work/r33.csv" --json |
	sed -n 's/.*"login": "\(.*\)",/\1/p' | tail -n 1).slip"
check 'after an interruption the rest is issued' \
	tenure issue --roster "$work/r33.csv" --apply
check_says 'created 3 accounts' 'three of them'
check_same 0 "$(grep -l stale "$slips"/*.slip | wc -l)" \
	'a slip without an account is replaced'
check_same 33 "$(count uid '(objectClass=tenurePerson)')" 'nobody twice'

# Refused by the server for one person: the rest goes on.
{
	cat "$work/u.csv"
	printf '200001,赵甲,,,在职,,\r\n200002,钱乙,,,在职,,\r\n'
} | iconv -f UTF-8 -t GB18030 >"$work/r35.csv"
ldapadd -Q -Y EXTERNAL -H ldapi:/// >/dev/null <<END
dn: uid=somebody,ou=services,$base
objectClass: account
objectClass: posixAccount
objectClass: tenureService
uid: somebody
cn: somebody
uidNumber: 2000034
gidNumber: 2000000
homeDirectory: /home/somebody
owner: uid=wangxiaoming,ou=people,$base
description: takes the next number
tenureEndDate: 2099-12-31
tenureStatus: active
END
check_status 1 'a number that is taken refuses one person' \
	tenure issue --roster "$work/r35.csv" --apply
check_says 'refused     200001' 'and names the person'
check_says 'created 1 account,' 'the next is created'
check 'without a slip of the refused one' test ! -e "$slips/zhaojia.slip"
check 'a further run issues the person that was missing' \
	tenure issue --roster "$work/r35.csv" --apply

# Slips ----------------------------------------------------------------------

check 'a slip opens' tenure issue --open wangxiaoming
password=$(printf '%s\n' "$check_output" | sed -n 's/^password  *//p')
check_same 16 "${#password}" 'and holds a password'
check 'that the directory takes' ldapwhoami -x -H ldapi:/// \
	-D "uid=wangxiaoming,ou=people,$base" -w "$password"
check_status 1 'a second time it does not open' \
	tenure issue --open wangxiaoming
check_says 'was opened on' 'and says when and by whom'
check 'it is recorded' grep -q "$(printf '\twangxiaoming\tcn=bootstrap,[^\t]*(root)\t')" \
	"$slips/opened.log"
check_status 1 'there is no slip of nobody' tenure issue --open nobody
check_status 3 'a path is no login' tenure issue --open ../slip

# Two at once: one of many sees it.
for i in 1 2 3 4 5 6 7 8; do
	tenure issue --open huangmeijing >"$work/open.$i" 2>&1 &
	opening[i]=$!
done
wait "${opening[@]}"
check_same 1 "$(grep -l '^password' "$work"/open.* | wc -l)" \
	'of eight who open a slip at once, one sees it'

# Show, explain ----------------------------------------------------------------

for name in wangxiaoming 100001 2000001; do
	check "show $name" tenure show "$name"
	check_says '王小明' 'knows the person'
done
check_status 1 'show nobody' tenure show nobody
check_status 1 'a filter is a name like any other' tenure show '*)(uid=*'
check 'show --json is JSON' sh -c 'tenure show 100001 --json |
	grep -q "\"staff_number\": \"100001\""'
check 'explain' tenure explain wangxiaoming
check_says 'row 8' 'cites the row: an initial password (UM-13.2)'

# Depart -----------------------------------------------------------------------

check_status 2 'depart needs a reason' tenure depart 100003
before=$(state)
check 'depart shows a plan' tenure depart 100003 --reason 'left'
check_same "$before" "$(state)" 'and writes nothing'
check 'depart --apply (CI-P38)' tenure depart 100003 --reason 'left' --apply
check_same departed "$(find_values tenureStatus '(employeeNumber=100003)')" \
	'sets the status'
check_same 000001010000Z \
	"$(find_values pwdAccountLockedTime '(employeeNumber=100003)')" \
	"locks in ppolicy's words"
check_same 1 "$(count cn '(&(objectClass=tenureLock)(tenureStaffNumber=100003)
	(tenureLockKind=departure)(tenurePersonUUID=*))')" 'adds one lock entry'
check 'a second depart' tenure depart 100003 --reason 'left' --apply
check_says 'departed before' 'has nothing to do'
check_same 1 "$(count cn '(objectClass=tenureLock)')" 'and adds no lock'
check 'explain says so' tenure explain 100003
check_says 'row 3' 'with the row'

# CI-P38: who broke a rule of the entry past the server (a second name, by the
# relax control) made it unchangeable, not unlockable. A second login is not to be
# had like that; who has one of old is found, and shut, under the one in the dn.
broken=$(find_values uid '(employeeNumber=100006)')
second()
{
	printf '%s\n' "dn: uid=$broken,ou=people,$base" 'changetype: modify' \
		"add: $1" "$1: $2"
}
check 'a second name is had past the rules' eval \
	'second cn 乙 | ldapmodify -Q -Y EXTERNAL -H ldapi:/// -e relax'
check_status 50 'a second login is not' eval \
	'second uid second | ldapmodify -Q -Y EXTERNAL -H ldapi:/// -e relax'
stop_slapd
check 'it is there from of old' eval 'second uid second |
	runuser -u openldap -- /usr/sbin/slapmodify -n3 -F /etc/ldap/slapd.d'
start_slapd
check_same 2 "$(count uid '(employeeNumber=100006)')" 'an entry with two names'
check 'can be departed too' tenure depart "$broken" --reason 'left' --apply
check_same departed "$(find_values tenureStatus '(employeeNumber=100006)')" \
	'its status is set all the same (CI-P38)'
check_same 1 "$(count cn '(&(objectClass=tenureLock)
	(tenureStaffNumber=100006))')" 'and it is locked'

# The lock without the status: a run that was interrupted is finished.
ldapmodify -Q -Y EXTERNAL -H ldapi:/// >/dev/null <<END
dn: cn=half,ou=locks,$base
changetype: add
objectClass: tenureLock
cn: half
tenureLockKind: departure
tenureLockedTime: 20260101000000Z
tenureStaffNumber: 100004
tenureLockedBy: cn=bootstrap,ou=agents,$base
description: interrupted
END
check 'an interrupted departure is finished' \
	tenure depart 100004 --reason 'left' --apply
check_same departed "$(find_values tenureStatus '(employeeNumber=100004)')" \
	'the status follows'
check_same 1 "$(count cn '(tenureStaffNumber=100004)')" 'by its one lock'

ldapmodify -Q -Y EXTERNAL -H ldapi:/// >/dev/null <<END
dn: cn=system,ou=roles,$base
changetype: modify
add: member
member: uid=$(find_values uid '(employeeNumber=100005)'),ou=people,$base
END
refused 1 'holds a role' 'a holder of a role' \
	tenure depart 100005 --reason 'left' --apply
refused 1 'service account' 'a service account' \
	tenure depart somebody --reason 'left' --apply

# Audit ------------------------------------------------------------------------

"$make_roster" --count 33 --left 100003 --left 100004 --left 100005 \
	--left 100006 --left 100010 >"$work/next.csv"
before=$(state)
check_status 1 'audit has findings' tenure audit --roster "$work/next.csv"
check_says 'plan: disable 1 account' 'would disable one'
check_says 'departed, and holds a role' 'and names the administrator (UM-11.3)'
check_says 'account without a person that HR knows' 'and the orphans (UM-5.3)'
check_same "$before" "$(state)" 'and writes nothing'
tenure audit --roster "$work/next.csv" --json >"$work/a.json"
tenure audit --roster "$work/next.csv" --json >"$work/b.json"
check 'two audits of one state are one text' cmp "$work/a.json" "$work/b.json"
check_status 1 'audit --apply' tenure audit --roster "$work/next.csv" --apply
check_same departed "$(find_values tenureStatus '(employeeNumber=100010)')" \
	'disables whom the roster says has left (CI-P38)'
check_same 4 "$(count employeeNumber '(tenureStatus=departed)')" \
	'and nobody else'
check_same active "$(find_values tenureStatus '(employeeNumber=100005)')" \
	'not the administrator'

# What cannot be read is a finding, and the audit goes on (UM-5.3): an account
# without a number, a lock of nobody, a host that a stranger is root on.
ldapadd -Q -Y EXTERNAL -H ldapi:/// >/dev/null <<END
dn: uid=noone,ou=people,$base
objectClass: inetOrgPerson
objectClass: tenurePerson
uid: noone
cn: 吴名
sn: 吴名
employeeNumber: 100099
tenureStatus: active

dn: cn=nobodys,ou=locks,$base
objectClass: tenureLock
cn: nobodys
tenureLockKind: departure
tenureLockedTime: 20260101000000Z
tenureLockedBy: cn=bootstrap,ou=agents,$base
description: of whom?
END
# One that cannot be read stands in nobody's way: its staff number is another
# person's login.
fine=$(find_values uid '(employeeNumber=100011)')
ldapadd -Q -Y EXTERNAL -H ldapi:/// >/dev/null <<END
dn: uid=inway,ou=people,$base
objectClass: inetOrgPerson
objectClass: tenurePerson
uid: inway
cn: 吴名
sn: 吴名
employeeNumber: $fine
tenureStatus: active
END
check "an entry that nobody can read, with the staff number \"$fine\"" \
	[ "$(count uid "(employeeNumber=$fine)")" = 1 ]
check 'does not keep its person from being found' tenure show "$fine"
check_says 100011 'who is the right one'
check_status 3 'while it is itself no answer' tenure show inway
check_says "uid=inway,ou=people,$base" 'and is named'
# A report is its host's own to write; here as the file system sees it.
stop_slapd
report()
{
	printf 'dn: cn=%s,cn=tenure-reports\nobjectClass: tenureReport\n' "$1"
	printf 'cn: %s\n' "$1"
	cat
}
add_reports()
{
	setpriv --reuid openldap --regid openldap --init-groups \
		slapadd -F /etc/ldap/slapd.d -b cn=tenure-reports
}
printf 'tenureLocalAccount:: %s\n' \
	"$(printf 'a\033]0;owned\007:1001:/bin/sh' | base64)" |
	report rooted | add_reports
seq 2000 6200 | sed 's,.*,tenureLocalAccount: u&:&:/bin/sh,' |
	report flood | add_reports
seq 20000 | sed "s,.*,tenureLocalAccount: v&:&:/$(printf %060d 0)," |
	report huge >"$work/huge"
check_status 1 'the server takes no report of more than a megabyte' \
	add_reports <"$work/huge"
start_slapd
check_same 2 "$(find_values cn '(objectClass=tenureReport)' \
	cn=tenure-reports | wc -l)" 'two reports are there'
check_status 1 'an audit over entries that nobody can read' \
	tenure audit --roster "$work/next.csv"
for subject in uid=noone,ou=people cn=nobodys,ou=locks; do
	check_says "$subject,$base" "names $subject"
done
check_says 'rooted/a?]0;owned?:1001:/bin/sh' "cleans a rooted host's words"
check_says 'more local accounts than a host can have' 'ends its flood'
tenure audit --roster "$work/next.csv" --json >"$work/json"
check_same 2 "$(grep -c '"id": "bad-report/' "$work/json")" \
	'and --json has both'
# Stopped half way: the last thing to be written cannot be.
"$make_roster" --count 33 --left 100003 --left 100004 --left 100005 \
	--left 100006 --left 100010 --left 100011 >"$work/half.csv"
mount --bind /var/lib/tenure /var/lib/tenure
mount -o remount,bind,ro /var/lib/tenure
check_status 1 'stopped after a write: 1, for 3 says that nothing was' \
	tenure audit --roster "$work/half.csv" --apply --json
check_says '"outcome": "departed"' 'and a program is told what was done'
umount /var/lib/tenure

# Brakes: six of thirty.
left=
for i in 12 13 14 15 16 17; do
	left="$left --left 1000$i"
done
# shellcheck disable=SC2086 # words
"$make_roster" --count 33 $left >"$work/many.csv"
refused 1 'BRAKE: 6 of' 'more than the share that one run may disable' \
	tenure audit --roster "$work/many.csv" --apply
head -n 20 "$work/u.csv" >"$work/short.csv"
refused 1 'far fewer people' 'a roster that shrank' \
	tenure audit --roster "$work/short.csv" --apply

# The directory -----------------------------------------------------------------

printf 'servers = ldaps://localhost\nbase = %s\nca_file = /etc/hosts\n' \
	"$base" >"$work/short.conf"
refused 3 'has no certificate, which ldaps://localhost needs' \
	'a configuration without a certificate' \
	tenure --config "$work/short.conf" show 100001

printf '%s\n' "$password" >"$work/password"
check_status 1 'who has an initial password acts for nobody' \
	tenure show 100001 --as wangxiaoming --password-fd 3 3<"$work/password"
check_says 'change the password first' 'and is told so'
echo wrong >"$work/password"
check_status 1 'a wrong password is refused' \
	tenure show 100001 --as wangxiaoming --password-fd 3 3<"$work/password"
other=$(find_values uid '(employeeNumber=100020)')
stop_slapd
for verb in issue audit; do
	refused 3 ldapi:/// "$verb, a directory that is down" \
		tenure $verb --roster "$work/next.csv" --apply
done
refused 3 ldapi:/// 'show, a directory that is down' tenure show 100001
check 'a slip opens while the directory is down' \
	tenure issue --open "$other" --json
check_done
