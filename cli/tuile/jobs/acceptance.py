"""Runs the user's own testinfra tests against hosts: whether what they are there for still answers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

from tuile.engines import ssh
from tuile.engines.folder import private_folder, write_private
from tuile.policy.target import Target
from tuile.policy.text import Text

TIMEOUT = 900
"""Seconds for all hosts together."""
_NO_TESTS = 5
"""The exit status of pytest that found nothing to run."""


def failing(
    probes: Sequence[Path], targets: Sequence[Target], timeout: float = TIMEOUT
) -> list[Text]:
    """Return what speaks against the hosts, in words: tests that fail, or that could not be run at
    all.

    Each test runs on each host with stock testinfra, in a process of its own. Nothing run is
    nothing proven.
    """
    if not probes or not targets:
        return []
    with private_folder() as folder:
        hosts = {target.name: _spec(target, folder) for target in targets}
        report = folder / "report.xml"
        try:
            done = subprocess.run(  # noqa: S603 -- a list, no shell; the tests are the user's own
                _command(probes, list(hosts.values()), folder, report),
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return [
                Text(
                    f"the probes did not end within {timeout:g} s",
                    f"sondes sans fin après {timeout:g} s",
                )
            ]
        if done.returncode == 0:
            return []
        if done.returncode == _NO_TESTS:
            return [Text("the probes hold no test", "les sondes ne contiennent aucun test")]
        found = list(_failures(report, hosts)) if report.exists() else []
        return found or [_could_not_run(done.stdout + done.stderr)]


def _command(probes: Sequence[Path], specs: Sequence[str], folder: Path, report: Path) -> list[str]:
    """Return the command; no settings and no conftest.py but those beside the probes take part."""
    settings = write_private(folder / "pytest.ini", b"[pytest]\n")
    inside = ["--confcutdir", str(probes[0] if probes[0].is_dir() else probes[0].parent)]
    quiet = [
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "-c",
        str(settings),
        "--rootdir",
        str(folder),
    ]
    files = [str(path.resolve()) for path in probes]
    hosts = ["--hosts", ",".join(specs), "--junitxml", str(report), "--import-mode", "importlib"]
    return [sys.executable, "-P", "-m", "pytest", *quiet, *inside, *hosts, *files]


def _spec(target: Target, folder: Path) -> str:
    """Return how testinfra reaches a host, with no password in it."""
    sudo = {"sudo": "true", "sudo_user": target.become_user} if target.become else {}
    if target.connection == "local":
        return f"local://?{urlencode(sudo)}"
    # by its own name, so that reports of tests say it
    text = f"Host {target.name}\n  HostName {target.address or target.name}\n"
    text += ssh.config(replace(target, address=target.name))
    config = write_private(folder / f"{quote(target.name, safe='')}.ssh_config", text.encode())
    user = f"{target.user}@" if target.user else ""
    port = f":{target.port}" if target.port else ""
    return f"ssh://{user}{target.name}{port}?{urlencode({'ssh_config': str(config), **sudo}, safe='/')}"


def _failures(report: Path, hosts: Collection[str]) -> Iterator[Text]:
    # Pytest wrote it, in our private folder
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314
        trouble = next((part for part in case if part.tag in ("failure", "error")), None)
        if trouble is not None:
            name, _, where = (case.get("name") or case.get("classname") or "").partition("[")
            host = next((host for host in re.findall(r"[^/@?\[\]]+", where) if host in hosts), "")
            lines = [
                line.removeprefix("E").strip()
                for line in (trouble.text or "").splitlines()
                if line.strip()
            ]
            said = " ".join(
                (
                    lines[-1] if trouble.tag == "error" and lines else trouble.get("message", "")
                ).split()
            )[:200]
            where = f"{name} ({host})" if host else name
            yield Text(f"probe {where}: {said}", f"sonde {where} : {said}")


def _could_not_run(output: bytes) -> Text:
    lines = [line for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    said = " ".join(lines[-3:])[:300]
    return Text(
        f"the probes could not be run: {said}", f"les sondes n’ont pas pu être exécutées : {said}"
    )
