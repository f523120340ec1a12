#!/bin/bash
# Lists of leaked credentials (tenure leak import), the written record and the
# dossier (UM-15.1, CI-3.2, IS-9), on a real slapd with the enforcer beside it.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
. "$top_srcdir/tests/integration/lib/enforcer_fixture.sh"
. "$top_srcdir/tests/integration/lib/leak_fixture.sh"
trap 'enforcer_kill; server_stop' EXIT

failures()
{
	value "uid=$1,$people" pwdFailureTime | grep -c .
}

server_new || exit 1
ssh-keygen -q -t ed25519 -N '' -f /tmp/key_now || exit 1
ssh-keygen -q -t ed25519 -N '' -f /tmp/key_old || exit 1
number=2100000
for login in alice bob carol dave erin frank grace heidi sys1 sys2 sec1 sec2 aud1; do
	number=$((number + 1))
	set -- 'tenureStatus: active' "userPassword: $word"
	case $login in
	bob) set -- "$@" 'mail: Bob@example.org' ;;
	dave) set -- "$@" "tenureSshPublicKey: $(cut -d' ' -f1,2 /tmp/key_now.pub)" ;;
	heidi) set -- 'tenureStatus: departed' ;;
	esac
	server_person "$login" "$number" "${login%[0-9]} Person" "$@"
done >/tmp/people.ldif
server_as nobody add -f /tmp/people.ldif >/dev/null || exit 1
tenure role fill system sys1 sys2 >/dev/null
tenure role fill security sec1 sec2 >/dev/null
tenure role fill audit aud1 >/dev/null
enforcer_start || exit 1
# Failures stand on this one.
server_by grace wrong whoami >/dev/null 2>&1

print_of()
{
	ssh-keygen -l -f "$1" | cut -d' ' -f2
}
printf '\xef\xbb\xbf# as it came\r\n' >/tmp/list
{
	printf 'alice:%s\r\n' "$word"
	printf 'bob@EXAMPLE.org\t%s\n' "$word"
	printf 'carol,not-the-password-7\n'
	printf 'dave;%s\n' "$(print_of /tmp/key_now.pub)"
	printf 'E2100004,%s\n' "$(print_of /tmp/key_old.pub)"
	printf 'erin,5f4dcc3b5aa765d61d8327deb882cf99\n'
	printf 'grace:%s\n' "$word"
	printf 'heidi:%s\n' "$word"
	printf 'nobody@elsewhere.example:hunter2\n'
	printf '*:%s\n' "$word"
	printf '\xff\xfe\n\n'
	# The password first, by mistake; the whole of ssh-keygen -l; a name alone.
	printf 'Kirsche-und-Vogel-8:alice\n'
	printf 'frank,%s\n' "$(ssh-keygen -l -f /tmp/key_old.pub)"
	printf 'erin\n'
} >>/tmp/list
before=$(slapcat -o ldif-wrap=no -b "$S" | grep -c '^objectClass: tenureLock$')
check 'an import shows what it would do' as sys1 leak import /tmp/list
for line in 'line 2  alice = alice: a password' 'line 3  bob@EXAMPLE.org = bob: a password' \
	'line 4  carol = carol: a password, which --apply tries' 'line 5  dave = dave: confirmed' \
	'line 6  E2100004 = dave: no longer valid' \
	'line 7  erin = erin: no proof' 'line 8  grace = grace: not tried' \
	'line 9  heidi = heidi: locked before' \
	'line 10  -: not ours' 'line 11  -: not ours' \
	'line 14  -: not ours' 'line 15  frank = frank: no longer valid' \
	'line 16  erin = erin: no proof: a name alone' \
	'13 lines: 1 confirmed, 3 not ours, 2 no longer valid, 7 others; 1 name nobody'; do
	check_says "$line" "$line"
done
check_says 'nothing was tried and nothing written' 'and writes nothing'
check_same "$before" "$(slapcat -o ldif-wrap=no -b "$S" |
	grep -c '^objectClass: tenureLock$')" 'no lock'
check_same 0 "$(failures carol)" 'nor tries a password'
check_same 0 "$(failures frank)" 'and a fingerprint is none'
check_same 1 "$(failures grace)" 'and not where failures stand'
case $check_output in
*"$word"* | *hunter2* | *Kirsche*) check_fail 'no password of the list is shown' ;;
*) check_pass 'no password of the list is shown' ;;
esac

check_status 2 'to apply it says why' as sys1 leak import /tmp/list --apply
check 'with --apply the confirmed are locked' as sys1 leak import /tmp/list --apply \
	--reason 'a list from the provider' --from 'CERT'
for login in alice bob dave; do
	check "$login is locked" is "$login" tenureStatus leak
done
for login in carol erin frank grace; do
	check "$login is not" is "$login" tenureStatus active
done
check_same 1 "$(failures carol)" 'a password was tried once'
check_output=$(tenure journal show --person carol)
check_says 'leak import' 'which the journal has'
check 'a second run finds nobody' as sys1 leak import /tmp/list --apply --reason x
check_says '0 confirmed' 'to lock'
check_same 1 "$(failures carol)" 'and tries nothing a second time'
check 'the passwords stand nowhere' test -z "$(for base in "$S" cn=tenure-journal \
	cn=tenure-reports cn=accesslog; do slapcat -o ldif-wrap=no -b "$base"; done |
	grep -e not-the-password -e hunter2)"
# Cut into small lists it is the same list.
many()
{
	for login in "$@"; do
		printf '%s:%s\n' "$login" "$word"
	done
}
many frank sec2 >/tmp/many
check_status 1 'a list of too many is held by a brake' as sys1 leak import \
	/tmp/many --apply --reason x
check_says brake 'and says so'
check_says '3 were by your lists' 'cut into small ones, too'
check 'nobody of it is locked' is frank tenureStatus active
check_status 3 'no file' as sys1 leak import /tmp/none

# A list of 1,000 lines, as long as they come; 3 were locked within the hour, 17
# make it 20.
server_stop
hash=$(/usr/sbin/slappasswd -h '{SSHA}' -s "$word")
for n in $(seq 1000); do
	set --
	[ "$n" -lt 999 ] || set -- 'mail: twice@example.org'
	server_person "p$n" "$((2200000 + n))" 'Some Person' \
		'tenureStatus: active' "userPassword: $hash" \
		"mail: P$n@example.org" "$@"
done | runuser -u openldap -- /usr/sbin/slapadd -q -w -n3 -F /etc/ldap/slapd.d
server_start 256 || exit 1
awk -v word="$word" 'BEGIN {
	for (n = 1; n <= 17; n++)
		print (n % 3 == 0 ? "p" n : n % 3 == 1 ? "E" 2200000 + n : \
		    "p" n "@Example.org") ":" word
	for (; n <= 300; n++)
		print "p" n "@example.org:not-the-password-7"
	for (; n <= 699; n++)
		print "p" n ",5f4dcc3b5aa765d61d8327deb882cf99"
	for (; n <= 999; n++)
		print "p" n "@elsewhere.example:hunter2"
	print "twice@example.org:" word }' >/tmp/thousand
before=$(slapcat -o ldif-wrap=no -b "$S" | grep -c '^objectClass: tenureLock$')
began=$(date +%s%3N)
check 'a list of 1,000 lines is shown' as sys1 leak import /tmp/thousand
check_says '1000 lines: 0 confirmed, 300 not ours, 0 no longer valid, 700 others' \
	"as what it may be ($(($(date +%s%3N) - began)) ms)"
check_says 'line 1000  -: names more than one account' 'nor is an address of two'
began=$(date +%s%3N)
check 'and imported' as sys1 leak import /tmp/thousand --apply --reason 'a long list'
check_says '1000 lines: 17 confirmed, 300 not ours, 283 no longer valid, 400 others' \
	"17 are confirmed ($(($(date +%s%3N) - began)) ms)"
check "nobody is read for each line: $(grep -c ' SRCH base="'"$S"'" scope=2 .*(mail=' \
	"$server_log") searches by mail" test "$(grep -c \
	' SRCH base="'"$S"'" scope=2 .*(mail=' "$server_log")" = 2
check_same 17 "$(($(slapcat -o ldif-wrap=no -b "$S" |
	grep -c '^objectClass: tenureLock$') - before))" 'each has a lock'
check_same 17 "$(slapcat -o ldif-wrap=no -b "$people" | awk '/^uid: p[0-9]/ { p = 1 }
	/^tenureStatus: leak/ { leak = 1 }
	/^$/ { n += p && leak; p = leak = 0 } END { print n }')" 'and the status, nobody else'
check 'the cases are made' wait_for 20 has_case leak-E2200017-1
many p301 >/tmp/many
check_status 1 'one more is held by the brake' as sys1 leak import /tmp/many \
	--apply --reason x
check_says '20 were by your lists' 'which counts the hour'
check 'and is not locked' is p301 tenureStatus active

# The dossier and the record.
wait_for 5 has_case leak-E2100001-1
printf '%s\n' "dn: uid=sys2,$people" 'changetype: modify' \
	'replace: pwdChangedTime' 'pwdChangedTime: 20260101000000Z' '' |
	server_as nobody modify -e relax >/dev/null 2>&1
server_by sys2 "$word" modify >/dev/null < <(printf '%s\n' \
	"dn: uid=frank,$people" 'changetype: modify' 'replace: title' \
	'title: Clerk')
as sys1 leak report sys2 --reason phished >/dev/null
wait_for 5 has_case leak-E2100010-1
check_status 1 'system reads no access log' as sys1 leak dossier leak-E2100010-1
check_says 'root on the directory server and by audit' 'and is told who does'
check 'audit reads what the account did' as aud1 leak dossier leak-E2100010-1
check_says "modify uid=frank,$people: title" 'the change'
check_says "bind uid=sys2,$people" 'and the login'
check 'root makes items of it' tenure leak dossier leak-E2100010-1 --items
items=$(value "cn=leak-E2100010-1,ou=incidents,$S" tenureCaseItem)
check_output=$items
check_says "modify uid=frank,$people: title" 'each change is one (UM-15.2)'

check 'the written record' tenure leak record leak-E2100001-1 --language en
check_says 'Written record of a leak' 'in English'
check_says 'On the word of: CERT' 'with who told of it'
check_says 'discovered to reported: ' 'and the clocks'
hash=$(grep -o '[0-9a-f]\{64\}' <<<"$check_output" | head -n 1)
check 'and the hashes of the journal' test -n "$hash"
check 'which the journal has' bash -c 'slapcat -o ldif-wrap=no -b \
	cn=tenure-journal | sed -n "s/^tenureJournalText:: //p" |
	while read -r text; do base64 -d <<<"$text"; done |
	grep -q '"$hash"' || slapcat -o ldif-wrap=no -b cn=tenure-journal |
	grep -q '"$hash"
check 'in Chinese' tenure leak record leak-E2100001-1 --language zh
check_says '账号泄露书面情况记录' 'with its title'
check 'as one page' tenure leak record leak-E2100001-1 --language zh --html
check_says '<html lang="zh">' 'in that language'
check_says "$hash" 'with the hashes of the journal'
check_says "default-src 'none'" 'which loads nothing'
as sys1 leak report frank --reason '<script>alert(1)</script>' >/dev/null
wait_for 5 has_case leak-E2100006-1
check_output=$(tenure leak record leak-E2100006-1 --html)
check_says '&lt;script&gt;' 'and escapes what people wrote'
check_done
