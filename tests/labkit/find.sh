# shellcheck shell=bash
# Find a running lab. There is no pid file that could be left behind or lie: a
# lab is found by what its processes call themselves (the first word of their
# command line), and only root's processes count.
#
#	tenure-lab:NAME			the supervisor, pid 1 of the outer namespace
#	tenure-lab:NAME:MACHINE		pid 1 of one machine
#
# Both are the first process of their namespace; a subshell that they fork calls
# itself the same and is not meant. To be sourced by bash.

# Whether the process of /proc directory $1 is pid 1 where it lives.
lab_is_first()
{
	[ -O "$1" ] && grep -q '^NSpid:.*[[:space:]]1$' "$1/status" 2>/dev/null
}

# Print the pid (in this /proc) of what calls itself $1.
lab_pids()
{
	local directory word

	for directory in /proc/[0-9]*; do
		word=
		{ IFS= read -r -d '' word <"$directory/cmdline"; } 2>/dev/null
		if [ "$word" = "$1" ] && lab_is_first "$directory"; then
			echo "${directory#/proc/}"
		fi
	done
	return 0
}

# Print the names of what runs: "NAME" for a lab, "NAME:MACHINE" for a machine.
lab_names()
{
	local directory word

	for directory in /proc/[0-9]*; do
		word=
		{ IFS= read -r -d '' word <"$directory/cmdline"; } 2>/dev/null
		case $word in
		tenure-lab:*)
			if lab_is_first "$directory"; then
				echo "${word#tenure-lab:}"
			fi
			;;
		esac
	done | sort
}

# Print the address of the machine called $1.
lab_address()
{
	case $1 in
	directory) echo 10.77.0.10 ;;
	directory2) echo 10.77.0.11 ;;
	host[1-9] | host[1-9][0-9]) echo "10.77.0.$((100 + ${1#host}))" ;;
	*) return 1 ;;
	esac
}
