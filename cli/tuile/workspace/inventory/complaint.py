"""Why Ansible cannot read an inventory, with the file and the line that its messages leave out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from tuile.policy.errors import Mistake, Place
from tuile.workspace.inventory.vault import HEADER, HOW

_FAILED = re.compile(
    r"^\[WARNING\]: Failed to parse inventory with '(\w+)' plugin: (.*)$", re.MULTILINE
)
_OLD_FAILED = re.compile(
    r"\* Failed to parse (?P<file>.+?) with (?P<plugin>\w+) plugin: (?P<why>.*)"
)
_SOURCE = re.compile(r"parse inventory source (.+?)\s*$", re.MULTILINE)
_ORIGIN = re.compile(r"^Origin: (/.+?)(?::(\d+)(?::\d+)?)?$", re.MULTILINE)
_PREFIXES = ("Failed to parse inventory: ", "YAML parsing failed: ", "Error parsing ")
_QUOTED = re.compile(r"'([^']{4,}.*)'(?=:| supplied)|pattern (\S+) must")
_TOP = 40


def complaint(stderr: str, source: str, files: Iterable[Path]) -> Mistake:
    """Return what Ansible said on standard error as one mistake, at the place that it means."""
    known = [path for path in files if path.is_file()]
    if "no vault secrets" in stderr or "decrypt" in stderr.lower():
        return _vaulted(source, known)
    source_of = _SOURCE.findall(stderr)
    file = Path(source_of[-1]) if source_of and "," not in source_of[-1] else Path(source)
    why = _reason(stderr, file)
    return Mistake(
        Place(_shown(file), _line(file, why, stderr)), f"Ansible cannot read this inventory: {why}"
    )


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _vaulted(source: str, files: Iterable[Path]) -> Mistake:
    whole = next((path for path in files if _begins_with_header(path)), Path(source))
    what = "is encrypted (ansible-vault), and no vault password at hand opens it"
    return Mistake(Place(_shown(whole)), what, f"{HOW}.")


def _begins_with_header(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(HEADER)) == HEADER.encode()


def _reason(stderr: str, file: Path) -> str:
    """Return the reason of the plugin that fits the file; the others merely say that it is not for
    them.
    """
    reasons = dict(_FAILED.findall(stderr)) or {
        found["plugin"]: found["why"] for found in _OLD_FAILED.finditer(stderr)
    }
    fitting = {".yml": "yaml", ".yaml": "yaml", ".json": "yaml", ".toml": "toml"}.get(
        file.suffix, "ini"
    )
    why = reasons.get(fitting) or next(iter(reasons.values()), "") or _last_error(stderr)
    for prefix in _PREFIXES:
        why = why.removeprefix(prefix)
    return " ".join(why.split()).rstrip(".") or "no reason given"


def _last_error(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR", "[ERROR]", "error"))] or lines[
        -1:
    ]
    return " ".join(errors).removeprefix("[ERROR]:").removeprefix("ERROR!").strip()


def _line(file: Path, why: str, stderr: str) -> int:
    told = [
        int(number) for path, number in _ORIGIN.findall(stderr) if number and Path(path) == file
    ]
    if told:
        return told[-1]
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return _line_of_yaml(file, text) or _line_of_words(text, why)


def _line_of_yaml(file: Path, text: str) -> int:
    if file.suffix not in (".yml", ".yaml"):
        return 0
    try:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        return error.problem_mark.line + 1 if error.problem_mark else 0
    except yaml.YAMLError:
        pass
    return 0


def _line_of_words(text: str, why: str) -> int:
    """Return the line with what a reason quotes; YAML has taken the underscores out of a number."""
    quoted = [word for pair in _QUOTED.findall(why) for word in pair if word]
    for number, line in enumerate(text.splitlines(), start=1):
        if any(
            word[:_TOP] in line or (word.isdecimal() and word in line.replace("_", ""))
            for word in quoted
        ):
            return number
    return 0
