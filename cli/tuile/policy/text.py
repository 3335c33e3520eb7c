"""Words in the two languages of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Lang = Literal["en", "fr"]


@dataclass(frozen=True)
class Text:
    """One text in English and French."""

    en: str
    fr: str

    def say(self, lang: Lang) -> str:
        """Return the text in `lang`."""
        return self.fr if lang == "fr" else self.en

    @classmethod
    def read(cls, data: Mapping[str, str]) -> Text:
        """Build a text from the `{en: …, fr: …}` of a policy file."""
        return cls(en=data["en"], fr=data["fr"])


def both(words: str) -> Text:
    """Return a text that reads the same in both languages (a path, a figure, a tool's own message)."""
    return Text(en=words, fr=words)
