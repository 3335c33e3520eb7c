"""A person has answered yes, lately and with evidence, to what no command can see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from tuile.policy.attestation import Answer as State
from tuile.policy.condition import AtMost, Condition, Equals
from tuile.policy.text import Text

__all__ = ["Params", "State", "subject", "wanted"]

HUMAN = True
CHECKED = Text(
    en="Not looked at on the host: a person's answer in attestations.yaml counts, until its end.",
    fr=(
        "Rien n’est regardé sur l’hôte : seule compte la réponse d’une personne dans "
        "attestations.yaml, "
        "jusqu’à son échéance."
    ),
)
PUT_RIGHT = Text(
    en=(
        "A person has to see to it, and then to answer in attestations.yaml beside policy.yaml "
        "(rule, to, answer, by, on, evidence, until)."
    ),
    fr=(
        "Une personne doit s’en occuper, puis répondre dans attestations.yaml, à côté de "
        "policy.yaml "
        "(rule, to, answer, by, on, evidence, until)."
    ),
)
DOES_NOT_SEE = (
    Text(
        en="Whether the answer is true: it is the word of the person who gave it.",
        fr="La véracité de la réponse : elle vaut la parole de qui l’a donnée.",
    ),
)


@dataclass(frozen=True)
class Params:
    """What a rule says."""

    days: Annotated[
        int, Meta(ge=1, le=1830, description="For how many days an answer counts at most")
    ] = 366


def subject(params: Params) -> str:  # noqa: ARG001 -- every kind is asked alike
    """Return where the answers stand."""
    return "attestations.yaml"


def wanted(params: Params) -> Mapping[str, Condition]:
    """Return: yes, not expired, and not given for longer than it may count."""
    return {
        "answer": Equals(value=True),
        "expired": Equals(value=False),
        "days": AtMost(params.days),
    }
