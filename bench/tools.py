"""The three tools on lab hosts: how each is run, and what it says of each rule."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import yaml
from measure import Cost, cost_of
from rules import Rule, baseline_text
from translate import EFFECTIVE, goss, test_name, testinfra

from tests.lab import LabHost
from tests.lab.fetch import fetch

Verdicts = Mapping[str, bool]
"""Rule id → whether it holds."""
BINARIES = Path(sys.executable).parent
GOSS_VALIDATE = (
    f"sshd -T > {EFFECTIVE} && /root/goss --gossfile /root/goss.yaml validate --no-color"
)


class BenchError(Exception):
    """A measurement that would mean nothing."""


@dataclass(frozen=True)
class Tuile:
    """`tuile` as a command in a policy repository, with state and memory of its own."""

    folder: Path
    hosts: Sequence[LabHost] = field(repr=False)

    def write(self, baseline: str, rules: list[Rule]) -> None:
        """Write a baseline and the inventory."""
        (self.folder / "baselines").mkdir(exist_ok=True)
        (self.folder / "baselines" / f"{baseline}.yaml").write_text(
            baseline_text(baseline, rules), encoding="utf-8"
        )
        hosts = {
            host.name: {**host.inventory_vars(), "ansible_become": True} for host in self.hosts
        }
        (self.folder / "hosts.yml").write_text(
            yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8"
        )

    def run(self, command: str, baseline: str, limit: str, *more: str) -> Cost:
        """Run a command on the hosts of a pattern; exit codes 0 and 1 are results, others are none."""
        argv = [
            str(BINARIES / "tuile"),
            command,
            "-i",
            "hosts.yml",
            "-l",
            limit,
            "--baseline",
            baseline,
            *more,
        ]
        private = {
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
        cost = cost_of(argv, self.folder, private)
        if cost.code not in (0, 1):
            raise BenchError(f"tuile {command} ended with {cost.code}:\n{cost.output}")
        return cost

    def report(self, baseline: str, limit: str, *more: str) -> list[dict[str, object]]:
        """Return the hosts of a JSON report."""
        hosts: list[dict[str, object]] = json.loads(
            self.run("check", baseline, limit, "--json", *more).output
        )["hosts"]
        return hosts

    def verdicts(self, baseline: str, limit: str) -> dict[str, dict[str, str]]:
        """Return by host what each rule came to."""
        return {
            str(host["host"]): {verdict["rule"]: verdict["outcome"] for verdict in host["verdicts"]}  # type: ignore[attr-defined]
            for host in self.report(baseline, limit)
        }


@dataclass(frozen=True)
class Testinfra:
    """Stock testinfra over SSH, as its manual says, in a folder that knows nothing of Tuile."""

    folder: Path

    def write(self, rules: list[Rule], hosts: Sequence[LabHost]) -> None:
        """Write the tests and what ssh needs to reach the hosts."""
        (self.folder / "test_hosts.py").write_text(testinfra(rules), encoding="utf-8")
        (self.folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        (self.folder / "ssh_config").write_text(
            "".join(_ssh_config(host) for host in hosts), encoding="utf-8"
        )

    def run(self, hosts: Sequence[LabHost]) -> Cost:
        """Test hosts one after another, as pytest does; hosts that fail tests are a result."""
        names = ",".join(f"ssh://{host.name}" for host in hosts)
        argv = [
            str(BINARIES / "pytest"),
            "-q",
            "--tb=no",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
        ]
        argv += [
            f"--hosts={names}",
            f"--ssh-config={self.folder / 'ssh_config'}",
            "--sudo",
            "--junitxml=result.xml",
        ]
        cost = cost_of([*argv, "test_hosts.py"], self.folder)
        if cost.code not in (0, 1):
            raise BenchError(f"pytest ended with {cost.code}:\n{cost.output[-3000:]}")
        return cost

    def verdicts(self, host: LabHost, rules: list[Rule]) -> Verdicts:
        """Return what the last run said of one host."""
        names = {f"{test_name(rule['id'])}[ssh://{host.name}]": rule["id"] for rule in rules}
        # Written by our own pytest
        cases = ET.parse(self.folder / "result.xml").iter("testcase")  # noqa: S314
        return {
            names[case.attrib["name"]]: len(case) == 0
            for case in cases
            if case.attrib["name"] in names
        }


@dataclass(frozen=True)
class Goss:
    """Goss on the host itself, as root."""

    binary: Path

    def install(self, host: LabHost, rules: list[Rule]) -> None:
        """Copy the program and its file to a host."""
        document = yaml.safe_dump(goss(rules), sort_keys=False)
        for name, body in (("goss", self.binary.read_bytes()), ("goss.yaml", document.encode())):
            argv = ["ssh", *host.ssh_options(), f"{host.user}@{host.address}"]
            subprocess.run(  # noqa: S603 -- our own words
                [*argv, f"sudo sh -c 'umask 077 && cat > /root/{name} && chmod u+x /root/{name}'"],
                input=body,
                check=True,
            )

    def seconds(self, host: LabHost) -> float:
        """Return how long it takes by the host's own clock."""
        script = (
            f"a=$(date +%s%N); {{ {GOSS_VALIDATE}; }} > /dev/null; b=$(date +%s%N); echo $((b - a))"
        )
        return int(host.run(script).stdout) / 1e9

    def verdicts(self, host: LabHost) -> Verdicts:
        """Return what it says of each rule: all of its findings must be successes."""
        result = host.run(f"{GOSS_VALIDATE} --format json")
        if result.returncode not in (0, 1):
            raise BenchError(
                "goss ended with"
                f" {result.returncode}:\n{result.stdout[-2000:]}{result.stderr[-2000:]}"
            )
        said: dict[str, bool] = {}
        for finding in json.loads(result.stdout)["results"]:
            said[finding["title"]] = said.get(finding["title"], True) and finding["successful"]
        return said


def fetch_goss(folder: Path) -> tuple[Goss, str]:
    """Fetch the package of Debian 13 into a folder and unpack it there; return it and its version."""
    unpacked, version = fetch("goss", folder)
    return Goss(unpacked / "usr/bin/goss"), version


def keep_at_boot(host: LabHost, rules: list[Rule]) -> None:
    """Store the running values of kernel keys: Tuile looks at both, and the others at the running
    one only.
    """
    keys = shlex.join(rule["params"]["key"] for rule in rules if rule["kind"] == "sysctl")
    host.run(f"for key in {keys}; do sysctl -e $key; done > /etc/sysctl.d/zzz-running.conf")


def host_cpu(host: LabHost) -> float:
    """Return the CPU seconds that a host has used since it was booted, sshd included."""
    roots = [Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified")]
    files = [found for root in roots for found in root.glob(f"tuile-lab-*-{host.name}/cpu.stat")]
    newest = max(files, key=os.path.getmtime)
    return int(dict(line.split() for line in newest.read_text().splitlines())["usage_usec"]) / 1e6


def _ssh_config(host: LabHost) -> str:
    lines = [
        f"Host {host.name}",
        f"HostName {host.address}",
        f"User {host.user}",
        f"IdentityFile {host.key_file}",
    ]
    lines += [
        "IdentitiesOnly yes",
        f"UserKnownHostsFile {host.known_hosts}",
        "StrictHostKeyChecking yes",
    ]
    return "\n  ".join(lines) + "\n"
