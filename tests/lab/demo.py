"""The tour: a small hospital group boots on this machine, is checked, put right, broken by hand,
and drifts.

Run by `make demo`, as root. Nothing outside the lab is changed; nothing is left behind.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from tests.lab import Lab, LabHost, missing

SITES = {
    "lens": {"servers": ["srv-lens-01", "srv-lens-02"], "wards": ["pc-lens-01"]},
    "lievin": {"servers": ["srv-lievin-01"], "wards": ["pc-lievin-01"]},
}
POLICY = {
    "assign": [
        {"to": "*_servers", "baseline": "linux-server", "level": "intermediary"},
        {"to": "*_wards", "baseline": "linux-workstation", "level": "minimal"},
    ],
    "seal": ["ssh-root-login-disabled"],
}
BREAKS = {
    "srv-lens-01": (
        "an administrator lets root log in again, to save time",
        (
            "printf 'PermitRootLogin yes\\n' > /etc/ssh/sshd_config.d/00-help.conf && systemctl"
            " reload ssh"
        ),
    ),
    "srv-lens-02": (
        "somebody turns routing on, only until the next reboot",
        "sysctl -qw net.ipv4.conf.all.accept_redirects=1",
    ),
    "srv-lievin-01": ("the shadow file becomes readable for all", "chmod 0644 /etc/shadow"),
}
AWAY = "pc-lievin-01"


def main() -> int:
    """Run the tour; return an exit code."""
    obstacle = missing()
    if obstacle is not None:
        print(f"The tour needs what is missing here: {obstacle}", file=sys.stderr)
        return 2
    with TemporaryDirectory(prefix="tuile-demo-") as folder, Lab() as lab:
        _say("Booting a hospital group: two sites, three servers, two ward workstations …")
        hosts = lab.start(
            [name for groups in SITES.values() for names in groups.values() for name in names]
        )
        _tour(Path(folder), {host.name: host for host in hosts})
    return 0


def _tour(folder: Path, hosts: dict[str, LabHost]) -> None:
    (folder / "hosts.yml").write_text(yaml.safe_dump(_inventory(hosts)), encoding="utf-8")
    (folder / "policy.yaml").write_text(yaml.safe_dump(POLICY, sort_keys=False), encoding="utf-8")
    _tuile(folder, "check", "-i", "hosts.yml")
    _tuile(folder, "explain", "ssh-root-login-disabled")
    _tuile(folder, "diff", "-i", "hosts.yml", "-l", "pc-lens-01")
    _tuile(folder, "apply", "-i", "hosts.yml", "--yes")
    _say("An apply of what is right already runs nothing:")
    _tuile(folder, "apply", "-i", "hosts.yml", "-l", "pc-lens-01", "--yes")
    for name, (story, script) in BREAKS.items():
        _say(f"By hand on {name}: {story}\n    # {script}")
        done = hosts[name].run(script)
        if done.returncode:
            raise SystemExit(f"{name}: {done.stderr}")
    _say(f"And {AWAY} loses its network.")
    hosts[AWAY].cut()
    _tuile(folder, "check", "-i", "hosts.yml")
    _tuile(folder, "drift")
    _tuile(folder, "--lang", "fr", "drift")
    _tuile(folder, "history", "srv-lens-01", "ssh-root-login-disabled")
    hosts[AWAY].restore()
    _say("Put right with the other engine:")
    _tuile(folder, "apply", "-i", "hosts.yml", "--engine", "ansible", "--yes")
    _tuile(folder, "drift")


def _inventory(hosts: dict[str, LabHost]) -> dict[str, object]:
    sites = {
        site: {
            "children": {
                f"{site}_{group}": {
                    "hosts": {
                        n: {**hosts[n].inventory_vars(), "ansible_become": True} for n in names
                    }
                }
                for group, names in groups.items()
            }
        }
        for site, groups in SITES.items()
    }
    return {"all": {"children": sites}}


def _tuile(folder: Path, *arguments: str) -> None:
    print(f"\n\033[1m$ tuile {' '.join(arguments)}\033[0m", flush=True)
    private = {"XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache")}
    program = Path(sys.executable).with_name("tuile")
    code = subprocess.run(  # noqa: S603 -- our own program
        [program, *arguments], cwd=folder, env={**os.environ, **private}, check=False
    ).returncode
    print(f"(exit code {code})", flush=True)


def _say(words: str) -> None:
    print(f"\n· {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
