#!/bin/sh
# Functions that nobody calls here, and those that libraries and modules do not
# call: they live in other people's processes. Comments and strings are left
# out. The last step plants an offence of each kind.
set -u
: "${top_srcdir:=.}"

# No bound, no error, a shell, or a secret that a caller can guess.
nowhere='strcpy strcat sprintf vsprintf stpcpy strtok atoi atol atoll atof gets
system popen alloca mktemp tmpnam tempnam'
# What can be guessed is no secret; a test may want the same row every time.
not_in_products='rand srand random srandom drand48 lrand48'
# A library or a module neither prints nor ends its host.
not_in_guests='printf puts putchar perror exit _exit abort assert fork signal
setlocale getenv sleep usleep'
# A test waits for a condition with a bound.
not_in_tests='sleep usleep'

# check ROOT WORDS FOLDER...: prints file:line: word for each call.
check()
{
	root=$1
	words=$2
	shift 2
	for folder in "$@"; do
		[ -d "$root/$folder" ] || continue
		find "$root/$folder" -name '*.[ch]' -type f
	done | sort | xargs -r perl -e '
		my %bad = map { $_ => 1 } split " ", shift @ARGV;
		my $root = shift @ARGV;
		for my $file (@ARGV) {
			local $/;
			open my $in, "<", $file or die "$file: $!";
			my $text = <$in>;
			# Comments and strings become blanks; lines stay.
			$text =~ s{(/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\x27(?:\\.|[^\x27\\\n])*\x27)}
				{ my $t = $1; $t =~ s/[^\n]/ /g; $t }gse;
			while ($text =~ /(?<![\w.>])([a-z_]\w*)\s*\(/g) {
				my ($word, $at) = ($1, $-[1]);
				next unless $bad{$word};
				my $line = 1 + (substr($text, 0, $at) =~ tr/\n//);
				(my $short = $file) =~ s{^\Q$root\E/}{};
				print "$short:$line: $word\n";
			}
		}' "$words" "$root"
}

# everything ROOT
everything()
{
	check "$1" "$nowhere" lib nss_module pam_module slapd_module ssh_keys daemon \
	    lifecycle tests
	check "$1" "$not_in_products" lib nss_module pam_module slapd_module \
	    daemon lifecycle
	check "$1" "$not_in_guests" lib nss_module pam_module slapd_module
	check "$1" "$not_in_tests" tests/unit
}

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lib/x" "$scratch/daemon" "$scratch/tests/unit"
cat >"$scratch/lib/x/bad.c" <<'END'
int f(char *a) { strcpy(a, "x"); return atoi(a); }
void g(void) { printf("x"); abort (); }
/* system("x") and strcat(a, b) in a comment; */ // gets(x)
const char *s = "sprintf(x) \" popen(y)";
void h(void) { snprintf(0, 0, "x"); my_system(1); x.system(2); y->exit(3); }
END
echo 'void f(void) { char *p = alloca(3); exit(random()); }' >"$scratch/daemon/bad.c"
echo 'void f(void) { sleep(random()); }' >"$scratch/tests/unit/bad.c"
want='lib/x/bad.c:1: strcpy
lib/x/bad.c:1: atoi
daemon/bad.c:1: alloca
daemon/bad.c:1: random
lib/x/bad.c:2: printf
lib/x/bad.c:2: abort
tests/unit/bad.c:1: sleep'
found=$(everything "$scratch")
if [ "$(echo "$found" | sort)" != "$(echo "$want" | sort)" ]; then
	echo "of what was planted this was found:"
	echo "$found"
	exit 1
fi

offences=$(everything "$top_srcdir")
[ -z "$offences" ] && exit 0
echo "$offences"
exit 1
