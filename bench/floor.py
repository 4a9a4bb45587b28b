"""The floor: the least that Flask, SQLAlchemy Core and Jinja can do for the same work on the same machine.

No sign-in, no CSRF, no journal, no permissions, bare pages: own prices, stock, credit check, one durable commit.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, request
from jinja2 import Environment
from sqlalchemy import (
    Column,
    Date,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    select,
    update,
)

META = MetaData()
product = Table(
    "product", META, Column("id", Integer, primary_key=True), Column("code", String), Column("name", String),
    Column("list_fen", Integer), Column("on_hand", Integer), Column("reserved", Integer),
)  # fmt: skip
customer = Table(
    "customer", META, Column("id", Integer, primary_key=True), Column("name", String), Column("limit_fen", Integer),
    Column("exposure_fen", Integer),
)  # fmt: skip
price = Table(
    "price", META, Column("customer_id", ForeignKey("customer.id"), primary_key=True),
    Column("product_id", ForeignKey("product.id"), primary_key=True), Column("fen", Integer),
)  # fmt: skip
order = Table(
    "purchase", META, Column("id", Integer, primary_key=True), Column("customer_id", ForeignKey("customer.id")),
    Column("day", Date), Column("state", String), Column("lines", Integer), Column("amount_fen", Integer),
    Index("ix_purchase_day", "day", "id"),
)  # fmt: skip
line = Table(
    "line", META, Column("id", Integer, primary_key=True), Column("order_id", ForeignKey("purchase.id"), index=True),
    Column("product_id", ForeignKey("product.id")), Column("quantity", Integer), Column("price_fen", Integer),
)  # fmt: skip
invoice = Table(
    "invoice", META, Column("id", Integer, primary_key=True), Column("order_id", ForeignKey("purchase.id")),
    Column("customer_id", Integer, index=True), Column("amount_fen", Integer), Column("paid_fen", Integer),
)  # fmt: skip
receipt = Table(
    "receipt", META, Column("id", Integer, primary_key=True), Column("customer_id", Integer),
    Column("amount_fen", Integer),
)  # fmt: skip
allocation = Table(
    "allocation", META, Column("id", Integer, primary_key=True), Column("receipt_id", Integer),
    Column("invoice_id", Integer), Column("amount_fen", Integer),
)  # fmt: skip

CATALOGUE = (
    select(
        product.c.id, product.c.code, product.c.name, product.c.on_hand, product.c.reserved,
        func.coalesce(price.c.fen, product.c.list_fen).label("fen"),
    )
    .outerjoin(price, (price.c.product_id == product.c.id) & (price.c.customer_id == bindparam("customer")))
    .where(product.c.id > bindparam("after"))
    .order_by(product.c.id)
    .limit(50)
)  # fmt: skip
ORDERS = (
    select(order.c.id, order.c.day, order.c.state, order.c.lines, order.c.amount_fen, customer.c.name)
    .join(customer, customer.c.id == order.c.customer_id)
    .order_by(order.c.day.desc(), order.c.id.desc())
    .limit(50)
)
PRICES = (
    select(product.c.id, func.coalesce(price.c.fen, product.c.list_fen).label("fen"))
    .outerjoin(price, (price.c.product_id == product.c.id) & (price.c.customer_id == bindparam("customer")))
    .where(product.c.id.in_(bindparam("products", expanding=True)))
)
ACCOUNT = select(customer.c.limit_fen, customer.c.exposure_fen).where(customer.c.id == bindparam("customer"))
RESERVE = (
    update(product)
    .where(product.c.id == bindparam("p"), product.c.on_hand - product.c.reserved >= bindparam("n"))
    .values(reserved=product.c.reserved + bindparam("n"))
)
SHIP = (
    update(product)
    .where(product.c.id == bindparam("p"))
    .values(on_hand=product.c.on_hand - bindparam("n"), reserved=product.c.reserved - bindparam("n"))
)
EXPOSE = (
    update(customer)
    .where(customer.c.id == bindparam("c"))
    .values(exposure_fen=customer.c.exposure_fen + bindparam("fen"))
)
STATE = update(order).where(order.c.id == bindparam("o")).values(state=bindparam("to"))
LINES = select(line.c.product_id, line.c.quantity, line.c.price_fen).where(line.c.order_id == bindparam("o"))
PAY = update(invoice).where(invoice.c.id == bindparam("i")).values(paid_fen=bindparam("fen"))

PAGE = Environment(autoescape=True).from_string(
    "<!doctype html><title>{{ title }}</title><table>{% for r in rows %}<tr>"
    "{% for cell in r %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


def engine_at(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        for pragma in ("busy_timeout=15000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('how', 'DEFERRED')}")

    return engine


def fill(engine: Engine, *, products: int = 1000, customers: int = 1000, orders: int = 10_000) -> None:
    """The same amount of data as the portal gets."""
    chance = random.Random(7)
    META.create_all(engine)
    with engine.begin() as c:
        c.execute(insert(product), [
            {"code": f"P{n:05}", "name": f"Oil {n} L-HM 46", "list_fen": 10_000 + n, "on_hand": 10**8, "reserved": 0}
            for n in range(products)
        ])  # fmt: skip
        c.execute(insert(customer), [
            {"name": f"Customer {n}", "limit_fen": 10**12, "exposure_fen": 0} for n in range(customers)
        ])  # fmt: skip
        for first in range(1, customers + 1, 50):
            c.execute(insert(price), [
                {"customer_id": k, "product_id": p, "fen": 9_000 + p}
                for k in range(first, min(first + 50, customers + 1)) for p in range(1, products + 1, 2)
            ])  # fmt: skip
        start = date(2026, 1, 1)
        c.execute(insert(order), [
            {"customer_id": 1 + n % customers, "day": start + timedelta(n % 300), "state": "done", "lines": 10,
             "amount_fen": chance.randint(10**5, 10**7)} for n in range(orders)
        ])  # fmt: skip
        c.execute(insert(line), [
            {"order_id": 1 + n // 10, "product_id": 1 + (n * 7) % products, "quantity": 5, "price_fen": 9_500}
            for n in range(orders * 10)
        ])  # fmt: skip


def create_floor(path: Path) -> Flask:
    """The floor as an application: GET /catalogue, GET /orders, POST /place, POST /chain."""
    app = Flask("floor")
    engine = engine_at(path)

    @app.get("/catalogue")
    def catalogue() -> str:
        with engine.connect() as c:
            rows = c.execute(CATALOGUE, {"customer": int(request.args["customer"]), "after": 100}).all()
        return PAGE.render(title="catalogue", rows=rows)

    @app.get("/orders")
    def orders() -> str:
        with engine.connect() as c:
            rows = c.execute(ORDERS).all()
        return PAGE.render(title="orders", rows=rows)

    @app.post("/place")
    def place() -> str:
        with engine.connect().execution_options(how="IMMEDIATE") as c, c.begin():
            return str(_place(c, int(request.form["customer"]), _wanted())[0])

    @app.post("/chain")
    def chain() -> str:
        customer_id, wanted = int(request.form["customer"]), _wanted()
        with engine.connect().execution_options(how="IMMEDIATE") as c:
            with c.begin():
                order_id, amount = _place(c, customer_id, wanted)
            with c.begin():
                lines = c.execute(LINES, {"o": order_id}).all()
                c.execute(SHIP, [{"p": row.product_id, "n": row.quantity} for row in lines])
                c.execute(STATE, {"o": order_id, "to": "under_way"})
            with c.begin():
                c.execute(STATE, {"o": order_id, "to": "delivered"})
                entry = {"order_id": order_id, "customer_id": customer_id, "amount_fen": amount, "paid_fen": 0}
                invoice_id = c.execute(insert(invoice), entry).inserted_primary_key[0]  # type: ignore[index]
            with c.begin():
                money = {"customer_id": customer_id, "amount_fen": amount}
                receipt_id = c.execute(insert(receipt), money).inserted_primary_key[0]  # type: ignore[index]
                part = {"receipt_id": receipt_id, "invoice_id": invoice_id, "amount_fen": amount}
                c.execute(insert(allocation), part)
                c.execute(PAY, {"i": invoice_id, "fen": amount})
                c.execute(EXPOSE, {"c": customer_id, "fen": -amount})
        return str(order_id)

    return app


def _wanted() -> dict[int, int]:
    return {int(p): int(n) for p, n in zip(request.form.getlist("p"), request.form.getlist("n"), strict=True)}


def _place(c: Any, customer_id: int, wanted: dict[int, int]) -> tuple[int, int]:
    """Own prices, credit check, stock, order and lines: (order id, amount)."""
    prices = {row.id: row.fen for row in c.execute(PRICES, {"customer": customer_id, "products": list(wanted)})}
    amount = sum(prices[p] * n for p, n in wanted.items())
    account = c.execute(ACCOUNT, {"customer": customer_id}).one()
    if account.exposure_fen + amount > account.limit_fen:
        raise ValueError("limit")
    if c.execute(RESERVE, [{"p": p, "n": n} for p, n in sorted(wanted.items())]).rowcount != len(wanted):
        raise ValueError("stock")
    head = {"customer_id": customer_id, "day": date.today(), "state": "confirmed"}
    head |= {"lines": len(wanted), "amount_fen": amount}
    order_id = c.execute(insert(order), head).inserted_primary_key[0]
    c.execute(insert(line), [
        {"order_id": order_id, "product_id": p, "quantity": n, "price_fen": prices[p]} for p, n in wanted.items()
    ])  # fmt: skip
    c.execute(EXPOSE, {"c": customer_id, "fen": amount})
    return order_id, amount
