# Cases of leaks as administrators see to them. Wants server.sh and
# enforcer_fixture.sh.
# shellcheck shell=bash

has_case()
{
	[ -n "$(value "cn=$1,ou=incidents,$S" cn)" ]
}
count_of() # BASE FILTER
{
	server_as nobody search -LLL -o ldif-wrap=no -b "$1" "$2" dn |
		grep -c '^dn:'
}
# locks_of STAFF-NUMBER: of leaks, by their names.
locks_of()
{
	server_as nobody search -LLL -o ldif-wrap=no -b "ou=locks,$S" \
		"(&(tenureLockKind=leak)(tenureStaffNumber=$1))" cn |
		sed -n 's/^cn: //p'
}
# all_items CASE BY: confirm each, one by one.
all_items()
{
	local left

	left=$(as "$2" leak show "$1" --json | sed -n '/"items"/,/\]/p' |
		grep -c '^  "')
	while [ "$left" -gt 0 ]; do
		as "$2" leak item "$1" 1 --confirmed --reason looked || return 1
		left=$((left - 1))
	done
}
