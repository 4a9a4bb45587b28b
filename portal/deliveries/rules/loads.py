"""What a vehicle carries: kilograms and places of 200 L drums; smaller packages count by volume."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.core.refusal import Refusal
from portal.core.text import T
from portal.products.rules import PackageKind

PLACE = 100
"""One drum's place, in the hundredths that loads are counted in."""

_ML_PER_HUNDREDTH = 2_000
_G_PER_LITRE = 900


@dataclass(frozen=True, slots=True)
class Load:
    """What lies on a vehicle, or what it may carry: grams, and hundredths of a drum's place."""

    weight_g: int = 0
    places: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(self.weight_g + other.weight_g, self.places + other.places)

    def exceeds(self, room: Load) -> bool:
        return self.weight_g > room.weight_g or self.places > room.places


@dataclass(frozen=True, slots=True)
class Package:
    """What a truck must know of a SKU."""

    kind: str
    volume_ml: int | None
    weight_g: int | None


def load_of(package: Package, quantity: int) -> Load:
    """The load of `quantity` packages; what a product card lacks is estimated from the other measure.

    A package that tells neither volume nor weight takes a drum's place, so that a truck is never planned too full.
    """
    volume, weight = package.volume_ml, package.weight_g
    if package.kind == PackageKind.DRUM or (volume is None and weight is None):
        places = PLACE * quantity
    else:
        places = -(-(volume or (weight or 0) * 1000 // _G_PER_LITRE) * quantity // _ML_PER_HUNDREDTH)
    if weight is None:
        weight = (volume or 200_000) * _G_PER_LITRE // 1000
    return Load(weight * quantity, places)


def total(loads: Iterable[Load]) -> Load:
    return sum(loads, Load())


def capacity(weight_g: int, drums: int) -> Load:
    """What a vehicle may carry, given its grams and whole drum places."""
    return Load(weight_g, drums * PLACE)


@dataclass(frozen=True, slots=True)
class Bar:
    """A load bar: how full in whole percent (rounded up), and whether it is too much."""

    percent: int
    is_over: bool


def bar(used: int, room: int) -> Bar:
    if room <= 0:
        return Bar(100 if used else 0, used > 0)
    return Bar(-(-used * 100 // room), used > room)


class OverCapacity(Refusal):
    """More than the vehicle may carry, and nobody said why it may all the same."""

    title = T("超出车辆载量")
    next = T("拿下几张送货单，换一辆车，或写明超载的理由。")


def check_load(load: Load, room: Load, reason: str | None) -> None:
    """Raise OverCapacity unless the load fits or a reason was given."""
    if load.exceeds(room) and not reason:
        raise OverCapacity(
            T(
                "装了 {weight_g}、{drums} 桶位，这辆车能装 {room_g}、{places} 桶位。",
                weight_g=load.weight_g, drums=places_text(load.places), room_g=room.weight_g,
                places=places_text(room.places),
            ),
        )  # fmt: skip


def places_text(hundredths: int) -> str:
    """Drum places with one decimal, rounded up: 9 -> "0.1", 1200 -> "12"."""
    tenths = -(-hundredths // 10)
    return f"{tenths // 10}" + (f".{tenths % 10}" if tenths % 10 else "")
