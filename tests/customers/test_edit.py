# data
"""Changing a customer's file: groups edited in place, two editors, owners, stops, and the timeline of it all."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.customers import actions
from portal.customers.models import Customer, DealerProfile, EndProfile
from portal.people import timeline
from tests.cast import Cast
from tests.conftest import Person, only_sqlite

SignIn = Callable[..., Person]


def test_an_edit_changes_the_group_and_is_told_as_old_and_new(s: Session, sign_in: SignIn, the: Cast) -> None:
    n, amy = the.customers["dealer"], sign_in("amy")
    typed = {"version": "1", "region_code": ["500000", "500105"], "address": "新路 2 号", "phone": "023-67120000"}
    assert amy.post(f"/customers/{n}/edit/place", typed).status_code == 303
    row = s.get_one(Customer, n)
    assert (row.region_code, row.address, row.phone, row.version) == ("500105", "新路 2 号", "02367120000", 2)
    assert "02367120000" in row.search
    html = amy.see(f"/customers/{n}/timeline")
    assert "修改地址与电话" in html
    assert "所在地区：重庆市 渝北区 → 重庆市 江北区" in html
    assert "67120000" not in str(timeline.of_chain(s, f"customer:{n}")[0].facts)


@only_sqlite
def test_saving_what_was_there_writes_nothing(s: Session, sign_in: SignIn, the: Cast) -> None:
    n, typed = (
        the.customers["dealer"],
        {"version": "1", "region_code": ["500000", "500112"], "address": "", "phone": ""},
    )
    assert sign_in("amy").post(f"/customers/{n}/edit/place", typed).status_code == 303
    assert s.get_one(Customer, n).version == 1
    assert timeline.of_chain(s, f"customer:{n}") == []


@pytest.mark.parametrize("htmx", [False, True])
def test_the_second_of_two_editors_sees_both_versions_and_keeps_what_was_typed(
    s: Session, sign_in: SignIn, the: Cast, htmx: bool
) -> None:
    n, url = the.customers["dealer"], f"/customers/{the.customers['dealer']}/edit/place"
    region = ["500000", "500112"]
    assert sign_in("amy").post(url, {"version": "1", "region_code": region, "address": "甲路"}).status_code == 303
    late = {"version": "1", "region_code": region, "address": "乙路"}
    refused = sign_in("sun").post(url, late, htmx=htmx)
    assert refused.status_code == 409
    assert "甲路" in refused.text
    assert 'value="乙路"' in refused.text
    assert s.get_one(Customer, n).address == "甲路"
    version = re.findall(r'name="version" value="(\d+)"', refused.text)[0]
    s.rollback()
    assert sign_in("sun").post(url, {**late, "version": version}).status_code == 303
    assert s.get_one(Customer, n).address == "乙路"


@only_sqlite
def test_a_form_opens_in_its_place_and_closes_again(sign_in: SignIn, the: Cast) -> None:
    n, sun = the.customers["dealer"], sign_in("sun")
    for key in ("identity", "place", "terms", "profile"):
        fragment = sun.get(f"/customers/{n}/edit/{key}", htmx=True).text.strip()
        assert fragment.startswith(f'<section class="card" id="group-{key}"')
        assert "<form" in fragment
        page = sun.see(f"/customers/{n}/edit/{key}")
        assert "<h1>" in page
        assert page.count(f'id="group-{key}"') == 1
    assert sun.get(f"/customers/{n}/edit/money").status_code == 404
    assert sun.post(f"/customers/{n}/edit/money").status_code == 404


@only_sqlite
@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        ("identity", {"name": "", "kind": "dealer"}, "这一项要填"),
        ("identity", {"name": "x", "kind": "dealer", "uscc": "123"}, "现在 3 位"),
        ("profile", {"deposit_fen": "1.234"}, "不是金额"),
        ("profile", {"yearly_task_ml": "many"}, "升数写成数字"),
        ("profile", {"outlets": "-1"}, "不能小于 0"),
        ("profile", {"agreement_until_on": "someday"}, "日期写成"),
        ("place", {"phone": "23456", "region_code": ""}, "电话应为 7 到 12 位"),
    ],
)
def test_an_edit_that_cannot_be_taken_comes_back_as_typed(
    sign_in: SignIn, the: Cast, key: str, typed: dict[str, str], says: str
) -> None:
    url = f"/customers/{the.customers['dealer']}/edit/{key}"
    for htmx in (False, True):
        refused = sign_in("sun").post(url, {"version": "1", **typed}, htmx=htmx)
        assert refused.status_code == 422
        assert says in refused.text


@only_sqlite
def test_another_kind_brings_other_fields_until_money_came(s: Session, sign_in: SignIn, the: Cast) -> None:
    n, sun = the.customers["dealer"], sign_in("sun")
    profile = {
        "version": "1",
        "territory": "渝北",
        "deposit_fen": "50000",
        "yearly_task_ml": "120,000 L",
        "outlets": "3",
    }
    assert sun.post(f"/customers/{n}/edit/profile", profile).status_code == 303
    row = s.get_one(DealerProfile, n)
    assert (row.territory, row.deposit_fen, row.yearly_task_ml, row.outlets) == ("渝北", 5_000_000, 120_000_000, 3)
    s.rollback()
    identity = {"version": "2", "name": "渝北示例润滑油经销部", "pinyin": "ybslrhyjxb", "uscc": "", "kind": "end"}
    assert sun.post(f"/customers/{n}/edit/identity", identity).status_code == 303
    s.expire_all()
    assert (s.get(DealerProfile, n), s.get_one(EndProfile, n).industry) == (None, None)
    assert timeline.of_chain(s, f"customer:{n}")[0].facts["dropped"]["territory"] == "渝北"
    with write_tx() as tx:
        actions.activate(tx, n, date(2026, 11, 20), the.who(tx, "fan"))
    assert 'name="kind"' not in sun.see(f"/customers/{n}/edit/identity")
    s.rollback()
    back = {**identity, "version": "4", "kind": "dealer", "name": "改名"}
    assert sun.post(f"/customers/{n}/edit/identity", back).status_code == 303
    s.expire_all()
    assert (s.get_one(Customer, n).kind, s.get_one(Customer, n).name) == ("end", "改名")


@only_sqlite
def test_initials_are_proposed_and_may_be_corrected(s: Session, sign_in: SignIn, the: Cast) -> None:
    n, sun = the.customers["dealer"], sign_in("sun")
    identity = {"version": "1", "name": "单县示例油品", "pinyin": "", "uscc": "", "kind": "dealer"}
    sun.post(f"/customers/{n}/edit/identity", identity)
    assert s.get_one(Customer, n).pinyin == "dxslyp"
    s.rollback()
    sun.post(f"/customers/{n}/edit/identity", {**identity, "version": "2", "pinyin": "sxslyp"})
    assert f'href="/customers/{n}"' in sun.see("/customers?q=sxsl")
    assert f'href="/customers/{n}"' not in sun.see("/customers?q=dxsl")


def test_a_customer_is_given_to_another_by_those_who_may(s: Session, sign_in: SignIn, the: Cast) -> None:
    n, qu, bai = the.customers["dealer"], sign_in("qu"), sign_in("bai")
    assert bai.get(f"/customers/{n}").status_code == 404
    assert 'name="person_id"' not in sign_in("sun").see(f"/customers/{n}")
    assert qu.post(f"/customers/{n}/assign", {"person_id": str(the.people["bai"])}).status_code == 303
    assert "安敏 · 2026-01-01 – 2026-11-23" in bai.see(f"/customers/{n}")
    assert sign_in("amy").get(f"/customers/{n}").status_code == 404
    assert qu.post(f"/customers/{n}/assign", {"person_id": str(the.people["fan"])}).status_code == 422
    assert qu.post(f"/customers/{n}/assign", {"person_id": "9" * 30}).status_code == 404
    assert qu.post(f"/customers/{n}/assign", {"person_id": ""}).status_code == 303
    assert "交给 白杨 负责" in qu.see(f"/customers/{n}/timeline")


@only_sqlite
def test_a_customer_is_stopped_with_a_reason_and_resumed(s: Session, sign_in: SignIn, the: Cast) -> None:
    n, sun = the.customers["dealer"], sign_in("sun")
    assert sun.post(f"/customers/{n}/stop", {"version": "1", "reason": " "}).status_code == 422
    assert sun.post(f"/customers/{n}/stop", {"version": "7", "reason": "搬走"}).status_code == 409
    assert sun.post(f"/customers/{n}/stop", {"version": "1", "reason": "搬走"}).status_code == 303
    assert sun.post(f"/customers/{n}/stop", {"version": "2", "reason": "再停"}).status_code == 409
    html = sun.see(f"/customers/{n}")
    assert "停止往来" in html
    assert "恢复往来" in html
    assert "停止往来：搬走" in sun.see(f"/customers/{n}/timeline")
    assert sun.post(f"/customers/{n}/resume", {"version": "2"}).status_code == 303
    assert s.get_one(Customer, n).state == "candidate"


@only_sqlite
def test_what_is_missing_is_named_with_the_way_to_it_and_a_look_through_is_kept(sign_in: SignIn, the: Cast) -> None:
    n, sun = the.customers["plant"], sign_in("sun")
    html = sun.see(f"/customers/{n}")
    for label, url in (("统一社会信用代码", "identity"), ("行业", "profile"), ("地址", "place")):
        assert f'href="/customers/{n}/edit/{url}">{label}</a>' in html
    assert "经销区域" not in html
    assert "还没有核对过" in html
    assert sun.post(f"/customers/{n}/verify", {"version": "1"}).status_code == 303
    assert "2026-11-23 核对过" in sun.see(f"/customers/{n}")


@only_sqlite
def test_older_lines_are_loaded_on_demand_and_each_stands_once(app: Flask, sign_in: SignIn, the: Cast) -> None:
    n = the.customers["dealer"]
    with app.app_context():
        for k in range(120):
            with write_tx() as s:
                actions.edit(s, n, "place", None, the.who(s, "sun"), address=f"第 {k} 处")
        db.session.remove()
    sun, url, seen = sign_in("sun"), f"/customers/{n}/timeline", []
    first = sun.see(url)
    while url:
        html = sun.get(url, htmx=True).text
        seen += re.findall(r'id="entry-(\d+)"', html)
        more = re.search(r'href="(/customers/\d+/timeline\?before=\d+)"', html)
        url = more[1] if more else ""
    assert [int(n) for n in seen] == list(range(120, 0, -1))
    assert first.count("<li id=") == 51
    for bad in ("x", "-1", "9" * 30):
        assert sun.get(f"/customers/{n}/timeline?before={bad}").status_code == 200
