#!/bin/sh
# Who may include whom (docs/design.md, "Layers"): includes point downwards
# only, and an external library has exactly one adapter. The last step plants
# an offence of each kind, so that a check which sees nothing is noticed.
set -u
: "${top_srcdir:=.}"

# folder: our own layers that it may include, by the first part of the path
# or, where that is too wide, by the whole.
layers='
lib/base        base
lib/config      base config
lib/account     base account
lib/pinyin      base account pinyin
lib/leaked      base leaked
lib/secret      base account secret
lib/certificate base secret certificate
lib/directory   base account journal secret directory
lib/wire        base account wire
lib/journal     base journal
lib/snapshot    base account snapshot
nss_module      base/attrs.h base/err.h snapshot/snapshot_reader.h account/account.h
ssh_keys        base account snapshot/snapshot_reader.h snapshot/snapshot_keys.h
pam_module      base account wire secret/secret.h snapshot/account_file.h
slapd_module    base account config leaked pinyin
daemon          base config account journal leaked pinyin secret certificate directory wire snapshot
lifecycle       base config account journal leaked pinyin secret certificate directory wire snapshot/snapshot_reader.h snapshot/snapshot_keys.h snapshot/snapshot_sum.h
'

# header of an external library: the folders that may see it
adapters='
ldap.h lib/directory
lber.h lib/directory slapd_module
openldap.h lib/directory
sodium.h lib/secret slapd_module
gnutls/* lib/certificate
nettle/* lib/leaked
unicode/* lib/pinyin
jansson.h lifecycle daemon
csv.h lifecycle
security/* pam_module
nss.h nss_module
pwquality.h daemon
seccomp.h daemon
cap-ng.h daemon
uthash.h lib/base
systemd/* daemon
'

# The C library and the kernel. A header that stands in neither list is an
# offence: who adds a library says here whose it is.
libc='
arpa/* linux/* net/* netinet/* sys/*
alloca.h assert.h ctype.h dirent.h dlfcn.h endian.h errno.h execinfo.h fcntl.h
fnmatch.h ftw.h getopt.h glob.h grp.h iconv.h inttypes.h langinfo.h libgen.h
libintl.h limits.h locale.h malloc.h netdb.h poll.h pthread.h pty.h pwd.h
regex.h resolv.h sched.h search.h semaphore.h shadow.h signal.h spawn.h
stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h
stdnoreturn.h string.h strings.h syslog.h termios.h threads.h time.h unistd.h
utmp.h utmpx.h wchar.h wctype.h
'
# Rules do no I/O and read no clock, so they need no more than this.
pure='lib/account lib/journal'
libc_of_pure='stdbool.h stddef.h stdint.h stdlib.h string.h
strings.h'

# in_list WORD LIST...: does one pattern of the list match?
in_list()
{
	word=$1
	shift
	set -f
	for pattern in $*; do
		case $word in
		$pattern) set +f; return 0 ;;
		esac
	done
	set +f
	return 1
}

# ours FOLDER HEADER: may it include this header of ours?
ours()
{
	allowed=$(echo "$layers" | awk -v f="$1" '$1 == f { $1 = ""; print }')
	case $1/$2 in
	daemon/base/log.h | lifecycle/base/log.h | lib/base/base/log.h) ;;
	*/base/log.h) return 1 ;; # libraries and modules do not log
	esac
	in_list "$2" $allowed || in_list "${2%%/*}" $allowed
}

# theirs FOLDER HEADER: may it include this header of others?
theirs()
{
	if in_list "$1" "$pure"; then
		in_list "$2" "$libc_of_pure"
		return
	fi
	in_list "$2" "$libc" && return
	set -f
	echo "$adapters" | while read -r header folders; do
		case $2 in
		$header) in_list "$1" "$folders" && echo yes ;;
		esac
	done | grep -q yes
	found=$?
	set +f
	return $found
}

# check ROOT: prints a line for each offence.
check()
{
	for folder in $(echo "$layers" | awk 'NF { print $1 }'); do
		for file in "$1/$folder"/*.c "$1/$folder"/*.h; do
			[ -f "$file" ] || continue
			sed -n 's/^[ 	]*#[ 	]*include[ 	]*\([<"]\)\([^>"]*\)[>"].*/\1 \2/p' \
			    "$file" |
			while read -r kind header; do
				case $kind$header in
				\"config.h | \<config.h) ;; # of the build
				\<*) theirs "$folder" "$header" ;;
				\"*/*) ours "$folder" "$header" ;;
				*) [ -f "$1/$folder/$header" ] ;;
				esac || echo "$folder/${file##*/} includes $header"
			done
		done
	done
}

plant()
{
	mkdir -p "$scratch/$1"
	echo "#include $3" >"$scratch/$1/$2"
}

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
plant lib/base up.c '"account/account.h"'
plant lib/account clock.c '<time.h>'
plant lib/account io.c '<stdio.h>'
plant lib/account hash3.c '<nettle/sha1.h>'
plant lib/journal clock2.c '<time.h>'
plant lib/journal hash.c '"secret/sealed_box.h"'
plant lib/wire ldap.c '<ldap.h>'
plant lib/wire beside.c '"snapshot/snapshot_reader.h"'
plant lib/directory logs.c '"base/log.h"'
plant nss_module heavy.c '"base/file.h"'
plant pam_module ldap2.c '"directory/search.h"'
plant lifecycle writes.c '"snapshot/snapshot_writer.h"'
plant daemon unknown.c '<curl/curl.h>'
plant daemon missing.c '"nowhere.h"'
planted=$(find "$scratch" -name '*.c' | wc -l)
plant daemon fine.c '"directory/search.h"'
plant lib/directory fine2.c '<ldap.h>'
plant lib/account fine3.c '"base/day.h"'
caught=$(check "$scratch" | wc -l)
if [ "$caught" -ne "$planted" ]; then
	echo "of $planted planted offences $caught were found:"
	check "$scratch"
	exit 1
fi

offences=$(check "$top_srcdir")
[ -z "$offences" ] && exit 0
echo "$offences"
exit 1
