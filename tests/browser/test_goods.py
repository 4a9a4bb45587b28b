"""Products and stock with a real browser: rows that are edited, a receipt by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Live


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.name"))


def test_a_package_is_edited_in_its_row_and_the_focus_stays_there(live: Live) -> None:
    page = live.page("guan")
    page.goto(f"/products/skus/{live.the.skus['HM46-200']}")
    page.get_by_role("navigation", name="所在位置").get_by_role("link", name="长路液压油 46").click()
    page.get_by_role("link", name="修改 HM46-200").click()
    expect(page.get_by_label("编码")).to_be_focused()

    page.get_by_label("毛重").fill("重")
    page.get_by_role("button", name="保存 HM46-200").click()
    expect(page.get_by_role("alert")).to_contain_text("填大于 0 的数")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("毛重")).to_have_value("重")

    page.get_by_label("毛重").fill("190")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("row", name="HM46-200")).to_contain_text("190 kg")
    expect(page.get_by_role("link", name="修改 HM46-200")).to_be_focused()

    page.keyboard.press("Enter")
    page.get_by_label("毛重").fill("1")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row", name="HM46-200")).to_contain_text("190 kg")


def test_prices_are_added_one_after_the_other(live: Live) -> None:
    page = live.page("zong")
    page.goto("/products/prices")
    page.get_by_role("link", name="银级价 2026").click()
    for least, price in (("10", "2600"), ("20", "2500")):
        page.get_by_label("规格", exact=True).fill("HM46-200")
        page.get_by_label("起订数量").fill(least)
        page.get_by_label("单价").fill(price)
        page.keyboard.press("Enter")
        expect(page.get_by_role("row", name="HM46-200").filter(has_text=f"{int(price):,}.00")).to_be_visible()
        expect(page.get_by_label("规格", exact=True)).to_be_focused()


def test_why_a_price_is_what_it_is_is_shown_beside_it(live: Live) -> None:
    page = live.page("amy")
    page.goto(f"/products/skus/{live.the.skus['HM46-200']}")
    page.get_by_placeholder("编码、名称或助记码").fill("K00001")
    page.get_by_label("数量").fill("5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("等级价，价格表“银级价 2026”，满 1 起")).to_be_visible()
    expect(page.get_by_text("¥13,680.00")).to_be_visible()
    page.get_by_text("没有采用的价格").first.click()
    expect(page.get_by_role("cell", name="等级价优先")).to_be_visible()


def test_goods_are_received_by_keyboard_alone(live: Live) -> None:
    page = live.page("wu")
    page.goto("/stock")
    page.keyboard.press("Alt+n")
    page.get_by_label("第 1 行：编码或名称").focus()
    for text in ("EP2-15", "12", "ci4-18", "６"):
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")
    assert _focused(page) == "code-3"
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="已入库 2 种 18 件")).to_be_visible()
    expect(page.get_by_role("row", name="EP2-15")).to_contain_text("12 桶")


def test_a_count_is_made_in_its_row(live: Live) -> None:
    page = live.page("wu")
    page.goto("/stock")
    page.get_by_role("link", name="盘点 HM46-200").click()
    expect(page.get_by_label("盘点数")).to_be_focused()
    page.get_by_label("盘点数").fill("98")
    page.get_by_label("原因").fill("漏了两桶")
    page.get_by_role("button", name="盘点 HM46-200").click()
    expect(page.get_by_role("row", name="HM46-200")).to_contain_text("98 桶")
    expect(page.get_by_role("link", name="盘点 HM46-200")).to_be_focused()


@pytest.mark.parametrize("url", ["/products", "/products/prices", "/stock", "/stock/receive", "/stock/warehouses"])
def test_on_a_small_phone_nothing_runs_over_the_edge(live: Live, url: str) -> None:
    small: dict[str, Any] = {**PHONE, "viewport": {"width": 360, "height": 640}}
    page = live.page("diao" if url == "/stock/receive" else "zong", **small)
    page.goto(url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("h1").count() == 1
