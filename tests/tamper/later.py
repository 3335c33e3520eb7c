"""What comes over a hardened host without anybody wanting harm: a reboot, newer packages, a week of
timers.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.tamper.archive import LATER
from tests.tamper.stage import Stage

_UPGRADE = f"""
apt-get -qq -y -o Dpkg::Options::=--force-confold upgrade > /dev/null
for package in {" ".join(LATER)}; do
  dpkg-query --show --showformat='${{Package}} ${{Version}}\n' "$package" | grep -q 'later1$'
done
"""
_WEEK = r"""
week='8 days ago'
find /var/log /var/lib/apt /var/lib/aide /var/lib/systemd/timers /var/cache -xdev -type f -exec touch -d "$week" {} +
if [ -e /var/lib/logrotate/status ]; then
  sed -Ei "s/[0-9]{4}-[0-9]+-[0-9]+-/$(date -d "$week" +%Y-%-m-%-d)-/" /var/lib/logrotate/status
fi
awk -F: -v OFS=: '$3 > 8 { $3 -= 8 } 1' /etc/shadow > /root/keep/shadow
cat /root/keep/shadow > /etc/shadow
rm /root/keep/shadow
for unit in $(systemctl list-timers --all --plain --no-legend | sed 's/.* //' | sort -u); do
  timeout 60 systemctl start "$unit" || echo "$unit ended with an error, or goes on at idle priority"
done
"""
"""A host of the lab has no clock of its own to move: what lies there is made older, then each timer
is due once.
"""


def reboot(stage: Stage) -> str:
    """Boot again on what is on the disk."""
    stage.host.reboot()
    return ""


def upgrade(stage: Stage) -> str:
    """Bring the newer versions of packages, as an administrator does who keeps his files; return
    what failed.
    """
    stage.security.publish_later_versions()
    return stage.run(_UPGRADE)


def week(stage: Stage) -> str:
    """Have everything be a week older, and each timer come due; return what failed.

    The newer packages come too, by the timer that installs them.
    """
    stage.security.publish_later_versions()
    return stage.run(_WEEK)


MOMENTS: dict[str, Callable[[Stage], str]] = {
    "a reboot": reboot,
    "an upgrade of packages": upgrade,
    "a week of timers": week,
}
