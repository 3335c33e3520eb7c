# What the guard asks: what stands, what is kept of it, how it goes back. The folder of the apply is the current one.

my $tab = "\t";

sub things { # lines of "<sort> <name> …" on standard input
    local $/ = "\n";
    return map { chomp; [split /\t/, $_, 3] } <STDIN>;
}

sub lines_of { # of a file of the apply's own
    my ($file) = @_;
    open my $from, "<", $file or return;
    return map { chomp; [split /\t/, $_, 3] } <$from>;
}

sub fail { print STDERR "@_\n"; exit 65 } # words that the controller knows, and what they are about

sub is_path { return $_[0] eq "file" || $_[0] eq "attributes" }

sub expand { # what paths stand for as well: the ends of root's links, folders that are not there yet
    my %seen;
    for (things()) {
        my ($sort, $name) = @$_;
        my @more = ([$sort, $name]);
        if (is_path($sort)) {
            fail("odd-name", plain($name)) if odd($name);
            my $end = eval { place($name, 1) };
            unshift @more, [$sort, $end->{path}] if $end && $end->{path} ne $name && is_link($name);
            push @more, map { ["attributes", $_] } $end ? lacking_of($end, $name) : ();
        }
        print "$_->[0]\t$_->[1]\n" for grep { !$seen{"@$_"}++ } @more;
    }
}

sub is_link { my ($name) = @_; return (eval { sort_of(look(place($name))) } // "") eq "link" }

sub lacking_of { # the folders that lack on the way to a name, the deepest first
    my ($end, $name) = @_;
    my @folders;
    for (1 .. @{ $end->{lacking} }) {
        $name =~ s{/+[^/]+/*$}{};
        push @folders, $name;
    }
    return @folders;
}

sub survey { # and into the file that is named, which inodes they are
    my ($into) = @_;
    my $known;
    if ($into) { open $known, ">", $into or fail("no-room", $into) }
    for (things()) {
        my ($sort, $name) = @$_;
        my ($said, $key) = eval { seen($sort, $name) };
        $said = "skipped " . why($@) =~ s/\s+$//r if !defined $said;
        print "$sort\t$name\t$said\n";
        print $known "$sort\t$name\t$key\n" if $known && $key;
    }
    if ($known) { close $known or fail("no-room", $into) }
}

sub seen {
    my ($sort, $name) = @_;
    my $spot = place($name);
    my $seen = look($spot);
    my $what = sort_of($seen);
    return ("absent") if $what eq "absent";
    return ("link " . link_of($spot)) if $what eq "link";
    my $said = "$what " . attributes($seen);
    if ($sort eq "file" && $what eq "regular") {
        my $limit = bound($spot, $seen->{st});
        $said .= " " . digest(reading($spot, $seen, $limit), $limit);
    }
    return ($said, key_of($seen->{st}));
}

sub link_of { my $target = readlink(at($_[0])) // ""; return odd($target) ? plain($target) : $target }

sub keep { # a copy each in files/, and one on the file's own file system where that is another: going back needs no room
    my ($home, $id) = @_;
    my $number = 0;
    for (lines_of("before")) {
        my ($sort, $name, $was) = @$_;
        $number++;
        next if !is_path($sort) || $was !~ /^regular /;
        eval { $sort eq "file" ? keep_file($number, $name, $was, $id) : keep_whole($number, $name); 1 } or do {
            my $why = why($@);
            next if $why !~ /^no room/ && !(eval { place($name)->{ours} } // 0); # nobody stops an apply from a folder of his own
            $why =~ /^no room/ ? fail("no-room", $home) : fail("changes", "$name ($why)");
        };
    }
}

sub keep_file {
    my ($number, $name, $was, $id) = @_;
    my $spot = place($name);
    my $seen = look($spot) // left("vanished");
    save("files/$number", $spot, $seen);
    open my $kept, "<", "files/$number" or left("no room");
    left("changes") if digest($kept, OURS) ne (split / /, $was)[-1];
    my $mount = mount_of($spot) // return;
    my $folder = place($mount eq "/" ? "/.tuile-$id" : "$mount/.tuile-$id");
    return if !$folder->{ours};
    if (mkdir at($folder), 0700) {
        open my $spares, ">>", "spares" or left("no room");
        print $spares "$folder->{path}\n";
        close $spares or left("no room");
    }
    run("cp", "--archive", "--", "files/$number", "$folder->{path}/$number") or fail("no-room", $folder->{path});
}

sub mount_of { # the file system that a folder is on; undef: that of what is kept
    my ($spot) = @_;
    my $device = $spot->{folder}->stat->[0];
    return if $device == (stat ".")[0];
    my $path = $spot->{path} =~ s{/[^/]*$}{}r;
    while ($path ne "") {
        my $above = $path =~ s{/[^/]*$}{}r;
        last if (place($above eq "" ? "/." : "$above/.", 1)->{folder}->stat->[0]) != $device;
        $path = $above;
    }
    return $path eq "" ? "/" : $path;
}

sub save { # bytes, mode, owner, times and access lists of what was looked at
    my ($into, $spot, $seen) = @_;
    my $limit = bound($spot, $seen->{st});
    my $from = reading($spot, $seen, $limit);
    sysopen my $to, $into, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600 or left("no room: $!");
    copy($from, $to, $limit);
    close $to or left("no room: $!");
    return if !$spot->{ours} && $seen->{st}[4] != 0; # who holds a lease on his file would have cp wait
    run("cp", "--attributes-only", "--preserve=all", "--", $seen->{held}->outside, $into) or left("no room");
}

sub keep_whole { # what is to have another mode may be removed too: a second name costs nothing; in homes nothing is kept
    my ($number, $name) = @_;
    my $spot = place($name);
    my $seen = look($spot) // return;
    return if !$spot->{ours};
    return if link at($spot), "files/$number";
    save("files/$number", $spot, $seen) if $seen->{st}[7] <= BOUND;
}

sub numbers { # of things in the first survey
    my ($number, %numbers) = (0);
    for (lines_of("before")) { $number++; $numbers{"$_->[0]\t$_->[1]"} //= $number }
    return %numbers;
}

sub back { # differences on standard input; prints what could not go back
    my %numbers = numbers();
    my %known = map { ("$_->[0]\t$_->[1]" => $_->[2]) } lines_of("known");
    for (things()) {
        my ($sort, $name, $was) = @$_;
        my $thing = "$sort\t$name";
        next if eval { put_back($sort, $name, $was, $numbers{$thing} // 0, $known{$thing} // ""); 1 };
        told($name, $@);
        print "$thing\n";
    }
}

sub put_back {
    my ($sort, $name, $was, $number, $key) = @_;
    my $spot = place($name);
    my $now = look($spot);
    my ($what, $said) = $sort eq "link" && $was ne "absent" ? ("link", $was) : split / /, $was, 2;
    return if $what eq "skipped";
    return remove_again($sort, $spot, $now) if $what eq "absent";
    return link_back($spot, $name, $said, $now) if $what eq "link";
    return mode_back($spot, $now, $said, $key) if !$spot->{ours} && ($sort ne "file" || $what ne "regular");
    if ($what eq "directory") {
        $spot = make_folders($spot, $name, 0700);
        mkdir at($spot), 0700 if !look($spot);
        return give_all($spot, look($spot) // left("cannot be made"), $said);
    }
    return give_all($spot, $now // left("has gone"), $said) if $what eq "special" || ($sort eq "attributes" && $now);
    return content_back($spot, $name, $said, $number, $now, $sort);
}

sub remove_again { # a folder in which others have put something stays
    my ($sort, $spot, $now) = @_;
    return if !$now || (!$spot->{ours} && $sort ne "file");
    eval { gone($spot, $now); 1 } or S_ISDIR($now->{st}[2]) or die $@;
}

# Among what others may write: the inode that was looked at has its mode again. Another in its place is not ours, and what
# has gone is gone.
sub mode_back {
    my ($spot, $now, $said, $key) = @_;
    return if !$now || !$key || inode_of(key_of($now->{st})) ne inode_of($key);
    give_all($spot, $now, $said, key_of($now->{st}) eq $key);
}

sub link_back {
    my ($spot, $name, $target, $now) = @_;
    $spot = make_folders($spot, $name, 0755);
    return if $now && S_ISLNK($now->{st}[2]) && (readlink(at($spot)) // "") eq $target;
    as_of_folder($spot, sub {
        my $new = fresh_name($spot->{name});
        symlink $target, at($spot, $new) or left("no new link: $!");
        return if rename at($spot, $new), at($spot);
        my $error = "$!";
        unlink at($spot, $new);
        left("cannot be put in its place: $error");
    });
}

sub content_back {
    my ($spot, $name, $said, $number, $now, $sort) = @_;
    $spot = make_folders($spot, $name, 0700);
    my $wanted = $sort eq "file" ? $said =~ s/ ([0-9a-f]{64})$// && $1 : "";
    if ($now && S_ISREG($now->{st}[2])) {
        my $limit = bound($spot, $now->{st});
        my $stands = eval { digest(reading($spot, $now, $limit), $limit) } // "";
        return give_all($spot, $now, $said) if $stands eq $wanted;
    }
    if ($now && S_ISDIR($now->{st}[2])) { gone($spot, $now); $now = undef }
    my ($kept) = grep { -e } map({ "$_/$number" } spare_of($spot)), "files/$number";
    open my $from, "<", $kept // left("nothing was kept") or left("nothing was kept");
    left("what was kept is damaged") if $wanted && digest($from, OURS) ne $wanted;
    seek $from, 0, 0;
    my $fine = eval {
        replace($spot, $now, sub {
            my ($new) = @_;
            copy($from, $new, OURS);
            my $held = held_of($new);
            if ($spot->{roots}) {
                run("cp", "--attributes-only", "--preserve=all", "--", $kept, $held->{held}->outside) or left("no room");
                return give_all({ %$spot, ours => 1 }, $held, $said);
            }
            my ($mode, $owner) = split / /, $said;
            left("it belonged to another") if $owner !~ /^$>:/;
            chmod oct $mode, $held->{held}->path or left("its mode cannot be set: $!");
        });
        1;
    };
    return if $fine;
    my $error = $@;
    my $new = fresh_name($spot->{name}); # a second name of what is kept needs no room
    die $error if !$spot->{ours} || !link $kept, at($spot, $new);
    rename at($spot, $new), at($spot) or left("cannot be put in its place: $!");
}

sub spare_of { # the folder with what is kept on the file's own file system
    my ($spot) = @_;
    my $mount = mount_of($spot) // return;
    my $id = POSIX::getcwd() =~ s{.*/}{}r;
    my $folder = place("$mount/.tuile-$id/.", 1);
    return $folder->{ours} && !@{ $folder->{lacking} } ? $folder->{folder}->path : ();
}

sub times { # of files that were written anew with the bytes that they had
    my $number = 0;
    for (lines_of("before")) {
        my ($sort, $name, $was) = @$_;
        $number++;
        next if $sort ne "file" || $was !~ /^regular .* ([0-9a-f]{64})$/ || !-e "files/$number";
        my $wanted = $1;
        eval {
            my $spot = place($name);
            my $seen = look($spot);
            return if sort_of($seen) ne "regular" || !$spot->{ours} || $seen->{st}[7] != -s "files/$number";
            return if digest(reading($spot, $seen, OURS), OURS) ne $wanted;
            run("touch", "-r", "files/$number", "--", $seen->{held}->outside);
        };
    }
}

sub keep_after { # the files as the apply left them, for who changes them later to be shown
    my %numbers = numbers();
    for (things()) {
        my ($sort, $name) = @$_;
        my $number = $numbers{"$sort\t$name"} // next;
        eval {
            my $spot = place($name);
            my $seen = look($spot);
            save("left/$number", $spot, $seen) if sort_of($seen) eq "regular" && $spot->{ours};
        };
    }
}

sub halves { # what an engine, pam-auth-update or update-grub was writing beside a file as it was cut short
    for (things()) {
        my (undef, $name) = @$_;
        eval {
            my $spot = place($name, 1);
            return if !$spot->{ours} || @{ $spot->{lacking} };
            my $start = substr $spot->{name}, 0, 200;
            opendir my $folder, $spot->{folder}->path or return;
            my @found = grep { /^\.\Q$start\E\.[A-Za-z0-9]{10,32}\.tuile~$/ } readdir $folder;
            push @found, "$spot->{name}.pam-new" if $spot->{path} =~ m{^/etc/pam\.d/};
            push @found, "$spot->{name}.new" if $spot->{path} eq "/boot/grub/grub.cfg";
            unlink at($spot, $_) for @found;
        };
    }
}

# The bytes of a file to show beside others: no user's, none that holds hashes or keys, no flood, nothing that is no text.
my $SECRET = qr{shadow|opasswd|_key$|\.(?:key|pem|keys|psk)$|/private/|secret|/grub\.cfg$|/user\.cfg$|/grub\.d/};

sub show {
    my ($name, $kept) = @_;
    my $spot = place($name);
    my $seen = $spot->{ours} ? look($spot) : undef;
    fail("hidden", plain($name)) if !$spot->{ours} || $name =~ $SECRET;
    my $from;
    if ($kept) { open $from, "<", $kept or return }
    else {
        return if sort_of($seen) eq "absent";
        fail("hidden", plain($name)) if sort_of($seen) ne "regular" || $seen->{st}[4] != 0;
        $from = eval { reading($spot, $seen, SHOWN) } // fail("hidden", plain($name));
    }
    local $/;
    my $bytes = <$from> // "";
    fail("hidden", plain($name)) if length $bytes > SHOWN || $bytes =~ /\0/;
    print $bytes;
}
