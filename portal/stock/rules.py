"""Stock: what moves it and what may never happen to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from portal.core.choice import Choice
from portal.core.refusal import Refusal, Wrong
from portal.core.text import T, Text
from portal.customers import regions


class MoveKind(Choice):
    RECEIPT = "receipt", "入库"
    ADJUSTMENT = "adjustment", "盘点调整"
    SHIPMENT = "shipment", "出库"
    RETURN = "return", "退回入库"
    WRITE_OFF = "write_off", "报损"


class DrumMove(Choice):
    DELIVERED = "delivered", "随货送出"
    RETURNED = "returned", "空桶收回"
    CHARGED = "charged", "折价收取"


class Stock(Choice):
    """What a buyer is told about stock."""

    PLENTY = "plenty", "有货"
    FEW = "few", "少量"
    NONE = "none", "缺货"


class NoWarehouse(Refusal):
    title = T("还没有仓库")
    next = T("在“库存 / 仓库”里建一个主仓。")


class NotInStock(Refusal):
    """More is taken than there is, or than is reserved: stock never goes below what is held."""

    status = 409
    title = T("库存不够")
    next = T("刷新页面查看现在的库存；账实不符时先盘点。")


class BelowReserved(Refusal):
    """A count finds less than orders hold."""

    title = T("盘点数少于已被订单占用的数量")
    next = T("先在订单里取消或减少占用，再做盘点；或再数一遍。")


FEW = 10
"""From so many free packages on a buyer reads 有货, below 少量."""


def stock_level(free: int) -> Stock:
    if free <= 0:
        return Stock.NONE
    return Stock.PLENTY if free >= FEW else Stock.FEW


def stock_word(free: int) -> Text:
    """What a buyer is told about `free` packages: 有货, 少量 or 缺货, never the number."""
    return stock_level(free).label


class Serving(Protocol):
    """A warehouse with the region prefixes it serves ("50,51")."""

    @property
    def id(self) -> int: ...
    @property
    def serves(self) -> str: ...
    @property
    def is_main(self) -> bool: ...


def serving(warehouses: Iterable[Serving], region_code: str | None) -> int | None:
    """The id of the warehouse with the longest prefix of the region, else of the main one, else of any."""
    best: tuple[int, bool, int] | None = None
    for warehouse in warehouses:
        prefixes = [p.strip() for p in warehouse.serves.split(",") if p.strip()]
        longest = max((len(p) for p in prefixes if (region_code or "").startswith(p)), default=0)
        place = (longest, warehouse.is_main, -warehouse.id)
        best = max(best, place) if best else place
    return -best[2] if best else None


def read_serves(typed: str) -> str:
    """ "重庆，510100" -> "50,5101": the region prefixes that a warehouse serves; Wrong names what is no region."""
    prefixes = []
    for word in re.split(r"[,，;；、\s]+", typed.strip()):  # data
        if not word:
            continue
        code = _region(word)
        if code is None:
            raise Wrong({"serves": T("没有叫“{word}”的地区，写省、市、区县的名称或代码", word=word)})
        prefixes.append(re.sub(r"(00)+$", "", code))
    return ",".join(dict.fromkeys(prefixes))


def _region(word: str) -> str | None:
    """The code of "50", "5101", "重庆市" or "四川"."""
    ways = [word.ljust(6, "0")] if word.isdigit() else [word + end for end in ("", "省", "市", "自治区")]  # data
    return next((code for way in ways if (code := regions.code_of(way))), None)


def region_names(serves: str) -> list[str]:
    """The prefixes of `serves` as people call them."""
    return [regions.full(prefix.ljust(6, "0")) for prefix in serves.split(",") if prefix]


DRUM_SIGN = {DrumMove.DELIVERED: 1, DrumMove.RETURNED: -1, DrumMove.CHARGED: -1}

FIELDS: dict[str, Text] = {
    "code": T("编码"),
    "name": T("名称"),
    "region_code": T("地区"),
    "address": T("地址"),
    "serves": T("供应的地区"),
    "is_main": T("主仓"),
}

SENTENCES: dict[str, Text] = {
    "stock.received": T("{warehouse} 入库 {lines} 种 {quantity} 件"),
    "stock.adjusted": T("{warehouse} 盘点 {code}：{before} → {counted}"),
    "stock.shipped": T("{warehouse} 出库 {lines} 种 {quantity} 件"),
    "stock.returned": T("{warehouse} 退回 {lines} 种 {quantity} 件"),
    "stock.written_off": T("{warehouse} 报损 {lines} 种 {quantity} 件"),
    "drums.delivered": T("周转桶随货送出 {quantity} 只"),
    "drums.returned": T("收回空桶 {quantity} 只"),
    "drums.charged": T("空桶折价收取 {quantity} 只"),
    "warehouse.created": T("新建仓库 {name}"),
    "warehouse.edited": T("修改仓库 {name}"),
}
"""How the journal tells what happened."""
