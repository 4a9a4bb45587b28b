"""The application: the only file that knows every room. Rooms meet here: pages, navigation, tabs, listeners."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask, current_app, g, url_for
from flask import request as web
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import assets, config, health
from portal.core import clock, pages, templating
from portal.core.db import connect, db
from portal.core.text import T, Text
from portal.credit import actions as credit
from portal.credit import beside as beside_credit
from portal.customers import actions as customers
from portal.customers import firms as firms_of
from portal.customers import frame
from portal.customers.frame import Tab
from portal.deliveries import actions as deliveries
from portal.deliveries import facts as delivery_facts
from portal.deliveries.models import named as delivery_names
from portal.orders import actions as orders
from portal.orders.routes import show as order_pages
from portal.payments import actions as payments
from portal.payments import models as payments_models
from portal.payments import routes as money_pages
from portal.people import guard, timeline
from portal.people.models import Who, firms
from portal.people.rules import Permission as P
from portal.products import beside
from portal.stock import actions as stock
from portal.stock import models as stock_models

ROOMS = (
    "people", "customers", "products", "stock", "credit", "payments", "orders", "deliveries", "home", "style",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the navigation: who may open the page sees it."""

    label: Text
    endpoint: str
    permission: P
    icon: str
    portal: bool | None = None
    """True: only for customers' people; False: only for staff."""


NAV = (
    Door(T("首页"), "home.show", P.HOME_VIEW, "house"),
    Door(T("开单"), "orders.desk", P.ORDER_PLACE, "shopping-cart"),
    Door(T("订单"), "orders.index", P.ORDER_VIEW, "clipboard-list"),
    Door(T("账款"), "payments.mine", P.PAYMENT_VIEW, "wallet", portal=True),
    Door(T("订单审核"), "orders.reviews", P.ORDER_REVIEW, "shield-check"),
    Door(T("客户"), "customers.index", P.CUSTOMER_VIEW, "building-2", portal=False),
    Door(T("信用"), "credit.index", P.CREDIT_VIEW, "gauge", portal=False),
    Door(T("收款"), "payments.index", P.PAYMENT_VIEW, "banknote", portal=False),
    Door(T("配送"), "deliveries.board", P.DELIVERY_PLAN, "truck", portal=False),
    Door(T("我的车次"), "deliveries.mine", P.DELIVERY_DRIVE, "route", portal=False),
    Door(T("库存"), "stock.index", P.STOCK_VIEW, "warehouse", portal=False),
    Door(T("产品"), "products.index", P.PRODUCT_VIEW, "droplet", portal=False),
    Door(T("人员"), "people.index", P.PEOPLE_MANAGE, "users", portal=False),
    Door(T("同事"), "people.colleagues", P.COLLEAGUES_MANAGE, "users", portal=True),
)


FILE_TABS = (
    Tab("file", T("档案"), "customers.show", P.CUSTOMER_VIEW),
    Tab("contacts", T("联系人"), "customers.contacts", P.CUSTOMER_VIEW),
    Tab("sites", T("收货地点"), "customers.sites", P.CUSTOMER_VIEW),
    Tab("orders", T("订单"), "orders.of_customer", P.ORDER_VIEW),
    Tab("deliveries", T("送货"), "deliveries.of_customer", P.DELIVERY_VIEW),
    Tab("receivables", T("账款"), "payments.of_customer", P.PAYMENT_VIEW),
    Tab("credit", T("信用"), "payments.credit_of_customer", P.CREDIT_VIEW),
    Tab("timeline", T("时间线"), "customers.timeline", P.CUSTOMER_VIEW),
)
"""The customer's file, page by page; pages that no room has yet are left out."""

LISTENERS = (
    (customers.customer_created, credit.open_account),
    (payments.receipt_posted, orders.look_again),
    (credit.credit_changed, orders.look_again),
    (stock.goods_received, orders.look_again),
    (orders.cancelling, deliveries.make_way),
)
"""The lower room announces, the higher one acts in the same transaction."""

FILE_FACTS: tuple[frame.Facts, ...] = (money_pages.header_facts, delivery_facts.empties)
"""The figures in its header."""


def create_app(
    overrides: Mapping[str, Any] | None = None, *, read_clock: Callable[[], datetime] | None = None
) -> Flask:
    """The application for these settings; `read_clock` lets seeds and tests say what time it is."""
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    app.config.update(config.settings())
    app.config.update(overrides or {})
    app.jinja_environment = templating.Templates
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    clock.use(read_clock)
    db.init_app(app)
    with app.app_context():
        connect(db.engine)
    Migrate(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True, compare_type=True)
    app.extensions["build"] = _build()
    app.extensions["doors"] = {}
    CSRFProtect(app)
    app.register_error_handler(CSRFError, _forged)
    templating.Templates.folds["asset"] = assets.asset_url  # a changed file has a new address after a restart
    pages.install(app, _doors)
    guard.install(app)
    for env in app.extensions["templates"].values():
        env.globals.update(asset=assets.asset_url, Permission=P, csrf_token=generate_csrf)
    _open_rooms(app)
    _connect_rooms()
    app.register_blueprint(health.blueprint)
    if behind := app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=behind, x_proto=behind, x_host=behind)  # type: ignore[method-assign]
    app.wsgi_app = _one_chunk(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _one_chunk(wsgi: Callable[..., Any]) -> Callable[..., Any]:
    """Answers without a body (304, HEAD) get one empty chunk: hypercorn sends the head of an answer with its first."""

    def answer(environ: Any, start_response: Any) -> Iterator[bytes]:
        body = wsgi(environ, start_response)
        try:
            nothing = True
            for chunk in body:
                nothing = False
                yield chunk
            if nothing:
                yield b""
        finally:
            if hasattr(body, "close"):
                body.close()

    return answer


def _build() -> str:
    """Names this state of code and templates: pages kept by browsers are fresh again after an update."""
    files = sorted(p for folder in ("portal", "templates", "static") for p in (config.ROOT / folder).rglob("*.*"))
    stamps = repr([(p.name, p.stat().st_mtime_ns) for p in files if "__pycache__" not in p.parts])
    return hashlib.sha256(stamps.encode()).hexdigest()[:12]


def _forged(_error: CSRFError) -> Any:
    g.who = guard.who_or_none()  # the token is looked at before the person
    if g.who is None and web.endpoint != "people.let_in":
        return guard.to_sign_in()
    return pages.show_problem(
        400, T("这个页面放得太久了"), T("为了安全，没有执行这次操作。"), T("刷新页面后再提交一次；填的内容会保留。")
    )


def _open_rooms(app: Flask) -> None:
    for room in ROOMS:
        if find_spec(f"portal.{room}.models"):
            import_module(f"portal.{room}.models")
        if find_spec(f"portal.{room}.routes"):
            app.register_blueprint(import_module(f"portal.{room}.routes").blueprint)
        if find_spec(f"portal.{room}.rules"):
            timeline.SENTENCES.update(getattr(import_module(f"portal.{room}.rules"), "SENTENCES", {}))


def _doors() -> list[dict[str, Any]]:
    """The navigation of this person, the page's own entry marked."""
    who = g.get("who")
    if who is None:
        return []
    doors = current_app.extensions["doors"]
    if who.role not in doors:
        doors[who.role] = _doors_of(who)
    here = web.endpoint or ""
    return [{**door, "current": _is_open(door["endpoint"], here)} for door in doors[who.role]]


def _doors_of(who: Who) -> list[dict[str, Any]]:
    """What this role may open; worked out once per role."""
    return [
        {"label": door.label, "url": url_for(door.endpoint), "icon": door.icon, "endpoint": door.endpoint}
        for door in NAV
        if who.may(door.permission)
        and door.portal in (None, who.is_portal)
        and door.endpoint in current_app.view_functions
    ]


def _is_open(door: str, here: str) -> bool:
    """Is the page of endpoint `here` behind this door? Orders have three doors, the other rooms one."""
    room = here.partition(".")[0]
    return door == here or (room != "orders" and door.partition(".")[0] == room)


def _connect_rooms() -> None:
    """Who listens to whom: the lower room announces, the higher one acts in the same transaction."""
    firms.by_ids, firms.by_text = firms_of.by_ids, firms_of.by_text
    beside.tell_stock(stock_models.totals)
    beside_credit.tell_overdue(payments_models.overdue_fen)
    frame.TABS[:] = FILE_TABS
    frame.HEADER_FACTS[:] = FILE_FACTS
    timeline.DOCUMENTS.update(delivery_names.DOCUMENTS)
    order_pages.DOCUMENTS[:] = (delivery_facts.documents,)
    for announcement, listener in LISTENERS:
        announcement.connect(listener)
