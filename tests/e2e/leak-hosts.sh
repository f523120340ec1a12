#!/bin/bash
#
# A leak report on two hosts and two providers: every way in before, during and
# after; a host that was cut off, or off; the daemon killed between the lock and
# the end of the session; the writer killed; a host's clock ahead and behind; the
# histogram of what the hosts say of forty locks; a host that answers at the other
# provider, and that provider down; and the last two of security, one reported at
# each. UM-15.1, UM-15.2, UM-1.6, CI-P38.

# shellcheck source=tests/e2e/lib/leak_lab.sh
. "$(dirname "$(readlink -f "$0")")/lib/leak_lab.sh"
# shellcheck source=tests/e2e/lib/leak_two_hosts.sh
. "$(dirname "$(readlink -f "$0")")/lib/leak_two_hosts.sh"

locked=20 # people of the histogram, from staff number 100011 on

"$top/tests/fixtures/make_roster" --count 40 >"$work/first.csv"
options=(--hosts 2 --providers 2 --people "$work/first.csv")
[ -z "${TENURE_STAGE-}" ] || options+=(--stage "$TENURE_STAGE")
check 'two providers, two hosts, 40 people' "$lab" up "${options[@]}" ||
	check_done
declare -A logins uids uuids
while read -r number login uid uuid; do
	logins[$number]=$login uids[$number]=$uid uuids[$number]=$uuid
done < <(on directory "ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// \
	-o ldif-wrap=no -b ou=people,$S '(objectClass=tenurePerson)' \
	employeeNumber uid uidNumber entryUUID" |
	awk '{ of[$1] = $2 } /^$/ && of["uid:"] != "" {
		print of["employeeNumber:"], of["uid:"], of["uidNumber:"],
			of["entryUUID:"]; split("", of) }')
check_same 40 "${#logins[@]}" 'their logins are known here'
for host in host1 host2; do
	on $host "sed -i '/^fleet_hosts/d' /etc/tenure/tenure.conf
		echo 'fleet_hosts = 2' >>/etc/tenure/tenure.conf
		lab-service restart tenured"
done
own_passwords "${logins[100001]}" "${logins[100002]}" "${logins[100003]}" \
	"${logins[100005]}" "${logins[100007]}" "${logins[100010]}" \
	"${logins[100037]}" "${logins[100031]}" "${logins[100032]}" "${logins[100033]}" \
	"${logins[100034]}"

# Each way in, before, during and after ----------------------------------------------

ways='sshd login sudo su cron atd'
on directory "ssh-keygen -q -t ed25519 -N '' -f /root/key </dev/null
	printf '%s\n' 'dn: uid=${logins[100001]},ou=people,$S' \
		'changetype: modify' 'add: tenureSshPublicKey' \
		\"tenureSshPublicKey: \$(cut -d' ' -f1,2 /root/key.pub)\" |
		ldapmodify -x -H ldapi:/// -w $good \
			-D uid=${logins[100001]},ou=people,$S" >/dev/null
for host in host1 host2; do
	check "before: $host lets in by password" \
		wait_for 20 enters 100001 $host
	check 'before: by key' wait_for 10 by_key 100001 $host
	for way in $ways; do
		check "before: by $way" wait_for 10 opens $host "$way" 100001
	done
	works $host 100001
	works $host 100002
done
# Logins all the while: what began before the lock is ended by a later look.
(
	for _ in $(seq 60); do
		opens host1 sshd 100001 && works host1 100001
	done
) 2>/dev/null &
during=$!
knocking=()
for host in host1 host2; do
	for way in $ways; do
		knocks "$work/knock.$host.$way" opens $host "$way" 100001 &
		knocking[${#knocking[@]}]=$!
	done
	knocks "$work/knock.$host.password" enters 100001 $host &
	knocking[${#knocking[@]}]=$!
	knocks "$work/knock.$host.key" by_key 100001 $host &
	knocking[${#knocking[@]}]=$!
done
all_in()
{
	[ "$(grep -lx in "$work"/knock.* | wc -l)" = ${#knocking[@]} ]
}
check "somebody comes in by ${#knocking[@]} ways" wait_for 20 all_in
lock directory during1 100001
wait $during "${knocking[@]}"
for host in host1 host2; do
	for way in $ways password key; do
		check_output=$(xargs <"$work/knock.$host.$way")
		check "during: $host, $way: in until the lock, and never again" \
			grep -Eqx '(in )+out out out' <<<"$check_output"
	done
done
for host in host1 host2; do
	check "during: nothing is left at $host" wait_for 7 is_out $host 100001
	check "$host says what it did" wait_for 15 has_said $host during1
	check "at $host a login is refused within a second (UM-15.1)" \
		test "$(said $host during1 seen)" -le 1000
	for way in $ways; do
		check "after: $host refuses $way" shut $host "$way" 100001
	done
	check_status 255 "after: $host refuses the password" enters 100001 $host
	check_status 255 "after: $host refuses the key" by_key 100001 $host
	check "somebody else goes on at $host" is_at_work $host 100002
done

# The histogram ----------------------------------------------------------------------

for i in $(seq 100011 $((100010 + locked))); do
	works host1 "$i"
	works host2 "$i"
done
for i in $(seq 100011 $((100010 + locked))); do
	lock directory "each$i" "$i"
done
all_said()
{
	[ "$(effects | grep -c ' each[0-9]* .* left=0$')" -ge $((2 * locked)) ]
}
check "both hosts say what they did of $locked locks" wait_for 30 all_said
effects | grep ' each' >"$work/each"
for word in seen decided finished; do
	grep -o " $word=[0-9-]*" "$work/each" | sed 's/.*=//' | sort -n |
		tee "$work/$word" | awk -v word=$word '
		{ v[NR] = $1; slot = int($1 / 50); n[slot]++; if (slot > top) top = slot }
		END {
			printf "# %-8s median %d ms, p99 %d ms of %d\n", word,
				v[int((NR + 1) / 2)], v[NR], NR
			for (i = 0; i <= top; i++)
				if (n[i]) printf "#   %4d-%d ms: %d\n", i * 50, i * 50 + 49, n[i]
		}'
	check "$word: p99 within a second, of $((2 * locked)) (UM-15.1)" test \
		"$(wc -l <"$work/$word")" = $((2 * locked)) -a \
		"$(tail -n 1 "$work/$word")" -le 1000
done
check_same $((2 * locked)) "$(grep -c ' ended=1 ' "$work/each")" \
	'each ended the one process that ran'

# A report as it is seen on the hosts, and what its case shows ---------------------------

build=${TENURE_BUILD:-$top/build}
doors=()
works host1 100035
works host2 100035
works host2 100036
for host in host1 host2; do
	on $host "echo ${logins[100035]} ${uids[100035]} >/run/lab/leaked
		printf '%s %s\n' ${logins[100002]} ${uids[100002]} \
			${logins[100036]} ${uids[100036]} >/run/lab/others"
	"$lab" exec $host -- "$build/tests/bench/leak_door" $host 20 \
		/run/lab/leaked /run/lab/others </dev/null >"$work/door.$host" &
	doors[${#doors[@]}]=$!
done
for host in host1 host2; do
	check "$host lets them all in" wait_for 10 \
		grep -qx "$host ready 1" "$work/door.$host"
done
began=$(date +%s%3N)
check 'an administrator reports a leak' on directory \
	"tenure leak report ${logins[100035]} --reason 'seen on the hosts'"
for door in "${doors[@]}"; do
	wait "$door"
	check_same 0 $? 'a host refuses, and goes on doing so'
done
check_output=$(cat "$work"/door.host?)
check_same 0 "$(grep -c ' odd ' <<<"$check_output")" 'for that leak and no other reason'
check_same '0 0 0 0' "$(awk '/ done / { print $4, $5 }' <<<"$check_output" | xargs)" \
	'nobody else is refused anywhere, and no process of the person is left'
awk -v began="$began" '/ shut / {
	printf "# %s: refused %d ms after the command began, no process %d ms after\n",
		$1, $4 / 1000 - began, $5 / 1000 - began }' <<<"$check_output"
check 'somebody else goes on' is_at_work host2 100036
# shown CASE: both hosts have answered; in $check_output.
shown()
{
	check_output=$(on directory "tenure leak show $1" 2>&1)
	grep -q ' 0 of 2 hosts have not answered' <<<"$check_output"
}
wait_for 20 shown leak-100035-1
check_says ' 0 of 2 hosts have not answered' 'both hosts answer'
check_same 'host1 host2' "$(grep -o '^  host[0-9]*  shut after [0-9]* ms  ended 1 processes  by [0-9]* ms$' \
	<<<"$check_output" | awk '{ print $1 }' | sort | xargs)" \
	'each with how long it took and what it ended'
check_same 2 "$(grep '^ .* ms  *[0-9]* #*$' <<<"$check_output" |
	awk '{ n += $3 } END { print n }')" 'and both stand in the histogram'

# A host that is cut off ---------------------------------------------------------------

works host1 100003
works host2 100003
for machine in directory directory2; do
	check "host2 is cut off from $machine" "$lab" cut host2 $machine
done
lock directory cut1 100003
check 'host1 ends the session' wait_for 3 is_out host1 100003
check 'host2 cannot know' is_at_work host2 100003
check 'and lets in by key, by what it knew' opens host2 sshd 100003
check 'host2 notices that it is cut off' wait_for 20 on host2 \
	'! tenure status --json | grep "\"connected\": *true"'
# Whoever is let in although the host is back: looked at first, tried then.
on host2 "for i in \$(seq 400); do
	tenure status --json | grep -q '\"connected\": *true' && back=1
	if pamtester sshd ${logins[100003]} acct_mgmt >/dev/null 2>&1; then
		[ -z \"\$back\" ] || echo let in
	elif [ -n \"\$back\" ]; then
		echo refused; exit
	fi
done" >"$work/back" 2>&1 &
looking=$!
# The best of three: others have the processor too.
waited=99999
for _ in 1 2 3; do
	began=$(date +%s%3N)
	check 'a login in the outage is let in by what is known' opens host2 su 100003
	took=$(($(date +%s%3N) - began))
	[ "$took" -ge "$waited" ] || waited=$took
done
check "and not kept waiting ($waited ms)" test "$waited" -le 1500
for machine in directory directory2; do
	check "host2 is joined to $machine" "$lab" join host2 $machine
done
check 'the first login after that is refused, though the watch was at rest' \
	shut host2 sshd 100003
check 'host2 does it when it comes back' wait_for 40 is_out host2 100003
check 'and says so' wait_for 20 has_said host2 cut1
late=$(($(said host2 cut1 finished) - $(said host2 cut1 seen)))
check "within a second of hearing of it ($late ms)" test "$late" -le 1000
check 'and lets nobody in' shut host2 sshd 100003
wait $looking
check_same refused "$(cat "$work/back")" 'nor did it before it had heard of the lock'

# A host that was off: tenured starts, and the lock is older than that -------------------

check 'host2 lets in' opens host2 sshd 100034
on host2 'lab-service stop tenured'
lock directory off1 100037
check 'tenured dead, host2 goes by what it wrote down' opens host2 sshd 100037
check 'which is not asked once tenured has started' on host2 \
	"lab-service start tenured &&
	! pamtester sshd ${logins[100037]} acct_mgmt"
check 'since it hears of the lock first' shut host2 sshd 100037
check 'somebody else comes in' opens host2 sshd 100034

# The daemon is killed between the lock and the end of the session -----------------------

works host1 100004
reaper=$(on host1 "pgrep -u tenure-reaper" | head -n 1)
on host1 "kill -STOP $reaper"
lock directory killed1 100004
check 'the lock is kept' wait_for 5 on host1 \
	'grep -aq killed1 /var/lib/tenure/kept/locks'
check 'the reaper had no time for it' is_at_work host1 100004
on host1 "kill -KILL \$(ps -o ppid= -p $reaper)"
check 'the daemon that is started next ends the session' \
	wait_for 15 is_out host1 100004
check 'and says so' wait_for 20 has_said host1 killed1

# The writer is killed, and the lock is added at the other one ----------------------------

works host1 100005
check 'host2 lets somebody in' wait_for 5 opens host2 sshd 100005
on directory "kill -KILL \$(cat /run/lab/slapd.pid)"
check 'the writer is killed' wait_for 5 on directory '! lab-service status slapd'
lock directory2 second1 100005
check 'with the writer dead the hosts hear of it from the other one' \
	wait_for 40 is_out host1 100005
check 'and refuse' shut host2 sshd 100005
# The person's own report, on a host, goes to the other one too; and so does an
# administrator's, made there (PP-11).
works host2 100007
for host in host1 host2; do
	check "$host lets in who reports next" opens $host sshd 100007
done
works host1 100008
works host2 100008
on host1 "setpriv --reuid ${uids[100007]} --regid 2000000 --clear-groups \
	tenure leak report --yes --reason 'the writer is dead'" >"$work/own" 2>&1
check 'with the writer dead the own report closes this host' \
	wait_for 3 shut host1 sshd 100007
check 'and acts on the others, by the other provider' \
	wait_for 15 is_out host2 100007
check 'which refuse too' shut host2 sshd 100007
check 'an administrator reports at the other provider' on directory2 \
	"tenure leak report ${logins[100008]} --reason 'the writer is dead'"
for host in host1 host2; do
	check "and $host ends the sessions" wait_for 15 is_out $host 100008
done
on directory 'lab-service start slapd'
check 'host1 has said so, to one of the two' wait_for 40 has_said host1 second1

# What hosts answered at the other provider ------------------------------------------------

# root_says MACHINE COMMAND...: in $check_output, whatever its exit status
root_says()
{
	local machine=$1

	shift
	check_output=$(on "$machine" "$*" 2>&1)
	true
}
effect_at() # MACHINE HOST LOCK
{
	on "$1" "ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// -o ldif-wrap=no \
		-b cn=$2,cn=tenure-reports -s base tenureLockEffect" |
		grep -q "^tenureLockEffect: $3 "
}
lock_of() # STAFF-NUMBER
{
	value "(&(objectClass=tenureLock)(tenureStaffNumber=$1))" cn
}
is_connected()
{
	on "$1" 'tenure status --json | grep -q "\"connected\": *true"'
}
officer() # LOGIN WORD...: at the writer, as that person
{
	local login=$1

	shift
	on directory "tenure $* --as $login --password-fd 3 3<<<'$good'"
}
has_said_of() { has_said "$1" "$(lock_of "$2")"; } # HOST STAFF-NUMBER
# What they tell of these is not to come in between.
for host in host1 host2; do
	for number in 100007 100008; do
		check "$host has said what it did of $number, too" \
			wait_for 20 has_said_of $host $number
	done
done
roster=/var/lib/tenure/roster.csv
"$lab" exec directory -- sh -c "cat >$roster && chmod 644 $roster" \
	<"$work/first.csv"
# audited WHAT PYTHON: of the scheduler's report, f being a finding
audited()
{
	on directory "setpriv --reuid tenure-scheduler --regid tenure-scheduler \
		--clear-groups --no-new-privs --inh-caps=-all \
		--bounding-set=-all tenure audit --unattended --roster $roster \
		>/tmp/audit.said 2>&1 || [ \$? = 1 ] || cat /tmp/audit.said
		python3 -c 'import json
for f in json.load(open(\"/var/lib/tenure/audit/report.json\"))[\"findings\"]:
	if f[\"rule\"] == \"$1\": print(f[\"subject\"], f[\"what\"])'"
}
# As systemd does it for tenure-peer.service.
ask_peer()
{
	on directory "install -d -o openldap -g tenure-scheduler -m 750 \
			/var/lib/tenure/peer
		setpriv --reuid openldap --regid tenure-scheduler \
			--clear-groups --no-new-privs --inh-caps=-all \
			--bounding-set=-all tenure audit --ask-peer"
}
on directory "install -d -o tenure-scheduler -g tenure-scheduler -m 750 \
	/var/lib/tenure/audit
	echo 'leak_report_hours = 1' >>/etc/tenure/tenure.conf
	tenure role fill system ${logins[100031]} ${logins[100032]}
	tenure role fill security ${logins[100033]} ${logins[100034]}" >/dev/null
on host2 "sed -i 's|^servers *=.*|servers = ldaps://directory2.example.org ldaps://directory.example.org|' \
	/etc/tenure/tenure.conf; lab-service restart tenured"
on host1 'lab-service restart tenured'
check 'host2 prefers the other provider' wait_for 20 is_connected host2
check 'and host1 the writer' wait_for 20 is_connected host1
works host1 100009
works host2 100009
early=$(TZ=UTC-8 date -d '-2 hours' '+%F %H:%M')
check 'a leak' on directory "tenure leak report ${logins[100009]} \
	--reason 'seen on a wall' --discovered '$early'"
name=leak-100009-1 id=$(lock_of 100009)
check 'host2 answers at the other provider' \
	wait_for 20 effect_at directory2 host2 "$id"
check 'host1 at the writer' wait_for 20 effect_at directory host1 "$id"
check_status 1 'and neither elsewhere' effect_at directory host2 "$id"
for machine in directory directory2; do
	root_says $machine tenure leak show $name
	check_says 'host2  shut after' "leak show at $machine has host2's answer"
	check_says 'host1  shut after' "and host1's"
	check_says '0 of 2 hosts have not answered' 'and calls nobody silent'
done
check_status 1 'the scheduler cannot read the key that asks the other provider' \
	on directory 'setpriv --reuid tenure-scheduler --clear-groups \
		--regid tenure-scheduler cat /etc/tenure/server.key'
check_output=$(audited leak-overdue)
check_says 'discovered to reported' 'the audit has the case, by its target of an hour'
check_says 'is not known' 'and says that it does not know what host2 did'
check_output=$(audited peer-silent)
check_says 'ldaps://directory2.example.org' 'since nobody has asked the other provider'
check "who may, slapd's user, asks" ask_peer
check_output=$(audited leak-overdue)
check_says 'discovered to reported' 'then the audit still has the case'
check_same '' "$(grep -e 'not known' -e 'not answered' <<<"$check_output")" \
	'and no host that was silent'
check_same '' "$(audited peer-silent)" 'nor a silent provider'
check_same '' "$(audited host-silent)" 'nor a silent host'
root_says directory tenure status
check_says 'directory2.example.org heard' 'tenure status says that it is heard'

on directory2 'lab-service stop slapd'
root_says directory tenure leak show $name
check_says 'ldaps://directory2.example.org: ' 'a provider that is down is named'
check_says 'for the last time' 'and when it was heard'
check_says 'host2  shut after' 'what it said before counts'
on directory 'rm /var/lib/tenure/peer/reports.json'
root_says directory tenure leak show $name
check_says 'host2  NOT KNOWN' 'where nothing is kept nobody knows'
check_same '' "$(grep -e 'host2  HAS' -e 'host2  shut' <<<"$check_output")" \
	'and host2 is called neither silent nor shut'
check_says 'whether they did is NOT KNOWN' 'in the histogram too'
root_says directory tenure status
check_says 'AMISS        the other directory server was not heard, ldaps://directory2' \
	'tenure status names it'
check_status 3 'asking it fails' ask_peer
check_output=$(audited peer-silent)
check_says 'ldaps://directory2.example.org' 'and so does the audit'
check 'the case is verified' officer "${logins[100031]}" leak verify $name --how card
check_output=$(officer "${logins[100031]}" leak show $name --all)
check_says 'directory server ldaps://directory2.example.org was not heard' \
	'with the provider to be looked at'
check_says 'hosts NOT SEARCHED' 'and the hosts that nobody has searched'
check_says '  host2' 'by name'
check_status 1 'which nobody waves through' officer "${logins[100031]}" \
	leak item $name 3 --confirmed
check_says 'is not searched' 'without a reason'
check_status 1 'and before that nobody closes it' officer "${logins[100033]}" \
	leak close $name --reason settled
check_says 'something left to look at' 'which it says'
check 'a host is searched' on host1 "tenure leak search $name --items \
	--as ${logins[100031]} --password-fd 3 3<<<'$good'"
check_output=$(officer "${logins[100031]}" leak show $name --json |
	python3 -c 'import json, sys
print(json.load(sys.stdin)["hosts_not_searched"])')
check_same "['host2']" "$check_output" 'and is not asked for any more'
on directory2 'lab-service start slapd'

# The last who could undo it, one at each provider, while the link is cut ------------------

check 'the link is cut' "$lab" cut directory directory2
lock directory last1 100033
lock directory2 last2 100034
shut_at() # MACHINE LOGIN
{
	on "$1" "ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// -b ou=people,$S \
		'(uid=$2)' tenureStatus | grep -qx 'tenureStatus: leak'"
}
check 'each provider shuts the one that it was told of' \
	wait_for 10 shut_at directory "${logins[100033]}"
check 'since another one is left there' \
	wait_for 10 shut_at directory2 "${logins[100034]}"
check 'the link is back' "$lab" join directory directory2
last_has_case()
{
	[ -n "$(value '(tenureCaseLock=last2)' cn)" ]
}
check 'the writer hears of the other one, too' wait_for 40 last_has_case
for host in host1 host2; do
	for number in 100033 100034; do
		check "$host refuses $number" wait_for 20 shut $host sshd $number
	done
done
check_same active "$(value "(uid=${logins[100034]})" tenureStatus)" \
	'but the writer, where cases are closed, keeps the last one of security'
check 'who sees to the case of the other one' officer "${logins[100034]}" \
	leak show leak-100033-1 --all
check 'which a peer verifies' officer "${logins[100031]}" leak verify \
	leak-100033-1 --how card

# A clock that is an hour ahead -----------------------------------------------------------

on host1 "echo '+3600s' >/etc/faketimerc
	printf '%s\n' '#!/bin/sh' 'LD_PRELOAD=\$(ls /usr/lib/*/faketime/libfaketimeMT.so.1)' \
		'FAKETIME_DONT_FAKE_MONOTONIC=1' \
		'export LD_PRELOAD FAKETIME_DONT_FAKE_MONOTONIC' \
		'exec /usr/sbin/tenured --foreground' >/run/lab/start-tenured
	chmod 755 /run/lab/start-tenured; lab-service restart tenured"
works host1 100006
check 'host1 is connected, an hour ahead' wait_for 20 on host1 \
	'tenure status | grep -v "not connected" | grep -q connected'
lock directory wrong1 100006
check 'its session ends all the same' wait_for 5 is_out host1 100006
check 'it says what it did' wait_for 20 has_said host1 wrong1
check_output=$(said host1 wrong1)
echo "# $check_output"
clock=$(said host1 wrong1 clock)
check 'and by how much its clock is ahead' test "${clock#+}" -ge 3590000
check 'which is no part of the delay' test "$(said host1 wrong1 seen)" -le 1000

# And one that is behind; certificates of today are good from five minutes ago on.
on host1 "echo '-200s' >/etc/faketimerc; lab-service restart tenured"
works host1 100010
check 'host1 is connected, minutes behind' wait_for 20 is_connected host1
check 'and lets in' wait_for 5 opens host1 sshd 100010
lock directory wrong2 100010
check 'a session ends there, too' wait_for 5 is_out host1 100010
check 'and nobody comes in' shut host1 sshd 100010
check 'but somebody else' opens host1 sshd 100002
check 'it says what it did, by a clock that is behind' \
	wait_for 20 has_said host1 wrong2
clock=$(said host1 wrong2 clock)
check "by how much ($clock ms)" test "${clock#+}" -le -190000
check 'which is no part of the delay' test "$(said host1 wrong2 seen)" -le 1000
check_done
