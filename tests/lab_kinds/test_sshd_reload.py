"""Who has the sshd of a host read its files again goes on only once it lets people in again."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import pytest

from tests.lab import LabHost

pytestmark = pytest.mark.lab
_ROOT = Path(__file__).parents[2]
_ROLE = (_ROOT / "roles/linux/sshd_option/files/reload.sh").read_text()
_GUARD = (
    _ROOT / "cli/tuile/platforms/linux/guard/host/30-restore.sh"
).read_text() + "\nput_reload_back ssh.service active\n"
_TWENTY_TIMES = """
for _ in $(seq 20); do
    bash -c "$1" || exit 1
    bash -c 'exec 3<>/dev/tcp/127.0.0.1/22' 2>/dev/null || echo away
    systemctl reset-failed ssh.service
done
"""


@pytest.mark.parametrize("script", [_ROLE, _GUARD], ids=["role", "guard"])
def test_nobody_is_turned_away_after_a_reload(script: str, lab_host: LabHost) -> None:
    """A connection that follows a reload is never refused, be it the reload of an apply or that of
    putting back.
    """
    done = lab_host.run(f"set -- {quote(script)}\n{_TWENTY_TIMES}", timeout=120)

    assert done.returncode == 0, done.stderr
    assert "away" not in done.stdout


@pytest.mark.parametrize("script", [_ROLE, _GUARD], ids=["role", "guard"])
def test_an_sshd_of_a_socket_lives_on(script: str, lab_host_13: LabHost) -> None:
    """Where ssh.socket listens, sshd has read its files afterwards, its session lives, and the next
    one is let in.
    """
    seen = lab_host_13.run(
        "systemctl --quiet disable --now ssh.service; systemctl --quiet enable --now ssh.socket"
    )
    assert seen.returncode == 0, seen.stderr
    assert lab_host_13.ssh("true").returncode == 0
    before = lab_host_13.run("stat -c %y /run/sshd.pid").stdout
    done = lab_host_13.ssh(f"sudo -n sh -c {quote(script)} && echo lives")

    assert done.stdout.endswith("lives\n"), done.stderr
    assert lab_host_13.run("stat -c %y /run/sshd.pid").stdout not in ("", before)
    assert lab_host_13.ssh("true").returncode == 0
    assert lab_host_13.run("systemctl is-failed ssh.service").stdout.strip() == "active"
