# data
"""Opening a customer's file: what is typed is taken, refused with words and kept, and never opened twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import wtforms
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.customers import models, regions
from portal.customers.forms import RegionField
from portal.customers.models import Customer, Ownership
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
