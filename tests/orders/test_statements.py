"""How many statements an order costs: the same for two lines and for five hundred."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.core.db import write_tx
from portal.core.once import once
from portal.orders import actions as orders
from portal.products.models import Product, Sku
from portal.stock.models import Level, Move
from tests.cast import NOW, Cast
from tests.orders.counting import counted
from tests.orders.shop import Shop


@pytest.fixture
def goods(s: Session, the: Cast) -> list[int]:
    """500 packages in stock."""
    with write_tx() as tx:
        product = tx.scalars(select(Product.id)).first()
        rows = [
            {
                "product_id": product, "code": f"T{n}", "label": f"油 {n}", "spec": "", "search": "", "package": "pail",
                "volume_ml": 18_000, "weight_g": 17_000, "list_price_fen": 100 + n, "unit": "桶", "multiple": 1,
                "is_returnable": False, "state": "on_sale", "version": 1,
            }
            for n in range(500)
        ]  # fmt: skip
        ids = list(tx.scalars(insert(Sku).returning(Sku.id), rows))
        places: list[dict[str, Any]] = [{"sku_id": n, "warehouse_id": the.warehouse} for n in ids]
        tx.execute(insert(Level), [{**place, "on_hand": 1000, "reserved": 0} for place in places])
        tx.execute(insert(Move), [{**place, "quantity": 1000, "kind": "receipt", "at": NOW} for place in places])
    return ids


def _submit(shop: Shop, skus: list[int]) -> int:
    with write_tx() as s:
        who = shop.the.who(s, "lin")
        order_id = orders.basket(s, shop.the.customers["dealer"], who)
        orders.set_lines(s, order_id, [(sku_id, 2) for sku_id in skus], who)
    with counted() as sent, write_tx() as s:
        orders.submit(s, order_id, who)
    return len(sent)


def test_a_basket_of_ten_lines_is_submitted_in_few_statements(app: Flask, shop: Shop, goods: list[int]) -> None:
    assert _submit(shop, goods[:10]) <= 20
    assert _submit(shop, goods[:2]) == _submit(shop, goods)


def test_an_order_from_a_list_with_its_once_key_too(app: Flask, shop: Shop, goods: list[int], the: Cast) -> None:
    with write_tx() as s:
        who = the.who(s, "lin")

    def place(skus: list[int], key: str) -> int:
        wanted = [(sku_id, 2) for sku_id in skus]
        with counted() as sent:
            once(key, who.id, key, lambda s: str(orders.place(s, the.customers["dealer"], wanted, who)))
        return len(sent)

    place(goods[:1], "first")  # begins the customer's chain
    assert place(goods[:10], "ten") <= 23
    assert place(goods[:2], "two") == place(goods, "all")
