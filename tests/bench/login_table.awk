# What tests/bench-login measured (rows: tests/bench/login_runs.sh), for people to
# read: medians over the repeats, and beside each number to reach whether it was
# reached.

BEGIN { FS = "\t" }

{
	n = ++seen[$1, $2]
	value[$1, $2, "p50", n] = $4
	value[$1, $2, "p99", n] = $5
	value[$1, $2, "rate", n] = $8
	if (!($2 in known)) {
		known[$2]
		names[++name_count] = $2
	}
}

function median(what, who, column,	list, count, i, j, held)
{
	count = seen[what, who]
	if (count == 0)
		return -1
	for (i = 1; i <= count; i++) {
		held = value[what, who, column, i] + 0
		for (j = i - 1; j > 0 && list[j] > held; j--)
			list[j + 1] = list[j]
		list[j + 1] = held
	}
	return count % 2 ? list[(count + 1) / 2] \
	    : (list[count / 2] + list[count / 2 + 1]) / 2
}

function ms(what, who, column,	ns)
{
	ns = median(what, who, column)
	return ns < 0 ? "-" : sprintf("%.3f", ns / 1e6)
}

function goal(words, have, most, unit)
{
	printf "%-58s %9.3f %-4s %s %g: %s\n", words, have, unit,
	    most < 0 ? "at least" : "at most", most < 0 ? -most : most,
	    (most < 0 ? have >= -most : have <= most) ? "reached" : "NOT REACHED"
}

END {
	printf "%-10s %10s %10s %12s %12s %12s\n", "ms", "paced p50",
	    "paced p99", "8 at once/s", "8 p50", "Argon2id p50"
	for (i = 1; i <= name_count; i++) {
		who = names[i]
		if (who == "with" || who == "without")
			continue
		rate = median("eight", who, "rate")
		printf "%-10s %10s %10s %12s %12s %12s\n", who,
		    ms("paced", who, "p50"), ms("paced", who, "p99"),
		    rate < 0 ? "-" : sprintf("%d", rate),
		    ms("eight", who, "p50"), ms("argon2", who, "p50")
	}
	print ""
	hash = (median("argon2", "kept", "p50") - median("paced", "kept", "p50")) / 1e6
	goal("auth and account, {SSHA}, paced, p50", \
	    median("paced", "tenure", "p50") / 1e6, 0.6, "ms")
	goal("eight at once, of bare TLS and bind", \
	    median("eight", "tenure", "rate") / median("eight", "bare", "rate"), -0.8, "")
	goal(sprintf("Argon2id, beyond the hash (%.1f ms)", hash), \
	    median("argon2", "tenure", "p50") / 1e6 - hash, 0.6, "ms")
	goal("account alone, p50", median("account", "tenure", "p50") / 1e3, 100, "us")
	goal("a local person, daemon dead: auth and account, more", \
	    median("local", "with", "p50") / median("local", "without", "p50"), 1.05, "")
	goal("... account alone, more", \
	    (median("local-account", "with", "p50") - \
	    median("local-account", "without", "p50")) / 1e3, 10, "us")
}
