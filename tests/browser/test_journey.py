"""Five people take one order from the basket to the money, each in a browser of their own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.core.db import db, write_tx
from portal.customers.models import Customer
from portal.deliveries.models import Vehicle
from portal.orders.models import Order
from portal.payments.models import Invoice
from portal.verify import verify
from tests.browser import conftest
from tests.browser.conftest import Live
from tests.cast import Cast

PHONE: Any = conftest.PHONE


class Keys:
    """A person who only types: keys are counted, pointer events must stay at none."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0
        page.evaluate("window.pointers = 0; addEventListener('pointerdown', () => window.pointers++, true)")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1


def _line(keys: Keys, code: str, quantity: str) -> None:
    """Code, Enter, quantity, Enter: the line is in the basket and the entry has the focus again."""
    keys.type(code)
    keys.press("Enter")
    expect(keys.page.locator("#quantity")).to_be_focused()
    keys.type(quantity)
    with keys.page.expect_response("**/orders/desk/lines"):
        keys.press("Enter")
    expect(keys.page.locator("#entry")).to_be_focused()
    expect(keys.page.locator("#entry")).to_have_value("")


def _sign(page: Page) -> None:
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 80)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(box["x"] + 30 + step * 25, box["y"] + 80 + (-1) ** step * 30)
    page.mouse.up()


def _order(live: Live, language: str) -> tuple[Page, str]:
    """The dealer's buyer orders by keyboard alone; 40 drums are more than the limit allows."""
    buyer = live.page("lu", language=language)
    buyer.goto("/orders/desk")
    keys = Keys(buyer)
    _line(keys, "HM46-200", "40")
    _line(keys, "CI4-18", "5")
    assert buyer.evaluate("window.pointers") == 0
    keys.press("Control+Enter")
    expect(buyer).to_have_url(re.compile(r"/orders/\d+$"))
    expect(buyer.locator(".badge--wait").first).to_be_visible()
    return buyer, buyer.url


def _release(live: Live, language: str) -> None:
    """Credit reads the figures and lets it go with a reason."""
    credit = live.page("cai", language=language)
    credit.goto("/orders/reviews")
    credit.locator("input[name=reason]").first.fill("总经理担保")
    credit.locator("form[action$='/release'] button").first.click()
    expect(credit.locator("input[name=reason]")).to_have_count(0)


def _send_out(live: Live, language: str) -> None:
    """The dispatcher ticks it, gives it to a vehicle (saying why it is too much), loads and lets it go."""
    dispatcher = live.page("diao", language=language)
    dispatcher.goto("/deliveries")
    dispatcher.locator("input[type=checkbox][name=order]").first.check()
    dispatcher.locator(".board__runs summary").click()
    dispatcher.locator("#overload_reason").fill("两趟装完")
    dispatcher.locator("button[name=to]").first.click()
    dispatcher.locator("a[href^='/deliveries/runs/']").first.click()
    dispatcher.locator("form[action$='/load'] button").click()
    dispatcher.locator("form[action$='/depart'] button").first.click()
    expect(dispatcher.locator(".badge--busy").first).to_be_visible()


def _deliver(live: Live, language: str) -> None:
    """The driver gets the signature on the phone."""
    driver = live.page("si", language=language, **PHONE)
    driver.locator("a[href^='/deliveries/stops/']").first.tap()
    _sign(driver)
    with driver.expect_navigation():
        driver.locator("form[action$='/confirm'] .btn--main").tap()
    expect(driver.locator("canvas")).to_have_count(0)


def _collect(live: Live, language: str, amount_fen: int, number: str) -> None:
    """Finance registers the transfer with three fields, by keyboard."""
    finance = live.page("fan", language=language)
    finance.goto("/receipts/new")
    keys = Keys(finance)
    expect(finance.locator("#customer")).to_be_focused()
    keys.type("ybsl")
    keys.press("Tab")
    keys.type(f"{amount_fen / 100:.2f}")
    keys.press("Tab")
    expect(finance.locator("#proposal")).to_contain_text(number)
    assert finance.evaluate("window.pointers") == 0
    with finance.expect_navigation():
        keys.press("Control+Enter")
    expect(finance.locator("#customer")).to_be_focused()
    expect(finance.locator("#customer")).to_have_value("")
    assert keys.keys <= 20


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_basket_to_the_money(app: Flask, live: Live, the: Cast, language: str) -> None:
    with app.app_context():
        with write_tx() as s:
            s.get_one(Vehicle, the.vehicle).driver_id = the.people["si"]
        db.session.remove()
    buyer, order_url = _order(live, language)
    _release(live, language)
    _send_out(live, language)
    _deliver(live, language)
    with app.app_context():
        invoice = db.session.execute(select(Invoice.amount_fen, Invoice.number)).one()
        db.session.remove()
    _collect(live, language, invoice.amount_fen, invoice.number)

    # The buyer sees it signed for; nothing is left open, and every figure adds up.
    buyer.goto(order_url)
    expect(buyer.locator(".badge--done").first).to_be_visible()
    with app.app_context():
        assert db.session.scalar(select(Order.progress)) == "done"
        assert db.session.scalar(select(Invoice.amount_fen - Invoice.allocated_fen)) == 0
        dealer = select(Customer.state).where(Customer.id == the.customers["dealer"])
        assert db.session.scalar(dealer) == "active"
        assert list(verify(db.session())) == []
        db.session.remove()
