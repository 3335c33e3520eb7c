"""What is said while an apply is under way: beside the result, a line where something is out of the
ordinary.
"""

from __future__ import annotations

from tuile.commands.output import note
from tuile.jobs.guarded_apply import HostPhase
from tuile.policy.text import Lang, Text

_WORDS = {
    HostPhase.away: Text(
        "{host}: no answer; it puts itself back unless it answers in time",
        "{host} : pas de réponse ; elle rétablit son état si elle ne répond pas à temps",
    ),
    HostPhase.taking_back: Text(
        "{host}: putting back what was there …", "{host} : rétablissement de l’état antérieur…"
    ),
    HostPhase.taken_back: Text(
        "{host}: put back: it stands as before", "{host} : rétablie dans son état antérieur"
    ),
    HostPhase.in_part: Text(
        "{host}: put back, but not all of it: see /var/lib/tuile/*/trouble there",
        "{host} : rétablie, mais pas entièrement : voyez-y /var/lib/tuile/*/trouble",
    ),
    HostPhase.left: Text(
        "{host}: left to its own timer: it puts itself back in time, with nobody’s help",
        "{host} : laissée à son minuteur : elle rétablira son état d’elle-même, sans aide",
    ),
}


class Telling:
    """Says each thing once a host."""

    def __init__(self, lang: Lang, *, quiet: bool) -> None:
        self._lang, self._quiet = lang, quiet
        self._said: set[tuple[str, HostPhase]] = set()

    def of(self, host: str, phase: HostPhase) -> None:
        """Say what is going on with a host."""
        if phase in _WORDS and not self._quiet and (host, phase) not in self._said:
            self._said.add((host, phase))
            note(_WORDS[phase].say(self._lang).format(host=host))
