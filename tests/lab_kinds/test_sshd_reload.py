"""Who has the sshd of a host read its files again goes on only once it lets people in again."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import pytest

from tests.lab import LabHost

pytestmark = pytest.mark.lab
_ROOT = Path(__file__).parents[2]
_ROLE = (_ROOT / "roles/sshd_option/files/reload.sh").read_text()
_GUARD = (_ROOT / "cli/tuile/guard/host/30-restore.sh").read_text() + "\nput_reload_back ssh.service active\n"
_TWENTY_TIMES = """
for _ in $(seq 20); do
    bash -c "$1" || exit 1
    bash -c 'exec 3<>/dev/tcp/127.0.0.1/22' 2>/dev/null || echo away
    systemctl reset-failed ssh.service
done
"""


@pytest.mark.parametrize("script", [_ROLE, _GUARD], ids=["role", "guard"])
def test_nobody_is_turned_away_after_a_reload(script: str, lab_host: LabHost) -> None:
    """A connection that follows a reload is never refused, be it the reload of an apply or that of putting back."""
    done = lab_host.run(f"set -- {quote(script)}\n{_TWENTY_TIMES}", timeout=120)

    assert done.returncode == 0, done.stderr
    assert "away" not in done.stdout
