# Are two samples alike? Lines "KIND NUMBER", sorted by number, on standard
# input; -v a=KIND -v b=KIND. Prints what it found, and "alike" or "different":
# Kolmogorov and Smirnov's greatest distance, and Mann and Whitney's ranks, both
# at 1 in 1,000. Numbers that are the same share their rank.

$1 == a { in_a++ }
$1 == b { in_b++ }
$1 == a || $1 == b {
	kind[++lines] = $1
	number[lines] = $2
}

END {
	if (in_a == 0 || in_b == 0) {
		print "nothing to compare"
		exit 1
	}
	for (i = 1; i <= lines; i = past) {
		before = seen_a
		for (past = i; past <= lines && number[past] == number[i]; past++) {
			seen_a += kind[past] == a
			seen_b += kind[past] == b
		}
		ranks_a += (seen_a - before) * (i + past - 1) / 2
		d = seen_a / in_a - seen_b / in_b
		d = d < 0 ? -d : d
		distance = d > distance ? d : distance
	}
	bound = 1.949 * sqrt((in_a + in_b) / (in_a * in_b))
	u = ranks_a - in_a * (in_a + 1) / 2
	z = (u - in_a * in_b / 2) / sqrt(in_a * in_b * (in_a + in_b + 1) / 12)
	alike = distance < bound && z < 3.29 && z > -3.29
	printf "%s %d, %s %d: distance %.3f (bound %.3f), z %.2f: %s\n", a, in_a,
	    b, in_b, distance, bound, z, alike ? "alike" : "different"
	exit !alike
}
