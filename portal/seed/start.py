# data
"""The first day: people, warehouses, goods with prices and stock, customers with sites, limits and sign-ins."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta

from flask import current_app
from sqlalchemy.orm import Session

from portal.core import clock, files
from portal.core.db import write_tx
from portal.credit import actions as credit
from portal.customers import actions as customers
from portal.deliveries.models import Vehicle
from portal.people import actions as people
from portal.people.models import Who, who_of
from portal.products import actions as products
from portal.seed.crowd import (
    DEALER_TRADES,
    END_TRADES,
    FIRST,
    GIVEN,
    REGIONS,
    ROADS,
    STAFF,
    SURNAMES,
    VEHICLES,
)
from portal.seed.goods import DISCOUNTS, OILS, PACKAGES, Oil, Pack
from portal.stock import actions as stock
from portal.stock.models import Warehouse


@dataclass(slots=True)
class Buyer:
    """A customer of the demo: what it buys, how often, and how well it pays."""

    customer_id: int
    who: Who
    contact: str
    rhythm_days: int
    next_on_day: int
    skus: list[int]
    late_days: int


@dataclass(slots=True)
class World:
    """What the days after the first need to know."""

    chance: random.Random
    staff: dict[str, Who]
    warehouse_id: int
    vehicles: list[tuple[int, int]]
    """(vehicle, driver's person id)."""
    buyers: list[Buyer]
    signature_id: int
    first_day: int
    """Ordinal of the first day."""
    skus: dict[int, int] = field(default_factory=dict)
    """sku -> list price in fen."""

    @property
    def drivers(self) -> dict[int, Who]:
        return {who.id: who for who in self.staff.values()}

    @property
    def contacts(self) -> dict[int, str]:
        return {buyer.customer_id: buyer.contact for buyer in self.buyers}


def begin(chance: random.Random, hashed: str, signature: files.Picture, *, dealers: int, ends: int) -> World:
    """Everything that stands before the first order."""
    with write_tx() as s:
        staff = _staff(s, hashed)
        warehouse = Warehouse(
            code="W1", name="渝北中心仓", region_code="500112", address="示例路 88 号", serves="50,51", is_main=True
        )
        s.add(warehouse)
        s.flush()
        vehicles = _vehicles(s, staff)
        picture = files.store(s, current_app.config["FILES"], signature, "signature.jpg", staff["siji"].id)
        world = World(chance, staff, warehouse.id, vehicles, [], picture.id, clock.today().toordinal())
        _goods(s, world)
        for n in range(dealers + ends):
            world.buyers.append(_buyer(s, world, hashed, n, is_dealer=n < dealers))
    return world


def _staff(s: Session, hashed: str) -> dict[str, Who]:
    made: dict[str, Who] = {}
    for login, (name, role, region) in STAFF.items():
        person = people.create_person(
            s, login=login, name=name, role=role, password_hash=hashed, region_code=region,
            must_change_password=False, who=made.get("guanli"),
        )  # fmt: skip
        made[login] = who_of(s, person.id)
    return made


def _vehicles(s: Session, staff: dict[str, Who]) -> list[tuple[int, int]]:
    drivers = [staff[login].id for login in ("siji", "siji2", "siji3")]
    rows = [
        Vehicle(plate=plate, name=name, capacity_g=kg * 1000, capacity_drums=places, driver_id=drivers[n % 3])
        for n, (plate, (name, kg, places)) in enumerate(VEHICLES.items())
    ]
    s.add_all(rows)
    s.flush()
    return [(row.id, row.driver_id or drivers[0]) for row in rows]


def _goods(s: Session, world: World) -> None:
    admin = world.staff["guanli"]
    for oil in OILS:
        name = oil.name if oil.name.startswith(oil.brand) else f"{oil.brand} {oil.name}"
        product = products.create_product(
            s, code=oil.code, name=name, brand=oil.brand, kind=oil.kind,
            viscosity=oil.viscosity or None, performance=oil.performance, who=admin,
        )  # fmt: skip
        for letter in oil.packages:
            pack = PACKAGES[letter]
            sku = products.create_sku(
                s, product.id, code=f"{oil.code}-{pack.suffix}", package=pack.kind, package_name=pack.words,
                unit=pack.unit, volume_ml=int(pack.litres * 1000) if pack.litres else None,
                weight_g=int(pack.kilograms * 1000), multiple=pack.multiple, list_price_fen=_list_price(oil, pack),
                is_returnable=pack.returnable, who=admin,
            )  # fmt: skip
            world.skus[sku.id] = _list_price(oil, pack)
    for price_class, percent in DISCOUNTS.items():
        lines = [
            (sku_id, least, price * (percent - less) // 10000 * 100)
            for sku_id, price in world.skus.items()
            for least, less in ((1, 0), (10, 2))
        ]
        products.create_price_list(
            s, name=f"{price_class} {clock.today().year}", price_class=price_class, customer_id=None,
            valid_from_on=clock.today() - timedelta(days=30), valid_until_on=None, lines=lines, who=admin,
        )  # fmt: skip
    amounts = {sku_id: world.chance.randint(40, 160) for sku_id in world.skus}
    stock.receive(s, world.warehouse_id, amounts, "期初库存", world.staff["diaodu"])


def _list_price(oil: Oil, pack: Pack) -> int:
    """Fen per package, whole yuan."""
    amount = pack.litres if pack.litres else pack.kilograms
    return int(oil.yuan_per_litre * pack.factor * amount) * 100


def _buyer(s: Session, world: World, hashed: str, n: int, *, is_dealer: bool) -> Buyer:
    chance, admin = world.chance, world.staff["neiqin"]
    trades = DEALER_TRADES if is_dealer else END_TRADES
    name = f"{FIRST[n % len(FIRST)]}{trades[(n * 7 + n // len(FIRST)) % len(trades)]}（示例{n + 1:02}）"
    region = REGIONS[n % len(REGIONS)]
    owner = world.staff[("an", "bai", "cheng")[n % 3]]
    address = f"{chance.choice(ROADS)} {chance.randint(1, 300)} 号"
    customer = customers.create(
        s, name=name, kind="dealer" if is_dealer else "end", uscc=_uscc(chance, region),
        sales_mode="consumer" if is_dealer and n % 2 else "industrial",
        price_class=("gold", "silver", "standard")[n % 3] if is_dealer else "standard", region_code=region,
        address=address, phone=f"1380000{n:04}", owner_id=owner.id, who=admin,
    )  # fmt: skip
    contact = chance.choice(SURNAMES) + chance.choice(GIVEN)
    customers.add_contact(
        s, customer.id, name=contact, position="采购", phone=f"1390000{n:04}", is_main=True, may_receive=True, who=admin
    )
    customers.add_site(
        s, customer.id, name="总仓" if is_dealer else "厂区油库", address=address, region_code=region,
        contact_name=contact, phone=f"1390000{n:04}", is_default=True, who=admin,
    )  # fmt: skip
    role = "dealer" if is_dealer else "end_customer"
    login = f"{'dealer' if is_dealer else 'end'}{n + 1:02}"
    person = people.create_person(
        s, login=login, name=contact, role=role, password_hash=hashed, customer_id=customer.id, seat="owner",
        phone=f"1390000{n:04}", must_change_password=False, who=world.staff["guanli"],
    )  # fmt: skip
    _limit(s, world, customer.id, chance.choice((100_000, 200_000, 300_000)) * 100, n)
    return Buyer(
        customer_id=customer.id,
        who=who_of(s, person.id),
        contact=contact,
        rhythm_days=chance.randint(14, 30) if is_dealer else chance.randint(25, 60),
        next_on_day=chance.randint(0, 30),
        skus=chance.sample(sorted(world.skus), chance.randint(5, 12) if is_dealer else chance.randint(2, 5)),
        late_days=chance.choice((-5, 0, 0, 3, 3, 8, 20)),
    )


def _limit(s: Session, world: World, customer_id: int, limit_fen: int, n: int) -> None:
    """One of role credit proposes, another decides."""
    proposal = credit.propose(
        s, customer_id, kind="limit", limit_fen=limit_fen, terms_days=(30, 30, 45, 15)[n % 4],
        policy=("review", "review", "review", "remind", "forbid")[n % 5], grace_days=7, reason="建档授信",
        who=world.staff["xinyong"],
    )  # fmt: skip
    credit.decide(s, proposal.id, approve=True, reason="资料齐全", version=None, who=world.staff["xinyong2"])


_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _uscc(chance: random.Random, region: str) -> str:
    """A made-up 统一社会信用代码 with a right check digit (GB 32100)."""
    body = "91" + region + "".join(chance.choice(_ALPHABET) for _ in range(9))
    total = sum(_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + _ALPHABET[(31 - total % 31) % 31]
