"""Texts as pure values, so that rules can speak without knowing a language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence and the facts it names; translated by `core.language.tr` where it is shown.

    `source` is the Chinese sentence with {names}; a fact may itself be a Text. Facts whose name ends in
    `_fen`, `_ml`, `_g` or `_on` are written as money, litres, kilograms or a date.
    """

    source: str
    facts: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.source.format(**dict(self.facts))


def T(source: str, **facts: object) -> Text:
    """Say `source` with `facts`: `T("还差 {n} 桶", n=3)`."""
    return Text(source, tuple(facts.items()))
