"""A kind of the user's own, as the documentation writes it: trusted, checked, put right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fleet.policy import reach, rule, write_inventory, write_policy
from tests.fleet.program import Program
from tests.lab import LabHost

pytestmark = pytest.mark.lab
PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/write-a-kind.md"
LINE = "Hôpital : accès réservé, toute connexion est journalisée"


@pytest.fixture
def own(program: Program, lab_host: LabHost) -> LabHost:
    """Return a host that a repository with the documented kind `motd` is about."""
    check, tasks, deploy = re.findall(
        r"^```(?:python|yaml)\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE
    )
    role = program.folder / "roles" / "motd"
    (role / "tasks").mkdir(parents=True)
    (program.folder / "checks").mkdir()
    (program.folder / "checks" / "motd.py").write_text(check)
    (role / "tasks" / "main.yml").write_text(tasks)
    (role / "deploy.py").write_text(deploy)
    write_policy(program.folder, rule("motd-warns", "motd", line=LINE))
    write_inventory(program.folder, {"one": reach(lab_host)})
    return lab_host


def test_code_of_a_repository_runs_only_when_trusted(own: LabHost, program: Program) -> None:
    """Its code does not run before it is trusted, runs afterwards, and not when it has changed
    since.
    """
    mark = program.folder / "ran"
    module = program.folder / "checks" / "motd.py"
    module.write_text(f"{module.read_text()}\nopen({str(mark)!r}, 'w').close()\n")
    refused = program.run("check", "-i", "inventories")
    assert (refused.code, mark.exists()) == (2, False)
    assert "tuile trust" in refused.err
    assert program.run("trust", ".").code == 0
    assert (program.run("check", "-i", "inventories").code, mark.exists()) == (1, True)
    for part in ("checks/motd.py", "roles/motd/tasks/main.yml"):
        with (program.folder / part).open("a") as file:
            file.write("\n# changed\n")
        assert program.run("check", "-i", "inventories").code == 2
        program.run("trust", ".")
    assert program.run("check", "-i", "inventories").code == 1
    assert own.name


@pytest.mark.parametrize("engine", ["pyinfra", "ansible"])
def test_the_documented_kind_works(engine: str, own: LabHost, program: Program) -> None:
    """It fails with both sides, is put right by either engine with the same bytes, and passes."""
    program.run("trust", ".")
    before = own.run("cat /etc/motd").stdout
    failing = program.run("check", "-i", "inventories")
    assert failing.code == 1
    assert LINE in failing.out
    applied = program.run("apply", "-i", "inventories", "--unsigned", "--engine", engine, "--yes")
    assert applied.code == 0, applied.out + applied.err
    assert own.run("cat /etc/motd").stdout == f"{before}{LINE}\n"
    assert program.run("check", "-i", "inventories").code == 0


def test_a_parameter_of_an_own_kind_is_validated(own: LabHost, program: Program) -> None:
    """A wrong parameter is told with file and line before any host is touched."""
    program.run("trust", ".")
    write_policy(program.folder, rule("motd-warns", "motd", lines=LINE))
    done = program.run("check", "-i", "inventories")
    assert (done.code, done.out) == (2, "")
    assert re.search(r'small-0\.1\.0\.yaml:\d+: rule "motd-warns": .*lines', done.err)
    assert own.name
