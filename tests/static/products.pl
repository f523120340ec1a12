#!/usr/bin/perl
# products.pl HOW compile_commands.json: the files of the products, not those of
# the tests. HOW is
#   --files     their names
#   --commands  how each is compiled: a shell command a line, in which "$@" is
#               for the compiler and what it is to do
#   --json      the same as compile_commands.json, with one text for a command:
#               cppcheck does not read lists
use strict;
use warnings;
use JSON::PP;

sub quoted
{
	my ($word) = @_;
	return $word if $word =~ m{^[\w./=+:,-]+$};
	$word =~ s/'/'\\''/g;
	return "'$word'";
}

my ($how, $path) = @ARGV;
open my $in, '<', $path or die "$path: $!\n";
my $entries = JSON::PP->new->decode(join '', <$in>);
my @products = sort { $a->{file} cmp $b->{file} }
    grep { $_->{file} !~ m{/tests/} } @$entries;
die "$path: no file\n" unless @products;

for my $product (@products) {
	my @words = @{ $product->{arguments} };
	my $compiler = shift @words;
	my @kept;
	while (defined(my $word = shift @words)) {
		if ($word eq '-o') {
			shift @words;
		} elsif ($word !~ /^(-c|-xc|-Werror|--target=.*)$/) {
			push @kept, quoted($word);
		}
	}
	print "$product->{file}\n" if $how eq '--files';
	print 'cd ', quoted($product->{directory}), " && \"\$\@\" @kept\n"
	    if $how eq '--commands';
	delete $product->{arguments};
	$product->{command} = "$compiler @kept";
}
print JSON::PP->new->canonical->encode(\@products) if $how eq '--json';
