#!/bin/bash
#
# tenure doctor in a lab: a healthy directory server and a healthy login host
# have no complaint; then one thing after the other is broken, and what the
# doctor complains of is that thing and nothing else; then it is mended. Last
# the canary, and what the canary sees where a lock does not hold.

set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
lab=$top/tests/lab
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
TENURE_LAB=doctor-$$ LAB_QUIET=1
export TENURE_LAB LAB_QUIET
roster=$(mktemp)
trap '"$lab" down >/dev/null 2>&1; rm -f "$roster"' EXIT
trap 'exit 130' INT TERM HUP

on()
{
	"$lab" exec "$1" -- bash -c ". /root/tools; $2" </dev/null
}

# breaks MACHINE "ID..." HOW-TO-BREAK HOW-TO-MEND WORDS [COMMAND]: the ids that
# complain are these and no others. COMMAND: instead of `tenure doctor`.
breaks()
{
	local machine=$1 ids=$2 broken=$3 mended=$4 words=$5
	local command=${6-tenure doctor} said status

	check_output=$(on "$machine" "$broken" 2>&1) || {
		check_fail "$machine: could not break $ids: $broken"
		return
	}
	check_output=$(on "$machine" "$command" 2>&1)
	status=$?
	said=$(printf '%s\n' "$check_output" |
		sed -n 's/^complaint  *\([a-z-]*\):.*/\1/p' | sort -u |
		tr '\n' ' ')
	check_output="status $status, $said: $check_output"
	if [ "$status" = 1 ] && [ "$said" = "$ids " ] &&
		[[ $check_output == *"$words"* ]]; then
		check_pass "doctor of $machine complains of $ids: $words"
	else
		check_fail "doctor of $machine complains of $ids: $words"
	fi
	check_output=$(on "$machine" "$mended" 2>&1) ||
		check_fail "$machine: could not mend $ids: $mended"
}

# What the breaking and mending is done with, in each machine.
read -r -d '' tools <<'END'
set -o pipefail
S=dc=example,dc=org
conf=/etc/tenure/tenure.conf
# with_file FILE SED: keep FILE aside and edit it; back FILE.
with_file()
{
	cp -a "$1" /root/kept && sed -i "$2" "$1" && ! cmp -s "$1" /root/kept
}
back()
{
	cp -a /root/kept "$1"
}
# slapd_with FILTER...: its configuration through a filter, offline.
slapd_with()
{
	slapcat -n0 -F /etc/ldap/slapd.d -o ldif-wrap=no >/root/config.ldif &&
		"$@" </root/config.ldif >/root/broken.ldif &&
		! cmp -s /root/config.ldif /root/broken.ldif &&
		slapd_load /root/broken.ldif
}
slapd_load()
{
	lab-service stop slapd && rm -rf /etc/ldap/slapd.d/* &&
		runuser -u openldap -- slapadd -n0 -F /etc/ldap/slapd.d <"$1" &&
		lab-service start slapd
}
# slapd_with_files NUMBER: it may open so many.
slapd_with_files()
{
	cat >/run/lab/start-slapd <<SH
#!/bin/bash
ulimit -Sn $1
exec /usr/sbin/slapd -d 0 -h 'ldapi:/// ldaps:///' -u openldap -g openldap \\
	-F /etc/ldap/slapd.d
SH
	chmod +x /run/lab/start-slapd && lab-service restart slapd
}
slapd_back()
{
	slapd_load /root/config.ldif
}
# Its socket for one group alone, as directory.md says; the enforcer is started
# again, so that it has to come in by it.
slapd_narrowed()
{
	chgrp tenure-enforcer /run/slapd && chmod 0750 /run/slapd &&
		lab-service restart enforcer
}
slapd_open()
{
	chown openldap:openldap /run/slapd && chmod 0755 /run/slapd
}
without_overlay()
{
	awk -v gone="^dn: olcOverlay=.*$1," \
		'BEGIN { RS = ""; ORS = "\n\n" } $0 !~ gone'
}
swapped()
{
	sed 's/{2}unique/{9}unique/; s/{3}constraint/{2}constraint/; s/{9}unique/{3}unique/' |
	perl -00 -ne 'if (/^dn: olcOverlay=\{3\}unique/) { $held = $_; next }
		print; if (/^dn: olcOverlay=\{2\}constraint/) { print $held }'
}
# data LINE...: change the database offline.
data()
{
	lab-service stop slapd && printf '%s\n' "$@" |
		runuser -u openldap -- slapmodify -n3 -F /etc/ldap/slapd.d &&
		lab-service start slapd
}
# report LINE...: change the report of host1, as host1.
report()
{
	printf '%s\n' "dn: cn=host1,cn=tenure-reports" 'changetype: modify' \
		"$@" | LDAPTLS_CACERT=/etc/tenure/ca.crt \
		LDAPTLS_CERT=/etc/tenure/host.crt LDAPTLS_KEY=/etc/tenure/host.key \
		ldapmodify -Q -Y EXTERNAL -H ldaps://directory.example.org
}
until_good()
{
	local i

	for i in $(seq 100); do
		tenure doctor >/dev/null && return 0
		sleep 0.1
	done
	tenure doctor
	return 1
}
END

"$top/tests/fixtures/make_roster" --first 10001 --count 5 >"$roster"
options=(--hosts 1 --people "$roster")
[ -z "${TENURE_STAGE-}" ] || options+=(--stage "$TENURE_STAGE")
check 'the lab is up, with five people' "$lab" up "${options[@]}" || check_done
for machine in directory host1; do
	printf '%s\n' "$tools" |
		"$lab" exec "$machine" -- sh -c 'cat >/root/tools'
done

# Two by two, in the order of the directory.
roles='set -- $(ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// -b "ou=people,$S" \
	"(objectClass=tenurePerson)" uid | sed -n "s/^uid: //p"); '
check 'two people hold system, and two security' \
	on directory "$roles tenure role fill system \$1 \$2 &&
	tenure role fill security \$3 \$4"
# The host's first report comes a moment after its start.
check_status 0 'a healthy directory server has no complaint' \
	on directory until_good
check_status 0 'a healthy login host has no complaint' on host1 until_good
check_output=$(on host1 'tenure doctor')
check_says 'password-profile: max_age_days: 30: the profile regulation' \
	'doctor says which password profile applies (CI-3.2)'
check_says 'password-profile: the directory: 30: the profile regulation' \
	'and which the directory has, on a host'
check_output=$(on directory 'tenure doctor --json |
	perl -MJSON::PP -0777 -ne '\''$d = decode_json($_);
	print "$d->{where} $d->{complaints} $d->{unknown} ",
	scalar(grep { $_->{answer} eq "good" } @{$d->{checks}}),
	" of ", scalar(@{$d->{checks}})'\')
check_says 'directory 0 0 32 of 32' 'as JSON it says the same'
check_status 3 'who is not root cannot tell' \
	on host1 'setpriv --reuid nobody --regid nogroup --clear-groups tenure doctor'
check_status 3 'a configuration that cannot be read: could not tell' \
	on host1 'tenure doctor --config /nonexistent'

# The directory server.
breaks directory overlays 'slapd_with without_overlay constraint' slapd_back \
	'the overlay constraint is lost'
breaks directory 'fleet overlays' \
	'slapd_with sed s/^olcSpSessionlogSource:.*/olcSpNoPresent:\ TRUE/' \
	slapd_back 'olcSpSessionlogSource'
breaks directory overlay-order 'slapd_with swapped' slapd_back \
	'constraint stands before unique'
breaks directory access-rules \
	'slapd_with sed s/givenName,displayName,title,mail/givenName,displayName,title/' \
	slapd_back 'attrs=sn,givenName'
breaks directory 'access-agents access-anonymous access-nobody access-rules' \
	'slapd_with sed "s/^olcAccess: {0}to \* by dn.onelevel=\"ou=providers,ou=agents,[^,]*,[^ ]* read by dn.onelevel=\"ou=hosts.*/olcAccess: {0}to * by * read/"' \
	slapd_back 'anonymous: reads uid of ou=people'
breaks directory 'access-agents access-rules' \
	'slapd_with sed "s/ by self =wx by set/ by dn.exact=cn=enforcer,ou=agents,$S read&/"' \
	slapd_back 'enforcer: reads userPassword of'
breaks directory roles \
	"$roles"'data "dn: cn=security,ou=roles,$S" "changetype: modify" \
	"delete: tenureRoleSuperior" "tenureRoleSuperior: uid=$3,ou=people,$S"' \
	"$roles"'data "dn: cn=security,ou=roles,$S" "changetype: modify" \
	"add: tenureRoleSuperior" "tenureRoleSuperior: uid=$3,ou=people,$S"' \
	'security: 1 active people hold its first level'
breaks directory configuration \
	'slapd_with sed s/^olcIdleTimeout:.*/olcIdleTimeout:\ 0/' slapd_back \
	'olcIdleTimeout: 600'
breaks directory 'configuration tls-version' \
	'slapd_with sed s/^olcTLSCipherSuite:.*/olcTLSCipherSuite:\ NORMAL/' \
	slapd_back 'takes TLS 1.1'
breaks directory 'configuration tls-client' \
	'slapd_with sed s/^olcTLSVerifyClient:.*/olcTLSVerifyClient:\ allow/' \
	slapd_back 'answers who shows no certificate'
breaks directory 'configuration hash-module' \
	'slapd_with sed "s/m=19456 t=2/m=8192 t=2/"' slapd_back \
	'm=8192'
breaks directory plain-text \
	'lab-service stop slapd; printf "%s\n" "#!/bin/sh" "exec /usr/sbin/slapd -d 0 -h \"ldapi:/// ldaps:/// ldap:///\" -u openldap -g openldap -F /etc/ldap/slapd.d" >/run/lab/start-slapd; chmod +x /run/lab/start-slapd; lab-service start slapd' \
	'lab-service stop slapd; rm /run/lab/start-slapd; lab-service start slapd' \
	':389: answers LDAP in clear text'
breaks directory password-policy \
	'data "dn: cn=default,ou=policies,$S" "changetype: modify" "replace: pwdLockout" "pwdLockout: FALSE"' \
	'data "dn: cn=default,ou=policies,$S" "changetype: modify" "replace: pwdLockout" "pwdLockout: TRUE"' \
	'pwdLockout: TRUE'
breaks directory hash-stored \
	'data "dn: uid=wangxiaoming,ou=people,$S" "changetype: modify" "replace: userPassword" "userPassword: {SSHA}aVeryOldHashOfSomething"' \
	'data "dn: uid=wangxiaoming,ou=people,$S" "changetype: modify" "delete: userPassword"' \
	'uid=wangxiaoming,ou=people,dc=example,dc=org: has a password that is hashed by {SSHA}'
breaks directory authority-key 'chmod 0644 /etc/tenure/ca/ca.key' \
	'chmod 0600 /etc/tenure/ca/ca.key' 'has mode 0644'
breaks directory slip-key 'chmod 0640 /var/lib/tenure/slip.key' \
	'chmod 0600 /var/lib/tenure/slip.key' 'has mode 0640'
breaks directory server-key 'chmod 0440 /etc/tenure/server.key' \
	'chmod 0400 /etc/tenure/server.key' 'has mode 0440'
breaks directory slapd-modules \
	'chmod o+w /usr/lib/*/tenure/slapd/tenure_check_password.so' \
	'chmod o-w /usr/lib/*/tenure/slapd/tenure_check_password.so' \
	'tenure_check_password.so: has mode'
breaks directory fleet 'slapd_with_files 1024' \
	'rm /run/lab/start-slapd; lab-service restart slapd' \
	'slapd: it may open 1024 files'
breaks directory 'configuration fleet' 'slapd_with sed /^olcWriteTimeout/d' \
	slapd_back 'olcWriteTimeout is 0'
breaks directory enforcer 'lab-service stop enforcer' \
	'lab-service start enforcer' 'tenured --directory: does not run'
breaks directory break-glass 'with_file $conf /^break_glass/d' \
	'back $conf' 'break_glass: is not set'
breaks directory break-glass 'passwd -ql breakglass' 'passwd -qu breakglass' \
	'breakglass: has no password that works'
breaks directory host-silent true true 'host1: reported 5 hours ago' \
	"faketime -f '+5h' tenure doctor"
breaks directory 'host-silent tls-certificate' true true \
	'server.crt: has expired' "faketime -f '+900d' tenure doctor"
host_report()
{
	check_output=$(on host1 "report $*" 2>&1) ||
		check_fail "host1 could not write its report: $*"
}
host_report '"replace: tenureSeenTime" "tenureSeenTime: $(date -u -d "+1 hour" +%Y%m%d%H%M%SZ)"'
breaks directory host-clocks true true 'host1: has a clock that is'
host_report '"replace: tenureSeenTime" "tenureSeenTime: $(date -u +%Y%m%d%H%M%SZ)" - "delete: tenureBreakGlass"'
breaks directory host-break-glass true true \
	'host1: names no break-glass account'
host_report '"add: tenureBreakGlass" "tenureBreakGlass: breakglass"'
check_status 0 'mended, the directory server has no complaint' \
	on directory until_good

# The login host.
check_status 0 'and the login host came back by itself' on host1 until_good
on host1 'cp -a /var/lib/tenure/snapshot /root/old-snapshot'
breaks host1 pam-stack \
	'with_file /etc/pam.d/common-account /pam_tenure/d' \
	'back /etc/pam.d/common-account' 'common-account: has no line of pam_tenure'
breaks host1 pam-stack \
	'with_file /etc/pam.d/common-account "s/\[.*\]\(.*pam_tenure\)/sufficient\1/"' \
	'back /etc/pam.d/common-account' 'does not keep out'
breaks host1 pam-stack \
	'with_file /etc/pam.d/common-auth "s/\[.*\]\(.*pam_tenure\)/required\1/"' \
	'back /etc/pam.d/common-auth' 'pam_deny.so is next'
breaks host1 pam-use-authtok \
	'with_file /etc/pam.d/common-password "s/pam_tenure.so.*/& use_authtok/"' \
	'back /etc/pam.d/common-password' 'has use_authtok'
breaks host1 pam-services \
	'with_file /etc/pam.d/sshd "/include common-account/d"' \
	'back /etc/pam.d/sshd' '/etc/pam.d/sshd: does not include common-account'
breaks host1 pam-loginuid \
	'with_file /etc/pam.d/sudo "\$a session required pam_loginuid.so"' \
	'back /etc/pam.d/sudo' '/etc/pam.d/sudo: sets the login uid anew'
breaks host1 nsswitch \
	'with_file /etc/nsswitch.conf "s/^passwd:.*/passwd: tenure files/"' \
	'back /etc/nsswitch.conf' 'passwd asks tenure before files'
# sshd then sees nobody in the group that has no files.
breaks host1 'home-keys nsswitch' \
	'with_file /etc/nsswitch.conf "s/^group:.*/group: files/"' \
	'back /etc/nsswitch.conf' 'group does not ask tenure'
breaks host1 nsswitch \
	'with_file /etc/nsswitch.conf "s/^shadow:.*/shadow: files tenure/"' \
	'back /etc/nsswitch.conf' 'shadow asks tenure'
breaks host1 nscd \
	'cp /bin/sleep /root/nscd; setsid /root/nscd 60 >/dev/null 2>&1 & echo $! >/root/nscd.pid' \
	'kill $(cat /root/nscd.pid)' 'nscd: runs'
for option in 'UsePAM no' 'KbdInteractiveAuthentication no' \
	'PermitUserEnvironment yes' 'PasswordAuthentication yes'; do
	breaks host1 sshd \
		"echo '$option' >/etc/ssh/sshd_config.d/10-broken.conf" \
		'rm /etc/ssh/sshd_config.d/10-broken.conf' \
		"$(echo "${option% *}" | tr '[:upper:]' '[:lower:]') is ${option#* }"
done
breaks host1 sshd \
	"printf '%s\\n' 'Match User=somebody' ' PermitEmptyPasswords  Yes' >/etc/ssh/sshd_config.d/90-broken.conf" \
	'rm /etc/ssh/sshd_config.d/90-broken.conf' \
	'line 2: permitemptypasswords is yes for Match'
breaks host1 ssh-keys \
	"echo 'AuthorizedKeysCommand none' >/etc/ssh/sshd_config.d/10-broken.conf" \
	'rm /etc/ssh/sshd_config.d/10-broken.conf' 'authorizedkeyscommand is none'
breaks host1 ssh-keys 'chmod g+w /usr/lib/tenure/tenure-keys' \
	'chmod g-w /usr/lib/tenure/tenure-keys' 'is not a program of root'
breaks host1 ssh-keys 'chmod o+r /var/lib/tenure/keys/keys' \
	'chmod o-r /var/lib/tenure/keys/keys' 'and mode 640'
breaks host1 home-keys \
	"printf '%s\\n' 'Match Group employees' 'AuthorizedKeysFile .ssh/authorized_keys' >/etc/ssh/sshd_config.d/10-broken.conf" \
	'rm /etc/ssh/sshd_config.d/10-broken.conf' 'logs in by keys of an own file'
breaks host1 home-keys \
	"printf '%s\\n' 'AuthorizedKeysFile none' >/etc/ssh/sshd_config.d/10-broken.conf" \
	'rm /etc/ssh/sshd_config.d/10-broken.conf' 'has no file of keys any more'
breaks host1 module-files 'chmod g+w /usr/lib/*/libnss_tenure.so.2.0.0' \
	'chmod g-w /usr/lib/*/libnss_tenure.so.2.0.0' \
	'libnss_tenure.so.2: has mode'
for file in overlay 'base.?' generation; do
	breaks host1 snapshot-file "chown tenure /var/lib/tenure/snapshot/$file" \
		"chown root /var/lib/tenure/snapshot/$file" \
		'belongs to uid'
done
breaks host1 host-key 'chmod 0644 /etc/tenure/host.key' \
	'chmod 0640 /etc/tenure/host.key' 'has mode 0644'
breaks host1 host-certificate true true 'is valid for' \
	"faketime -f '+710d' tenure doctor"
breaks host1 'host-certificate servers' true true 'has expired' \
	"faketime -f '+900d' tenure doctor"
breaks host1 servers \
	'with_file $conf "s/^servers.*/& ldaps:\/\/elsewhere.example.org/"; echo 10.77.0.10 elsewhere.example.org >>/etc/hosts' \
	'back $conf; sed "/elsewhere/d" /etc/hosts >/root/hosts; cat /root/hosts >/etc/hosts' \
	'servers: ldaps://elsewhere.example.org'
breaks host1 subordinate-ids \
	'cp /etc/subuid /root/subuid; echo breakglass:2000000:65536 >>/etc/subuid' \
	'cp /root/subuid /etc/subuid' 'breakglass:2000000-2065535 holds the uid'
breaks host1 subordinate-ids \
	'cp /etc/subgid /root/subgid; echo breakglass:2000000:65536 >>/etc/subgid' \
	'cp /root/subgid /etc/subgid' 'breakglass:2000000-2065535 holds the gid'
breaks host1 local-names \
	'cp -a /etc/passwd /root/passwd; echo wangxiaoming:x:3000:3000::/:/bin/sh >>/etc/passwd' \
	'cp -a /root/passwd /etc/passwd' 'wangxiaoming (uid 3000) is also wangxiaoming'
breaks host1 numbers \
	'with_file /etc/login.defs "s/^UID_MAX.*/UID_MAX 3000000/"' \
	'back /etc/login.defs' 'UID_MAX 3000000'
breaks host1 password-profile 'cp -a $conf /root/kept; echo max_age_days = 400 >>$conf' \
	'back $conf' '400: weaker than every profile'
breaks host1 password-profile 'cp -a $conf /root/kept; echo max_age_days = 90 >>$conf' \
	'back $conf' "90: weaker than the directory's 30"
breaks host1 home-roots 'chmod 0777 /home' 'chmod 0755 /home' \
	'/home: has mode 0777'
breaks host1 break-glass 'with_file $conf "s/^break_glass.*/break_glass = ghost/"' \
	'back $conf' 'ghost: is not in /etc/passwd'
breaks host1 tenured \
	'lab-service stop tenured; install -m 600 /dev/null \
	/var/lib/tenure/kept/locks; lab-service start tenured' \
	'lab-service stop tenured; rm /var/lib/tenure/kept/locks
	lab-service start tenured' 'kept/locks is damaged'
breaks host1 tenured 'lab-service stop tenured' 'lab-service start tenured' \
	'complaint      tenured'
check_status 0 'mended, the login host has no complaint' on host1 until_good

check_status 0 'a socket for one group alone is no complaint, and the agents come in' \
	on directory 'slapd_narrowed && until_good && slapd_open'

# The canary.
check_status 0 'doctor --canary sees an account open, and shut by every way (CI-P38)' \
	on directory 'tenure doctor --canary'
for step in 'the new password opens' 'its password opens no more' \
	'a connection opened before reads no more' \
	'that connection changes no password' \
	'root gives it no new password'; do
	check_says "$step" "doctor --canary: $step"
done
canary=$(printf '%s' "$check_output" |
	sed -n 's/.*doctor --canary-host \(canary-[0-9a-f]*\)$/\1/p')
refused()
{
	on host1 "tenure doctor --canary-host $canary"
}
check 'the login host refuses the canary, by every way' wait_for 5 refused
check_output=$(refused)
check_lines 4 'four ways are asked'
check_status 3 'a name that the host does not know proves nothing' \
	on host1 'tenure doctor --canary-host nobodyatall'
check_status 0 'the canary stays, departed' on directory \
	"tenure show $canary | grep -q departed"
check_status 0 'and is nobody for the audit' on directory \
	'tenure audit --roster /root/roster.csv >/root/audit; ! grep -q canary /root/audit'
breaks host1 snapshot-age \
	'cp -a /var/lib/tenure/snapshot /root/new-snapshot; cp -a --remove-destination /root/old-snapshot/. /var/lib/tenure/snapshot' \
	'rm -f /var/lib/tenure/snapshot/*; cp -a /root/new-snapshot/. /var/lib/tenure/snapshot' \
	'is not what tenured published last'
check_status 1 'doctor --canary sees a lock that does not hold' on directory \
	'slapd_with sed "s/by set=\"user.tenureStatus & .active.\" break by \* none/by * break/" && tenure doctor --canary'
check_says 'complaint locked' 'and says which way is open'
check 'mended' on directory slapd_back
breaks host1 'directory-heard servers' \
	'true' 'true' 'servers: ldaps://directory.example.org' \
	'ip link set lo up; ip route add blackhole 10.77.0.10/32; for i in $(seq 200); do tenure doctor >/root/said; grep -q "^complaint *directory-heard" /root/said && break; sleep 0.2; done; s=1; cat /root/said; ip route del blackhole 10.77.0.10/32; exit $s'
check_done
