"""The words of the screens in English and French, with their figures, dates and plurals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from tuile.policy.dates import say_day
from tuile.policy.limit import Range
from tuile.policy.model import Level, Outcome, Risk, Severity
from tuile.policy.text import Lang, Text

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"

LABEL = {
    Outcome.passed: Text("PASS", "CONFORME"),
    Outcome.failed: Text("FAIL", "ÉCHEC"),
    Outcome.error: Text("ERROR", "ERREUR"),
    Outcome.pending: Text("PENDING", "EN ATTENTE"),
    Outcome.waived: Text("WAIVED", "DÉROGATION"),
    Outcome.not_applicable: Text("N/A", "SANS OBJET"),
}
SEVERITY = {
    Severity.high: Text("high", "élevée"),
    Severity.medium: Text("medium", "moyenne"),
    Severity.low: Text("low", "faible"),
}
LEVEL = {
    Level.minimal: Text("minimal", "minimal"),
    Level.intermediary: Text("intermediary", "intermédiaire"),
    Level.enhanced: Text("enhanced", "renforcé"),
    Level.high: Text("high", "élevé"),
}
RISK = {
    Risk.none: Text("", ""),
    Risk.service: Text("interrupts a service", "interrompt un service"),
    Risk.access: Text("may close logins", "peut fermer l’accès"),
    Risk.reboot: Text("takes effect after a reboot", "prend effet après redémarrage"),
}

COUNTED: dict[str, dict[Lang, tuple[str, str]]] = {
    "host": {"en": ("host", "hosts"), "fr": ("hôte", "hôtes")},
    "throughout": {
        "en": ("host compliant throughout", "hosts compliant throughout"),
        "fr": ("hôte conforme en tout point", "hôtes conformes en tout point"),
    },
    "asleep": {
        "en": ("host awaits a reboot", "hosts await a reboot"),
        "fr": ("hôte attend un redémarrage", "hôtes attendent un redémarrage"),
    },
    "alike": {"en": ("host alike", "hosts alike"), "fr": ("hôte identique", "hôtes identiques")},
    "rule": {"en": ("rule", "rules"), "fr": ("règle", "règles")},
    "rule_added": {"en": ("added", "added"), "fr": ("ajoutée", "ajoutées")},
    "rule_removed": {"en": ("removed", "removed"), "fr": ("retirée", "retirées")},
    "rule_changed": {"en": ("changed", "changed"), "fr": ("modifiée", "modifiées")},
    "rule_same": {"en": ("the same", "the same"), "fr": ("inchangée", "inchangées")},
    "baseline": {"en": ("baseline", "baselines"), "fr": ("référentiel", "référentiels")},
    "mapping": {
        "en": ("mapping", "mappings"),
        "fr": ("table de correspondance", "tables de correspondance"),
    },
    "control": {"en": ("control", "controls"), "fr": ("exigence", "exigences")},
    "met_rules": {
        "en": ("met by rules",) * 2,
        "fr": ("couverte par des règles", "couvertes par des règles"),
    },
    "met_partly": {"en": ("met in part",) * 2, "fr": ("couverte en partie", "couvertes en partie")},
    "met_attested": {
        "en": ("met by attestation",) * 2,
        "fr": ("couverte par attestation", "couvertes par attestation"),
    },
    "met_reasoned": {
        "en": ("without a rule, reason given",) * 2,
        "fr": ("sans règle, motif écrit",) * 2,
    },
    "met_not_applicable": {"en": ("not applicable",) * 2, "fr": ("sans objet",) * 2},
    "met_none": {"en": ("met by nothing",) * 2, "fr": ("non couverte", "non couvertes")},
    "beyond": {
        "en": ("of a higher level, left out",) * 2,
        "fr": ("d’un niveau supérieur, non comptée", "d’un niveau supérieur, non comptées"),
    },
    "failing": {
        "en": ("failing rule", "failing rules"),
        "fr": ("règle en échec", "règles en échec"),
    },
    "finding": {"en": ("finding", "findings"), "fr": ("constat", "constats")},
    "line": {"en": ("line", "lines"), "fr": ("ligne", "lignes")},
    "verdict": {"en": ("verdict", "verdicts"), "fr": ("verdict", "verdicts")},
    "pass": {"en": ("pass", "pass"), "fr": ("conforme", "conformes")},
    "attested": {"en": ("attested", "attested"), "fr": ("attestée", "attestées")},
    "fail": {"en": ("fail", "fail"), "fr": ("échec", "échecs")},
    "error": {"en": ("error", "errors"), "fr": ("erreur", "erreurs")},
    "pending": {
        "en": ("pending a reboot", "pending a reboot"),
        "fr": ("en attente de redémarrage", "en attente de redémarrage"),
    },
    "waived": {"en": ("waived", "waived"), "fr": ("dérogation", "dérogations")},
    "not_applicable": {
        "en": ("not applicable", "not applicable"),
        "fr": ("sans objet", "sans objet"),
    },
    "compliant": {"en": ("compliant", "compliant"), "fr": ("conforme", "conformes")},
    "not_compliant": {
        "en": ("not compliant", "not compliant"),
        "fr": ("non conforme", "non conformes"),
    },
    "with_errors": {"en": ("with errors", "with errors"), "fr": ("en erreur", "en erreur")},
    "not_reached": {"en": ("not reached", "not reached"), "fr": ("non joint", "non joints")},
    "unjudged": {
        "en": ("rule without verdict", "rules without verdict"),
        "fr": ("règle sans verdict", "règles sans verdict"),
    },
    "added": {"en": ("line added", "lines added"), "fr": ("ligne ajoutée", "lignes ajoutées")},
    "removed": {
        "en": ("line removed", "lines removed"),
        "fr": ("ligne retirée", "lignes retirées"),
    },
    "put_right": {"en": ("put right", "put right"), "fr": ("corrigée", "corrigées")},
    "still_failing": {
        "en": ("still failing", "still failing"),
        "fr": ("toujours en échec", "toujours en échec"),
    },
    "unknown": {
        "en": ("unknown afterwards", "unknown afterwards"),
        "fr": ("inconnue après", "inconnues après"),
    },
    "left": {
        "en": ("left as it was", "left as they were"),
        "fr": ("laissée telle quelle", "laissées telles quelles"),
    },
    "uncovered": {
        "en": ("newly applicable, fails", "newly applicable, fail"),
        "fr": ("devenue applicable, en échec", "devenues applicables, en échec"),
    },
    "broken": {
        "en": ("passed before, fails now", "passed before, fail now"),
        "fr": ("régression", "régressions"),
    },
    "visit": {"en": ("visit", "visits"), "fr": ("visite", "visites")},
    "change": {"en": ("change", "changes"), "fr": ("changement", "changements")},
    "to_change": {"en": ("to change", "to change"), "fr": ("à corriger", "à corriger")},
    "stuck": {
        "en": ("left as it is", "left as they are"),
        "fr": ("laissé tel quel", "laissés tels quels"),
    },
    "refused": {"en": ("refused", "refused"), "fr": ("refusé", "refusés")},
    "unchanged": {
        "en": ("had nothing to do", "had nothing to do"),
        "fr": ("déjà conforme", "déjà conformes"),
    },
}


def number(value: int, lang: Lang) -> str:
    """Return a whole number with its thousands apart: 6,412 in English, 6 412 in French."""
    return f"{value:,}" if lang == "en" else f"{value:,}".replace(",", NARROW_NBSP)


def share(part: int, whole: int, lang: Lang) -> str:
    """Return a percentage that is never rounded up: 159 of 160 are 99%."""
    percent = 100 * part // whole if whole else 0
    return f"{percent}%" if lang == "en" else f"{percent}{NBSP}%"


def bounds(allowed: Range) -> str:
    """Return what may be chosen: "60 – 1800", "a, b"; an open end is "…"."""
    if allowed.one_of is not None:
        return ", ".join(map(str, allowed.one_of))
    return " – ".join("…" if bound is None else str(bound) for bound in (allowed.min, allowed.max))


def seconds(value: float, lang: Lang) -> str:
    """Return a duration in seconds with one decimal: "4.1 s", "4,1 s"."""
    text = f"{value:,.1f}{NBSP}s"
    return text if lang == "en" else text.replace(",", NARROW_NBSP).replace(".", ",")


def elapsed(started: datetime, finished: datetime, lang: Lang) -> str:
    """Return the time between two moments; a clock that went back gives 0."""
    return seconds(max(0.0, (finished - started).total_seconds()), lang)


def counted(value: int, word: str, lang: Lang) -> str:
    """Return a count with its word in the right number: "1 host", "0 hosts", but "0 hôte" in
    French.
    """
    one, many = COUNTED[word][lang]
    single = value == 1 or (value == 0 and lang == "fr")
    return f"{number(value, lang)} {one if single else many}"


def counts(figures: Iterable[tuple[int, str]], lang: Lang, separator: str = " · ") -> str:
    """Return the counts that are not zero, in their order."""
    return separator.join(counted(value, word, lang) for value, word in figures if value)


def day(value: date, lang: Lang) -> str:
    """Return a date as it is read aloud: "28 Feb 2027", "28 févr. 2027"."""
    return say_day(value, lang)


def moment(value: datetime, lang: Lang, zone: tzinfo) -> str:
    """Return a moment in the reader's zone, to the minute: "19 Nov 2026 02:10", "19 nov.

    2026 à 02:10".
    """
    local = value.astimezone(zone)
    return f"{day(local, lang)}{' à' if lang == 'fr' else ''} {local:%H:%M}"


def colon(lang: Lang) -> str:
    """Return the colon as it is set in this language: French has a space before it."""
    return ":" if lang == "en" else f"{NBSP}:"


def semicolon(lang: Lang) -> str:
    """Return the semicolon as it is set in this language: French has a narrow space before it."""
    return ";" if lang == "en" else f"{NARROW_NBSP};"
