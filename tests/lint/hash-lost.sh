#!/bin/sh
# Where something is put into a hash it is asked whether it is there
# (base/hash_table.h): without memory it is not. And nobody has uthash by
# another way, as shipped: that ends the program. The last step plants both.
set -u
: "${top_srcdir:=.}"

# check ROOT: prints file:line of what was put in without asking.
check()
{
	(cd "$1" && find lib nss_module pam_module slapd_module ssh_keys daemon \
		lifecycle -name '*.[ch]' -type f 2>/dev/null | sort |
		xargs -r awk '
		FNR == 1 { tell() }
		/#include <ut[a-z]*\.h>/ && FILENAME != "lib/base/hash_table.h" {
			print FILENAME ":" FNR
		}
		/HASH_(ADD|REPLACE)[A-Z_]*\(/ {
			tell()
			at = FILENAME ":" FNR
			line = FNR
		}
		/TN_HASH_LOST\(/ { at = "" }
		at != "" && FNR > line + 4 { tell() }
		END { tell() }
		function tell()
		{
			if (at != "")
				print at
			at = ""
		}')
}

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/daemon"
printf '%s\n' '#include <uthash.h>' 'HASH_ADD_STR(a,' 'b, c);' \
	'if (TN_HASH_LOST(hh, c))' 'HASH_ADD(hh, a, b, c, d);' 'return 1;' \
	>"$scratch/daemon/bad.c"
found=$(check "$scratch" | tr '\n' ' ')
if [ "$found" != 'daemon/bad.c:1 daemon/bad.c:5 ' ]; then
	echo "of what was planted this was found: $found"
	exit 1
fi

offences=$(check "$top_srcdir")
[ -z "$offences" ] && exit 0
echo "$offences"
exit 1
