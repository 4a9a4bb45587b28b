"""The portal's tables filled with 1,000 products, 1,000 customers and N finished orders, as consistent as real ones.

Written by bulk inserts (the actions would take minutes for a million orders); `portal verify` finds no difference.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from portal.core.db import Base, write_tx
from portal.core.money import net_and_tax

PRODUCTS, CUSTOMERS, LINES = 1000, 1000, 10
CHUNK = 500
START = date(2026, 1, 5)
ON_HAND = 10**8
PASSWORD = "correct horse battery"


def fill(orders: int) -> None:
    """Everything for the units (a) to (d), with `orders` finished orders behind it."""
    with write_tx() as s:
        _ground(s)
    for first in range(1, CUSTOMERS + 1, 100):
        with write_tx() as s:
            _put(s, "price_line", _price_lines(first, min(first + 100, CUSTOMERS + 1)))
    shipped: dict[int, int] = {}
    for first in range(1, orders + 1, CHUNK):
        with write_tx() as s:
            _finished(s, range(first, min(first + CHUNK, orders + 1)), shipped)
    with write_tx() as s:
        moved = {sku: shipped.get(sku, 0) for sku in range(1, PRODUCTS + 1)}
        _put(s, "stock_level", [
            {"sku_id": sku, "warehouse_id": 1, "on_hand": ON_HAND - out, "reserved": 0} for sku, out in moved.items()
        ])  # fmt: skip


def table(name: str) -> Table:
    return Base.metadata.tables[name]


def _put(s: Session, name: str, rows: list[dict[str, Any]] | Iterator[dict[str, Any]]) -> None:
    found = list(rows)
    if found:
        s.connection().execute(insert(table(name)), found)


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


def _ground(s: Session) -> None:
    """People, goods, customers with sites, accounts and price lists."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    at = _at(START)
    _put(s, "warehouse", [{"id": 1, "code": "W1", "name": "仓", "serves": "", "is_main": True}])
    _put(s, "product", [
        {"id": n, "code": f"P{n:05}", "name": f"油 {n} L-HM 46", "kind": "hydraulic", "viscosity": "ISO VG 46",
         "brand": "长路", "performance": "L-HM", "pinyin": f"y {n}", "version": 1} for n in range(1, PRODUCTS + 1)
    ])  # fmt: skip
    _put(s, "sku", [
        {"id": n, "product_id": n, "code": f"P{n:05}-18", "label": f"油 {n} L-HM 46 18 L",
         "spec": "VG 46 · 18 L",
         "search": f"p{n:05}-18 油 {n} l-hm 46 y", "unit": "桶", "package": "pail", "volume_ml": 18_000,
         "weight_g": 17_000, "multiple": 1, "list_price_fen": 10_000 + n, "is_returnable": False, "state": "on_sale",
         "version": 1}
        for n in range(1, PRODUCTS + 1)
    ])  # fmt: skip
    _put(s, "customer", [
        {"id": n, "code": f"K{n:05}", "name": f"示例客户 {n}", "pinyin": f"slkh {n}", "search": f"k{n:05} 示例客户 {n}",
         "kind": "dealer", "state": "active", "kind_confirmed_on": START, "sales_mode": "industrial",
         "price_class": "standard", "region_code": "500112", "created_at": at, "version": 1}
        for n in range(1, CUSTOMERS + 1)
    ])  # fmt: skip
    _put(s, "credit_account", [
        {"customer_id": n, "limit_fen": 10**12, "terms_days": 30, "policy": "review", "grace_days": 7,
         "open_orders_fen": 0, "invoices_fen": 0, "unallocated_fen": 0, "version": 1} for n in range(1, CUSTOMERS + 1)
    ])  # fmt: skip
    _put(s, "site", [
        {"id": n, "customer_id": n, "name": "总仓", "region_code": "500112", "address": "示例路 1 号",
         "is_default": True, "created_at": at, "version": 1} for n in range(1, CUSTOMERS + 1)
    ])  # fmt: skip
    _put(s, "price_list", [
        {"id": n, "name": f"客户价 {n}", "customer_id": n, "valid_from_on": START, "version": 1}
        for n in range(1, CUSTOMERS + 1)
    ])  # fmt: skip
    _put(s, "stock_move", [
        {"warehouse_id": 1, "sku_id": n, "kind": "receipt", "quantity": ON_HAND, "at": at}
        for n in range(1, PRODUCTS + 1)
    ])  # fmt: skip
    staff = {"desk": "sales_support", "diao": "dispatcher", "si": "driver", "fan": "finance"}
    people: list[tuple[str, str, int | None]] = [(login, role, None) for login, role in staff.items()]
    people += [(f"d{n}", "dealer", n) for n in range(1, CUSTOMERS + 1)]
    _put(s, "person", [
        {"id": n, "login": login, "name": login, "role": role, "customer_id": customer,
         "seat": "owner" if customer else None,
         "password_hash": hashed, "language": "zh", "must_change_password": False, "created_at": at, "version": 1}
        for n, (login, role, customer) in enumerate(people, 1)
    ])  # fmt: skip
    _put(s, "file", [
        {"id": 1, "digest": "0" * 64, "media_type": "image/jpeg", "size": 1, "name": "signature.jpg", "at": at}
    ])  # fmt: skip
    _put(s, "vehicle", [
        {"id": 1, "plate": "渝A00001", "name": "车", "capacity_g": 10**9, "capacity_drums": 10**4, "is_active": True}
    ])  # fmt: skip


def _price_lines(first: int, end: int) -> Iterator[dict[str, Any]]:
    """Every other product has a price of the customer's own."""
    for customer in range(first, end):
        for sku in range(1, PRODUCTS + 1, 2):
            yield {"price_list_id": customer, "sku_id": sku, "least": 1, "price_fen": 9_000 + sku}


def _finished(s: Session, numbers: range, shipped: dict[int, int]) -> None:
    """Orders that were placed, delivered ten to a run, invoiced and paid; 200 a day."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in (
        "sales_order", "order_line", "run", "stop", "proof_of_delivery", "shipment", "shipment_line", "stock_move",
        "invoice", "invoice_line", "receipt", "allocation",
    )}  # fmt: skip
    for n in numbers:
        _one(n, rows, shipped)
    for name, found in rows.items():
        _put(s, name, found)


def _one(n: int, rows: dict[str, list[dict[str, Any]]], shipped: dict[int, int]) -> None:
    chance = random.Random(n)
    customer, person = 1 + n % CUSTOMERS, 5 + n % CUSTOMERS
    day = START + timedelta(days=(n - 1) // 200 % 320)
    at, run = _at(day), 1 + (n - 1) // 10
    serial = f"{day:%Y%m%d}-{1 + (n - 1) % 200 + (n - 1) // 64_000 * 200:04}"
    lines = []
    for position in range(LINES):
        sku = 1 + (n * 7 + position * 101) % PRODUCTS
        lines.append((position, sku, chance.randint(1, 9), 9_000 + sku if sku % 2 else 10_000 + sku))
    amount = sum(quantity * price for _p, _s, quantity, price in lines)
    number = {"number": f"SO{serial}", "tail": serial[-4:]}
    rows["sales_order"].append({
        "id": n, **number, "customer_id": customer, "person_id": person, "site_id": customer, "warehouse_id": 1,
        "state": "confirmed", "progress": "done", "shortage": "wait", "lines": LINES, "amount_fen": amount,
        "volume_ml": sum(q for _p, _s, q, _f in lines) * 18_000, "weight_g": sum(q for _p, _s, q, _f in lines) * 17_000,
        "created_at": at, "submitted_at": at, "confirmed_at": at, "version": 1, "is_past": False,
    })  # fmt: skip
    if n % 10 == 1:
        rows["run"].append({
            "id": run, "number": f"YC{serial}", "tail": serial[-4:], "day_on": day, "warehouse_id": 1, "vehicle_id": 1,
            "driver_id": 3, "state": "done", "created_at": at, "version": 1,
        })  # fmt: skip
    rows["stop"].append({
        "id": n, "run_id": run, "customer_id": customer, "site_id": customer, "position": n % 10, "state": "delivered"
    })  # fmt: skip
    rows["proof_of_delivery"].append({
        "stop_id": n, "receiver": "收货人", "signed_at": at, "recorded_at": at, "signature_id": 1, "person_id": 3
    })  # fmt: skip
    rows["shipment"].append({
        "id": n, "number": f"DN{serial}", "tail": serial[-4:], "order_id": n, "customer_id": customer, "run_id": run,
        "stop_id": n, "amount_fen": amount, "weight_g": 0, "drum_places": 0, "created_at": at,
    })  # fmt: skip
    net = 0
    for position, sku, quantity, price in lines:
        line_id = (n - 1) * LINES + position + 1
        shipped[sku] = shipped.get(sku, 0) + quantity
        line_net, line_tax = net_and_tax(quantity * price)
        net += line_net
        rows["order_line"].append({
            "id": line_id, "order_id": n, "position": position, "sku_id": sku, "ordered": quantity, "reserved": 0,
            "shipped": quantity, "delivered": quantity, "cancelled": 0, "price_fen": price, "price_rule": "list",
        })  # fmt: skip
        rows["shipment_line"].append({
            "shipment_id": n, "order_line_id": line_id, "sku_id": sku, "quantity": quantity, "price_fen": price,
            "delivered": quantity, "short": 0, "damaged": 0, "refused": 0,
        })  # fmt: skip
        rows["stock_move"].append({
            "warehouse_id": 1, "sku_id": sku, "kind": "shipment", "quantity": -quantity, "cause_kind": "run",
            "cause_id": run, "at": at,
        })  # fmt: skip
        rows["invoice_line"].append({
            "invoice_id": n, "sku_id": sku, "quantity": quantity, "price_fen": price, "amount_fen": quantity * price,
            "net_fen": line_net, "tax_fen": line_tax,
        })  # fmt: skip
    rows["invoice"].append({
        "id": n, "number": f"IN{serial}", "tail": serial[-4:], "customer_id": customer, "cause_kind": "shipment",
        "cause_id": n,
        "signed_on": day, "due_on": day + timedelta(days=30), "amount_fen": amount, "net_fen": net,
        "tax_fen": amount - net,
        "allocated_fen": amount, "posted_at": at, "is_past": False,
    })  # fmt: skip
    rows["receipt"].append({
        "id": n, "number": f"RC{serial}", "tail": serial[-4:], "customer_id": customer, "method": "transfer",
        "reference": f"B{n}", "amount_fen": amount, "allocated_fen": amount, "received_on": day, "is_reversed": False,
        "posted_at": at,
    })  # fmt: skip
    rows["allocation"].append({"receipt_id": n, "invoice_id": n, "amount_fen": amount, "at": at})
