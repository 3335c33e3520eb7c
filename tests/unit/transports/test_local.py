"""The whole gathering on this machine itself: real shells, commands that hang, flood, die."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tuile.gather import run_probes
from tuile.platforms.interface import Limits, Probe, ProbeResult, Progress
from tuile.platforms.linux.file_reader import read_file
from tuile.policy.errors import Unseen
from tuile.policy.target import Secret, Target

HERE = Target("here", "local")


def ask(command: str) -> Probe:
    """Return a look that says what a command prints."""
    return lambda host: host.run(command).stdout


def running() -> str:
    """Return the command lines of all processes."""
    # Ps
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout  # noqa: S607


def look(
    looks: Mapping[str, Probe], limits: Limits | None = None, target: Target = HERE
) -> ProbeResult:
    """Return what is seen on one host."""
    [sight] = run_probes([(target, looks)], limits)
    return sight


def test_facts_and_looks_take_one_round() -> None:
    """What the host is and all that is asked come back together."""
    sight = look({"a": ask("echo a"), "b": ask("printf '\\377'")})
    assert sight.facts is not None
    assert (sight.rounds, dict(sight.seen)) == (1, {"a": "a\n", "b": "\udcff"})
    assert sight.facts.root == (os.geteuid() == 0)
    assert sight.facts.kernel == os.uname().release
    assert sight.host_cpu is not None


def test_surroundings() -> None:
    """Commands run in the C locale, with sbin in the path, at the lowest priority, with nothing to
    read.
    """
    asked = {"l": "echo $LC_ALL", "p": "echo $PATH", "n": "ps -o ni= -p $$", "i": "cat"}
    seen = look({key: ask(command) for key, command in asked.items()}).seen
    assert (seen["l"], "/usr/sbin:" in seen["p"], seen["n"].strip(), seen["i"]) == (
        "C\n",
        True,
        "19",
        "",
    )


def test_hung_command_costs_itself() -> None:
    """A command without end is Unseen in words, what follows it is still asked, and nothing of it
    stays behind.
    """
    told: list[Progress] = []
    looks = {"before": ask("echo 1"), "hung": ask("echo part; sleep 61.25"), "after": ask("echo 2")}
    [sight] = run_probes([(HERE, looks)], Limits(silence=2), told.append)
    assert (sight.seen["before"], sight.seen["after"]) == ("1\n", "2\n")
    assert str(sight.seen["hung"]) == '"echo part; sleep 61.25" did not end within 2 s'
    assert any("sleep" in progress.phase.en for progress in told)
    assert "sleep 61.25" not in running()


def test_a_command_that_limits_itself_is_waited_for() -> None:
    """A command that begins with "timeout N" may be silent for N seconds, even where others may
    not.
    """
    seen = look(
        {"slow": ask("timeout 60 sh -c 'sleep 3; echo 1'"), "after": ask("echo 2")},
        Limits(silence=2),
    ).seen
    assert (seen["slow"], seen["after"]) == ("1\n", "2\n")


def test_flood_costs_itself() -> None:
    """A command that prints without end is stopped at the limit, and does not stay in memory."""
    looks = {"flood": ask("yes"), "err": ask("yes >&2"), "after": ask("echo 2")}
    seen = look(looks, Limits(output=2**20)).seen
    assert seen["after"] == "2\n"
    assert [str(seen[key]) for key in ("flood", "err")] == [
        '"yes" printed more than 1 MiB',
        '"yes >&2" printed more than 1 MiB',
    ]


def test_shell_killed_by_a_command() -> None:
    """A command that kills the shell costs itself."""
    seen = look({"kill": ask("kill -9 $$"), "after": ask("echo 2")}).seen
    assert (str(seen["kill"]), seen["after"]) == ('"kill -9 $$" ended the shell that ran it', "2\n")


def test_fourth_hung_command_gives_up() -> None:
    """A host on which four commands hang is not reached, and nothing half seen is kept."""
    sight = look({str(n): ask(f"sleep 61.{n}") for n in range(5)}, Limits(silence=0.2))
    assert sight.not_reached is not None
    assert "gave up after 4 commands" in sight.not_reached.en
    assert (sight.facts, sight.seen) == (None, {})


def test_total_limit() -> None:
    """A host that takes too long as a whole is not reached."""
    sight = look({"s": ask("sleep 61.3")}, Limits(total=0.5))
    assert sight.not_reached is not None
    assert "did not finish within 0.5 s" in sight.not_reached.en


def test_mistake_in_a_look_costs_itself() -> None:
    """A mistake of a kind is Unseen for its rule."""
    seen = look({"bad": lambda _host: 1 / 0, "good": ask("echo 1")}).seen
    assert (str(seen["bad"]), seen["good"]) == ("ZeroDivisionError: division by zero", "1\n")


def test_what_a_library_lets_go_of_is_not_waited_for() -> None:
    """A look that ends as if somebody had given it up, though nobody did, costs its host and stops
    nothing.
    """

    def let_go(_host: object) -> None:
        raise asyncio.CancelledError

    sight = look({"let go": let_go})
    assert sight.not_reached is not None
    assert "Tuile made a mistake here (CancelledError" in sight.not_reached.en


def test_many_hosts_few_at_once() -> None:
    """No more hosts than allowed are looked at together, and each is yielded once."""
    now: set[str] = set()
    most: list[int] = []

    def check_context(progress: Progress) -> None:
        now.add(progress.host)
        most.append(len(now))

    names = []
    for sight in run_probes(
        [(Target(str(n), "local"), {}) for n in range(9)], Limits(at_once=3), check_context
    ):
        now.discard(sight.host)
        names.append(sight.host)
    assert sorted(names) == [str(n) for n in range(9)]
    assert max(most) <= 2 * 3  # those at work, and those that wait to be yielded


def test_closing_lets_go() -> None:
    """Closing the iterator ends what runs, at once."""
    sights = run_probes(
        [(Target("quick", "local"), {}), (Target("slow", "local"), {"s": ask("sleep 61.4")})]
    )
    started = time.monotonic()
    assert next(sights).host == "quick"
    sights.close()
    assert time.monotonic() - started < 5
    assert "sleep 61.4" not in running()


def test_interrupt_yields_what_is_complete() -> None:
    """After Ctrl-C, hosts that were complete are still yielded, and then the interrupt goes on."""

    def interrupt(progress: Progress) -> None:
        if progress.host == "b" and progress.phase.en != "connecting":
            time.sleep(0.1)
            raise KeyboardInterrupt

    seen = []

    def collect() -> None:
        jobs = [(Target("a", "local"), {}), (Target("b", "local"), {})]
        seen.extend(sight.host for sight in run_probes(jobs, Limits(at_once=1), interrupt))

    with pytest.raises(KeyboardInterrupt):
        collect()
    assert seen == ["a"]


def test_not_under_optimised_python() -> None:
    """Python without assertions is refused, in words: testinfra's modules would say yes to
    everything.
    """
    code = "from tuile.gather import run_probes; run_probes([])"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-O", "-c", code], capture_output=True, text=True, check=False
    )
    assert "Run it without -O" in done.stderr


def test_read_file(tmp_path: Path) -> None:
    """A file comes back byte for byte with mode and owner; a link is followed; nothing is there
    where nothing is.
    """
    data = bytes(range(256)) * 3 + b"\n\n"
    path = tmp_path / "it's %s a file"
    path.write_bytes(data)
    path.chmod(0o4640)
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    names = [
        str(path),
        *(str(tmp_path / name) for name in ("link", "dangling", "nothing/below", "")),
        str(path) + "/x",
    ]
    seen = look({name: lambda host, n=name: read_file(host, n) for name in names}).seen
    whole, link, dangling, nothing, folder, below = (seen[name] for name in names)
    assert (whole.data, whole.mode, whole.text.encode("utf-8", "surrogateescape")) == (
        data,
        "4640",
        data,
    )
    assert (link.data, link.resolved, whole.owner) == (data, os.path.realpath(path), path.owner())
    assert (dangling.data, nothing.data, below.data, nothing.text) == (None, None, None, None)
    assert str(folder) == "not a regular file"


def test_needs_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only root may see is said to need root, where the looks are not root's."""
    monkeypatch.setattr(
        "tuile.platforms.linux.facts.LOOKS", {**_facts(), "root": lambda _host: False}
    )

    def refused(_host: Any) -> None:  # noqa: ANN401
        raise Unseen("cat: /etc/shadow: Permission denied")

    sight = look({"shadow": refused})
    assert (str(sight.seen["shadow"]), sight.facts is not None and sight.facts.root) == (
        "needs root",
        False,
    )


def _facts() -> dict[str, Probe]:
    from tuile.platforms.linux.facts import LOOKS  # noqa: PLC0415 -- before it is replaced

    return dict(LOOKS)


SUDO = """#!/bin/sh
case $1 in -S) prompt=$3 ;; -n) prompt= ;; esac
{body}
while test "$1" != /bin/sh; do shift; done
exec "$@"
"""
PASSWORD = "tr0mpette-marine"  # noqa: S105 -- of a sudo that the test makes
ASKS = (
    'printf %s "$prompt" >&2; read -r word; if test "$word" != "$(cat "$0.right")"; then'
    " {wrong}; fi"
)
WRONG = (
    'sleep 0.1; echo "Sorry, try again." >&2; printf %s "$prompt" >&2; read -r word; echo "$word"'
    ' >>"$0.log"; exit 1'
)


@pytest.mark.parametrize(
    ("body", "password", "words"),
    [
        ("", None, None),
        (ASKS.format(wrong="exit 1"), True, None),
        ("echo lecture; echo lecture >&2;" + ASKS.format(wrong="exit 1"), True, None),
        (ASKS.format(wrong=WRONG), False, "sudo refused the password of anna"),
        (
            "echo 'sudo: a password is required' >&2; exit 1",
            None,
            "sudo wants a password for anna, and none was given",
        ),
        (
            "echo 'anna is not in the sudoers file.' >&2; exit 1",
            True,
            "anna has no sudo right to become root",
        ),
        ("echo 'sudo: sorry, you must have a tty to run sudo' >&2; exit 1", None, "requiretty"),
        ("echo 'sudo: unknown user root' >&2; exit 1", None, "account unknown"),
        ("echo 'something else' >&2; exit 1", None, 'sudo gave no shell: "something else"'),
        ("echo 'sh: 1: sudo: not found' >&2; exit 127", None, "it has no sudo"),
        (
            "echo 'sudo: unable to load x.so: No such file or directory' >&2; exit 1",
            None,
            'sudo gave no shell: "sudo',
        ),
        ("exec sleep 61.7", None, "sudo gave anna no shell within 3 s"),
    ],
)
def test_sudo(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    body: str,
    password: bool | None,  # noqa: FBT001 -- one column of the table above
    words: str | None,
) -> None:
    """The password goes to sudo's prompt alone, once; every refusal of sudo is said in words."""
    sudo = tmp_path / "sudo"
    sudo.write_text(SUDO.format(body=body))
    sudo.chmod(0o700)
    (tmp_path / "sudo.right").write_text(PASSWORD)
    monkeypatch.setattr(
        "tuile.platforms.posix_shell.sudo.CLEAN",
        ("env", "-i", "LC_ALL=C", f"PATH={tmp_path}:/usr/bin:/bin"),
    )
    monkeypatch.setattr("tuile.gather.scheduler._own_name", lambda: "")
    target = replace(
        HERE,
        user="anna",
        become=True,
        become_password=None if password is None else Secret(PASSWORD if password else "other"),
    )
    sight = look({"a": ask("echo a"), "all": ask("ps -eo args; set")}, Limits(connect=3), target)
    if words is None:
        assert (sight.seen["a"], sight.not_reached) == ("a\n", None)
        assert PASSWORD not in sight.seen["all"]
    else:
        assert sight.not_reached is not None
        assert words in sight.not_reached.en
    log = tmp_path / "sudo.log"
    assert not log.exists() or log.read_text() == "\n"


def test_plain_account_names_only() -> None:
    """An account to become whose name a shell would read as more than a word is refused."""
    sight = look({}, target=replace(HERE, become=True, become_user="root;id"))
    assert sight.not_reached is not None
    assert "not a plain account name" in sight.not_reached.en
