"""The screen of a rollout: how far each ring is, which hosts need a look, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator

from tuile.policy.printable import printable
from tuile.policy.rollout.state import OVER, Member, Phase, Rollout, Step
from tuile.policy.text import Lang, Text
from tuile.reports.interface import Style
from tuile.reports.text.hints import hints
from tuile.reports.text.layout import Row, joined, paint, rows, shortened, wrapped
from tuile.reports.text.messages import colon, counted, moment, number

_PHASE = {
    Phase.working: (Text("AT WORK", "EN COURS"), "yellow"),
    Phase.soaking: (Text("SOAKING", "EN OBSERVATION"), "yellow"),
    Phase.waiting: (Text("WAITING FOR HOSTS", "EN ATTENTE D’HÔTES"), "yellow"),
    Phase.stopped: (Text("STOPPED", "ARRÊTÉ"), "red"),
    Phase.paused: (Text("PAUSED", "SUSPENDU"), "yellow"),
    Phase.finished: (Text("FINISHED", "TERMINÉ"), "green"),
    Phase.aborted: (Text("ABORTED", "ABANDONNÉ"), "red"),
}
_COUNTS: dict[Step, tuple[str, str, str]] = {
    Step.done: ("done", "terminé", "terminés"),
    Step.failed: ("failed", "en échec", "en échec"),
    Step.applying: ("begun", "commencé", "commencés"),
    Step.away: ("away", "absent", "absents"),
    Step.held: ("outside their window", "hors créneau", "hors créneau"),
    Step.unclear: ("unclear", "incertain", "incertains"),
    Step.waiting: ("to come", "à venir", "à venir"),
    Step.left_out: ("left out", "exclu", "exclus"),
}
"""In English, and in French for one and for many."""
_LABEL = {
    Step.failed: (Text("FAILED", "ÉCHEC"), "red"),
    Step.unclear: (Text("UNCLEAR", "INCERTAIN"), "magenta"),
    Step.applying: (Text("BEGUN", "COMMENCÉ"), "yellow"),
    Step.away: (Text("AWAY", "ABSENT"), "yellow"),
    Step.held: (Text("HELD", "HORS CRÉNEAU"), "yellow"),
    Step.left_out: (Text("LEFT OUT", "EXCLU"), "dim"),
}
_BEGUN = Text(
    "begun, and its end is not known yet: resume asks it",
    "commencé, issue encore inconnue : la reprise l’interrogera",
)
_UNTIL = Text("until {when}", "jusqu’au {when}")
_STOPPED_BY = Text("Stopped", "Arrêté")
_COMMANDS = {
    Phase.working: ("resume", "pause"),
    Phase.soaking: ("promote", "abort"),
    Phase.waiting: ("resume", "abort"),
    Phase.stopped: ("resume", "abort"),
    Phase.paused: ("resume", "abort"),
}


def render(report: Rollout, lang: Lang, style: Style) -> str:
    """Return the screen, without a last newline."""
    sections = [
        _head(report, lang, style),
        rows([_ring(report, index, lang) for index in range(len(report.rings))], style),
        rows([_host(report, member, lang) for member in _to_look_at(report, style)], style),
        [line for why in report.why for line in _why(why, lang, style)],
        hints(
            [f"tuile rollout {verb} {report.id}" for verb in _COMMANDS.get(report.phase, ())],
            lang,
            style,
        ),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section)


def _head(report: Rollout, lang: Lang, style: Style) -> list[str]:
    words, colour = _PHASE[report.phase]
    name = f"rollout {report.id}" if lang == "en" else f"déploiement {report.id}"
    parts = [name, printable(report.baseline), words.say(lang)]
    if report.phase is Phase.soaking and report.until is not None:
        parts.append(_UNTIL.say(lang).format(when=moment(report.until, lang, style.zone)))
    first, *more = joined(parts, style)
    first = first.replace(name, paint(name, "bold", style), 1)
    return [first.replace(words.say(lang), paint(words.say(lang), colour, style), 1), *more]


def _ring(report: Rollout, index: int, lang: Lang) -> Row:
    members = report.of_ring(index)
    found = [(sum(member.step is step for member in members), step) for step in _COUNTS]
    said = [
        f"{number(count, lang)} {_one_or_many(step, count, lang)}" for count, step in found if count
    ]
    here = "→" if index == report.ring and report.phase not in OVER else ""
    return Row(
        here,
        "bold",
        (printable(report.rings[index]), counted(len(members), "host", lang)),
        " · ".join(said),
    )


def _one_or_many(step: Step, count: int, lang: Lang) -> str:
    english, one, many = _COUNTS[step]
    return english if lang == "en" else one if count == 1 else many


def _to_look_at(report: Rollout, style: Style) -> Iterator[Member]:
    """Yield the hosts that are not as they should be, the worst first; all of them where everything
    is listed.
    """
    for step in _LABEL:
        if step is not Step.left_out or style.verbose:
            yield from (
                member for _, member in sorted(report.members.items()) if member.step is step
            )


def _host(report: Rollout, member: Member, lang: Lang) -> Row:
    words, colour = _LABEL[member.step]
    why = _BEGUN if member.step is Step.applying else member.why
    cells = (printable(member.host), printable(report.rings[member.ring]))
    return Row(words.say(lang), colour, cells, shortened(why.say(lang)) if why else "")


def _why(why: Text, lang: Lang, style: Style) -> list[str]:
    return wrapped(f"{_STOPPED_BY.say(lang)}{colon(lang)} {shortened(why.say(lang))}", style, 2, 0)
