# What the directory of server.sh holds, as its root dn sees it, and the commands as
# people run them. Wants server.sh.
# shellcheck shell=bash
S=$server_suffix
people="ou=people,$S"
word=$server_password

value() # DN ATTRIBUTE
{
	server_as nobody search -LLL -o ldif-wrap=no -b "$1" -s base "$2" \
		2>/dev/null | sed -n "s/^$2: //p"
}
has_value()
{
	[ -n "$(value "$1" "$2")" ]
}
is() # LOGIN ATTRIBUTE VALUE
{
	[ "$(value "uid=$1,$people" "$2")" = "$3" ]
}
change() # DN LINE...: as LDIF
{
	local dn=$1

	shift
	printf '%s\n' "dn: $dn" 'changetype: modify' "$@" ''
}
# as LOGIN WORD...: tenure, as that person, whose password is $word.
as()
{
	local login=$1

	shift
	tenure "$@" --as "$login" --password-fd 3 3<<<"$word"
}
lets_in() # LOGIN PASSWORD
{
	server_by "$1" "$2" whoami 2>&1
}
