"""How an engine is run: its answers, its log, its end."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tuile.catalog import shipped
from tuile.engines import engine
from tuile.engines.child import Job, outcomes
from tuile.engines.folder import private_folder, role_folders
from tuile.engines.interface import EngineResult, HostWork, KindWork
from tuile.engines.secrets import secrets_of, without
from tuile.policy.errors import EngineError, Usage
from tuile.policy.target import Secret, Target
from tuile.policy.text import both

ANSWER = "import pathlib; pathlib.Path('outcomes/0.json').write_text('{}')"


def _job(folder: Path, code: str, timeout: float = 20, secrets: tuple[str, ...] = ()) -> Job:
    command = (sys.executable, "-c", code)
    return Job(
        "toy",
        command,
        folder,
        os.environ,
        ("a", "b"),
        folder / "toy.log",
        secrets=secrets,
        timeout=timeout,
    )


def test_host_without_an_answer_has_failed(tmp_path: Path) -> None:
    """An engine that is killed in the middle costs the hosts that it had not answered for, in
    words.
    """
    job = _job(tmp_path, f"{ANSWER}; import os; os.kill(os.getpid(), 9)")
    found = list(outcomes(job, lambda answer: answer, lambda status: f"ended with {status}"))
    assert found == [
        EngineResult("a"),
        EngineResult("b", {"": f"ended with -9, see {tmp_path}/toy.log"}),
    ]


def test_engine_that_does_not_end_is_ended(tmp_path: Path) -> None:
    """The time limit ends the engine and says so."""
    began = time.monotonic()
    found = list(outcomes(_job(tmp_path, "import time; time.sleep(60)", timeout=0.3), dict, str))
    assert time.monotonic() - began < 10
    assert found[0].failures[""].startswith("toy did not end within 0.3 s, see ")


def test_engine_ends_when_nobody_listens_any_more(tmp_path: Path) -> None:
    """Closing the generator, as Ctrl-C does, ends the engine and waits for it."""
    code = f"import os, time; open('pid', 'w').write(str(os.getpid())); {ANSWER}; time.sleep(60)"
    with closing(outcomes(_job(tmp_path, code), dict, str)) as found:  # type: ignore[type-var] # a generator
        next(found)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_log_holds_what_was_printed_without_secrets(tmp_path: Path) -> None:
    """A password that a program prints, in whatever quoting, is stars in the log."""
    target = Target("a", become_password=Secret('pa"ss é'))
    job = _job(
        tmp_path,
        "import json; print('said', 'pa\"ss é', json.dumps('pa\"ss é'))",
        secrets=secrets_of([HostWork(target, ())]),
    )
    list(outcomes(job, dict, str))
    assert job.log.read_text() == 'said ******** "********"\n'
    assert job.log.stat().st_mode & 0o777 == 0o600
    assert without("nothing to hide", job.secrets) == "nothing to hide"


def test_engine_that_cannot_be_started_is_an_error(tmp_path: Path) -> None:
    """A program that is not there is said by name."""
    job = Job("toy", (str(tmp_path / "none"),), tmp_path, os.environ, ("a",), tmp_path / "log")
    with pytest.raises(EngineError, match="toy could not be started: No such file"):
        list(outcomes(job, dict, str))


@pytest.mark.parametrize("name", ["ansible", "pyinfra"])
def test_nothing_to_do_runs_nothing(name: str, tmp_path: Path) -> None:
    """Without work, or without a way there, no program is started and no log is made."""
    far = Target("far", obstacle=both("its connection is winrm"))
    work = [
        HostWork(Target("done"), ()),
        HostWork(far, (KindWork("sysctl", tmp_path, ({"rule": "r"},)),)),
    ]
    found = list(engine(name).apply(work, tmp_path / "no-such-folder"))
    assert found == [EngineResult("done"), EngineResult("far", {"": "its connection is winrm"})]


def test_unknown_engine_is_a_usage_mistake() -> None:
    """The nearest name is proposed."""
    with pytest.raises(Usage, match='Did you mean "ansible"'):
        engine("ansibel")


def test_private_folder_is_gone_after_an_interruption() -> None:
    """Ctrl-C leaves no file behind."""
    folders = []

    def interrupted() -> None:
        with private_folder() as folder:
            folders.append(folder)
            assert folder.stat().st_mode & 0o777 == 0o700
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not folders[0].exists()


def test_shipped_roles_are_found_where_the_catalog_finds_them(tmp_path: Path) -> None:
    """The roles that ship come first, those of the user's own repository after them."""
    work = HostWork(Target("a"), (KindWork("mine", tmp_path / "roles" / "mine", ()),))
    assert role_folders([work]) == [str(shipped() / "roles/linux"), str(tmp_path / "roles")]
