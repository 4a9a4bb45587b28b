"""The groups of fields that a customer's file shows and edits as one, and how each value is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any, NamedTuple

from portal.core.choice import Choice
from portal.core.text import T, Text
from portal.customers import regions
from portal.customers.rules.kinds import Kind, PriceClass, PurchaseMode, SalesMode

Written = str | Text | None


class Field(NamedTuple):
    name: str
    label: Text
    write: Callable[[Any], Written] = lambda value: None if value is None else str(value)
    personal: bool = False
    """May have to be erased one day: the journal keeps it aside."""


class Group(NamedTuple):
    """`fields` that are edited together; `verb` is what the journal calls it."""

    key: str
    title: Text
    verb: str
    fields: tuple[Field, ...]


def _choice(choices: type[Choice]) -> Callable[[Any], Written]:
    return lambda value: choices(value).label if value else None


def _phone(value: str | None) -> Written:
    """138 0013 8000; land lines as they are."""
    if value and len(value) == 11 and value.startswith("1"):
        return f"{value[:3]} {value[3:7]} {value[7:]}"
    return value


def _fen(value: int | None) -> Written:
    return None if value is None else T("{amount_fen}", amount_fen=value)


def _ml(value: int | None) -> Written:
    return None if value is None else T("{amount_ml}", amount_ml=value)


def _yes(value: bool | None) -> Written:
    return T("是") if value else T("否")


def _clock(value: time | None) -> Written:
    return None if value is None else f"{value:%H:%M}"


IDENTITY = Group("identity", T("名称与代码"), "customer.identity_edited", (
    Field("name", T("客户名称")),
    Field("pinyin", T("助记码")),
    Field("uscc", T("统一社会信用代码")),
    Field("kind", T("客户类型"), _choice(Kind)),
))  # fmt: skip
PLACE = Group("place", T("地址与电话"), "customer.place_edited", (
    Field("region_code", T("所在地区"), regions.name),
    Field("address", T("地址")),
    Field("phone", T("电话"), _phone, personal=True),
))  # fmt: skip
TERMS = Group("terms", T("价格等级与销售方式"), "customer.terms_edited", (
    Field("price_class", T("价格等级"), _choice(PriceClass)),
    Field("sales_mode", T("销售方式"), _choice(SalesMode)),
))  # fmt: skip
DEALER = Group("profile", T("经销商资料"), "customer.dealer_edited", (
    Field("agreement", T("经销协议")),
    Field("agreement_until_on", T("协议到期日")),
    Field("territory", T("经销区域")),
    Field("is_exclusive", T("独家经销"), _yes),
    Field("deposit_fen", T("保证金"), _fen),
    Field("yearly_task_ml", T("年度任务"), _ml),
    Field("outlets", T("网点数")),
))  # fmt: skip
END = Group("profile", T("终端资料"), "customer.end_edited", (
    Field("industry", T("行业")),
    Field("equipment", T("主要设备")),
    Field("purchase_mode", T("采购方式"), _choice(PurchaseMode)),
    Field("yearly_use_ml", T("年用油量"), _ml),
))  # fmt: skip

CONTACT = Group("contact", T("联系人"), "contact.edited", (
    Field("name", T("姓名")),
    Field("position", T("职务")),
    Field("phone", T("电话"), _phone),
    Field("is_main", T("主要联系人"), _yes),
    Field("may_receive", T("授权收货人"), _yes),
))  # fmt: skip
SITE = Group("site", T("收货地点"), "site.edited", (
    Field("name", T("名称")),
    Field("region_code", T("所在地区"), regions.name),
    Field("address", T("地址")),
    Field("contact_name", T("收货人")),
    Field("phone", T("电话"), _phone),
    Field("receives_from", T("收货开始"), _clock),
    Field("receives_until", T("收货结束"), _clock),
    Field("longitude", T("经度")),
    Field("latitude", T("纬度")),
    Field("unloading", T("卸货说明")),
    Field("is_default", T("默认收货地点"), _yes),
))  # fmt: skip

PROFILES = {Kind.DEALER: DEALER, Kind.END: END}
BY_VERB = {group.verb: group for group in (IDENTITY, PLACE, TERMS, DEALER, END)}


def groups(kind: Kind) -> dict[str, Group]:
    """The groups of a file of this kind, by key, in the order of the page."""
    return {group.key: group for group in (IDENTITY, PLACE, TERMS, PROFILES[kind])}


def written(group: Group, values: Mapping[str, Any]) -> list[tuple[Text, Written]]:
    """(label, value as people read it) of the group's fields that `values` has."""
    return [(field.label, field.write(values[field.name])) for field in group.fields if field.name in values]


def differences(group: Group, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of the fields that change."""
    return [f.name for f in group.fields if f.name in after and before.get(f.name) != after[f.name]]


def apart(group: Group, theirs: Mapping[str, Any], yours: Mapping[str, Any]) -> list[tuple[Text, Written, Written]]:
    """(label, theirs, yours) of the fields in which two versions differ."""
    return [
        (field.label, field.write(theirs[field.name]), field.write(yours[field.name]))
        for field in group.fields
        if field.name in yours and yours[field.name] != theirs[field.name]
    ]


def told(verb: str, facts: Mapping[str, Any]) -> list[Text]:
    """What a journal entry of an edit changed: "label: old → new", one line a field; for other verbs nothing."""
    group, old, new = BY_VERB.get(verb), facts.get("old", {}), facts.get("new", {})
    if group is None:
        return []
    return [
        T("{label}：{old} → {new}", label=field.label, old=field.write(old.get(field.name)) or "—",
          new=field.write(new[field.name]) or "—")
        for field in group.fields
        if field.name in new
    ]  # fmt: skip
