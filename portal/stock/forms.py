"""What people type about stock."""

from __future__ import annotations

from typing import Any

from wtforms import ValidationError

from portal.core.fields import Form, Optional, Quantity, Required, Tick, Words
from portal.core.refusal import Wrong
from portal.core.text import T
from portal.customers import regions
from portal.stock.rules import FIELDS, read_serves


class CountForm(Form):
    counted = Quantity(T("盘点数"), [Required()], least=0)
    reason = Words(T("原因"), [Required(T("写明原因，例如 月末盘点、漏油"))])


class ReceiptForm(Form):
    """The head of a receipt; its lines are read by `stock.receipts`."""

    note = Words(T("备注"), [Optional()])


class WarehouseForm(Form):
    code = Words(FIELDS["code"], [Required()], most=20)
    name = Words(FIELDS["name"], [Required()], most=60)
    region = Words(FIELDS["region_code"], [Optional()], description=T("例如 重庆市渝北区，或六位代码"))
    address = Words(FIELDS["address"], [Optional()])
    serves = Words(FIELDS["serves"], [Optional()], description=T("例如 重庆、四川；其余地区由主仓供应"))
    is_main = Tick(FIELDS["is_main"])

    def validate_region(self, field: Words) -> None:
        if field.data and regions.code_of(field.data) is None:
            raise ValidationError(T("没有叫“{word}”的地区，写省、市、区县的名称或代码", word=field.data))

    def validate_serves(self, field: Words) -> None:
        try:
            read_serves(field.data or "")
        except Wrong as wrong:
            raise ValidationError(wrong.errors["serves"]) from None

    def fields(self) -> dict[str, Any]:
        """What the actions take."""
        return {
            "code": self.code.data, "name": self.name.data, "address": self.address.data or None,
            "region_code": regions.code_of(self.region.data) if self.region.data else None,
            "serves": read_serves(self.serves.data or ""), "is_main": bool(self.is_main.data),
        }  # fmt: skip
