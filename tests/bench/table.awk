# What tests/bench-nss measured (rows: tests/bench/lookups.sh), for people to
# read: medians over the repeats, how far the repeats lie apart, ratios against
# Tenure, and beside each number to reach whether it was reached.

function sort(list, count,	i, j, held)
{
	for (i = 2; i <= count; i++) {
		held = list[i]
		for (j = i - 1; j > 0 && list[j] > held; j--)
			list[j + 1] = list[j]
		list[j + 1] = held
	}
}

# Median over the repeats of one column; spread gets the largest by the
# smallest.
function over(what, peer, column,	list, count, i)
{
	count = seen[what, peer]
	if (count == 0)
		return -1
	for (i = 1; i <= count; i++)
		list[i] = row[what, peer, i, column] + 0
	sort(list, count)
	spread = list[1] > 0 ? list[count] / list[1] : 1
	if (count % 2)
		return list[(count + 1) / 2]
	return (list[count / 2] + list[count / 2 + 1]) / 2
}

function text(ns)
{
	if (ns < 0)
		return "-"
	if (ns < 10000)
		return sprintf("%d ns", ns)
	if (ns < 10000000)
		return sprintf("%.1f us", ns / 1e3)
	if (ns < 10000000000)
		return sprintf("%.1f ms", ns / 1e6)
	return sprintf("%.1f s", ns / 1e9)
}

function ratio(what, peer, column,	mine, other)
{
	mine = over(what, "tenure", column)
	other = over(what, peer, column)
	if (mine <= 0 || other < 0)
		return ""
	return sprintf(other / mine < 10 ? " (x%.1f)" : " (x%.0f)",
	    other / mine)
}

function line(title, what, column,	p, value)
{
	if (!(("tenure", what) in known))
		return
	value = over(what, "tenure", column)
	printf "%-34s %10s %5.2f", title, text(value), spread
	for (p = 1; p <= peer_count; p++)
		if (peers[p] != "tenure")
			printf " %18s", (text(over(what, peers[p], column)) \
			    ratio(what, peers[p], column))
	print ""
}

# goal TITLE VALUE MOST UNIT: reached or not
function goal(title, value, most, unit)
{
	if (value == "" || value < 0)
		return
	printf "%-50s %12s  <= %-10s %s\n", title,
	    sprintf("%.4g %s", value, unit), most " " unit,
	    (value <= most ? "reached" : "NOT REACHED")
}

# At least so many times a peer's median.
function times(title, what, peer, least,	mine, other)
{
	mine = over(what, "tenure", 4)
	other = over(what, peer, 4)
	if (mine <= 0 || other < 0)
		return
	printf "%-50s %12s  >= %-10s %s\n", title " against " peer,
	    sprintf("%.3g x", other / mine), least " x",
	    (other / mine >= least ? "reached" : "NOT REACHED")
}

$1 == "value" {
	values[$2] = $4
	units[$2] = $5
	if (!($2 in place)) {
		place[$2] = ++value_count
		names[value_count] = $2
	}
	next
}

NF == 7 {
	what = $1
	peer = $2
	if (!(peer in number)) {
		number[peer] = ++peer_count
		peers[peer_count] = peer
	}
	known[peer, what]
	i = ++seen[what, peer]
	if (i > repeats)
		repeats = i
	for (c = 4; c <= 7; c++)
		row[what, peer, i, c] = $c
}

END {
	printf "%d people, %d repeats, medians of them; spread: largest by smallest; (x): times Tenure's\n\n", people, repeats
	if (peer_count > 0) {
		printf "%-34s %10s %5s", "", "tenure", "spread"
		for (p = 1; p <= peer_count; p++)
			if (peers[p] != "tenure")
				printf " %18s", peers[p]
		print ""
		line("getpwnam, 500 hot", "getpwnam", 4)
		line("  p99", "getpwnam", 5)
		line("getpwuid, 500 hot", "getpwuid", 4)
		line("  p99", "getpwuid", 5)
		line("initgroups, 500 hot", "initgroups", 4)
		line("  p99", "initgroups", 5)
		line("getgrgid, 150 members, 100 hot", "getgrgid", 4)
		line("  p99", "getgrgid", 5)
		line("a name that is not there", "unknown", 4)
		line("  p99", "unknown", 5)
		line("all names at random", "all-names", 4)
		line("  p99", "all-names", 5)
		line("first touch of a name, mean", "fresh", 6)
		line("  p99", "fresh", 5)
		line("first touch, initgroups, mean", "fresh-groups", 6)
		line("first call in a process", "first-call", 4)
		line("1,000 getpwuid, fresh process, CPU", "owners", 4)
		line("ls -l of 1,000 owners, first", "ls-cold-wall", 4)
		line("ls -l of 1,000 owners, again", "ls-warm-wall", 4)
		line("id", "id-wall", 4)
		print ""
	}
	for (v = 1; v <= value_count; v++)
		printf "%-34s %10s %s\n", names[v], values[names[v]], units[names[v]]
	print ""
	goal("getpwnam, hot, median", over("getpwnam", "tenure", 4), 100, "ns")
	goal("getpwuid, hot, median", over("getpwuid", "tenure", 4), 100, "ns")
	goal("initgroups, hot, median", over("initgroups", "tenure", 4), 100, "ns")
	split("getpwnam getpwuid initgroups", ops, " ")
	for (o = 1; o <= 3; o++) {
		times(ops[o], ops[o], "sssd", 6)
		times(ops[o], ops[o], "nslcd", 2000)
		times(ops[o], ops[o], "nscd", 1)
	}
	goal("getgrgid, 150 members, median", over("getgrgid", "tenure", 4), 250, "ns")
	times("getgrgid", "getgrgid", "nscd", 1)
	# These are wanted of 100,000 people.
	if (people <= 100000) {
		goal("all names at random, median", over("all-names", "tenure", 4), 300, "ns")
		goal("all names at random, p99", over("all-names", "tenure", 5), 1000, "ns")
		goal("first touch of a name, mean", over("fresh", "tenure", 6), 4000, "ns")
	}
	goal("a name that does not exist, median", over("unknown", "tenure", 4), 120, "ns")
	goal("first call in a process, median", over("first-call", "tenure", 4) / 1000, 100, "us")
	if (("tenure", "owners") in known && people <= 100000)
		goal("1,000 getpwuid, CPU less that of nss_files alone",
		    (over("owners", "tenure", 4) - over("owners", "none", 4)) / 1e6, 1, "ms")
	scale = people > 100000 ? people / 100000 : 1
	goal("base", values["base-size"], 16 * scale, "MB")
	goal("build and publish a base", values["build-base"], 0.15 * scale, "s")
	memory = scale > 1 ? 250 : 40
	goal("daemon, anonymous memory at rest", values["daemon-memory"], memory, "MB")
	goal("daemon, anonymous memory while publishing", values["change-daemon-memory"], memory, "MB")
	goal("a change, sent to seen, longest of ten", values["change-sent-to-seen-max"], 1000, "ms")
	split("add attribute member rename delete", ops, " ")
	for (o = 1; o <= 5; o++)
		goal(ops[o] ", sent to seen, longest", values["one-" ops[o] "-sent-to-seen-max"], 1000, "ms")
	for (o = 1; o <= 5; o++)
		goal("20 a second: " ops[o] ", sent to seen, p99", values["soak-" ops[o] "-sent-to-seen-p99"], 1000, "ms")
	goal("20 changes a second: sent to seen, p99", values["soak-sent-to-seen-p99"], 1000, "ms")
	goal("20 changes a second: CPU of the daemon", values["soak-daemon-cpu"], 20, "%")
	goal("one change of a group of all: sent to seen, longest", values["one-everyone-sent-to-seen-max"], 1000, "ms")
	goal("20 a second of a group of all: sent to seen, longest", values["everyone-sent-to-seen-max"], 1000, "ms")
	goal("20 a second of a group of all: CPU of the daemon", values["everyone-daemon-cpu"], 20, "%")
}
