"""What people type about deliveries."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from wtforms import ValidationError

from portal.core.db import AnyRow
from portal.core.fields import Day, Form, Paragraph, Pick, Quantity, Required, Tick, Words, half_width, whole
from portal.core.refusal import Wrong
from portal.core.text import T, Text
from portal.deliveries.rules import Deviation, Said, Why, deviation_of


class BoardForm(Form):
    """Which board; what cannot be read counts as not asked."""

    day = Day(T("日期"))
    warehouse = Pick(T("仓库"), coerce=int)


class RunForm(Form):
    """Which vehicle, who drives, and why it may carry too much."""

    vehicle_id = Pick(T("车辆"), coerce=int)
    driver_id = Pick(T("送货员"), coerce=int)
    overload_reason = Words(T("超载理由"), description=T("只在超出载量时填"))


class VehicleForm(Form):
    plate = Words(T("车牌"), [Required(T("填车牌，例如 渝A12345"))], most=12)
    name = Words(T("车型"), [Required(T("填车型，例如 4.2 米厢货"))], most=40)
    capacity_kg = Quantity(T("载重"), [Required()], most=100_000)
    capacity_drums = Quantity(T("200 L 桶位"), [Required()], most=1_000)
    driver_id = Pick(T("常用送货员"), coerce=int)
    is_active = Tick(T("在用"), default=True)

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {
            "plate": half_width(self.plate.data).upper().replace(" ", ""),
            "name": self.name.data,
            "capacity_g": (self.capacity_kg.data or 0) * 1000,
            "capacity_drums": self.capacity_drums.data,
            "driver_id": self.driver_id.data or None,
        }


class ReleaseForm(Form):
    reason = Paragraph(T("放行理由"), [Required(T("写明为什么可以装车"))], most=500)


class ProofForm:
    """The driver's slip: per line `delivered-7`, `short-7`, `damaged-7`, `refused-7`, `rest-7`, `why-7`; `empties-3`.

    The button `do=fail` says that the whole stop failed, `fail` why: then every line went that way.
    """

    def __init__(self, lines: Sequence[AnyRow], typed: Mapping[str, str] | None = None) -> None:
        self.lines = lines
        self.typed = typed or {}
        self.errors: dict[str, Text] = {}

    def value(self, name: str, otherwise: Any = "") -> Any:
        """What was typed into a box, or what stands there at first."""
        return self.typed.get(name, otherwise)

    def mend(self, wrong: Wrong) -> None:
        """Show what an action refused."""
        self.errors.update(wrong.errors)

    def outcomes(self) -> dict[int, Said]:
        """What was said of every line; a box that cannot be read is an error of its line."""
        if self.value("do") == "fail":
            fail = self._choice(Why, "fail")
            went = deviation_of(fail) if fail else Deviation.SHORT
            return {line.id: Said(0, rest=went, why=fail) for line in self.lines}
        return {line.id: self._line(line) for line in self.lines}

    def _line(self, line: AnyRow) -> Said:
        counts = {
            name: self._count(f"{name}-{line.id}", f"line-{line.id}", otherwise)
            for name, otherwise in (("delivered", line.quantity), ("short", 0), ("damaged", 0), ("refused", 0))
        }
        rest, why = self._choice(Deviation, f"rest-{line.id}"), self._choice(Why, f"why-{line.id}")
        return Said(**counts, rest=rest, why=why)

    def empties(self, sku_ids: Sequence[int]) -> dict[int, int]:
        """sku -> drums taken back."""
        return {sku: self._count(f"empties-{sku}", f"empties-{sku}", 0, most=999) for sku in sku_ids}

    def _count(self, box: str, field: str, otherwise: int, *, most: int = 1_000_000) -> int:
        text = half_width(self.typed.get(box, ""))
        if not text:
            return otherwise
        try:
            return whole(text, least=0, most=most)
        except ValidationError as refused:
            self.errors[field] = refused.args[0]
            return otherwise

    def _choice(self, kind: Any, box: str) -> Any:
        value = self.typed.get(box, "")
        return kind(value) if value in {member.value for member in kind} else None

    @property
    def receiver(self) -> str | None:
        return self._words("receiver", 60)

    @property
    def note(self) -> str | None:
        return self._words("note", 500)

    def _words(self, box: str, most: int) -> str | None:
        text = self.typed.get(box, "").replace("\x00", "").strip()
        if len(text) > most:
            self.errors[box] = T("最多 {most} 个字，现在 {n} 个", most=most, n=len(text))
        return text[:most] or None

    @property
    def signed_at(self) -> datetime | None:
        """When the receiver signed by the phone's clock, if it said so."""
        try:
            at = datetime.fromisoformat(self.typed.get("signed_at", ""))
        except ValueError:
            return None
        return at if at.tzinfo is not None else None

    @property
    def signature(self) -> bytes | None:
        """The picture that the pad drew (a data URL); None when nobody signed, or when it is no picture."""
        head, _comma, data = self.typed.get("signature", "").partition(",")
        if not head.startswith("data:image/") or not data:
            return None
        try:
            return base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            return None
