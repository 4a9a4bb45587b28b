# data
"""Rows of customer tables as people send them: which header means what, and how a cell is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from portal.core.refusal import Wrong
from portal.core.search import fold
from portal.core.text import T, Text
from portal.customers import regions
from portal.customers.rules import uscc
from portal.customers.rules.kinds import Kind, PriceClass, SalesMode

_HEADERS = {
    "code": "编码 客户编码 客户编号 客户代码 编号 代码 code customer_code customer_id customerkey resellerkey",
    "name": "名称 客户名称 客户 单位名称 公司名称 企业名称 经销商名称 name customer customer_name company resellername",
    "kind": "类型 客户类型 类别 客户类别 性质 kind type customer_type businesstype",
    "uscc": "统一社会信用代码 社会信用代码 信用代码 税号 纳税人识别号 uscc credit_code tax_id tax_number",
    "region": "地区 所在地区 区域 省市区 行政区划 region area",
    "province": "省 省份 province",
    "city": "市 城市",
    "county": "区 县 区县 county district",
    "address": "地址 详细地址 单位地址 注册地址 收货地址 address addressline1",
    "phone": "电话 联系电话 单位电话 固定电话 phone telephone tel",
    "price_class": "价格等级 价格级别 价格类别 价格体系 price_class pricelevel price_level",
    "sales_mode": "销售方式 销售模式 sales_mode",
    "pinyin": "助记码 拼音码 拼音 pinyin mnemonic",
    "contact_name": "联系人 联系人姓名 contact contact_name contactname",
    "contact_phone": "联系人电话 手机 手机号 联系手机 mobile contact_phone contactphone",
}
IMPORT_COLUMNS: dict[str, str] = {
    variant: field
    for field, heads in _HEADERS.items()
    for head in heads.split()
    for variant in (head, head.replace("_", " "))
}
"""Folded header (Chinese or English) -> field of a row."""

_KINDS = {
    "终端 最终 用户 工厂 厂矿 车队 end plant factory fleet user": Kind.END,
    "经销 代理 分销 批发 门店 零售 dealer reseller distributor wholesale shop store warehouse": Kind.DEALER,
}
_CLASSES = {
    "标准 普通 一般 standard": PriceClass.STANDARD,
    "银 silver": PriceClass.SILVER,
    "金 gold": PriceClass.GOLD,
}
_MODES = {"工业 industrial": SalesMode.INDUSTRIAL, "消费 车用 consumer": SalesMode.CONSUMER}


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One row that can be brought in; None: the row does not say, what is there stays."""

    name: str
    code: str | None = None
    kind: str | None = None
    uscc: str | None = None
    region_code: str | None = None
    address: str | None = None
    phone: str | None = None
    price_class: str | None = None
    sales_mode: str | None = None
    pinyin: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None

    def given(self, *names: str) -> dict[str, Any]:
        """What the row says of these fields."""
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def read_import_row(cells: dict[str, str]) -> CustomerRow:
    """A row from its cells by field (IMPORT_COLUMNS); Wrong names each cell that cannot be taken and how to mend it."""
    text = {name: _clean(cell) for name, cell in cells.items()}
    errors: dict[str, Text] = {}
    if not text.get("name"):
        errors["name"] = T("没有名称")
    read: dict[str, Any] = {name: _trimmed(cells.get(name, "")) if text.get(name) else None for name in _AS_TYPED}
    for name, most in _LONGEST.items():
        if len(read[name] or "") > most:
            errors[name] = T("“{text}…”太长，最多 {most} 个字", text=str(read[name])[:20], most=most)
    for name, reader in _READERS.items():
        try:
            read[name] = reader(cell) if (cell := text.get(name)) else None
        except Wrong as wrong:
            errors[name] = next(iter(wrong.errors.values()))
    try:
        read["region_code"] = _region(text)
    except Wrong as wrong:
        errors |= wrong.errors
    if errors:
        raise Wrong(errors)
    return CustomerRow(**read)


_AS_TYPED = ("name", "code", "address", "pinyin", "contact_name")
_LONGEST = {"name": 100, "code": 30, "address": 200, "pinyin": 60, "contact_name": 40}


def _trimmed(cell: str) -> str:
    """Names and addresses keep their signs: （ stays （."""
    return re.sub(r"\s+", " ", cell.replace("\x00", "")).strip()


def _clean(cell: str) -> str | None:
    """Half-width, trimmed; the words that tables write for nothing are nothing."""
    clean = _trimmed(normalize("NFKC", cell))
    return None if clean.lower() in ("", "null", "n/a", "none", "-", "—", "无") else clean


def _known(table: dict[str, Any], text: str, otherwise: Text) -> str:
    """The value of the first entry one of whose words stands in the text; else Wrong with what to write instead."""
    folded = fold(text)
    for words, value in table.items():
        if folded == value or any(word in folded for word in words.split()):
            return str(value.value)
    raise Wrong({"cell": otherwise})


def _kind(text: str) -> str:
    return _known(_KINDS, text, T("客户类型“{text}”认不出，写成 终端 或 经销商", text=text[:20]))


def _price_class(text: str) -> str:
    return _known(_CLASSES, text, T("价格等级“{text}”认不出，写成 标准、银 或 金", text=text[:20]))


def _sales_mode(text: str) -> str:
    return _known(_MODES, text, T("销售方式“{text}”认不出，写成 工业品 或 消费品", text=text[:20]))


def _phone(text: str) -> str:
    """The digits of the first number in the cell; numbers from abroad are taken too."""
    first = re.split(r"[,;/、]|转|ext", text)[0]
    digits = re.sub(r"^(0086|\+?86)(?=1\d{10}$)", "", re.sub(r"[\s\-()]", "", first)).lstrip("+")
    if not re.fullmatch(r"\d{7,15}", digits):
        raise Wrong({"cell": T("电话“{text}”写成 7 到 12 位数字", text=text[:20])})
    return digits


def _region(text: dict[str, str | None]) -> str | None:
    """One column, or province, city and county in columns of their own."""
    written = text.get("region") or "".join(text.get(part) or "" for part in ("province", "city", "county"))
    if not written:
        return None
    code = regions.code_of(written)
    if code is None:
        raise Wrong({"region": T("地区“{text}”认不出，写成 重庆市 渝北区 或 6 位代码", text=written[:20])})
    return code


_READERS: dict[str, Callable[[str], str | None]] = {
    "kind": _kind, "uscc": uscc.read, "phone": _phone, "contact_phone": _phone, "price_class": _price_class,
    "sales_mode": _sales_mode,
}  # fmt: skip
