"""What is signed: the name, the version, and the digest of every file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.signing.made import repository
from tuile.policy.errors import Refused
from tuile.signing.release import compose, differences, other_than, parse, read_signed
from tuile.signing.snapshot import read_files

FILES = {"baselines/small.yaml": b"a", "checks/word.py": b"b"}


def test_a_manifest_says_what_was_composed() -> None:
    """Name, version and one digest a file, in bytes that are the same each time."""
    made = compose("ght-artois", "1.2.0", FILES)
    release = parse(made, "release.json")

    assert (release.name, release.version, sorted(release.files)) == (
        "ght-artois",
        "1.2.0",
        sorted(FILES),
    )
    assert compose("ght-artois", "1.2.0", dict(reversed(FILES.items()))) == made
    assert list(differences(release, FILES)) == []


def test_every_difference_is_told() -> None:
    """Altered, missing and extra files, each by name."""
    release = parse(compose("ght-artois", "1.2.0", FILES), "release.json")
    now = {"checks/word.py": b"c", "roles/new.sh": b""}

    told = list(differences(release, now))
    assert [one.en for one in told] == [
        "altered since: checks/word.py",
        "missing: baselines/small.yaml",
        "not part of the release: roles/new.sh",
    ]
    assert [one.fr for one in told] == [
        "modifiés depuis : checks/word.py",
        "manquants : baselines/small.yaml",
        "étrangers à la version : roles/new.sh",
    ]


def test_many_differences_are_counted() -> None:
    """The first are named, the others counted."""
    release = parse(compose("ght-artois", "1.2.0", {}), "release.json")

    assert next(differences(release, {f"checks/{n}.py": b"" for n in range(20)})).en.endswith(
        " and 12 more"
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (None, []),
        ("ght-artois", []),
        ("ght-artois@1.2.0", []),
        (
            "ght-artois@9.9.9",
            ["it is signed as ght-artois 1.2.0, and ght-artois@9.9.9 was asked for"],
        ),
        (
            "ght-flandres@1.2.0",
            ["it is signed as ght-artois 1.2.0, and ght-flandres@1.2.0 was asked for"],
        ),
    ],
)
def test_only_what_was_asked_for_will_do(asked: str | None, told: list[str]) -> None:
    """An old release under a new tag still says what it is."""
    release = parse(compose("ght-artois", "1.2.0", {}), "release.json")

    assert [words.en.split(". ")[0] for words in other_than(release, asked)] == told


@pytest.mark.parametrize(
    ("name", "version"), [("GHT", "1.0.0"), ("ght", "1.0"), ("ght", "v1.0.0"), ("../ght", "1.0.0")]
)
def test_names_and_versions_have_one_form(name: str, version: str) -> None:
    """Anything else is refused when it is signed."""
    with pytest.raises(Refused):
        compose(name, version, FILES)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", json.dumps({"name": "a", "version": "1.0.0", "files": {}, "more": 1})]
)
def test_what_is_no_manifest_is_told(text: str) -> None:
    """Rubbish, missing and unknown fields."""
    with pytest.raises(Refused, match="not the manifest of a release"):
        parse(text.encode(), "release.json")


def test_manifest_and_signatures_are_read_together(tmp_path: Path) -> None:
    """None where there is no manifest; all files of its name that end in .sig are signatures."""
    home = repository(tmp_path)
    assert read_signed(home) is None
    (home / "release.json").write_bytes(compose("a", "1.0.0", read_files(home)))
    for name in ("release.json.sig", "release.json.2.sig", "other.sig"):
        (home / name).write_bytes(name.encode())
    signed = read_signed(home)

    assert signed is not None
    assert signed.signatures == {n: n.encode() for n in ("release.json.2.sig", "release.json.sig")}
