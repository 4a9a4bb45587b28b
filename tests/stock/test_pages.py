"""What people see of stock and do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy.record_queries import get_recorded_queries
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import write_tx
from portal.stock import actions, receipts
from portal.stock.models import Level, Move, Warehouse, levels, warehouse_for
from portal.stock.rules import read_serves, serving
from tests.cast import Cast
from tests.conftest import Person, only_sqlite

SignIn = Callable[..., Person]


def _level(s: Session, the: Cast, code: str) -> tuple[int, int]:
    s.rollback()
    return levels(s, the.warehouse, [the.skus[code]])[the.skus[code]]


def test_the_list_shows_what_is_free_and_finds_what_is_low(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    with write_tx() as tx:
        actions.reserve(tx, the.warehouse, {the.skus["HM46-200"]: 95})
    wu = sign_in("wu")
    page = wu.see("/stock")
    assert "HM46-200" in page and "少量" in page and "EP2-15" in page and "缺货" in page
    low, none = wu.see("/stock?show=low"), wu.see("/stock?show=none")
    assert "HM46-200" in low and "EP2-15" not in low and "CI4-18" not in low
    assert "EP2-15" in none and "HM46-200" not in none
    assert "CI4-18" in wu.see("/stock?q=15w40") and "没有符合筛选的库存" in wu.see("/stock?q=nothing")
    assert wu.get("/stock?warehouse=99").status_code == 404


@only_sqlite
def test_a_list_asks_few_questions_whatever_it_shows(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    wu = sign_in("wu")
    for url in ("/stock", f"/stock/skus/{the.skus['HM46-200']}"):
        before = len(get_recorded_queries())
        wu.see(url)
        asked = [q.statement for q in get_recorded_queries()[before:] if not (q.statement or "").startswith("BEGIN")]
        assert len(asked) <= 6, (url, asked)


@only_sqlite
def test_who_comes_in_and_who_does_not(app: Flask, the: Cast, sign_in: SignIn) -> None:
    sku = the.skus["HM46-200"]
    doors = {
        "/stock": ("wu", "amy", "guan", "ji", "tang"),
        f"/stock/skus/{sku}": ("wu", "amy", "guan", "ji", "tang"),
        "/stock/receive": ("wu", "diao"),
        f"/stock/skus/{sku}/count": ("wu", "diao"),
        "/stock/warehouses": ("wu", "guan"),
        "/stock/warehouses/new": ("guan",),
        f"/stock/warehouses/{the.warehouse}/edit": ("guan",),
    }
    for url, in_ in doors.items():
        for login in in_:
            assert sign_in(login).get(url).status_code == 200, (url, login)
        assert sign_in("si").get(url).status_code == 403
        assert sign_in("lin").get(url).status_code == 404
    assert sign_in("amy").get("/stock/receive").status_code == 403
    assert sign_in("amy").post("/stock/receive", {}).status_code == 403
    assert sign_in("wu").post("/stock/warehouses/new", {}).status_code == 403
    for url in ("/stock/skus/999", "/stock/skus/999/count", "/stock/warehouses/999/edit"):
        assert sign_in("guan" if "warehouses" in url else "wu").get(url).status_code == 404, url


def _receipt(*rows: tuple[str, str], **more: str) -> dict[str, Any]:
    return {"code": [code for code, _n in rows], "quantity": [n for _code, n in rows], "note": "GF-1", **more}


def test_goods_are_received_by_many_lines_once(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    wu = sign_in("wu")
    data = _receipt(("hm46-200", "２０ 桶"), ("", ""), ("EP2-15", "5"), ("HM46-200", "1"), once="r1")
    response = wu.post("/stock/receive", data)
    assert response.status_code == 303
    assert wu.post("/stock/receive", data).location == response.location
    assert _level(s, the, "HM46-200") == (121, 0) and _level(s, the, "EP2-15") == (5, 0)
    assert "渝北仓 入库 2 种 26 件" not in wu.see("/stock")  # the journal is not a list of stock
    page = wu.see(f"/stock/skus/{the.skus['EP2-15']}")
    assert "+5" in page and "GF-1" in page and "吴仓" in page


def test_a_line_that_fits_nothing_or_several_is_mended_in_place(
    app: Flask, s: Session, the: Cast, sign_in: SignIn
) -> None:
    wu = sign_in("wu")
    wrong = wu.post("/stock/receive", _receipt(("长路", "5"), ("XX-1", "3"), ("EP2-15", "半"), ("EP2-15", "4")))
    assert wrong.status_code == 422
    for text in (
        "有几个可能，选一个",
        "没有找到规格“XX-1”",
        'value="长路"',
        'value="半"',
        'name="pick-1"',
        'value="4"',
    ):
        assert text in wrong.text, text
    assert s.scalars(select(Move.id).where(Move.kind == "receipt", Move.note == "GF-1")).all() == []
    mended = {**_receipt(("长路", "5"), ("EP2-15", "4")), "pick-1": "CI4-18"}
    assert wu.post("/stock/receive", mended).status_code == 303
    assert _level(s, the, "CI4-18") == (205, 0) and _level(s, the, "EP2-15") == (4, 0)


def test_an_empty_receipt_says_what_to_fill_in(app: Flask, the: Cast, sign_in: SignIn) -> None:
    response = sign_in("wu").post("/stock/receive", _receipt(("", "")))
    assert response.status_code == 422 and "至少填一行编码和数量" in response.text


def test_more_rows_and_pasted_lists_work_without_scripts(app: Flask, the: Cast, sign_in: SignIn) -> None:
    wu = sign_in("wu")
    more = wu.post("/stock/receive", _receipt(("HM46-200", "2"), more="1"))
    assert more.status_code == 200 and 'value="HM46-200"' in more.text and more.text.count('name="code"') == 9
    pasted = wu.post("/stock/receive", _receipt(paste="1", list="HM46-200\t20\nCI4-18 ×６桶\n不知道 3\n只有名称"))
    assert pasted.status_code == 200
    for text in ('value="20"', 'value="6"', "长路柴机油 CI-4", "没有找到规格“不知道”", "填数量"):
        assert text in pasted.text, text


@pytest.mark.parametrize(
    ("line", "code", "quantity"),
    [
        ("HM46-200 20", "HM46-200", "20"),
        ("HM46-200，20", "HM46-200", "20"),
        ("CI-4 15W-40 18L ×6桶", "CI-4 15W-40 18L", "6"),
        ("长路液压油 46\t1,200", "长路液压油 46", "1,200"),
        ("长路液压油", "长路液压油", ""),
    ],
)
def test_pasted_lines_are_taken_apart(line: str, code: str, quantity: str) -> None:
    row = receipts.pasted(line).rows[0]
    assert (row.code, row.quantity) == (code, quantity)


def test_a_count_is_made_in_its_row(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    wu, sku = sign_in("wu"), the.skus["HM46-200"]
    form = wu.get(f"/stock/skus/{sku}/count?warehouse={the.warehouse}", htmx=True)
    assert f'<tr id="level-{sku}"' in form.text and 'name="seen" value="100"' in form.text and "<h1" not in form.text
    data = {"warehouse": str(the.warehouse), "seen": "100", "counted": "９８", "reason": "漏了两桶"}
    saved = wu.post(f"/stock/skus/{sku}/count", data, htmx=True)
    assert saved.status_code == 200 and "98" in saved.text and "changed" in saved.text
    assert _level(s, the, "HM46-200") == (98, 0)
    late = wu.post(f"/stock/skus/{sku}/count", {**data, "counted": "97"}, htmx=True)
    assert late.status_code == 409 and "现在是 98" in late.text
    wrong = wu.post(f"/stock/skus/{sku}/count", {**data, "seen": "98", "counted": "x", "reason": ""}, htmx=True)
    assert wrong.status_code == 422 and 'value="x"' in wrong.text and "写明原因" in wrong.text
    with write_tx() as tx:
        actions.reserve(tx, the.warehouse, {sku: 50})
    refused = wu.post(f"/stock/skus/{sku}/count", {**data, "seen": "98", "counted": "49"})
    assert refused.status_code == 422 and "盘点数少于已被订单占用的数量" in refused.text
    plain = wu.post(f"/stock/skus/{sku}/count", {**data, "seen": "98", "counted": "50"})
    assert plain.status_code == 303 and _level(s, the, "HM46-200") == (50, 50)
    assert "渝北仓 盘点 HM46-200：98 → 50" in sign_in("guan").see(f"/products/skus/{sku}")


def test_a_row_is_part_of_its_list(app: Flask, the: Cast, sign_in: SignIn) -> None:
    wu, sku = sign_in("wu"), the.skus["HM46-200"]
    row = " ".join(wu.get(f"/stock/skus/{sku}/row?warehouse={the.warehouse}", htmx=True).text.split())
    assert row in " ".join(wu.see("/stock").split())
    assert "<h1" not in wu.get("/stock?q=hm", htmx=True).text


def test_moves_are_paged(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    sku = the.skus["EP2-15"]
    with write_tx() as tx:
        for n in range(25):
            actions.receive(tx, the.warehouse, {sku: 1}, f"第{n}车", None)
    wu = sign_in("wu")
    first = wu.see(f"/stock/skus/{sku}?size=20")
    assert "第24车" in first and "第4车" not in first and "下一页" in first


def test_the_administrator_keeps_the_warehouses(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    guan = sign_in("guan")
    data = {"code": "W2", "name": "成都仓", "region": "四川省成都市", "serves": "四川、510105"}
    wrong = guan.post("/stock/warehouses/new", {**data, "serves": "月球", "code": "W1"})
    assert wrong.status_code == 422 and "没有叫“月球”的地区" in wrong.text and 'value="月球"' in wrong.text
    assert guan.post("/stock/warehouses/new", {**data, "code": "W1"}).status_code == 422
    assert guan.post("/stock/warehouses/new", data).status_code == 303
    made = s.scalars(select(Warehouse).where(Warehouse.code == "W2")).one()
    assert (made.region_code, made.serves, made.is_main) == ("510100", "51,510105", False)
    assert warehouse_for(s, "510107") == the.warehouse  # both serve 51: the main one
    assert warehouse_for(s, "510105") == made.id
    edit = f"/stock/warehouses/{made.id}/edit"
    assert 'value="四川省、四川省成都市青羊区"' in guan.get(edit, htmx=True).text
    saved = guan.post(edit, {**data, "is_main": "y", "version": "1"}, htmx=True)
    assert saved.status_code == 200 and "主仓" in saved.text
    s.rollback()
    assert s.scalars(select(Warehouse.code).where(Warehouse.is_main)).all() == ["W2"]
    assert guan.post(edit, {**data, "name": "别的", "is_main": "y", "version": "1"}).status_code == 409
    last = guan.post(edit, {**data, "version": "2"})
    assert last.status_code == 422 and "总要有一个主仓" in last.text
    assert "成都仓" in sign_in("wu").see("/stock")


def test_regions_are_read_as_names_and_codes_and_the_longest_prefix_serves() -> None:
    assert read_serves("重庆市，510000、四川 ") == "50,51"

    class Place:
        def __init__(self, id: int, serves: str, is_main: bool = False) -> None:
            self.id, self.serves, self.is_main = id, serves, is_main

    places = [Place(1, "", True), Place(2, "50"), Place(3, "5001,51")]
    found = {code: serving(places, code) for code in ("500112", "502000", "510100", "110101", None)}
    assert found == {"500112": 3, "502000": 2, "510100": 3, "110101": 1, None: 1}
    assert serving([], "50") is None


@only_sqlite
def test_without_a_warehouse_pages_say_what_to_do(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    with write_tx() as tx:
        for table in (Level, Move, Warehouse):
            tx.connection().exec_driver_sql(f"drop trigger if exists {table.__tablename__}_no_delete")
            tx.execute(table.__table__.delete())  # type: ignore[attr-defined]
    guan = sign_in("guan")
    assert "还没有仓库" in guan.see("/stock") and "/stock/warehouses/new" in guan.see("/stock")
    assert guan.post("/stock/warehouses/new", {"code": "A", "name": "总仓"}).status_code == 303
    assert s.scalars(select(Warehouse.is_main)).all() == [True]


def test_odd_addresses_and_numbers_are_answered(app: Flask, the: Cast, sign_in: SignIn) -> None:
    wu, sku = sign_in("wu"), the.skus["HM46-200"]
    assert wu.get("/stock?q=%00&show=x&after=!!&size=0").status_code == 200
    for place in ("x", "0", "99999999999999999999"):
        assert wu.get(f"/stock?warehouse={place}").status_code == 404
        assert wu.get(f"/stock/skus/{sku}/count?warehouse={place}").status_code == 404
        assert wu.post("/stock/receive", _receipt(("HM46-200", "1"), warehouse=place)).status_code == 404
    assert wu.get(f"/stock/skus/{sku}?after=W10").status_code == 200
    assert wu.post("/stock/receive", _receipt(("\x00", "1"), ("HM46-200", "99999999999"))).status_code == 422
    count = {"warehouse": str(the.warehouse), "counted": "1", "reason": "\x00", "seen": "99999999999999999999"}
    assert wu.post(f"/stock/skus/{sku}/count", count).status_code == 422
    assert wu.post(f"/stock/skus/{sku}/count", {**count, "reason": "数"}).status_code == 409
