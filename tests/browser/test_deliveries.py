"""The driver's phone and the dispatcher's board in a real browser."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from portal.core.db import db, write_tx
from portal.deliveries.models import ProofOfDelivery, Run, Shipment, ShipmentLine, Stop, Vehicle
from portal.payments.models import Invoice
from tests.browser import conftest
from tests.browser.conftest import Live
from tests.cast import Cast
from tests.conftest import only_sqlite
from tests.deliveries.conftest import Road
from tests.flow.chain import Chain

pytestmark = only_sqlite
PHONE: Any = conftest.PHONE
SMALL: Any = {**PHONE, "viewport": {"width": 360, "height": 640}}


@pytest.fixture
def road(app: Flask, the: Cast) -> Road:
    return Road(the, Chain(the))


@pytest.fixture
def out(app: Flask, road: Road) -> int:
    """A run on the road with two stops."""
    with app.app_context():
        run_id = road.out(road.order(HM46=2, CI4=4), road.order("plant", CI4=3))
        db.session.remove()
    return run_id


class Thumb:
    """Taps, counted; a signature is not a tap."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, what: Locator) -> None:
        what.tap()
        self.taps += 1

    def sign(self) -> None:
        canvas = self.page.locator("canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + 30, box["y"] + 100)
        mouse.down()
        for step in range(1, 8):
            mouse.move(box["x"] + 30 + step * 30, box["y"] + 100 + (-1) ** step * 35)
        mouse.up()


def _confirm(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("确认签收"))


def _ink(page: Page) -> int:
    """How many dark points the pad shows."""
    with Image.open(io.BytesIO(page.locator("canvas").screenshot())) as picture:
        return sum(picture.convert("L").histogram()[:128])


def test_a_full_delivery_takes_two_taps_and_a_signature(app: Flask, live: Live, out: int, road: Road) -> None:
    page = live.page("si", **PHONE)
    thumb = Thumb(page)
    thumb.tap(page.get_by_role("link", name=re.compile("到这一站")))
    expect(page.get_by_label("收货人", exact=True)).to_have_value("dealer 收货人")
    thumb.sign()
    thumb.tap(_confirm(page))
    expect(page.get_by_text("第 2 站，共 2 站")).to_be_visible()
    assert thumb.taps <= 2
    with app.app_context():
        proof = db.session.execute(select(ProofOfDelivery.signed_at, ProofOfDelivery.signature_id)).one()
        assert proof.signed_at is not None and proof.signature_id is not None
        assert db.session.scalar(select(func.count()).select_from(Invoice)) == 1
        db.session.remove()


def test_a_missing_pail_takes_three_more_taps_at_most(app: Flask, live: Live, out: int, road: Road) -> None:
    page = live.page("si", **PHONE)
    with app.app_context():
        stop = road.stops(out)[1]
        (pail,) = road.lines(stop)
        db.session.remove()
    page.goto(f"/deliveries/stops/{stop}")
    thumb, line = Thumb(page), page.locator(f"#line-{pail.id}")
    expect(line.get_by_text("短少").first).to_be_hidden()
    thumb.tap(line.get_by_role("button", name="减少").first)
    expect(_confirm(page)).to_have_text("确认签收 2 桶")
    thumb.tap(line.locator("label", has_text="短少").first)
    assert thumb.taps <= 3
    thumb.sign()
    _confirm(page).tap()
    expect(page).to_have_url(re.compile(r"/deliveries/stops/\d+$"))
    with app.app_context():
        row = db.session.execute(
            select(ShipmentLine.delivered, ShipmentLine.short).where(ShipmentLine.id == pail.id)
        ).one()
        assert tuple(row) == (2, 1)
        db.session.remove()


def test_refused_input_keeps_the_signature_and_everything_else(live: Live, out: int, app: Flask, road: Road) -> None:
    page = live.page("si", **SMALL)
    with app.app_context():
        stop = road.stops(out)[0]
        db.session.remove()
    page.goto(f"/deliveries/stops/{stop}")
    thumb = Thumb(page)
    page.get_by_label("收货人", exact=True).fill("")
    page.get_by_text("拍照、备注", exact=True).tap()
    page.get_by_label("备注").fill("走北门")
    thumb.sign()
    drawn = _ink(page)
    assert drawn > 200
    _confirm(page).tap()
    expect(page.get_by_text("填收货人姓名").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert _ink(page) > drawn * 0.8
    expect(page.get_by_label("备注")).to_have_value("走北门")
    page.get_by_label("收货人", exact=True).fill("老王")
    _confirm(page).tap()
    expect(page.get_by_text("第 2 站，共 2 站")).to_be_visible()
    with app.app_context():
        assert db.session.scalar(select(ProofOfDelivery.receiver)) == "老王"
        db.session.remove()


def test_two_quick_taps_on_confirm_sign_once(app: Flask, live: Live, out: int, road: Road) -> None:
    page = live.page("si", **PHONE)
    with app.app_context():
        stop = road.stops(out)[0]
        db.session.remove()
    page.goto(f"/deliveries/stops/{stop}")
    Thumb(page).sign()
    page.evaluate("() => { const b = document.querySelector('#confirm'); b.click(); b.click(); }")
    expect(page.get_by_text("第 2 站，共 2 站")).to_be_visible()
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ProofOfDelivery)) == 1
        db.session.remove()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_slip_fits_small_phones_and_thumbs(live: Live, out: int, app: Flask, road: Road, language: str) -> None:
    page = live.page("si", language=language, **SMALL)
    with app.app_context():
        stop = road.stops(out)[0]
        db.session.remove()
    for url in (f"/deliveries/stops/{stop}", "/deliveries/mine"):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        small = page.locator(".slip :is(button, input:not([type=hidden], [type=radio]), .btn, summary):visible")
        heights = [box["height"] for box in (one.bounding_box() for one in small.all()) if box]
        assert heights and min(heights) >= 47.5, heights
        assert Axe().run(page).violations_count == 0


@pytest.fixture
def board(app: Flask, the: Cast, road: Road) -> Callable[[], int]:
    """Six orders to plan, two regions."""
    with app.app_context():
        for _ in range(4):
            road.order(CI4=1)
        for _ in range(2):
            road.order("plant", CI4=1)
        with write_tx() as s:
            s.get_one(Vehicle, the.vehicle).driver_id = the.people["si"]
        db.session.remove()

    def planned() -> int:
        with app.app_context():
            count = db.session.scalar(select(func.count()).select_from(Shipment).where(Shipment.run_id.is_not(None)))
            db.session.remove()
        return int(count or 0)

    return planned


def test_orders_are_planned_by_ticking_without_dragging(live: Live, board: Callable[[], int], app: Flask) -> None:
    page = live.page("diao", viewport={"width": 1366, "height": 768})
    page.goto("/deliveries")
    region = page.get_by_role("checkbox", name="全选 重庆市 江北区")
    region.check()
    expect(page.locator("[data-sum=orders]")).to_have_text("已选 2 张")
    expect(page.locator("[data-sum=kg]")).to_have_text("35 kg")
    region.uncheck()
    boxes = page.locator("input[name=order]")
    boxes.nth(2).click()
    boxes.nth(5).click(modifiers=["Shift"])
    expect(page.locator("[data-sum=orders]")).to_have_text("已选 4 张")
    page.get_by_role("button", name="开一趟并分配给 渝A12345").click()
    expect(page.get_by_text("停靠点 1", exact=True)).to_be_visible()
    expect(page.locator("input[name=order]")).to_have_count(2)
    region.check()
    page.get_by_role("button", name="分配给 渝A12345", exact=True).click()
    expect(page.get_by_text("这一天没有待排的订单")).to_be_visible()
    assert board() == 6
    assert Axe().run(page).violations_count == 0


def test_the_board_works_without_scripts(live: Live, board: Callable[[], int]) -> None:
    page = live.page("diao", java_script_enabled=False)
    page.goto("/deliveries")
    page.get_by_role("link", name="全选").first.click()
    page.get_by_role("button", name="开一趟并分配给 渝A12345").click()
    assert board() == 2
    page.get_by_role("link", name=re.compile("渝A12345")).click()
    page.get_by_role("button", name="开始装车").click()
    expect(page.get_by_role("button", name="发车")).to_be_visible()


def test_a_driver_without_scripts_can_say_that_a_stop_failed(app: Flask, live: Live, out: int, road: Road) -> None:
    page = live.page("si", java_script_enabled=False, **PHONE)
    with app.app_context():
        stop = road.stops(out)[0]
        db.session.remove()
    page.goto(f"/deliveries/stops/{stop}")
    page.get_by_text("拍照、备注", exact=True).tap()
    page.get_by_label("备注").fill("门卫说放假")
    page.get_by_text("这一站没送成").tap()
    page.locator("label", has_text="没人收货").tap()
    page.get_by_role("button", name=re.compile("记为没送成")).tap()
    expect(page.get_by_text("第 2 站，共 2 站")).to_be_visible()
    with app.app_context():
        assert db.session.scalar(select(Stop.state).where(Stop.id == stop)) == "failed"
        assert db.session.scalar(select(Run.state).where(Run.id == out)) == "under_way"
        db.session.remove()
