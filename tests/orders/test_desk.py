"""The desk and the pages of orders: who may, what is taken, what is said."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask_sqlalchemy.record_queries import get_recorded_queries
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.orders.models import Order, OrderLine
from tests.cast import Cast
from tests.conftest import Person, only_sqlite

SignIn = Callable[..., Person]


def _basket(s: Session) -> dict[int, int]:
    rows = select(OrderLine.sku_id, OrderLine.ordered).join(Order).where(Order.state == "draft")
    return {row.sku_id: row.ordered for row in s.execute(rows)}


def test_a_dealer_fills_a_basket_by_code_and_submits_it(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    lu, drum = sign_in("lu"), the.skus["HM46-200"]
    assert "订单还是空的" in lu.see("/orders/desk")
    assert lu.post("/orders/desk/lines", {"entry": "hm46-200", "quantity": "４桶"}).status_code == 303
    fragment = lu.post("/orders/desk/lines", {"entry": "HM46-200", "quantity": "2"}, htmx=True)
    assert "合并为 6" in fragment.text and fragment.text.lstrip().startswith('<div id="basket"')
    assert _basket(s) == {drum: 6}
    lu.post(f"/orders/desk/lines/{drum}", {"quantity": "5"})
    assert _basket(s) == {drum: 5}
    order_id = s.scalars(select(Order.id)).one()
    s.rollback()
    page = lu.see("/orders/desk")
    assert "¥13,680.00" in page and "¥100,000.00 → ¥86,320.00" in page
    answer = lu.post(f"/orders/{order_id}/submit", {"once": "one"})
    assert answer.headers["Location"] == f"/orders/{order_id}"
    assert lu.post(f"/orders/{order_id}/submit", {"once": "one"}).headers["Location"] == f"/orders/{order_id}"
    assert "SO20261123-0001" in lu.see(f"/orders/{order_id}")
    for login, status in (("lin", 200), ("gao", 404), ("shi", 404), ("amy", 200), ("bai", 404), ("diao", 200)):
        assert sign_in(login).get(f"/orders/{order_id}").status_code == status, login


@pytest.mark.parametrize(
    ("quantity", "says"),
    [("0", "大于 0"), ("-3", "大于 0"), ("1e9", "填大于 0 的整数"), ("1000000000", "不能超过"),
     ("半桶", "填大于 0 的整数"), ("1.5", "填大于 0 的整数")],
)  # fmt: skip
@only_sqlite
def test_a_quantity_that_cannot_be_says_how_and_stays(app: Flask, sign_in: SignIn, quantity: str, says: str) -> None:
    answer = sign_in("lu").post("/orders/desk/lines", {"entry": "HM46-200", "quantity": quantity})
    assert answer.status_code == 422
    assert says in answer.text and f'value="{quantity}"' in answer.text


@only_sqlite
def test_part_of_a_pack_names_the_nearest(app: Flask, sign_in: SignIn) -> None:
    answer = sign_in("lu").post("/orders/desk/lines", {"entry": "SN-4x6", "quantity": "3"})
    assert answer.status_code == 422
    assert "2" in answer.text and "4" in answer.text


@only_sqlite
def test_an_unknown_name_and_an_ambiguous_one_are_told_apart(app: Flask, sign_in: SignIn) -> None:
    lu = sign_in("lu")
    assert "没有找到“HM99”" in lu.post("/orders/desk/lines", {"entry": "HM99", "quantity": "1"}).text
    choose = lu.post("/orders/desk/lines", {"entry": "长路", "quantity": "1"})
    assert choose.status_code == 422 and "是哪一个" in choose.text and "CI4-18" in choose.text


def test_the_catalogue_asks_three_times_and_is_kept_until_something_changes(
    app: Flask, the: Cast, sign_in: SignIn
) -> None:
    lin = sign_in("lin")
    with lin.client:
        answer = lin.get("/orders/catalogue")
        asked = [q for q in get_recorded_queries() if not str(q.statement).startswith("BEGIN")]
        assert len(asked) <= 3
    assert "¥2,736.00" in answer.text
    tag = answer.headers["ETag"]
    kept = lin.client.get("/orders/catalogue", headers={"If-None-Match": tag})
    assert kept.status_code == 304
    other = sign_in("shi").client.get("/orders/catalogue", headers={"If-None-Match": tag})
    assert other.status_code == 200


def test_a_pasted_list_is_read_matched_and_taken(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    lu = sign_in("lu")
    text = "编码\t数量\nHM46-200\t２\nCI4-18\t10\nXX99\t3\nHM46-200\t1\n老板，明天送 EP2-15 两桶"
    page = lu.post("/orders/desk/paste", {"text": text}).text
    assert page.count("badge--done") == 3 and page.count("badge--bad") == 1 and "已合并" in page
    skus = the.skus
    form = {"text": text, "sku-0": skus["HM46-200"], "quantity-0": "3", "sku-1": skus["CI4-18"], "quantity-1": "10"}
    assert lu.post("/orders/desk/paste/take", form).status_code == 303
    assert _basket(s) == {skus["HM46-200"]: 3, skus["CI4-18"]: 10}


def test_staff_order_on_behalf_and_both_people_are_named(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    sun, dealer = sign_in("sun"), the.customers["dealer"]
    assert "渝北示例" in sun.see("/orders/desk")
    sun.post("/orders/desk/lines", {"customer": dealer, "entry": "CI4-18", "quantity": "3"})
    head = {"customer": dealer, "site": the.sites["dealer"], "shortage": "cut", "asked_by": "林岚"}
    assert sun.post("/orders/desk/head", head).status_code == 303
    order_id = s.scalars(select(Order.id)).one()
    s.rollback()
    sun.post(f"/orders/{order_id}/submit")
    page = sign_in("lin").see(f"/orders/{order_id}")
    assert "孙内勤" in page and "林岚" in page
    assert sign_in("bai").get(f"/orders/desk?customer={dealer}").status_code == 404
    assert sign_in("diao").get("/orders/desk").status_code == 403


def test_credit_releases_from_the_queue_and_others_cannot(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    shi, cai = sign_in("shi"), sign_in("cai")
    shi.post("/orders/desk/lines", {"entry": "CI4-18", "quantity": "3"})
    order_id = s.scalars(select(Order.id)).one()
    s.rollback()
    shi.post(f"/orders/{order_id}/submit")
    queue = cai.see("/orders/reviews")
    assert "旁人示例商贸" in queue and "超出信用额度" in queue
    review = f"/orders/reviews/{order_id}"
    assert cai.post(f"{review}/release", {"reason": ""}).status_code == 422
    assert sign_in("qu").post(f"{review}/release", {"reason": "x"}).status_code in (403, 404)
    assert shi.post(f"{review}/release", {"reason": "x"}).status_code == 404
    assert cai.post(f"{review}/release", {"reason": "预付款在途"}).status_code == 303
    assert "已确认" in shi.see(f"/orders/{order_id}")
    assert "再来一单" in shi.see("/") and shi.post(f"/orders/{order_id}/repeat").status_code == 303


@only_sqlite
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "url", ["/orders", "/orders?state=confirmed&q=0001", "/orders/desk", "/orders/catalogue", "/orders/desk/paste"]
)
def test_pages_open_in_both_languages(app: Flask, sign_in: SignIn, url: str, language: str) -> None:
    assert sign_in("lin", language).see(url)


@only_sqlite
def test_five_hundred_pasted_lines_are_read_in_half_a_second(app: Flask, sign_in: SignIn) -> None:
    lu = sign_in("lu")
    codes = ("HM46-200", "CI4-18", "液压油 46 大桶", "SN 5W-30", "XX99-7")
    text = "\n".join(f"{codes[n % 5]} {n + 1}桶" for n in range(500))
    lu.post("/orders/desk/paste", {"text": "HM46-200 1"})
    with lu.client:
        began = time.process_time()
        answer = lu.post("/orders/desk/paste", {"text": text})
        took = time.process_time() - began
        asked = get_recorded_queries()
    assert answer.status_code == 200
    assert took < 0.5
    assert len(asked) <= 8
