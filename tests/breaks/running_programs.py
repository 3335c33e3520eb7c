"""Makes a rule of kind running_programs fail: a program runs on whose file is gone."""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return """\
cp /bin/sleep /var/tmp/kworker
systemd-run --quiet --service-type=exec --unit=lab-gone /var/tmp/kworker 3600
rm /var/tmp/kworker
"""
