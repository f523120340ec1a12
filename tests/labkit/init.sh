#!/bin/bash
#
# Init of a machine of the lab: says that it is there, then reaps. Every
# process that loses its parent becomes init's child, and bash reaps whatever
# ends while it waits for a child of its own.

set -u
trap '' HUP INT QUIT TERM USR1 USR2
exec </dev/null >/run/lab/init.log 2>&1
echo up >&5
exec 5>&-
while :; do
	sleep 86400 &
	wait "$!"
done
