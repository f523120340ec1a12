#!/bin/bash
#
# SSH keys from the directory to a login: slapd, tenured, the program that sshd
# asks, and a real sshd. Whose key counts, from where, and what becomes of it
# when its holder is locked.

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
[ -x "$ask" ] || {
	echo 'tests/integration/daemon_ask: not built (make check TESTS=)'
	exit 77
}
ssh_as=$top_srcdir/tests/labkit/ssh-as
keys=$(sed -n 's/^AuthorizedKeysCommand \([^ ]*\) .*/\1/p' \
	/etc/ssh/sshd_config.d/51-tenure-keys.conf)
libexec=${keys%/*}
good=tr0ut-Gleam-barge-84

# by_key KEY LOGIN [COMMAND...]
by_key()
{
	local key=$1 login=$2

	shift 2
	"$ssh_as" -i "$key" -o IdentitiesOnly=yes \
		-o PreferredAuthentications=publickey "$login@localhost" "$@" \
		</dev/null
}
who='echo "I am $(id -un)"'

# told LOGIN [UID]: what sshd would be told, as the user that it becomes
told()
{
	setpriv --reuid tenure-keys --regid tenure-keys --clear-groups \
		"$keys" "$@"
}
tells()
{
	told "$1" | grep -qF "$2"
}
silent_about()
{
	local said

	said=$(told "$1") && [ -z "$said" ]
}
withheld()
{
	told "$1" | grep -q "^restrict,command=\"$libexec/tenure-refused\" ssh-"
}

# key UID WORDS...: tenure key as a person on this host, with the password
key()
{
	local uid=$1

	shift
	as "$uid" tenure key "$@" --password-fd 3 3<<<"${password:-$good}"
}

# as_person LOGIN LINE...: a change of the own entry, by a password bind
as_person()
{
	local login=$1

	shift
	{
		printf 'dn: uid=%s,ou=people,%s\nchangetype: modify\n' \
			"$login" "$base"
		printf '%s\n' "$@"
	} | LDAPNOINIT=1 ldapmodify -x -D "uid=$login,ou=people,$base" \
		-w "$good" -H ldapi:/// >/dev/null
}
public()
{
	cut -d ' ' -f 1,2 "$1.pub"
}

check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
{
	person zhao 赵敏 E0003 2000013
	person sun 孙丽 E0004 2000014
	# A person of another primary group, and one whose group has no name.
	person fang 方平 E0006 2000016 | sed 's/^gidNumber: .*/gidNumber: 2000030/'
	person gong 龚华 E0007 2000017 | sed 's/^gidNumber: .*/gidNumber: 2000031/'
	printf '%s\n' "dn: cn=guests,ou=groups,$base" 'objectClass: posixGroup' \
		'cn: guests' 'gidNumber: 2000030' ''
} | ldap_add
sed -i 's/^\(passwd\|group\):.*/\1: files tenure/' /etc/nsswitch.conf
DEBIAN_FRONTEND=noninteractive pam-auth-update --package --enable mkhomedir
ssh-keygen -q -A
for n in 1 2 3 4 5 local; do
	ssh-keygen -q -t ed25519 -N '' -f "/root/key$n"
done
start_tenured
check 'names are served' wait_for 10 served zhao
# Everybody has changed the initial password.
for login in wang li zhao sun; do
	set_password "$login" First-9x-gleam
	printf 'First-9x-gleam\n%s\n' "$good" |
		"$ask" change service=passwd "user=$login" >/dev/null
done
grep -v '^#' /etc/ssh/sshd_config.d/51-tenure-keys.conf | sed 's/^/# /'
check 'the shipped sshd settings are valid' /usr/sbin/sshd -t
check 'sshd starts' lab-service start sshd

# --- the files ---------------------------------------------------------------
check_same '2750 root tenure-keys' \
	"$(stat -c '%a %U %G' /var/lib/tenure/keys)" 'the folder is for one group'
check_same '640 root tenure-keys' \
	"$(stat -c '%a %U %G' /var/lib/tenure/keys/keys)" 'and so is the file'
check_status 1 'no other user reads it' \
	as 2000011 cat /var/lib/tenure/keys/keys
check_same 'root 755' "$(stat -c '%U %a' "$keys")" \
	'the program is as sshd demands'

# --- a key of the directory --------------------------------------------------
check_status 255 'without a key nobody logs in by one' \
	by_key /root/key1 wang true
as_person wang 'add: tenureSshPublicKey' \
	"tenureSshPublicKey: $(public /root/key1)"
check 'a key that is registered is there within a second' \
	wait_for 1 tells wang "$(public /root/key1)"
check 'and opens a session' by_key /root/key1 wang "$who"
check_says 'I am wang' 'as its holder'
check_status 255 'nobody else' by_key /root/key1 li true
check_same '' "$(told wang 2000012)" \
	'of another number than sshd knows nothing is told'
check 'of a local account nothing' silent_about root
check 'of a name that is unknown nothing' silent_about nobody9
as_person wang 'add: tenureSshPublicKey' \
	"tenureSshPublicKey: $(public /root/key2)"
check 'a second key counts too' wait_for 1 tells wang "$(public /root/key2)"
as_person wang 'delete: tenureSshPublicKey' \
	"tenureSshPublicKey: $(public /root/key1)"
gone()
{
	! tells wang "$(public /root/key1)"
}
check 'one that is taken away is gone within a second' wait_for 1 gone
check_status 255 'and opens nothing' by_key /root/key1 wang true
check 'the other one still does' by_key /root/key2 wang true

# --- tenure key, by way of the daemon ----------------------------------------
chmod 711 /root
cp /root/key1.pub /root/key2.pub /root/key3.pub /tmp/
chmod 644 /tmp/key?.pub
password=wrong check_status 1 'without the password no key is added' \
	key 2000011 add /tmp/key1.pub
check_says 'Login refused' 'and it is the one sentence'
check 'none was' gone
check 'with it one is' key 2000011 add /tmp/key1.pub
check_says "$(ssh-keygen -lf /tmp/key1.pub | cut -d ' ' -f 2)" \
	'which is shown by its fingerprint'
check 'and is there within a second' wait_for 1 tells wang "$(public /root/key1)"
check_status 1 'nobody else registers the same key' \
	key 2000012 add /tmp/key1.pub
check_says 'registered already' 'and is told why'
check 'list shows both' key 2000011 list
check_same 2 "$(grep -c '^SHA256:.*ssh-ed25519' <<<"$check_output")" 'indeed two'
check 'as JSON too' key 2000011 list --json
check_says '"fingerprint": "SHA256:' 'with fingerprints'
check 'one is removed by its fingerprint' key 2000011 remove \
	"$(ssh-keygen -lf /tmp/key1.pub | cut -d ' ' -f 2)"
check 'and gone' wait_for 1 gone
check_status 1 'one that is not there is not removed' \
	key 2000011 remove /tmp/key1.pub
check_says 'no such key' 'and it is said'
printf 'command="id" %s\n' "$(cat /tmp/key3.pub)" >/tmp/options.pub
check_status 1 'a key with options is refused by the command' \
	key 2000011 add /tmp/options.pub
check_says 'options and certificates are not taken' 'with the reason'
check_says '不接受选项' 'in Chinese too'
cat /tmp/key2.pub /tmp/key3.pub >/tmp/two.pub
check_status 1 'two keys in one file too' key 2000011 add /tmp/two.pub
ssh-keygen -q -t rsa -b 1024 -N '' -f /root/weak
check_status 1 'and a weak one' key 2000011 add - </root/weak.pub
check_says 'too weak' 'with the reason'
check_status 1 'and the private one' key 2000011 add - </root/key3
# The daemon itself, whatever the command let through.
ask_keys()
{
	echo "$good" | as "$1" "$ask" keys service=x user="$2" verb="$3" key="$4"
}
check_output=$(ask_keys 2000011 wang 2 "$(cat /tmp/key3.pub)")
check_says 'result refused-new' 'the daemon refuses a comment'
check_output=$(ask_keys 2000011 wang 2 "command=\"id\" $(public /tmp/key3)")
check_says 'result refused-new' 'and options'
check_output=$(ask_keys 2000012 wang 1 x)
check_says 'result not-allowed' 'nobody asks for the keys of others'
check_output=$(ask_keys 2000011 wang 9 x)
check_says 'result bad-request' 'and no verb is made up'
set_password sun First-9x-gleam
password=First-9x-gleam check_status 1 \
	'who must change the password first does that first' \
	key 2000014 add /tmp/key3.pub
check_says 'has to be changed now' 'and is told'
# As the system role gives a key-only account its first key.
person keyed 钥匙人 E0005 2000015 | sed '/^$/d' |
	{ cat; printf 'tenureKeyOnly: TRUE\n\n'; } | ldap_add
printf '%s\n' "dn: cn=system,ou=roles,$base" 'changetype: modify' \
	'add: member' "member: uid=zhao,ou=people,$base" | ldap_modify
check 'system registers the first key of a key-only account' \
	tenure key add /tmp/key3.pub --for keyed --as zhao \
	--password-fd 3 3<<<"$good"
check_status 1 'and no second one' tenure key add /tmp/key1.pub --for keyed \
	--as zhao --password-fd 3 3<<<"$good"
check_says 'only the holder' 'and says so'
check_status 1 'nor one for somebody who has a password' \
	tenure key add /tmp/key1.pub --for li --as zhao \
	--password-fd 3 3<<<"$good"
check 'who is on the directory server binds as himself' \
	tenure key list --as wang --password-fd 3 3<<<"$good"
check 'the key-only account logs in with it' \
	wait_for 2 by_key /root/key3 keyed true

# --- only the directory's keys -----------------------------------------------
install -d -m 700 -o 2000011 -g 2000000 /home/wang/.ssh
install -m 600 -o 2000011 -g 2000000 /root/keylocal.pub \
	/home/wang/.ssh/authorized_keys
check_status 255 'a key in a file of the home opens nothing' \
	by_key /root/keylocal wang true

# own_files LOGIN: what sshd would read for them
own_files()
{
	/usr/sbin/sshd -T -C "user=$1,host=localhost,addr=127.0.0.1" |
		sed -n 's/^authorizedkeysfile //p'
}
for login in wang fang gong; do
	check_same none "$(own_files "$login")" \
		"sshd reads no file of $login's ($(id -Gn "$login" 2>/dev/null))"
done
install -d -m 700 -o 2000016 -g 2000030 /home/fang /home/fang/.ssh
install -m 600 -o 2000016 -g 2000030 /root/keylocal.pub \
	/home/fang/.ssh/authorized_keys
check_status 255 'nor opens one of a person of another primary group' \
	by_key /root/keylocal fang true

# --- this host's own accounts ------------------------------------------------
useradd --create-home --shell /bin/bash --key SUB_UID_COUNT=0 \
	--key SUB_GID_COUNT=0 helper
for home in /root /home/helper; do
	install -d -m 700 "$home/.ssh"
	install -m 600 /root/keylocal.pub "$home/.ssh/authorized_keys"
done
chown -R helper: /home/helper
check 'a local account logs in by its own file' \
	by_key /root/keylocal helper "$who"
check_says 'I am helper' 'as itself'
check 'root does too' by_key /root/keylocal root "$who"
check_same '.ssh/authorized_keys .ssh/authorized_keys2' "$(own_files root)" \
	'whose files sshd reads'
check_same 1 "$(id -Gn helper | wc -w)" 'and no group of ours is theirs'

# --- locked ------------------------------------------------------------------
as_person li 'add: tenureSshPublicKey' \
	"tenureSshPublicKey: $(public /root/key4)"
check 'li has a key' wait_for 1 tells li "$(public /root/key4)"
check 'which opens' by_key /root/key4 li true
explained()
{
	# The host's own configuration is beside the directory's.
	tenure explain li --config /etc/tenure/host.conf | grep 'SSH keys'
}
check_output=$(explained)
check_same '  SSH keys registered: 1' "$check_output" 'explain counts it'
lock away suspension li
check 'DESIGN 4: while she is suspended it is withheld' \
	wait_for 1 withheld li
check_output=$(explained)
check_says 'registered: 1, withheld: they open nothing while the account is closed' \
	'and explain says that it is'
check_status 255 'and opens nothing' by_key /root/key4 li "$who"
check_says 'This account is' 'but it is told that the account is closed'
check_same 0 "$(grep -c 'I am' <<<"$check_output")" 'and nothing ran'
check_status 255 'not sftp, nor a tunnel' \
	by_key /root/key4 li -s -o RequestTTY=no sftp
# Where an sshd has no account phase: the same key in a file of sshd's own.
told li | sed 's/^/# /'
told li >/root/withheld_keys
cat >/root/sshd_nopam <<END
Port 2299
UsePAM no
PidFile none
AuthorizedKeysFile /root/withheld_keys
Subsystem sftp internal-sftp
StrictModes no
END
/usr/sbin/sshd -f /root/sshd_nopam
by_withheld()
{
	"$ssh_as" -p 2299 -i /root/key4 -o IdentitiesOnly=yes \
		-o PreferredAuthentications=publickey "$@" </dev/null
}
check_status 1 'without any account phase a withheld key runs one thing' \
	by_withheld root@localhost "$who"
check_says 'This account is closed' 'which says so'
check_same 0 "$(grep -c 'I am' <<<"$check_output")" 'and nothing else'
check_status 255 'forwards nothing' by_withheld -N -o ExitOnForwardFailure=yes \
	-R 2298:localhost:22 root@localhost
kill "$(pgrep -f '/usr/sbin/sshd -f /root/sshd_nopam' | head -n 1)"

# After a leak likewise, until the enforcer has taken the keys for good.
lab-service stop enforcer
lock leaked leak keyed
check 'DESIGN 4: after a leak, too' wait_for 1 withheld keyed
check_status 255 'which opens nothing' by_key /root/key3 keyed "$who"
check_says 'leak of this account' 'and the reason reaches that login'
check_says 'service desk' 'with whom to see'
lab-service start enforcer
check 'then the key is gone for good' wait_for 5 silent_about keyed
check_status 255 'and opens nothing either' by_key /root/key3 keyed "$who"

# --- servers that are dead ---------------------------------------------------
as_person zhao 'add: tenureSshPublicKey' \
	"tenureSshPublicKey: $(public /root/key5)"
check 'zhao has a key' wait_for 1 tells zhao "$(public /root/key5)"
lab-service stop slapd
check 'with the directory dead a key still opens' \
	by_key /root/key5 zhao "$who"
check_says 'I am zhao' 'as its holder'
end_tenured
check 'with the daemon dead too sshd is told the key' \
	tells zhao "$(public /root/key5)"
check 'and the suspended one is withheld still' withheld li
check 'and the key opens, by what the daemon wrote down' \
	by_key /root/key5 zhao "$who"
check_says 'I am zhao' 'as its holder'
check_status 255 'the suspended one opens nothing' \
	by_key /root/key4 li "$who"
check 'a local account gets in' by_key /root/keylocal helper true
check_status 255 'and nobody by a file of their own' \
	by_key /root/keylocal fang true
check_same none "$(own_files gong)" 'which sshd knows without the daemon'
lab-service start slapd
start_tenured
check 'when they are back the key opens again' \
	wait_for 10 by_key /root/key5 zhao true

# --- damaged -----------------------------------------------------------------
cp -p /var/lib/tenure/keys/keys /root/keys.whole
broken()
{
	local what=$1

	shift
	cp -p /root/keys.whole /var/lib/tenure/keys/keys
	eval "$@"
	check_status 1 "$what: no key is told" told zhao
	check_same '' "$(told zhao 2>/dev/null)" '  indeed none'
}
file=/var/lib/tenure/keys/keys
broken 'cut' "truncate -s 100 $file"
broken 'empty' "truncate -s 0 $file"
broken 'writable by its group' "chmod 660 $file"
broken 'readable by all' "chmod 644 $file"
broken 'of another owner' "chown tenure $file"
broken 'a link' "mv $file $file.x; ln -s keys.x $file"
rm -f "$file" "$file.x"
check_status 1 'gone: no key is told' told zhao
broken 'an option written over a key' \
	"perl -0777 -pi -e 's/ssh-ed25519/pty,no-agen/g' $file"
broken 'of a generation before the snapshot' \
	"perl -0777 -pi -e 'substr(\$_, 24, 8) = pack(\"Q<\", 1)' $file"
cp -p /root/keys.whole "$file"
check 'whole again, it is told' tells zhao "$(public /root/key5)"
mv /var/lib/tenure/snapshot/overlay /root/
check_status 1 'without a snapshot no key is told' told zhao
mv /root/overlay /var/lib/tenure/snapshot/

# --- how fast ----------------------------------------------------------------
# Nothing but the start of a process, beside it the start of a process that
# does nothing: medians of the same loop. Others work on this machine, too: the
# best of up to three rounds counts.
how_fast()
{
	perl -MTime::HiRes=clock_gettime,CLOCK_MONOTONIC -e '
	my ($keys, $n) = @ARGV;
	my %of = (floor => ["/bin/true"], keys => [$keys, "zhao", 2000013]);
	my %took;
	open STDOUT_REAL, ">&STDOUT"; open STDOUT, ">/dev/null";
	for (1 .. $n) { for my $what (sort keys %of) {
		my $start = clock_gettime(CLOCK_MONOTONIC);
		system { $of{$what}[0] } @{ $of{$what} };
		push @{ $took{$what} }, clock_gettime(CLOCK_MONOTONIC) - $start;
	} }
	my ($keys_ms, $floor_ms) = map { 1000 * (sort { $a <=> $b }
		@{ $took{$_} })[$n / 2] } qw(keys floor);
	printf STDOUT_REAL "tenure-keys %.2f ms, /bin/true %.2f ms\n",
		$keys_ms, $floor_ms;
	exit($keys_ms - $floor_ms > 2);' "$keys" 200
}
for _ in 1 2 3; do
	check_output=$(how_fast)
	fast=$?
	echo "# medians of 200: $check_output"
	[ "$fast" != 0 ] || break
done
check_same 0 "$fast" 'it takes at most 2 ms more than a program that does nothing'

end_tenured
[ "$check_failed" = 0 ]
