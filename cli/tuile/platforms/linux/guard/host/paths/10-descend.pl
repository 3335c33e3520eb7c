# One way to act on a path: folder by folder from "/", by descriptors, no link followed but root's own in folders that root
# alone may write. What is changed is the inode that was looked at, through its descriptor. Needs no more than perl-base.
BEGIN { @INC = grep m{^/usr/(?:lib|share)/}, @INC }
use strict;
use warnings;
use Fcntl qw(:DEFAULT :mode);
use POSIX ();
use IO::Handle ();

use constant { O_PATH => 010000000, O_CLOEXEC => 02000000, LINKS => 40 };
use constant { BOUND => 64 << 20, OURS => 2 << 30, SHOWN => 256 << 10 };

# A descriptor that is closed when nobody holds it any more.
package Held {
    sub new { my ($class, $number) = @_; return bless { number => $number }, $class }
    sub path { return "/proc/self/fd/$_[0]{number}" }
    sub outside { return "/proc/$$/fd/$_[0]{number}" }
    sub stat { my @found = CORE::stat($_[0]->path); return \@found }
    sub DESTROY { POSIX::close($_[0]{number}) }
}

package main;

sub left { die { why => $_[0] } } # what is not done, and why; nothing was changed

sub why { my ($error) = @_; return ref $error ? $error->{why} : $error =~ s/ at -e line.*//sr }

sub told { my ($name, $error) = @_; print STDERR plain($name), ": ", plain(why($error)), "\n" }

sub plain { my ($name) = @_; $name =~ s/([^\x20-\x7e\x80-\xff]|\\)/sprintf "\\%04o", ord $1/ge; return $name }

sub odd { return $_[0] =~ /[\x00-\x1f\x7f]/ }

sub step { # the descriptor of NAME in a folder; undef: there is none
    my ($folder, $name) = @_;
    my $number = POSIX::open($folder->path . "/$name", O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return Held->new($number + 0) if defined $number;
    return if $!{ENOENT} || $!{ENOTDIR};
    left("cannot be looked at: $!");
}

sub trusted { # whether root alone may write in a folder
    my ($st) = @_;
    return $st->[4] == 0 && !($st->[2] & 02) && (!($st->[2] & 020) || $st->[5] == 0);
}

sub root {
    my $number = POSIX::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC) // die "/: $!\n";
    my $held = Held->new($number + 0);
    return { held => $held, st => $held->stat, ours => trusted($held->stat), name => "" };
}

# Where a path leads: its last folder, its name there, whether root alone may write all the way, and which folders lack.
sub place {
    my ($path, $follow) = @_;
    left("its name holds control characters") if odd($path);
    left("no absolute path") if $path !~ m{^/};
    my ($links, @way) = (0, root());
    my @names = split m{/+}, $path;
    while (@names) {
        my $name = shift @names;
        next if $name eq "" || $name eq ".";
        if ($name eq "..") { pop @way if @way > 1; next }
        return spot(\@way, $name) if !@names && !$follow;
        my $held = step($way[-1]{held}, $name) // return spot(\@way, $name, @names);
        my $st = $held->stat;
        if (S_ISLNK($st->[2])) {
            left("a link in a folder where others may write") if !$way[-1]{ours} || $st->[4] != 0;
            left("too many links") if ++$links > LINKS;
            my $target = readlink($way[-1]{held}->path . "/$name") // left("a link that changes");
            @way = $way[0] if $target =~ m{^/};
            unshift @names, split m{/+}, $target;
            next;
        }
        return spot(\@way, $name) if !@names;
        return spot(\@way, $name, @names) if !S_ISDIR($st->[2]);
        # What is root's in a sticky folder of root's nobody else can take away or put another in the place of.
        my $sticky = $way[-1]{ours} && $st->[4] == 0 && $st->[2] & 01000;
        push @way, { held => $held, st => $st, ours => $way[-1]{ours} && trusted($st), sticky => $sticky, name => $name };
    }
    return spot(\@way, ".");
}

sub spot {
    my ($way, $name, @lacking) = @_;
    my $folder = $way->[-1];
    my $path = join "/", map({ $_->{name} } @$way), $name eq "." ? () : $name;
    return {
        folder => $folder->{held}, name => $name, ours => $folder->{ours}, roots => $folder->{ours} || $folder->{sticky},
        owner => $folder->{st}[4], group => $folder->{st}[5], lacking => \@lacking, path => $path eq "" ? "/" : $path,
    };
}

sub at { my ($spot, $name) = @_; return $spot->{folder}->path . "/" . ($name // $spot->{name}) }

sub look { # at what stands there: its descriptor and what stat says of it; undef: nothing
    my ($spot) = @_;
    return if @{ $spot->{lacking} };
    my $held = step($spot->{folder}, $spot->{name}) // return;
    return { held => $held, st => $held->stat };
}

sub sort_of {
    my ($seen) = @_;
    return "absent" if !$seen;
    my $mode = $seen->{st}[2];
    return S_ISREG($mode) ? "regular" : S_ISLNK($mode) ? "link" : S_ISDIR($mode) ? "directory" : "special";
}

# One file of many names may be somebody else's under another of them. In a folder where others may write it is left.
sub is_of_here {
    my ($spot, $st) = @_;
    return $spot->{ours} || S_ISDIR($st->[2]) || $st->[3] == 1 || ($spot->{owner} && $st->[4] == $spot->{owner});
}

sub as { # run something with the rights of a user and no others
    my ($uid, $gid, $do) = @_;
    return $do->() if $uid == 0 || $> != 0;
    $) = "$gid $gid";
    $> = $uid;
    my $in_force = $> == $uid;
    my @done = eval { left("cannot act as user $uid") if !$in_force; $do->() };
    my $error = $@;
    $> = 0;
    $) = "0 0";
    die $error if $error;
    return wantarray ? @done : $done[0];
}

sub as_of_folder { # what writes names: as root where root alone may write, else as the owner of the folder
    my ($spot, $do) = @_;
    return $do->() if $spot->{roots};
    left("root's folder, in which others may write") if $spot->{owner} == 0;
    return as($spot->{owner}, $spot->{group}, $do);
}

sub key_of { # what tells one state of one inode: device, number, type; time and size of what it holds
    my ($st) = @_;
    return join ":", @$st[0, 1], $st->[2] >> 12, @$st[9, 7];
}

sub inode_of { my ($key) = @_; return join ":", (split /:/, $key)[1, 2] } # a layered file system changes the device

sub bound { my ($spot, $st) = @_; return $spot->{ours} && $st->[4] == 0 ? OURS : BOUND }

# The bytes of a regular file, of the inode that was looked at: FIFOs and leases do not block, a giant is left.
sub reading {
    my ($spot, $seen, $limit) = @_;
    left("no file") if !S_ISREG($seen->{st}[2]); # to open a FIFO may wait
    left("too large") if $seen->{st}[7] > $limit;
    left("a file of more than one name") if !is_of_here($spot, $seen->{st});
    sysopen my $from, $seen->{held}->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC or left("cannot be read: $!");
    return $from;
}

sub copy { # at most so many bytes
    my ($from, $to, $limit) = @_;
    my $count = 0;
    while (1) {
        my $got = sysread $from, my $bytes, 1 << 16;
        left("cannot be read: $!") if !defined $got;
        last if !$got;
        left("grows while it is read") if ($count += $got) > $limit;
        for (my $done = 0; $done < $got;) { $done += syswrite($to, $bytes, $got - $done, $done) // left("no room: $!") }
    }
    return $count;
}

sub digest {
    my ($from, $limit) = @_;
    local $SIG{PIPE} = "IGNORE";
    pipe my $out, my $in or die "pipe: $!\n";
    my $child = open(my $sum, "-|") // die "fork: $!\n";
    if (!$child) {
        close $in;
        open STDIN, "<&", $out or POSIX::_exit(1);
        exec "sha256sum" or POSIX::_exit(1);
    }
    close $out;
    my $fine = eval { copy($from, $in, $limit); 1 };
    my $error = $@;
    close $in;
    my $said = <$sum> // "";
    close $sum;
    die $error if !$fine;
    return $said =~ /^([0-9a-f]{64})/ ? $1 : left("no digest");
}
