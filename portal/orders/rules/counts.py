# data
"""How many: the quantity in a line of text as people write it, and what is left of the line without it."""

from __future__ import annotations

import re
from typing import NamedTuple

from portal.core.text import T, Text

PACKAGES = ("吨箱", "大桶", "中桶", "小桶")
"""Units that say which package is meant; the others only say that packages are counted."""

_UNITS = (
    "吨箱|大桶|中桶|小桶|铁桶|桶|大箱|箱|件|个|支|瓶|罐|听|提|盒|包|袋|套|只|"
    "(?:drums?|pails?|cartons?|ctns?|boxes|box|cases?|pcs|ea)(?![a-z])"
)
_UNIT = rf"(?P<unit>{_UNITS})"
_HAN = "零〇一二两俩三仨四五六七八九十廿百千万"
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_PLACES = {"十": 10, "百": 100, "千": 1000}

_FRACTION = re.compile(rf"(?<![a-z0-9.\-/])(?:[0-9]+\.[0-9]*[1-9][0-9]*|半)\s*{_UNIT}", re.I)
_WEIGHT = re.compile(r"(?<![a-z0-9.\-/])([0-9.]+|[一二两三四五六七八九十半]+)\s*(?:公斤|千克|吨(?!箱))", re.I)
_SHAPES = tuple(
    re.compile(shape, re.I)
    for shape in (
        r"(?P<unit>吨箱|大桶|中桶|小桶)\s*[:=]?\s*(?P<n>[0-9]{1,12})\s*$",
        r"(?:数量|订量|qty|quantity)\s*[:=]?\s*(?P<n>[0-9]{1,12})(?:\s*" + _UNIT + ")?",
        rf"[×*]\s*(?P<n>[0-9]{{1,12}})\s*{_UNIT}",
        rf"(?<![a-z0-9.\-/])(?P<n>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,12}})(?:\.0+)?\s*{_UNIT}",
        rf"(?P<n>[{_HAN}]{{1,9}})\s*{_UNIT}",
        r"[×*]\s*(?P<n>[0-9]{1,12})(?![0-9.]|\s*(?:l|ml|kg|升)\b)",
        r"(?<=[\s)])x\s*(?P<n>[0-9]{1,12})(?![0-9a-z.])",
        r"(?<=[^a-z0-9\s])x(?P<n>[0-9]{1,12})\s*$",
        rf"{_UNIT}\s*[:=]?\s*(?P<n>[0-9]{{1,12}})\s*$",
        r"^\s*(?P<n>[0-9]{1,12})\s*[×*](?=\s*[^\W\d])",
    )
)
"""Explicit ways to write a quantity, the surest first; within one the last place in the line counts."""

_GLUED = re.compile(rf"(?P<name>[a-z0-9][a-z0-9.\-]*[a-z0-9])[x/](?P<n>[0-9]{{1,6}})\s*(?:{_UNITS})?\s*$", re.I)
_BARE = re.compile(r"(?<![^\s,;|、])(?P<n>[0-9]{1,3}(?:,[0-9]{3})+(?=\s|$)|[0-9]{1,12})(?P<zeros>\.0+)?(?![^\s,;|、])")
_NAMED = re.compile(r"[a-z]+-?[0-9]|[0-9]+w-?[0-9]", re.I)
"""What names goods without a further number: "hm46", "ci-4", "15w-40"."""
_GRADES = frozenset({10, 15, 22, 32, 46, 68, 100, 150, 220, 320, 460, 680, 1000})
_LITRES = frozenset({200, 208, 209, 180, 170, 18, 16, 20})
_BARCODES = frozenset({8, 12, 13, 14})
"""A bare number with so many digits is a barcode."""
_NEGATIVE = re.compile(rf"(?<=\s)-\s*[0-9]+\s*(?:{_UNITS})?\s*$")


class Count(NamedTuple):
    """A quantity found in a line: `rest` is the line without it; `note` says what to look at."""

    quantity: int | None
    unit: str | None
    rest: str
    note: Text | None = None


def chinese_number(text: str) -> int | None:
    """十二 -> 12, 两百 -> 200, 一百二 -> 120, 一二 -> 12; None when it is no number."""
    if not text or any(c not in _HAN for c in text):
        return None
    if not any(c in "十百千万廿" for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = part = digit = 0
    place = 1
    for c in text.replace("廿", "二十"):
        if c == "万":
            total, part, digit, place = (total + part + digit or 1) * 10_000, 0, 0, 10_000
        elif c in _PLACES:
            place = _PLACES[c]
            part, digit = part + (digit or 1) * place, 0
        else:
            digit = _DIGITS[c]
            place = 10 if c in "零〇" else place
    return total + part + digit * (place // 10 if place > 10 else 1)


def read_count(text: str) -> int | None:
    """The whole cell as a quantity: "6", "6桶", "6.00", "×6", "1,200", "两桶"; None when it is something else."""
    clean = re.sub(rf"^[×*x]\s*|\s*(?:{_UNITS})$", "", text.strip(), flags=re.I)
    if re.fullmatch(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.0+)?", clean):
        return int(clean.split(".")[0].replace(",", ""))
    return chinese_number(clean)


def unit_of(text: str) -> str | None:
    """The unit that a cell is or ends with."""
    found = re.search(rf"(?:{_UNITS})$", text.strip(), re.I)
    return found.group().lower() if found else None


def explicit_count(text: str) -> Count | None:
    """The quantity where the line says so itself: 6桶, ×6, 两桶, 数量 6, 桶6; None when it does not."""
    if found := _FRACTION.search(text):
        return Count(None, found["unit"], _without(text, found), T("数量要整件，“{text}”改成整数", text=found.group()))
    if found := _NEGATIVE.search(text):
        return Count(None, None, _without(text, found), T("数量填大于 0 的整数"))
    for shape in _SHAPES:
        if matches := list(shape.finditer(text)):
            found = matches[-1]
            number = found["n"].replace(",", "")
            quantity = int(number) if number.isdecimal() else chinese_number(number)
            return Count(quantity, found.groupdict().get("unit"), _without(text, found))
    if found := _WEIGHT.search(text):
        return Count(None, None, _without(text, found), T("“{text}”改写成几桶、几箱", text=found.group()))
    return None


def glued_count(text: str) -> tuple[str, int] | None:
    """ "HM46-200x6" may be a code or six of HM46-200: the name and the number, if it is so."""
    found = _GLUED.search(text)
    return (found["name"], int(found["n"])) if found else None


def bare_count(text: str) -> Count:
    """The number that is most likely the quantity when nothing says so; grades and package sizes give way."""
    places = [m for m in _BARE.finditer(text) if len(m["n"]) not in _BARCODES]
    places = [m for m in places if not m["zeros"]] or places
    named = [m for m in places if _number(m) not in _GRADES | _LITRES]
    if len(places) == 1 and len(places[0]["n"]) > 6 and not _names_itself(text, places):
        named = []  # an article number
    if not named:
        named = places[-1:] if len(places) > 1 or _names_itself(text, places) else []
    if not named:
        return Count(None, None, text)
    found = named[-1]
    if len(named) > 1 and _number(found) > 500 and _number(found) >= 50 * _number(named[-2]):
        found = named[-2]  # the last one is a price or an amount
    note = T("行里有几个数字，按 {n} 算，核对一下", n=_number(found)) if len(named) > 1 else None
    return Count(_number(found), None, _without(text, found), note)


def _names_itself(text: str, places: list[re.Match[str]]) -> bool:
    """Does the line name the goods without this number? "HM46-200 46" does, "液压油 46 200L" needs it."""
    return bool(places) and bool(_NAMED.search(_without(text, places[-1])))


def _number(found: re.Match[str]) -> int:
    return int(found["n"].replace(",", ""))


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
