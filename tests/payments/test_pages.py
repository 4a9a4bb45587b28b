"""Pages of credit and money: who opens them, what they take, what they refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.credit.models import CreditAccount, Hold, Proposal
from portal.payments.models import Allocation, Receipt
from tests.cast import Cast
from tests.conftest import Person, only_sqlite
from tests.payments.till import Till

SignIn = Callable[..., Person]


@pytest.mark.parametrize(
    ("login", "status"),
    [("fan", 200), ("cai", 200), ("amy", 200), ("bai", 404), ("diao", 403), ("shi", 404), ("lin", 404)],
)
def test_who_opens_a_customers_money(
    app: Flask, the: Cast, till: Till, sign_in: SignIn, login: str, status: int
) -> None:
    person, dealer = sign_in(login), the.customers["dealer"]
    for tab in ("credit", "receivables"):
        assert person.get(f"/customers/{dealer}/{tab}").status_code == status


def test_a_customer_sees_own_invoices_and_receipts_only(
    app: Flask, s: Session, the: Cast, till: Till, sign_in: SignIn
) -> None:
    invoice, receipt = till.invoice(30_000), till.receipt(20_000)
    own, stranger = sign_in("lu"), sign_in("shi")
    for url in (f"/invoices/{invoice}", f"/receipts/{receipt}"):
        assert own.get(url).status_code == 200
        assert stranger.get(url).status_code == 404
    assert "¥100.00" in own.see("/account")
    assert sign_in("fan").get("/account").status_code == 404


def test_a_receipt_with_three_fields_settles_the_oldest(
    app: Flask, s: Session, the: Cast, till: Till, sign_in: SignIn
) -> None:
    till.invoice(30_000)
    till.invoice(50_000)
    fan = sign_in("fan")
    assert "50,000" not in fan.see("/receipts/new")
    proposal = fan.get("/receipts/proposal?customer=ybsl&amount=400", htmx=True)
    assert "渝北示例润滑油经销部" in proposal.text and 'value="300.00"' in proposal.text
    answer = fan.post("/receipts", {"customer": "ybsl", "amount": "４００", "method": "transfer", "once": "k1"})
    assert answer.status_code == 303
    again = fan.post("/receipts", {"customer": "ybsl", "amount": "４００", "method": "transfer", "once": "k1"})
    assert again.headers["Location"] == answer.headers["Location"]
    assert db.session.scalar(select(func.count()).select_from(Receipt)) == 1
    assert db.session.scalar(select(func.sum(Allocation.amount_fen))) == 40_000
    receipt = db.session.scalars(select(Receipt.id)).one()
    page = fan.see(f"/receipts/{receipt}")
    assert "IN2026" in page and "核销明细" in page


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"customer": "", "amount": "5", "method": "cash"}, "填客户"),
        ({"customer": "nobody", "amount": "5", "method": "cash"}, "没有唯一匹配的客户"),
        ({"customer": "ybsl", "amount": "0", "method": "cash"}, "金额要大于 0"),
        ({"customer": "ybsl", "amount": "-1", "method": "cash"}, "金额要大于 0"),
        ({"customer": "ybsl", "amount": "1.234", "method": "cash"}, "最多两位小数"),
        ({"customer": "ybsl", "amount": "5", "method": "gold"}, "从列表里选一项"),
    ],
)
@only_sqlite
def test_what_cannot_be_taken_says_how_to_mend_it_and_keeps_what_was_typed(
    app: Flask, s: Session, sign_in: SignIn, form: dict[str, str], says: str
) -> None:
    answer = sign_in("fan").post("/receipts", form)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{form["amount"]}"' in answer.text


@only_sqlite
def test_the_same_bank_reference_twice_is_refused_by_name(app: Flask, sign_in: SignIn) -> None:
    fan, form = sign_in("fan"), {"customer": "ybsl", "amount": "5", "method": "transfer", "reference": "B7"}
    assert fan.post("/receipts", {**form, "once": "a"}).status_code == 303
    answer = fan.post("/receipts", {**form, "once": "b"})
    assert answer.status_code == 409
    assert "流水号 B7 已登记为 RC2026" in answer.text


def test_a_proposal_for_half_an_amount_is_not_taken(app: Flask, s: Session, till: Till, sign_in: SignIn) -> None:
    invoice = till.invoice(30_000)
    form = {"customer": "ybsl", "amount": "300", "method": "transfer", f"part-{invoice}": "3", "proposed_for": "300"}
    assert sign_in("fan").post("/receipts", form).status_code == 303
    assert s.scalar(select(func.sum(Allocation.amount_fen))) == 30_000


def test_undo_and_reversal_need_a_reason(app: Flask, s: Session, the: Cast, till: Till, sign_in: SignIn) -> None:
    till.invoice(30_000)
    receipt, fan = till.receipt(30_000), sign_in("fan")
    part = s.scalars(select(Allocation.id)).one()
    s.rollback()
    undo = f"/receipts/{receipt}/allocations/{part}/undo"
    assert fan.post(undo, {"reason": ""}).status_code == 422
    assert fan.post(undo, {"reason": "登错单"}).status_code == 303
    assert fan.post(f"/receipts/{receipt}/allocate", {}).status_code == 303
    assert fan.post(f"/receipts/{receipt}/reverse", {"reason": "登错客户"}).status_code == 303
    assert fan.post(f"/receipts/{receipt}/reverse", {"reason": "再来"}).status_code == 409
    assert sign_in("cai").post(f"/receipts/{receipt}/reverse", {"reason": "x"}).status_code == 403


def test_a_limit_takes_two_people(app: Flask, s: Session, the: Cast, till: Till, sign_in: SignIn) -> None:
    dealer, cai = the.customers["dealer"], sign_in("cai")
    url = f"/credit/customers/{dealer}/propose"
    assert "填额度" in cai.post(url, {"kind": "limit", "policy": "", "reason": "x"}).text
    form = {"kind": "limit", "limit": "200000", "terms_days": "45", "policy": "forbid", "reason": "一年无逾期"}
    assert cai.post(url, form).status_code == 303
    proposal = s.scalars(select(Proposal.id)).one()
    s.rollback()
    assert cai.post(f"/credit/proposals/{proposal}/approve", {"reason": "自己同意"}).status_code == 403
    assert sign_in("amy").post(f"/credit/proposals/{proposal}/approve", {"reason": "x"}).status_code == 403
    assert sign_in("cen").post(f"/credit/proposals/{proposal}/approve", {"reason": "同意"}).status_code == 303
    account = db.session.get_one(CreditAccount, dealer, populate_existing=True)
    assert (account.limit_fen, account.terms_days, account.policy) == (20_000_000, 45, "forbid")
    assert "¥200,000.00" in cai.see(f"/customers/{dealer}/credit")


def test_a_hold_is_placed_and_released_with_names(
    app: Flask, s: Session, the: Cast, till: Till, sign_in: SignIn
) -> None:
    dealer, cai = the.customers["dealer"], sign_in("cai")
    assert cai.post(f"/credit/customers/{dealer}/hold", {"reason": ""}).status_code == 422
    assert cai.post(f"/credit/customers/{dealer}/hold", {"reason": "股东变更"}).status_code == 303
    hold = s.scalars(select(Hold.id)).one()
    s.rollback()
    assert "股东变更" in cai.see("/credit?show=holds")
    assert sign_in("fan").post(f"/credit/holds/{hold}/release", {"reason": "x"}).status_code == 403
    assert cai.post(f"/credit/holds/{hold}/release", {"reason": "资料已补齐"}).status_code == 303
    assert "股东变更" not in cai.see("/credit?show=holds")


@only_sqlite
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "url", ["/receipts", "/invoices?state=overdue", "/receipts/new", "/credit", "/credit?show=over"]
)
def test_lists_open_in_both_languages(
    app: Flask, s: Session, the: Cast, till: Till, sign_in: SignIn, url: str, language: str
) -> None:
    till.receipt(20_000)
    assert sign_in("cai" if "credit" in url else "fan", language).see(url)
