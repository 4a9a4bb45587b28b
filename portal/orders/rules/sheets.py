# data
"""Which column of a pasted sheet says what: by its head, or by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from portal.orders.rules.counts import read_count, unit_of


class Columns(NamedTuple):
    """Places in a row: what names the goods, how many, in what unit; None where no column says it."""

    names: tuple[int, ...]
    quantity: int | None
    unit: int | None = None


_HEADS = {
    "name": "编码 编号 货号 料号 物料编码 物料号 物料编号 产品编码 产品编号 商品编码 商品编号 存货编码 货品编码 品号 "
    "条码 条形码 国际条码 品名 名称 产品 产品名称 商品 商品名称 货品 货品名称 物料名称 物料 品名规格 品名及规格 油品 "
    "油品名称 存货名称 材料名称 规格 型号 规格型号 包装 包装规格 粘度 牌号 等级 品牌 "
    "sku code item itemno itemcode partno barcode name product description spec size",
    "quantity": "数量 订货数量 订购数量 订单数量 采购数量 需求数量 需求量 订货量 订量 件数 桶数 箱数 本次数量 申请数量 "
    "要货数量 qty quantity pcs count",
    "unit": "单位 计量单位 销售单位 unit uom",
    "other": "序号 序 行号 no 价格 单价 含税单价 报价 金额 含税金额 合计 小计 备注 说明 交期 日期 到货日期 税率 库存 "
    "price amount total remark note date",
}
_WORDS = {word: what for what, words in _HEADS.items() for word in words.split()}


def head_columns(cells: Sequence[str]) -> Columns | None:
    """The columns that a row of heads announces; None when the row is no head."""
    heads = [_head(cell) for cell in cells]
    known = [head for head in heads if head]
    if len(known) < max(1, sum(1 for cell in cells if cell.strip())) or len(set(known)) < min(2, len(cells)):
        return None
    names = tuple(at for at, head in enumerate(heads) if head == "name")
    return Columns(names, _first(heads, "quantity"), _first(heads, "unit")) if names else None


def _head(cell: str) -> str | None:
    """Which kind of column "数量（桶）", "*编码", "Item No." is the head of."""
    word = re.sub(r"[(\[（].*?[)\]）]|[\s*#.:：/_-]+$|^[\s*#.]+", "", cell.strip().lower()).strip()
    return _WORDS.get(re.sub(r"\s+", "", word))


def _first(heads: Sequence[str | None], wanted: str) -> int | None:
    return next((at for at, head in enumerate(heads) if head == wanted), None)


def guess_columns(rows: Sequence[Sequence[str]]) -> Columns:
    """The columns of rows that came without a head, told by what stands in them."""
    width = max(map(len, rows))
    columns = [[row[at].strip() if at < len(row) else "" for row in rows] for at in range(width)]
    units = [at for at, column in enumerate(columns) if _all(column, lambda c: unit_of(c) == c.lower())]
    counts = [at for at, column in enumerate(columns) if _all(column, lambda c: read_count(c) is not None)]
    texts = [at for at in range(width) if at not in units + counts and _names(columns[at])]
    codes = [at for at in range(width) if _all(columns[at], lambda c: len(c) >= 7 and c.isdigit())]
    counts = [at for at in counts if at not in codes]
    if not texts and not codes and len(counts) > 1:
        codes, counts = counts[:1], counts[1:]  # codes made of digits
    if len(counts) > 1 and _is_serial(columns[counts[0]], counts[0]):
        counts = counts[1:]
    return Columns(tuple(sorted(texts + codes)), _quantity(columns, counts, units), units[0] if units else None)


def _all(column: Sequence[str], holds: Callable[[str], bool]) -> bool:
    """Does it hold for nearly all cells that are filled (and is there one)?"""
    filled = [cell for cell in column if cell]
    return bool(filled) and sum(map(holds, filled)) >= 0.8 * len(filled)


def _names(column: Sequence[str]) -> bool:
    """Is it a column of words, not one of prices or dates?"""
    return not _all(column, lambda c: bool(re.fullmatch(r"[¥￥]?[0-9,./:\-年月日%]*元?", c)))


def _is_serial(column: Sequence[str], at: int) -> bool:
    return at == 0 and [cell for cell in column if cell] == [str(n) for n in range(1, sum(map(bool, column)) + 1)]


def _quantity(columns: Sequence[Sequence[str]], counts: Sequence[int], units: Sequence[int]) -> int | None:
    """The column of quantities among those of whole numbers: with a unit, beside one, without ".00", the first."""
    with_unit = [at for at in counts if _all(columns[at], lambda c: unit_of(c) is not None)]
    beside = [at for at in counts if at + 1 in units or at - 1 in units]
    plain = [at for at in counts if not any("." in cell for cell in columns[at])]
    return next(iter(with_unit + beside + plain + list(counts)), None)


def only_heads(line: str) -> bool:
    """Is every word of the line the head of a column?"""
    return all(_head(word) for word in re.split(r"[\s,;|/、]+", line) if word)
