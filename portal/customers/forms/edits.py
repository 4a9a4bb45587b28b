"""One form for each group of fields in a customer's file (rules.groups)."""

from __future__ import annotations

from typing import Any

from portal.core.choice import Choice
from portal.core.fields import Day, Fen, Form, Optional, Phone, Pick, Quantity, Required, Tick, Words
from portal.core.text import T, Text
from portal.customers.forms.fields import Litres, RegionField
from portal.customers.rules import Kind, PriceClass, PurchaseMode, SalesMode
from portal.customers.rules.groups import groups


def label(name: str) -> Text:
    """The one name that a field has on pages, in forms and in the journal."""
    return LABELS[name]


LABELS: dict[str, Text] = {
    field.name: field.label for kind in Kind for group in groups(kind).values() for field in group.fields
}


class EditForm(Form):
    """`given()` is what the action takes."""

    def given(self) -> dict[str, Any]:
        return {name: field.data for name, field in self._fields.items()}


class IdentityForm(EditForm):
    name = Words(label("name"), [Required()], most=100)
    pinyin = Words(label("pinyin"), [Optional()], most=60, description=T("拼音首字母，多个用空格隔开；留空自动生成"))
    uscc = Words(label("uscc"), [Optional()], most=40, description=T("18 位，可以带空格粘贴"))
    kind = Pick(label("kind"), Kind)


class PlaceForm(EditForm):
    region_code = RegionField(label("region_code"))
    address = Words(label("address"), [Optional()], most=200)
    phone = Phone(label("phone"), [Optional()])


class TermsForm(EditForm):
    price_class = Pick(label("price_class"), PriceClass)
    sales_mode = Pick(label("sales_mode"), SalesMode)


class DealerForm(EditForm):
    agreement = Words(label("agreement"), [Optional()], most=100, description=T("协议编号或名称"))
    agreement_until_on = Day(label("agreement_until_on"), [Optional()])
    territory = Words(label("territory"), [Optional()], most=200)
    is_exclusive = Tick(label("is_exclusive"))
    deposit_fen = Fen(label("deposit_fen"), [Optional()], least_fen=0)
    yearly_task_ml = Litres(label("yearly_task_ml"), [Optional()])
    outlets = Quantity(label("outlets"), [Optional()], least=0, most=100_000)


def _or_none(choices: type[Choice]) -> list[tuple[str, Text]]:
    return [("", T("未填")), *choices.pairs()]


class EndForm(EditForm):
    industry = Words(label("industry"), [Optional()], most=60)
    equipment = Words(label("equipment"), [Optional()], most=200, description=T("例如 空压机 6 台、挖掘机 12 台"))
    purchase_mode = Pick(label("purchase_mode"), _or_none(PurchaseMode))
    yearly_use_ml = Litres(label("yearly_use_ml"), [Optional()])


PROFILES = {Kind.DEALER: DealerForm, Kind.END: EndForm}


def edits(kind: Kind) -> dict[str, type[EditForm]]:
    """The form of each group of a file of this kind."""
    return {"identity": IdentityForm, "place": PlaceForm, "terms": TermsForm, "profile": PROFILES[kind]}
