"""Provinces, cities and counties of China by their six digits of GB/T 2260 (`regions.txt` names its source).

Areas that exist only in the table (市辖区 and 县 of the municipalities, 省直辖县级行政区划) are left out: their
counties hang on the province. 东莞, 中山 and 儋州 have no counties and end at the city.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from portal.core.search import fold


@cache
def _names() -> dict[str, str]:
    """code -> own name, in the order of the codes."""
    names: dict[str, str] = {}
    for row in Path(__file__).with_name("regions.txt").read_text(encoding="utf-8").splitlines():
        if row.startswith("#"):
            continue
        prefix, own, *counties = row.split(" ")
        if own != "-":
            names[prefix.ljust(6, "0")] = own
        names.update((prefix + county[:2], county[2:]) for county in counties)
    return names


def exists(code: str | None) -> bool:
    return code in _names()


def line(code: str | None) -> list[str]:
    """The codes from the province down to `code`; nothing when there is no such region."""
    if code is None or code not in _names():
        return []
    above = (code[:2] + "0000", code[:4] + "00", code)
    return [c for c in dict.fromkeys(above) if c in _names()]


def name(code: str | None) -> str:
    """ "重庆市 渝北区"; an unknown code is shown as it is, None as nothing."""
    return " ".join(_names()[c] for c in line(code)) or code or ""


def full(code: str | None) -> str:
    """ "重庆市渝北区", as it stands before an address."""
    return name(code).replace(" ", "")


def children(code: str | None) -> list[tuple[str, str]]:
    """(code, own name) of what lies directly below; of None: the provinces."""
    return _children().get(code, [])


@cache
def _children() -> dict[str | None, list[tuple[str, str]]]:
    below: dict[str | None, list[tuple[str, str]]] = {}
    for code, own in _names().items():
        above = [None, *line(code)][-2]
        below.setdefault(above, []).append((code, own))
    return below


def code_of(text: str) -> str | None:
    """The region people mean by "500112", "重庆市 渝北区", "重庆渝北区" or "渝北区"; None when none or several fit."""
    clean = re.sub(r"[\s/\-,，、>]+", "", fold(text))  # data
    return clean if exists(clean) else _by_name().get(clean)


@cache
def _by_name() -> dict[str, str | None]:
    """Every way to write a region -> its code, None where it could be several."""
    found: dict[str, str | None] = {}
    for code in _names():
        own = [_names()[c] for c in line(code)]
        shorter = [re.sub("(市|省|壮族自治区|回族自治区|维吾尔自治区|自治区)$", "", part) for part in own[:-1]]  # data
        ways = {"".join(own), "".join([*shorter, own[-1]]), own[-1], "".join(own[1:]), "".join([*shorter[1:], own[-1]])}
        if len(own) == 3:
            ways |= {own[0] + own[2], shorter[0] + own[2]}
        for way in ways - {""}:
            found[way] = code if found.get(way, code) == code else None
    return found
