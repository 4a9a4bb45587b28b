"""How complete a customer's file is, and what is missing by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from portal.core.text import T, Text
from portal.customers.rules.kinds import Kind


class Item(NamedTuple):
    """Something a file must hold; `place` is the group or tab where it is filled in."""

    key: str
    label: Text
    place: str


EVERY = (
    Item("uscc", T("统一社会信用代码"), "identity"),
    Item("region_code", T("所在地区"), "place"),
    Item("address", T("地址"), "place"),
    Item("phone", T("电话"), "place"),
    Item("owner", T("负责人"), "owner"),
    Item("contact", T("主要联系人"), "contacts"),
    Item("contact_phone", T("联系人电话"), "contacts"),
    Item("receiver", T("授权收货人"), "contacts"),
    Item("site", T("默认收货地点"), "sites"),
    Item("site_region", T("收货地点的地区"), "sites"),
    Item("site_window", T("收货时间"), "sites"),
)
"""What both kinds need."""

OWN: dict[Kind, tuple[Item, ...]] = {
    Kind.DEALER: (
        Item("agreement", T("经销协议"), "profile"),
        Item("agreement_until_on", T("协议到期日"), "profile"),
        Item("territory", T("经销区域"), "profile"),
        Item("deposit_fen", T("保证金"), "profile"),
        Item("yearly_task_ml", T("年度任务"), "profile"),
        Item("outlets", T("网点数"), "profile"),
    ),
    Kind.END: (
        Item("industry", T("行业"), "profile"),
        Item("equipment", T("主要设备"), "profile"),
        Item("purchase_mode", T("采购方式"), "profile"),
        Item("yearly_use_ml", T("年用油量"), "profile"),
    ),
}
"""What only that kind needs."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """`percent` of the `total` items are there, rounded down, so that 100 means all; `missing` names the others."""

    percent: int
    missing: tuple[Item, ...]
    total: int


def completeness(kind: Kind, held: Mapping[str, object]) -> Completeness:
    """Compare what the file holds (key of an Item -> value; 0 is a value, None and "" are not) with what it must."""
    wanted = EVERY + OWN[kind]
    missing = tuple(item for item in wanted if held.get(item.key) is None or held[item.key] == "")
    return Completeness(100 * (len(wanted) - len(missing)) // len(wanted), missing, len(wanted))
