# perl -f -e PROGRAM -- COMMAND ...

my %COMMANDS = (
    expand => \&expand, survey => \&survey, keep => \&keep, back => \&back, times => \&times, after => \&keep_after,
    halves => \&halves, show => \&show,
    find => \&find, fit => \&fit, file => \&file, home => \&home, ours => \&ours, standing => \&standing, put => \&put,
);

my $command = shift @ARGV // "";
my $do = $COMMANDS{$command} // die "no such command: $command\n";
umask 077;
@SIG{qw(HUP INT TERM)} = (sub { die { why => "cut short" } }) x 3;
alarm 300;
$| = 1;
if (!eval { $do->(@ARGV); 1 }) {
    my $error = $@;
    my $words = plain(why($error) =~ s/\s+$//r);
    $words = plain($ARGV[0] // "") . ": $words" if ref $error && !$error->{refused};
    print STDERR "$words\n";
    exit(ref $error && $error->{refused} ? 65 : 1);
}
exit 0;
