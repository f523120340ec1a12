#!/bin/sh
# A private slapd for the tests of lib/directory: writes its configuration and
# its people into a folder. Its certificates are there already.
#
#	directory_slapd.sh FOLDER MODULES SCHEMA
#
# MODULES is where tenure_argon2id.so and tenure_check_password.so were built,
# or - for Debian's own argon2 and no check.
set -eu
folder=$1
modules=$2
schema=$3
suffix=dc=example,dc=org
me=$(id -u)
module_path=/usr/lib/ldap:$modules
argon2='tenure_argon2id.so m=8192 t=1'
check="pwdCheckModule: $modules/tenure_check_password.so
pwdCheckModuleArg: config=$folder/tenure.conf"
if [ "$modules" = - ]; then
	module_path=/usr/lib/ldap
	argon2='argon2 m=8192 t=1 p=1'
	check=
fi
mkdir -p "$folder/conf" "$folder/db" "$folder/other"
echo 'organisation = Example' >"$folder/tenure.conf"
chmod 644 "$folder/tenure.conf"

cat >"$folder/config.ldif" <<EOF
dn: cn=config
objectClass: olcGlobal
cn: config
olcPidFile: $folder/slapd.pid
olcLocalSSF: 256
olcSecurity: simple_bind=128 update_ssf=128
olcTLSCACertificateFile: $folder/ca.crt
olcTLSCertificateFile: $folder/server.crt
olcTLSCertificateKeyFile: $folder/server.key
olcTLSVerifyClient: demand
olcTLSCipherSuite: SECURE128:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3
olcAuthzRegexp: {0}"^gidNumber=[0-9]+\\+uidNumber=$me,cn=peercred,cn=external,cn=auth\$" "cn=bootstrap,ou=agents,$suffix"
olcAuthzRegexp: {1}"^cn=([a-z0-9.-]+),serialNumber=([0-9a-f]+),ou=hosts,o=Tenure\$" "ldap:///ou=hosts,$suffix??one?(&(cn=\$1)(serialNumber=\$2))"

dn: cn=module{0},cn=config
objectClass: olcModuleList
cn: module{0}
olcModulePath: $module_path
olcModuleLoad: back_mdb
olcModuleLoad: ppolicy
olcModuleLoad: unique
olcModuleLoad: syncprov
olcModuleLoad: $argon2

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file:///etc/ldap/schema/core.ldif

include: file:///etc/ldap/schema/cosine.ldif

include: file:///etc/ldap/schema/nis.ldif

include: file:///etc/ldap/schema/inetorgperson.ldif

include: file://$schema

dn: olcDatabase={-1}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {-1}frontend
olcPasswordHash: {ARGON2}

dn: olcDatabase={0}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {0}config
olcAccess: {0}to * by * none

dn: olcDatabase={1}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {1}mdb
olcSuffix: $suffix
olcDbDirectory: $folder/db
olcRootDN: cn=internal,$suffix
olcDbIndex: objectClass,uid,cn,serialNumber,entryUUID,entryCSN eq
olcLimits: {0}dn.exact="cn=bootstrap,ou=agents,$suffix" size=unlimited time=unlimited
olcAccess: {0}to attrs=userPassword filter=(tenureStatus=departed) by dn.exact="cn=bootstrap,ou=agents,$suffix" manage by * none
olcAccess: {1}to attrs=userPassword by dn.exact="cn=bootstrap,ou=agents,$suffix" manage by self =wx by anonymous auth by * none
olcAccess: {2}to dn.subtree="ou=hosts,$suffix" attrs=entry,cn,serialNumber,objectClass by anonymous auth by * break
olcAccess: {3}to * by dn.exact="cn=bootstrap,ou=agents,$suffix" manage by dn.one="ou=hosts,$suffix" read by self read by * none

dn: olcOverlay={0}syncprov,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcSyncProvConfig
olcOverlay: {0}syncprov
olcSpSessionlog: 1000

dn: olcOverlay={1}unique,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcUniqueConfig
olcOverlay: {1}unique
olcUniqueURI: serialize ldap:///?uidNumber?sub

dn: olcOverlay={2}ppolicy,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: {2}ppolicy
olcPPolicyDefault: cn=default,ou=policies,$suffix
olcPPolicyHashCleartext: TRUE
olcPPolicyUseLockout: FALSE
EOF
slapadd -n0 -F "$folder/conf" -l "$folder/config.ldif"

# A second server that shows a host's certificate, and holds nothing.
sed -n '1,/^$/p' "$folder/config.ldif" |
	sed -e 's/server\.\(crt\|key\)/posing.\1/' -e '/olcAuthz/d' \
		-e 's/slapd.pid/other.pid/' >"$folder/other.ldif"
slapadd -n0 -F "$folder/other" -l "$folder/other.ldif"

at() # at DAYS: generalizedTime so many days from now
{
	date -u -d "$1 days" +%Y%m%d%H%M%SZ
}

number=2000001
person() # person LOGIN, further lines on stdin
{
	cat <<EOF
dn: uid=$1,ou=people,$suffix
objectClass: inetOrgPerson
objectClass: posixAccount
objectClass: tenurePerson
uid: $1
cn:: $(printf '王小明' | base64)
sn: $1
employeeNumber: E$number
uidNumber: $number
gidNumber: 2000000
homeDirectory: /home/$1
loginShell: /bin/bash
tenureApplication: A1
EOF
	sed '/^$/d'
	echo
	number=$((number + 1))
}

# "stock horse 42" as Debian's argon2 module keeps it: Argon2i, and a NUL.
stock_hash='{ARGON2}$argon2i$v=19$m=4096,t=3,p=1$623imZbhVIteAyYQrKw7IA$UhYwclbOnuHxoF2HVqyEtgIWp3uzq/Vkx6EzDTakpDs'

{
	cat <<EOF
dn: $suffix
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: cn=default,ou=policies,$suffix
objectClass: organizationalRole
objectClass: pwdPolicy
objectClass: pwdPolicyChecker
cn: default
pwdAttribute: userPassword
pwdMustChange: TRUE
pwdMaxAge: 2592000
pwdExpireWarning: 604800
pwdGraceAuthNLimit: 2
pwdInHistory: 3
pwdMinAge: 0
pwdCheckQuality: 2
pwdMinLength: 10
pwdLockout: TRUE
pwdMaxFailure: 3
pwdLockoutDuration: 0
pwdFailureCountInterval: 900
pwdAllowUserChange: TRUE
pwdSafeModify: FALSE
$check

dn: cn=bootstrap,ou=agents,$suffix
objectClass: organizationalRole
cn: bootstrap

dn: cn=numbers,ou=policies,$suffix
objectClass: organizationalRole
objectClass: tenureCounter
cn: numbers
tenureNextNumber: 2000100

dn: cn=host1.example.org,ou=hosts,$suffix
objectClass: device
objectClass: tenureHost
cn: host1.example.org
serialNumber: 00112233445566778899aabbccddeeff

EOF
	person normal <<EOF
tenureStatus: active
userPassword: right horse 1
pwdChangedTime: $(at -1)
EOF
	person soon <<EOF
tenureStatus: active
userPassword: right horse 1
pwdChangedTime: $(at -25)
EOF
	person reset <<EOF
tenureStatus: active
userPassword: right horse 1
pwdChangedTime: $(at -1)
pwdReset: TRUE
EOF
	person grace <<EOF
tenureStatus: active
userPassword: right horse 1
pwdChangedTime: $(at -40)
EOF
	person expired <<EOF
tenureStatus: active
userPassword: right horse 1
pwdChangedTime: $(at -40)
pwdGraceUseTime: $(at -2)
pwdGraceUseTime: $(at -1)
EOF
	person guessed <<EOF
tenureStatus: active
userPassword: right horse 1
EOF
	person locked <<EOF
tenureStatus: active
userPassword: right horse 1
pwdAccountLockedTime: 000001010000Z
EOF
	person ended <<EOF
tenureStatus: active
userPassword: right horse 1
pwdEndTime: $(at -1)
EOF
	person departed <<EOF
tenureStatus: departed
userPassword: right horse 1
EOF
	person stock <<EOF
tenureStatus: active
userPassword:: $(printf '%s\0' "$stock_hash" | base64 -w0)
EOF
	person young <<EOF
tenureStatus: active
userPassword: right horse 1
pwdChangedTime: $(at 0)
pwdPolicySubentry: cn=young,ou=policies,$suffix
EOF
	person frozen <<EOF
tenureStatus: active
userPassword: right horse 1
pwdPolicySubentry: cn=frozen,ou=policies,$suffix
EOF
	person chooser <<EOF
tenureStatus: active
userPassword: right horse 1
EOF
	cat <<EOF
dn: cn=young,ou=policies,$suffix
objectClass: organizationalRole
objectClass: pwdPolicy
cn: young
pwdAttribute: userPassword
pwdMinAge: 86400

dn: cn=frozen,ou=policies,$suffix
objectClass: organizationalRole
objectClass: pwdPolicy
cn: frozen
pwdAttribute: userPassword
pwdAllowUserChange: FALSE

dn: cn=employees,ou=groups,$suffix
objectClass: posixGroup
cn: employees
gidNumber: 2000000
memberUid: normal

EOF
	# More than slapd hands out to whoever has no limit of his own.
	for i in $(seq 600); do
		printf 'dn: cn=g%s,ou=groups,%s\nobjectClass: posixGroup\n' \
			"$i" "$suffix"
		printf 'cn: g%s\ngidNumber: %s\n\n' "$i" $((3000000 + i))
	done
} >"$folder/people.body"

{
	sed -n '1,/^$/p' "$folder/people.body"
	for unit in people services groups roles locks hosts policies agents; do
		printf 'dn: ou=%s,%s\nobjectClass: organizationalUnit\n' \
			$unit "$suffix"
		printf 'ou: %s\n\n' $unit
	done
	sed '1,/^$/d' "$folder/people.body"
} | sed '/^\$/d' >"$folder/people.ldif"
slapadd -n1 -F "$folder/conf" -l "$folder/people.ldif"
