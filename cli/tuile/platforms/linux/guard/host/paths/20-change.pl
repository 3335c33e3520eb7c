# Mode, owner, access lists and capabilities of what was looked at, and new files in the place of old ones.

use constant ACL => "system.posix_acl_access";
my %XATTRS = (acl => ACL, default => "system.posix_acl_default", cap => "security.capability");
my %CALLS = ( # numbers of setxattr, getxattr, removexattr
    x86_64 => [188, 191, 197], aarch64 => [5, 8, 14], riscv64 => [5, 8, 14], loongarch64 => [5, 8, 14],
    i686 => [226, 229, 235], armv7l => [226, 229, 235], ppc64le => [209, 212, 218], s390x => [224, 227, 233],
);
my $calls = $CALLS{ (POSIX::uname())[4] };

sub xattr { # its bytes in hexadecimal digits; "" where there is none
    my ($held, $name) = @_;
    return "" if !$calls;
    my ($path, $value) = ($held->path, "\0" x 65536);
    my $size = syscall $calls->[1], $path, $name, $value, length $value;
    return $size > 0 ? unpack "H*", substr $value, 0, $size : "";
}

sub set_xattr {
    my ($held, $name, $hex) = @_;
    my ($path, $value) = ($held->path, pack "H*", $hex);
    return if !$calls || xattr($held, $name) eq $hex;
    my $done = $hex eq "" ? syscall($calls->[2], $path, $name) : syscall($calls->[0], $path, $name, $value, length $value, 0);
    left("its $name cannot be set: $!") if $done == -1;
}

sub attributes { # as one word a thing: "640 0:42 acl=…"
    my ($seen) = @_;
    my @more = map { my $hex = xattr($seen->{held}, $XATTRS{$_}); $hex eq "" ? () : "$_=$hex" } sort keys %XATTRS;
    return join " ", sprintf("%o %d:%d", $seen->{st}[2] & 07777, @{ $seen->{st} }[4, 5]), @more;
}

# Gives the inode that was looked at a mode, an owner and a group. Where others may write on the way, its own owner's rights
# do for a mode; only root takes what belongs to somebody, and gives nothing to anybody.
sub give {
    my ($spot, $seen, $mode, $uid, $gid, $returned) = @_;
    my ($st, $path) = ($seen->{st}, $seen->{held}->path);
    left("a file of more than one name, in a folder where others may write") if !is_of_here($spot, $st);
    if ($uid != $st->[4] || $gid != $st->[5]) {
        left("in a folder where others may write") if !$spot->{ours} && $uid != 0 && $uid != $st->[4] && !$returned;
        chown $uid, $gid, $path or left("its owner cannot be set: $!");
        $st = $seen->{st} = $seen->{held}->stat;
    }
    return if ($st->[2] & 07777) == $mode;
    as($spot->{ours} ? 0 : $st->[4], $st->[5], sub { chmod $mode, $path or left("its mode cannot be set: $!") });
    $seen->{st} = $seen->{held}->stat;
}

sub give_all { # what `attributes` said
    my ($spot, $seen, $said, $returned) = @_;
    my ($mode, $owner, @more) = split / /, $said;
    my %more = map { split /=/, $_, 2 } grep { /=/ } @more;
    give($spot, $seen, oct $mode, split(/:/, $owner), $returned);
    my $who = $spot->{ours} ? 0 : $seen->{st}[4];
    as($who, $seen->{st}[5], sub { set_xattr($seen->{held}, $XATTRS{$_}, $more{$_} // "") for qw(acl default) });
    set_xattr($seen->{held}, $XATTRS{cap}, $more{cap} // "") if $spot->{ours};
}

sub fresh_name { # that nobody can foresee; hidden, and with a last letter that no "*.conf" matches
    my ($name) = @_;
    sysopen my $random, "/dev/urandom", O_RDONLY or die "/dev/urandom: $!\n";
    sysread($random, my $bytes, 16) == 16 or die "/dev/urandom: $!\n";
    return "." . substr($name, 0, 200) . "." . unpack("H*", $bytes) . ".tuile~";
}

sub fresh { # a new file beside what stands there: its name and a descriptor to write; for nobody but its maker
    my ($spot) = @_;
    my $name = fresh_name($spot->{name});
    sysopen my $new, at($spot, $name), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600 or left("no new file: $!");
    return ($name, $new);
}

sub held_of { # a handle as what was looked at
    my ($handle) = @_;
    my $number = POSIX::dup(fileno $handle) // die "dup: $!\n";
    my $held = Held->new($number);
    return { held => $held, st => $held->stat };
}

# Runs something that fills a new file, then puts it in the place of what stands there, unless that is another by now.
sub replace {
    my ($spot, $standing, $fill) = @_;
    as_of_folder($spot, sub {
        my ($name, $new) = fresh($spot);
        my $fine = eval {
            $fill->($new, $name);
            $new->sync or left("no room: $!");
            my $now = look($spot);
            left("changes at this moment") if ($now ? key_of($now->{st}) : "") ne ($standing ? key_of($standing->{st}) : "");
            my $mine = step($spot->{folder}, $name);
            left("was taken away") if !$mine || $mine->stat->[1] != (stat $new)[1];
            rename at($spot, $name), at($spot) or left("cannot be put in its place: $!");
        };
        my $error = $@;
        unlink at($spot, $name) if !$fine;
        die $error if !$fine;
    });
}

sub make_folders { # those that lack on the way, which are root's
    my ($spot, $path, $mode) = @_;
    while (@{ $spot->{lacking} }) {
        left("its folder is missing, where others may write") if !$spot->{ours};
        if (mkdir at($spot), $mode) { chmod $mode, at($spot) } # whatever the umask is: others read what stands there
        elsif (!$!{EEXIST}) { left("no folder: $!") }
        $spot = place($path, 1);
    }
    return $spot;
}

sub gone { # what was looked at is removed, a folder where it is empty
    my ($spot, $seen) = @_;
    as_of_folder($spot, sub {
        my $now = look($spot) // return;
        left("another one by now") if key_of($now->{st}) ne key_of($seen->{st});
        my $done = S_ISDIR($seen->{st}[2]) ? rmdir at($spot) : unlink at($spot);
        left("cannot be removed: $!") if !$done && !$!{ENOENT};
    });
}

sub run { # a program, quietly
    my (@words) = @_;
    my $child = fork // die "fork: $!\n";
    if (!$child) {
        open STDIN, "<", "/dev/null";
        open STDOUT, ">&", \*STDERR;
        exec { $words[0] } @words or POSIX::_exit(127);
    }
    waitpid $child, 0;
    return $? == 0;
}
