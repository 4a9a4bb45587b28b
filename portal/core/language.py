"""Chinese first, English complete: texts are translated here and nowhere else."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from portal.core import clock, money
from portal.core.text import Text

LANGUAGES = ("zh", "en")
_current: ContextVar[str] = ContextVar("language", default="zh")


def language() -> str:
    """The language of this request: "zh" or "en"."""
    return _current.get()


def speak(tongue: str) -> None:
    """Use `tongue` for the rest of this request (or thread)."""
    _current.set(tongue if tongue in LANGUAGES else "zh")


@cache
def english() -> dict[str, str]:
    """Chinese sentence -> English, out of every room's en.po."""
    found: dict[str, str] = {}
    for path in sorted(Path(__file__).parent.parent.glob("*/en.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale="en")
        found.update({m.id: m.string for m in catalog if m.id and m.string})  # type: ignore[misc]  # no plurals here
    return found


def gettext(source: str, tongue: str | None = None) -> str:
    """`source` in the current language; unknown sentences stay Chinese (bin/test finds them)."""
    if (tongue or _current.get()) == "zh":
        return source
    return english().get(source, source)


def tr(value: object, tongue: str | None = None) -> str:
    """Any value as text: a Text with its facts written in the language, anything else by str()."""
    if not isinstance(value, Text):
        return "" if value is None else str(value)
    sentence = gettext(value.source, tongue)
    if not value.facts:
        return sentence
    return sentence.format(**{name: _written(name, fact, tongue) for name, fact in value.facts})


def _written(name: str, fact: object, tongue: str | None) -> object:
    if isinstance(fact, Text):
        return tr(fact, tongue)
    if isinstance(fact, int) and name.endswith("_fen"):
        return money.show(fact)
    if isinstance(fact, int) and name.endswith("_ml"):
        return litres(fact)
    if isinstance(fact, int) and name.endswith("_g"):
        return kilos(fact)
    if isinstance(fact, datetime):
        return instant(fact)
    if isinstance(fact, date):
        return fact.isoformat()
    return fact


def litres(millilitres: int | None) -> str:
    """ "1,200 L"; up to three decimals, none when they are zero."""
    return "" if millilitres is None else f"{_thousandth(millilitres)} L"


def kilos(grams: int | None) -> str:
    """ "1,020 kg"; up to three decimals, none when they are zero."""
    return "" if grams is None else f"{_thousandth(grams)} kg"


def _thousandth(amount: int) -> str:
    return f"{amount / 1000:,.3f}".rstrip("0").rstrip(".")


def instant(at: datetime | None) -> str:
    """2026-11-23 09:31 on Shanghai's clocks."""
    return "" if at is None else str(clock.shanghai(at))[:16]


def day(on: date | None) -> str:
    return "" if on is None else on.isoformat()
