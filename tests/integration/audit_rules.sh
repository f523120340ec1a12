#!/bin/bash
#
# The audit's rules about orphans and singles, each on a real slapd: a stable
# id, a line of text, JSON, and the exit status. UM-5.3, UM-5.4, UM-10, IS-8.
set -u
export LC_ALL=C.UTF-8
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
S=$server_suffix
work=$(mktemp -d)
trap 'server_stop; rm -rf "$work"' EXIT

person() # LOGIN UID STAFF-NUMBER NAME [LINE...]
{
	local login=$1 uid=$2 staff=$3 name=$4

	shift 4
	server_person "$login" "$uid" "$name" "$@" |
		sed "s/^employeeNumber: .*/employeeNumber: $staff/"
}
# id RULE/SUBJECT SEVERITY TITLE: in the JSON, and in the text.
finding()
{
	check_same "$2" "$(python3 -c 'import json, sys
for f in json.load(open(sys.argv[1]))["findings"]:
    if f["id"] == sys.argv[2]:
        print(f["severity"])' "$work/json" "$1")" "$1 is $2"
	check_output=$(cat "$work/text")
	check_says "$3" "and a line: $3"
}

server_users
tenure init --suffix "$S" --organisation Example \
	--server-names directory,127.0.0.1 >/dev/null
# What slapd itself refuses comes in as its own tools bring it, or a partition.
{
	person fine 2100001 F1 王小明 'tenureStatus: active' \
		'createTimestamp: 20250101000000Z'
	person left 2100002 L1 李娜 'tenureStatus: active'
	person ghost 2100003 G1 吴名 'tenureStatus: active'
	person one 2100004 D1 张三 'tenureStatus: active' \
		'createTimestamp: 20250101000000Z'
	person two 2100005 D1 张三 'tenureStatus: active' \
		'createTimestamp: 20260101000000Z'
	person same 2100001 S1 赵六 'tenureStatus: active' \
		'createTimestamp: 20260101000000Z'
	person odd 2100007 N1 X 'tenureStatus: active'
} | runuser -u openldap -- slapadd -n3 -F /etc/ldap/slapd.d
for host in named unnamed; do
	printf '%s\n' "dn: cn=$host,ou=hosts,$S" 'objectClass: device' \
		'objectClass: tenureHost' "cn: $host" \
		'serialNumber: 00112233445566778899aabbccddeef0' ''
done | runuser -u openldap -- slapadd -n3 -F /etc/ldap/slapd.d
{
	printf '%s\n' 'dn: cn=named,cn=tenure-reports' \
		'objectClass: tenureReport' 'cn: named' \
		"tenureSeenTime: $(date -u +%Y%m%d%H%M%SZ)" \
		'tenureLocalAccount: root:0:/bin/bash' \
		'tenureLocalAccount: glass:1000:/bin/bash' \
		'tenureLocalAccount: backdoor:1001:/bin/bash' \
		'tenureBreakGlass: glass' ''
	printf '%s\n' 'dn: cn=unnamed,cn=tenure-reports' \
		'objectClass: tenureReport' 'cn: unnamed' \
		"tenureSeenTime: $(date -u +%Y%m%d%H%M%SZ)" ''
	printf '%s\n' 'dn: cn=lost,cn=tenure-reports' \
		'objectClass: tenureReport' 'cn: lost' \
		"tenureSeenTime: $(date -u +%Y%m%d%H%M%SZ)" \
		'tenureBreakGlass: glass' ''
} | runuser -u openldap -- slapadd -b cn=tenure-reports -F /etc/ldap/slapd.d
check 'a directory with something of everything' server_start
printf '%s\r\n' '工号,姓名,状态' 'F1,王小明,在职' 'L1,李娜,离职' \
	'D1,张三,在职' 'S1,赵六,在职' 'N1,钱七,在职' >"$work/roster.csv"
check_status 1 'an audit that has findings ends with 1' \
	tenure audit --roster "$work/roster.csv"
printf '%s\n' "$check_output" >"$work/text"
check_status 1 'as JSON too' sh -c \
	"tenure audit --json --roster '$work/roster.csv' >'$work/json'"
finding orphan-account/ghost high 'account without a person that HR knows'
finding departed-open/left critical 'departed but able to log in'
finding second-account/two critical 'one person with two accounts'
finding duplicate-uid/same critical 'two accounts with one uid number'
finding no-real-name/odd high 'no real name'
finding unapproved/fine high 'account that no application asked for'
finding local-account/named/backdoor high 'local account without a person'
finding break-glass-unnamed/unnamed high \
	'host that names no break-glass account'
finding break-glass-missing/lost high 'break-glass account that is not there'
check_same '' "$(grep -o 'local-account/named/glass' "$work/json")" \
	'the break-glass account that a host names is no local account'
tenure audit --json --roster "$work/roster.csv" >"$work/again"
ids()
{
	python3 -c 'import json, sys
print(*sorted(f["id"] for f in json.load(open(sys.argv[1]))["findings"]), sep="\n")' "$1"
}
check_same "$(ids "$work/json")" "$(ids "$work/again")" \
	'ids are the same the next time'
check_same '' "$(ids "$work/json" | uniq -d)" 'and no two are the same'
check 'of more than nine findings' [ "$(ids "$work/json" | wc -l)" -gt 9 ]
check_done
