#!/bin/bash
#
# tenure init --upgrade, from the first version's own data (fixtures/
# first-version): nothing of people, locks, requests and journals is touched,
# an administrator's changes are kept or the upgrade refuses, and whatever
# fails or is killed, everything is as it was, or done.
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"
S=$server_suffix
. "$top_srcdir/tests/labkit/first-version.sh"

# How many paragraphs of the first file the second has not.
lost()
{
	awk 'BEGIN { RS = "" } NR == FNR { has[$0] = 1; next }
		!($0 in has) { print $1, $2 }' "$2" "$1"
}
backup()
{
	ls -d /var/lib/tenure/backup/2* | tail -n 1
}

server_users
tenure init --suffix "$S" --organisation Example \
	--server-names directory,127.0.0.1 >/dev/null
check 'a new directory needs no upgrade' tenure init --upgrade
check_says 'nothing to do' 'and says so'

# From the first version ---------------------------------------------------------

check "the first version's data loads" first
server_start
check 'the first version runs' server_by alice "$server_password" whoami
check_status 1 'no upgrade while slapd runs' tenure init --upgrade
check_says 'stop slapd first' 'and says what to do'
server_stop
state >"$work/before"
all >"$work/data"
config >"$work/config"
check 'a dry run' tenure init --upgrade --dry-run
check_says 'from version 1 to version 2' 'tells the versions'
check_says 'new: olcDatabase={2}mdb,cn=config' 'and what is new'
state >"$work/now"
check 'a dry run changes nothing' cmp "$work/before" "$work/now"
check 'the upgrade' tenure init --upgrade
check_says "tenure init --restore $(backup)" 'says how to go back'
check_same '' "$(find / -xdev -name '.tenure-init*' 2>/dev/null)" \
	'nothing is left lying about'
all >"$work/after"
check_same '' "$(lost "$work/data" "$work/after" |
	grep -v ',ou=policies,\|^dn: ou=[a-z]*,dc=\|,ou=roles,\|^dn: dc=')" \
	'every person, lock, group, host, request, record: byte for byte'
check_same '' "$(grep '^dn' "$work/data" | grep -vxFf "$work/after")" \
	'and none is lost'
check_same "$(dump ou=journal,cn=tenure-reports | grep -c '^tenureJournalText')" 2 \
	"the hosts' journals went into a database of their own"
check_same 0 "$(slapcat -n5 -F /etc/ldap/slapd.d | grep -c tenureJournal)" \
	'and out of the old one'
server_start
check 'slapd is as this Tenure ships it' tenure init --check
check 'a person logs in as before' server_by alice "$server_password" whoami
check_status 49 'one who left does not' \
	server_by leaver "$server_password" whoami
check_status 49 'one who is suspended does not' \
	server_by absent "$server_password" whoami
check 'the journal is whole' tenure journal verify
check_says 'hosts.host1' "with the hosts' chains"
check 'and goes on' tenure show alice
check_output=$(tenure journal show --json | tr -d '\n ')
check_says '"verb":"init"' 'and has a record of the upgrade, made offline'
check 'new entries go in' server_as root add <<END
dn: cn=after,ou=groups,$S
objectClass: posixGroup
cn: after
gidNumber: 2100200
END
server_stop
check 'a second upgrade' tenure init --upgrade
check_says 'nothing to do' 'finds nothing to do'

# And back -----------------------------------------------------------------------

kept=$(backup)
check_status 3 'no way back to what is no whole backup' \
	tenure init --restore /var/lib/tenure
cp -a "$kept" "$work/cut"
truncate -s -10 "$work/cut/$S.ldif"
check_status 3 'nor to one that was cut' tenure init --restore "$work/cut"
check_says 'bytes that were written' 'which is seen'
check 'back to the first version' tenure init --restore "$kept"
config >"$work/now"
check 'its configuration is there again' cmp "$work/config" "$work/now"
all >"$work/now"
check 'and its data' cmp "$work/data" "$work/now"
check_same '' "$(ls -d /var/lib/tenure/shipped 2>/dev/null)" \
	'and nothing of the other version'
check 'what was written meanwhile is in a backup too' \
	grep -q 'cn: after' "$(backup)/$S.ldif"
check 'and forward again' tenure init --upgrade
server_start
check 'it runs' tenure init --check
server_stop

# An administrator's changes -------------------------------------------------------

cat >"$work/more" <<END

dn: olcDatabase={5}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {5}mdb
olcSuffix: dc=mine
olcDbDirectory: /var/lib/ldap/mine
olcRootDN: cn=admin,dc=mine

dn: olcOverlay={0}unique,olcDatabase={5}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcUniqueConfig
olcOverlay: {0}unique
olcUniqueURI: ldap:///?mail?sub

dn: cn={5}mine,cn=schema,cn=config
objectClass: olcSchemaConfig
cn: {5}mine
olcAttributeTypes: {0}( 1.3.6.1.4.1.99999.1 NAME 'mineColour' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
END
first -e 's/^olcDbIndex: entryCSN,entryUUID eq/&\nolcDbIndex: mail eq/' \
	-e 's/^olcThreads: 16/olcThreads: 8/'
: >"$work/more"
printf '%s\n' 'dn: dc=mine' 'objectClass: dcObject' \
	'objectClass: organization' 'dc: mine' 'o: Mine' |
	as_slapd slapadd -n5 -F /etc/ldap/slapd.d
as_slapd slapmodify -n3 -F /etc/ldap/slapd.d <<END
dn: cn=default,ou=policies,$S
changetype: modify
replace: pwdInHistory
pwdInHistory: 24
END
check 'an upgrade with changes of an administrator' tenure init --upgrade
check_says 'yours, kept: olcDatabase={3}mdb,cn=config: olcDbIndex: mail eq' \
	'keeps an index'
check_says 'olcThreads: 8' 'keeps a value'
check_says 'pwdInHistory: 24' 'keeps a value of the policy'
check_says 'yours, kept: cn={5}mine,cn=schema,cn=config' 'keeps a schema'
check_says 'yours, kept: olcDatabase={5}mdb,cn=config' 'keeps a database'
check_says 'yours, kept: olcOverlay={0}unique,olcDatabase={5}mdb,cn=config' \
	'and its overlay'
check_same olcOverlay={0}unique,olcDatabase={6}mdb,cn=config \
	"$(config | sed -n 's/^dn: \(.*{6}.*\)/\1/p' | tail -n 1)" \
	'under the next number'
check_same 'o: Mine' "$(dump dc=mine | grep '^o:')" 'with its data'
check_same 'pwdInHistory: 24' "$(dump "$S" | grep '^pwdInHistory:')" \
	'the value is there'
server_start
check 'slapd takes it' server_as root whoami
check_status 1 'and init --check names it' tenure init --check
check_says 'mail eq' 'all of it'
server_stop

first
as_slapd slapmodify -n0 -F /etc/ldap/slapd.d <<END
dn: olcDatabase={2}mdb,cn=config
changetype: modify
add: olcAccess
olcAccess: {1}to dn.exact="cn=mine,cn=tenure-reports" by * read
END
state >"$work/before"
check_status 1 'an own access rule among ours is no matter of a guess' \
	tenure init --upgrade
check_says 'changed by you and by Tenure' 'it is named'
check_says '--replace-local' 'with the way out'
state >"$work/now"
check 'nothing was changed' cmp "$work/before" "$work/now"
check 'the way out' tenure init --upgrade --replace-local
check_says 'yours, replaced: olcDatabase={5}mdb,cn=config: olcAccess: {1}to dn.exact="cn=mine' \
	'tells what goes'
check 'which is in the backup' \
	grep -q 'cn=mine,cn=tenure-reports' "$(backup)/config.ldif"
server_start
check 'now it is as shipped' tenure init --check
server_stop

# To a version that is not there yet ---------------------------------------------

# Whatever stands in the templates comes along, from what this one recorded.
cp -r /usr/share/tenure/ldif "$work/ldif"
chmod -R a+rX "$work"
sed -i -e 's/tenureRoot:3\.[0-9]*$/tenureRoot:3.999/' \
	-e "s/^olcObjectClasses: ( tenureClass:1 NAME/olcAttributeTypes: ( tenureAttr:9999 NAME 'tenureFuture' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )\n&/" \
	-e "/NAME 'tenurePerson'/,/)/s/tenureStartDate/tenureFuture \$ &/" \
	"$work/ldif/tenure-schema.ldif"
sed -i 's/^olcDbIndex: entryCSN,entryUUID eq/&\nolcDbIndex: tenureFuture eq/' \
	"$work/ldif/config.ldif"
sed -i 's/^pwdMaxAge: .*/pwdMaxAge: 1296000/' "$work/ldif/base.ldif"
cat >>"$work/ldif/base.ldif" <<'END'

dn: ou=future,@SUFFIX@
objectClass: organizationalUnit
ou: future
END
sed -i 's/^olcAccess: to attrs=userPassword,pwdHistory by \* none/olcAccess: to attrs=tenureFuture by * none\n&/' \
	"$work/ldif/access.ldif"
all >"$work/data"
check 'an upgrade to a later version' \
	tenure init --upgrade --ldif-dir "$work/ldif"
check_says 'to version 999' 'which says so'
all >"$work/after"
check_same "dn: cn=default,ou=policies,$S" "$(lost "$work/data" "$work/after")" \
	'of all entries one is changed'
check_same 'pwdMaxAge: 1296000' "$(dump "$S" | grep '^pwdMaxAge')" \
	'the policy, since nobody here had changed it'
check_same "dn: ou=future,$S" \
	"$(lost "$work/after" "$work/data" | grep -v ou=policies)" \
	'and one is new'
server_start
check 'slapd is as that version ships it' \
	tenure init --check --ldif-dir "$work/ldif"
check 'a person logs in as before' server_by alice "$server_password" whoami
check_status 1 'this version finds it is another' tenure init --check
server_stop
check_status 1 'and does not go back to its own' tenure init --upgrade
check_says 'version 999' 'as a downgrade'
check 'but to the backup' tenure init --restore "$(backup)"
check 'which is this version again' tenure init --upgrade
check_says 'nothing to do' 'whole'

# A newer Tenure was here ------------------------------------------------------

config >"$work/newer"
rm -rf /etc/ldap/slapd.d/*
sed 's/tenureVersion tenureRoot:3.2/tenureVersion tenureRoot:3.9/' \
	"$work/newer" | as_slapd slapadd -n0 -F /etc/ldap/slapd.d
check_status 1 'a downgrade is refused' tenure init --upgrade
check_says 'version 9' 'with both versions'
check_done
