"""Which keys of hosts are good: a check, and pyinfra after it, decide as ssh itself does, case by
case.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyinfra.connectors.sshuserclient.client import SSHClient

from tests.unit.transports.conftest import KEYGEN, SSHD, Sshd, make_key, start_sshd, wait_for
from tuile.engines import ssh
from tuile.gather import run_probes
from tuile.platforms.interface import Limits
from tuile.policy.target import Target
from tuile.transports import accepted

USER = pwd.getpwuid(os.geteuid()).pw_name
CASES = {
    "known": ("{name} {key}", {}, True),
    "unknown": ("", {}, False),
    "changed": ("{name} {other}", {}, False),
    "changed beside the right one": ("{name} {other}\n{name} {key}", {}, True),
    "known without the port": ("127.0.0.1 {key}", {}, True),
    "another one without the port": (
        "{name} {other}\n127.0.0.1 {key}",
        {"hostkeyalgorithms": "ssh-ed25519"},
        False,
    ),
    "known for another port": ("[127.0.0.1]:9 {key}", {}, False),
    "known for another name of the same address": ("localhost,[localhost]:{port} {key}", {}, False),
    "a pattern": ("[127.0.*]:{port} {key}", {}, True),
    "a pattern with a negation": ("*,!127.0.0.1,![127.0.0.1]:{port} {key}", {}, False),
    "a negation of the port alone": ("*,![127.0.0.1]:{port} {key}", {}, True),
    "a network is no pattern": ("127.0.0.0/8 {key}", {}, False),
    "hashed": ("{hashed}", {}, True),
    "hashed, another key": ("{hashed_other}", {}, False),
    "revoked": ("{name} {key}\n@revoked * {key}", {}, False),
    "revoked before": ("@revoked {name} {key}\n{name} {key}", {}, False),
    "revoked for the port, known without": ("@revoked {name} {key}\n127.0.0.1 {key}", {}, False),
    "revoked for another host": ("{name} {key}\n@revoked other {key}", {}, True),
    "another one revoked": ("{name} {key}\n@revoked * {other}", {}, True),
    "lines that make no sense": (
        "nonsense\n@what {name} {key}\n{name} ssh-ed25519\n{name} {key}",
        {},
        True,
    ),
    "alias": ("ward {key}", {"hostkeyalias": "ward"}, True),
    "alias in capitals": ("ward {key}", {"hostkeyalias": "Ward"}, True),
    "another key under the alias": ("ward {other}\n{name} {key}", {"hostkeyalias": "ward"}, False),
    "only the address, with an alias": ("{name} {key}", {"hostkeyalias": "ward"}, False),
    "an alias has no port": ("[ward]:{port} {key}", {"hostkeyalias": "ward"}, False),
    "authority": ("@cert-authority * {authority}", {}, True),
    "authority for other hosts": ("@cert-authority *.example.org {authority}", {}, False),
    "another authority": ("@cert-authority * {other}", {}, False),
    "authority revoked": ("@cert-authority * {authority}\n@revoked * {authority}", {}, False),
    "a key that an authority vouches for, revoked": (
        "@cert-authority * {authority}\n@revoked * {key}",
        {},
        False,
    ),
    "authority and alias": ("@cert-authority ward {authority}", {"hostkeyalias": "ward"}, False),
    "in a list of revoked keys": ("{name} {key}", {"revokedhostkeys": "{revoked}"}, False),
    "not in a list of revoked keys": ("{name} {key}", {"revokedhostkeys": "{none}"}, True),
    "a list of revoked keys that is not there": (
        "{name} {key}",
        {"revokedhostkeys": "/nothing"},
        False,
    ),
    "accept-new, unknown": ("", {"stricthostkeychecking": "accept-new"}, True),
    "accept-new, changed": ("{name} {other}", {"stricthostkeychecking": "accept-new"}, False),
    "accept-new, revoked": ("@revoked * {key}", {"stricthostkeychecking": "accept-new"}, False),
    "no, unknown": ("", {"stricthostkeychecking": "no"}, True),
    "no, changed": ("{name} {other}", {"stricthostkeychecking": "no"}, True),
    "no, revoked": ("@revoked * {key}", {"stricthostkeychecking": "no"}, True),
}
"""Known hosts, options, and whether ssh goes on."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """Return an sshd whose key an authority has certified, for the address 127.0.0.1."""
    if not Path("/usr/sbin/sshd").exists():
        pytest.skip("no sshd here")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    folder = tmp_path_factory.mktemp("sshd")
    make_key(folder / "authority")
    found = start_sshd(folder, f"HostCertificate {folder}/host_key-cert.pub")
    sign = [
        KEYGEN,
        "-q",
        "-s",
        folder / "authority",
        "-h",
        "-I",
        "host",
        "-n",
        "127.0.0.1",
        folder / "host_key.pub",
    ]
    subprocess.run(sign, check=True, capture_output=True)  # noqa: S603 -- keys under tmp_path
    found.stop()  # and again, with the certificate
    with (folder / "log").open("ab") as log:
        found.process = subprocess.Popen(  # noqa: S603 -- our own
            [SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=log
        )
    wait_for(found.port, found.process, folder / "log")
    make_key(folder / "other_key")
    yield found
    found.stop()


def made(server: Sshd, case: str, folder: Path) -> Target:
    """Write the known hosts of a case and return its target."""
    known, options, _ = CASES[case]
    keys = {
        name: server.folder.joinpath(f"{file}.pub").read_text().strip()
        for name, file in (("key", "host_key"), ("other", "other_key"), ("authority", "authority"))
    }
    name = f"[127.0.0.1]:{server.port}"
    words = {**keys, "name": name, "port": str(server.port)}
    for word in ("hashed", "hashed_other"):
        file = folder / word
        file.write_text(f"{name} {keys['other' if 'other' in word else 'key']}\n")
        # The same
        subprocess.run([KEYGEN, "-q", "-H", "-f", file], check=True, capture_output=True)  # noqa: S603
        words[word] = file.read_text().strip()
    for word, text in (("revoked", keys["key"]), ("none", keys["other"])):
        (folder / word).write_text(f"{text}\n")
        words[word] = str(folder / word)
    (folder / "known_hosts").write_text(known.format(**words) + "\n")
    given = {key: value.format(**words) for key, value in options.items()}
    target = server.target(case, **given)
    return replace(
        target,
        ssh_options={**target.ssh_options, "userknownhostsfile": str(folder / "known_hosts")},
    )


def by_ssh(target: Target) -> bool:
    """Return whether ssh itself goes on."""
    options = {
        "batchmode": "yes",
        "identityfile": str(target.key_file),
        "user": USER,
        **target.ssh_options,
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    command = ["ssh", "-F", "none", "-p", str(target.port), *words, target.address, "true"]
    # A list
    return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0  # noqa: S603


def by_pyinfra(target: Target, folder: Path) -> bool:
    """Return whether pyinfra's client connects with what a check has found good."""
    (folder / "known").write_text("".join(f"{line}\n" for line in target.accepted))
    (folder / "config").write_text(ssh.config(target, folder / "known"))
    with SSHClient() as client:
        client.connect(
            target.address,
            _pyinfra_ssh_config_file=str(folder / "config"),
            _pyinfra_ssh_strict_host_key_checking=ssh.strictness(target),
            port=target.port,
            username=USER,
            key_filename=target.key_file,
            allow_agent=False,
            look_for_keys=False,
        )
        return True


@pytest.mark.parametrize("case", CASES)
def test_a_key_is_good_where_ssh_says_so(server: Sshd, tmp_path: Path, case: str) -> None:
    """ssh, a check, and pyinfra where the check came through."""
    target, wanted = made(server, case, tmp_path), CASES[case][2]
    before = (tmp_path / "known_hosts").read_text()

    assert by_ssh(target) is wanted
    (tmp_path / "known_hosts").write_text(before)  # ssh may have written down a new key
    [sight] = run_probes([(target, {})], Limits(connect=20, silence=20))
    assert (sight.not_reached is None) is wanted, sight.not_reached
    if wanted:
        assert by_pyinfra(replace(target, accepted=accepted(case)), tmp_path)
