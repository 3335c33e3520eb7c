"""Breaks a rule about files wherever they lie: one such file is made."""

from __future__ import annotations

from typing import Any

_MADE = {
    "world_writable_files": "touch /var/tmp/open-to-all\nchmod 0666 /var/tmp/open-to-all\n",
    "world_writable_directories": "mkdir -p /var/tmp/shared\nchmod 0777 /var/tmp/shared\n",
    "directories_of_others": (
        "mkdir -p /var/tmp/daemons\nchown daemon /var/tmp/daemons\nchmod 1777 /var/tmp/daemons\n"
    ),
    "unowned": "touch /var/tmp/left\nchown 54321:54321 /var/tmp/left\n",
    "files_of_others": (
        "cp /bin/true /usr/local/bin/of-daemon\nchown daemon /usr/local/bin/of-daemon\n"
    ),
    "access_lists": (
        "apt-get -qq install acl >/dev/null\nsetfacl -m u:games:r /etc/debian_version\n"
    ),
    "capabilities": (
        "cp /bin/true /var/tmp/capable\n"
        'perl -e \'my @w = ("/var/tmp/capable", "security.capability", pack("V5", 0x02000001, '
        "128, 0, 0, 0)); "
        "syscall(188, @w[0, 1, 2], 20, 0) and die $!'\n"
    ),
    "password_copies": "install -m 644 /etc/shadow /var/backups/shadow.old\n",
    "covered": "cp -p /etc/hosts /run/hosts.other\nmount --bind /run/hosts.other /etc/hosts\n",
    "special_bits": "cp /bin/true /var/tmp/helper\nchmod 4755 /var/tmp/helper\n",
}


def script(params: Any) -> str:  # noqa: ANN401 -- an instance of the kind's Params
    """Return a script after which there is a file of the sort that is looked for."""
    return _MADE[params.what]
