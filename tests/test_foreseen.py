"""What holds an apply against its preview does see what was not said."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace
from typing import Any

from tests.foreseen import broken_promises, unforeseen
from tuile.policy.change.preview import FilePreview, HostPreview, RulePreview, Step
from tuile.policy.model import Risk, Severity
from tuile.policy.text import Text

DIGEST = "9" * 64
WORDS = Text("start or stop {}", "démarrer ou arrêter {}")


def preview(*steps: Step) -> HostPreview:
    """Return a preview of one file and these steps."""
    rule = RulePreview("one", "dial", Severity.low, Risk.none, (), steps)
    return HostPreview("srv", (rule,), (FilePreview("/etc/dial.conf", None, "x=1\n"),))


def host(answer: str = "") -> Any:  # noqa: ANN401 -- of a host, what is asked of it
    """Return a host that answers all alike."""
    return SimpleNamespace(run=lambda _script: subprocess.CompletedProcess("", 0, answer, ""))


def test_what_was_said_is_no_surprise() -> None:
    """Lines about files, units and their links, and firewalls that the preview names are left out."""
    said = [
        f"+ {DIGEST}  ./dial.conf",
        "+ ./dial.conf file 644 0:0 20261124",
        "+ ./systemd/system/chronyd.service l 777 0:0 /lib/systemd/system/chrony.service",
        "+ chrony.service enabled enabled",
        "- unit chrony.service inactive",
    ]
    assert unforeseen(preview(Step(WORDS, "chrony.service")), said, host()) == []


def test_what_was_not_said_is_told() -> None:
    """A file, a unit, a mount, a kernel key and a rule of the firewall that the preview does not
    name are all told.
    """
    surprises = [
        f"+ {DIGEST}  ./shadow",
        "+ ./shadow file 640 0:0 20261124",
        "+ cron.service enabled enabled",
        "+ /tmp rw,noexec rw",
        "+ net.ipv4.ip_forward = 0",
        "+ \t\ttcp dport 22 accept",
    ]
    assert unforeseen(preview(Step(WORDS, "chrony.service")), surprises, host()) == surprises


def test_a_package_that_comes_along_must_be_said() -> None:
    """Of an apply that installs a package, its files are its own; another package is told unless it
    was named.
    """
    steps = (
        Step(Text("install or remove {}", ""), "auditd"),
        Step(Text("install or remove {}", ""), "libauparse0"),
    )
    changed = [
        "+ ./audit/auditd.conf file 640 0:0 20261124",
        "+ package auditd 1:3.0.9-1 installed",
    ]
    along = "+ package libauparse0 1:3.0.9-1 installed"
    assert unforeseen(preview(*steps), [*changed, along], host()) == []
    assert unforeseen(preview(steps[0]), [*changed, along], host()) == [along]


def test_a_file_with_other_bytes_is_told() -> None:
    """A file whose digest is not that of the text that was shown is named."""
    assert list(broken_promises(preview(), host(f"{DIGEST}  -\n"))) == ["/etc/dial.conf"]
