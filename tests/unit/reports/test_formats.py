"""Formats are found by name, and each gives every report that it says."""

from __future__ import annotations

import json
import subprocess
import sys
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from tests import golden_checks
from tuile.policy.condition import Equals
from tuile.policy.model import Difference
from tuile.policy.text import both
from tuile.reports import FORMATS, Style, renderer


def test_each_format_gives_what_the_table_says() -> None:
    """Every report has a renderer in each of its formats."""
    for report, forms in FORMATS.items():
        for form in forms:
            assert callable(renderer(report, form))


@given(st.text(max_size=40))
def test_any_answer_of_a_host_makes_valid_documents(answer: str) -> None:
    """Whatever text a host answers, JSON keeps it, XML can be parsed, and both are UTF-8."""
    for one in (answer, f"{answer}\udc80\x00\x1b"):
        fails = golden_checks.failed(
            golden_checks.ROOT, Difference(golden_checks.NOTHING, one, Equals("no"))
        )
        unseen = golden_checks.error(golden_checks.SHADOW, one)
        report = golden_checks.check(
            golden_checks.host("srv-odd", [fails, unseen]), golden_checks.away("pc-odd", both(one))
        )
        document, xml = (
            renderer("check", form)(report, "en", Style()) for form in ("json", "junit")
        )
        seen = json.loads(document.encode())["hosts"][1]["verdicts"][0]["observed"]["field_0"]
        assert seen == one
        assert ET.fromstring(xml.encode()).get("failures") == "1"  # noqa: S314 -- our own output
        renderer("check", "text")(report, "fr", Style(width=80)).encode()


def test_text_starts_fast() -> None:
    """Rendering a check as text loads neither rich nor the other formats: the whole command must
    start in 0.3 s.
    """
    code = (
        "import sys; from tuile.reports import renderer; renderer('check', 'text');"
        "print([m for m in ('rich', 'xml.etree', 'tuile.reports.json', 'msgspec', 'jsonschema') "
        "if m in sys.modules])"
    )
    # Ours
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert run.stdout.strip() == "[]"
