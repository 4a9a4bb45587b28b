# data
"""Contacts and sites as people type them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.customers import models
from portal.customers.forms import SiteForm
from portal.customers.models import Contact, Site
from tests.cast import Cast
from tests.conftest import Person, only_sqlite

SignIn = Callable[..., Person]


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
