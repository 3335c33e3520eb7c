"""A stack comes to the ends that libpam brings it to; what is expected here was tried on libpam
1.5.2 and 1.7.0.
"""

from __future__ import annotations

from functools import partial

import pytest

from tuile.platforms.linux.pam.answers import World, answers
from tuile.platforms.linux.pam.files import Aborted, stack
from tuile.platforms.linux.pam.walk import ends

MODULES = frozenset(
    f"pam_{name}.so" for name in ("unix", "permit", "deny", "faillock", "env", "rootok")
)
WRONG = World("svc", "auth", MODULES, {})


def outcomes(text: str, **included: str) -> set[bool]:
    """Return whether a stack may let in, and may refuse, who does not know the password; files by
    their name.
    """
    files = {"svc": text, **included}
    texts = {f"/etc/pam.d/{name}": tuple(lines.split("|")) for name, lines in files.items()}
    return {end.success for end in ends(stack(texts, "svc", "auth"), partial(answers, world=WRONG))}


STACKS = {
    "auth required pam_unix.so": {False},
    "auth sufficient pam_permit.so|auth required pam_unix.so": {True},
    "auth optional pam_permit.so|auth required pam_unix.so": {False},
    "auth optional pam_unix.so|auth required pam_permit.so": {True},
    "auth required pam_deny.so|auth sufficient pam_permit.so": {False},
    "auth required pam_env.so": {False},
    "auth [default=9] pam_permit.so|auth required pam_unix.so": {False},
    "auth required pam_permit.so|auth [default=1] pam_permit.so|auth required pam_unix.so": {True},
    "auth [default=1] pam_permit.so|auth required pam_unix.so": {False},
    "auth [success=0 default=bad] pam_permit.so": {False},
    "auth allowed pam_permit.so|auth required pam_permit.so": {False},
    "auth [success=ok] pam_unix.so|auth required pam_permit.so": {False},
    "auth [default=ok] pam_unix.so|auth required pam_permit.so": {False},
    "auth [success=ok auth_err=ignore default=bad] pam_unix.so|auth required pam_permit.so": {True},
    "-auth required pam_nope.so|auth required pam_permit.so": {False},
    "auth [module_unknown=done default=bad] pam_nope.so|auth required pam_unix.so": {False},
    "auth [success=done default=ignore] pam_nope.so|auth required pam_permit.so": {True},
    "autth required pam_permit.so|auth sufficient pam_permit.so": {False},
    "auth required pam_deny.so|auth [default=reset] pam_permit.so|auth required pam_permit.so": {
        True
    },
    "auth include nothing|auth required pam_permit.so": {False},
    "auth sufficient pam_permit.so|auth include nothing": {True},
    "# a comment \\|auth sufficient pam_permit.so|auth required pam_unix.so": {True},
    "auth \\| sufficient \\| pam_permit.so": {True},
    "account required pam_permit.so": set(),
}


@pytest.mark.parametrize("text", STACKS)
def test_one_file(text: str) -> None:
    """Controls, jumps, bad lines and missing modules do what they do in libpam."""
    assert outcomes(text) == (STACKS[text] or {False})


NESTED = [
    ("auth substack in|auth required pam_permit.so", "auth requisite pam_deny.so", {False}),
    ("auth substack in|auth sufficient pam_permit.so", "auth requisite pam_deny.so", {False}),
    ("auth substack in|auth required pam_permit.so", "auth [default=1] pam_permit.so", {False}),
    (
        "@include in|auth required pam_unix.so|auth required pam_permit.so",
        "auth [success=1] pam_permit.so",
        {True},
    ),
    (
        "auth [default=1] pam_permit.so|auth substack in|auth required pam_permit.so",
        "auth required pam_deny.so",
        {True},
    ),
    (
        "auth substack in|auth required pam_permit.so",
        "auth required pam_deny.so|auth [default=reset] pam_env.so",
        {True},
    ),
    ("auth substack in|auth required pam_unix.so", "auth sufficient pam_permit.so", {False}),
    ("auth include in|auth required pam_unix.so", "auth sufficient pam_permit.so", {True}),
]


@pytest.mark.parametrize(("text", "included", "expected"), NESTED)
def test_files_within_files(text: str, included: str, expected: set[bool]) -> None:
    """What is included is pasted; a substack ends, jumps and is reset for itself."""
    assert outcomes(text, **{"in": included}) == expected


def test_an_include_that_leads_nowhere_aborts() -> None:
    """An @include of a missing file closes the service to everybody, wherever it stands."""
    with pytest.raises(Aborted):
        outcomes("auth sufficient pam_permit.so|@include nothing")
