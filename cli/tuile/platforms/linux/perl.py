"""What the probes in Perl begin with: each runs with `perl -f`, as a site's start file would be
code of anybody's.
"""

from __future__ import annotations

PACKAGED = "BEGIN { @INC = grep m{^/usr/(?:lib|share)/}, @INC }"
"""Modules come from packages alone: Perl looks into /etc/perl and /usr/local first, where one may
have been planted.
"""
GETXATTR = (
    "my %getxattr = (x86_64 => 191, aarch64 => 8, riscv64 => 8, i686 => 229, armv7l => 229, ppc64le"
    " => 212);"
)
"""The number of getxattr(2) by processor (the kernel's tables of system calls); Perl has no
function for it.
"""
