"""The standing cast: the people, customers and goods that every test knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import write_tx
from portal.core.search import fold
from portal.credit.models import CreditAccount
from portal.customers.models import Contact, Customer, Ownership, Site
from portal.deliveries.models import Vehicle
from portal.people.models import Person, Who, who_of
from portal.products.models import PriceLine, PriceList, Product, Sku
from portal.products.rules import search_text
from portal.stock.models import Level, Move, Warehouse

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""Monday 2026-11-23, 09:30 in Shanghai: when every test begins."""

# login: (name, role, customer, seat, region)
PEOPLE: dict[str, tuple[str, str, str | None, str | None, str | None]] = {
    "lin": ("林岚", "dealer", "dealer", "owner", None),
    "lu": ("卢小满", "dealer", "dealer", "buyer", None),
    "shi": ("石磊", "dealer", "stranger", "owner", None),
    "gao": ("高工", "end_customer", "plant", "owner", None),
    "amy": ("安敏", "account_manager", None, None, None),
    "bai": ("白杨", "account_manager", None, None, None),
    "sun": ("孙内勤", "sales_support", None, None, None),
    "tang": ("唐工", "technician", None, None, None),
    "cai": ("蔡信", "credit", None, None, None),
    "cen": ("岑用", "credit", None, None, None),
    "fan": ("范财", "finance", None, None, None),
    "wu": ("吴仓", "warehouse", None, None, None),
    "diao": ("刁度", "dispatcher", None, None, None),
    "si": ("司机老陈", "driver", None, None, None),
    "song": ("宋司机", "driver", None, None, None),
    "ji": ("稽明", "auditor", None, None, None),
    "qu": ("曲经理", "manager", None, None, "50"),
    "zong": ("宗总监", "director", None, None, None),
    "guan": ("管理员", "admin", None, None, None),
}

# key: (code, name, pinyin, kind, price class, region)
CUSTOMERS = {
    "dealer": ("K00001", "渝北示例润滑油经销部", "ybslrhyjxb", "dealer", "silver", "500112"),
    "stranger": ("K00002", "旁人示例商贸", "prslsm", "dealer", "standard", "510107"),
    "plant": ("K00003", "江北示例机械厂", "jbsljxc", "end", "standard", "500105"),
}

# code: (name, spec, package, unit, ml, g, multiple, list price in fen, drum comes back, on hand)
SKUS = {
    "HM46-200": ("长路液压油 46", "VG 46 · L-HM · 200 L 大桶", "drum", "桶", 200_000, 185_000, 1, 288_000, True, 100),
    "CI4-18": ("长路柴机油 CI-4", "15W-40 · CI-4 · 18 L 中桶", "pail", "桶", 18_000, 17_200, 1, 36_800, False, 200),
    "SN-4x6": ("长路汽机油 SN 5W-30", "5W-30 · SN · 4 L × 6 箱", "carton", "箱", 24_000, 22_500, 2, 52_800, False, 40),
    "EP2-15": ("长路锂基脂 2 号", "NLGI 2 · EP · 15 kg 中桶", "pail", "桶", None, 15_900, 1, 27_000, False, 0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cast:
    """Row ids by the names above."""

    people: dict[str, int]
    customers: dict[str, int]
    sites: dict[str, int]
    skus: dict[str, int]
    warehouse: int
    vehicle: int

    def who(self, s: Session, login: str) -> Who:
        return who_of(s, self.people[login])


def enter() -> None:
    """Let the cast into a migrated database: limit ¥100,000 for the dealer and the plant, none for the stranger."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with write_tx() as s:
        s.add(Warehouse(code="W1", name="渝北仓", region_code="500112", serves="50,51", is_main=True))
        for code, name, pinyin, sort, price_class, region in CUSTOMERS.values():
            s.add(
                Customer(
                    code=code, name=name, pinyin=pinyin, search=fold(f"{code} {name} {pinyin}"), kind=sort,
                    state="candidate", price_class=price_class, region_code=region, created_at=NOW,
                )
            )  # fmt: skip
        s.flush()
        ids = _customers(s)
        for login, (person, role, customer, seat, place) in PEOPLE.items():
            s.add(
                Person(
                    login=login, name=person, role=role, customer_id=ids[customer] if customer else None, seat=seat,
                    region_code=place, password_hash=hashed, must_change_password=False, created_at=NOW,
                )
            )  # fmt: skip
        for key, customer_id in ids.items():
            s.add(
                CreditAccount(customer_id=customer_id, limit_fen=0 if key == "stranger" else 10_000_000, terms_days=30)
            )
            s.add(
                Contact(
                    customer_id=customer_id, name=f"{key} 收货人", phone="13800138000", is_main=True, may_receive=True
                )
            )
            s.add(
                Site(
                    customer_id=customer_id, name="总仓", region_code=CUSTOMERS[key][5], address="示例路 1 号",
                    contact_name="收货人", phone="13800138000", is_default=True, created_at=NOW,
                )
            )  # fmt: skip
        s.flush()
        amy = s.scalars(select(Person.id).where(Person.login == "amy")).one()
        for owned in ("dealer", "plant"):
            s.add(Ownership(customer_id=ids[owned], person_id=amy, since_on=date(2026, 1, 1)))
        s.add(Vehicle(plate="渝A12345", name="4.2 米厢货", capacity_g=2_000_000, capacity_drums=12))
        _goods(s)


def _goods(s: Session) -> None:
    silver = PriceList(name="银级价 2026", price_class="silver", valid_from_on=date(2026, 1, 1))
    s.add(silver)
    warehouse = s.scalars(select(Warehouse.id)).one()
    s.flush()
    for code, (name, spec, package, unit, ml, g, multiple, price, returnable, on_hand) in SKUS.items():
        product = Product(code=code.split("-")[0], name=name, brand="长路", kind="other", pinyin="")
        s.add(product)
        s.flush()
        sku = Sku(
            product_id=product.id, code=code, label=f"{name} {spec.rsplit(' · ', 1)[1]}", spec=spec, unit=unit,
            search=search_text(code, name, spec), package=package, volume_ml=ml, weight_g=g, multiple=multiple,
            list_price_fen=price, is_returnable=returnable,
        )  # fmt: skip
        s.add(sku)
        s.flush()
        s.add(PriceLine(price_list_id=silver.id, sku_id=sku.id, least=1, price_fen=price * 95 // 100))
        if on_hand:
            s.add(Level(sku_id=sku.id, warehouse_id=warehouse, on_hand=on_hand))
            s.add(Move(sku_id=sku.id, warehouse_id=warehouse, kind="receipt", quantity=on_hand, at=NOW))


def _customers(s: Session) -> dict[str, int]:
    by_code = {row.code: row.id for row in s.execute(select(Customer.code, Customer.id))}
    return {key: by_code[facts[0]] for key, facts in CUSTOMERS.items()}


def look_up(s: Session) -> Cast:
    """The cast's ids in this database."""
    customers = _customers(s)
    sites = {row.customer_id: row.id for row in s.execute(select(Site.customer_id, Site.id))}
    return Cast(
        people={row.login: row.id for row in s.execute(select(Person.login, Person.id))},
        customers=customers,
        sites={key: sites[customer_id] for key, customer_id in customers.items()},
        skus={row.code: row.id for row in s.execute(select(Sku.code, Sku.id))},
        warehouse=s.scalars(select(Warehouse.id)).one(),
        vehicle=s.scalars(select(Vehicle.id)).one(),
    )
