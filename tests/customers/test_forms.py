# data
"""What people type about customers: taken, refused with words, kept, and never written twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
import wtforms
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.core.db import db, write_tx
from portal.customers import actions, models, regions
from portal.customers.forms import RegionField, SiteForm
from portal.customers.models import Contact, Customer, DealerProfile, EndProfile, Ownership, Site
from portal.people import timeline
from tests.cast import Cast
from tests.conftest import Person, only_sqlite

SignIn = Callable[..., Person]
GOOD = "91110000600037341L"
NEW = {
    "name": "南岸示例运输有限公司", "kind": "end", "uscc": GOOD, "phone": "023 6712-3456",
    "region_code": ["500000", "500108"], "address": "示例路 9 号", "is_site": "y", "contact_name": "李示例",
    "contact_phone": "138 0013 8000",
    "price_class": "standard", "sales_mode": "industrial", "owner_id": "",
}  # fmt: skip


def made(s: Session) -> Customer:
    return s.scalars(select(Customer).order_by(Customer.id.desc()).limit(1)).one()


def test_a_new_customer_comes_with_contact_and_site(s: Session, sign_in: SignIn, the: Cast) -> None:
    response = sign_in("sun").post("/customers", {**NEW, "owner_id": str(the.people["bai"])})
    customer = made(s)
    assert response.status_code == 303
    assert response.location == f"/customers/{customer.id}"
    assert (customer.uscc, customer.phone, customer.region_code) == (GOOD, "02367123456", "500108")
    site, contact = models.sites_of(s, customer.id)[0], models.contacts_of(s, customer.id)[0]
    assert (site.address, site.region_code, site.phone) == ("示例路 9 号", "500108", "13800138000")
    assert (contact.name, contact.is_main) == ("李示例", True)
    assert s.scalars(select(Ownership.person_id).where(Ownership.customer_id == customer.id)).one() == the.people["bai"]


@only_sqlite
def test_a_double_click_opens_one_file(s: Session, sign_in: SignIn) -> None:
    sun, before = sign_in("sun"), s.scalar(select(func.count(Customer.id)))
    s.rollback()
    answers = {sun.post("/customers", {**NEW, "uscc": "", "different": "y", "once": "k"}).location for _ in range(3)}
    assert len(answers) == 1
    assert s.scalar(select(func.count(Customer.id))) == (before or 0) + 1


@only_sqlite
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": ""}, "这一项要填"),
        ({"uscc": "9111"}, "现在 4 位"),
        ({"phone": "1380013800"}, "手机应为 11 位"),
        ({"kind": "friend"}, "从列表里选一项"),
        ({"region_code": ["999999"]}, "没有这个地区"),
        ({"owner_id": "1"}, "从列表里选一项"),
        ({"name": "长" * 101}, "最多 100 个字"),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_field_and_kept(
    s: Session, sign_in: SignIn, typed: dict[str, Any], says: str
) -> None:
    response = sign_in("sun").post("/customers", {**NEW, **typed})
    assert response.status_code == 422
    assert says in response.text
    assert "示例路 9 号" in response.text
    assert "<title>错误：" in response.text
    assert s.scalar(select(func.count(Customer.id))) == 3


@only_sqlite
def test_the_same_uscc_is_refused_and_an_alike_name_is_asked_about(s: Session, sign_in: SignIn, the: Cast) -> None:
    sun = sign_in("sun")
    sun.post("/customers", NEW)
    assert sun.post("/customers", {**NEW, "name": "别名", "different": "y"}).status_code == 422
    alike = {**NEW, "uscc": "", "phone": "", "contact_phone": "", "name": "重庆市南岸示例运输公司"}
    asked = sun.post("/customers", alike)
    assert asked.status_code == 422
    assert "名称相近" in asked.text
    assert sun.post("/customers", {**alike, "different": "y"}).status_code == 303
    assert s.scalar(select(func.count(Customer.id))) == 5


def test_while_typing_who_could_be_meant_is_shown_and_of_others_customers_only_the_owner(
    sign_in: SignIn, the: Cast
) -> None:
    sun, bai = sign_in("sun"), sign_in("bai")
    ask = "/customers/doubles?name=渝北示例润滑油有限公司&uscc=&phone="
    assert f'href="/customers/{the.customers["dealer"]}"' in sun.get(ask, htmx=True).text
    told = bai.get(ask, htmx=True).text
    assert "同事的一家客户" in told
    assert "安敏 负责" in told
    assert "K00001" not in told
    assert "flash" not in sun.get("/customers/doubles?name=全新一家&uscc=&phone=", htmx=True).text
    assert "flash" not in sun.get("/customers/doubles", htmx=True).text
    assert sun.get("/customers/doubles?name=%00%25_\\&phone=%00", htmx=True).status_code == 200


@only_sqlite
def test_an_account_manager_opens_own_customers_and_cannot_give_them_away(
    s: Session, sign_in: SignIn, the: Cast
) -> None:
    bai = sign_in("bai")
    assert "owner_id" not in bai.see("/customers/new")
    bai.post("/customers", {**NEW, "owner_id": str(the.people["amy"])})
    owner = s.scalars(select(Ownership.person_id).where(Ownership.customer_id == made(s).id)).one()
    assert owner == the.people["bai"]


@only_sqlite
def test_a_regional_manager_is_told_at_the_region(sign_in: SignIn) -> None:
    qu = sign_in("qu")
    assert '<option value="500000" selected>' in qu.see("/customers/new")
    refused = qu.post("/customers", {**NEW, "region_code": ["510000", "510100", "510107"]})
    assert refused.status_code == 422
    assert "您负责 重庆市" in refused.text


@only_sqlite
def test_the_region_is_chosen_step_by_step_with_and_without_scripts(s: Session, sign_in: SignIn) -> None:
    sun = sign_in("sun")
    step = sun.get("/customers/regions?id=x-1&region_code=510000&region_code=510100", htmx=True).text
    assert step.count("<select") == 3
    assert 'id="region-x-1"' in step
    assert "武侯区" in step
    changed = sun.get("/customers/regions?region_code=500000&region_code=510100&region_code=510107", htmx=True).text
    assert changed.count("<select") == 2
    assert "渝北区" in changed
    again = sun.post("/customers", {**NEW, "name": "", "region_code": ["510000"], "pick_region": "1"})
    assert again.status_code == 200
    assert "成都市" in again.text
    assert "示例路 9 号" in again.text
    assert s.scalar(select(func.count(Customer.id))) == 3
    for bad in ("?id=<x>", "?region_code=1"):
        assert sun.get(f"/customers/regions{bad}", htmx=True).status_code == 404


class OnlyRegion(wtforms.Form):
    region_code = RegionField("region")


@given(st.lists(st.sampled_from(["", "500000", "500112", "510000", "510100", "510107", "441900"]), max_size=4))
def test_whatever_boxes_say_the_region_is_one_path(boxes: list[str]) -> None:
    field = OnlyRegion(MultiDict([("region_code", box) for box in boxes])).region_code
    path = regions.line(field.data)
    assert field.data is None or field.data in boxes
    assert path == [] or path[-1] == field.data
    assert (field.data is None) == (not boxes or not boxes[0])


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


@only_sqlite
def test_contacts_are_added_edited_and_removed(s: Session, sign_in: SignIn, the: Cast) -> None:
    n, sun = the.customers["dealer"], sign_in("sun")
    tab = f"/customers/{n}/contacts"
    assert sun.post(tab, {"name": ""}).status_code == 422
    assert sun.post(tab, {"name": "新人", "phone": "13900000001", "may_receive": "y"}).status_code == 303
    contact = s.scalars(select(Contact).where(Contact.name == "新人")).one()
    assert (contact.may_receive, contact.is_main) == (True, False)
    row = sun.get(f"{tab}/{contact.id}", htmx=True).text.strip()
    assert row.startswith(f'<tr id="contact-{contact.id}">')
    assert 'value="13900000001"' in row
    s.rollback()
    assert sun.post(f"{tab}/{contact.id}", {"version": "1", "name": "新名", "is_main": "y"}).status_code == 303
    late = sun.post(f"{tab}/{contact.id}", {"version": "1", "name": "旧名"}, htmx=True)
    assert late.status_code == 409
    assert "新名" in late.text
    assert 'value="旧名"' in late.text
    assert sun.post(f"{tab}/{contact.id}/remove").status_code == 303
    assert sun.post(f"{tab}/{contact.id}/remove").status_code == 404
    assert [row.name for row in models.contacts_of(s, n)] == ["dealer 收货人"]


@only_sqlite
def test_sites_are_added_edited_and_removed(s: Session, sign_in: SignIn, the: Cast) -> None:
    n, sun = the.customers["dealer"], sign_in("sun")
    tab = f"/customers/{n}/sites"
    typed = {
        "name": "二号库", "address": "样板街 2 号", "region_code": ["500000", "500105"], "receives_from": "8点",
        "receives_until": "17:30", "coordinates": "106.551，29.563", "unloading": "走西门", "is_default": "y",
    }  # fmt: skip
    assert sun.post(tab, typed).status_code == 303
    site = s.scalars(select(Site).where(Site.name == "二号库")).one()
    assert (site.longitude, site.latitude, site.region_code, site.is_default) == (106.551, 29.563, "500105", True)
    assert (site.receives_from, site.receives_until) == (time(8), time(17, 30))
    s.rollback()
    form = sun.get(f"{tab}/{site.id}", htmx=True).text
    assert 'value="106.551, 29.563"' in form
    assert 'value="08:00"' in form
    assert sun.post(f"{tab}/{site.id}", {**typed, "version": "1", "coordinates": ""}).status_code == 303
    s.expire_all()
    assert s.get_one(Site, site.id).longitude is None
    s.rollback()
    assert sun.post(f"{tab}/{site.id}", {**typed, "version": "1"}).status_code == 409
    assert sun.post(f"{tab}/{site.id}/remove").status_code == 303
    assert [row.name for row in models.sites_of(s, n)] == ["总仓"]


@only_sqlite
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"coordinates": "29.563, 106.551"}, "填反了"),
        ({"coordinates": "106"}, "写成 经度, 纬度"),
        ({"coordinates": "0, 0"}, "坐标不在国内"),
        ({"receives_from": "8:00"}, "要一起填"),
        ({"receives_from": "9", "receives_until": "8"}, "结束时间要晚于开始时间"),
        ({"receives_from": "25:00"}, "时间写成"),
        ({"address": ""}, "这一项要填"),
        ({"region_code": ["123456"]}, "没有这个地区"),
    ],
)
def test_a_site_that_cannot_be_says_why(sign_in: SignIn, the: Cast, typed: dict[str, Any], says: str) -> None:
    sun = sign_in("sun")
    for url in ("sites", f"sites/{the.sites['dealer']}"):
        fields = {"version": "1", "name": "x", "address": "y", **typed}
        refused = sun.post(f"/customers/{the.customers['dealer']}/{url}", fields)
        assert refused.status_code == 422
        assert says in refused.text


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


def test_a_form_of_a_site_reads_times_as_people_write_them(app: Flask) -> None:
    with app.test_request_context():
        for text, at in {
            "8:00": time(8),
            "０８：３０": time(8, 30),
            "1730": time(17, 30),
            "8点半": time(8, 30),
            "9": time(9),
        }.items():
            form = SiteForm(MultiDict({"receives_from": text}))
            assert form.receives_from.data == at
