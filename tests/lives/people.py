"""What people and programs do on a host: an ordinary account, an administrator, root, the account
of automation.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.request import urlopen

from tests.lab import LabHost
from tests.lives import devices
from tests.lives.devices import Printer

USER, ADMINISTRATOR, AUTOMATION = "alice", "bob", "tuile"
PASSWORDS = (
    *(
        "Vers-le-Nord-4-Brumes",
        "Quai-des-Ormes-7-Pluies",
        "Trois+Colombes!Grises6",
        "Lune:Haute&Sur-2-Toits",
    ),
    *(
        "9!Fenetres~du.Matin",
        "Sous_le@Pont:8-Barques",
        "Onze%Chevaux=Blonds3",
        "Marche*Lente#De-5-Heures",
    ),
    "Cidre/Froid?En-1-Octobre",
)
"""All different, as a password that was used is not taken again; long, of four classes, in no
dictionary.
"""
PORT = 8080
"""Of the service that the site declares."""

MOVE_IN = f"""
set -e
for who in {USER} {ADMINISTRATOR}; do
    useradd --create-home --shell /bin/bash "$who"
    echo "$who:{PASSWORDS[0]}" | chpasswd
    install -d -m 0700 -o "$who" -g "$who" "/home/$who/.ssh"
    install -m 0600 -o "$who" -g "$who" /home/tuile/.ssh/authorized_keys "/home/$who/.ssh/authorized_keys"
done
usermod --append --groups sudo {ADMINISTRATOR}
printf '[Service]\\nExecStart=/usr/bin/python3 -m http.server {PORT} --directory /usr/share/doc\\nDynamicUser=yes\\n' \\
    > /etc/systemd/system/ward-list.service
systemctl daemon-reload
"""
"""Before the host is hardened: two people with passwords and keys, and a service of the site."""

JOBS = """
set -e
echo '* * * * * root touch /run/cron-of-root' > /etc/cron.d/lives
chmod 0600 /etc/cron.d/lives
"""
"""Left to cron: it is looked at last, a minute later."""


@dataclass(frozen=True)
class Day:
    """One day on a host: the user's password, the one that he gives himself, and the one that root
    gives him.
    """

    host: LabHost
    printer: Printer
    old: str
    new: str
    next: str


Task = Callable[[Day], str]
"""Returns "" where it works, else what was said."""


def told(done: subprocess.CompletedProcess[str]) -> str:
    """Return "" where a command did well, else what it said."""
    return (
        ""
        if done.returncode == 0
        else f"{done.returncode}: {(done.stdout + done.stderr).strip()[-400:]}"
    )


def logs_in(host: LabHost, who: str) -> str:
    """Log in over SSH with a key, and run a command."""
    return told(host.ssh("id -un && cd && pwd", who))


def over_terminal(host: LabHost, who: str, script: str, typed: str) -> str:
    """Run a command on a terminal over SSH, as a person does, and type lines into it."""
    words = ["ssh", "-tt", *host.ssh_options(), f"{who}@{host.address}", script]
    done = subprocess.run(  # noqa: S603
        words, input=typed, capture_output=True, text=True, timeout=180, check=False
    )
    return told(done)


def sudo(host: LabHost, command: str) -> str:
    """Have the administrator run a command with sudo, which asks for the password."""
    return over_terminal(
        host, ADMINISTRATOR, f"sudo --stdin --prompt= {command}", f"{PASSWORDS[0]}\n"
    )


def changes_own_password(host: LabHost, old: str, new: str) -> str:
    """Have the user change his own password, days after the last change; it counts at once."""
    script = (
        f"chage -d 2026-01-01 {USER}; printf '%s\\n' {shlex.join([old, new, new])} | su {USER} -c"
        " passwd"
    )
    return told(host.run(script)) or knows_password(host, USER, new)


def knows_password(host: LabHost, who: str, password: str) -> str:
    """Hold a password against the hash that stands for it."""
    same = "exit !(crypt($ARGV[0], $ARGV[1]) eq $ARGV[1])"
    script = (
        f"perl -e '{same}' {shlex.quote(password)} \"$(getent shadow {who} | cut -d: -f2)\" || {{"
        f" id {who}; exit 1; }}"
    )
    return told(host.run(script))


def sets_password(host: LabHost, who: str, new: str) -> str:
    """Have root give somebody a password."""
    return told(host.run(f"echo {shlex.quote(f'{who}:{new}')} | chpasswd")) or knows_password(
        host, who, new
    )


def serves(host: LabHost) -> str:
    """Start the declared service and reach it from another machine."""
    wait = f"until ss -Hltn | grep -q :{PORT}; do sleep 0.2; done"
    if said := told(host.run(f"systemctl start ward-list.service && timeout 30 sh -c '{wait}'")):
        return said
    try:
        with urlopen(f"http://{host.address}:{PORT}/", timeout=10) as answer:
            return "" if answer.status == 200 else str(answer.status)
    except OSError as error:
        return str(error)


def as_root(script: str) -> Task:
    """Return what has root run a script."""
    return lambda day: told(day.host.run(script, 300))


def _pcscd(day: Day) -> str:
    """Reach the service of card readers, where it is installed and the site did not shut it."""
    look = "systemctl is-enabled pcscd.socket 2>&1"
    if "masked" in (said := day.host.run(look).stdout) or "enabled" not in said:
        return ""
    return told(day.host.run("systemctl start pcscd.socket && test -S /run/pcscd/pcscd.comm"))


APT = "env DEBIAN_FRONTEND=noninteractive apt-get -qq -y"
UPDATES = (
    "command -v unattended-upgrade >/dev/null || exit 0; apt-get -qq update && unattended-upgrade"
    " --dry-run"
)
DAILY: Mapping[str, Task] = {
    "the user logs in": lambda day: logs_in(day.host, USER),
    "the administrator logs in": lambda day: logs_in(day.host, ADMINISTRATOR),
    "automation logs in and becomes root": lambda day: told(
        day.host.ssh("sudo -n id -u | grep -qx 0", AUTOMATION)
    ),
    "automation runs a script as root": lambda day: told(
        day.host.ssh("printf 'true && /bin/true' | sudo -n sh -s", AUTOMATION)
    ),
    "the user changes the password": lambda day: changes_own_password(day.host, day.old, day.new),
    "root sets a password": lambda day: sets_password(day.host, USER, day.next),
    "the administrator installs a package": lambda day: sudo(day.host, f"{APT} install telnet"),
    "the administrator removes a package": lambda day: sudo(
        day.host, f"{APT} purge telnet inetutils-telnet"
    ),
    "the administrator gets a shell": lambda day: sudo(day.host, "bash -c 'id -u | grep -qx 0'"),
    "the administrator gets a login shell": lambda day: sudo(
        day.host, "--login sh -c 'id -u | grep -qx 0'"
    ),
    "root becomes the user": as_root(f"su - {USER} -c 'test \"$(id -un)\" = {USER}'"),
    "logs are rotated": as_root(
        "command -v logrotate >/dev/null || exit 0; logrotate --force /etc/logrotate.conf"
    ),
    "updates are looked for": as_root(UPDATES),
    "the declared service is reached": lambda day: serves(day.host),
    "the service of card readers answers": _pcscd,
    "temporary files can be made": as_root(
        f"su - {USER} -c 'mktemp' && runuser -u nobody -- mktemp"
    ),
    "the log takes a line": as_root(
        "logger -t lives here && sleep 1 && journalctl -q -t lives | grep -q here"
    ),
}
"""What must go on working, each by one who does it."""
AT_A_WORKPLACE: Mapping[str, Task] = {
    "the user prints": lambda day: devices.prints(day.host, day.printer, USER),
    "the user withdraws a page": lambda day: devices.withdraws(day.host, USER),
    "the user reads a card": lambda day: devices.reads_card(day.host, USER),
}
"""What people do besides where they work; `devices.furnish` gives what it takes."""
