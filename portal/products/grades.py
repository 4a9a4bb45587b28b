"""Grades as people write them: read, checked against the standards' tables, and told in figures."""

from __future__ import annotations

import re
from collections.abc import Container
from decimal import Decimal
from typing import NamedTuple
from unicodedata import normalize

from portal.core.text import T, Text
from portal.products.reference import (
    API,
    API_OBSOLETE,
    ISO_VG,
    J300,
    J300_WINTER,
    J306,
    J306_WINTER,
    LIGHT_40,
    NLGI,
    Summer,
)
from portal.products.rules.choices import OilKind


class Grade(NamedTuple):
    """A grade as products print it, and the standard that defines it."""

    name: str
    standard: str


_ISO = re.compile(r"(?:ISO\s*)?VG\s*(\d+)|ISO\s*(\d+)", re.IGNORECASE)
_NLGI = re.compile(r"NLGI\s*(\d{1,3})#?|(\d{1,3})\s*(?:#|号)", re.IGNORECASE)  # data
_SAE = re.compile(r"(?:SAE\s*)?(?:(\d{1,2})W)?\s*[-/]?\s*(\d{1,3})?(?:\s*(?:SAE))?", re.IGNORECASE)


def read_grade(text: str, kind: str) -> Grade | None:
    """The standard grade that `text` names ("vg46", "15w40", "2#"), as products print it; None when it names none.

    A bare number is an ISO grade, for grease an NLGI grade, for engine oil an SAE grade.
    """
    typed = normalize("NFKC", text).strip()
    if found := _ISO.fullmatch(typed):
        return _iso(found[1] or found[2])
    if found := _NLGI.fullmatch(typed):
        return _nlgi(found[1] or found[2])
    if typed.isdigit() and kind == OilKind.GREASE:
        return _nlgi(typed)
    if typed.isdigit() and kind not in (OilKind.ENGINE, OilKind.TRANSMISSION):
        return _iso(typed)
    found = _SAE.fullmatch(typed)
    return _sae(found[1], found[2], kind) if found and (found[1] or found[2]) else None


def _iso(number: str) -> Grade | None:
    return Grade(f"ISO VG {number}", "ISO 3448") if number in ISO_VG else None


def _nlgi(number: str) -> Grade | None:
    return Grade(f"NLGI {number}", "NLGI") if number in NLGI else None


def _sae(winter: str | None, summer: str | None, kind: str) -> Grade | None:
    """An engine oil's grade unless the kind or the number says gear oil."""
    cold = f"{winter}W" if winter else None
    name = "-".join(part for part in (cold, summer) if part) if cold else f"SAE {summer}"
    tables: list[tuple[str, Container[str], Container[str]]] = [
        ("SAE J300", J300_WINTER, J300), ("SAE J306", J306_WINTER, J306),
    ]  # fmt: skip
    if kind == OilKind.GEAR:
        tables.reverse()
    for standard, colds, hots in tables:
        if (cold is None or cold in colds) and (summer is None or summer in hots):
            return Grade(name, standard)
    return None


_ISO_COMMON = [f"ISO VG {n}" for n in ("15", "22", "32", "46", "68", "100", "150", "220", "320", "460", "680")]
_ENGINE = [
    "0W-20", "0W-30", "0W-40", "5W-20", "5W-30", "5W-40", "10W-30", "10W-40", "15W-40", "20W-50", "SAE 30", "SAE 40",
]  # fmt: skip
_GEAR = ["75W-90", "80W-90", "85W-90", "85W-140"]
OFFERED: dict[str, list[str]] = {
    OilKind.ENGINE: _ENGINE,
    OilKind.GEAR: [*_GEAR, *_ISO_COMMON[4:]],
    OilKind.TRANSMISSION: ["SAE 10W", "SAE 30", "SAE 50", "75W-90"],
    OilKind.GREASE: [f"NLGI {n}" for n in NLGI],
}
"""What a form offers for a kind; any other oil gets the ISO grades."""


def offered(kind: str | None = None) -> list[str]:
    """Grades to offer for a kind of oil, or all that are common."""
    if kind in OFFERED:
        return OFFERED[kind]
    if kind in (None, OilKind.OTHER):
        return [*_ISO_COMMON, *_ENGINE, *_GEAR, *OFFERED[OilKind.GREASE]]
    return [] if kind == OilKind.COOLANT else _ISO_COMMON


def fault(text: str, kind: str) -> Text | None:
    """What is wrong with a grade as typed for this kind, or None; coolant and other take anything."""
    if not text or kind in (OilKind.COOLANT, OilKind.OTHER) or read_grade(text, kind):
        return None
    number = re.search(r"\d+", normalize("NFKC", text))
    if number and re.search(r"VG|ISO", text, re.IGNORECASE):
        near = min(ISO_VG, key=lambda g: abs(float(ISO_VG[g]) - float(number[0])))
        return T("没有 ISO VG {number} 这个等级，最近的是 ISO VG {near}", number=number[0], near=near)
    return T("黏度等级写成 {example} 这样", example="、".join(offered(kind)[:3]))  # data


def meaning(text: str | None, kind: str) -> list[Text]:
    """What the grade stands for, in figures: one sentence each; empty when it is no standard grade."""
    grade = read_grade(text or "", kind)
    if grade is None:
        return []
    if grade.standard == "ISO 3448":
        return [_iso_meaning(grade.name)]
    if grade.standard == "NLGI":
        low, high, feel = NLGI[grade.name.removeprefix("NLGI ")]
        return [
            T(
                "{grade}：工作锥入度 {low}–{high}（0.1 mm，25 °C），{feel}",
                grade=grade.name,
                low=low,
                high=high,
                feel=feel,
            )
        ]
    winter, _, summer = grade.name.removeprefix("SAE ").partition("-")
    cold, hot = (winter, summer) if winter.endswith("W") else ("", winter)
    return (
        _engine_meaning(grade.name, cold, hot) if grade.standard == "SAE J300" else _gear_meaning(grade.name, cold, hot)
    )


def _iso_meaning(name: str) -> Text:
    middle = ISO_VG[name.removeprefix("ISO VG ")]
    low, high = (f"{(middle * tenth).normalize():f}" for tenth in (Decimal("0.9"), Decimal("1.1")))
    return T("{grade}：40 °C 时 {low}–{high} mm²/s", grade=name, low=low, high=high)


def _engine_meaning(name: str, cold: str, hot: str) -> list[Text]:
    told = []
    if hot:
        told.append(_at_100(name, J300[hot]))
    if cold:
        w = J300_WINTER[cold]
        told.append(T("{at} °C 冷启动黏度不大于 {most} mPa·s", at=w.cranking_at, most=f"{w.cranking:,}"))
        told.append(T("{at} °C 泵送黏度不大于 {most} mPa·s", at=w.pumping_at, most=f"{w.pumping:,}"))
    if hot:
        sheared = LIGHT_40 if hot == "40" and cold in ("0W", "5W", "10W") else J300[hot].sheared
        told.append(T("150 °C 高温高剪切黏度不小于 {least} mPa·s", least=sheared))
    return told


def _gear_meaning(name: str, cold: str, hot: str) -> list[Text]:
    told = [_at_100(name, J306[hot])] if hot else []
    if cold:
        at, _least = J306_WINTER[cold]
        told.append(T("黏度达到 150,000 mPa·s 的温度不高于 {at} °C", at=at))
    return told


def _at_100(name: str, grade: Summer) -> Text:
    if grade.below is None:
        return T("{grade}：100 °C 时不小于 {low} mm²/s", grade=name, low=grade.least)
    return T("{grade}：100 °C 时 {low} 至小于 {below} mm²/s", grade=name, low=grade.least, below=grade.below)


def classes(performance: str | None) -> list[Text]:
    """What is known of the API categories that a performance text names."""
    told = []
    for word in re.split(r"[/,;、，；]|\bAPI\b", (performance or "").upper()):  # data
        name = word.strip()
        if name in API:
            fuel, since = API[name]
            told.append(
                T("API {name}：{fuel}，{since} 起", name=name, fuel=fuel, since=since)
                if since
                else T("API {name}：{fuel}", name=name, fuel=fuel)
            )
        elif name in API_OBSOLETE:
            told.append(T("API {name}：汽油机，已淘汰", name=name))
    return told
