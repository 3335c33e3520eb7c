"""The built wheel works in a clean environment, away from the checkout, with all that ships."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it in a virtual environment of its own and return that environment's
    folder.

    Its dependencies are lent by the environment that runs the tests; Tuile itself is not, and no
    network is used.
    """
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True)  # noqa: S603 -- our own arguments
    home = folder / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    (wheel,) = folder.glob("tuile-*.whl")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(home / "bin/python"),
        "install",
        "--no-deps",
        "--no-index",
    ]
    # Our own arguments
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)  # noqa: S603
    _lend(home)
    return home


def test_shipped_content_comes_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """Program, baselines, checks and roles lie inside the new environment, and none is missing from
    the wheel.
    """
    script = "import tuile.catalog as c, tuile; print(tuile.__file__); print(c.shipped())"
    done = _run(installed, tmp_path, "python", "-I", "-c", script)
    program, content = map(Path, done.stdout.splitlines())
    assert program.is_relative_to(installed)
    assert content.is_relative_to(installed)
    for folder in ("baselines", "checks", "roles"):
        assert _files(content / folder) == _files(ROOT / folder), folder


def test_a_check_with_the_wheel(installed: Path, tmp_path: Path) -> None:
    """`tuile check` of this machine, from an empty folder with a fresh home, gives verdicts and a
    known exit code.
    """
    done = _run(installed, tmp_path, "tuile", "check", "--baseline", "linux-server", "--json")
    assert done.returncode in {0, 1, 3}, done.stderr
    hosts = json.loads(done.stdout)["hosts"]
    assert len(hosts) == 1
    assert len(hosts[0]["verdicts"]) >= 60


def _lend(home: Path) -> None:
    """Give an environment the packages of ours, but not Tuile: its install is a .pth file, which is
    not read.
    """
    place = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    (place / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")


def _run(
    home: Path, folder: Path, program: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment with a home, state and working folder that are new and
    empty.
    """
    for part in ("home", "work"):
        (folder / part).mkdir()
    path = f"{home / 'bin'}:{os.environ['PATH']}"
    environment = {"HOME": str(folder / "home"), "PATH": path, "LC_ALL": "C.UTF-8"}
    return subprocess.run(  # noqa: S603 -- our own arguments
        [home / "bin" / program, *arguments],
        cwd=folder / "work",
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _files(folder: Path) -> set[str]:
    """Return the files below a folder, without what Python writes beside its modules."""
    found = (
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return {str(path.relative_to(folder)) for path in found}
