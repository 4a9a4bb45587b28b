"""How fields and prices are called where they are shown."""

from __future__ import annotations

from portal.core import money
from portal.core.language import kilos, litres
from portal.core.text import T, Text
from portal.products.rules.choices import OilKind, PackageKind
from portal.products.rules.pricing import Priced, PriceRule

FIELDS: dict[str, Text] = {
    "code": T("编码"),
    "name": T("名称"),
    "brand": T("品牌"),
    "kind": T("种类"),
    "viscosity": T("黏度等级"),
    "performance": T("性能等级"),
    "pinyin": T("助记码"),
    "package": T("包装类型"),
    "package_name": T("包装写法"),
    "unit": T("单位"),
    "volume_ml": T("容量"),
    "weight_g": T("毛重"),
    "multiple": T("起订倍数"),
    "barcode": T("条码"),
    "list_price_fen": T("目录价"),
    "is_returnable": T("空桶要收回"),
    "least": T("起订数量"),
    "price_fen": T("单价"),
    "valid_from_on": T("开始日期"),
    "valid_until_on": T("结束日期"),
}


def told(field: str, value: object) -> Text | str:
    """A stored value as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return T("是") if value else T("否")
    if field in ("kind", "package"):
        return (OilKind if field == "kind" else PackageKind)(str(value)).label
    if isinstance(value, int):
        if field.endswith("_fen"):
            return money.show(value)
        if field.endswith("_ml"):
            return litres(value)
        if field.endswith("_g"):
            return kilos(value)
    return str(value)


def because(priced: Priced) -> Text:
    """The rule behind a price, in a sentence."""
    facts = {"name": priced.list_name or "", "least": priced.least}
    if priced.rule is PriceRule.CUSTOMER:
        return T("客户专价，价格表“{name}”，满 {least} 起", **facts)
    if priced.rule is PriceRule.CLASS:
        return T("等级价，价格表“{name}”，满 {least} 起", **facts)
    return T("目录价") if priced.rule is PriceRule.LIST else T("还没有价格，不能下单")
