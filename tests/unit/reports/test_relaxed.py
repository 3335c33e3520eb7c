"""Where an inventory relaxes how the keys of hosts are judged, the result says so."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests import golden_checks
from tuile.policy.change.outcome import ApplyReport, HostApplied
from tuile.policy.change.preview import HostPreview
from tuile.policy.target import Target
from tuile.policy.text import Lang
from tuile.reports import Style, renderer
from tuile.reports.interface import CheckReport, DiffReport

STARTED, FINISHED = golden_checks.STARTED, golden_checks.FINISHED
RELAXED = replace(golden_checks.host("srv-1", [golden_checks.ROOT_FAILS]), host_keys="accept-new")
REPORT = CheckReport(1, golden_checks.STARTED, golden_checks.FINISHED, (RELAXED,), "")


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Unknown host keys are taken"), ("fr", "Clés d'hôte inconnues")]
)
def test_the_screen_says_so(lang: Lang, words: str) -> None:
    """With the option and the hosts."""
    said = renderer("check", "text")(REPORT, lang, Style())

    assert f"{words}" in said
    assert "StrictHostKeyChecking=accept-new" in said


def test_so_does_the_data() -> None:
    """Only where it is so."""
    [host] = json.loads(renderer("check", "json")(REPORT, "en", Style()))["hosts"]

    assert host["host_keys"] == "accept-new"


@pytest.mark.parametrize(
    ("report", "value"),
    [
        ("diff", DiffReport((HostPreview("srv-1", host_keys="no"),), "")),
        (
            "apply",
            ApplyReport("ansible", STARTED, FINISHED, (HostApplied("srv-1", host_keys="no"),)),
        ),
    ],
)
# A report
def test_a_preview_and_an_apply_say_it_too(report: str, value: Any) -> None:  # noqa: ANN401
    """In their data, as a check does."""
    [host] = json.loads(renderer(report, "json")(value, "en", Style()))["hosts"]

    assert host["host_keys"] == "no"


@pytest.mark.parametrize(
    ("option", "said"), [("no", "no"), ("Accept-New", "accept-new"), ("yes", ""), ("ask", "")]
)
def test_what_counts_as_relaxed(option: str, said: str) -> None:
    """Values with which a key is taken that nobody knows."""
    assert Target("a", ssh_options={"stricthostkeychecking": option}).host_keys == said
    assert Target("a", "local", ssh_options={"stricthostkeychecking": option}).host_keys == ""
