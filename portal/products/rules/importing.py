# data
"""Rows of price lists and product tables as suppliers send them: which header means what, and how a cell is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from portal.core import money
from portal.core.refusal import Refusal, Wrong
from portal.core.search import fold
from portal.core.text import T, Text
from portal.products.rules.choices import MOST_PRICE_FEN, OilKind, PackageKind

_HEADERS = {
    "code": "编码 商品编码 物料编码 规格编码 货号 sku code item itemcode productkey stockcode",
    "name": "名称 品名 商品名称 产品名称 产品 name product productname description",
    "product_code": "产品编码 product_code",
    "brand": "品牌 brand",
    "kind": "类别 分类 种类 油品类别 kind category subcategory",
    "viscosity": "粘度 黏度 粘度等级 黏度等级 粘度牌号 viscosity grade sae iso_vg",
    "performance": "性能等级 质量等级 级别 performance api class",
    "package_name": "包装 规格 包装规格 package pack packs packing",
    "package": "包装类型 package_kind",
    "unit": "单位 计量单位 unit uom",
    "litres": "升 升数 容量 容量(l) 体积 litres liters volume",
    "kilos": "公斤 千克 重量 毛重 毛重(kg) kg weight kilograms",
    "multiple": "起订倍数 倍数 订货倍数 装箱数 multiple increment",
    "barcode": "条码 条形码 barcode ean gtin",
    "list_price": "目录价 标价 零售价 单价 含税单价 价格 list_price price unitprice",
    "is_returnable": "周转桶 空桶回收 returnable",
    "pinyin": "助记码 拼音码 拼音 pinyin",
}
IMPORT_COLUMNS: dict[str, str] = {
    variant: field
    for field, heads in _HEADERS.items()
    for head in heads.split()
    for variant in (head, head.replace("_", " "))
}
"""Folded header (Chinese or English) -> field of a row."""

_KINDS = {
    "发动机油 机油 汽机油 柴机油 engine motor": OilKind.ENGINE,
    "齿轮油 gear": OilKind.GEAR,
    "液压 hydraulic": OilKind.HYDRAULIC,
    "汽轮机 涡轮 turbine": OilKind.TURBINE,
    "压缩机 冷冻机 空压机 compressor": OilKind.COMPRESSOR,
    "传动 变速 自动排挡 transmission atf": OilKind.TRANSMISSION,
    "导轨 slideway": OilKind.SLIDEWAY,
    "脂 黄油 grease": OilKind.GREASE,
    "冷却液 防冻 coolant antifreeze": OilKind.COOLANT,
}
_PACKAGES = {
    "吨箱 ibc": PackageKind.IBC,
    "散装 bulk": PackageKind.BULK,
    "大桶 drum": PackageKind.DRUM,
    "中桶 pail": PackageKind.PAIL,
    "箱 carton case": PackageKind.CARTON,
    "小桶 罐 瓶 can bottle": PackageKind.CAN,
}
_UNITS = {"l": 1000, "升": 1000, "ml": 1, "毫升": 1, "kg": 1000, "公斤": 1000, "千克": 1000, "g": 1, "克": 1}
_HOLDS = re.compile(r"(\d+(?:\.\d+)?)\s*(ml|l|kg|g|毫升|升|公斤|千克|克)(?:\s*[x*×/]\s*(\d+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One row that can be brought in; None: the row does not say, what is there stays."""

    code: str
    name: str
    product_code: str | None = None
    brand: str | None = None
    kind: str | None = None
    viscosity: str | None = None
    performance: str | None = None
    pinyin: str | None = None
    package: str | None = None
    package_name: str | None = None
    unit: str | None = None
    volume_ml: int | None = None
    weight_g: int | None = None
    multiple: int | None = None
    barcode: str | None = None
    list_price_fen: int | None = None
    is_returnable: bool | None = None

    def given(self, *names: str) -> dict[str, Any]:
        """What the row says of these fields."""
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def read_import_row(cells: dict[str, str]) -> ProductRow:
    """A row from its cells by field (IMPORT_COLUMNS); Wrong names each cell that cannot be taken and how to mend it."""
    text = {name: _clean(cell) for name, cell in cells.items()}
    errors: dict[str, Text] = {}
    read: dict[str, Any] = {
        "code": text.get("code") or "",
        "name": text.get("name") or "",
        **{f.name: text.get(f.name) for f in fields(ProductRow) if f.name in _AS_TYPED},
    }
    for name, most in (("code", 60), ("name", 200)):
        if not read[name]:
            errors[name] = T("没有编码") if name == "code" else T("没有名称")
        elif len(read[name]) > most:
            errors[name] = T("“{text}…”太长，最多 {most} 个字", text=read[name][:20], most=most)
    _read_package(text, read)
    for name, target, reader in _READERS:
        if cell := text.get(name):
            try:
                read[target] = reader(cell)
            except Wrong as wrong:
                errors[name] = wrong.errors["cell"]
    if errors:
        raise Wrong(errors)
    return ProductRow(**read)


_AS_TYPED = ("product_code", "brand", "viscosity", "performance", "pinyin", "package_name", "unit", "barcode")


def _clean(cell: str) -> str | None:
    """Half-width, trimmed; the words that tables write for nothing are nothing."""
    clean = re.sub(r"\s+", " ", normalize("NFKC", cell).replace("\x00", "")).strip()
    return None if clean.lower() in ("", "null", "n/a", "none", "-", "—") else clean


def _read_package(text: dict[str, str | None], read: dict[str, Any]) -> None:
    """Kind, litres or kilograms out of words like "200L 大桶" and "4 L × 6 箱"; columns of their own go before."""
    words = text.get("package") or text.get("package_name")
    if not words:
        return
    found = _HOLDS.search(words)
    amount = round(Decimal(found[1]) * _UNITS[found[2].lower()] * int(found[3] or 1)) if found else None
    is_weight = bool(found) and found[2].lower() in ("kg", "g", "公斤", "千克", "克")  # type: ignore[index]
    if amount and not is_weight:
        read["volume_ml"] = amount
    elif amount:
        read["weight_g"] = amount
    read["package"] = _package_kind(words, amount, several=bool(found and found[3])).value


def _package_kind(words: str, amount: int | None, *, several: bool) -> PackageKind:
    named: PackageKind | None = _known(_PACKAGES, words)
    if named:
        return named
    if several:
        return PackageKind.CARTON
    steps = ((800_000, PackageKind.IBC), (100_000, PackageKind.DRUM), (10_000, PackageKind.PAIL), (1, PackageKind.CAN))
    return next((kind for least, kind in steps if (amount or 0) >= least), PackageKind.PIECE)


def _known(table: dict[str, Any], words: str) -> Any:
    """The first entry one of whose words stands in the text."""
    folded = fold(words)
    return next((value for keys, value in table.items() if any(key in folded for key in keys.split())), None)


def _kind(text: str) -> str:
    return str((_known(_KINDS, text) or OilKind.OTHER).value)


def _amount(text: str, name: Text) -> int:
    """Thousandths of a litre or kilogram: "200", "200 L", "1,020.5"."""
    clean = re.sub(r"[\s,]|l|升|kg|公斤|千克", "", text, flags=re.IGNORECASE)
    try:
        amount = Decimal(clean)
        if not 0 < amount <= 100_000:
            raise InvalidOperation
    except InvalidOperation:
        raise Wrong({"cell": T("{name}“{text}”写成数字，例如 200", name=name, text=text[:20])}) from None
    return round(amount * 1000)


def _multiple(text: str) -> int:
    if not re.fullmatch(r"\d{1,4}", text) or int(text) < 1:
        raise Wrong({"cell": T("起订倍数“{text}”写成大于 0 的整数", text=text[:20])})
    return int(text)


def _price(text: str) -> int:
    try:
        fen = money.parse(text)
    except Refusal as refusal:
        raise Wrong({"cell": refusal.said}) from None
    if not 0 <= fen <= MOST_PRICE_FEN:
        raise Wrong({"cell": T("目录价“{text}”核对正负和小数点", text=text[:20])})
    return fen


def _yes(text: str) -> bool:
    return fold(text) in ("是", "y", "yes", "1", "true", "√", "回收")


_READERS: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("kind", "kind", _kind),
    ("litres", "volume_ml", lambda text: _amount(text, T("升数"))),
    ("kilos", "weight_g", lambda text: _amount(text, T("重量"))),
    ("multiple", "multiple", _multiple),
    ("list_price", "list_price_fen", _price),
    ("is_returnable", "is_returnable", _yes),
)
