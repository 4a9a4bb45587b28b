# data
"""Rows of customer tables: what is read out of them, and what becomes of a row that comes again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cli import target
from portal.core.db import write_tx
from portal.core.imports import bring
from portal.core.language import tr
from portal.core.refusal import Wrong
from portal.customers import actions, models
from portal.customers.models import Contact, Customer, Site
from portal.customers.rules import IMPORT_COLUMNS, CustomerRow, read_import_row
from portal.people import timeline
from tests.cast import Cast
from tests.conftest import only_sqlite

ROW = {
    "name": " 南岸示例　运输有限公司 ", "kind": "终端客户", "uscc": "91110000 60003734-1l", "region": "重庆市/南岸区",
    "address": "示例路 9 号", "phone": "023-6712 3456", "price_class": "银级", "contact_name": "李示例",
    "contact_phone": "+86 138-0013-8000",
}  # fmt: skip


def test_a_row_is_read_as_people_write_it() -> None:
    assert read_import_row(ROW) == CustomerRow(
        name="南岸示例 运输有限公司", kind="end", uscc="91110000600037341L", region_code="500108",
        address="示例路 9 号", phone="02367123456", price_class="silver", contact_name="李示例",
        contact_phone="13800138000",
    )  # fmt: skip


def test_headers_are_known_in_both_languages() -> None:
    for head, field in {
        "客户名称": "name", "customer name": "name", "customer_name": "name", "税号": "uscc", "类型": "kind",
        "省": "province", "phone": "phone", "价格等级": "price_class", "联系人": "contact_name", "resellerkey": "code",
    }.items():  # fmt: skip
        assert IMPORT_COLUMNS[head] == field


@pytest.mark.parametrize(
    ("cells", "field", "says"),
    [
        ({"name": ""}, "name", "没有名称"),
        ({"name": "长" * 101}, "name", "最多 100 个字"),
        ({"uscc": "123"}, "uscc", "现在 3 位"),
        ({"kind": "朋友"}, "kind", "写成 终端 或 经销商"),
        ({"price_class": "钻石"}, "price_class", "钻石"),
        ({"phone": "没有"}, "phone", "写成 7 到 12 位数字"),
        ({"region": "火星"}, "region", "火星"),
        ({"sales_mode": "x"}, "sales_mode", "工业品"),
    ],
)
def test_each_bad_cell_is_named_with_its_mending(cells: dict[str, str], field: str, says: str) -> None:
    with pytest.raises(Wrong) as refused:
        read_import_row({**ROW, **cells})
    assert list(refused.value.errors) == [field]
    assert says in tr(refused.value.errors[field])


def test_all_bad_cells_of_a_row_are_named_at_once() -> None:
    with pytest.raises(Wrong) as refused:
        read_import_row({"name": "甲", "uscc": "1", "kind": "?", "region": "?"})
    assert set(refused.value.errors) == {"uscc", "kind", "region"}


def test_a_region_may_stand_in_three_columns() -> None:
    row = read_import_row({"name": "甲", "province": "四川", "city": "成都", "county": "武侯区"})
    assert row.region_code == "510107"


@given(st.dictionaries(st.sampled_from(sorted(set(IMPORT_COLUMNS.values()))), st.text(max_size=20)))
def test_any_cells_are_read_or_refused_in_words(cells: dict[str, str]) -> None:
    try:
        row = read_import_row(cells)
        assert row.name
    except Wrong as refused:
        assert all(tr(text) for text in refused.errors.values())


def bring_in(the: Cast, **cells: str) -> str:
    with write_tx() as s:
        return actions.upsert_from_import(s, read_import_row({**ROW, **cells}), the.who(s, "sun"))


def test_a_row_makes_a_customer_with_contact_and_site_and_comes_again_without_effect(s: Session, the: Cast) -> None:
    assert bring_in(the) == "created"
    assert bring_in(the) == "unchanged"
    customer = s.scalars(select(Customer).where(Customer.uscc == "91110000600037341L")).one()
    assert (customer.code, customer.kind, customer.price_class) == ("K00004", "end", "silver")
    contact = s.scalars(select(Contact).where(Contact.customer_id == customer.id)).one()
    assert (contact.name, contact.phone, contact.may_receive) == ("李示例", "13800138000", False)
    site = s.scalars(select(Site).where(Site.customer_id == customer.id)).one()
    assert (site.address, site.region_code, site.is_default) == ("示例路 9 号", "500108", True)


def test_a_changed_row_changes_what_it_says_and_nothing_else(s: Session, the: Cast) -> None:
    bring_in(the, code="X-1")
    customer = s.scalars(select(Customer).where(Customer.code == "X-1")).one()
    assert bring_in(the, code="X-1", address="示例路 10 号", phone="", contact_phone="13900000000") == "changed"
    s.expire_all()
    assert (customer.address, customer.phone) == ("示例路 10 号", "02367123456")
    assert [row.phone for row in models.contacts_of(s, customer.id)] == ["13900000000"]
    assert len(models.sites_of(s, customer.id)) == 1
    verbs = {line.verb for line in timeline.of_chain(s, f"customer:{customer.id}")}
    assert verbs >= {"customer.created", "customer.place_edited", "contact.edited"}


@only_sqlite
def test_without_code_and_uscc_the_name_is_the_key(s: Session, the: Cast) -> None:
    assert [bring_in(the, uscc="") for _ in range(2)] == ["created", "unchanged"]


@only_sqlite
def test_a_uscc_that_belongs_to_another_code_is_refused(s: Session, the: Cast) -> None:
    bring_in(the, code="X-1")
    assert bring_in(the, code="") == "unchanged"
    with pytest.raises(Wrong):
        bring_in(the, code="K00001")


@only_sqlite
def test_a_file_with_good_and_bad_rows_comes_in_by_the_importer(s: Session, the: Cast, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    with file.open("w", encoding="gb18030", newline="") as out:
        csv.writer(out).writerows([
            ["客户名称", "客户类型", "所在地区", "联系电话"],
            *([f"示例 {n} 号店", "经销商", "重庆市渝北区", f"1380000{n:04}"] for n in range(20)),
            ["坏行", "朋友", "火星", "1"],
        ])  # fmt: skip
    with write_tx() as tx:
        who = the.who(tx, "sun")
    outcome = bring(file, target("customers", who), apply=True, refused_to=tmp_path / "refused.csv")
    assert (outcome.done, outcome.refused) == ({"created": 20}, 1)
    assert len(outcome.reasons) == 3
    assert bring(file, target("customers", who), apply=True).done == {"unchanged": 20}


@pytest.mark.data
@only_sqlite
def test_701_real_dealers_come_in_and_again_without_effect(s: Session, the: Cast, shared_data: Path) -> None:
    file = shared_data / "orders" / "adventureworks_resellers.csv.gz"
    with write_tx() as tx:
        into = target("customers", the.who(tx, "sun"))
    outcome = bring(file, into, apply=True)
    assert (outcome.done, outcome.refused) == ({"created": 701}, 0), outcome.reasons
    assert bring(file, into, apply=True).done == {"unchanged": 701}
