#!/bin/sh
# No file past 500 lines; no two source files of one name (logs, backtraces
# and searches stay unambiguous); no file called util.
set -u
: "${top_srcdir:=.}"
max=500

# sources ROOT
sources()
{
	for folder in lib nss_module pam_module slapd_module ssh_keys daemon lifecycle \
	    tests ldif packaging m4; do
		[ -d "$1/$folder" ] && find "$1/$folder" -type f \
		    ! -name 'Makemodule.am' ! -path '*/m4/l*.m4' \
		    ! -name '*.o' ! -name '*.log' ! -name '*.trs' \
		    ! -path '*/.deps/*' ! -path '*/.libs/*' \
		    ! -path '*/fixtures/*' ! -path '*/corpus/*'
	done
}

check()
{
	sources "$1" | while read -r file; do
		grep -Iq . "$file" || continue # a program, or empty
		lines=$(wc -l <"$file")
		[ "$lines" -le $max ] || echo "${file#"$1"/}: $lines lines"
		case ${file##*/} in
		util.* | utils.* | misc.*) echo "${file#"$1"/}: says nothing" ;;
		esac
	done
	sources "$1" | sed -n 's|.*/||; /\.\(c\|h\|sh\|py\)$/p' | sort |
	    uniq -d | sed 's/$/: two files of this name/'
}

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lib/a" "$scratch/lib/b"
seq 501 >"$scratch/lib/a/long.c"
seq 500 >"$scratch/lib/a/full.c"
echo 1 >"$scratch/lib/a/twice.h"
echo 1 >"$scratch/lib/b/twice.h"
echo 1 >"$scratch/lib/b/util.c"
if [ "$(check "$scratch" | sort | tr '\n' ' ')" != \
    "lib/a/long.c: 501 lines lib/b/util.c: says nothing twice.h: two files of this name " ]; then
	echo "of what was planted this was found:"
	check "$scratch"
	exit 1
fi

offences=$(check "$top_srcdir")
[ -z "$offences" ] && exit 0
echo "$offences"
exit 1
