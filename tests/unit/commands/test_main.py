"""Wrong input is answered in words with exit code 2, and no traceback reaches a user unasked."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from tuile import main
from tuile.commands import check as check_command
from tuile.main import COMMANDS, group, run


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where it is remembered that what ships is valid: to find that out takes a second, once for all tests."""
    return tmp_path_factory.mktemp("validated")


@pytest.fixture(autouse=True)
def own_folders(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    validated: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Keep state, cache and working directory away from those of the user."""
    cache = tmp_path_factory.mktemp("cache")
    (cache / "tuile").mkdir()
    (cache / "tuile" / "validated").symlink_to(validated)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.delenv("TUILE_STORE", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chekc"], 'no command "chekc". Did you mean "check"?'),
        (["check", "--levl", "high"], "No such option"),
        (["check", "--level", "hihg", "--baseline", "linux-server"], "'hihg' is not one of"),
        (
            ["check", "-i", "nowhere.yml", "--baseline", "linux-server"],
            'no inventory "nowhere.yml"',
        ),
        (
            ["check", "-i", "srv-1,", "--baseline", "linux-sever"],
            'unknown baseline "linux-sever". Did you mean "linux-server"?',
        ),
        (
            ["check", "-i", "srv-1,", "--baseline", "linux-server@9.9.9"],
            'no version "9.9.9" of baseline "linux-server"',
        ),
        (["check", "-i", "srv-1,"], "no baseline was named"),
        (["check"], "no baseline was named"),
        (["check", "hosts.yml"], "Did you mean -i hosts.yml?"),
        (["diff", "hosts.yml"], "Did you mean -i hosts.yml?"),
        (["apply", "-i", "hosts.yml", "srv-1"], "Did you mean -l srv-1?"),
        (
            ["check", "-i", "srv-1,", "--baseline", "linux-server", "-l", "srv-2"],
            'no host and no group of the inventory is called "srv-2". Did you mean "srv-1"?',
        ),
        (["explain", "ssh-root-login-disbled"], 'Did you mean "ssh-root-login-disabled"?'),
        (["explain", "qqqqqqqq"], "`tuile baseline show NAME` lists rules; --repo adds"),
        (["baseline", "show", "linux-sever"], 'Did you mean "linux-server"?'),
        (["baseline", "diff", "linux-server", "linux-sever"], 'Did you mean "linux-server"?'),
        (
            ["baseline", "diff", "linux-server", "linux-server@9.9.9"],
            'no version "9.9.9" of baseline "linux-server"',
        ),
        (["baseline", "coverage", "ANSI-BP-028"], 'Did you mean "ANSSI-BP-028"?'),
        (["drift", "--since", "yesterday"], '"yesterday" is no time'),
        (["trust", "."], "brings no code of its own"),
        (["history", "srv-1"], 'no run has visited a host called "srv-1"'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_is_answered_in_words(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer names what is wrong and what is near; the exit code is 2."""
    code = run(arguments)

    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err
    assert (code, said.out) == (2, "")


def test_a_defect_is_told_without_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exception that nobody foresaw is one line with exit code 3; --debug shows where."""

    def broken(_request: object) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(check_command, "prepare", broken)

    assert run(["check", "--baseline", "linux-server"]) == 3
    assert "ZeroDivisionError: of all things" in (err := capsys.readouterr().err)
    assert "Traceback" not in err
    run(["check", "--baseline", "linux-server", "--debug"])
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_told_and_has_its_own_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An interrupt is no defect, and says that complete results are kept."""

    def interrupted(_request: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check_command, "prepare", interrupted)

    assert run(["check", "--baseline", "linux-server"]) == main.INTERRUPTED
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "variable", "words"),
    [
        (
            ["--lang", "fr", "history", "srv-1"],
            "",
            "aucun relevé n’a visité de machine nommée « srv-1 »",
        ),
        (["history", "srv-1", "--lang=fr"], "", "aucun relevé n’a visité"),
        (["history", "srv-1"], "fr", "aucun relevé n’a visité"),
        (["history", "srv-1", "--lang", "en"], "fr", "no run has visited a host"),
    ],
)
def test_a_refusal_is_told_in_the_language_asked_for(
    arguments: list[str],
    variable: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By the command's flag, the group's, or the environment."""
    monkeypatch.setenv("TUILE_LANG", variable or "en")
    assert run(arguments) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_teaches_itself(name: str) -> None:
    """Each command can be loaded, has help of its own, and every option of it says what it does."""
    context = click.Context(group)
    command = group.get_command(context, name)

    assert command is not None
    assert command.help
    mute = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]
    assert mute == []


def test_listing_commands_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    """`tuile --help` shows every command and the exit codes."""
    assert run(["--help"]) == 0

    said = capsys.readouterr().out
    assert all(name in said for name in COMMANDS)
    assert "Exit codes" in said


def test_init_makes_a_repository_that_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    """What `tuile init` writes passes `tuile baseline lint`, and a folder in use is refused."""
    assert run(["init", "ours"]) == 0
    assert run(["baseline", "lint", "-i", "ours/inventories/example", "--repo", "ours"]) == 0
    assert "no mistake" in capsys.readouterr().out
    assert run(["init", "ours"]) == 2
    assert "not empty" in capsys.readouterr().err


def test_completion_is_printed_for_each_shell(capsys: pytest.CaptureFixture[str]) -> None:
    """The scripts name the program."""
    for shell in ("bash", "zsh", "fish"):
        assert run(["completion", shell]) == 0
        assert "tuile" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "ssh-root-login-disabled"],
        ["baseline", "list"],
        ["baseline", "show", "linux-server"],
        ["baseline", "diff", "linux-common", "linux-server"],
        [
            "baseline",
            "coverage",
            "anssi bp 028",
            "--baseline",
            "linux-server",
            "--level",
            "minimal",
        ],
        ["baseline", "lint"],
    ],
    ids=" ".join,
)
def test_what_ships_can_be_shown(
    arguments: list[str], lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command that shows what is in baselines does so in both languages, and as JSON that says
    which it is.
    """
    assert run([*arguments, "--lang", lang]) == 0
    text = capsys.readouterr().out
    assert text.strip()
    assert run([*arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["report"] in ("_".join(arguments[:2]), arguments[1], arguments[0])
