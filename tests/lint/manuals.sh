#!/bin/sh
# Manual pages are clean mdoc, for mandoc and for groff where they are there.
set -u
: "${top_srcdir:=.}"
failed=0
tried=0

for page in "$top_srcdir"/docs/man/*.[1-8]; do
	if command -v mandoc >/dev/null; then
		tried=1
		mandoc -T lint -W warning "$page" || failed=1
	fi
	if command -v groff >/dev/null; then
		tried=1
		said=$(groff -mandoc -Tutf8 -K utf8 -ww -z "$page" 2>&1)
		[ -z "$said" ] || { echo "$said"; failed=1; }
	fi
done
[ $tried -eq 1 ] || { echo "neither mandoc nor groff is here"; exit 77; }
exit $failed
