#!/bin/bash
#
# libnss_tenure.so.2 as it is installed, in programs that have little left of
# what programs have: no descriptors, no address space, another root, a stack of
# 16 kB; static and setuid ones.

set -u
. "$top_srcdir/tests/labkit/check.sh"
make=$top_builddir/tests/unit/make_snapshot
folder=/var/lib/tenure/snapshot
[ -x "$make" ] || {
	echo 'tests/unit/make_snapshot: not built (make check TESTS=)'
	exit 77
}
sed -i 's/^\(passwd\|group\):.*/\1: files tenure/' /etc/nsswitch.conf
mkdir -p $folder /root/empty
printf 'user:wang:2000001:2000000:王小明:/home/wang:/bin/bash\n%s\n' \
	'group:staff:2000000:wang' | "$make" $folder 1 || exit 1
for flag in '' -static; do
	# The linker warns of what is tried here.
	cc -w -O1 $flag -pthread -o "/usr/local/bin/guest$flag" \
		"$top_srcdir/tests/integration/nss_guest.c" 2>/dev/null || exit 1
	for how in plain thread threads fork closed nofile as vfork \
		"root /root/empty"; do
		check_output=$("/usr/local/bin/guest$flag" ${how%% *} wang \
			${how#* } 2>&1)
		check_same 2000001 "$check_output" \
			"a ${flag:--dynamic} program: $how"
	done
done

# Three descriptors from the first question on: nothing can be opened, so nobody
# is found, and the program goes on.
for flag in '' -static; do
	check_output=$("/usr/local/bin/guest$flag" few wang 2>&1)
	check_same -1 "$check_output" \
		"a ${flag:--dynamic} program with three descriptors from the start"
done

# Setuid: what the caller says of files and libraries is not heard.
install -m 4755 /usr/local/bin/guest /usr/local/bin/guest-root
mkdir -m 755 /tmp/other
printf 'user:wang:2000666:2000000:X:/home/wang:/bin/bash\n' |
	"$make" /tmp/other 1
check_output=$(setpriv --reuid 65534 --clear-groups \
	env TENURE_TEST_SNAPSHOT=/tmp/other LD_LIBRARY_PATH=/tmp/other \
	/usr/local/bin/guest-root plain wang)
check_same 2000001 "$check_output" 'a setuid program'
check_output=$(TENURE_TEST_SNAPSHOT=/tmp/other /usr/local/bin/guest plain wang)
check_same 2000001 "$check_output" 'no variable says where the files are'

# Whose files they are, and who may write them.
check_output=$(getent passwd 2000001)
check_says 'wang:*:2000001' 'files of root are read'
for file in overlay base.0; do
	chown nobody $folder/$file
	check_status 2 "$file of somebody else's is not" getent passwd wang
	chown root $folder/$file
	chmod g+w $folder/$file
	check_status 2 "nor $file that others may write" getent passwd wang
	chmod g-w $folder/$file
	mv $folder/$file $folder/kept
	ln -s $folder/kept $folder/$file
	check_status 2 "nor $file through a link" getent passwd wang
	mv $folder/kept $folder/$file
	check_status 0 "mended" getent passwd wang
done
# In a user namespace without root its files are nobody's.
in_namespace()
{
	setpriv --reuid 2000001 --regid 2000000 --clear-groups \
		unshare --user "$@"
}
if in_namespace true 2>/dev/null; then
	check_output=$(in_namespace --map-root-user getent passwd wang)
	check_says 'wang:*:2000001' 'a user namespace of a person finds people'
	check_output=$(in_namespace --map-current-user id -un)
	check_same wang "$check_output" 'and who made it has a name'
	for file in overlay base.0; do
		chmod o+w $folder/$file
		check_status 2 "but not $file that others may write" \
			in_namespace --map-root-user getent passwd wang
		chmod o-w $folder/$file
	done
else
	echo '# no user namespaces for people here'
fi
check_output=$(getent passwd root)
check_says 'root:x:0:0' 'local names are there all the while'

check_done
