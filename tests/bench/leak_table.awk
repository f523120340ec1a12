# What tests/bench-leak measured (rows: leak_rows.awk), for people to read:
# median, p99 (nearest rank) and the longest of all hosts together and of each,
# and a histogram. Exit status 1 where a p99 is longer than `most` milliseconds,
# or nothing was measured.

function sorted(list, count,	i, j, gap, held)
{
	for (gap = int(count / 2); gap > 0; gap = int(gap / 2))
		for (i = gap + 1; i <= count; i++) {
			held = list[i]
			for (j = i - gap; j > 0 && list[j] > held; j -= gap)
				list[j + gap] = list[j]
			list[j + gap] = held
		}
}

# The values of WHAT on HOST ("": all hosts), sorted, into list; how many.
function take(what, host, list,	i, count)
{
	for (i = 1; i <= rows; i++)
		if (whats[i] == what && (host == "" || hosts[i] == host))
			list[++count] = values[i] / 1000
	sorted(list, count)
	return count + 0
}

function at(list, count, part,	place)
{
	place = int(count * part)
	if (place < count * part)
		place++
	return list[place > 0 ? place : 1]
}

function line(title, what, host, checked,	list, count, p99)
{
	count = take(what, host, list)
	if (count == 0) {
		failed = failed || checked
		return
	}
	p99 = at(list, count, 0.99)
	if (checked && p99 > most)
		failed = 1
	printf "%-46s %7.1f %7.1f %7.1f %6d\n", title, at(list, count, 0.5), \
	    p99, list[count], count
}

function head(title)
{
	printf "\n%-46s %7s %7s %7s %6s\n", title, "median", "p99", "longest", \
	    "of"
}

function histogram(title, what,	list, count, i, slot, n, top, bar)
{
	count = take(what, "", list)
	if (count == 0)
		return
	print "\n" title ", and how many"
	for (i = 1; i <= count; i++) {
		for (slot = 1; slot < slots && list[i] > bounds[slot]; slot++)
			;
		n[slot]++
		top = n[slot] > top ? n[slot] : top
	}
	for (slot = 1; slot <= slots; slot++) {
		bar = substr("########################################", 1,
		    int((n[slot] * 40 + top - 1) / top))
		printf "  %10s %6d %s\n", slot < slots ? \
		    "to " bounds[slot] " ms" : "longer", n[slot], bar
	}
}

{
	rows++
	whats[rows] = $1
	hosts[rows] = $2
	values[rows] = $4
	if ($2 != "-" && !($2 in known)) {
		known[$2]
		order[++host_count] = $2
	}
}

END {
	slots = split("20 50 100 200 300 500 1000 longer", bounds, " ")
	head("all hosts, milliseconds")
	line("the command, from start to end", "report", "-", 0)
	line("... until its lock is being committed", "to-commit", "-", 0)
	line("a login is refused, after the lock's commit", "shut", "", 1)
	line("... after the command's start", "shut-command", "", 1)
	line("the last process has ended, after the commit", "ended", "", \
	    complete > 0)
	line("... after the command's start", "ended-command", "", complete > 0)
	line("the hosts' own words: seen", "seen", "", 1)
	line("... decided", "decided", "", 0)
	line("... finished", "finished", "", 1)
	histogram("until a login was refused", "shut")
	if (complete > 0)
		histogram("until the last process had ended", "ended")
	head("each host: a login is refused after the commit")
	for (i = 1; i <= 99; i++)
		if (("host" i) in known)
			line("host" i, "shut", "host" i, 0)
	exit failed
}
