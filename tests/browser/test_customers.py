# data
"""Customers with a real browser: forms in their place, regions step by step, doubles while typing, older lines."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from portal.core.db import db, write_tx
from portal.customers import actions
from portal.customers.models import Customer
from tests.browser import conftest
from tests.browser.conftest import Live

PHONE: Any = conftest.PHONE


def test_a_group_is_edited_in_its_place(live: Live) -> None:
    page = live.page("sun")
    page.goto(f"/customers/{live.the.customers['dealer']}")
    group = page.get_by_role("region", name="地址与电话")
    group.get_by_role("link", name="修改").click()
    expect(group.get_by_label("省")).to_be_focused()
    group.get_by_label("省").select_option("四川省")
    group.get_by_label("市或区县").focus()
    group.get_by_label("市或区县").select_option("成都市")
    expect(group.get_by_label("市或区县")).to_be_focused()
    group.get_by_label("区县", exact=True).select_option("武侯区")

    group.get_by_label("电话").fill("123")
    group.get_by_role("button", name="保存").click()
    expect(group.get_by_role("alert")).to_be_focused()
    expect(group.get_by_label("区县", exact=True)).to_have_value("510107")
    group.get_by_label("电话").fill("138 0013 8000")
    group.get_by_role("button", name="保存").click()
    expect(group).to_contain_text("四川省 成都市 武侯区")
    expect(group).to_contain_text("138 0013 8000")

    group.get_by_role("link", name="修改").click()
    group.locator("#address").fill("不要了")
    group.get_by_role("link", name="取消").click()
    expect(group.get_by_role("link", name="修改")).to_be_focused()
    expect(group).not_to_contain_text("不要了")


def test_the_second_editor_sees_both_versions_in_place(live: Live) -> None:
    first, second = live.page("amy"), live.page("sun")
    for page, address in ((first, "甲路"), (second, "乙路")):
        page.goto(f"/customers/{live.the.customers['dealer']}")
        page.get_by_role("region", name="地址与电话").get_by_role("link", name="修改").click()
        page.locator("#address").fill(address)
    for page in (first, second):
        page.get_by_role("button", name="保存").click()
    expect(first.get_by_role("region", name="地址与电话")).to_contain_text("甲路")
    expect(second.get_by_role("alert")).to_contain_text("甲路")
    expect(second.get_by_role("alert")).to_be_focused()
    expect(second.locator("#address")).to_have_value("乙路")
    second.get_by_role("button", name="保存").click()
    expect(second.get_by_role("region", name="地址与电话")).to_contain_text("乙路")


def test_who_could_be_meant_is_shown_while_typing(live: Live) -> None:
    page = live.page("sun")
    page.goto("/customers")
    page.keyboard.press("Alt+n")
    page.get_by_label("客户名称").fill("渝北示例润滑油有限公司")
    expect(page.get_by_role("link", name="K00001")).to_be_visible()
    expect(page.get_by_label("客户名称")).to_be_focused()
    page.get_by_role("button", name="建立客户档案").click()
    expect(page.get_by_text("可能已经有这家客户")).to_be_visible()
    page.get_by_label("不是同一家，照样建档").check()
    page.get_by_role("button", name="建立客户档案").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("渝北示例润滑油有限公司")


def test_the_list_answers_while_typing_and_a_reload_shows_the_same(live: Live) -> None:
    page = live.page("zong")
    page.goto("/customers")
    page.get_by_label("编码、名称、助记码或电话").fill("jbsl")
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page).to_have_url(re.compile("q=jbsl"))
    page.reload()
    expect(page.get_by_role("link", name="江北示例机械厂")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)


def test_a_contact_is_edited_in_its_row_on_a_phone(live: Live) -> None:
    page = live.page("amy", **PHONE)
    page.goto(f"/customers/{live.the.customers['plant']}/contacts")
    page.get_by_role("link", name="修改 plant 收货人").click()
    expect(page.get_by_label("姓名").first).to_be_focused()
    page.get_by_label("职务").first.fill("设备科")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row", name="plant 收货人")).to_contain_text("设备科")


def test_older_lines_follow_and_the_focus_goes_to_them(app: Flask, live: Live) -> None:
    n = live.the.customers["dealer"]
    with app.app_context():
        for k in range(60):
            with write_tx() as s:
                actions.edit(s, n, "place", None, live.the.who(s, "sun"), address=f"{k}")
        db.session.remove()
    page = live.page("sun")
    page.goto(f"/customers/{n}/timeline")
    expect(page.get_by_role("listitem").filter(has=page.locator("time"))).to_have_count(50)
    page.get_by_role("link", name="加载更多").click()
    expect(page.get_by_role("listitem").filter(has=page.locator("time"))).to_have_count(60)
    expect(page.locator("#entry-10")).to_be_focused()


def test_a_customer_is_opened_without_scripts(app: Flask, live: Live) -> None:
    page = live.page("sun", java_script_enabled=False)
    page.goto("/customers/new")
    page.get_by_label("客户名称").fill("无脚本示例")
    page.get_by_label("省").select_option("重庆市")
    page.get_by_role("button", name="下一级").click()
    page.get_by_label("市或区县").select_option("渝北区")
    page.get_by_role("button", name="建立客户档案").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("无脚本示例")
    with app.app_context():
        assert db.session.scalar(select(Customer.region_code).where(Customer.name == "无脚本示例")) == "500112"
