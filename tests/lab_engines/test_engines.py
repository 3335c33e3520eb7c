"""Both engines on booted hosts: what they leave there, and what they say when something goes wrong."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import Lab, LabHost
from tests.lab.host import OPS_PASSWORD
from tuile.engines import engine
from tuile.engines.interface import EngineResult, FileChange, HostWork, KindWork
from tuile.policy.target import Secret, Target

pytestmark = pytest.mark.lab
ROLES = Path(__file__).resolve().parents[2] / "roles/linux"
ENGINES = ("ansible", "pyinfra")
KEY = "net.ipv4.conf.all.log_martians"
RULE = {"rule": "martians-logged", "key": KEY, "value": "1", "seen": {"interfaces": []}}
PASSWORD = """Zebu S3cret!'q"7"""  # noqa: S105 -- of a host that nobody else reaches
DROP_IN = "/etc/sysctl.d/zz-tuile.conf"
ANY_BYTES = bytes(range(256)) * 40 + b"{{ no template }} $ANSIBLE_VAULT"
USERS = {"root": False, "deploy": True, "ops": True, "fishy": True, "cshy": True}


@pytest.fixture
def host(lab_host: LabHost) -> LabHost:
    """Return a host with nothing changed on it."""
    lab_host.run(f"sysctl --quiet --write {KEY}=0")
    return lab_host


@pytest.fixture(params=ENGINES)
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of an engine."""
    return str(request.param)


def _target(host: LabHost, user: str = "root", password: str = OPS_PASSWORD) -> Target:
    options = {"userknownhostsfile": str(host.known_hosts), "identitiesonly": "yes"}
    secret = Secret(password) if user == "ops" else None
    return Target(
        host.name,
        address=host.address,
        user=user,
        key_file=str(host.key_file),
        ssh_options=options,
        ssh_config="none",
        become=USERS.get(user, True),
        become_password=secret,
    )


def _file(
    path: str, after: bytes, before: bytes | None = None, mode: str = "0644", group: str = "root"
) -> FileChange:
    return FileChange(path, before, after, mode, "root", group)


def _sysctl(*files: FileChange, rule: dict[str, str] = RULE) -> KindWork:
    return KindWork("sysctl", ROLES / "sysctl", (rule,), files or (_file(DROP_IN, b"a = 1\n"),))


def _run(name: str, logs: Path, *work: HostWork) -> dict[str, EngineResult]:
    return {outcome.host: outcome for outcome in engine(name).apply(work, logs)}


@pytest.mark.parametrize("user", USERS)
def test_rules_are_put_right_by_any_login(
    name: str, user: str, host: LabHost, tmp_path: Path
) -> None:
    """Root, sudo with and without a password, and shells that are not POSIX all get the same files."""
    outcome = _run(
        name, tmp_path, HostWork(_target(host, user), (_sysctl(_file(DROP_IN, ANY_BYTES)),))
    )[host.name]
    assert outcome.failures == {}
    assert host.run(f"sysctl --values {KEY}").stdout.strip() == "1"
    assert host.run(f"stat -c '%a %U %G %s' {DROP_IN}").stdout.split() == [
        "644",
        "root",
        "root",
        str(len(ANY_BYTES)),
    ]


def test_engines_leave_the_same_tree(lab: Lab, host: LabHost, tmp_path: Path) -> None:
    """Files are byte for byte the same, with the same mode and owner, in folders that were missing
    or not.
    """
    trees = []
    for name in ENGINES:
        host.reset()
        host.run(
            "cd /etc; printf 'old\\n' > old.conf; chmod 0600 old.conf; ln -s old.conf link.conf;"
            " mkdir -m 750 own.d"
        )
        files = (
            _file(DROP_IN, ANY_BYTES),
            _file("/etc/link.conf", b"new\n", b"old\n", "0640", "adm"),
            _file("/etc/own.d/é 'quoted' $x.conf", b"no newline at the end"),
            _file("/etc/systemd/journald.conf.d/deep/er/empty.conf", b""),
        )
        outcome = _run(name, tmp_path, HostWork(_target(host, "ops"), (_sysctl(*files),)))[
            host.name
        ]
        assert outcome.failures == {}
        trees.append(
            host.run(
                "cd /etc; set sysctl.d own.d systemd/journald.conf.d old.conf link.conf;"
                'find "$@" -printf \'%p %y %m %u %g %l\\n\' | sort; find "$@" -type f -exec '
                "sha256sum {} + | sort"
            ).stdout
        )
    assert trees[0] == trees[1]
    assert "empty.conf f 644 root root" in trees[0]
    assert "own.d d 750" in trees[0]
    assert "$x.conf f 640 root root" in trees[0]  # a new file grants nothing that its folder keeps
    assert lab.hosts


def test_one_kind_that_fails_does_not_stop_the_next(
    name: str, host: LabHost, tmp_path: Path
) -> None:
    """What failed is told under its kind, in the words of the command; the next kind is put right."""
    own = tmp_path / "policy" / "roles" / "mine"
    shutil.copytree(ROLES / "sysctl", own)
    wrong = _sysctl(rule={**RULE, "key": "net.ipv4.no_such_key"})
    right = KindWork("mine", own, (RULE,), (_file("/etc/sysctl.d/zz-mine.conf", b"b = 1\n"),))
    outcome = _run(name, tmp_path, HostWork(_target(host), (wrong, right)))[host.name]
    assert set(outcome.failures) == {"sysctl"}
    assert "no_such_key" in outcome.failures["sysctl"]
    assert host.run("cat /etc/sysctl.d/zz-mine.conf").stdout == "b = 1\n"


def test_file_that_changed_since_it_was_read_is_left_alone(
    name: str, host: LabHost, tmp_path: Path
) -> None:
    """Nothing of the kind is done, and the words say what to do."""
    host.run(f"echo theirs > {DROP_IN}")
    files = (
        _file("/etc/sysctl.d/zz-other.conf", b"x = 1\n"),
        _file(DROP_IN, b"a = 1\n", b"as it was read\n"),
    )
    outcome = _run(name, tmp_path, HostWork(_target(host), (_sysctl(*files),)))[host.name]
    assert (
        f"{DROP_IN} changed since it was read. Check and apply again." in outcome.failures["sysctl"]
    )
    assert (
        host.run(f"cat {DROP_IN}; ls /etc/sysctl.d/zz-other.conf; sysctl --values {KEY}").stdout
        == "theirs\n0\n"
    )


def test_validator_refuses_a_file_before_it_goes_in(
    name: str, host: LabHost, tmp_path: Path
) -> None:
    """The standing file stays, nothing is left beside it, and the validator is heard."""
    role = tmp_path / "policy" / "roles" / "checked"
    (role / "tasks").mkdir(parents=True)
    (role / "tasks" / "main.yml").write_text(
        "- ansible.builtin.include_role: {name: _files}\n  vars: {tuile_validate: visudo -c -f"
        " %s}\n"
    )
    (role / "deploy.py").write_text(
        "from roles._files.deploy import put_files\n"
        "def apply(rules, files):\n    put_files(files, validate='visudo -c -f %s')\n"
    )
    for content, failed in ((b"no sudoers\n", {"checked"}), (b"deploy ALL=(ALL) ALL\n", set())):
        kind = KindWork(
            "checked", role, ({"rule": "r"},), (_file("/etc/sudoers.d/zz", content, mode="0440"),)
        )
        outcome = _run(name, tmp_path, HostWork(_target(host), (kind,)))[host.name]
        assert set(outcome.failures) == failed
        assert "syntax error" in "".join(outcome.failures.values()) or not failed
        assert host.run("ls -A /etc/sudoers.d").stdout.split() == [
            "README",
            "lab",
            *([] if failed else ["zz"]),
        ]


def test_host_that_is_not_reached_costs_itself_only(
    name: str, host: LabHost, tmp_path: Path
) -> None:
    """An address that nobody answers on, a wrong sudo password and a host key of another: each says
    so.
    """
    foreign = tmp_path / "known_hosts"
    foreign.write_text(f"{host.address} {(host.known_hosts.parent / 'id_ed25519.pub').read_text()}")
    good = _target(host)
    away = Target(
        "away",
        address=host.address,
        port=9,
        user="root",
        key_file=good.key_file,
        ssh_options=good.ssh_options,
    )
    other = Target(
        "other",
        address=host.address,
        user="root",
        key_file=good.key_file,
        ssh_options={**good.ssh_options, "userknownhostsfile": str(foreign)},
        ssh_config="none",
    )
    wrong = Target(**{**vars(_target(host, "ops", "Wr0ng-Passw0rd")), "name": "wrong"})
    nobody = Target(**{**vars(_target(host, "nosudo")), "name": "nobody"})
    found = _run(
        name,
        tmp_path,
        *(HostWork(target, (_sysctl(),)) for target in (away, other, wrong, nobody, good)),
    )
    assert found[host.name].failures == {}
    for bad in ("away", "other", "wrong", "nobody"):
        assert set(found[bad].failures) == {""}, bad
        assert found[bad].failures[""]
    assert "Wr0ng-Passw0rd" not in f"{found}{(tmp_path / f'{name}.log').read_text()}"


def test_host_without_python_is_for_pyinfra(name: str, host: LabHost, tmp_path: Path) -> None:
    """Ansible says what to do instead; pyinfra does it."""
    host.run("rm -f /usr/bin/python3*")
    outcome = _run(name, tmp_path, HostWork(_target(host), (_sysctl(),)))[host.name]
    expected = (
        {"": "no python3 on this host: use --engine pyinfra, or install python3"}
        if name == "ansible"
        else {}
    )
    assert outcome.failures == expected


def test_engine_that_is_killed_costs_the_hosts_without_an_answer(
    name: str, host: LabHost, tmp_path: Path
) -> None:
    """SIGKILL in the middle is told in words, and leaves no half-written file."""
    host.run("cd /usr/sbin; rm sysctl; printf '#!/bin/sh\\nsleep 30\\n' > sysctl; chmod +x sysctl")
    killer = threading.Thread(target=_kill_when, args=(host, name))
    killer.start()
    outcome = _run(name, tmp_path, HostWork(_target(host), (_sysctl(),)))[host.name]
    killer.join()
    assert outcome.failures == {"": f"{name} ended before it was done, see {tmp_path}/{name}.log"}
    assert host.run("ls -A /etc/sysctl.d | grep tuile").stdout == "zz-tuile.conf\n"


def _kill_when(host: LabHost, name: str) -> None:
    """Kill the engine that this test has started once the slow command runs on the host."""
    while host.run("pgrep -fx 'sleep 30'").returncode:
        time.sleep(0.1)
    for pid in _children(os.getpid()):
        if (
            b"ansible-playbook" in (line := Path(f"/proc/{pid}/cmdline").read_bytes())
            or b"pyinfra_driver" in line
        ):
            assert name.encode() in line
            os.kill(pid, signal.SIGKILL)


def _children(parent: int) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == parent:
                yield int(path.parent.name)
        except OSError:
            continue  # it has ended


def test_password_is_seen_nowhere(name: str, host: LabHost, tmp_path: Path) -> None:
    """Neither the log, nor a command line here or on the host, nor a file left on the host holds
    the password.
    """
    host.run(f"chpasswd <<'END'\nops:{PASSWORD}\nEND")
    seen: list[str] = []
    stop = threading.Event()
    check_context = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' ' '"
    eyes = threading.Thread(target=_watch, args=(host, check_context, seen, stop))
    eyes.start()
    outcome = _run(name, tmp_path, HostWork(_target(host, "ops", PASSWORD), (_sysctl(),)))[
        host.name
    ]
    stop.set()
    eyes.join()
    assert outcome.failures == {}
    assert any("sudo" in look for look in seen)
    for part in ("Zebu", "S3cret"):
        assert part not in "".join(seen)
        assert part not in (tmp_path / f"{name}.log").read_text()
        assert host.run(f"grep -rl {part} /tmp /home /root /var/log /etc/sysctl.d").stdout == ""


def _watch(host: LabHost, command: str, seen: list[str], stop: threading.Event) -> None:
    while not stop.is_set():
        seen.append(host.run(command).stdout)
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.append(path.read_bytes().decode(errors="replace"))
            except OSError:
                continue  # it has ended
