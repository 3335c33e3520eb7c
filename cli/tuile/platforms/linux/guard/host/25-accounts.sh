# The lines of accounts and groups in the files of passwd(5): what stands, what is kept of it, and how it goes back.
# A password is never taken back: who has changed it meanwhile knows the new one only.

see_account() { accounts see "$1"; }

see_accounts() { accounts see-all; } # and those that packages bring, which nobody knows beforehand

keep_accounts() {
    grep -qE "^accounts?$tab" things || return 0
    mkdir accounts
    for database in passwd shadow group gshadow subuid subgid; do
        [ ! -e "/etc/$database" ] || cp --archive "/etc/$database" accounts/ || fail no-room "$home"
    done
}

known_accounts() { # of differences, the names that were there: the others go after the packages that brought them
    sed -n "/${tab}absent\$/d; s/^account$tab\([^$tab]*\).*/\1/p"
}

put_accounts_back() { # names on standard input; the lines of others stay as they are now
    accounts put || not_back account "the lines of /etc/passwd and its like"
}

accounts() { # see NAME... | see-all | put, with names on standard input
    perl -f -e '
        BEGIN { @INC = grep m{^/usr/(?:lib|share)/}, @INC }
        use strict;
        use Fcntl;
        my @files = qw(passwd shadow group gshadow subuid subgid);
        my ($first_uid, $nobody) = (1000, 65534);

        sub lines_of {
            open my $in, "<", $_[0] or return;
            chomp(my @lines = <$in>);
            return @lines;
        }

        sub name_of { (split /:/, $_[0], 2)[0] }

        sub masked { # of a password whether it is locked and whether there is one; when it was changed matters as little
            my ($file, @field) = ($_[0], split /:/, $_[1], -1);
            if ($file =~ /shadow/) {
                $field[1] =~ s/^(!*)(.*)/$1 . ($2 eq "" || $2 eq "*" ? $2 : "x")/e;
                $field[2] = "" if $file eq "shadow";
            }
            $field[$_] = "" for places($file); # who is in a group is said of the member
            my $line = join ":", @field;
            $line =~ tr/\x00-\x1f\x7f/?/;
            return "$file:$line";
        }

        sub members { grep { length } split /,/, $_[0] // "" }

        sub places { $_[0] eq "group" ? (3) : $_[0] eq "gshadow" ? (2, 3) : () }

        sub see {
            my %said;
            for my $file (@files) {
                for my $line (lines_of("/etc/$file")) {
                    next unless $line =~ /:/;
                    my @field = split /:/, $line, -1;
                    push @{$said{$field[0]}}, masked($file, $line);
                    my %in = map { $_ => 1 } map { members($field[$_]) } places($file);
                    push @{$said{$_}}, "$file:$field[0]" for grep { $_ ne $field[0] } sort keys %in;
                }
            }
            return %said;
        }

        sub foreign { # accounts that people made meanwhile are not what a package brought
            my %kept = map { name_of($_) => 1 } map { lines_of("accounts/$_") } @files;
            return () unless %kept;
            my %foreign;
            for my $line (map { lines_of("/etc/$_") } qw(passwd group)) {
                my ($name, undef, $id) = split /:/, $line;
                $foreign{$name} = 1 if !$kept{$name} && $id =~ /^\d+$/ && ($id >= $first_uid);
            }
            return %foreign;
        }

        sub with_password_of { # of shadow: the lock as it was kept, the password as it is now
            my @kept = split /:/, $_[0], -1;
            my @now = split /:/, $_[1], -1;
            my ($was, $is) = map { (my $body = $_) =~ s/^!*//; $body } $kept[1], $now[1];
            return $_[0] if $was eq $is;
            my ($lock) = $kept[1] =~ /^(!*)/;
            $kept[1] = $now[1] =~ /^!/ ? "$lock$is" : $now[1];
            $kept[2] = $now[2];
            return join ":", @kept;
        }

        sub membership { # a line of another group: who goes back is in it or not, as it was
            my ($file, $line, $kept, $wanted) = @_;
            my @field = split /:/, $line, -1;
            my @was = split /:/, $kept // "", -1;
            for my $place (places($file)) {
                my @before = members($was[$place]);
                my %before = map { $_ => 1 } @before;
                my @now = grep { !$wanted->{$_} || $before{$_} } members($field[$place]);
                my %now = map { $_ => 1 } @now;
                push @now, grep { $wanted->{$_} && !$now{$_}++ } @before;
                my $same = join(",", sort @now) eq join(",", sort @before);
                $field[$place] = join ",", $same ? @before : @now;
            }
            return join ":", @field;
        }

        sub as_group { # the line of a group as it was kept, with the members of others that it has now
            my ($file, $kept, $now, $wanted) = @_;
            my @field = split /:/, $kept, -1;
            @field[places($file)] = (split /:/, $now, -1)[places($file)];
            return membership($file, join(":", @field), $kept, $wanted);
        }

        sub merged {
            my ($file, $wanted) = @_;
            my (%kept, @order, %done, @new);
            for (lines_of("accounts/$file")) {
                push @order, name_of($_) unless $kept{name_of($_)};
                push @{$kept{name_of($_)}}, $_;
            }
            for my $line (lines_of("/etc/$file")) {
                my $name = name_of($line);
                if (!$wanted->{$name}) {
                    push @new, membership($file, $line, ($kept{$name} // [])->[0], $wanted);
                } elsif (!$done{$name}++) {
                    my ($first, @more) = @{$kept{$name} // []};
                    $first = with_password_of($first, $line) if defined $first && $file eq "shadow";
                    $first = as_group($file, $first, $line, $wanted) if defined $first && places($file);
                    push @new, grep { defined } $first, @more;
                }
            }
            for my $at (0 .. $#order) { # what went comes back in its place
                my $name = $order[$at];
                next if !$wanted->{$name} || $done{$name};
                my %place = map { name_of($new[$_]) => $_ } 0 .. $#new;
                my ($before) = grep { exists $place{$_} } reverse @order[0 .. $at - 1];
                splice @new, defined $before ? $place{$before} + 1 : 0, 0, @{$kept{$name}};
            }
            return join "", map { "$_\n" } @new;
        }

        sub slurp { open my $in, "<", $_[0] or return; local $/; return scalar <$in> }

        sub put {
            my ($file, $new) = @_;
            my ($path, $kept, $beside) = ("/etc/$file", "accounts/$file", "/etc/.$file.tuile~");
            return 1 if (slurp($path) // "") eq $new;
            unlink $beside;
            system("cp", "--archive", "--", (-e $path ? $path : $kept), $beside) == 0 or return;
            open my $out, "+<", $beside or return;
            truncate $out, 0;
            print $out $new and close $out or return;
            system("touch", "-r", $kept, $beside) if (slurp($kept) // "") eq $new;
            return rename $beside, $path;
        }

        my @locks;
        sub lock_all { # as lckpwdf(3) and the programs of shadow-utils do, so that nobody writes at the same time
            sysopen my $lock, "/etc/.pwd.lock", O_WRONLY | O_CREAT, 0600 or return;
            push @locks, $lock;
            my $whole = pack "s s x![q] q q i x![q]", F_WRLCK, 0, 0, 0, 0; # struct flock of fcntl(2), 64 bits
            until (fcntl $lock, F_SETLK, $whole) {
                return if $_[0]-- <= 0;
                select undef, undef, undef, 0.1;
            }
            return 1;
        }

        my $what = shift;
        if ($what eq "see-all") {
            my %foreign = foreign();
            my %said = see();
            print "account\t$_\t@{$said{$_}}\n" for grep { !$foreign{$_} } sort keys %said;
        } elsif ($what eq "see") {
            my %said = see();
            print "account\t$_\t", ($said{$_} ? "@{$said{$_}}" : "absent"), "\n" for @ARGV;
        } else {
            chomp(my @names = <STDIN>);
            exit 0 unless @names;
            my $tries = 200;
            lock_all($tries) or die "the lock of the accounts is held\n";
            my %wanted = map { $_ => 1 } @names;
            for my $file (@files) {
                next unless -e "/etc/$file" || -e "accounts/$file";
                put($file, merged($file, \%wanted)) or die "/etc/$file\n";
            }
        }
    ' "$@" 2>/dev/null
}
