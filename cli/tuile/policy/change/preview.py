"""What an apply would change on a host, computed from what was seen there; nothing here comes from
an engine.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuile.policy.model import Difference, Risk, Severity
from tuile.policy.text import Text


@dataclass(frozen=True)
class FilePreview:
    """A file before and after; the same text twice means that only its mode or owner change."""

    path: str
    before: str | None
    """None: there is no such file. Decoded as UTF-8 with surrogateescape, like `after`."""
    after: str
    notes: tuple[Text, ...] = ()
    """What changes besides the text: "mode 0644 → 0600"."""
    rules: tuple[str, ...] = ()
    """The ids of the rules that ask for it."""


@dataclass(frozen=True)
class Step:
    """What is done besides writing files: words with "{}" for the thing, so that steps alike can be
    said together.
    """

    words: Text
    thing: str

    @property
    def text(self) -> Text:
        """Return the step in words."""
        return Text(
            en=self.words.en.replace("{}", self.thing, 1),
            fr=self.words.fr.replace("{}", self.thing, 1),
        )


@dataclass(frozen=True)
class RulePreview:
    """A failing rule that can be put right, and how."""

    rule: str
    subject: str
    severity: Severity
    risk: Risk
    differences: tuple[Difference, ...]
    steps: tuple[Step, ...] = ()
    """What is done besides writing files, in its order: "reload ssh", "install auditd", "set it in
    the kernel".
    """
    leaves: Text | None = None
    """Which part of what is wrong stays for a person, so that the rule goes on failing; None where
    none does.
    """


@dataclass(frozen=True)
class Blocked:
    """A rule that an apply leaves as it is, and why: it needs a parameter, or it could not be
    looked at.
    """

    rule: str
    subject: str
    severity: Severity
    why: Text


@dataclass(frozen=True)
class HostPreview:
    """What an apply would do on one host; without rules it would do nothing."""

    host: str
    rules: tuple[RulePreview, ...] = ()
    files: tuple[FilePreview, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    site: str = ""
    safety: Text | None = None
    """When this host may be touched, in words; None where the policy does not say."""
    not_reached: Text | None = None
    unseen: tuple[str, ...] = ()
    """The ids of the rules that could not be looked at, so that nothing can be said about them."""
    pending: tuple[str, ...] = ()
    """The ids of the rules that are right after the next reboot: nothing is left to do about them
    but that.
    """

    host_keys: str = ""
    """How its inventory relaxes the judgement of its host key; "" where it does not."""

    @property
    def reached(self) -> bool:
        """Return whether the host was seen, so that the preview is one."""
        return self.not_reached is None

    @property
    def nothing_to_do(self) -> bool:
        """Return whether the host was seen and every rule it must meet is met."""
        return self.reached and not (self.rules or self.blocked or self.unseen or self.pending)
