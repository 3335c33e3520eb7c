r"""Which lines of a settings file start or open something: the part of the look's Perl program that
tells.

What only sets names, paths, colours, masks and delays is daily work. It holds no single quote: it stands between two.
"""

LINES = r"""
# Lines that matter in a file that no package brought, or that a package has a pattern of.
my %pattern = (
    "/etc/profile" => "base-files/profile", "/root/.bashrc" => "base-files/dot.bashrc",
    "/root/.profile" => "base-files/dot.profile", "/etc/inputrc" => "readline/inputrc",
    "/etc/default/grub" => "grub/default/grub",
);
sub foreign_lines {
    my ($path) = @_;
    my $text = whole($path) // return ("?");
    return ("\0") if $text =~ /\0/;
    my $pattern = $pattern{$path} ? whole("/usr/share/$pattern{$path}") : undef;
    my %known = map { $_ => 1 } split /\n/, $pattern // "";
    grep { !/^\s*(?:#(?!!).*)?$/ && !$known{$_} } split /\n/, $text;
}
my $loads = join "|", qw(
    LD_\w+ BASH_ENV ENV PROMPT_COMMAND PS[04] IFS SHELLOPTS BASHOPTS BASH_FUNC\w* PERL\w+ PYTHON\w+ RUBY\w+
    NODE_\w+ JAVA_TOOL_OPTIONS GCONV_PATH LOCPATH GIT_\w+ (?:SUDO_)?EDITOR VISUAL PAGER MANPAGER LESSOPEN
    LESSCLOSE DPKG_\w+ APT_CONFIG TAR_OPTIONS SSH_ASKPASS SUDO_ASKPASS OPENSSL_\w+ SYSTEMD_\w+ HOSTALIASES
    PAM_\w+ XDG_\w+_DIRS SSLKEYLOGFILE
);
my $bundle = qr{(?:DEFAULT|OVERRIDE)?=\s*["\x27]?/etc/ssl/certs(?:/ca-certificates\.crt|/)?["\x27]?\s*$};
my $given = qr/(?=\s*(?:DEFAULT|OVERRIDE)?\s*\+?=)(?!\s*$bundle)/;
my $trusts = qr/\b(?:SSL_CERT_(?:FILE|DIR)|(?:CURL|REQUESTS)_CA_BUNDLE)\b$given/;
$loads = qr/$trusts|\b(?:$loads)\b(?:\s+(?:DEFAULT|OVERRIDE))?\s*\+?=/;
sub harmless_path {
    my ($value) = @_;
    $value =~ tr/"\x27//d;
    !grep {
        !m{^(?:/[\w./+-]+|\$\{?PATH\}?|\$\{?HOME\}?/[\w./-]+)$} || m{^/} && grep { open_to($_) ne "" } $_, above($_);
    } split /:/, $value, -1;
}
sub harmless_shell {
    local $_ = shift;
    return 0 if $_ =~ $loads;
    s/\s+#.*$//;
    return 1 if /^\s*(?:fi|else|then|esac|;;|done|\}|:)\s*;?\s*$/;
    return 1 if /^\s*(?:if|elif)\s+\[+ [^`;&|]*\]+\s*(?:;\s*then)?\s*$/ && !/\$\(/;
    return 1 if m{^\s*if ! \(unset \w+\) 2>/dev/null; then\s*$} || /^\s*umask\s+[0-7u=rwx,go]+\s*$/;
    return 1 if /^\s*(?:readonly|export|declare -[rx]+|typeset -[rx]+)(?:\s+[A-Za-z_]\w*)+\s*$/;
    return 1 if /^\s*eval "?(?:\$\(|`)dircolors(?: -b)?(?:\)|`)"?\s*$/;
    return 1 if /^\s*set -o (?:vi|emacs|noclobber)\s*$/;
    return 1 if /^\s*shopt -s \w+(?: \w+)*\s*$/ && !/extdebug|expand_aliases/;
    return !/\b(?:sudo|su|ssh|scp|passwd|doas|login)=/
        if /^\s*alias [\w.-]+=(["\x27]?)(?:\$?\w[\w .\/=-]*(?:\$\w+)?[\w .\/=-]*)\1\s*$/;
    return harmless_path($1) if /^\s*(?:export\s+)?PATH=(.*?)\s*(?:;?\s*export PATH)?\s*;?$/;
    my $word = qr/[^`;&|<>(\s\$"\x27]|\$\{?\w+\}?|"[^"`]*"|\x27[^\x27]*\x27/;
    my $marks = qr/(?:(?:export|readonly|declare -\w+|typeset -\w+)\s+)*/;
    my $after = qr/(?:\s*;\s*(?:export|readonly)(?:\s+[A-Za-z_]\w*)+)*/;
    return /^\s*$marks[A-Za-z_]\w*=(?:$word)*$after\s*$/ && !/\$\(/;
}
my $openvpn = join "|", qw(
    [\w-]*-script up down route-up route-pre-down ipchange tls-verify plugin auth-user-pass-verify
    client-connect client-disconnect learn-address
);
my $nothing = qr{(?:/usr)?/(?:s?bin/(?:modprobe|true|false)|lib/systemd/systemd-coredump)\b};
my $git = join "|", qw(
    pager editor fsmonitor hookspath sshcommand helper askpass external textconv clean smudge process gitproxy program
    cmd command
);
my $rights = "root|sudo|adm|shadow|disk|docker|kmem|lxd";
my $devices = "RUN|PROGRAM|IMPORT|OWNER|GROUP|SYSCTL|SYMLINK";
# Whether a line is of a certificate that a package or the site brought: files of the site are named by themselves.
my %certified;
sub certified {
    my ($line) = @_;
    return 1 if $line =~ /^-----(?:BEGIN|END) /;
    if (!%certified) {
        my $folders = "/usr/{share,local/share}/ca-certificates";
        for my $file (glob("$folders/*.crt $folders/*/*.crt"), "/etc/ssl/certs/ssl-cert-snakeoil.pem") {
            $certified{$_} = 1 for split /\n/, whole($file) // "";
        }
    }
    $certified{$line};
}
my %line_matters = (
    line => sub { 1 },
    shell => sub { !harmless_shell($_[0]) },
    variables => sub { $_[0] =~ $loads || $_[0] =~ /\bPATH\b\s*(?:DEFAULT|OVERRIDE)?=(.*)/ && !harmless_path($1) },
    modprobe => sub {
        $_[0] =~ /^\s*(?:install|remove)\s/
            && $_[0] !~ m{^\s*(?:install|remove)\s+\S+\s+(?:/usr)?/bin/(?:true|false)\s*$};
    },
    tmpfiles => sub {
        my ($type, undef, $mode) = split " ", $_[0];
        $type !~ /^[dDvQqexXrR][!\-=~^]*$/ || ($mode // "-") =~ /[2367]$/;
    },
    sysusers => sub { $_[0] =~ /^\s*u!?\s+\S+\s+0\b/ || $_[0] =~ /^\s*m\s+\S+\s+(?:$rights)\b/ },
    menu => sub {
        $_[0] !~ m{^(?:#!/bin/sh|exec tail -n \+\d+ "?\$0"?|set superusers="\S*"|export superusers)\s*$}
            && $_[0] !~ m{^password(?:_pbkdf2)? \S+ \S+\s*$}
            && $_[0] !~ m{^menuentry_id_option="--unrestricted \$menuentry_id_option"\s*$};
    },
    command => sub {
        $_[0] =~ /`|\$\(|\bsystem\s*\(|^\s*(?:\.|source|eval|exec)\s|:!|;\s*\w/
            || $_[0] =~ /^\s*(?:sil\w*!?\s+|au\w*!?\s.*\s)?!/;
    },
    udev => sub {
        $_[0] =~ /\b(?:$devices)\b|\bTAG\+?="(?:uaccess|systemd)|\bENV\{(?:SYSTEMD_WANTS|LD_\w+)/
            || $_[0] =~ /\bATTR\{\S*authorized\S*\}|\bMODE:?="0?[0-7][0-7][1-7]"/;
    },
    updown => sub { $_[0] =~ /^\s*(?:pre-up|up|post-up|down|pre-down|post-down|wpa-action|hostapd)\s/ },
    script => sub {
        $_[0] =~ /^\s*(?:script\s+"|(?:$openvpn)\b\s*[=\s]|autologin-user\s*=|User\s*=\s*\S)/i
            || $_[0] =~ /^\s*(?:DisplayCommand|DisplayStopCommand|SessionCommand)/;
    },
    hook => sub { $_[0] =~ /^\s*(?:pre-invoke|post-invoke|status-logger|root|instdir|admindir|force-\S*)\b/ },
    import => sub { $_[0] =~ /^import[ \t]/ },
    sets => sub {
        !harmless_shell($_[0]) || $_[0] =~ m{\binit=/(?!(?:usr/)?(?:lib/systemd/systemd|sbin/init)\b)|\bsystemd\.run\b};
    },
    openssl => sub {
        $_[0] =~ /^\s*(?:dynamic_path|module|SO_PATH)\s*=|\bSECLEVEL\s*=\s*[01]\b|\bUnsafeLegacy/
            || $_[0] =~ /^\s*(?:System\w+\.)?MinProtocol\s*=\s*(?:None|SSLv\d|D?TLSv1(?:\.[01])?)\s*$/i;
    },
    gnutls => sub {
        $_[0] =~ /^\s*(?:secure-(?:hash|sig\S*)|(?:min-)?verification-profile\s*=\s*(?:very weak|low|legacy))\b/i
            || $_[0] =~ /\b(?:enabled-version\s*=\s*(?:ssl3|d?tls1\.[01])|\+?VERS-(?:SSL3|TLS1)\.0|LEGACY)\b|%UNSAFE/i;
    },
    authority => sub { !certified($_[0]) },
    sysctl => sub {
        $_[0] =~ m{^\s*-?kernel[./](?:core_pattern\s*=\s*\||(?:modprobe|hotplug|poweroff_cmd)\s*=)\s*(?!$nothing)\S};
    },
    crypttab => sub { $_[0] =~ m{\bkeyscript=(?!(?:/usr)?/lib/cryptsetup/scripts/)\S*/} },
    profile => sub { $_[0] =~ /\bpam_(?:permit|exec|script|python|rhosts|succeed_if|userdb|debug)\b|\bnullok\b/ },
    groups => sub {
        $_[0] =~ /;[^;]*\b(?:$rights)\b[^;]*$/ || $_[0] =~ /^\s*(?:EXTRA_GROUPS|GROUPS?)\s*=.*\b(?:$rights|0)\b/;
    },
    accounts => sub {
        my ($name, $value) = $_[0] =~ /^\s*(\w+)(?:\s*=|\s)\s*"?(.*?)"?\s*$/ or return 0;
        return $value =~ /\b(?:$rights|0)\b/ if $name =~ /^(?:EXTRA_GROUPS|GROUP)$/;
        return $value =~ /\S/ if $name =~ /^(?:USERDEL_CMD|FAKE_SHELL)$/;
        return $value !~ m{^/etc/skel/?$} if $name eq "SKEL";
        return $value !~ m{^(?:(?:/usr)?/s?bin/\w+)?$} if $name =~ /^D?SHELL$/;
        return $value < ($1 ? 60000 : 1) if $name =~ /^(SUB_)?(?:SYS_|FIRST_|FIRST_SYSTEM_)?[UG]ID(?:_MIN)?$/;
        $name =~ /^ENV_(?:SU)?PATH$/ && !harmless_path($value =~ s/^PATH=//r);
    },
    allowed => sub {
        my (undef, undef, $id, undef, undef, undef, undef, undef, $shell) = getpwnam $_[0] =~ s/\s+//gr or return 0;
        ($id > 0 && $id < 1000 || $id == 65534) && $shell =~ m{/(?:nologin|false)$};
    },
    capability => sub { $_[0] !~ /^\s*none\s/ },
    greeter => sub {
        $_[0] =~ /^\s*(?:(?:Automatic|Timed)Login(?:Enable)?\s*=\s*(?!false)\S|User\s*=\s*\S|\[initial_session\])/i
            || $_[0] =~ /^\s*(?:allowed_users\s*=\s*anybody|needs_root_rights\s*=\s*yes)/;
    },
    loads => sub {
        $_[0] =~ /\b(?:LD_(?:PRELOAD|AUDIT|LIBRARY_PATH)|BASH_ENV|GCONV_PATH|NODE_OPTIONS|OPENSSL_\w+)\s*=\s*\S/
            || $_[0] =~ /\b(?:PYTHON(?:PATH|HOME|STARTUP)|PERL5(?:LIB|OPT)|RUBY(?:LIB|OPT))\s*=\s*\S/
    },
    screens => sub {
        $_[0] =~ /#\(|\b(?:run|run-shell|if|if-shell|pipe-pane|set-hook|default-(?:shell|command)|exec|backtick)\b/;
    },
    wrapper => sub { $_[0] =~ /\b(?:spawn|twist|aclexec)\b/ },
    editor => sub { $_[0] =~ m{:!|(?:^|\s)!\s*/|\bau(?:tocmd)?\s+\w.*\s:?!|\bsystem(?:list)?\(|\blibcall} },
    fetch => sub { $_[0] =~ /^\s*-*(?:insecure|k\b|proxy|https?_proxy|check_certificate|certificate|cacert|output)/i },
    mountable => sub {
        my $options = (split " ", $_[0])[3] // "";
        $options =~ /(?:^|,)(?:users?|owner|group)(?:,|$)/ && $options =~ /(?:^|,)(?:suid|dev)(?:,|$)/;
    },
    git => sub {
        $_[0] =~ /=\s*"?!/ || $_[0] =~ /^\s*(?:$git)\s*=.*[\/|;\$`]/i;
    },
    plugin => sub { $_[0] =~ m{^\s*path\s*=\s*(?!(?:/usr)?/sbin/|builtin)\S} },
    delegated => sub { $_[0] =~ /^[^:]*:(\d+):/ && $1 < 60000 },
    pipe => sub { $_[0] =~ /:.*(?:\||:include:)/ },
);
my %by_line = map { $_ => 1 } qw(
    openssl gnutls sysctl crypttab mountable groups wrapper editor plugin pipe accounts capability greeter loads
);
my @gives = qw(sudo adm wheel root disk shadow docker lxd libvirt staff kmem);
sub gives_rights {
    my ($name) = @_;
    my (undef, undef, $id, $gid) = getpwnam $name or return 1;
    return 1 if $id < 1000 || $id == 65534;
    for my $group (@gives) {
        my @about = getgrnam $group or next;
        return 1 if $about[2] == $gid || " $about[3] " =~ / \Q$name\E /;
    }
    scalar grep { (whole($_) // "") =~ /^\s*\Q$name\E\s/m } "/etc/sudoers", glob "/etc/sudoers.d/*";
}
my $perl = qr{^/(?:etc/perl|usr/local/(?:share|lib/[^/]+)/perl/[^/]+|usr/local/lib/site_perl)/(.+)};
sub hides {
    my ($path, $name) = @_;
    my @hidden = map { "$_/$name" } $path =~ /\.so/ ? glob "/usr/lib /usr/lib/*-linux-gnu*" : qw(/usr/sbin /usr/bin);
    @hidden = glob "{/usr/share/{perl5,perl/5.*},/usr/lib/*/{perl-base,perl/5.*,perl5,perl5/5.*}}/$1" if $path =~ $perl;
    @hidden = glob "/usr/lib/python3/dist-packages/$1" . "{,.py,.*.so}" if $path =~ m{/(?:dist|site)-packages/([\w-]+)};
    scalar grep { -e } @hidden;
}
sub counts {
    my ($path, $matters) = @_;
    my $name = $path =~ m{([^/]+)$} ? $1 : "";
    return 1 if $matters eq "any";
    return hides($path, $name) if $matters eq "hides";
    if ($matters eq "target") {
        my $to = target($path);
        return -e $to && !$package{$to} && !-d $to;
    }
    if ($matters eq "table") {
        my ($owner) = $path =~ m{/atjobs/} ? (getpwuid $stat{$path}[4])[0] : $name;
        return 0 unless $path =~ m{/atjobs/} || grep { /\S/ } foreign_lines($path);
        return gives_rights($owner // "?");
    }
    return !(() = glob "/var/lib/dkms/*/*/*/*/module/" . $name =~ s/\..*//r . ".ko*") if $matters eq "built";
    my @lines = foreign_lines($path);
    return scalar grep { $_ eq "?" || $_ eq "\0" || $line_matters{$matters}->($_) } @lines;
}
"""
