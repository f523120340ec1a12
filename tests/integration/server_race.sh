#!/bin/bash
# Trap 7: slapo-unique without "serialize" lets races through (98 of 100).
set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/labkit/server.sh"

server_new || exit 1
for attribute in employeeNumber uidNumber tenureSshPublicKey; do
	check "trap 7: 8 writers, 100 rounds, never two with one $attribute" \
		timeout 120 "$top_builddir/tests/integration/unique_race" \
		"$server_suffix" 8 100 "$attribute"
	echo "# $check_output"
	server_as nobody search -LLL -o ldif-wrap=no -b "ou=people,$server_suffix" \
		-s one '(objectClass=*)' 1.1 | sed -n 's/^dn: //p' |
		server_as nobody delete >/dev/null
done
[ "$check_failed" = 0 ]
