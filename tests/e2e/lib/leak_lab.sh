# shellcheck shell=bash
#
# Leaks in a lab of their own: where it is, and what is asked of its machines. It
# is down again when the script ends.
set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
lab=$top/tests/lab
# shellcheck source=tests/labkit/check.sh
. "$top/tests/labkit/check.sh"
TENURE_LAB=$(basename "$0" .sh)-$$
LAB_QUIET=1
export TENURE_LAB LAB_QUIET
work=$(mktemp -d)
trap '"$lab" down >/dev/null 2>&1; rm -rf "$work"' EXIT

S=dc=example,dc=org
good=Teapot-ninety7-glacier

# on MACHINE COMMAND-LINE
on()
{
	local machine=$1

	shift
	"$lab" exec "$machine" -- bash -c "$*" </dev/null
}
value() # FILTER ATTRIBUTE
{
	on directory "ldapsearch -QLLL -Y EXTERNAL -H ldapi:/// -o ldif-wrap=no \
		-b $S '$1' $2" | sed -n "s/^$2: //p"
}
# own_passwords LOGIN...: $good, which they chose themselves
own_passwords()
{
	on directory "for login in $*; do
		dn=uid=\$login,ou=people,$S
		ldappasswd -Q -Y EXTERNAL -H ldapi:/// -s First-teapot-77 \$dn &&
		ldappasswd -x -H ldapi:/// -D \$dn -w First-teapot-77 \
			-a First-teapot-77 -s $good \$dn || exit 1
		done"
}
