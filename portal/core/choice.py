"""Choices carry value and label together."""

from __future__ import annotations

from enum import StrEnum

from portal.core.text import Text


class Choice(StrEnum):
    """A stored value with the word that people see: `DRAFT = "draft", "草稿"`."""

    _word: str

    def __new__(cls, value: str, word: str = "") -> Choice:
        member = str.__new__(cls, value)
        member._value_ = value
        member._word = word
        return member

    @property
    def label(self) -> Text:
        return Text(self._word)

    @classmethod
    def pairs(cls) -> list[tuple[str, Text]]:
        """(value, label) of every member, in order."""
        return [(member.value, member.label) for member in cls]
