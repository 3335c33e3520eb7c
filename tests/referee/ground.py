"""What a host of the referee is given before it is judged: what an installer makes, and what only a
site knows.
"""

from __future__ import annotations

import hashlib
import secrets
import shlex
from pathlib import Path

import yaml

from tests.lab import LabHost, Machine
from tests.lab.shell import LabError, command

VOLUMES = {
    "boot": 1,
    "home": 1,
    "opt": 1,
    "srv": 1,
    "usr": 4,
    "var": 4,
    "var/log": 1,
    "var/log/audit": 1,
    "var/tmp": 1,
}
"""Folders with a file system of their own, and its gigabytes, as ANSSI-BP-028 R28 has a machine
installed.
"""
SILENCE = 900.0
"""Seconds that one command may take in the emulated machine."""
ROUNDS = 10_000
"""Of PBKDF2, as grub-mkpasswd-pbkdf2(1) has it."""
CA = "/etc/hospital-ca.pem"
GROUP = "sudogrp"
"""Those who may use sudo, by the name that the referee looks for."""
WHY, WHY_FR = "What only a site knows", "Ce que seul un site sait"


def separate(machine: Machine) -> None:
    """Give folders file systems of their own, and boot with them.

    Raises:
        LabError: that did not work.

    """
    places = [
        f"/dev/vd{letter}=/{folder}" for letter, folder in zip("bcdefghij", VOLUMES, strict=True)
    ]
    script = (Path(__file__).parent / "volumes.sh").read_text(encoding="utf-8")
    _run(machine, f"set -eu -- {shlex.join(places)}\n{script}")
    machine.reboot()


def furnish(host: LabHost | Machine) -> None:
    """Give a host the group of those who may use sudo, and the authority of the site's collector of
    logs.

    Raises:
        LabError: that did not work.

    """
    new = (
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ed25519",
        "-nodes",
        "-keyout",
        "/dev/null",
        "-subj",
        "/CN=hospital",
    )
    authority = command(*new)
    members = "for each in tuile deploy; do usermod -aG sudogrp $each; done"
    _run(
        host,
        f"groupadd --force --system {GROUP} && {members} && echo {shlex.quote(authority)} > {CA}",
    )


def write_policy(host: LabHost | Machine, folder: Path, baseline: str, level: str) -> None:
    """Write what a group gives its hosts: an account for automation, a collector of logs, a
    password for the loader.
    """
    salt, password = secrets.token_bytes(64), secrets.token_bytes(32)
    hashed = hashlib.pbkdf2_hmac("sha512", password, salt, ROUNDS).hex().upper()
    params = {
        "boot-menu-needs-password": {
            "hash": f"grub.pbkdf2.sha512.{ROUNDS}.{salt.hex().upper()}.{hashed}"
        },
        "logs-leave-the-machine": {"target": "logs.example:6514", "ca": CA},
        "sudo-for-its-group": {"group": GROUP},
    }
    tailor = [
        {
            "to": "all",
            "rule": rule,
            "params": given,
            "reason": {"en": WHY, "fr": WHY_FR},
            "by": "rssi@hospital.example",
        }
        for rule, given in params.items()
    ]
    assign = [{"to": "all", "baseline": baseline, "level": level}]
    hosts = {host.name: {**host.inventory_vars("tuile"), "ansible_become": True}}
    _write(folder / "hosts.yml", {"all": {"hosts": hosts}})
    _write(folder / "policy.yaml", {"assign": assign, "tailor": tailor})


def _run(host: LabHost | Machine, script: str) -> None:
    done = host.run(script, SILENCE)
    if done.returncode:
        raise LabError(f"{host.name}: {done.stderr}")


def _write(path: Path, data: object) -> None:
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
