# What roles ask: each looks at what stands there, and takes away from that inode what it has too much. What vanished is done.

sub number_of { # the number of a user or a group; undef: unknown here
    my ($what, $name) = @_;
    return $what eq "user" ? scalar getpwnam $name : scalar getgrnam $name;
}

sub sure { my ($what, $name) = @_; return number_of($what, $name) // ($name =~ /^\d+$/ ? $name : die "unknown $what: $name\n") }

sub each_path { # what may not be changed is told, and keeps nothing else from being put right
    my ($do, @paths) = @_;
    for my $path (@paths) { eval { $do->($path); 1 } or told($path, $@) }
}

sub change { # mode, owner and group, undef for as it is; whether something changed
    my ($spot, $seen, $mode, $uid, $gid) = @_;
    my @st = @{ $seen->{st} };
    $mode //= $st[2] & 07777;
    my @new = ($mode, $uid // $st[4], $gid // $st[5]);
    return 0 if "@new" eq join " ", $st[2] & 07777, @st[4, 5];
    give($spot, $seen, @new);
    return 1;
}

my %FOUND = ( # what is wrong with a mode, an owner; and how it is put right: mode, owner
    world_writable_files => [sub { S_ISREG($_[0]) && $_[0] & 02 }, sub { ($_[0] & ~02, undef) }],
    world_writable_directories => [sub { S_ISDIR($_[0]) && ($_[0] & 01002) == 02 }, sub { ($_[0] | 01000, undef) }],
    directories_of_others => [sub { S_ISDIR($_[0]) && $_[0] & 02 && $_[1] != 0 }, sub { (undef, 0) }],
    special_bits => [sub { S_ISREG($_[0]) && $_[0] & 06000 }, sub { ($_[0] & ~06000, undef) }],
);

sub homes { # of all accounts, by device and inode: who loses his home to root is shut out of it
    my %found;
    while (my @account = getpwent) {
        my @st = lstat $account[7];
        $found{"@st[0, 1]"} = 1 if @st;
    }
    return \%found;
}

sub find {
    my ($what, @paths) = @_;
    my $kept = $what eq "directories_of_others" ? homes() : {};
    my ($wrong, $right) = @{ $FOUND{$what} // die "no such search: $what\n" };
    each_path(sub {
        return if $_[0] =~ /\\/; # how a name that does not print is written
        my $spot = place($_[0]);
        my $seen = look($spot) // return;
        my ($mode, $uid) = @{ $seen->{st} }[2, 4];
        left("a home: it stays its account's, and its mode is what to narrow") if $kept->{"@{ $seen->{st} }[0, 1]"};
        return if !$wrong->($mode, $uid);
        my ($new, $owner) = $right->($mode & 07777);
        print "$_[0]\n" if change($spot, $seen, $new, $owner);
    }, @paths);
}

sub ours { # those of these paths of which root alone decides what stands there
    each_path(sub { my $spot = place($_[0]); print "$_[0]\n" if $spot->{ours} && look($spot) }, @_);
}

sub among { # the number it must have: as it is where one of the names has that, else that of the first
    my ($what, $now, @names) = @_;
    return if !@names || grep { (number_of($what, $_) // -1) == $now } @names;
    return sure($what, $names[0]);
}

sub fit { # TYPE MODE OWNERS GROUPS, and the paths on standing input, a NUL between
    my ($type, $mode, $owners, $groups) = @_;
    local $/ = "\0";
    my @paths = map { chomp; $_ } <STDIN>;
    each_path(sub {
        my $spot = place($_[0], 1);
        my $seen = look($spot) // return;
        my @st = @{ $seen->{st} };
        return if sort_of($seen) ne ($type eq "d" ? "directory" : "regular");
        my $kept = $mode eq "" ? undef : $st[2] & 07777 & oct $mode;
        my $uid = among("user", $st[4], split /,/, $owners);
        print "$_[0]\n" if change($spot, $seen, $kept, $uid, among("group", $st[5], split /,/, $groups));
    }, @paths);
}

sub file { # PATH TYPE EXISTS MODE OWNER GROUP...
    my ($path, $type, $exists, $mode, $owner, @groups) = @_;
    my $spot = place($path, $exists ne "no");
    my $seen = look($spot);
    if ($exists eq "no") {
        return if !$seen;
        gone($spot, $seen);
        die "$path cannot be removed\n" if look($spot);
        print "removed $path\n";
        return;
    }
    if (!$seen) {
        $seen = create($spot, $type, $mode);
        print "created $path\n";
    }
    die "$path is not a $type\n" if sort_of($seen) ne ($type eq "directory" ? "directory" : "regular");
    my @st = @{ $seen->{st} };
    my $uid = $owner eq "" ? undef : sure("user", $owner);
    my $gid = among("group", $st[5], @groups);
    my $kept = $mode eq "" ? undef : $st[2] & 07777 & oct $mode;
    return if !change($spot, $seen, $kept, $uid, $gid);
    print "owner of $path: $owner\n" if defined $uid && $uid != $st[4];
    print "group of $path: $groups[0]\n" if defined $gid;
    printf "mode of %s: %o\n", $path, $kept if defined $kept && $kept != ($st[2] & 07777);
}

sub create {
    my ($spot, $type, $mode) = @_;
    left("its folder is missing") if @{ $spot->{lacking} } > 1;
    as_of_folder($spot, sub {
        if ($type eq "directory") { mkdir at($spot), 0700 or die "cannot be made: $!\n" }
        else { sysopen my $new, at($spot), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600 or die "cannot be made: $!\n" }
    });
    my $seen = look({ %$spot, lacking => [] }) // die "cannot be made\n";
    $spot->{lacking} = [];
    give($spot, $seen, oct($mode ne "" ? $mode : $type eq "directory" ? "0755" : "0644"), @{ $seen->{st} }[4, 5]);
    return $seen;
}

# Homes that their accounts own, and the start files in them that they own; all else is for a person to decide.
my @STARTS = map { ".$_" } qw(bash_login bash_logout bash_profile bashrc cshrc kshrc login logout profile tcshrc zlogin zlogout
    zprofile zshenv zshrc);

sub home { # ASPECT MODE SPARED...
    my ($aspect, $mode, @spared) = @_;
    my %spared = map { ($_ => 1) } @spared;
    open my $accounts, "<", "/etc/passwd" or die "/etc/passwd: $!\n";
    while (<$accounts>) {
        chomp;
        my ($name, undef, $uid, $gid, undef, $home, $shell) = split /:/, $_, -1;
        next if !defined $shell || $uid !~ /^\d+$/ || $uid < 1000 || $uid == 65534 || $home !~ m{^/.} || $spared{$name};
        next if $shell =~ m{/sbin/nologin$|/bin/false$|^/bin/sync$|^/sbin/(?:halt|shutdown)$};
        my @narrow = $aspect eq "private" ? $home : $aspect eq "start_files_private" ? map({ "$home/$_" } @STARTS) : ();
        for my $path (@narrow) {
            my $is_home = $path eq $home;
            # Where root may not look, on a file system of the network, its owner may.
            eval { narrow($path, $mode, $uid, $is_home); 1 }
                or eval { as($uid, $gid, sub { narrow($path, $mode, $uid, $is_home) }); 1 } or told($path, $@);
        }
    }
}

sub narrow {
    my ($path, $mode, $uid, $is_home) = @_;
    my $spot = place($path);
    my $seen = look($spot) // return;
    my @st = @{ $seen->{st} };
    return if $st[4] != $uid || !($is_home ? S_ISDIR($st[2]) : S_ISREG($st[2]));
    return if !($st[2] & 07777 & ~oct $mode);
    left("a file of more than one name") if !is_of_here($spot, \@st);
    as($uid, $st[5], sub { chmod $st[2] & 07777 & oct $mode, $seen->{held}->path or left("its mode cannot be set: $!") });
    print "mode of $path\n";
}

sub refuse { print STDERR plain($_[0]), "\n"; exit 65 }

sub stands { # the digest of what stands there; "": no file
    my ($spot) = @_;
    my $seen = look($spot) // return ("", undef);
    left("no file") if sort_of($seen) ne "regular";
    my $limit = bound($spot, $seen->{st});
    return (digest(reading($spot, $seen, $limit), $limit), $seen);
}

sub standing { # PATH BEFORE AFTER
    my ($path, $before, $after) = @_;
    my ($spot) = place($path, 1);
    my ($digest, $seen) = stands($spot);
    refuse("$path changed since it was read. Check and apply again.") if $digest ne $before && $digest ne $after;
    return ($spot, $digest, $seen);
}

sub put { # PATH BEFORE AFTER MODE OWNER:GROUP [VALIDATOR...], the bytes on standard input
    my ($path, $before, $after, $mode, $owner, @validator) = @_;
    my ($spot, $digest, $seen) = standing($path, $before, $after);
    my ($user, $group) = split /:/, $owner;
    my @owner = (sure("user", $user), sure("group", $group));
    return give($spot, $seen, oct $mode, @owner) if $seen && $digest eq $after;
    $spot = make_folders($spot, $path, 0755);
    # A new file lets nobody read it whom its folder keeps out: /etc/audit/rules.d.
    $mode = sprintf "%o", oct($mode) & ($spot->{folder}->stat->[2] | 0600) if $before eq "";
    replace($spot, $seen, sub {
        my ($new, $name) = @_;
        copy(\*STDIN, $new, OURS);
        seek $new, 0, 0;
        refuse_in("$path: its bytes arrived damaged") if digest($new, OURS) ne $after;
        my $held = held_of($new);
        give({ %$spot, ours => 1 }, $held, oct $mode, @owner);
        accept_it($path, $spot, $name, @validator) if @validator;
    });
    print "$path\n";
}

sub refuse_in { die { why => $_[0], refused => 1 } }

sub accept_it {
    my ($path, $spot, $name, @words) = @_;
    refuse_in("$path: in a folder where others may write") if !$spot->{ours};
    my $new = $spot->{path} =~ s{[^/]*$}{$name}r;
    s/%s/$new/ for @words;
    refuse_in("$path: refused by its validator: $words[0]") if !run(@words);
}
