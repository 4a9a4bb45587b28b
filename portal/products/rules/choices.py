"""What an oil and its packages are, and how they are written down."""

from __future__ import annotations

import re

from portal.core.choice import Choice
from portal.core.language import kilos, litres
from portal.core.search import fold, haystack
from portal.core.text import T, Text


class OilKind(Choice):
    ENGINE = "engine", "发动机油"
    GEAR = "gear", "齿轮油"
    HYDRAULIC = "hydraulic", "液压油"
    TURBINE = "turbine", "汽轮机油"
    COMPRESSOR = "compressor", "压缩机油"
    TRANSMISSION = "transmission", "传动油"
    SLIDEWAY = "slideway", "导轨油"
    GREASE = "grease", "润滑脂"
    COOLANT = "coolant", "冷却液"
    OTHER = "other", "其他"


class PackageKind(Choice):
    DRUM = "drum", "大桶"
    PAIL = "pail", "中桶"
    CAN = "can", "小桶"
    CARTON = "carton", "箱"
    IBC = "ibc", "吨箱"
    BULK = "bulk", "散装"
    PIECE = "piece", "件"


class SkuState(Choice):
    ON_SALE = "on_sale", "在售"
    DISCONTINUED = "discontinued", "停售"


MOST_PRICE_FEN = 1_000_000_000
"""Ten million yuan for one package: beyond this somebody's finger slipped."""

SENTENCES: dict[str, Text] = {
    "product.created": T("新建产品 {name}"),
    "product.edited": T("修改产品 {code}"),
    "sku.created": T("新建规格 {code}"),
    "sku.edited": T("修改规格 {code}"),
    "sku.repriced": T("{code} 目录价 {before_fen} → {after_fen}"),
    "sku.discontinued": T("停售规格 {code}"),
    "sku.put_back": T("恢复销售规格 {code}"),
    "sku.named": T("客户把 {code} 叫作“{alias}”"),
    "sku.name_removed": T("删去客户的叫法“{alias}”"),
    "price_list.created": T("新建价格表“{name}”，{lines} 行"),
    "price_list.edited": T("修改价格表“{name}”"),
    "price_list.line_added": T("{code} 定价：满 {least} 起 {price_fen}"),
    "price_list.line_edited": T("{code} 改价：{before_fen} → {price_fen}，满 {least} 起"),
    "price_list.line_removed": T("删去 {code} 的价格 {price_fen}，满 {least} 起"),
}
"""How the journal tells what happened."""


def package_words(name: str | None, kind: str, volume_ml: int | None, weight_g: int | None) -> str:
    """The package as documents print it: its own name, else "200 L 大桶" or "15 kg 中桶" from what it holds."""
    if name:
        return name
    holds = litres(volume_ml) or kilos(weight_g)
    return f"{holds} {PackageKind(kind).label}".strip()


def sku_label(product_name: str, package: str) -> str:
    """Name and package as a line of a document prints it."""
    return f"{product_name} {package}"


def sku_spec(viscosity: str | None, performance: str | None, package: str) -> str:
    """Viscosity, performance and package in one line."""
    return " · ".join(part for part in (viscosity, performance, package) if part)


def search_text(*names: str | None) -> str:
    """What a search box looks in: all names folded, and once more without blanks and signs ("L-HM 46" → "lhm46")."""
    folded = haystack(*names)
    bare = (re.sub(r"[\W_]+", "", fold(name)) for name in names if name)
    return folded + " " + " ".join(dict.fromkeys(bare))
