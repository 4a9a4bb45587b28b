"""Tables as suppliers send them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cli import target
from portal.core.db import write_tx
from portal.core.imports import bring
from portal.core.refusal import Wrong
from portal.core.search import fold
from portal.products import actions
from portal.products.models import Product, Sku
from portal.products.rules import IMPORT_COLUMNS, read_import_row
from tests.cast import Cast
from tests.conftest import only_sqlite


def test_headers_are_known_in_both_languages_and_any_case() -> None:
    for head in ("商品编码", "ＣＯＤＥ", "ProductKey", "List price", "毛重(kg)", "粘度等级"):
        assert fold(head) in IMPORT_COLUMNS, head


@pytest.mark.parametrize(
    ("words", "kind", "volume_ml", "weight_g"),
    [
        ("200 L 大桶", "drum", 200_000, None),
        ("18L", "pail", 18_000, None),
        ("4L*6", "carton", 24_000, None),
        ("4 L × 6 箱", "carton", 24_000, None),
        ("１ｋｇ×１２", "carton", None, 12_000),
        ("15kg 中桶", "pail", None, 15_000),
        ("1000升吨箱", "ibc", 1_000_000, None),
        ("散装", "bulk", None, None),
        ("套", "piece", None, None),
    ],
)
def test_packages_are_read_out_of_words(words: str, kind: str, volume_ml: int | None, weight_g: int | None) -> None:
    row = read_import_row({"code": "A", "name": "油", "package_name": words})
    assert (row.package, row.volume_ml, row.weight_g) == (kind, volume_ml, weight_g)


def test_a_row_is_read_with_full_width_signs_and_empty_words() -> None:
    row = read_import_row(
        {
            "code": " Ｈ46 ", "name": "抗磨液压油  46", "kind": "抗磨液压油", "list_price": "￥2,880．00",
            "kilos": "185 kg", "litres": "NULL", "multiple": "４", "is_returnable": "是", "brand": "-",
        }
    )  # fmt: skip
    assert (row.code, row.name, row.kind, row.list_price_fen) == ("H46", "抗磨液压油 46", "hydraulic", 288_000)
    assert (row.weight_g, row.volume_ml, row.multiple, row.is_returnable, row.brand) == (185_000, None, 4, True, None)


def test_every_bad_cell_is_named() -> None:
    with pytest.raises(Wrong) as caught:
        read_import_row(
            {"code": "", "name": "", "list_price": "12.345", "litres": "-3", "multiple": "0", "kilos": "重"}
        )
    assert set(caught.value.errors) == {"code", "name", "list_price", "litres", "multiple", "kilos"}


def _bring(s: Session, **cells: str) -> str:
    with write_tx() as tx:
        return actions.upsert_from_import(tx, read_import_row(cells), None)


def test_a_row_is_created_then_unchanged_then_changed(app: Flask, s: Session, the: Cast) -> None:
    cells = {"code": "H46-200", "name": "液压油 46", "viscosity": "ISO VG 46", "package_name": "200 L 大桶"}
    assert [_bring(s, **cells), _bring(s, **cells)] == ["created", "unchanged"]
    assert _bring(s, **cells, list_price="2880") == "changed"
    assert _bring(s, **cells) == "unchanged"  # what a row does not say stays
    sku = s.scalars(select(Sku).where(Sku.code == "H46-200")).one()
    assert (sku.list_price_fen, sku.label, sku.spec) == (288_000, "液压油 46 200 L 大桶", "ISO VG 46 · 200 L 大桶")
    assert "yyy" in sku.search


def test_packages_of_one_name_and_brand_share_their_product(app: Flask, s: Session, the: Cast) -> None:
    for code, package in (("A-18", "18 L"), ("A-200", "200 L")):
        _bring(s, code=code, name="油 A", brand="长路", package_name=package)
    products = select(func.count(func.distinct(Sku.product_id))).where(Sku.code.in_(["A-18", "A-200"]))
    assert s.scalar(products) == 1
    s.rollback()
    assert _bring(s, code="A-18", name="油 B", brand="长路") == "changed"
    assert s.scalar(products) == 2
    s.rollback()
    assert _bring(s, code="A-18", name="油 B", brand="长路") == "unchanged"


def test_products_with_a_code_of_their_own_are_found_by_it(app: Flask, s: Session, the: Cast) -> None:
    _bring(s, code="B-18", name="油", product_code="B")
    _bring(s, code="B-200", name="油", product_code="B")
    assert s.scalar(select(func.count()).where(Product.code == "B")) == 1


@pytest.mark.data
@only_sqlite
def test_the_public_table_of_397_products_comes_in_and_changes_nothing_the_second_time(
    app: Flask, s: Session, the: Cast, shared_data: Path
) -> None:
    into = target("products", the.who(s, "guan"))
    path = shared_data / "orders/adventureworks_products.csv"
    first = bring(path, into, apply=True)
    assert (first.done["created"], first.refused) == (397, 0)
    assert bring(path, into, apply=True).done == {"unchanged": 397}
