# data
"""The pages of customers: who opens what, what a list shows, and that one page costs the same for any customer."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy.record_queries import get_recorded_queries
from sqlalchemy.orm import Session

from portal.cli import target
from portal.core.db import db, write_tx
from portal.core.imports import bring
from portal.customers import actions, frame
from tests.cast import Cast
from tests.conftest import Person, only_sqlite

SignIn = Callable[..., Person]

TABS = ("", "/contacts", "/sites", "/timeline")


@only_sqlite
@pytest.mark.parametrize(
    ("login", "status"),
    [
        ("amy", 200), ("bai", 404), ("qu", 200), ("zong", 200), ("tang", 200), ("sun", 200), ("fan", 200), ("ji", 200),
        ("guan", 403), ("si", 403), ("wu", 403), ("lin", 404), ("gao", 404),
    ],
)  # fmt: skip
def test_a_file_opens_for_those_who_see_the_customer(sign_in: SignIn, the: Cast, login: str, status: int) -> None:
    person = sign_in(login)
    for tab in TABS:
        assert person.get(f"/customers/{the.customers['dealer']}{tab}").status_code == status


@only_sqlite
def test_the_manager_of_another_region_finds_nothing(sign_in: SignIn, the: Cast) -> None:
    qu = sign_in("qu")
    for tab in TABS:
        assert qu.get(f"/customers/{the.customers['stranger']}{tab}").status_code == 404
    assert "旁人示例商贸" not in qu.see("/customers")


@only_sqlite
@pytest.mark.parametrize("login", ["lin", "gao", "shi"])
def test_portal_people_find_no_page_of_this_room(sign_in: SignIn, the: Cast, login: str) -> None:
    person, own = sign_in(login), the.customers["dealer"]
    for url in ("/customers", "/customers/new", f"/customers/{own}", "/customers/export.xlsx", "/customers/doubles"):
        assert person.get(url).status_code == 404
    for url in ("/customers", f"/customers/{own}/edit/place", f"/customers/{own}/contacts", f"/customers/{own}/stop"):
        assert person.post(url).status_code == 404


@only_sqlite
def test_a_visitor_is_sent_to_sign_in(visitor: Person) -> None:
    assert visitor.get("/customers").status_code == 303


@only_sqlite
@pytest.mark.parametrize("url", ["edit/place", "edit/nothing", "contacts/1", "sites/1", "edit/profile"])
def test_those_who_only_read_cannot_open_a_form(sign_in: SignIn, the: Cast, url: str) -> None:
    assert sign_in("ji").get(f"/customers/{the.customers['dealer']}/{url}").status_code == 403


@only_sqlite
@pytest.mark.parametrize(
    "url", ["verify", "stop", "resume", "assign", "edit/identity", "contacts", "sites", "contacts/1", "sites/1/remove"]
)
def test_a_colleague_changes_nothing_of_customers_he_does_not_see(sign_in: SignIn, the: Cast, url: str) -> None:
    n = the.customers["dealer"]
    expected = 403 if url == "assign" else 404
    fields = {"name": "x", "kind": "dealer", "address": "x", "reason": "x"}
    assert sign_in("bai").post(f"/customers/{n}/{url}", fields).status_code == expected
    assert sign_in("qu").post(f"/customers/{the.customers['stranger']}/{url}", fields).status_code == 404


@only_sqlite
@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999", "x"])
def test_numbers_that_nobody_has_are_not_found(sign_in: SignIn, the: Cast, number: str) -> None:
    zong, sun = sign_in("zong"), sign_in("sun")
    assert zong.get(f"/customers/{number}").status_code == 404
    for tab in ("contacts", "sites"):
        assert sun.get(f"/customers/{the.customers['dealer']}/{tab}/{number}").status_code == 404


@only_sqlite
def test_a_site_of_one_customer_is_not_found_under_another(sign_in: SignIn, the: Cast) -> None:
    url = f"/customers/{the.customers['plant']}/sites/{the.sites['dealer']}"
    sun = sign_in("sun")
    assert sun.get(url).status_code == 404
    assert sun.post(url, {"name": "x", "address": "x"}).status_code == 404
    assert sun.post(f"{url}/remove").status_code == 404


@only_sqlite
@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("", {"dealer", "stranger", "plant"}),
        ("?kind=dealer", {"dealer", "stranger"}),
        ("?kind=end", {"plant"}),
        ("?state=active", set()),
        ("?province=500000", {"dealer", "plant"}),
        ("?province=510000&kind=end", set()),
        ("?q=ybsl", {"dealer"}),
        ("?q=示例 江北", {"plant"}),
        ("?q=k00002", {"stranger"}),
        ("?q=ＹＢＳＬ", {"dealer"}),
        ("?q=%25", {"dealer", "stranger", "plant"}),
        ("?owner=0", {"stranger"}),
        ("?kind=nonsense&state=x&province=1&owner=a", {"dealer", "stranger", "plant"}),
        ("?after=nonsense&size=7", {"dealer", "stranger", "plant"}),
        ("?owner=99999999999999999999", {"dealer", "stranger", "plant"}),
        ("?q=%00", {"dealer", "stranger", "plant"}),
    ],
)
def test_the_list_is_narrowed_by_its_url(sign_in: SignIn, the: Cast, query: str, seen: set[str]) -> None:
    html = sign_in("sun").see(f"/customers{query}")
    assert {key for key, n in the.customers.items() if f'href="/customers/{n}"' in html} == seen


def test_the_list_is_narrowed_by_owner_and_search_alike_on_both_databases(sign_in: SignIn, the: Cast) -> None:
    zong, n = sign_in("zong"), the.people["amy"]
    html = zong.see(f"/customers?owner={n}&q=sl")
    assert [key for key, n in the.customers.items() if f'href="/customers/{n}"' in html] == ["dealer", "plant"]
    for who, count in (("amy", 2), ("bai", 0), ("qu", 2)):
        assert f"共 {count} 条" in sign_in(who).see("/customers")


@only_sqlite
def test_a_list_of_one_kind_has_the_columns_of_that_kind(sign_in: SignIn) -> None:
    sun = sign_in("sun")
    assert "年度任务" in sun.see("/customers?kind=dealer")
    assert "年用油量" in sun.see("/customers?kind=end")
    assert "年用油量" not in sun.see("/customers")


@only_sqlite
def test_the_fragment_of_the_list_stands_in_the_page(sign_in: SignIn) -> None:
    sun = sign_in("sun")
    fragment = sun.get("/customers?kind=dealer", htmx=True).text.strip()
    assert fragment.startswith('<div id="customer-list"')
    assert fragment in sun.see("/customers?kind=dealer")


def many(the: Cast, count: int) -> None:
    with write_tx() as s:
        who = the.who(s, "sun")
        for n in range(count):
            actions.create(s, name=f"多家示例 {n:03} 号", kind="dealer", region_code="500112", who=who)


def test_every_customer_stands_on_exactly_one_page(app: Flask, sign_in: SignIn, the: Cast) -> None:
    with app.app_context():
        many(the, 60)
        db.session.remove()
    sun, url, found = sign_in("sun"), "/customers?size=20", []
    while url:
        html = sun.see(url)
        found += [line.split('"')[0] for line in html.split('<td class="lead"><a href="')[1:]]
        after = html.split('rel="next" href="')
        url = "/customers" + after[1].split('"')[0].replace("&amp;", "&") if len(after) > 1 else ""
    assert len(found) == len(set(found)) == 63


@pytest.mark.parametrize(
    "path", ["", "?kind=dealer&q=duo&state=candidate", "/{n}", "/{n}/contacts", "/{n}/sites", "/{n}/timeline"]
)
def test_a_page_asks_few_questions_however_much_it_shows(
    app: Flask, sign_in: SignIn, the: Cast, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    n = the.customers["dealer"]
    with app.app_context():
        many(the, 30)
        with write_tx() as s:
            for k in range(10):
                actions.add_contact(s, n, name=f"甲{k}", who=the.who(s, "sun"))
                actions.add_site(s, n, name=f"库{k}", address="x", who=the.who(s, "sun"))
        db.session.remove()
    monkeypatch.setattr(frame, "HEADER_FACTS", [])
    assert _count(app, sign_in("zong"), "/customers" + path.format(n=n)) <= 6


def _count(app: Flask, person: Person, url: str) -> int:
    counted: list[int] = []

    def count(response: Any) -> Any:
        counted.append(len(get_recorded_queries()))
        return response

    app.after_request_funcs.setdefault(None, []).append(count)
    person.see(url)
    return counted[0]


@only_sqlite
def test_a_technician_sees_no_money(sign_in: SignIn, the: Cast) -> None:
    n = the.customers["dealer"]
    with_money = sign_in("sun")
    with_money.post(f"/customers/{n}/edit/profile", {"version": "1", "deposit_fen": "77777"})
    assert "¥77,777.00" in with_money.see(f"/customers/{n}")
    assert "¥77,777.00" in with_money.see(f"/customers/{n}/timeline")
    tang = sign_in("tang")
    for tab in TABS:
        html = tang.see(f"/customers/{n}{tab}")
        assert "77,777" not in html
        assert "银级价" not in html
    assert "价格等级" not in tang.see("/customers")


@only_sqlite
def test_an_export_holds_what_the_list_holds_and_comes_in_again_unchanged(
    app: Flask, s: Session, sign_in: SignIn, the: Cast, tmp_path: Path
) -> None:
    sun = sign_in("sun")
    typed = {
        "name": "=1+1 示例（出口）", "kind": "end", "uscc": "91110000600037341L", "sales_mode": "consumer",
        "price_class": "gold", "region_code": ["500000", "500112"], "address": "x", "is_site": "y",
        "contact_name": "李", "contact_phone": "13800138000", "owner_id": "",
    }  # fmt: skip
    sun.post("/customers", typed)
    file = tmp_path / "out.xlsx"
    file.write_bytes(sun.get("/customers/export.xlsx").data)
    with write_tx() as tx:
        who = the.who(tx, "sun")
    outcome = bring(file, target("customers", who), apply=True)
    assert outcome.refused == 0, outcome.reasons
    assert outcome.done == {"unchanged": 4}
    qu = sign_in("qu").get("/customers/export.xlsx?kind=dealer")
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(io.BytesIO(qu.data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["K00001"]


@only_sqlite
def test_pages_speak_english_wholly(sign_in: SignIn, the: Cast) -> None:
    n, sun = the.customers["dealer"], sign_in("sun", "en")
    for url in (
        "/customers",
        "/customers/new",
        f"/customers/{n}",
        f"/customers/{n}/edit/profile",
        f"/customers/{n}/sites",
    ):
        html = sun.see(url)
        assert 'lang="en"' in html
        for word in ("客户", "地区", "负责", "选填", "保存", "收货地点"):
            assert word not in html, (url, word)
