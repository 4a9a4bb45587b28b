"""What people see of products and do to them: the administrator, colleagues with fewer rights, customers' people."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask_sqlalchemy.record_queries import get_recorded_queries
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import write_tx
from portal.core.history import Entry
from portal.products import actions
from portal.products.models import Alias, PriceLine, PriceList, Product, Sku
from tests.cast import Cast
from tests.conftest import Person, only_sqlite

SignIn = Callable[..., Person]
PRODUCT = {
    "name": "长路 抗磨液压油 68",
    "code": "HM68",
    "kind": "hydraulic",
    "viscosity": "vg68",
    "performance": "L-HM",
}
SKU = {"code": "HM68-200", "package": "drum", "unit": "桶", "volume_ml": "200", "weight_g": "１８５", "multiple": "1"}


def test_products_are_found_by_code_name_grade_pinyin_and_barcode(
    app: Flask, s: Session, the: Cast, sign_in: SignIn
) -> None:
    with write_tx() as tx:
        product = actions.create_product(
            tx, code="KL46", name="昆仑抗磨液压油", kind="hydraulic", viscosity="ISO VG 46", who=None
        )
        actions.create_sku(
            tx, product.id, code="KL46-200", package="drum", volume_ml=200_000, barcode="6901234", who=None
        )
    amy = sign_in("amy")
    for query in ("kl46-200", "抗磨", "ＶＧ 46", "klkmyyy", "6901234", "昆仑 200", "vg46"):
        assert "KL46-200" in amy.see(f"/products?q={query}"), query
    assert "没有符合筛选的规格" in amy.see("/products?q=nothing")


def test_the_list_filters_by_kind_brand_and_state(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    with write_tx() as tx:
        actions.discontinue(tx, the.skus["EP2-15"], successor_id=the.skus["CI4-18"], who=None)
        actions.edit_sku(tx, the.skus["SN-4x6"], list_price_fen=None, who=None)
    amy = sign_in("amy")
    assert "EP2-15" not in amy.see("/products") and "EP2-15" in amy.see("/products?state=discontinued")
    unpriced = amy.see("/products?state=unpriced")
    assert "SN-4x6" in unpriced and "HM46-200" not in unpriced
    assert "HM46-200" not in amy.see("/products?kind=grease") and "HM46-200" in amy.see("/products?brand=长路")


@only_sqlite
def test_a_list_asks_few_questions_whatever_it_shows(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    amy = sign_in("amy")
    for url in ("/products", "/products/prices", f"/products/{_product(s, 'HM46')}"):
        before = len(get_recorded_queries())
        amy.see(url)
        asked = [q.statement for q in get_recorded_queries()[before:] if not (q.statement or "").startswith("BEGIN")]
        assert len(asked) <= 6, (url, asked)


def _product(s: Session, code: str) -> int:
    return s.scalars(select(Product.id).where(Product.code == code)).one()


def test_who_may_not_see_prices_sees_none(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    sku = the.skus["HM46-200"]
    with write_tx() as tx:
        for price in (300_000, 288_000):
            actions.edit_sku(tx, sku, list_price_fen=price, who=None)
    for login in ("tang", "wu"):
        for url in ("/products", f"/products/skus/{sku}", f"/products/{_product(s, 'HM46')}"):
            text = sign_in(login).see(url)
            assert "2,880.00" not in text and "3,000.00" not in text and "HM46-200" in text
        assert sign_in(login).get("/products/prices").status_code == 403
        assert sign_in(login).get(f"/products/skus/{sku}/why").status_code == 403
    assert "2,880.00" in sign_in("amy").see(f"/products/skus/{sku}")


def test_customers_people_and_drivers_find_none_of_it(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    sku = the.skus["HM46-200"]
    for url in ("/products", "/products/new", f"/products/skus/{sku}", f"/products/skus/{sku}/why", "/products/prices"):
        assert sign_in("lin").get(url).status_code == 404, url
        assert sign_in("si").get(url).status_code == 403, url


def test_only_the_administrator_edits_products(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    sku, product = the.skus["HM46-200"], _product(s, "HM46")
    zong = sign_in("zong")
    for url in (
        "/products/new",
        f"/products/{product}/edit",
        f"/products/skus/{sku}/edit",
        f"/products/{product}/skus/new",
    ):
        assert zong.get(url).status_code == 403, url
        assert zong.post(url, {}).status_code == 403, url
        assert sign_in("guan").get(url).status_code == 200, url
    assert "修改" not in zong.see(f"/products/{product}")


def test_what_is_not_there_is_not_found(app: Flask, the: Cast, sign_in: SignIn) -> None:
    guan = sign_in("guan")
    for url in (
        "/products/999",
        "/products/skus/999",
        "/products/skus/999/edit",
        "/products/prices/999",
        "/products/skus/999/why",
    ):
        assert guan.get(url).status_code == 404, url


def test_a_product_and_its_package_are_made_on_pages(app: Flask, s: Session, the: Cast, sign_in: SignIn) -> None:
    guan = sign_in("guan")
    response = guan.post("/products/new", {**PRODUCT, "once": "k1"})
    assert response.status_code == 303
    assert guan.post("/products/new", {**PRODUCT, "once": "k1"}).location == response.location
    product = s.scalars(select(Product).where(Product.code == "HM68")).one()
    assert (product.viscosity, product.pinyin) == ("ISO VG 68", "zl kmyyy 68")
    assert "ISO VG 68：40 °C 时 61.2–74.8 mm²/s" in guan.see(f"/products/{product.id}")

    made = guan.post(response.location, {**SKU, "list_price_fen": "２,９００"})
    assert made.status_code == 303
    s.rollback()
    sku = s.scalars(select(Sku).where(Sku.code == "HM68-200")).one()
    assert (sku.volume_ml, sku.weight_g, sku.list_price_fen) == (200_000, 185_000, 290_000)
    assert (sku.label, sku.spec) == ("长路 抗磨液压油 68 200 L 大桶", "ISO VG 68 · L-HM · 200 L 大桶")
    verbs = s.scalars(select(Entry.verb).where(Entry.chain == "products").order_by(Entry.id)).all()
    assert verbs == ["product.created", "sku.created"]


def test_a_wrong_form_comes_back_with_what_was_typed(app: Flask, the: Cast, sign_in: SignIn, s: Session) -> None:
    guan = sign_in("guan")
    wrong = guan.post("/products/new", {**PRODUCT, "viscosity": "ISO VG 47", "name": ""})
    assert wrong.status_code == 422
    assert "最近的是 ISO VG 46" in wrong.text and 'value="ISO VG 47"' in wrong.text and 'value="HM68"' in wrong.text
    taken = guan.post("/products/new", {**PRODUCT, "code": "HM46"})
    assert taken.status_code == 422 and "HM46 已经有了" in taken.text

    url = f"/products/skus/{the.skus['HM46-200']}/edit"
    row = guan.post(url, {**SKU, "code": "HM46-200", "weight_g": "重", "version": "1"}, htmx=True)
    assert row.status_code == 422 and 'value="重"' in row.text and f'<tr id="sku-{the.skus["HM46-200"]}"' in row.text
    assert "<h1" not in row.text


def test_a_row_is_edited_and_comes_back_as_a_row(app: Flask, the: Cast, sign_in: SignIn, s: Session) -> None:
    guan, sku = sign_in("guan"), the.skus["HM46-200"]
    form = guan.get(f"/products/skus/{sku}/edit", htmx=True)
    assert f'<tr id="sku-{sku}"' in form.text and "<h1" not in form.text
    typed = {**SKU, "code": "HM46-200", "list_price_fen": "3000", "version": "1"}
    saved = guan.post(f"/products/skus/{sku}/edit", typed, htmx=True)
    assert saved.status_code == 200 and "3,000.00" in saved.text and "changed" in saved.text
    told = s.scalars(select(Entry.facts).where(Entry.verb == "sku.repriced")).one()
    assert '"before_fen":288000' in told and '"after_fen":300000' in told
    assert "目录价 ¥2,880.00 → ¥3,000.00" in guan.see(f"/products/skus/{sku}")
    plain = guan.post(f"/products/skus/{sku}/edit", {**typed, "list_price_fen": "3001", "version": "2"})
    assert plain.status_code == 303 and plain.location == f"/products/{_product(s, 'HM46')}"


def test_the_second_of_two_editors_sees_both_values(app: Flask, the: Cast, sign_in: SignIn, s: Session) -> None:
    guan, sku = sign_in("guan"), the.skus["HM46-200"]
    typed = {**SKU, "code": "HM46-200", "version": "1"}
    assert guan.post(f"/products/skus/{sku}/edit", {**typed, "list_price_fen": "3000"}).status_code == 303
    second = guan.post(f"/products/skus/{sku}/edit", {**typed, "list_price_fen": "3100"}, htmx=True)
    assert second.status_code == 409 and "¥3,000.00" in second.text and "¥3,100.00" in second.text
    assert s.scalars(select(Sku.list_price_fen).where(Sku.id == sku)).one() == 300_000

    product = _product(s, "HM46")
    typed = {**PRODUCT, "code": "HM46", "viscosity": "46", "version": "1"}
    assert guan.post(f"/products/{product}/edit", {**typed, "name": "新名"}).status_code == 303
    assert guan.post(f"/products/{product}/edit", {**typed, "name": "旧名"}).status_code == 409


def test_labels_and_search_follow_the_products_name(app: Flask, the: Cast, sign_in: SignIn, s: Session) -> None:
    guan, product = sign_in("guan"), _product(s, "HM46")
    guan.post(f"/products/{product}/edit", {**PRODUCT, "code": "HM46", "name": "新长路液压油", "version": "1"})
    sku = s.scalars(select(Sku).where(Sku.code == "HM46-200")).one()
    assert sku.label == "新长路液压油 200 L 大桶" and "新长路液压油" in sku.search


def test_a_fragment_is_part_of_its_page(app: Flask, the: Cast, sign_in: SignIn, s: Session) -> None:
    guan, product, sku = sign_in("guan"), _product(s, "HM46"), the.skus["HM46-200"]
    silver = s.scalars(select(PriceList.id)).one()
    for page, part in (
        ("/products?q=hm", "/products?q=hm"),
        (f"/products/{product}", f"/products/skus/{sku}/row"),
        (f"/products/{product}", f"/products/{product}"),
        ("/products/prices", "/products/prices"),
        (f"/products/skus/{sku}/why?quantity=3", f"/products/skus/{sku}/why?quantity=3"),
    ):
        fragment = guan.get(part, htmx=True).text
        assert "<h1" not in fragment
        assert _squeezed(fragment) in _squeezed(guan.see(page)), part
    assert (
        guan.get(f"/products/prices/{silver}", htmx=True)
        .text.lstrip()
        .startswith(f'<div class="stack" id="lines-{silver}"')
    )


def _squeezed(html: str) -> str:
    html = re.sub(r'value="[\w\-.]{8,}"', "", html)  # tokens and once-keys differ each time
    return re.sub(r"\s+", " ", html).strip()


def test_a_package_is_discontinued_with_a_successor_and_put_back(
    app: Flask, the: Cast, sign_in: SignIn, s: Session
) -> None:
    guan, sku = sign_in("guan"), the.skus["EP2-15"]
    url = f"/products/skus/{sku}"
    unknown = guan.post(f"{url}/discontinue", {"successor": "没有这个", "version": "1"})
    assert unknown.status_code == 422 and "没有找到规格“没有这个”" in unknown.text
    itself = guan.post(f"{url}/discontinue", {"successor": "EP2-15", "version": "1"})
    assert itself.status_code == 422
    assert guan.post(f"{url}/discontinue", {"successor": "ci4-18", "version": "1"}).status_code == 303
    page = guan.see(url)
    assert "已停售，替代规格：CI4-18" in page and f'href="/products/skus/{the.skus["CI4-18"]}"' in page
    assert guan.post(f"{url}/sell-again", {"version": "1"}).status_code == 409
    assert guan.post(f"{url}/sell-again", {"version": "2"}).status_code == 303
    assert s.scalars(select(Sku.state).where(Sku.id == sku)).one() == "on_sale"


def test_a_customers_own_name_is_noted_by_who_looks_after_it(
    app: Flask, the: Cast, sign_in: SignIn, s: Session
) -> None:
    sku = the.skus["HM46-200"]
    amy, bai = sign_in("amy"), sign_in("bai")
    assert amy.post(f"/products/skus/{sku}/aliases", {"customer": "渝北", "alias": "四十六号  大桶"}).status_code == 303
    alias = s.scalars(select(Alias)).one()
    assert (alias.customer_id, alias.alias) == (the.customers["dealer"], "四十六号 大桶")
    assert "四十六号 大桶" in amy.see(f"/products/skus/{sku}") and "四十六号" not in bai.see(f"/products/skus/{sku}")
    wrong = amy.post(f"/products/skus/{sku}/aliases", {"customer": "旁人", "alias": "x"})
    assert wrong.status_code == 422 and "没有找到客户“旁人”" in wrong.text
    assert bai.post(f"/products/aliases/{alias.id}/remove").status_code == 404
    assert amy.post(f"/products/aliases/{alias.id}/remove").status_code == 303
    assert s.scalars(select(Alias)).all() == []


def test_why_names_the_rule_for_a_customer_a_quantity_and_a_day(
    app: Flask, the: Cast, sign_in: SignIn, s: Session
) -> None:
    sku, dealer = the.skus["HM46-200"], the.customers["dealer"]
    with write_tx() as tx:
        actions.add_line(tx, s.scalars(select(PriceList.id)).one(), sku, 10, 250_000, None)
    amy = sign_in("amy")
    one = amy.see(f"/products/skus/{sku}/why?customer={dealer}&quantity=1")
    assert "等级价，价格表“银级价 2026”，满 1 起" in one and "¥2,736.00" in one and "满 10 桶，单价 ¥2,500.00" in one
    ten = amy.see(f"/products/skus/{sku}/why?named=K00001&quantity=10")
    assert "满 10 起" in ten and "¥25,000.00" in ten and "等级价优先" in ten
    before = amy.see(f"/products/skus/{sku}/why?customer={dealer}&day=2025-12-31")
    assert "¥2,880.00" in before
    assert amy.get(f"/products/skus/{sku}/why?customer={the.customers['stranger']}").status_code == 404
    wrong = amy.get(f"/products/skus/{sku}/why?named=没有&quantity=x&day=昨天")
    assert wrong.status_code == 422 and "没有找到客户“没有”" in wrong.text


def _new_list(**more: str) -> dict[str, str]:
    return {
        "name": "春季",
        "target": "class",
        "price_class": "gold",
        "valid_from_on": "2026/3/1",
        "percent": "100",
        **more,
    }


def test_a_price_list_is_made_for_a_class_or_a_customer_and_copied(
    app: Flask, the: Cast, sign_in: SignIn, s: Session
) -> None:
    zong = sign_in("zong")
    assert zong.post("/products/prices/new", _new_list()).status_code == 303
    own = zong.post("/products/prices/new", _new_list(name="协议", target="customer", customer="K00003"))
    assert own.status_code == 303
    silver = s.scalars(select(PriceList.id).where(PriceList.price_class == "silver")).one()
    copied = zong.post("/products/prices/new", _new_list(name="银级 98 折", copy=str(silver), percent="98"))
    lines = select(PriceLine.price_fen).where(PriceLine.price_list_id == int(copied.location.rsplit("/", 1)[1]))
    assert s.scalars(lines.order_by(PriceLine.sku_id)).first() == (273_600 * 98 + 50) // 100
    for wrong in ({"target": "customer"}, {"target": "customer", "customer": "示例"}, {"valid_until_on": "2026-02-01"}):
        response = zong.post("/products/prices/new", _new_list(**wrong))
        assert response.status_code == 422 and 'value="春季"' in response.text, wrong
    chains = set(s.scalars(select(Entry.chain).where(Entry.verb == "price_list.created")))
    assert chains == {"products", f"customer:{the.customers['plant']}"}


def test_prices_are_added_changed_and_taken_out_in_their_rows(
    app: Flask, the: Cast, sign_in: SignIn, s: Session
) -> None:
    zong, silver = sign_in("zong"), s.scalars(select(PriceList.id)).one()
    url = f"/products/prices/{silver}"
    added = zong.post(f"{url}/lines", {"sku": "hm46-200", "least": "10", "price_fen": "2,500"}, htmx=True)
    assert added.status_code == 200 and "2,500.00" in added.text and "changed" in added.text
    twice = zong.post(f"{url}/lines", {"sku": "HM46-200", "least": "10", "price_fen": "2400"}, htmx=True)
    assert twice.status_code == 422 and "HM46-200 满 10 起已有价格" in twice.text
    vague = zong.post(f"{url}/lines", {"sku": "长路", "least": "1", "price_fen": "1"})
    assert vague.status_code == 422 and "有几个可能" in vague.text and 'value="长路"' in vague.text

    s.rollback()
    line = s.scalars(select(PriceLine.id).where(PriceLine.least == 10)).one()
    edit = f"/products/prices/lines/{line}/edit"
    assert 'name="seen_fen" value="250000"' in zong.get(edit, htmx=True).text
    assert zong.post(edit, {"least": "10", "price_fen": "2450", "seen_fen": "250000"}, htmx=True).status_code == 200
    late = zong.post(edit, {"least": "10", "price_fen": "2460", "seen_fen": "250000"}, htmx=True)
    assert late.status_code == 409 and "¥2,450.00" in late.text
    assert zong.post(edit, {"least": "十", "price_fen": "2460"}, htmx=True).status_code == 422
    assert zong.post(f"/products/prices/lines/{line}/remove").status_code == 303
    assert zong.get(edit).status_code == 404
    page = zong.see(url)
    assert "HM46-200 改价：¥2,500.00 → ¥2,450.00，满 10 起" in page and "删去 HM46-200 的价格 ¥2,450.00" in page


def test_the_head_of_a_price_list_is_changed_with_its_version(
    app: Flask, the: Cast, sign_in: SignIn, s: Session
) -> None:
    zong, silver = sign_in("zong"), s.scalars(select(PriceList.id)).one()
    head = {"name": "银级价", "valid_from_on": "2026-01-01", "valid_until_on": "2026-12-31", "version": "1"}
    assert zong.post(f"/products/prices/{silver}/edit", head).status_code == 303
    assert zong.post(f"/products/prices/{silver}/edit", {**head, "name": "别的"}).status_code == 409
    wrong = zong.post(f"/products/prices/{silver}/edit", {**head, "valid_until_on": "2025-12-31", "version": "2"})
    assert wrong.status_code == 422 and "结束日期不能早于开始日期 2026-01-01" in wrong.text


def test_customers_lists_are_seen_by_who_sees_the_customer(app: Flask, the: Cast, sign_in: SignIn, s: Session) -> None:
    with write_tx() as tx:
        own = actions.create_price_list(
            tx, name="旁人协议", customer_id=the.customers["stranger"], valid_from_on=date(2026, 11, 1),
            lines=[(the.skus["HM46-200"], 1, 111_100)], who=None,
        ).id  # fmt: skip
        line = tx.scalars(select(PriceLine.id).where(PriceLine.price_list_id == own)).one()
    for login in ("amy", "guan"):
        person = sign_in(login)
        assert "旁人协议" not in person.see("/products/prices")
        assert "1,111.00" not in person.see(f"/products/skus/{the.skus['HM46-200']}")
        assert person.get(f"/products/prices/{own}").status_code == 404
    assert (
        sign_in("guan").post(f"/products/prices/lines/{line}/edit", {"least": "1", "price_fen": "1"}).status_code == 404
    )
    assert sign_in("guan").post(f"/products/prices/{own}/lines", {}).status_code == 404
    assert "旁人协议" in sign_in("fan").see("/products/prices?target=customer&q=旁人")
    assert sign_in("fan").post(f"/products/prices/{own}/lines", {}).status_code == 403


@pytest.mark.parametrize("when", ["now", "later", "past", "all"])
def test_price_lists_are_shown_by_when_they_hold(app: Flask, the: Cast, sign_in: SignIn, when: str, s: Session) -> None:
    with write_tx() as tx:
        for name, since, until in (
            ("去年", date(2025, 1, 1), date(2025, 12, 31)),
            ("今年", date(2026, 1, 1), None),
            ("明年", date(2027, 1, 1), None),
        ):
            actions.create_price_list(
                tx, name=name, price_class="gold", valid_from_on=since, valid_until_on=until, who=None
            )
    page = sign_in("zong").see(f"/products/prices?when={when}")
    shown = {name for name in ("去年", "今年", "明年") if name in page}
    assert shown == {"now": {"今年"}, "later": {"明年"}, "past": {"去年"}, "all": {"去年", "今年", "明年"}}[when]


def test_suggestions_say_what_was_typed_so_that_the_browser_keeps_them(app: Flask, the: Cast, sign_in: SignIn) -> None:
    options = sign_in("zong").get("/products/find?sku=液压", htmx=True).text
    assert 'value="HM46-200"' in options and "液压" in options.split("HM46-200")[1]
    assert "K00002" not in sign_in("amy").get("/products/find-customers?customer=K0000", htmx=True).text


def test_odd_addresses_and_numbers_are_answered(app: Flask, the: Cast, sign_in: SignIn, s: Session) -> None:
    zong, guan, sku = sign_in("zong"), sign_in("guan"), the.skus["HM46-200"]
    for url in (
        "/products?q=%00&brand=%00&kind=x&state=y&after=!!&size=7", "/products?q=%25%5f&before=eyJ9",
        "/products/prices?q=%00&when=x&target=y&after=WzFd", "/products/find?sku=%00", "/products/find-customers?q=%00",
        "/products/prices/new?copy=x",
    ):  # fmt: skip
        assert zong.get(url).status_code in (200, 403), url
    why = f"/products/skus/{sku}/why"
    assert zong.get(f"{why}?quantity=99999999999&day=2026-13-01&named=%00").status_code == 422
    assert zong.get(f"{why}?customer=99999999999999999999").status_code == 404
    assert zong.get("/products/skus/99999999999999999999").status_code == 404
    typed = {**SKU, "code": "HM46-200", "version": "99999999999999999999"}
    assert guan.post(f"/products/skus/{sku}/edit", {**typed, "list_price_fen": "99999999999"}).status_code == 422
    assert guan.post(f"/products/skus/{sku}/edit", {**typed, "barcode": "\x00"}).status_code == 409
    silver = s.scalars(select(PriceList.id)).one()
    assert (
        zong.post(f"/products/prices/{silver}/lines", {"sku": "\x00", "least": "1", "price_fen": "1"}).status_code
        == 422
    )
    dear = {"name": "贵", "target": "class", "price_class": "gold", "valid_from_on": "2026-01-01", "copy": str(silver)}
    with write_tx() as tx:
        tx.scalars(select(PriceLine)).first().price_fen = 999_999_999  # type: ignore[union-attr]
    assert zong.post("/products/prices/new", {**dear, "percent": "1000"}).status_code == 422
