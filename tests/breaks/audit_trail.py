"""Makes a rule of kind audit_trail fail: auditd writes nothing any more, whatever the kernel
reports.
"""

from __future__ import annotations

from typing import Any


def script(params: Any) -> str:  # noqa: ANN401, ARG001 -- every kind is asked alike
    """Return the shell script that breaks the rule."""
    return "sed -i 's/^write_logs.*/write_logs = no/' /etc/audit/auditd.conf\n"
