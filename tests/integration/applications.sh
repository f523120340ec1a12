#!/bin/bash
# Applications with real people, by the command: filed, confirmed, approved,
# issued; and refused (UM-10, UM-11). applications_server.sh tries the same
# refusals on slapd itself, with raw tools.
set -u
export LC_ALL=C.UTF-8
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

S=$server_suffix
P=$server_password
apps=ou=applications,$S
work=$(mktemp -d)

# by LOGIN VERB ...: the command as this person.
by()
{
	local who=$1

	shift
	tenure --as "$who" --password-fd 3 "$@" 3<<<"$P"
}
# filed: the name of the application in $check_output.
filed()
{
	printf '%s' "$check_output" | sed -n 's/^filed: \([^,]*\),.*/\1/p'
}
state_of()
{
	tenure application show "$1" --json |
		sed -n 's/^ "state": "\(.*\)",$/\1/p'
}
# refused TEXT WHAT COMMAND...: exit status 1, one line with the text.
refused()
{
	local text=$1 what=$2

	shift 2
	check_status 1 "$what: refused" "$@"
	check_says "$text" "$what: says \"$text\""
}
roster()
{
	printf '工号,姓名,状态,部门,岗位,入职日期,离职日期\n'
	printf '%s\n' "$@"
}
has_account()
{
	server_as root search -LLL -b "ou=people,$S" "(employeeNumber=$1)" 1.1 |
		grep -q ^dn:
}

systemd-sysusers >/dev/null 2>&1
systemd-tmpfiles --create tenure.conf >/dev/null 2>&1
server_new

# Bootstrap -------------------------------------------------------------------

roster 'E1,王芳,在职,人力资源部,主管,,' 'E2,李强,在职,研发部,主管,,' \
	'E3,赵敏,在职,信息部,主管,,' 'E4,孙丽,在职,销售部,主管,,' \
	'E5,周杰,在职,研发部,工程师,,' 'E6,吴刚,在职,信息部,管理员,,' \
	>"$work/first.csv"
check 'while there is no IT manager, root issues from a roster' \
	tenure issue --roster "$work/first.csv" --apply
check_says 'created 6 accounts' 'six people'
# They changed the password, as a login makes them.
for login in wangfang liqiang zhaomin sunli zhoujie wugang; do
	server_as nobody passwd -s "$P" "uid=$login,ou=people,$S"
	printf '%s\n' "dn: uid=$login,ou=people,$S" 'changetype: modify' \
		'replace: pwdReset' ''
done | server_as nobody modify >/dev/null
for pair in hr:wangfang it-manager:zhaomin system:wugang; do
	printf '%s\n' "dn: cn=${pair%:*},ou=roles,$S" 'changetype: modify' \
		'add: member' "member: uid=${pair#*:},ou=people,$S" ''
done | server_as root modify >/dev/null
roster 'E7,钱伟,在职,研发部,工程师,,' >"$work/seven.csv"
refused 'unapproved  E7' 'once there is one, root issues no more' \
	tenure issue --roster "$work/seven.csv" --apply
check_status 1 'the audit names who was issued without' \
	tenure audit --roster "$work/first.csv"
check_says 'before anybody could approve' 'each of them'

# Departments -----------------------------------------------------------------

check 'hr names the head of a department' \
	by wangfang department set 研发部 --head liqiang
check 'and another' by wangfang department set 销售部 --head sunli
refused 'kept by hr' 'an administrator names none' \
	by wugang department set 信息部 --head zhaomin
refused 'nobody that you may see' 'a head is somebody' \
	by wangfang department set 信息部 --head nobody7
check 'department list' by wangfang department list
check_lines 2 'has two'

# The happy path --------------------------------------------------------------

check 'hr files for a newcomer who has no account' by wangfang apply \
	--number E7 --name 钱伟 --department 研发部 --post 工程师 \
	--start 2026-01-05 --reason 新员工入职
one=$(filed)
check_says 'the head of the department, liqiang' 'and is told who is next'
refused 'there is no application' 'the head of another department sees nothing' \
	by sunli approve "$one"
refused 'liqiang' 'nor the IT manager before the head' \
	by zhaomin approve "$one"
refused 'not approved' 'no account before it is approved' \
	tenure issue --application "$one" --apply
check 'the head sees what waits' by liqiang application list
check_says "$one" 'this one'
check 'the head of another department sees nothing' by sunli application list
check_lines 0 'of it'
check 'the head confirms' by liqiang approve "$one"
refused 'you have signed' 'and does not approve too' by liqiang approve "$one"
refused 'confirmed, not approved' 'one signature is not enough' \
	tenure issue --application "$one" --apply
refused 'IT manager' 'hr does not approve' by wangfang approve "$one"
check 'the IT manager approves' by zhaomin approve "$one"
check_same approved "$(state_of "$one")" 'it is approved'
refused 'approved already' 'once' by zhaomin approve "$one"
refused 'approved already' 'and rejected no more' \
	by zhaomin reject "$one" --reason late
roster 'E7,钱卫,在职,研发部,工程师,,' >"$work/name.csv"
refused 'another name' 'another name under its number gets none' \
	tenure issue --roster "$work/name.csv" --apply
roster 'E7,钱伟,在职,财务部,工程师,,' >"$work/department.csv"
refused 'another department' 'nor another department' \
	tenure issue --roster "$work/department.csv" --apply
check 'issue' by wugang issue --application "$one" --apply
check_says 'created 1 account' 'makes the account'
check_same "$one" "$(server_as root search -LLL -b "ou=people,$S" \
	'(employeeNumber=E7)' tenureApplication |
	sed -n 's/^tenureApplication: //p')" 'which names its application'
check 'again' tenure issue --application "$one" --apply
check_says 'created 0 accounts' 'makes nobody a second one'

check 'the form as text' tenure application show "$one"
check_says '钱伟' 'has the applicant'
check_says '李强 (liqiang), 20' 'the head, and when'
check_says '赵敏 (zhaomin), 20' 'the IT manager, and when'
check_says '王芳 (wangfang), 20' 'and who filed it'
check 'and as a page' tenure application show "$one" --html
check_says '<bdi>李强 (liqiang), 20' 'with the names'
check 'each step is in the journal' tenure journal show
check_says "application $one" 'under its name'

# Refused ---------------------------------------------------------------------

check 'filed for the head' by wangfang apply --number E2 --name 李强 \
	--department 研发部 --reason x
refused 'about yourself' 'who does not sign it' by liqiang approve "$(filed)"
refused 'people sign' 'root signs nothing' tenure approve "$one"
refused 'there is no application' 'an ordinary person sees none' \
	by zhoujie approve "$one"
refused 'files for the own department' 'and files none' by zhoujie apply \
	--number E8 --name 郑爽 --department 研发部 --reason x
check 'one is filed' by liqiang apply --number E8 --name 郑爽 \
	--department 研发部 --reason x
two=$(filed)
refused 'files for the own department' 'a head files for no other' \
	by liqiang apply --number E8 --name 郑爽 --department 销售部 --reason x
check_status 2 'a rejection has a reason' by liqiang reject "$two"
check 'the head rejects it' by liqiang reject "$two" --reason '本部门无此岗位'
refused 'rejected by liqiang' 'that is final' by liqiang approve "$two"
refused 'rejected by liqiang' 'for the IT manager too' by zhaomin approve "$two"
check 'the form says so' tenure application show "$two"
check_says 本部门无此岗位 'with the reason'
refused 'unapproved  E8' 'and nobody gets an account by it' eval \
	'roster E8,郑爽,在职,研发部,,, >"$work/eight.csv" &&
	tenure issue --roster "$work/eight.csv" --apply'

# The form says one thing, the list another.
printf '%s\n' "dn: cn=A-forged,$apps" 'objectClass: tenureForm' \
	'tenureApplicationKind: account' 'tenureApplicationNumber: E9' \
	'tenureApplicationNumber: E10' \
	"tenureApplicationDepartment: cn=研发部,ou=departments,$S" \
	'tenureApplicationText: {"people":[{"number":"E9","name":"何平"}]}' |
	server_by wangfang "$P" add >/dev/null
refused 'is not what it lists' 'a number that hides behind the form' \
	by liqiang approve A-forged
check 'the form shows it' by liqiang application show A-forged
check_says 'NOT WHAT IT LISTS. Listed are: E9 E10' 'by number'

# A roster --------------------------------------------------------------------

{
	cat "$work/first.csv"
	roster 'E21,冯军,在职,研发部,工程师,,' 'E22,陈晨,在职,销售部,销售,,' \
		'E23,褚健,离职,销售部,销售,,' | tail -n +2
} >"$work/bulk.csv"
check 'those who were issued without one can be applied for' \
	tenure apply --roster "$work/bulk.csv" --all --reason 补批
check_says '8 people' 'with the newcomers'
refused 'about yourself' 'but not by one of them' by wangfang approve "$(filed)"
check 'a roster is one application, of its newcomers' \
	tenure apply --roster "$work/bulk.csv" --reason 新员工
bulk=$(filed)
check_says '2 people' 'two'
refused 'there is no application' 'a head sees no roster' \
	by liqiang approve "$bulk"
check 'hr confirms it' by wangfang approve "$bulk"
check 'the IT manager approves it' by zhaomin approve "$bulk"
roster 'E21,冯军,在职,研发部,工程师,,' 'E22,陈晨,在职,销售部,销售,,' \
	'E24,卫国,在职,销售部,销售,,' >"$work/more.csv"
check_status 1 'issue works for exactly those' \
	tenure issue --roster "$work/more.csv" --apply
check_says 'created 2 accounts' 'two'
check_says 'unapproved  E24' 'the third is named'
check 'the two are there' eval 'has_account E21 && has_account E22'
check_status 1 'the third is not' has_account E24

# Posts change hands ----------------------------------------------------------

check 'filed before' by wangfang apply --number E31 --name 蒋涛 \
	--department 研发部 --reason x
three=$(filed)
check 'and confirmed' by liqiang approve "$three"
printf '%s\n' "dn: cn=it-manager,ou=roles,$S" 'changetype: modify' \
	'replace: member' "member: uid=zhoujie,ou=people,$S" |
	server_as nobody modify >/dev/null
refused 'there is no application' 'who was IT manager sees nothing any more' \
	by zhaomin approve "$three"
check 'the new one approves' by zhoujie approve "$three"

# jiangtao RDN: the entry that was applied for, under a name
jiangtao()
{
	server_person jiangtao 2100031 蒋涛 'departmentNumber: 研发部' \
		'tenureStatus: active' "tenureApplication: $three" |
		sed "s/^dn: uid=jiangtao,/dn: $1,/
			s/^employeeNumber: .*/employeeNumber: E31/"
}
for name in cn=蒋涛 employeeNumber=E31 uid=jiangtao+cn=蒋涛; do
	check_status 50 "an account is named by its login alone, not $name" \
		eval 'server_by wugang "$P" add < <(jiangtao "$name")'
done
check 'so it is made by hand, too' eval \
	'server_by wugang "$P" add < <(jiangtao uid=jiangtao)'

# Changes and closures --------------------------------------------------------

check 'a change is applied for' by wangfang apply --change qianwei \
	--to 调任信息部 --reason 工作调动
change=$(filed)
check 'the head confirms' by liqiang approve "$change"
refused 'is not yours' 'hr, not the IT manager, approves' \
	by zhoujie approve "$change"
check 'hr approves' by wangfang approve "$change"
refused 'no account of a person' 'no account comes of it' \
	tenure issue --application "$change"
check 'a closure' by wangfang apply --closure sunli \
	--department 研发部 --reason 停薪留职
closure=$(filed)
refused 'not approved' 'a departure names one that is approved' \
	tenure depart sunli --reason x --application "$closure" --apply
check 'it is' eval \
	'by liqiang approve "$closure" && by wangfang approve "$closure"'
refused 'does not list' 'and that is about the person' \
	tenure depart qianwei --reason x --application "$closure"
check 'then the account is closed' \
	tenure depart sunli --reason x --application "$closure" --apply
check_same 1 "$(server_as root search -LLL -o ldif-wrap=no -b "ou=locks,$S" \
	description | grep -c "$closure")" 'and the lock names it'
check 'a departure of staff needs none' tenure depart qianwei --reason left
check_says 'the roster confirms' 'and says why'
check 'a service account' by wangfang apply --service nightly --for qianwei \
	--reason 备份
check_says 'service, 1 person' 'is one application'
service=$(filed)
check 'the head confirms' by liqiang approve "$service"
check 'the IT manager approves' by zhoujie approve "$service"
check 'and an administrator makes it' eval 'server_by wugang "$P" add < <(
	printf "%s\n" "dn: uid=nightly,ou=services,$S" "objectClass: account" \
	"objectClass: posixAccount" "objectClass: tenureService" \
	"uid: nightly" "cn: nightly" "uidNumber: 2300000" \
	"gidNumber: 2000000" "homeDirectory: /home/nightly" \
	"owner: uid=qianwei,ou=people,$S" "description: backups" \
	"tenureEndDate: 2090-01-01" "tenureStatus: active" \
	"tenureApplication: $service")'

# Hostile ---------------------------------------------------------------------

hostile='<script>alert(1)</script>"&'\'
check 'markup in the form' by wangfang apply --number E41 --name 沈丽 \
	--department 研发部 --post "$hostile" --reason '</td><img src=x>'
four=$(filed)
check 'is text on the page' tenure application show "$four" --html
check_says '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;&#39;' 'escaped'
check_same 0 "$(printf '%s' "$check_output" | grep -c '<script\|<img')" \
	'and no element'
for bad in $'a\nb' $'a\x1b[2J' $'\xff' "$(printf 'x%.0s' $(seq 300))"; do
	check_status 2 'a field that is no line of text is refused' \
		by wangfang apply --number E42 --name 韩梅 \
		--department 研发部 --reason "$bad"
done
for bad in '*' 'E1)(cn=*' 'E 1' '' '-1'; do
	check_status 2 "so is the number '$bad'" by wangfang apply \
		--number "$bad" --name 韩梅 --department 研发部 --reason x
done
for bad in '*' 'x,ou=people' '../x' 'A*'; do
	refused 'no name of an application' "so is the application '$bad'" \
		tenure application show "$bad"
done
{
	printf '%s\n' "dn: cn=A-big,$apps" 'objectClass: tenureForm' \
		'tenureApplicationKind: account' 'tenureApplicationNumber: E9' \
		"tenureApplicationDepartment: cn=研发部,ou=departments,$S"
	printf 'tenureApplicationText: '
	head -c 10000000 /dev/zero | tr '\0' x
	echo
} >"$work/big.ldif"
check_same 0 "$(server_by wangfang "$P" add -f "$work/big.ldif" \
	>/dev/null 2>&1 && echo 1 || echo 0)" 'ten megabytes are not taken'
check 'and the server goes on' tenure application list --all
head -c 3000000 "$work/big.ldif" >"$work/less.ldif"
echo >>"$work/less.ldif"
server_by wangfang "$P" add -f "$work/less.ldif" >/dev/null 2>&1
check 'a form of three that is no form harms no list' \
	tenure application list --all
refused 'is not what it lists' 'and is not signed' by liqiang approve A-big

# Two at once -----------------------------------------------------------------

for i in 1 2 3 4 5 6; do
	by wangfang apply --number "E5$i" --name 杨柳 --department 研发部 \
		--reason x >"$work/at-once.$i" 2>&1 &
done
for job in $(jobs -p | grep -v "^$server_pid$"); do
	wait "$job"
done
check_same 6 "$(cat "$work"/at-once.* | grep ^filed: | sort -u | wc -l)" \
	'six who file at once file six'
five=$(sed -n 's/^filed: \([^,]*\),.*/\1/p' "$work/at-once.1")
for i in 1 2 3; do
	by liqiang approve "$five" >"$work/sign.$i" 2>&1 &
done
for job in $(jobs -p | grep -v "^$server_pid$"); do
	wait "$job"
done
check_same 1 "$(cat "$work"/sign.* | grep -c 'is confirmed')" \
	'one signature of three at once'
check_same confirmed "$(state_of "$five")" 'and it is confirmed once'

check_status 1 'the audit' tenure audit --roster "$work/first.csv" --json
check_same 'liqiang wangfang wugang zhaomin zhoujie' "$(
	printf '%s' "$check_output" |
	sed -n 's,.*"id": "unapproved/\(.*\)".*,\1,p' | sort | xargs)" \
	'names those of the beginning who are still there, and nobody approved'

# A dead server ---------------------------------------------------------------

server_stop
check_status 3 'without the directory nothing is filed' \
	tenure apply --roster "$work/more.csv" --reason x
check_status 3 'nothing signed' by liqiang approve "$five"
check_status 3 'and nothing told' tenure application list
rm -rf "$work"
check_done
