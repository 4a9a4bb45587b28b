"""Boxes that only customers' forms have: a region in steps, coordinates, a time of day, litres."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from wtforms import Field, ValidationError
from wtforms.widgets import HiddenInput

from portal.core.fields import _Typed, half_width
from portal.core.text import T
from portal.customers import regions


class RegionField(Field):
    """A region in up to three boxes of one name: province, city, county; `data` is the deepest code chosen or None.

    Boxes after an empty one, and those that do not fit the one before (the province was just changed), do not count.
    """

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        for code in valuelist:
            if not code:
                return
            if not regions.exists(code):
                raise ValueError(T("没有这个地区，从列表里选"))
            if self.data is not None and self.data not in regions.line(code):
                return
            self.data = code

    def steps(self) -> list[tuple[list[tuple[str, str]], str]]:
        """For each box: its choices, and the one chosen ("": none yet)."""
        chosen = regions.line(self.data)
        above: list[str | None] = [None, *chosen]
        boxes = [(regions.children(code), chosen[n] if n < len(chosen) else "") for n, code in enumerate(above)]
        return [(choices, code) for choices, code in boxes if choices]


_DEGREES = r"(-?\d{1,3}(?:\.\d{1,15})?)°?"


class Coordinates(_Typed):
    """Longitude and latitude as Chinese maps give them, "106.551, 29.563"; `data` is the pair."""

    inputmode = "text"

    def written(self, value: Any) -> str:
        return ", ".join(f"{degrees:.6f}".rstrip("0").rstrip(".") for degrees in value)

    def read(self, text: str) -> tuple[float, float]:
        found = re.fullmatch(rf"{_DEGREES}[\s,、/]+{_DEGREES}", half_width(text))  # data
        if found is None:
            raise ValidationError(T("写成 经度, 纬度，例如 106.551, 29.563"))
        return float(found[1]), float(found[2])


class Clock(_Typed):
    """A time of day: 8:00, 08:00, 0800, 8点, 8点半."""

    inputmode = "text"

    def written(self, value: Any) -> str:
        return f"{value:%H:%M}"

    def read(self, text: str) -> time:
        clean = half_width(text).replace("点半", ":30")  # data
        found = re.fullmatch(r"(\d{1,2})[:点时.]?(\d{2})?分?", clean)  # data
        if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise ValidationError(T("时间写成 8:00"))
        return time(int(found[1]), int(found[2] or 0))


class Litres(_Typed):
    """Litres with up to three decimals, kept in millilitres."""

    inputmode = "decimal"

    def written(self, value: Any) -> str:
        return f"{value / 1000:.3f}".rstrip("0").rstrip(".")

    def read(self, text: str) -> int:
        clean = re.sub(r"[\s,]|升|l$", "", half_width(text), flags=re.IGNORECASE)  # data
        if not re.fullmatch(r"\d{1,9}(\.\d{1,3})?", clean):
            raise ValidationError(T("升数写成数字，例如 12000"))
        return round(float(clean) * 1000)
